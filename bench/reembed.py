"""What a change of the embedding model costs those who search meanwhile: `bench/reembed.py [--json]`.

On a throw-away desk: searches come at an even pace from processes of their own, before, while another model
is built, made active, taken back, made active again, and the old one removed. `--to local` builds the local
model, which takes this machine's processor; the default is one behind an endpoint, a process of its own.
Latency counts from the moment that a search was due.
"""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
LOCAL, REMOTE, DIMENSIONS = "all-MiniLM-L6-v2-int8", "bench-endpoint", 384
SEARCHERS, THREADS = 2, 8
QUESTIONS = 400
# Each so many answers, the cosines are kept, to see afterwards whose they are.
KEPT_EVERY = 10


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--passages", type=int, default=5000)
    arguments.add_argument("--rate", type=float, default=50, help="searches a second")
    arguments.add_argument(
        "--seconds", type=float, default=30, help="before the change, and after each switch"
    )
    arguments.add_argument("--to", choices=["endpoint", "local"], default="endpoint")
    arguments.add_argument("--json", action="store_true", help="print one JSON value")
    arguments.add_argument("--search", type=Path, help=argparse.SUPPRESS)
    arguments.add_argument("--seed", type=int, default=1, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.search:
        return search(given.search, given.rate, given.passages, given.seed)
    with (
        tempfile.TemporaryDirectory(prefix="citedesk-bench-") as data,
        endpoint() as address,
        desk(Path(data) / "data", address),
    ):
        figures = change(Path(data), given)
    text = "".join(f"{name:<36}{value!s:>14}\n" for name, value in figures.items())
    sys.stdout.write(json.dumps({"reembed": figures}) + "\n" if given.json else text)
    return 0


@contextlib.contextmanager
def endpoint() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.endpoint", f"{REMOTE}={DIMENSIONS}"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def desk(data: Path, address: str) -> Iterator[None]:
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    os.environ.update(
        CITEDESK_DATA=str(data),
        DJANGO_SETTINGS_MODULE="config.settings",
        EMBEDDINGS_BASE_URL=address,
        EMBEDDINGS_MODEL=REMOTE,
        EMBEDDINGS_DIMENSIONS=str(DIMENSIONS),
    )
    from config import embedded

    embedded.start(data)
    import django
    from django.core.management import call_command
    from django.db import connection

    django.setup()
    call_command("migrate", verbosity=0)
    try:
        yield
    finally:
        connection.close()
        connection.close_pool()
        embedded.stop(data)


def change(data: Path, given: argparse.Namespace) -> dict[str, Any]:
    from django.db import connection

    from bench.corpus import load
    from kb import reembedding
    from kb.models import EmbeddingModel, served_by_settings

    old, new = (LOCAL, REMOTE) if given.to == "endpoint" else (REMOTE, LOCAL)
    EmbeddingModel.objects.create(name=old, dimensions=DIMENSIONS, active=True, **served_by_settings(old))
    load(given.passages)
    with connection.cursor() as cursor:  # as the database does by itself, a minute after so many rows
        cursor.execute("VACUUM ANALYZE")
    phases = Phases()
    with searchers(data, given) as answers:
        phases.wait("before", given.seconds)
        with phases.during("build"):
            manage("start", new, "--wait")
        with phases.during("activate"):
            manage("activate", new)
        phases.wait("after", given.seconds)
        with phases.during("back"):
            reembedding.activate(old)
        phases.wait("after going back", given.seconds)
        mixed = mixed_of(answers())
        with phases.during("again"):
            reembedding.activate(new)
        with phases.during("retire"):
            manage("retire", old)
        found = answers()
    return figures_of(found, phases, mixed, given)


@dataclass(frozen=True)
class Answer:
    due: float
    milliseconds: float
    error: str
    hits: int
    model: str
    words_only: str
    question: str
    cosines: dict[str, float]  # of some answers: passage and cosine


class Phases:
    """What went on when."""

    def __init__(self) -> None:
        self.times: dict[str, tuple[float, float]] = {}

    @contextlib.contextmanager
    def during(self, name: str) -> Iterator[None]:
        sys.stderr.write(f"{name} …\n")
        began = time.time()
        yield
        self.times[name] = (began, time.time())

    def wait(self, name: str, seconds: float) -> None:
        with self.during(name):
            time.sleep(seconds)

    def seconds(self, name: str) -> float:
        began, ended = self.times[name]
        return ended - began


def manage(*arguments: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "reembed", *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
    )


@contextlib.contextmanager
def searchers(data: Path, given: argparse.Namespace) -> Iterator[Callable[[], list[Answer]]]:
    """Processes that search until the end, and what they were answered so far."""
    files = [data / f"answers-{number}.jsonl" for number in range(SEARCHERS)]
    share = ["--rate", str(given.rate / SEARCHERS), "--passages", str(given.passages)]
    processes = [
        subprocess.Popen(
            [sys.executable, __file__, "--search", str(file), "--seed", str(seed), *share], cwd=ROOT
        )
        for seed, file in enumerate(files, start=1)
    ]
    try:
        while not all(file.exists() and file.stat().st_size for file in files):
            assert all(process.poll() is None for process in processes), "a process that searches has ended"
            time.sleep(0.2)
        yield lambda: [Answer(**json.loads(line)) for file in files for line in whole_lines(file)]
    finally:
        for process in processes:
            process.terminate()
            process.wait()


def whole_lines(file: Path) -> list[str]:
    return [line for line in file.read_text().splitlines(keepends=True) if line.endswith("\n")]


def search(file: Path, rate: float, passages: int, seed: int) -> int:
    """Each search is due at its moment, whether those before have ended or not."""
    import django

    django.setup()
    from bench.corpus import questions
    from kb.retrieval.ahead import go_on_searching

    go_on_searching()
    asked = questions(QUESTIONS, passages, seed=1)
    lock = threading.Lock()
    with file.open("w", buffering=1) as out, ThreadPoolExecutor(THREADS) as pool:

        def run(number: int, due: float) -> None:
            answer = one_search(asked[number % len(asked)], number, due)
            with lock:
                out.write(json.dumps(answer) + "\n")

        for number in range(THREADS):  # models and connections are opened
            one_search(asked[number], number, time.time())
        began = time.time()
        number = 0
        while True:
            due = began + number / rate
            time.sleep(max(due - time.time(), 0))
            pool.submit(run, number, due)
            number += 1


def one_search(question: Any, number: int, due: float) -> dict[str, Any]:
    from django.db import close_old_connections

    from kb.models import Audience
    from kb.retrieval import retrieve

    told: dict[str, Any] = {"hits": 0, "model": "", "words_only": "", "error": "", "cosines": {}}
    try:
        found = retrieve(question.text, Audience.PUBLIC, locale=question.locale)
        told.update(hits=len(found.hits), model=found.model, words_only=found.words_only)
        if number % KEPT_EVERY == 0:
            told["cosines"] = {
                str(hit.passage.pk): hit.cosine for hit in found.hits if hit.cosine is not None
            }
    except Exception as error:
        told["error"] = f"{type(error).__name__}: {error}"
    finally:
        # As a page does at its end. Kept by each thread, the pool's connections would not go round.
        close_old_connections()
    milliseconds = (time.time() - due) * 1000
    return {"due": due, "milliseconds": milliseconds, "question": question.text, **told}


def mixed_of(answers: Sequence[Answer]) -> dict[str, int]:
    """Of the kept answers, those whose cosines are not all of the model that they name."""
    import numpy as np

    from kb.models import Embedding, EmbeddingModel

    models = {model.name: model for model in EmbeddingModel.objects.all()}
    kept = [answer for answer in answers if answer.cosines and answer.model in models]
    mixed = 0
    for answer in kept:
        model = models[answer.model]
        vectors = dict(
            Embedding.objects.filter(model=model, passage__in=answer.cosines).values_list("passage", "vector")
        )
        asked = model.embedder().query(answer.question)
        stored = {pk: np.asarray(vector, np.float32) for pk, vector in vectors.items()}
        expected = {pk: float(asked @ vector / np.linalg.norm(vector)) for pk, vector in stored.items()}
        mixed += any(abs(expected.get(int(pk), 9) - cosine) > 0.02 for pk, cosine in answer.cosines.items())
    return {"looked_at": len(kept), "mixed": mixed}


def figures_of(
    answers: Sequence[Answer], phases: Phases, mixed: dict[str, int], given: argparse.Namespace
) -> dict[str, Any]:
    first, last = phases.times["before"][0], phases.times["retire"][1]
    measured = [answer for answer in answers if first <= answer.due < last]
    before = p95(measured, *phases.times["before"])
    build = p95(measured, *phases.times["build"])
    change = p95(measured, phases.times["build"][0], last)
    return {
        "passages": given.passages,
        "to": given.to,
        "searches_per_second": round(len(measured) / (last - first), 1),
        "searches": len(measured),
        "errors": sum(bool(answer.error) for answer in measured),
        "first_errors": sorted({answer.error[:200] for answer in measured if answer.error})[:5],
        "empty": sum(not answer.error and not answer.hits for answer in measured),
        "words_only": sum(bool(answer.words_only) for answer in measured),
        "answers_compared": mixed["looked_at"],
        "mixed": mixed["mixed"],
        "p95_before_ms": round(before),
        "p95_build_ms": round(build),
        "p95_whole_change_ms": round(change),
        "p95_ratio": round(change / before, 2),
        "build_s": round(phases.seconds("build"), 1),
        "activate_command_s": round(phases.seconds("activate"), 2),
        "go_back_s": round(phases.seconds("back"), 3),
        "activate_again_s": round(phases.seconds("again"), 3),
        # A phase may be over before a search was due.
        "by_phase_p95_ms": {
            name: None if found != found else round(found)
            for name, found in ((name, p95(measured, *times)) for name, times in phases.times.items())
        },
    }


def p95(answers: Sequence[Answer], began: float, ended: float) -> float:
    found = [answer.milliseconds for answer in answers if began <= answer.due < ended]
    return statistics.quantiles(found, n=20)[18] if len(found) > 1 else float("nan")


if __name__ == "__main__":
    sys.exit(main())
