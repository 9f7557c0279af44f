"""Put an agent's text in another manner, over the passages that its draft was offered, and check it again.

That no fact changes is asked of the model, and shown by the check: what no passage backs says so.
"""

from collections.abc import Mapping, Sequence

from support import composing, evidence, languages, prompt_versions, prompts, rounds
from support.composing import Reply
from support.evidence import Checked, Evidence, Offered
from support.models import Draft, OfferedPassage, Sentence
from support.rounds import Heard

NOT_REWRITTEN = "The model did not rewrite the text."
NOTHING_BACKED = "No passage backs the text that the model wrote, so it is not shown."
ENDS = ".!?…。！？؟"


def rewritten(draft: Draft, offered: Sequence[Offered], on_piece: Heard | None) -> Reply:
    """Raises ModelError. *Cannot answer*, with the reason, where what came back can't be offered."""
    how, text = Draft.Rewrite(draft.rewrite), draft.rewritten_text
    before = evidence.recheck(text, offered, languages.spoken([text]), _drafted(draft.rewrite_of))
    wanted = languages.name_of(draft.language)
    told = prompt_versions.in_force(prompts.Prompt.REWRITE)
    messages = prompts.build_rewriting(how, _marked(before), offered, wanted, told)
    result = rounds.streamed(messages, "rewrite", told.version, on_piece)
    reply = composing.by_model(result, offered, wanted)
    said = prompts.read_form(result.text)
    if said.outcome != Draft.Outcome.ANSWER:
        return composing.declined(reply, NOT_REWRITTEN, "")
    spoken = draft.language or languages.spoken([said.text])
    return composing.judged(reply, said, evidence.recheck(said.text, offered, spoken), NOTHING_BACKED)


def offered_again(draft: Draft) -> list[Offered]:
    """What a draft was offered and customers may still read, word for word, under the same numbers."""
    return [as_offered(row) for row in draft.offered.standing()]


def as_offered(row: OfferedPassage) -> Offered:
    """As the writer of its draft saw it."""
    return Offered(
        number=row.number,
        document=row.reference,
        title=row.title,
        heading=row.heading,
        text=row.text,
        start=row.start,
        locale=row.locale,
        passage_id=row.passage_id,
        revision_id=row.revision_id,
        content_hash=row.content_hash,
    )


def _drafted(draft: Draft | None) -> Mapping[str, Sequence[int]]:
    """The numbers that the sentences of the draft cite: one that the agent kept goes on citing them."""
    if draft is None:
        return {}
    rows = Sentence.objects.filter(draft=draft).prefetch_related("citations")
    return {row.text: [citation.number for citation in row.citations.all()] for row in rows}


def _marked(checked: Evidence) -> str:
    """The text as a model writes one: with the number of what backs it at the end of each sentence."""
    text = checked.text
    for one in reversed(checked.sentences):
        end = one.end - 1 if text[one.end - 1 : one.end] in tuple(ENDS) else one.end
        text = text[:end] + _marks(one) + text[end:]
    return text


def _marks(sentence: Checked) -> str:
    numbers = dict.fromkeys(cited.number for cited in sentence.citations)
    return " " + "".join(f"[{number}]" for number in numbers) if numbers else ""
