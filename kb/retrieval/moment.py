"""What a search has to know first, as it is at that moment: one statement.

The model and the synonyms are kept in the process, and the statement tells whether they are still the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.db import connection

from kb.lexemes import language_of
from kb.models import EmbeddingModel
from kb.retrieval.scope import NOTHING, Scope
from kb.retrieval.statements import rows


@dataclass(frozen=True)
class Moment:
    passages: Mapping[str, int]  # in each locale
    synonyms: tuple[Any, ...]  # another one after each change of the list
    active: tuple[Any, ...] | None  # of the active model: another one after each change of its row
    others: Sequence[int] = ()  # models that are complete, and could be made active
    spoken: bool = False  # the reader may see a document in the question's own locale

    def model(self) -> EmbeddingModel:
        """The active one."""
        known = self.active and _model(str(connection.settings_dict["NAME"]), self.active)
        return known or EmbeddingModel.objects.active()


def moment(within: Scope | None = None, locale: str = "") -> Moment:
    language = language_of(locale)
    seen, selecting = replace(within, locales=(language,)).seen() if within and language else NOTHING
    ((locales, passages, *synonyms, active, others, spoken),) = rows(KNOWN.format(seen=seen), selecting)
    return Moment(
        dict(zip(locales, passages, strict=True)),
        tuple(synonyms),
        tuple(active) if active else None,
        others,
        spoken,
    )


# Each synonym's time is in the sum: a change may be seen after one that was made later.
KNOWN = """
    SELECT
        statistics.locales, statistics.passages,
        synonyms.lines, synonyms.ids, synonyms.changes,
        (SELECT ARRAY[id::text, xmin::text, ctid::text] FROM kb_embeddingmodel WHERE active),
        ARRAY(SELECT id FROM kb_embeddingmodel WHERE NOT active AND state = 'complete'),
        EXISTS ({seen})
    FROM
        (
            SELECT
                coalesce(array_agg(locale::text), '{{}}') AS locales,
                coalesce(array_agg(passages), '{{}}') AS passages
            FROM kb_lexicalstatistics WHERE passages > 0
        ) AS statistics,
        (
            SELECT count(*) AS lines, sum(id) AS ids, sum(extract(epoch FROM changed)) AS changes
            FROM kb_synonym
        ) AS synonyms
"""


@lru_cache(maxsize=32)
def _model(database: str, version: tuple[Any, ...]) -> EmbeddingModel | None:
    return EmbeddingModel.objects.filter(pk=int(version[0])).first()
