"""BM25 in PostgreSQL: what a passage keeps of its words, and the document frequencies.

A passage keeps its lexemes (for the index) and their saturated weights as a sparse vector; a question becomes
a sparse vector of idf, so that their inner product is BM25.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from django.db import connection, transaction
from django.db.models import Sum
from pgvector import SparseVector

from kb.lexemes import lexemes
from kb.models import LEXICAL_DIMENSIONS, LexemeCount, LexicalStatistics, Passage

# Chosen by nDCG@10 over all development sets together (docs/evaluation.md).
# BM25: how soon repeats stop counting, and how much long passages are held back.
K1 = 2.0
B = 0.75
# How often a word counts in the title and in the headings.
TITLE = 3
HEADING = 2
# Weights are made anew when the average length of a locale's passages has moved by more than this share.
DRIFT = 0.05

# The sparse vector type takes no more elements.
MOST_LEXEMES = 16_000


def index(passages: Iterable[Passage], locale: str) -> None:
    """Fill what lexical search needs into passages that are about to be stored."""
    counted = [(passage, _counts(passage, locale)) for passage in passages]
    for passage, counts in counted:
        passage.lexemes = tsvector(counts)
        passage.length = counts.total()
    average = _average_length(locale) or _mean([passage.length for passage, _ in counted])
    for passage, counts in counted:
        passage.weights = weights(counts, average)


def _counts(passage: Passage, locale: str) -> Counter[str]:
    counts = Counter(lexemes(passage.text, locale))
    for text, times in (passage.document.title, TITLE), (passage.heading, HEADING):
        for lexeme in lexemes(text, locale):
            counts[lexeme] += times
    return counts


def _average_length(locale: str) -> float:
    found = LexicalStatistics.objects.filter(locale=locale).values_list("average_length", flat=True).first()
    return found or 0.0


def _mean(lengths: Sequence[int]) -> float:
    return max(sum(lengths) / max(len(lengths), 1), 1.0)


def weights(counts: Mapping[str, int], average_length: float) -> SparseVector:
    """BM25's share of the passage: how much each lexeme tells of it, between 0 and K1 + 1."""
    held_back = K1 * (1 - B + B * sum(counts.values()) / average_length)
    saturated = {lexeme: count * (K1 + 1) / (count + held_back) for lexeme, count in counts.items()}
    return sparse(saturated)


def sparse(values: Mapping[str, float]) -> SparseVector:
    """A value for each lexeme as a vector; of too many, the largest."""
    largest = sorted(values.items(), key=lambda item: -item[1])[:MOST_LEXEMES]
    elements: dict[int, float] = {}
    for lexeme, value in largest:
        elements[dimension(lexeme)] = elements.get(dimension(lexeme), 0.0) + value
    return SparseVector(elements, LEXICAL_DIMENSIONS)


