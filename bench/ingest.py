"""How fast files become searchable, beside the embedder alone: `bench/ingest.py [FOLDER] [--json]`.

On a throw-away data folder. FOLDER: the shared help center if CITEDESK_SHARED is set, else the demo's
articles. Ingest and embedder take turns (A B B A), so that a busy machine slows both alike.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
ARTICLE = """# Setting {n}

Setting {n} is under Preferences.

## Change it

Choose one of {n} values, then save.
"""


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", nargs="?", type=Path, default=default_folder())
    arguments.add_argument("--articles", type=int, default=1000, help="how many to bring in again unchanged")
    arguments.add_argument("--json", action="store_true", help="print one JSON value")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="citedesk-bench-") as data:
        open_desk(Path(data) / "data")
        figures = {**speed(given.folder), **again(Path(data) / "articles", given.articles)}
        close_desk(Path(data) / "data")
    text = "".join(f"{name:<32}{value:>12}\n" for name, value in figures.items())
    sys.stdout.write(json.dumps({"ingest": figures}) + "\n" if given.json else text)
    return 0


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


def speed(folder: Path) -> dict[str, Any]:
    """End to end against the embedder alone, on the same passages in the same run."""
    from kb.ingest import delete
    from kb.models import Document, Passage
    from llm.embed import configured_model, embedder

    maker = embedder(configured_model()[0])
    maker.passages(["A first text opens the model."])
    ingest_seconds = [timed(lambda: bring_in(folder))]
    texts = [passage.indexed_text() for passage in Passage.objects.select_related("document").order_by("pk")]
    tokens = sum(min(maker.count(text), maker.max_tokens) for text in texts)
    roofline = [timed(lambda: embed(maker, texts)) for _ in range(2)]
    documents = list(Document.objects.all())
    for document in documents:
        delete(document)
    ingest_seconds.append(timed(lambda: bring_in(folder)))
    return {
        "documents": len(documents),
        "passages": len(texts),
        "tokens": tokens,
        "ingest_seconds": round(sum(ingest_seconds) / 2, 2),
        "ingest_tokens_per_second": round(2 * tokens / sum(ingest_seconds)),
        "embedder_tokens_per_second": round(2 * tokens / sum(roofline)),
        "share_of_embedder": round(sum(roofline) / sum(ingest_seconds), 3),
    }


def again(folder: Path, articles: int) -> dict[str, Any]:
    """The same files once more, and once more with a paragraph changed."""
    folder.mkdir()
    for number in range(articles):
        (folder / f"{number}.md").write_text(ARTICLE.format(n=number))
    bring_in(folder)
    before = rows_written()
    seconds = timed(lambda: bring_in(folder))
    written = rows_written() - before
    (folder / "0.md").write_text(ARTICLE.format(n=0).replace("then save", "then confirm"))
    return {
        "unchanged_documents": articles,
        "unchanged_documents_per_second": round(articles / seconds),
        "unchanged_rows_written": written,
        "embedded_after_one_edit": sum(imported.embedded for imported in bring_in(folder)),
    }


def bring_in(folder: Path) -> list[Any]:
    from kb.importing import find, import_files

    return import_files(find([folder])[0])


def embed(maker: Any, texts: list[str]) -> None:
    from kb.embeddings import BATCH

    for start in range(0, len(texts), BATCH):
        maker.passages(texts[start : start + BATCH])


def timed(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def rows_written() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables")
        return int(cursor.fetchone()[0])


if __name__ == "__main__":
    sys.exit(main())
