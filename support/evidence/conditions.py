"""What an alignment tells of conditions: one that the sentence leaves out, or that the passage lacks. Pure.

"Only", "unless", "if": what follows such a word in its clause is the condition.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from support.evidence import condition_words as words
from support.evidence.alignment import WEIGHTS, Alignment, Sign
from support.evidence.kinds import Kind, Token, tells
from support.evidence.rarity import rarity
from support.evidence.things import is_thing

# A condition is what follows its word in the clause, so many words at most; most of it must be said.
REACH = 8
MOST_OF_IT = 0.5
# Only of a sentence that says so much of it is it asked for.
AT_HOME = 0.7
# What a condition is left out of must be said as good as whole.
WHOLE = 0.85
# And of a condition so near to what it says.
NEAR = 4
# What is conditional is read back so far, and what of a condition the passage lacks tells so much.
LONGEST_CLAUSE = 40
TELLING = 0.4
CONDITIONS = ("if", "unless", "only")
BETWEEN_THEM, KNOWING = frozenset(words.BETWEEN_THEM.split()), frozenset(words.KNOWING.split())
NO_CASE, WANTING = frozenset(words.NO_CASE.split()), frozenset(words.WANTING.split())
ARTICLES, BEFORE_A_KIND = frozenset(words.THE.split()), frozenset(words.BEFORE_A_KIND.split())
MAY_ONLY_BE = frozenset(["be", "have", "not", "still", "also"])
HEDGES = {language: frozenset(hedges.split()) for language, hedges in words.HEDGES.items()}
LIMITING = frozenset(["only", "unless", "not", "must", "most"])


def of_conditions(alignment: Alignment, language: str) -> Iterator[Sign]:
    yield from _left_out(alignment)
    yield from _if_left_out(alignment, language)
    yield from _kind_left_out(alignment)
    yield from _added(alignment, language)


def _left_out(alignment: Alignment) -> Iterator[Sign]:
    """In the passage's sentence that says most of it."""
    home = _home(alignment)
    said = {token.cue for token in alignment.sentence}
    there = {place for places in alignment.found for place in places}
    for place in alignment.text.limits:
        token = alignment.text.tokens[place]
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


def _if_left_out(alignment: Alignment, language: str) -> Iterator[Sign]:
    """ "Returns are free" of "returns are free if you use our label"; not if it says "may", or another case.

    A case that is told first is the customer's own, as a rule, and not said again.
    """
    sentence = alignment.sentence
    if any(token.cue in CONDITIONS or _hedges(sentence, one, language) for one, token in enumerate(sentence)):
        return
    text = alignment.text
    linked = {place for place in alignment.links if place >= 0}
    there = {place for places in alignment.found for place in places}
    for place in text.limits:
        token = text.tokens[place]
        if token.cue != "if" or token.said[:1].isupper() or _asks_whether(text.tokens, place):
            continue
        claim = [one for one in _in_front(alignment, place) if tells(text.tokens[one])]
        condition = _behind(text.tokens, place)
        if not claim or claim[0] not in linked or not condition or not there.isdisjoint(condition):
            continue
        if sum(one in linked for one in claim) >= WHOLE * len(claim):
            yield "unconditional", 1.0, [], [token, *(text.tokens[one] for one in condition)]


def _hedges(tokens: Sequence[Token], index: int, language: str) -> bool:
    """ "Could", "might" and "may be": "you may sublet it" says what is allowed."""
    said = tokens[index].said.casefold()
    is_open = said != "may" or any(
        one.said.casefold() in MAY_ONLY_BE for one in tokens[index + 1 : index + 2]
    )
    return said in HEDGES.get(language, ()) and is_open


def _kind_left_out(alignment: Alignment) -> Iterator[Sign]:
    """ "Children travel free" of "children under 6 travel free", and "everyone" of "only residents"."""
    text, home, everybody = alignment.text, _home(alignment), _home(alignment, whoever=True)
    there = {place for places in alignment.found for place in places}
    denies = any(token.cue == "not" for token in alignment.sentence)
    linked = {place for place in alignment.links if place >= 0}
    says_number = any(token.kind == Kind.NUMBER or token.bound for token in alignment.sentence)
    for place in text.limits:
        token = text.tokens[place]
        if text.owner[place] == everybody and not denies:
            kind = _kind(text.tokens, place)
            if kind >= 0 and kind not in there:
                yield "unconditional", 1.0, [], list(text.tokens[place : kind + 1])
        if text.owner[place] != home:
            continue
        if token.kind == Kind.NUMBER and token.strict and not says_number and place not in there:
            bounded = _bounded_by(text.tokens, place)
            if bounded in linked:
                yield "unconditional", 1.0, [], list(text.tokens[bounded + 1 : place + 1])


