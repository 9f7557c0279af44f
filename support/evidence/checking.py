"""Hold each sentence of a text against the passages that it cites, or against all that were offered. Pure."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain

from support import sentences
from support.evidence import courtesies, marks
from support.evidence.results import Checked, Cited, Evidence, Offered
from support.models import Verdict

# What must not differ weighs most.
NUMBER_WEIGHT = 2.0
# "One of our colleagues" counts nobody.
IDIOMATIC = {"0", "1"}
NOTHING_DRAFTED: Mapping[str, Sequence[int]] = {}


def check(text: str, offered: Sequence[Offered], locale: str = "") -> Evidence:
    """Of a text with marks: each sentence is held against what it cites."""
    shown, placed = marks.without_marks(text)
    spans = sentences.split(shown, locale)
    numbers = marks.given_out(shown, spans, placed)
    known = {one.number: one for one in offered}
    checked = [_checked(shown, span, cited, known) for span, cited in zip(spans, numbers, strict=True)]
    return Evidence(shown, tuple(checked))


def recheck(
    text: str,
    offered: Sequence[Offered],
    locale: str = "",
    drafted: Mapping[str, Sequence[int]] = NOTHING_DRAFTED,
) -> Evidence:
    """Of a text that an agent edited: the draft's sentences keep their numbers, others are held against all."""
    shown, placed = marks.without_marks(text)
    spans = sentences.split(shown, locale)
    numbers = marks.given_out(shown, spans, placed)
    known = {one.number: one for one in offered}
    kept = {" ".join(said.split()): list(cited) for said, cited in drafted.items()}
    checked = []
    for span, cited in zip(spans, numbers, strict=True):
        cited = cited or kept.get(" ".join(shown[span.start : span.end].split()), cited)
        found = _checked(shown, span, cited, known)
        if not cited and found.verdict == Verdict.NO_MATCH:
            found = _best_backed(shown, span, known)
        checked.append(found)
    return Evidence(shown, tuple(checked))


def quote(sentence: str, offered: Offered) -> Cited | None:
    """The passage's sentence that has most in common with this one; None if the passage has no sentence."""
    candidates, bags, weights = _candidates(offered.text, offered.locale)
    if not candidates:
        return None
    asked = sentences.words(sentence)
    overlaps = [sum(weights[word] for word in asked & bag) for bag in bags]
    # Of equals the shorter says it most plainly.
    best = max(range(len(bags)), key=lambda i: (round(overlaps[i], 9), -len(bags[i]), -i))
    span = candidates[best]
    text = offered.text[span.start : span.end]
    return Cited(offered, text, offered.start + span.start, offered.start + span.end)


@lru_cache(maxsize=128)
def _candidates(text: str, locale: str) -> tuple[list[sentences.Span], list[set[str]], dict[str, float]]:
    """A passage's sentences, or its headings if it has none; their words and what these weigh."""
    spans = sentences.split(text, locale)
    candidates = [span for span in spans if not span.heading] or spans
    bags = [sentences.words(text[span.start : span.end]) for span in candidates]
    return candidates, bags, _weights(bags)


def _best_backed(text: str, span: sentences.Span, known: Mapping[int, Offered]) -> Checked:
    sentence = text[span.start : span.end]
    asked = sentences.words(sentence)
    found = [(quote(sentence, one), one) for one in known.values()]
    shares = [
        (len(asked & sentences.words(cited.quote)) / max(len(asked), 1), cited)
        for cited, _ in found
        if cited is not None
    ]
    share, best = max(shares, key=lambda one: one[0], default=(0.0, None))
    if best is None or share < 0.5:
        reason = "None of the passages that were offered says this."
        return Checked(sentence, span.start, span.end, Verdict.NO_MATCH, (), (), reason)
    return _checked(text, span, [best.number], known)


def _checked(
    text: str, span: sentences.Span, numbers: Sequence[int], known: Mapping[int, Offered]
) -> Checked:
    sentence = text[span.start : span.end]
    dropped = tuple(number for number in numbers if number not in known)
    quotes = [quote(sentence, known[number]) for number in numbers if number in known]
    citations = tuple(cited for cited in quotes if cited is not None)
    verdict, reason = _verdict(sentence, citations)
    if not citations and not dropped and courtesies.claims_nothing(sentence):
        verdict, reason = Verdict.NEEDS_NO_PROOF, ""
    elif not citations and dropped:
        reason = f"Passage {dropped[0]} was not among those offered."
    return Checked(sentence, span.start, span.end, verdict, citations, dropped, reason)


def _verdict(sentence: str, citations: Sequence[Cited]) -> tuple[Verdict, str]:
    if not citations:
        return Verdict.NO_MATCH, "No passage is cited."
    passages = [f"{cited.offered.heading}\n{cited.offered.text}" for cited in citations]
    known = set(chain.from_iterable(chain.from_iterable(map(sentences.numbers, passages))))
    known |= set(chain.from_iterable(map(sentences.spelled_numbers, passages)))
    spelled = sentences.spelled_numbers(sentence) - IDIOMATIC
    for said in sorted(spelled - known):
        return Verdict.PARTLY, f"The passage does not say “{said}”."
    for values in sentences.numbers(sentence):
        if not values & known:
            return Verdict.PARTLY, f"The passage does not say “{min(values)}”."
    return Verdict.MATCHES, ""


def _weights(bags: Sequence[set[str]]) -> dict[str, float]:
    """Words that stand in few sentences of the passage tell more; so do numbers."""
    counts = Counter(chain.from_iterable(bags))
    return {
        word: math.log(1 + len(bags) / count) * (NUMBER_WEIGHT if word.isdigit() else 1.0)
        for word, count in counts.items()
    }
