"""Pages that listen to tickets' streams: `python -m bench.drafts.listeners`, told on standard input to whom.

In: one JSON line with `port`, `cookie`, `paths` and `seconds`. Out: the line "open" when all streams are,
then, when each has told of its draft or the seconds are over, one JSON line: for each stream its events as
[when they arrived (CLOCK_MONOTONIC), event, data].
"""

import asyncio
import contextlib
import json
import sys
import time
from typing import Any

import uvloop


async def main() -> None:
    asked = json.loads(sys.stdin.readline())
    opened = asyncio.Barrier(len(asked["paths"]) + 1)
    streams = [asyncio.create_task(listen(asked, path, opened)) for path in asked["paths"]]
    async with asyncio.timeout(asked["seconds"]):
        await opened.wait()
    sys.stdout.write("open\n")
    sys.stdout.flush()
    heard = [events_of(reads) for reads in await asyncio.gather(*streams)]
    sys.stdout.write(json.dumps(heard) + "\n")


async def listen(asked: dict[str, Any], path: str, opened: asyncio.Barrier) -> list[tuple[float, bytes]]:
    """What arrived, and when; read later, so that reading delays nothing."""
    reader, writer = await asyncio.open_connection("127.0.0.1", asked["port"])
    head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {asked['cookie']}\r\n\r\n"
    writer.write(head.encode())
    status = await reader.readline()
    if b" 200 " not in status:
        sys.exit(f"The desk answers {status!r} to {path}.")
    await reader.readuntil(b": open")
    await opened.wait()
    reads: list[tuple[float, bytes]] = []
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(asked["seconds"]):
            while not (reads and b"event: draft\n" in reads[-1][1]):
                data = await reader.read(65536)
                reads.append((time.monotonic(), data))
                if not data:
                    break
    writer.close()
    return reads


def events_of(reads: list[tuple[float, bytes]]) -> list[tuple[float, str, Any]]:
    """Whole frames arrive, each read's lines being its own but for the lengths of HTTP's chunks."""
    found, event, rest = [], "", b""
    for when, data in reads:
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            if line.startswith(b"event: "):
                event = line[7:].decode()
            elif line.startswith(b"data: "):
                found.append((when, event, json.loads(line[6:])))
    return found


if __name__ == "__main__":
    uvloop.run(main())
