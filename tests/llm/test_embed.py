import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from llm.checks import gateway_settings
from llm.embed import LOCAL_MODEL, LocalEmbedder, configured_model, embedder, local
from llm.embed.endpoint import PAUSE
from llm.errors import Rejected, Unavailable
from llm.models import ModelCall, Price
from tests import remembering

ROOT = Path(__file__).resolve().parent.parent.parent
LOCAL = LocalEmbedder()
TEXTS = ["Refunds take five days.", "How do I sign in?", "word " * 500, "", "我的手机丢了", "a"]


@pytest.fixture(autouse=True)
def nothing_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "_run", remembering.make)


def test_vectors_have_length_one() -> None:
    vectors = LOCAL.passages(TEXTS)
    assert vectors.shape == (len(TEXTS), 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)


def test_no_texts_give_no_vectors() -> None:
    assert LOCAL.passages([]).shape == (0, 384)


def test_a_text_has_the_same_vector_in_any_company() -> None:
    many = [f"{text} {number}" for number in range(6) for text in TEXTS]
    together = LOCAL.passages(many)
    alone = np.array([LOCAL.query(text) for text in many])
    assert np.abs(together - alone).max() < 1e-5


def test_a_question_is_nearest_to_what_means_the_same() -> None:
    vectors = LOCAL.passages(
        ["You get your money back in five days.", "Choose a new password.", "We ship worldwide."]
    )
    assert int(np.argmax(vectors @ LOCAL.query("when will I be refunded"))) == 0


def test_a_long_text_is_cut_not_refused() -> None:
    assert LOCAL.query("word " * 100_000) == pytest.approx(LOCAL.query("word " * 300), abs=1e-5)


@pytest.mark.parametrize("odd", ["\ud800 broken", "\x00", "😀" * 50, "x" * 100_000])
def test_odd_texts_have_vectors(odd: str) -> None:
    assert np.isfinite(LOCAL.query(odd)).all()


def test_tokens_are_counted_without_cutting() -> None:
    assert LOCAL.count("") == 2
    assert LOCAL.count("new password") == 4
    assert LOCAL.count("word " * 1000) == 1002


