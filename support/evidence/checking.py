"""Hold each sentence of a text against the passages that it cites, or against all that were offered. Pure."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from support import sentences
from support.evidence import courtesies, deeds, marks, reasons, shown
from support.evidence.alignment import WEIGHTS, Alignment, align, together
from support.evidence.kinds import Kind, Token, is_name
from support.evidence.passages import plain_words, text_of
from support.evidence.qualities import qualities
from support.evidence.quoting import quoted
from support.evidence.reading import language_of_text, read
from support.evidence.results import Checked, Cited, Evidence, Offered
from support.evidence.score import IN_FORCE, contradicts, unbacked
from support.evidence.signs import Signs, read_signs
from support.evidence.turning_words import DENIALS_KNOWN
from support.models import Verdict

NOTHING_DRAFTED: Mapping[str, Sequence[int]] = {}
# Of the passages offered, so many that share most with a sentence are looked at closely.
LOOKED_AT = 3
# What one sentence of a reply may be long, as it is seen; more is read so far, and never matches.
LONGEST = 2_000
TOO_LONG = "This sentence is too long to be compared with a passage: divide it."


def check(text: str, offered: Sequence[Offered], locale: str = "") -> Evidence:
    """Of a text with marks: each sentence is held against what it cites."""
    reply = _Reply(text, offered, locale)
    checked = [reply.held(span, numbers) for span, numbers in reply.cited()]
    return Evidence(reply.shown, tuple(checked))


def recheck(
    text: str,
    offered: Sequence[Offered],
    locale: str = "",
    drafted: Mapping[str, Sequence[int]] = NOTHING_DRAFTED,
) -> Evidence:
    """Of a text that an agent edited: the draft's sentences keep their numbers, others find their own.

    Brackets around a number that was not offered are the agent's own, and stay.
    """
    reply = _Reply(text, offered, locale, {one.number for one in offered})
    kept = {_plain(said): list(numbers) for said, numbers in drafted.items()}
    checked = []
    for span, numbers in reply.cited():
        known = numbers or kept.get(_plain(reply.shown[span.start : span.end]))
        checked.append(reply.searched(span) if known is None else reply.held(span, known))
    return Evidence(reply.shown, tuple(checked))


def quote(sentence: str, offered: Offered) -> Cited | None:
    """What the passage says of the same thing; None if the passage has no sentence."""
    tokens = read(sentence[:LONGEST], language_of_text(sentence, offered.locale))
    return quoted(align(tokens, text_of(offered)), offered)


def signs_of(
    sentence: str, offered: Sequence[Offered], locale: str = "", without: Callable[[], bool] | None = None
) -> Mapping[str, float]:
    """What tells whether these passages say it; `without` may take its words for others, one by one."""
    language = language_of_text(sentence, locale)
    tokens = read(sentence[:LONGEST], language)
    for number, token in enumerate(tokens if without else ()):
        if token.kind == Kind.WORD and not is_name(token) and without and without():
            token.stem = f"\x00{number}"
    return _compared(_Sentence(sentence, tokens, language), offered).signs.values


def _plain(said: str) -> str:
    return " ".join(said.split())


@dataclass(frozen=True)
class _Sentence:
    text: str
    tokens: Sequence[Token]
    language: str


@dataclass(frozen=True)
class _Compared:
    """A sentence beside some passages: its signs with all of them, and how it lies along each."""

    sentence: _Sentence
    signs: Signs
    alignments: Sequence[tuple[Offered, Alignment]]

    @cached_property
    def total(self) -> float:
        return IN_FORCE.total(self.signs.values)

    @cached_property
    def verdict(self) -> Verdict:
        """What stands there word for word matches; of what nothing can be compared that is never sure."""
        if self.is_too_long:
            return Verdict.NO_MATCH
        if self.is_verbatim:
            return Verdict.MATCHES
        found = IN_FORCE.verdict(self.signs.values)
        if found == Verdict.MATCHES and self.is_beyond:
            return Verdict.PARTLY
        if not any(self._stands(index) for index in range(len(self.sentence.tokens))):
            found = Verdict.PARTLY if self.says_little else Verdict.NO_MATCH
        if found == Verdict.PARTLY and not any(map(str.isalpha, shown.as_read(self.sentence.text))):
            return Verdict.NO_MATCH  # "10 €"
        if found == Verdict.NO_MATCH and self.is_foreign and not reasons.contradicted(self.signs):
            return Verdict.PARTLY
        return Verdict.NO_MATCH if found == Verdict.PARTLY and self.says_otherwise else found

    @property
    def says_otherwise(self) -> bool:
        """The passage is about it, and says another number, or the opposite."""
        names, _ = self.signs.shown.get("names", ([], []))
        code = any(any(map(str.isdigit, name.said)) for name in names)  # a form, a phone, a version
        return IN_FORCE.is_about(self.signs.values) and (code or unbacked(self.signs.values))

    def _stands(self, index: int) -> bool:
        """Does this token tell something, and is it in one of the passages?"""
        tells = self.sentence.tokens[index].kind >= Kind.WORD
        return tells and any(alignment.likeness[index] for _, alignment in self.alignments)

    @property
    def says_little(self) -> bool:
        return not any(token.kind >= Kind.WORD and not token.starts for token in self.sentence.tokens)

    @cached_property
    def is_beyond(self) -> str:
        """Why, whatever agrees, no passage can be said to back it; empty otherwise."""
        if deeds.claims_deed(self.sentence.text):
            return reasons.DEED
        return "" if self.sentence.language in DENIALS_KNOWN else reasons.UNKNOWN_DENIALS

    @property
    def is_too_long(self) -> bool:
        return shown.length(self.sentence.text) > LONGEST

    @property
    def is_verbatim(self) -> bool:
        words = plain_words(self.sentence.text)
        return any(words in alignment.text.said for _, alignment in self.alignments)

    @property
    def is_foreign(self) -> bool:
        return all(one.text.language != self.sentence.language for _, one in self.alignments)

    def citations(self) -> tuple[Cited, ...]:
        found = (quoted(alignment, offered) for offered, alignment in self.alignments)
        return tuple(cited for cited in found if cited is not None)


def _compared(sentence: _Sentence, offered: Iterable[Offered]) -> _Compared:
    """With each passage alone, and where none of several says all of it, with all together."""
    alignments = [(one, align(sentence.tokens, text_of(one))) for one in offered]
    found = [read_signs(alignment, sentence.language) for _, alignment in alignments]
    best = _best(found)
    if (
        len(alignments) > 1
        and not contradicts(best.values)
        and IN_FORCE.verdict(best.values) != Verdict.MATCHES
    ):
        joined = together([alignment.text for _, alignment in alignments])
        best = _best([best, read_signs(align(sentence.tokens, joined), sentence.language)])
    return _Compared(sentence, best, alignments)


def _best(found: Sequence[Signs]) -> Signs:
    """What says most of it; but where the passage that is about it says otherwise, no other one backs it."""
    nearest = max(found, key=lambda signs: (IN_FORCE.overlap(signs.values), IN_FORCE.total(signs.values)))
    if contradicts(nearest.values) and IN_FORCE.is_about(nearest.values):
        return nearest
    return max(found, key=lambda signs: IN_FORCE.total(signs.values))


def _backing(sentence: _Sentence, alone: Sequence[_Compared]) -> _Compared | None:
    """Of passages looked at one by one, the one that backs it best, or two that do so together."""
    verbatim = [one for one in alone if one.is_verbatim]
    if verbatim or not alone:
        return verbatim[0] if verbatim else None
    first = _best([one.signs for one in alone])
    best = next(one for one in alone if one.signs is first)
    if len(alone) > 1 and not contradicts(first.values) and best.verdict != Verdict.MATCHES:
        likeliest = sorted(alone, key=lambda one: -one.total)[:2]
        both = _compared(sentence, [one.alignments[0][0] for one in likeliest])
        best = both if both.verdict == Verdict.MATCHES else best
    return best


class _Reply:
    """A text without its marks, beside the passages that were offered for it."""

    def __init__(
        self, text: str, offered: Sequence[Offered], locale: str, cited: Collection[int] | None = None
    ) -> None:
        self.shown, self._marks = marks.without_marks(text, cited)
        self._locale = locale
        self._language = language_of_text(self.shown, locale)
        self._known = {one.number: one for one in offered}

    def cited(self) -> list[tuple[sentences.Span, list[int]]]:
        """Its sentences, and the numbers that each cites."""
        spans = sentences.split(self.shown, self._locale or self._language)
        return list(zip(spans, marks.given_out(self.shown, spans, self._marks), strict=True))

    def held(self, span: sentences.Span, numbers: Sequence[int]) -> Checked:
        """Against what it cites."""
        said = self.shown[span.start : span.end]
        dropped = tuple(number for number in numbers if number not in self._known)
        if self._claims_nothing(said):
            return Checked(said, span.start, span.end, Verdict.NEEDS_NO_PROOF, (), dropped)
        cited = [self._known[number] for number in dict.fromkeys(numbers) if number in self._known]
        if not cited:
            reason = reasons.not_offered(dropped) if dropped else reasons.NOTHING_CITED
            return Checked(said, span.start, span.end, Verdict.NO_MATCH, (), dropped, reason)
        compared = _compared(self._read(said), cited)
        citations = compared.citations()
        if not citations:
            reason = reasons.NO_SENTENCE
            return Checked(said, span.start, span.end, Verdict.NO_MATCH, (), dropped, reason)
        return self._told(span, compared, citations, dropped)

    def searched(self, span: sentences.Span) -> Checked:
        """Against all passages, the likeliest closely; what backs it best becomes its citation."""
        said = self.shown[span.start : span.end]
        if self._claims_nothing(said):
            return Checked(said, span.start, span.end, Verdict.NEEDS_NO_PROOF)
        sentence = self._read(said)
        likeliest = sorted(self._known.values(), key=lambda one: -_shared(sentence, one))[:LOOKED_AT]
        alone = [_compared(sentence, [one]) for one in likeliest if _shared(sentence, one)]
        best = _backing(sentence, alone)
        tells = best is not None and (best.verdict != Verdict.NO_MATCH or best.says_otherwise)
        citations = best.citations() if best and tells else ()
        if best is None or not citations:
            return Checked(said, span.start, span.end, Verdict.NO_MATCH, (), (), reasons.NONE_SAYS_IT)
        return self._told(span, best, citations, ())

    def _claims_nothing(self, said: str) -> bool:
        """As its reader sees it; signs and words in disguise do claim something."""
        is_courtesy = not shown.tells(said) and courtesies.claims_nothing(shown.as_read(said))
        return is_courtesy and self._knows(qualities(shown.as_read(said)))

    def _knows(self, words: Sequence[str]) -> bool:
        """Does a passage have what a courtesy says of a thing by the way?"""
        tokens = read(" ".join(words), self._language)
        return not words or any(
            all(align(tokens, text_of(offered)).likeness) for offered in self._known.values()
        )

    def _read(self, said: str) -> _Sentence:
        """What it claims: "Hi Carol, refunds take 5 days" says nothing of a Carol."""
        language = language_of_text(said, self._language)
        tokens = read(shown.first(said, LONGEST), language)
        head, _, claim = said.partition(",")
        is_courtesy = not shown.tells(head) and courtesies.opens(shown.as_read(head))
        if claim.strip() and is_courtesy and self._knows(qualities(shown.as_read(head))):
            tokens = [token for token in tokens if token.start > len(head)]
        return _Sentence(said, tokens, language)

    def _told(
        self,
        span: sentences.Span,
        compared: _Compared,
        citations: tuple[Cited, ...],
        dropped: tuple[int, ...],
    ) -> Checked:
        verdict = compared.verdict
        reason = ""
        if verdict != Verdict.MATCHES:
            would_match = IN_FORCE.verdict(compared.signs.values) == Verdict.MATCHES
            reason = compared.is_beyond if would_match else ""
            reason = reason or reasons.reason(compared.sentence.text, compared.signs, compared.is_foreign)
            reason = TOO_LONG if compared.is_too_long else reason
        text = compared.sentence.text
        return Checked(text, span.start, span.end, verdict, citations, dropped, reason)


def _shared(sentence: _Sentence, offered: Offered) -> float:
    """What the words weigh that stand in the passage, roughly."""
    text = text_of(offered)
    return sum(
        WEIGHTS[token.kind]
        for token in sentence.tokens
        if token.stem in text.places or any(value in text.values for value in token.values)
    )
