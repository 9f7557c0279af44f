"""Replying and the draft, at the door that an agent uses."""

import json
import re
import uuid
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from kb.models import Document
from support import live
from support.inbox.views import replies
from support.models import Draft, Gap, Message, Ticket, Verdict
from support.offering import MOST_NUMBERS
from support.reviewing import review
from tests import cast
from tests.support.conftest import TERM

pytestmark = pytest.mark.django_db


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
    vouched = json.dumps(["My own words"])
    assert send(client, ticket, **{**given, "seen": newer.pk, "checked": vouched}).status_code == 200


def test_withdrawn_evidence_refuses_once(client, ticket, draft) -> None:
    given = form(ticket, draft.text, draft=draft.pk)
    Document.objects.update(status=Document.Status.UNPUBLISHED)
    refused = send(client, ticket, **given)
    lost = draft.sentences.get().citations.get().pk
    assert refused.status_code == 409
    assert f'id="reply-lost" value="{lost}"' in refused.content.decode()
    assert send(client, ticket, **{**given, "lost": lost}).status_code == 422
    vouched = json.dumps([draft.text])
    assert send(client, ticket, **{**given, "lost": lost, "checked": vouched}).status_code == 200
    assert not ticket.messages.get(kind=Message.Kind.REPLY).citations.exists()


def test_withdrawn_evidence_refuses_an_edited_reply_too(client, ticket, draft) -> None:
    given = form(ticket, "You have thirty days.", draft=draft.pk)
    Document.objects.update(status=Document.Status.UNPUBLISHED)
    refused = send(client, ticket, **given)
    assert refused.status_code == 409
    assert "no longer backs: “You have 30 days.”" in refused.content.decode()
    lost = draft.sentences.get().citations.get().pk
    assert send(client, ticket, **{**given, "lost": lost}).status_code == 422


def test_a_draft_that_is_not_this_tickets_switches_no_check_off(client, ticket, draft) -> None:
    other = cast.draft(cast.ask("Where is it?").ticket, [("It costs 9 euros.", Verdict.NO_MATCH, [])])
    for named in [other.pk, "9" * 40, 0]:
        refused = send(client, ticket, **form(ticket, "It costs 9 euros.", draft=named))
        assert refused.status_code == 422
        assert "none of this ticket’s" in refused.content.decode()
    assert not ticket.messages.filter(kind=Message.Kind.REPLY).exists()


def test_a_draft_that_another_took_the_place_of_is_sent_once_that_is_known(client, ticket, draft) -> None:
    given = form(ticket, draft.text, draft=draft.pk)
    Draft.objects.filter(pk=draft.pk).update(state=Draft.State.SUPERSEDED)
    cast.draft(ticket, [("Another one.", Verdict.NO_MATCH, [])])
    refused = send(client, ticket, **given)
    html = refused.content.decode()
    assert refused.status_code == 409
    assert "Another draft took the place of this one." in html
    assert 'id="reply-draft-state" value="superseded" hx-swap-oob="true"' in html
    assert send(client, ticket, **{**given, "draft_state": "superseded"}).status_code == 200


def test_what_an_overtaken_draft_lost_can_be_known_too(client, ticket, draft) -> None:
    given = form(ticket, draft.text, draft=draft.pk, checked=json.dumps([draft.text]))
    Draft.objects.filter(pk=draft.pk).update(state=Draft.State.SUPERSEDED)
    Document.objects.update(status=Document.Status.UNPUBLISHED)
    cast.draft(ticket, [("Another one.", Verdict.NO_MATCH, [])])
    lost = draft.sentences.get().citations.get().pk
    assert f'id="reply-lost" value="{lost}"' in send(client, ticket, **given).content.decode()
    told = {**given, "draft_state": "superseded", "lost": lost}
    assert send(client, ticket, **told).status_code == 200


@pytest.mark.parametrize("text", ["", "  \n ", "\0", "\u200b", "\u3164\ufe0f", "[1] [1]"])
def test_an_empty_reply_is_not_sent(client, ticket, draft, text) -> None:
    refused = send(client, ticket, **form(ticket, text, draft=draft.pk))
    assert refused.status_code == 422
    assert not ticket.messages.filter(kind=Message.Kind.REPLY).exists()


def test_numbers_that_are_none_do_no_harm(client, ticket, draft) -> None:
    given = form(ticket, draft.text, draft=draft.pk, passages="x,,9999999999999999999,-1", lost="'; --")
    assert send(client, ticket, **given).status_code == 200


@pytest.mark.parametrize("checked", ["{", "7", '{"a": 1}', "[1, null, []]", "null", "[" * 200_000])
def test_confirmations_that_are_none_do_no_harm(client, ticket, draft, checked) -> None:
    given = form(ticket, f"{draft.text} It is blue.", draft=draft.pk, checked=checked)
    assert send(client, ticket, **given).status_code == 422


def test_a_sentence_without_a_match_is_refused_in_words(client, ticket, draft) -> None:
    refused = send(client, ticket, **form(ticket, f"{draft.text} It is blue.", draft=draft.pk))
    html = refused.content.decode()
    assert refused.status_code == 422
    assert "This sentence has no match" in html
    assert "“It is blue.”" in html
    assert "I checked this" in html
    assert not ticket.messages.filter(kind=Message.Kind.REPLY).exists()


