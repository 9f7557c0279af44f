"""Measure the evidence check on labelled sentences, as docs/evaluation.md defines the figures."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.metrics import auroc, mean
from support.evidence.checking import signs_of
from support.evidence.learning import Example, learnt
from support.evidence.results import Offered
from support.evidence.score import IN_FORCE, Scale
from support.models import Verdict

ROWS = "rows.jsonl"
LABELS = {"supported": True, "unsupported": False}
# Changed in one place: against these the AUC is told, where a set has them.
HARD = ("number_changed", "negated", "entity_swapped")
# To be learnt from, a sentence is also read with such shares of its words taken for others.
REWORDED, REWORDED_COUNT = (0.15, 0.3), 0.1


class BadRows(Exception):
    """The set cannot be measured; the message says what to change."""


@dataclass(frozen=True)
class Row:
    passage: str
    sentence: str
    supported: bool
    kind: str
    sub: str
    group: str
    locale: str


@dataclass(frozen=True)
class Judged:
    row: Row
    support: float
    matches: bool


def evaluate(folder: Path, folds: int = 0) -> dict[str, Any]:
    """Of the checker in force; with folds, of one that is learnt anew without the groups that it judges."""
    rows = load(folder)
    return figures(_in_folds(rows, folds) if folds else _judged(rows, [signs(row) for row in rows], IN_FORCE))


def load(folder: Path) -> list[Row]:
    path = folder / ROWS
    try:
        lines = path.read_text("utf-8").split("\n")
    except FileNotFoundError as error:
        raise BadRows(f"There is no {path}: name a folder that holds {ROWS}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadRows(f"{path} can't be read as text: {error}") from error
    rows = [
        _row(line, f"{path}, line {number}") for number, line in enumerate(lines, start=1) if line.strip()
    ]
    if len({row.supported for row in rows}) < 2:
        raise BadRows(f"{path} must hold both supported and unsupported sentences.")
    return rows


def _row(line: str, where: str) -> Row:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadRows(f"{where} is no JSON: {error}") from error
    if not isinstance(row, dict):
        raise BadRows(f"{where} must be a JSON object.")
    for name in ("passage", "sentence", "label"):
        if not isinstance(row.get(name), str) or not row[name].strip():
            raise BadRows(f"{where} needs a text “{name}”.")
    if row["label"] not in LABELS:
        raise BadRows(f"{where}: “label” must be supported or unsupported, not “{row['label']}”.")
    return Row(
        passage=row["passage"],
        sentence=row["sentence"],
        supported=LABELS[row["label"]],
        kind=str(row.get("kind") or row["label"]),
        sub=str(row.get("sub") or ""),
        group=str(row.get("group") or row["passage"]),
        locale=str(row.get("lang") or row.get("locale") or ""),
    )


def signs(row: Row, reworded: float = 0.0) -> Mapping[str, float]:
    """With a share of its words taken for others, the same ones each time."""
    offered = [Offered(1, "", "", "", row.passage, locale=row.locale)]
    chance = random.Random(f"{reworded} {row.sentence}")
    return signs_of(row.sentence, offered, row.locale, without=lambda: chance.random() < reworded)


def examples(row: Row) -> list[Example]:
    """A sentence as it is, and said more freely."""
    hard = row.kind in HARD
    told = [Example(signs(row), row.supported, hard)]
    return told + [Example(signs(row, share), row.supported, hard, REWORDED_COUNT) for share in REWORDED]


def _judged(rows: Sequence[Row], values: Sequence[Mapping[str, float]], scale: Scale) -> list[Judged]:
    return [
        Judged(row, scale.support(given), scale.verdict(given) == Verdict.MATCHES)
        for row, given in zip(rows, values, strict=True)
    ]


def _in_folds(rows: Sequence[Row], folds: int) -> list[Judged]:
    """Each fold's sums are counted from its own threshold, so that those of all are comparable."""
    told = [(row, examples(row), fold_of(row.group, folds)) for row in rows]
    judged: list[Judged] = []
    for fold in sorted({owner for _, _, owner in told}):
        others = [one for _, of_row, owner in told if owner != fold for one in of_row]
        if len({one.supported for one in others}) < 2:
            raise BadRows(f"{folds} folds need more groups with supported and unsupported sentences.")
        own = [(row, of_row[0].values) for row, of_row, owner in told if owner == fold]
        judged += _judged(
            [row for row, _ in own], [given for _, given in own], learnt(others).from_threshold()
        )
    return judged


def fold_of(group: str, folds: int) -> int:
    return int(hashlib.sha256(group.encode("utf-8", "replace")).hexdigest(), 16) % folds


def figures(judged: Sequence[Judged]) -> dict[str, Any]:
    supported = [one for one in judged if one.row.supported]
    unsupported = [one for one in judged if not one.row.supported]
    hard = [one for one in unsupported if one.row.kind in HARD]
    kept, caught = _share(supported), 1 - _share(unsupported)
    return {
        "rows": len(judged),
        "auc": _auc(supported, hard or unsupported),
        "auc_all": _auc(supported, unsupported),
        "balanced_accuracy": round((kept + caught) / 2, 4),
        "kept": round(kept, 4),
        "caught": {name: round(1 - _share(part), 4) for name, part in _parts(unsupported)},
    }


def _parts(judged: Sequence[Judged]) -> Iterator[tuple[str, list[Judged]]]:
    """By kind, by kind and sub, and by what stands before the colon of a sub."""
    parts: dict[str, list[Judged]] = {}
    for one in judged:
        names = {one.row.kind}
        if one.row.sub:
            names |= {f"{one.row.kind}/{one.row.sub}", f"{one.row.kind}/{one.row.sub.split(':')[0]}"}
        for name in names:
            parts.setdefault(name, []).append(one)
    yield from sorted(parts.items())


def _share(judged: Sequence[Judged]) -> float:
    """Of these, what matches."""
    return mean([float(one.matches) for one in judged]) or 0.0


def _auc(supported: Sequence[Judged], others: Sequence[Judged]) -> float | None:
    found = auroc([one.support for one in supported], [one.support for one in others])
    return None if found is None else round(found, 4)
