"""What wants looking after, for admins: what waits, what nobody cites, what says the same twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kb import dependents, differences
from kb.filters import waiting
from kb.gates import ReaderRequest, admins_only
from kb.models import Audience, Document, Duplicate, DuplicateSearch
from kb.tasks import find_duplicates

# What was not cited in so long a time, though it was there, may be in nobody's way and may be superfluous.
LOOKED_BACK = timedelta(days=90)
SHOWN = 20
A_PAGE = 50


@never_cache
@require_safe
@admins_only
def upkeep(request: ReaderRequest) -> HttpResponse:
    context = {
        "section": "documents",
        "waiting": waiting(Document.objects.all()),
        **_citing(),
        **_pairs(request),
    }
    return render(request, "kb/upkeep.html", context)


def _citing() -> dict[str, Any]:
    since = timezone.now() - LOOKED_BACK
    cited = dependents.citations(since)
    there = Document.objects.in_bulk([pk for pk, _ in cited.most_common(SHOWN)])
    idle = Document.objects.visible_to(Audience.PUBLIC).filter(created__lt=since).exclude(pk__in=list(cited))
    return {
        "days": LOOKED_BACK.days,
        "most_cited": [(there[pk], number) for pk, number in cited.most_common(SHOWN) if pk in there],
        "never_cited": idle.order_by("created")[:SHOWN],
        "never_cited_count": idle.count(),
    }


def _pairs(request: ReaderRequest) -> dict[str, Any]:
    archived = Q(document__status=Document.Status.ARCHIVED) | Q(other__status=Document.Status.ARCHIVED)
    found = Duplicate.objects.filter(dismissed=None).exclude(archived).select_related("document", "other")
    searches = list(DuplicateSearch.objects.all()[:2])
    return {
        "pairs": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "dismissed": Duplicate.objects.exclude(dismissed=None).count(),
        "searching": next((one for one in searches if one.state == DuplicateSearch.State.RUNNING), None),
        "last_search": next((one for one in searches if one.state != DuplicateSearch.State.RUNNING), None),
    }


@never_cache
@require_safe
@admins_only
def pairs(request: ReaderRequest) -> HttpResponse:
    """The part that changes while a search is at work."""
    return render(request, "kb/_duplicates.html", _pairs(request))


@require_POST
@admins_only
def look(request: ReaderRequest) -> HttpResponse:
    search = DuplicateSearch.request(request.user)
    find_duplicates.delay_on_commit(search.pk)  # type: ignore[attr-defined]  # Celery's Django task has it
    return redirect("upkeep")


@never_cache
@require_safe
@admins_only
def side_by_side(request: ReaderRequest, duplicate_id: int) -> HttpResponse:
    pair = _pair(duplicate_id)
    texts = [one.current.text if one.current else "" for one in (pair.document, pair.other)]
    context = {"section": "documents", "pair": pair, "blocks": differences.compare(*texts)}
    return render(request, "kb/duplicate.html", context)


@require_POST
@admins_only
def dismiss(request: ReaderRequest, duplicate_id: int) -> HttpResponse:
    """Both are meant: the pair is not told again."""
    pair = _pair(duplicate_id)
    pair.dismissed, pair.dismissed_by_id = timezone.now(), request.user.pk
    pair.save(update_fields=["dismissed", "dismissed_by"])
    messages.success(
        request, f"“{pair.document}” and “{pair.other}” are both meant. They are not listed again."
    )
    return redirect("upkeep")


def _pair(duplicate_id: int) -> Duplicate:
    found = Duplicate.objects.select_related("document__current", "other__current")
    return get_object_or_404(found, pk=duplicate_id)
