"""A document's life, for admins: its details, its status and audience, what changed and back, its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kb import confirming, dependents, differences, history, ingest, lifecycle, writing
from kb.extract import Unreadable
from kb.forms import whole_number
from kb.gates import ReaderRequest, admins_only, document_for, documents_for, readers_only
from kb.life_forms import DetailsForm, SiblingForm, originals
from kb.lifecycle import Overtaken, Refused
from kb.models import Audience, Document, DocumentChange, Passage, Revision, is_admin
from kb.tasks import ingest_document

STATUS_TOLD = {  # its page says by itself what being unpublished means
    Document.Status.PUBLISHED: "“{}” is published: it is searched from now on.",
    Document.Status.ARCHIVED: "“{}” is archived: it is kept, and no longer searched.",
}
AUDIENCE_TOLD = {
    Audience.PUBLIC: "“{}” is public: customers may read it in replies.",
    Audience.INTERNAL: "“{}” is internal: only agents read it, and no reply to a customer rests on it.",
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@admins_only
def details(request: ReaderRequest, document_id: int) -> HttpResponse:
    found = document_for(request.user, document_id)
    form = DetailsForm(found, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if asked := _ask_first(request, found, form.wanted(), "Save these changes"):
            return asked
        try:
            why = form.cleaned_data["why"]
            seen = form.cleaned_data["seen"]
            made = lifecycle.change(found.pk, form.wanted(), by=request.user, why=why, seen=seen)
        except Overtaken as overtaken:
            form.add_error(None, f"{overtaken} Reload the page to see it as it is now.")
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "The changes are in force." if made else "Nothing was different.")
            return redirect(found)
    return _details(request, found, form, SiblingForm())


def _details(
    request: ReaderRequest, found: Document, form: DetailsForm, sibling: SiblingForm
) -> HttpResponse:
    context = {
        "section": "documents",
        "document": found,
        "form": form,
        "sibling_form": sibling,
        "siblings": list(found.siblings),
        "originals": originals(found),
    }
    return render(request, "kb/details.html", context, status=422 if form.errors or sibling.errors else 200)


@require_POST
@admins_only
def link_sibling(request: ReaderRequest, document_id: int) -> HttpResponse:
    found = document_for(request.user, document_id)
    form = SiblingForm(request.POST)
    if form.is_valid():
        other = form.cleaned_data["sibling"]
        try:
            made = lifecycle.link(found, other, by=request.user)
        except Refused as refused:
            form.add_error("sibling", str(refused))
        else:
            messages.success(request, f"“{other}” is linked." if made else f"“{other}” was linked already.")
            return redirect("document-details", found.pk)
    return _details(request, found, DetailsForm(found), form)


@require_POST
@admins_only
def unlink_sibling(request: ReaderRequest, document_id: int, sibling_id: int) -> HttpResponse:
    found = document_for(request.user, document_id)
    other = get_object_or_404(found.siblings, pk=sibling_id)
    done = f"“{other}” is no longer linked with “{found}”."
    _told(request, lambda: lifecycle.unlink(found, other, by=request.user), done)
    return redirect("document-details", found.pk)


@require_POST
@admins_only
def change_status(request: ReaderRequest, document_id: int) -> HttpResponse:
    found = document_for(request.user, document_id)
    wanted = request.POST.get("status", "")
    status = Document.Status(wanted) if wanted in Document.Status.values else Document.Status.UNPUBLISHED
    return _change(request, found, {"status": status}, STATUS_TOLD.get(status, ""))


@require_POST
@admins_only
def change_audience(request: ReaderRequest, document_id: int) -> HttpResponse:
    found = document_for(request.user, document_id)
    public = request.POST.get("audience") == Audience.PUBLIC
    audience = Audience.PUBLIC if public else Audience.INTERNAL
    return _change(request, found, {"audience": audience}, AUDIENCE_TOLD[audience])


BUTTONS = {
    Document.Status.UNPUBLISHED: "Unpublish",
    Document.Status.ARCHIVED: "Archive",
    Audience.INTERNAL: "Make internal",
}


def _change(request: ReaderRequest, found: Document, wanted: Mapping[str, Any], told: str) -> HttpResponse:
    (value,) = wanted.values()
    if asked := _ask_first(request, found, wanted, BUTTONS.get(value, "Go on")):
        return asked
    _told(request, lambda: lifecycle.change(found.pk, wanted, by=request.user), told.format(found))
    return redirect(found)


def _ask_first(
    request: ReaderRequest, found: Document, wanted: Mapping[str, Any], button: str
) -> HttpResponse | None:
    """None: no text goes that anything rests on, or the admin has seen what does."""
    if not lifecycle.withdraws(found, wanted):
        return None
    impact = lifecycle.impact([found.pk], request.user)
    if confirming.is_seen(request, impact):
        return None
    title = f"{button}: “{found}”?"
    what = "Customers can’t read it after this, so it stops being evidence at once."
    return confirming.asked(request, found, impact, title=title, what=what, button=button)


def _told(request: ReaderRequest, change: Any, done: str) -> None:
    try:
        change()
    except (Refused, Unreadable) as refused:
        messages.error(request, str(refused))
    else:
        if done:
            messages.success(request, done)


@never_cache
@require_safe
@readers_only
def compare(request: ReaderRequest, document_id: int) -> HttpResponse:
    """Any two revisions, the older on the left."""
    found = document_for(request.user, document_id)
    numbers = sorted(whole_number(request.GET.get(name, "")) or 0 for name in ("from", "to"))
    before, after = (get_object_or_404(found.revisions, number=number) for number in numbers)
    context = {
        "section": "documents",
        "document": found,
        "before": before,
        "after": after,
        "titles": differences.compare(before.title, after.title),
        "blocks": differences.compare(before.text, after.text),
        "revisions": list(found.revisions.defer("text")),
        "may_change": is_admin(request.user),
    }
    return render(request, "kb/compare.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@admins_only
def restore_text(request: ReaderRequest, document_id: int, number: int) -> HttpResponse:
    """An earlier text as the next revision; asks first what it would change."""
    found = document_for(request.user, document_id)
    revision = get_object_or_404(found.revisions, number=number)
    gone = ingestible(found, revision)
    impact = dependents.impact(Passage.objects.filter(pk__in=gone), request.user)
    based_on = whole_number(request.POST.get("based_on", "")) if request.method == "POST" else None
    if request.method == "POST" and confirming.is_seen(request, impact):

        def change() -> None:
            written = writing.restore(revision, by=request.user, based_on=based_on)
            if written.in_progress:
                ingest_document.delay_on_commit(written.pk)  # type: ignore[attr-defined]

        _told(request, change, f"The text of revision {number} is the current one again.")
        return redirect(found)
    context = {
        "section": "documents",
        "document": found,
        "revision": revision,
        "impact": impact,
        "going": len(gone),
        "titles": differences.compare(found.title, revision.title),
        "blocks": differences.compare(found.current.text if found.current else "", revision.text),
    }
    return render(request, "kb/restore.html", context)


def ingestible(found: Document, revision: Revision) -> list[int]:
    """The passages that go when it is restored; one that gives none can't be."""
    try:
        return writing.going(found, revision.title, revision.text)
    except Unreadable as problem:
        raise Http404(str(problem)) from problem


@require_POST
@admins_only
def restore_change(request: ReaderRequest, document_id: int, change_id: int) -> HttpResponse:
    found = document_for(request.user, document_id)
    made = get_object_or_404(DocumentChange, pk=change_id, document=found)
    try:
        wanted = lifecycle.wanted_back(made)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(found)
    if asked := _ask_first(request, found, wanted, "Set it back"):
        return asked
    said = ", ".join(one.name for one in history.told(made, documents_for(request.user)))
    _told(request, lambda: lifecycle.restore(made.pk, by=request.user), f"Set back: {said}.")
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
@admins_only
def delete(request: ReaderRequest, document_id: int) -> HttpResponse:
    """Asks first. What was sent keeps its quotes and their revisions; nothing new rests on the document."""
    found = document_for(request.user, document_id)
    impact = lifecycle.impact([found.pk], request.user)
    if request.method == "POST" and confirming.is_seen(request, impact):
        title = str(found)
        ingest.delete(found)
        messages.success(request, f"“{title}” is deleted, with its passages and its files.")
        return redirect("documents")
    context = {
        "section": "documents",
        "document": found,
        "passages": found.passages.count(),
        "impact": impact,
        "cited": len(dependents.cited(found)),
    }
    return render(request, "kb/delete.html", context)
