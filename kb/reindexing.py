"""Make what lexical search keeps anew after a release that changed how words are compared.

A few documents at a time, in a transaction that also moves the statistics: searches and imports go on
meanwhile, and a run that is killed leaves nothing half done. The next one finds what is left by its version.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction

from kb import lexical
from kb.lexical import VERSION
from kb.locks import alone
from kb.models import Document, LexicalStatistics, Passage

# Documents in one transaction: an import of one of them waits for so long.
TOGETHER = 20
# Of this session: whoever finds it taken leaves the work to the one that has it.
ADVISORY_LOCK = 0x6B62_7778

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Reindexed:
    """What one run did. Busy: another process is at it."""

    passages: int = 0
    documents: int = 0
    busy: bool = False


def stale_locales() -> list[str]:
    """Where passages may have another version than this release's; cheap to ask."""
    outdated = LexicalStatistics.objects.exclude(version=VERSION).filter(passages__gt=0)
    return list(outdated.order_by("locale").values_list("locale", flat=True))


def stale_passages() -> int:
    return Passage.objects.exclude(words_version=VERSION).count()


def reindex(progress: Progress = lambda done, total: None) -> Reindexed:
    """All passages of other versions; how many. Safe to run at any time and as often as one likes."""
    with alone(ADVISORY_LOCK) as taken:
        if not taken:
            return Reindexed(busy=True)
        total, passages, documents = stale_passages(), 0, 0
        for pks in _batches():
            passages += _reindex(pks)
            documents += len(pks)
            progress(passages, total)
        _settle()
        return Reindexed(passages, documents)


def _batches() -> Iterator[list[int]]:
    """Documents with passages of other versions, in the order of their ids."""
    last = 0
    while True:
        stale = Passage.objects.exclude(words_version=VERSION).filter(document_id__gt=last)
        pks = stale.order_by("document_id").values_list("document_id", flat=True).distinct()[:TOGETHER]
        if not pks:
            return
        yield list(pks)
        last = max(pks)


@transaction.atomic
def _reindex(pks: Sequence[int]) -> int:
    """The documents are locked as an import does it, so that nobody counts what is being replaced."""
    locked = Document.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk")
    by_locale: dict[str, list[Passage]] = {}
    for passage in _stale([document.pk for document in locked]):
        by_locale.setdefault(passage.document.locale, []).append(passage)
    changed = [
        (locale, by_locale[locale], _rewritten(by_locale[locale], locale)) for locale in sorted(by_locale)
    ]
    for locale, passages, before in changed:
        lexical.count(passages, before, locale)
    return sum(len(passages) for _, passages, _ in changed)


def _stale(documents: Sequence[int]) -> list[Passage]:
    """Locked in the order of their ids, whatever their locale, as whoever stores vectors does it."""
    stale = Passage.objects.exclude(words_version=VERSION).filter(document__in=documents).order_by("pk")
    return list(stale.select_related("document").select_for_update(of=("self",), no_key=True))


def _rewritten(passages: Sequence[Passage], locale: str) -> list[Passage]:
    """Make these anew; as they were."""
    before = [copy.copy(passage) for passage in passages]
    lexical.index(passages, locale)
    lexical.rewrite(passages)
    return before


def _settle() -> None:
    """Averages of the new lengths; and a locale of which nothing is left to do has this version."""
    left = set(
        Passage.objects.exclude(words_version=VERSION).values_list("document__locale", flat=True).distinct()
    )
    for locale in LexicalStatistics.objects.values_list("locale", flat=True):
        if locale not in left:
            LexicalStatistics.objects.filter(locale=locale).update(version=VERSION)
        lexical.renew(locale)
