"""Lexical search beside the library bm25s and beside a scan of everything, and its statistics."""

import json
import os
import random
import re
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb import lexical, reindexing
from kb.embeddings import embed_missing
from kb.lexemes import lexemes
from kb.lexical import K1, PLAIN_FIELDS, VERSION, B, Fields, Term, stored
from kb.models import (
    MOST_WEIGHT,
    Audience,
    Document,
    Embedding,
    EmbeddingModel,
    LexemeCount,
    LexicalStatistics,
    Passage,
)
from kb.retrieval.questions import BOOSTS, PLAIN, Boosts, look_up
from kb.retrieval.scope import Scope
from kb.retrieval.words import EXACT, FEW, FEW_QUERIES, SETTINGS, by_words, combinations, settings_for
from tests.kb.test_embeddings import InThread
from tests.kb.test_lexical import new_document

EVERYONE = Scope(Audience.INTERNAL, ("en",))
EVAL = Path(os.environ.get("CITEDESK_SHARED") or "/nonexistent") / "eval"


def store(title: str, *texts: str, locale: str = "en", fields: Fields = lexical.FIELDS) -> list[Passage]:
    """A document, as ingestion stores it."""
    document = new_document(f"{Document.objects.count()}.md", title, locale)
    with transaction.atomic():
        passages = [made(document, position, text) for position, text in enumerate(texts)]
        lexical.index(passages, locale, fields)
        Passage.objects.bulk_create(passages)
        lexical.count(passages, [], locale)
    return passages


def made(document: Document, position: int, text: str) -> Passage:
    return Passage(
        document=document,
        revision=document.current,
        position=position,
        heading="How it works",
        text=text,
        start=0,
        end=len(text),
        content_hash=str(position),
    )


def words_of_a_language(count: int) -> list[str]:
    """Invented ones, of letters alone, the most frequent first."""
    chance = random.Random(0)
    syllables = [first + second for first in "bdfgklmnprstvz" for second in "aiou"]
    return list(dict.fromkeys("".join(chance.choices(syllables, k=3)) + "x" for _ in range(count)))


WORDS = words_of_a_language(1_000)
SHARES = [1 / (rank + 3) for rank in range(len(WORDS))]


def texts(seed: int, count: int) -> list[str]:
    chance = random.Random(seed)
    return [" ".join(chance.choices(WORDS, SHARES, k=chance.randint(5, 120))) for _ in range(count)]


def questions(seed: int, count: int) -> list[str]:
    """From 1 to 15 words, frequent ones among them."""
    chance = random.Random(seed)
    return [" ".join(chance.choices(WORDS, SHARES, k=chance.randint(1, 15))) for _ in range(count)]


def fill(passages: list[tuple[str, list[str]]]) -> dict[int, list[str]]:
    """Documents of a title and texts, every field counting once; the tokens of each passage by its id."""
    tokens = {}
    for title, parts in passages:
        for passage in store(title, *parts, fields=PLAIN_FIELDS):
            tokens[passage.pk] = lexemes(f"{title}\n{passage.heading}\n{passage.text}", "en")
    LexicalStatistics.objects.update(average_length=np.mean([len(found) for found in tokens.values()]))
    for pk in tokens:
        passage = Passage.objects.select_related("document").get(pk=pk)
        lexical.index([passage], "en", PLAIN_FIELDS)
        lexical.rewrite([passage])
    LexemeCount.objects.update(heaviest=MOST_WEIGHT)
    return tokens


def compare(tokens: dict[int, list[str]], asked: list[str]) -> None:
    """Scores and the first ten are those of the library; passages of the same score are as good."""
    bm25s = pytest.importorskip("bm25s")
    library = bm25s.BM25(method="lucene", k1=K1, b=B)
    library.index(list(tokens.values()), show_progress=False)
    overlaps = []
    for text in asked:
        known = [token for token in lexemes(text, "en") if token in library.vocab_dict]
        if not known:
            continue
        # The library leaves out a factor that changes no order.
        scores = dict(zip(tokens, library.get_scores(known).astype(float) * (K1 + 1), strict=True))
        found = by_words(EVERYONE, look_up(text, "en", EVERYONE.locales, boosts=PLAIN), EXACT).scores
        for pk, score in found.items():
            assert score == pytest.approx(scores[pk], rel=1e-3)
        wanted = sorted((score for score in scores.values() if score > 0), reverse=True)[:EXACT]
        assert len(found) == len(wanted)
        overlaps.append(sum(scores[pk] >= wanted[-1] * (1 - 1e-5) for pk in found) / len(wanted))
    assert np.mean(overlaps) >= 0.99


