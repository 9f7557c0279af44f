"""The one sender: nothing goes out unseen, twice, or with evidence that no longer stands."""

import re
import threading
import uuid

import pytest
from django.db import connection

from kb.models import Document
from support.models import Draft, Message, Ticket, Verdict
from support.sending import (
    Conflict,
    add_note,
    lost_citations,
    record_earlier_reply,
    send_reply,
    standing,
    unchanged,
)
from tests import cast
from tests.conftest import ROOT

pytestmark = pytest.mark.django_db

TERM = "You can return a bicycle within 30 days."
BOX = "A free box can be ordered."


@pytest.fixture
def source():
    return cast.passage(f"{TERM} {BOX} Refunds take 5 days.", title="Returns")


@pytest.fixture
def ticket():
    return cast.ask("Can I send it back?").ticket


@pytest.fixture
def draft(ticket, source):
    said = [
        ("Hello Carol,", Verdict.NEEDS_NO_PROOF, []),
        ("You have 30 days to return it.", Verdict.MATCHES, [(1, source, TERM)]),
        ("We send a box.", Verdict.PARTLY, [(1, source, BOX)]),
        ("It is blue.", Verdict.NO_MATCH, [(1, source, BOX)]),
    ]
    return cast.draft(ticket, said)


def seen(ticket: Ticket) -> int:
    return ticket.last_public_message().pk


def send(ticket, text="Yes.", agent=None, **more):
    given = {"key": uuid.uuid4(), "seen": seen(ticket), **more}
    return send_reply(ticket, agent or cast.alice(), text, **given)


def test_a_reply_is_stored_and_its_ticket_is_the_agents(ticket, draft) -> None:
    reply = send(ticket, draft.text, draft=draft)
    ticket.refresh_from_db()
    draft.refresh_from_db()
    assert (reply.kind, reply.author, reply.text) == (Message.Kind.REPLY, cast.alice(), draft.text)
    assert (ticket.assignee, draft.state) == (cast.alice(), Draft.State.SENT)


def test_replies_are_made_in_one_place() -> None:
    made = re.compile(r"(?:create|Message)\([^()]*\bREPLY\b")
    files = [path for app in ("support", "kb", "llm", "config") for path in (ROOT / app).rglob("*.py")]
    assert [path.name for path in files if made.search(path.read_text())] == ["sending.py"]


def test_an_earlier_reply_is_recorded_once_and_leaves_nothing_to_draft(ticket, draft) -> None:
    key = uuid.uuid4()
    first = record_earlier_reply(ticket, cast.alice(), "As we wrote.", key)
    assert record_earlier_reply(ticket, cast.alice(), "As we wrote.", key) == first
    assert (first.kind, first.author, first.citations.count()) == (Message.Kind.REPLY, cast.alice(), 0)
    draft.refresh_from_db()
    assert draft.state == Draft.State.SUPERSEDED


def test_a_ticket_that_has_an_agent_keeps_them(ticket) -> None:
    ticket.assign(cast.adam())
    send(ticket)
    ticket.refresh_from_db()
    assert ticket.assignee == cast.adam()


def test_only_sentences_left_unchanged_bring_their_citations(ticket, draft) -> None:
    reply = send(ticket, "Hello Carol,\n\nYou have 30 days to return it. We’ll send a box.", draft=draft)
    assert [citation.quote for citation in reply.citations.all()] == [TERM]


def test_a_changed_sentence_brings_its_citation_when_the_agent_confirms_it(ticket, draft) -> None:
    box = draft.sentences.get(text="We send a box.")
    reply = send(ticket, "We’ll send a box.", draft=draft, confirmed=[box.pk])
    assert [citation.quote for citation in reply.citations.all()] == [BOX]


def test_a_sentence_without_a_match_never_brings_a_citation(ticket, draft) -> None:
    reply = send(ticket, "It is blue.", draft=draft)
    assert not reply.citations.exists()


def test_another_tickets_draft_brings_nothing(draft) -> None:
    other = cast.ask("Where is it?").ticket
    reply = send(other, draft.text, draft=draft, confirmed=[one.pk for one in draft.sentences.all()])
    draft.refresh_from_db()
    assert not reply.citations.exists()
    assert draft.state == Draft.State.READY


def test_the_tickets_other_drafts_are_superseded(ticket, draft) -> None:
    waiting = cast.draft(ticket, state=Draft.State.WAITING, outcome="")
    send(ticket, draft=draft)
    waiting.refresh_from_db()
    assert waiting.state == Draft.State.SUPERSEDED


def test_the_same_key_is_sent_once(ticket) -> None:
    key, last = uuid.uuid4(), seen(ticket)
    first = send(ticket, key=key, seen=last)
    assert send(ticket, key=key, seen=last) == first
    assert ticket.messages.filter(kind=Message.Kind.REPLY).count() == 1


