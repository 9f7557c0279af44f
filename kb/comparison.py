"""Embedding models side by side: the same labelled questions, searched with each, on the documents here.

Changes nothing that a search looks at. The figures stay with the models, so that the page can show them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from kb.locks import alone
from kb.metrics import ranking_figures, rounded
from kb.models import Audience, EmbeddingModel, LabelledQuestion
from kb.retrieval import DEPTH, best_per_document, retrieve

# Of this session: whoever finds it taken leaves the work to the one that has it.
ADVISORY_LOCK = 0x6B62_636D

# How many questions, of how many.
Progress = Callable[[int, int], object]


class ModelAway(Exception):
    """A model made no vectors, so its figures would be those of words alone; the message says why."""

    def __init__(self, model: EmbeddingModel, why: str) -> None:
        super().__init__(f"“{model}” was not measured: {why}")
        self.model = model


@dataclass(frozen=True)
class Labelled:
    """A question, and how much each document helps (by its reference)."""

    text: str
    gains: Mapping[str, int]
    locale: str = ""
    audience: Audience = Audience.PUBLIC


def labelled_here() -> list[Labelled]:
    """The desk's own labelled questions that a document answers."""
    kept = LabelledQuestion.objects.filter(documents__isnull=False).distinct().prefetch_related("documents")
    return [
        Labelled(
            question.text,
            {document.reference: 1 for document in question.documents.all()},
            question.locale,
            Audience(question.audience),
        )
        for question in kept.order_by("pk")
    ]


def compare_here() -> None:
    """All complete models, on the desk's own labelled questions; once at a time.

    When one is away, the reason is kept beside its earlier figures as their `problem`.
    """
    models = EmbeddingModel.objects.filter(state=EmbeddingModel.State.COMPLETE).order_by("pk")
    with alone(ADVISORY_LOCK) as taken:
        questions = labelled_here() if taken else []
        try:
            if questions:
                compare(list(models), questions)
        except ModelAway as error:
            told = {**(error.model.figures or {}), "problem": str(error)}
            models.filter(pk=error.model.pk).update(figures=told)


def compare(
    models: Sequence[EmbeddingModel],
    questions: Sequence[Labelled],
    progress: Progress = lambda done, total: None,
) -> dict[str, dict[str, Any]]:
    """Each model's figures by its name, kept with it; asked in turn, so that one moment serves all."""
    rankings: dict[str, list[tuple[Sequence[str], Mapping[str, int]]]] = {model.name: [] for model in models}
    for done, question in enumerate(questions, start=1):
        for model in models:
            rankings[model.name].append((_found(question, model), question.gains))
        progress(done, len(questions))
    figures = {
        name: {"questions": len(questions), **rounded(ranking_figures(ranked))}
        for name, ranked in rankings.items()
    }
    for model in models:
        EmbeddingModel.objects.filter(pk=model.pk).update(
            figures=figures[model.name], measured=timezone.now()
        )
    return figures


def _found(question: Labelled, model: EmbeddingModel) -> list[str]:
    found = retrieve(question.text, question.audience, locale=question.locale, limit=DEPTH, model=model)
    if found.words_only:
        raise ModelAway(model, found.words_only)
    return [hit.passage.document.reference for hit in best_per_document(found.hits)]
