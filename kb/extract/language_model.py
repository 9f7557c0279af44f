"""The language detector's model, read where it lies on disk: in memory it takes 80 MB of each process.

A text visits few of its states, and only the pages of the file that hold these are read, which the kernel may
take back. The answers are those of the library's own loader.
"""

import lzma
import mmap
import shutil
import struct
import tempfile
import zipfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

# Of a ZIP member: the fixed part of what stands before its bytes, and where in it the rest's lengths are.
LOCAL_HEADER = 30
LENGTHS = struct.Struct("<HH")
LENGTHS_AT = 26


def classify(text: str) -> tuple[str, float]:
    """The likeliest language's code, and how likely it is."""
    model, mapped = _opened()
    code, sure = model.classify(text)
    # What was read of the file is the kernel's again: it is in its cache, and counts for no process.
    mapped.madvise(mmap.MADV_DONTNEED)
    return str(code), float(sure)


def identifier() -> Any:
    return _opened()[0]


@cache
def _opened() -> tuple[Any, mmap.mmap]:
    """Made on first use: unpacking the model takes a good part of a second."""
    from py3langid import langid

    model, mapped = _arrays(Path(langid.MODEL_DIR, langid.MODEL_FILE))
    identifier = langid.LanguageIdentifier(
        _table(*model["ptc"]),
        _table(*model["pc"]).copy(),
        _table(*model["classes"]).tolist(),
        # One by one, numbers are read from memory's own view as quickly as from a list; from numpy's not.
        _numbers(*model["nextmove"]),
        _numbers(*model["out_feat"]),
        norm_probs=True,
        tk_row=_numbers(*model["nextmove_row"]),
    )
    return identifier, mapped


Stored = tuple[memoryview, "np.dtype[Any]", tuple[int, ...]]


def _arrays(packed: Path) -> tuple[dict[str, Stored], mmap.mmap]:
    """The bytes, type and shape of each array. The file has no name: it goes when the process ends."""
    with tempfile.TemporaryFile(suffix=".npz") as unpacked:
        with lzma.open(packed) as source:
            shutil.copyfileobj(source, unpacked, length=1 << 20)
        unpacked.flush()
        mapped = mmap.mmap(unpacked.fileno(), 0, access=mmap.ACCESS_READ)
        view = memoryview(mapped)
        with zipfile.ZipFile(unpacked) as archive:
            members = archive.infolist()
            return {one.filename.removesuffix(".npy"): _stored(archive, one, view) for one in members}, mapped


def _stored(archive: zipfile.ZipFile, member: zipfile.ZipInfo, view: memoryview) -> Stored:
    # Not above: whoever reads files imports this module, and would be twice as large, for nothing.
    from numpy.lib import format as npy

    if member.compress_type != zipfile.ZIP_STORED:
        raise ValueError(f"{member.filename} of the language model is compressed: it can't be read in place.")
    with archive.open(member) as opened:
        npy.read_magic(opened)
        shape, _, kind = npy.read_array_header_1_0(opened)
        header = opened.tell()
    begin = member.header_offset + LOCAL_HEADER
    begin += sum(LENGTHS.unpack_from(view, member.header_offset + LENGTHS_AT))
    return view[begin + header : begin + member.file_size], kind, shape


def _table(view: memoryview, kind: "np.dtype[Any]", shape: tuple[int, ...]) -> "np.ndarray[Any, Any]":
    import numpy as np

    return np.frombuffer(view, kind).reshape(shape)


def _numbers(view: memoryview, kind: "np.dtype[Any]", shape: tuple[int, ...]) -> Any:
    letter: Any = kind.char
    return view.cast(letter)
