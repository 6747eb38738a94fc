"""Read the macros of a document: their source stands compressed in a compound file.

Source: [MS-OVBA] 2.4.1 (compression); that a module begins with ``Attribute`` is 2.3.4.3.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mnaudit.load.readers.compound import read_streams
from mnaudit.load.readers.strings import strings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mnaudit.load.readers.limits import Budget

__all__ = ["decompress", "macro_text", "modules"]

_MODULE: Final = re.compile(rb"\x01[\x00-\xff][\xb0-\xbf]\x00Attribut\x00e", re.IGNORECASE)
_WINDOW: Final = 4_096


def macro_text(data: bytes, budget: Budget) -> Iterator[str]:
    """Yield the source of every module, and what can be picked out of the rest."""
    for stream in read_streams(data, budget):
        yield from modules(stream.data, budget)
        yield from strings(stream.data)


def modules(data: bytes, budget: Budget) -> Iterator[str]:
    """Yield the source of the modules in a stream."""
    for found in _MODULE.finditer(data):
        source = decompress(data, found.start() + 1)
        budget.spend(bytes_=len(source))
        yield source.decode("cp932", "replace")


def decompress(data: bytes, start: int) -> bytes:
    """Decompress chunks as long as they are chunks; a damaged one ends it."""
    whole = bytearray()
    at = start
    while at + 2 <= len(data):
        header = int.from_bytes(data[at : at + 2], "little")
        if header >> 12 & 7 != 3:  # noqa: PLR2004 - the signature of a chunk
            break
        chunk = data[at + 2 : at + 3 + (header & 0xFFF)]
        whole += _chunk(chunk) if header & 0x8000 else chunk
        at += 3 + (header & 0xFFF)
    return bytes(whole)


def _chunk(chunk: bytes) -> bytes:
    done = bytearray()
    at = 0
    while at < len(chunk) and len(done) < _WINDOW:
        flags, at = chunk[at], at + 1
        for bit in range(8):
            if at >= len(chunk):
                break
            if not flags >> bit & 1:
                done.append(chunk[at])
                at += 1
                continue
            token = int.from_bytes(chunk[at : at + 2], "little")
            at += 2
            offset_bits = max((len(done) - 1).bit_length(), 4)
            offset = (token >> 16 - offset_bits) + 1
            if offset > len(done):
                return bytes(done)
            for _ in range((token & 0xFFFF >> offset_bits) + 3):
                done.append(done[-offset])
    return bytes(done)
