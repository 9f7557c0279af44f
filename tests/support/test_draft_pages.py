"""What an agent does with drafts, at the doors: again with choices, rewrite, compare, bring back, reject."""

import pytest
from django.urls import reverse

from kb.models import Audience, Document
from llm.models import ModelCall
from support.inbox.comparing import chosen, compared, differences
from support.models import Draft, Message, PassageChoice, Verdict
from tests import cast
from tests.timing import times_as_long

pytestmark = pytest.mark.django_db


@pytest.fixture
def earlier(ticket, source):
    said = [("You have 14 days.", Verdict.NO_MATCH, [])]
    return cast.draft(ticket, said, state=Draft.State.SUPERSEDED, written_by=Draft.Writer.QUOTES)


def post(client, name, pk, **given):
    return client.post(reverse(name, args=[pk]), given)


def choices(draft) -> dict[int, str]:
    return dict(draft.choices.values_list("passage", "kind"))


def test_a_draft_is_written_again_with_the_passages_that_were_chosen(client, ticket, draft, source) -> None:
    out = cast.passage("A free box can be ordered.")
    html = post(client, "draft-again", ticket.pk, pinned=source.pk, excluded=out.pk).content.decode()
    waiting = ticket.drafts.get(state=Draft.State.WAITING)
    assert waiting.requested_by == cast.alice()
    assert choices(waiting) == {source.pk: "pinned", out.pk: "excluded"}
    assert f'data-pinned="{source.pk}" data-excluded="{out.pk}"' in html


def answered(ticket) -> None:
    Message.objects.create(ticket=ticket, kind=Message.Kind.REPLY, text="Done.", author=cast.alice())


def closed(ticket) -> None:
    ticket.close()


@pytest.mark.parametrize("happens", [answered, closed])
@pytest.mark.parametrize(("name", "given"), [("draft-again", {}), ("draft-rewrite", {"how": "shorter"})])
def test_no_draft_is_asked_for_that_nobody_waits_for(
    client, ticket, draft, gateway, happens, name, given
) -> None:
    happens(ticket)
    refused = post(client, name, ticket.pk, text="Yes.", **given)
    assert refused.status_code == 422
    assert "a reply already, or the ticket was closed" in refused.content.decode()
    assert ticket.drafts.get() == draft


def test_nothing_offers_a_draft_that_nobody_waits_for(client, ticket, draft) -> None:
    again = reverse("draft-again", args=[ticket.pk])
    shown = client.get(reverse("ticket", args=[ticket.pk])).content.decode()
    assert shown.count(again) == 2  # in the head of the reply, and beside the choice of passages
    assert shown.count(f'hx-post="{again}" hx-target="#reply" hx-swap="outerHTML" data-key="D" aria-key') == 2
    answered(ticket)
    assert again not in client.get(reverse("ticket", args=[ticket.pk])).content.decode()


def test_internal_passages_leave_no_trace_in_a_request(client, ticket, draft) -> None:
    secret = cast.passage("The safe's code is 4711.", title="The safe", audience=Audience.INTERNAL)
    gone = cast.passage("Old.", title="Gone", status=Document.Status.UNPUBLISHED)
    given = f"{secret.pk},{gone.pk},x,-1,9999999999999999999"
    html = post(client, "draft-again", ticket.pk, pinned=given, excluded=given).content.decode()
    assert not PassageChoice.objects.exists()
    assert "4711" not in html
    assert "The safe" not in html


