"""Hold what an agent is about to send against the passages behind it: while they type, and when they send.

The passages are those that the draft's writer was offered, as the writer saw them, and those that the agent
added; each only as long as a customer may read it unchanged. A sentence that the agent left alone keeps what
was found out about it when it was drafted, as long as all that it cites still stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kb.models import Audience, Passage
from support import edits, evidence, languages, sentences
from support.evidence import Checked, Cited, Evidence, Offered
from support.models import Citation, Draft, OfferedPassage, Sentence, Verdict
from support.offering import following
from support.rendering import without_turning

if TYPE_CHECKING:
    from kb.models import PassageQuerySet

# Each is held against the passages while its author waits, and others wait for the rows that sending locks.
MOST_SENTENCES = 200
SUMMED_UP = {
    Verdict.MATCHES: ("matches", "match"),
    Verdict.PARTLY: ("only partly matches", "only partly match"),
    Verdict.NO_MATCH: ("has no match", "have no match"),
    Verdict.NEEDS_NO_PROOF: ("needs no proof", "need no proof"),
}
LOST = "What this sentence cites was changed or withdrawn since it was drafted."


@dataclass(frozen=True)
class Reviewed(Checked):
    """One sentence of the reply, what the agent did to it, and the draft's sentence that it came from."""

    change: str = ""
    drafted: Sentence | None = None
    step: int | None = None  # that it begins, in a numbered list

    @property
    def unproven(self) -> bool:
        """It may be sent only if the agent says that they checked it."""
        return self.verdict == Verdict.NO_MATCH

    @property
    def quotes(self) -> str:
        """Where its quotes stand in the texts of the passages, for the page: "1:0-40 3:12-60"."""
        places = ((one.number, one.start - one.offered.start, one.end - one.start) for one in self.citations)
        return " ".join(f"{number}:{start}-{start + length}" for number, start, length in places)


@dataclass(frozen=True)
class Review(Evidence):
    sentences: tuple[Reviewed, ...]
    removed: tuple[Sentence, ...] = ()  # drafted ones that nothing here came from
    marks: tuple[int, ...] = ()  # set by the agent: they cite, and are not sent
    problem: str = ""  # why nothing was checked, as a sentence for the agent

    @property
    def summary(self) -> str:
        """ "3 sentences: 2 match, 1 has no match · 1 removed" """
        if self.problem:
            return self.problem
        total = len(self.sentences)
        verdicts = Counter(one.verdict for one in self.sentences)
        counts = [f"{n} {words[n != 1]}" for one, words in SUMMED_UP.items() if (n := verdicts[one])]
        said = f"{total} sentence{'' if total == 1 else 's'}: {', '.join(counts)}" if total else "No sentence"
        more = [f"{len(self.removed)} removed"] if self.removed else []
        if self.marks:
            more.append(f"citations, not sent: {''.join(f'[{number}]' for number in self.marks)}")
        return " · ".join([said, *more])


def review(text: str, draft: Draft | None, added: Sequence[int] = ()) -> Review:
    """The text without the marks that an agent may set, and what supports each sentence of it."""
    text = without_turning(text)
    if problem := too_long(text):
        return Review(text, (), problem=problem)
    passages = offered(draft, added)
    known = {one.number: one for one in passages}
    drafted = list(draft.sentences.prefetch_related("citations")) if draft else []
    cited = {one.text: [c.number for c in one.citations.all() if c.number in known] for one in drafted}
    numbers = {said: standing for said, standing in cited.items() if standing}  # others are looked for
    locale = _locale(draft, passages)
    found = evidence.recheck(text, passages, locale, numbers)
    origins = edits.origins([one.text for one in found.sentences], [one.text for one in drafted])
    reviewed = []
    for checked, origin in zip(found.sentences, origins, strict=True):
        came_from = None if origin is None else drafted[origin]
        if came_from and not checked.citations:
            checked = _as_edited(checked, cited[came_from.text], passages, locale)
        reviewed.append(_reviewed(checked, came_from, known, bool(added)))
    kept = set(origins)
    removed = [one for place, one in enumerate(drafted) if place not in kept]
    steps = sentences.steps(found.text)
    numbered = tuple(replace(one, step=steps.get(one.start)) for one in reviewed)
    return Review(found.text, numbered, tuple(removed), _marks(text, known))


