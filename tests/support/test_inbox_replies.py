"""Replying and the draft, at the door that an agent uses."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from kb.models import Document
from support import live
from support.models import Draft, Message, Verdict
from tests import cast

pytestmark = pytest.mark.django_db

TERM = "You can return a bicycle within 30 days."


@pytest.fixture
def alice(client):
    alice = cast.alice()
    client.force_login(alice)
    return alice


@pytest.fixture
def ticket(alice):
    return cast.ask("Can I return it?").ticket


@pytest.fixture
def draft(ticket):
    return cast.draft(ticket, [("You have 30 days.", Verdict.MATCHES, [(1, cast.passage(TERM), TERM)])])


@pytest.fixture
def told(monkeypatch):
    said: list[tuple[str, str]] = []
    monkeypatch.setattr(live, "publish", lambda channel, event, data: said.append((channel, event)))
    return said


def form(ticket, text="Yes.", **more):
    return {"text": text, "key": uuid.uuid4(), "seen": ticket.last_public_message().pk, **more}


def send(client, ticket, **given):
    return client.post(reverse("ticket-reply", args=[ticket.pk]), given)


def test_a_reply_is_sent_with_its_citations_and_everybody_is_told(client, ticket, draft, told) -> None:
    answer = send(client, ticket, **form(ticket, draft.text, draft=draft.pk))
    reply = ticket.messages.get(kind=Message.Kind.REPLY)
    assert answer.status_code == 200
    assert "1 citation sent" in answer.content.decode()
    assert reply.citations.get().quote == TERM
    assert (live.customer_channel(ticket.pk), "message") in told
    assert (live.ticket_channel(ticket.pk), "message") in told


def test_a_double_click_is_one_message(client, ticket, draft) -> None:
    given = form(ticket, draft.text, draft=draft.pk)
    assert send(client, ticket, **given).status_code == send(client, ticket, **given).status_code == 200
    assert ticket.messages.filter(kind=Message.Kind.REPLY).count() == 1


def test_a_refusal_says_what_changed_and_lets_the_agent_look_and_send(client, ticket, draft) -> None:
    given = form(ticket, "My own words", draft=draft.pk)
    newer = cast.ask("And the box?", ticket=ticket)
    refused = send(client, ticket, **given)
    html = refused.content.decode()
    assert refused.status_code == 409
    assert "Carol Cole wrote again: “And the box?”" in html
    assert f'id="reply-seen" value="{newer.pk}" hx-swap-oob="true"' in html
    assert send(client, ticket, **{**given, "seen": newer.pk}).status_code == 200


def test_withdrawn_evidence_refuses_once(client, ticket, draft) -> None:
    given = form(ticket, draft.text, draft=draft.pk)
    Document.objects.update(status=Document.Status.UNPUBLISHED)
    refused = send(client, ticket, **given)
    lost = draft.sentences.get().citations.get().pk
    assert refused.status_code == 409
    assert f'id="reply-lost" value="{lost}"' in refused.content.decode()
    assert send(client, ticket, **{**given, "lost": lost}).status_code == 200
    assert not ticket.messages.get(kind=Message.Kind.REPLY).citations.exists()


def test_withdrawn_evidence_refuses_an_edited_reply_too(client, ticket, draft) -> None:
    given = form(ticket, "You have thirty days.", draft=draft.pk)
    Document.objects.update(status=Document.Status.UNPUBLISHED)
    refused = send(client, ticket, **given)
    assert refused.status_code == 409
    assert "no longer backs: “You have 30 days.”" in refused.content.decode()
    lost = draft.sentences.get().citations.get().pk
    assert send(client, ticket, **{**given, "lost": lost}).status_code == 200


@pytest.mark.parametrize("text", ["", "  \n ", "\0"])
def test_an_empty_reply_is_not_sent(client, ticket, text) -> None:
    refused = send(client, ticket, **form(ticket, text))
    assert refused.status_code == 422
    assert not ticket.messages.filter(kind=Message.Kind.REPLY).exists()


def test_numbers_that_are_none_do_no_harm(client, ticket, draft) -> None:
    given = form(ticket, draft.text, draft=draft.pk, confirmed="x,,9999999999999999999,-1", lost="'; --")
    assert send(client, ticket, **given).status_code == 200


def test_a_key_of_something_else_stores_nothing_and_says_so(client, ticket) -> None:
    other = cast.ask("Where is it?").ticket
    given = form(ticket)
    send(client, ticket, **given)
    for refused in [
        send(client, other, **{**given, "seen": other.last_public_message().pk}),
        client.post(reverse("ticket-note", args=[ticket.pk]), given),
    ]:
        assert refused.status_code == 422
        assert "This form was used already. Reload the page." in refused.content.decode()
    assert (ticket.messages.count(), other.messages.count()) == (2, 1)


def test_a_note_is_told_to_agents_alone(client, ticket, told) -> None:
    client.post(reverse("ticket-note", args=[ticket.pk]), {"text": "Check first", "key": uuid.uuid4()})
    assert ticket.messages.get(kind=Message.Kind.NOTE).text == "Check first"
    assert (live.ticket_channel(ticket.pk), "message") in told
    assert not [channel for channel, _ in told if channel == live.customer_channel(ticket.pk)]


def test_a_dismissed_draft_is_gone_and_another_can_be_had(client, ticket, draft, told) -> None:
    html = client.post(reverse("draft-dismiss", args=[draft.pk])).content.decode()
    assert told == [(live.ticket_channel(ticket.pk), "ticket"), (live.INBOX, "ticket")]
    draft.refresh_from_db()
    assert draft.state == Draft.State.DISMISSED
    assert "You have 30 days." not in html
    assert "Draft a reply" in html
    again = client.post(reverse("draft-again", args=[ticket.pk])).content.decode()
    assert ticket.latest_draft().state == Draft.State.WAITING
    assert 'data-state="waiting"' in again


def test_a_sent_draft_stays_sent(client, ticket, draft) -> None:
    send(client, ticket, **form(ticket, draft.text, draft=draft.pk))
    client.post(reverse("draft-dismiss", args=[draft.pk]))
    draft.refresh_from_db()
    assert draft.state == Draft.State.SENT


def reply_pane(client, ticket) -> str:
    return client.get(reverse("ticket-draft", args=[ticket.pk])).content.decode()


def test_without_a_worker_the_page_says_so_and_takes_a_reply(client, ticket) -> None:
    draft = cast.draft(ticket, state=Draft.State.WAITING, outcome="")
    assert "No drafts worker" not in reply_pane(client, ticket)
    Draft.objects.filter(pk=draft.pk).update(created=timezone.now() - timedelta(seconds=11))
    html = reply_pane(client, ticket)
    assert "No drafts worker has taken this yet" in html
    assert "Try again now" in html
    assert send(client, ticket, **form(ticket)).status_code == 200


def test_a_draft_that_is_tried_again_says_why(client, ticket) -> None:
    later = timezone.now() + timedelta(seconds=8)
    cast.draft(
        ticket, state="waiting", outcome="", attempts=1, lease=later, reason="The gateway can’t be reached."
    )
    assert "The gateway can’t be reached. It is tried again by itself." in reply_pane(client, ticket)


def test_a_failed_draft_says_why_and_offers_retry(client, ticket) -> None:
    cast.draft(ticket, state="failed", outcome="", reason="The gateway refuses the key.")
    html = reply_pane(client, ticket)
    assert "No draft: The gateway refuses the key." in html
    assert "Retry" in html


def test_cannot_answer_says_what_was_searched(client, ticket) -> None:
    cast.draft(ticket, outcome="cannot_answer", reason="Searched for: “return”")
    html = reply_pane(client, ticket)
    assert "Nothing was drafted." in html
    assert "Searched for: “return”" in html


def test_a_form_without_a_token_is_refused(client, ticket) -> None:
    client.handler.enforce_csrf_checks = True
    assert send(client, ticket, **form(ticket)).status_code == 403
