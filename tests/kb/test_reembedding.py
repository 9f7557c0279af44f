import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from kb import ingest, reembedding, standings, tasks, vector_index
from kb.embeddings import embed_missing
from kb.models import Audience, Document, Embedding, EmbeddingModel, Passage
from kb.reembedding import NotReady, Refused
from kb.retrieval import ahead, everyday, retrieve
from kb.retrieval.anywhere import QUESTIONS
from llm.embed import LOCAL_MODEL
from llm.models import ModelCall, Price
from tests import cast
from tests.endpoint import Endpoint
from tests.kb.test_lexical import new_document, store

State = EmbeddingModel.State
NEW = "new-model"
TEXTS = ["Refunds take five days.", "Shipping is free.", "Write to us."]


@pytest.fixture
def endpoint(settings: Any) -> Iterator[Endpoint]:
    """The model that the settings name; the local one is active."""
    with Endpoint(**{NEW: 64}) as endpoint:
        settings.EMBEDDINGS_BASE_URL = endpoint.url
        settings.EMBEDDINGS_MODEL, settings.EMBEDDINGS_DIMENSIONS = NEW, 64
        yield endpoint


@pytest.fixture
def old(db: None) -> EmbeddingModel:
    """The local model, active and complete for three passages."""
    store(new_document("refunds.md", "Refunds"), *TEXTS)
    old = EmbeddingModel.objects.create(name=LOCAL_MODEL, dimensions=384, active=True)
    embed_missing(old)
    return old


@pytest.fixture
def new(old: EmbeddingModel, endpoint: Endpoint) -> EmbeddingModel:
    """Started, nothing embedded yet."""
    return reembedding.start(NEW)


@pytest.fixture
def article(settings: Any, tmp_path: Any) -> Callable[..., Document]:
    settings.MEDIA_ROOT = tmp_path / "uploads"

    def put(text: str, name: str = "article.md") -> Document:
        document = ingest.receive(name, text.encode(), audience=Audience.PUBLIC)
        ingest.ingest(document, locale="en")
        document.refresh_from_db()
        return document

    return put


def work(model: EmbeddingModel, **more: Any) -> bool:
    claimed = reembedding.claim(model.pk)
    assert claimed
    return reembedding.work(claimed, **more)


def state(model: EmbeddingModel) -> str:
    return EmbeddingModel.objects.get(pk=model.pk).state


def missing(model: EmbeddingModel) -> int:
    return Passage.objects.missing_embedding(model).count()


# Start


def test_a_started_model_is_built_beside_the_active_one(old: EmbeddingModel, new: EmbeddingModel) -> None:
    assert (new.state, new.active, missing(new)) == (State.BUILDING, False, 3)
    assert not work(new)
    assert (state(new), missing(new)) == (State.COMPLETE, 0)
    assert EmbeddingModel.objects.active() == old
    assert Embedding.objects.filter(model=old).count() == 3


def test_a_second_start_changes_nothing(new: EmbeddingModel) -> None:
    work(new)
    assert reembedding.start(NEW) == new
    assert state(new) == State.COMPLETE
    assert EmbeddingModel.objects.count() == 2


def test_a_model_that_makes_no_vectors_is_refused_before_anything_is_stored(
    old: EmbeddingModel, endpoint: Endpoint
) -> None:
    endpoint.down = True
    with pytest.raises(Refused, match="was tried and made no vector"):
        reembedding.start(NEW)
    endpoint.down = False
    with pytest.raises(Refused, match="dimensions"):
        reembedding.start(NEW, dimensions=12)
    with pytest.raises(Refused, match="EMBEDDINGS_MODEL"):
        reembedding.start("nobody-knows-it")
    with pytest.raises(Refused, match="active already"):
        reembedding.start(LOCAL_MODEL)
    assert EmbeddingModel.objects.get() == old


def test_a_complete_model_that_misses_a_passage_is_completed_by_another_start(new: EmbeddingModel) -> None:
    work(new)
    Embedding.objects.filter(model=new).first().delete()  # type: ignore[union-attr]
    assert reembedding.start(NEW).state == State.BUILDING
    work(new)
    assert (state(new), missing(new)) == (State.COMPLETE, 0)


# The job