def test_passages_are_ranked_as_bm25s_ranks_them(db: None) -> None:
    parts = texts(1, 400)
    tokens = fill([(WORDS[place], parts[place : place + 4]) for place in range(0, len(parts), 4)])
    compare(tokens, questions(2, 310))


@pytest.mark.skipif(not EVAL.exists(), reason="CITEDESK_SHARED names no folder with the labelled sets")
def test_help_pages_are_ranked_as_bm25s_ranks_them(db: None) -> None:
    folder = EVAL / "va-studentaid"
    pages = [json.loads(line) for line in (folder / "corpus.jsonl").open(encoding="utf-8")]
    cut = [
        (page["title"], [part.strip() for part in re.split(r"\n\s*\n", page["text"]) if part.strip()])
        for page in pages
    ]
    asked = [json.loads(line)["text"] for line in (folder / "queries.jsonl").open(encoding="utf-8")]
    compare(fill(cut[:60]), asked[:310])


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """What decides at many passages, decides at few."""
    monkeypatch.setattr("kb.retrieval.words.FIRST", 15)
    monkeypatch.setattr("kb.retrieval.words.MORE", 40)
    monkeypatch.setattr("kb.retrieval.words.RARE", 3)


def best_of_all(scope: Scope, question: str, boosts: Boosts) -> list[float]:
    """By a scan of everything that may be seen."""
    asked = look_up(question, "en", scope.locales, boosts=boosts)
    tells = asked.weights()
    scores = []
    for passage in scope.passages():
        held = lexical.weights_of(passage, stored(passage.lexemes))
        scores.append(sum(weight * tells.get(lexeme, 0.0) for lexeme, weight in held.items()))
    return sorted((score for score in scores if score > 0), reverse=True)


@pytest.mark.parametrize("boosts", [PLAIN, BOOSTS])
@pytest.mark.parametrize("audience", list(Audience))
def test_the_first_ten_are_those_of_a_scan_of_everything(
    db: None, small_steps: None, audience: Audience, boosts: Boosts
) -> None:
    parts = texts(3, 300)
    for place in range(0, len(parts), 5):
        store(WORDS[place], *parts[place : place + 5])
    # Those that may be seen are few: the best of all passages are not among them.
    Document.objects.filter(pk__in=Document.objects.values_list("pk")[:45]).update(audience=Audience.INTERNAL)
    scope = Scope(audience, ("en",))
    for question in questions(4, 60):
        found = by_words(scope, look_up(question, "en", scope.locales, boosts=boosts), 100)
        wanted = best_of_all(scope, question, boosts)
        first = list(found.scores.values())[:EXACT]
        assert first == pytest.approx(wanted[: len(first)], rel=1e-4)
        assert len(first) == min(EXACT, len(wanted))


def test_words_that_many_passages_hold_are_left_out_when_they_cannot_matter() -> None:
    terms = [Term("rare", 6.0, 30, 2.0), Term("usual", 1.0, 900, 2.0), Term("common", 0.1, 990, 2.0)]
    assert list(combinations(terms[1:], to_beat=5.0)) == []
    assert list(combinations(terms[1:], to_beat=2.1)) == ["'usual'"]
    terms = [Term("one", 1.0, 5_000, 2.0), Term("two", 0.9, 6_000, 2.0), Term("three", 0.1, 9_000, 2.0)]
    assert list(combinations(terms, to_beat=3.0)) == ["'one' & ('two')"]
    assert list(combinations(terms, to_beat=1.9)) == ["'one'", "'two' & ('three')"]


terms = st.lists(
    st.builds(Term, st.uuids().map(str), st.floats(0.01, 9), st.integers(1_001, 9_000), st.floats(0.1, 3)),
    max_size=6,
).map(lambda found: sorted(found, key=lambda term: -term.bound))


@given(terms, st.floats(0, 40), st.data())
def test_no_passage_that_could_reach_the_score_is_left_out(
    found: list[Term], to_beat: float, data: st.DataObject
) -> None:
    held = {term.lexeme for term in found if data.draw(st.booleans())}
    if held and sum(term.bound for term in found if term.lexeme in held) >= to_beat * (1 + 1e-9):
        queries = [re.findall(r"'([^']+)'", query) for query in combinations(found, to_beat)]
        assert any(first in held and (not partners or held & set(partners)) for first, *partners in queries)


