"""What each document of a help center is, and what is asked: the same for the same size and seed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from bench.corpus.language import OWN_WORDS, TOPIC_WORDS, Words, frequencies, language

# What share of the passages a locale has, once the small ones have theirs …
SHARES = {"en": 0.55, "de": 0.2, "es": 0.12, "fr": 0.08, "zh": 0.05}
# … which have so many, where that is little of the whole: one with a language of its own, and one whose
# passages are about the same as those of the large English one.
SMALL = {100: ("pt", "en-au"), 1_000: ("nl", "en-in"), 10_000: ("it", "en-ca"), 100_000: ("en-gb",)}
LITTLE = 1 / 4
INTERNAL_SHARE = 0.15
# Passages of a document, and their words.
FEWEST, MOST = 2, 8
WORDS, SPREAD, SHORTEST, LONGEST = 120, 45, 25, 230
TOPIC_EVERY, FEWEST_TOPICS, MOST_TOPICS = 100, 50, 4_000


@dataclass(frozen=True)
class Text:
    """One document before it is stored."""

    title: str
    locale: str
    audience: str
    sections: list[tuple[str, str]]


@dataclass(frozen=True)
class Question:
    text: str
    locale: str
    document: int  # the number, from 0, of the one that it is about


@dataclass(frozen=True)
class Plan:
    """What every document of a help center is: the same for the same size and seed."""

    seed: int
    locales: list[str]
    locale: npt.NDArray[np.int64]  # of each document, as its place in `locales`
    sizes: npt.NDArray[np.int64]  # passages of each document
    internal: npt.NDArray[np.bool_]
    topic: npt.NDArray[np.int64]
    topics: dict[str, int]  # how many each language has
    ends: npt.NDArray[np.int64]  # passages of each document and those before it

    @staticmethod
    @lru_cache(maxsize=4)
    def of(passages: int, seed: int) -> Plan:
        rng = np.random.default_rng([seed, 0, 1])
        wanted = _passages_by_locale(passages)
        sizes = {locale: _sizes(rng, count) for locale, count in wanted.items()}
        locale = np.concatenate([np.full(len(found), place) for place, found in enumerate(sizes.values())])
        order = rng.permutation(len(locale))
        passages_of = np.concatenate(list(sizes.values()))[order]
        topics = _topics_by_language(passages)
        drawn = rng.random(len(locale))
        names = list(wanted)
        topic = np.array(
            [
                frequencies_of(topics[names[place].split("-")[0]]).searchsorted(part)
                for place, part in zip(locale[order], drawn, strict=True)
            ]
        )
        return Plan(
            seed=seed,
            locales=names,
            locale=locale[order],
            sizes=passages_of,
            ends=np.cumsum(passages_of),
            internal=rng.random(len(locale)) < INTERNAL_SHARE,
            topic=topic,
            topics=topics,
        )

    def __len__(self) -> int:
        return len(self.sizes)

    def first_of(self, number: int) -> int:
        """The number, from 0, of a document's first passage."""
        return int(self.ends[number] - self.sizes[number])

    def locale_of(self, number: int) -> str:
        return self.locales[self.locale[number]]

    def text(self, number: int) -> Text:
        rng = np.random.default_rng([self.seed, 1, number])
        locale = self.locale_of(number)
        words, topic = language(locale), self.topic_words(locale, int(self.topic[number]))
        own = words.rare(rng, OWN_WORDS)
        title = words.name(np.concatenate([rng.choice(topic[:12], 3, replace=False), own[:2]]))
        lengths = np.clip(rng.normal(WORDS, SPREAD, self.sizes[number]), SHORTEST, LONGEST).astype(int)
        drawn = words.draw(rng, int(lengths.sum()), topic, own)
        parts = np.split(drawn, np.cumsum(lengths)[:-1])
        headings = rng.choice(np.concatenate([topic[:20], own]), (len(parts), 3))
        sections = [
            (words.name(head), words.prose(rng, part)) for head, part in zip(headings, parts, strict=True)
        ]
        return Text(title, locale, "internal" if self.internal[number] else "public", sections)

    def topic_words(self, locale: str, topic: int) -> Words:
        return _topic_words(self.seed, locale.split("-")[0], topic)

    def question(self, number: int, turn: int) -> Question:
        locale = self.locale_of(number)
        words, topic = language(locale), self.topic_words(locale, int(self.topic[number]))
        own = words.rare(np.random.default_rng([self.seed, 1, number]), OWN_WORDS)
        rng = np.random.default_rng([self.seed, 2, turn])
        length = int(rng.integers(5, 16))
        telling = max(2, length // 4)
        told = [
            topic[words.topical.searchsorted(rng.random(telling))],
            rng.choice(own, int(rng.integers(0, 3))),
        ]
        everyday = words.first_everyday + words.everyday.searchsorted(rng.random(length // 5))
        common = words.common.searchsorted(rng.random(max(length - telling - length // 5 - len(told[1]), 1)))
        asked = rng.permutation(np.concatenate([*told, everyday, common]))
        return Question(words.name(asked) + ("?" if words.spaced else "？"), locale, number)

    def topic_text(self, name: str, topic: int) -> str:
        """What a topic is about, to be embedded for real."""
        rng, words = np.random.default_rng([self.seed, 3, topic]), language(name)
        wanted = self.topic_words(name, topic)
        return words.prose(
            rng, np.concatenate([wanted[:4], words.draw(rng, 10, wanted, wanted[-OWN_WORDS:])])
        )


@lru_cache(maxsize=20_000)
def _topic_words(seed: int, name: str, topic: int) -> Words:
    """Some everyday ones, most of them rare; others' topics share them."""
    words = language(name)
    rng = np.random.default_rng([seed, 4, topic, *name.encode()])
    everyday = rng.integers(words.first_everyday, words.first_rare, TOPIC_WORDS // 4)
    return rng.permutation(np.concatenate([everyday, words.rare(rng, TOPIC_WORDS - len(everyday))]))


@lru_cache(maxsize=20)
def frequencies_of(topics: int) -> npt.NDArray[np.float64]:
    return frequencies(topics, 0.5)


def _passages_by_locale(passages: int) -> dict[str, int]:
    small = {
        locale: size for size, locales in SMALL.items() for locale in locales if size <= passages * LITTLE
    }
    rest = passages - sum(small.values())
    large = {locale: int(share * rest) for locale, share in SHARES.items()}
    large["en"] += rest - sum(large.values())
    return {locale: count for locale, count in (large | small).items() if count}


def _sizes(rng: np.random.Generator, passages: int) -> npt.NDArray[np.int64]:
    """Passages of each document, together exactly so many."""
    summed = np.cumsum(rng.integers(FEWEST, MOST + 1, passages // FEWEST + 1))
    ends = np.append(summed[summed < passages], passages)
    return np.diff(ends, prepend=0)


def _topics_by_language(passages: int) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for locale, count in _passages_by_locale(passages).items():
        counts[locale.split("-")[0]] += count
    topics = min(max(passages // TOPIC_EVERY, FEWEST_TOPICS), MOST_TOPICS)
    return {name: max(3, round(topics * count / passages)) for name, count in counts.items()}