def test_a_refusal_leaves_room_for_the_sentences_that_it_names(client, ticket, draft) -> None:
    text = "It is blue. It is red. It is green. It is new. It is old."
    html = send(client, ticket, **form(ticket, text, draft=draft.pk)).content.decode()
    assert html.count("<li>") == 3
    assert "And 2 more." in html


def check(client, ticket, text, **more):
    return client.post(reverse("ticket-check", args=[ticket.pk]), {"text": text, **more})


def test_a_text_is_checked_while_it_is_written(client, ticket, draft) -> None:
    html = check(client, ticket, "You have 30 days.\r\nIt is blue.", draft=draft.pk).content.decode()
    assert "2 sentences: 1 matches, 1 has no match" in html
    assert f'data-verdict="matches" data-quotes="1:0-{len(TERM)}"' in html
    assert html.count("I checked this") == 1
    assert "1 removed" in check(client, ticket, "", draft=draft.pk).content.decode()


def test_marks_that_are_not_sent_are_told_and_other_brackets_stay(client, ticket, draft) -> None:
    text = "You have 30 days [1]. It costs [99] EUR."
    html = check(client, ticket, text, draft=draft.pk).content.decode()
    assert "citations, not sent: [1]<" in html
    vouched = json.dumps(["It costs [99] EUR."])
    send(client, ticket, **form(ticket, text, draft=draft.pk, checked=vouched))
    sent = ticket.messages.get(kind=Message.Kind.REPLY)
    assert (sent.text, sent.citations.get().number) == ("You have 30 days. It costs [99] EUR.", 1)


@pytest.mark.parametrize(
    "sign", ["\ufeff", "\u200b", "\x1c", "\u2028", "\xa0", "  ", "\n", '"', "&amp;", "<b>"]
)
def test_what_the_page_says_was_checked_is_taken_whatever_stands_in_it(client, ticket, draft, sign) -> None:
    text = f"{draft.text} It is{sign}blue."
    html = check(client, ticket, text, draft=draft.pk).content.decode()
    boxes = re.findall(r'<input type="checkbox" value="([^"]+)" data-vouches>', html)
    checked = json.dumps([unescape(box) for box in boxes])
    assert len(boxes) == 1
    assert send(client, ticket, **form(ticket, text, draft=draft.pk, checked=checked)).status_code == 200


def test_a_check_looks_for_no_more_passages_than_can_be_offered(client, ticket, draft, monkeypatch) -> None:
    asked = []
    monkeypatch.setattr(replies, "review", lambda text, of, added: asked.append(added) or review(text, of))
    check(client, ticket, "Yes.", passages=",".join(map(str, [1, 1, *range(60_000)])))
    assert asked == [[1, 0, *range(2, MOST_NUMBERS)]]


def test_a_check_reads_no_other_tickets_draft_and_nothing_internal(client, ticket, draft) -> None:
    other = cast.ask("Where is it?").ticket
    assert "has no match" in check(client, other, draft.text, draft=draft.pk).content.decode()
    secret = cast.passage("Staff get half off.", audience="internal")
    html = check(client, ticket, "Staff get half off.", draft=draft.pk, passages=secret.pk).content.decode()
    assert "has no match" in html


def test_a_check_is_for_agents_and_of_bounded_length(client, ticket, draft) -> None:
    assert check(client, ticket, "x" * 20_001, draft=draft.pk).status_code == 422
    assert check(client, Ticket(pk=ticket.pk + 1), "x").status_code == 404
    client.logout()
    assert check(client, ticket, "x").status_code == 302


def test_a_check_of_a_long_reply_asks_the_database_little(
    client, ticket, draft, django_assert_max_num_queries
):
    text = "\n".join(f"Sentence {number} says that the box costs {number} euros." for number in range(40))
    with django_assert_max_num_queries(14):
        assert check(client, ticket, text, draft=draft.pk).status_code == 200


def test_a_sent_reply_says_what_it_rests_on_and_what_was_done_to_the_draft(client, ticket, draft) -> None:
    text = f"{draft.text} It is blue."
    html = send(
        client, ticket, **form(ticket, text, draft=draft.pk, checked='["It is blue."]')
    ).content.decode()
    assert "1 citation sent · sentences: 1 kept, 1 added, 1 checked by Alice Archer" in html
    assert "checked by Alice Archer" in html


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


def test_what_was_taken_out_of_a_draft_stands_beside_the_reply(client, ticket, source) -> None:
    said = [("You have 30 days.", Verdict.MATCHES, [(1, source, TERM)]), ("It is red.", Verdict.NO_MATCH, [])]
    draft = cast.draft(ticket, said)
    html = send(client, ticket, **form(ticket, "You have 30 days.", draft=draft.pk)).content.decode()
    assert "sentences: 1 kept, 1 removed" in html
    assert "<del>It is red.</del>" in html
    reply = ticket.messages.get(kind=Message.Kind.REPLY)
    assert [one.text for one in reply.removed_sentences()] == ["It is red."]
    cast.ask("And now?", ticket=ticket)
    send(client, ticket, **form(ticket, "You have 14 days."))
    assert ticket.messages.filter(kind=Message.Kind.REPLY).last().removed_sentences() == []


