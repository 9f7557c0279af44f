"""Read files and pictures, each in a process forked for it alone that has given up all but reading it.

Started by kb.extract.isolated as a script, with a socket as its standard input. For each request it forks;
the fork reads one file and answers with one JSON object, or unpacks some of an archive and answers with
their sizes in a line of JSON and their bytes. A reader may crash, hang or eat all memory on a hostile file;
then the fork ends, and nothing else.
"""

import base64
import gc
import json
import os
import resource
import select
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kb.extract.ocr import Tesseract

ROOT = Path(__file__).resolve().parents[2]
# What Python and its packages read while they run. No folder of the data, no secret.
READABLE = [
    Path(sys.prefix), Path(sys.base_prefix), ROOT / "kb", Path("/usr/lib"), Path("/usr/share"), Path("/lib"),
    Path("/lib64"), Path("/etc/ld.so.cache"), Path("/dev/null"), Path("/dev/urandom"),
]  # fmt: skip
PROGRAMS = [Path("/lib"), Path("/lib64"), Path("/usr/lib")]  # what loads a program
LONGEST_REQUEST = 100_000
WARMING = {
    "a.md": b"---\ntitle: One\n---\n# One\n\n- *a* <b>c</b>\n\n| f | g |\n|---|---|\n| h | i |\n",
    "a.html": b"<html><body><h1>One</h1><table><tr><td>3</td></tr></table></body></html>",
}
# A page that took less was no attempt to keep us busy.
PAGE_SECONDS = 0.05
PICTURE = "picture"
HAD_TO_LEARN = 1  # exit status of a fork that read its file


def serve(parent: socket.socket) -> None:
    from kb.extract import confinement

    own = os.getpid()
    while True:
        request, files, _, _ = socket.recv_fds(parent, LONGEST_REQUEST, 2)
        if not request:
            return
        asked = json.loads(request)
        confinement.prepare(*folders(tesseract_of(asked)))
        prepare(kind_of(asked))
        reader = os.fork()
        if reader == 0:
            confinement.die_with_parent(own)
            parent.close()
            read_one(asked, *files)
        for file in files:
            os.close(file)
        parent.sendall(b"%d\n" % reader)
        status, used = ended(reader, parent)
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) == HAD_TO_LEARN:
            learn_for_the_next()
        parent.sendall(b"%d %d %d\n" % (status, used.ru_maxrss, 1000 * (used.ru_utime + used.ru_stime)))


def ended(reader: int, parent: socket.socket) -> tuple[int, resource.struct_rusage]:
    """Its exit status and what it used; nothing of it outlives the process that asked."""
    watched = os.pidfd_open(reader)
    poll = select.poll()
    poll.register(watched, select.POLLIN)
    poll.register(parent, select.POLLHUP)
    if any(file == parent.fileno() for file, _ in poll.poll()):
        os.kill(reader, signal.SIGKILL)
    with suppress(ProcessLookupError):
        os.killpg(reader, signal.SIGKILL)  # programs that it started
    os.close(watched)
    return os.wait4(reader, 0)[1:]


def read_one(request: dict[str, Any], source: int, answer: int) -> None:
    """Never returns."""
    try:
        said = answer_of(request, source)
        with os.fdopen(answer, "wb") as out:
            out.writelines(said)
    finally:
        charsets = sys.modules.get("kb.extract.charsets")
        os._exit(HAD_TO_LEARN if charsets and charsets.has_learnt() else 0)


def learn_for_the_next() -> None:
    """Files in old charsets come together: what tells them is learnt once."""
    from kb.extract import charsets

    charsets.learn()
    gc.freeze()


def answer_of(request: dict[str, Any], source: int) -> list[bytes]:
    from kb.extract import confinement

    gc.enable()
    tesseract = tesseract_of(request)
    os.setpgid(0, 0)  # which nothing leaves that it starts
    is_picture = bool(request.get("picture"))
    confinement.limit_resources(confinement.MEMORY_FOR_A_PICTURE if is_picture else confinement.MEMORY)
    confinement.confine(*folders(tesseract))
    with os.fdopen(source, "rb") as file:
        data = file.read()
    if wanted := request.get("wanted"):
        return list(told_of_members(data, wanted))
    return [json.dumps(told_of_file(data, request, tesseract)).encode()]


def tesseract_of(request: dict[str, Any]) -> "Tesseract | None":
    from kb.extract.ocr import Tesseract

    return Tesseract(**request["tesseract"]) if request["tesseract"] else None


def folders(tesseract: "Tesseract | None") -> tuple[list[Path], list[Path]]:
    """Whose files are read, and whose programs are started."""
    if tesseract is None:
        return READABLE, []
    return [*READABLE, *tesseract.folders()], [*PROGRAMS, tesseract.folders()[0]]


def told_of_file(data: bytes, request: dict[str, Any], tesseract: "Tesseract | None") -> dict[str, Any]:
    from kb.extract import confinement
    from kb.extract.reading import read
    from kb.extract.result import Unreadable, Unusable

    try:
        if request.get("picture"):
            return told_of_picture(data)
        reading = read(
            data,
            request["name"],
            tesseract=tesseract,
            page_done=lambda number: confinement.go_on(PAGE_SECONDS * number),
        )
    except (Unreadable, Unusable) as error:
        return {"refusal": str(error)}
    except (MemoryError, RecursionError):
        return {}
    return asdict(reading)


def told_of_members(packed: bytes, wanted: list[Any]) -> Iterator[bytes]:
    """Their sizes, and then they themselves."""
    from kb.extract.inflating import unpacked

    found = list(unpacked(packed, wanted))
    yield json.dumps([None if data is None else len(data) for data in found]).encode() + b"\n"
    yield from filter(None, found)


def told_of_picture(data: bytes) -> dict[str, Any]:
    from kb.extract.pictures import redrawn

    drawn = redrawn(data)
    return {
        "data": base64.b64encode(drawn.data).decode(),
        "format": drawn.format,
        "size": [drawn.width, drawn.height],
    }


def warm_up() -> None:
    """What each fork would import and build anew, for texts that are our own: once for all of them."""
    from kb.extract import confinement, inflating  # noqa: F401
    from kb.extract.reading import read

    for name, text in WARMING.items():
        read(text, name)


def kind_of(asked: dict[str, Any]) -> str:
    """By its name: nothing looks into a file here."""
    from kb.extract import kinds

    return PICTURE if asked.get("picture") else kinds.named(asked.get("name", "")) or ""


@cache
def prepare(kind: str) -> None:
    """The same for a kind that not every import holds: a fork costs more, the more there is to be copied."""
    from kb.extract.reading import prepare_for

    if kind == PICTURE:
        from kb.extract import pictures

        pictures.warm_up()
    else:
        prepare_for(kind)
    gc.freeze()


def main() -> None:
    sys.path.insert(0, str(ROOT))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that asks decides when it is over
    parent = socket.socket(fileno=os.dup(0))
    # A reader must not hear what is asked next, nor answer in the place of this process.
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    warm_up()
    # What is there already stays shared: no fork collects it.
    gc.disable()
    gc.freeze()
    serve(parent)


if __name__ == "__main__":
    main()
