"""What drafting costs beside the model: `bench/drafting.py [--json] [--details]`.

On a throw-away desk that `manage.py up` starts, with a gateway that stamps what it sends (bench/drafts/):
how long a first piece takes from the gateway to a page that listens, how many streams one drafts worker
keeps going and in how much memory, and how many more calls are made when one in twenty fails.
"""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
ARTICLES = ROOT / "demo" / "articles"
# The figures of the contract, in its order; the others are details.
CONTRACT = (
    "drafts",
    "ttft_overhead_p50_ms",
    "ttft_overhead_p95_ms",
    "streams_per_worker",
    "share_of_ideal",
    "worker_rss_mb",
    "calls_ratio_at_5pct_faults",
)
FAULT_EVERY = 20
WARMING = 8
# Nobody begins to stream before all wait, and the worker looks up the passages of all before that.
PATIENCE = 90
DESK = {
    "DRAFT_DEBOUNCE_SECONDS": "0",
    "RELEVANCE_FLOOR": "0",
    "RUNAPI_KEY": "bench",
    "LLM_FIRST_PIECE_TIMEOUT": str(PATIENCE),
}


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--drafts", type=int, default=50, help="at once, for the time to the first piece")
    arguments.add_argument("--streams", type=int, default=200, help="at once, in one worker")
    arguments.add_argument("--seconds", type=float, default=10, help="that each of the streams takes")
    arguments.add_argument("--rate", type=float, default=20, help="pieces a second in each of the streams")
    arguments.add_argument("--calls", type=int, default=100, help="drafts, without and with faults")
    arguments.add_argument("--details", action="store_true", help="also what is no part of the short answer")
    arguments.add_argument("--json", action="store_true", help="print one JSON value")
    given = arguments.parse_args()
    if min(given.drafts, given.streams, given.calls, given.seconds, given.rate) <= 0:
        arguments.error("each number must be above 0.")
    with tempfile.TemporaryDirectory(prefix="citedesk-bench-") as data, running(Path(data)) as desk:
        figures = measure(desk, given)
    shown = figures if given.details else {name: figures[name] for name in CONTRACT}
    text = "".join(f"{name:<32}{value!s:>14}\n" for name, value in shown.items())
    sys.stdout.write(json.dumps(shown) + "\n" if given.json else text)
    return 0


@dataclass(frozen=True)
class Desk:
    port: int
    gateway: str
    worker: int  # the drafts worker's process
    web: int
    cookie: str
    questions: Sequence[str]


@contextlib.contextmanager
def running(data: Path) -> Iterator[Desk]:
    from bench import streams

    with paced_gateway() as gateway, streams.desk(data, **DESK, LLM_BASE_URL=gateway) as port:
        os.environ.update(streams.environment_for(data, port, **DESK, LLM_BASE_URL=gateway))
        for name in ("DATABASE_URL", "REDIS_URL"):
            os.environ.pop(name, None)
        import django

        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        django.setup()
        from django.core.management import call_command

        from bench.drafts import tickets

        say("bringing in the demo's articles …")
        call_command("ingest", str(ARTICLES), stdout=sys.stderr, stderr=sys.stderr)
        worker, web = (
            process_of(data, "worker", "drafts"),
            process_of(data, "uvicorn", "config.asgi:application"),
        )
        yield Desk(port, gateway, worker, web, tickets.cookie(), tickets.questions(ARTICLES))


