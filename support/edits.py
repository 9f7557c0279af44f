"""Tell what an agent did to a draft: which sentence of the reply came from which of its sentences. Pure."""

import re
from bisect import bisect
from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from functools import lru_cache

# Words; of scripts that set no blanks between them, characters.
WORD = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+")
# With less than this share of their words in common, one sentence is not the other's edited form.
ALIKE = 0.5
# An edited sentence is looked for among so many that stand before, and after, where it stands.
NEAREST = 50


def origins(texts: Sequence[str], drafted: Sequence[str]) -> list[int | None]:
    """For each sentence the place of the drafted one that it is, word for word or edited; None: it was added.

    No drafted sentence is the origin of two.
    """
    found = _unedited(texts, drafted)
    taken = set(found)
    free = [one for one in range(len(drafted)) if one not in taken]
    for _, place, one in _likest(texts, drafted, found, free):
        if found[place] is None and one not in taken:
            found[place] = one
            taken.add(one)
    return found


def unedited(text: str, drafted: str) -> bool:
    """Line breaks and blanks don't count."""
    return plain(text) == plain(drafted)


def plain(text: str) -> str:
    return " ".join(text.split())


def _unedited(texts: Sequence[str], drafted: Sequence[str]) -> list[int | None]:
    places: defaultdict[str, deque[int]] = defaultdict(deque)
    for place, said in enumerate(drafted):
        places[plain(said)].append(place)
    same = (places[plain(text)] for text in texts)
    return [free.popleft() if free else None for free in same]


def _likest(
    texts: Sequence[str], drafted: Sequence[str], found: Sequence[int | None], free: Sequence[int]
) -> list[tuple[float, int, int]]:
    """(how unlike, sentence, drafted sentence), the most alike first; of equals those that stand alike."""
    pairs = []
    for place, text in enumerate(texts):
        if found[place] is not None:
            continue
        for one in _near(place, free):
            alike = _alike(_words(text), _words(drafted[one]))
            if alike >= ALIKE:
                pairs.append((-alike, place, one))
    return sorted(pairs, key=lambda pair: (pair[0], abs(pair[1] - pair[2]), pair[1]))


def _near(place: int, free: Sequence[int]) -> Sequence[int]:
    middle = bisect(free, place)
    return free[max(0, middle - NEAREST) : middle + NEAREST]


@lru_cache(maxsize=1024)
def _words(text: str) -> Counter[str]:
    return Counter(WORD.findall(text.casefold()))


def _alike(some: Counter[str], others: Counter[str]) -> float:
    """The share of their words that they have in common."""
    together = some.total() + others.total()
    return 2 * (some & others).total() / together if together else 0.0
