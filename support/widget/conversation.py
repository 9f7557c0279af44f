"""What a customer is shown of a conversation: messages, and replies with the agent's name and the citations.

Notes, drafts, addresses and internal documents have no way in: kinds and fields are listed, not filtered out.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from kb.models import Audience
from support.models import Citation, Customer, Message

SHOWN_MESSAGES = 200
KINDS = [Message.Kind.CUSTOMER, Message.Kind.REPLY]


@dataclass(frozen=True)
class Cited:
    """The quotes of a passage that the customer can open, under the number it has in this message."""

    number: int
    title: str
    heading: str
    quotes: tuple[str, ...]


@dataclass(frozen=True)
class Piece:
    """A stretch of the text, and the numbers of what supports it."""

    text: str
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Shown:
    key: str
    mine: bool
    author: str
    sent: datetime | None
    pieces: Sequence[Piece]
    cited: Sequence[Cited] = ()
    links: Collection[str] = ()  # the addresses of the cited documents


OUTGOING = Shown(key="", mine=True, author="", sent=None, pieces=[Piece("")])


def messages(customer: Customer) -> list[Shown]:
    """The last messages of the customer's own conversation, oldest first."""
    rows = (
        Message.objects.filter(ticket__customer=customer, kind__in=KINDS)
        .select_related("author")
        .prefetch_related(
            "citations__sentence", "citations__passage__document", "citations__revision__document"
        )
        .order_by("-pk")[:SHOWN_MESSAGES]
    )
    return [_shown(message) for message in reversed(rows)]


def _shown(message: Message) -> Shown:
    mine = message.kind == Message.Kind.CUSTOMER
    author = message.author.name if message.author else ""
    if mine:
        return Shown(str(message.key), mine, "", message.created, [Piece(message.text)])
    citations = [citation for citation in message.citations.all() if _is_public(citation)]
    citations.sort(key=lambda citation: (citation.sentence.position, citation.number))
    cited, numbers = _numbered(citations)
    pieces = mark(message.text, _by_sentence(citations, numbers))
    links = {citation.address for citation in citations}
    return Shown(str(message.key), mine, author, message.created, pieces, cited, links)


def _is_public(citation: Citation) -> bool:
    """A document that has become internal since takes its quotes along.

    So does one that was deleted: nobody can say any more whether it was public to the last.
    """
    owner = citation.passage or citation.revision
    document = owner.document if owner else None
    return document is not None and document.audience == Audience.PUBLIC


def _numbered(citations: Iterable[Citation]) -> tuple[list[Cited], dict[int, int]]:
    """Passages with their distinct quotes, numbered in the order of the text; each citation's number."""
    quotes: dict[tuple[str, str], dict[str, None]] = {}
    numbers: dict[int, int] = {}
    for citation in citations:
        heading = citation.heading.removeprefix(citation.title).lstrip(" ›")
        passage = (citation.title, heading)
        quotes.setdefault(passage, {})[citation.quote] = None
        numbers[citation.pk] = list(quotes).index(passage) + 1
    cited = [Cited(number, *passage, tuple(said)) for number, (passage, said) in enumerate(quotes.items(), 1)]
    return cited, numbers


def _by_sentence(citations: Iterable[Citation], numbers: dict[int, int]) -> list[tuple[str, tuple[int, ...]]]:
    sentences: dict[int, tuple[str, tuple[int, ...]]] = {}
    for citation in citations:
        text, so_far = sentences.get(citation.sentence_id, (citation.sentence.text, ()))
        sentences[citation.sentence_id] = (text, (*so_far, numbers[citation.pk]))
    return list(sentences.values())


def mark(text: str, sentences: Iterable[tuple[str, tuple[int, ...]]]) -> list[Piece]:
    """Cut the text so that each supported sentence stands alone with its numbers; blanks don't count.

    The numbers of a sentence that the agent reworded and vouched for stand at the end.
    """
    pieces: list[Piece] = []
    rest = text
    reworded: list[int] = []
    for sentence, numbers in sentences:
        found = re.search(r"\s+".join(re.escape(word) for word in sentence.split()), rest)
        if found is None or not found[0]:
            reworded.extend(numbers)
            continue
        pieces += [Piece(rest[: found.start()])] if found.start() else []
        pieces.append(Piece(found[0], tuple(dict.fromkeys(numbers))))
        rest = rest[found.end() :]
    pieces += [Piece(rest)] if rest else []
    pieces += [Piece("", tuple(dict.fromkeys(reworded)))] if reworded else []
    return pieces
