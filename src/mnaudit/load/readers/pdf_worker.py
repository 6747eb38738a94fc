"""The process that opens PDF files: text, fields, annotations, properties, attachments, pictures.

Run by its path, and alone: PDFium is C++ and meets files made to break it, so a crash or an endless
loop must take only this process with it. It gets PDF files on its standard input and answers in
frames; ``pdf`` is the other end. It runs no script, opens no address, writes no file.

Imports nothing of mnaudit, so that it starts quickly.
"""

from __future__ import annotations

import base64
import ctypes
import json
import math
import re
import struct
import sys
from importlib import import_module
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence

__all__ = ["Item", "extract", "main", "reading_order", "table_cells"]

_MAX_PAGES: Final = 5_000
_MAX_OBJECTS: Final = 20_000
_MAX_OUTLINE: Final = 20_000
_MEMORY: Final = 2 * 2**30
_FRAME: Final = struct.Struct("<Q")
_POINTS_PER_CM: Final = 72 / 2.54
_LARGE_CM2: Final = 15
_LARGE_SIDE_CM: Final = 2.5
_MOSTLY: Final = 0.5
_DRAWN: Final = 60
"""Curves and lines on a page without text: from here on they could be letters."""
_FEWEST_DIGITS: Final = 11
_DIGIT: Final = re.compile(r"[\d〇零一二三四五六七八九壱弐参]")
_SPACE: Final = re.compile(r"\s+")
_HEADS: Final = 2
_MAX_LABELS: Final = 5_000
_LABEL_LENGTH: Final = 20
_SPACE_CODE: Final = 0x20
_SURROGATE: Final = 0xD800 >> 11
_VERTICAL_PAIRS: Final = 4
_TEXT_KEYS: Final = (b"Contents", b"RC", b"T", b"TU", b"Subj", b"V", b"DV")
_WIDGET: Final = 20
_FORM: Final = 5
_IMAGE: Final = 3
_PATH: Final = 2
_SHADING: Final = 4
_ENCRYPTED: Final = frozenset({4, 5})
"""FPDF_ERR_PASSWORD and FPDF_ERR_SECURITY."""


class Item(NamedTuple):
    """Something that was found, or could not be looked at.

    Attributes:
        kind: ``text``, ``order``, ``cell``, ``field``, ``annotation``, ``metadata``, ``outline``, ``label``,
            ``script``, ``attachment``, ``xml``; or ``unreadable``.
        page: From 1; None for the file.
        text: What was found; base64 of bytes; the reason.
        name: Of a field, an attachment, a property.
    """

    kind: str
    page: int | None
    text: str
    name: str = ""


def main(source: BinaryIO, target: BinaryIO) -> None:
    """Answer one file after the other until there are no more.

    A file is its length (eight bytes, little-endian) and its bytes. An answer is frames of the same
    shape, JSON each; an empty one is the last.
    """
    while len(header := source.read(_FRAME.size)) == _FRAME.size:
        data = source.read(_FRAME.unpack(header)[0])
        for item in extract(data):
            body = json.dumps(item).encode("ascii")
            target.write(_FRAME.pack(len(body)) + body)
        target.write(_FRAME.pack(0))
        target.flush()


def extract(data: bytes) -> Iterator[Item]:
    """Yield what is in a PDF file."""
    pypdfium2: Any = import_module("pypdfium2")
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        encrypted = getattr(error, "err_code", None) in _ENCRYPTED
        yield Item("unreadable", None, "encrypted" if encrypted else "broken")
        return
    try:
        yield from _Document(document).items()
    finally:
        document.close()


