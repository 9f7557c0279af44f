"""Unpack files of an archive. Runs in a process of its own that may be ended at any moment."""

import zlib
from collections.abc import Iterator, Sequence

Wanted = tuple[int, int, int]  # how many bytes it has packed and unpacked, and their checksum


def unpacked(packed: bytes, wanted: Sequence[Wanted]) -> Iterator[bytes | None]:
    """The files that lie packed one after the other; None is one that is not what its archive says."""
    at = 0
    for length, size, checksum in wanted:
        yield _one(packed[at : at + length], size, checksum)
        at += length


def _one(packed: bytes, size: int, checksum: int) -> bytes | None:
    """No more of it is unpacked than it should have."""
    opening = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = opening.decompress(packed, size + 1)
    except zlib.error:
        return None
    return data if len(data) == size and zlib.crc32(data) == checksum else None
