"""The pages to try retrieval, for admins: one question in detail, the labelled set, and its runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kb import labelled
from kb.forms import LabelForm, TryForm
from kb.gates import ReaderRequest, admins_only
from kb.models import Audience, LabelledQuestion, LabelledRun
from kb.retrieval import Hit, Part, retrieve
from kb.retrieval.questions import matched
from kb.tasks import run_labelled

if TYPE_CHECKING:
    from collections.abc import Sequence

HITS = 10
A_PAGE = 50
RUNS_SHOWN = 20
STEPS = {
    "embed": "make the question’s vector",
    "words": "search by words",
    "meaning": "search by meaning",
    "join": "compare and join",
    "load": "load the passages",
    "judge": "judge whether they answer",
}


@dataclass(frozen=True)
class TriedHit:
    """A hit, and what only this page tells of it."""

    hit: Hit
    matched: Sequence[str]
    right: bool


@never_cache
@require_safe
@admins_only
def try_retrieval(request: ReaderRequest) -> HttpResponse:
    form = TryForm(request.GET)
    context = {"section": "documents", "form": form, **_tried(form)}
    return render(request, "kb/_tried.html" if request.htmx else "kb/try.html", context)


def _tried(form: TryForm) -> dict[str, Any]:
    question, audience, locale = form.asked()
    if not question:
        return {"found": None}
    among = form.categories()
    found = retrieve(question, audience, locale=locale, limit=HITS, categories=among)
    looked_up = [part.asked for part in found.parts if part.asked]
    label = _label_of(question, audience, locale)
    right = {document.pk for document in label.documents.all()} if label else set()
    return {
        "found": found,
        "question": question,
        "audience": audience,
        "locale": locale,
        "language": next((asked.language for asked in looked_up), ""),
        "corrected": {word: meant for asked in looked_up for word, meant in asked.corrected.items()}.items(),
        "floor": settings.RELEVANCE_FLOOR,
        "steps": [(STEPS.get(name, name), taken) for name, taken in found.steps.items()],
        "milliseconds": sum(found.steps.values()),
        "label": label,
        "shown": [
            TriedHit(hit, _matched(hit, found.parts), hit.passage.document_id in right) for hit in found.hits
        ],
    }


def _matched(hit: Hit, parts: Sequence[Part]) -> list[str]:
    """The words of that part of the message which found it."""
    by = next((part for part in parts if any(one.passage == hit.passage for one in part.hits)), None)
    return matched(by.asked, hit.passage) if by and by.asked else []


def _label_of(question: str, audience: Audience, locale: str) -> LabelledQuestion | None:
    text = " ".join(question.split())
    return LabelledQuestion.objects.filter(text=text, audience=audience, locale=locale).first()


@require_POST
@admins_only
def label(request: ReaderRequest) -> HttpResponse:
    """Keep a question with its right document, or as one that nothing answers; back to where it was tried."""
    form = LabelForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.why_refused())
        return redirect("try-retrieval")
    question, audience, locale = form.asked()
    document = form.cleaned_data["document"]
    labelled.label(question, audience, locale, [document] if document else [], request.user)
    what = f"with “{document}” as the right document" if document else "as one that no document answers"
    messages.success(request, f"Kept in the labelled set {what}.")
    return redirect(f"{reverse('try-retrieval')}?{urlencode(form.asked_again())}")


@require_POST
@admins_only
def unlabel(request: ReaderRequest, question_id: int) -> HttpResponse:
    question = get_object_or_404(LabelledQuestion, pk=question_id)
    question.delete()
    messages.success(request, f"“{question}” is no longer in the labelled set.")
    return redirect("labelled-questions")


@never_cache
@require_safe
@admins_only
def labelled_questions(request: ReaderRequest) -> HttpResponse:
    questions = LabelledQuestion.objects.prefetch_related("documents")
    page = Paginator(questions, A_PAGE).get_page(request.GET.get("page"))
    runs = list(LabelledRun.objects.filter(state=LabelledRun.State.DONE)[:RUNS_SHOWN])
    last, before = [*runs, None, None][:2]
    context = {
        "section": "documents",
        "page": page,
        "rows": [(question, *_places(question, last, before)) for question in page],
        **_runs(),
    }
    return render(request, "kb/labelled.html", context)


def _places(question: LabelledQuestion, *runs: LabelledRun | None) -> list[list[Any] | None]:
    """Rank and relevance in each run; None where it wasn't asked."""
    return [run.outcomes.get(str(question.pk)) if run else None for run in runs]


@require_POST
@admins_only
def start_run(request: ReaderRequest) -> HttpResponse:
    if not LabelledQuestion.objects.exists():
        messages.error(
            request, "There is no question to ask yet: try one, and say which document answers it."
        )
        return redirect("labelled-questions")
    run = LabelledRun.request(request.user)
    run_labelled.delay_on_commit(run.pk)  # type: ignore[attr-defined]  # Celery's Django task has it
    return redirect("labelled-questions")


@never_cache
@require_safe
@admins_only
def run_progress(request: ReaderRequest) -> HttpResponse:
    return render(request, "kb/_runs.html", _runs())


MEASURES = {
    "ndcg@10": "nDCG@10",
    "recall@1": "recall@1",
    "recall@5": "recall@5",
    "mrr@10": "MRR@10",
    "turned_away": "turned away",
    "refused": "refused",
}


def _runs() -> dict[str, Any]:
    shown = list(LabelledRun.objects.all()[:RUNS_SHOWN])
    done = [run for run in shown if run.state == LabelledRun.State.DONE]
    return {
        "running": next((run for run in shown if run.state == LabelledRun.State.RUNNING), None),
        "measures": MEASURES.values(),
        "runs": [(run, [run.figures.get(measure) for measure in MEASURES]) for run in shown],
        "picture": _picture(done[::-1]),
        "questions": LabelledQuestion.objects.count(),
    }


# The picture of the runs, in its own units.
WIDTH, HEIGHT, MARGIN = 640, 160, 24


def _picture(runs: Sequence[LabelledRun]) -> dict[str, Any] | None:
    """nDCG@10 of each run, oldest first, as points between 0 and 1."""
    values = [(run, run.figures["ndcg@10"]) for run in runs if run.figures.get("ndcg@10") is not None]
    if len(values) < 2:
        return None
    step = (WIDTH - 2 * MARGIN) / (len(values) - 1)
    points = [
        {
            "x": round(MARGIN + place * step, 1),
            "y": round(HEIGHT - MARGIN - value * (HEIGHT - 2 * MARGIN), 1),
            "run": run,
            "value": value,
        }
        for place, (run, value) in enumerate(values)
    ]
    line = " ".join(f"{point['x']},{point['y']}" for point in points)
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "low": HEIGHT - MARGIN,
        "high": MARGIN,
        "points": points,
        "line": line,
    }
