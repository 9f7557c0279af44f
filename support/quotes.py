"""Answer without a model: the best sentences of the best passages, word for word, with marks. Pure."""

import math
import re
from collections import Counter
from collections.abc import Sequence
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
# A sentence whose words stand already in those chosen repeats them.
REPEATS = 0.7

CODE = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.DOTALL | re.MULTILINE)
BLANK_AND_MARK = re.compile(rf"\s*{MARK.pattern}", re.IGNORECASE)


@dataclass(frozen=True)
class Candidate:
    number: int
    passage: int  # its rank
    place: int
    text: str
    words: frozenset[str]


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
    """Sentences that can stand alone: no headings, tables, code, bare links or beginnings of lists."""
    text = CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), offered.text)
    found = []
    for span in sentences.split(text, offered.locale):
        raw = text[span.start : span.end]
        sentence = plain(raw)
        if span.heading or raw.startswith("|") or not _stands_alone(raw, sentence):
            continue
        found.append(
            Candidate(offered.number, rank, span.start, sentence, frozenset(sentences.words(sentence)))
        )
    return found


def _stands_alone(raw: str, sentence: str) -> bool:
    without_links = re.sub(r"https?://\S+", "", LINK.sub("", raw))
    said = "".join(filter(str.isalnum, without_links))
    wide = any(ord(c) > 0x2E7F for c in said)  # Chinese says in four characters what takes twelve here
    return len(said) >= (SHORTEST // 3 if wide else SHORTEST) and not sentence.endswith((":", "："))


def _choose(candidates: Sequence[Candidate], asked: set[str]) -> list[Candidate]:
    """Best first, as long as each says something new; the best passage speaks even if no word agrees."""
    weights = _weights(candidates)
    scores = {one: _score(one, asked, weights) for one in candidates}
    ranked = sorted(candidates, key=lambda one: (-scores[one], one.passage, one.place))
    chosen: list[Candidate] = []
    length = 0
    for one in ranked:
        if len(chosen) == MOST_SENTENCES or (chosen and scores[one] < scores[chosen[0]] * 0.35):
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
    return (overlap + 0.1) / math.sqrt(4 + len(one.words)) * RANK_DISCOUNT**one.passage


def _repeats(one: Candidate, other: Candidate) -> bool:
    smaller = min(len(one.words), len(other.words)) or 1
    return len(one.words & other.words) / smaller >= REPEATS


def _weights(candidates: Sequence[Candidate]) -> dict[str, float]:
    counts = Counter(chain.from_iterable(one.words for one in candidates))
    return {word: math.log(1 + len(candidates) / count) for word, count in counts.items()}


def _marked(one: Candidate) -> str:
    """The mark before the full stop; a sentence without one gets it, so that the next begins anew."""
    text = one.text
    if text[-1] in ".!?。！？":
        return f"{text[:-1].rstrip()} [{one.number}]{text[-1]}"
    ended = any(character in ".!?…。！？" for character in text[-2:])
    return f"{text} [{one.number}]" if ended else f"{text} [{one.number}]."
