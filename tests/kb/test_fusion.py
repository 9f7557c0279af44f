import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.embeddings import embed_missing
from kb.models import Audience, Embedding, EmbeddingModel
from kb.retrieval import ageing, calibration
from kb.retrieval import once as once_module
from kb.retrieval.calibration import LEAST_OF_A_LANGUAGE, USUAL_SPREAD, knows, spread
from kb.retrieval.candidates import candidates
from kb.retrieval.fusion import (
    IN_ENGLISH,
    IN_OTHER_LANGUAGES,
    IN_UNKNOWN_LANGUAGES,
    SUPPORT,
    Candidate,
    fuse,
    weight_of_meaning,
)
from kb.retrieval.hits import Arm
from kb.retrieval.meaning import by_meaning
from kb.retrieval.questions import look_up
from kb.retrieval.scope import Scope
from kb.retrieval.words import by_words
from llm.embed import LocalEmbedder
from tests.kb.test_lexical import new_document, store


def order(*found: Candidate, weight: float = 0.7, spread: float = 0.1) -> list[int]:
    return [passage for passage, _ in fuse(found, weight, spread)]


def test_the_best_in_both_ways_is_first_and_nearly_as_good_as_can_be() -> None:
    scores = fuse([Candidate(1, 1, 3.0, 0.5), Candidate(2, 2, 6.0, 0.8), Candidate(3, 3, 5.9, 0.7)], 0.7, 0.1)
    assert scores[0] == (2, pytest.approx(math.exp(-SUPPORT)))


def test_a_way_that_counts_nothing_changes_no_order() -> None:
    found = [Candidate(1, 1, 9.0, 0.1), Candidate(2, 2, 8.0, 0.9), Candidate(3, 3, 7.0, 0.95)]
    assert order(*found, weight=0.0) == [1, 2, 3]


def test_without_words_the_meaning_decides_and_without_vectors_the_words() -> None:
    assert order(Candidate(1, 1, 0.0, 0.2), Candidate(2, 2, 0.0, 0.6)) == [2, 1]
    assert order(Candidate(1, 1, 1.0, None), Candidate(2, 2, 2.0, None)) == [2, 1]
    assert order() == []


def test_a_passage_without_a_vector_counts_as_usual_in_meaning() -> None:
    known = [Candidate(1, 1, 0.0, 0.8), Candidate(2, 2, 1.0, 0.1), Candidate(3, 3, 0.5, 0.5)]
    assert order(*known, Candidate(4, 4, 0.4, None)) == [1, 3, 4, 2]


def test_of_documents_with_equal_passages_the_one_with_two_is_first() -> None:
    assert order(Candidate(1, 1, 4.0, 0.5), Candidate(2, 2, 4.0, 0.5), Candidate(3, 2, 3.9, 0.5)) == [2, 3, 1]


def test_the_meaning_counts_by_what_the_model_knows() -> None:
    assert weight_of_meaning("en", 1.0) == weight_of_meaning("", 1.0) == pytest.approx(IN_ENGLISH)
    assert weight_of_meaning("de", 1.0) == pytest.approx(IN_OTHER_LANGUAGES)
    assert weight_of_meaning("de", 0.0) == weight_of_meaning("en", 0.0) == IN_UNKNOWN_LANGUAGES
    assert IN_UNKNOWN_LANGUAGES < weight_of_meaning("de", 0.5) < IN_OTHER_LANGUAGES


found_by_chance = st.lists(
    st.tuples(st.integers(1, 40), st.integers(1, 9), st.floats(0, 60), st.floats(-1, 1) | st.none()),
    unique_by=lambda row: row[0],
).map(lambda rows: [Candidate(*row) for row in rows])


@given(found_by_chance, st.floats(0, 2), st.floats(0.01, 0.3))
def test_fusing_keeps_all_and_its_scores_are_shares_of_the_best(
    found: Any, weight: float, apart: float
) -> None:
    joined = fuse(found, weight, apart)
    assert sorted(passage for passage, _ in joined) == sorted(one.passage for one in found)
    assert [score for _, score in joined] == sorted((score for _, score in joined), reverse=True)
    assert all(0 <= score <= 1 + 1e-9 for _, score in joined)


