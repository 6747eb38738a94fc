"""Write down the text of any XML part: paragraphs, table rows, properties, and what hides in between.

Works by local names, for they say the same in WordprocessingML, DrawingML, SpreadsheetML, VML and ODF:
runs of a paragraph are joined, deleted text is put back, phonetic readings stand apart. Whatever is not
known is written as it comes.

Source: ECMA-376 part 1 §17 and §21; ODF 1.3 part 3 §5 and §6.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from mnaudit.load.readers.digits import FEWEST, could_hold
from mnaudit.load.readers.flow import Flow
from mnaudit.load.readers.grid import Cell, Grid
from mnaudit.load.readers.office_xml import COMMENT, END, START, TEXT, attribute
from mnaudit.model.scan import Fragment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mnaudit.load.readers.office_xml import Event
    from mnaudit.model.scan import Place

__all__ = ["LARGE_PICTURE_CM2", "LARGE_SIDE_CM", "Walk", "integer_text", "unescaped"]

LARGE_PICTURE_CM2: Final = 15
"""From here on a picture may show a number card; printed in its true size a card has 46 cm²."""

LARGE_SIDE_CM: Final = 2.5
_EMU_PER_CM: Final = 360_000
_POINTS_PER_CM: Final = 72 / 2.54
_PARAGRAPHS: Final = frozenset({"p", "h", "si", "is", "text"})
_TABLES: Final = frozenset({"tbl", "table"})
_ROWS: Final = frozenset({"tr", "table-row"})
_CELLS: Final = frozenset({"tc", "table-cell"})
_WRITTEN: Final = {
    "tab": "\t",
    "ptab": "\t",
    "br": "\n",
    "cr": "\n",
    "line-break": "\n",
    "noBreakHyphen": "-",
    "s": " ",
}
_DELETED: Final = frozenset({"del", "moveFrom"})
_INSERTED: Final = frozenset({"ins", "moveTo"})
_ASIDE: Final = frozenset({"rPh", "rt", "ruby-text", "instrText", "delInstrText"})
_LABELS: Final = frozenset({"alias", "tag", "helpText", "statusText"})
_TELLING: Final = frozenset(
    {
        *("alt", "author", "caption", "descr", "display", "error", "errorTitle"),
        *("label", "prompt", "promptTitle", "title", "tooltip", "initials"),
    }
)
_TECHNICAL: Final = frozenset(
    {
        *("cx", "cy", "d", "def", "dirty", "durableId", "embed", "formatCode", "guid", "id"),
        *("itemID", "paraId", "path", "points", "rsidDel", "rsidP", "rsidR", "rsidRDefault"),
        *("rsidRPr", "rsidSect", "rsidTr", "spid", "style", "textId", "transform", "uid", "uri"),
        *("usb0", "usb1", "usb2", "usb3", "csb0", "csb1", "viewBox"),
    }
)
_FONTS: Final = frozenset({"panose", "panose1", "sig"})
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_HEADER_CODE: Final = re.compile(r'&"[^"]*"|&[A-Za-z+\-]')
"""ECMA-376 part 1 §18.3.1.46; a size in digits stays, for nobody knows where it ends."""

_IDENTIFIER: Final = re.compile(r"\{[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}")
_NUMBER: Final = re.compile(r"[+-]?\d{1,17}(?:\.\d{1,17})?(?:[eE][+-]?\d{1,3})?")
_STYLE: Final = re.compile(
    r"(?:^|;)\s*(width|height)\s*:\s*(\d{1,9}(?:\.\d{0,9})?)\s*(pt|in|cm|mm|px)?"
)
_POINTS: Final = {"pt": 1.0, "": 1.0, "in": 72.0, "cm": 72 / 2.54, "mm": 7.2 / 2.54, "px": 0.75}


def unescaped(text: str) -> str:
    """Undo ``_x000D_``, which stands for a character (ECMA-376 part 1 §22.9.2.19)."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def integer_text(value: str) -> str:
    """Write a number of a file as a person sees a whole one: ``1.2E3`` is 1200; else unchanged.

    Files keep numbers as binary fractions, so that a whole one may end in ``.00001``.
    """
    if not _NUMBER.fullmatch(value):
        return value
    if value.isdecimal():
        return value
    number = float(value)
    whole = round(number) if abs(number) < 10**15 else None
    return str(whole) if whole is not None and abs(number - whole) < 0.001 else value  # noqa: PLR2004


@dataclass(slots=True)
class _Paragraph:
    """A paragraph that is being read: as it is, as it was, and what stands beside it."""

    now: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    changed: bool = False


@dataclass(slots=True)
class _Table:
    number: int
    grid: Grid = field(default_factory=Grid)
    row: int = 0
    column: int = 0
    span: int = 1
    cells: list[Cell] = field(default_factory=list)
    texts: list[str] | None = None


