"""What drafts and replies rest on a document's text: told before it goes, kept and marked when it went."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, cast

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from kb.dependents import Impact, Place
from kb.models import Audience
from support import live, staleness
from support.models import Citation, Draft, Message, Ticket

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

    from kb.models import Document, PassageQuerySet
    from support.models import Agent

RECENT = timedelta(days=30)
MOST_PLACES = 20
MOST_ASKED = 200
LONGEST_ASKED = 1000  # characters


class Citing:
    """Registered with `kb.dependents` when the app is ready."""

    def impact(self, passages: PassageQuerySet, viewer: AbstractUser) -> Impact:
        """A draft counts while customers may read what it cites; a reply of the last 30 days in any case."""
        public = passages.visible_to(Audience.PUBLIC)
        drafts = Draft.objects.filter(
            Exists(Citation.objects.filter(sentence__draft=OuterRef("pk"), passage__in=public)),
            state=Draft.State.READY,
            ticket__status=Ticket.Status.OPEN,
        )
        replies = Message.objects.filter(
            Exists(Citation.objects.filter(sentence__message=OuterRef("pk"), passage__in=passages)),
            kind=Message.Kind.REPLY,
            created__gte=timezone.now() - RECENT,
        )
        of_drafts, of_replies = (set(rows.values_list("ticket", flat=True)) for rows in (drafts, replies))
        seen = Ticket.objects.for_agent(cast("Agent", viewer)).filter(pk__in=of_drafts | of_replies)
        newest = seen.order_by("-updated", "-pk")[:MOST_PLACES]
        shown = [
            Place(one.get_absolute_url(), str(one), _what(one.pk in of_drafts, one.pk in of_replies))
            for one in newest
        ]
        return Impact(drafts.count(), replies.count(), shown, seen.count())

    def cited(self, document: Document) -> Collection[int]:
        replies = Q(sentence__message__isnull=False) | Q(messages__isnull=False)
        found = Citation.objects.filter(replies, revision__document=document)
        return set(found.values_list("revision", flat=True))

    def asked(self, viewer: AbstractUser) -> Sequence[str]:
        seen = Ticket.objects.for_agent(cast("Agent", viewer))
        found = Message.objects.filter(kind=Message.Kind.CUSTOMER, ticket__in=seen).order_by("-pk")
        texts = found.values_list("text", flat=True)[:MOST_ASKED]
        return list(dict.fromkeys(text[:LONGEST_ASKED] for text in texts))

    def citations(self, since: datetime) -> Mapping[int, int]:
        """As a reply's sentences cite it, in whichever revision."""
        replies = Q(sentence__message__kind=Message.Kind.REPLY, sentence__message__created__gte=since)
        found = Citation.objects.filter(replies, revision__document__isnull=False).order_by()
        told = found.values("revision__document").annotate(replies=Count("sentence__message", distinct=True))
        return {row["revision__document"]: row["replies"] for row in told}

    def withdrawn(self, documents: Collection[int]) -> None:
        """Stale in the same transaction; open pages are told when it is done."""
        for draft in staleness.find_stale(documents):
            transaction.on_commit(partial(live.ticket_changed, draft.ticket_id))


def _what(draft: bool, reply: bool) -> str:
    return " and ".join(name for name, there in (("draft", draft), ("reply", reply)) if there)