@given(found_by_chance, st.floats(0, 2), st.floats(0.5, 2), st.floats(-0.5, 0.5))
def test_the_scale_of_a_models_cosines_changes_nothing(
    found: Any, weight: float, factor: float, shift: float
) -> None:
    other = [
        Candidate(
            one.passage,
            one.document,
            one.bm25,
            None if one.cosine is None else one.cosine * factor + shift,
        )
        for one in found
    ]
    mine, theirs = dict(fuse(found, weight, 0.1)), dict(fuse(other, weight, 0.1 * factor))
    assert mine == pytest.approx(theirs, abs=1e-6)


@pytest.fixture
def many(db: None) -> EmbeddingModel:
    """Passages in two languages; a model of an endpoint, which says nothing of the languages it knows."""
    chance = np.random.default_rng(1)
    words = [f"word{number}" for number in range(60)]
    topics = {document: chance.choice(words, 12, replace=False) for document in range(45)}
    model = EmbeddingModel.objects.create(
        name="of an endpoint", dimensions=128, base_url="http://127.0.0.1:9"
    )
    directions = {word: chance.normal(size=128) for word in words}
    for locale in "en", "xx":
        for document, topic in topics.items():
            text = " ".join(chance.choice(topic, 10))
            for passage in store(new_document(f"{locale}{document}.md", "", locale), text):
                known = sum(directions[word] for word in text.split())
                vector = known if locale == "en" else chance.normal(size=128)
                Embedding.objects.create(passage=passage, model=model, vector=list(vector))
    assert len(topics) >= LEAST_OF_A_LANGUAGE
    return model


def test_a_language_that_a_model_does_not_follow_is_found_by_its_vectors(many: EmbeddingModel) -> None:
    maker = many.embedder()
    assert (knows(maker, many, "en"), knows(maker, many, "xx")) == (1.0, 0.0)
    assert knows(maker, many, "fr") == 1.0  # nothing to measure


def test_a_model_that_says_what_it_knows_is_believed(many: EmbeddingModel) -> None:
    assert (knows(LocalEmbedder(), many, "en"), knows(LocalEmbedder(), many, "xx")) == (1.0, 0.0)


def test_the_spread_is_that_of_passages_of_different_documents(many: EmbeddingModel) -> None:
    rows = Embedding.objects.filter(model=many).order_by("pk")
    vectors = np.array(
        [list(row.vector.to_list() if hasattr(row.vector, "to_list") else row.vector) for row in rows]
    )
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    everyone = (unit @ unit.T)[np.triu_indices(len(unit), 1)]
    assert spread(many) == pytest.approx(everyone.std(), rel=0.1)


def test_too_few_vectors_tell_no_spread_and_are_counted_again_after_some_seconds(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(once_module, "monotonic", lambda: now[0])
    monkeypatch.setattr(calibration, "magnitude", lambda *_: 3)
    model = EmbeddingModel.objects.active()
    assert spread(model) == USUAL_SPREAD
    for number, text in enumerate(["refund", "parcel", "account", "password", "invoice", "delivery"]):
        store(new_document(f"{number}.md", ""), text)
    embed_missing(model)
    assert spread(model) == USUAL_SPREAD
    now[0] += calibration.TOO_FEW_KEPT
    assert spread(model) != USUAL_SPREAD


def test_what_only_one_way_brings_is_told_by_both(db: None) -> None:
    """In a large knowledge base the two lists share little."""
    (one,) = store(new_document("words.md", ""), "refund refund refund")
    (other,) = store(new_document("meaning.md", ""), "You get your money back, and a refund of the postage.")
    model = EmbeddingModel.objects.active()
    embed_missing(model)
    scope, asked = Scope(Audience.PUBLIC), look_up("is there a refund", "en", None)
    vector = LocalEmbedder().query("is there a refund")
    whole = by_words(scope, asked, 2), by_meaning(scope, model, vector, 2)
    halves = by_words(scope, asked, 1), Arm({other.pk: whole[1].scores[other.pk]})
    told = {found.passage: found for found in candidates(scope, asked, model, vector, *halves)}
    for passage in one, other:
        assert told[passage.pk].bm25 == pytest.approx(whole[0].scores[passage.pk], rel=1e-5)
        assert told[passage.pk].cosine == pytest.approx(whole[1].scores[passage.pk], abs=1e-5)
        assert told[passage.pk].document == passage.document_id


def test_measuring_costs_a_search_no_statement_while_it_is_kept(
    many: EmbeddingModel, django_assert_num_queries: Any
) -> None:
    spread(many), knows(many.embedder(), many, "en")
    with django_assert_num_queries(0):
        spread(many), knows(many.embedder(), many, "en")
    assert ageing.KEPT > 60
