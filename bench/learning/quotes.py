#!/usr/bin/env python
"""Learn the weights of support/quotes/choosing.py: `bench/learning/quotes.py SET [--json]`.

SET (a folder with corpus.jsonl, queries.jsonl, qrels.tsv and queries_multiturn.jsonl, whose questions name
the `evidence` of their answers) is brought in once, in a throw-away database. Learnt is what tells that
something quotable holds the evidence, from openings and later turns alike. Told are the weights, and how
often quotes hold the evidence by weights that were learnt from questions about other documents.
"""

import argparse
import json
import sys
import zlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from kb.evaluation import Labelled
    from support.quotes.choosing import Signs
    from support.quotes.reading import Quotable

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

FOLDS = 6
RIDGE = 3.0  # of one row's weight, on signs brought to the same spread
ROUNDS = 25


@dataclass(frozen=True)
class Row:
    """A question, what could be quoted for it, and which of that holds its evidence."""

    fold: int
    later: bool
    evidence: tuple[str, ...]
    asked: set[str]
    found: list["Quotable"]
    signs: list["Signs"]
    right: list[bool]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("set", type=Path, metavar="SET")
    arguments.add_argument("--json", action="store_true", help="print one JSON value")
    given = arguments.parse_args()
    from bench.learning.fusion import prepare

    prepare()
    learnt = learn(rows_of(given.set))
    lines = (f"{name}: {told}\n" for name, told in learnt.items())
    sys.stdout.write(json.dumps(learnt) + "\n" if given.json else "".join(lines))
    return 0


def rows_of(folder: Path) -> list[Row]:
    from kb import evaluation
    from kb.scratch import scratch

    labelled = evaluation.load(folder)
    with scratch():
        evaluation.bring_in(labelled, lambda line: sys.stderr.write(f"{line}\n"))
        asked = [one for one in labelled.questions if one.answerable and not one.vague]
        return [row(one) for one in [*asked, *labelled.later_turns] if one.evidence and one.gains]


def row(question: "Labelled") -> Row:
    from kb.metrics import holds
    from kb.models import Audience
    from support import composing, sentences
    from support.models import Message
    from support.prompts import Conversation, Turn
    from support.quotes import choosing
    from support.quotes.reading import quotables

    kinds = {True: Message.Kind.CUSTOMER, False: Message.Kind.REPLY}
    said = [Turn(kinds[before.by_customer], before.text) for before in question.history]
    conversation = Conversation([*said, Turn(Message.Kind.CUSTOMER, question.text)])
    offered, _, _ = composing.look_up(conversation, Audience.PUBLIC)
    asked = sentences.words(composing.in_own_words(conversation))
    found = [one for rank, passage in enumerate(offered) for one in quotables(rank, passage)]
    signs = choosing.read(found, asked, choosing.rarity(found))
    right = [holds(one.text, question.evidence) for one in found]
    fold = zlib.crc32(min(question.gains).encode()) % FOLDS
    return Row(fold, bool(question.history), question.evidence, asked, found, signs, right)


def learn(rows: Sequence[Row]) -> dict[str, Any]:
    held: dict[bool, list[bool]] = {False: [], True: []}
    for fold in range(FOLDS):
        weights = fitted([one for one in rows if one.fold != fold])
        for one in rows:
            if one.fold == fold:
                held[one.later].append(quoted(one, weights))
    names = ("bias", *next(one.signs[0] for one in rows if one.signs).__dataclass_fields__)
    return {
        "weights": dict(zip(names, np.round(fitted(rows), 2).tolist(), strict=True)),
        "openings_held": round(float(np.mean(held[False])), 4),
        "later_turns_held": round(float(np.mean(held[True])), 4) if held[True] else None,
    }


def quoted(one: Row, weights: npt.NDArray[np.float64]) -> bool:
    """Questions that search would refuse are among these: nothing but the choice is judged here."""
    from kb.metrics import holds
    from support.quotes import choosing

    choosing.BIAS, choosing.WEIGHTS = float(weights[0]), choosing.Signs(*map(float, weights[1:]))
    chosen = choosing.choose(one.found, one.asked)
    in_order = sorted(chosen, key=lambda told: (told.offered.document, told.place))
    return holds(
        " ".join(said for told in in_order for line in told.lines for said in line.said), one.evidence
    )


def fitted(rows: Sequence[Row]) -> npt.NDArray[np.float64]:
    """By a ridge-held logistic regression: the bias, then a weight for each sign."""
    signs = np.array([astuple(told) for one in rows for told in one.signs])
    right = np.array([told for one in rows for told in one.right], float)
    middle, spread = signs.mean(axis=0), np.maximum(signs.std(axis=0), 1e-9)
    given = np.hstack([np.ones((len(signs), 1)), (signs - middle) / spread])
    held_back = np.diag([0.0] + [RIDGE] * signs.shape[1])
    weights = np.zeros(given.shape[1])
    for _ in range(ROUNDS):
        chances = 1 / (1 + np.exp(-given @ weights))
        slope = given.T @ (chances - right) + held_back @ weights
        weights -= np.linalg.solve(given.T @ (given * (chances * (1 - chances))[:, None]) + held_back, slope)
    plain = weights[1:] / spread
    return np.concatenate([[weights[0] - plain @ middle], plain])


if __name__ == "__main__":
    sys.exit(main())
