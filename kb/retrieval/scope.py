"""What one search looks at: who asks, and in which locales. The one place where a further filter is added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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


def scope_of(audience: Audience, locale: str) -> Scope:
    """A question's own locale and the unknown ones; all, where no document is in that language."""
    language = language_of(locale)
    if language and Document.objects.visible_to(audience).filter(locale=language).exists():
        return Scope(audience, (language, ""))
    return Scope(audience)
