import json
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kb.embeddings import embed_missing
from kb.models import Audience, Document, EmbeddingModel, Passage
from kb.retrieval import DEPTH, best_per_document, retrieve
from kb.retrieval.hits import Arm, unfolded
from kb.retrieval.meaning import by_meaning
from kb.retrieval.questions import look_up
from kb.retrieval.scope import Scope
from kb.retrieval.words import SETTINGS, by_words
from llm.embed import LocalEmbedder
from llm.errors import Unavailable
from tests import cast
from tests.kb.test_lexical import new_document, store

PUBLIC, INTERNAL = Audience.PUBLIC, Audience.INTERNAL


@pytest.fixture
def knowledge(db: None) -> None:
    """A small help center, embedded."""
    store(
        new_document("refunds.md", "Refunds"),
        "You get your money back within five days after we received the parcel.",
        "To ask for a refund, open the order and choose “Return”.",
    )
    store(
        new_document("password.md", "Change your password"), "Choose “Forgot password” on the sign-in page."
    )
    store(new_document("shipping.md", "Shipping"), "We ship to all countries of Europe for 5 euros.")
    internal = new_document("internal.md", "Refunds above the limit")
    store(internal, "A refund above 500 euros needs a yes from the team lead.")
    Document.objects.filter(pk=internal.pk).update(audience=INTERNAL)
    draft = new_document("draft.md", "Refunds next year")
    store(draft, "From next year a refund takes two days.")
    Document.objects.filter(pk=draft.pk).update(status=Document.Status.UNPUBLISHED)
    embed_missing(EmbeddingModel.objects.active())


def found(question: str, audience: Audience = PUBLIC, **more: Any) -> list[str]:
    hits = best_per_document(retrieve(question, audience, limit=100, **more).hits)
    return [hit.passage.document.reference for hit in hits]


def test_words_and_meaning_find_the_answer(knowledge: None) -> None:
    assert found("how do I get a refund")[0] == "refunds.md"
    assert found("I can't log in any more")[0] == "password.md"


def test_a_hit_tells_its_place_in_both_ways(knowledge: None) -> None:
    hit = retrieve("ask for a refund of the order", PUBLIC).hits[0]
    assert (hit.lexical_rank, hit.vector_rank) == (1, 1)
    assert 0.8 < hit.score <= 1
    assert hit.cosine is not None and 0.4 < hit.cosine < 1


@pytest.mark.parametrize(
    "question", ["refund", "refund above the limit", "team lead", "refund next year", "500"]
)
def test_customers_never_see_internal_or_unpublished_passages(knowledge: None, question: str) -> None:
    assert not {"internal.md", "draft.md"} & set(found(question))


def test_agents_see_internal_but_not_unpublished_passages(knowledge: None) -> None:
    references = found("refund above the limit", INTERNAL)
    assert references[0] == "internal.md"
    assert "draft.md" not in references


def test_a_withdrawn_document_is_not_found_any_more(knowledge: None) -> None:
    Document.objects.filter(reference="refunds.md").update(status=Document.Status.ARCHIVED)
    assert "refunds.md" not in found("how do I get a refund")


def test_each_way_goes_through_the_gate_in_few_statements(knowledge: None) -> None:
    retrieve("warm up", PUBLIC, locale="en")
    with CaptureQueriesContext(connection) as context:
        retrieve("how do I get a refund", PUBLIC, locale="en")
    statements = [query["sql"] for query in context.captured_queries]
    by_way = [[sql for sql in statements if sign in sql] for sign in ("<#>", "<=>")]
    # One completes what both say of each other's passages, and one reads what is around the first hit.
    assert len(set(by_way[0]) & set(by_way[1])) == 1 and len(by_way[1]) == 3
    assert all("\"status\" = 'published'" in sql and '"audience" IN' in sql for way in by_way for sql in way)
    assert len(statements) <= 16


@pytest.mark.django_db(transaction=True)
def test_a_search_asks_the_database_few_times_and_leaves_no_setting_behind(knowledge: None) -> None:
    def settings() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT " + ", ".join(f"current_setting('{name}')" for name in SETTINGS))
            return list(cursor.fetchone())

    retrieve("warm up", PUBLIC, locale="en")
    before = settings()
    with CaptureQueriesContext(connection) as context:
        assert retrieve("how do I get a refund", PUBLIC, locale="en").hits
    # What to know first, the words' frequencies, each way, both joined, the passages, those around the first;
    # a second look for words, if the first ones find too little.
    assert len(context) <= 9
    assert settings() == before != list(SETTINGS.values())


