"""The ticket lists and the ticket page, at the door that an agent uses."""

import uuid

import pytest
from django.urls import reverse

from kb.models import Audience, Document
from support import sending
from support.inbox.listing import PAGE, counts, listing
from support.models import Draft, Message, Ticket, Verdict
from support.templatetags.desk import beyond
from tests import cast
from tests.support.conftest import TERM

pytestmark = pytest.mark.django_db


def subjects(client, **parameters) -> list[str]:
    return [ticket.subject for ticket in client.get(reverse("inbox"), parameters).context["list"].tickets]


def page(client, ticket: Ticket, name: str = "ticket", **parameters) -> str:
    return client.get(reverse(name, args=[ticket.pk]), parameters).content.decode()


def test_home_is_the_inbox(client, alice) -> None:
    assert client.get("/").headers["Location"] == reverse("inbox")


def test_each_view_shows_its_own_and_counts_them(client, alice) -> None:
    cast.ask("Nobody's")
    cast.ask("Mine").ticket.assign(alice)
    cast.ask("Adam's").ticket.assign(cast.adam())
    cast.ask("Closed").ticket.close()
    assert sorted(subjects(client)) == ["Adam's", "Mine", "Nobody's"]
    assert subjects(client, view="mine") == ["Mine"]
    assert subjects(client, view="unassigned") == ["Nobody's"]
    assert len(subjects(client, view="all")) == 4
    assert [count for _, _, count in counts(alice)] == [3, 1, 1, 4]
    assert len(subjects(client, view="nonsense")) == 3


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("squeaking brake", True),  # words of one message, in any order
        ("carol brake", True),  # the customer's name and a word of hers
        ('"brake is squeaking"', True),
        ('"squeaking brake"', False),
        ("brake -squeaking", False),
        ("Caro", True),  # a part of a name
        ("carol@exam", True),
        ("saddle", False),
        ("b'ra & (ke | %_\0 \\", False),  # whatever somebody types
    ],
)
def test_search_looks_at_subject_customer_and_messages(client, alice, query, found) -> None:
    cast.ask("The brake is squeaking", subject="Noise")
    assert subjects(client, q=query) == (["Noise"] if found else [])


def test_search_finds_a_number(client, alice) -> None:
    ticket = cast.ask("Hello").ticket
    assert subjects(client, q=f"#{ticket.pk}") == ["Hello"]
    assert subjects(client, q="9" * 30) == []


def test_more_tickets_come_by_keyset_and_new_ones_shift_nothing(client, alice) -> None:
    customer = cast.carol()
    for number in range(PAGE + 5):
        cast.earlier(cast.ask(f"Question {number}", customer).ticket, minutes=number + 1)
    first = client.get(reverse("inbox")).context["list"]
    cast.ask("New", customer)
    rest = client.get(reverse("inbox"), {"after": first.next_cursor}, headers={"HX-Request": "true"})
    assert [ticket.subject for ticket in rest.context["list"].tickets] == [
        f"Question {number}" for number in range(PAGE, PAGE + 5)
    ]
    assert rest.context["list"].next_cursor == ""
    assert "<html" not in rest.content.decode()


def test_a_broken_cursor_begins_at_the_top(alice) -> None:
    cast.ask("Hello")
    assert len(listing(alice, "open", cursor="yesterday_x").tickets) == 1


def test_the_list_takes_few_queries(client, alice, django_assert_max_num_queries) -> None:
    for number in range(PAGE):
        ticket = cast.ask(f"Question {number}").ticket
        cast.draft(ticket)
    with django_assert_max_num_queries(6):
        client.get(reverse("inbox"))


def test_a_row_tells_the_drafts_state_in_a_word(client, alice) -> None:
    ticket = cast.ask("Hello").ticket
    for state, outcome, word in [
        ("waiting", "", "waiting"),
        ("writing", "", "writing"),
        ("ready", "answer", "ready"),
        ("ready", "cannot_answer", "cannot answer"),
        ("failed", "", "failed"),
    ]:
        Draft.objects.all().delete()
        cast.draft(ticket, state=state, outcome=outcome)
        assert f"</svg>{word}</span>" in page(client, ticket, "ticket-row")


