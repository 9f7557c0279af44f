"""Compose a reply to a conversation: passages, the model's answer or quotes, and what supports each sentence.

Where nothing relevant is known the model is not asked. Where there is no model to ask, or it fails, the reply
is quotes and says why.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.conf import settings

from kb import retrieval
from kb.lexemes import language_of
from kb.models import Audience
from kb.retrieval import letters
from llm import chat
from llm.chat import ChatMessage, ChatResult
from llm.errors import ModelError, NotSetUp, Rejected
from llm.models import ModelCall
from llm.variants import InForce
from support import (
    causes,
    clarifying,
    evidence,
    languages,
    offering,
    prompt_versions,
    prompts,
    quotes,
    rounds,
    second_opinion,
)
from support.evidence import Checked, Evidence, Offered
from support.models import Draft, Message, Ticket, Verdict
from support.offering import Search
from support.prompts import Conversation, Instructions, Prompt, Turn
from support.requesting import NO_CHOICES, Choices
from support.rounds import Asking, Heard

NO_KEY = "No key for the model gateway is set: an operator sets RUNAPI_KEY and starts the desk again."
SO_QUOTES = "These are quotes from the articles."
NOTHING_FOUND = "Nothing is published that answers this."
NOTHING_CITED = "The model’s answer cited none of the passages that were found, so it is not shown."
NOTHING_TO_CITE = "The articles that were found hold nothing that the model could cite for an answer."
NOTHING_TO_QUOTE = "The articles that were found hold no sentence to quote."
MADE_UP = (
    "The model wrote {names} as if an address or a number were masked by that name. Nothing is: put in "
    "what is meant, or take it out."
)
BY_WORDS = "The embedding model was away, so articles were found by their words alone: some may be missing."


@dataclass(frozen=True)
class Reply:
    """An answer and what it rests on. `reason`: why it is quotes, or why there is no answer.

    `missing`: what the articles do not say, if there is none. `question`: what the customer's last message
    asks, and `language` that it is in, as far as it tells.
    """

    outcome: Draft.Outcome
    text: str
    sentences: Sequence[Checked]
    offered: Sequence[Offered]
    written_by: Draft.Writer | None
    reason: str = ""
    missing: str = ""
    question: str = ""
    language: str = ""
    model: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: Decimal | None = Decimal(0)
    call: ModelCall | None = None
    # What it can be written from again: what the model said, before anything was read, and how it was asked.
    raw_output: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Terms:
    """How the model is asked, where that is not as it is in force: for what is tried, and stored nowhere."""

    instructions: Instructions | None = None
    variant: InForce | None = None
    feature: str = "draft"
    language: str | None = None


AS_IN_FORCE = Terms()
PUBLIC_SEARCH = Search()


def compose(
    conversation: Conversation,
    audience: Audience,
    on_piece: Heard | None = None,
    choices: Choices = NO_CHOICES,
) -> Reply:
    """An answer by the model; quotes where it has none to give; neither where nothing relevant is known."""
    offered, reply, note = look_up(conversation, audience, choices)
    if reply:
        return reply
    try:
        search = Search(audience, choices)
        return noted(written(conversation, offered, on_piece, search=search), note)
    except ModelError as error:
        return noted(quoted(conversation, offered, causes.reason(error)), note)


def noted(reply: Reply, note: str) -> Reply:
    """With what an agent is told about how its passages were found."""
    return replace(reply, reason=causes.followed(reply.reason, note))


def conversation_of(ticket: Ticket, up_to: Message) -> Conversation:
    """The public messages up to the one that the draft names."""
    messages = ticket.messages.exclude(kind=Message.Kind.NOTE).filter(pk__lte=up_to.pk).order_by("pk")
    turns = [Turn(Message.Kind(message.kind), message.text) for message in messages]
    return Conversation(turns, ticket.customer.locale)


def question(conversation: Conversation) -> str:
    """What is looked up: what the customer wrote last, in however many messages."""
    begin, end = _asked(conversation)
    return "\n\n".join(turn.text.strip() for turn in conversation.turns[begin:end])


def asked_for(conversation: Conversation) -> str:
    """What the customer's last messages ask, without the mail around it, on one line."""
    return " ".join(" ".join(letters.read(question(conversation)).parts).split())


def language(conversation: Conversation) -> str:
    """That the reply is to be in; "" where the customer's messages do not tell."""
    said = [turn.text for turn in conversation.turns if turn.kind == Message.Kind.CUSTOMER]
    return languages.spoken([letters.own_words(text) for text in said], conversation.locale)


def _asked(conversation: Conversation) -> tuple[int, int]:
    """The place of the customer's last messages among the turns: all that nobody answered in between."""
    theirs = [turn.kind == Message.Kind.CUSTOMER for turn in conversation.turns]
    end = next((n for n in range(len(theirs), 0, -1) if theirs[n - 1]), 0)
    begin = next((n for n in range(end, 0, -1) if not theirs[n - 1]), 0)
    return begin, end


