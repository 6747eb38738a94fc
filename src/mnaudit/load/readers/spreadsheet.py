"""Read Excel workbooks (XLSX, XLSM): every cell of every sheet, and all that is not a cell.

Hidden sheets and rows, strings that no cell uses any more, formulas and their kept results, comments,
caches of pivot tables and charts: all are text. A whole number is written with the zeros of its
format, for ``000000000000`` shows eleven digits as twelve.

Source: ECMA-376 part 1 §18.
"""

from __future__ import annotations

import re
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from mnaudit.load.readers.digits import could_hold
from mnaudit.load.readers.grid import Cell, Grid, Merge
from mnaudit.load.readers.names import shown
from mnaudit.load.readers.office_parts import package_comment, part_id, read_part, read_xml
from mnaudit.load.readers.office_text import Walk, integer_text, unescaped
from mnaudit.load.readers.office_xml import BROKEN, END, START, TEXT, Package, is_package
from mnaudit.model.scan import Fragment, Place, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from zipfile import ZipInfo

    from mnaudit.load.readers.limits import Budget
    from mnaudit.load.readers.office_xml import Event

__all__ = ["column_letters", "fragments", "literals", "merge_of", "padded", "reads", "zeros"]

_SUFFIXES: Final = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xlam")
_OWN: Final = (b"xl/workbook.xml", b"xl/worksheets/", b"xl/_rels/")
_SHEETS: Final = re.compile(r"xl/(?:worksheets|macrosheets|dialogsheets)/[^/]+\.xml", re.IGNORECASE)
_COMMENTS: Final = re.compile(r"comments?\d*/?[^/]*\.xml$", re.IGNORECASE)
_COMMENT: Final = frozenset({"comment", "threadedComment"})
_KEPT: Final = frozenset({"b", "d", "e", "m", "n", "s", "x"})
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_AREA: Final = re.compile(
    rb'<(?:\w+:)?mergeCell\s[^>]{0,200}?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"'
)
_LITERAL: Final = re.compile(r'"((?:[^"]|"")*)"')
_NOT_SHOWN: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_NOT_WHOLE: Final = re.compile(r"[.%EeYyMmDdHhSs/?@]")
_DIGITS_KEPT: Final = 15
_MERGES: Final = 10_000


def reads(name: str, head: bytes) -> bool:
    """Tell whether this is a workbook: by its parts, or its name if the parts come late."""
    return is_package(name, head, _OWN, _SUFFIXES)


def fragments(data: bytes, place: Place, budget: Budget) -> Iterator[Fragment | Unreadable]:
    """Read a workbook."""
    package = Package(data, place, budget)
    book = _Workbook(package)
    yield from package_comment(package)
    yield from book.names()
    for info in sorted(package.parts, key=_is_beside):  # comments after their cells
        yield from package.guarded(info, book.part)
    yield from book.unused()


def _is_beside(info: ZipInfo) -> bool:
    return not _SHEETS.fullmatch(info.filename.lstrip("/"))


@dataclass(slots=True)
class _Format:
    """What the sheets refer to by number."""

    strings: list[str] = field(default_factory=list)
    used: bytearray = field(default_factory=bytearray)
    zeros: list[int] = field(default_factory=list)
    commented: dict[tuple[str, str | None], tuple[str, ...]] = field(default_factory=dict)
    """What stands in a cell that has a comment, and its labels, by (sheet, cell)."""


