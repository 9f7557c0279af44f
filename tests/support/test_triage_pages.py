"""What is suggested stands in the ticket's head; an agent takes it or leaves it, and that is kept."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from support import triage
from support.models import Agent, Tag, Ticket, Triage, TriageDecision
from tests import cast
from tests.support.triages import tag

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def wanted(settings: Any, valkey: object) -> None:
    settings.TRIAGE = True


@pytest.fixture
def suggested(ticket: Ticket) -> Triage:
    """High, and a tag of two."""
    tag("delivery", "Parcels")
    row = Triage.objects.create(
        ticket=ticket,
        up_to=ticket.last_public_message(),
        state="done",
        language="de",
        priority="high",
        sentiment="negative",
        summary="Wants the second <b>charge</b> back.",
        written_by="model",
        finished=timezone.now(),
    )
    row.tags.set([tag("billing", "Charges"), tag("late delivery")])
    return row


def head(client: Client, ticket: Ticket) -> str:
    return client.get(reverse("ticket-head", args=[ticket.pk])).content.decode()


def decide(client: Client, row: Triage, do: str, what: object = "", seen: str = "") -> str:
    said = {"do": do, "what": what, "seen": seen or triage.version(row)}
    answer = client.post(reverse("ticket-suggestions", args=[row.ticket_id]), said)
    assert answer.status_code == 200
    return answer.content.decode()


def about(client: Client, ticket: Ticket, **chosen: object) -> str:
    known = {"priority": "normal", "was_priority": "normal"}
    return client.post(reverse("ticket-about", args=[ticket.pk]), known | chosen).content.decode()


def names(ticket: Ticket) -> list[str]:
    return [one.name for one in ticket.tags.all()]


def decisions() -> list[tuple[str, str, bool]]:
    return list(TriageDecision.objects.values_list("part", "value", "taken"))


def test_the_head_shows_what_is_suggested_and_by_whom(client, ticket, suggested) -> None:
    shown = head(client, ticket)
    assert "By the model" in shown and "(writes in German, negative sentiment)" in shown
    assert "For your information" in shown and "Take tag: German" not in shown
    assert "Wants the second &lt;b&gt;charge&lt;/b&gt; back." in shown
    assert "high" in shown and "Take tag: billing" in shown and "Take all" in shown
    Triage.objects.update(written_by="rules", reason="By rules: no model is set up.\nNo key.")
    shown = head(client, ticket)
    assert "By rules: no model is set up." in shown and "No key." not in shown
    assert "Wants the second" not in shown, "by rules, a summary only says the message again"
    client.force_login(cast.adam())
    assert "No key." in head(client, ticket), "who looks after the settings reads why"


def test_one_click_takes_all(client, alice, ticket, suggested) -> None:
    shown = decide(client, suggested, "take")
    ticket.refresh_from_db()
    assert ticket.priority == "high" and names(ticket) == ["billing", "late delivery"]
    assert "Take all" not in shown and "Wants the second" in shown
    suggested.refresh_from_db()
    assert suggested.settled and suggested.settled_by == alice
    assert len(decisions()) == 3 and set(TriageDecision.objects.values_list("agent", flat=True)) == {alice.pk}
    dialog = client.get(reverse("ticket-about", args=[ticket.pk])).content.decode()
    assert "“billing”: taken by Alice Archer" in dialog


def test_each_is_taken_or_dismissed_by_itself(client, ticket, suggested) -> None:
    billing, late = suggested.tags.all()
    shown = decide(client, suggested, "dismiss", "priority")
    assert "Take priority: high" not in shown and "Take tag: billing" in shown
    shown = decide(client, suggested, "take", billing.pk)
    assert "Take tag: billing" not in shown and "Take tag: late delivery" in shown
    suggested.refresh_from_db()
    assert suggested.settled is None
    decide(client, suggested, "dismiss", late.pk)
    suggested.refresh_from_db()
    ticket.refresh_from_db()
    assert suggested.settled and ticket.priority == "normal" and names(ticket) == ["billing"]
    assert decisions() == [
        ("priority", "high", False),
        ("tag", "billing", True),
        ("tag", "late delivery", False),
    ]


def test_one_key_takes_one_after_the_other(client, ticket, suggested) -> None:
    def with_the_key(shown: str) -> list[str]:
        return re.findall(r'data-key="S" aria-keyshortcuts="Shift\+S" aria-label="Take ([^"]*)"', shown)

    shown, taken = head(client, ticket), []
    for what in ("priority", *(one.pk for one in suggested.tags.all())):
        taken += with_the_key(shown)
        shown = decide(client, suggested, "take", what)
    assert taken == ["priority: high", "tag: billing", "tag: late delivery"]
    assert with_the_key(shown) == []


def test_what_was_dismissed_is_not_suggested_again(client, ticket, suggested) -> None:
    decide(client, suggested, "dismiss", "priority")
    Triage.objects.update(finished=timezone.now())  # made again, with the same outcome
    assert "Take priority: high" not in head(client, ticket)


def test_suggestions_that_changed_meanwhile_are_shown_first(client, ticket, suggested) -> None:
    seen = triage.version(suggested)
    Triage.objects.update(priority="urgent", finished=timezone.now())
    shown = decide(client, suggested, "take", seen=seen)
    ticket.refresh_from_db()
    assert ticket.priority == "normal" and "made anew" in shown and "Take priority: urgent" in shown


def test_taking_twice_is_taking_once(client, ticket, suggested) -> None:
    decide(client, suggested, "take", "priority")
    decide(client, suggested, "take", "priority")
    assert decisions() == [("priority", "high", True)]


@pytest.mark.parametrize("said", [{}, {"do": "delete", "seen": "x"}, {"do": "take", "seen": "x" * 50}])
def test_what_cannot_be_read_changes_nothing(client, ticket, suggested, said) -> None:
    answer = client.post(reverse("ticket-suggestions", args=[ticket.pk]), said)
    assert "nothing was changed" in answer.content.decode() and decisions() == []


def test_tags_and_priority_are_chosen_by_hand(client, ticket, settings) -> None:
    settings.TRIAGE = False  # by hand, they need none
    billing, late = tag("billing"), tag("late")
    shown = about(client, ticket, priority="urgent", tags=[billing.pk])
    assert "urgent" in shown and "billing" in shown
    ticket.refresh_from_db()
    assert ticket.priority == "urgent" and names(ticket) == ["billing"]
    ticket.tags.add(late)  # by a colleague, while the dialog was open
    about(client, ticket, priority="urgent", was_priority="urgent", were_tags=[billing.pk])
    assert names(ticket) == ["late"]
    ticket.refresh_from_db()
    assert ticket.priority == "urgent"


def test_what_is_chosen_by_hand_answers_the_suggestion(client, ticket, suggested) -> None:
    billing, late = suggested.tags.all()
    about(client, ticket, priority="low", tags=[billing.pk, late.pk])
    suggested.refresh_from_db()
    assert suggested.settled and ("priority", "high", False) in decisions()
    assert ("tag", "billing", True) in decisions()


def test_a_tag_that_does_not_exist_changes_nothing(client, ticket) -> None:
    assert "nothing was changed" in about(client, ticket, priority="urgent", tags=[4711])
    ticket.refresh_from_db()
    assert ticket.priority == "normal"


@pytest.mark.parametrize("name", ["ticket-about", "ticket-suggestions"])
def test_nobody_else_gets_in(client, ticket, suggested, name: str) -> None:
    address = reverse(name, args=[ticket.pk])
    said = {"do": "take", "seen": triage.version(suggested), "priority": "urgent", "was_priority": "normal"}
    client.logout()
    assert client.post(address, said).status_code == 302
    Agent.objects.update(is_active=False)
    client.force_login(cast.alice())
    assert client.post(address, said).status_code in (302, 403, 404)
    ticket.refresh_from_db()
    assert ticket.priority == "normal" and decisions() == []


def test_switched_off_nothing_is_suggested(client, ticket, suggested, settings) -> None:
    settings.TRIAGE = False
    assert "Take all" not in head(client, ticket) and "By the model" not in head(client, ticket)


def test_a_triage_that_failed_says_why(client, ticket, suggested) -> None:
    Triage.objects.update(state="failed", reason="Triage was begun 5 times.")
    assert "Triage was begun 5 times." in head(client, ticket)


def test_rows_show_priority_and_tags_in_words(client, alice, ticket) -> None:
    ticket.tags.add(tag("billing"))
    Ticket.objects.update(priority="urgent")
    page = client.get(reverse("ticket-row", args=[ticket.pk])).content.decode()
    assert "Priority: " in page and "urgent" in page and "Tags: " in page and "billing" in page
    assert "normal" not in client.get(reverse("ticket-row", args=[cast.ask("Hi").ticket.pk])).content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('tag:"late delivery"', ["Late"]),
        ("TAG:billing", ["Billing"]),
        ("tag:nothing", []),
        ("priority:urgent", ["Late"]),
        ("tag:billing priority:urgent", []),
        ("tag:billing second", ["Billing"]),
        ("hashtag:billing", []),
    ],
)
def test_the_list_is_searched_by_tag_and_priority(client, alice, query: str, found: list[str]) -> None:
    late = cast.ask("Where is it?", subject="Late", priority="urgent").ticket
    late.tags.add(tag("late delivery"))
    cast.ask("The second charge.", subject="Billing").ticket.tags.add(tag("billing"))
    rows = client.get(reverse("inbox"), {"q": query}).context["list"].tickets
    assert [one.subject for one in rows] == found


def test_the_views_count_the_tags_of_open_tickets(client, alice) -> None:
    billing = tag("billing")
    tag("unused")
    for text in ("One", "Two"):
        cast.ask(text).ticket.tags.add(billing)
    closed = cast.ask("Three").ticket
    closed.tags.add(billing)
    closed.close()
    assert client.get(reverse("inbox")).context["tag_counts"] == [(billing, 2)]


def test_admins_keep_the_list_of_tags(client) -> None:
    client.force_login(cast.adam())
    address = reverse("admin:support_tag_add")
    client.post(address, {"name": " late  delivery ", "description": "Parcels"})
    assert Tag.objects.get().name == "late delivery"
    client.post(address, {"name": 'late "delivery"', "description": ""})
    client.post(address, {"name": "LATE DELIVERY", "description": ""})
    assert Tag.objects.count() == 1
    client.force_login(cast.alice())
    assert client.post(address, {"name": "mine", "description": ""}).status_code in (302, 403)
    assert Tag.objects.count() == 1