@lru_cache(maxsize=50_000)
def dimension(lexeme: str) -> int:
    """The same on every machine and in every release: it is stored."""
    digest = hashlib.blake2b(lexeme.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % LEXICAL_DIMENSIONS


def tsvector(found: Iterable[str]) -> str:
    """A tsvector without positions, as PostgreSQL reads and writes it."""
    return " ".join(map(_quoted, sorted(set(found))))


def tsquery(wanted: Iterable[str]) -> str:
    """Any of these lexemes."""
    return " | ".join(map(_quoted, wanted))


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


QUOTED = re.compile(r"'((?:[^'\\]|''|\\.)*)'", re.DOTALL)


def stored(vector: str) -> list[str]:
    """The lexemes of a tsvector, as it is read from the database or was about to be written."""
    return [re.sub(r"''|\\(.)", lambda m: m[1] or "'", found) for found in QUOTED.findall(vector)]


def count(
    added: Iterable[Passage], removed: Iterable[Passage], locale: str, *, removed_locale: str | None = None
) -> None:
    """Keep the document frequencies: call it last in the transaction that stores and deletes these passages.

    A locale's statistics row is locked first and the lexemes in sorted order, so that imports wait for each
    other instead of locking each other out.
    """
    changes: dict[str, _Change] = {}
    for passages, where, sign in (
        (added, locale, 1),
        (removed, locale if removed_locale is None else removed_locale, -1),
    ):
        for passage in passages:
            changes.setdefault(where, _Change()).add(passage, sign)
    with transaction.atomic():
        for where in sorted(changes):
            changes[where].store(where)


class _Change:
    """What a transaction changes in the statistics of a locale."""

    def __init__(self) -> None:
        self.passages = 0
        self.lexemes = 0
        self.frequencies: Counter[str] = Counter()

    def add(self, passage: Passage, sign: int) -> None:
        self.passages += sign
        self.lexemes += sign * passage.length
        for lexeme in stored(passage.lexemes):
            self.frequencies[lexeme] += sign

    def store(self, locale: str) -> None:
        average = self.lexemes / self.passages if self.passages > 0 else 1.0
        changed = sorted((lexeme, number) for lexeme, number in self.frequencies.items() if number)
        with connection.cursor() as cursor:
            cursor.execute(COUNT_PASSAGES, [locale, self.passages, self.lexemes, max(average, 1.0)])
            cursor.execute(
                COUNT_LEXEMES, [locale, [lexeme for lexeme, _ in changed], [number for _, number in changed]]
            )
            cursor.execute(FORGET_LEXEMES, [locale, [lexeme for lexeme, number in changed if number < 0]])


COUNT_PASSAGES = """
    INSERT INTO kb_lexicalstatistics AS known (locale, passages, lexemes, average_length)
    VALUES (%s, %s, %s, %s)
    ON CONFLICT (locale) DO UPDATE
    SET passages = known.passages + EXCLUDED.passages, lexemes = known.lexemes + EXCLUDED.lexemes
"""
COUNT_LEXEMES = """
    INSERT INTO kb_lexemecount AS known (locale, lexeme, passages)
    SELECT %s, lexeme, passages FROM unnest(%s::text[], %s::integer[]) AS changed (lexeme, passages)
    ORDER BY lexeme
    ON CONFLICT (locale, lexeme) DO UPDATE SET passages = known.passages + EXCLUDED.passages
"""
FORGET_LEXEMES = "DELETE FROM kb_lexemecount WHERE locale = %s AND lexeme = ANY(%s::text[]) AND passages <= 0"


def renew(locale: str) -> int:
    """Make the weights anew if the average length has drifted since they were made; how many passages.

    Passages that another transaction holds are skipped: whoever stores them uses the new average already.
    """
    average = _drifted_average(locale)
    if average is None:
        return 0
    LexicalStatistics.objects.filter(locale=locale).update(average_length=average)
    pks = list(Passage.objects.filter(document__locale=locale).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), RENEWED_AT_ONCE):
        _renew(pks[start : start + RENEWED_AT_ONCE], locale, average)
    return len(pks)


RENEWED_AT_ONCE = 200


def _drifted_average(locale: str) -> float | None:
    known = LexicalStatistics.objects.filter(locale=locale, passages__gt=0).first()
    if known is None:
        return None
    average = max(known.lexemes / known.passages, 1.0)
    return average if abs(average / (known.average_length or 1.0) - 1) > DRIFT else None


@transaction.atomic
def _renew(pks: Sequence[int], locale: str, average: float) -> None:
    passages = list(
        Passage.objects.filter(pk__in=pks)
        .select_related("document")
        .select_for_update(skip_locked=True, of=("self",))
    )
    for passage in passages:
        passage.weights = weights(_counts(passage, locale), average)
    Passage.objects.bulk_update(passages, ["weights"])


def frequencies(locales: Iterable[str], wanted: Iterable[str]) -> dict[str, int]:
    """In how many passages of these locales each lexeme occurs."""
    counts = LexemeCount.objects.filter(locale__in=list(locales), lexeme__in=list(wanted))
    return dict(counts.values_list("lexeme").annotate(total=Sum("passages")))


def idf(passages: int, containing: int) -> float:
    """How much a lexeme tells that occurs in `containing` of `passages`."""
    return math.log(1 + max(passages - containing + 0.5, 0) / (containing + 0.5))
