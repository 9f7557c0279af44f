"""Answer without a model: the best sentences of the best passages, word for word, with marks. Pure.

A row of a table is read with the heads of its columns.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from kb.plain import LINK, unmarked
from support import sentences
from support.evidence import MARK, Offered

MOST_SENTENCES = 4
MOST_CHARACTERS = 700
BEST_PASSAGES = 4
SHORTEST = 12  # characters with meaning; "See also:" tells nothing
# Later passages count for less: retrieval knows more of the question than its words.
RANK_DISCOUNT = 0.85
# How much length counts against a sentence, its heading's words and opening a section for it: set in a trial
# on the development set, by how often the quotes hold the text that an agent relied on.
LENGTH_POWER = 0.25
HEADING_SHARE = 0.3
OPENING = 1.0
# Weaker than this share of the best, a sentence is beside the point.
WEAKEST = 0.4
# A sentence whose words stand already in those chosen repeats them.
REPEATS = 0.7

CODE = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.DOTALL | re.MULTILINE)
ROW = re.compile(r"^[ \t]*\|.*$", re.MULTILINE)
RULE = re.compile(r"[\s|:-]*-[\s|:-]*")
# English only; elsewhere such a sentence is just a weak one.
POINTS_ELSEWHERE = re.compile(
    r"\b(?:see|as (?:described|mentioned|shown)) (?:above|below)\b|\bthis (?:page|article|section) \w+s\b",
    re.I,
)
BLANK_AND_MARK = re.compile(rf"\s*{MARK.pattern}", re.IGNORECASE)


@dataclass(frozen=True)
class Candidate:
    number: int
    passage: int  # its rank
    place: int
    text: str
    words: frozenset[str]
    heading: frozenset[str]
    opens: bool  # its passage


def compose(question: str, offered: Sequence[Offered]) -> str:
    """In reading order, with marks; empty when the passages hold no sentence."""
    best = offered[:BEST_PASSAGES]
    candidates = [one for rank, passage in enumerate(best) for one in _candidates(rank, passage)]
    chosen = _choose(candidates, sentences.words(question))
    chosen.sort(key=lambda one: (one.passage, one.place))
    return " ".join(_marked(one) for one in chosen)


def plain(text: str) -> str:
    """Markdown's words on one line, without numbers that would pass for citations."""
    return " ".join(BLANK_AND_MARK.sub("", unmarked(text)).split())


def _candidates(rank: int, offered: Offered) -> list[Candidate]:
    """Sentences and rows that can stand alone: no headings, code, bare links or beginnings of lists."""
    heading = frozenset(sentences.words(offered.heading))
    text = CODE.sub(_blank, offered.text)
    return [
        Candidate(offered.number, rank, place, said, frozenset(sentences.words(said)), heading, opens)
        for place, said, opens in chain(_sentences(ROW.sub(_blank, text), offered.locale), _rows(text))
    ]


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])


Found = Iterator[tuple[int, str, bool]]


def _sentences(text: str, locale: str) -> Found:
    for span in sentences.split(text, locale):
        raw = text[span.start : span.end]
        sentence = plain(raw)
        if not span.heading and _stands_alone(raw, sentence):
            yield span.start, sentence, span.start == 0


def _rows(text: str) -> Found:
    """ "B5: standard charger 7 hours; fast charger 3.5 hours"; with two columns, "E11: too cold"."""
    heads: list[str] = []
    begin = end = -1
    for row in ROW.finditer(text):
        cells = [plain(cell) for cell in re.split(r"(?<!\\)\|", row[0].strip().strip("|"))]
        begins = row.start() != end + 1 or begin < 0
        end = row.end()
        if begins:
            heads, begin = cells, row.start()
        elif not RULE.fullmatch(row[0]) and cells[0] and len(cells) == len(heads) > 1:
            told = cells[1:] if len(cells) == 2 else map(" ".join, zip(heads[1:], cells[1:], strict=True))
            yield row.start(), f"{cells[0]}: {'; '.join(told)}", begin == 0


def _stands_alone(raw: str, sentence: str) -> bool:
    without_links = re.sub(r"https?://\S+", "", LINK.sub("", raw))
    said = "".join(filter(str.isalnum, without_links))
    wide = any(ord(c) > 0x2E7F for c in said)  # Chinese says in four characters what takes twelve here
    long_enough = len(said) >= (SHORTEST // 3 if wide else SHORTEST)
    return long_enough and not sentence.endswith((":", "：")) and not POINTS_ELSEWHERE.search(sentence)


def _choose(candidates: Sequence[Candidate], asked: set[str]) -> list[Candidate]:
    """Best first, as long as each says something new; the best passage speaks even if no word agrees."""
    weights = _weights(candidates)
    scores = {one: _score(one, asked, weights) for one in candidates}
    ranked = sorted(candidates, key=lambda one: (-scores[one], one.passage, one.place))
    chosen: list[Candidate] = []
    length = 0
    for one in ranked:
        if len(chosen) == MOST_SENTENCES or (chosen and scores[one] < scores[chosen[0]] * WEAKEST):
            break
        if length + len(one.text) > MOST_CHARACTERS and chosen:
            continue
        if not any(_repeats(one, other) for other in chosen):
            chosen.append(one)
            length += len(one.text)
    return chosen


def _score(one: Candidate, asked: set[str], weights: dict[str, float]) -> float:
    """The question's words it holds, a little less for length, less for later passages."""
    overlap = sum(weights[word] for word in asked & one.words)
    above = sum(weights.get(word, 0.0) for word in (asked & one.heading) - one.words)
    said = overlap + HEADING_SHARE * above + (OPENING if one.opens else 0.1)
    length = math.pow(4 + len(one.words), LENGTH_POWER)
    return said / length * math.pow(RANK_DISCOUNT, one.passage)


def _repeats(one: Candidate, other: Candidate) -> bool:
    smaller = min(len(one.words), len(other.words)) or 1
    return len(one.words & other.words) / smaller >= REPEATS


def _weights(candidates: Sequence[Candidate]) -> dict[str, float]:
    counts = Counter(chain.from_iterable(one.words | one.heading for one in candidates))
    return {word: math.log(1 + len(candidates) / count) for word, count in counts.items()}


def _marked(one: Candidate) -> str:
    """The mark before the full stop; a sentence without one gets it, so that the next begins anew."""
    text = one.text
    if text[-1] in ".!?。！？":
        return f"{text[:-1].rstrip()} [{one.number}]{text[-1]}"
    ended = any(character in ".!?…。！？" for character in text[-2:])
    return f"{text} [{one.number}]" if ended else f"{text} [{one.number}]."
