"""Find passages by their words: BM25, exact for the first ten, without reading every passage that shares one.

The passages that hold the most telling words come first. From the tenth score on, what other passages could
reach at the most is known: the sum of what a word tells times its heaviest weight, over the words that they
hold. Only those for which this is enough are looked at, found by pairs of words in the index.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import nlargest
from itertools import accumulate

from pgvector import SparseVector

from kb import lexical
from kb.lexical import Term, tsquery
from kb.retrieval.hits import Arm
from kb.retrieval.questions import Question
from kb.retrieval.scope import Scope
from kb.retrieval.statements import Settings, rows

# The first so many are those that BM25 over all passages would give; the others come close.
EXACT = 10
# Passages are looked up by so many words of a question in each locale, those that tell the most; all score.
MOST_TERMS = 24
# How many passages hold the words that are looked up first; and then, if too few of them may be seen.
FIRST, MORE = 300, 2_000
# A word that so few passages hold needs no other one beside it.
RARE = 1_000
# Scores are floats of 32 bits.
ROUNDING = 1e-5

# Words that so few passages hold are looked up by a plan made for any words: planned for these, the statement
# took longer than it runs, and other processes that help are dear to start.
FEW = 20_000
# Of more queries such a plan reckons with so many passages that it has other processes help all the same.
FEW_QUERIES = 8
# A scan of all passages would read each one's lexemes from beside its row, which the planner doesn't reckon
# with; to compile such a statement takes longer than to run it.
SETTINGS = {"enable_seqscan": "off", "jit": "off", "work_mem": "32MB"}
ONE_PROCESS = {**SETTINGS, "max_parallel_workers_per_gather": "0"}
# The share of the passages that the searched locales have.
NARROW = 0.1


def by_words(scope: Scope, asked: Question, depth: int) -> Arm:
    """In the order of BM25; the scores are BM25's."""
    terms = lexical.terms(asked.counts, _tells(asked))
    if not terms:
        return Arm()
    found = _Search(scope, asked.share, terms, asked.vector(), max(depth, EXACT)).run()
    ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return Arm(dict(ranked[:depth]))


def _tells(asked: Question) -> dict[str, float]:
    """What the most telling words of each locale tell."""
    chosen: set[str] = set()
    for words in asked.words.values():
        chosen.update(nlargest(MOST_TERMS, words.known, key=lambda lexeme: (words.tell[lexeme], lexeme)))
    return {lexeme: tells for lexeme, tells in asked.weights().items() if lexeme in chosen and tells > 0}


class _Search:
    """Terms of a question, those first that can give the most, and the best passages found so far."""

    def __init__(
        self, scope: Scope, share: float, terms: Sequence[Term], vector: SparseVector, depth: int
    ) -> None:
        self.seen, self.selecting = scope.seen()
        self.best = BEST_SEEN if share < NARROW else SEEN_BEST
        self.terms, self.vector, self.depth = terms, vector.to_text(), depth
        self.found: dict[int, float] = {}

    def run(self) -> dict[int, float]:
        looked_up = self._by_first_terms()
        rest = self.terms[looked_up:]
        if queries := [*combinations(rest, self._to_beat())]:
            self._find(queries, rest[: len(queries)])
        return self.found

    def _by_first_terms(self) -> int:
        """Look up terms until enough passages are found; of how many terms all passages are known now."""
        done = 0
        for enough, wanted in (FIRST, EXACT), (MORE, self.depth), (None, EXACT):
            end = _reaching(self.terms, enough)
            if end > done and (done == 0 or len(self.found) < wanted):
                terms = self.terms[done:end]
                self._find([tsquery(term.lexeme for term in terms)], terms)
                done = end
        return done

    def _to_beat(self) -> float:
        best = nlargest(EXACT, self.found.values())
        return best[-1] * (1 - ROUNDING) if len(best) == EXACT else 0.0

    def _find(self, queries: Sequence[str], terms: Sequence[Term]) -> None:
        """The best of the passages that fulfil one of these; each is a scan of the index by itself.

        They hold one of these terms.
        """
        fulfil = " OR ".join(["lexemes @@ %s::tsquery"] * len(queries))
        statement = self.best.format(fulfil=fulfil, seen=self.seen)
        settings = settings_for(len(queries), sum(term.passages for term in terms))
        found = rows(statement, [self.vector, *queries, *self.selecting, self.depth], settings)
        self.found.update((pk, -distance) for pk, distance in found)


# Whether the best ones are seen is asked one by one: to gather all documents that are seen takes longer, ...
SEEN_BEST = """
    SELECT id, distance
    FROM (
        SELECT id, document_id, weights <#> %s::sparsevec AS distance
        FROM kb_passage WHERE {fulfil}
        ORDER BY distance, id
    ) AS ranked
    WHERE document_id IN ({seen})
    ORDER BY distance, id LIMIT %s
"""
# ... unless they are few.
BEST_SEEN = """
    SELECT id, weights <#> %s::sparsevec AS distance
    FROM kb_passage WHERE ({fulfil}) AND document_id IN ({seen})
    ORDER BY distance, id LIMIT %s
"""


def settings_for(queries: int, passages: int) -> Settings | None:
    """Of a statement with so many queries for words that so many passages hold."""
    if passages >= FEW:
        return SETTINGS
    return None if queries <= FEW_QUERIES else ONE_PROCESS


def _reaching(terms: Sequence[Term], enough: int | None) -> int:
    """How many of the first terms it takes for so many passages; None: all."""
    reached = accumulate(term.passages for term in terms)
    return next((end for end, sum_ in enumerate(reached, 1) if enough and sum_ >= enough), len(terms))


def combinations(terms: Sequence[Term], to_beat: float) -> Iterator[str]:
    """What a passage must hold of these terms to reach a score: one query for each that may be its first.

    To hold a term and none before it is enough if its bound is; otherwise the passage holds another one, and
    not only of the last, which together don't give the rest.
    """
    for place, first in enumerate(terms):
        after = terms[place + 1 :]
        if first.bound + sum(term.bound for term in after) < to_beat:
            return
        partners = _needed(after, to_beat - first.bound)
        alone = first.bound >= to_beat or first.passages <= RARE
        yield tsquery([first.lexeme]) if alone else tsquery(partners, beside=first.lexeme)


def _needed(terms: Sequence[Term], rest: float) -> list[str]:
    """Of these terms, those of which a passage holds at least one, if they give it the rest."""
    left_out = 0.0
    for end in range(len(terms), 0, -1):
        left_out += terms[end - 1].bound
        if left_out >= rest:
            return [term.lexeme for term in terms[:end]]
    return []
