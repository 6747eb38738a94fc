"""Read the workbook of Excel 97 to 2003 (XLS), and of Excel 5: cells, strings, comments, formats.

A stream of records. Those that hold cells are understood; out of all others text is picked, so that
names, headers, validations and text boxes are seen as well.

Source: [MS-XLS] 2.3 to 2.5.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from mnaudit.load.readers.digits import could_hold
from mnaudit.load.readers.grid import Cell, Grid, Merge
from mnaudit.load.readers.names import shown
from mnaudit.load.readers.spreadsheet import column_letters, padded, zeros
from mnaudit.load.readers.strings import strings
from mnaudit.model.scan import Fragment, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mnaudit.load.readers.limits import Budget
    from mnaudit.model.scan import Place

__all__ = ["read_workbook"]

_FORMULA: Final = 0x06
_END: Final = 0x0A
_NOTE: Final = 0x1C
_PASSWORD: Final = 0x2F
_CONTINUE: Final = 0x3C
_BOUNDSHEET: Final = 0x85
_MULTIPLE_RK: Final = 0xBD
_XF: Final = 0xE0
_MERGED: Final = 0xE5
_SST: Final = 0xFC
_LABEL_SST: Final = 0xFD
_TEXT_OBJECT: Final = 0x1B6
_NUMBER: Final = 0x203
_LABELS: Final = frozenset({0x204, 0xD6})
_STRING: Final = 0x207
_RK: Final = 0x27E
_FORMAT: Final = 0x41E
_BEGIN: Final = 0x809
_BIFF8: Final = 0x600
_SHEET_KINDS: Final = frozenset({0x10, 0x20, 0x40})


class _Record(NamedTuple):
    kind: int
    pieces: tuple[bytes, ...]
    """Its own bytes, and those of the records that continue it."""


def read_workbook(stream: bytes, place: Place, budget: Budget) -> Iterator[Fragment | Unreadable]:
    """Read the stream ``Workbook`` or ``Book``.

    Raises:
        LimitError: It has too many records.
        struct.error: A record is cut off.
        ValueError: So is a string.
    """
    book = _Book(place)
    for record in _records(stream):
        budget.spend(fragments=1)
        if record.kind == _PASSWORD:
            yield Unreadable("MN505", place, "encrypted")
            return
        yield from book.take(record)
    yield from book.end()


def _records(stream: bytes) -> Iterator[_Record]:
    at = 0
    kind, pieces = 0, list[bytes]()
    while at + 4 <= len(stream):
        following, size = struct.unpack_from("<HH", stream, at)
        body = stream[at + 4 : at + 4 + size]
        at += 4 + size
        if following == _CONTINUE and pieces:
            pieces.append(body)
            continue
        if pieces:
            yield _Record(kind, tuple(pieces))
        kind, pieces = following, [body]
    if pieces:
        yield _Record(kind, tuple(pieces))


class _Book:
    def __init__(self, place: Place) -> None:
        self._place = place
        self._wide = True
        self._names: list[str] = []
        self._strings: list[str] = []
        self._used = bytearray()
        self._codes: dict[int, int] = {}
        self._formats: list[int] = []
        self._rows: dict[int, dict[int, str]] = defaultdict(dict)
        self._merges: list[Merge] = []
        self._depth = 0
        self._sheet = -1
        self._waiting: tuple[int, int] | None = None

    def take(self, record: _Record) -> Iterator[Fragment]:
        """Take a record in; a sheet comes out when it ends."""
        kind, body = record.kind, record.pieces[0]
        if kind == _BEGIN:
            version, what = struct.unpack_from("<HH", body)
            self._wide = version >= _BIFF8
            self._depth += 1
            self._sheet += self._depth == 1 and what in _SHEET_KINDS
        elif kind == _END:
            self._depth -= 1
            if self._depth == 0:
                yield from self._end_sheet()
        elif kind == _BOUNDSHEET:
            name = self._text(body[6:], short=True)
            self._names.append(name)
            yield Fragment(name, replace(self._place, sheet=shown(name), part="sheet name"))
        elif kind == _SST:
            self._strings = list(_shared(record.pieces))
            self._used = bytearray(len(self._strings))
        elif kind == _FORMAT:
            code = self._text(body[2:], short=not self._wide)
            self._codes[struct.unpack_from("<H", body)[0]] = zeros(code)
        elif kind == _XF:
            self._formats.append(self._codes.get(struct.unpack_from("<H", body, 2)[0], 0))
        elif kind == _MERGED:
            self._merges += _areas(body)
        elif kind == _TEXT_OBJECT:
            text = "".join(_plain(piece) for piece in record.pieces[1:])
            yield Fragment(text, self._beside("comment"))
        elif not self._cell(kind, body):
            for text in strings(b"".join(record.pieces)):
                yield Fragment(text, self._beside("other part"))

    def end(self) -> Iterator[Fragment]:
        """Hand out a sheet that was cut off, and the strings that no cell uses."""
        yield from self._end_sheet()
        for text, used in zip(self._strings, self._used, strict=True):
            if not used and text:
                yield Fragment(text, replace(self._place, part="unused string"))

    def _cell(self, kind: int, body: bytes) -> bool:
        """Keep what a record says about cells; False if it says nothing about them."""
        if kind == _LABEL_SST:
            row, column, _, number = struct.unpack_from("<HHHI", body)
            if number < len(self._strings):
                self._used[number] = 1
                self._rows[row][column] = self._strings[number]
        elif kind in _LABELS:
            row, column = struct.unpack_from("<HH", body)
            self._rows[row][column] = self._text(body[6:])
        elif kind == _NUMBER:
            row, column, style, number = struct.unpack_from("<HHHd", body)
            self._put(row, column, style, number)
        elif kind == _RK:
            row, column, style, number = struct.unpack_from("<HHHI", body)
            self._put(row, column, style, _unpacked(number))
        elif kind == _MULTIPLE_RK:
            row, column = struct.unpack_from("<HH", body)
            for at in range(4, len(body) - 7, 6):
                style, number = struct.unpack_from("<HI", body, at)
                self._put(row, column, style, _unpacked(number))
                column += 1
        elif kind == _FORMULA:
            self._formula(body)
        elif kind == _STRING and self._waiting:
            row, column = self._waiting
            self._rows[row][column] = self._text(body)
            self._waiting = None
        else:
            return False
        return True

    def _formula(self, body: bytes) -> None:
        row, column, style = struct.unpack_from("<HHH", body)
        result = body[6:14]
        if result[6:] != b"\xff\xff":
            self._put(row, column, style, struct.unpack("<d", result)[0])
        elif result[0] == 0:
            self._waiting = (row, column)
        texts = [text for text in strings(body[22:]) if could_hold(text)]
        if texts:
            self._rows[row].setdefault(column, "\n".join(texts))

    def _put(self, row: int, column: int, style: int, number: float) -> None:
        digits = self._formats[style] if style < len(self._formats) else 0
        self._rows[row][column] = padded(repr(number), digits)

    def _end_sheet(self) -> Iterator[Fragment]:
        name = self._names[self._sheet] if 0 <= self._sheet < len(self._names) else ""
        place = replace(self._place, sheet=shown(name) if name else None)
        grid = Grid(self._merges)
        for row, columns in sorted(self._rows.items()):
            cells: Sequence[Cell] = [Cell(at + 1, columns[at]) for at in sorted(columns)]
            for cell, fields in grid.row(row + 1, cells):
                where = replace(place, cell=f"{column_letters(cell.column)}{row + 1}")
                record = f"{self._sheet} {row}"
                yield Fragment(cell.text, where, record, fields or ((name,) if name else ()))
        for stack in grid.stacks():
            where = replace(place, cell=f"{column_letters(stack.column)}{stack.row}")
            yield Fragment(stack.text, where, fields=stack.fields, context_only=True)
        self._rows.clear()
        self._merges = []

    def _beside(self, part: str) -> Place:
        name = self._names[self._sheet] if 0 <= self._sheet < len(self._names) else ""
        return replace(self._place, sheet=shown(name) if name else None, part=part)

    def _text(self, data: bytes, *, short: bool = False) -> str:
        """Read a string with its length before it."""
        count = data[0] if short else struct.unpack_from("<H", data)[0]
        rest = data[1 if short else 2 :]
        if not self._wide:
            return rest[:count].decode("cp932", "replace")
        return _plain(rest[: 1 + count * (2 if rest[:1] and rest[0] & 1 else 1)])


def _plain(data: bytes) -> str:
    """Decode letters after their flags: of two bytes each, or of one."""
    if not data:
        return ""
    return data[1:].decode("utf-16-le" if data[0] & 1 else "latin-1", "replace")


def _unpacked(number: int) -> float:
    """Read a number of 30 bits and two flags ([MS-XLS] 2.5.217)."""
    if number & 2:
        value = float((number >> 2) - (1 << 30 if number >> 31 else 0))
    else:
        value = struct.unpack("<d", struct.pack("<Q", (number & 0xFFFFFFFC) << 32))[0]
    return value / 100 if number & 1 else value


def _areas(body: bytes) -> Iterator[Merge]:
    for at in range(2, len(body) - 7, 8):
        top, bottom, left, right = struct.unpack_from("<HHHH", body, at)
        yield Merge(top + 1, left + 1, bottom + 1, right + 1)


def _shared(pieces: Sequence[bytes]) -> Iterator[str]:
    """Read the shared strings; letters that go on in the next piece begin with new flags."""
    reader = _Pieces(pieces)
    reader.skip(8)
    while not reader.at_end:
        count, flags = struct.unpack("<HB", reader.take(3))
        runs = struct.unpack("<H", reader.take(2))[0] if flags & 8 else 0
        extension = struct.unpack("<I", reader.take(4))[0] if flags & 4 else 0
        yield reader.letters(count, wide=bool(flags & 1))
        reader.skip(4 * runs + extension)


class _Pieces:
    """Reads over the borders of records."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self._pieces = pieces
        self._piece = self._at = 0

    @property
    def at_end(self) -> bool:
        self._turn()
        return self._piece >= len(self._pieces)

    def _turn(self) -> None:
        while self._piece < len(self._pieces) and self._at >= len(self._pieces[self._piece]):
            self._piece += 1
            self._at = 0

    def take(self, count: int) -> bytes:
        """Take bytes; fewer at the end of all pieces."""
        taken = bytearray()
        while len(taken) < count and not self.at_end:
            piece = self._pieces[self._piece]
            part = piece[self._at : self._at + count - len(taken)]
            self._at += len(part)
            taken += part
        return bytes(taken)

    def skip(self, count: int) -> None:
        """Go on; not beyond the end."""
        while count > 0 and not self.at_end:
            step = min(count, len(self._pieces[self._piece]) - self._at)
            self._at += step
            count -= step

    def letters(self, count: int, *, wide: bool) -> str:
        """Take letters, heeding the flags at the beginning of every further piece."""
        found: list[str] = []
        while count > 0 and self._piece < len(self._pieces):
            if self._at >= len(self._pieces[self._piece]):
                self._turn()
                if self._piece >= len(self._pieces):
                    break
                wide = bool(self._pieces[self._piece][0] & 1)
                self._at = 1
            size = 2 if wide else 1
            piece = self._pieces[self._piece]
            here = min(count, (len(piece) - self._at) // size)
            if here == 0:  # half a letter: nothing that a program writes
                self._at = len(piece)
                continue
            raw = piece[self._at : self._at + here * size]
            found.append(raw.decode("utf-16-le" if wide else "latin-1", "replace"))
            self._at += here * size
            count -= here
        return "".join(found)