@contextlib.contextmanager
def paced_gateway() -> Iterator[str]:
    command = [sys.executable, "-m", "bench.drafts.gateway"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()


def process_of(data: Path, *words: str) -> int:
    """The one that `up` started for this folder with these words."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command = (folder / "cmdline").read_bytes().split(b"\0")
            theirs = b"CITEDESK_DATA=" + os.fsencode(data) in (folder / "environ").read_bytes().split(b"\0")
            if theirs and {os.fsencode(word) for word in words} <= set(command):
                return int(folder.name)
    sys.exit(f"Of what `manage.py up` starts, no process was found with {' '.join(words)}.")


def measure(desk: Desk, given: argparse.Namespace) -> dict[str, Any]:
    plan(desk)
    draft(desk, WARMING)
    say(f"{given.drafts} drafts at once …")
    first = first_pieces(desk, given.drafts)
    say(f"{given.streams} streams in one worker …")
    streaming = streams_of_one_worker(desk, given)
    say(f"{given.calls} drafts without faults, and {given.calls} with …")
    calls = [calls_of(desk, given.calls, fault_every) for fault_every in (0, FAULT_EVERY)]
    ratio = round(calls[1]["calls"] / calls[0]["calls"], 3)
    return {
        "drafts": given.drafts,
        **first,
        **streaming,
        "calls_ratio_at_5pct_faults": ratio,
        "calls": calls,
    }


def first_pieces(desk: Desk, number: int) -> dict[str, Any]:
    from bench.drafts.gateway import STAMP

    plan(desk)
    overheads, preparations = [], []
    for events in heard(desk, number, PATIENCE):
        begun = next(when for when, event, _ in events if event == "writing")
        for when, event, data in events:
            if event == "piece" and (stamp := STAMP.match(data["text"])):
                overheads.append(1000 * (when - float(stamp[1])))
                preparations.append(1000 * (float(stamp[2]) - begun))
    if len(overheads) < number:
        sys.exit(f"Only {len(overheads)} of {number} drafts told of a first piece: the desk has a fault.")
    return {
        "ttft_overhead_p50_ms": round(statistics.median(overheads), 1),
        "ttft_overhead_p95_ms": round(p95(overheads), 1),
        "ttft_overhead_worst_ms": round(max(overheads), 1),
        "preparation_p50_ms": round(statistics.median(preparations), 1),
        "preparation_p95_ms": round(p95(preparations), 1),
    }


def streams_of_one_worker(desk: Desk, given: argparse.Namespace) -> dict[str, Any]:
    from bench.drafts.gateway import STAMP

    pieces = round(given.seconds * given.rate)
    plan(desk, together=given.streams, pieces=pieces, interval=1 / given.rate)
    with ThreadPoolExecutor(1) as pool:
        used = pool.submit(processors_used, desk, given)
        listened = heard(desk, given.streams, PATIENCE + 3 * given.seconds)
    arrived = 0
    for events in listened:
        told = [(when, data["text"]) for when, event, data in events if event == "piece"]
        began = next((float(found[1]) for _, text in told if (found := STAMP.match(text))), 0.0)
        arrived += sum(text.count(" ") for when, text in told if when <= began + given.seconds)
    ideal = given.streams * pieces
    return {
        "streams_per_worker": given.streams,
        "share_of_ideal": round(arrived / ideal, 4),
        "worker_rss_mb": peak_mb(desk.worker),
        **used.result(),
        "gateway_share": round(ask(desk, "GET", "/report")["sent_in_time"] / ideal, 4),
    }


def processors_used(desk: Desk, given: argparse.Namespace) -> dict[str, float]:
    """By the worker and by the web server, while all streams go on."""
    until = time.monotonic() + PATIENCE
    while ask(desk, "GET", "/report")["calls"] < given.streams and time.monotonic() < until:
        time.sleep(0.2)
    processes = {"worker": desk.worker, "web": desk.web}
    before = {name: used_seconds(process) for name, process in processes.items()}
    time.sleep(given.seconds)
    return {
        f"{name}_processors": round((used_seconds(process) - before[name]) / given.seconds, 2)
        for name, process in processes.items()
    }


def calls_of(desk: Desk, number: int, fault_every: int) -> dict[str, Any]:
    plan(desk, fault_every=fault_every)
    ended = draft(desk, number)
    return {"calls": ask(desk, "GET", "/report")["calls"], **ended}


def draft(desk: Desk, number: int) -> dict[str, int]:
    from bench.drafts import tickets

    asked = tickets.asked(number, desk.questions)
    tickets.request_drafts(asked)
    return tickets.outcomes(asked, PATIENCE)


def heard(desk: Desk, number: int, seconds: float) -> list[list[tuple[float, str, Any]]]:
    """What pages heard of drafts that were asked for at once when all of them listened."""
    from django.urls import reverse

    from bench.drafts import tickets

    asked = tickets.asked(number, desk.questions)
    paths = [reverse("ticket-events", args=[ticket.pk]) for ticket in asked]
    to_whom = {"port": desk.port, "cookie": desk.cookie, "paths": paths, "seconds": seconds}
    command = [sys.executable, "-m", "bench.drafts.listeners"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as listeners:
        assert listeners.stdin and listeners.stdout
        listeners.stdin.write(json.dumps(to_whom) + "\n")
        listeners.stdin.flush()
        if listeners.stdout.readline() != "open\n":
            sys.exit(f"Not all of {number} streams could be opened: see above.")
        tickets.request_drafts(asked)
        told = listeners.stdout.readline()
    tickets.outcomes(asked, seconds)
    return json.loads(told) if told else sys.exit("Those who listened have ended: see above.")


def plan(desk: Desk, **how: Any) -> None:
    ask(desk, "POST", "/plan", how)


def ask(desk: Desk, method: str, path: str, body: Any = None) -> Any:
    connection = HTTPConnection(urlsplit(desk.gateway).netloc, timeout=10)
    connection.request(method, path, json.dumps(body))
    return json.loads(connection.getresponse().read())


def peak_mb(process: int) -> float:
    """Of the process's resident memory, since it began."""
    status = Path(f"/proc/{process}/status").read_text()
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return round(int(kilobytes) / 1024, 1)


def used_seconds(process: int) -> float:
    """Processor time of all its threads."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def p95(values: Sequence[float]) -> float:
    return sorted(values)[int(0.95 * (len(values) - 1) + 0.5)]


def say(what: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {what}\n")


if __name__ == "__main__":
    sys.exit(main())
