"""Files that admins bring: what one would replace is shown first, then it is taken, or told why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict
from django.views.decorators.http import require_http_methods, require_POST

from kb import confirming, ingest, left_out, lifecycle, replacing
from kb.extract import Unreadable
from kb.extract.kinds import is_archive
from kb.forms import UploadForm, whole_number, whole_numbers
from kb.gates import ReaderRequest, admins_only, document_for, documents_for
from kb.locks import alone
from kb.models import Document
from kb.replacing import Replaced
from kb.tasks import FEW_FILES, ingest_document, ingest_in_bulk
from kb.unpacking import receive_archive
from kb.views import WATCHED_AT_ONCE, for_list

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

REFUSALS_TOLD = 50
MOST_LISTED = 20
BEING_TAKEN = "Another file of this name is being taken just now; choose this one again in a moment."


@require_http_methods(["GET", "HEAD", "POST"])
@admins_only
def upload(request: ReaderRequest) -> HttpResponse:
    """One file from the page's script, which sends each by itself; all that were chosen, without it.

    Who comes back to the address without files is led to the page that has the form.
    """
    if request.method != "POST":
        return redirect("documents")
    files = cast("Sequence[UploadedFile[Any] | None]", request.FILES.getlist("file") or [None])
    together = max(len(files), whole_number(request.POST.get("together", "")) or 0)
    answers = [_take(request, file, is_one_of_many=together > FEW_FILES) for file in files]
    if not request.htmx:
        for file, answer in zip(files, answers, strict=True):
            name = f"{file.name}: " if file else ""
            (messages.success if answer.document else messages.error)(request, f"{name}{answer.told}")
        return redirect("documents")
    if replaced := answers[0].replaced:
        named = {"texts": [one.pk for one in replaced.texts], "hidden": [one.pk for one in replaced.hidden]}
        return JsonResponse(named, status=409)
    if answers[0].document is None:
        return HttpResponse(answers[0].told, status=422, content_type="text/plain; charset=utf-8")
    taken = [answers[0].document.pk, *(one.pk for one in answers[0].others)]
    rows = for_list(Document.objects.filter(pk__in=taken[:WATCHED_AT_ONCE]))
    shown = ({"document": row, "may_change": True} for row in rows)
    return HttpResponse("".join(render_to_string("kb/_row.html", context, request) for context in shown))


@dataclass(frozen=True)
class Taken:
    document: Document | None
    told: str
    others: Sequence[Document] = ()  # of an archive
    replaced: Replaced | None = None  # what it waits to be confirmed for


def _take(request: ReaderRequest, file: UploadedFile[Any] | None, *, is_one_of_many: bool) -> Taken:
    form = UploadForm(request.POST, MultiValueDict({"file": [file]} if file else {}))
    if not form.is_valid() or file is None:
        return Taken(None, form.why_refused())
    # Of two files of one name, the second asks for the first. Who waited would keep others from the desk.
    with alone(form.reference()) as is_alone:
        return _take_alone(request, form, file, is_one_of_many) if is_alone else Taken(None, BEING_TAKEN)


def _take_alone(
    request: ReaderRequest, form: UploadForm, file: UploadedFile[Any], is_one_of_many: bool
) -> Taken:
    try:
        replaced = replacing.replaced_by(form.reference(), cast("IO[bytes]", file), form.audience_to_set())
    except Unreadable as error:
        return Taken(None, str(error))
    if not _is_confirmed(request, replaced.documents):
        return Taken(None, _told_first(request, replaced), replaced=replaced)
    if is_archive(form.reference()):
        return _take_archive(request, form, file)
    document = ingest.receive(
        form.reference(), file.read(), audience=form.audience_to_set(), uploaded_by=request.user
    )
    (_offer_in_bulk if is_one_of_many else _offer)(document)
    if not document.in_progress:
        return Taken(document, "This is the file that came last, so nothing changed.")
    return Taken(document, "Received. It is searchable in a moment.")


def _is_confirmed(request: ReaderRequest, replaced: Sequence[Document]) -> bool:
    """The admin has seen these documents, and at least as much resting on them; or, without the page's
    script, says that any may be replaced."""
    if not replaced or request.POST.get("replace") == "all":
        return True
    named = [one.pk for one in replaced]
    seen = set(whole_numbers(request.POST.get("replace", "")))
    return seen.issuperset(named) and confirming.is_seen(request, lifecycle.impact(named, request.user))


def _told_first(request: ReaderRequest, replaced: Replaced) -> str:
    """For who has no script: what the page with the impact says, in a sentence or two."""
    impact = lifecycle.impact([one.pk for one in replaced.documents], request.user)
    does = ("replace the text of", replaced.texts), ("take from customers", replaced.hidden)
    would = " and ".join(f"{what} {_named(documents)}" for what, documents in does if documents)
    return (
        f"This would {would}. {impact} Tick “Replace documents of the same name”, and choose the file again."
    )


def _named(documents: Sequence[Document]) -> str:
    return f"“{documents[0]}”" if len(documents) == 1 else f"{len(documents)} documents"


@require_POST
@admins_only
def replaced(request: ReaderRequest) -> HttpResponse:
    """What the files that were sent would replace or hide, all together, to be confirmed once."""
    texts, hidden = (set(whole_numbers(request.POST.get(name, ""))) for name in ("texts", "hidden"))
    found = list(documents_for(request.user).filter(pk__in=texts | hidden).order_by("title", "pk"))
    named = [one.pk for one in found]
    context = {
        "listed": [(one, one.pk in hidden) for one in found[:MOST_LISTED]],
        "number": len(found),
        "texts": len(texts.intersection(named)),
        "hidden": len(hidden.intersection(named)),
        "not_listed": len(found[MOST_LISTED:]),
        "named": " ".join(map(str, named)),
        "impact": lifecycle.impact(named, request.user),
    }
    return render(request, "kb/_replacing.html", context)


def _take_archive(request: ReaderRequest, form: UploadForm, file: UploadedFile[Any]) -> Taken:
    """Each of its files is a document; those that can't be taken are told one by one."""
    name, stream, audience = form.reference(), cast("IO[bytes]", file), form.audience_to_set()
    try:
        received = receive_archive(name, stream, audience=audience, uploaded_by=request.user)
    except Unreadable as error:
        return Taken(None, str(error))
    refused = left_out.keep(name, received, audience=audience, uploaded_by=request.user)
    for document in received.documents:
        _offer_in_bulk(document)
    if not (refused or received.documents):
        return Taken(
            None, "Files of these names are being read just now; upload the archive again in a minute."
        )
    for sentence in received.pictures[:REFUSALS_TOLD]:
        messages.error(request, sentence)
    told = f"Received {len(received.documents)} documents. They are searchable in a moment."
    if refused:
        told += " What could not be taken is listed among them, with the reason."
    first, *others = [*refused, *received.documents]
    return Taken(first, told, others)


def _offer(document: Document) -> None:
    """Wake a worker. If the broker is away the row waits, and is offered again."""
    if document.in_progress:
        ingest_document.delay_on_commit(document.pk)  # type: ignore[attr-defined]  # Celery's Django task has it


def _offer_in_bulk(document: Document) -> None:
    """One of many: who saves a single article doesn't wait for them."""
    if document.in_progress:
        ingest_in_bulk.delay_on_commit(document.pk)  # type: ignore[attr-defined]


@require_POST
@admins_only
def read_again(request: ReaderRequest, document_id: int) -> HttpResponse:
    found = document_for(request.user, document_id)
    if found.state == Document.State.FAILED and left_out.read_again(found):
        _offer(found)
    if not request.htmx:
        return redirect(found)
    row = for_list(Document.objects.all()).get(pk=found.pk)
    return render(request, "kb/_row.html", {"document": row, "may_change": True})
