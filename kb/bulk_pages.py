"""The same for many documents, for admins: what it would do is shown first, then each is told of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from kb import confirming, ingest, lifecycle
from kb.gates import ReaderRequest, admins_only, documents_for
from kb.life_forms import ACTIONS, MOST_AT_ONCE, BulkForm, selected
from kb.lifecycle import Refused
from kb.models import Document
from kb.tasks import ingest_document


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
    chosen = list(documents_for(request.user).filter(pk__in=selected(request.POST)).order_by("title", "pk"))
    going = "go" in request.POST
    form = BulkForm(action, request.POST if going else None)
    if going and form.is_valid():
        withdrawn = [one.pk for one in chosen if lifecycle.withdraws(one, form.wanted(one))]
        if confirming.is_seen(request, lifecycle.impact(withdrawn, request.user)):
            results = [_done(request, form, one) for one in chosen]
            return _page(request, action, chosen, form, results=results)
    return _page(request, action, chosen, form)


def _done(request: ReaderRequest, form: BulkForm, document: Document) -> Result:
    """In a transaction of its own: a document that can't be changed stops no other."""
    if form.action == "read":
        return _read_again(document)
    try:
        changed = lifecycle.change(document.pk, form.wanted(document), by=request.user, why="With others")
    except Refused as refused:
        return Result(document, str(refused), done=False)
    return Result(document, "Done." if changed else "It was so already.")


def _read_again(document: Document) -> Result:
    if document.in_progress:
        return Result(document, "It is being read already.")
    ingest_document.delay_on_commit(ingest.retry(document).pk)  # type: ignore[attr-defined]
    return Result(document, "It waits for a worker.")


def _page(
    request: ReaderRequest,
    action: str,
    chosen: Sequence[Document],
    form: BulkForm,
    results: Sequence[Result] = (),
) -> HttpResponse:
    by_itself = ACTIONS[action][1]
    withdrawn = [one.pk for one in chosen if lifecycle.withdraws(one, by_itself)]
    context = {
        "section": "documents",
        "action": action,
        "button": ACTIONS[action][0],
        "chosen": chosen,
        "too_many": len(request.POST.getlist("documents")) > MOST_AT_ONCE,
        "most": MOST_AT_ONCE,
        "form": form,
        "impact": lifecycle.impact(withdrawn, request.user) if withdrawn and not results else None,
        "results": results,
        "failed": sum(not result.done for result in results),
    }
    return render(request, "kb/bulk.html", context, status=422 if form.errors else 200)
