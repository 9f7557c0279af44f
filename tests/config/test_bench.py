"""The measurements touch no desk but their own, and say what they can't do."""

import json
import os
import shutil
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import openai
import pytest

from bench import corpus, drafting, streams
from bench.corpus.plan import Plan
from bench.drafts.gateway import STAMP
from bench.scale import CONTRACT, room
from tests.conftest import PATIENCE

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_measured_desk_is_a_throw_away_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "RUNAPI_KEY", "EMBEDDINGS_BASE_URL", "CITEDESK_DATA"):
        monkeypatch.setenv(name, "somebody's")
    environment = streams.environment_for(tmp_path, 8000)
    assert "somebody's" not in environment.values()
    assert environment["CITEDESK_DATA"] == str(tmp_path)


def test_more_streams_than_the_desk_allows_are_refused_at_once() -> None:
    done = _bench("streams.py", "--streams", "101")
    assert done.returncode == 2
    assert "1 to 100" in done.stderr


def test_of_a_folder_without_articles_nothing_is_measured_and_that_is_said(tmp_path: Path) -> None:
    done = _bench("ingest.py", str(tmp_path), "--only", "speed")
    assert done.returncode == 2
    assert "holds no file" in done.stderr


def test_without_labelled_sets_nothing_is_measured_and_that_is_said() -> None:
    done = _bench("retrieval.py", "--json")
    assert done.stdout == '{"retrieval": {}}\n'
    assert "CITEDESK_SHARED" in done.stderr
    assert done.returncode == 0, "the other measurements go on"


@pytest.mark.parametrize("measure", sorted(path.name for path in (ROOT / "bench").glob("*.py")))
def test_each_measure_starts_by_itself_and_can_print_json(measure: str) -> None:
    # `make bench` runs them all with --json, and stops at the first that fails.
    done = _bench(measure, "--json", "--help")
    assert done.returncode == 0, done.stderr
    assert "--json" in done.stdout


def test_without_labelled_sentences_the_other_measurements_go_on() -> None:
    done = _bench("learn_evidence.py", "--json")
    assert (done.returncode, done.stdout) == (0, "{}\n")
    assert "CITEDESK_SHARED" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--passages", "99"], "100 or more"),
        (["--passages", "many"], "invalid int value"),
        (["--passages", "1000", "a-set"], "not both"),
        (["--details"], "give --passages too"),
    ],
)
def test_what_cannot_be_measured_is_refused_at_once(words: list[str], said: str) -> None:
    done = _bench("retrieval.py", *words)
    assert done.returncode == 2
    assert said in done.stderr


def test_the_figures_of_drafting_are_those_of_the_contract() -> None:
    assert drafting.CONTRACT == (
        "drafts",
        "ttft_overhead_p50_ms",
        "ttft_overhead_p95_ms",
        "streams_per_worker",
        "share_of_ideal",
        "worker_rss_mb",
        "calls_ratio_at_5pct_faults",
    )
    assert drafting.FAULT_EVERY == 20


def test_no_drafts_to_measure_are_refused_at_once() -> None:
    done = _bench("drafting.py", "--streams", "0")
    assert done.returncode == 2
    assert "above 0" in done.stderr


def test_the_gateway_that_keeps_time_stamps_its_first_piece_and_fails_every_twentieth_call() -> None:
    with drafting.paced_gateway() as address:
        client = openai.OpenAI(api_key="any", base_url=address, max_retries=0)

        def ask() -> list[str]:
            asked = [{"role": "user", "content": "Hello?"}]
            stream = client.chat.completions.create(model="m", messages=asked, stream=True)  # type: ignore[call-overload]
            return [chunk.choices[0].delta.content for chunk in stream if chunk.choices]

        _plan(address, pieces=3, interval=0.01, fault_every=2)
        before = time.monotonic()
        first, *others = filter(None, ask())
        stamp = STAMP.match(first)
        assert stamp and before <= float(stamp[2]) <= float(stamp[1]) <= time.monotonic()
        assert len(others) == 2 and all(piece.count(" ") == 1 for piece in [first, *others])
        with pytest.raises(openai.APIError):
            ask()


def _plan(address: str, **how: float) -> None:
    connection = HTTPConnection(urlsplit(address).netloc, timeout=PATIENCE)
    connection.request("POST", "/plan", json.dumps(how))
    assert connection.getresponse().status == 200


def test_more_passages_than_the_disk_holds_are_refused_with_the_room_they_need(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(1, 1, 5 * 10**9))
    assert not room.lacking(10_000, tmp_path)
    assert "5.0 GB" in room.lacking(1_000_000, tmp_path)


def test_the_help_center_to_measure_is_the_same_for_the_same_seed() -> None:
    assert list(corpus.documents(5)) == list(corpus.documents(5))
    assert list(corpus.documents(5)) != list(corpus.documents(5, seed=2))
    assert corpus.questions(5, 1_000) == corpus.questions(5, 1_000)


@pytest.mark.parametrize("passages", [100, 1_000, 10_000, 200_000])
def test_the_help_center_to_measure_has_as_many_passages_as_asked_and_small_locales(passages: int) -> None:
    plan = Plan.of(passages, 1)
    of_locale = {
        locale: int(plan.sizes[plan.locale == place].sum()) for place, locale in enumerate(plan.locales)
    }
    assert sum(of_locale.values()) == passages == plan.ends[-1]
    assert passages < 1_000 or of_locale["pt"] == of_locale["en-au"] == 100
    assert passages < 10_000 or of_locale["nl"] == of_locale["en-in"] == 1_000


def test_questions_are_about_public_documents_in_some_of_their_words() -> None:
    plan = Plan.of(2_000, 1)
    for question in corpus.questions(50, 2_000):
        text = plan.text(question.document)
        assert text.audience == "public" and text.locale == question.locale
        assert question.locale == "zh" or 5 <= len(question.text.split()) <= 16
        everything = " ".join([text.title, *(body for _, body in text.sections)]).casefold()
        words = question.text.casefold().rstrip("?？").split()
        assert question.locale == "zh" or sum(word in everything for word in words) >= 2


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_at_10000_passages_search_is_exact_and_close_to_its_bare_parts() -> None:
    done = _bench("retrieval.py", "--passages", "10000", "--json", seconds=900)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert tuple(figures) == CONTRACT
    assert figures["passages"] == 10_000
    recalls = figures["vector_recall_by_subset"]
    assert set(recalls) == {"100", "1000", "10000"}
    assert min(recalls.values()) >= 0.99
    assert figures["bm25s_top10_overlap"] >= 0.99
    # Twice is the aim at 200,000; at this size what surrounds the parts weighs more, and other tests run.
    assert figures["search_p95_ms"] <= 5 * figures["bare_parts_p95_ms"]
    assert all(figures[name] > 0 for name in CONTRACT if name != "vector_recall_by_subset")


def _bench(name: str, *words: str, seconds: int = 200) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if name != "CITEDESK_SHARED"}
    command = [sys.executable, f"bench/{name}", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=seconds)