class _Document:
    def __init__(self, document: Any) -> None:
        self._pdf = document
        self._raw: Any = import_module("pypdfium2.raw")
        self._error: type[Exception] = import_module("pypdfium2").PdfiumError
        self._form: Any = None

    def items(self) -> Iterator[Item]:
        """Yield everything, page by page, then what belongs to the whole."""
        if self._pdf.get_formtype():
            try:
                self._pdf.init_forms()
                self._form = self._pdf.formenv
            except self._error:
                yield Item("unreadable", None, "form")
        count = len(self._pdf)
        for number in range(1, min(count, _MAX_PAGES) + 1):
            yield from self._page(number)
        if count > _MAX_PAGES:
            yield Item("unreadable", _MAX_PAGES + 1, "pages")
        if count == 0:
            yield Item("unreadable", None, "broken")
        yield from self._properties()
        yield from self._scripts()
        yield from self._attachments()
        yield from self._xfa()

    def _page(self, number: int) -> Iterator[Item]:
        if label := self._pdf.get_page_label(number - 1):
            yield Item("label", number, label)
        try:
            page = self._pdf.get_page(number - 1)
        except self._error:
            yield Item("unreadable", number, "broken")
            return
        try:
            text = yield from self._text(page, number)
            yield from self._pictures(page, number, text)
            yield from self._annotations(page, number)
        finally:
            page.close()

    def _text(self, page: Any, number: int) -> Generator[Item, None, str]:
        """Yield the text of a page, in the order of the file and as one sees it; return it."""
        try:
            textpage = page.get_textpage()
        except self._error:
            yield Item("unreadable", number, "broken")
            return ""
        try:
            text: str = textpage.get_text_range().replace("\r\n", "\n").replace("\x02", "-")
            if text.strip():
                yield Item("text", number, text)
            count = textpage.count_chars()
            is_unmapped, page_ = self._raw.FPDFText_HasUnicodeMapError, textpage.raw
            unmapped = sum(is_unmapped(page_, at) == 1 for at in range(count))
            if unmapped >= _FEWEST_DIGITS:
                yield Item("unreadable", number, "unmapped text")
            if len(_DIGIT.findall(text)) >= _FEWEST_DIGITS:
                seen = [_SPACE.sub("", text)]
                glyphs = tuple(self._glyphs(textpage, count))
                for cell, labels in table_cells(glyphs):
                    yield Item("cell", number, cell, "\n".join(labels))
                for version in reading_order(glyphs):
                    bare = _SPACE.sub("", version)
                    if bare not in seen:
                        seen.append(bare)
                        yield Item("order", number, version)
        finally:
            textpage.close()
        return text

    def _glyphs(self, textpage: Any, count: int) -> Iterator[_Glyph]:
        """Yield the letters of a page, with their left end and their foot."""
        raw, page = self._raw, textpage.raw
        letter_of, box_of, angle_of = (
            raw.FPDFText_GetUnicode,
            raw.FPDFText_GetLooseCharBox,
            raw.FPDFText_GetCharAngle,
        )
        box = raw.FS_RECTF()
        at_box = ctypes.byref(box)
        for at in range(count):
            letter = letter_of(page, at)
            if letter <= _SPACE_CODE or letter > sys.maxunicode or letter >> 11 == _SURROGATE:
                continue
            if box_of(page, at, at_box):
                left, bottom, right, top = box.left, box.bottom, box.right, box.top
                size = max(top - bottom, right - left) or 1.0
                angle = angle_of(page, at)
                yield _Glyph(chr(letter), left, bottom, size, max(angle, 0.0))

    def _pictures(self, page: Any, number: int, text: str) -> Iterator[Item]:
        """Tell whether pictures of a page could show what its text does not."""
        images, drawn = self._shown(page)
        width, height = page.get_size()
        whole = max(1.0, width * height)
        if not text.strip():
            if images or drawn >= _DRAWN:
                yield Item("unreadable", number, "scan")
            return
        covered = sum(across * up for across, up in images)
        if covered >= _MOSTLY * whole or any(_is_large(*sides) for sides in images):
            yield Item("unreadable", number, "picture")

    def _shown(self, page: Any) -> tuple[list[tuple[float, float]], int]:
        """Return the sides of all images, and how many lines and curves there are."""
        images: list[tuple[float, float]] = []
        drawn = 0
        left, bottom = ctypes.c_float(), ctypes.c_float()
        right, top = ctypes.c_float(), ctypes.c_float()
        raw = self._raw
        for count, item in enumerate(self._objects(page)):
            kind = raw.FPDFPageObj_GetType(item)
            if kind == _PATH:
                drawn += raw.FPDFPath_CountSegments(item) > 4  # noqa: PLR2004 - more than a box
            elif kind in {_IMAGE, _SHADING} and raw.FPDFPageObj_GetBounds(
                item, *(ctypes.byref(side) for side in (left, bottom, right, top))
            ):
                images += [(right.value - left.value, top.value - bottom.value)] * (kind == _IMAGE)
            if count >= _MAX_OBJECTS:
                break
        return images, drawn

    def _objects(self, page: Any) -> Iterator[Any]:
        raw = self._raw
        for at in range(raw.FPDFPage_CountObjects(page)):
            yield from self._nested(raw.FPDFPage_GetObject(page, at), 0)

    def _nested(self, item: Any, depth: int) -> Iterator[Any]:
        raw = self._raw
        yield item
        if raw.FPDFPageObj_GetType(item) == _FORM and depth < 5:  # noqa: PLR2004
            for at in range(raw.FPDFFormObj_CountObjects(item)):
                yield from self._nested(raw.FPDFFormObj_GetObject(item, at), depth + 1)

    def _annotations(self, page: Any, number: int) -> Iterator[Item]:
        raw = self._raw
        for at in range(min(raw.FPDFPage_GetAnnotCount(page), _MAX_OBJECTS)):
            annotation = raw.FPDFPage_GetAnnot(page, at)
            if not annotation:
                continue
            try:
                yield from self._annotation(page, annotation, number)
            finally:
                raw.FPDFPage_CloseAnnot(annotation)

    def _annotation(self, page: Any, annotation: Any, number: int) -> Iterator[Item]:
        raw = self._raw
        values = [self._string(raw.FPDFAnnot_GetStringValue, annotation, key) for key in _TEXT_KEYS]
        if self._form and raw.FPDFAnnot_GetSubtype(annotation) == _WIDGET:
            form = self._form
            names = [
                self._string(get, form, annotation)
                for get in (raw.FPDFAnnot_GetFormFieldAlternateName, raw.FPDFAnnot_GetFormFieldName)
            ]
            value = self._string(raw.FPDFAnnot_GetFormFieldValue, form, annotation)
            names = [name for name in names if name]
            if value:
                names += self._beside(page, annotation)
                yield Item("field", number, value, "\n".join(dict.fromkeys(names)))
            values = [text for text in values if text not in {*names, value}]
            values += [
                self._string(raw.FPDFAnnot_GetOptionLabel, form, annotation, index)
                for index in range(max(0, raw.FPDFAnnot_GetOptionCount(form, annotation)))
            ]
        text = "\n".join(dict.fromkeys(value for value in values if value))
        if text:
            yield Item("annotation", number, text)
        attached = raw.FPDFAnnot_GetFileAttachment(annotation)
        if attached:
            yield from self._attachment(attached)

    def _beside(self, page: Any, annotation: Any) -> list[str]:
        """Return what is written on the left of a field and above it: its label, for a reader."""
        box = self._raw.FS_RECTF()
        if not self._raw.FPDFAnnot_GetRect(annotation, ctypes.byref(box)):
            return []
        textpage = page.get_textpage()
        try:
            left = textpage.get_text_bounded(box.left - 250, box.bottom - 2, box.left, box.top + 2)
            above = textpage.get_text_bounded(box.left - 20, box.top, box.right + 20, box.top + 25)
        finally:
            textpage.close()
        return [line for text in (left, above) for line in text.split("\r\n")[-1:] if line]

    def _string(self, get: Any, *arguments: Any) -> str:
        """Ask for a text in UTF-16: first for its length, then for itself."""
        size = get(*arguments, None, 0)
        if size <= 2:  # noqa: PLR2004 - the end mark alone
            return ""
        buffer = ctypes.create_string_buffer(size)
        get(*arguments, ctypes.cast(buffer, ctypes.POINTER(self._raw.FPDF_WCHAR)), size)
        return buffer.raw.decode("utf-16-le", "replace").rstrip("\0")

    def _properties(self) -> Iterator[Item]:
        for name, value in self._pdf.get_metadata_dict(skip_empty=True).items():
            yield Item("metadata", None, value, name)
        titles = []
        for mark in self._pdf.get_toc():
            titles.append(mark.get_title())
            if len(titles) >= _MAX_OUTLINE:
                yield Item("unreadable", None, "outline")
                break
        if titles:
            yield Item("outline", None, "\n".join(titles))

    def _scripts(self) -> Iterator[Item]:
        raw = self._raw
        for at in range(max(0, raw.FPDFDoc_GetJavaScriptActionCount(self._pdf))):
            action = raw.FPDFDoc_GetJavaScriptAction(self._pdf, at)
            if action:
                script = self._string(raw.FPDFJavaScriptAction_GetScript, action)
                raw.FPDFDoc_CloseJavaScriptAction(action)
                if script:
                    yield Item("script", None, script)

    def _attachments(self) -> Iterator[Item]:
        raw = self._raw
        for at in range(min(max(0, raw.FPDFDoc_GetAttachmentCount(self._pdf)), _MAX_OBJECTS)):
            attachment = raw.FPDFDoc_GetAttachment(self._pdf, at)
            if attachment:
                yield from self._attachment(attachment)

    def _attachment(self, attachment: Any) -> Iterator[Item]:
        raw = self._raw
        name = self._string(raw.FPDFAttachment_GetName, attachment)
        size = ctypes.c_ulong()
        known = raw.FPDFAttachment_GetFile(attachment, None, 0, ctypes.byref(size))
        if not known:
            yield Item("unreadable", None, "attachment")
            return
        buffer = ctypes.create_string_buffer(size.value)
        raw.FPDFAttachment_GetFile(attachment, buffer, size.value, ctypes.byref(size))
        data = base64.b64encode(buffer.raw[: size.value]).decode("ascii")
        yield Item("attachment", None, data, name or "attachment")

    def _xfa(self) -> Iterator[Item]:
        """Yield the packets of an XFA form: XML that holds its data."""
        raw = self._raw
        for at in range(min(max(0, raw.FPDF_GetXFAPacketCount(self._pdf)), _MAX_OBJECTS)):
            size = ctypes.c_ulong()
            if not raw.FPDF_GetXFAPacketContent(self._pdf, at, None, 0, ctypes.byref(size)):
                yield Item("unreadable", None, "form")
                continue
            buffer = ctypes.create_string_buffer(size.value)
            raw.FPDF_GetXFAPacketContent(self._pdf, at, buffer, size.value, ctypes.byref(size))
            yield Item("xml", None, base64.b64encode(buffer.raw[: size.value]).decode("ascii"))