def test_a_dismissed_draft_is_gone_and_another_can_be_had(client, ticket, draft, told) -> None:
    html = client.post(reverse("draft-dismiss", args=[draft.pk])).content.decode()
    assert told == [(live.ticket_channel(ticket.pk), "ticket"), (live.INBOX, "ticket")]
    draft.refresh_from_db()
    assert draft.state == Draft.State.DISMISSED
    assert "You have 30 days." not in html
    assert "Draft a reply" in html
    again = client.post(reverse("draft-again", args=[ticket.pk])).content.decode()
    assert ticket.drafts.latest("pk").state == Draft.State.WAITING
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
    assert "Try again" in html
    assert send(client, ticket, **form(ticket)).status_code == 200


def test_a_draft_that_is_tried_again_says_why(client, ticket) -> None:
    later = timezone.now() + timedelta(seconds=8)
    cast.draft(
        ticket, state="waiting", outcome="", attempts=1, lease=later, reason="The model did not answer.\n503"
    )
    assert "The model did not answer. It is tried again by itself." in reply_pane(client, ticket)


def test_a_failed_draft_says_why_and_offers_retry(client, ticket) -> None:
    cast.draft(ticket, state="failed", outcome="", reason="The gateway refuses the key.")
    html = reply_pane(client, ticket)
    assert "No draft: The gateway refuses the key." in html
    assert "Try again" in html


@pytest.mark.parametrize("state", ["ready", "waiting", "failed", "rewrite"])
def test_what_caused_it_is_told_to_admins_alone(client, ticket, state: str) -> None:
    asked = {
        "outcome": "",
        "attempts": 1,
        "reason": "The model did not answer.\nThe gateway said <b>503</b>.",
    }
    if state == "ready":
        said = [("30 days.", Verdict.NEEDS_NO_PROOF, [])]
        cast.draft(ticket, said, **{**asked, "outcome": "answer", "written_by": "quotes"})
    elif state == "rewrite":
        cast.draft(ticket, [("30 days.", Verdict.NEEDS_NO_PROOF, [])])
        cast.draft(ticket, **asked, state="failed", rewrite="shorter", requested_by=cast.alice())
    else:
        cast.draft(ticket, **asked, state=state)
    html = reply_pane(client, ticket)
    assert "The model did not answer." in html and "503" not in html
    client.force_login(cast.adam())
    assert "The gateway said &lt;b&gt;503&lt;/b&gt;." in reply_pane(client, ticket)


def test_cannot_answer_says_what_was_searched(client, ticket) -> None:
    cast.draft(ticket, outcome="cannot_answer", reason="Searched for: “return”")
    html = reply_pane(client, ticket)
    assert "Nothing was drafted." in html
    assert "Searched for: “return”" in html


def test_cannot_answer_says_what_is_missing(client, ticket) -> None:
    draft = cast.draft(ticket, outcome="cannot_answer", reason="The articles do not answer this.")
    Gap.objects.create(ticket=ticket, draft=draft, question="Can I?", missing="Who pays the postage.")
    assert "Who pays the postage." in reply_pane(client, ticket)


def test_a_question_back_is_labelled(client, ticket) -> None:
    cast.draft(ticket, [("Which model is it?", Verdict.NEEDS_NO_PROOF, [])], outcome="clarify")
    assert "asks back" in reply_pane(client, ticket)


def test_a_request_that_failed_hides_no_draft(client, ticket, draft) -> None:
    cast.draft(
        ticket,
        state="failed",
        outcome="",
        reason="The gateway is down.",
        rewrite="shorter",
        requested_by=cast.alice(),
    )
    html = reply_pane(client, ticket)
    assert "You have 30 days." in html
    assert "It was not rewritten." in html
    assert "The gateway is down." in html


def test_quotes_are_offered_to_the_model_once_it_can_be_asked(client, ticket, settings) -> None:
    cast.draft(
        ticket, [("30 days.", Verdict.NEEDS_NO_PROOF, [])], written_by="quotes", reason="No key is set."
    )
    settings.RUNAPI_KEY = ""
    assert "Write it with the model" not in reply_pane(client, ticket)
    settings.RUNAPI_KEY = "key-for-tests"
    html = reply_pane(client, ticket)
    assert "Said when it was drafted: No key is set." in html
    assert "Write it with the model" in html


def test_a_draft_that_was_brought_back_is_shown(client, ticket, draft) -> None:
    cast.draft(ticket, [("Another one.", Verdict.NO_MATCH, [])], state="superseded")
    html = reply_pane(client, ticket)
    assert "You have 30 days." in html
    assert "Another one." not in html


def test_a_form_without_a_token_is_refused(client, ticket) -> None:
    client.handler.enforce_csrf_checks = True
    assert send(client, ticket, **form(ticket)).status_code == 403