def test_a_rewrite_is_asked_for_with_the_text_as_it_stands(client, ticket, draft, source, gateway) -> None:
    PassageChoice.objects.create(draft=draft, passage=source, kind=PassageChoice.Kind.PINNED)
    given = {"how": "translate", "language": "de", "text": "Thirty\r\ndays.", "draft": draft.pk}
    html = post(client, "draft-rewrite", ticket.pk, **given).content.decode()
    waiting = ticket.drafts.get(state=Draft.State.WAITING)
    assert (waiting.rewrite, waiting.language, waiting.rewritten_text) == ("translate", "de", "Thirty\ndays.")
    assert (waiting.rewrite_of, waiting.requested_by) == (draft, cast.alice())
    assert choices(waiting) == {source.pk: "pinned"}
    assert 'data-state="waiting"' in html
    draft.refresh_from_db()
    assert draft.state == Draft.State.READY


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"how": "shorter", "text": " "}, "There is no text to rewrite yet."),
        ({"how": "louder", "text": "Yes."}, "Choose one of the ways"),
        ({"text": "Yes."}, "Choose one of the ways"),
        ({"how": "translate", "text": "Yes.", "language": "xx"}, "Choose the language"),
    ],
)
def test_what_cannot_be_rewritten_says_why(client, ticket, gateway, given, sentence) -> None:
    refused = post(client, "draft-rewrite", ticket.pk, **given)
    assert refused.status_code == 422
    assert sentence in refused.content.decode()
    assert not ticket.drafts.exists()


def test_without_a_key_rewriting_is_off_and_says_why(client, ticket, draft) -> None:
    html = client.get(reverse("draft-rewrite", args=[ticket.pk])).content.decode()
    assert html.count("disabled aria-describedby") == 5
    assert "RUNAPI_KEY" in html
    refused = post(client, "draft-rewrite", ticket.pk, how="shorter", text="Yes.", draft=draft.pk)
    assert refused.status_code == 422
    assert "no key for its gateway is set" in refused.content.decode()


def test_the_customers_language_is_offered_first(client, ticket, gateway) -> None:
    ticket.customer.locale = "de-AT"
    ticket.customer.save()
    html = client.get(reverse("draft-rewrite", args=[ticket.pk])).content.decode()
    assert '<option value="de" selected>German (customer’s)</option>' in html
    assert "disabled" not in html


def test_a_rewrite_takes_no_draft_of_another_ticket(client, ticket, gateway) -> None:
    other = cast.draft(cast.ask("Else").ticket, [("No.", Verdict.NO_MATCH, [])])
    post(client, "draft-rewrite", ticket.pk, how="shorter", text="Yes.", draft=other.pk)
    assert ticket.drafts.get().rewrite_of is None


def compare(client, ticket, **asked):
    return client.get(reverse("draft-compare", args=[ticket.pk]), asked)


def test_no_two_drafts_keep_the_page_waiting() -> None:
    long, other = "bike " * 9000 + "red", "blue " + "bike " * 8900
    longer, others = "bike " * 90_000 + "red", "blue " + "bike " * 89_000
    assert times_as_long(lambda: differences(longer, others), lambda: differences(long, other)) < 40
    left, right = differences(long, other)
    assert left >= set(range(45_000, 45_003)) and right >= set(range(4))


def test_two_generations_stand_side_by_side(client, ticket, earlier, draft) -> None:
    call = ModelCall.objects.create(feature="draft", model="glm-4.5", cost_usd="0.0123", outcome="ok")
    Draft.objects.filter(pk=draft.pk).update(model_call=call, requested_by=cast.alice())
    html = compare(client, ticket).content.decode()
    assert "You have <del>14</del> days." in html
    assert "You have <ins>30</ins> days." in html
    assert "glm-4.5" in html
    assert "$0.0123" in html
    assert "Alice Archer" in html
    assert reverse("draft-bring-back", args=[earlier.pk]) in html
    assert reverse("draft-bring-back", args=[draft.pk]) not in html


def test_only_generations_of_this_ticket_are_compared(client, ticket, earlier, draft) -> None:
    other = cast.draft(cast.ask("Else").ticket, [("A secret of others.", Verdict.NO_MATCH, [])])
    html = compare(client, ticket, left=other.pk, right="x").content.decode()
    assert "A secret of others." not in html
    assert compare(client, other.ticket).status_code == 404  # there is one only


def test_an_earlier_generation_is_brought_back(client, ticket, earlier, draft) -> None:
    html = post(client, "draft-bring-back", earlier.pk).content.decode()
    assert "You have 14 days." in html
    earlier.refresh_from_db()
    draft.refresh_from_db()
    assert (earlier.state, draft.state) == (Draft.State.READY, Draft.State.SUPERSEDED)


