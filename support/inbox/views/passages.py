"""The passages beside a draft: find others that customers may read, show those that were added."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from support.inbox.evidence_pane import added_exhibits, searched
from support.inbox.forms.drafts import AddedForm, FindingForm
from support.inbox.gates import AgentRequest, agents_only, ticket_for


@require_GET
@agents_only
def find(request: AgentRequest, ticket_id: int) -> HttpResponse:
    ticket = ticket_for(request.user, ticket_id)
    form = FindingForm(request.GET)
    query = form.cleaned_data["q"] if form.is_valid() else ""
    found = searched(query, ticket.customer.locale) if query else None
    return render(
        request, "support/inbox/_passage_hits.html", {"ticket": ticket, "query": query, "found": found}
    )


@require_GET
@agents_only
def added(request: AgentRequest, ticket_id: int) -> HttpResponse:
    ticket = ticket_for(request.user, ticket_id)
    form = AddedForm(request.GET)
    given = form.cleaned_data if form.is_valid() else {"draft": None, "added": []}
    draft = ticket.drafts.filter(pk=given["draft"]).first() if given["draft"] else None
    context = {"ticket": ticket, "exhibits": added_exhibits(draft, given["added"])}
    return render(request, "support/inbox/_added.html", context)