def _kind(tokens: Sequence[Token], place: int) -> int:
    """Whom a sentence that begins with "only" is about: "only (the) members"; or -1."""
    if tokens[place].cue != "only" or not (place == 0 or tokens[place].opens or tokens[place].starts):
        return -1
    kind = place + 1
    while kind < len(tokens) and tokens[kind].said.casefold() in BEFORE_A_KIND:
        kind += 1
    return kind if kind < len(tokens) and tells(tokens[kind]) else -1


def _bounded_by(tokens: Sequence[Token], place: int) -> int:
    """The thing right before what bounds a number: "orders over 50", "employees with more than 2"; or -1."""
    before = place - 1
    while before >= 0 and (tokens[before].bounds or tokens[before].said.casefold() in BETWEEN_THEM):
        if tokens[before + 1].opens:
            return -1
        before -= 1
    is_thing = before >= 0 and before < place - 1 and tokens[before].kind == Kind.WORD
    return before if is_thing and not tokens[before + 1].opens else -1


def _in_front(alignment: Alignment, place: int) -> Iterator[int]:
    """The places before it in its sentence and its clause, the nearest first."""
    text = alignment.text
    for before in range(place - 1, max(-1, place - 1 - LONGEST_CLAUSE), -1):
        if text.owner[before] != text.owner[place]:
            return
        yield before
        if text.tokens[before].opens:
            return


def _asks_whether(tokens: Sequence[Token], place: int) -> bool:
    """ "Find out if", "even if", "as if" """
    return place > 0 and tokens[place - 1].said.casefold() in KNOWING


def _added(alignment: Alignment, language: str) -> Iterator[Sign]:
    sentence = alignment.sentence
    for index, token in enumerate(sentence):
        if token.cue not in (*CONDITIONS, "during") or _asks_whether(sentence, index):
            continue
        condition = [one for one in _behind(sentence, index) if sentence[one].written not in WANTING]
        if any(sentence[one].written in NO_CASE for one in condition):
            continue
        is_new = _is_new(alignment, index, condition, language)
        limits = token.cue == "unless" or (token.cue == "only" and _limits(sentence, index))
        if is_new or (limits and not _is_limited(alignment, condition)):
            yield "restricted", 1.0, [token, *(sentence[one] for one in condition)], []


def _is_new(alignment: Alignment, index: int, condition: Sequence[int], language: str) -> bool:
    """Does the passage lack half of it with a word that tells, or all of it with a thing?"""
    sentence = alignment.sentence
    missing = [one for one in condition if not alignment.likeness[one]]
    if not missing or len(missing) < MOST_OF_IT * len(condition):
        return False
    if sentence[index].cue in ("only", "unless"):
        return True
    names_thing = len(missing) == len(condition) and sentence[index].cue == "if"
    return sum(rarity(sentence[one].written, language) for one in missing) >= TELLING or (
        names_thing and any(is_thing(sentence, one, language) for one in missing)
    )


def _limits(tokens: Sequence[Token], index: int) -> bool:
    """ "Only to members": neither "only 5 days" nor "the only way", "you only need" or "not only"."""
    before = tokens[index - 1] if index else None
    following = tokens[index + 1 : index + 3]
    is_little = any(one.kind == Kind.NUMBER or one.said.casefold() in ARTICLES for one in following[1:])
    if (
        not following
        or following[0].kind in (Kind.LIGHT, Kind.NUMBER)
        or following[0].cue == "must"
        or is_little
    ):
        return False
    return before is None or (before.cue not in ("not", "must") and before.said.casefold() not in ARTICLES)


def _is_limited(alignment: Alignment, condition: Sequence[int]) -> bool:
    """Does a sentence of the passage that speaks of it limit it, too?"""
    text = alignment.text
    places = [place for place in alignment.links if place >= 0]
    places += [place for one in condition for place in alignment.found[one]]
    owners = {text.owner[place] for place in places}
    return any(
        token.cue in LIMITING and text.owner[place] in owners for place, token in enumerate(text.tokens)
    )


def _home(alignment: Alignment, whoever: bool = False) -> int:
    """The passage's sentence that says most of it, of `whoever` the sentence may say it; or -1."""
    weights: dict[int, float] = {}
    begin = next((one for one, place in enumerate(alignment.links) if place >= 0), 0) if whoever else 0
    for token, place in zip(alignment.sentence[begin:], alignment.links[begin:], strict=True):
        if place >= 0:
            owner = alignment.text.owner[place]
            weights[owner] = weights.get(owner, 0.0) + WEIGHTS[token.kind]
    total = sum(WEIGHTS[token.kind] for token in alignment.sentence[begin:])
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