class _Workbook:
    def __init__(self, package: Package) -> None:
        self._package = package
        self._place = package.place
        self._formats = _Format()
        self._sheets = dict(self._sheet_names())
        self._owners = self._find_owners()
        self._read_strings()
        self._read_styles()
        self._formats.commented.update(dict.fromkeys(self._comment_cells(), ()))

    def names(self) -> Iterator[Fragment]:
        """Hand out the names of the sheets."""
        for name in self._sheets.values():
            yield Fragment(name, replace(self._place, sheet=shown(name), part="sheet name"))

    def unused(self) -> Iterator[Fragment]:
        """Hand out the strings that no cell uses: what was deleted may still be there."""
        for text, used in zip(self._formats.strings, self._formats.used, strict=True):
            if not used and text:
                yield Fragment(text, replace(self._place, part="unused string"))

    def part(self, info: ZipInfo) -> Iterator[Fragment | Unreadable]:
        """Read one part."""
        name = info.filename.lstrip("/")
        lower = name.casefold()
        if _SHEETS.fullmatch(name):
            yield from self._sheet(info)
        elif lower == "xl/sharedstrings.xml":
            yield from self._aside(info)
        elif lower.startswith("xl/pivotcache/pivotcacherecords"):
            yield from self._pivot(info)
        elif _COMMENTS.search(name):
            yield from self._comments(info)
        else:
            yield from read_part(self._package, info, self._of(info))

    def _sheet_names(self) -> Iterator[tuple[str, str]]:
        """Yield (part, name of the sheet), as the workbook tells."""
        targets = {link.id: link.target for link in self._package.links("xl/workbook.xml")}
        info = self._package.find("xl/workbook.xml")
        if info is None:
            return
        try:
            for kind, name, value in self._package.events(info):
                if kind == START and name == "sheet":
                    key = next((v for k, v in value.items() if k.endswith(":id")), "")
                    yield targets.get(key, "").casefold(), value.get("name", "")
        except BROKEN:  # told when all parts are read
            return

    def _find_owners(self) -> dict[str, str]:
        """Tell for every part that a sheet refers to, and what those refer to, which sheet it is."""
        owners: dict[str, str] = {}
        open_ = [(part, sheet) for part, sheet in self._sheets.items() if part]
        while open_:
            part, sheet = open_.pop()
            owners[part] = sheet
            open_ += [
                (link.target.casefold(), sheet)
                for link in self._package.links(part)
                if not link.outside and link.target.casefold() not in owners
            ]
        return owners

    def _read_strings(self) -> None:
        info = self._package.find("xl/sharedStrings.xml")
        if info is not None:
            with suppress(*BROKEN):  # told when all parts are read
                self._formats.strings.extend(
                    text for text, _ in _rich_texts(self._package.events(info), "si")
                )
        self._formats.used = bytearray(len(self._formats.strings))

    def _read_styles(self) -> None:
        info = self._package.find("xl/styles.xml")
        if info is not None:
            with suppress(*BROKEN):
                self._formats.zeros.extend(_cell_zeros(self._package.events(info)))

    def _owner(self, info: ZipInfo) -> str:
        return self._owners.get(info.filename.lstrip("/").casefold(), "")

    def _of(self, info: ZipInfo) -> Place | None:
        """Return the place of a part that belongs to a sheet."""
        sheet = self._owner(info)
        if not sheet:
            return None
        return replace(self._place, sheet=shown(sheet), part=part_id(info.filename))

    def _aside(self, info: ZipInfo) -> Iterator[Fragment]:
        """Hand out the phonetic readings, and say by an error if the strings are broken."""
        for _, aside in _rich_texts(self._package.events(info), "si"):
            if could_hold(aside):
                yield Fragment(aside, replace(self._place, part="phonetic"))

    def _comment_cells(self) -> Iterator[tuple[str, str | None]]:
        """Yield (sheet, cell) of every comment."""
        for info in self._package.parts:
            if _COMMENTS.search(info.filename):
                with suppress(*BROKEN):
                    for kind, name, value in self._package.events(info):
                        if kind == START and name in _COMMENT:
                            yield self._owner(info), _cell_name(value.get("ref"))

    def _comments(self, info: ZipInfo) -> Iterator[Fragment]:
        """Hand out comments, old and threaded, at their cells and with what stands there."""
        place = self._of(info) or replace(self._place, part="comment")
        cell, texts = None, list[str]()
        for kind, name, value in self._package.events(info):
            if kind == START and name in _COMMENT:
                cell, texts = _cell_name(value.get("ref")), []
            elif kind == TEXT:
                texts.append(value)
            elif kind == END and name in _COMMENT:
                text = unescaped("".join(texts))
                fields = self._formats.commented.get((self._owner(info), cell), ())
                yield Fragment(text, replace(place, cell=cell), fields=fields)
            elif kind == END and name == "author":
                yield Fragment("".join(texts), place)
                texts = []

    def _pivot(self, info: ZipInfo) -> Iterator[Fragment | Unreadable]:
        """Hand out the rows that a pivot table keeps of its source, under the names of the fields."""
        definition = self._package.find(info.filename.replace("Records", "Definition"))
        fields = [] if definition is None else list(self._pivot_fields(definition))
        place = replace(self._place, part="pivot cache")
        column = row = 0
        for kind, name, value in self._package.events(info):
            if kind != START:
                continue
            if name == "r":
                row, column = row + 1, 0
            elif name in _KEPT:
                column += 1
                if "v" in value and name != "x":  # an index into the definition, read for itself
                    labels = tuple(fields[column - 1 : column])
                    record = f"{info.filename} {row}"
                    yield Fragment(integer_text(value["v"]), place, record, labels)

    def _pivot_fields(self, info: ZipInfo) -> Iterator[str]:
        for kind, name, value in self._package.events(info):
            if kind == START and name == "cacheField":
                yield value.get("name", "")

    def _sheet(self, info: ZipInfo) -> Iterator[Fragment | Unreadable]:
        """Read a sheet: its cells by rows, everything else as text."""
        part = info.filename.lstrip("/").casefold()
        sheet = self._sheets.get(part, info.filename)
        reader = _Sheet(
            replace(self._place, sheet=shown(sheet)),
            info.filename,
            sheet,
            self._formats,
            Grid(tuple(_merges(self._package.chunks(info)))),
        )

        def read(walk: Walk) -> Iterator[Fragment]:
            return reader.read(self._package.events(info), walk)

        yield from read_xml(self._package, info, replace(reader.place, part="sheet settings"), read)


