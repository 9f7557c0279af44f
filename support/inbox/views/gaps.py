"""What customers asked and the help center could not answer, for those who write its articles."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from support.inbox.gates import AgentRequest, admins_only
from support.languages import name_of
from support.models import Gap, Ticket

A_PAGE = 50


@require_safe
@admins_only
def gaps(request: AgentRequest) -> HttpResponse:
    """Newest first, each question once."""
    seen = Gap.objects.filter(ticket__in=Ticket.objects.for_agent(request.user))
    page = Paginator(seen.by_question(), A_PAGE).get_page(request.GET.get("page"))
    newest = Gap.objects.select_related("ticket").in_bulk([row["newest"] for row in page])
    found = [(newest[row["newest"]], row["tickets"]) for row in page if row["newest"] in newest]
    rows = [(gap, tickets, name_of(gap.locale)) for gap, tickets in found]
    return render(request, "support/gaps.html", {"rows": rows, "page": page, "section": "gaps"})
