"""The one sender: nothing goes out unseen, twice, or with evidence that no longer stands."""

import re
import threading
import uuid

import pytest
from django.db import connection

from kb.models import Document
from support.models import Draft, Message, Sentence, Ticket, Verdict
from support.sending import (
    Conflict,
    NoSuchDraft,
    Unproven,
    Unsendable,
    add_note,
    lost_citations,
    record_earlier_reply,
    send_reply,
)
from tests import cast
from tests.conftest import ROOT

pytestmark = pytest.mark.django_db

TERM = "You can return a bicycle within 30 days."
BOX = "A free box can be ordered."
BLUE = "It is blue."

KEPT, CHANGED, ADDED = Sentence.Change.KEPT, Sentence.Change.CHANGED, Sentence.Change.ADDED


@pytest.fixture
def source():
    return cast.passage(f"{TERM} {BOX} Refunds take 5 days.", title="Returns")


@pytest.fixture
def ticket():
    return cast.ask("Can I send it back?").ticket


@pytest.fixture
def draft(ticket, source):
    said = [
        ("Hello Carol!", Verdict.NEEDS_NO_PROOF, []),
        ("You have 30 days to return it.", Verdict.MATCHES, [(1, source, TERM)]),
        ("We send a box.", Verdict.PARTLY, [(1, source, BOX)]),
    ]
    return cast.draft(ticket, said)


@pytest.fixture
def unproven(draft):
    """The same with a sentence at its end that nothing backs."""
    Draft.objects.filter(pk=draft.pk).update(text=f"{draft.text} {BLUE}")
    draft.refresh_from_db()
    place = {"position": 3, "start": draft.text.index(BLUE), "end": len(draft.text)}
    Sentence.objects.create(draft=draft, text=BLUE, verdict=Verdict.NO_MATCH, **place)
    return draft


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


def test_sentences_left_unchanged_bring_their_citations(ticket, draft) -> None:
    reply = send(ticket, "Hello Carol!\n\nYou have 30 days to return it.", draft=draft)
    assert [citation.quote for citation in reply.citations.all()] == [TERM]
    assert {citation.sentence.message for citation in reply.citations.all()} == {reply}


def test_an_edited_sentence_brings_the_citation_that_backs_it(ticket, draft) -> None:
    reply = send(ticket, TERM, draft=draft)
    assert [(one.number, one.quote) for one in reply.citations.all()] == [(1, TERM)]


def test_what_the_agent_did_to_each_sentence_is_stored(ticket, draft) -> None:
    text = "You have 30 days to return it. We send a free box. Thank you!"
    reply = send(ticket, text, draft=draft, checked=["We send a free box."])
    rows = list(reply.sentences.all())
    drafted = [one.drafted.position if one.drafted else None for one in rows]
    assert [(one.change, place) for one, place in zip(rows, drafted, strict=True)] == [
        (KEPT, 1),
        (CHANGED, 2),
        (ADDED, None),
    ]
    assert [text[one.start : one.end] for one in rows] == [one.text for one in rows]
    assert [one.verdict for one in rows][::2] == [Verdict.MATCHES, Verdict.NEEDS_NO_PROOF]


def test_a_sentence_without_a_match_is_not_sent_unless_it_was_checked(ticket, unproven) -> None:
    with pytest.raises(Unproven) as refused:
        send(ticket, unproven.text, draft=unproven)
    assert [change.startswith(f"“{BLUE}”") for change in refused.value.changes] == [True]
    assert not ticket.messages.filter(kind=Message.Kind.REPLY).exists()
    reply = send(ticket, unproven.text, draft=unproven, checked=["Something else.", f"  {BLUE} "])
    assert [one.text for one in reply.sentences.filter(checked=True)] == [BLUE]
    assert not reply.citations.filter(sentence__text=BLUE).exists()


def test_what_an_agent_adds_to_a_draft_is_held_to_the_same(ticket, draft) -> None:
    with pytest.raises(Unproven, match="in Berlin"):
        send(ticket, f"{draft.text} Our shop in Berlin opens on Sundays.", draft=draft)
    broken = draft.text.replace("30 days", "45 days")
    said = [one.text for one in draft.sentences.all()]
    reply = send(ticket, broken, draft=draft, checked=[one.replace("30", "45") for one in said])
    changed = reply.sentences.get(change=CHANGED)
    assert (changed.verdict != Verdict.MATCHES, "45" in changed.reason) == (True, True)


def test_saying_of_a_proven_sentence_that_it_was_checked_changes_nothing(ticket, draft) -> None:
    reply = send(ticket, draft.text, draft=draft, checked=[one.text for one in draft.sentences.all()])
    assert not reply.sentences.filter(checked=True).exists()


def test_a_reply_without_a_draft_is_the_agents_own(ticket, draft) -> None:
    reply = send(ticket, "It is blue [1].\n- See array[1]")
    assert reply.text == "It is blue [1].\n- See array[1]"
    assert not reply.sentences.exists()


