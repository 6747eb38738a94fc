"""What the tests of the office and PDF readers share: files built by hand, and reading by the registry."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import TYPE_CHECKING

from mnaudit.load.readers import Limits, SourceBytes, read_fragments
from mnaudit.model.scan import Fragment, Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mnaudit.model.scan import Place

__all__ = [
    "SHEET",
    "book",
    "compound_file",
    "holding",
    "paragraph",
    "placed",
    "read",
    "texts",
    "unread",
    "word",
    "zipped",
]

SHEET = "xl/worksheets/sheet1.xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def read(name: str, data: bytes, limits: Limits | None = None) -> list[Fragment | Unreadable]:
    """Read a file as the scanner does."""
    source = SourceBytes(name, len(data), lambda: io.BytesIO(data))
    return list(read_fragments(source, limits))


def texts(items: Sequence[Fragment | Unreadable]) -> list[str]:
    return [item.text for item in items if isinstance(item, Fragment)]


def holding(items: Sequence[Fragment | Unreadable], text: str) -> list[Fragment]:
    """Return the fragments that hold a text."""
    return [item for item in items if isinstance(item, Fragment) and text in item.text]


def placed(items: Sequence[Fragment | Unreadable], text: str) -> list[Place]:
    """Return where a text stands."""
    return [fragment.at(fragment.text.index(text)) for fragment in holding(items, text)]


def unread(items: Sequence[Fragment | Unreadable]) -> list[tuple[str, str]]:
    return [(item.code, item.reason) for item in items if isinstance(item, Unreadable)]


def zipped(parts: Mapping[str, str | bytes], *, comment: bytes = b"") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
        archive.comment = comment
    return file.getvalue()


def book(
    rows: str, *, after: str = "", name: str = "表", parts: Mapping[str, str | bytes] | None = None
) -> bytes:
    """Write a workbook of one sheet from raw ``<row>`` elements."""
    return zipped(
        {
            "xl/workbook.xml": f'<workbook xmlns:r="{_RELATION}"><sheets><sheet name="{name}" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships><Relationship Id="rId1" Type="{_RELATION}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
            SHEET: f"<worksheet><sheetData>{rows}</sheetData>{after}</worksheet>",
            **(parts or {}),
        }
    )


def word(body: str, parts: Mapping[str, str | bytes] | None = None) -> bytes:
    """Write a document from raw paragraphs."""
    return zipped(
        {
            "word/document.xml": f"<w:document><w:body>{body}</w:body></w:document>".replace(
                "<w:document>", '<w:document xmlns:w="urn:w">', 1
            ),
            **(parts or {}),
        }
    )


def paragraph(*runs: str) -> str:
    return "<w:p>" + "".join(f"<w:r><w:t>{run}</w:t></w:r>" for run in runs) + "</w:p>"


_SECTOR, _MINI, _CUTOFF = 512, 64, 4_096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """Write a compound file ([MS-CFB] 2): small streams in small sectors, as programs do."""
    body, table = bytearray(), [_FAT]
    mini, mini_table = bytearray(), list[int]()

    def put(data: bytes) -> int:
        """Write into sectors, and return the first of them."""
        first, count = len(table), -(-len(data) // _SECTOR)
        table.extend([*range(first + 1, first + count), _END])
        body.extend(data.ljust(count * _SECTOR, b"\0"))
        return first

    entries = []
    for name, data in streams.items():
        if len(data) >= _CUTOFF:
            entries.append(_entry(name, 2, put(data), len(data)))
            continue
        first, count = len(mini_table), -(-len(data) // _MINI)
        mini_table += [*range(first + 1, first + count), _END]
        mini.extend(data.ljust(count * _MINI, b"\0"))
        entries.append(_entry(name, 2, first, len(data)))
    root = put(bytes(mini)) if mini else _END
    small = put(struct.pack(f"<{len(mini_table)}I", *mini_table)) if mini else _END
    start = put(b"".join([_entry("Root Entry", 5, root, len(mini)), *entries]))
    table += [_FREE] * (_SECTOR // 4 - len(table))
    assert len(table) == _SECTOR // 4, "one table of sectors is enough for tests"
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        *(0x3E, 3, 0xFFFE, 9, 6),
        *(0, 1, start, 0, _CUTOFF, small, int(bool(mini)), _END, 0),
    )
    difat = struct.pack("<109I", 0, *[_FREE] * 108)
    return header + difat + struct.pack(f"<{len(table)}I", *table) + bytes(body)


def _entry(name: str, kind: int, start: int, size: int) -> bytes:
    letters = (name + "\0").encode("utf-16-le")
    return struct.pack("<64sHB49xIQ", letters, len(letters), kind, start, size)
