"""The site's own labelled set: questions whose right documents are known, and what a search makes of them.

A run is a job: its row holds state and lease, a worker asks every question, and a run whose worker died is
begun again from its first question. Nothing here enqueues: doors do.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from kb.metrics import mean, quantile, ranking_figures, rounded, share_below
from kb.models import Audience, Document, EmbeddingModel, LabelledQuestion, LabelledRun
from kb.retrieval import DEPTH, best_per_document, retrieve

LEASE = timedelta(seconds=60)


class ModelAway(Exception):
    """The model made no vector of a question: figures would be those of words alone."""


@dataclass(frozen=True)
class Outcome:
    """What a search made of one question."""

    rank: int | None  # of the first right document
    relevance: float
    ranking: tuple[str, ...]  # documents in rank order
    milliseconds: float


def label(
    text: str, audience: Audience, locale: str, documents: Collection[Document], by: object | None = None
) -> LabelledQuestion:
    """Keep a question with one more document that answers it; with none: nothing here answers it."""
    with transaction.atomic():
        kept, _ = LabelledQuestion.objects.get_or_create(
            text=" ".join(text.split()),
            audience=audience,
            locale=locale,
            defaults={"labelled_by_id": getattr(by, "pk", None)},
        )
        if documents:
            kept.documents.add(*documents)
        else:
            kept.documents.clear()
        kept.unanswerable = not documents
        kept.save(update_fields=["unanswerable"])
    return kept


def run(run: LabelledRun) -> None:
    """Ask every question and keep the figures; whoever lost the lease meanwhile keeps nothing.

    A run whose model is away has failed: its figures would be those of words alone.
    """
    usable = Q(unanswerable=True) | Q(documents__isnull=False)
    questions = list(
        LabelledQuestion.objects.filter(usable).distinct().prefetch_related("documents").order_by("pk")
    )
    model = EmbeddingModel.objects.active()
    outcomes: dict[int, Outcome] = {}
    for question in questions:
        # Before each: one question may take seconds, where an endpoint is slow.
        if not _hold(run, len(outcomes), len(questions)):
            return
        try:
            outcomes[question.pk] = _ask(question, model)
        except ModelAway as error:
            return run.fail(f"“{model}” was away, so that only words were searched: {error}")
    run.end(
        asked=len(questions),
        questions=len(questions),
        model=model.name,
        figures=_figures(questions, outcomes),
        outcomes={str(pk): [one.rank, round(one.relevance, 4)] for pk, one in outcomes.items()},
    )


def _hold(run: LabelledRun, asked: int, questions: int) -> bool:
    return bool(run.mine().update(lease=timezone.now() + LEASE, asked=asked, questions=questions))


def _ask(question: LabelledQuestion, model: EmbeddingModel) -> Outcome:
    started = time.perf_counter()
    found = retrieve(
        question.text, Audience(question.audience), locale=question.locale, limit=DEPTH, model=model
    )
    milliseconds = (time.perf_counter() - started) * 1000
    if found.words_only:
        raise ModelAway(found.words_only)
    ranking = [str(hit.passage.document_id) for hit in best_per_document(found.hits)]
    right = _right(question)
    ranks = (rank for rank, name in enumerate(ranking, start=1) if name in right)
    return Outcome(next(ranks, None), found.relevance, tuple(ranking), milliseconds)


def _right(question: LabelledQuestion) -> dict[str, int]:
    return {str(document.pk): 1 for document in question.documents.all()}


def _figures(questions: Collection[LabelledQuestion], outcomes: Mapping[int, Outcome]) -> dict[str, Any]:
    answerable = [(outcomes[one.pk], _right(one)) for one in questions if not one.unanswerable]
    others = [outcomes[one.pk].relevance for one in questions if one.unanswerable]
    floor: float = settings.RELEVANCE_FLOOR
    return {
        "answerable": len(answerable),
        "unanswerable": len(others),
        **rounded(ranking_figures([(outcome.ranking, right) for outcome, right in answerable])),
        **rounded(
            {
                "turned_away": share_below([outcome.relevance for outcome, _ in answerable], floor),
                "refused": share_below(others, floor),
                "relevance": mean([outcome.relevance for outcome, _ in answerable]),
            }
        ),
        **rounded({"p50_ms": quantile([one.milliseconds for one in outcomes.values()], 0.5)}, 1),
    }
