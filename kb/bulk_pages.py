"""The same for many documents, for admins: what it would do is shown first, then what became of each.

Few are changed at once; many by a worker, and the page shows how far it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, Count, Q, When
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from kb import confirming, lifecycle
from kb.bulk import begin, work
from kb.filters import Filters
from kb.gates import ReaderRequest, admins_only, documents_for
from kb.life_forms import ASKING, MOST_AT_ONCE, BulkForm, selected
from kb.models import BulkChange, BulkItem, Document
from kb.tasks import change_many, ingest_in_bulk

MOST_LISTED = 100
A_PAGE = 100
FEW = 20  # are changed while the admin waits
AS_LONG_AS_IT_TAKES = 3600.0
Action = BulkChange.Action
Outcome = BulkItem.Outcome


@require_http_methods(["GET", "HEAD", "POST"])
@admins_only
def bulk(request: ReaderRequest) -> HttpResponse:
    """Without `go`, a page that shows what would change. Who comes back to the address finds the list."""
    if request.POST.get("action") not in Action:
        return redirect("documents")
    action = Action(request.POST["action"])
    named, left_over = _named(request)
    chosen = list(documents_for(request.user).filter(pk__in=named).order_by("title", "pk"))
    going = "go" in request.POST and "every" not in request.POST  # what was not shown is not done
    form = BulkForm(action, request.POST if going else None)
    if going and chosen and form.is_valid():
        impact = lifecycle.impact(_withdrawn(action, chosen), request.user)
        if confirming.is_seen(request, impact):
            return _begun(request, action, form, chosen)
    return _page(request, action, chosen, form, left_over)


def _begun(
    request: ReaderRequest, action: Action, form: BulkForm, chosen: Sequence[Document]
) -> HttpResponse:
    bulk = begin(action, form.given(), chosen, by=request.user, why=form.reason())
    if len(chosen) > FEW:
        change_many.delay_on_commit(bulk.pk, bulk.turns)  # type: ignore[attr-defined]  # Celery's Django task has it
    else:
        for pk in work(bulk.pk, bulk.turns, AS_LONG_AS_IT_TAKES).to_read:
            ingest_in_bulk.delay_on_commit(pk)  # type: ignore[attr-defined]
    return redirect("bulk-change", bulk.pk)


def _named(request: ReaderRequest) -> tuple[list[int], int]:
    """Those that were ticked, or with `every` all that match the list's filters; how many are too many.

    A filter that is not understood any more, as its tag is gone, chooses none.
    """
    if "every" not in request.POST:
        return selected(request.POST)
    whole = documents_for(request.user)
    filters = Filters(QueryDict(request.POST["every"]), whole)
    if not filters.understood():
        return [], 0
    found = filters.apply(whole).order_by("title", "pk")
    return list(found.values_list("pk", flat=True)[:MOST_AT_ONCE]), max(found.count() - MOST_AT_ONCE, 0)


def _withdrawn(action: Action, chosen: Sequence[Document]) -> list[int]:
    """Those whose text goes."""
    if action == Action.DELETE:
        return [one.pk for one in chosen]
    return [one.pk for one in chosen if lifecycle.withdraws(one, ASKING[action].changes)]


def _page(
    request: ReaderRequest, action: Action, chosen: Sequence[Document], form: BulkForm, left_over: int = 0
) -> HttpResponse:
    withdrawn = _withdrawn(action, chosen)
    context = {
        "section": "documents",
        "action": action,
        "for_good": action == Action.DELETE,
        "what": ASKING[action].told,
        "chosen": chosen,
        "listed": chosen[:MOST_LISTED],
        "not_listed": len(chosen[MOST_LISTED:]),
        "left_over": left_over,
        "most": MOST_AT_ONCE,
        "form": form,
        "impact": lifecycle.impact(withdrawn, request.user) if withdrawn else None,
        "filtered": "every" in request.POST,
    }
    return render(request, "kb/bulk.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
@admins_only
def bulk_change(request: ReaderRequest, bulk_id: int) -> HttpResponse:
    """How far it is; asked for again and again until it is done, and then the whole page is new."""
    found = get_object_or_404(BulkChange.objects.select_related("started_by"), pk=bulk_id)
    running = found.state == BulkChange.State.RUNNING
    if request.htmx and not running:
        return HttpResponseClientRefresh()
    context = {"section": "documents", "bulk": found, "running": running, **_standing(found)}
    if not running:
        context |= _results(found, request.GET.get("page"))
    return render(request, "kb/_bulk_change.html" if request.htmx else "kb/bulk_change.html", context)


def _standing(bulk: BulkChange) -> dict[str, Any]:
    told = bulk.items.aggregate(
        number=Count("pk"),
        waiting=Count("pk", filter=Q(outcome=Outcome.WAITING)),
        refused=Count("pk", filter=Q(outcome=Outcome.REFUSED)),
    )
    tried = told["number"] - told["waiting"]
    return {**told, "tried": tried, "done": tried - told["refused"]}


def _results(bulk: BulkChange, page: str | None) -> dict[str, Any]:
    """What was not changed first."""
    place = Case(When(outcome=Outcome.REFUSED, then=0), When(outcome=Outcome.WAITING, then=1), default=2)
    shown = Paginator(bulk.items.order_by(place, "pk"), A_PAGE).get_page(page)
    there = set(Document.objects.filter(pk__in=[one.number for one in shown]).values_list("pk", flat=True))
    links = {pk: reverse("document", args=[pk]) for pk in there}
    return {"page": shown, "results": [(one, links.get(one.number, "")) for one in shown]}


@require_POST
@admins_only
def stop_bulk_change(request: ReaderRequest, bulk_id: int) -> HttpResponse:
    """Before the next document; what is changed stays so."""
    found = get_object_or_404(BulkChange, pk=bulk_id)
    found.stop(request.user)
    return redirect("bulk-change", found.pk)
