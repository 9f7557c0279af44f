"""An OpenAI-compatible server that says what it is told: the model gateway, faked at the wire.

`enqueue` scripts the next answers, `requests` holds what was asked. With nothing enqueued it answers from the
first passage of the prompt. As a program it lets the desk be tried by hand:

    python -m tests.gateway --port 9999
    RUNAPI_KEY=any LLM_BASE_URL=http://127.0.0.1:9999/v1 make run
"""

import argparse
import contextlib
import json
import re
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "key-for-tests"


@dataclass(frozen=True)
class Act:
    """Something a gateway does to a connection."""

    # "cut" ends the body cleanly, "reset" sends RST, "drop" closes without an end, "stall" says nothing.
    name: str
    seconds: float = 0.0


@dataclass(frozen=True)
class Reply:
    """One scripted answer. What isn't set is as a well-behaved gateway does it."""

    text: str = ""
    calls: Sequence[tuple[str, Any]] = ()  # of tools, by name and with their arguments
    pieces: Sequence[str] | None = None  # instead of text: exactly these
    delay: float = 0.0  # seconds before each piece
    wait: float = 0.0  # seconds before the response begins
    reasoning: Sequence[str] = ()  # reasoning_content before the answer
    finish_reason: str | None = "stop"
    usage: dict[str, Any] | None = field(
        default_factory=lambda: {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
    )
    usage_in_last_piece: bool = False  # instead of a chunk of its own
    done: bool = True  # the closing [DONE]
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str | bytes | None = None  # instead of a stream
    frames: Sequence[str | bytes | float | Act] | None = None  # raw; a number is a pause
    after: Act | None = None  # what happens after the pieces, before the ending


CUT, RESET, DROP = Act("cut"), Act("reset"), Act("drop")


def stall(seconds: float) -> Act:
    return Act("stall", seconds)


def error(status: int, message: str = "no", code: str | None = None, **headers: str) -> Reply:
    """An error as OpenAI-compatible servers send it."""
    body = json.dumps({"error": {"message": message, "type": "error", "code": code}})
    return Reply(status=status, body=body, headers={k.replace("_", "-"): v for k, v in headers.items()})


@dataclass(frozen=True)
class Request:
    path: str
    headers: dict[str, str]
    body: Any

    @property
    def prompt(self) -> str:
        return "\n".join(message.get("content") or "" for message in self.body["messages"])


class Gateway:
    """The server; use it as a context manager."""

    def __init__(self, port: int = 0) -> None:
        self.requests: list[Request] = []
        self.billed: list[dict[str, Any]] = []  # the usage of each answer whose last frame was sent
        self.models = ["glm-4.5"]
        self._replies: deque[Reply] = deque()
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.gateway = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> "Gateway":
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.ended.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def environment(self) -> dict[str, str]:
        """For processes that shall ask this gateway."""
        return {"LLM_BASE_URL": self.url, "RUNAPI_KEY": KEY}

    @property
    def completions(self) -> list[Request]:
        return [request for request in self.requests if request.path.endswith("/chat/completions")]

    def enqueue(self, *replies: str | Reply) -> None:
        for reply in replies:
            self._replies.append(Reply(reply) if isinstance(reply, str) else reply)

    def next_reply(self, request: Request) -> Reply:
        with contextlib.suppress(IndexError):
            return self._replies.popleft()
        return Reply(sensible_answer(request.prompt), delay=0.01)


def sensible_answer(prompt: str) -> str:
    """A sentence from each of the first passages, cited: what an obedient model would say."""
    found = re.findall(r'<passage number="(\d+)"[^>]*>\n(.*?)\n</passage>', prompt, re.DOTALL)
    said = [(number, prose_of(text)) for number, text in found]
    answers = [f"{sentence.rstrip('.。')} [{number}]." for number, sentence in said if sentence]
    return " ".join(dict.fromkeys(answers[:3])) or "Hello."


def prose_of(text: str) -> str:
    """The first whole sentence outside headings, lists and tables."""
    for paragraph in re.split(r"\n\s*\n", text):
        plain = " ".join(re.sub(r"[*_`]|\[([^\]]*)\]\([^)]*\)", r"\1", paragraph).split())
        sentence = re.split(r"(?<=[.!?])\s+|(?<=[。！？])", plain, maxsplit=1)[0]
        if sentence and sentence[-1] in ".!?。！？" and not re.match(r"[#|>\-+]|\d+[.)]", paragraph.lstrip()):
            return sentence
    return ""


def pieces_of(text: str) -> list[str]:
    """Words with the blanks before them, roughly as a model's tokens come."""
    return re.findall(r"\s*\S+|\s+", text)


@dataclass(frozen=True)
class Verbatim:
    """Arguments that go out as what they are, and not as JSON in a text."""

    value: Any


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    gateway: Gateway

    def __init__(self, *args: Any) -> None:
        self.ended = threading.Event()
        super().__init__(*args)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are part of the game."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, format: str, *args: object) -> None:
        """Quiet; `requests` holds everything."""

    def do_GET(self) -> None:
        request = self._remember(None)
        if not request.path.endswith("/models"):
            return self._send_body(error(404, "Not found"))
        if not self._key_is_right():
            return self._send_body(error(401, "Incorrect API key provided"))
        models = [
            {"id": name, "object": "model", "created": 0, "owned_by": "x"} for name in self._gateway.models
        ]
        self._send_body(Reply(body=json.dumps({"object": "list", "data": models})))

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        request = self._remember(json.loads(self.rfile.read(length)))
        if not self._key_is_right():
            return self._send_body(error(401, f"Incorrect API key: {self.headers.get('Authorization')}"))
        reply = self._gateway.next_reply(request)
        self._pause(reply.wait)
        if reply.body is not None or reply.status != 200:
            return self._send_body(reply)
        if reply.frames is None and not request.body.get("stream"):
            self._send_body(Reply(body=json.dumps(completion(reply, request.body.get("model", "")))))
            return self._bill(reply)
        self._send_stream(reply, request.body.get("model", ""))

    @property
    def _gateway(self) -> Gateway:
        return self.server.gateway

    def _key_is_right(self) -> bool:
        return self.headers.get("Authorization", "").startswith("Bearer ") and (
            "wrong" not in self.headers["Authorization"]
        )

    def _remember(self, body: Any) -> Request:
        request = Request(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
        self._gateway.requests.append(request)
        return request

    def _send_body(self, reply: Reply) -> None:
        body = reply.body.encode() if isinstance(reply.body, str) else reply.body or b""
        self.send_response(reply.status)
        for name, value in {"Content-Type": "application/json", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _send_stream(self, reply: Reply, model: str) -> None:
        self.send_response(200)
        for name, value in {"Content-Type": "text/event-stream", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        with contextlib.suppress(_Over):
            for frame in reply.frames if reply.frames is not None else frames(reply, model):
                self._send_frame(frame)
            self._chunk(b"")
            self._bill(reply)

    def _bill(self, reply: Reply) -> None:
        """Its last frame, or all of it, was sent."""
        if reply.usage and reply.frames is None and reply.finish_reason:
            self._gateway.billed.append(reply.usage)

    def _send_frame(self, frame: str | bytes | float | Act) -> None:
        if isinstance(frame, Act):
            self._act(frame)
        elif isinstance(frame, int | float):
            self._pause(frame)
        else:
            self._chunk(frame.encode() if isinstance(frame, str) else frame)

    def _act(self, act: Act) -> None:
        if act.name == "stall":
            return self._pause(act.seconds)
        self.close_connection = True
        if act.name == "cut":
            self._chunk(b"")
        if act.name == "reset":
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.rfile.close()
            self.wfile.close()
            self.connection.close()
        raise _Over

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def _pause(self, seconds: float) -> None:
        if seconds and self.server.ended.wait(seconds):
            raise _Over


class _Over(Exception):
    """Nothing more is sent."""


def frames(reply: Reply, model: str = "glm-4.5") -> list[str | bytes | float | Act]:
    """A reply as the frames of a stream."""
    sent: list[str | bytes | float | Act] = [chunk({"role": "assistant", "content": ""}, model=model)]
    sent += [chunk({"reasoning_content": thought}, model=model) for thought in reply.reasoning]
    for piece in pieces_of(reply.text) if reply.pieces is None else reply.pieces:
        sent += [reply.delay, chunk({"content": piece}, model=model)]
    for number, (name, said) in enumerate(reply.calls):
        sent += [chunk({"tool_calls": [one]}, model=model) for one in fragments(number, name, said)]
    if reply.after:
        sent.append(reply.after)
    if reply.finish_reason:
        usage = reply.usage if reply.usage_in_last_piece else None
        reason = "tool_calls" if reply.calls and reply.finish_reason == "stop" else reply.finish_reason
        sent.append(chunk({}, model=model, finish_reason=reason, usage=usage))
    if reply.usage and not reply.usage_in_last_piece:
        sent.append(chunk(None, model=model, usage=reply.usage))
    return [*sent, "data: [DONE]\n\n"] if reply.done else sent


def fragments(number: int, name: str, arguments: Any, size: int = 7) -> list[dict[str, Any]]:
    """A call as it is streamed: its name, then the arguments in pieces."""
    said = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    opening = {"id": f"call_{number}", "type": "function", "function": {"name": name, "arguments": ""}}
    pieces = [said[start : start + size] for start in range(0, len(said), size)]
    return [
        {"index": number, **opening},
        *({"index": number, "function": {"arguments": piece}} for piece in pieces),
    ]


def chunk(
    delta: dict[str, Any] | None,
    *,
    model: str = "glm-4.5",
    finish_reason: str | None = None,
    usage: dict[str, Any] | None = None,
) -> str:
    """One frame of a streamed completion; without a delta it has no choices."""
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish_reason}]
    body: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": model,
        "choices": choices,
    }
    if usage is not None:
        body["usage"] = usage
    return f"data: {json.dumps(body)}\n\n"


def completion(reply: Reply, model: str = "glm-4.5") -> dict[str, Any]:
    """A reply that is not streamed, with the calls of tools in it."""
    calls = [
        {
            "id": f"call_{number}",
            "type": "function",
            "function": {"name": name, "arguments": _sent(said)},
        }
        for number, (name, said) in enumerate(reply.calls)
    ]
    message: dict[str, Any] = {"role": "assistant", "content": reply.text or None}
    if calls:
        message["tool_calls"] = calls
    choice = {
        "index": 0,
        "message": message,
        "finish_reason": "tool_calls" if calls else reply.finish_reason,
    }
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": model,
        "choices": [choice],
        "usage": reply.usage,
    }


def _sent(arguments: Any) -> Any:
    if isinstance(arguments, Verbatim):
        return arguments.value
    return arguments if isinstance(arguments, str) else json.dumps(arguments)


def main() -> None:
    parser = argparse.ArgumentParser(description="An OpenAI-compatible server that answers from the prompt.")
    parser.add_argument("--port", type=int, default=9999)
    parser.add_argument("--delay", type=float, default=0.05, help="seconds before each piece")
    options = parser.parse_args()
    gateway = Gateway(options.port)
    gateway.next_reply = lambda request: Reply(  # type: ignore[method-assign]
        sensible_answer(request.prompt), delay=options.delay
    )
    with gateway, contextlib.suppress(KeyboardInterrupt):
        print(f"LLM_BASE_URL={gateway.url} RUNAPI_KEY=any", flush=True)  # noqa: T201
        threading.Event().wait()


if __name__ == "__main__":
    main()
