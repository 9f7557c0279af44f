"""What rests on a text is shown before it goes, stale in the same moment, and readable afterwards."""

from datetime import timedelta
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kb import ingest, lifecycle, writing
from kb.gates import documents_for
from kb.models import Audience, Document, EmbeddingModel, Passage, Revision
from kb.retrieval import retrieve
from kb.retrieval.scope import Scope
from support import live, offering, reviewing, staleness, tasks
from support.inbox import evidence_pane
from support.models import Agent, Citation, Draft, Message, Ticket, Verdict
from support.requesting import Choices
from support.sending import Conflict, send_reply
from support.widget.conversation import _is_public
from tests import cast
from tests.conftest import PATIENCE

pytestmark = pytest.mark.django_db

TERM = "You can return a bicycle within 30 days."
FEE = "Refunds take 5 days."


@pytest.fixture(autouse=True)
def storage(tmp_path: object, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def document() -> Document:
    made = ingest.receive("returns.md", f"# Returns\n\n## Term\n\n{TERM}\n\n## Refunds\n\n{FEE}\n".encode())
    ingest.ingest(made)
    made.refresh_from_db()
    return made


@pytest.fixture
def term(document: Document) -> Passage:
    return document.passages.get(text__contains="30 days")


@pytest.fixture
def draft(term: Passage) -> Draft:
    ticket = cast.ask("Can I send it back?", subject="Sending back").ticket
    return cast.draft(ticket, [("You have 30 days.", Verdict.MATCHES, [(1, term, TERM)])])


@pytest.fixture
def reply(term: Passage) -> Message:
    """Sent in another ticket."""
    ticket = cast.ask("How long do I have?", cast.carol(email="other@example.com"), subject="How long").ticket
    made = cast.draft(ticket, [(TERM, Verdict.MATCHES, [(1, term, TERM)])])
    seen = ticket.last_public_message().pk
    return send_reply(ticket, cast.alice(), TERM, uuid4(), seen, made)


@pytest.fixture
def adam() -> Client:
    client = Client()
    client.force_login(cast.adam(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_what_cites_a_text_is_counted_and_linked(
    document: Document, draft: Draft, reply: Message, term: Passage
) -> None:
    viewer = Agent.objects.get(email="alice@example.com")
    told = lifecycle.impact([document.pk], viewer)
    assert (told.drafts, told.replies, told.places_in_all, told.more) == (1, 1, 2, 0)
    assert {place.what for place in told.places} == {"draft", "reply"}
    assert draft.ticket.get_absolute_url() in {place.url for place in told.places}
    Message.objects.filter(pk=reply.pk).update(created=timezone.now() - timedelta(days=31))
    assert lifecycle.impact([document.pk], viewer).replies == 0
    Ticket.objects.filter(pk=draft.ticket_id).update(status="closed")
    assert not lifecycle.impact([document.pk], viewer)


WITHDRAWN = [  # the page, what is sent, what the draft says then
    ("document-status", {"status": "unpublished"}, "“Returns” is no longer published."),
    ("document-status", {"status": "archived"}, "“Returns” is no longer published."),
    ("document-audience", {"audience": "internal"}, "“Returns” is internal now: customers can’t read it."),
]


@pytest.mark.parametrize(("name", "sent", "says"), WITHDRAWN)
def test_withdrawing_a_text_is_confirmed_with_its_impact_and_makes_drafts_stale_at_once(
    name: str,
    sent: dict[str, str],
    says: str,
    document: Document,
    draft: Draft,
    adam: Client,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    told: list[int] = []
    monkeypatch.setattr(live, "ticket_changed", told.append)
    path = reverse(name, args=[document.pk])
    asked = adam.post(path, sent).content.decode()
    assert "1 open draft</strong> cites text that goes" in asked and "#" in asked
    assert staleness.stale(draft) == [] and not document.changes.exists()
    with django_capture_on_commit_callbacks(execute=True):
        adam.post(path, {**sent, "confirmed": "1 0"})
    draft.refresh_from_db()
    assert draft.stale_since is not None and staleness.stale(draft) == [says]
    assert told == [draft.ticket_id]
    tasks.tell_stale_drafts()
    assert told == [draft.ticket_id]  # once


def test_what_was_confirmed_is_asked_again_when_more_rests_on_it_meanwhile(
    document: Document, draft: Draft, reply: Message, adam: Client
) -> None:
    path = reverse("document-status", args=[document.pk])
    for shown in ("1 0", "0 1", "x", "", "9999999999999 1"):
        asked = adam.post(path, {"status": "archived", "confirmed": shown})
        assert asked.status_code == 200 and "1 open draft" in asked.content.decode()
    adam.post(path, {"status": "archived", "confirmed": "1 1"})
    document.refresh_from_db()
    assert document.status == "archived"


def test_many_documents_and_the_details_show_their_impact_first(
    document: Document, draft: Draft, adam: Client
) -> None:
    given = {"documents": str(document.pk), "action": "internal"}
    path = reverse("documents-bulk")
    assert "1 open draft" in adam.post(path, given).content.decode()
    assert "1 open draft" in adam.post(path, {**given, "go": "1"}).content.decode()
    assert not document.changes.exists()
    adam.post(path, {**given, "go": "1", "confirmed": "1 0"})
    document.refresh_from_db()
    assert document.audience == Audience.INTERNAL


def test_a_text_that_is_restored_or_written_tells_which_drafts_lose_theirs(
    document: Document, draft: Draft, adam: Client
) -> None:
    without_fee = f"## Term\n\n{TERM}"
    assert writing.going(document, "Returns", without_fee) == [
        document.passages.get(text__contains="5 days").pk
    ]
    before = Revision.objects.get(document=document)
    later = writing.write(document, "Returns", "## Term\n\nYou have 45 days.", by=cast.alice())
    draft.refresh_from_db()
    assert draft.stale_since is not None and staleness.stale(draft) == ["“Returns” was changed since."]
    assert later.current and later.current.number == before.number + 1
    page = adam.get(reverse("restore-text", args=[document.pk, before.number])).content.decode()
    assert "1 passage of the current text goes" in page and "open draft" not in page


def test_a_text_that_expires_is_no_evidence_from_that_second_on(
    document: Document, draft: Draft, reply: Message
) -> None:
    Document.objects.update(expire_at=timezone.now())
    assert staleness.stale(draft) == ["“Returns” has expired."]
    assert [one.pk for one in staleness.find_stale()] == [draft.pk]
    ticket = draft.ticket
    with pytest.raises(Conflict):
        send_reply(ticket, cast.adam(), draft.text, uuid4(), ticket.last_public_message().pk, draft)


@pytest.mark.parametrize("hidden", ["unpublished", "archived", "scheduled", "expired"])
def test_what_is_not_to_be_seen_is_found_on_no_way(
    hidden: str, document: Document, draft: Draft, term: Passage, client: Client
) -> None:
    """Whatever leads to a passage or a document goes through the gate, by the clock as well."""
    now, hour = timezone.now(), timedelta(hours=1)
    labels = {
        "scheduled": {"publish_at": now + hour},
        "expired": {"expire_at": now - timedelta(seconds=1)},
    }
    ways = [
        lambda: retrieve("How many days do I have to return it?", Audience.INTERNAL).hits,
        lambda: evidence_pane.searched("return within 30 days", "en").hits,
        lambda: reviewing.public_passages([term.pk]),
        lambda: reviewing.offered(draft, [term.pk]),
        lambda: draft.offered.standing(),
        lambda: offering.pinned(Choices((term.pk,), ()), Audience.PUBLIC),
        lambda: Passage.objects.visible_to(Audience.INTERNAL),
        lambda: documents_for(cast.alice()),
        lambda: Scope(Audience.INTERNAL).embeddings(EmbeddingModel.objects.active()),
    ]
    for number, way in enumerate(ways):
        assert list(way()), number
    Document.objects.update(**labels.get(hidden, {"status": hidden}))
    for number, way in enumerate(ways):
        assert not list(way()), number
    client.force_login(cast.alice(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(document.get_absolute_url()).status_code == 404
    asked = {"q": "return within 30 days", "audience": "internal"}
    assert TERM not in client.get(reverse("search"), asked).content.decode()


@pytest.mark.parametrize("happens", ["unpublished", "archived", "deleted"])
def test_what_a_sent_reply_cites_stays_readable_for_staff_and_for_nobody_else(
    happens: str, document: Document, reply: Message, client: Client
) -> None:
    if happens == "deleted":
        ingest.delete(document)
    else:
        lifecycle.change(document.pk, {"status": happens}, by=None)
    citation = Citation.objects.get(sentence__message=reply)
    path = reverse("citation", args=[citation.pk])
    assert client.get(path).status_code == 302
    client.force_login(
        Agent.objects.get(email="alice@example.com"), backend="django.contrib.auth.backends.ModelBackend"
    )
    page = client.get(path).content.decode()
    assert happens in page and TERM in page and FEE in page  # the quote, and all that stood around it
    assert client.get(reverse("document", args=[document.pk])).status_code == 404
    assert path in client.get(reply.ticket.get_absolute_url()).content.decode()
    if happens == "deleted":
        assert not Document.objects.exists() and not Passage.objects.exists()
        assert Revision.objects.get().file == ""
        assert not _is_public(citation)


def test_a_draft_opens_no_way_to_what_it_cites(document: Document, draft: Draft, client: Client) -> None:
    """Only what was sent does."""
    citation = Citation.objects.get(sentence__draft=draft)
    client.force_login(cast.alice(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("citation", args=[citation.pk])).status_code == 404


def test_deleting_keeps_nothing_that_nobody_was_sent(document: Document, draft: Draft) -> None:
    ingest.delete(document)
    assert not Revision.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_withdrawing_waits_for_nobody_who_is_sending(document: Document, draft: Draft) -> None:
    """Whoever sends holds the draft and waits for the document; the one who withdraws passes the draft by."""
    done: list[object] = []

    def withdraw() -> None:
        try:
            done.append(lifecycle.change(document.pk, {"status": "archived"}, by=None))
        finally:
            connection.close()

    with transaction.atomic():
        Draft.objects.select_for_update().get(pk=draft.pk)
        thread = Thread(target=withdraw)
        thread.start()
        thread.join(PATIENCE)
        assert done
    assert [one.pk for one in staleness.find_stale()] == [draft.pk]
