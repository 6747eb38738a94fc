"""Office files for the corpus: written by the usual libraries, or bent by hand where those cannot."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import docx
import openpyxl

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["docx_bytes", "members", "packed", "sheet_file", "word_file", "xlsx_bytes"]

_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
_RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_EPOCH = (2026, 4, 1, 9, 0, 0)


def packed(members: Mapping[str, str | bytes], *, deflate: bool = True) -> bytes:
    """Pack members into a ZIP with fixed dates."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED
            archive.writestr(entry, content)
    return file.getvalue()


def sheet_file(
    rows: str, *, strings: str = "", more: Mapping[str, str] | None = None, after: str = ""
) -> bytes:
    """Write a workbook of one sheet from raw ``<row>`` and ``<si>`` elements."""
    more = dict(more or {})
    kinds = "".join(
        f'<Override PartName="/{name}" ContentType="application/xml"/>' for name in more
    )
    return packed(
        {
            "[Content_Types].xml": f'{_HEAD}{_TYPES}<Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
            '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
            '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
            f"{kinds}</Types>",
            "_rels/.rels": f'{_HEAD}{_RELATIONS}<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'{_HEAD}{_RELATIONS}<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="rId2" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>',
            "xl/sharedStrings.xml": f'{_HEAD}<sst xmlns="{_MAIN}">{strings}</sst>',
            **more,
        }
    )


def word_file(body: str, *, more: Mapping[str, str] | None = None) -> bytes:
    """Write a document from raw ``<w:p>`` elements."""
    relations = "".join(
        f'<Relationship Id="rId{at}" Type="{_OFFICE}/{name.removeprefix("word/").removesuffix(".xml")}" Target="{name.removeprefix("word/")}"/>'
        for at, name in enumerate(more or {}, start=10)
    )
    return packed(
        {
            "[Content_Types].xml": f'{_HEAD}{_TYPES}<Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
            "_rels/.rels": f'{_HEAD}{_RELATIONS}<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
            "word/_rels/document.xml.rels": f"{_HEAD}{_RELATIONS}{relations}</Relationships>",
            "word/document.xml": f'{_HEAD}<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>',
            **{
                name: _HEAD + text.replace("<w:", f'<w:x xmlns:w="{_WORD}"><w:', 1) + "</w:x>"
                for name, text in (more or {}).items()
            },
        }
    )


def members(document: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def xlsx_bytes(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.Workbook()
    fill(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def docx_bytes(write: Callable[[Any], None]) -> bytes:
    document = docx.Document()
    write(document)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()
