"""What the passages hold of a question's lexemes, and which of these the searcher may see: one statement."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from kb.lexical import Count, counts, tsquery
from kb.retrieval.scope import Scope
from kb.retrieval.statements import rows


@dataclass(frozen=True)
class Held:
    """Lexemes that some passage holds, whoever may read it; and those that one in the scope holds."""

    counts: dict[str, Count]
    seen: frozenset[str] = frozenset()


def held(
    locales: Iterable[str],
    wanted: Iterable[str],
    scope: Scope | None = None,
    doubted: Collection[str] = (),
) -> Held:
    """Of the lexemes that are wanted; only the doubted ones are looked for in the scope."""
    asked = [list(locales), list(wanted)]
    if scope is None or not doubted:
        return Held(counts(rows(COUNTS, asked)))
    seen, selecting = scope.seen()
    queries = [tsquery([lexeme]) for lexeme in doubted]
    found = rows(f"{COUNTS} UNION ALL {SEEN.format(seen=seen)}", [*asked, *selecting, list(doubted), queries])
    return Held(
        counts(row for row in found if row[1] is not None),
        frozenset(lexeme for lexeme, passages, is_seen in found if passages is None and is_seen),
    )


COUNTS = """
    SELECT lexeme, passages, heaviest FROM kb_lexemecount
    WHERE locale = ANY(%s::text[]) AND lexeme = ANY(%s::text[])
"""
# Not a condition: each lexeme is looked up by itself, in the index.
SEEN = """
    SELECT
        doubted.lexeme, NULL,
        EXISTS (
            SELECT FROM kb_passage AS kept
            WHERE kept.lexemes @@ doubted.query::tsquery AND kept.document_id IN ({seen})
        )::int
    FROM unnest(%s::text[], %s::text[]) AS doubted (lexeme, query)
"""
