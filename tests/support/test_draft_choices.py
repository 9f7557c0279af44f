"""Passages that an agent pins or leaves out, what is kept of all that were offered, and going back."""

import re
from uuid import uuid4

import pytest

from kb.models import Audience, Document, Passage
from llm.models import ModelCall
from support import drafting, generations, leases, offering, requesting
from support.models import Draft, Message, PassageChoice
from support.requesting import Choices
from support.sending import send_reply
from tests import cast
from tests.gateway import Gateway, Reply, error
from tests.support.drafts import ask, draft_of, in_own_connection, while_writing, write, written

pytestmark = pytest.mark.django_db

ASKED = "How many days does a refund take after my parcel arrived?"
PROMPTED = re.compile(r'<passage number="(\d+)" title="[^"]*"[^>]*>\n(.*?)\n</passage>', re.DOTALL)


def passage(words: str) -> Passage:
    return Passage.objects.get(text__contains=words)


def again(message: Message, **choices: list[int]) -> Draft:
    return requesting.request_draft(message.ticket, message, by=cast.alice(), choices=Choices(**choices))


# --- what was offered ---


def test_offered_passages_are_kept_as_the_model_saw_them(articles, gateway: Gateway) -> None:
    gateway.enqueue("You get it within 5 business days [1].")
    draft = written(draft_of(ask(ASKED)))
    rows = list(draft.offered.all())
    assert [(str(row.number), row.text) for row in rows] == PROMPTED.findall(gateway.completions[0].prompt)
    first = rows[0]
    assert (first.reference, first.title, first.heading) == (
        "refunds.md",
        "Refunds",
        first.passage.heading,
    )
    assert first.revision.text[first.start :].startswith(first.text)
    assert (first.content_hash, first.locale) == (first.passage.content_hash, "en")
    assert not any(row.pinned for row in rows)


def test_why_a_sentence_is_doubted_is_kept_with_the_numbers_that_nobody_offered(
    articles, gateway: Gateway
) -> None:
    gateway.enqueue("Within 5 business days [1]. In 99 days [1]. We pay by cheque [42].")
    sound, doubted, dropped = written(draft_of(ask(ASKED))).sentences.all()
    assert (sound.verdict, sound.reason, sound.dropped) == ("matches", "", [])
    assert "99" in doubted.reason and doubted.verdict != "matches"
    assert (dropped.verdict, dropped.dropped, dropped.citations.count()) == ("no_match", [42], 0)
    assert "42" in dropped.reason


def test_quotes_keep_what_they_were_chosen_from(articles, gateway: Gateway) -> None:
    gateway.enqueue(error(401))
    draft = written(draft_of(ask(ASKED)))
    assert draft.written_by == "quotes"
    cited = {citation.number for one in draft.sentences.all() for citation in one.citations.all()}
    assert cited <= {row.number for row in draft.offered.all()}


def test_nothing_that_was_offered_is_kept_of_an_attempt_that_lost_its_row(articles, gateway: Gateway) -> None:
    draft = draft_of(ask(ASKED))
    claimed = drafting.claim(draft.pk)
    Draft.objects.update(attempts=5)
    drafting.write_draft(claimed)
    assert not draft.offered.exists()


# --- pinned and excluded ---


def test_pinned_passages_are_offered_first_in_the_agents_order(articles, gateway: Gateway) -> None:
    message = ask(ASKED)
    photo, password = passage("photo of the damaged"), passage("Change password")
    draft = again(message, pinned=[password.pk, photo.pk])
    written(draft)
    rows = list(draft.offered.all())
    assert [row.passage for row in rows][:2] == [password, photo]
    assert [row.pinned for row in rows] == [True, True] + [False] * (len(rows) - 2)
    assert len({row.passage_id for row in rows}) == len(rows)
    assert draft.requested_by == cast.alice()


def test_excluded_passages_are_neither_offered_nor_cited(articles, gateway: Gateway) -> None:
    gateway.enqueue("Within 5 business days [1]. Really [2]. And [3].")
    message = ask(ASKED)
    excluded = passage("within 5 business days")
    draft = written(again(message, excluded=[excluded.pk]))
    assert excluded.pk not in {row.passage_id for row in draft.offered.all()}
    assert "within 5 business days" not in "".join(text for _, text in PROMPTED.findall(prompt(gateway)))
    assert not any(c.passage_id == excluded.pk for one in draft.sentences.all() for c in one.citations.all())
    assert [(row.passage, row.kind) for row in draft.choices.all()] == [(excluded, "excluded")]


def prompt(gateway: Gateway) -> str:
    return gateway.completions[-1].prompt


def test_pinned_passage_that_customers_may_not_read_leaves_no_trace(articles, gateway: Gateway) -> None:
    secret = passage("500 EUR")
    message = ask("How much may agents refund for a damaged parcel?")
    draft = again(message, pinned=[secret.pk, 10**30, -1, 0], excluded=[secret.pk])
    written(draft)
    assert not PassageChoice.objects.exists()
    assert "500 EUR" not in prompt(gateway)
    assert not any("500 EUR" in row.text for row in draft.offered.all())


