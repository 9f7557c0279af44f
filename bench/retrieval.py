"""Retrieval's speed and size, or its quality: `bench/retrieval.py --passages N | [SET...] [--json]`.

With --passages: a made-up help center of N passages in a throw-away database server of its own, whatever desk
the environment names. Otherwise on labelled sets, each a folder with corpus.jsonl, queries.jsonl and
qrels.tsv; without one named: every set under CITEDESK_SHARED/eval.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
FEWEST_PASSAGES = 100
PREPARED = "prepared.json"


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("sets", nargs="*", type=Path, metavar="SET")
    arguments.add_argument("--passages", type=int, metavar="N", help="measure speed and size at so many")
    arguments.add_argument("--details", action="store_true", help="with --passages: every figure there is")
    arguments.add_argument(
        "--data", type=Path, help="with --passages: a folder to keep, measured again without loading"
    )
    arguments.add_argument("--json", action="store_true", help="print one JSON value")
    given = arguments.parse_args()
    if given.passages is None:
        if given.details or given.data:
            arguments.error("--details and --data say how to measure at a size: give --passages too.")
        return quality(given.sets or known_sets(), given.json)
    if given.sets:
        arguments.error("Name labelled sets, or --passages, not both.")
    if given.passages < FEWEST_PASSAGES:
        arguments.error(f"--passages: {FEWEST_PASSAGES} or more, or no subset is left to measure.")
    return size(given.passages, given.data, given.json, given.details)


# --- Speed and size ------------------------------------------------------------------------------------


def size(passages: int, kept: Path | None, as_json: bool, details: bool) -> int:
    from bench.scale import CONTRACT, measure, room
    from bench.scale.ranking import NEEDS_LIBRARY, has_library

    lacking = room.lacking(passages, Path(tempfile.gettempdir()) if kept is None else kept.absolute().parent)
    if lacking or not has_library():
        sys.stderr.write(f"{lacking or NEEDS_LIBRARY}\n")
        return 2
    with folder(kept) as data, desk(data):
        figures = measure(prepared(passages, data / PREPARED))
    shown = figures if details else {name: figures[name] for name in CONTRACT}
    sys.stdout.write(json.dumps(shown) + "\n" if as_json else "".join(lines(shown)))
    return 0


@contextlib.contextmanager
def folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        yield kept.absolute()
        return
    with tempfile.TemporaryDirectory(prefix="citedesk-bench-") as made:
        yield Path(made) / "data"


@contextlib.contextmanager
def desk(data: Path) -> Iterator[None]:
    from bench.ingest import close_desk, open_desk

    open_desk(data)
    try:
        yield
    finally:
        close_desk(data)


def prepared(passages: int, record: Path) -> Any:
    """The help center that an earlier run has left in the folder, or a new one."""
    from bench.scale import Prepared, prepare

    if record.exists():
        found = Prepared(**json.loads(record.read_text()))
        if found.passages != passages:
            sys.exit(f"{record.parent} holds {found.passages:,} passages: name these, or another folder.")
        return found
    made = prepare(passages)
    record.write_text(json.dumps(asdict(made)))
    return made


def lines(figures: dict[str, Any], indent: str = "") -> Iterator[str]:
    for name, figure in figures.items():
        if isinstance(figure, dict):
            yield f"{indent}{name}\n"
            yield from lines(figure, indent + "  ")
        else:
            shown = f"{figure:,}" if isinstance(figure, int | float) else figure
            yield f"{indent}{name:<{40 - len(indent)}}{shown!s:>12}\n"


# --- Quality -------------------------------------------------------------------------------------------


def quality(sets: list[Path], as_json: bool) -> int:
    if not sets:
        sys.stderr.write(
            "No labelled set: name one, or set CITEDESK_SHARED to a folder with eval/SET/. "
            "Speed and size need none: give --passages.\n"
        )
    figures = {folder.name: evaluate(folder.absolute()) for folder in sets}
    sys.stdout.write(json.dumps({"retrieval": figures}) + "\n" if as_json else as_text(figures))
    return 0 if all(figures.values()) else 1


def known_sets() -> list[Path]:
    shared = Path(os.environ.get("CITEDESK_SHARED") or "/nonexistent")
    return sorted(path.parent for path in shared.glob("eval/*/corpus.jsonl"))


def evaluate(folder: Path) -> dict[str, object] | None:
    """The figures, or None: what went wrong stands on standard error."""
    command = [sys.executable, "manage.py", "evaluate", str(folder), "--json"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout) if done.returncode == 0 else None


def as_text(figures: dict[str, dict[str, object] | None]) -> str:
    lines = ["set                    ndcg@10   bm25     recall@5  p95 ms"]
    for name, found in figures.items():
        if found is None:
            lines.append(f"{name:<22} could not be measured")
            continue
        bm25, latency = found["bm25"], found["latency_ms"]
        assert isinstance(bm25, dict) and isinstance(latency, dict)
        row = (found["ndcg@10"], bm25["ndcg@10"], found["recall@5"], latency["p95"])
        lines.append(f"{name:<22} " + "  ".join(f"{figure!s:<8}" for figure in row))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
