"""The site's own labelled set: keeping questions, running them, and the pages for it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kb import labelled
from kb.embeddings import embed_missing
from kb.models import Audience, Document, EmbeddingModel, LabelledQuestion, LabelledRun, jobs
from kb.tasks import run_labelled
from tests import cast
from tests.endpoint import Endpoint
from tests.kb.test_lexical import new_document, store

PUBLIC = Audience.PUBLIC


@pytest.fixture
def refunds(db: None) -> Document:
    document = new_document("refunds.md", "Refunds")
    store(document, "You get your money back within five days after we received the parcel.")
    store(new_document("shipping.md", "Shipping"), "We ship to all countries of Europe for 5 euros.")
    embed_missing(EmbeddingModel.objects.active())
    return document


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(cast.adam())
    return client


def test_a_run_tells_at_which_rank_the_right_document_was_found(refunds: Document) -> None:
    right = labelled.label("when do I get my money back", PUBLIC, "", [refunds])
    lost = labelled.label("quantum chromodynamics lattice", PUBLIC, "", [])
    run_labelled(LabelledRun.request().pk)
    run = LabelledRun.objects.get()
    assert (run.state, run.asked, run.questions) == (LabelledRun.State.DONE, 2, 2)
    assert run.outcomes[str(right.pk)][0] == 1
    assert run.outcomes[str(lost.pk)][0] is None
    assert (run.figures["answerable"], run.figures["unanswerable"]) == (1, 1)
    assert run.figures["recall@1"] == run.figures["ndcg@10"] == run.figures["refused"] == 1
    assert run.model == EmbeddingModel.objects.active().name


def test_a_question_is_kept_once_and_may_have_several_right_documents(refunds: Document) -> None:
    other = Document.objects.get(reference="shipping.md")
    labelled.label("money  back", PUBLIC, "", [refunds])
    kept = labelled.label("money back", PUBLIC, "", [other])
    assert LabelledQuestion.objects.count() == 1
    assert set(kept.documents.all()) == {refunds, other}
    assert not kept.unanswerable
    assert labelled.label("money back", PUBLIC, "", []).unanswerable
    assert not kept.documents.exists()
    assert labelled.label("money back", Audience.INTERNAL, "", [other]) != kept


def test_the_longest_question_can_be_kept(db: None) -> None:
    text = " ".join(f"{number:x}" for number in range(100_000, 100_333))[:2000]
    assert labelled.label(text, PUBLIC, "", []).text == text


def test_a_question_whose_document_is_gone_is_not_asked(refunds: Document) -> None:
    labelled.label("when do I get my money back", PUBLIC, "", [refunds])
    refunds.delete()
    run_labelled(LabelledRun.request().pk)
    run = LabelledRun.objects.get()
    assert (run.state, run.questions, run.figures["recall@1"]) == (LabelledRun.State.DONE, 0, None)


def test_one_run_at_a_time(refunds: Document) -> None:
    first = LabelledRun.request()
    assert LabelledRun.request() == first
    assert LabelledRun.claim(first.pk, labelled.LEASE) is not None
    assert LabelledRun.claim(first.pk, labelled.LEASE) is None
    assert LabelledRun.request() == first


def test_a_run_whose_worker_died_is_begun_again_and_the_dead_one_keeps_nothing(refunds: Document) -> None:
    labelled.label("when do I get my money back", PUBLIC, "", [refunds])
    dead = LabelledRun.claim(LabelledRun.request().pk, labelled.LEASE)
    assert dead is not None and LabelledRun.forgotten(timezone.now()) == []
    LabelledRun.objects.update(lease=timezone.now() - timedelta(seconds=1))
    assert LabelledRun.forgotten(timezone.now()) == [dead]
    taken_over = LabelledRun.claim(dead.pk, labelled.LEASE)
    assert taken_over is not None
    labelled.run(dead)
    assert LabelledRun.objects.get().state == LabelledRun.State.RUNNING
    labelled.run(taken_over)
    assert LabelledRun.objects.get().state == LabelledRun.State.DONE


def test_a_run_that_keeps_killing_its_workers_has_failed(refunds: Document) -> None:
    run = LabelledRun.request()
    for _ in range(jobs.ATTEMPTS):
        assert LabelledRun.claim(run.pk, labelled.LEASE) is not None
        LabelledRun.objects.update(lease=timezone.now() - timedelta(seconds=1))
    assert LabelledRun.claim(run.pk, labelled.LEASE) is None
    run.refresh_from_db()
    assert run.state == LabelledRun.State.FAILED and "start another one" in run.reason
    assert LabelledRun.request() != run


def test_a_run_whose_model_is_away_has_failed_and_says_so(refunds: Document, admin: Client) -> None:
    labelled.label("which money do I get while the model is away", PUBLIC, "", [refunds])
    with Endpoint() as endpoint:
        endpoint.down = True
        EmbeddingModel.objects.update(name="served-model", base_url=endpoint.url)
        run_labelled(LabelledRun.request().pk)
    run = LabelledRun.objects.get()
    assert run.state == LabelledRun.State.FAILED and run.finished and run.lease is None
    assert "was away" in run.reason and "503" in run.reason
    assert not run.figures
    assert "was away" in admin.get(reverse("labelled-questions")).content.decode()


def test_the_lease_is_renewed_before_each_question(
    refunds: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in ("when do I get my money back", "how long does the money take"):
        labelled.label(text, PUBLIC, "", [refunds])
    run = LabelledRun.claim(LabelledRun.request().pk, labelled.LEASE)
    assert run
    seen: list[bool] = []
    ask = labelled._ask

    def asked_slowly(*args: Any) -> labelled.Outcome:
        seen.append(LabelledRun.objects.get().lease > timezone.now())  # type: ignore[operator]
        LabelledRun.objects.update(lease=timezone.now())
        return ask(*args)

    monkeypatch.setattr(labelled, "_ask", asked_slowly)
    labelled.run(run)
    assert seen == [True, True]
    assert LabelledRun.objects.get().state == LabelledRun.State.DONE


def test_a_tried_question_shows_ranks_words_scores_and_times(refunds: Document, admin: Client) -> None:
    page = admin.get(reverse("try-retrieval"), {"q": "money back"}).content.decode()
    for shown in ("Refunds", "#1, BM25", "#1, cosine", "<mark>money</mark>", "search by words", " ms "):
        assert shown in page


def test_a_question_is_labelled_from_the_page_and_removed_again(refunds: Document, admin: Client) -> None:
    asked = {"q": "money back", "audience": "public", "locale": "", "document": refunds.pk}
    answer = admin.post(reverse("label-question"), asked, follow=True)
    assert "Kept in the labelled set with “Refunds”" in answer.content.decode()
    kept = LabelledQuestion.objects.get()
    assert list(kept.documents.all()) == [refunds]
    assert "money back" in admin.get(reverse("labelled-questions")).content.decode()
    admin.post(reverse("unlabel-question", args=[kept.pk]))
    assert not LabelledQuestion.objects.exists()


@pytest.mark.parametrize("wrong", [{"q": ""}, {"document": "999999"}, {"document": "x"}, {"locale": "tlh"}])
def test_a_wrong_label_is_refused_with_a_message_and_keeps_nothing(
    refunds: Document, admin: Client, wrong: dict[str, Any]
) -> None:
    asked = {"q": "money back", "audience": "public", "locale": "", "document": refunds.pk, **wrong}
    answer = admin.post(reverse("label-question"), asked, follow=True)
    assert answer.status_code == 200 and 'class="notice' in answer.content.decode()
    assert not LabelledQuestion.objects.exists()


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("try-retrieval", "get"),
        ("labelled-questions", "get"),
        ("run-progress", "get"),
        ("label-question", "post"),
        ("start-run", "post"),
    ],
)
def test_agents_and_strangers_have_no_part_in_it(
    refunds: Document, client: Client, name: str, method: str
) -> None:
    assert getattr(client, method)(reverse(name), {"q": "x"}).status_code == 302
    client.force_login(cast.alice())
    assert getattr(client, method)(reverse(name), {"q": "x"}).status_code == 403
    assert not LabelledQuestion.objects.exists() and not LabelledRun.objects.exists()


def test_the_page_of_runs_shows_them_over_time(refunds: Document, admin: Client) -> None:
    assert "No question yet" in admin.get(reverse("labelled-questions")).content.decode()
    admin.post(reverse("start-run"))
    assert not LabelledRun.objects.exists()
    labelled.label("when do I get my money back", PUBLIC, "", [refunds])
    for _ in range(2):
        run_labelled(LabelledRun.request().pk)
    page = admin.get(reverse("labelled-questions")).content.decode()
    assert "<polyline" in page and page.count("1.000") >= 2