def test_threads_share_the_model() -> None:
    expected = LOCAL.query("refund")
    found: list[Any] = []
    threads = [threading.Thread(target=lambda: found.append(LOCAL.query("refund"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert all(np.array_equal(vector, expected) for vector in found)


def test_several_who_ask_at_once_have_no_more_batches_made_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    lock, make = threading.Lock(), local._run
    running, most = 0, 0

    def counted(batch: list[list[int]]) -> Any:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.01)
        vectors = make(batch)
        with lock:
            running -= 1
        return vectors

    monkeypatch.setattr(local, "_run", counted)
    texts = ["Refunds take 14 days."] * 5 * local.LOCAL_BATCH
    threads = [threading.Thread(target=LocalEmbedder().passages, args=(texts,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == local.BATCHES_AT_ONCE


def test_a_forked_child_opens_a_session_of_its_own() -> None:
    LOCAL.query("refund")
    child = os.fork()
    if child == 0:
        ours = local._loaded._session is None and np.isfinite(LOCAL.query("refund")).all()
        os._exit(0 if ours else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_nothing_is_recorded_or_sent_about_the_use_of_the_model(tmp_path: Path) -> None:
    program = (
        "from django.conf import settings; settings.configure(INSTALLED_APPS=['llm']);"
        "import django; django.setup(); from llm.embed import LocalEmbedder; LocalEmbedder().query('x')"
    )
    environment = {**os.environ, "HOME": str(tmp_path)}
    environment.pop("ORT_DISABLE_TELEMETRY", None)
    subprocess.run([sys.executable, "-c", program], env=environment, cwd=ROOT, check=True, timeout=100)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_was_changed_is_refused() -> None:
    package, path, _ = local.TOKENIZER_FILE
    with pytest.raises(Rejected, match="make install"):
        local._file(package, path, "0" * 64)


def test_a_package_that_is_missing_is_named() -> None:
    with pytest.raises(Rejected, match="no-such-package is not installed"):
        local._file("no-such-package", "model.onnx", "0" * 64)


def test_without_an_endpoint_the_local_model_is_configured() -> None:
    assert configured_model() == (LOCAL_MODEL, 384)
    assert isinstance(embedder(LOCAL_MODEL), LocalEmbedder)


def test_a_model_of_an_endpoint_that_is_not_set_is_refused() -> None:
    with pytest.raises(Rejected, match="EMBEDDINGS_BASE_URL"):
        embedder("some-model")


class Endpoint:
    """An OpenAI-compatible `/embeddings`: text number n of a request gets the vector (n + 1, 0, 0)."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.status, self.body = 200, b""
        self.drips = 0
        self.refusals, self.retry_after = 0, "0"  # so many times 429, before it answers
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                endpoint.requests.append(request)
                body = endpoint.body or endpoint.answer(request)
                over_limit, endpoint.refusals = endpoint.refusals > 0, endpoint.refusals - 1
                self.send_response(429 if over_limit else endpoint.status)
                if over_limit:
                    self.send_header("Retry-After", endpoint.retry_after)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body) + endpoint.drips))
                self.end_headers()
                while endpoint.drips > 0:  # half a second each
                    endpoint.drips -= 1
                    self.wfile.write(b" ")
                    self.wfile.flush()
                    time.sleep(0.5)
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"
        threading.Thread(target=self.server.serve_forever, args=[0.01], daemon=True).start()

    def answer(self, request: dict[str, Any]) -> bytes:
        rows = [{"index": n, "embedding": [n + 1.0, 0.0, 0.0]} for n in range(len(request["input"]))]
        return json.dumps({"data": rows[::-1], "usage": {"prompt_tokens": 7, "total_tokens": 7}}).encode()


@pytest.fixture
def endpoint(db: None, settings: Any) -> Iterator[Endpoint]:
    endpoint = Endpoint()
    settings.EMBEDDINGS_BASE_URL = endpoint.url
    settings.EMBEDDINGS_MODEL, settings.EMBEDDINGS_DIMENSIONS = "some-model", 3
    settings.EMBEDDINGS_QUERY_PREFIX = settings.EMBEDDINGS_PASSAGE_PREFIX = ""
    yield endpoint
    endpoint.server.shutdown()
    endpoint.server.server_close()


def test_an_endpoint_is_asked_in_batches_and_its_vectors_normalised(endpoint: Endpoint) -> None:
    assert configured_model() == ("some-model", 3)
    vectors = embedder("some-model").passages([f"text {number}" for number in range(70)])
    assert [len(request["input"]) for request in endpoint.requests] == [32, 32, 6]
    assert vectors == pytest.approx(np.tile([1, 0, 0], (70, 1)))


def test_every_call_of_an_endpoint_is_on_the_ledger(endpoint: Endpoint) -> None:
    Price.objects.create(model="some-model", prompt_usd_per_1k=1, completion_usd_per_1k=0)
    embedder("some-model").query("refund")
    call = ModelCall.objects.get()
    assert (call.outcome, call.prompt_tokens, float(call.cost_usd or 0)) == ("complete", 7, 0.007)


def test_an_empty_text_is_sent_as_a_blank(endpoint: Endpoint) -> None:
    embedder("some-model").passages(["", "\x00"])
    assert endpoint.requests[0]["input"] == [" ", " "]


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (500, b"{}", Unavailable),
        (503, b"<html>", Unavailable),
        (429, b"{}", Unavailable),
        (401, b'{"error": {"message": "bad key"}}', Rejected),
        (404, b"{}", Rejected),
        (200, b"<html>", Unavailable),
        (200, b"{}", Unavailable),
        (200, b'{"data": []}', Unavailable),
        (200, b'{"data": "x"}', Unavailable),
        (200, b'{"data": [{"index": 0, "embedding": [1, 2]}]}', Rejected),
        (200, b'{"data": [{"index": 0, "embedding": ["a", "b", "c"]}]}', Unavailable),
        (200, b'{"data": [{"index": 0, "embedding": [NaN, 0, 0]}]}', Unavailable),
        (200, b'{"data": [{"index": 0, "embedding": [0, 0, 0]}]}', Unavailable),
        (200, b'{"data": [{"index": 0, "embedding": [1e30, 1e30, 1e30]}]}', Unavailable),
        (200, b'{"data": [{"index": 0}]}', Unavailable),
        (200, b"[" * 200_000, Unavailable),
        (500, b'{"error": {"message": "\\ud800\\u0000"}}', Unavailable),
    ],
)
def test_what_an_endpoint_does_wrong_is_one_of_two_errors(
    endpoint: Endpoint, status: int, body: bytes, error: type[Exception]
) -> None:
    endpoint.status, endpoint.body = status, body
    with pytest.raises(error):
        embedder("some-model").query("refund")
    assert len(endpoint.requests) == 1
    assert ModelCall.objects.get().outcome == error.__name__.lower()


def test_vectors_of_a_wrong_length_name_the_setting(endpoint: Endpoint, settings: Any) -> None:
    settings.EMBEDDINGS_DIMENSIONS = 4
    with pytest.raises(Rejected, match="EMBEDDINGS_DIMENSIONS"):
        embedder("some-model").query("refund")


def test_an_endpoint_that_is_not_there_is_unavailable(endpoint: Endpoint, settings: Any) -> None:
    settings.EMBEDDINGS_BASE_URL = "http://127.0.0.1:9/v1"
    with pytest.raises(Unavailable):
        embedder("some-model").query("refund")


def test_questions_and_passages_are_sent_with_the_prefixes_of_their_model(
    endpoint: Endpoint, settings: Any
) -> None:
    settings.EMBEDDINGS_QUERY_PREFIX, settings.EMBEDDINGS_PASSAGE_PREFIX = "query: ", "passage: "
    embedder("some-model").query("refund")
    embedder("some-model").passages(["Refunds take five days."])
    assert [request["input"] for request in endpoint.requests] == [
        ["query: refund"],
        ["passage: Refunds take five days."],
    ]


def test_what_reaches_a_person_does_not_leave_with_a_question(endpoint: Endpoint) -> None:
    embedder("some-model").query("Mail jo@example.com or call +1 415 555 0123 about form I-765")
    assert endpoint.requests[0]["input"] == ["Mail EMAIL_1 or call PHONE_1 about form I-765"]


def test_passages_wait_for_an_endpoint_that_is_over_its_limit(endpoint: Endpoint) -> None:
    endpoint.refusals = 3
    assert embedder("some-model").passages(["a"]).shape == (1, 3)
    outcomes = list(ModelCall.objects.order_by("pk").values_list("outcome", flat=True))
    assert outcomes == ["unavailable"] * 3 + ["complete"]


def test_an_endpoint_that_wants_a_long_wait_is_not_waited_for(endpoint: Endpoint) -> None:
    endpoint.refusals, endpoint.retry_after = 1, "3600"
    with pytest.raises(Unavailable) as refused:
        embedder("some-model").passages(["a"])
    assert refused.value.retry_after == 3600
    assert len(endpoint.requests) == 1


def test_questions_leave_an_endpoint_alone_that_has_just_failed(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint.status = 503
    for _ in range(3):
        with pytest.raises(Unavailable):
            embedder("some-model").query("refund")
    assert len(endpoint.requests) == ModelCall.objects.count() == 1
    endpoint.status = 200
    later = time.monotonic() + PAUSE
    monkeypatch.setattr("llm.embed.endpoint.time.monotonic", lambda: later)
    assert embedder("some-model").query("refund").shape == (3,)


def test_questions_that_nobody_has_just_asked_are_sent_in_batches_and_pause_no_others(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("llm.embed.endpoint.QUESTION_TIMEOUT", 0.0)
    assert embedder("some-model").examples([f"text {number}" for number in range(70)]).shape == (70, 3)
    assert [len(request["input"]) for request in endpoint.requests] == [32, 32, 6]
    monkeypatch.undo()
    endpoint.status = 503
    with pytest.raises(Unavailable):
        embedder("some-model").examples(["refund"])
    endpoint.status = 200
    assert embedder("some-model").query("refund").shape == (3,)


@pytest.mark.parametrize("dimensions", [0, -1, 4001])
def test_dimensions_that_cannot_be_indexed_are_told_at_the_start(settings: Any, dimensions: int) -> None:
    settings.EMBEDDINGS_DIMENSIONS = dimensions
    assert [found.id for found in gateway_settings(None)] == ["llm.E005"]


@pytest.mark.parametrize(
    "usage",
    ["{}", "null", "[]"]
    + [f'{{"prompt_tokens": {told}}}' for told in ("null", '"7"', "-5", "1000000000000")],
)
def test_an_endpoint_need_not_count_tokens(endpoint: Endpoint, usage: str) -> None:
    endpoint.body = f'{{"data": [{{"index": 0, "embedding": [1, 0, 0]}}], "usage": {usage}}}'.encode()
    assert embedder("some-model").query("refund").shape == (3,)
    assert (ModelCall.objects.get().outcome, ModelCall.objects.get().prompt_tokens) == ("complete", 0)


@pytest.mark.parametrize("told", ["nan", "inf", "1e15", "-1", "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_a_wait_beyond_all_reason_is_bounded(endpoint: Endpoint, told: str) -> None:
    endpoint.refusals, endpoint.retry_after = 1, told
    with pytest.raises(Unavailable) as refused:
        embedder("some-model").query("refund")
    assert 0 < (refused.value.retry_after or 0) <= 3600


def test_an_endpoint_that_drips_is_given_up(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("llm.embed.endpoint.QUESTION_TIMEOUT", 1.0)
    endpoint.drips = 60
    with pytest.raises(Unavailable, match="did not answer within"):
        embedder("some-model").query("refund")
    endpoint.drips = 0


def test_an_answer_without_end_is_given_up(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("llm.embed.endpoint.LONGEST_ANSWER", 1000)
    endpoint.body = b" " * 10_000
    with pytest.raises(Unavailable, match="too long"):
        embedder("some-model").query("refund")
