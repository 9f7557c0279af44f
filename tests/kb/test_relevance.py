import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Event

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.learning.fitting import BY_MEANING, HELD, Row, chance, fitted, miscalibrated
from bench.learning.risk import curves, drawn
from kb.embeddings import embed_missing
from kb.models import Audience, Document, EmbeddingModel, IndexShortfall
from kb.retrieval import everyday, reach, retrieve
from kb.retrieval.anywhere import QUESTIONS
from kb.retrieval.everyday import TOPICS, Here, Topics
from kb.retrieval.meaning import by_meaning
from kb.retrieval.nearest import best_cosines, best_in_sample
from kb.retrieval.relevance import Nearness, Signs, estimate, measured
from kb.retrieval.scope import Scope
from llm.embed import LocalEmbedder, Vectors
from llm.errors import Unavailable
from tests.conftest import PATIENCE
from tests.kb.test_lexical import new_document, store

PUBLIC = Audience.PUBLIC
WEAK = Signs(lexical=0.05, covered=0.2, throughout=0.1, about=4, nearness=Nearness(0.0, 0.8, 0.0, 5.0))
STRONG = Signs(lexical=0.5, covered=1.0, throughout=0.6, about=4, nearness=Nearness(5.0, 0.8, 0.0, 5.0))


def test_what_speaks_for_an_answer_makes_it_likelier() -> None:
    assert estimate(WEAK) < 0.2 < 0.8 < estimate(STRONG)
    assert estimate(replace(WEAK, nearness=None)) < 0.2 < 0.8 < estimate(replace(STRONG, nearness=None))
    assert estimate(None) == 0.0


@pytest.mark.parametrize(
    ("change", "likelier"),
    [
        ({"covered": 0.5}, False),  # the best passage lacks half of what is asked
        (
            {"nearness": Nearness(2.0, 0.8, 0.0, 5.0)},
            False,
        ),  # it is mentioned, but not what the article is about
        ({"nearness": Nearness(5.0, 1.2, 0.0, 5.0)}, False),  # all its cosines differ that much
        ({"nearness": Nearness(5.0, 0.6, 0.0, 5.0)}, True),
        ({"nearness": Nearness(5.0, 0.8, 1.0, 5.0)}, False),  # people ask others something like it
        ({"nearness": Nearness(5.0, 0.8, -1.0, 5.0)}, True),
        ({"nearness": Nearness(5.0, 0.8, 0.0, 9.0)}, False),  # among many passages, one comes near by chance
    ],
)
def test_each_sign_counts_in_its_own_direction(change: dict, likelier: bool) -> None:
    assert (estimate(replace(STRONG, **change)) > estimate(STRONG)) is likelier


def test_a_chance_is_one_whatever_the_signs() -> None:
    for extreme in (-1e9, 1e9):
        assert 0 <= estimate(replace(STRONG, nearness=Nearness(extreme, 0.0, 0.0, 5.0))) <= 1


def test_every_sign_has_a_number() -> None:
    assert measured(STRONG)["surroundings"] == 5.0
    assert measured(replace(STRONG, nearness=None))["surroundings"] == 0.0


# --- Read off a search ----------------------------------------------------------------------------------


@pytest.fixture
def vouchers(db: None) -> list[Document]:
    """An article about vouchers, and one that mentions them."""
    about = new_document("vouchers.md", "Vouchers")
    store(
        about,
        "A voucher can be used for anything in the shop.",
        "Vouchers are sent by e-mail when they are paid.",
        "A voucher is valid for three years from the day it was bought.",
    )
    mentions = new_document("payment.md", "Ways to pay")
    store(
        mentions,
        "Pay by card, by invoice or with a voucher.",
        "An invoice is due within fourteen days.",
        "Cards are charged on the day when the parcel leaves our house.",
    )
    embed_missing(EmbeddingModel.objects.active())
    return [about, mentions]


def signs(question: str, **more: str) -> Signs:
    told = retrieve(question, PUBLIC, **more).parts[0].signs
    assert told is not None
    return told


def nearness(question: str) -> Nearness:
    near = signs(question).nearness
    assert near is not None
    return near


def test_the_passages_around_a_hit_tell_whether_it_is_their_subject(vouchers: list[Document]) -> None:
    subject = signs("are vouchers valid")
    Document.objects.filter(pk=vouchers[0].pk).update(status=Document.Status.UNPUBLISHED)
    mention = signs("are vouchers valid")
    assert subject.throughout > mention.throughout
    assert subject.nearness and mention.nearness
    assert subject.nearness.surroundings > mention.nearness.surroundings
    assert estimate(subject) > estimate(mention)