def test_a_statement_of_many_queries_has_no_other_processes_help() -> None:
    """As a plan for any values would."""
    assert settings_for(FEW_QUERIES, FEW - 1) is None
    many = settings_for(FEW_QUERIES + 1, FEW - 1)
    assert many and many["max_parallel_workers_per_gather"] == "0"
    assert settings_for(1, FEW) == settings_for(FEW_QUERIES + 1, FEW) == SETTINGS


def test_a_long_letter_is_searched_by_its_most_telling_words(db: None) -> None:
    (wanted,) = store("Refunds", "refund quokka")
    for start in range(0, 300, 30):
        store("Words", *[" ".join(WORDS[start : start + 30])] * 2)
    letter = " ".join(WORDS[:300])
    found = by_words(EVERYONE, look_up(f"{letter} quokka", "en", ["en"], boosts=PLAIN), 20)
    assert wanted.pk in found.scores


def test_as_many_as_asked_are_found_while_there_are_more(db: None, small_steps: None) -> None:
    for place in range(30):
        store("Numbers", f"refund number {WORDS[place]}", f"{WORDS[place]} day")
    found = by_words(EVERYONE, look_up(f"{WORDS[0]} refund", "en", ["en"], boosts=PLAIN), 25)
    assert len(found.scores) == 25


def test_no_lexeme_weighs_more_than_the_bound_of_all() -> None:
    assert K1 + 1 == MOST_WEIGHT


# --- Statistics ------------------------------------------------------------------------------------------


def assert_true() -> None:
    """The statistics are what a recount gives; no passage holds a heavier weight than the heaviest."""
    counts: Counter[tuple[str, str]] = Counter()
    sums: dict[str, tuple[int, int]] = {}
    heaviest = {(row.locale, row.lexeme): row.heaviest for row in LexemeCount.objects.all()}
    for passage in Passage.objects.select_related("document"):
        locale, held = passage.document.locale, stored(passage.lexemes)
        counts.update((locale, lexeme) for lexeme in held)
        passages, length = sums.get(locale, (0, 0))
        sums[locale] = passages + 1, length + passage.length
        for lexeme, weight in lexical.weights_of(passage, held).items():
            assert weight <= heaviest[locale, lexeme] * (1 + 1e-6)
    assert {(row.locale, row.lexeme): row.passages for row in LexemeCount.objects.all()} == counts
    known = {row.locale: (row.passages, row.lexemes) for row in LexicalStatistics.objects.all()}
    assert {locale: found for locale, found in known.items() if found != (0, 0)} == sums


