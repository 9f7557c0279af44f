"""An OpenAI-compatible `/embeddings`, faked at the wire: texts that share words have vectors that are near.

It serves any number of models, `models` names them with their dimensions. `requests` holds what was asked,
`delay` slows it down, `down` has it refuse everybody.
"""

import hashlib
import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np

TOKENS_A_WORD = 1


class Endpoint:
    """The server; use it as a context manager."""

    def __init__(self, **models: int) -> None:
        self.models = models
        self.requests: list[dict[str, Any]] = []
        self.delay, self.down = 0.0, False
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.endpoint = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> "Endpoint":
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def environment(self, model: str) -> dict[str, str]:
        """For processes whose settings name this endpoint."""
        return {
            "EMBEDDINGS_BASE_URL": self.url,
            "EMBEDDINGS_MODEL": model,
            "EMBEDDINGS_DIMENSIONS": str(self.models[model]),
        }

    def answer(self, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if self.down:
            return 503, {"error": {"message": "down for a test"}}
        if asked["model"] not in self.models:
            return 404, {"error": {"message": f"no model {asked['model']}"}}
        texts = asked["input"] if isinstance(asked["input"], list) else [asked["input"]]
        rows = [
            {"index": row, "embedding": vector(text, self.models[asked["model"]]).tolist()}
            for row, text in enumerate(texts)
        ]
        tokens = sum(len(text.split()) * TOKENS_A_WORD for text in texts)
        return 200, {"data": rows, "usage": {"prompt_tokens": tokens, "total_tokens": tokens}}


def vector(text: str, dimensions: int) -> Any:
    """Each word has a place of its own: the same in every process."""
    made = np.full(dimensions, 1e-3)
    for word in text.lower().split():
        made[int.from_bytes(hashlib.sha256(word.encode()).digest()[:4]) % dimensions] += 1
    return np.round(made / np.linalg.norm(made), 4)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    endpoint: Endpoint

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that are killed are part of the game."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        endpoint = self.server.endpoint
        endpoint.requests.append({**asked, "key": self.headers.get("Authorization", "")})
        time.sleep(endpoint.delay)
        status, answer = endpoint.answer(asked)
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet; `requests` holds everything."""


def main() -> None:
    """As a program, for a process that is measured: `python -m tests.endpoint NAME=DIMENSIONS`."""
    models = dict(argument.split("=") for argument in sys.argv[1:])
    with Endpoint(**{name: int(dimensions) for name, dimensions in models.items()}) as endpoint:
        print(endpoint.url, flush=True)  # noqa: T201
        threading.Event().wait()


if __name__ == "__main__":
    main()
