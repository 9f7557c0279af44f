"""Choose the passages that a writer sees, and number them: what the evidence check reads is exactly that."""

from collections.abc import Sequence
from dataclasses import dataclass

from kb import retrieval
from kb.models import Audience, Passage
from support.evidence import Offered
from support.requesting import MOST_PINNED, NO_CHOICES, Choices

# The end of the numbers: what an agent adds to a text has room behind what the model was offered and found.
MOST_NUMBERS = MOST_PINNED
# As many passages as are offered, unless an agent pinned more.
MOST_OFFERED = 8
# As many numbers, with what the model finds itself: it is offered no less for being able to search, for six
# instead of eight hold the evidence of 6 % fewer questions (docs/evaluation.md).
MOST_FOUND = 12


@dataclass(frozen=True)
class Search:
    """Where the model may search, and how often for a reply. `choices`: what its agent wants and does not."""

    audience: Audience = Audience.PUBLIC
    choices: Choices = NO_CHOICES
    times: int = 2


def pinned(choices: Choices, audience: Audience) -> list[Passage]:
    """In the agent's order, through the gate: what was withdrawn since is not offered."""
    visible = Passage.objects.visible_to(audience).select_related("document").defer("weights")
    found = visible.in_bulk(list(choices.pinned))
    return [found[pk] for pk in choices.pinned if pk in found]


def offered(wanted: Sequence[Passage], found: Sequence[Passage], excluded: Sequence[int]) -> list[Offered]:
    """Those that the agent wants, and the best of the others, numbered as the writer sees them."""
    first = {passage.pk for passage in wanted}
    others = [one for one in found if one.pk not in first and one.pk not in excluded]
    passages = [*wanted, *others][: max(MOST_OFFERED, len(wanted))]
    return [numbered(number, one) for number, one in enumerate(passages, start=1)]


def numbered_on(known: Sequence[Offered], added: Sequence[int], audience: Audience) -> list[Offered]:
    """More passages for those that were offered before, from the next number on."""
    return following(known, pinned(Choices(added), audience))


def searched(
    query: str, known: Sequence[Offered], search: Search, locale: str
) -> tuple[list[Offered], list[Offered]]:
    """What a search finds besides what is offered already, numbered on; and what of that it finds again."""
    found = retrieval.retrieve(
        query,
        search.audience,
        locale=locale,
        limit=MOST_OFFERED + len(search.choices.excluded),
    )
    passages = [hit.passage for hit in found.hits] if found.sufficient else []
    wanted = [one for one in passages if one.pk not in search.choices.excluded]
    hits = {one.pk for one in wanted}
    return following(known, wanted, MOST_FOUND), [one for one in known if one.passage_id in hits]


def following(
    known: Sequence[Offered], passages: Sequence[Passage], most: int = MOST_NUMBERS
) -> list[Offered]:
    """Those that are not among the known ones, under the numbers behind theirs; what has none is left out."""
    has = {one.passage_id for one in known}
    new = [one for one in passages if one.pk not in has]
    begin = max((one.number for one in known), default=0) + 1
    return [numbered(number, one) for number, one in zip(range(begin, most + 1), new, strict=False)]


def numbered(number: int, passage: Passage) -> Offered:
    """The passage as it is now."""
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
