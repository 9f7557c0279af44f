"""Find what a letter says of a product by the way: "thank you for choosing our waterproof bicycle". Pure.

Words before or behind the thing that is "ours" say what it is like; elsewhere only words that are built so
("your shockproof watch"). Whether a passage says it, too, is for others to ask.
"""

from __future__ import annotations

import re
from functools import lru_cache

from kb.retrieval.common_words import COMMON_WORDS

OURS = re.compile(
    r"(?:our|unser(?:e[mnrs]?)?|nuestr[oa]s?|notre|nos|nostr[oaie]|noss[oa]s?|onze|ons)", re.IGNORECASE
)
# A letter names these of its house, whatever it sells.
_HOUSE = """
    support customer customers service services team teams help desk center centre shop store website
    site company office online app newsletter kundendienst kundenservice team support atención cliente
    clientes equipo tienda web sitio service client clients équipe boutique site assistenza clienti
    servizio negozio atendimento loja equipe equipa klantenservice klantendienst winkel
"""
# Behind it, of the letter and not of the thing.
_BY_THE_WAY = "again today recently lately once already heute erneut hoy nuevamente nouveau oggi hoje vandaag"
_BUILT = re.compile(
    r"\w{2,}-?(?:proof|resistant|repellent|free|safe|friendly|neutral|winning|rated|certified|tested|grade"
    r"|(?:dicht|fest|frei|beständig|sicher)(?:e[mnrs]?)?|vrije?|vaste?|bestendige?)"
    r"|\w{3,}(?:able|ible|ables|ibles|ável|ível|bile|bili)",
    re.IGNORECASE,
)
# Built so, and said in letters of what somebody wrote or met with.
_OF_LETTERS = """
    unacceptable valuable possible impossible available unavailable terrible horrible understandable
    comfortable uncomfortable enjoyable pleasurable regrettable deplorable considerable amiable amable
    agradable lamentable désagréable agréable aimable regrettable inacceptable inaceptable valable table
    tables cable cables vegetable inevitable timetable sensible variable vehicle posible imposible
    possibile impossibile terribile disponibile spiacevole gentile incredible incredibile responsible
    problemfrei
"""
HOUSE, OF_LETTERS = frozenset(_HOUSE.split()), frozenset(_OF_LETTERS.split())
BY_THE_WAY = frozenset(_BY_THE_WAY.split())
WORDS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|[,.;:!?()]")


def qualities(said: str) -> list[str]:
    """The words that tell what something is like; empty where none does."""
    words = WORDS.findall(said)
    found: list[str] = []
    for index, word in enumerate(words):
        if OURS.fullmatch(word):
            of_thing = _of_thing(words, index + 1)
            found += of_thing if len(of_thing) > 1 else []
        elif _BUILT.fullmatch(word) and word.casefold() not in OF_LETTERS:
            found.append(word)
    return list(dict.fromkeys(found))


def _of_thing(words: list[str], begin: int) -> list[str]:
    """What stands between "our" and the next small word, names of the house left out."""
    found = []
    for place in range(begin, len(words)):
        word = words[place]
        plain = word.casefold()
        if not word[0].isalpha() or plain in _small_words() or plain in BY_THE_WAY:
            break
        if plain not in HOUSE:
            found.append(word)
    return found


@lru_cache(maxsize=1)
def _small_words() -> frozenset[str]:
    return frozenset(word for words in COMMON_WORDS.values() for word in words.split())
