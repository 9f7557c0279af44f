"""Recall at every size and filter, with the routes' thresholds lowered to what a small machine can index."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kb.models import Audience, Category, Document, Embedding, EmbeddingModel, IndexShortfall
from kb.retrieval import meaning, reach
from kb.retrieval.meaning import by_meaning, neighbours, one_by_one, through_index
from kb.retrieval.nearest import best_cosines
from kb.retrieval.reach import Reach
from kb.retrieval.scope import Scope
from kb.vector_index import index_name
from tests.kb import vectors
from tests.kb.vectors import DIMENSIONS, EACH, Base, Vectors

PUBLIC, INTERNAL = Audience.PUBLIC, Audience.INTERNAL
PASSAGES = 12_000
QUESTIONS = 20
# Building the index once takes some seconds, on a busy machine many.
pytestmark = pytest.mark.timeout(900)
# Passages of each locale; "near": about the same as each other, "far": about anything.
LOCALES = {"near100": 100, "near1k": 1_000, "near4k": 4_000, "far100": 100, "far1k": 1_000, "far4k": 4_000}


@pytest.fixture(scope="module")
def base(django_db_setup: None, django_db_blocker: Any) -> Iterator[Base]:
    """12,000 passages, and the index of their vectors: built once, for the tests only read."""
    with django_db_blocker.unblock():
        made = vectors.store(vectors.clustered(PASSAGES, seed=1), labels())
        vectors.index(made)
        yield made
        with connection.cursor() as cursor:
            cursor.execute(f"DROP INDEX {index_name(made.model)}")
            cursor.execute("TRUNCATE kb_document, kb_embeddingmodel CASCADE")


def labels() -> list[tuple[str, str, str]]:
    rng = np.random.default_rng(2)
    number = PASSAGES // EACH
    locale = np.full(number, "en", dtype=object)
    start = 0
    for name, size in LOCALES.items():
        free = np.flatnonzero(locale == "en")
        if name.startswith("near"):
            chosen = np.arange(start, start + size // EACH)  # documents stand in the order of their topics
            start += size // EACH
        else:
            chosen = rng.choice(free[free >= start], size // EACH, replace=False)
        locale[chosen] = name
    status = rng.choice(["published", "archived", "unpublished"], number, p=[0.9, 0.05, 0.05])
    audience = rng.choice(["public", "internal"], number, p=[0.8, 0.2])
    return list(zip(status, audience, locale, strict=True))


@pytest.fixture(autouse=True)
def fresh_memory() -> Iterator[None]:
    reach.forget()
    yield
    reach.forget()


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The index is asked wherever it can answer; how many neighbours each time."""
    asked: list[int] = []

    def recorded(scope: Scope, model: EmbeddingModel, vector: Vectors, wanted: int) -> Any:
        asked.append(wanted)
        return through_index(scope, model, vector, wanted)

    monkeypatch.setattr(meaning, "STEP", 1)
    monkeypatch.setattr(meaning, "through_index", recorded)
    return asked


def questions(base: Base, about: Any) -> Vectors:
    rng = np.random.default_rng(3)
    chosen = base.vectors[rng.choice(np.flatnonzero(about), QUESTIONS)]
    noise = rng.standard_normal((QUESTIONS, DIMENSIONS)) / np.sqrt(DIMENSIONS)
    asked: Vectors = (chosen + 0.4 * noise).astype(np.float16).astype(np.float32)
    return asked


def recall(base: Base, scope: Scope, selected: Any, asked: Vectors, depth: int) -> float:
    """At 10. A passage as near as the tenth of the exact ones counts, to the precision of the type."""
    found = []
    for question in asked:
        exact = base.nearest(question, selected, depth)
        arm = by_meaning(scope, base.model, question, depth)
        assert len(arm.scores) == len(exact), "shorter than asked"
        assert list(arm.scores.values()) == sorted(arm.scores.values(), reverse=True)
        assert all(selected[pk - 1] for pk in arm.scores)
        tenth = list(exact.values())[:10][-1]
        first = list(arm.scores.values())[:10]
        found.append(sum(score > tenth - 1e-3 for score in first) / len(first))
    return float(np.mean(found))


