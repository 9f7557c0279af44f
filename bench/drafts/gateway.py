"""A model gateway that keeps time: `python -m bench.drafts.gateway` prints its address.

Each answer's first piece says when it was sent and when its call came (CLOCK_MONOTONIC, which all processes
of a machine share). POST /plan says how it answers from then on, GET /report how many calls came since.
"""

import asyncio
import contextlib
import itertools
import json
import re
import socket
import struct
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import uvloop

from tests.gateway import CUT, DROP, RESET, Act, Reply, error, frames, pieces_of, sensible_answer

STAMP = re.compile(r" sent:(\d+\.\d+),came:(\d+\.\d+)")
ERROR_FRAME = 'data: {"error": {"message": "overloaded", "type": "server_error", "code": "overloaded"}}\n\n'
# What may go wrong with a call and be right the next time.
FAULTS: Sequence[Reply | Act] = (
    Reply(status=500, body="<html>Internal Server Error</html>", headers={"Content-Type": "text/html"}),
    DROP,
    Reply("It begins and", after=CUT),
    error(429, "slow down", Retry_After="1"),
    Reply("It begins and", after=RESET),
    Reply(status=502, body="<html>Bad Gateway</html>", headers={"Content-Type": "text/html"}),
    Reply(frames=[ERROR_FRAME]),
)


@dataclass(frozen=True)
class Plan:
    together: int = 1  # nobody is answered before so many calls wait
    pieces: int = 0  # so many in an answer; 0: as many as its text has
    interval: float = 0.02  # seconds between pieces
    fault_every: int = 0  # each so many calls, one fails; 0: none


class PacedGateway:
    def __init__(self) -> None:
        self.begin(Plan())

    def begin(self, plan: Plan) -> None:
        self.plan, self.calls, self.sent_in_time = plan, 0, 0
        self._all_here = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came = time.monotonic()
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            length = re.search(r"content-length: *(\d+)", head, re.IGNORECASE)
            body = await reader.readexactly(int(length[1])) if length else b""
            path = head.split(" ", 2)[1]
            if path == "/plan":
                self.begin(Plan(**json.loads(body)))
            if path in ("/plan", "/report"):
                report = {"calls": self.calls, "sent_in_time": self.sent_in_time, **asdict(self.plan)}
                _write_whole(writer, Reply(body=json.dumps(report)))
            else:
                await self._answer(writer, json.loads(body), came)
            await writer.drain()
        writer.close()

    async def _answer(self, writer: asyncio.StreamWriter, request: Any, came: float) -> None:
        self.calls += 1
        number, plan = self.calls, self.plan
        if number >= plan.together:
            self._all_here.set()
        if plan.fault_every and number % plan.fault_every == 0:
            fault = FAULTS[number // plan.fault_every % len(FAULTS)]
            return await _fail(writer, fault, request["model"])
        await self._all_here.wait()
        # As far apart from each other as pieces of streams are that began at any time.
        await asyncio.sleep(plan.interval * number / max(plan.together, 1))
        _begin_stream(writer)
        began = time.monotonic()
        for place, piece in enumerate(self._pieces(request)):
            await asyncio.sleep(began + place * plan.interval - time.monotonic())
            self.sent_in_time += time.monotonic() < began + plan.pieces * plan.interval
            stamp = f" sent:{time.monotonic():.6f},came:{came:.6f}"
            _write(writer, _content(stamp if place == 0 else piece))
        for frame in frames(Reply(pieces=()), request["model"])[1:]:
            _write(writer, str(frame))
        writer.write(b"0\r\n\r\n")

    def _pieces(self, request: Any) -> Iterator[str]:
        """The stamp's place is the first. Each has exactly one blank, so that they can be counted."""
        prompt = "\n".join(str(message["content"]) for message in request["messages"])
        words = [f" {piece.strip()}" for piece in pieces_of(sensible_answer(prompt))]
        if self.plan.pieces:
            return itertools.islice(itertools.cycle(words), self.plan.pieces)
        return iter(["", *words])


async def _fail(writer: asyncio.StreamWriter, fault: Reply | Act, model: str) -> None:
    if isinstance(fault, Act):
        return
    if fault.body is not None:
        return _write_whole(writer, fault)
    _begin_stream(writer)
    for frame in frames(fault, model) if fault.frames is None else fault.frames:
        match frame:
            case Act(name="cut"):
                return writer.write(b"0\r\n\r\n")
            case Act():
                await writer.drain()
                linger = struct.pack("ii", 1, 0)
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                return
            case str():
                _write(writer, frame)
    writer.write(b"0\r\n\r\n")


def _content(text: str) -> str:
    return f'data: {{"id":"1","object":"chat.completion.chunk","created":1,"model":"glm-4.5","choices":\
[{{"index":0,"delta":{{"content":{json.dumps(text)}}},"finish_reason":null}}]}}\n\n'


def _begin_stream(writer: asyncio.StreamWriter) -> None:
    head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    writer.write(head.encode())


def _write(writer: asyncio.StreamWriter, frame: str) -> None:
    data = frame.encode()
    writer.write(b"%x\r\n%b\r\n" % (len(data), data))


def _write_whole(writer: asyncio.StreamWriter, reply: Reply) -> None:
    body = reply.body.encode() if isinstance(reply.body, str) else reply.body or b""
    headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), **reply.headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    writer.write(f"HTTP/1.1 {reply.status} Said\r\n{lines}\r\n".encode() + body)


async def main() -> None:
    gateway = PacedGateway()
    server = await asyncio.start_server(gateway.serve, "127.0.0.1", 0, backlog=1024)
    sys.stdout.write(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
