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
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter

from django.db import connection, transaction
from pgvector import SparseVector

from kb.lexemes import lexemes
from kb.models import LEXICAL_DIMENSIONS, LexicalStatistics, Passage

# Chosen by nDCG@10 over all development sets together (docs/evaluation.md).
# BM25: how soon repeats stop counting, and how much long passages are held back.
K1 = 2.0
B = 0.75


@dataclass(frozen=True)
class Fields:
    """How often a word counts in the title and in the headings; in the text it counts once."""

    title: int = 3
    heading: int = 2


FIELDS = Fields()
# BM25 as books have it: it knows no fields.
PLAIN_FIELDS = Fields(title=1, heading=1)

# How passages are put into words now. Raise it with every change of `lexemes` or of what stands above:
# passages of another generation are then indexed anew (kb.reindexing), while searches go on.
VERSION = 2
# Weights are made anew when the average length of a locale's passages has moved by more than this share.
DRIFT = 0.05

# So many elements fit into a row, where they are read fastest; no passage of usual length has more.
MOST_LEXEMES = 900


def index(passages: Iterable[Passage], locale: str, fields: Fields = FIELDS) -> None:
    """Fill what lexical search needs into passages that are about to be stored."""
    counted = [(passage, _counts(passage, locale, fields)) for passage in passages]
    for passage, counts in counted:
        passage.lexemes = tsvector(counts)
        passage.length = counts.total()
        passage.words_version = VERSION
    average = _average_length(locale) or _mean([passage.length for passage, _ in counted])
    for passage, counts in counted:
        passage.weights = weights(counts, average)


def _counts(passage: Passage, locale: str, fields: Fields = FIELDS) -> Counter[str]:
    counts = Counter(lexemes(passage.text, locale))
    for text, times in (passage.document.title, fields.title), (passage.heading, fields.heading):
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
    if len(values) > MOST_LEXEMES:
        values = dict(sorted(values.items(), key=lambda item: -item[1])[:MOST_LEXEMES])
    # By built-ins alone, as an import makes one for each passage; only what is rare goes the long way.
    dimensions = list(map(dimension, values))
    elements = dict(zip(dimensions, values.values(), strict=True))
    if len(elements) < len(dimensions):  # two lexemes share one
        elements = dict.fromkeys(dimensions, 0.0)
        for place, value in zip(dimensions, values.values(), strict=True):
            elements[place] += value
    return SparseVector(elements, LEXICAL_DIMENSIONS)


