"""The knowledge base's pages: documents listed, opened, uploaded, looked after; a search for agents."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kb import history, plain
from kb.filters import Filters, counts
from kb.forms import SearchForm, UploadForm, size_shown, whole_number
from kb.gates import ReaderRequest, document_for, documents_for, readers_only
from kb.models import BulkChange, Document, DocumentQuerySet, Passage, Revision, is_admin
from kb.rendering import Stretch
from kb.rendering import render as render_text
from kb.retrieval import retrieve

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

A_PAGE = 50
WATCHED_AT_ONCE = 200
REFUSALS_TOLD = 50
HITS = 10
# Characters of a text on one page: more keeps server and browser busy for seconds.
LONGEST_SHOWN = 150_000
# Passages in the list beside it; of a table of questions there are a hundred thousand.
LISTED = 200


@never_cache
@require_safe
@readers_only
def documents(request: ReaderRequest) -> HttpResponse:
    whole = documents_for(request.user)
    filters = Filters(request.GET, whole)
    found = filters.apply(for_list(whole))
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "documents",
        "filters": filters,
        "filtered": bool(filters.chosen()),
        "matching": urlencode(filters.chosen()),
        "page": page,
        "may_change": is_admin(request.user),
        "counts": counts(whole) if is_admin(request.user) else [],
        "bulk_changes": _under_way() if is_admin(request.user) else [],
        "actions": BulkChange.Action.choices,
        "upload_form": UploadForm(),
        "upload_limit": settings.UPLOAD_LIMIT,
        "upload_limit_shown": size_shown(settings.UPLOAD_LIMIT),
    }
    fragment = request.htmx and not request.htmx.boosted
    return render(request, "kb/_documents.html" if fragment else "kb/documents.html", context)


def _under_way() -> QuerySet[BulkChange]:
    """The changes of many documents that workers are at."""
    running = BulkChange.objects.filter(state=BulkChange.State.RUNNING)
    return running.annotate(number=Count("items"))


@never_cache
@require_safe
@readers_only
def document_rows(request: ReaderRequest) -> HttpResponse:
    """The rows that a page watches, as they are now; those that are gone, to be taken away."""
    asked = map(whole_number, request.GET.getlist("watching")[:WATCHED_AT_ONCE])
    watched = {number for number in asked if number is not None}
    whole = documents_for(request.user)
    rows = list(for_list(whole).filter(pk__in=watched))
    context = {
        "documents": rows,
        "gone": watched - {document.pk for document in rows},
        "counts": counts(whole) if is_admin(request.user) else [],
        "may_change": is_admin(request.user),
    }
    return render(request, "kb/_document_rows.html", context)


def for_list(found: DocumentQuerySet) -> DocumentQuerySet:
    """With what a row of the list shows."""
    return found.annotate(passage_count=Count("passages")).select_related("category").order_by("title", "pk")


@never_cache
@require_safe
@readers_only
def document(request: ReaderRequest, document_id: int) -> HttpResponse:
    found = document_for(request.user, document_id)
    revision = _revision(found, request.GET.get("revision"))
    is_current = revision is not None and revision.pk == found.current_id
    readable = set(documents_for(request.user).filter(pk__in=found.siblings).values_list("pk", flat=True))
    passages, at = _listed(found, request) if is_current else (None, 0)
    part = _part(revision.text if revision else "", at)
    context = {
        "section": "documents",
        "document": found,
        "revision": revision,
        "is_current": is_current,
        "revisions": list(found.revisions.defer("text")),
        "history": history.events(found, documents_for(request.user)),
        "siblings": [one for one in found.siblings if one.pk in readable],
        "passages": passages,
        "listed": [
            (
                passage,
                _glimpse(passage.text),
                revision.page_of(passage.start) if revision else None,
                part[0] <= passage.start and passage.end <= part[1],
            )
            for passage in passages or ()
        ],
        "text": _shown(revision, part, found if is_current else None),
        "part": part if revision and part != (0, len(revision.text)) else None,
        "may_change": is_admin(request.user),
    }
    return render(request, "kb/document.html", context)


def _listed(document: Document, request: ReaderRequest) -> tuple[Page[Passage], int]:
    """A part of the list of passages, and the place in the text that goes with it."""
    whole = document.passages.defer("lexemes", "weights")
    number = whole_number(request.GET.get("passage", ""))
    asked = whole.filter(pk=number).first() if number is not None else None
    listed = Paginator(whole, LISTED)
    page = listed.get_page(request.GET.get("passages") or (asked.position // LISTED + 1 if asked else 1))
    first = asked if asked in page else next(iter(page), None)
    return page, first.start if first else 0


def _revision(document: Document, number: str | None) -> Revision | None:
    if number is None:
        return document.current
    if not number.isdecimal() or len(number) > 9:
        raise Http404
    return get_object_or_404(document.revisions, number=int(number))


def _glimpse(text: str) -> str:
    """The first words, without the marks of Markdown."""
    return " ".join(plain.lines(text[:200]).split())[:90]


def _part(text: str, at: int) -> tuple[int, int]:
    """What a page shows of a text: all of it, or of a very long one the part around a place, cut at lines."""
    if len(text) <= LONGEST_SHOWN:
        return 0, len(text)
    start = text.rfind("\n", 0, max(at - LONGEST_SHOWN // 4, 0)) + 1
    end = text.find("\n", start + LONGEST_SHOWN)
    return start, end if 0 <= end < start + 2 * LONGEST_SHOWN else min(start + LONGEST_SHOWN, len(text))


def _shown(revision: Revision | None, part: tuple[int, int], cut: Document | None) -> SafeString | str:
    """The part of a text; `cut`: the document whose passages are marked in it."""
    if revision is None:
        return ""
    start, end = part
    within = cut.passages.filter(start__gte=start, end__lte=end) if cut else Passage.objects.none()
    places = within.values_list("pk", "start", "end")
    stretches = [Stretch(pk, first - start, last - start) for pk, first, last in places]
    return render_text(revision.text[start:end], revision.title, stretches)


@never_cache
@require_safe
@readers_only
def document_state(request: ReaderRequest, document_id: int) -> HttpResponse:
    """Asked every second while a file is being read; when it is done, the whole page is new."""
    found = document_for(request.user, document_id)
    context = {"document": found, "may_change": is_admin(request.user)}
    response = render(request, "kb/_state_live.html", context)
    if not found.in_progress:
        response["HX-Refresh"] = "true"
    return response


@require_safe
@readers_only
def original(request: ReaderRequest, document_id: int) -> HttpResponse:
    """The file as it came. Browsers save it and never open it here, but for a PDF, in their viewer."""
    found = document_for(request.user, document_id)
    number = request.GET.get("revision")
    revision = _revision(found, number) if number else None
    if revision and not revision.file:
        return _saved(revision.text.encode(), f"{found.reference.rsplit('/', 1)[-1].rsplit('.', 1)[0]}.md")
    stored = revision.file if revision else found.file.name
    storage = found.file.storage
    if not stored or not storage.exists(stored):
        raise Http404("The original file is no longer there.")
    with storage.open(stored) as file:
        data = file.read()
    if "open" in request.GET and data.startswith(b"%PDF-"):
        return _shown_by_viewer(data, found.reference.rsplit("/", 1)[-1])
    return _saved(data, found.reference.rsplit("/", 1)[-1])


def _shown_by_viewer(data: bytes, name: str) -> HttpResponse:
    """A browser's viewer runs apart from the desk's pages; in a sandbox, Chromium's shows nothing."""
    response = _saved(data, name)
    response["Content-Type"] = "application/pdf"
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment=False, filename=name) or "inline"
    )
    response["Content-Security-Policy"] = (
        "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _saved(data: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        data,
        content_type="application/octet-stream",
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=name)
            or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, no-store",
        },
    )


@never_cache
@require_safe
@readers_only
def search(request: ReaderRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    question = form.question()
    audience = form.audience_asked()
    found = retrieve(question, audience, limit=HITS) if question else None
    context = {
        "section": "search",
        "form": form,
        "question": question,
        "audience": audience,
        "found": found,
        "shown": [(hit, render_text(hit.passage.text, "")) for hit in found.hits] if found else [],
        "any_documents": Document.objects.visible_to(audience).exists(),
    }
    return render(request, "kb/_hits.html" if request.htmx else "kb/search.html", context)
