"""A dry run: past tickets drafted as today and with a version that is not live, and nothing else touched."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from config.celery import app
from kb import leases
from kb.models import Document
from llm.models import Budget, ModelCall, Price
from support import dry_runs, live, prompt_versions, tasks
from support.dry_runs import Refused
from support.models import Agent, Draft, DryRun, Gap, Message, PromptVersion, Sentence, Ticket
from support.prompts import BUILT_IN, Prompt
from tests import cast
from tests.gateway import Gateway, Reply, error
from tests.support.drafts import while_writing

pytestmark = pytest.mark.django_db

BEFORE = "We refund you within 5 business days [1]."
AFTER = "Hi! We refund you within 5 business days [1]. It takes 90 days by post [1]."


@pytest.fixture
def answered(articles: dict[str, Document], alice: Agent) -> Ticket:
    """Carol asked, an agent replied, and Carol has thanked since."""
    ticket = cast.ask("How long does a refund take?").ticket
    Message.objects.create(ticket=ticket, kind=Message.Kind.REPLY, author=alice, text="Five days.")
    Message.objects.create(ticket=ticket, kind=Message.Kind.NOTE, author=alice, text="Secret: she is angry.")
    cast.ask("Thank you!", ticket=ticket)
    return ticket


@pytest.fixture
def house() -> PromptVersion:
    return prompt_versions.write(Prompt.HOUSE, "Greet with “Hi!”", "warmer", None)


def begin(version: PromptVersion, agent: Agent) -> DryRun:
    (run,) = dry_runs.start(version, dry_runs.answered(agent), agent)
    return run


def drained(run: DryRun) -> DryRun:
    tasks.write_dry_run(run.pk)
    run.refresh_from_db()
    return run


def test_a_past_ticket_is_drafted_with_both_and_nothing_else_changes(
    answered: Ticket, house: PromptVersion, alice: Agent, gateway: Gateway
) -> None:
    Price.objects.create(model="glm-4.5", prompt_usd_per_1k=1, completion_usd_per_1k=1)
    gateway.enqueue(BEFORE, AFTER)
    positions = [live.position(channel) for channel in (f"ticket-{answered.pk}", "inbox")]
    run = drained(begin(house, alice))
    assert run.state == DryRun.State.DONE, run.reason
    assert run.up_to.text == "How long does a refund take?", "the message that was answered"
    own = BUILT_IN[Prompt.REPLY].version
    assert (run.before["text"], run.before["prompt_version"]) == (
        "We refund you within 5 business days.",
        own,
    )
    assert (run.before["claims"], run.before["matching"], run.before["outcome"]) == (1, 1, "answer")
    assert run.after["prompt_version"] == f"{own}+house-1.2"
    assert [one["verdict"] for one in run.after["sentences"]] == ["needs_no_proof", "matches", "no_match"]
    assert Decimal(run.after["cost_usd"]) == Decimal("0.12")
    before, after = (request.prompt for request in gateway.completions)
    assert "Greet with" not in before and after.count("Greet with") == 1
    assert "Secret" not in after and "Five days" not in after and "Thank you" not in after
    calls = ModelCall.objects.filter(feature="dry_run").order_by("pk")
    assert [call.prompt_version for call in calls] == [own, f"{own}+house-1.2"]
    assert run.model_call == calls[1]
    assert not Draft.objects.exists() and not Sentence.objects.exists() and not Gap.objects.exists()
    assert positions == [live.position(channel) for channel in (f"ticket-{answered.pk}", "inbox")]
    assert dry_runs.total([run.after]).share == 0.5


def test_the_model_that_drafts_is_asked(
    answered: Ticket, house: PromptVersion, alice: Agent, gateway: Gateway, settings
) -> None:
    settings.LLM_MODEL, settings.LLM_MODELS = "drafting-model", {"lighter": "other"}
    gateway.enqueue(BEFORE, AFTER)
    drained(begin(house, alice))
    assert {request.body["model"] for request in gateway.completions} == {"drafting-model"}


def test_it_waits_on_a_queue_that_no_customer_waits_on() -> None:
    routed = app.amqp.router.route({}, "support.tasks.write_dry_run")
    assert routed["queue"].name == "bulk"


def test_a_gateway_that_is_away_is_asked_again_and_what_is_done_is_not_paid_twice(
    answered: Ticket, house: PromptVersion, alice: Agent, gateway: Gateway
) -> None:
    gateway.enqueue(BEFORE, error(503))
    run = drained(begin(house, alice))
    assert run.state == DryRun.State.WAITING and run.before and not run.after and run.reason
    assert dry_runs.claim(run.pk) is None, "not before its pause is over"
    DryRun.objects.update(lease=timezone.now() - timedelta(seconds=1))
    assert dry_runs.forgotten() == [run.pk]
    gateway.enqueue(AFTER)
    assert drained(run).state == DryRun.State.DONE
    assert len(gateway.completions) == 3


def test_a_gateway_is_asked_again_when_it_says(
    answered: Ticket, house: PromptVersion, alice: Agent, gateway: Gateway
) -> None:
    gateway.enqueue(error(503, Retry_After="45"))
    began = timezone.now()
    run = drained(begin(house, alice))
    assert run.lease and timedelta(seconds=44.9) < run.lease - began
    assert run.lease - timezone.now() <= timedelta(seconds=45 * 1.5)


@pytest.mark.django_db(transaction=True)
def test_its_lease_is_renewed_while_the_model_is_silent(
    answered: Ticket, house: PromptVersion, alice: Agent, gateway: Gateway, monkeypatch, eventually
) -> None:
    monkeypatch.setattr(leases, "RENEWED_EVERY", 0.1)
    gateway.enqueue(BEFORE, AFTER)
    run = dry_runs.claim(begin(house, alice).pk)
    assert run
    seen: list[float] = []

    def look() -> None:
        for_longer = DryRun.objects.filter(lease__gt=DryRun.objects.get().lease)
        seen.append(eventually(for_longer.exists))

    while_writing(gateway, look)
    dry_runs.write(run)
    assert seen and DryRun.objects.get().state == DryRun.State.DONE
    assert not [one for one in threading.enumerate() if "_renew" in one.name]


def test_a_gateway_that_stays_away_is_said(
    answered: Ticket, house: PromptVersion, alice: Agent, gateway: Gateway
) -> None:
    run = begin(house, alice)
    DryRun.objects.update(attempts=dry_runs.ATTEMPTS - 1)
    gateway.enqueue(error(503))
    run = drained(run)
    assert run.state == DryRun.State.FAILED and run.reason and run.finished


def test_a_refused_answer_is_said_at_once(
    answered: Ticket, house: PromptVersion, alice: Agent, gateway: Gateway
) -> None:
    gateway.enqueue(BEFORE, Reply("cut", finish_reason="length"))
    run = drained(begin(house, alice))
    assert run.state == DryRun.State.FAILED and "length limit" in run.reason


def test_a_dead_workers_ticket_is_taken_over_and_what_it_says_later_is_not_kept(
    answered: Ticket, house: PromptVersion, alice: Agent, gateway: Gateway
) -> None:
    run = begin(house, alice)
    dead = dry_runs.claim(run.pk)
    assert dead and dry_runs.claim(run.pk) is None
    DryRun.objects.update(lease=timezone.now() - timedelta(seconds=1))
    gateway.enqueue(BEFORE, AFTER)
    done = drained(run)
    assert done.state == DryRun.State.DONE and done.attempts == 2
    dry_runs.write(dead)
    assert len(gateway.completions) == 2, "who lost the row asks nothing any more"
    dead.refresh_from_db()
    assert dead.after == done.after


def test_what_keeps_killing_its_worker_is_given_up(
    answered: Ticket, house: PromptVersion, alice: Agent, gateway: Gateway
) -> None:
    run = begin(house, alice)
    past = timezone.now() - timedelta(seconds=1)
    DryRun.objects.update(state=DryRun.State.WRITING, attempts=dry_runs.ATTEMPTS, lease=past)
    assert drained(run).state == DryRun.State.FAILED and "never came to an end" in run.reason


def test_a_young_row_has_its_own_wake_up(
    answered: Ticket, house: PromptVersion, alice: Agent, gateway: Gateway
) -> None:
    run = begin(house, alice)
    assert dry_runs.forgotten() == []
    DryRun.objects.update(created=timezone.now() - timedelta(minutes=1))
    assert dry_runs.forgotten() == [run.pk]


def test_trying_again_begins_anew_and_leaves_alone_what_is_under_way(
    answered: Ticket, house: PromptVersion, alice: Agent, gateway: Gateway
) -> None:
    gateway.enqueue(BEFORE, AFTER)
    done = drained(begin(house, alice))
    again = begin(house, alice)
    assert again.pk == done.pk and again.state == DryRun.State.WAITING and not again.after
    claimed = dry_runs.claim(again.pk)
    assert claimed and begin(house, alice).state == DryRun.State.WRITING


def test_where_nothing_is_found_no_model_is_asked(
    answered: Ticket, house: PromptVersion, alice: Agent, gateway: Gateway, settings
) -> None:
    settings.RELEVANCE_FLOOR = 1.0
    run = drained(begin(house, alice))
    assert run.state == DryRun.State.DONE and run.after["outcome"] == "cannot_answer"
    assert run.after["cost_usd"] == "0" and not gateway.completions


def test_the_budget_holds(answered: Ticket, house: PromptVersion, alice: Agent, gateway: Gateway) -> None:
    Price.objects.create(model="glm-4.5", prompt_usd_per_1k=1, completion_usd_per_1k=1)
    run = begin(house, alice)
    Budget.objects.create(period=Budget.Period.DAY, limit_usd=0)
    assert drained(run).state == DryRun.State.FAILED and "budget" in run.reason.lower()
    assert not gateway.completions
    with pytest.raises(Refused, match="nearly used up"):
        begin(house, alice)


def test_a_dry_run_under_way_leaves_the_rest_of_a_budget_to_customers(
    answered: Ticket, house: PromptVersion, alice: Agent, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = begin(house, alice)
    tight = iter([False, True])  # it gets so while the first side is written
    monkeypatch.setattr("llm.budgets.tight", lambda: next(tight, True))
    gateway.enqueue(BEFORE, AFTER)
    assert drained(run).state == DryRun.State.FAILED
    assert run.reason == dry_runs.NEARLY_USED_UP and len(gateway.completions) == 1


def test_what_cannot_be_tried_is_refused_in_a_sentence(
    answered: Ticket, house: PromptVersion, alice: Agent, gateway: Gateway, settings
) -> None:
    asked = dry_runs.answered(alice)
    with pytest.raises(Refused, match="at least one ticket"):
        dry_runs.start(house, [], alice)
    with pytest.raises(Refused, match="20 tickets at most"):
        dry_runs.start(house, asked * 21, alice)
    opinion = prompt_versions.write(Prompt.OPINION, BUILT_IN[Prompt.OPINION].text + " Be strict.", "", None)
    with pytest.raises(Refused, match="no part in them"):
        dry_runs.start(opinion, asked, alice)
    prompt_versions.make_live(Prompt.HOUSE, house.number, seen=0)
    house.refresh_from_db()
    with pytest.raises(Refused, match="in force already"):
        dry_runs.start(house, asked, alice)
    settings.RUNAPI_KEY = ""
    with pytest.raises(Refused):
        dry_runs.start(house, asked, alice)


def test_only_tickets_that_were_replied_to_are_offered_newest_reply_first(alice: Agent) -> None:
    tickets = [cast.ask(f"Question {n}?", subject=f"Question {n}?").ticket for n in range(3)]
    for ticket in (tickets[2], tickets[0]):
        Message.objects.create(ticket=ticket, kind=Message.Kind.REPLY, author=alice, text="Yes.")
    assert [one.ticket for one in dry_runs.answered(alice)] == [tickets[0], tickets[2]]
    assert [one.ticket for one in dry_runs.answered(alice, 1)] == [tickets[0]]
    alice.is_active = False
    assert dry_runs.answered(alice) == [], "through the one gate"
