"""Text that an audience may not see is never found for it: random documents, labels, questions and ways."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from kb import lifecycle
from kb.embeddings import embed_missing
from kb.misspellings import one_slip
from kb.models import Audience, Category, Document, Embedding, EmbeddingModel, Passage
from kb.retrieval import DEPTH, meaning, reach, retrieve
from kb.retrieval.meaning import by_meaning, one_by_one, through_index
from kb.retrieval.questions import look_up, matched
from kb.retrieval.scope import Scope
from kb.retrieval.words import by_words
from llm.embed import LocalEmbedder, Vectors
from tests.kb import vectors
from tests.kb.test_lexical import new_document, store

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(900)]

DOCUMENTS, ROUNDS, SEARCHES = 40, 26, 40  # 1,040 cases
SUBJECTS = [
    "refund",
    "password",
    "parcel",
    "invoice",
    "contract",
    "voucher",
    "address",
    "Rückgabe",
    "facture",
]
LOCALES = ["en", "de", "fr", ""]
EARLIER, LATER = timezone.now() - timedelta(days=1), timezone.now() + timedelta(days=1)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> dict[str, Vectors]:
    """Each question's vector is made once."""
    made: dict[str, Vectors] = {}
    make = LocalEmbedder.query

    def query(self: LocalEmbedder, text: str) -> Vectors:
        if text not in made:
            made[text] = make(self, text)
        return made[text]

    monkeypatch.setattr(LocalEmbedder, "query", query)
    return made


@pytest.fixture
def base() -> Iterator[EmbeddingModel]:
    """Forty documents of two or three passages about few subjects, and the index of their vectors."""
    rng = random.Random(1)
    for number in range(DOCUMENTS):
        about = rng.sample(SUBJECTS, 2)
        texts = [
            f"The {word} and the {rng.choice(SUBJECTS)}: case {number}, part {n}."
            for n, word in enumerate(about)
        ]
        store(new_document(f"{number}.md", " ".join(about), rng.choice(LOCALES)), *texts)
    model = EmbeddingModel.objects.active()
    embed_missing(model)
    vectors.index_within_transaction(model)
    reach.forget()
    yield model
    reach.forget()


def relabel(rng: random.Random) -> None:
    """Every document gets a status, an audience, a time, a category and a source by chance."""
    documents, kinds = list(Document.objects.all()), list(Category.objects.all())
    for document in documents:
        document.status = rng.choice([*Document.Status.values, Document.Status.PUBLISHED])
        document.audience = rng.choice(Audience.values)
        document.publish_at = rng.choice([None, None, None, EARLIER, LATER])
        document.expire_at = rng.choice([None, None, None, EARLIER, LATER])
        document.category, document.source = rng.choice(kinds), rng.choice(Document.Source.values)
    Document.objects.bulk_update(
        documents, ["status", "audience", "publish_at", "expire_at", "category", "source"]
    )


def question(rng: random.Random) -> str:
    """Often in the very words of a passage that may not be seen."""
    words = rng.sample(SUBJECTS, rng.randint(1, 3))
    return rng.choice(
        [f"Where is my {' '.join(words)}?", f"case {rng.randrange(DOCUMENTS)} {words[0]}", words[0]]
    )


def visible(audience: Audience, categories: list[int] | None, sources: list[str] | None) -> set[int]:
    """By the labels alone, in words of its own."""
    seen = {"public"} if audience == "public" else {"public", "internal"}
    return {
        passage.pk
        for passage in Passage.objects.select_related("document")
        if passage.document.status == "published"
        and passage.document.audience in seen
        and passage.document.publish_at != LATER
        and passage.document.expire_at != EARLIER
        and (categories is None or passage.document.category_id in categories)
        and (sources is None or passage.document.source in sources)
    }


