"""What one search looks at: who asks, and in which locales. The one place where a further filter is added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from kb.lexemes import language_of
from kb.models import (
    Audience,
    Document,
    DocumentQuerySet,
    Embedding,
    EmbeddingModel,
    Passage,
    PassageQuerySet,
)


@dataclass(frozen=True)
class Scope:
    """A reader's class and the locales that are searched (None: all)."""

    audience: Audience
    locales: Sequence[str] | None = None

    def documents(self) -> DocumentQuerySet:
        seen = Document.objects.visible_to(self.audience)
        return seen if self.locales is None else seen.filter(locale__in=self.locales)

    def passages(self) -> PassageQuerySet:
        seen = Passage.objects.visible_to(self.audience)
        return seen if self.locales is None else seen.filter(document__locale__in=self.locales)

    def embeddings(self, model: EmbeddingModel) -> QuerySet[Embedding]:
        return Embedding.objects.filter(model=model.pk, document__in=self.documents())

    def seen(self) -> Seen:
        """The documents' ids as a statement, to stand within others."""
        hashable = self if self.locales is None else replace(self, locales=tuple(self.locales))
        return _seen(hashable)


# A statement and its parameters.
Seen = tuple[str, tuple[Any, ...]]
NOTHING: Seen = ("SELECT NULL::bigint WHERE false", ())


@lru_cache(maxsize=1_000)
def _seen(scope: Scope) -> Seen:
    """Written once: to write it takes as long as to run it."""
    try:
        statement, parameters = scope.documents().order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:  # what no document can be
        return NOTHING
    return statement, tuple(parameters)


def scope_of(audience: Audience, locale: str, spoken: bool | None = None) -> Scope:
    """A question's own locale and the unknown ones; all, where no document is in that language.

    `spoken`: whether one is; None: to be found out.
    """
    language = language_of(locale)
    if spoken is None:
        spoken = Document.objects.visible_to(audience).filter(locale=language).exists()
    return Scope(audience, (language, "")) if language and spoken else Scope(audience)