def _history(conversation: Conversation) -> list[retrieval.Turn]:
    """What was said before those messages."""
    before = conversation.turns[: _asked(conversation)[0]]
    return [retrieval.Turn(turn.text, turn.kind == Message.Kind.CUSTOMER) for turn in before]


def in_own_words(conversation: Conversation) -> str:
    """What quotes are chosen by: the customer's own words, and those before where the last say little."""
    asked = question(conversation)
    earlier = [turn.text for turn in _history(conversation) if turn.by_customer]
    needed = [*earlier[-1:], asked] if letters.read(asked).says_little else [asked]
    return "\n".join(letters.own_words(text) for text in needed)


def look_up(
    conversation: Conversation, audience: Audience, choices: Choices = NO_CHOICES
) -> tuple[list[Offered], Reply | None, str]:
    """The passages to write from; or the reply that there are none. And a note for the agent, if need be."""
    found = retrieval.retrieve(
        question(conversation),
        audience,
        locale=conversation.locale,
        limit=offering.MOST_OFFERED + len(choices.excluded),
        history=_history(conversation),
    )
    pinned = offering.pinned(choices, audience)
    offered = offering.offered(pinned, [hit.passage for hit in found.hits], choices.excluded)
    note = BY_WORDS if found.words_only else ""
    # What an agent pinned answers, whatever is estimated.
    if offered and (found.sufficient or pinned):
        return offered, None, note
    searched = asked_for(conversation)
    searched = searched if len(searched) <= 200 else f"{searched[:200]}…"
    article = "public article" if audience == Audience.PUBLIC else "article"
    reason = f"No published {article} answers this well enough. Searched for: “{searched}”"
    return [], noted(_no_answer([], reason, NOTHING_FOUND, conversation), note), note


def _no_answer(offered: Sequence[Offered], reason: str, missing: str, conversation: Conversation) -> Reply:
    """Without the model."""
    nothing = Reply(Draft.Outcome.CANNOT_ANSWER, "", [], offered, None, reason, missing)
    return about(nothing, conversation)


def about(reply: Reply, conversation: Conversation) -> Reply:
    return replace(reply, question=asked_for(conversation), language=language(conversation))


def written(
    conversation: Conversation,
    offered: Sequence[Offered],
    on_piece: Heard | None,
    terms: Terms = AS_IN_FORCE,
    search: Search = PUBLIC_SEARCH,
    begins_again: Callable[[], None] | None = None,
) -> Reply:
    """By the model, which may search. `begins_again`: what was heard is void. Raises ModelError."""
    if not chat.configured():
        raise NotSetUp(NO_KEY)
    spoken = language(conversation) if terms.language is None else terms.language
    tongue = languages.name_of(spoken)
    told = terms.instructions or prompt_versions.in_force(Prompt.REPLY)
    asking = Asking(terms.feature, told.version, terms.variant, search, conversation.locale)
    messages, offered = _fitting(conversation, offered, tongue, told, asking)
    done = rounds.write(messages, offered, asking, on_piece, begins_again)
    offered, said = done.offered, done.said
    reply = about(by_model(done.result, offered, tongue, done.rounds), conversation)
    reply = replace(reply, raw_output=done.raw)
    if said.outcome == Draft.Outcome.CANNOT_ANSWER or not said.text:
        missing = evidence.without_marks(said.text)[0]
        return declined(reply, f"The articles that were found do not answer this. {missing}", missing)
    checked = second_opinion.reconsidered(_check(said.text, offered, spoken), spoken)
    return judged(reply, said, checked, NOTHING_CITED)


def _fitting(
    conversation: Conversation, offered: Sequence[Offered], language: str, told: Instructions, asking: Asking
) -> tuple[list[ChatMessage], Sequence[Offered]]:
    """As much as the model takes: the least useful passages go first, then the oldest turns."""
    for turns, passages in prompts.less_and_less(conversation.turns, offered):
        messages = prompts.build_messages(replace(conversation, turns=turns), passages, language, told)
        if asking.fits(messages):
            return messages, passages
    raise Rejected(rounds.TOO_LONG)


def by_model(
    result: ChatResult, offered: Sequence[Offered], language: str, called: Sequence[Mapping[str, Any]] = ()
) -> Reply:
    """A reply that is still without text: who wrote it, how it was asked, and what it cost.

    `language`: the name of the one that it was asked to write in. `called`: the tools, in the order of it.
    """
    return Reply(
        outcome=Draft.Outcome.ANSWER,
        text="",
        sentences=[],
        offered=offered,
        written_by=Draft.Writer.MODEL,
        reason=MADE_UP.format(names=", ".join(result.unknown)) if result.unknown else "",
        model=result.model,
        prompt_tokens=result.prompt_tokens,
        completion_tokens=result.completion_tokens,
        cost_usd=result.cost_usd,
        call=result.call,
        raw_output=result.text,
        parameters=_parameters(result, language, called),
    )


