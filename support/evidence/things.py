"""Tell a thing from what is done with it, by the word before it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from support.evidence.kinds import Token, tells
from support.evidence.turning_words import BEFORE_THINGS

BEFORE_THINGS_OF = {language: frozenset(words.split()) for language, words in BEFORE_THINGS.items()}


def is_thing(sentence: Sequence[Token], index: int, language: str) -> bool:
    before = BEFORE_THINGS_OF.get(language)
    if before is None or index == 0:
        return before is None
    return sentence[index - 1].stem in before or tells(sentence[index - 1])
