"""The same for many documents, for admins: what it would do is shown first, then each is told of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from kb import confirming, ingest, left_out, lifecycle
from kb.filters import Filters
from kb.gates import ReaderRequest, admins_only, documents_for
from kb.life_forms import ACTIONS, MOST_AT_ONCE, BulkForm, selected
from kb.lifecycle import Refused
from kb.models import Document
from kb.tasks import ingest_in_bulk

MOST_LISTED = 100


@dataclass(frozen=True)
class Result:
    """What became of one document."""

    document: Document
    told: str
    done: bool = True


@require_http_methods(["GET", "HEAD", "POST"])
@admins_only
def bulk(request: ReaderRequest) -> HttpResponse:
    """Without `go`, a page that shows what would change. Who comes back to the address finds the list."""
    action = request.POST.get("action", "")
    if action not in ACTIONS:
        return redirect("documents")
    named, left_over = _named(request)
    chosen = list(documents_for(request.user).filter(pk__in=named).order_by("title", "pk"))
    going = "go" in request.POST and "every" not in request.POST  # what was not shown is not done
    form = BulkForm(action, request.POST if going else None)
    if going and form.is_valid():
        impact = lifecycle.impact(_withdrawn(action, chosen, form), request.user)
        if confirming.is_seen(request, impact):
            results = [_done(request, form, one) for one in chosen]
            return _page(request, action, chosen, form, results=results)
    return _page(request, action, chosen, form, left_over)


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


def _withdrawn(action: str, chosen: Sequence[Document], form: BulkForm) -> list[int]:
    """Those whose text goes."""
    if action == "delete":
        return [one.pk for one in chosen]
    wanted = form.wanted if form.is_bound and form.is_valid() else lambda one: ACTIONS[action].changes
    return [one.pk for one in chosen if lifecycle.withdraws(one, wanted(one))]


def _done(request: ReaderRequest, form: BulkForm, document: Document) -> Result:
    """In a transaction of its own: a document that can't be changed stops no other."""
    if form.action == "read":
        return _read_again(document)
    if form.action == "delete":
        ingest.delete(document)
        return Result(document, "Deleted, with its passages and its files.")
    try:
        changed = lifecycle.change(document.pk, form.wanted(document), by=request.user, why="With others")
    except Refused as refused:
        return Result(document, str(refused), done=False)
    return Result(document, "Done." if changed else "It was so already.")


def _read_again(document: Document) -> Result:
    if not left_out.read_again(document):
        still = document.state == Document.State.FAILED
        return Result(document, document.reason if still else "It is being read already.", done=not still)
    ingest_in_bulk.delay_on_commit(document.pk)  # type: ignore[attr-defined]
    return Result(document, "It waits for a worker.")


def _page(
    request: ReaderRequest,
    action: str,
    chosen: Sequence[Document],
    form: BulkForm,
    left_over: int = 0,
    results: Sequence[Result] = (),
) -> HttpResponse:
    withdrawn = _withdrawn(action, chosen, form) if not results else []
    context = {
        "section": "documents",
        "action": action,
        "button": ACTIONS[action].button,
        "what": ACTIONS[action].told,
        "chosen": chosen,
        "listed": chosen[:MOST_LISTED],
        "not_listed": len(chosen[MOST_LISTED:]),
        "left_over": left_over,
        "most": MOST_AT_ONCE,
        "form": form,
        "impact": lifecycle.impact(withdrawn, request.user) if withdrawn else None,
        "results": results,
        "filtered": "every" in request.POST,
        "failed": sum(not result.done for result in results),
    }
    return render(request, "kb/bulk.html", context, status=422 if form.errors else 200)