def _is_large(across: float, up: float) -> bool:
    across, up = across / _POINTS_PER_CM, up / _POINTS_PER_CM
    return min(across, up) >= _LARGE_SIDE_CM and across * up >= _LARGE_CM2


class _Glyph(NamedTuple):
    letter: str
    x: float
    y: float
    size: float
    angle: float


def reading_order(glyphs: Iterable[_Glyph]) -> Iterator[str]:
    """Yield the text as one sees it: in lines from the top, and in columns if it runs downwards.

    The order in a file is that of drawing: a form may have its boxes filled from right to left.
    """
    turned: dict[int, list[_Glyph]] = {}
    for glyph in glyphs:
        quarter = round(glyph.angle / (math.pi / 2)) % 4 if glyph.angle else 0
        turned.setdefault(quarter, []).append(_turned(glyph, quarter) if quarter else glyph)
    for group in turned.values():
        yield _lines(group)
        if _is_vertical(group):
            yield _lines([glyph._replace(x=-glyph.y, y=glyph.x) for glyph in group])


def _turned(glyph: _Glyph, quarter: int) -> _Glyph:
    """Turn a letter so that it stands upright; angles are told clockwise."""
    angle = -quarter * math.pi / 2
    x = glyph.x * math.cos(angle) + glyph.y * math.sin(angle)
    y = glyph.y * math.cos(angle) - glyph.x * math.sin(angle)
    return glyph._replace(x=x, y=y)


