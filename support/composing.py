"""Compose a reply to a conversation: passages, the model's answer or quotes, and what supports each sentence.

Where nothing relevant is known the model is not asked. Where there is no model to ask, or it fails, the reply
is quotes and says why.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from kb import retrieval
from kb.models import Audience, Passage
from kb.retrieval import letters
from llm import chat
from llm.errors import ModelError, Rejected
from llm.models import ModelCall
from support import evidence, prompts, quotes
from support.evidence import Checked, Evidence, Offered
from support.models import Draft, Message, Ticket, Verdict
from support.prompts import Conversation, Turn

NO_KEY = "No key for the model gateway is set (RUNAPI_KEY)."
SO_QUOTES = "These are quotes from the articles."
BY_WORDS = "The embedding model was away, so articles were found by their words alone: some may be missing."


@dataclass(frozen=True)
class Reply:
    """An answer and what it rests on. `reason`: why it is quotes, or why there is no answer."""

    outcome: Draft.Outcome
    text: str
    sentences: Sequence[Checked]
    offered: Sequence[Offered]
    written_by: Draft.Writer | None
    reason: str = ""
    model: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: Decimal | None = Decimal(0)
    call: ModelCall | None = None


Heard = Callable[[str], None]


def compose(conversation: Conversation, audience: Audience, on_piece: Heard | None = None) -> Reply:
    """An answer by the model; quotes where it has none to give; neither where nothing relevant is known."""
    offered, reply, note = look_up(conversation, audience)
    if reply:
        return reply
    try:
        return noted(written(conversation, offered, on_piece), note)
    except ModelError as error:
        return noted(quoted(conversation, offered, str(error)), note)


def noted(reply: Reply, note: str) -> Reply:
    """With what an agent is told about how its passages were found."""
    return replace(reply, reason=f"{reply.reason} {note}".strip())


def conversation_of(ticket: Ticket, up_to: Message) -> Conversation:
    """The public messages up to the one that the draft names."""
    messages = ticket.messages.exclude(kind=Message.Kind.NOTE).filter(pk__lte=up_to.pk).order_by("pk")
    turns = [Turn(Message.Kind(message.kind), message.text) for message in messages]
    return Conversation(turns, ticket.customer.locale)


def question(conversation: Conversation) -> str:
    """What is looked up: the customer's last message."""
    asked = _asked(conversation)
    return "" if asked is None else conversation.turns[asked].text.strip()


def _asked(conversation: Conversation) -> int | None:
    """Its place among the turns."""
    customers = [n for n, turn in enumerate(conversation.turns) if turn.kind == Message.Kind.CUSTOMER]
    return customers[-1] if customers else None


def _history(conversation: Conversation) -> list[retrieval.Turn]:
    """What was said before that message."""
    before = conversation.turns[: _asked(conversation) or 0]
    return [retrieval.Turn(turn.text, turn.kind == Message.Kind.CUSTOMER) for turn in before]


def _in_own_words(conversation: Conversation) -> str:
    """What quotes are chosen by: the customer's own words, and those before where the last say little."""
    customers = [turn.text for turn in conversation.turns if turn.kind == Message.Kind.CUSTOMER]
    last = letters.read(question(conversation))
    needed = customers[-2:] if last.says_little else customers[-1:]
    return "\n".join(letters.own_words(text) for text in needed)


def look_up(conversation: Conversation, audience: Audience) -> tuple[list[Offered], Reply | None, str]:
    """The passages to write from; or the reply that there are none. And a note for the agent, if need be."""
    asked = question(conversation)
    found = retrieval.retrieve(asked, audience, locale=conversation.locale, history=_history(conversation))
    offered = [_offered(number, hit.passage) for number, hit in enumerate(found.hits, start=1)]
    note = BY_WORDS if found.words_only else ""
    if found.sufficient and offered:
        return offered, None, note
    searched = " ".join(" ".join(part.text for part in found.parts).split())
    searched = searched if len(searched) <= 200 else f"{searched[:200]}…"
    article = "public article" if audience == Audience.PUBLIC else "article"
    reason = f"No published {article} answers this well enough. Searched for: “{searched}”"
    return [], noted(Reply(Draft.Outcome.CANNOT_ANSWER, "", [], [], None, reason), note), note


def _offered(number: int, passage: Passage) -> Offered:
    document = passage.document
    return Offered(
        number=number,
        document=document.reference,
        title=document.title,
        heading=passage.heading,
        text=passage.text,
        start=passage.start,
        locale=document.locale,
        passage_id=passage.pk,
        revision_id=passage.revision_id,
        content_hash=passage.content_hash,
    )


def written(conversation: Conversation, offered: Sequence[Offered], on_piece: Heard | None) -> Reply:
    if not chat.configured():
        raise Rejected(NO_KEY)
    messages = prompts.build_messages(conversation, offered)
    heard = _Listener(on_piece)
    with chat.stream(messages, feature="draft", prompt_version=prompts.VERSION) as stream:
        for piece in stream:
            heard.hear(piece)
    result = stream.result
    said = prompts.read_form(result.text)
    reply = Reply(
        outcome=said.outcome,
        text="",
        sentences=[],
        offered=offered,
        written_by=Draft.Writer.MODEL,
        model=result.model,
        prompt_tokens=result.prompt_tokens,
        completion_tokens=result.completion_tokens,
        cost_usd=result.cost_usd,
        call=result.call,
    )
    if said.outcome == Draft.Outcome.CANNOT_ANSWER:
        missing = evidence.without_marks(said.text)[0]
        return replace(reply, reason=f"The articles that were found do not answer this. {missing}".strip())
    checked = _check(said.text, offered, conversation.locale)
    if said.outcome == Draft.Outcome.CLARIFY:
        checked = _questions_need_no_proof(checked)
    return replace(reply, text=checked.text, sentences=checked.sentences)


def quoted(conversation: Conversation, offered: Sequence[Offered], reason: str) -> Reply:
    text = quotes.compose(_in_own_words(conversation), offered)
    checked = _check(text, offered, conversation.locale)
    if not checked.sentences:
        nothing = f"{reason} The articles that were found hold no sentence that can be quoted."
        return Reply(Draft.Outcome.CANNOT_ANSWER, "", [], offered, None, nothing)
    outcome, writer = Draft.Outcome.ANSWER, Draft.Writer.QUOTES
    return Reply(outcome, checked.text, checked.sentences, offered, writer, f"{reason} {SO_QUOTES}")


def _check(text: str, offered: Sequence[Offered], locale: str) -> Evidence:
    return evidence.check(text, offered, locale or next((one.locale for one in offered if one.locale), ""))


def _questions_need_no_proof(checked: Evidence) -> Evidence:
    """A question to the customer claims nothing."""
    return Evidence(
        checked.text,
        tuple(
            replace(one, verdict=Verdict.NEEDS_NO_PROOF)
            if one.verdict == Verdict.NO_MATCH and one.text.endswith(("?", "？", "؟"))
            else one
            for one in checked.sentences
        ),
    )


class _Listener:
    """Hands pieces on, once it is sure that they are not the form in which the model declines."""

    def __init__(self, on_piece: Heard | None) -> None:
        self._on_piece, self._held, self._sure = on_piece, "", False

    def hear(self, piece: str) -> None:
        if self._on_piece is None:
            return
        self._held += piece
        if not self._sure and prompts.undecided(self._held):
            self._on_piece("")
            return
        self._sure = True
        self._on_piece(self._held)
        self._held = ""