def test_what_strangers_write_is_text(client, alice) -> None:
    ticket = cast.ask("<script>alert(1)</script>\nsecond line", subject="<b>bold</b>").ticket
    html = page(client, ticket)
    assert "<script>alert" not in html
    assert "<b>bold" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\nsecond line" in html


def test_an_unknown_ticket_is_not_found(client, alice) -> None:
    assert client.get(reverse("ticket", args=[987654])).status_code == 404


def test_a_ticket_opens_as_a_page_and_as_a_pane(client, alice) -> None:
    ticket = cast.ask("Hello").ticket
    assert "<html" in page(client, ticket)
    pane = client.get(reverse("ticket", args=[ticket.pk]), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in pane
    assert 'id="workspace"' in pane


def test_only_newer_messages_are_fetched_for_an_open_page(client, alice) -> None:
    first = cast.ask("First")
    cast.ask("Second", ticket=first.ticket)
    html = page(client, first.ticket, "ticket-messages", after=first.pk)
    assert "Second" in html
    assert "First" not in html


@pytest.mark.parametrize("number", ["9" * 5000, "9" * 30, "²", "-1", "x"])
def test_a_number_that_names_nothing_breaks_nothing(client, alice, number) -> None:
    ticket = cast.ask("Hello").ticket
    assert "Hello" in page(client, ticket, "ticket-messages", after=number)
    for name in ["ticket-assign", "ticket-close", "ticket-reply"]:
        given = {"assignee": number, "seen": number, "text": "Yes.", "key": uuid.uuid4(), "draft": number}
        assert client.post(reverse(name, args=[ticket.pk]), given).status_code < 500
    given = {"q": number, "after": f"2026-01-01T00:00:00+00:00_{number}"}
    assert client.get(reverse("inbox"), given).status_code == 200


def test_a_note_is_marked_as_internal(client, alice) -> None:
    ticket = cast.ask("Hello").ticket
    sending.add_note(ticket, alice, "Look at batch 2211", uuid.uuid4())
    assert "internal note" in page(client, ticket, "ticket-messages")


def test_a_row_shows_the_draft_to_look_at_and_not_what_failed_or_was_replaced_since(client, alice) -> None:
    message = cast.ask("Which draft?")
    cast.draft(message.ticket, state="ready", outcome="answer")
    cast.draft(message.ticket, state="superseded", outcome="answer")
    cast.draft(message.ticket, state="failed", outcome="", requested_by=alice)
    (row,) = client.get(reverse("inbox")).context["list"].tickets
    assert (row.draft_state, row.draft_outcome) == ("ready", "answer")


def test_a_ready_draft_shows_verdicts_citations_and_where_its_quotes_stand(client, alice) -> None:
    ticket = cast.ask("Can I return it?").ticket
    source = cast.passage(f"Before. {TERM} After.", title="Returns", heading="Terms")
    cast.draft(
        ticket,
        [("You have 30 days.", Verdict.MATCHES, [(1, source, TERM)]), ("It is blue.", Verdict.NO_MATCH, [])],
    )
    html = page(client, ticket)
    assert f"Before. {TERM} After.</div>" in html
    assert f'data-verdict="matches" data-quotes="1:8-{8 + len(TERM)}"' in html
    assert 'data-verdict="no_match"' in html
    assert reverse("document", args=[source.document_id]) in html


def test_quotes_are_called_quotes(client, alice) -> None:
    ticket = cast.ask("Can I return it?").ticket
    source = cast.passage(TERM)
    said = [(TERM, Verdict.MATCHES, [(1, source, TERM)])]
    cast.draft(ticket, said, written_by=Draft.Writer.QUOTES, reason="No key is set.")
    html = page(client, ticket)
    assert "not written by a model" in html
    assert "No key is set." in html


def test_evidence_that_was_withdrawn_says_so_and_backs_nothing(client, alice) -> None:
    ticket = cast.ask("Can I return it?").ticket
    source = cast.passage(TERM)
    cast.draft(ticket, [("You have 30 days.", Verdict.MATCHES, [(1, source, TERM)])])
    Document.objects.update(status=Document.Status.UNPUBLISHED)
    html = page(client, ticket)
    assert "changed or withdrawn since" in html
    assert "This draft is out of date." in html
    assert 'data-verdict="no_match" data-quotes=""' in html


def test_evidence_that_became_internal_says_so(client, alice) -> None:
    ticket = cast.ask("Can I return it?").ticket
    source = cast.passage(TERM)
    cast.draft(ticket, [("You have 30 days.", Verdict.MATCHES, [(1, source, TERM)])])
    Document.objects.update(audience=Audience.INTERNAL)
    html = page(client, ticket)
    assert "internal now" in html
    assert 'data-verdict="no_match"' in html


def test_a_ticket_is_assigned_taken_and_given_back(client, alice) -> None:
    ticket = cast.ask("Hello").ticket
    adam = cast.adam()
    for chosen, expected in [(adam.pk, adam), (alice.pk, alice), ("", None)]:
        client.post(reverse("ticket-assign", args=[ticket.pk]), {"assignee": chosen})
        ticket.refresh_from_db()
        assert ticket.assignee == expected


def test_a_deactivated_colleague_is_given_nothing(client, alice) -> None:
    ticket = cast.ask("Hello").ticket
    gone = cast.adam()
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    assert client.post(reverse("ticket-assign", args=[ticket.pk]), {"assignee": gone.pk}).status_code == 404


def test_closing_dismisses_the_draft_and_reopening_brings_the_form_back(client, alice) -> None:
    ticket = cast.ask("Hello").ticket
    draft = cast.draft(ticket)
    closed = close(client, ticket, ticket.last_public_message()).content.decode()
    draft.refresh_from_db()
    assert draft.state == Draft.State.DISMISSED
    assert "reply-text" not in closed
    assert "reply-text" in client.post(reverse("ticket-reopen", args=[ticket.pk])).content.decode()


def close(client, ticket: Ticket, seen: Message):
    return client.post(reverse("ticket-close", args=[ticket.pk]), {"seen": seen.pk})


def test_a_ticket_is_not_closed_on_a_message_that_its_agent_has_not_seen(client, alice) -> None:
    first = cast.ask("Can I return it?")
    newer = cast.ask("It caught fire!", ticket=first.ticket)
    waiting = cast.draft(first.ticket, state="waiting", outcome="")
    refused = close(client, first.ticket, first)
    html = refused.content.decode()
    waiting.refresh_from_db()
    first.ticket.refresh_from_db()
    assert (refused.status_code, first.ticket.status, waiting.state) == (409, "open", "waiting")
    assert "Not closed." in html
    assert "Carol Cole wrote again: “It caught fire!”" in html
    assert f'id="reply-seen" value="{newer.pk}" hx-swap-oob="true"' in html
    assert "This ticket is closed." in close(client, first.ticket, newer).content.decode()


def test_the_close_button_sends_what_its_page_showed(client, alice) -> None:
    ticket = cast.ask("Hello").ticket
    assert 'hx-include="#reply-seen"' in page(client, ticket, "ticket-head")
    assert client.post(reverse("ticket-close", args=[ticket.pk])).status_code == 409


def test_nothing_changes_by_a_link(client, alice) -> None:
    ticket = cast.ask("Hello").ticket
    for name in [
        "ticket-assign",
        "ticket-close",
        "ticket-reopen",
        "ticket-reply",
        "ticket-note",
        "draft-again",
    ]:
        assert client.get(reverse(name, args=[ticket.pk])).status_code == 405


def test_a_row_shows_what_the_subject_does_not_say() -> None:
    assert beyond("Hello there,\nit is broken", "Hello there,…") == "… it is broken"
    assert beyond("Hello there, it is broken", "Hello there, it is bro…") == "… broken"
    assert beyond("Hello", "Hello") == ""
    assert beyond("It is broken", "Help") == "It is broken"
