"""Write down what a reply says and what it rests on: called in the transaction that makes its draft ready."""

from support import proof
from support.composing import Reply
from support.evidence import Offered
from support.models import Draft, Gap, OfferedPassage, PassageChoice


def store(draft: Draft, reply: Reply) -> None:
    """The passages as the writer saw them, each sentence with its citations, and the gap if there is one."""
    _store_offered(draft, reply)
    rows = [proof.row(position, checked, draft=draft) for position, checked in enumerate(reply.sentences)]
    proof.store(rows, reply.sentences)
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