def test_the_best_passage_counts_not_what_three_hold_together(vouchers: list[Document]) -> None:
    # "invoice" and "valid" are in passages of different documents.
    assert signs("invoice valid").covered == 0.5
    assert signs("voucher valid").covered == 1.0


def test_a_question_about_an_everyday_matter_needs_nearer_passages(vouchers: list[Document]) -> None:
    assert nearness("will it rain tomorrow").spread > nearness("what does section 4 say").spread
    assert (
        retrieve("will it rain tomorrow", PUBLIC).relevance < retrieve("are vouchers valid", PUBLIC).relevance
    )


def test_what_is_hidden_from_a_reader_speaks_for_no_answer(vouchers: list[Document]) -> None:
    shown = signs("are vouchers valid")
    secret = new_document("secret.md", "Vouchers for the team")
    store(secret, "Vouchers of the team are valid for ever.")
    Document.objects.filter(pk=secret.pk).update(audience=Audience.INTERNAL)
    embed_missing(EmbeddingModel.objects.active())
    reach.forget()
    again = signs("are vouchers valid")
    assert (again.covered, again.throughout) == (shown.covered, shown.throughout)
    assert again.nearness and shown.nearness
    assert again.nearness.surroundings == pytest.approx(shown.nearness.surroundings)
    assert again.nearness.size == shown.nearness.size == pytest.approx(np.log(7))