SCOPES = [None, *[(locale,) for locale in LOCALES], ("en",), ("near4k", "far1k"), ("en", "far4k", "near100")]


@pytest.mark.django_db
@pytest.mark.parametrize("depth", [10, 100])
@pytest.mark.parametrize("audience", [PUBLIC, INTERNAL])
@pytest.mark.parametrize("locales", SCOPES, ids=str)
def test_recall_is_that_of_exact_search_whatever_is_selected(
    base: Base, eager: list[int], locales: tuple[str, ...] | None, audience: Audience, depth: int
) -> None:
    scope, selected = Scope(audience, locales), vectors.selected(base, audience, locales)
    if depth > selected.sum():
        pytest.skip("fewer are there")
    assert recall(base, scope, selected, questions(base, selected), depth) >= 0.99
    assert recall(base, scope, selected, questions(base, np.ones(PASSAGES, bool)), depth) >= 0.99
    if not 1_000 < selected.sum() < 2_000:  # between them the estimate decides
        assert bool(eager) == (selected.sum() > 1_000)


@pytest.mark.django_db
def test_questions_about_what_the_scope_leaves_out_are_answered_as_well(base: Base, eager: list[int]) -> None:
    """Their nearest neighbours of all are the others': the index alone would give a short, poor answer."""
    scope, selected = Scope(INTERNAL, ("near4k",)), vectors.selected(base, INTERNAL, ("near4k",))
    assert recall(base, scope, selected, questions(base, ~selected), 100) >= 0.99
    assert eager
    counted = IndexShortfall.objects.get(model=base.model).searches
    assert counted > QUESTIONS / 10


