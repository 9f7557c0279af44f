"""The drafts that were written for the customer's last message, and going back to one of them."""

from django.db import transaction

from support.models import Draft, DraftQuerySet, Message, Ticket


def generations(ticket: Ticket) -> list[Draft]:
    """Those that have a text, newest first: the ready one, and those whose place it took."""
    return list(
        _of_last_message(ticket).with_cost().select_related("model_call", "requested_by").order_by("-pk")
    )


def bring_back(draft: Draft) -> bool:
    """It is the ready one again. False: somebody has written since, or it is not to be had any more."""
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update().get(pk=draft.ticket_id)
        if ticket.status == Ticket.Status.CLOSED:
            return False
        again = _of_last_message(ticket).filter(pk=draft.pk).first()
        if again is None:
            return False
        others = ticket.drafts.filter(state__in=[Draft.State.READY, Draft.State.FAILED]).exclude(pk=again.pk)
        others.update(state=Draft.State.SUPERSEDED)
        ticket.drafts.filter(pk=again.pk).update(state=Draft.State.READY)
    draft.refresh_from_db()
    return True


def _of_last_message(ticket: Ticket) -> DraftQuerySet:
    last = ticket.last_public_message()
    if last is None or last.kind != Message.Kind.CUSTOMER:
        return Draft.objects.none()
    kept = [Draft.State.READY, Draft.State.SUPERSEDED]
    return Draft.objects.filter(ticket=ticket, up_to=last, state__in=kept).exclude(text="")