actions = st.lists(
    st.tuples(
        st.sampled_from(["store", "edit", "delete", "locale", "renew", "outdate", "reindex"]),
        st.integers(0, 3),
        st.lists(
            st.sampled_from(["refund", "days", "refunds policy", "ein Haus", "E-17", "a b c d e f g"]),
            min_size=1,
            max_size=3,
        ),
        st.sampled_from(["en", "de", ""]),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions)
def test_statistics_are_a_recount_after_any_history(
    db: None, history: list[tuple[str, int, list[str], str]]
) -> None:
    with transaction.atomic():
        for action, number, parts, locale in history:
            act(action, f"{number}.md", parts, locale)
            assert_true()
        transaction.set_rollback(True)


def act(action: str, reference: str, parts: list[str], locale: str) -> None:
    document = Document.objects.filter(reference=reference).first()
    if action == "renew":
        lexical.renew(locale)
    elif action == "reindex":
        assert not reindexing.reindex().busy
        assert reindexing.stale_passages() == 0
    elif action == "outdate":
        Passage.objects.filter(document=document).update(words_version=VERSION - 1)
        LexicalStatistics.objects.update(version=VERSION - 1)
    elif action == "store" and document is None:
        replace(new_document(reference, "Title", locale), parts, locale)
    elif action in ("edit", "locale") and document:
        replace(document, parts, locale if action == "locale" else document.locale)
    elif action == "delete" and document:
        replace(document, [], document.locale)
        document.delete()


def replace(document: Document, parts: list[str], locale: str) -> None:
    """As ingestion does it when nothing of a document stays."""
    before, was = list(document.passages.all()), document.locale
    Passage.objects.filter(pk__in=[passage.pk for passage in before]).delete()
    document.locale = locale
    document.save()
    added = [made(document, position, text) for position, text in enumerate(parts)]
    lexical.index(added, locale)
    Passage.objects.bulk_create(added)
    lexical.count(added, before, locale, removed_locale=was)


@pytest.mark.slow
def test_imports_renewals_and_reindexing_at_the_same_time_lock_nobody_out(transactional_db: None) -> None:
    documents = [new_document(f"{number}.md", "Title", ("en", "de")[number % 2]) for number in range(4)]
    failed: list[BaseException] = []
    chances = [random.Random(seed) for seed in range(len(documents))]

    def edit(document: Document, chance: random.Random) -> None:
        for _ in range(12):
            with transaction.atomic():
                locked = (
                    Document.objects.select_for_update(of=("self",))
                    .select_related("current")
                    .get(pk=document.pk)
                )
                parts = [" ".join(chance.choices(WORDS[:60], k=chance.randint(1, 90))) for _ in range(3)]
                replace(locked, parts, chance.choice(["en", "de"]))

    def look_after() -> None:
        for _ in range(8):
            for document in documents[:2]:
                with transaction.atomic():  # whoever changes passages locks their document first
                    Document.objects.select_for_update().get(pk=document.pk)
                    Passage.objects.filter(document=document.pk).update(words_version=VERSION - 1)
            reindexing.reindex()
            lexical.renew("en")

    in_threads([*((edit, one) for one in zip(documents, chances, strict=True)), (look_after, ())], failed)
    assert failed == []
    assert_true()


def test_reindexing_two_locales_beside_the_storing_of_vectors_locks_nobody_out(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    store("Refunds", "Refunds take five days.")
    store("Erstattung", "Sie dauert nur einen Tag.", locale="de")
    Passage.objects.update(words_version=VERSION - 1)
    model = EmbeddingModel.objects.active()
    storing = InThread(lambda: embed_missing(model))
    rewrite = lexical.rewrite

    def while_vectors_are_stored(passages: list[Passage]) -> None:
        if storing.ident is None:
            storing.begin()
        rewrite(passages)

    monkeypatch.setattr(lexical, "rewrite", while_vectors_are_stored)
    assert reindexing.reindex() == reindexing.Reindexed(passages=2, documents=2)
    storing.end()
    assert Embedding.objects.count() == 2
    assert_true()


def in_threads(works: list[tuple[object, tuple[object, ...]]], failed: list[BaseException]) -> None:
    def run(work: object, arguments: tuple[object, ...]) -> None:
        try:
            work(*arguments)  # type: ignore[operator]
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=one) for one in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    connection.close_pool()


# --- manage.py reindex -----------------------------------------------------------------------------------


@pytest.fixture
def outdated(db: None) -> Iterator[list[Passage]]:
    """Passages as an older release stored them: by other words and weights."""
    passages = store("Refunds", "Refunds take five days.", "Vouchers are valid for a year.") + store(
        "Other", "days"
    )
    with transaction.atomic():
        for passage in passages:
            before = Passage.objects.get(pk=passage.pk)
            passage.lexemes, passage.words_version = lexical.tsvector(["oldword", "day"]), VERSION - 1
            passage.weights = lexical.sparse({"oldword": 1.0, "day": 1.0})
            lexical.rewrite([passage])
            lexical.count([passage], [before], "en")
        LexicalStatistics.objects.update(version=VERSION - 1)
    yield passages


def test_reindexing_makes_words_weights_and_statistics_anew(
    outdated: list[Passage], capsys: pytest.CaptureFixture[str]
) -> None:
    assert reindexing.stale_locales() == ["en"]
    call_command("reindex", "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["documents"], told["passages"]) == (2, 3)
    assert reindexing.stale_locales() == []
    assert not LexemeCount.objects.filter(lexeme="oldword").exists()
    assert by_words(EVERYONE, look_up("voucher", "en", ["en"]), 3).scores
    assert_true()


def test_a_second_run_has_nothing_to_do(outdated: list[Passage]) -> None:
    assert reindexing.reindex().passages == 3
    assert reindexing.reindex() == reindexing.Reindexed()


def test_a_run_that_was_killed_goes_on_where_it_stopped(
    outdated: list[Passage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reindexing, "TOGETHER", 1)

    class Killed(Exception):
        pass

    def kill(done: int, total: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        reindexing.reindex(kill)
    assert_true()
    assert reindexing.stale_locales() == ["en"]
    assert reindexing.reindex().passages == 1
    assert reindexing.stale_locales() == []


def test_one_run_at_a_time(outdated: list[Passage], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reindexing, "reindex", lambda progress: reindexing.Reindexed(busy=True))
    monkeypatch.setattr("kb.management.commands.reindex.reindex", reindexing.reindex)
    with pytest.raises(CommandError, match="at it already"):
        call_command("reindex")
