"""Write down what a reply says and what it rests on: called in the transaction that makes its draft ready."""

from support import evidence
from support.composing import Reply
from support.evidence import Checked, Offered
from support.models import Citation, Draft, Gap, OfferedPassage, PassageChoice, Sentence


def store(draft: Draft, reply: Reply) -> None:
    """The passages as the writer saw them, each sentence with its citations, and the gap if there is one."""
    _store_offered(draft, reply)
    rows = Sentence.objects.bulk_create(
        _sentence(draft, position, checked) for position, checked in enumerate(reply.sentences)
    )
    Citation.objects.bulk_create(
        _citation(row, cited)
        for row, checked in zip(rows, reply.sentences, strict=True)
        for cited in checked.citations
    )
    if reply.outcome == Draft.Outcome.CANNOT_ANSWER:
        Gap.objects.create(
            ticket_id=draft.ticket_id,
            draft=draft,
            question=reply.question,
            missing=reply.missing,
            locale=reply.language,
        )


def _store_offered(draft: Draft, reply: Reply) -> None:
    chosen = draft.choices.filter(kind=PassageChoice.Kind.PINNED)
    pinned = set(chosen.values_list("passage_id", flat=True))
    OfferedPassage.objects.bulk_create(
        _offered(draft, one, one.passage_id in pinned) for one in reply.offered
    )


def _offered(draft: Draft, offered: Offered, pinned: bool) -> OfferedPassage:
    return OfferedPassage(
        draft=draft,
        number=offered.number,
        passage_id=offered.passage_id,
        revision_id=offered.revision_id,
        reference=offered.document,
        title=offered.title,
        heading=offered.heading,
        text=offered.text,
        start=offered.start,
        locale=offered.locale,
        content_hash=offered.content_hash,
        pinned=pinned,
    )


def _sentence(draft: Draft, position: int, checked: Checked) -> Sentence:
    return Sentence(
        draft=draft,
        position=position,
        text=checked.text,
        start=checked.start,
        end=checked.end,
        verdict=checked.verdict,
        reason=checked.reason,
        dropped=_storable(checked.dropped),
    )


def _storable(numbers: tuple[int, ...]) -> list[int]:
    """A model may cite any number that there is."""
    return [min(number, 32767) for number in numbers]


def _citation(sentence: Sentence, cited: evidence.Cited) -> Citation:
    offered = cited.offered
    return Citation(
        sentence=sentence,
        number=cited.number,
        passage_id=offered.passage_id,
        revision_id=offered.revision_id,
        title=offered.title,
        heading=offered.heading,
        quote=cited.quote,
        start=cited.start,
        end=cited.end,
    )
