"""Find the words of a passage that a sentence rests on: one of its sentences, or several in a row. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from support.evidence.alignment import WEIGHTS, Alignment
from support.evidence.results import Cited, Offered

# A neighbouring sentence is quoted along with the best one if it holds such a share of what agrees.
ALONG = 0.25
MOST_SENTENCES = 3


def quoted(alignment: Alignment, offered: Offered) -> Cited | None:
    """Word for word; None if the passage has no sentence. A heading only where there is nothing else."""
    spans = alignment.text.spans
    if not spans:
        return None
    quotable = [number for number, span in enumerate(spans) if not span.heading] or list(range(len(spans)))
    shares = _shares(alignment, len(spans))
    best = max(quotable, key=lambda number: (round(shares[number], 9), -number))
    first, last = _widened(best, shares, set(quotable))
    start, end = spans[first].start, spans[last].end
    return Cited(offered, offered.text[start:end], offered.start + start, offered.start + end)


def _shares(alignment: Alignment, count: int) -> Sequence[float]:
    """What the words in the chain weigh, for each sentence of the passage; a little for those beside it."""
    shares = [0.0] * count
    for token, link, places in zip(alignment.sentence, alignment.links, alignment.found, strict=True):
        if link >= 0:
            shares[alignment.text.owner[link]] += WEIGHTS[token.kind]
        for owner in {alignment.text.owner[place] for place in places}:
            shares[owner] += WEIGHTS[token.kind] / 100
    return shares


def _widened(best: int, shares: Sequence[float], quotable: set[int]) -> tuple[int, int]:
    first = last = best
    enough = ALONG * sum(shares)
    while last - first + 1 < MOST_SENTENCES:
        beside = [
            number for number in (first - 1, last + 1) if number in quotable and shares[number] >= enough
        ]
        if not beside:
            break
        chosen = max(beside, key=lambda number: shares[number])
        first, last = min(first, chosen), max(last, chosen)
    return first, last