class _Sheet:
    """Reads one sheet."""

    def __init__(
        self,
        place: Place,
        key: str,
        name: str,
        formats: _Format,
        grid: Grid,
    ) -> None:
        self.place = place
        self._key = key
        self._name = name
        self._formats = formats
        self._grid = grid

    def read(self, events: Iterator[Event], walk: Walk) -> Iterator[Fragment]:
        """Hand out the cells; what is outside of ``sheetData`` is the walk's."""

        def outside() -> Iterator[Event]:
            for event in events:
                yield event
                if event[0] == START and event[1] == "sheetData":
                    return

        yield from walk.read(outside())
        yield from self._rows(events)
        yield from self._stacks()
        for event in events:
            kind, name, value = event
            if kind == START and name == "dataValidation":
                area = merge_of(value.get("sqref", "").partition(" ")[0])
                walk.labels = self._grid.labels(area.left)
            yield from walk.event(event)
            if kind == END and name == "dataValidation":
                walk.labels = ()
        yield from walk.flow.rest()

    def _rows(self, events: Iterator[Event]) -> Iterator[Fragment]:
        row = 0
        cells: list[tuple[Cell, str]] = []
        for kind, name, value in events:
            if kind == START and name == "c":
                column, at = _position(value.get("r", ""), row, cells)
                row = max(row, at)
                text, formula = self._cell(events, value)
                if text or formula:
                    cells.append((Cell(column, text), formula))
            elif kind == START and name == "row":
                row = _natural(value.get("r", ""), row + 1)
            elif kind == END and name == "row":
                yield from self._row(row, cells)
                cells = []
            elif kind == END and name == "sheetData":
                return

    def _row(self, row: int, cells: Sequence[tuple[Cell, str]]) -> Iterator[Fragment]:
        record = f"{self._key} {row}"
        commented = self._formats.commented
        yield from self._stacks(row)
        heads = {cell.column: self._grid.labels(cell.column) for cell, formula in cells if formula}
        shown_cells = [cell for cell, _ in cells if cell.text]
        for cell, labels in self._grid.row(row, shown_cells):
            fields = labels or (self._name,)
            place = self._at(cell.column, row)
            yield Fragment(cell.text, place, record, fields)
            if commented and (self._name, place.cell) in commented:
                commented[self._name, place.cell] = (cell.text, *fields)
        for cell, formula in cells:
            for text in (formula, literals(formula)) if formula else ():
                if could_hold(text):
                    place = replace(self._at(cell.column, row), part="formula")
                    yield Fragment(text, place, record, heads[cell.column])

    def _stacks(self, row: int | None = None) -> Iterator[Fragment]:
        for stack in self._grid.stacks(row):
            place = self._at(stack.column, stack.row)
            yield Fragment(stack.text, place, fields=stack.fields, context_only=True)

    def _at(self, column: int, row: int) -> Place:
        place = self.place
        cell = f"{column_letters(column)}{row}"
        return Place(place.path, place.members, sheet=place.sheet, cell=cell)

    def _cell(self, events: Iterator[Event], cell: dict[str, str]) -> tuple[str, str]:
        """Read up to the end of a cell; return what it shows and its formula."""
        texts: dict[str, list[str]] = defaultdict(list)
        element, aside = "", 0
        for kind, name, value in events:
            if kind == TEXT and not aside:
                texts[element].append(value)
            elif kind == START:
                element = name
                aside += name == "rPh"
            elif kind == END:
                if name == "c":
                    break
                aside -= name == "rPh"
                element = ""
        formula = "".join(texts["f"])
        if texts["t"]:
            return unescaped("".join(texts["t"])), formula
        return self._value("".join(texts["v"]).strip(), cell), formula

    def _value(self, value: str, cell: dict[str, str]) -> str:
        kind = cell.get("t", "n")
        if kind == "s":
            number = _natural(value, -1)
            if not 0 <= number < len(self._formats.strings):
                return value
            self._formats.used[number] = 1
            return self._formats.strings[number]
        if kind != "n":
            return value
        style = _natural(cell.get("s", ""), -1)
        known = 0 <= style < len(self._formats.zeros)
        return padded(value, self._formats.zeros[style] if known else 0)


