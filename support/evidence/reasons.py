"""Tell an agent in one plain sentence why a sentence does not match. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from support.evidence.kinds import MOST, Token
from support.evidence.quantities import TIMES
from support.evidence.score import AGAINST, CONTRADICTS, IN_FORCE, NEVER
from support.evidence.signs import Signs
from support.evidence.turning_words import UNITS

NOTHING_CITED = "No passage is cited."
NONE_SAYS_IT = "None of the passages that were offered says this."
NO_SENTENCE = "The passage holds no sentence."
OTHER_LANGUAGE = "The passage is in another language: only numbers and names could be compared."
LITTLE_TO_COMPARE = "This sentence says too little to be compared with the passage."
OTHER_WORDS = "The passage says this in other words, or not at all."
DEED = "This says that something was done: a passage can't show that."
UNKNOWN_DENIALS = "In this language the check can't tell what is denied."
MOST_WORDS = 3
LONGEST_UNIT = 60
# What is written in one with a number.
NUMBER = re.compile(r"(?:[^\s.,;:!?()“”\"'\[\]]|[.,](?=\w)){1,40}")
# With less a sign is no reason.
ENOUGH = 0.2
# What forbids a match has no weight.
SURE = -5.0


def not_offered(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"Passage {numbers[0]} was not among those offered."
    return f"Passages {', '.join(map(str, numbers))} were not among those offered."


def contradicted(signs: Signs) -> bool:
    return any(signs.values.get(name) for name in (*AGAINST, *CONTRADICTS))


def reason(sentence: str, signs: Signs, is_foreign: bool) -> str:
    """By the sign that tells most against it."""
    told = sorted(
        (name for name, value in signs.values.items() if value), key=lambda name: _order(name, signs)
    )
    if is_foreign and not contradicted(signs):
        return OTHER_LANGUAGE
    for name in told:
        if name != "uncovered" and -_told_by(name, signs) >= ENOUGH:
            return _said(name, sentence, *signs.shown[name])
    return OTHER_WORDS if told else LITTLE_TO_COMPARE


def _order(name: str, signs: Signs) -> tuple[bool, bool, float]:
    return name == "thin", name not in NEVER, _told_by(name, signs)


def _told_by(name: str, signs: Signs) -> float:
    return IN_FORCE.weights.get(name, SURE) * signs.values[name]


def _said(name: str, sentence: str, ours: Sequence[Token], theirs: Sequence[Token]) -> str:
    match name:
        case "numbers":
            return f"The passage does not say {_with_unit(sentence, ours[0])}."
        case "negated" | "governed":
            return f"The passage says this without {_quoted(ours)}."
        case "unconditional":
            return f"The passage says this under a condition: “{' '.join(one.said for one in theirs)}”."
        case "restricted":
            return f"The passage says this without the condition “{' '.join(one.said for one in ours)}”."
        case "freed":
            return f"The passage says the opposite: “{' '.join(dict.fromkeys(one.said for one in theirs))}”."
        case "turned":
            return f"The passage says {_quoted(theirs)}, not {_quoted(ours)}."
        case "other_number":
            return f"The passage says {_quoted(theirs)} here, not {_quoted(ours)}."
        case "bound":
            return f"The passage means {_bounded(theirs[0])}, this means {_bounded(ours[0])}."
        case "unbounded":
            return (
                f"The passage says {_quoted(theirs)} {_bounds(theirs[0])}, this says it {_bounds(ours[0])}."
            )
        case "other_unit":
            return f"The passage says {_together(theirs)}, not {_together(ours)}."
        case "thin":
            return OTHER_WORDS
        case "loose_number":
            return f"In the passage, {_with_unit(sentence, ours[0])} belongs to something else."
        case "rival_number" if theirs:
            return f"The passage says {_quoted(theirs)} of this, and {_quoted(ours)} of something else."
        case "exchanged":
            return f"In the passage, {_quoted(ours)} belong to each other's things."
        case "replaced":
            return f"The passage says {_quoted(theirs)} where this says {_quoted(ours)}."
        case "shifted":
            return f"In the passage, {_quoted(ours)} stands in another place."
        case _:
            return f"The passage does not mention {_quoted(ours)}."


def _bounds(number: Token) -> str:
    return {0: "without a bound", MOST: "as the most"}.get(number.bound, "as the least")


def _bounded(number: Token) -> str:
    return f"up to “{number.said}”" if number.bound == MOST else f"“{number.said}” or more"


def _quoted(tokens: Sequence[Token]) -> str:
    return " or ".join(f"“{said}”" for said in list(dict.fromkeys(one.said for one in tokens))[:MOST_WORDS])


def _together(tokens: Sequence[Token]) -> str:
    """A number and its unit, in the order they stand in."""
    return f"“{' '.join(token.said for token in sorted(tokens, key=lambda token: token.start))}”"


def _with_unit(sentence: str, number: Token) -> str:
    """ "45 days" and "6 business days", "W-8" and "2.5%", but not "8 is"."""
    runs = NUMBER.finditer(sentence, max(0, number.start - LONGEST_UNIT))
    start, end = next((one.span() for one in runs if one.end() >= number.end), (number.start, number.end))
    following = sentence[end : end + LONGEST_UNIT].split()[:2]
    units = [word.strip(".,;:!?)").casefold() for word in following]
    count = next((place for place, word in enumerate(units, start=1) if word in UNITS or word in TIMES), 0)
    return f"“{' '.join([sentence[start:end], *following[:count]]).rstrip('.,;:!?)')}”"