def test_words_alone_answer_while_the_embedder_is_down(
    knowledge: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(self: LocalEmbedder, text: str) -> Any:
        raise Unavailable("down")

    monkeypatch.setattr(LocalEmbedder, "query", down)
    told = retrieve("how do I get a refund", PUBLIC)
    assert told.hits[0].passage.document.reference == "refunds.md"
    assert told.hits[0].vector_rank is None
    assert 0 < told.relevance < 1


def test_words_alone_answer_when_the_vectors_have_another_length(knowledge: None) -> None:
    EmbeddingModel.objects.update(dimensions=12)
    assert found("how do I get a refund")[0] == "refunds.md"


def test_words_alone_find_what_is_not_embedded_yet(knowledge: None) -> None:
    store(new_document("new.md", "Vouchers"), "A voucher is valid for three years.")
    assert "new.md" in found("how long is a voucher valid")[:3]


@pytest.mark.parametrize("nothing", ["", "   ", "\x00", "\n\t"])
def test_an_empty_question_finds_nothing(knowledge: None, nothing: str) -> None:
    told = retrieve(nothing, PUBLIC)
    assert (told.hits, told.relevance, told.sufficient) == ([], 0.0, False)


@pytest.mark.parametrize(
    "odd", ["😀😀", "?!", "refund " * 5000, "re\x00fund", "\ud800", "' OR 1=1 --", "\\", "%s {}"]
)
def test_odd_questions_are_answered_or_not_but_never_fail(knowledge: None, odd: str) -> None:
    assert 0 <= retrieve(odd, PUBLIC).relevance <= 1


def test_an_empty_knowledge_base_has_no_answer(db: None) -> None:
    assert retrieve("refund", PUBLIC).hits == []


def test_a_question_of_another_domain_is_not_answered(knowledge: None) -> None:
    assert retrieve("how do I get my money back", PUBLIC).sufficient
    assert not retrieve("which planets have rings", PUBLIC).sufficient


@pytest.fixture
def languages(db: None) -> None:
    store(new_document("en.md", "Refunds", "en"), "The refund takes five days.")
    store(new_document("de.md", "Erstattung", "de"), "Die Erstattung (refund) dauert fünf Tage.")
    store(new_document("any.md", "REF-1", ""), "Form for a refund.")
    unpublished = new_document("fr.md", "Remboursement", "fr")
    store(unpublished, "Le remboursement (refund) prend cinq jours.")
    Document.objects.filter(pk=unpublished.pk).update(status=Document.Status.UNPUBLISHED)
    embed_missing(EmbeddingModel.objects.active())


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("", {"en.md", "de.md", "any.md"}),  # not known: all
        ("en", {"en.md", "any.md"}),  # the unknown ones always
        ("en-US", {"en.md", "any.md"}),
        ("de", {"de.md", "any.md"}),
        ("fr", {"en.md", "de.md", "any.md"}),  # nothing published in it: all
        ("xx", {"en.md", "de.md", "any.md"}),
    ],
)
def test_documents_in_the_language_of_the_question_are_searched(
    languages: None, locale: str, expected: set[str]
) -> None:
    assert set(found("refund", locale=locale)) == expected


def test_without_a_language_each_document_is_matched_in_its_own(languages: None) -> None:
    store(new_document("de2.md", "Konten", "de"), "Sie können mehrere Konten haben.")
    assert "de2.md" in {hit.passage.document.reference for hit in retrieve("Konten", PUBLIC).hits}
    assert by_words(Scope(PUBLIC), look_up("Konten", "", None), DEPTH).scores


def test_a_language_that_the_model_does_not_know_is_judged_by_words(knowledge: None) -> None:
    store(
        new_document("zh.md", "退款", "zh"),
        "退款将在五天内到账。请打开订单并选择退货。",
    )
    embed_missing(EmbeddingModel.objects.active())
    told = retrieve("退款多久到账", PUBLIC, locale="zh")
    assert told.hits[0].passage.document.reference == "zh.md"
    assert told.sufficient
    assert not retrieve("明天天气怎么样", PUBLIC, locale="zh").sufficient


def test_the_vectors_are_ranked_by_cosine(knowledge: None) -> None:
    model = EmbeddingModel.objects.active()
    question = LocalEmbedder().query("parcel")
    arm = by_meaning(Scope(PUBLIC), model, question, DEPTH)
    passages = Passage.objects.visible_to(PUBLIC).select_related("document")
    expected = {p.pk: float(LocalEmbedder().query(p.indexed_text()) @ question) for p in passages}
    assert list(arm.scores) == sorted(expected, key=lambda pk: -expected[pk])
    assert arm.scores == pytest.approx(expected, abs=1e-3)


