"""The editor, for admins: an article written in Markdown with its look beside it, and the pictures in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.safestring import mark_safe
from django.utils.timezone import is_aware
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kb import confirming, dependents, differences, editing, images, writing
from kb.dependents import Impact
from kb.extract import Unreadable, clean
from kb.forms import AUDIENCES, size_shown, whole_number
from kb.gates import ReaderRequest, admins_only, document_for, documents_for, readers_only
from kb.life_forms import LocaleField
from kb.lifecycle import Overtaken
from kb.models import Audience, Document, Image, Passage, Revision, is_admin
from kb.plain import encodable
from kb.rendering import render as render_text
from kb.tables import joined
from kb.tasks import ingest_document

# Characters; of hostile Markdown more would keep the server busy for seconds.
LONGEST_PREVIEW = 40_000
NOT_WRITABLE = "text/plain; charset=utf-8"
TOO_LONG = (
    f"This is longer than the {editing.LONGEST:,} characters that the editor takes: divide the article, "
    "or upload it as a file."
)


class ArticleForm(forms.Form):
    """A title and a text, and what is said of the change."""

    title = forms.CharField(
        max_length=500,
        error_messages={"required": "Give it a title: customers see it beside each quote."},
        widget=forms.TextInput(attrs={"class": "input title-input", "autocomplete": "off"}),
    )
    text = forms.CharField(
        label="Text, in Markdown",
        max_length=editing.LONGEST,
        strip=False,
        error_messages={"required": "Write some text first.", "max_length": TOO_LONG},
        widget=forms.Textarea(attrs={"class": "input", "rows": 24, "data-key": "e"}),
    )
    why = forms.CharField(
        label="What changed (for the history)",
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )
    based_on = forms.CharField(required=False, widget=forms.HiddenInput)

    def revision(self) -> int | None:
        """The id of the one that was seen as the current."""
        return whole_number(self.data.get("based_on", ""))


class NewArticleForm(ArticleForm):
    audience = forms.ChoiceField(
        label="Who may read it", choices=AUDIENCES, initial=Audience.PUBLIC, widget=forms.RadioSelect
    )
    locale = LocaleField()
    why = None  # type: ignore[assignment]  # a first text needs no reason


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@admins_only
def new(request: ReaderRequest) -> HttpResponse:
    if request.method != "POST":
        begun = editing.begin(None, request.user)
        form = NewArticleForm(initial={"title": begun.title, "text": begun.text})
        return _editor(request, None, form, begun.kept)
    form = NewArticleForm(request.POST)
    if form.is_valid():
        told = form.cleaned_data
        try:
            made = editing.create(
                request.user,
                told["title"],
                told["text"],
                audience=Audience(told["audience"]),
                locale=told["locale"],
                published=request.POST.get("publish") == "yes",
            )
        except Unreadable as error:
            form.add_error("text", str(error))
        else:
            return _saved(request, made)
    return _editor(request, None, form, None, status=422)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@admins_only
def edit(request: ReaderRequest, document_id: int) -> HttpResponse:
    document = document_for(request.user, document_id)
    if request.method != "POST":
        return _opened(request, document)
    form = ArticleForm(request.POST)
    if not form.is_valid():
        return _editor(request, document, form, None, status=422)
    told = form.cleaned_data
    going = _impact(request, document, told)
    if not confirming.is_seen(request, going):
        return _editor(request, document, form, None, impact=going)
    try:
        document = editing.publish(
            document, request.user, told["title"], told["text"], why=told["why"], based_on=form.revision()
        )
    except Overtaken:
        return _conflict(request, document)
    except Unreadable as error:
        form.add_error("text", str(error))
        return _editor(request, document, form, None, status=422)
    return _saved(request, document)


def _impact(request: ReaderRequest, document: Document, told: dict[str, Any]) -> Impact:
    """What rests on text that would go."""
    gone = writing.going(document, told["title"], clean(told["text"]))
    return dependents.impact(Passage.objects.filter(pk__in=gone), request.user)


def _opened(request: ReaderRequest, document: Document) -> HttpResponse:
    begun = editing.begin(document, request.user)
    if len(begun.text) > editing.LONGEST:
        messages.error(request, TOO_LONG)
        return redirect(document)
    based_on = begun.based_on.pk if begun.based_on else ""
    form = ArticleForm(initial={"title": begun.title, "text": begun.text, "based_on": based_on})
    return _editor(request, document, form, begun.kept)


def _conflict(request: ReaderRequest, document: Document) -> HttpResponse:
    """Nothing is saved over what somebody else saved, unless its writer saw that and says so."""
    document.refresh_from_db()
    current = document.current
    begun = document.revisions.filter(pk=ArticleForm(request.POST).revision() or 0).first()
    again = request.POST.copy()
    again["based_on"] = str(current.pk if current else "")
    form = ArticleForm(again)
    return _editor(request, document, form, None, status=409, theirs=current, begun=begun)


def _saved(request: ReaderRequest, document: Document) -> HttpResponse:
    if document.in_progress:
        ingest_document.delay_on_commit(document.pk)  # type: ignore[attr-defined]  # Celery's Django task has it
    found = document.standing == "published"  # else its page says why no search finds it
    messages.success(request, "Saved. Searches find it as it is now." if found else "Saved.")
    return redirect(document)


def _editor(
    request: ReaderRequest,
    document: Document | None,
    form: ArticleForm,
    kept: datetime | None,
    *,
    status: int = 200,
    theirs: Revision | None = None,
    begun: Revision | None = None,
    impact: Impact | None = None,
) -> HttpResponse:
    context = {
        "section": "documents",
        "document": document,
        "form": form,
        "kept": kept,
        "seen": kept.isoformat() if kept else "",
        "theirs": theirs,
        **_theirs_shown(theirs, begun),
        "impact": impact,
        "others": _others_told(document, request),
        "behind": _is_behind(document, form) and theirs is None,
        "most_picture": size_shown(images.MOST_BYTES),
    }
    return render(request, "kb/editor.html", context, status=status)


def _theirs_shown(theirs: Revision | None, begun: Revision | None) -> dict[str, Any]:
    """The whole text, and what it changed of the one that the writer began from."""
    if theirs is None:
        return {}
    text = joined(theirs.text)
    if begun is None:
        return {"their_text": text}
    return {
        "their_text": text,
        "their_titles": differences.compare(begun.title, theirs.title),
        "their_blocks": differences.compare(joined(begun.text), text),
    }


def _is_behind(document: Document | None, form: ArticleForm) -> bool:
    """What was kept came from a text that another one has replaced since."""
    based_on = form["based_on"].value()
    return bool(document and document.current_id and str(based_on or "") != str(document.current_id))


def _others_told(document: Document | None, request: ReaderRequest) -> str:
    names = [str(edit.author) for edit in editing.others(document, request.user)]
    return f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} writing on this too." if names else ""


@require_POST
@admins_only
def keep(request: ReaderRequest, document_id: int | None = None) -> HttpResponse:
    """What is being written, so that no closed tab loses it. Nobody reads it."""
    document = document_for(request.user, document_id) if document_id is not None else None
    text = request.POST.get("text", "")
    if len(text) > editing.LONGEST:
        return HttpResponse(TOO_LONG, status=422, content_type=NOT_WRITABLE)
    based_on = whole_number(request.POST.get("based_on", ""))
    if document is None or based_on is None or not document.revisions.filter(pk=based_on).exists():
        based_on = None
    try:
        kept = editing.keep(
            document,
            request.user,
            encodable(request.POST.get("title", "")),
            encodable(text),
            based_on=based_on,
            seen=_moment(request.POST.get("seen", "")),
            tab=encodable(request.POST.get("tab", "")).replace("\x00", "")[:40],
        )
    except editing.OtherTab as error:
        return HttpResponse(str(error), status=409, content_type=NOT_WRITABLE)
    return JsonResponse({"kept": kept.isoformat(), "others": _others_told(document, request)})


def _moment(given: str) -> datetime | None:
    try:
        found = parse_datetime(given)
    except ValueError:
        return None
    return found if found and is_aware(found) else None


@require_POST
@admins_only
def give_up(request: ReaderRequest, document_id: int | None = None) -> HttpResponse:
    document = document_for(request.user, document_id) if document_id is not None else None
    editing.give_up(document, request.user)
    messages.success(request, "What you had begun is thrown away.")
    return redirect(document) if document else redirect("documents")


@require_POST
@admins_only
def preview(request: ReaderRequest) -> HttpResponse:
    text, title = request.POST.get("text", ""), request.POST.get("title", "")
    if len(text) > editing.LONGEST:
        return HttpResponse(TOO_LONG, status=422, content_type=NOT_WRITABLE)
    shown = clean(encodable(text))
    html = render_text(shown[:LONGEST_PREVIEW], title)
    if len(shown) > LONGEST_PREVIEW:
        html += mark_safe("<p><em>The preview ends here; the article goes on.</em></p>")  # our own words
    return HttpResponse(html)


@require_POST
@admins_only
def add_picture(request: ReaderRequest) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None:
        return HttpResponse("Choose a picture first.", status=422, content_type=NOT_WRITABLE)
    if (file.size or 0) > images.MOST_BYTES:
        limit = size_shown(images.MOST_BYTES)
        why = f"The picture has {size_shown(file.size or 0)}, and {limit} is the limit: make it smaller."
        return HttpResponse(why, status=422, content_type=NOT_WRITABLE)
    number = whole_number(request.POST.get("document", ""))
    document = document_for(request.user, number) if number is not None else None
    try:
        image = images.store(file.read(), document, request.user)
    except images.Unusable as error:
        return HttpResponse(str(error), status=422, content_type=NOT_WRITABLE)
    return JsonResponse({"address": images.address(image)})


@require_safe
@readers_only
def picture(request: ReaderRequest, key: UUID) -> FileResponse:
    """For whoever may read its document; before it has one, for admins."""
    image = get_object_or_404(Image, key=key)
    if image.document_id is None and not is_admin(request.user):
        raise Http404
    if image.document_id is not None:
        get_object_or_404(documents_for(request.user), pk=image.document_id)
    try:
        file = image.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    answer = FileResponse(cast("Any", file), content_type=image.content_type, filename=f"{image.key}")
    answer["Cache-Control"] = "private, no-cache"  # withdrawn with its document
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
