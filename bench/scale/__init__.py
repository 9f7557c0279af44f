"""Search measured at a size: speed beside its bare parts, ranking and recall beside exact answers, room.

On the current database, which `prepare` fills; everything that is compared is run in turns, question by
question, so that a busy machine slows both sides alike.
"""

from __future__ import annotations

import sys
import time
from dataclasses import asdict, dataclass
from typing import Any

from bench import corpus
from bench.scale.memory import peak_mb
from bench.scale.ranking import overlap_with_bm25s
from bench.scale.recall import recall_by_subset
from bench.scale.room import sizes
from bench.scale.speed import speed

# The figures of the contract, in its order; the others are details.
CONTRACT = (
    "passages",
    "search_p50_ms",
    "search_p95_ms",
    "bare_parts_p95_ms",
    "bm25_p95_ms",
    "ts_rank_p95_ms",
    "bm25s_top10_overlap",
    "vector_recall_by_subset",
    "index_mb",
    "table_mb",
    "build_s",
)
SEED = 1


@dataclass(frozen=True)
class Prepared:
    """A help center in the database, and the seconds that it took."""

    passages: int
    load_s: float
    lexeme_index_s: float
    vector_index_s: float


def prepare(passages: int) -> Prepared:
    from django.db import connection

    from kb import vector_index
    from kb.models import EmbeddingModel

    started = time.perf_counter()
    lexeme_index = corpus.load(passages, SEED)
    loaded = time.perf_counter()
    model = EmbeddingModel.objects.active()
    # As a desk has it: few vectors have no index, and are compared one by one.
    if vector_index.needed(model):
        say("Building the index of vectors.")
        vector_index.build(model)
    built = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return Prepared(
        passages,
        load_s=round(loaded - started - lexeme_index, 1),
        lexeme_index_s=round(lexeme_index, 1),
        vector_index_s=round(built - loaded, 1),
    )


def measure(prepared: Prepared) -> dict[str, Any]:
    """Every figure, details included."""
    passages = prepared.passages
    say("Timing searches.")
    figures = speed(passages, SEED)
    memory = peak_mb()
    say("Comparing vectors with exact search.")
    recalls = recall_by_subset(passages, SEED)
    say("Comparing words with bm25s.")
    overlap = overlap_with_bm25s(passages, SEED)
    return {
        "passages": passages,
        **figures,
        **overlap,
        **recalls,
        **sizes(),
        "build_s": round(prepared.lexeme_index_s + prepared.vector_index_s, 1),
        **{name: value for name, value in asdict(prepared).items() if name != "passages"},
        **memory,
    }


def say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