class Walk:
    """Reads one part.

    Attributes:
        flow: What was written.
        pictures: Whether a large picture is shown.
        labels: What stands beside the text that has no paragraph, if the caller knows.
    """

    def __init__(self, place: Place, key: str) -> None:
        """Begin a part.

        Args:
            place: Of the part; lines are counted from its beginning.
            key: Tells its records from those of other parts.
        """
        self.flow = Flow(place)
        self.pictures = False
        self.labels: tuple[str, ...] = ()
        self._place = place
        self._key = key
        self._paragraphs: list[_Paragraph] = []
        self._tables: list[_Table] = []
        self._table_count = 0
        self._loose: list[str] = []
        self._names: list[tuple[str, str]] = []
        self._deleted = self._inserted = self._aside = self._picture = 0
        self._sides: tuple[float, float] | None = None
        self._chosen: set[str] = set()
        self._fallback = 0

    def read(self, events: Iterable[Event]) -> Iterator[Fragment]:
        """Read all events and hand out the text, windows and rows."""
        for event in events:
            yield from self.event(event)
        yield from self.flow.rest()

    def event(self, event: Event) -> Iterator[Fragment]:
        """Read one event; after the last one, ``flow.rest`` is still to be handed out."""
        kind, name, value = event
        if kind == TEXT:
            self._text(value)
        elif kind == START:
            yield from self._start(name, value)
        elif kind == END:
            yield from self._end(name)
            if self.flow.is_full:
                yield from self.flow.full()
        elif kind == COMMENT and could_hold(value):
            yield Fragment(value, replace(self._place, part="hidden comment"))

    def turn(self, place: Place) -> Iterator[Fragment]:
        """Go on at another place, such as the next page."""
        yield from self.flow.rest()
        self.flow = Flow(place)
        self._place = place

    def _text(self, text: str) -> None:
        if not self._paragraphs:
            self._loose.append(text)
        elif not ("\n" in text and text.isspace()):  # between elements, for the eye
            self._put(text)

    def _put(self, text: str) -> None:
        """Put text into the open paragraph, if there is one."""
        if not self._paragraphs:
            return
        paragraph = self._paragraphs[-1]
        if self._aside:
            paragraph.aside.append(text)
        elif self._deleted:
            paragraph.before.append(text)
            paragraph.changed = True
        elif self._inserted:
            paragraph.now.append(text)
        else:
            paragraph.now.append(text)
            paragraph.before.append(text)

    def _start(self, name: str, attributes: dict[str, str]) -> Iterator[Fragment]:
        yield from self._end_loose()
        self._names.append((name, attribute(attributes, "name") if attributes else ""))
        if attributes:
            yield from self._attributes(name, attributes)
        if name in _PARAGRAPHS:
            self._paragraphs.append(_Paragraph())
        elif name in _WRITTEN:
            self._put(_WRITTEN[name] * _repeated(attributes))
        elif name in _DELETED:
            self._deleted += 1
        elif name in _INSERTED:
            self._inserted += 1
        elif name in _ASIDE:
            self._aside += 1
        elif name in _TABLES:
            self._table_count += 1
            self._tables.append(_Table(self._table_count))
        elif name == "AlternateContent":
            self._chosen.clear()
        elif name == "Fallback":
            self._fallback += 1
        elif self._tables:
            self._start_in_table(self._tables[-1], name, attributes)
        self._picture_start(name, attributes)

    @staticmethod
    def _start_in_table(table: _Table, name: str, attributes: dict[str, str]) -> None:
        if name in _ROWS:
            table.row += 1
            table.column = 0
            table.cells = []
        elif name in _CELLS:
            table.texts = []
            table.span = _number(attribute(attributes, "gridSpan"))
        elif name == "gridSpan":
            table.span = _number(attribute(attributes, "val"))

    def _end(self, name: str) -> Iterator[Fragment]:
        yield from self._end_loose()
        if self._names:
            self._names.pop()
        if name in _PARAGRAPHS:
            if self._paragraphs:
                yield from self._end_paragraph(self._paragraphs.pop())
        elif name in _DELETED:
            self._deleted -= 1
        elif name in _INSERTED:
            self._inserted -= 1
        elif name in _ASIDE:
            self._aside -= 1
            if self._paragraphs:
                self._paragraphs[-1].aside.append("\n")
        elif name == "Fallback":
            self._fallback -= 1
        elif name in _TABLES:
            if self._tables:
                self._tables.pop()
        elif self._tables:
            yield from self._end_in_table(self._tables[-1], name)
        self._picture_end(name)

    def _end_loose(self) -> Iterator[Fragment]:
        """Write the text that stands in no paragraph, such as a property, under its name."""
        if not self._loose:
            return
        text = integer_text(unescaped("".join(self._loose).strip()))
        if self._names and self._names[-1][0].endswith(("Header", "Footer")):
            text = _HEADER_CODE.sub(" ", text)
        self._loose.clear()
        if text and not _IDENTIFIER.fullmatch(text):
            place = self._line(text)
            if could_hold(text):
                yield Fragment(text, place, fields=(*self._labels(), *self.labels))

    def _labels(self) -> tuple[str, ...]:
        """Return what the elements around are called, nearest first."""
        around = reversed(self._names[-3:])
        return tuple(dict.fromkeys(name for names in around for name in names[::-1] if name))

    def _end_paragraph(self, paragraph: _Paragraph) -> Iterator[Fragment]:
        text = "".join(paragraph.now)
        if self._fallback and text in self._chosen:
            return
        self._chosen.add(text)
        if text and not text.isspace():
            self._line(text)
        if paragraph.changed:
            before = "".join(paragraph.before)
            yield Fragment(before, replace(self._line(before), part="deleted text"))
        aside = "".join(paragraph.aside)
        if aside.strip():
            self._line(aside)

    def _line(self, text: str) -> Place:
        """Write a line: into the cell that is open, else into the flow."""
        if self._tables and self._tables[-1].texts is not None:
            self._tables[-1].texts.append(text)
            return self._place
        place = self.flow.write(text)
        self.flow.write("\n")
        return place

    def _end_in_table(self, table: _Table, name: str) -> Iterator[Fragment]:
        if name in _CELLS:
            text = "\n".join(table.texts or ())
            if text:
                table.cells.append(Cell(table.column + 1, text, table.span))
            table.column += table.span
            table.span = 1
            table.texts = None
        elif name in _ROWS and table.cells:
            yield from self._row(table)

    def _row(self, table: _Table) -> Iterator[Fragment]:
        """Write a row as one line, and hand out its cells as one record."""
        record = f"{self._key} {table.number} {table.row}"
        for cell, fields in table.grid.row(table.row, table.cells):
            place = self.flow.write(cell.text, is_row=True)
            self.flow.write("\t", is_row=True)
            yield Fragment(cell.text, place, record=record, fields=fields)
        self.flow.write("\n", is_row=True)
        table.cells = []

    def _attributes(self, name: str, attributes: dict[str, str]) -> Iterator[Fragment]:
        """Write what attributes tell a reader, and hand out those that could hold a number."""
        if name in _FONTS:
            return
        for key, value in attributes.items():
            local = key.rpartition(":")[2]
            if local in _TELLING or (local == "val" and name in _LABELS):
                if value and not value.isspace():
                    self._line(value)
            elif len(value) >= FEWEST and local not in _TECHNICAL:
                text = integer_text(value)
                if could_hold(text) and not _IDENTIFIER.fullmatch(text):
                    place = replace(self._place, part="attribute")
                    yield Fragment(text, place, fields=(local, *self._labels(), *self.labels))

    def _picture_start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "pic":
            self._picture += 1
            self._sides = None
        elif name in {"ext", "extent"} and "cx" in attributes:
            self._sides = _sides_emu(attributes)
        elif name in {"shape", "rect"} and "style" in attributes:
            self._sides = _sides_style(attributes["style"])
        elif name == "frame":
            width, height = attribute(attributes, "width"), attribute(attributes, "height")
            self._sides = _sides_style(f"width:{width};height:{height}")
        elif (
            name == "imagedata"
            or (name == "blip" and not self._picture)
            or (name == "image" and "ObjectReplacements/" not in attribute(attributes, "href"))
        ):
            self._decide()

    def _picture_end(self, name: str) -> None:
        if name == "pic" and self._picture:
            self._picture -= 1
            self._decide()

    def _decide(self) -> None:
        """A picture of unknown size is taken for a large one; a banner is too flat for a card."""
        sides = self._sides
        self.pictures |= sides is None or (
            min(sides) >= LARGE_SIDE_CM and sides[0] * sides[1] >= LARGE_PICTURE_CM2
        )


def _number(text: str) -> int:
    """Read a span; nonsense is one cell."""
    return int(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 4 else 1  # noqa: PLR2004


def _repeated(attributes: dict[str, str]) -> int:
    return _number(attribute(attributes, "c")) if attributes else 1


def _sides_emu(attributes: dict[str, str]) -> tuple[float, float] | None:
    try:
        return int(attributes["cx"]) / _EMU_PER_CM, int(attributes["cy"]) / _EMU_PER_CM
    except (KeyError, ValueError):
        return None


def _sides_style(style: str) -> tuple[float, float] | None:
    found = {
        key: float(size) * _POINTS[unit] / _POINTS_PER_CM
        for key, size, unit in _STYLE.findall(style)
    }
    return (found["width"], found["height"]) if len(found) > 1 else None