@pytest.mark.parametrize("change", ["internal", "unpublished"])
def test_pinned_passage_that_was_withdrawn_since_is_not_offered(
    articles, gateway: Gateway, change: str
) -> None:
    pinned = passage("photo of the damaged")
    draft = again(ask(ASKED), pinned=[pinned.pk])
    withdrawn = (
        {"audience": Audience.INTERNAL} if change == "internal" else {"status": Document.Status.UNPUBLISHED}
    )
    Document.objects.filter(pk=pinned.document_id).update(**withdrawn)
    written(draft)
    assert draft.state == "ready" and "photo of the damaged" not in prompt(gateway)


def test_all_that_can_stand_beside_a_draft_can_be_pinned() -> None:
    shown = [cast.passage(f"Text {number}.").pk for number in range(offering.MOST_NUMBERS)]
    assert requesting.choices_of(again(cast.ask(ASKED), pinned=shown)).pinned == tuple(shown)


def test_what_an_agent_pinned_is_relevant_enough(articles, gateway: Gateway, settings) -> None:
    settings.RELEVANCE_FLOOR = 1.1
    gateway.enqueue("Press Change password [1].")
    draft = written(again(ask("What is the capital of France?"), pinned=[passage("Change password").pk]))
    assert (draft.outcome, draft.text) == ("answer", "Press Change password.")


def test_asking_again_goes_into_the_one_waiting_draft_with_the_last_choices(articles) -> None:
    message = ask(ASKED)
    photo, password = passage("photo of the damaged"), passage("Change password")
    first = again(message, pinned=[photo.pk], excluded=[password.pk])
    second = again(message, pinned=[password.pk, password.pk])
    assert first == second == draft_of(message)
    assert [(row.passage, row.kind) for row in second.choices.all()] == [(password, "pinned")]
    later = ask("It is damaged, too.", message)  # what the agent wanted is wanted still
    assert draft_of(later) == second and second.choices.count() == 1


def test_what_is_pinned_and_excluded_is_pinned(articles) -> None:
    photo = passage("photo of the damaged")
    draft = again(ask(ASKED), pinned=[photo.pk], excluded=[photo.pk])
    assert [row.kind for row in draft.choices.all()] == ["pinned"]


@pytest.mark.django_db(transaction=True)
def test_the_same_choices_are_not_paid_for_twice_but_others_are_written_next(
    articles, gateway: Gateway
) -> None:
    message = ask(ASKED)
    photo = passage("photo of the damaged")
    draft = again(message, pinned=[photo.pk])
    asked: list[Draft] = []

    def twice() -> None:
        asked.append(again(message, pinned=[photo.pk]))
        asked.append(again(message, excluded=[photo.pk]))

    while_writing(gateway, twice)
    following = write(draft)
    assert [one.pk for one in asked] == [draft.pk, following] and following != draft.pk
    last = Draft.objects.get(pk=following)
    write(last)
    draft.refresh_from_db()
    assert (draft.state, last.state) == ("superseded", "ready")
    assert photo.pk not in {row.passage_id for row in last.offered.all()}


# --- going back ---


def regenerated(message: Message, gateway: Gateway, *texts: str) -> list[Draft]:
    gateway.enqueue(*texts)
    drafts = [written(draft_of(message))]
    for _ in texts[1:]:
        drafts.append(written(requesting.request_draft(message.ticket, message, by=cast.alice())))
    return drafts


def test_generations_are_the_texts_for_the_last_message_newest_first(articles, gateway: Gateway) -> None:
    message = ask(ASKED)
    first, second, declined = regenerated(message, gateway, "One [1].", "Two [1].", "CANNOT_ANSWER: no")
    assert generations.generations(message.ticket) == [second, first]
    assert declined.state == "ready"
    ask("And my password?", message)
    assert generations.generations(message.ticket) == []


def test_an_earlier_generation_is_brought_back(articles, gateway: Gateway) -> None:
    message = ask(ASKED)
    first, second = regenerated(message, gateway, "One [1].", "Two [1].")
    assert generations.bring_back(first) and first.state == "ready"
    second.refresh_from_db()
    assert (second.state, message.ticket.current_draft()) == ("superseded", first)
    assert generations.bring_back(second) and message.ticket.current_draft() == second


@pytest.mark.parametrize("happened", ["customer", "reply", "closed", "sent"])
def test_nothing_is_brought_back_once_it_is_too_late(articles, gateway: Gateway, happened: str) -> None:
    message = ask(ASKED)
    first, _ = regenerated(message, gateway, "One [1].", "Two [1].")
    if happened == "customer":
        ask("Hello?", message)
    elif happened == "reply":
        Message.objects.create(ticket=message.ticket, kind="reply", author=cast.alice(), text="5 days")
    elif happened == "closed":
        message.ticket.close()
    else:
        Draft.objects.filter(pk=first.pk).update(state="sent")
    assert not generations.bring_back(first)
    first.refresh_from_db()
    assert first.state != "ready"