def test_passages_that_the_agent_added_back_a_reply(ticket, draft) -> None:
    blue = cast.passage(BLUE, title="Colours")
    secret = cast.passage("It costs 45 euros.", audience="internal")
    reply = send(ticket, f"{draft.text} {BLUE}", draft=draft, passages=[blue.pk])
    assert reply.citations.get(title="Colours").quote == BLUE
    with pytest.raises(Unproven, match="It costs 45 euros"):
        send(ticket, "It costs 45 euros.", draft=draft, passages=[secret.pk], known_state="sent")
    other = cast.ask("And the colour?").ticket
    own = send(other, f"{BLUE} Nobody knows why.", passages=[blue.pk])
    assert [one.title for one in own.citations.all()] == ["Colours"]


def test_marks_that_the_agent_set_are_citations_and_no_text(ticket, draft) -> None:
    reply = send(ticket, "You can return a bicycle within 30 days [1].", draft=draft)
    assert (reply.text, reply.citations.get().number) == (TERM, 1)


def test_a_text_of_hundreds_of_sentences_makes_no_reply(ticket, draft, client) -> None:
    with pytest.raises(Unsendable, match=r"400 sentences, and at most 200 .* Shorten it"):
        send(ticket, "No. Yes! " * 200, draft=draft)
    Draft.objects.filter(pk=draft.pk).update(text="No. Yes! " * 200)
    client.force_login(cast.alice())
    page = client.get(f"/tickets/{ticket.pk}/")
    assert "This text has 400 sentences" in page.content.decode()


def test_marks_that_turn_what_is_read_are_not_stored(ticket, draft) -> None:
    assert send(ticket, "Within \u202e05\u202c days \u2066now\u2069.").text == "Within 05 days now."


def test_another_tickets_draft_makes_no_reply(draft) -> None:
    other = cast.ask("Where is it?").ticket
    with pytest.raises(NoSuchDraft):
        send(other, draft.text, draft=draft, checked=[one.text for one in draft.sentences.all()])
    draft.refresh_from_db()
    assert not other.messages.filter(kind=Message.Kind.REPLY).exists()
    assert draft.state == Draft.State.READY


@pytest.mark.parametrize("state", ["waiting", "writing", "failed", "left"])
def test_what_has_no_text_yet_makes_no_reply(ticket, draft, state) -> None:
    Draft.objects.filter(pk=draft.pk).update(state=state)
    with pytest.raises(NoSuchDraft):
        send(ticket, draft.text, draft=draft, known_state=state)


@pytest.mark.parametrize(
    ("fate", "told", "then"),
    [
        ({"state": "superseded"}, "Another draft took the place", "sent"),
        ({"state": "sent"}, "A reply was made from this draft already", "sent"),
        ({"state": "dismissed"}, "A colleague dismissed this draft", "dismissed"),
        (
            {"state": "dismissed", "rejection": "wrong"},
            r"Adam Abbott rejected this draft: it is wrong\.",
            "dismissed",
        ),
    ],
)
def test_it_is_refused_until_the_agent_knows_what_became_of_the_draft(
    ticket, draft, fate, told, then
) -> None:
    Draft.objects.filter(pk=draft.pk).update(**fate, rejected_by=cast.adam())
    with pytest.raises(Conflict, match=told):
        send(ticket, draft.text, draft=draft)
    assert send(ticket, draft.text, draft=draft, known_state=fate["state"]).draft == draft
    draft.refresh_from_db()
    assert draft.state == then


def test_the_tickets_other_drafts_are_superseded(ticket, draft) -> None:
    waiting = cast.draft(ticket, state=Draft.State.WAITING, outcome="")
    send(ticket, draft.text, draft=draft)
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
    with pytest.raises(Unproven, match="changed or withdrawn since it was drafted"):
        send(ticket, draft.text, draft=draft, known_lost=lost_citations(draft))
    checked = [one.text for one in draft.sentences.all()]
    reply = send(ticket, draft.text, draft=draft, known_lost=lost_citations(draft), checked=checked)
    assert not reply.citations.exists()
    assert reply.sentences.filter(checked=True).count() == 2


def test_it_is_refused_when_the_passage_was_edited_away(ticket, draft, source) -> None:
    source.delete()
    with pytest.raises(Conflict, match=r"no longer backs: “You have 30 days"):
        send(ticket, draft.text, draft=draft)


def test_it_is_refused_when_the_evidence_of_an_edited_sentence_was_withdrawn(ticket, draft, source) -> None:
    source.delete()
    mine = "Hello Carol,\n\nYou have thirty days to return it."
    with pytest.raises(Conflict, match=r"no longer backs: “You have 30 days"):
        send(ticket, mine, draft=draft)
    with pytest.raises(Unproven, match="You have thirty days"):
        send(ticket, mine, draft=draft, known_lost=lost_citations(draft))


def test_a_note_is_stored_once_and_changes_no_draft(ticket, draft) -> None:
    key = uuid.uuid4()
    assert add_note(ticket, cast.alice(), "Check", key) == add_note(ticket, cast.alice(), "Check", key)
    draft.refresh_from_db()
    assert draft.state == Draft.State.READY


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
