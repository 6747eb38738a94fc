"""Open a compound file (OLE2): the streams in it.

Only as far as a scanner needs: streams by name, whether a storage refers to them or not. Every chain
of sectors is followed at most once around, for a file may bite its own tail.

Source: [MS-CFB] 2.2 to 2.6.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mnaudit.load.readers.limits import Budget

__all__ = ["MAGIC", "Stream", "read_streams"]

MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_HEADER: Final = struct.Struct("<8s16xHHHHH6xIIIIIIIIII")
_ENTRY: Final = struct.Struct("<64sHB49xIQ")
_ENTRY_SIZE: Final = 128
_END: Final = 0xFFFFFFFA
"""Sector numbers from here on are marks, not sectors."""
_STREAM: Final = 2
_ROOT: Final = 5
_SHIFTS: Final = {9, 12}
_MINI_SHIFT: Final = 6


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream: its own name, without the storages around it, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class _Sectors:
    """A row of sectors of one size, and which follows which."""

    data: bytes | memoryview
    size: int
    next: tuple[int, ...]

    def chain(self, first: int, length: int | None = None) -> bytes:
        """Return the bytes of a chain.

        Raises:
            ValueError: It is shorter than it should be, or has no end.
        """
        pieces: list[bytes] = []
        number, left = first, len(self.next) + 1
        while number < _END and (length is None or len(pieces) * self.size < length):
            left -= 1
            if number >= len(self.next) or left == 0:
                raise ValueError("a chain of sectors leads nowhere")
            pieces.append(bytes(self.data[number * self.size : (number + 1) * self.size]))
            number = self.next[number]
        joined = b"".join(pieces)
        return joined if length is None else joined[:length]


def read_streams(data: bytes, budget: Budget) -> Iterator[Stream]:
    """Yield all streams.

    Raises:
        LimitError: They are too many or too large.
        ValueError: It is no compound file, or its tables cannot be followed.
        struct.error: It is cut off.
    """
    fields = _HEADER.unpack_from(data)
    magic, _, _, order, shift, mini_shift, *numbers = fields
    _, directory_start, _, cutoff, mini_start, _, difat_start, _ = numbers[1:9]
    if magic != MAGIC or order != 0xFFFE or shift not in _SHIFTS or mini_shift != _MINI_SHIFT:  # noqa: PLR2004
        raise ValueError("not a compound file")
    size = 1 << shift
    body = memoryview(data)[size:]
    sectors = _Sectors(body, size, _allocation(data, body, size, difat_start))
    entries = list(_entries(sectors.chain(directory_start)))
    budget.spend(members=len(entries))
    mini = _mini(sectors, entries, mini_start)
    for name, kind, start, length in entries:
        if kind == _STREAM:
            if length > len(data):
                raise ValueError("a stream is longer than its file")
            budget.spend(bytes_=length)
            chain = (mini if length < cutoff else sectors).chain(start, length) if length else b""
            yield Stream(name, chain)


def _allocation(data: bytes, body: memoryview, size: int, difat_start: int) -> tuple[int, ...]:
    """Read the table that says which sector follows which."""
    count = size // 4
    places = list(struct.unpack_from("<109I", data, 0x4C))
    number, seen = difat_start, set[int]()
    while number < _END and number not in seen:
        seen.add(number)
        *more, number = struct.unpack_from(f"<{count}I", body, number * size)
        places += more
    table: list[int] = []
    for place in dict.fromkeys(place for place in places if place < _END):
        table += struct.unpack_from(f"<{count}I", body, place * size)
    return tuple(table)


def _entries(directory: bytes) -> Iterator[tuple[str, int, int, int]]:
    """Yield (name, kind, first sector, length) of every entry of the directory."""
    for at in range(0, len(directory) - _ENTRY_SIZE + 1, _ENTRY_SIZE):
        name, name_length, kind, start, length = _ENTRY.unpack_from(directory, at)
        if kind in {_STREAM, _ROOT}:
            letters = name[: max(0, min(name_length, 64) - 2)]
            yield letters.decode("utf-16-le", "replace"), kind, start, length & 0xFFFFFFFF


def _mini(sectors: _Sectors, entries: list[tuple[str, int, int, int]], mini_start: int) -> _Sectors:
    """Return the small sectors, which lie in the stream of the root."""
    root = next((entry for entry in entries if entry[1] == _ROOT), None)
    if root is None or root[2] >= _END:
        return _Sectors(b"", 1 << _MINI_SHIFT, ())
    table = sectors.chain(mini_start) if mini_start < _END else b""
    following = struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])
    return _Sectors(sectors.chain(root[2]), 1 << _MINI_SHIFT, following)
