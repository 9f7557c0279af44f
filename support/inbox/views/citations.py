"""What a sent reply cites, as it was when it was sent, for staff: whatever became of the document since."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kb.gates import documents_for
from kb.rendering import render as render_text
from support.inbox.gates import AgentRequest, agents_only, ticket_for
from support.models import Citation, Message


@never_cache
@require_safe
@agents_only
def citation(request: AgentRequest, citation_id: int) -> HttpResponse:
    """Through the gate of the ticket whose reply it is part of."""
    known = Citation.objects.select_related("sentence__message", "revision__document__current")
    cited = get_object_or_404(known, pk=citation_id)
    message = cited.sentence.message or Message.objects.filter(citations=cited).order_by("pk").first()
    if message is None:
        raise Http404("No reply that was sent cites this.")
    ticket = ticket_for(request.user, message.ticket_id)
    revision = cited.revision
    document = revision.document if revision else None
    readable = document and documents_for(request.user).filter(pk=document.pk).exists()
    context = {
        "section": "inbox",
        "citation": cited,
        "message": message,
        "ticket": ticket,
        "revision": revision,
        "document": document,
        "readable": readable,
        "is_current": bool(revision and document and revision.pk == document.current_id),
        "text": render_text(revision.text, revision.title) if revision else "",
    }
    return render(request, "support/citation.html", context)