@pytest.mark.django_db
@pytest.mark.parametrize("locales", [None, ("near4k",), ("far100",)], ids=str)
def test_many_vectors_are_compared_at_once_as_exactly(
    base: Base, locales: tuple[str, ...] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    scope, selected = Scope(PUBLIC, locales), vectors.selected(base, PUBLIC, locales)
    asked = questions(base, selected)
    exact = sorted(next(iter(base.nearest(question, selected, 1).values())) for question in asked)
    assert sorted(best_cosines(scope, base.model, asked)) == pytest.approx(exact, abs=1e-3)
    monkeypatch.setattr(meaning, "STEP", 1)
    plans: list[str] = []

    def explained(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        if "unnest" in sql:
            execute(f"EXPLAIN {sql}", parameters, many, context)
            plans.append(str(context["cursor"].fetchall()))
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(explained):
        told = sorted(best_cosines(scope, base.model, asked))
    assert (index_name(base.model) in plans[0]) == (selected.sum() > 1_000)
    assert np.median(told) == pytest.approx(np.median(exact), abs=1e-3)
    assert not IndexShortfall.objects.exists()


# Categories: from the topics that stand together, and from anywhere; sources: every third document.
SORTED = {"near60": (0, 15), "near2k": (100, 600), "near5k": (600, 1_850)}
SCATTERED = {"far2k": 2, "far1k": 5, "far60": 75}  # each takes documents from those before it


@pytest.fixture
def sorted_in(base: Base) -> dict[str, int]:
    """The ids of the categories; each document stands in one, and some in none."""
    made = {name: Category.objects.create(name=name).pk for name in (*SORTED, *SCATTERED)}
    place = {
        pk: made[name] for name, size in SCATTERED.items() for pk in range(1, PASSAGES // EACH + 1, size)
    }
    place |= {pk: made[name] for name, (start, end) in SORTED.items() for pk in range(start + 1, end + 1)}
    with connection.cursor() as cursor:
        cursor.execute(SORT, [list(place), list(place.values())])
    return made


SORT = """
    UPDATE kb_document
    SET category_id = sorted.category, source = CASE WHEN id %% 3 = 0 THEN 'editor' ELSE 'file' END
    FROM unnest(%s::bigint[], %s::bigint[]) AS sorted (document, category) WHERE id = sorted.document
"""


@pytest.mark.django_db
def test_recall_is_that_of_exact_search_in_any_category_and_source(
    base: Base, eager: list[int], sorted_in: dict[str, int]
) -> None:
    """Alone, together, and with the other filters."""
    rows = dict(Document.objects.values_list("pk", "category"))
    category = np.repeat([rows[pk] or 0 for pk in sorted(rows)], EACH)
    sources = dict(Document.objects.values_list("pk", "source"))
    source = np.repeat([sources[pk] for pk in sorted(sources)], EACH)
    by_index = 0
    for names, wanted, locales, audience in [
        *(([name], None, None, INTERNAL) for name in sorted_in),
        (["near2k", "far2k"], None, None, PUBLIC),
        (["near5k", "far2k"], ["file"], ("en", "near4k"), PUBLIC),
        (["far2k"], ["editor"], ("far1k",), PUBLIC),
        (None, ["editor"], None, INTERNAL),
    ]:
        eager.clear()
        ids = None if names is None else tuple(sorted_in[name] for name in names)
        selected = vectors.selected(base, audience, locales)
        selected = selected if ids is None else selected & np.isin(category, ids)
        selected = selected if wanted is None else selected & np.isin(source, wanted)
        depth = min(50, int(selected.sum()))
        scope = Scope(audience, locales, ids, wanted)
        assert recall(base, scope, selected, questions(base, selected), depth) >= 0.99, names
        assert recall(base, scope, selected, questions(base, ~selected), depth) >= 0.99, names
        by_index += bool(eager)
    assert by_index >= 3


@pytest.mark.django_db
def test_a_category_that_holds_nothing_finds_nothing(base: Base) -> None:
    empty = Category.objects.create(name="Empty").pk
    assert not by_meaning(Scope(INTERNAL, None, (empty,)), base.model, base.vectors[0], 10).scores
    assert not by_meaning(Scope(INTERNAL, None, ()), base.model, base.vectors[0], 10).scores


@pytest.mark.django_db
def test_what_is_not_yet_or_no_longer_to_be_seen_is_not_found(base: Base, eager: list[int]) -> None:
    """Neither one by one nor through the index, and the others are found all the same."""
    scope, selected = Scope(INTERNAL), vectors.selected(base, INTERNAL, None)
    (question,) = questions(base, selected)[:1]
    nearest = list(base.nearest(question, selected, 120))
    documents = sorted({(pk - 1) // EACH + 1 for pk in nearest})
    now = timezone.now()
    Document.objects.filter(pk__in=documents[::2]).update(publish_at=now + timedelta(hours=1))
    Document.objects.filter(pk__in=documents[1::2]).update(expire_at=now - timedelta(seconds=1))
    left = selected & ~np.isin(np.arange(PASSAGES) // EACH + 1, documents)
    assert recall(base, scope, left, question[None], 100) == 1
    Document.objects.filter(pk__in=documents).update(publish_at=now, expire_at=now + timedelta(hours=1))
    assert recall(base, scope, selected, question[None], 100) == 1


@pytest.mark.django_db
def test_deleted_and_withdrawn_neighbours_make_no_answer_short(base: Base, eager: list[int]) -> None:
    """They stay in the index until it is vacuumed."""
    scope, selected = Scope(INTERNAL), vectors.selected(base, INTERNAL, None)
    (question,) = questions(base, selected)[:1]
    nearest = list(base.nearest(question, selected, 400))
    Embedding.objects.filter(passage__in=nearest[:150]).delete()
    withdrawn = {(pk - 1) // EACH + 1 for pk in nearest[150:300]}
    Document.objects.filter(pk__in=withdrawn).update(status="archived")
    left = selected.copy()
    left[[pk - 1 for pk in nearest[:150]]] = False
    left[np.isin(np.arange(PASSAGES) // EACH + 1, list(withdrawn))] = False
    assert recall(base, scope, left, question[None], 100) == 1


def plan(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + statement)
        return "\n".join(row[0] for row in cursor.fetchall())


@pytest.mark.django_db
@pytest.mark.parametrize("locales", SCOPES, ids=str)
def test_comparing_one_by_one_never_takes_the_index(
    base: Base, locales: tuple[str, ...] | None, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1) as made:
        one_by_one(Scope(PUBLIC, locales), base.model, base.vectors[0], 10)
    statement = made.captured_queries[0]["sql"]
    assert index_name(base.model) not in plan(statement)
    # Not even when every other way looks dear.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off; SET LOCAL enable_seqscan = off")
    assert index_name(base.model) not in plan(statement)


@pytest.mark.django_db
def test_asking_the_index_takes_it(base: Base) -> None:
    with CaptureQueriesContext(connection) as made:
        through_index(Scope(PUBLIC), base.model, base.vectors[0], 200)
    (statement,) = [query["sql"] for query in made.captured_queries if "<=>" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")
    assert f"Index Scan using {index_name(base.model)}" in plan(statement)


@pytest.mark.django_db
def test_a_search_leaves_no_setting_behind(base: Base) -> None:
    names = [
        "enable_sort",
        "random_page_cost",
        "hnsw.ef_search",
        "hnsw.iterative_scan",
        "hnsw.max_scan_tuples",
    ]

    def settings() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT " + ", ".join(f"current_setting('{name}', true)" for name in names))
            return list(cursor.fetchone())

    with transaction.atomic():
        assert through_index(Scope(PUBLIC), base.model, base.vectors[0], 250).scores
        assert by_meaning(Scope(PUBLIC, ("far100",)), base.model, base.vectors[0], 10).scores
        assert settings() == ["on", "4", "40", "off", "20000"]


@pytest.mark.parametrize(
    ("there", "depth", "wanted"),
    [
        (Reach(200_000, 200_000), 100, 400),  # all: the fewest
        (Reach(200_000, 100_000), 100, 400),
        (Reach(1_000_000, 1_000_000), 100, 2_000),  # the more there are, the more
        (Reach(1_000_000, 60_000), 100, 0),
        (Reach(200_000, 20_000), 100, 0),
        (Reach(400_000, 40_000), 100, 1_500),  # every tenth: ten times as many, and some to spare
        (Reach(1_000_000, 30_000), 100, 0),  # 5,000 neighbours take longer than 30,000 comparisons
        (Reach(1_000_000, 100), 100, 0),
        (Reach(1_000_000, 0), 100, 0),
        (Reach(15_000, 15_000), 100, 400),
        (Reach(9_000, 9_000), 100, 0),
        (Reach(0, 0), 100, 0),
    ],
)
def test_the_size_of_what_is_selected_chooses_the_way(there: Reach, depth: int, wanted: int) -> None:
    assert neighbours(there, depth) == wanted


@pytest.mark.django_db
@pytest.mark.parametrize("locales", SCOPES, ids=str)
def test_the_size_of_what_is_selected_is_known_well_enough(
    base: Base, locales: tuple[str, ...] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "PAGES", 150)  # of about 250
    estimated = reach.reach(Scope(PUBLIC, locales), base.model)
    size = vectors.selected(base, PUBLIC, locales).sum()
    assert estimated.total == pytest.approx(PASSAGES, rel=0.3)
    assert estimated.selected == pytest.approx(size, rel=0.5, abs=600)


@pytest.mark.django_db
def test_knowing_the_size_is_remembered_for_a_while(base: Base, django_assert_num_queries: Any) -> None:
    reach.reach(Scope(PUBLIC), base.model)
    with django_assert_num_queries(0):
        reach.reach(Scope(PUBLIC), base.model)
    with django_assert_num_queries(1):
        reach.reach(Scope(PUBLIC, ("en",)), base.model)


@pytest.mark.django_db
def test_a_vector_is_its_passages_documents_whatever_its_writer_says(base: Base) -> None:
    Embedding.objects.filter(passage=1).update(document=5)
    assert Embedding.objects.get(passage=1).document_id == 1
    Embedding.objects.filter(passage=1).delete()
    Embedding.objects.create(passage_id=1, model=base.model, document_id=5, vector=base.vectors[0])
    assert Embedding.objects.get(passage=1).document_id == 1


@pytest.mark.django_db
def test_a_model_without_an_index_is_searched_one_by_one(base: Base, eager: list[int]) -> None:
    other = EmbeddingModel.objects.create(name="other", dimensions=DIMENSIONS)
    Embedding.objects.create(passage_id=7, model=other, vector=base.vectors[6])
    assert list(by_meaning(Scope(INTERNAL), other, base.vectors[6], 10).scores) in ([7], [])
    assert not eager