def _parameters(result: ChatResult, language: str, called: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "model": result.model,
        "extra_body": result.extra_body,
        "max_tokens": settings.LLM_MAX_TOKENS,
        "language": language,
        "tools": result.with_tools,
        "rounds": list(called),
    }


def judged(reply: Reply, said: prompts.Said, checked: Evidence, uncited: str) -> Reply:
    """What it is, by what it cites: without any citation it is no answer, but one question asks back."""
    outcome = said.outcome if checked.text else Draft.Outcome.ANSWER
    cited = _cites(said.text, reply.offered) or any(one.citations for one in checked.sentences)
    backed = cited and bool(checked.text)
    if outcome == Draft.Outcome.ANSWER and not backed:
        if not _is_one_question(checked):
            return declined(reply, uncited, NOTHING_TO_CITE)
        outcome = Draft.Outcome.CLARIFY
    if outcome == Draft.Outcome.CLARIFY:
        checked = _question_needs_no_proof(checked)
    return replace(reply, outcome=outcome, text=checked.text, sentences=checked.sentences)


def declined(reply: Reply, reason: str, missing: str) -> Reply:
    outcome = Draft.Outcome.CANNOT_ANSWER
    return replace(reply, outcome=outcome, text="", sentences=[], reason=reason.strip(), missing=missing)


def _cites(text: str, offered: Sequence[Offered]) -> bool:
    """At least one number stands in it that was offered."""
    known = {one.number for one in offered}
    return any(number in known for mark in evidence.without_marks(text)[1] for number in mark.numbers)


def _is_one_question(checked: Evidence) -> bool:
    """To the customer, and besides it only what claims nothing, such as a greeting."""
    questions = _questions(checked)
    others = [one for one in checked.sentences if one not in questions]
    if len(questions) != 1 or any(one.verdict != Verdict.NEEDS_NO_PROOF for one in others):
        return False
    return questions[0].verdict == Verdict.NEEDS_NO_PROOF or clarifying.asks(questions[0].text)


def _questions(checked: Evidence) -> list[Checked]:
    return [one for one in checked.sentences if clarifying.ends_as_question(one.text)]


def quoted(conversation: Conversation, offered: Sequence[Offered], reason: str) -> Reply:
    text = quotes.compose(in_own_words(conversation), offered)
    spoken = language(conversation)
    checked = _check(text, offered, "")
    if not checked.sentences:
        nothing = causes.followed(reason, "The articles that were found hold no sentence that can be quoted.")
        return _no_answer(offered, nothing, NOTHING_TO_QUOTE, conversation)
    reason = causes.followed(reason, f"{SO_QUOTES} {_untranslated(checked, spoken)}".strip())
    outcome, writer = Draft.Outcome.ANSWER, Draft.Writer.QUOTES
    return Reply(outcome, checked.text, checked.sentences, offered, writer, reason)


def _untranslated(checked: Evidence, spoken: str) -> str:
    """That the customer reads another language than the quotes are in."""
    cited = [cite.offered.locale for one in checked.sentences for cite in one.citations]
    theirs = {language_of(locale) for locale in cited} - {""}
    if not spoken or not theirs or spoken in theirs:
        return ""
    said = " and ".join(sorted(languages.name_of(one) or one for one in theirs))
    wanted = languages.name_of(spoken)
    return f"They are in {said} and the customer writes {wanted}: quotes can’t be translated."


def _check(text: str, offered: Sequence[Offered], locale: str) -> Evidence:
    return evidence.check(text, offered, locale or next((one.locale for one in offered if one.locale), ""))


def _question_needs_no_proof(checked: Evidence) -> Evidence:
    """The one question to the customer, where it claims nothing by the way and names nothing."""
    checked = replace(checked, sentences=tuple(map(_objected, checked.sentences)))
    questions = _questions(checked)
    if len(questions) != 1 or questions[0].verdict != Verdict.NO_MATCH:
        return checked
    only = questions[0]
    if clarifying.objection(only.text):
        return checked
    if not (clarifying.asks(only.text) and clarifying.names_nothing(only.text)):
        return checked
    asked = replace(only, verdict=Verdict.NEEDS_NO_PROOF, reason="")
    return replace(checked, sentences=tuple(asked if one is only else one for one in checked.sentences))


def _objected(one: Checked) -> Checked:
    """A question that nobody may ask has no match, whatever backs it."""
    reason = clarifying.objection(one.text) if clarifying.ends_as_question(one.text) else ""
    return replace(one, verdict=Verdict.NO_MATCH, reason=reason) if reason else one