@pytest.mark.django_db(transaction=True)
def test_a_draft_written_meanwhile_takes_the_place_of_the_one_brought_back(
    articles, gateway: Gateway
) -> None:
    message = ask(ASKED)
    first, second = regenerated(message, gateway, "One [1].", "Two [1].")
    third = again(message)
    while_writing(gateway, lambda: generations.bring_back(first))
    write(third)
    states = dict(Draft.objects.values_list("pk", "state"))
    assert states == {first.pk: "superseded", second.pk: "superseded", third.pk: "ready"}


def test_a_rejected_draft_says_why_and_by_whom(articles, gateway: Gateway) -> None:
    draft = written(draft_of(ask(ASKED)))
    assert draft.reject(cast.alice(), Draft.Rejection.OUTDATED)
    draft.refresh_from_db()
    assert (draft.state, draft.rejection, draft.rejected_by) == ("dismissed", "outdated", cast.alice())
    assert not draft.reject(cast.adam(), Draft.Rejection.TONE)
    draft.refresh_from_db()
    assert draft.rejection == "outdated"


def test_a_failure_hides_no_ready_draft(articles, gateway: Gateway) -> None:
    message = ask(ASKED)
    draft = written(draft_of(message))
    failed = again(message)
    Draft.objects.filter(pk=failed.pk).update(attempts=drafting.MOST_ATTEMPTS)
    assert drafting.claim(failed.pk) is None
    failed.refresh_from_db()
    assert (failed.state, message.ticket.current_draft()) == ("failed", draft)


# --- when nobody waits for it ---


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment", ["before", "meanwhile"])
def test_nothing_is_drafted_once_an_agent_has_replied(articles, gateway: Gateway, moment: str) -> None:
    message = ask(ASKED)
    draft = draft_of(message)
    alice = cast.alice()

    def reply() -> None:
        send_reply(message.ticket, alice, "5 days.", uuid4(), seen=message.pk)

    if moment == "before":
        in_own_connection(reply)
        assert drafting.claim(draft.pk) is None
        assert not gateway.completions
    else:
        while_writing(gateway, reply)
        assert write(draft) is None
    draft.refresh_from_db()
    assert (draft.state, draft.text) == ("superseded", "")
    assert drafting.forgotten_drafts(grace=leases.LEASE * 0) == []


def test_a_draft_for_a_reply_is_not_paid_for(articles, gateway: Gateway) -> None:
    message = ask(ASKED)
    Draft.objects.all().delete()
    reply = Message.objects.create(ticket=message.ticket, kind="reply", author=cast.alice(), text="5 days")
    draft = requesting.request_draft(message.ticket, reply, by=cast.alice())
    assert write(draft) is None
    assert draft.state == "superseded" and not gateway.completions


@pytest.mark.django_db(transaction=True)
def test_a_ticket_closed_meanwhile_keeps_no_draft_and_gets_one_when_it_is_reopened(
    articles, gateway: Gateway
) -> None:
    message = ask(ASKED)
    draft = draft_of(message)
    while_writing(gateway, message.ticket.close)
    assert write(draft) is None
    assert draft.state == "superseded"
    message.ticket.reopen()
    anew = requesting.draft_if_awaited(message.ticket, cast.alice())
    assert anew is not None and requesting.draft_if_awaited(message.ticket, cast.alice()) is None
    assert written(anew).state == "ready"


def test_reopening_asks_for_a_draft_only_if_the_customer_had_the_last_word(client, articles) -> None:
    client.force_login(cast.alice())
    message = ask(ASKED)
    Message.objects.create(ticket=message.ticket, kind="reply", author=cast.alice(), text="5 days")
    message.ticket.close()
    client.post(f"/tickets/{message.ticket_id}/reopen/")
    assert not Draft.objects.filter(state="waiting").exists()
    message = ask("And abroad?", message)
    message.ticket.refresh_from_db()
    message.ticket.close()
    client.post(f"/tickets/{message.ticket_id}/reopen/")
    assert Draft.objects.get(state="waiting").up_to == message


@pytest.mark.django_db(transaction=True)
def test_what_a_customer_has_overtaken_is_not_paid_for_to_its_end(
    articles, gateway: Gateway, monkeypatch
) -> None:
    monkeypatch.setattr(leases, "RENEWAL_SECONDS", 0.1)
    gateway.enqueue(Reply("word " * 1000, delay=0.05))  # most of a minute
    message = ask(ASKED)
    draft = draft_of(message)
    while_writing(gateway, lambda: ask("And abroad?", message))
    following = write(draft)
    assert (draft.state, ModelCall.objects.get().outcome) == ("superseded", "abandoned")
    assert Draft.objects.get(pk=following).up_to.text == "And abroad?"
