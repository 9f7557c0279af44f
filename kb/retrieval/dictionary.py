"""What the passages hold of a question's lexemes, and which of these the searcher may see: one statement.

Whether somebody may see a frequent word is told at once by a passage that told it before: it is kept in the
process and asked again, so that the answer is always that of the moment.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import connection

from kb.lexical import Count, counts, tsquery
from kb.retrieval.scope import Scope, Seen
from kb.retrieval.statements import rows

MOST_REMEMBERED = 50_000


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
    known = _known((seen, selecting))
    before = [known.get(lexeme) for lexeme in doubted]
    queries = [tsquery([lexeme]) for lexeme in doubted]
    found = rows(
        f"SELECT *, NULL FROM ({COUNTS}) AS counted UNION ALL {SEEN.format(seen=seen)}",
        [*asked, *selecting, *selecting, list(doubted), queries, before],
    )
    witnesses = {lexeme: witness for lexeme, *_, witness in found if witness is not None}
    known.update(witnesses)
    return Held(
        counts(
            (lexeme, passages, heaviest) for lexeme, passages, heaviest, _ in found if passages is not None
        ),
        frozenset(witnesses),
    )


COUNTS = """
    SELECT lexeme, passages, heaviest FROM kb_lexemecount
    WHERE locale = ANY(%s::text[]) AND lexeme = ANY(%s::text[])
"""
# Not conditions: each lexeme is looked up by itself, in the index, and only where its witness tells nothing.
SEEN = """
    SELECT
        doubted.lexeme, NULL, NULL,
        coalesce(
            (
                SELECT kept.id FROM kb_passage AS kept
                WHERE kept.id = doubted.witness AND kept.lexemes @@ doubted.query::tsquery
                AND kept.document_id IN ({seen})
            ),
            (
                SELECT kept.id FROM kb_passage AS kept
                WHERE kept.lexemes @@ doubted.query::tsquery AND kept.document_id IN ({seen})
                LIMIT 1
            )
        )
    FROM unnest(%s::text[], %s::text[], %s::bigint[]) AS doubted (lexeme, query, witness)
"""

# By database and scope: a passage for each lexeme that the scope was seen to hold.
_witnesses: dict[tuple[str, Seen], dict[str, int]] = {}


def _known(seen: Seen) -> dict[str, int]:
    if sum(map(len, _witnesses.values())) > MOST_REMEMBERED:
        _witnesses.clear()
    return _witnesses.setdefault((str(connection.settings_dict["NAME"]), seen), {})
