"""What an alignment tells of conditions: an "only" or "unless" that the sentence leaves out. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from support.evidence.alignment import WEIGHTS, Alignment, Sign
from support.evidence.kinds import Kind, Token, tells

# A condition is what follows its word in the clause, so many words at most; most of it must be said.
REACH = 8
MOST_OF_IT = 0.5
# Only of a sentence that says so much of it is it asked for.
AT_HOME = 0.7
# And of a condition so near to what it says.
NEAR = 4


def of_conditions(alignment: Alignment) -> Iterator[Sign]:
    """In the passage's sentence that says most of it."""
    home = _home(alignment)
    said = {token.cue for token in alignment.sentence}
    there = {place for places in alignment.found for place in places}
    for place, token in enumerate(alignment.text.tokens):
        if alignment.text.owner[place] != home or token.cue not in ("only", "unless") or token.cue in said:
            continue
        condition = _behind(alignment.text.tokens, place)
        held = [one for one in condition if one in there]
        links = (abs(link - place) for link in alignment.links if link >= 0)
        if not condition or min(links, default=NEAR + 1) > NEAR or not _binds(alignment.text.tokens, place):
            continue
        is_said = len(held) >= MOST_OF_IT * len(condition)
        # "Only once" is left out by what doesn't say it; "unless" also by what says the rest without it.
        if not is_said or (token.cue == "unless" and "not" not in said):
            yield "unconditional", 1.0, [], [token, *(alignment.text.tokens[one] for one in condition)]


def _binds(tokens: Sequence[Token], place: int) -> bool:
    """ "Only if", "only with", "only once": not what only says how little it is."""
    following = tokens[place + 1 : place + 2]
    return tokens[place].cue == "unless" or any(one.kind in (Kind.FUNCTION, Kind.NUMBER) for one in following)


def _home(alignment: Alignment) -> int:
    weights: dict[int, float] = {}
    for token, place in zip(alignment.sentence, alignment.links, strict=True):
        if place >= 0:
            owner = alignment.text.owner[place]
            weights[owner] = weights.get(owner, 0.0) + WEIGHTS[token.kind]
    total = sum(WEIGHTS[token.kind] for token in alignment.sentence)
    home = max(weights, key=weights.__getitem__, default=-1)
    return home if weights.get(home, 0.0) >= AT_HOME * total else -1


def _behind(tokens: Sequence[Token], place: int) -> list[int]:
    found = []
    for after in range(place + 1, min(place + 1 + REACH, len(tokens))):
        if tokens[after].opens:
            break
        if tells(tokens[after]):
            found.append(after)
    return found
