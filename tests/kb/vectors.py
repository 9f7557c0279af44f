"""A knowledge base of vectors alone: clustered and perturbed, and what exact search finds in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.utils import timezone
from pgvector import HalfVector

from kb import vector_index
from kb.models import LEXICAL_DIMENSIONS, Audience, Document, EmbeddingModel

Vectors = npt.NDArray[np.float32]
DIMENSIONS = 64
# Passages of each document.
EACH = 4


@dataclass
class Base:
    """What is stored, in the order of the passages' ids: the first has the id 1."""

    model: EmbeddingModel
    vectors: Vectors
    documents: npt.NDArray[Any]  # of each passage: status, audience, locale

    def nearest(self, question: Vectors, selected: npt.NDArray[np.bool_], number: int) -> dict[int, float]:
        """Exactly, by numpy: the passages, and their cosines."""
        found = np.flatnonzero(selected)
        cosines = self.vectors[found] @ (question / np.linalg.norm(question))
        order = np.argsort(-cosines)[:number]
        return {int(found[place]) + 1: float(cosines[place]) for place in order}


def clustered(number: int, seed: int) -> Vectors:
    """Those of one document are near each other, as those of one topic are."""
    rng = np.random.default_rng(seed)
    topics = _units(rng, max(number // 200, 4))
    topic = np.repeat(np.sort(rng.integers(len(topics), size=number // EACH)), EACH)
    documents = np.repeat(_units(rng, number // EACH), EACH, axis=0)
    vectors = topics[topic] + 0.5 * documents + 0.7 * _units(rng, number)
    # As they are stored: in half the precision.
    halved = _normal(vectors).astype(np.float16).astype(np.float32)
    return _normal(halved)


def _units(rng: np.random.Generator, number: int) -> Vectors:
    return _normal(rng.standard_normal((number, DIMENSIONS)))


def _normal(vectors: Any) -> Vectors:
    normal: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return normal


def store(vectors: Vectors, labels: list[tuple[str, str, str]]) -> Base:
    """`labels`: of each document its status, audience and locale."""
    model = EmbeddingModel.objects.create(name="vectors alone", dimensions=vectors.shape[1], active=True)
    now = timezone.now()
    with connection.cursor() as cursor:
        with cursor.copy(DOCUMENTS) as copy:
            for pk, (status, audience, locale) in enumerate(labels, start=1):
                rest = ("", "", Document.State.SEARCHABLE, "", 0, now, now, Document.Source.FILE, "{}")
                copy.write_row((pk, f"{pk}.md", f"Title {pk}", status, audience, locale, *rest))
        cursor.execute(REVISIONS)
        cursor.execute(PASSAGES, [len(vectors), EACH, f"{{1:1}}/{LEXICAL_DIMENSIONS}"])
        with cursor.copy("COPY kb_embedding (passage_id, model_id, vector) FROM STDIN") as copy:
            for pk, vector in enumerate(vectors, start=1):
                copy.write_row((pk, model.pk, HalfVector(vector).to_text()))
        cursor.execute("ANALYZE kb_document, kb_passage, kb_embedding")
    return Base(model, vectors, np.repeat(np.array(labels, dtype=object), EACH, axis=0))


DOCUMENTS = """
    COPY kb_document (id, reference, title, status, audience, locale, file, file_hash, state, reason,
        attempts, created, changed, source, tags) FROM STDIN
"""
REVISIONS = """
    INSERT INTO kb_revision (id, document_id, number, title, text, file, file_hash, why, page_starts, created)
    SELECT id, id, 1, title, 'text', '', '', '', '{}', now() FROM kb_document
"""
PASSAGES = """
    INSERT INTO kb_passage (id, document_id, revision_id, position, heading, text, start, "end",
        content_hash, lexemes, weights, length)
    SELECT n, (n - 1) / each + 1, (n - 1) / each + 1, (n - 1) %% each, '', 'text', 0, 4, '', '', weights, 1
    FROM (SELECT generate_series(1, %s) AS n, %s AS each, %s::sparsevec AS weights) AS made
"""


def index(base: Base) -> None:
    vector_index.build(base.model)


def selected(base: Base, audience: Audience, locales: tuple[str, ...] | None) -> npt.NDArray[np.bool_]:
    status, label, locale = base.documents.T
    seen = (status == Document.Status.PUBLISHED) & np.isin(label, audience.labels_seen)
    return seen if locales is None else seen & np.isin(locale, locales)


def index_within_transaction(model: EmbeddingModel) -> None:
    """As a search sees it; the real one is built concurrently, where nobody sees the rows of a test."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(vector_index.definition(model).as_string(None).replace("CONCURRENTLY", ""))
