"""Ask the model about sentences that match their passages only partly: one tool call for all of a reply.

Off unless SECOND_OPINION is set. The model's word lifts a sentence to *matches* only with words that stand in
a cited passage as it quotes them, and never over a number that is not there. A failure changes nothing.
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
from support import prompts, sentences
from support.evidence import Checked, Cited, Evidence, Offered
from support.models import Verdict

logger = logging.getLogger(__name__)

BACKED = "By the model’s second opinion these words back it."
NOT_BACKED = "By the model’s second opinion the passage does not say this."
# Fewer than these say nothing, though they stand in every passage.
FEWEST_LETTERS = 8


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


def reconsidered(checked: Evidence) -> Evidence:
    """With the *partly* sentences judged anew, if the setting asks for it."""
    partly = [one for one in checked.sentences if one.verdict == Verdict.PARTLY and one.citations]
    if not (settings.SECOND_OPINION and partly):
        return checked
    try:
        judgements = _ask(partly)
    except ModelError as error:
        logger.warning("There is no second opinion: %s", error)
        return checked
    anew = {id(one): _judged(one, number, judgements) for number, one in enumerate(partly, start=1)}
    return replace(checked, sentences=tuple(anew.get(id(one), one) for one in checked.sentences))


def _ask(partly: Sequence[Checked]) -> list[Judgement]:
    numbered = [(one.text, [cited.number for cited in one.citations]) for one in partly]
    cited = {found.number: found.offered for one in partly for found in one.citations}
    messages = prompts.build_opinion(numbered, list(cited.values()))
    version = prompts.OPINION_VERSION
    result = tools.call(messages, SecondOpinion, feature="second_opinion", prompt_version=version)
    return result.arguments.judgements


def _judged(one: Checked, number: int, judgements: Sequence[Judgement]) -> Checked:
    """Of several judgements on a sentence the strictest counts."""
    own = [judgement for judgement in judgements if judgement.sentence == number]
    if any(judgement.verdict == "not_supported" for judgement in own):
        return replace(one, verdict=Verdict.NO_MATCH, reason=NOT_BACKED)
    for judgement in own:
        if citations := _with_quote(one, judgement):
            return replace(one, verdict=Verdict.MATCHES, citations=citations, reason=BACKED)
    return one


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
    passage = f"{offered.heading}\n{offered.text}"
    known = set(chain.from_iterable(sentences.numbers(passage))) | sentences.spelled_numbers(passage)
    return all(values & known for values in sentences.numbers(sentence))
