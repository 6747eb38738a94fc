"""Read OpenDocument files: texts (ODT), spreadsheets (ODS), presentations (ODP) and drawings (ODG).

Also the flat kind, one XML file. Rows and cells that are said to be repeated are read once.

Source: OpenDocument 1.3 part 2 (package) and part 3 (schema).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mnaudit.load.readers.digits import could_hold
from mnaudit.load.readers.grid import Cell, Grid, Merge
from mnaudit.load.readers.names import shown
from mnaudit.load.readers.office_parts import package_comment, part_id, read_part, read_xml
from mnaudit.load.readers.office_text import Walk, integer_text
from mnaudit.load.readers.office_xml import (
    BROKEN,
    END,
    START,
    TEXT,
    Package,
    attribute,
    events,
)
from mnaudit.load.readers.spreadsheet import column_letters, literals
from mnaudit.model.scan import Fragment, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zipfile import ZipInfo

    from mnaudit.load.readers.limits import Budget
    from mnaudit.load.readers.office_xml import Event
    from mnaudit.model.scan import Place

__all__ = ["fragments", "reads"]

_SUFFIXES: Final = (".ods", ".odt", ".odp", ".odg", ".ots", ".ott", ".otp", ".odf", ".odm")
_MIMETYPE: Final = b"mimetype"
_MIMETYPE_AT: Final = slice(30, 30 + len(_MIMETYPE))
_FLAT: Final = (".fods", ".fodt", ".fodp", ".fodg")
_CELLS: Final = frozenset({"table-cell", "covered-table-cell"})
_WRITTEN: Final = {"tab": "\t", "line-break": "\n", "s": " "}


def reads(name: str, head: bytes) -> bool:
    """Tell whether this is an OpenDocument file: by its first member, its name, or its root."""
    if head.startswith(b"PK\x03\x04") and head[_MIMETYPE_AT] == _MIMETYPE:
        return True
    lower = name.casefold()
    if lower.endswith(_SUFFIXES) and head.startswith(b"PK\x03\x04"):
        return True
    return lower.endswith(_FLAT) or (head[:5] == b"<?xml" and b"<office:document " in head)


def fragments(data: bytes, place: Place, budget: Budget) -> Iterator[Fragment | Unreadable]:
    """Read an OpenDocument file."""
    if not data.startswith(b"PK"):
        yield from _Content(place, "flat").read(events([data]), Walk(place, "flat"))
        return
    package = Package(data, place, budget)
    yield from package_comment(package)
    if _is_encrypted(package):
        yield Unreadable("MN505", place, "encrypted")
        return

    def part(info: ZipInfo) -> Iterator[Fragment | Unreadable]:
        name = info.filename.casefold()
        if not name.endswith("content.xml"):
            return read_part(package, info)
        content = _Content(place, name)
        where = place if name == "content.xml" else replace(place, part=part_id(name))
        return read_xml(package, info, where, lambda walk: content.read(package.events(info), walk))

    for info in package.parts:
        yield from package.guarded(info, part)


def _is_encrypted(package: Package) -> bool:
    info = package.find("META-INF/manifest.xml")
    if info is None:
        return False
    try:
        return any(name == "encryption-data" for _, name, _ in package.events(info))
    except BROKEN:  # told when all parts are read
        return False


class _Content:
    """Reads the content: sheets by cells, pages by page, everything else as text."""

    def __init__(self, place: Place, key: str) -> None:
        self._place = place
        self._key = key
        self._sheets = 0

    def read(self, found: Iterator[Event], walk: Walk) -> Iterator[Fragment]:
        """Hand out everything; tables are sheets only in a spreadsheet."""
        is_spreadsheet = False
        page = 0
        for event in found:
            kind, name, value = event
            if kind == START and name == "table" and is_spreadsheet:
                yield from self._sheet(found, attribute(value, "name"))
                continue
            if kind == START and name == "page" and attribute(value, "name"):
                page += 1
                yield from walk.turn(replace(self._place, page=page))
            is_spreadsheet |= kind == START and name == "spreadsheet"
            yield from walk.event(event)
        yield from walk.flow.rest()

    def _sheet(self, found: Iterator[Event], name: str) -> Iterator[Fragment]:
        """Read up to the end of a table, with the tables in its cells."""
        self._sheets += 1
        sheet = _Sheet(replace(self._place, sheet=shown(name)), f"{self._key} {self._sheets}", name)
        yield Fragment(name, replace(sheet.place, part="sheet name"))
        depth = 1
        for event in found:
            if event[1] == "table":
                depth += {START: 1, END: -1}.get(event[0], 0)
                if depth == 0:
                    break
            yield from sheet.event(event)
        yield from sheet.end()


class _Sheet:
    """Reads one sheet."""

    def __init__(self, place: Place, key: str, name: str) -> None:
        self.place = place
        self._key = key
        self._name = name
        self._grid = Grid()
        self._row = self._column = self._next_row = self._next_column = 1
        self._cells: list[Cell] = []
        self._formulas: list[tuple[int, str]] = []
        self._cell: dict[str, str] = {}
        self._paragraphs: list[list[str]] = []
        self._comments: list[str] = []
        self._commenting = 0

    def event(self, event: Event) -> Iterator[Fragment]:
        """Take an event in; rows and comments come out when they end."""
        kind, name, value = event
        if kind == TEXT:
            self._write(value)
        elif kind == START:
            self._start(name, value)
        elif kind == END and name == "annotation":
            self._commenting -= 1
            text = "".join(self._comments)
            self._comments = []
            yield Fragment(text, replace(self._at(self._column), part="comment"))
        elif kind == END and name in _CELLS:
            self._end_cell()
        elif kind == END and name == "table-row":
            yield from self._end_row()

    def _write(self, text: str) -> None:
        if self._commenting:
            self._comments.append(text)
        elif self._paragraphs:
            self._paragraphs[-1].append(text)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table-row":
            self._row = self._next_row
            self._next_row += _many(attributes, "number-rows-repeated")
            self._next_column = 1
        elif name in _CELLS:
            self._column = self._next_column
            self._next_column += _many(attributes, "number-columns-repeated")
            self._cell, self._paragraphs = attributes, []
        elif name == "annotation":
            self._commenting += 1
        elif name == "p" and not self._commenting:
            self._paragraphs.append([])
        elif name in _WRITTEN:
            self._write(_WRITTEN[name] * _many(attributes, "c"))
        elif name == "p":
            self._write("\n")

    def _end_cell(self) -> None:
        text = "\n".join("".join(pieces) for pieces in self._paragraphs)
        self._paragraphs = []
        value = attribute(self._cell, "value") or attribute(self._cell, "string-value")
        if not could_hold(text) and (not text or could_hold(integer_text(value))):
            text = integer_text(value)
        span = _many(self._cell, "number-columns-spanned")
        if text:
            self._cells.append(Cell(self._column, text, span))
        rows = _many(self._cell, "number-rows-spanned")
        if rows > 1:
            right, bottom = self._column + span - 1, self._row + rows - 1
            self._grid.merge(Merge(self._row, self._column, bottom, right))
        if formula := attribute(self._cell, "formula"):
            self._formulas.append((self._column, formula))

    def _end_row(self) -> Iterator[Fragment]:
        record = f"{self._key} {self._row}"
        yield from self._stacks(self._row)
        for cell, fields in self._grid.row(self._row, self._cells):
            yield Fragment(cell.text, self._at(cell.column), record, fields or (self._name,))
        for column, formula in self._formulas:
            for text in (formula, literals(formula)):
                if could_hold(text):
                    yield Fragment(text, replace(self._at(column), part="formula"), record)
        self._cells, self._formulas = [], []

    def end(self) -> Iterator[Fragment]:
        """Hand out what only the end of the table completes."""
        yield from self._stacks()

    def _stacks(self, row: int | None = None) -> Iterator[Fragment]:
        for stack in self._grid.stacks(row):
            place = replace(self.place, cell=f"{column_letters(stack.column)}{stack.row}")
            yield Fragment(stack.text, place, fields=stack.fields, context_only=True)

    def _at(self, column: int) -> Place:
        return replace(self.place, cell=f"{column_letters(column)}{self._row}")


def _many(attributes: dict[str, str], name: str) -> int:
    """Read how often something is repeated; nonsense is once."""
    text = attribute(attributes, name) if attributes else ""
    usable = text.isascii() and text.isdecimal() and len(text) < 8  # noqa: PLR2004 - a million rows
    return max(1, int(text)) if usable else 1
