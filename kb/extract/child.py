"""Read one file from stdin in a process of its own, with little memory and time, and print a JSON object.

Run as a script, so that it loads no more than it needs: `python -P child.py MIME-TYPE`. An extractor may
crash, hang or eat all memory on a hostile file; then this process ends, and nothing else.
"""

import ctypes
import importlib
import json
import os
import resource
import signal
import sys
from dataclasses import asdict
from pathlib import Path

MEMORY = 3 * 1024**3  # address space, most of it never touched
CPU_SECONDS = 60
LONGEST_TEXT = 20_000_000
PR_SET_PDEATHSIG = 1
# Of a PDF that is mostly tables, most are none: lines that happen to stand in columns.
MOST_IN_TABLES = 0.5


def main(mime_type: str) -> None:
    limit_resources()
    data = sys.stdin.buffer.read()
    # What the extractor's libraries print themselves must not mix with the answer.
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    json.dump(answer_of(data, mime_type), answer)
    answer.close()


def answer_of(data: bytes, mime_type: str) -> dict[str, object]:
    if mime_type.startswith("kb.extract."):
        return read_with(mime_type, data)
    return read_page(data) if mime_type == "text/html" else read(data, mime_type)


def limit_resources() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # Ends with the worker, however that ends.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def read(data: bytes, mime_type: str) -> dict[str, object]:
    import kreuzberg

    try:
        config = kreuzberg.ExtractionConfig(use_cache=False, output_format="markdown")
        found = kreuzberg.extract_bytes_sync(data, mime_type, config=config)
        text = found.content
        if mime_type == "application/pdf" and share_in_tables(text) > MOST_IN_TABLES:
            text = lines_of_pages(data, mime_type)
    except (kreuzberg.KreuzbergError, MemoryError) as error:
        return {"error": str(error)[:1000]}
    if len(text) > LONGEST_TEXT:
        return {"error": "Security limit exceeded: too much text"}
    return {
        "text": text,
        "title": str(found.metadata.get("title") or ""),
        "locale": str(found.metadata.get("language") or ""),
        "pages": int(found.metadata.get("page_count") or 0),
    }


def read_with(module: str, data: bytes) -> dict[str, object]:
    """By a reader of our own. Whatever it trips over, the file is what is wrong."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    reader = importlib.import_module(module)
    from kb.extract.result import Unreadable

    try:
        reading = reader.read(data)
    except Unreadable as error:
        return {"sentence": str(error)}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:1000]}
    if len(reading.text) > LONGEST_TEXT:
        return {"error": "Security limit exceeded: too much text"}
    return asdict(reading)


def read_page(data: bytes) -> dict[str, object]:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from kb.extract.html import read_page
    from kb.extract.result import Unreadable

    try:
        return asdict(read_page(data))
    except Unreadable as error:
        return {"error": str(error)}


def share_in_tables(text: str) -> float:
    lines = text.split("\n")
    return sum(len(line) for line in lines if line.startswith("|")) / max(sum(map(len, lines)), 1)


def lines_of_pages(data: bytes, mime_type: str) -> str:
    import kreuzberg

    config = kreuzberg.ExtractionConfig(use_cache=False, pages=kreuzberg.PageConfig(extract_pages=True))
    found = kreuzberg.extract_bytes_sync(data, mime_type, config=config)
    return "\n\n".join(page["content"] for page in found.pages or []) or found.content


if __name__ == "__main__":
    main(sys.argv[1])
