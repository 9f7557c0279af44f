"""The synonyms that admins keep, as they are at the moment of a search."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from kb.lexemes import language_of
from kb.models import Synonym
from kb.synonyms import Rule

Rules = dict[str, tuple[Rule, ...]]


def rules(stamp: tuple[Any, ...], locales: Iterable[str], language: str) -> Rules:
    """For the passages of each locale; for those whose language isn't known, by that of the question.

    As long as the stamp is the same, the list is the one that this process has read.
    """
    return {locale: _of(stamp, language_of(locale) or language) for locale in locales}


@lru_cache(maxsize=32)
def _of(stamp: tuple[Any, ...], language: str) -> tuple[Rule, ...]:
    if not stamp[0]:
        return ()
    return tuple(
        synonym.rule() for synonym in Synonym.objects.filter(locale__in=["", language]).order_by("pk")
    )
