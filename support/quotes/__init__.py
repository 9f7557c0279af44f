"""Answer without a model: what the passages say that answers best, word for word, with marks. Pure.

Sentences stand in paragraphs, document by document, the best one first; within a document in its own order.
A list stays a list under the sentence that leads to it, its steps in order.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from support import evidence, sentences
from support.evidence import Offered
from support.models import Verdict
from support.quotes.choosing import Chosen, choose
from support.quotes.reading import Line, plain, quotables

__all__ = ["compose", "plain"]


def compose(question: str, offered: Sequence[Offered]) -> str:
    """In reading order, with marks; empty when the passages hold nothing that can be quoted."""
    found = [one for rank, passage in enumerate(offered) for one in quotables(rank, passage)]
    chosen = list(filter(_proven, choose(found, sentences.words(question))))
    best = {one.offered.document: one.score for one in sorted(chosen, key=lambda one: one.score)}
    chosen.sort(key=lambda one: (-best[one.offered.document], one.offered.document, one.place))
    documents = groupby(chosen, key=lambda one: one.offered.document)
    text = "\n\n".join("".join(_joined(list(said))) for _, said in documents)
    return text.replace("。 ", "。")


def _proven(chosen: Chosen) -> bool:
    """By the check that an agent sees. "5[0](/x)" is read as 50, which nobody could find in the passage."""
    checked = evidence.check("\n".join(_lines(chosen)), [chosen.offered], chosen.offered.locale)
    return all(one.verdict == Verdict.MATCHES for one in checked.sentences)


def _joined(chosen: Sequence[Chosen]) -> Iterator[str]:
    """Sentences one after the other, a list on lines of its own."""
    before: Chosen | None = None
    for one in chosen:
        if before is not None:
            yield " " if before.lead == one.lead == "" and not (before.is_list or one.is_list) else "\n\n"
        yield "\n".join(_lines(one))
        before = one


def _lines(chosen: Chosen) -> Iterator[str]:
    if chosen.lead:
        yield _marked(chosen.lead, chosen.offered.number)
    for line in chosen.lines:
        if line.said:
            yield _line(line, chosen.offered.number)


def _line(line: Line, number: int) -> str:
    """The last sentence of a point goes without a full stop, if it has none."""
    *before, last = line.said
    said = [_marked(sentence, number) for sentence in before]
    return line.mark + " ".join([*said, _marked(last, number, ends=bool(line.mark))])


def _marked(sentence: str, number: int, ends: bool = False) -> str:
    """The mark before the full stop; a sentence without one gets it, unless its line ends there."""
    if sentence[-1] in ".!?:。！？：":
        return f"{sentence[:-1].rstrip()} [{number}]{sentence[-1]}"
    ended = ends or any(character in ".!?…。！？" for character in sentence[-2:])
    return f"{sentence} [{number}]" if ended else f"{sentence} [{number}]."
