"""Keep what the evidence check said of a text: its sentences and their citations as rows."""

from collections.abc import Sequence

from support.evidence import Checked, Cited
from support.models import Citation, Draft, Message, Sentence

# A writer may cite any number that there is; larger ones are stored as this.
LARGEST = 32767


def row(
    position: int, checked: Checked, *, draft: Draft | None = None, message: Message | None = None
) -> Sentence:
    """One sentence of a draft or of a reply, not yet stored."""
    return Sentence(
        draft=draft,
        message=message,
        position=position,
        text=checked.text,
        start=checked.start,
        end=checked.end,
        verdict=checked.verdict,
        reason=checked.reason,
        dropped=[min(number, LARGEST) for number in checked.dropped],
    )


def store(rows: Sequence[Sentence], checked: Sequence[Checked]) -> list[Citation]:
    """The rows of these sentences, each with its citations, which are returned."""
    stored = Sentence.objects.bulk_create(rows)
    return Citation.objects.bulk_create(
        _citation(sentence, cited)
        for sentence, one in zip(stored, checked, strict=True)
        for cited in one.citations
    )


def _citation(sentence: Sentence, cited: Cited) -> Citation:
    offered = cited.offered
    return Citation(
        sentence=sentence,
        number=cited.number,
        passage_id=offered.passage_id,
        revision_id=offered.revision_id,
        title=offered.title,
        heading=offered.heading,
        quote=cited.quote,
        start=cited.start,
        end=cited.end,
    )