def zeros(code: str) -> int:
    """Count how many digits a number format shows at least; 0 if it is not one for whole numbers.

    ``0000-0000-0000`` is 12. Source: ECMA-376 part 1 §18.8.31.
    """
    plain = _NOT_SHOWN.sub("", code.partition(";")[0])
    return 0 if _NOT_WHOLE.search(plain) else plain.count("0")


def padded(value: str, digits: int) -> str:
    """Write a number as its format shows it, as far as its digits go."""
    text = integer_text(value)
    return text.zfill(digits) if text.isdecimal() and digits <= _DIGITS_KEPT else text


def literals(formula: str) -> str:
    """Join the texts in a formula, for ``="1234"&"5678"`` shows them together."""
    found = _LITERAL.findall(formula) if formula.count('"') > 3 else ()  # noqa: PLR2004 - two texts
    return "".join(text.replace('""', '"') for text in found)


@lru_cache(maxsize=1_024)
def column_letters(column: int) -> str:
    """Write a column as letters: 28 is ``AB``."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def merge_of(area: str) -> Merge:
    """Read ``B2:D3``."""
    first, _, last = area.partition(":")
    (left, top), (right, bottom) = _split(first), _split(last or first)
    return Merge(top, left, bottom, right)


def _split(reference: str) -> tuple[int, int]:
    """Read ``B12`` as (column, row); (0, 0) if it is none."""
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        return 0, 0
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column, int(found[2])


def _cell_name(reference: str | None) -> str | None:
    """Return a cell reference that is one: it is shown, so it must not be anything else."""
    return reference if reference and _REFERENCE.fullmatch(reference) else None


def _position(reference: str, row: int, before: Sequence[tuple[Cell, str]]) -> tuple[int, int]:
    """Return (column, row) of a cell; without a reference it follows the one before."""
    column, at = _split(reference)
    return (column, at) if column else ((before[-1][0].column if before else 0) + 1, row)


def _natural(text: str, default: int) -> int:
    usable = text.isascii() and text.isdecimal() and len(text) < 10  # noqa: PLR2004 - fits a row
    return int(text) if usable else default


def _merges(chunks: Iterable[bytes]) -> Iterator[Merge]:
    """Find the merged areas, which stand after the cells that they are about."""
    held, count = b"", 0
    for chunk in chunks:
        held += chunk
        last = 0
        for found in _AREA.finditer(held):
            last = found.end()
            count += 1
            if count <= _MERGES:
                yield merge_of(found[1].decode("ascii"))
        held = held[max(last, len(held) - 300) :]


def _rich_texts(events: Iterator[Event], element: str) -> Iterator[tuple[str, str]]:
    """Yield (text, phonetic readings) of every rich text; its runs are joined."""
    texts: list[str] = []
    asides: list[str] = []
    reading = aside = 0
    for kind, name, value in events:
        if kind == TEXT and reading:
            (asides if aside else texts).append(value)
        elif kind == START:
            reading += name == "t"
            aside += name == "rPh"
        elif kind == END:
            reading -= name == "t"
            aside -= name == "rPh"
            if name == element:
                yield unescaped("".join(texts)), unescaped("".join(asides))
                texts, asides = [], []


def _cell_zeros(events: Iterator[Event]) -> Iterator[int]:
    """Yield the digits that the format of every cell style shows at least."""
    codes: dict[str, int] = {}
    in_cells = False
    for kind, name, value in events:
        if kind == START and name == "numFmt":
            codes[value.get("numFmtId", "")] = zeros(value.get("formatCode", ""))
        elif name == "cellXfs":
            in_cells = kind == START
        elif kind == START and name == "xf" and in_cells:
            yield codes.get(value.get("numFmtId", ""), 0)
