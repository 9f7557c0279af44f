"""The embedding models' page, for admins: how far each is; start, activate, go back, retire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import reswap, retarget

from kb import reembedding
from kb.comparison import labelled_here
from kb.gates import ReaderRequest, admins_only
from kb.models import EmbeddingModel
from kb.reembedding import NotReady, Refused
from kb.standings import Standing, estimate, standings
from kb.tasks import compare_models, reembed
from llm.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

MEASURES = ("ndcg@10", "recall@1", "recall@5", "recall@10")


@never_cache
@require_safe
@admins_only
def models(request: ReaderRequest) -> HttpResponse:
    return render(request, "kb/models.html", _context())


@never_cache
@require_safe
@admins_only
def progress(request: ReaderRequest) -> HttpResponse:
    """Figures as they are now; the whole list, once a model's state is another than the page shows."""
    context = _context()
    if request.GET.get("seen") == context["seen"]:
        return render(request, "kb/_model_standings.html", context)
    answer = render(request, "kb/_models.html", {**context, "changed": True})
    return reswap(retarget(answer, "#models"), "outerHTML")


def _context() -> dict[str, Any]:
    found = standings()
    there = {standing.model.name for standing in found}
    return {
        "section": "models",
        "standings": found,
        "others": [name for name in reembedding.offered() if name not in there],
        "seen": _seen(found),
        "in_progress": any(standing.model.in_progress for standing in found),
        "measured": [_measured(standing.model) for standing in found if standing.model.figures],
        "measures": MEASURES,
        "labelled": len(labelled_here()),
    }


def _seen(found: Sequence[Standing]) -> str:
    """What the buttons and badges of the list depend on."""
    return ",".join(
        f"{one.model.pk}-{one.model.state}-{int(one.model.active)}-{int(bool(one.model.reason))}"
        for one in found
    )


def _measured(model: EmbeddingModel) -> dict[str, Any]:
    figures = model.figures or {}
    return {
        "model": model,
        "questions": figures.get("questions"),
        "values": [figures.get(measure) for measure in MEASURES],
        "problem": figures.get("problem"),
    }


@never_cache
@admins_only
def start(request: ReaderRequest) -> HttpResponse:
    """Asks first, and says what it would take."""
    name = (request.POST if request.method == "POST" else request.GET).get("name", "")
    if request.method == "POST":
        return _start(request, name)
    try:
        planned = reembedding.planned(name)
        context = {"section": "models", "standing": Standing.planned(planned), "estimate": estimate(planned)}
    except (Refused, ModelError) as error:
        messages.error(request, str(error))
        return redirect("models")
    return render(request, "kb/model_start.html", context)


def _start(request: ReaderRequest, name: str) -> HttpResponse:
    try:
        model = reembedding.start(name)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("models")
    if model.in_progress:
        _wake(model)
        messages.success(
            request, f"“{model}” is being built. Searches go on with the active model meanwhile."
        )
    return redirect("models")


def _wake(model: EmbeddingModel) -> None:
    """If the broker is away the row waits, and is offered again."""
    reembed.delay_on_commit(model.pk, model.attempts)  # type: ignore[attr-defined]  # Celery's Django task has it


@require_POST
@admins_only
def activate(request: ReaderRequest) -> HttpResponse:
    name = request.POST.get("name", "")
    before = EmbeddingModel.objects.active()
    try:
        model = reembedding.activate(name)
    except NotReady as error:
        _wake(reembedding.find(name))
        messages.warning(request, str(error))
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, f"Searches use “{model}” from now on. “{before}” is kept complete, for the way back."
        )
    return redirect("models")


@require_POST
@admins_only
def compare(request: ReaderRequest) -> HttpResponse:
    compare_models.delay_on_commit()  # type: ignore[attr-defined]  # Celery's Django task has it
    messages.success(
        request,
        "The labelled questions are asked of each complete model. Look again in a while for the figures.",
    )
    return redirect("models")


@admins_only
def retire(request: ReaderRequest, model_id: int) -> HttpResponse:
    """Asks first: to have the vectors again, all passages are embedded anew."""
    model = EmbeddingModel.objects.filter(pk=model_id).first()
    if model is None:
        messages.info(request, "That model is gone already.")
        return redirect("models")
    if request.method != "POST":
        standing = next((one for one in standings() if one.model.pk == model_id), None)
        if standing is None:
            raise Http404  # it went in between
        return render(request, "kb/model_retire.html", {"section": "models", "standing": standing})
    try:
        model = reembedding.retire(model.name)
    except Refused as error:
        messages.error(request, str(error))
    else:
        _wake(model)
        messages.success(
            request, f"“{model}” is being removed, as soon as no search that began with it is under way."
        )
    return redirect("models")