def test_what_an_audience_may_not_see_is_never_found_for_it(
    base: EmbeddingModel, known: dict[str, Vectors], monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(2)
    monkeypatch.setattr(meaning, "FEWEST", 30)
    monkeypatch.setattr(meaning, "ENOUGH", 5)
    shown = hidden = 0
    one, other = (Category.objects.create(name=name).pk for name in ("One", "Other"))
    chosen = [None, None, [one], [one, other]]
    for _ in range(ROUNDS):
        relabel(rng)
        reach.forget()
        categories, sources = rng.choice(chosen), rng.choice([None, None, ["file"]])
        allowed = {audience: visible(audience, categories, sources) for audience in Audience}
        for _ in range(SEARCHES):
            # By the index wherever it has enough, or by comparing all.
            monkeypatch.setattr(meaning, "STEP", rng.choice([0, 10**9]))
            audience, locale, text = rng.choice(list(Audience)), rng.choice(LOCALES), question(rng)
            within = Scope(audience, None, categories, sources)
            found = searched(base, within, locale, text, rng.choice([3, 10, DEPTH]), known)
            assert found <= allowed[audience], (audience, locale, text)
            shown, hidden = shown + len(found), hidden + Passage.objects.count() - len(allowed[audience])
    assert shown > 1_000 and hidden > 1_000


def searched(
    model: EmbeddingModel, within: Scope, locale: str, text: str, depth: int, known: dict[str, Vectors]
) -> set[int]:
    """Everything that any way finds."""
    scope = within.asked_in(locale)
    filters = {"categories": within.categories, "sources": within.sources}
    told = retrieve(text, within.audience, locale=locale, limit=depth, **filters)
    found = {hit.passage.pk for hit in told.hits}
    vector = known[text]
    asked = look_up(text, locale, scope.locales)
    arms = [
        by_words(scope, asked, depth),
        by_meaning(scope, model, vector, depth),
        one_by_one(scope, model, vector, depth),
        through_index(scope, model, vector, depth),
    ]
    return found.union(*(arm.scores for arm in arms))


def test_no_text_that_is_not_seen_changes_what_is_corrected_or_matched() -> None:
    rng = random.Random(3)
    also = [slip(rng, subject.casefold()) for subject in SUBJECTS for _ in range(3)]
    for number in range(10):
        store(
            new_document(f"{number}.md", "", rng.choice(LOCALES)),
            f"The {' and '.join(rng.sample([*SUBJECTS, *also], 6))}.",
        )
    misspelt = [slip(rng, subject.casefold()) for subject in SUBJECTS for _ in range(2)]
    before = told(misspelt, Audience.PUBLIC)
    assert sum(bool(corrected) for corrected, _ in before) > len(SUBJECTS)
    for number in range(3):
        hidden = new_document(f"hidden{number}.md", "", rng.choice(LOCALES))
        Document.objects.filter(pk=hidden.pk).update(audience=Audience.INTERNAL)
        secret = rng.sample([*also, *misspelt, *(slip(rng, word) for word in misspelt)], 40)
        store(hidden, *[" ".join(secret)] * 30)
        assert told(misspelt, Audience.PUBLIC) == before
    assert told(misspelt, Audience.INTERNAL) != before


def slip(rng: random.Random, word: str) -> str:
    return rng.choice(sorted(one_slip(word)))


def told(asked: list[str], audience: Audience) -> list[tuple[object, object]]:
    """Of each word, what is shown instead, and the words that matched in the passages that all may see."""
    seen = Passage.objects.visible_to(Audience.PUBLIC).order_by("pk")
    looked_up = [look_up(word, "", None, scope=Scope(audience)) for word in asked]
    return [(one.corrected, [matched(one, passage) for passage in seen]) for one in looked_up]


def test_the_more_frequent_correction_is_that_of_the_passages_that_are_seen() -> None:
    store(new_document("seen.md", ""), "A marmet.", "The marmet sleeps.", "A marnet.")
    hidden = new_document("hidden.md", "")
    Document.objects.filter(pk=hidden.pk).update(audience=Audience.INTERNAL)
    store(hidden, *["The marnet."] * 30)
    assert look_up("marlet", "en", None, scope=Scope(Audience.PUBLIC)).corrected == {"marlet": "marmet"}
    assert look_up("marlet", "en", None, scope=Scope(Audience.INTERNAL)).corrected == {"marlet": "marnet"}


def test_a_word_is_held_no_longer_than_a_passage_that_is_seen_holds_it() -> None:
    document = new_document("seen.md", "")
    store(document, "A marmet.")
    store(new_document("other.md", ""), "A marnet.")

    def corrected() -> dict[str, str]:
        return dict(look_up("marmet", "en", None, scope=Scope(Audience.PUBLIC)).corrected)

    assert corrected() == {}
    lifecycle.change(document.pk, {"audience": Audience.INTERNAL}, by=None)
    assert corrected() == {"marmet": "marnet"}
    lifecycle.change(document.pk, {"audience": Audience.PUBLIC}, by=None)
    assert corrected() == {}


@pytest.mark.parametrize("way", [one_by_one, through_index])
def test_a_vector_of_another_document_opens_no_way_round(
    base: EmbeddingModel, known: dict[str, Vectors], way: object
) -> None:
    """Whoever writes a vector's row cannot lend it a document that is seen."""
    secret = Passage.objects.filter(document__reference="3.md").first()
    assert secret is not None
    Document.objects.filter(pk=secret.document_id).update(audience=Audience.INTERNAL)
    public = Document.objects.get(reference="4.md")
    Embedding.objects.filter(passage=secret).update(document=public)
    vector = np.asarray(Embedding.objects.get(passage=secret).vector, np.float32)
    assert secret.pk not in way(Scope(Audience.PUBLIC), base, vector, 100).scores  # type: ignore[operator]
    assert secret.pk in way(Scope(Audience.INTERNAL), base, vector, 100).scores  # type: ignore[operator]