def _is_vertical(glyphs: Sequence[_Glyph]) -> bool:
    """Tell whether letters follow each other downwards."""
    pairs = pairwise(glyphs)
    down = sum(
        abs(one.x - two.x) < 0.3 * one.size and 0.3 * one.size < one.y - two.y < 4 * one.size
        for one, two in pairs
    )
    return down >= _VERTICAL_PAIRS


def _lines(glyphs: Sequence[_Glyph]) -> str:
    """Write letters in lines from the top, each from the left."""
    return "\n".join(map(_line, _rows(glyphs)))


def _rows(glyphs: Iterable[_Glyph]) -> list[list[_Glyph]]:
    """Put letters into lines by their height, and into order by where they stand."""
    lines: list[list[_Glyph]] = []
    height, size = 0.0, 0.0
    for glyph in sorted(glyphs, key=_BY_HEIGHT, reverse=True):
        if lines and height - glyph.y < 0.4 * max(glyph.size, size):
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
            height, size = glyph.y, glyph.size
    return [sorted(line, key=_BY_LEFT) for line in lines]


def _line(glyphs: Sequence[_Glyph]) -> str:
    pieces = [glyphs[0].letter]
    for one, two in pairwise(glyphs):
        gap = (two.x - one.x) / one.size
        # Boxes of a form are about as wide as two letters; what is far apart is another column.
        if gap > 1.2:  # noqa: PLR2004
            pieces.append("\n" if gap > 5 else " ")  # noqa: PLR2004
        pieces.append(two.letter)
    return "".join(pieces)