def test_it_is_refused_when_the_customer_wrote_again(ticket, draft) -> None:
    last = seen(ticket)
    cast.ask("It is the blue one.", ticket=ticket)
    with pytest.raises(Conflict) as refused:
        send(ticket, draft.text, draft=draft, seen=last)
    draft.refresh_from_db()
    assert refused.value.changes == ["Carol Cole wrote again: “It is the blue one.”"]
    assert draft.state == Draft.State.READY
    assert send(ticket, draft.text, draft=draft, seen=seen(ticket))


def test_it_is_refused_when_a_colleague_replied(ticket) -> None:
    last = seen(ticket)
    send(ticket, "Yes, you can.", agent=cast.adam())
    with pytest.raises(Conflict, match=r"Adam Abbott replied: “Yes, you can\."):
        send(ticket, seen=last)


def test_a_colleagues_note_is_no_reason_to_refuse(ticket) -> None:
    last = seen(ticket)
    add_note(ticket, cast.adam(), "Be kind.", uuid.uuid4())
    assert send(ticket, seen=last)


def test_it_is_refused_when_the_ticket_was_closed(ticket) -> None:
    ticket.close()
    with pytest.raises(Conflict, match="closed"):
        send(ticket)


@pytest.mark.parametrize("change", [{"status": "unpublished"}, {"audience": "internal"}])
def test_it_is_refused_when_the_evidence_was_withdrawn(ticket, draft, source, change) -> None:
    Document.objects.filter(pk=source.document_id).update(**change)
    with pytest.raises(Conflict, match="“Returns” was changed or withdrawn"):
        send(ticket, draft.text, draft=draft)
    reply = send(ticket, draft.text, draft=draft, known_lost=lost_citations(draft))
    assert not reply.citations.exists()


def test_it_is_refused_when_the_passage_was_edited_away(ticket, draft, source) -> None:
    source.delete()
    with pytest.raises(Conflict, match=r"no longer backs: “You have 30 days"):
        send(ticket, draft.text, draft=draft)


def test_it_is_refused_when_the_evidence_of_an_edited_sentence_was_withdrawn(ticket, draft, source) -> None:
    source.delete()
    mine = "Hello Carol,\n\nYou have thirty days to return it."
    with pytest.raises(Conflict, match=r"no longer backs: “You have 30 days"):
        send(ticket, mine, draft=draft)
    assert send(ticket, mine, draft=draft, known_lost=lost_citations(draft))


def test_a_note_is_stored_once_and_changes_no_draft(ticket, draft) -> None:
    key = uuid.uuid4()
    assert add_note(ticket, cast.alice(), "Check", key) == add_note(ticket, cast.alice(), "Check", key)
    draft.refresh_from_db()
    assert draft.state == Draft.State.READY


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Hello Carol, You have 30 days to return it. We send a box.", [0, 1, 2]),  # as it was drafted
        ("Hello Carol,\n\nYou have 30 days\nto return it.\n- We send a box.", [0, 1, 2]),  # other line breaks
        ("We think that You have 30 days to return it.", []),  # a part of a longer sentence
        ("You have 30 days to return it.50", []),
        ("you have 30 days to return it.", []),  # another word is another claim
        ("Well. You have 30 days to return it. Alice", [1]),
        ("", []),
    ],
)
def test_a_sentence_is_unchanged_when_it_stands_as_a_sentence(draft, text, kept) -> None:
    sentences = list(draft.sentences.all())
    assert unchanged(sentences, text) == [sentences[number] for number in kept]


def test_sentences_without_a_full_stop_end_with_their_line(ticket, source) -> None:
    draft = cast.draft(ticket, [("Open the settings", Verdict.MATCHES, [(1, source, TERM)])])
    assert unchanged(draft.sentences.all(), "- Open the settings\n- Press it")
    assert not unchanged(draft.sentences.all(), "Open the settings never")
    assert len(standing(draft.sentences.all())) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_colleagues_who_send_at_once_one_is_told(ticket, draft) -> None:
    last, outcomes = seen(ticket), []
    agents, start = [cast.alice(), cast.adam()], threading.Barrier(2)

    def press(agent) -> None:
        start.wait()
        try:
            outcomes.append(send_reply(ticket, agent, draft.text, uuid.uuid4(), last, draft))
        except Conflict as refused:
            outcomes.append(refused)
        finally:
            connection.close()

    together(press, agents)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "Message"]


@pytest.mark.django_db(transaction=True)
def test_a_double_click_sends_one_reply(ticket, draft) -> None:
    key, last, sent, start = uuid.uuid4(), seen(ticket), [], threading.Barrier(2)
    agent = cast.alice()

    def press(_) -> None:
        start.wait()
        sent.append(send_reply(ticket, agent, draft.text, key, last, draft))
        connection.close()

    together(press, [1, 2])
    assert sent[0] == sent[1]
    assert ticket.messages.filter(kind=Message.Kind.REPLY).count() == 1


def together(press, arguments) -> None:
    threads = [threading.Thread(target=press, args=[argument]) for argument in arguments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
