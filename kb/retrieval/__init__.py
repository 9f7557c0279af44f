"""Find the passages that answer a question: by words and by meaning, joined into one order.

Each way is one statement through the gate `Passage.objects.visible_to`; a third one completes what each says
of the other's passages. Without vectors, words alone answer, and `Retrieved.words_only` says why. How likely
it is that the hits answer is told as `relevance`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from kb.lexemes import language_of
from kb.lexical import stored
from kb.models import Audience, EmbeddingModel, Passage
from kb.retrieval import calibration, relevance
from kb.retrieval.candidates import candidates
from kb.retrieval.fusion import fuse, weight_of_meaning
from kb.retrieval.hits import Arm, Hit, Retrieved, best_per_document
from kb.retrieval.meaning import by_meaning, embedded
from kb.retrieval.questions import LONGEST_QUESTION, Question, look_up
from kb.retrieval.scope import Scope, scope_of
from kb.retrieval.words import by_words
from llm.embed import Embedder, Vectors
from llm.errors import ModelError

__all__ = ["DEPTH", "Hit", "Retrieved", "best_per_document", "retrieve"]

log = logging.getLogger(__name__)

# Passages that each way brings along.
DEPTH = 100


def retrieve(
    question: str,
    audience: Audience,
    *,
    locale: str = "",
    limit: int = 8,
    model: EmbeddingModel | None = None,
) -> Retrieved:
    """The best passages that a reader of this audience may see. `locale`: the question's, if known.

    `model` is for measuring one beside another: searches use the active one.
    """
    text = question[:LONGEST_QUESTION].replace("\x00", " ").strip()
    if not text:
        return Retrieved()
    # Asked for once: the question's vector and those of passages are always of one model.
    used = model or EmbeddingModel.objects.active()
    return _Search(text, scope_of(audience, locale), locale, used).run(limit)


class _Search:
    """One question on its way, and how long each step took."""

    def __init__(self, text: str, scope: Scope, locale: str, model: EmbeddingModel) -> None:
        self.text, self.scope, self.locale, self.model = text, scope, locale, model
        self.steps: dict[str, float] = {}
        self.words_only = ""

    def run(self, limit: int) -> Retrieved:
        model = self.model
        with self._timed("words"):
            asked = look_up(self.text, self.locale, self.scope.locales, scope=self.scope)
            lexical = by_words(self.scope, asked, DEPTH)
        maker, vector, nearest = self._by_meaning(model)
        language = _language(asked)
        known = calibration.knows(maker, model, language) if maker else 0.0
        with self._timed("join"):
            found = candidates(self.scope, asked, model, vector, lexical, nearest)
            spread = calibration.spread(model) if nearest.scores else calibration.USUAL_SPREAD
            joined = fuse(found, weight_of_meaning(language, known), spread)
        with self._timed("load"):
            hits = self._load(joined[: max(limit, relevance.LOOKED_AT)], lexical, nearest)
        told = relevance.estimate(_signs(asked, hits, lexical, nearest, model.name if known > 0.5 else ""))
        used = "" if self.words_only else model.name
        return Retrieved(hits[:limit], told, self.words_only, self.steps, used)

    def _by_meaning(self, model: EmbeddingModel) -> tuple[Embedder | None, Vectors | None, Arm]:
        """A model that is down or refuses costs the search its vectors, not its answer."""
        try:
            with self._timed("embed"):
                maker, vector = embedded(self.text, model)
        except ModelError as error:
            log.warning("Searching by words alone: %s", error)
            self.words_only = str(error)
            return None, None, Arm()
        with self._timed("meaning"):
            return maker, vector, by_meaning(self.scope, model, vector, DEPTH)

    def _load(self, joined: Sequence[tuple[int, float]], lexical: Arm, nearest: Arm) -> list[Hit]:
        """Through the gate again: what was withdrawn since the ranking is not shown."""
        passages = (
            Passage.objects.visible_to(self.scope.audience)
            .select_related("document", "revision")
            .defer("weights", "revision__text")
            .in_bulk([pk for pk, _ in joined])
        )
        lexical_ranks, vector_ranks = lexical.ranks, nearest.ranks
        return [
            Hit(
                passages[pk],
                score,
                lexical_ranks.get(pk),
                vector_ranks.get(pk),
                lexical.scores.get(pk),
                nearest.scores.get(pk),
            )
            for pk, score in joined
            if pk in passages
        ]

    @contextmanager
    def _timed(self, step: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            taken = (time.perf_counter() - started) * 1000
            self.steps[step] = self.steps.get(step, 0.0) + taken


def _language(asked: Question) -> str:
    """The question's; where it doesn't tell, that of all documents that are searched."""
    searched = {language_of(locale) for locale in asked.words} - {""}
    return asked.language or (searched.pop() if len(searched) == 1 else "")


def _signs(
    asked: Question, hits: Sequence[Hit], lexical: Arm, nearest: Arm, understanding: str
) -> relevance.Signs | None:
    if not hits:
        return None
    words = asked.words.get(hits[0].passage.document.locale) or next(iter(asked.words.values()))
    found = {lexeme for hit in hits[: relevance.LOOKED_AT] for lexeme in stored(hit.passage.lexemes)}
    return relevance.Signs(
        cosine=nearest.best if understanding == relevance.COSINES_OF else None,
        lexical=relevance.share_of_best(lexical.best, words.total),
        covered=words.covered(found),
        unknown=words.unknown,
        about=len(words.about),
    )
