"""Read numbers with the signs before and between them, and words that a sign divides, as a reader does. Pure.

"5/5" and "500 500" are not two numbers, "-40" and ">5" are neither 40 nor 5; a passage that is `given` says
its parts, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from support import sentences
from support.evidence.kinds import Kind, Token

# Between two numbers nothing but blanks, or signs: what they say together neither says by itself.
JOINT = re.compile(r"\s+|\s*[/×✕*`÷^±+=⁄∕~_\\][/×✕*`÷^±+=⁄∕~_\\\s]*|[^\w\s.,;:!?…()\[\]{}–—‐‑-]+")
# Within a word they hide it: "n\\ot".
HIDING = re.compile(r"[*`_\\~^]+")
MAY_HIDE = frozenset("*`_\\~^")
GROUPED = re.compile(r"\d{1,3}(?: \d{3})+")
YEAR = re.compile(r"(?:19|20)\d\d")
OF_DAY = re.compile(r"\d\d?(?::\d\d)?")
BOUND = re.compile(r"(<=|>=|(?<![-=])>|[<≤≥≪≫≈~±∓≠])\s*$")
MINUS = re.compile(r"(?<!\d)(?:^|(?<=[\s(]))[-−–][$€£¥]?$")
AFTER_NUMBER = re.compile(r"\d\s*[-−–]$")
WRITTEN_ALIKE = {"<=": "≤", ">=": "≥"}
LONGEST_HEAD = 6
FEWEST_DIGITS = 7
LONGEST_COUNTRY_CODE = 3


def joined(plain: str, tokens: Iterable[Token], given: bool = False) -> Iterator[Token]:
    """In order; `plain` is what they were read from."""
    run: list[Token] = []
    dated = False
    for token in tokens:
        if run and run[-1].kind != Kind.NUMBER and plain[run[-1].end : run[-1].end + 1] not in MAY_HIDE:
            yield run[-1]  # as nearly all do
            dated = run[-1].stem.startswith("month ")
            run = [token]
            continue
        if run and _hides(plain, run[-1], token):
            whole = plain[run[-1].start : token.end].casefold()
            run[-1] = Token(whole, Kind.NAME, run[-1].start, token.end)
            continue
        if run and not _continues(plain, run[-1], token, dated):
            dated = run[-1].stem.startswith("month ")
            yield from _run(plain, run, given)
            run = []
        run.append(token)
    yield from _run(plain, run, given)


def phone_values(said: str, given: bool) -> frozenset[str]:
    """A whole number is another's only if all of it is; what has no country may be of any.

    What a sentence and what a passage says meet in one value only if both name the country, or one does not.
    """
    digits = re.sub(r"\D", "", said)
    mine, theirs = ("with", "without") if given else ("without", "with")
    if said.lstrip(" (").startswith("+") or digits.startswith("00"):
        digits = digits.removeprefix("00")
        tails = (digits[size:].lstrip("0") for size in range(1, LONGEST_COUNTRY_CODE + 1))
        return frozenset({f"tel +{digits}", *(f"tel {mine} {tail}" for tail in tails)})
    tail = digits[1:] if len(digits) == len("18005551234") and digits[0] == "1" else digits.lstrip("0")
    return frozenset({f"tel {tail}", f"tel {theirs} {tail}"})


def _hides(plain: str, before: Token, token: Token) -> bool:
    between = plain[before.end : token.start]
    if not between or not HIDING.fullmatch(between) or before.kind == token.kind == Kind.NUMBER:
        return False
    return plain[before.end - 1].isalnum() and plain[token.start].isalnum()


def _continues(plain: str, before: Token, token: Token, dated: bool) -> bool:
    """Not "May 5 2024", nor "2024 10:00"."""
    if before.kind != Kind.NUMBER or token.kind != Kind.NUMBER:
        return False
    between = plain[before.end : token.start]
    if (
        not JOINT.fullmatch(between)
        or not plain[before.end - 1].isdigit()
        or not plain[token.start].isdigit()
    ):
        return False
    first, second = plain[before.start : before.end], plain[token.start : token.end]
    by_time = YEAR.fullmatch(first) is not None and OF_DAY.fullmatch(second) is not None
    return not between.isspace() or not (dated or by_time)


def _run(plain: str, run: list[Token], given: bool) -> Iterator[Token]:
    if not run:
        return
    first = run[0]
    if len(run) > 1:
        end = run[-1].end
        whole = " ".join(plain[first.start : end].split())
        is_grouped = GROUPED.fullmatch(whole) is not None
        values = sentences.values(whole.replace(" ", "")) if is_grouped else frozenset({_key(whole)})
        if is_grouped or not given:
            run = [Token("#" + min(values), Kind.NUMBER, first.start, end, values)]
        else:
            first.values |= values
    if run[0].kind == Kind.NUMBER and plain[run[0].start].isdigit():
        _heed_sign(plain, run[0], given)
    yield from run


def _key(whole: str) -> str:
    """Blanks around a sign, and Markdown's marks beside it, are no part of it."""
    return re.sub(r" ?([^\w ]) ?", r"\1", re.sub(r"[*`_\\]+(?= )|(?<= )[*`_\\]+", "", whole))


def _heed_sign(plain: str, number: Token, given: bool) -> None:
    """Before a number: a passage's "more than" may be a sign, but its "below zero" is never left out."""
    head = plain[max(0, number.start - LONGEST_HEAD) : number.start]
    bound = BOUND.search(head)
    is_minus = MINUS.search(head) and not AFTER_NUMBER.search(head)
    if not bound and not is_minus:
        return
    sign = WRITTEN_ALIKE.get(bound[1], bound[1]) if bound else "-"
    values = frozenset(sign + value for value in number.values)
    number.values = values | number.values if bound and given else values
    number.stem = "#" + min(values)
