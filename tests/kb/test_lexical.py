import math
import random
import threading
from collections import Counter

import pytest
from django.db import connection, transaction

from kb import lexical
from kb.lexemes import lexemes
from kb.lexical import K1, B, stored, tsquery, tsvector, weights
from kb.models import LEXICAL_DIMENSIONS, Document, LexemeCount, LexicalStatistics, Passage, Revision
from kb.retrieval.questions import PLAIN, look_up


def test_a_lexeme_keeps_its_dimension_for_ever() -> None:
    assert lexical.dimension("refund") == 213495257
    assert 0 <= lexical.dimension("x") < LEXICAL_DIMENSIONS


def test_no_more_elements_than_the_type_takes() -> None:
    vector = weights({f"w{number}": 1 for number in range(20_000)}, 100)
    assert len(vector.indices()) <= 16_000


@pytest.fixture
def document(db: None) -> Document:
    return new_document("one.md", "")


def new_document(reference: str, title: str, locale: str = "en") -> Document:
    document = Document.objects.create(reference=reference, title=title, locale=locale, file_hash="0" * 64)
    document.current = Revision.objects.create(
        document=document, number=1, title=title, text="", file="", file_hash="0" * 64
    )
    document.save()
    return document


def store(document: Document, *texts: str) -> list[Passage]:
    """As ingest does it, in one transaction."""
    with transaction.atomic():
        passages = [
            Passage(
                document=document,
                revision=document.current,
                position=position,
                text=text,
                start=0,
                end=len(text),
                content_hash=f"{position}",
            )
            for position, text in enumerate(texts)
        ]
        lexical.index(passages, document.locale)
        Passage.objects.bulk_create(passages)
        lexical.count(passages, [], document.locale)
    return passages


def bm25(question: str, texts: list[str], locale: str = "en") -> list[float]:
    """The formula as books give it, over passages without title and heading."""
    counted = [Counter(lexemes(text, locale)) for text in texts]
    average = sum(counts.total() for counts in counted) / len(counted)
    scores = []
    for counts in counted:
        score = 0.0
        for lexeme in lexemes(question, locale):
            containing = sum(lexeme in other for other in counted)
            idf = math.log(1 + (len(texts) - containing + 0.5) / (containing + 0.5))
            tf = counts[lexeme]
            score += idf * tf * (K1 + 1) / (tf + K1 * (1 - B + B * counts.total() / average))
        scores.append(score)
    return scores


def scores_in_the_database(question: str) -> dict[int, float]:
    vector = look_up(question, "en", ["en"], boosts=PLAIN).vector()
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, -(weights <#> %s::sparsevec) FROM kb_passage", [vector.to_text()])
        return dict(cursor.fetchall())


def test_a_tiny_case_by_hand(document: Document) -> None:
    # Two passages of 2 and 4 lexemes, average 3; "refund" is in one of them: idf = ln(1 + 1.5 / 1.5) = ln 2.
    first, second = store(document, "refund policy", "shipping takes two days")
    found = scores_in_the_database("refund")
    assert found[first.pk] == pytest.approx(math.log(2) * 3 / (1 + 2 * (0.25 + 0.75 * 2 / 3)), rel=1e-5)
    assert found[second.pk] == 0


@pytest.mark.parametrize("seed", range(5))
def test_the_database_ranks_as_the_formula_does(document: Document, seed: int) -> None:
    chance = random.Random(seed)
    vocabulary = [f"word{number}" for number in range(40)]
    texts = [" ".join(chance.choices(vocabulary, k=chance.randint(1, 60))) for _ in range(30)]
    passages = store(document, *texts)
    for _ in range(5):
        question = " ".join(chance.choices(vocabulary, k=chance.randint(1, 6)))
        found = scores_in_the_database(question)
        expected = bm25(question, texts)
        assert [found[passage.pk] for passage in passages] == pytest.approx(expected, rel=1e-4, abs=1e-6)


def test_the_title_counts_more_than_the_text(db: None) -> None:
    title = store(new_document("title.md", "Refunds"), "about money and other things")[0]
    text = store(new_document("text.md", "Money"), "about refunds and other things")[0]
    LexicalStatistics.objects.update(average_length=8)
    found = scores_in_the_database("refund")
    assert found[title.pk] > found[text.pk] > 0


def test_a_common_word_tells_less_in_a_question(document: Document) -> None:
    store(document, "how", "refund")
    words = look_up("how refund", "en", ["en"]).words["en"]
    assert words.tell["how"] == pytest.approx(words.tell["refund"] / 3)
    assert words.about == {"refund"}


@pytest.mark.parametrize(
    "nasty", ["it's", r"a\b", r"\'", "''", 'say "hi"', "{a,b}", "%s $1", "a:b", "\\", "x" * 300]
)
def test_no_character_breaks_the_index(document: Document, nasty: str) -> None:
    (passage,) = store(document, f"{nasty} refund")
    found = Passage.objects.get(pk=passage.pk)
    assert stored(found.lexemes) == stored(passage.lexemes)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM kb_passage WHERE lexemes @@ %s::tsquery",
            [tsquery(lexemes(nasty, "en") or ["refund"])],
        )
        assert cursor.fetchone() == (1,)


