"""What the evidence check takes and tells: passages as they were offered, and what each sentence rests on."""

from dataclasses import dataclass

from support.models import Verdict


@dataclass(frozen=True)
class Offered:
    """A passage as it was offered to the writer, under a number."""

    number: int
    document: str  # its reference
    title: str
    heading: str
    text: str
    start: int = 0  # of the text, in the revision
    locale: str = ""
    passage_id: int | None = None
    revision_id: int | None = None
    content_hash: str = ""


@dataclass(frozen=True)
class Cited:
    """The quote is verbatim; start and end are its place in the revision's text."""

    offered: Offered
    quote: str
    start: int
    end: int

    @property
    def number(self) -> int:
        return self.offered.number


@dataclass(frozen=True)
class Checked:
    """One sentence of the text that is shown; start and end are its place there.

    `dropped` are the numbers that it cited though they were never offered; `reason` tells an agent why the
    verdict is not *matches*.
    """

    text: str
    start: int
    end: int
    verdict: Verdict
    citations: tuple[Cited, ...] = ()
    dropped: tuple[int, ...] = ()
    reason: str = ""

    @property
    def supported(self) -> bool:
        return self.verdict == Verdict.MATCHES


@dataclass(frozen=True)
class Evidence:
    """The text without its marks, and what supports each sentence of it."""

    text: str
    sentences: tuple[Checked, ...]