@lru_cache(maxsize=50_000)
def dimension(lexeme: str) -> int:
    """The same on every machine and in every release: it is stored."""
    digest = hashlib.blake2b(lexeme.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % LEXICAL_DIMENSIONS


def tsvector(found: Iterable[str]) -> str:
    """A tsvector without positions, as PostgreSQL reads and writes it."""
    each = sorted(set(found))
    # Hardly any lexeme has to be quoted: to find that out of all at once is far quicker than one by one.
    together = "".join(each)
    if "'" in together or "\\" in together:
        return " ".join(map(_quoted, each))
    return "'" + "' '".join(each) + "'" if each else ""


def tsquery(wanted: Iterable[str], *, beside: str = "") -> str:
    """Any of these lexemes; if one is named, any of these beside it."""
    any_of = " | ".join(map(_quoted, wanted))
    return f"{_quoted(beside)} & ({any_of})" if beside else any_of


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


QUOTED = re.compile(r"'((?:[^'\\]|''|\\.)*)'", re.DOTALL)


def stored(vector: str) -> list[str]:
    """The lexemes of a tsvector, as it is read from the database or was about to be written."""
    # The same the other way round.
    if "\\" not in vector and "''" not in vector:
        return vector[1:-1].split("' '") if vector else []
    found: list[str] = QUOTED.findall(vector)
    return [re.sub(r"''|\\(.)", lambda m: m[1] or "'", lexeme) for lexeme in found]


def count(
    added: Iterable[Passage], removed: Iterable[Passage], locale: str, *, removed_locale: str | None = None
) -> None:
    """Keep the document frequencies: call it last in the transaction that stores and deletes these passages.

    A locale's statistics row is locked first and the lexemes in sorted order, so that imports wait for each
    other instead of locking each other out. They wait for the few milliseconds until the one commits.
    """
    changes: dict[str, _Change] = {}
    for passages, where, sign in (
        (added, locale, 1),
        (removed, locale if removed_locale is None else removed_locale, -1),
    ):
        for passage in passages:
            changes.setdefault(where, _Change()).add(passage, sign)
    _store(changes)


def count_added(added: Mapping[str, Iterable[Passage]]) -> None:
    """The same for new passages of several locales."""
    changes = {locale: _Change() for locale in added}
    for locale, passages in added.items():
        for passage in passages:
            changes[locale].add(passage, 1)
    _store(changes)


def _store(changes: Mapping[str, _Change]) -> None:
    with transaction.atomic(savepoint=False):
        for where in sorted(changes):
            changes[where].store(where)


class _Change:
    """What a transaction changes in the statistics of a locale."""

    def __init__(self) -> None:
        self.passages = 0
        self.lexemes = 0
        self.frequencies: Counter[str] = Counter()
        self.heaviest: dict[str, float] = {}

    def add(self, passage: Passage, sign: int) -> None:
        self.passages += sign
        self.lexemes += sign * passage.length
        held = stored(str(passage.lexemes))
        if sign < 0:
            self.frequencies.subtract(held)
        else:
            self.frequencies.update(held)
            raise_to(self.heaviest, weights_of(passage, held))

    def store(self, locale: str) -> None:
        average = self.lexemes / self.passages if self.passages > 0 else 1.0
        changed = sorted(
            (lexeme, number, self.heaviest.get(lexeme, 0.0))
            for lexeme, number in self.frequencies.items()
            if number or lexeme in self.heaviest
        )
        columns = [list(column) for column in zip(*changed, strict=True)] or [[], [], []]
        with connection.cursor() as cursor:
            cursor.execute(COUNT_PASSAGES, [locale, self.passages, self.lexemes, max(average, 1.0), VERSION])
            cursor.execute(COUNT_LEXEMES, [locale, *columns])
            if fewer := [lexeme for lexeme, number, _ in changed if number < 0]:
                cursor.execute(FORGET_LEXEMES, [locale, fewer])


def weights_of(passage: Passage, held: Iterable[str]) -> dict[str, float]:
    """What each of these lexemes weighs in a passage."""
    vector = passage.weights
    found = dict(zip(vector.indices(), vector.values(), strict=True))
    return {lexeme: found.get(dimension(lexeme), 0.0) for lexeme in held}


def raise_to(heaviest: dict[str, float], weights: Mapping[str, float]) -> None:
    known = heaviest.get
    for lexeme, weight in weights.items():
        if weight > known(lexeme, -1.0):
            heaviest[lexeme] = weight


COUNT_PASSAGES = """
    INSERT INTO kb_lexicalstatistics AS known (locale, passages, lexemes, average_length, version)
    VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (locale) DO UPDATE
    SET passages = known.passages + EXCLUDED.passages, lexemes = known.lexemes + EXCLUDED.lexemes
"""
# The heaviest weight is a bound: it may be too high, when the passage that had it is gone, but never too low.
COUNT_LEXEMES = """
    INSERT INTO kb_lexemecount AS known (locale, lexeme, passages, heaviest)
    SELECT %s, lexeme, passages, heaviest
    FROM unnest(%s::text[], %s::integer[], %s::float8[]) AS changed (lexeme, passages, heaviest)
    ORDER BY lexeme
    ON CONFLICT (locale, lexeme) DO UPDATE
    SET passages = known.passages + EXCLUDED.passages,
        heaviest = greatest(known.heaviest, EXCLUDED.heaviest)
    WHERE EXCLUDED.passages <> 0 OR EXCLUDED.heaviest > known.heaviest
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
# So many are renewed beside the saving of one article; more are left to whoever has time.
FEW_PASSAGES = 1000


def renew_few(locale: str) -> int:
    """The same, unless the next one who saves an article would have to wait for it."""
    many = LexicalStatistics.objects.filter(locale=locale, passages__gt=FEW_PASSAGES).exists()
    return 0 if many else renew(locale)


def drifted() -> list[str]:
    """The locales whose weights are to be made anew; cheap to ask."""
    known = LexicalStatistics.objects.order_by("locale").values_list("locale", flat=True)
    return [locale for locale in known if _drifted_average(locale)]


def _drifted_average(locale: str) -> float | None:
    known = LexicalStatistics.objects.filter(locale=locale, passages__gt=0).first()
    if known is None:
        return None
    average = max(known.lexemes / known.passages, 1.0)
    return average if abs(average / (known.average_length or 1.0) - 1) > DRIFT else None


@transaction.atomic
def _renew(pks: Sequence[int], locale: str, average: float) -> None:
    # The documents are read once the passages are ours: whose language has changed has other words by then.
    held = Passage.objects.filter(pk__in=pks, words_version=VERSION).select_for_update(skip_locked=True)
    held = held.defer("lexemes", "weights")
    passages = [one for one in held.prefetch_related("document") if one.document.locale == locale]
    heaviest: dict[str, float] = {}
    for passage in passages:
        counts = _counts(passage, locale)
        passage.weights = weights(counts, average)
        raise_to(heaviest, weights_of(passage, counts))
    with connection.cursor() as cursor:
        made = [passage.weights.to_text() for passage in passages]
        cursor.execute(REWEIGH, [[passage.pk for passage in passages], made])
        cursor.execute("SELECT FROM kb_lexicalstatistics WHERE locale = %s FOR UPDATE", [locale])
        cursor.execute(RAISE_HEAVIEST, [list(heaviest), list(heaviest.values()), locale])


REWEIGH = """
    UPDATE kb_passage AS kept SET weights = made.weights::sparsevec
    FROM unnest(%s::bigint[], %s::text[]) AS made (id, weights) WHERE kept.id = made.id
"""
RAISE_HEAVIEST = """
    UPDATE kb_lexemecount AS known SET heaviest = found.heaviest
    FROM unnest(%s::text[], %s::float8[]) AS found (lexeme, heaviest)
    WHERE known.locale = %s AND known.lexeme = found.lexeme AND known.heaviest < found.heaviest
"""


def rewrite(passages: Sequence[Passage]) -> None:
    """Store what lexical search needs of passages that are there, in one statement."""
    rows = [
        (passage.pk, str(passage.lexemes), passage.weights.to_text(), passage.length, passage.words_version)
        for passage in passages
    ]
    with connection.cursor() as cursor:
        cursor.execute(REWRITE, [list(column) for column in zip(*rows, strict=True)] or [[], [], [], [], []])


REWRITE = """
    UPDATE kb_passage AS kept
    SET lexemes = made.lexemes::tsvector, weights = made.weights::sparsevec,
        length = made.length, words_version = made.version
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::integer[], %s::smallint[])
        AS made (id, lexemes, weights, length, version)
    WHERE kept.id = made.id
