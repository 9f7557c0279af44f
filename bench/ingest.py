"""How fast and how small bringing in files is: `bench/ingest.py [FOLDER] [--json]`.

On a throw-away data folder. FOLDER: the shared help center if CITEDESK_SHARED is set, else the demo's
articles. Pipeline and bare model take turns, so that a busy machine slows both alike. Sizes by flags;
docs/evaluation.md says what each figure is. What is weighed has its own process.
"""

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
TABLES = ("kb_document", "kb_revision", "kb_passage", "kb_embedding")
ARTICLE = """# Setting {n}

Setting {n} is under Preferences.

## Change it

Choose one of {n} values, then save.
"""
PARAGRAPH = (
    "Step {n} of the long guide: open panel {n}, read the {n} lines that it shows, and confirm each of them."
)
PARAGRAPHS = 120
PHASES = ("speed", "unchanged", "edit", "beside", "weight")
# Of every other made article, the others have one: on average they are as long as a help center's.
SECTIONS = 2
# Brought in at once, then embedded alone: the load of the machine is alike for both. Of so many turns, the
# first one is embedded alone as well: all of them would take as long again.
TURN = 250
COMPARED = 4


def main() -> int:
    given = _given()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(143))  # the desk is taken down all the same
    with tempfile.TemporaryDirectory(prefix="citedesk-bench-") as scratch:
        folder = Path(scratch)
        open_desk(folder / "data")
        try:
            figures = measured(given, folder)
        finally:
            close_desk(folder / "data")
    text = "".join(f"{name:<32}{value!s:>12}\n" for name, value in figures.items())
    sys.stdout.write(json.dumps(figures) + "\n" if given.json else text)
    return 0


def measured(given: argparse.Namespace, folder: Path) -> dict[str, Any]:
    phases: dict[str, Callable[[], dict[str, Any]]] = {
        "speed": lambda: speed(
            {"help_center": given.folder, "articles": articles(folder / "articles", given.articles)}
        ),
        "unchanged": lambda: again(folder / "unchanged", given.unchanged),
        "edit": lambda: {"one_edit_embedded": one_edit(folder / "long")},
        "beside": lambda: beside(folder, given.passages, given.probes),
        "weight": lambda: weight(folder, given.megabytes),
    }
    figures: dict[str, Any] = {}
    for name in given.only or phases:
        began = time.monotonic()
        found = phases[name]()
        figures |= found
        say(f"{name}: {found}, {time.monotonic() - began:.0f} s, load {os.getloadavg()[0]:.1f}")
    return figures


def _given() -> argparse.Namespace:
    parser = _parser()
    given = parser.parse_args()
    if "speed" in (given.only or PHASES):
        if not any(path.is_file() for path in given.folder.rglob("*")):
            parser.error(f"{given.folder} holds no file: name a folder of articles.")
        if given.articles < 1:
            parser.error("--articles: one at least is brought in.")
    return given


def say(what: str) -> None:
    sys.stderr.write(f"{what}\n")
    sys.stderr.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=default_folder())
    parser.add_argument(
        "--articles", type=int, default=2000, help="how many made articles to bring in as well"
    )
    parser.add_argument("--unchanged", type=int, default=10_000, help="how many to bring in again unchanged")
    parser.add_argument(
        "--passages", type=int, default=20_000, help="of the import beside which one is saved"
    )
    parser.add_argument("--probes", type=int, default=40, help="how many are saved beside it")
    parser.add_argument("--megabytes", type=int, default=500, help="of the files whose reading is weighed")
    parser.add_argument(
        "--only",
        nargs="+",
        choices=PHASES,
        metavar="PHASE",
        help=f"of {', '.join(PHASES)}; all are the default",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON value")
    return parser


def default_folder() -> Path:
    shared = Path(os.environ.get("CITEDESK_SHARED") or "/nonexistent") / "files" / "help-center"
    return shared if shared.is_dir() else ROOT / "demo" / "articles"


def open_desk(data: Path) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "EMBEDDINGS_BASE_URL"):
        os.environ.pop(name, None)
    os.environ.update(CITEDESK_DATA=str(data), DJANGO_SETTINGS_MODULE="config.settings")
    from config import embedded

    embedded.start(data, valkey=False)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def close_desk(data: Path) -> None:
    from django.db import connection

    from config import embedded

    connection.close_pool()
    embedded.stop(data)


def articles(folder: Path, number: int) -> Path:
    from bench.corpus import documents

    folder.mkdir()
    for place, (title, _, _, sections) in enumerate(documents(number, seed=7)):
        parts = sections[: 1 + place % SECTIONS]
        body = "\n\n".join(f"## {heading}\n\n{text}" if heading else text for heading, text in parts)
        (folder / f"{place}.md").write_text(f"# {title}\n\n{body}\n")
    return folder


def speed(folders: dict[str, Path]) -> dict[str, Any]:
    """End to end against the embedder alone, which makes the very batches of the import, in turns."""
    from llm.embed import configured_model, embedder

    maker = embedder(configured_model()[0])
    maker.passages(["A first text opens the model."])
    sets = {name: _speed_of(maker, folder) for name, folder in folders.items()}
    tokens = sum(one["tokens"] for one in sets.values())
    return {
        "roofline_tokens_per_s": round(
            tokens / sum(one["tokens"] / one["roofline"] for one in sets.values())
        ),
        "pipeline_tokens_per_s": round(
            tokens / sum(one["tokens"] / one["pipeline"] for one in sets.values())
        ),
        "ratio": min(one["ratio"] for one in sets.values()),
        "sets": sets,
    }


