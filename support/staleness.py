"""Tell whether a ready draft still answers: the customer has not gone on, and what it cites is as it was."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from kb.models import Audience, Document, Passage
from support.models import Citation, Draft, Message, OfferedPassage, Ticket

# So many are told of at once; the others a few seconds later.
MOST_AT_ONCE = 200


def stale(draft: Draft) -> list[str]:
    """Why it should be written again, as sentences for an agent; empty: it stands."""
    if draft.state != Draft.State.READY:
        return []
    written_since = Message.objects.filter(
        ticket=draft.ticket_id, kind=Message.Kind.CUSTOMER, pk__gt=draft.up_to_id
    )
    said = ["The customer has written since."] if written_since.exists() else []
    lost = _lost(Citation.objects.filter(sentence__draft=draft)).select_related("revision__document")
    return said + list(dict.fromkeys(map(_what_happened, lost)))


def find_stale(documents: Collection[int] | None = None) -> list[Draft]:
    """The ready drafts whose evidence changed or went, each once; from now on it is known of them.

    `documents`: only drafts that cite these. What somebody is sending is left to the next time: they hold the
    draft and wait for the document.
    """
    cited = Citation.objects.filter(sentence__draft=OuterRef("pk"))
    if documents is not None:
        cited = cited.filter(revision__document__in=documents)
    candidates = Draft.objects.filter(
        Exists(_lost(cited)),
        state=Draft.State.READY,
        stale_since__isnull=True,
        ticket__status=Ticket.Status.OPEN,
    )
    with transaction.atomic(savepoint=False):
        free = candidates.select_for_update(skip_locked=True, of=("self",))
        found = list(free.order_by("pk")[:MOST_AT_ONCE])
        if found:
            known = Draft.objects.filter(pk__in=[draft.pk for draft in found])
            known.update(stale_since=timezone.now())
    return found


def _lost(citations: QuerySet[Citation]) -> QuerySet[Citation]:
    """Those whose passage is no longer what the writer saw, or not for customers any more."""
    public = Passage.objects.visible_to(Audience.PUBLIC).filter(pk=OuterRef("passage"))
    changed = OfferedPassage.objects.filter(
        ~Q(content_hash=OuterRef("passage__content_hash")),
        draft=OuterRef("sentence__draft"),
        number=OuterRef("number"),
    )
    return citations.filter(~Exists(public) | Exists(changed)).order_by("number", "pk")


def _what_happened(citation: Citation) -> str:
    document = citation.revision.document if citation.revision else None
    if document is None:
        return f"“{citation.title}” was deleted since."
    if document.status != Document.Status.PUBLISHED:
        return f"“{citation.title}” is no longer published."
    if document.standing == "expired":
        return f"“{citation.title}” has expired."
    if document.standing == "scheduled":
        return f"“{citation.title}” is to be published again later: until then nobody reads it."
    if document.audience != Audience.PUBLIC:
        return f"“{citation.title}” is internal now: customers can’t read it."
    return f"“{citation.title}” was changed since."
