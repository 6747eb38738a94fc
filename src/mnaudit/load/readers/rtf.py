"""Read rich text (RTF): the text without its control words, in the encodings it names.

Hidden groups are read like all others; pictures are passed over and told, embedded objects are read.

Source: Rich Text Format Specification 1.9.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from mnaudit.load.readers.flow import Flow
from mnaudit.model.scan import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mnaudit.load.readers.limits import Budget
    from mnaudit.model.scan import Fragment, Place

__all__ = ["fragments", "reads"]

_TOKEN: Final = re.compile(
    rb"\\([A-Za-z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9A-Fa-f]{2})|\\([\s\S])|([{}])|([\r\n]+)|([^\\{}\r\n]+)"
)
_WRITTEN: Final = {
    "par": "\n",
    "line": "\n",
    "page": "\n",
    "sect": "\n",
    "row": "\n",
    "cell": "\t",
    "nestcell": "\t",
    "nestrow": "\n",
    "tab": "\t",
    "emspace": " ",
    "enspace": " ",
    "qmspace": " ",
    "endash": "-",
    "emdash": "-",
    "bullet": "・",
}
_SYMBOLS: Final = {b"~": " ", b"_": "-", b"-": "", b"\n": "\n", b"\r": "\n"}
_PICTURES: Final = frozenset({"pict"})
_FONT_TABLES: Final = frozenset({"fonttbl", "colortbl", "stylesheet", "rsidtbl", "themedata"})
_OBJECTS: Final = frozenset({"objdata"})
_SKIPPED: Final = frozenset({"colorschememapping", "datastore", "latentstyles", "listtable"})
_CHARSETS: Final = {0: "cp1252", 128: "cp932", 129: "cp949", 134: "gbk", 136: "cp950"}
_LARGE_TWIPS: Final = 1_440 / 2.54
_HIGH: Final = 0xD800 >> 10
_LOW: Final = 0xDC00 >> 10
_DEPTH: Final = 2_000
_OLE_MARK: Final = b"\xd0\xcf\x11\xe0"


@dataclass(slots=True)
class _State:
    """What holds inside of one pair of braces."""

    kind: str = "text"
    encoding: str = "cp1252"
    skip: int = 1


@dataclass(slots=True)
class _Reader:
    place: Place
    budget: Budget
    flow: Flow
    state: _State = field(default_factory=_State)
    stack: list[_State] = field(default_factory=list)
    fonts: dict[int, str] = field(default_factory=dict)
    font: int = 0
    pending: bytearray = field(default_factory=bytearray)
    hexadecimal: bytearray = field(default_factory=bytearray)
    to_skip: int = 0
    high: int = 0
    width: int = 0
    height: int = 0

    def read(self, data: bytes) -> Iterator[Fragment | Unreadable]:
        """Read all tokens."""
        at = 0
        while at < len(data):
            found = _TOKEN.match(data, at)
            if found is None:  # a backslash at the end
                break
            at = found.end()
            word, number, byte, symbol, brace, _, plain = found.groups()
            if word is not None:
                name = word.decode("ascii")
                value = int(number) if number else None
                if name == "bin":
                    at += max(0, value or 0)
                else:
                    self._word(name, value)
            elif byte is not None:
                self._bytes(bytes([int(byte, 16)]))
            elif symbol is not None:
                self._symbol(symbol)
            elif brace == b"{":
                self._open()
            elif brace == b"}":
                yield from self._close()
            elif plain is not None:
                self._bytes(plain)
            yield from self.flow.full()
        self._end_bytes()
        yield from self.flow.rest()
        if at < len(data) or self.stack:
            yield Unreadable("MN504", self.place, "broken")

    def _open(self) -> None:
        self._end_bytes()
        if len(self.stack) < _DEPTH:
            self.stack.append(self.state)
            self.state = replace(self.state)

    def _close(self) -> Iterator[Fragment | Unreadable]:
        self._end_bytes()
        kind = self.state.kind
        if self.stack:
            self.state = self.stack.pop()
        if kind == "object" and self.state.kind != "object":
            yield from self._object()
        elif kind == "picture" and self.state.kind != "picture":
            large = min(self.width, self.height) >= 2.5 * _LARGE_TWIPS
            if large or not self.width:
                yield Unreadable("MN503", self.place, "picture")
            self.width = self.height = 0

    def _object(self) -> Iterator[Fragment | Unreadable]:
        digits = self.hexadecimal[: len(self.hexadecimal) // 2 * 2]
        self.hexadecimal = bytearray()
        data = bytes.fromhex(digits.decode("ascii"))
        start = data.find(_OLE_MARK)
        self.budget.spend(bytes_=len(data), members=1)
        place = replace(self.place, part="embedded file")
        yield from self.budget.inside("object.bin", data[max(0, start) :], place)

    def _word(self, name: str, value: int | None) -> None:
        if name == "u" and value is not None:
            self._end_bytes()
            self._unit(value % 0x10000)
            self.to_skip = self.state.skip
            return
        self._end_bytes()
        if name in _WRITTEN:
            self._write(_WRITTEN[name])
        elif name == "uc" and value is not None:
            self.state.skip = max(0, min(value, 16))
        elif name == "ansicpg" and value is not None:
            self.state.encoding = f"cp{value}" if value in {932, 936, 949, 950, 1252} else "cp932"
        elif name == "f" and value is not None:
            self.font = value
            self.state.encoding = self.fonts.get(value, self.state.encoding)
        elif name == "fcharset" and value in _CHARSETS:
            self.fonts[self.font] = _CHARSETS[value]
        elif name in _PICTURES:
            self.state.kind = "picture"
        elif name in _OBJECTS:
            self.state.kind = "object"
        elif name in _FONT_TABLES or name in _SKIPPED:
            self.state.kind = "table"
        elif name == "picwgoal":
            self.width = value or 0
        elif name == "pichgoal":
            self.height = value or 0

    def _unit(self, unit: int) -> None:
        """Write a unit of UTF-16; the first of two waits for the second."""
        kind = unit >> 10
        if kind == _HIGH:
            self._write("")
            self.high = unit
        elif kind == _LOW and self.high:
            letter = chr(0x10000 + ((self.high & 0x3FF) << 10) + (unit & 0x3FF))
            self.high = 0
            self._write(letter)
        else:
            self._write("\ufffd" if kind == _LOW else chr(unit))

    def _symbol(self, symbol: bytes) -> None:
        if symbol in _SYMBOLS:
            self._end_bytes()
            self._write(_SYMBOLS[symbol])
        elif symbol in b"\\{}":
            self._bytes(symbol)

    def _bytes(self, raw: bytes) -> None:
        """Take letters: those after a Unicode letter stand for it and are passed over."""
        skipped = min(self.to_skip, len(raw))
        self.to_skip -= skipped
        raw = raw[skipped:]
        if self.state.kind == "text":
            self.pending += raw
        elif self.state.kind == "object":
            self.hexadecimal += b"".join(re.findall(rb"[0-9A-Fa-f]", raw))

    def _end_bytes(self) -> None:
        if self.pending:
            text = self.pending.decode(self.state.encoding, "replace")
            self.pending.clear()
            self._write(text)

    def _write(self, text: str) -> None:
        if self.high:
            self.high = 0
            text = f"\ufffd{text}"
        if self.state.kind == "text" and text:
            self.flow.write(text)


def reads(_name: str, head: bytes) -> bool:
    """Tell whether this is rich text."""
    return head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{\\rtf")


def fragments(data: bytes, place: Place, budget: Budget) -> Iterator[Fragment | Unreadable]:
    """Read rich text; braces that do not close are told after all that was read."""
    return _Reader(place, budget, Flow(place)).read(data)