def _speed_of(maker: Any, folder: Path) -> dict[str, Any]:
    from kb.importing import find, import_files

    found = find([folder])[0]
    if not found:
        sys.exit(f"{folder} holds no file that can be read: name a folder of articles.")
    turns: list[_Turn] = []
    for start in range(0, len(found), TURN):
        files = found[start : start + TURN]
        with embedded_texts() as calls:
            seconds = timed(lambda files=files: import_files(files))
        texts = [text for call in calls for text in call]
        if not texts:
            sys.exit(f"None of the files of {folder} became searchable: bring them in by hand to see why.")
        tokens = sum(min(maker.count(text), maker.max_tokens) for text in texts)
        is_compared = len(turns) % COMPARED == 0
        alone = timed(lambda calls=calls: embed(maker, calls)) if is_compared else 0.0
        turns.append(_Turn(len(texts), tokens, seconds, alone))
        told = f", ratio {alone / seconds:.3f}" if alone else ""
        say(f"{folder.name}: {start + len(files)} of {len(found)} files{told}")
    return _summed(len(found), turns)


@dataclass(frozen=True)
class _Turn:
    passages: int
    tokens: int
    pipeline: float  # seconds
    alone: float  # 0: it was not compared


def _summed(documents: int, turns: list[_Turn]) -> dict[str, Any]:
    """The ratio is that of the turns that were done both ways."""
    both = [turn for turn in turns if turn.alone]
    alone = sum(turn.alone for turn in both)
    return {
        "documents": documents,
        "passages": sum(turn.passages for turn in turns),
        "tokens": sum(turn.tokens for turn in turns),
        "roofline": round(sum(turn.tokens for turn in both) / alone),
        "pipeline": round(sum(turn.tokens for turn in turns) / sum(turn.pipeline for turn in turns)),
        "ratio": round(alone / sum(turn.pipeline for turn in both), 3),
    }


def again(folder: Path, number: int) -> dict[str, Any]:
    """Nothing is embedded and nothing written when the same files come once more."""
    folder.mkdir()
    for place in range(number):
        (folder / f"{place}.md").write_text(ARTICLE.format(n=place))
    with ready_at_once():
        bring_in(folder)
    before = rows_written()
    with embedded_texts() as calls:
        seconds = timed(lambda: bring_in(folder))
    return {
        "unchanged_documents_per_s": round(number / seconds),
        "unchanged_embed_calls": len(calls),
        "unchanged_rows_written": rows_written() - before,
    }


@contextmanager
def ready_at_once() -> Iterator[None]:
    """What is brought in to be brought in again needs no vectors that mean something, nor processes."""
    import numpy as np

    from kb.extract import reading
    from llm.embed.local import LOCAL_DIMENSIONS, LocalEmbedder

    def any_vectors(self: Any, texts: Any) -> Any:
        return np.full((len(texts), LOCAL_DIMENSIONS), LOCAL_DIMENSIONS**-0.5, np.float32)

    with (
        patch.object(LocalEmbedder, "passages", any_vectors),
        patch("kb.extract.isolated.read", reading.read),
    ):
        yield


@contextmanager
def embedded_texts() -> Iterator[list[list[str]]]:
    """What each call of the embedder was given."""
    from llm.embed.local import LocalEmbedder

    calls: list[list[str]] = []
    passages = LocalEmbedder.passages

    def noted(self: Any, texts: Any) -> Any:
        calls.append(list(texts))
        return passages(self, texts)

    with patch.object(LocalEmbedder, "passages", noted):
        yield calls


def one_edit(folder: Path) -> int:
    """Of a long article, of which one paragraph was written anew."""
    folder.mkdir()
    paragraphs = [PARAGRAPH.format(n=number) for number in range(PARAGRAPHS)]
    article = folder / "long.md"
    article.write_text("# Long guide\n\n## All steps\n\n" + "\n\n".join(paragraphs))
    bring_in(folder)
    changed = PARAGRAPH.format(n="sixty, as of today,")
    article.write_text(article.read_text().replace(PARAGRAPH.format(n=60), changed))
    return sum(imported.embedded for imported in bring_in(folder))


def beside(folder: Path, passages: int, probes: int) -> dict[str, Any]:
    from bench.ingesting.beside import saved_beside

    return {"searchable_p95_ms": saved_beside(folder / "import", passages, probes)}


def weight(folder: Path, megabytes: int) -> dict[str, Any]:
    from bench.ingesting.weight import peak_megabytes

    return {"peak_rss_mb": peak_megabytes(folder / "heavy", megabytes)}


def bring_in(folder: Path) -> list[Any]:
    from kb.importing import find, import_files

    return import_files(find([folder])[0])


def embed(maker: Any, calls: list[list[str]]) -> None:
    """As many at a time as an import makes."""
    from kb.importing import GROUPS_AT_ONCE

    with ThreadPoolExecutor(GROUPS_AT_ONCE) as threads:
        list(threads.map(maker.passages, calls))


def timed(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def rows_written() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute(
            "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables WHERE relname = ANY(%s)",
            [list(TABLES)],
        )
        return int(cursor.fetchone()[0])


if __name__ == "__main__":
    sys.exit(main())