class _Cell(NamedTuple):
    text: str
    left: float
    right: float
    size: float


def table_cells(glyphs: Iterable[_Glyph]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the cells with many digits in the rows of a table, each with the labels above it.

    A page has no tables, only letters; what stands apart in a line is taken for cells, and what
    stands above a cell in such lines, without being digits, for its labels.
    """
    above: list[_Cell] = []
    for line in _rows(glyph for glyph in glyphs if not glyph.angle):
        cells = _cells(line)
        for cell in cells if len(cells) > 1 else ():
            if len(_DIGIT.findall(cell.text)) >= _FEWEST_DIGITS:
                labels = [one.text for one in above if _overlap(one, cell)]
                if labels:
                    yield cell.text, tuple(dict.fromkeys([labels[-1], *labels[:_HEADS]]))
            elif len(above) < _MAX_LABELS and _is_label(cell.text):
                above.append(cell)


def _cells(line: Sequence[_Glyph]) -> list[_Cell]:
    """Cut a line where there is a gap; digits in boxes of their own are one cell."""
    cells: list[_Cell] = []
    for glyph in line:
        right = glyph.x + glyph.size
        last = cells[-1] if cells else None
        gap = (glyph.x - last.right) / glyph.size if last else 0.0
        is_box = last is not None and last.text[-1].isdecimal() and glyph.letter.isdecimal()
        if last is None or gap > (4 if is_box else 0.2):
            cells.append(_Cell(glyph.letter, glyph.x, right, glyph.size))
        else:
            cells[-1] = last._replace(text=last.text + glyph.letter, right=right)
    return cells


def _overlap(one: _Cell, two: _Cell) -> bool:
    return one.left < two.right and two.left < one.right


def _is_label(text: str) -> bool:
    return len(text) <= _LABEL_LENGTH and not any(map(str.isdecimal, text))


_BY_HEIGHT: Final = attrgetter("y")
_BY_LEFT: Final = attrgetter("x")


def _limit_memory() -> None:
    """Ask the system for less memory than a file may want; not every system can be asked."""
    try:
        import resource  # noqa: PLC0415
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = _MEMORY if hard == resource.RLIM_INFINITY else min(_MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


if __name__ == "__main__":
    sys.path[:] = json.loads(sys.argv[1])
    _limit_memory()
    main(sys.stdin.buffer, sys.stdout.buffer)