def test_without_vectors_words_alone_are_judged(
    vouchers: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(self: LocalEmbedder, texts: Sequence[str]) -> Vectors:
        raise Unavailable("down")

    monkeypatch.setattr(LocalEmbedder, "queries", down)
    assert signs("are vouchers valid").nearness is None
    assert retrieve("are vouchers valid", PUBLIC).relevance > retrieve("will it rain", PUBLIC).relevance


def test_a_language_that_the_model_does_not_know_is_judged_by_words(vouchers: list[Document]) -> None:
    assert signs("Sind die Vouchers gültig?", locale="de").nearness is None


def test_a_model_that_cannot_be_asked_for_the_topics_is_left_alone_for_a_while(
    vouchers: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    class Refusing(LocalEmbedder):
        def queries(self, texts: Sequence[str]) -> Vectors:
            asked.append(len(texts))
            raise Unavailable("down")

    model = EmbeddingModel(name="refusing", dimensions=384)
    assert everyday.topics(Refusing(), model) is everyday.topics(Refusing(), model) is None
    assert asked == [len(TOPICS) + len(QUESTIONS)]
    (paused,) = [space for space in everyday._paused if "refusing" in space]
    monkeypatch.setitem(everyday._paused, paused, 0.0)
    everyday.topics(Refusing(), model)
    assert len(asked) == 2


def test_a_search_reads_its_signs_with_one_statement(vouchers: list[Document]) -> None:
    retrieve("are vouchers valid", PUBLIC)
    with CaptureQueriesContext(
        connection,
    ) as statements:
        retrieve("how long are vouchers valid", PUBLIC)
    read = [one["sql"] for one in statements if "avg(" in one["sql"].lower()]
    assert len(read) == 1
    assert not [one for one in statements if one["sql"].endswith("LIMIT 1") and "<=>" in one["sql"]]


def test_cosines_are_told_in_what_the_model_makes_of_them() -> None:
    """Squeezed into a narrow range, as some models have them, they say the same."""
    maker = LocalEmbedder()
    topics, asked = maker.queries(TOPICS), maker.queries(QUESTIONS[:20])
    question = maker.query("how do I return my shoes")
    plain, narrow = Topics.of(topics, asked), Topics.of(_squeezed(topics), _squeezed(asked))
    squeezed = _squeezed(question[None, :])[0]
    assert narrow.spread < plain.spread / 3
    assert narrow.spread_of(squeezed) == pytest.approx(plain.spread_of(question), abs=1e-3)
    here = Here(0.0, range(20))
    assert narrow.foreign(squeezed, here) == pytest.approx(plain.foreign(question, here), abs=1e-3)
    found = 0.8 + 0.2 * 0.4
    above = (found - narrow.by_chance(Here(0.8 + 0.2 * 0.3, []))) / narrow.spread
    assert above == pytest.approx((0.4 - plain.by_chance(Here(0.3, []))) / plain.spread, abs=1e-3)


def _squeezed(rows: Vectors) -> Vectors:
    """All of them moved in one direction: each cosine c becomes 0.8 + 0.2 c."""
    return np.hstack([rows * np.sqrt(0.2), np.full((len(rows), 1), np.sqrt(0.8))]).astype(np.float32)


def test_topics_are_looked_up_where_the_question_is(vouchers: list[Document]) -> None:
    model = EmbeddingModel.objects.active()
    known = everyday.topics(LocalEmbedder(), model)
    assert known is not None
    assert 0 < everyday.here(known, Scope(PUBLIC), model).found < 0.5
    assert everyday.here(known, Scope(PUBLIC, ("fr",)), model).found == 0.0


def test_what_people_ask_others_speaks_against_an_answer_unless_it_is_answered_here(
    vouchers: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(everyday, "age", lambda _: -3)
    foreign = nearness("My dog refuses to eat, is that bad?").foreign
    assert foreign > nearness("are vouchers valid").foreign
    store(new_document("dogs.md", "Dogs"), "A dog that won't eat. Call the vet when your dog doesn't eat.")
    embed_missing(EmbeddingModel.objects.active())
    reach.forget()
    assert nearness("My dog refuses to eat, is that bad?").foreign == foreign  # as was measured before
    monkeypatch.setattr(everyday, "age", lambda _: -4)
    assert nearness("My dog refuses to eat, is that bad?").foreign < foreign - 1


def test_where_everything_is_answered_nothing_is_foreign() -> None:
    known = Topics(np.eye(2, dtype=np.float32), np.eye(2, dtype=np.float32), 0.0, 1.0, 0.3)
    assert known.foreign(known.vectors[0], Here(0.0, [])) == 0.0
    assert known.foreign(known.vectors[0], Here(0.0, [0])) == pytest.approx(0.7)


def test_what_topics_find_is_measured_anew_when_there_is_much_more(
    vouchers: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asked while the first article was being imported is told as little as anybody after it."""
    monkeypatch.setattr(everyday, "age", lambda _: -1)
    model = EmbeddingModel.objects.active()
    known = everyday.topics(LocalEmbedder(), model)
    assert known is not None
    reach.forget()
    before = everyday.here(known, Scope(PUBLIC), model).found
    for number, topic in enumerate(TOPICS):
        store(new_document(f"{number}.md", topic), topic)
    embed_missing(model)
    reach.forget()
    assert everyday.here(known, Scope(PUBLIC), model).found > max(before, 0.8)


def test_what_topics_find_is_measured_by_one_thread_with_two_statements(
    vouchers: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(everyday, "age", lambda _: -2)
    with CaptureQueriesContext(connection) as statements:
        retrieve("are vouchers valid", PUBLIC)
    assert len([one for one in statements if "asked.place" in one["sql"]]) == 2
    assert not IndexShortfall.objects.exists()
    with ThreadPoolExecutor(4) as threads:
        measured, lock = [], Barrier(4)

        def slowly(*_: object) -> Here:
            measured.append(1)
            time.sleep(0.2)
            return Here(0.5, [])

        monkeypatch.setattr(everyday, "_measured", slowly)
        monkeypatch.setattr(everyday, "magnitude", lambda *_: 99)
        vectors = np.eye(2, dtype=np.float32)
        model, known = EmbeddingModel(pk=1), Topics(vectors, vectors, 0.0, 1.0, 0.0)

        def ask() -> Here:
            lock.wait()
            return everyday.here(known, Scope(PUBLIC), model)

        told = [asked.result() for asked in [threads.submit(ask) for _ in range(4)]]
    assert told == [Here(0.5, [])] * 4 and measured == [1]


def test_a_search_waits_for_no_other_models_topics_and_not_long_for_those_of_an_endpoint(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun, go_on = Event(), Event()

    class Quick(LocalEmbedder):
        def queries(self, texts: Sequence[str]) -> Vectors:
            return np.eye(len(texts), dtype=np.float32)

    class Slow(Quick):
        def queries(self, texts: Sequence[str]) -> Vectors:
            begun.set()
            assert go_on.wait(PATIENCE)
            return super().queries(texts)

    monkeypatch.setattr(everyday, "PATIENCE", 0.01)
    slow, quick = (EmbeddingModel(name=name, base_url="http://endpoint.test") for name in ("slow", "quick"))
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(everyday.topics, Slow(), slow)
        try:
            assert begun.wait(PATIENCE)
            assert everyday.topics(Quick(), quick)
            assert everyday.topics(Slow(), slow) is None
        finally:
            go_on.set()
        assert first.result(PATIENCE) is everyday.topics(Slow(), slow) is not None


def test_a_search_waits_for_no_other_scope_to_be_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = Event(), Event()

    def found_in(known: Topics, scope: Scope, model: EmbeddingModel) -> Here:
        begun.set()
        assert scope.locales == ("fr",) or go_on.wait(PATIENCE)
        return Here(0.5, [])

    monkeypatch.setattr(everyday, "_measured", found_in)
    monkeypatch.setattr(everyday, "magnitude", lambda *_: 99)
    vectors = np.eye(2, dtype=np.float32)
    known, model = Topics(vectors, vectors, 0.0, 1.0, 0.0), EmbeddingModel(pk=-3)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(everyday.here, known, Scope(PUBLIC), model)
        try:
            assert begun.wait(PATIENCE)
            other = pool.submit(everyday.here, known, Scope(PUBLIC, ("fr",)), model)
            assert other.result(PATIENCE) == Here(0.5, [])
            assert not first.done()
        finally:
            go_on.set()


def test_topics_find_the_same_as_a_search_for_each_of_them(vouchers: list[Document]) -> None:
    model, scope = EmbeddingModel.objects.active(), Scope(PUBLIC)
    vectors = LocalEmbedder().queries(TOPICS[:5])
    each = sorted(by_meaning(scope, model, vector, 1).best for vector in vectors)
    assert sorted(best_cosines(scope, model, vectors)) == pytest.approx(each, abs=1e-5)
    told = [by_meaning(scope, model, vector, 1).best for vector in vectors]
    assert best_in_sample(scope, model, vectors) == pytest.approx(told, abs=1e-5)
    assert best_in_sample(Scope(PUBLIC, ("fr",)), model, vectors) == [0.0] * 5


def test_a_model_that_comes_back_with_other_dimensions_is_asked_for_the_topics_again(db: None) -> None:
    class Shorter(LocalEmbedder):
        def queries(self, texts: Sequence[str]) -> Vectors:
            return super().queries(texts)[:, :8]

    long = everyday.topics(LocalEmbedder(), EmbeddingModel(name="comes back", dimensions=384))
    short = everyday.topics(Shorter(), EmbeddingModel(name="comes back", dimensions=8))
    assert long and short and (long.vectors.shape[1], short.vectors.shape[1]) == (384, 8)


# --- Learning ---------------------------------------------------------------------------------------------


def rows(name: str, answerable: int = 40, own: int = 20) -> list[Row]:
    """Answerable questions are covered better, with some overlap."""
    made = []
    for number in range(answerable + own):
        is_answerable = number < answerable
        covered = (0.3 if is_answerable else 0.0) + number % 10 / 14
        values = {"lexical": 0.2, "covered": covered, "surroundings": 0.0, "spread": number % 3}
        values["foreign"], values["size"] = 0.0, 6.0
        made.append(Row(name, "en", "answerable" if is_answerable else "own", True, values))
    return made


def test_learning_finds_what_tells_and_leaves_the_rest_alone() -> None:
    weights = fitted(rows("a") + rows("b"), BY_MEANING)
    assert weights["covered"] > 1
    assert abs(weights["spread"]) < 0.5 and abs(weights["surroundings"]) < 1e-6
    told = [chance(weights, row) for row in rows("a")]
    assert miscalibrated(rows("a"), told) < 0.15


def test_what_is_held_is_not_learnt_and_the_rest_is_learnt_beside_it() -> None:
    """Where all sets have one size, that changes no chance."""
    small = rows("a") + rows("b")
    large = [replace(row, signs={**row.signs, "size": 9.0}) for row in small]
    assert fitted(small, BY_MEANING)["size"] == HELD["size"]
    before = [chance(fitted(small, BY_MEANING), row) for row in small[::9]]
    assert [chance(fitted(large, BY_MEANING), row) for row in large[::9]] == pytest.approx(before)


def test_a_large_set_counts_no_more_than_a_small_one() -> None:
    small, large = fitted(rows("a"), BY_MEANING), fitted(rows("a", 400, 200), BY_MEANING)
    assert chance(small, rows("a")[0]) == pytest.approx(chance(large, rows("a")[0]), abs=0.05)


def test_the_picture_shows_each_set_and_the_threshold(tmp_path: Path) -> None:
    picture = drawn(curves(rows("first & best") + rows("second"), BY_MEANING), 0.4)
    assert picture.count("<polyline") == picture.count("<circle") == 2
    assert "first &amp; best" in picture and "prefers-color-scheme: dark" in picture
