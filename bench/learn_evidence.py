"""Learn the weights of `support/evidence/score.py`: `bench/learn_evidence.py [DIR]`.

Printed: the weights learnt from all rows and those in force, what weights learnt without a fifth of the
groups do on it, and what is lost when a sign is left out. Without a DIR, CITEDESK_SHARED/eval/support.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any
from unittest import mock

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

FOLDS = 5


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    shared = Path(os.environ.get("CITEDESK_SHARED", "/nowhere"), "eval", "support")
    arguments.add_argument("folder", nargs="?", type=Path, default=shared, metavar="DIR")
    folder = arguments.parse_args().folder
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from support.evidence.evaluation import BadRows

    try:
        tell(folder)
    except BadRows as error:
        sys.exit(str(error))
    return 0


def tell(folder: Path) -> None:
    from support.evidence import evaluation, learning, score

    rows = evaluation.load(folder)
    told = {row: evaluation.examples(row) for row in rows}
    learnt = learning.learnt([one for row in rows for one in told[row]])
    for title, scale in (("learnt from all", learnt), ("in force", score.IN_FORCE)):
        say(f"{title}: {json.dumps(shown(scale))}")
    with mock.patch.object(evaluation, "examples", told.__getitem__):
        say(f"{FOLDS} folds: {json.dumps(evaluation.figures(evaluation._in_folds(rows, FOLDS)))}")
        for name in (*score.OVERLAP, *score.AGAINST):
            left = {row: [without(one, name) for one in of_row] for row, of_row in told.items()}
            with mock.patch.object(evaluation, "examples", left.__getitem__):
                found = evaluation.figures(evaluation._in_folds(rows, FOLDS))
            caught = {kind: found["caught"][kind] for kind in evaluation.HARD if kind in found["caught"]}
            say(f"without {name}: AUC {found['auc']}, kept {found['kept']}, caught {caught}")


def without(example: Any, name: str) -> Any:
    from dataclasses import replace

    return replace(example, values={**example.values, name: 0.0})


def shown(scale: Any) -> dict[str, float]:
    numbers = {**scale.weights, "bias": scale.bias, "matches": scale.matches, "partly": scale.partly}
    return {name: round(number, 2) for name, number in numbers.items()}


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