def test_a_turn_ends_in_time_and_the_next_goes_on(
    new: EmbeddingModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.embeddings.BATCH", 1)
    assert work(new, seconds=0)
    assert (state(new), missing(new)) == (State.BUILDING, 2)
    assert EmbeddingModel.objects.get(pk=new.pk).lease is None
    assert not work(new)
    assert missing(new) == 0


def test_a_job_has_one_worker_until_its_lease_is_over(new: EmbeddingModel) -> None:
    assert reembedding.claim(new.pk)
    assert reembedding.claim(new.pk) is None
    EmbeddingModel.objects.filter(pk=new.pk).update(lease=timezone.now() - timedelta(seconds=1))
    assert reembedding.claim(new.pk)


def test_of_two_messages_for_a_turn_one_has_an_effect(new: EmbeddingModel) -> None:
    first = reembedding.claim(new.pk, new.attempts)
    assert first
    EmbeddingModel.objects.filter(pk=new.pk).update(lease=None)
    assert reembedding.claim(new.pk, new.attempts) is None


def test_a_worker_whose_lease_was_lost_stops(new: EmbeddingModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.embeddings.BATCH", 1)
    claimed = reembedding.claim(new.pk)
    assert claimed

    def somebody_else_claims(done: int) -> None:
        EmbeddingModel.objects.filter(pk=new.pk).update(attempts=9)

    assert reembedding.work(claimed, told=somebody_else_claims) is True
    assert (state(new), missing(new)) == (State.BUILDING, 1)


def test_an_endpoint_that_is_down_is_asked_again_later_and_told_about(
    new: EmbeddingModel, endpoint: Endpoint
) -> None:
    endpoint.down = True
    assert not work(new)
    new.refresh_from_db()
    assert new.state == State.BUILDING and "503" in new.reason
    assert new.lease and new.lease > timezone.now()
    assert reembedding.claim(new.pk) is None
    endpoint.down = False
    reembedding.start(NEW)
    work(new)
    new.refresh_from_db()
    assert (new.state, new.reason) == (State.COMPLETE, "")


def test_a_model_that_waits_while_its_last_passages_are_made_is_tried_at_once_by_another_start(
    new: EmbeddingModel, endpoint: Endpoint
) -> None:
    EmbeddingModel.objects.filter(pk=new.pk).update(state=State.FINISHING)
    new.refresh_from_db()
    endpoint.down = True
    assert not work(new)
    assert (state(new), reembedding.claim(new.pk)) == (State.FINISHING, None)
    endpoint.down = False
    again = reembedding.start(NEW)
    assert (again.reason, again.lease) == ("", None)
    work(new)
    assert (state(new), missing(new)) == (State.COMPLETE, 0)


def test_beat_offers_a_job_that_nobody_is_at(new: EmbeddingModel, monkeypatch: pytest.MonkeyPatch) -> None:
    offered: list[tuple[Any, ...]] = []
    monkeypatch.setattr(tasks.reembed, "apply_async", lambda args, **more: offered.append(args))
    tasks.offer_forgotten_models()
    reembedding.claim(new.pk)
    tasks.offer_forgotten_models()
    assert offered == [(new.pk, 0)]


def test_a_task_does_one_turn_and_wakes_the_next(
    new: EmbeddingModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[tuple[int, ...]] = []
    monkeypatch.setattr(tasks.reembed, "delay_on_commit", lambda *args: woken.append(args))
    monkeypatch.setattr("kb.embeddings.BATCH", 1)
    monkeypatch.setattr(reembedding, "work", partial(reembedding.work, seconds=0))
    tasks.reembed(new.pk, 0)
    assert woken == [(new.pk, 1)]
    tasks.reembed(new.pk, 0)
    assert len(woken) == 1


# Documents meanwhile


def test_a_document_is_embedded_for_each_complete_model(
    new: EmbeddingModel, old: EmbeddingModel, article: Callable[..., Document]
) -> None:
    work(new)
    document = article("# Late\n\nAfter thirty days nothing can be sent back.")
    assert document.state == Document.State.SEARCHABLE
    assert (missing(new), missing(old)) == (0, 0)


def test_what_is_stored_while_a_model_is_built_is_left_to_its_job(
    new: EmbeddingModel, endpoint: Endpoint, article: Callable[..., Document]
) -> None:
    endpoint.down = True
    asked = len(endpoint.requests)
    document = article("# Late\n\nAfter thirty days nothing can be sent back.")
    assert document.state == Document.State.SEARCHABLE
    assert len(endpoint.requests) == asked
    endpoint.down = False
    work(new)
    assert missing(new) == 0


def test_a_model_that_is_not_active_keeps_no_document_waiting(
    new: EmbeddingModel, old: EmbeddingModel, endpoint: Endpoint, article: Callable[..., Document]
) -> None:
    work(new)
    endpoint.down = True
    document = article("# Late\n\nAfter thirty days nothing can be sent back.")
    assert (document.state, document.reason) == (Document.State.SEARCHABLE, "")
    new.refresh_from_db()
    assert new.state == State.BUILDING and "503" in new.reason
    with pytest.raises(Refused, match="1 passage has no vector"):
        reembedding.activate(NEW)
    endpoint.down = False
    reembedding.start(NEW)
    work(new)
    reembedding.activate(NEW)
    assert missing(new) == 0


def test_what_was_stored_just_before_the_end_is_embedded_too(
    new: EmbeddingModel, article: Callable[..., Document]
) -> None:
    """Ingestion saw a model being built, and left its passages to a job that had looked for the last time."""
    stored: list[Document] = []

    def store_one_more(done: int) -> None:
        if not stored:
            stored.append(article("# Late\n\nAfter thirty days nothing can be sent back."))

    claimed = reembedding.claim(new.pk)
    assert claimed and not reembedding.work(claimed, told=store_one_more)
    assert stored and (state(new), missing(new)) == (State.COMPLETE, 0)


def test_documents_that_wait_for_vectors_of_all_models_hinder_no_change(
    new: EmbeddingModel, old: EmbeddingModel
) -> None:
    work(new)
    store(new_document("unread.md", "Unread"), "Stored a moment ago.")
    assert reembedding.activate(NEW).active


# Activate, and back


def test_an_incomplete_model_is_not_activated(new: EmbeddingModel, old: EmbeddingModel) -> None:
    with pytest.raises(Refused, match="3 passages have no vector of “new-model” yet"):
        reembedding.activate(NEW)
    EmbeddingModel.objects.filter(pk=new.pk).update(state=State.COMPLETE)
    with pytest.raises(Refused, match="3 passages"):
        reembedding.activate(NEW)
    assert EmbeddingModel.objects.active() == old


def test_the_database_lets_no_incomplete_model_be_active(new: EmbeddingModel, old: EmbeddingModel) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        EmbeddingModel.objects.filter(pk=old.pk).update(state=State.BUILDING)
    with pytest.raises(IntegrityError), transaction.atomic():
        EmbeddingModel.objects.filter(pk=new.pk).update(state=State.COMPLETE, active=True)


def test_each_search_uses_the_model_that_is_active_and_no_other(
    new: EmbeddingModel, old: EmbeddingModel, endpoint: Endpoint
) -> None:
    work(new)
    endpoint.requests.clear()
    assert retrieve("refund", Audience.PUBLIC).model == LOCAL_MODEL
    assert not endpoint.requests
    reembedding.activate(NEW)
    found = retrieve("Refunds take five days.", Audience.PUBLIC)
    assert (found.model, found.words_only) == (NEW, "")
    assert found.hits[0].cosine and found.hits[0].cosine > 0.8
    assert {request["model"] for request in endpoint.requests} == {NEW}
    reembedding.activate(LOCAL_MODEL)
    assert retrieve("refund", Audience.PUBLIC).model == LOCAL_MODEL


def test_a_model_that_could_be_made_active_is_measured_before_any_search_needs_it(
    transactional_db: None,
    new: EmbeddingModel,
    old: EmbeddingModel,
    endpoint: Endpoint,
    eventually: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else the first searches after the change would wait for that. A command, which ends before, doesn't."""
    monkeypatch.setattr(ahead, "_going_on", threading.Event())
    work(new)
    endpoint.requests.clear()
    assert retrieve("refund", Audience.PUBLIC).model == LOCAL_MODEL
    assert not (measuring() or endpoint.requests)
    ahead.go_on_searching()
    assert retrieve("refund", Audience.PUBLIC).model == LOCAL_MODEL
    eventually(lambda: not measuring())
    assert sum(len(asked["input"]) for asked in endpoint.requests) == len([*everyday.TOPICS, *QUESTIONS])
    reembedding.activate(NEW)
    endpoint.requests.clear()
    assert retrieve("refund", Audience.PUBLIC).model == NEW
    assert [len(request["input"]) for request in endpoint.requests] == [1]
    eventually(lambda: not measuring())
    connection.close_pool()  # type: ignore[attr-defined]


def measuring() -> bool:
    return "model ahead" in {thread.name for thread in threading.enumerate()}


def test_a_model_that_could_not_be_measured_ahead_is_tried_again_later(
    transactional_db: None,
    new: EmbeddingModel,
    old: EmbeddingModel,
    eventually: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried: list[int] = []

    def failing(active: EmbeddingModel, pk: int) -> Any:
        tried.append(pk)
        raise ZeroDivisionError

    monkeypatch.setattr(ahead, "_going_on", threading.Event())
    monkeypatch.setattr(ahead, "_pieces", failing)
    monkeypatch.setattr(ahead, "PAUSE", 0.0)
    work(new)
    ahead.go_on_searching()
    for _ in range(2):
        assert retrieve("refund", Audience.PUBLIC).model == LOCAL_MODEL
        eventually(lambda: not measuring())
    assert tried == [new.pk, new.pk]
    connection.close_pool()  # type: ignore[attr-defined]


def test_who_measures_a_model_ahead_has_a_connection_before_others_wait_for_it(
    transactional_db: None, old: EmbeddingModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They hold one each while they wait: it would be the last to get one."""
    had: list[bool] = []
    pieces = [lambda: had.append(connection.connection is not None)] * 2
    monkeypatch.setattr(ahead, "_pieces", lambda active, pk: pieces)
    connection.close()
    ahead._measure(old, 0, ("", 0))
    assert had == [True, True]


def test_a_model_whose_index_is_missing_has_it_made_first(
    new: EmbeddingModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    work(new)
    built: list[EmbeddingModel] = []
    monkeypatch.setattr(vector_index, "needed", lambda model: model not in built)
    monkeypatch.setattr(vector_index, "build", lambda model, *progress: built.append(model))
    with pytest.raises(NotReady, match="its index is being made"):
        reembedding.activate(NEW)
    assert state(new) == State.FINISHING
    work(new)
    assert built == [new]
    assert reembedding.activate(NEW).active


# Retire


def test_the_active_model_is_not_retired(old: EmbeddingModel) -> None:
    with pytest.raises(Refused, match="is active"):
        reembedding.retire(LOCAL_MODEL)


def test_a_model_is_retired_when_no_search_uses_it_any_more(
    transactional_db: None, new: EmbeddingModel, old: EmbeddingModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reembedding, "REMOVED_AT_ONCE", 2)
    work(new)
    reembedding.activate(NEW)
    retired = reembedding.retire(LOCAL_MODEL)
    assert retired.lease and retired.lease > timezone.now() + reembedding.LONGEST_SEARCH / 2
    assert reembedding.claim(old.pk) is None
    with pytest.raises(Refused, match="being removed"):
        reembedding.activate(LOCAL_MODEL)
    EmbeddingModel.objects.filter(pk=old.pk).update(lease=None)
    assert not work(old)
    assert EmbeddingModel.objects.get() == new
    assert Embedding.objects.count() == 3


def test_a_model_that_goes_while_it_is_retired_is_refused_in_a_sentence(
    new: EmbeddingModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    EmbeddingModel.objects.filter(pk=new.pk).delete()
    monkeypatch.setattr(reembedding, "find", lambda name: new)
    with pytest.raises(Refused, match="was removed"):
        reembedding.retire(NEW)


def test_retiring_stops_a_model_that_is_being_built(
    transactional_db: None, new: EmbeddingModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.embeddings.BATCH", 1)
    claimed = reembedding.claim(new.pk)
    assert claimed
    reembedding.work(claimed, told=lambda done: reembedding.retire(NEW))
    assert state(new) == State.RETIRING
    assert not work(new)
    assert not EmbeddingModel.objects.filter(name=NEW).exists()


def test_a_model_that_is_gone_hinders_no_document_that_is_being_embedded_for_it(
    transactional_db: None, new: EmbeddingModel, endpoint: Endpoint
) -> None:
    work(new)
    store(new_document("late.md", "Late"), "Stored a moment ago.")
    EmbeddingModel.objects.filter(pk=new.pk).delete()
    assert embed_missing(new) == 4
    assert not Embedding.objects.filter(model_id=new.pk).exists()


# A model that is away


def test_searches_go_on_by_words_while_the_endpoint_is_down(
    new: EmbeddingModel, endpoint: Endpoint, client: Any
) -> None:
    work(new)
    reembedding.activate(NEW)
    endpoint.down = True
    found = retrieve("refund", Audience.PUBLIC)
    assert found.hits and found.model == ""
    assert "503" in found.words_only
    asked = len(endpoint.requests)
    assert retrieve("refund", Audience.PUBLIC).hits
    assert len(endpoint.requests) == asked, "the next searches don't wait for it"
    client.force_login(cast.alice(), backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/search/", {"q": "refund"}).content.decode()
    assert "Found by words alone." in page and "Refunds take five days." in page
    err = StringIO()
    call_command("search", "refund", stdout=StringIO(), stderr=err)
    assert "Found by words alone" in err.getvalue()


# Status and cost


def test_the_cost_is_estimated_before_and_told_afterwards(new: EmbeddingModel, endpoint: Endpoint) -> None:
    assert str(standings.estimate(new).cost) == "unpriced"
    Price.objects.create(model=NEW, prompt_usd_per_1k=2, completion_usd_per_1k=0)
    guessed = standings.estimate(new)
    assert guessed.passages == 3
    assert guessed.cost.tokens > 10
    assert float(guessed.cost.usd or 0) == pytest.approx(guessed.cost.tokens * 0.002)
    work(new)
    tokens = ModelCall.objects.latest("pk").prompt_tokens
    (_, standing) = standings.standings()
    assert standing.spent.tokens == tokens
    assert float(standing.spent.usd or 0) == pytest.approx(tokens * 0.002)


def test_the_local_model_costs_nothing(old: EmbeddingModel) -> None:
    assert str(standings.estimate(old).cost) == "0 USD"


def test_status_tells_how_far_each_model_is(new: EmbeddingModel, endpoint: Endpoint) -> None:
    endpoint.down = True
    work(new)
    out = StringIO()
    call_command("reembed", "status", "--json", stdout=out)
    first, second = json.loads(out.getvalue())
    assert (first["name"], first["active"], first["missing"]) == (LOCAL_MODEL, True, 0)
    assert (second["name"], second["state"], second["missing"]) == (NEW, "building", 3)
    assert "503" in second["problem"]
    out = StringIO()
    call_command("reembed", "status", stdout=out)
    assert "0 of 3 passages (0 %)" in out.getvalue() and "waiting: " in out.getvalue()


def test_the_commands_refuse_in_a_sentence(new: EmbeddingModel) -> None:
    with pytest.raises(CommandError, match="no vector of “new-model” yet"):
        call_command("reembed", "activate", NEW)
    with pytest.raises(CommandError, match="There is no embedding model “other”"):
        call_command("reembed", "retire", "other")
    with pytest.raises(CommandError, match="is active"):
        call_command("reembed", "retire", LOCAL_MODEL)


def test_a_model_is_not_started_with_settings_that_cannot_work(old: EmbeddingModel, settings: Any) -> None:
    settings.EMBEDDINGS_BATCH = 0
    with pytest.raises(CommandError, match="EMBEDDINGS_BATCH is below 1"):
        call_command("reembed", "start", LOCAL_MODEL)


# While documents come and go


def test_documents_stored_during_the_change_have_vectors_of_both_models(
    transactional_db: None,
    new: EmbeddingModel,
    old: EmbeddingModel,
    article: Callable[..., Document],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kb.embeddings.BATCH", 2)
    failed: list[BaseException] = []
    done = threading.Event()

    def write() -> None:
        try:
            for number in range(12):
                article(f"# Article {number}\n\nIt tells about number {number}.", f"{number}.md")
        except BaseException as error:
            failed.append(error)
        finally:
            done.set()
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    while not done.is_set():
        if claimed := reembedding.claim(new.pk):
            reembedding.work(claimed)
        for name in (NEW, LOCAL_MODEL):
            try:
                reembedding.activate(name)
            except Refused as error:
                assert "active already" in str(error) or "no vector" in str(error) or "nearly" in str(error)
    writer.join()
    reembedding.finish(new, lambda row, done: None)  # the writer may have been the first to end
    assert not failed
    assert not Document.objects.filter(reference__regex=r"^\d").exclude(state="searchable").exists()
    assert (missing(new), missing(old), state(new)) == (0, 0, State.COMPLETE)
    connection.close_pool()  # type: ignore[attr-defined]


def test_a_name_that_the_database_cannot_hold_is_none_of_a_model(old: EmbeddingModel, client: Any) -> None:
    client.force_login(cast.adam())
    for page in "model-start", "model-activate":
        answer = client.post(reverse(page), {"name": f"{LOCAL_MODEL}\x00"}, follow=True)
        assert answer.status_code == 200
        assert f"“{LOCAL_MODEL} ”" in answer.content.decode()
    assert client.get(reverse("model-start"), {"name": "\x00"}, follow=True).status_code == 200
    with pytest.raises(Refused):
        reembedding.retire("\x00")
