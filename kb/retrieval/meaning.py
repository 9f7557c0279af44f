"""Find passages by their meaning: the cosine of their vectors with the question's.

What a scope selects is compared one by one as long as that is quicker: exact. Where it selects much, the
index is asked for the question's nearest neighbours of all, and those that the scope selects are the answer,
if they are as many as were asked: then none that is nearer was left out, whatever the filters have to do with
the meaning. If they are fewer, that is counted, and all are compared.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from kb.models import EmbeddingModel, IndexShortfall
from kb.retrieval.hits import Arm
from kb.retrieval.reach import Reach, index_ready, reach
from kb.retrieval.scope import Scope
from kb.retrieval.statements import Settings, halfvec, rows
from llm.embed import Embedder, Vectors
from llm.errors import Rejected

# Chosen by time and recall at 200,000 and 1,000,000 vectors (docs/evaluation.md).
# So many vectors are compared one by one in the time in which the index finds one neighbour more.
STEP = 25
# Neighbours asked for each one that is needed: the scope may select fewer here than elsewhere.
SPARE = 1.5
# With fewer, the index now and then misses the question's whole neighbourhood; with many vectors, more often.
FEWEST = 400
FEWEST_OF = 500
# So many of the neighbours must be the scope's at least: where they are rarer, the question is about what the
# scope leaves out, and the index is vague so far from it.
ENOUGH = 100
# The largest that pgvector allows; for more neighbours the index is asked on and on (iterative scan).
MOST_CANDIDATES = 1_000


def embedded(texts: Sequence[str], model: EmbeddingModel) -> tuple[Embedder, list[Vectors]]:
    """The model's embedder and a vector for each text, in one call; raises `llm.errors.ModelError`."""
    maker = model.embedder()
    vectors = [maker.query(texts[0])] if len(texts) == 1 else list(maker.queries(texts))
    for vector in vectors:
        if vector.shape != (model.dimensions,):
            raise Rejected(
                f"“{model.name}” was set up with {model.dimensions} dimensions, not {vector.size}."
            )
    return maker, vectors


def by_meaning(scope: Scope, model: EmbeddingModel, vector: Vectors, depth: int) -> Arm:
    """In the order of their cosine, which is the score."""
    there = reach(scope, model)
    wanted = neighbours(there, depth) if index_ready(model) else 0
    if wanted:
        found = through_index(scope, model, vector, wanted)
        if len(found.scores) >= max(depth, ENOUGH):
            return Arm(dict(list(found.scores.items())[:depth]))
        IndexShortfall.count(model)
    return one_by_one(scope, model, vector, depth, _suited(there))


def _suited(there: Reach) -> Settings | None:
    """None: a plan for any scope will do."""
    if there.total < SMALL:
        return None
    return FEW if there.selected < ALONE else MANY


def neighbours(there: Reach, depth: int) -> int:
    """How many of the nearest to ask of the index, so that enough are the scope's. 0: all are compared."""
    if not there.selected:
        return 0
    share = math.ceil(SPARE * max(depth, ENOUGH) * there.total / there.selected)
    wanted = max(share, FEWEST, there.total // FEWEST_OF)
    return wanted if wanted * STEP < there.selected else 0


def one_by_one(
    scope: Scope, model: EmbeddingModel, vector: Vectors, depth: int, settings: Settings | None = None
) -> Arm:
    """Exact. The bare column isn't what the index is on, so the planner cannot take it by mistake."""
    seen, selecting = scope.seen()
    asked = [halfvec(vector), model.pk, *selecting, depth]
    found = rows(EACH.format(seen=seen), asked, settings)
    return Arm({pk: 1 - distance for pk, distance in found})


def through_index(scope: Scope, model: EmbeddingModel, vector: Vectors, wanted: int) -> Arm:
    """Those of the model's nearest neighbours that the scope selects."""
    seen, selecting = scope.seen()
    # The index serves only who writes its expression and its condition, with the model's id as it is.
    statement = NEAREST.format(dimensions=int(model.dimensions), model=int(model.pk), seen=seen)
    asked = [halfvec(vector), wanted, *selecting]
    found = sorted((distance, pk) for pk, distance in rows(statement, asked, near(wanted)))
    return Arm({pk: 1 - distance for distance, pk in found})


def near(wanted: int) -> Settings:
    """By the index, on and on, with memory in multiples of work_mem. A sort would compare all vectors."""
    return {
        "hnsw.iterative_scan": "relaxed_order",
        "hnsw.scan_mem_multiplier": "64",
        "enable_sort": "off",
        "hnsw.ef_search": str(min(wanted, MOST_CANDIDATES)),
        "hnsw.max_scan_tuples": str(wanted * VISITED),
    }


# Vectors looked at for each neighbour, at most.
VISITED = 100
# Document by document: those vectors lie together. The planner's usual costs have it read the whole table.
MANY = {"random_page_cost": "1.1"}
# Other processes that help are dear to start: not for fewer vectors than ALONE.
FEW = {**MANY, "max_parallel_workers_per_gather": "0"}
ALONE = 20_000
# Of so few vectors all are read in the time that it takes to plan the statement for a scope.
SMALL = 5_000
EACH = """
    SELECT passage_id, vector <=> %s::halfvec AS distance
    FROM kb_embedding WHERE model_id = %s AND document_id IN ({seen})
    ORDER BY distance, passage_id LIMIT %s
"""
# Found once, whatever the planner believes of the scope: just after many documents were sorted anew, it knows
# nothing of their categories, and would ask the index for each document again.
NEAREST = """
    WITH near AS MATERIALIZED (
        SELECT passage_id, document_id, (vector::halfvec({dimensions})) <=> %s::halfvec AS distance
        FROM kb_embedding WHERE model_id = {model}
        ORDER BY distance LIMIT %s
    )
    SELECT passage_id, distance FROM near WHERE document_id IN ({seen})
"""
