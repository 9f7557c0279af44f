"""Build what the model is asked, and read the form of what it says. Pure.

A prompt is instructions, built in or an admin's (`support.prompt_versions` knows which), and material.

Passages and messages are data: they stand in fences that nothing in them can open or close. The model says in
its first line when it does not answer; whoever ignores that is caught by the evidence check.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from llm.chat import ChatMessage
from support.evidence import Offered
from support.models import Draft, Message
from support.prompts.built_in import BUILT_IN, MANNERS, REMINDER, SYSTEM, Prompt
from support.prompts.fences import FENCES, attribute, fenced
from support.prompts.instructions import Instructions, instructed

__all__ = [
    "BUILT_IN",
    "FENCES",
    "MANNERS",
    "SYSTEM",
    "Conversation",
    "Instructions",
    "Prompt",
    "Said",
    "Turn",
    "build_messages",
    "build_opinion",
    "build_rewriting",
    "build_triage",
    "instructed",
    "less_and_less",
    "read_form",
    "undecided",
]

# Enough for what a customer means; older messages are left out first.
LONGEST_CONVERSATION = 12_000
LONGEST_MESSAGE = 4_000
# Where a model takes little, older messages go before these.
FEWEST_OFFERED = 3

FORM = re.compile(r"\s*[*_`\"]*(CANNOT[_ ]ANSWER|CLARIFY)[*_`\"]*\s*[:：]\s*[*_`\"]*\s*", re.IGNORECASE)
FORMS = ("CANNOT_ANSWER", "CLARIFY")


@dataclass(frozen=True)
class Turn:
    """One public message."""

    kind: Message.Kind
    text: str


@dataclass(frozen=True)
class Conversation:
    """What was said in public, oldest first; the last is the customer's."""

    turns: Sequence[Turn]
    locale: str = ""


@dataclass(frozen=True)
class Said:
    """What the model meant its text to be."""

    outcome: Draft.Outcome
    text: str


def build_messages(
    conversation: Conversation,
    offered: Sequence[Offered],
    language: str = "",
    instructions: Instructions = BUILT_IN[Prompt.REPLY],
) -> list[ChatMessage]:
    """`language`: the name of the customer's, if it is known."""
    turns = "\n".join(_turn(turn) for turn in _recent(conversation.turns))
    asked = f"<conversation>\n{turns}\n</conversation>\n\n{REMINDER}"
    if language:
        asked += f" Write in {language}."
    return [
        {"role": "system", "content": instructions.system()},
        {"role": "user", "content": f"{_passages(offered)}\n\n{asked}"},
    ]


def less_and_less(
    turns: Sequence[Turn], offered: Sequence[Offered]
) -> Iterator[tuple[Sequence[Turn], Sequence[Offered]]]:
    """What is said and offered, then with less of it, to the least that can be answered from."""
    few = min(len(offered), FEWEST_OFFERED)
    for kept in range(len(offered), few, -1):
        yield turns, offered[:kept]
    for oldest in range(len(turns)):
        yield turns[oldest:], offered[:few]
    for kept in range(few - 1, 0, -1):
        yield turns[-1:], offered[:kept]


def build_rewriting(
    how: Draft.Rewrite,
    text: str,
    offered: Sequence[Offered],
    language: str = "",
    instructions: Instructions = BUILT_IN[Prompt.REWRITE],
) -> list[ChatMessage]:
    """`text` with its marks. `language`: the name of the one to write in; empty: the text's own."""
    tongue = f"Write in {language}." if language else "Keep to the language of the text."
    system = instructions.system({"manner": MANNERS[how], "tongue": tongue})
    asked = f"<reply>\n{fenced(text)}\n</reply>\n\nRewrite the reply now. {MANNERS[how]} {tongue}"
    return [
        {"role": "system", "content": system},
        {"role": "user", "content": f"{_passages(offered)}\n\n{asked}"},
    ]


def build_opinion(
    sentences: Sequence[tuple[str, Sequence[int]]],
    offered: Sequence[Offered],
    instructions: Instructions = BUILT_IN[Prompt.OPINION],
) -> list[ChatMessage]:
    """Sentences, each with the numbers of the passages that it cites."""
    listed = "\n".join(
        f'<sentence number="{number}" passages="{", ".join(map(str, cited))}">\n{fenced(text)}\n</sentence>'
        for number, (text, cited) in enumerate(sentences, start=1)
    )
    asked = f"{_passages(offered)}\n\n<sentences>\n{listed}\n</sentences>\n\nJudge the sentences now."
    return [{"role": "system", "content": instructions.system()}, {"role": "user", "content": asked}]


def build_triage(
    conversation: Conversation,
    tags: Sequence[tuple[str, str]],
    instructions: Instructions = BUILT_IN[Prompt.TRIAGE],
) -> list[ChatMessage]:
    """`tags`: each with its name and what belongs to it."""
    listed = "\n".join(f"- {attribute(name)}: {attribute(meant)}".rstrip(": ") for name, meant in tags)
    turns = "\n".join(_turn(turn) for turn in _recent(conversation.turns))
    known = f"<tags>\n{listed}\n</tags>\n\n" if tags else ""
    asked = f"{known}<conversation>\n{turns}\n</conversation>\n\nFill in the form for this ticket now."
    return [{"role": "system", "content": instructions.system()}, {"role": "user", "content": asked}]


def read_form(text: str) -> Said:
    """An answer, unless the text says otherwise."""
    if form := FORM.match(text):
        outcome = Draft.Outcome.CLARIFY if form[1].upper() == "CLARIFY" else Draft.Outcome.CANNOT_ANSWER
        return Said(outcome, text[form.end() :].strip(' \n*_`"'))
    return Said(Draft.Outcome.ANSWER, text.strip())


def undecided(text: str) -> bool:
    """This is, or may still become, one of the forms; so far nobody is shown it."""
    start = text.lstrip(' \n*_`"').upper().replace(" ", "_")
    return any(form.startswith(start[: len(form)]) for form in FORMS)


def _passages(offered: Sequence[Offered]) -> str:
    passages = "\n".join(_passage(one) for one in offered)
    return f"<passages>\n{passages}\n</passages>"


def _passage(offered: Offered) -> str:
    section = f' section="{attribute(offered.heading)}"' if offered.heading else ""
    opening = f'<passage number="{offered.number}" title="{attribute(offered.title)}"{section}>'
    return f"{opening}\n{fenced(offered.text)}\n</passage>"


def _turn(turn: Turn) -> str:
    who = "customer" if turn.kind == Message.Kind.CUSTOMER else "agent"
    text = turn.text if len(turn.text) <= LONGEST_MESSAGE else turn.text[:LONGEST_MESSAGE] + " …"
    return f"<{who}>\n{fenced(text)}\n</{who}>"


def _recent(turns: Sequence[Turn]) -> list[Turn]:
    """The last turns that fit; the very last one always."""
    kept: list[Turn] = []
    room = LONGEST_CONVERSATION
    for turn in reversed(turns):
        room -= min(len(turn.text), LONGEST_MESSAGE)
        if kept and room < 0:
            break
        kept.insert(0, turn)
    return kept