"""


@dataclass(frozen=True)
class Count:
    """In how many passages a lexeme occurs, and the most that it weighs in one."""

    passages: int
    heaviest: float


def counts(rows: Iterable[tuple[str, int, float]]) -> dict[str, Count]:
    """Of each lexeme, from what is kept of it for several locales."""
    found: dict[str, Count] = {}
    for lexeme, passages, heaviest in rows:
        others = found.get(lexeme, Count(0, 0.0))
        found[lexeme] = Count(passages + others.passages, max(heaviest, others.heaviest))
    return found


@dataclass(frozen=True)
class Term:
    """A lexeme of a question: what it tells, how many passages hold it, the most that it weighs in one."""

    lexeme: str
    tells: float
    passages: int
    heaviest: float

    @property
    def bound(self) -> float:
        """No passage gets more from it."""
        return self.tells * self.heaviest


def terms(counted: Mapping[str, Count], tells: Mapping[str, float]) -> list[Term]:
    """These lexemes as passages hold them, those first that can give the most."""
    held = [(lexeme, counted[lexeme]) for lexeme in tells if lexeme in counted]
    made = [Term(lexeme, tells[lexeme], of.passages, of.heaviest) for lexeme, of in held if of.passages > 0]
    return sorted(made, key=attrgetter("bound", "lexeme"), reverse=True)


def idf(passages: int, containing: int) -> float:
    """How much a lexeme tells that occurs in `containing` of `passages`."""
    return math.log(1 + max(passages - containing + 0.5, 0) / (containing + 0.5))
