"""Retrieval's quality and speed on labelled sets: `bench/retrieval.py [SET...] [--json]`.

A set is a folder with corpus.jsonl, queries.jsonl and qrels.tsv. Without one named: every set under
CITEDESK_SHARED/eval.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("sets", nargs="*", type=Path, metavar="SET")
    arguments.add_argument("--json", action="store_true", help="print one JSON value")
    given = arguments.parse_args()
    sets = given.sets or known_sets()
    if not sets:
        sys.stderr.write("No labelled set: name one, or set CITEDESK_SHARED to a folder with eval/SET/.\n")
    figures = {folder.name: evaluate(folder.absolute()) for folder in sets}
    sys.stdout.write(json.dumps({"retrieval": figures}) + "\n" if given.json else as_text(figures))
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
