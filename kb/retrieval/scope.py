"""What one search looks at: who asks, in which locales, categories and sources. All filters stand here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Q, QuerySet

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
    """A reader's class, and the locales, categories (their ids) and sources that are searched (None: all)."""

    audience: Audience
    locales: Sequence[str] | None = None
    categories: Sequence[int] | None = None
    sources: Sequence[str] | None = None

    def documents(self) -> DocumentQuerySet:
        return Document.objects.visible_to(self.audience).filter(self._chosen())

    def passages(self) -> PassageQuerySet:
        return Passage.objects.visible_to(self.audience).filter(self._chosen("document__"))

    def _chosen(self, at: str = "") -> Q:
        filters = {"locale": self.locales, "category": self.categories, "source": self.sources}
        return Q(*((f"{at}{field}__in", among) for field, among in filters.items() if among is not None))

    def asked_in(self, locale: str, spoken: bool | None = None) -> Scope:
        """A question's own locale and the unknown ones; all, where no document of these is in that language.

        `spoken`: whether one is; None: to be found out.
        """
        language = language_of(locale)
        if spoken is None:
            spoken = bool(language) and replace(self, locales=(language,)).documents().exists()
        return replace(self, locales=(language, "")) if language and spoken else self

    def embeddings(self, model: EmbeddingModel) -> QuerySet[Embedding]:
        return Embedding.objects.filter(model=model.pk, document__in=self.documents())

    def seen(self) -> Seen:
        """The documents' ids as a statement, to stand within others."""
        return _seen(Scope(self.audience, *map(_tuple, (self.locales, self.categories, self.sources))))


def _tuple(among: Sequence[Any] | None) -> tuple[Any, ...] | None:
    return None if among is None else tuple(among)


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