def too_long(text: str) -> str:
    """Why it can't be checked in one go, as a sentence for the agent; empty if it can."""
    total = len(sentences.split(text))
    if total <= MOST_SENTENCES:
        return ""
    return f"This text has {total:,} sentences, and at most {MOST_SENTENCES} are checked and sent at once."


def offered(draft: Draft | None, added: Sequence[int] = ()) -> list[Offered]:
    """What the draft's writer was offered, then what the agent added; a number is never given out twice."""
    rows = list(draft.offered.all()) if draft else []
    wanted = [row.passage_id for row in rows if row.passage_id] + list(added)
    readable = public_passages(wanted).select_related("document").in_bulk()
    standing = [_as_it_was(row) for row in rows if _is_unchanged(row, readable)]
    more = [readable[pk] for pk in dict.fromkeys(added) if pk in readable]
    return standing + following([_as_it_was(row) for row in rows], more)


def public_passages(ids: Iterable[int]) -> PassageQuerySet:
    """Those among them that a customer may read."""
    return Passage.objects.visible_to(Audience.PUBLIC).filter(pk__in=list(ids))


def _marks(text: str, known: Collection[int]) -> tuple[int, ...]:
    _, found = evidence.without_marks(text, known)
    return tuple(sorted({number for mark in found for number in mark.numbers}))


def _locale(draft: Draft | None, passages: Sequence[Offered]) -> str:
    """The draft's, not the text's: an untouched sentence is to be found again."""
    own = draft.language or languages.spoken([draft.text]) if draft else ""
    return own or next((one.locale for one in passages if one.locale), "")


def _is_unchanged(row: OfferedPassage, readable: Mapping[int, Passage]) -> bool:
    passage = readable.get(row.passage_id or 0)
    return passage is not None and passage.content_hash == row.content_hash


def _as_it_was(row: OfferedPassage) -> Offered:
    return Offered(
        number=row.number,
        document=row.reference,
        title=row.title,
        heading=row.heading,
        text=row.text,
        start=row.start,
        locale=row.locale,
        passage_id=row.passage_id,
        revision_id=row.revision_id,
        content_hash=row.content_hash,
    )


def _reviewed(
    checked: Checked, drafted: Sentence | None, known: Mapping[int, Offered], has_added: bool
) -> Reviewed:
    if drafted is None:
        return _with(checked, Sentence.Change.ADDED, None)
    if not edits.unedited(checked.text, drafted.text):
        return _with(checked, Sentence.Change.CHANGED, drafted)
    citations = list(drafted.citations.all())
    if any(one.number not in known for one in citations):
        reason = checked.reason if checked.verdict == Verdict.MATCHES else LOST
        return _with(replace(checked, reason=reason), Sentence.Change.KEPT, drafted)
    # What the agent added may say it; and a mark that the agent set counts more than the writer's.
    if (has_added and drafted.verdict == Verdict.NO_MATCH) or _cites_others(checked, citations):
        return _with(checked, Sentence.Change.KEPT, drafted)
    return _with(_as_drafted(checked, drafted, citations, known), Sentence.Change.KEPT, drafted)


def _as_edited(checked: Checked, numbers: Sequence[int], passages: Sequence[Offered], locale: str) -> Checked:
    """Nothing else backs it, so it is told what the passage says that it cited before it was changed."""
    held = (
        evidence.recheck(checked.text, passages, locale, {checked.text: numbers}).sentences if numbers else ()
    )
    if len(held) != 1 or not held[0].citations:
        return checked
    return replace(held[0], text=checked.text, start=checked.start, end=checked.end)


def _cites_others(checked: Checked, drafted: Sequence[Citation]) -> bool:
    return bool(drafted) and {one.number for one in checked.citations} != {one.number for one in drafted}


def _with(checked: Checked, change: Sentence.Change, drafted: Sentence | None) -> Reviewed:
    return Reviewed(**vars(checked), change=change, drafted=drafted)


def _as_drafted(
    checked: Checked, drafted: Sentence, citations: Sequence[Citation], known: Mapping[int, Offered]
) -> Checked:
    return replace(
        checked,
        verdict=Verdict(drafted.verdict),
        reason=drafted.reason,
        dropped=tuple(drafted.dropped),
        citations=tuple(Cited(known[one.number], one.quote, one.start, one.end) for one in citations),
    )
