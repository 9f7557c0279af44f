"""Ask the model about sentences that match their passages only partly: one tool call for all of a reply.

Off unless SECOND_OPINION is set. The model's word lifts a sentence to *matches* only with words that stand in
a cited passage as it quotes them, and only where the check found other words or few: never over what the
passage says otherwise, nor over a number that is not there. A failure changes nothing.
"""

import logging
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import Literal

import pydantic
from django.conf import settings

from llm import tools
from llm.errors import ModelError
from support import prompt_versions, prompts, sentences
from support.evidence import Checked, Cited, Evidence, Offered, score, shown
from support.evidence.checking import signs_of
from support.models import Verdict

logger = logging.getLogger(__name__)

BACKED = "By the model’s second opinion these words back it."
NOT_BACKED = "By the model’s second opinion the passage does not say this."
# Fewer than these say nothing, though they stand in every passage.
FEWEST_LETTERS = 8
# Signs that words are others, or few. All other signs against a sentence are not for a model to overrule;
OVERRULED = (*score.OVERLAP, "thin")
# nor are these where they tell most: then the agent is told what the passage says instead.
INSTEAD = ("replaced", "shifted")


class Judgement(pydantic.BaseModel):
    """On one sentence."""

    sentence: int = pydantic.Field(description="The sentence's number.")
    verdict: Literal["supported", "not_supported"]
    passage: int = pydantic.Field(description="The number of the passage that supports it; 0 if none does.")
    words: str = pydantic.Field(
        description="That passage's words that the sentence rests on, copied exactly; empty if none do."
    )


class SecondOpinion(pydantic.BaseModel):
    """Say of each sentence whether its passages support all that it says."""

    judgements: list[Judgement]


def reconsidered(checked: Evidence, locale: str = "") -> Evidence:
    """With the *partly* sentences judged anew, if the setting asks for it."""
    partly = [one for one in checked.sentences if one.verdict == Verdict.PARTLY and one.citations]
    if not (settings.SECOND_OPINION and partly):
        return checked
    try:
        judgements = _ask(partly)
    except ModelError as error:
        logger.warning("There is no second opinion: %s", error)
        return checked
    anew = {id(one): _judged(one, number, judgements, locale) for number, one in enumerate(partly, start=1)}
    return replace(checked, sentences=tuple(anew.get(id(one), one) for one in checked.sentences))


def _ask(partly: Sequence[Checked]) -> list[Judgement]:
    numbered = [(one.text, [cited.number for cited in one.citations]) for one in partly]
    cited = {found.number: found.offered for one in partly for found in one.citations}
    told = prompt_versions.in_force(prompts.Prompt.OPINION)
    messages = prompts.build_opinion(numbered, list(cited.values()), told)
    result = tools.call(messages, SecondOpinion, feature="second_opinion", prompt_version=told.version)
    return result.arguments.judgements


def _judged(one: Checked, number: int, judgements: Sequence[Judgement], locale: str) -> Checked:
    """Of several judgements on a sentence the strictest counts."""
    own = [judgement for judgement in judgements if judgement.sentence == number]
    if any(judgement.verdict == "not_supported" for judgement in own):
        return replace(one, verdict=Verdict.NO_MATCH, reason=NOT_BACKED)
    if own and _is_contradicted(one, locale):
        return one
    for judgement in own:
        if citations := _with_quote(one, judgement):
            return replace(one, verdict=Verdict.MATCHES, citations=citations, reason=BACKED)
    return one


def _is_contradicted(one: Checked, locale: str) -> bool:
    """Does the check name something that the passages say otherwise, or a number or name that they lack?"""
    if any(map(shown.is_disguised, re.findall(r"\w+", one.text))):
        return True
    told = signs_of(one.text, [cited.offered for cited in one.citations], locale)
    signs = [name for name, value in told.items() if value]
    if any(name not in OVERRULED for name in signs):
        return True
    weights = score.IN_FORCE.weights
    return min(signs, key=lambda name: weights.get(name, 0.0) * told[name], default="") in INSTEAD


def _with_quote(one: Checked, judgement: Judgement) -> tuple[Cited, ...]:
    """The citations with the words that were named; none where the words do not stand there."""
    words = judgement.words.strip()
    if len(re.findall(r"\w", words)) < FEWEST_LETTERS:
        return ()
    for place, cited in enumerate(one.citations):
        start = cited.offered.text.find(words)
        if cited.number == judgement.passage and start >= 0 and _holds_numbers(one.text, cited.offered):
            start += cited.offered.start
            quoted = Cited(cited.offered, words, start, start + len(words))
            return (*one.citations[:place], quoted, *one.citations[place + 1 :])
    return ()


def _holds_numbers(sentence: str, offered: Offered) -> bool:
    """Each number of the sentence stands in the passage: that is not for a model to say."""
    said, passage = shown.as_read(sentence), shown.as_read(f"{offered.heading}\n{offered.text}")
    known = set(chain.from_iterable(sentences.numbers(passage))) | sentences.spelled_numbers(passage)
    if not (sentences.spelled_numbers(said) <= known and _mixed(said) <= _mixed(passage)):
        return False
    return all(values & known for values in sentences.numbers(said))


def _mixed(text: str) -> set[str]:
    """Words of letters and digits: a type, a form, or a number that only looks like one."""
    words = re.findall(r"\w+", text.casefold())
    return {word for word in words if any(map(str.isnumeric, word)) and not word.isdecimal()}
