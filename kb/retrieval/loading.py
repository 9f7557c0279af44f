"""Load the passages that were found, with what is shown of them: one statement, through the gate again.

What was withdrawn since the ranking is not shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model

from kb.models import Document, Passage, Revision
from kb.retrieval.scope import Scope
from kb.retrieval.statements import rows

Row = TypeVar("Row", bound=Model)


def loaded(scope: Scope, passages: Iterable[int]) -> dict[int, Passage]:
    """Each with its document and its revision; without the weights and the text of the revision."""
    seen, selecting = scope.seen()
    found: dict[int, Passage] = {}
    for row in rows(_statement().format(seen=seen), [list(passages), *selecting]):
        passage, rest = _made(Passage, row)
        passage.document, rest = _made(Document, rest)
        passage.revision, _ = _made(Revision, rest)
        found[passage.pk] = passage
    return found


LEFT_OUT = {Passage: {"weights"}, Document: set[str](), Revision: {"text"}}


@lru_cache(maxsize=8)
def _names(model: type[Model]) -> tuple[str, ...]:
    fields = model._meta.concrete_fields
    return tuple(field.attname for field in fields if field.name not in LEFT_OUT[model])


def _made(model: type[Row], row: Sequence[Any]) -> tuple[Row, Sequence[Any]]:
    """From the first columns of a row; and the others."""
    names = _names(model)
    return model.from_db(DEFAULT_DB_ALIAS, names, row[: len(names)]), row[len(names) :]


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