def test_limit_is_the_number_of_passages(knowledge: None) -> None:
    assert len(retrieve("refund", PUBLIC, limit=1).hits) == 1
    one, all_of_them = retrieve("refund", PUBLIC, limit=1), retrieve("refund", PUBLIC, limit=50)
    assert one.relevance == all_of_them.relevance


def test_an_arm_ranks_in_the_order_of_its_scores() -> None:
    assert Arm({7: 3.0, 5: 1.0}).ranks == {7: 1, 5: 2}
    assert Arm().best == 0.0


def search(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    call_command("search", *arguments)
    return capsys.readouterr().out


def test_the_command_prints_documents_with_their_best_passage(
    knowledge: None, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = json.loads(search(capsys, "how do I ask for a refund", "--json", "--limit", "2"))
    assert rows[0]["document"] == "refunds.md"
    assert len(rows) == 2
    assert set(rows[0]) == {"document", "title", "heading", "text", "score", "lexical_rank", "vector_rank"}
    assert rows[0]["text"].startswith("To ask for a refund")


def test_the_command_shows_internal_documents_to_those_who_ask_for_them(
    knowledge: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "internal.md" not in search(capsys, "refund above the limit")
    assert "internal.md" in search(capsys, "refund above the limit", "--audience", "internal")


def test_an_empty_knowledge_base_says_how_to_fill_it(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert "manage.py ingest" in search(capsys, "refund")
    assert json.loads(search(capsys, "refund", "--json")) == []


def test_bytes_that_are_no_text_are_searched_without(
    knowledge: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "refunds.md" in search(capsys, "how do I ask for a refund \udcff", "--locale", "\udcff", "--json")


@pytest.mark.parametrize("arguments", [["  "], ["refund", "--limit", "0"]])
def test_bad_input_is_refused_with_a_sentence(db: None, arguments: list[str]) -> None:
    with pytest.raises(CommandError, match=r"\.$"):
        call_command("search", *arguments)


@pytest.mark.parametrize("seed", range(3))
def test_candidates_hold_the_best_passages_of_the_whole_formula(db: None, seed: int) -> None:
    chance = np.random.default_rng(seed)
    vocabulary = [f"word{number}" for number in range(60)]
    passages = store(
        new_document("random.md", ""), *(" ".join(chance.choice(vocabulary, 12)) for _ in range(60))
    )
    question = " ".join(chance.choice(vocabulary, 6))
    asked = look_up(question, "en", ["en"])
    expected = {p.pk: lexical_score(p, asked.vector()) for p in passages}
    best = [pk for pk in sorted(expected, key=lambda pk: (-expected[pk], pk)) if expected[pk] > 0]
    assert list(by_words(Scope(INTERNAL), asked, DEPTH).scores) == pytest.approx(best)


def lexical_score(passage: Passage, question: Any) -> float:
    weights = dict(zip(passage.weights.indices(), np.float32(passage.weights.values()), strict=True))
    asked = dict(zip(question.indices(), np.float32(question.values()), strict=True))
    return float(sum(weights[i] * value for i, value in asked.items() if i in weights))


def test_the_same_text_in_several_articles_is_one_hit_that_tells_of_the_others(knowledge: None) -> None:
    text = "Vouchers are valid for three years, whoever bought them, and can be used in several orders."
    for name, audience in ("a", PUBLIC), ("b", PUBLIC), ("c", INTERNAL):
        document = new_document(f"vouchers-{name}.md", "Vouchers")
        store(document, text)
        Document.objects.filter(pk=document.pk).update(audience=audience)
    embed_missing(EmbeddingModel.objects.active())
    question = "how long are vouchers valid"
    first = retrieve(question, PUBLIC).hits[0]
    assert [copy.passage.document.reference for copy in first.duplicates] == ["vouchers-b.md"]
    assert {"vouchers-a.md", "vouchers-b.md"} <= {
        hit.passage.document.reference for hit in unfolded(retrieve(question, PUBLIC).hits)
    }
    internal = retrieve(question, INTERNAL).hits[:2]
    assert {hit.passage.document.audience for hit in internal} == {PUBLIC, INTERNAL}


LETTER = """Dear Sir or Madam,

how do I ask for a refund of an order that I no longer want, and where is the button for it?

Thank you in advance!

Kind regards,
Parcel Miller
"""


def test_trying_an_e_mail_tells_the_words_that_were_searched(knowledge: None, client: Client) -> None:
    """Neither its greeting nor its signature: the first refund article speaks of a parcel, too."""
    client.force_login(cast.adam())
    page = client.get(reverse("try-retrieval"), {"q": LETTER}).content.decode()
    assert "<mark>refund</mark>" in page
    assert "<mark>parcel</mark>" not in page.lower()
    (part,) = retrieve(LETTER, PUBLIC).parts
    assert part.asked is not None and "refund" in part.asked.weights()