def test_what_was_overtaken_is_not_brought_back(client, ticket, earlier, draft) -> None:
    cast.ask("And the box?", ticket=ticket)
    refused = post(client, "draft-bring-back", earlier.pk)
    assert refused.status_code == 422
    assert "not to be had any more" in refused.content.decode()


@pytest.mark.parametrize("reason", ["wrong", "outdated", "tone", "missing"])
def test_a_rejected_draft_has_its_reason(client, ticket, draft, reason) -> None:
    html = client.get(reverse("draft-reject", args=[draft.pk])).content.decode()
    assert f'name="reason" value="{reason}" data-key="{reason[0]} ' in html
    post(client, "draft-reject", draft.pk, reason=reason)
    draft.refresh_from_db()
    assert (draft.state, draft.rejection, draft.rejected_by) == ("dismissed", reason, cast.alice())


@pytest.mark.parametrize("reason", ["", "ugly"])
def test_without_a_reason_it_is_dismissed(client, draft, reason) -> None:
    post(client, "draft-reject", draft.pk, reason=reason)
    draft.refresh_from_db()
    assert (draft.state, draft.rejection, draft.rejected_by) == ("dismissed", "", None)


def test_a_sent_draft_is_not_rejected(client, ticket, draft) -> None:
    Draft.objects.update(state=Draft.State.SENT)
    post(client, "draft-reject", draft.pk, reason="wrong")
    draft.refresh_from_db()
    assert (draft.state, draft.rejection) == (Draft.State.SENT, "")


DOORS = [
    ("draft-rewrite", "ticket", "get"),
    ("draft-rewrite", "ticket", "post"),
    ("draft-compare", "ticket", "get"),
    ("draft-again", "ticket", "post"),
    ("draft-bring-back", "draft", "post"),
    ("draft-reject", "draft", "get"),
    ("draft-reject", "draft", "post"),
]


@pytest.mark.parametrize(("name", "of", "method"), DOORS)
def test_the_doors_are_for_agents_who_may_see_the_ticket(
    client, ticket, earlier, draft, name, of, method
) -> None:
    pk = ticket.pk if of == "ticket" else earlier.pk
    assert getattr(client, method)(reverse(name, args=[pk + 999])).status_code == 404
    cast.alice().__class__.objects.update(is_active=False)
    assert getattr(client, method)(reverse(name, args=[pk])).status_code == 302
    earlier.refresh_from_db()
    assert earlier.state == Draft.State.SUPERSEDED


@pytest.mark.parametrize(
    ("left", "right", "only_left", "only_right"),
    [
        ("You have 14 days.", "You have 30 days.", "14", "30"),
        ("We send a blue box.", "We send a box.", "blue", ""),
        ("", "All of it.", "", "All of it."),
        ("Same.", "Same.", "", ""),
        ("It is so.", "It is so", "", ""),
        ("It is 3.5 m.", "It is 35 m.", "3.5", "35"),
        ("It costs 30 %.", "It costs 30.", "%", ""),
        ("Ja, 30 Tage 😀.", "Ja, 30 Tage.", "😀", ""),
        ("The start of it.", "The whole road of mud.", "start of it", "whole road of mud"),
        ("The 14 of 20 days.", "The 15 of 25 days.", "1420", "1525"),
    ],
)
def test_whole_words_differ(left, right, only_left, only_right) -> None:
    places = differences(left, right)
    shown = ["".join(text[n] for n in sorted(one)) for text, one in zip((left, right), places, strict=True)]
    assert shown == [only_left, only_right]


def test_the_present_draft_stands_beside_the_one_before_it(ticket, earlier, draft) -> None:
    assert chosen([draft, earlier], None, None) == (earlier, draft)
    assert chosen([draft, earlier], draft.pk, earlier.pk) == (draft, earlier)
    assert [column.draft for column in compared(earlier, draft)] == [earlier, draft]
