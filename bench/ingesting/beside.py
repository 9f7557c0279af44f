"""From saving one article to finding it, while another process brings in many passages."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ARTICLE = "# Guide {n}\n\n" + "".join(
    f"## Part {part} of guide {{n}}\n\nTurn dial {part} until lamp {{n}} is green, "
    f"then write down code QX-{{n}}-{part}.\n\n"
    for part in range(5)
)
A_DOCUMENT = 5  # passages, about
PATIENCE = 120  # seconds until the import is on its way


def saved_beside(folder: Path, passages: int, probes: int) -> float:
    """The 95th percentile in ms. What a worker of the queue `documents` does is done here, warm."""
    from bench.ingest import articles

    articles(folder, max(passages // A_DOCUMENT, 1))
    _saved_and_found(0)
    importing = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "ingest", str(folder), "--json"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ,
        start_new_session=True,  # as from another terminal
    )
    try:
        _wait_until_it_embeds(importing)
        times = []
        for number in range(1, probes + 1):
            if importing.poll() is not None and number > 1:
                break
            times.append(_saved_and_found(number))
            time.sleep(0.2)
    finally:
        importing.kill()
        importing.wait()
    return round(1000 * sorted(times)[max(int(len(times) * 0.95) - 1, 0)], 1)


def _wait_until_it_embeds(importing: "subprocess.Popen[bytes]") -> None:
    from kb.models import Document, Embedding

    there = Embedding.objects.count()
    ends = time.monotonic() + PATIENCE
    while Embedding.objects.count() <= there and importing.poll() is None:
        if time.monotonic() > ends:
            raise RuntimeError(f"The import has not begun; {Document.objects.count()} documents are there.")
        time.sleep(0.1)


def _saved_and_found(number: int) -> float:
    from kb.ingest import ingest, receive
    from kb.models import Audience
    from kb.retrieval import retrieve

    started = time.perf_counter()
    reference = f"probe/{number}.md"
    ingest(receive(reference, ARTICLE.format(n=1000 + number).encode()))
    found = retrieve(f"lamp {1000 + number} code QX-{1000 + number}-3", Audience.PUBLIC)
    if reference not in {hit.passage.document.reference for hit in found.hits}:
        raise RuntimeError(f"{reference} was saved and is not found.")
    return time.perf_counter() - started
