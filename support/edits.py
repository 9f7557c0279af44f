"""Tell what an agent did to a draft: which sentence of the reply came from which of its sentences. Pure."""

import re
from collections import Counter
from collections.abc import Sequence

# Words; of scripts that set no blanks between them, characters.
WORD = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+")
# With less than this share of their words in common, one sentence is not the other's edited form.
ALIKE = 0.5


def origins(texts: Sequence[str], drafted: Sequence[str]) -> list[int | None]:
    """For each sentence the place of the drafted one that it is, word for word or edited; None: it was added.

    No drafted sentence is the origin of two.
    """
    found: list[int | None] = [None] * len(texts)
    free = list(range(len(drafted)))
    for place, text in enumerate(texts):
        same = next((one for one in free if unedited(text, drafted[one])), None)
        if same is not None:
            found[place] = same
            free.remove(same)
    for _, place, one in _likest(texts, drafted, found, free):
        if found[place] is None and one in free:
            found[place] = one
            free.remove(one)
    return found


def unedited(text: str, drafted: str) -> bool:
    """Line breaks and blanks don't count."""
    return plain(text) == plain(drafted)


def plain(text: str) -> str:
    return " ".join(text.split())


def _likest(
    texts: Sequence[str], drafted: Sequence[str], found: Sequence[int | None], free: Sequence[int]
) -> list[tuple[float, int, int]]:
    """(how unlike, sentence, drafted sentence), the most alike first; of equals those that stand alike."""
    bags = {one: _words(drafted[one]) for one in free}
    pairs = []
    for place, text in enumerate(texts):
        if found[place] is not None:
            continue
        said = _words(text)
        for one, bag in bags.items():
            alike = _alike(said, bag)
            if alike >= ALIKE:
                pairs.append((-alike, place, one))
    return sorted(pairs, key=lambda pair: (pair[0], abs(pair[1] - pair[2]), pair[1]))


def _words(text: str) -> Counter[str]:
    return Counter(WORD.findall(text.casefold()))


def _alike(some: Counter[str], others: Counter[str]) -> float:
    """The share of their words that they have in common."""
    together = some.total() + others.total()
    return 2 * (some & others).total() / together if together else 0.0
