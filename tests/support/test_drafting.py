"""A waiting draft becomes a stored one: once, from what is public and current, whatever happens meanwhile."""

import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from kb import ingest
from kb.models import Audience, Document
from llm import breaker
from llm.embed import LocalEmbedder
from llm.errors import Unavailable
from llm.models import ModelCall, Price
from support import drafting, leases, live, requesting
from support.composing import compose, look_up
from support.leases import renew
from support.models import Agent, Customer, Draft, Message, Ticket
from support.prompts import Conversation, Turn
from support.receiving import receive_message
from tests.gateway import DROP, Gateway, Reply, error
from tests.support.conftest import REFUNDS
from tests.support.drafts import draft_of, in_own_connection, while_writing, write

pytestmark = pytest.mark.django_db

ASKED = "How many days does a refund take after my parcel arrived?"


@pytest.fixture(autouse=True)
def renewal_that_sees_the_rows(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Renewal has a connection of its own: what one test's transaction holds, it would take for lost."""
    marker = request.node.get_closest_marker("django_db")
    if not marker.kwargs.get("transaction"):
        monkeypatch.setattr(leases, "renew", lambda held: None)


@pytest.fixture
def message(db: None) -> Message:
    return receive_message(Customer.objects.create(name="Carol"), ASKED, uuid4())


def asked(*texts: str) -> Conversation:
    return Conversation([Turn(Message.Kind.CUSTOMER, text) for text in texts])


# --- what a reply is ---


def test_reply_is_the_models_answer_with_a_quote_for_each_sentence(articles, gateway: Gateway) -> None:
    gateway.enqueue("You get it within 5 business days [1]. Bye!")
    reply = compose(asked(ASKED), Audience.PUBLIC)
    assert (reply.outcome, reply.written_by, reply.model) == ("answer", "model", "glm-4.5")
    assert reply.text == "You get it within 5 business days. Bye!"
    first, second = reply.sentences
    assert (first.supported, second.supported) == (True, False)
    (cited,) = first.citations
    text = Document.objects.get(reference="refunds.md").current.text
    assert text[cited.start : cited.end] == cited.quote
    assert cited.quote.startswith("We refund you within 5 business days")


def test_prompt_holds_the_public_passages_only(articles, gateway: Gateway) -> None:
    compose(asked("How much may agents refund for a damaged parcel?"), Audience.PUBLIC)
    (request,) = gateway.completions
    assert "photo of the damaged parcel" in request.prompt
    assert "500 EUR" not in request.prompt and "staff" not in request.prompt
    compose(asked("How much may agents refund for a damaged parcel?"), Audience.INTERNAL)
    assert "500 EUR" in gateway.completions[1].prompt


def test_irrelevant_question_is_not_sent_to_the_model(articles, gateway: Gateway, settings) -> None:
    settings.RELEVANCE_FLOOR = 1.1
    reply = compose(asked("What is the capital of France?"), Audience.PUBLIC)
    assert (reply.outcome, reply.text, list(reply.sentences)) == ("cannot_answer", "", [])
    assert "capital of France" in reply.reason
    assert not gateway.requests and not ModelCall.objects.exists()


def test_without_a_key_the_reply_is_quotes_and_says_so(articles, settings) -> None:
    settings.RUNAPI_KEY = ""
    reply = compose(asked(ASKED), Audience.PUBLIC)
    assert (reply.outcome, reply.written_by, reply.cost_usd) == ("answer", "quotes", 0)
    assert "5 business days" in reply.text and "No key" in reply.reason
    assert reply.sentences and all(sentence.supported for sentence in reply.sentences)


def test_a_draft_from_words_alone_says_so(articles, gateway: Gateway, monkeypatch) -> None:
    gateway.enqueue("Within 5 business days [1].")
    monkeypatch.setattr(LocalEmbedder, "queries", _away)
    monkeypatch.setattr(LocalEmbedder, "query", _away)
    reply = compose(asked(ASKED), Audience.PUBLIC)
    assert (reply.outcome, reply.written_by) == ("answer", "model")
    assert "found by their words alone" in reply.reason


def _away(*args: object) -> None:
    raise Unavailable("down")


def test_model_may_decline_with_what_is_missing(articles, gateway: Gateway) -> None:
    gateway.enqueue("CANNOT_ANSWER: The article does not say what happens abroad [1].")
    reply = compose(asked(ASKED), Audience.PUBLIC)
    assert (reply.outcome, reply.text) == ("cannot_answer", "")
    assert reply.reason.endswith("The article does not say what happens abroad.")
    assert reply.written_by == "model" and reply.prompt_tokens == 100


def test_model_may_ask_back_and_a_question_needs_no_proof(articles, gateway: Gateway) -> None:
    gateway.enqueue("CLARIFY: Which parcel do you mean? We have 7.")
    reply = compose(asked(ASKED), Audience.PUBLIC)
    assert (reply.outcome, reply.text) == ("clarify", "Which parcel do you mean? We have 7.")
    assert [sentence.verdict for sentence in reply.sentences] == ["needs_no_proof", "no_match"]


def test_form_of_a_declined_answer_is_never_previewed(articles, gateway: Gateway) -> None:
    heard: list[str] = []
    gateway.enqueue(Reply(pieces=["CANNOT", "_ANS", "WER", ": nothing", " at all"]), "Can it? Yes [1].")
    compose(asked(ASKED), Audience.PUBLIC, heard.append)
    assert "".join(heard) == ""
    compose(asked(ASKED), Audience.PUBLIC, heard.append)
    assert "".join(heard) == "Can it? Yes [1]."


@pytest.mark.parametrize(
    ("texts", "first"),
    [
        ((ASKED, "how many days?"), "refunds.md"),
        (("How do I change my password?", "and where?"), "password.md"),
        ((ASKED, "How do I change the password of my account?"), "password.md"),
        (("How do I change my password?", f"Hi,\n\n{ASKED}\n\n> Choose a new password."), "refunds.md"),
    ],
)
def test_a_message_is_looked_up_with_what_was_said_before(
    articles, texts: tuple[str, ...], first: str
) -> None:
    earlier, last = texts
    turns = [
        (Message.Kind.CUSTOMER, earlier),
        (Message.Kind.REPLY, "See above."),
        (Message.Kind.CUSTOMER, last),
    ]
    offered, _, _ = look_up(Conversation([Turn(*turn) for turn in turns]), Audience.PUBLIC)
    assert offered[0].document == first


def test_all_that_nobody_answered_yet_is_looked_up(articles) -> None:
    offered, _, _ = look_up(asked("How do I change my password?", ASKED, "thanks!!"), Audience.PUBLIC)
    assert {one.document for one in offered[:2]} == {"password.md", "refunds.md"}


def test_an_answer_of_the_desk_after_the_message_is_no_history_of_it(articles) -> None:
    conversation = Conversation(
        [Turn(Message.Kind.CUSTOMER, ASKED), Turn(Message.Kind.REPLY, "Open Settings, choose Security.")]
    )
    assert look_up(conversation, Audience.PUBLIC)[0][0].document == "refunds.md"
    assert look_up(asked(), Audience.PUBLIC)[0] == []


def test_quotes_for_a_short_message_are_chosen_with_the_one_before(articles, settings) -> None:
    settings.RUNAPI_KEY = ""
    reply = compose(asked("How do I change my password?", "and where?"), Audience.PUBLIC)
    assert "press Change password" in reply.text


def test_a_refusal_names_what_was_asked_without_the_mail_around_it(articles, settings) -> None:
    settings.RELEVANCE_FLOOR = 1.1
    reply = compose(asked("Hello,\n\nWhat is the capital of France?\n\nBest regards\nCarol"), Audience.PUBLIC)
    assert reply.reason.endswith("“What is the capital of France?”")


# --- the row ---


def test_written_draft_stores_text_sentences_citations_and_the_call(
    articles, message, gateway: Gateway
) -> None:
    gateway.enqueue("You get it within 5 business days [1]. It takes 99 days [1]. Bye!")
    draft = draft_of(message)
    assert write(draft) is None
    assert (draft.state, draft.outcome, draft.written_by) == ("ready", "answer", "model")
    assert draft.text == "You get it within 5 business days. It takes 99 days. Bye!"
    assert draft.lease is None and draft.finished and draft.prompt_version
    sentences = list(draft.sentences.all())
    assert [one.verdict for one in sentences] == ["matches", "no_match", "no_match"]
    assert all(draft.text[one.start : one.end] == one.text for one in sentences)
    citation = sentences[0].citations.get()
    assert citation.revision.text[citation.start : citation.end] == citation.quote
    assert citation.passage.text.find(citation.quote) >= 0
    assert draft.model_call.outcome == "complete"


def test_draft_keeps_what_it_can_be_written_from_again(articles, message, gateway: Gateway) -> None:
    gateway.enqueue("  We refund you within 5 business days [1]. \n")
    draft = draft_of(message)
    write(draft)
    assert draft.raw_output == "  We refund you within 5 business days [1]. \n"
    assert draft.parameters["model"] == "glm-4.5" and draft.parameters["language"] == "English"
    assert draft.parameters["extra_body"] == {"thinking": {"type": "disabled"}}
    assert draft.parameters["max_tokens"] == gateway.completions[0].body["max_tokens"]


def test_price_of_the_call_is_on_the_ledger(articles, message, gateway: Gateway) -> None:
    Price.objects.create(model="glm-4.5", prompt_usd_per_1k="0.5", completion_usd_per_1k="2")
    write(draft_of(message))
    assert ModelCall.objects.get().cost_usd is not None


def test_refused_key_makes_quotes_at_once_with_the_reason(articles, message, gateway: Gateway) -> None:
    gateway.enqueue(error(401))
    draft = draft_of(message)
    write(draft)
    assert (draft.state, draft.written_by) == ("ready", "quotes")
    assert "refused the key" in draft.reason
    assert len(gateway.requests) == 1


def test_while_the_gateway_is_left_alone_drafts_are_quotes_at_once(
    articles, message, gateway: Gateway, valkey
) -> None:
    for _ in range(breaker.FAILURES):
        breaker.failed()
    draft = draft_of(message)
    write(draft)
    assert (draft.state, draft.written_by, draft.attempts) == ("ready", "quotes", 1)
    assert draft.reason.startswith("The model did not answer. These are quotes from the articles.\n")
    assert not gateway.completions


def test_gateway_that_is_down_is_asked_again_and_then_left_alone(articles, message, gateway: Gateway) -> None:
    gateway.enqueue(error(503), Reply("Half", after=DROP), error(500))
    draft = draft_of(message)
    for attempt in (1, 2):
        write(draft)
        assert (draft.state, draft.attempts) == ("waiting", attempt)
        assert draft.reason and draft.lease > timezone.now()
        assert drafting.claim(draft.pk) is None  # not yet
        Draft.objects.update(lease=timezone.now() - timedelta(seconds=1))
    write(draft)
    assert (draft.state, draft.written_by) == ("ready", "quotes")
    assert "500" in draft.reason and len(gateway.requests) == 3
    assert not ModelCall.objects.exclude(outcome="unavailable", cost_usd=0).exists()


def test_draft_comes_back_when_the_gateway_says(articles, message, gateway: Gateway) -> None:
    gateway.enqueue(error(429, Retry_After="11"))
    draft = draft_of(message)
    began = timezone.now()
    write(draft)
    assert began + timedelta(seconds=10.9) < draft.lease < timezone.now() + timedelta(seconds=16.6)


@pytest.mark.parametrize(("asked", "least", "most"), [(None, 4, 6), (9, 9, 13.5), (0, 0, 1), (86400, 20, 30)])
def test_what_failed_together_does_not_come_back_together(asked, least, most) -> None:
    away = Unavailable("It is away.", retry_after=asked)
    pauses = {leases.pause(away, 2).total_seconds() for _ in range(20)}
    assert len(pauses) > 10
    assert min(pauses) >= least and max(pauses) <= most  # never before it asked for


def test_endless_retry_after_is_not_obeyed(articles, message, gateway: Gateway) -> None:
    gateway.enqueue(error(429, Retry_After="86400"))
    draft = draft_of(message)
    write(draft)
    longest = leases.LONGEST_PAUSE * (1 + leases.JITTER)
    assert (draft.lease - timezone.now()).total_seconds() <= longest


# --- who owns it ---


def test_draft_is_claimed_once(message) -> None:
    draft = draft_of(message)
    assert drafting.claim(draft.pk) is not None
    assert drafting.claim(draft.pk) is None


def test_draft_of_a_dead_worker_is_claimed_again(message) -> None:
    draft = draft_of(message)
    drafting.claim(draft.pk)
    Draft.objects.update(lease=timezone.now() - timedelta(seconds=1))
    again = drafting.claim(draft.pk)
    assert again is not None and again.attempts == 2


def test_second_draft_of_a_ticket_waits_for_the_first(message) -> None:
    drafting.claim(draft_of(message).pk)
    second = receive_message(message.ticket.customer, "And?", uuid4(), message.ticket)
    assert drafting.claim(draft_of(second).pk) is None
    assert draft_of(second).pk not in drafting.forgotten_drafts(timedelta(0))


def test_dead_workers_draft_gives_way_to_a_newer_message(message) -> None:
    first = draft_of(message)
    drafting.claim(first.pk)
    second = receive_message(message.ticket.customer, "And?", uuid4(), message.ticket)
    Draft.objects.filter(pk=first.pk).update(lease=timezone.now() - timedelta(seconds=1))
    assert drafting.forgotten_drafts(timedelta(0)) == [draft_of(second).pk]
    first.refresh_from_db()
    assert first.state == "superseded"


def test_fresh_draft_is_left_to_its_own_wake_up(message) -> None:
    assert drafting.forgotten_drafts(timedelta(seconds=30)) == []
    assert drafting.forgotten_drafts(timedelta(0)) == [draft_of(message).pk]


def test_attempt_that_lost_the_row_stores_nothing(articles, message, gateway: Gateway) -> None:
    draft = draft_of(message)
    slow = drafting.claim(draft.pk)
    Draft.objects.update(lease=timezone.now() - timedelta(seconds=1))
    quick = drafting.claim(draft.pk)
    gateway.enqueue("Slow [1].", "Quick [1].")
    assert drafting.write_draft(slow) is None
    draft.refresh_from_db()
    assert (draft.state, draft.text) == ("writing", "")
    drafting.write_draft(quick)
    draft.refresh_from_db()
    assert (draft.state, draft.text, draft.sentences.count()) == ("ready", "Quick.", 1)


def test_row_that_moved_to_another_message_is_not_the_old_attempts(
    articles, message, gateway: Gateway
) -> None:
    draft = draft_of(message)
    zombie = drafting.claim(draft.pk)
    Draft.objects.update(state="waiting", lease=None)
    second = receive_message(message.ticket.customer, "And my password?", uuid4(), message.ticket)
    current = drafting.claim(draft_of(second).pk)
    assert (zombie.pk, zombie.attempts) == (current.pk, current.attempts)
    drafting._store(current, compose(asked("password"), Audience.PUBLIC))
    with pytest.raises(drafting.Lost):
        drafting._store(zombie, compose(asked("refund"), Audience.PUBLIC))


def test_draft_that_kills_its_workers_is_given_up_with_a_reason(message) -> None:
    Draft.objects.update(attempts=drafting.MOST_ATTEMPTS)
    draft = draft_of(message)
    assert drafting.claim(draft.pk) is None
    draft.refresh_from_db()
    assert draft.state == "failed" and "never came to an end" in draft.reason
    again = requesting.request_draft(message.ticket, message)
    assert again.pk != draft.pk and drafting.claim(again.pk)


def test_renewal_keeps_own_leases_and_finds_lost_ones(message) -> None:
    draft = drafting.claim(draft_of(message).pk)
    began = timezone.now()
    Draft.objects.update(lease=began)
    mine, lost = leases.Lease(draft.pk, 1), leases.Lease(draft.pk, 7)
    renew({mine, lost})
    draft.refresh_from_db()
    assert not mine.lost and lost.lost
    assert draft.lease >= began + leases.LEASE


# --- what happens meanwhile ---


@pytest.mark.django_db(transaction=True)
def test_customer_who_writes_on_gets_a_draft_for_the_last_message(
    articles, message, gateway: Gateway
) -> None:
    draft = draft_of(message)
    while_writing(
        gateway, lambda: receive_message(message.ticket.customer, "And my password?", uuid4(), message.ticket)
    )
    following = write(draft)
    assert draft.state == "superseded" and draft.text == ""
    waiting = Draft.objects.get(pk=following)
    assert waiting.up_to.text == "And my password?"
    write(waiting)
    assert waiting.state == "ready"


@pytest.mark.django_db(transaction=True)
def test_draft_is_superseded_when_a_colleague_replied(articles, message, gateway: Gateway) -> None:
    alice = Agent.objects.create_user("alice@example.com", name="Alice")
    draft = draft_of(message)
    while_writing(
        gateway,
        lambda: Message.objects.create(ticket=message.ticket, kind="reply", author=alice, text="5 days"),
    )
    assert write(draft) is None
    assert draft.state == "superseded"
    assert Draft.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_note_of_a_colleague_changes_nothing(articles, message, gateway: Gateway) -> None:
    draft = draft_of(message)
    while_writing(gateway, lambda: Message.objects.create(ticket=message.ticket, kind="note", text="VIP"))
    write(draft)
    assert draft.state == "ready"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", ["edited", "unpublished", "internal", "deleted"])
def test_draft_from_a_page_that_changed_meanwhile_is_written_anew(
    articles, message, gateway: Gateway, article, change: str
) -> None:
    def happens() -> None:
        document = Document.objects.get(reference="refunds.md")
        if change == "edited":
            article("refunds.md", REFUNDS.replace("5 business days", "30 days"))
        elif change == "unpublished":
            Document.objects.filter(pk=document.pk).update(status=Document.Status.UNPUBLISHED)
        elif change == "internal":
            Document.objects.filter(pk=document.pk).update(audience=Audience.INTERNAL)
        else:
            ingest.delete(document)

    draft = draft_of(message)
    while_writing(gateway, happens)
    following = write(draft)
    assert (draft.state, draft.text, following) == ("waiting", "", draft.pk)
    write(draft)
    assert draft.state == "ready"
    assert "5 business days" not in draft.text
    assert "5 business days" not in gateway.completions[1].prompt


@pytest.mark.django_db(transaction=True)
def test_publishing_something_else_meanwhile_changes_nothing(articles, message, gateway, article) -> None:
    draft = draft_of(message)
    while_writing(
        gateway, lambda: article("new.md", "# Opening hours\n\nWe are open from 9 to 17 on weekdays.")
    )
    write(draft)
    assert draft.state == "ready" and len(gateway.completions) == 1


@pytest.mark.django_db(transaction=True)
def test_regenerated_draft_takes_the_place_of_the_old_one(articles, message, gateway: Gateway) -> None:
    first = draft_of(message)
    write(first)
    second = requesting.request_draft(message.ticket, message)
    assert requesting.request_draft(message.ticket, message) == second
    write(second)
    first.refresh_from_db()
    assert (first.state, second.state) == ("superseded", "ready")


@pytest.mark.django_db(transaction=True)
def test_asking_again_while_one_is_written_does_not_pay_twice(articles, message, gateway: Gateway) -> None:
    draft = draft_of(message)
    while_writing(gateway, lambda: requesting.request_draft(message.ticket, message))
    assert write(draft) is None
    assert draft.state == "ready" and Draft.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_draft_that_would_wait_again_gives_way_to_one_that_waits(articles, message, gateway: Gateway) -> None:
    draft = draft_of(message)
    claimed = drafting.claim(draft.pk)
    Draft.objects.update(lease=timezone.now() - timedelta(seconds=1))
    other = requesting.request_draft(message.ticket, message)
    drafting._wait_again(claimed, "The gateway is down.")
    draft.refresh_from_db()
    assert draft.state == "superseded" and other.state == "waiting"


@pytest.mark.django_db(transaction=True)
def test_worker_that_was_overtaken_stops_paying(articles, message, gateway, monkeypatch) -> None:
    monkeypatch.setattr(leases, "RENEWAL_SECONDS", 0.1)
    gateway.enqueue(Reply("word " * 1000, delay=0.05))  # it would be paid for most of a minute
    draft = draft_of(message)
    claimed = drafting.claim(draft.pk)
    while_writing(gateway, lambda: Draft.objects.update(attempts=7))
    assert drafting.write_draft(claimed) is None
    assert ModelCall.objects.get().outcome == "abandoned"


@pytest.mark.django_db(transaction=True)
def test_lease_is_renewed_while_the_model_writes(
    articles, message, gateway, monkeypatch, eventually: Callable[..., float]
) -> None:
    monkeypatch.setattr(leases, "RENEWAL_SECONDS", 0.1)
    draft = draft_of(message)
    claimed = drafting.claim(draft.pk)
    renewed = Draft.objects.filter(lease__gt=claimed.lease)
    seen: list[float] = []
    while_writing(gateway, lambda: seen.append(eventually(renewed.exists)))
    drafting.write_draft(claimed)
    assert seen
    assert Draft.objects.get().state == "ready"


@pytest.mark.django_db(transaction=True)
def test_agents_see_the_preview_and_then_the_row(articles, message, gateway: Gateway, monkeypatch) -> None:
    gateway.enqueue("Five days [1].")
    seen: list[tuple[str, str]] = []
    monkeypatch.setattr(live, "publish", lambda channel, event, data: seen.append((channel, event)))
    write(draft_of(message))
    ticket = f"ticket-{message.ticket_id}"
    events = [event for channel, event in seen if channel == ticket]
    assert (events[0], events[-1]) == ("writing", "draft")
    assert (ticket, "piece") in seen
    assert not any(channel.startswith("customer") for channel, _ in seen)


def test_many_claims_at_once_have_one_winner_a_ticket(transactional_db, valkey) -> None:
    customer = Customer.objects.create(name="Carol")
    ticket = receive_message(customer, "One?", uuid4()).ticket
    first = ticket.drafts.get()
    won: list[int] = []
    barrier = threading.Barrier(8)

    def race() -> None:
        barrier.wait()
        if drafting.claim(first.pk):
            won.append(1)

    threads = [threading.Thread(target=in_own_connection, args=(race,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert Ticket.objects.get().drafts.get().attempts == 1
