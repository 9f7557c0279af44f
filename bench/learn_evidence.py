"""Learn the weights of `support/evidence/score.py`: `bench/learn_evidence.py [DIR] [--json]`.

Printed: the weights learnt from all rows and those in force, what weights learnt without a fifth of the
groups do on it, what those in force do when words are said otherwise, and what is lost when a sign is left
out. Without a DIR, CITEDESK_SHARED/eval/support.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

FOLDS = 5


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("folder", nargs="?", type=Path, default=known_set(), metavar="DIR")
    arguments.add_argument("--json", action="store_true", help="print one JSON value")
    given = arguments.parse_args()
    if given.folder is None:
        sys.stderr.write(
            "No labelled sentences: name a DIR, or set CITEDESK_SHARED to a folder with eval/support/.\n"
        )
        sys.stdout.write("{}\n" if given.json else "")
        return 0
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from support.evidence.evaluation import BadRows

    try:
        found = measured(given.folder)
    except BadRows as error:
        sys.exit(str(error))
    sys.stdout.write(json.dumps(found) + "\n" if given.json else "".join(lines(found)))
    return 0


def known_set() -> Path | None:
    folder = Path(os.environ.get("CITEDESK_SHARED") or "/nonexistent", "eval", "support")
    return folder if folder.exists() else None


def measured(folder: Path) -> dict[str, Any]:
    from support.evidence import evaluation, learning, score

    rows = evaluation.load(folder)
    told = {row: evaluation.examples(row) for row in rows}
    learnt = learning.learnt([one for row in rows for one in told[row]])
    found: dict[str, Any] = {"learnt": shown(learnt), "in_force": shown(score.IN_FORCE)}
    with mock.patch.object(evaluation, "examples", told.__getitem__):
        found["folds"] = evaluation.figures(evaluation._in_folds(rows, FOLDS))
    found["reworded"] = {}
    for place, share in enumerate(evaluation.REWORDED, start=1):
        judged = evaluation._judged(rows, [told[row][place].values for row in rows], score.IN_FORCE)
        figures = evaluation.figures(judged)
        found["reworded"][str(share)] = {"auc": figures["auc"], "kept": figures["kept"]}
    found["without"] = {}
    for name in (*score.OVERLAP, *score.AGAINST):
        left = {row: [without(one, name) for one in of_row] for row, of_row in told.items()}
        with mock.patch.object(evaluation, "examples", left.__getitem__):
            figures = evaluation.figures(evaluation._in_folds(rows, FOLDS))
        caught = {kind: figures["caught"][kind] for kind in evaluation.HARD if kind in figures["caught"]}
        found["without"][name] = {"auc": figures["auc"], "kept": figures["kept"], "caught": caught}
    return found


def without(example: Any, name: str) -> Any:
    from dataclasses import replace

    return replace(example, values={**example.values, name: 0.0})


def shown(scale: Any) -> dict[str, float]:
    numbers = {**scale.weights, "bias": scale.bias, "matches": scale.matches, "partly": scale.partly}
    return {name: round(number, 2) for name, number in numbers.items()}


def lines(found: dict[str, Any]) -> Iterator[str]:
    yield f"learnt from all: {json.dumps(found['learnt'])}\n"
    yield f"in force: {json.dumps(found['in_force'])}\n"
    yield f"{FOLDS} folds: {json.dumps(found['folds'])}\n"
    for share, of_share in found["reworded"].items():
        yield f"{share} of the words said otherwise, in force: {json.dumps(of_share)}\n"
    for name, of_name in found["without"].items():
        yield f"without {name}: {json.dumps(of_name)}\n"


if __name__ == "__main__":
    sys.exit(main())
