"""What a ticket seems to be about without a model: by its words, and nothing where they don't tell. Pure.

A tag is suggested when its whole name is in the text, or at least two words of its description that describe
no other tag. Priority and sentiment go by the few signals of `telling`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from django.utils.text import Truncator

from kb.lexemes import language_of, lexemes
from kb.retrieval import letters
from kb.retrieval.common_words import COMMON_WORDS
from support import sentences
from support.models import Message, Priority, Tag, Triage
from support.prompts import Conversation
from support.triage import telling

MOST_TAGS = 3
FEWEST_WORDS = 2
LONGEST_SUMMARY = 200
# A sentence in capitals has so many letters, and so large a part of them are.
LEAST_LETTERS, SHOUTED = 20, 0.7
# The same is said again when two messages share all of so many words.
LEAST_REPEATED = 3

# Telling words that a question is ahead of other sentences.
ASKS = 2
QUESTION = ("?", "？", "؟")

URGENT = ("SAFETY", "MISUSE")
HIGH = ("CHARGED_TWICE", "LOCKED_OUT", "DEADLINE", "WAITED", "LEGAL")
UNSPACED = ("zh", "ja", "ko")


def asked(conversation: Conversation) -> list[str]:
    """What the customer wrote since anybody answered, message by message, in their own words."""
    theirs: list[str] = []
    for turn in reversed(conversation.turns):
        if turn.kind != Message.Kind.CUSTOMER:
            if theirs:
                break
            continue
        theirs.insert(0, letters.own_words(turn.text))
    return theirs


def tags(texts: Sequence[str], known: Sequence[Tag], locale: str) -> list[Tag]:
    """The best first."""
    said = set(lexemes("\n".join(texts), locale))
    names = {tag: _telling(tag.name, locale) or frozenset(lexemes(tag.name, locale)) for tag in known}
    described = {tag: _telling(tag.description, locale) - names[tag] for tag in known}
    shared = Counter(word for words in described.values() for word in words)
    scores: dict[Tag, int] = {}
    for tag in known:
        own = sum(shared[word] == 1 for word in described[tag] & said)
        named = bool(names[tag]) and names[tag] <= said
        if named or own >= FEWEST_WORDS:
            scores[tag] = own + FEWEST_WORDS * named
    return sorted(scores, key=lambda tag: -scores[tag])[:MOST_TAGS]


def priority(texts: Sequence[str]) -> Priority:
    text = _plain("\n".join(texts))
    pressing, can_wait = _pattern("NO_HURRY").subn(" ", text)
    if any(_found(signal, pressing) for signal in URGENT):
        return Priority.URGENT
    if any(_found(signal, pressing) for signal in HIGH) or _shouts(texts) or _repeats(texts):
        return Priority.HIGH
    return Priority.LOW if can_wait else Priority.NORMAL


def sentiment(texts: Sequence[str]) -> str:
    """Empty where words don't tell, or tell both."""
    text = _plain("\n".join(texts))
    unhappy = len({found[0] for found in _pattern("UNHAPPY").finditer(text) if not _denied(text, found)})
    pleased = 0
    for found in _pattern("PLEASED").finditer(text):
        if _denied(text, found):
            unhappy += 1
        else:
            pleased += 1
    if unhappy == pleased or (unhappy and pleased):
        return ""
    return Triage.Sentiment.NEGATIVE if unhappy else Triage.Sentiment.POSITIVE


def summary(texts: Sequence[str], locale: str) -> str:
    """The customer's own sentence that tells most; a question counts for more."""
    said = [
        " ".join(text[span.start : span.end].split())
        for text in texts
        for span in sentences.split(text, locale)
    ]
    best = max(said, key=lambda one: len(_telling(one, locale)) + ASKS * one.endswith(QUESTION), default="")
    return Truncator(best).chars(LONGEST_SUMMARY)


def _telling(text: str, locale: str) -> frozenset[str]:
    """Its lexemes without those of common words."""
    common = _common(language_of(locale) or "en")
    return frozenset(lexemes(text, locale)) - common


@cache
def _common(language: str) -> frozenset[str]:
    return frozenset(lexemes(COMMON_WORDS.get(language, ""), language))


def _found(signal: str, text: str) -> bool:
    return bool(_pattern(signal).search(text))


@cache
def _pattern(signal: str) -> re.Pattern[str]:
    """All languages' lines. Words are whole, where blanks divide them."""
    lines: Mapping[str, str] = getattr(telling, signal)
    spaced = "|".join(line for language, line in lines.items() if language not in UNSPACED)
    unspaced = "|".join(lines[language] for language in UNSPACED if language in lines)
    return re.compile(rf"\b(?:{spaced})\b|(?:{unspaced})")


def _plain(text: str) -> str:
    """In small letters, with one apostrophe and one kind of blank."""
    return re.sub(r"[ \t\xa0]+", " ", text.lower().replace("’", "'"))


def _denied(text: str, found: re.Match[str]) -> bool:
    """One of the two words before says that it is not so."""
    before = re.findall(r"[\w']+", text[max(0, found.start() - 40) : found.start()])
    return any(word in telling.DENIALS for word in before[-2:])


def _shouts(texts: Iterable[str]) -> bool:
    cased = [c for text in texts for c in text if c.isupper() or c.islower()]
    return len(cased) >= LEAST_LETTERS and sum(map(str.isupper, cased)) >= SHOUTED * len(cased)


def _repeats(texts: Sequence[str]) -> bool:
    """The same words were sent again, whoever was slow to answer."""
    words = [found for text in texts if len(found := frozenset(lexemes(text, ""))) >= LEAST_REPEATED]
    return len(set(words)) < len(words)
