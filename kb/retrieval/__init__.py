"""Find the passages that answer a question: by words and by meaning, joined into one order.

Each way is one statement or a few through the gate, `Scope`; another one completes what each says of the
other's passages. Without vectors, words alone answer, and `Retrieved.words_only` says why. How likely
it is that the hits answer is told as `relevance`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread

from kb.categories import within as within_categories
from kb.lexemes import language_of
from kb.models import Audience, EmbeddingModel
from kb.retrieval import calibration, earlier, letters, relevance, signs
from kb.retrieval.ageing import in_use
from kb.retrieval.ahead import get_ready
from kb.retrieval.arranging import arranged
from kb.retrieval.candidates import candidates
from kb.retrieval.earlier import Turn
from kb.retrieval.fusion import fuse, weight_of_meaning
from kb.retrieval.hits import Arm, Hit, Part, Retrieved, best_of_each, best_per_document
from kb.retrieval.loading import loaded
from kb.retrieval.meaning import by_meaning, embedded
from kb.retrieval.moment import Moment, moment
from kb.retrieval.questions import LONGEST_QUESTION, Question, look_up
from kb.retrieval.scope import Scope
from kb.retrieval.words import by_words
from llm.embed import Embedder, Vectors
from llm.errors import ModelError
from llm.personal import cut

__all__ = ["DEPTH", "Hit", "Part", "Retrieved", "Turn", "best_per_document", "retrieve"]

log = logging.getLogger(__name__)

# Passages that each way brings along.
DEPTH = 100
# So many times the hits that are wanted are loaded: copies are folded, and leave room.
SPARE = 2


def retrieve(
    question: str,
    audience: Audience,
    *,
    locale: str = "",
    limit: int = 8,
    history: Sequence[Turn] = (),
    categories: Collection[int] | None = None,
    sources: Collection[str] | None = None,
    model: EmbeddingModel | None = None,
) -> Retrieved:
    """The best passages that a reader of this audience may see. `locale`: the question's, if known.

    A whole e-mail is a question, too, and may ask several things. `history` holds the turns before it, oldest
    first. Of the documents, those of the categories (and all below) and the sources are searched; None: all.
    `model` is for measuring one beside another: searches use the active one.
    """
    letter = letters.read(question.replace("\x00", " "))
    if not letter.parts:
        return Retrieved()
    within = Scope(
        audience,
        categories=None if categories is None else within_categories(categories),
        sources=None if sources is None else tuple(sorted(sources)),
    )
    now = moment(within, locale)
    # Asked for once: the question's vector and those of passages are always of one model.
    used = model or now.model()
    if model is None:
        in_use(used)
        get_ready(used, now.others)
    texts = [cut(part, LONGEST_QUESTION) for part in letter.parts]
    search = _Search(within.asked_in(locale, now.spoken), locale, used, now)
    return search.run(texts, earlier.before(history, letter), limit)


@dataclass(frozen=True)
class _Found:
    """A text, how it was looked up, and what was found for it."""

    text: str
    asked: Question
    meaning: signs.Meaning | None  # None where the model doesn't know its language
    lexical: Arm
    nearest: Arm
    ranking: earlier.Ranking


class _Search:
    """One message on its way, and how long each step took."""

    def __init__(self, scope: Scope, locale: str, model: EmbeddingModel, now: Moment) -> None:
        self.scope, self.locale, self.model, self.now = scope, locale, model, now
        self.maker: Embedder | None = None
        self.steps: dict[str, float] = {"embed": 0.0}
        self.words_only = ""

    def run(self, texts: Sequence[str], before: earlier.Before | None, limit: int) -> Retrieved:
        """Each text on its own; what was said before is searched as well, and joined with each."""
        said = [before.text] if before else []
        vectors = self._being_embedded([*texts, *said])
        found = [self._found(text, vectors, place) for place, text in enumerate([*texts, *said])]
        context = found.pop() if before else None
        parts = [self._part(one, context, before, limit) for one in found]
        hits, told = best_of_each(parts, limit), max(part.relevance for part in parts)
        used = "" if self.words_only else self.model.name
        return Retrieved(hits, told, self.words_only, self.steps, used, parts)

    def _found(self, text: str, vectors: Future[Sequence[Vectors | None]], place: int) -> _Found:
        with self._timed("words"):
            asked = look_up(text, self.locale, self.scope.locales, scope=self.scope, now=self.now)
            lexical = by_words(self.scope, asked, DEPTH)
        nearest, vector = Arm(), vectors.result()[place]
        if vector is not None:
            with self._timed("meaning"):
                nearest = by_meaning(self.scope, self.model, vector, DEPTH)
        language = _language(asked)
        known = calibration.knows(self.maker, self.model, language) if self.maker else 0.0
        with self._timed("join"):
            found = candidates(self.scope, asked, self.model, vector, lexical, nearest)
            order = fuse(found, weight_of_meaning(language, known), self._spread(nearest))
        meaning = None
        if self.maker is not None and vector is not None and known > 0.5:
            meaning = signs.Meaning(self.maker, self.model, vector)
        return _Found(text, asked, meaning, lexical, nearest, earlier.Ranking(found, order))

    def _spread(self, nearest: Arm) -> float:
        return calibration.spread(self.model) if nearest.scores else calibration.USUAL_SPREAD

    def _part(self, own: _Found, context: _Found | None, before: earlier.Before | None, limit: int) -> Part:
        """A text's hits, and those of what was said before it, as far as it goes on from there."""
        hits, told = self._answered(own, own.ranking.order, limit)
        likely = relevance.estimate(told)
        if context is None or before is None:
            return Part(own.text, likely, arranged(hits, limit), told, own.asked)
        share = earlier.share(own.ranking, context.ranking, self._spread(own.nearest))
        _, told_before = self._answered(context, context.ranking.order, 0)
        telling = max((len(words.about) for words in own.asked.words.values()), default=0)
        weight = earlier.weight(share, before.trust, telling, likely)
        order = earlier.joined(own.ranking, context.ranking, weight)
        with self._timed("load"):
            hits = self._load(order[: SPARE * limit], own.lexical, own.nearest)
        likely = max(likely, share * relevance.estimate(told_before))
        return Part(own.text, likely, arranged(hits, limit), told, own.asked)

    def _answered(
        self, found: _Found, order: Sequence[tuple[int, float]], limit: int
    ) -> tuple[list[Hit], relevance.Signs | None]:
        with self._timed("load"):
            wanted = max(SPARE * limit, relevance.LOOKED_AT)
            hits = self._load(order[:wanted], found.lexical, found.nearest)
        with self._timed("judge"):
            told = signs.read(self.scope, found.asked, hits, found.lexical.best, found.meaning)
        return hits, told

    def _being_embedded(self, texts: Sequence[str]) -> Future[Sequence[Vectors | None]]:
        """The local model works while the database looks for the words. An endpoint's calls are kept on the
        ledger, by this thread: another one would need a connection of its own."""
        vectors: Future[Sequence[Vectors | None]] = Future()

        def work() -> None:
            try:
                vectors.set_result(self._embedded(texts))
            except BaseException as error:
                vectors.set_exception(error)

        if self.model.base_url:
            work()
        else:
            Thread(target=work, name="question", daemon=True).start()
        return vectors

    def _embedded(self, texts: Sequence[str]) -> Sequence[Vectors | None]:
        """A model that is down or refuses costs the search its vectors, not its answer."""
        try:
            with self._timed("embed"):
                self.maker, vectors = embedded(texts, self.model)
        except ModelError as error:
            log.warning("Searching by words alone: %s", error)
            self.words_only = str(error)
            return [None] * len(texts)
        return vectors

    def _load(self, joined: Sequence[tuple[int, float]], lexical: Arm, nearest: Arm) -> list[Hit]:
        passages = loaded(self.scope, [pk for pk, _ in joined])
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
