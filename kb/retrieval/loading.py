"""Load the passages that were found, with what is shown of them: one statement, through the gate again.

What was withdrawn since the ranking is not shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model
from django.db.models.base import ModelState

from kb.models import Document, Passage, Revision
from kb.retrieval.scope import Scope
from kb.retrieval.statements import array, rows

Row = TypeVar("Row", bound=Model)


def loaded(scope: Scope, passages: Iterable[int]) -> dict[int, Passage]:
    """Each with its document and its revision, which passages share; weights and whole texts are left out."""
    seen, selecting = scope.seen()
    found: dict[int, Passage] = {}
    documents: dict[int, Document] = {}
    revisions: dict[int, Revision] = {}
    for row in rows(_statement().format(seen=seen), [array(passages), *selecting]):
        passage, rest = _made(Passage, row, found)
        document, rest = _made(Document, rest, documents)
        revision, _ = _made(Revision, rest, revisions)
        passage._state.fields_cache.update(document=document, revision=revision)
    return found


LEFT_OUT = {Passage: {"weights"}, Document: set[str](), Revision: {"text"}}


@lru_cache(maxsize=8)
def _names(model: type[Model]) -> tuple[str, ...]:
    fields = model._meta.concrete_fields
    return tuple(field.attname for field in fields if field.name not in LEFT_OUT[model])


def _made(model: type[Row], row: Sequence[Any], known: dict[int, Row]) -> tuple[Row, Sequence[Any]]:
    """From the first columns of a row, of which its id is the first, unless it is known; and the others.

    As `from_db` makes it, which sets field by field, and takes longer than to look the passages up.
    """
    names = _names(model)
    if row[0] not in known:
        made = known[row[0]] = model.__new__(model)
        made.__dict__.update(zip(names, row, strict=False), _state=_stored())
    return known[row[0]], row[len(names) :]


def _stored() -> ModelState:
    state = ModelState()
    state.db, state.adding = DEFAULT_DB_ALIAS, False
    return state


@lru_cache(maxsize=1)
def _statement() -> str:
    columns = ", ".join(f'{model._meta.db_table}."{name}"' for model in LEFT_OUT for name in _names(model))
    return f"""
        SELECT {columns}
        FROM kb_passage
        JOIN kb_document ON kb_document.id = kb_passage.document_id
        JOIN kb_revision ON kb_revision.id = kb_passage.revision_id
        WHERE kb_passage.id = ANY(%s::bigint[]) AND kb_passage.document_id IN ({{seen}})
    """
