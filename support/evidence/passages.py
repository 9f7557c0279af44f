"""A passage as it is read once, for all sentences that are held against it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from support import sentences
from support.evidence import shown
from support.evidence.kinds import Kind, Token
from support.evidence.reading import language_of_text, read
from support.evidence.results import Offered

# So much of a passage is read, and so many passages are remembered.
LONGEST = 20_000
REMEMBERED = 256
# Words that begin alike may be forms of one.
BEGINNING = 4
LONGEST_INITIALS = 6
JOINING = frozenset(("de", "nl", "da", "sv", "no", "nb", "fi"))
SHORTEST_PART, SHORTEST_TAIL = 4, 5
# And the signs that say something: of money, of less and more, within a number and before it.
WORDS = re.compile(
    rf"\d+(?:[^\w\s*`\\]+\d+)*|\w+|[$€£¥₹₽₩₺%‰°<≤≥±≈~+=×÷{shown.NO}\u0334-\u0338\u20d2-\u20e6\u202d\u202e]"
    r"|>(?=\s*\d)|[-−](?=\d)"
)
# Words that begin a clause without a comma.
AND = """
    and or but while whereas und oder aber während y pero mientras et ou mais tandis ed e ma mentre mas en
    maar terwijl
"""
JOINING_CLAUSES = frozenset(AND.split())
WITHOUT_INITIALS = frozenset(
    ("of", "and", "for", "the", "de", "der", "die", "du", "la", "für", "und", "et", "y")
)


@dataclass(frozen=True)
class Text:
    """The tokens of a passage, its sentences, which of them each token is in, and where each word stands."""

    language: str
    tokens: Sequence[Token]
    spans: Sequence[sentences.Span]
    owner: Sequence[int]
    clauses: Sequence[int]  # which clause each token is in
    limits: Sequence[int]  # where a condition is, or a number that is bounded
    places: dict[str, list[int]]
    values: dict[str, list[int]]
    beginnings: dict[str, list[tuple[str, str]]]  # of stems, and of what ends long ones in some languages
    around: frozenset[str]  # the stems and values of title and heading
    said: frozenset[str]  # its sentences, without all but their words
    initials: frozenset[str]  # of what is written like a name: "COE" of "Certificate of Eligibility"


def text_of(offered: Offered) -> Text:
    return _read(offered.text, f"{offered.title}\n{offered.heading}", offered.locale)


@lru_cache(maxsize=REMEMBERED)
def _read(text: str, around: str, locale: str) -> Text:
    text = text[:LONGEST]
    language = language_of_text(text, locale)
    tokens, named = read(text, language, given=True), read(around, language, given=True)
    spans = sentences.split(text, language)
    owner = _owners(tokens, spans)
    places: dict[str, list[int]] = {}
    values: dict[str, list[int]] = {}
    beginnings: dict[str, list[tuple[str, str]]] = {}
    for index, token in enumerate(tokens):
        if token.stem in places:
            places[token.stem].append(index)
        else:
            places[token.stem] = [index]
            if token.kind == Kind.WORD and len(token.stem) >= BEGINNING:
                for tail in _tails(token.stem, language):
                    beginnings.setdefault(tail[:BEGINNING], []).append((tail, token.stem))
        if token.values and token.kind != Kind.UNIT:
            for value in token.values:
                values.setdefault(value, []).append(index)
    return Text(
        language=language,
        tokens=tokens,
        spans=spans,
        owner=owner,
        clauses=clauses_of(tokens, owner),
        limits=[
            place
            for place, token in enumerate(tokens)
            if token.strict or token.cue in ("only", "unless", "if")
        ],
        places=places,
        values=values,
        beginnings=beginnings,
        around=frozenset(token.stem for token in named).union(*(token.values for token in named)),
        said=frozenset(plain_words(text[span.start : span.end]) for span in spans),
        initials=_initials([*named, *tokens]),
    )


def _tails(stem: str, language: str) -> Iterator[str]:
    """The stem, and in a language that joins words what may be its last one: "erstatt" of "rückerstatt"."""
    yield stem
    if language in JOINING:
        yield from (stem[place:] for place in range(SHORTEST_PART, len(stem) - SHORTEST_TAIL + 1))


def plain_words(text: str) -> str:
    """By which a sentence is known again, whatever its punctuation and emphasis."""
    return " ".join(WORDS.findall(shown.as_read(text).casefold())) or " ".join(text.split())


def _owners(tokens: Iterable[Token], spans: Sequence[sentences.Span]) -> list[int]:
    """The sentence that each token stands in, or before it, the mark of its line."""
    owners, current = [], 0
    for token in tokens:
        while current + 1 < len(spans) and spans[current].end <= token.start:
            current += 1
        owners.append(current)
    return owners


def clauses_of(tokens: Sequence[Token], owner: Sequence[int] = ()) -> list[int]:
    """The clause that each token stands in."""
    clauses, current = [], 0
    for place, token in enumerate(tokens):
        is_new = bool(owner and place) and owner[place] != owner[place - 1]
        current += (
            is_new
            or token.opens
            or (token.kind == Kind.FUNCTION and token.said.casefold() in JOINING_CLAUSES)
        )
        clauses.append(current)
    return clauses


def _initials(tokens: Iterable[Token]) -> frozenset[str]:
    found: set[str] = set()
    run = ""
    for token in tokens:
        if token.capital:
            run = (run + token.stem[:1])[-LONGEST_INITIALS:]
            found.update(run[-size:] for size in range(2, len(run) + 1))
        elif token.stem not in WITHOUT_INITIALS:
            run = ""
    return frozenset(found)
