"""The words of a language: real ones among thousands of invented ones, as frequent as words are. Seeded."""

from __future__ import annotations

import random
import re
from collections import Counter
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

ROOT = Path(__file__).resolve().parent.parent.parent

Words = npt.NDArray[np.int64]

# How syllables begin and go on, and how words end.
SYLLABLES = {
    "en": (
        "b c d f g h j l m n p r s t v w br cl dr fl gr st tr sh th",
        "a e i o u ea oo ai",
        "n r s t l m ck rd",
    ),
    "de": ("b d f g h k l m n p r s t w z sch br kr st gr", "a e i o u ei au ie ü", "n r t s ch ng rt nd st"),
    "es": ("b c d f g l m n p r s t v ll tr br gr", "a e i o u ia ue ió", "n r s l"),
    "fr": ("b c d f g j l m n p r s t v ch br tr pl", "a e i o u ou ai eu é", "n r t s l x"),
    "it": ("b c d f g l m n p r s t v gl tr br", "a e i o u ia io", "n r l"),
    "nl": ("b d g h k l m n p r s t v w z sch br kl", "a e i o u aa ee oo ij oe", "n r t s k ng cht"),
    "pt": ("b c d f g l m n p r s t v lh nh tr", "a e i o u ão ei ou", "r s l m"),
}
INVENTED = 40_000
HAN = range(0x4E00, 0x4E00 + 2_500)
DEMO_FOLDERS = ("demo/articles", "demo/internal", "demo/sources")
# Of all words in a text: common ones, everyday ones, those of its topic; the rest is its own.
COMMON, EVERYDAY, TOPICAL = 0.42, 0.62, 0.91


class Language:
    """The words of one language, the frequent ones first, each also as sentences begin and end."""

    def __init__(self, name: str) -> None:
        from kb.retrieval.common_words import COMMON_WORDS

        maker = random.Random(f"words of {name}")
        common = COMMON_WORDS[name].split()
        maker.shuffle(common)
        invented = _han_words(maker) if name == "zh" else _invented_words(maker, name)
        everyday = _demo_words() if name == "en" else []
        everyday += invented[: 3_000 - len(everyday)]
        maker.shuffle(everyday)
        plain = list(dict.fromkeys([*common, *everyday, *invented]))
        self.spaced, self.size = name != "zh", len(plain)
        full_stop, comma = (". ", ", ") if self.spaced else ("。", "，")
        forms = [plain, [word.capitalize() for word in plain]]
        forms += [[word + mark.strip() for word in plain] for mark in (full_stop, comma)]
        self.forms = np.array([word for form in forms for word in form], dtype=object)
        self.common = frequencies(len(common), 1.0)
        self.everyday = frequencies(len(everyday), 1.0)
        self.first_everyday, self.first_rare = len(common), len(common) + len(everyday)
        self.topical = frequencies(TOPIC_WORDS, 0.8)
        self.own = frequencies(OWN_WORDS, 0.5)

    def rare(self, rng: np.random.Generator, count: int) -> Words:
        return rng.integers(self.first_rare, self.size, count)

    def draw(self, rng: np.random.Generator, count: int, topic: Words, own: Words) -> Words:
        kind, place = rng.random(count), rng.random(count)
        common, everyday = self.common.searchsorted(place), self.everyday.searchsorted(place)
        rest = np.where(
            kind < TOPICAL, topic[self.topical.searchsorted(place)], own[self.own.searchsorted(place)]
        )
        return np.where(
            kind < COMMON, common, np.where(kind < EVERYDAY, self.first_everyday + everyday, rest)
        )

    def prose(self, rng: np.random.Generator, words: Words) -> str:
        """Sentences of 6 to 17 words."""
        form = np.where(rng.random(len(words)) < 0.06, 3, 0)
        ends = np.cumsum(rng.integers(6, 18, len(words) // 6 + 1))
        ends = np.append(ends[ends < len(words) - 4], len(words)) - 1
        form[ends] = 2
        form[np.append(0, ends[:-1] + 1)] = 1
        return self.join(words + form * self.size)

    def name(self, words: Words) -> str:
        """As titles are written."""
        return self.join(np.append(words[:1] + self.size, words[1:]))

    def join(self, forms: Words) -> str:
        return (" " if self.spaced else "").join(self.forms[forms].tolist())


TOPIC_WORDS, OWN_WORDS = 40, 6


@lru_cache(maxsize=20)
def language(locale: str) -> Language:
    return Language(locale.split("-")[0])


def _invented_words(maker: random.Random, name: str) -> list[str]:
    """Pronounceable, of two to four syllables."""
    starts, middles, ends = (part.split() for part in SYLLABLES[name])
    found: dict[str, None] = {}
    while len(found) < INVENTED:
        syllables = [maker.choice(starts) + maker.choice(middles) for _ in range(maker.choice((2, 2, 3, 4)))]
        found["".join(syllables) + (maker.choice(ends) if maker.random() < 0.6 else "")] = None
    return list(found)


def _han_words(maker: random.Random) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < INVENTED:
        found["".join(chr(maker.choice(HAN)) for _ in range(maker.choice((1, 2, 2, 2, 3))))] = None
    return list(found)


@lru_cache(maxsize=1)
def _demo_texts() -> str:
    files = sorted(file for folder in DEMO_FOLDERS for file in (ROOT / folder).glob("*.md"))
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def _demo_words() -> list[str]:
    counted = Counter(re.findall(r"[a-z]{3,}", _demo_texts().lower()))
    return [word for word, _ in counted.most_common()]


def frequencies(size: int, exponent: float) -> npt.NDArray[np.float64]:
    """Zipf's law, summed up: where a number between 0 and 1 falls is the word."""
    shares = np.arange(1, size + 1, dtype=np.float64) ** -exponent
    summed = np.cumsum(shares / shares.sum())
    summed[-1] = 1.0
    return summed