@pytest.mark.parametrize("lexeme", ["'", "\\", "''", "\\'", "a b", "&|!():*"])
def test_a_lexeme_of_any_characters_is_stored_as_it_is(db: None, lexeme: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT %s::tsvector::text, %s::tsvector @@ %s::tsquery",
            [tsvector([lexeme])] * 2 + [tsquery([lexeme])],
        )
        text, matches = cursor.fetchone()
    assert (stored(text), matches) == ([lexeme], True)


def test_statistics_are_those_of_the_passages_that_are_there(document: Document) -> None:
    kept, removed = store(document, "refund policy", "refund days")
    with transaction.atomic():
        removed.delete()
        lexical.count([], [removed], "en")
    assert dict(LexemeCount.objects.values_list("lexeme", "passages")) == {"refund": 1, "polici": 1}
    known = LexicalStatistics.objects.get(locale="en")
    assert (known.passages, known.lexemes) == (1, kept.length)


def test_a_document_that_changes_its_language_moves_its_counts(document: Document) -> None:
    passages = store(document, "refund policy")
    with transaction.atomic():
        lexical.count(passages, passages, "de", removed_locale="en")
    assert set(LexemeCount.objects.values_list("locale", flat=True)) == {"de"}
    assert dict(LexicalStatistics.objects.values_list("locale", "passages")) == {"de": 1, "en": 0}


def test_weights_are_renewed_when_the_average_length_has_drifted(document: Document) -> None:
    store(document, "refund policy")
    store(document, "refund " + " ".join(f"w{number}" for number in range(60)))
    assert lexical.renew("en") == 2
    assert lexical.renew("en") == 0
    texts = list(Passage.objects.order_by("pk").values_list("text", flat=True))
    found = scores_in_the_database("refund")
    assert [found[pk] for pk in sorted(found)] == pytest.approx(bm25("refund", texts), rel=1e-4)


def test_passages_whose_language_has_changed_keep_its_words_when_the_old_one_is_renewed(
    document: Document,
) -> None:
    (passage,) = store(document, "Las devoluciones de bicicletas tardan treinta días")
    pks = [passage.pk]  # as a renewal collects them, before the language changes
    Document.objects.filter(pk=document.pk).update(locale="es")
    passage.document.locale = "es"
    lexical.index([passage], "es")
    lexical.rewrite([passage])
    lexical._renew(pks, "en", 20.0)
    assert Passage.objects.get().weights.to_text() == passage.weights.to_text()


def test_imports_at_the_same_time_wait_for_each_other_and_count_right(transactional_db: None) -> None:
    words = [f"word{number}" for number in range(30)]
    documents = [new_document(f"{number}.md", "") for number in range(4)]
    failed: list[Exception] = []

    def bring_in(document: Document, seed: int) -> None:
        chance = random.Random(seed)
        try:
            for _ in range(10):
                store(document, " ".join(chance.sample(words, 30)))
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=bring_in, args=(doc, seed)) for seed, doc in enumerate(documents)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    connection.close_pool()
    assert failed == []
    assert set(LexemeCount.objects.values_list("passages", flat=True)) == {40}
    assert LexicalStatistics.objects.get(locale="en").passages == 40
