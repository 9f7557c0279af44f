"""What a ticket's head says it is about: priority and tags, and what is suggested beside them."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from support import languages, triage
from support.models import Tag, Ticket, Triage


def pane(ticket: Ticket) -> dict[str, Any]:
    """Nothing is suggested while the first triage is under way, nor with triage switched off."""
    found = Triage.objects.filter(ticket=ticket).first() if settings.TRIAGE else None
    shown = found if found and found.finished else None
    return {
        "tags": list(ticket.tags.all()),
        "triage": shown,
        "suggested": triage.open_suggestions(ticket, shown) if shown else None,
        "suggested_version": triage.version(shown) if shown else "",
        "triage_language": languages.name_of(shown.language) if shown else "",
    }


def dialog(ticket: Ticket) -> dict[str, Any]:
    """All that can be chosen, and what became of the suggestions."""
    found = Triage.objects.filter(ticket=ticket).first()
    return {
        "ticket": ticket,
        "chosen": {tag.pk for tag in ticket.tags.all()},
        "every_tag": Tag.objects.all(),
        "priorities": Ticket._meta.get_field("priority").choices,
        "decisions": found.decisions.select_related("agent") if found else [],
    }
