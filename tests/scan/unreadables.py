"""Files that hide what they hold: each must say that it could not be read, and why."""

from __future__ import annotations

import gzip
import io
import zipfile
from functools import cache, partial
from typing import TYPE_CHECKING

import pikepdf
from PIL import Image
from reportlab.lib.utils import ImageReader
from tests.scan.numbers import NUMBERS
from tests.scan.office_files import packed, xlsx_bytes
from tests.scan.placements import Placement
from tests.scan.positives_pdf import pdf_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl import Workbook
    from reportlab.pdfgen.canvas import Canvas

__all__ = ["unreadables"]

_MEMO = f"個人番号 {NUMBERS[0]}"

_POINTER = (
    f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0f' * 32}\nsize 4711\n".encode()
)


@cache
def unreadables() -> tuple[Placement, ...]:
    """Return files whose ``expected`` code an ``Unreadable`` must bear (``|`` between several)."""
    return (*_closed(), *_broken())


def _closed() -> Iterator[Placement]:
    person, error, locked, limit = "MN503", "MN504", "MN505", "MN506"
    yield Placement("pdf scanned", person, "出席簿.pdf", partial(pdf_bytes, _scan), {"page": 1})
    yield Placement(
        "pdf second-page-scanned", person, "出席簿.pdf", partial(pdf_bytes, _two), {"page": 2}
    )
    yield Placement("pdf encrypted", locked, "a.pdf", _locked_pdf)
    yield Placement("zip with scanned pdf", person, "a.zip", _zipped_scan)
    yield Placement("zip encrypted", locked, "a.zip", _locked_zip)
    yield Placement("zip unknown method", error, "a.zip", _unknown_method)
    yield Placement("zip bomb", limit, "a.zip", partial(packed, {"a.txt": bytes(100_000_000)}))
    yield Placement("zip too deep", limit, "a.zip", partial(_deep, 12))
    yield Placement("zip many members", limit, "a.zip", _many)
    yield Placement("gz bomb", limit, "a.gz", partial(gzip.compress, bytes(100_000_000), 6))
    yield Placement("zip of bombs", limit, "a.zip", _nested_bombs)
    yield Placement("zip overlapping", f"{error}|{limit}", "a.zip", _overlapping)
    yield Placement("workbook bomb", limit, "a.xlsx", _bomb_in_workbook)
    yield Placement("workbook entities", f"{error}|{limit}", "a.xlsx", _laughs)
    yield Placement("workbook encrypted", f"{locked}|{error}", "a.xlsx", _locked_office)
    yield Placement(
        "7z", error, "a.7z", partial(bytes, b"7z\xbc\xaf\x27\x1c\0\x04" + bytes(range(200)))
    )
    yield Placement(
        "rar", error, "a.rar", partial(bytes, b"Rar!\x1a\x07\x01\0" + bytes(range(200)))
    )
    yield Placement("lzh", error, "a.lzh", partial(bytes, b"\x20\x30-lh5-" + bytes(range(200))))


def _broken() -> Iterator[Placement]:
    """Yield the good formats, cut or damaged."""
    book = xlsx_bytes(_roster)
    paper = pdf_bytes(lambda canvas: canvas.drawString(80, 700, _MEMO))
    archive = packed({"memo.txt": _MEMO})
    for kind, data in (("xlsx", book), ("pdf", paper), ("zip", archive), ("docx", book)):
        yield Placement(f"{kind} cut", "MN504", f"a.{kind}", partial(bytes, data[: len(data) // 2]))
        yield Placement(
            f"{kind} only-head", "MN504", f"a.{kind}", partial(bytes, data[:8] + bytes(50))
        )
    yield Placement("zip bad-checksum", "MN504", "a.zip", partial(_damaged, archive))
    yield Placement(
        "gz cut", "MN504", "a.gz", partial(bytes, gzip.compress(bytes(range(256)))[:40])
    )
    yield Placement(
        "jpeg cut", "MN503|MN504", "a.jpg", partial(bytes, b"\xff\xd8\xff\xe1\xff\xff" + b"x" * 9)
    )
    yield Placement("picture", "MN503", "scan.png", _picture)


def _roster(book: Workbook) -> None:
    book.active.append(["個人番号", NUMBERS[0]])


def _scan(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Image.new("L", (60, 80), 200)), 0, 0, 595, 842)


def _two(canvas: Canvas) -> None:
    canvas.drawString(80, 700, "表紙")
    canvas.showPage()
    _scan(canvas)


def _locked_pdf() -> bytes:
    file = io.BytesIO()
    plain = pdf_bytes(lambda canvas: canvas.drawString(80, 700, _MEMO))
    with pikepdf.open(io.BytesIO(plain)) as pdf:
        pdf.save(file, encryption=pikepdf.Encryption(owner="o", user="u"))
    return file.getvalue()


def _zipped_scan() -> bytes:
    return packed({"a.txt": "-", "出席簿.pdf": pdf_bytes(_scan)})


def _locked_zip() -> bytes:
    """Set the flag of encryption in both headers, as an archiver does."""
    data = bytearray(packed({"memo.txt": _MEMO}, deflate=False))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def _unknown_method() -> bytes:
    data = bytearray(packed({"memo.txt": _MEMO}))
    data[8] = 97
    data[data.rindex(b"PK\x01\x02") + 10] = 97
    return bytes(data)


def _deep(levels: int) -> bytes:
    data = packed({"memo.txt": _MEMO})
    for _ in range(levels):
        data = packed({"a.zip": data})
    return data


def _many() -> bytes:
    return packed({f"{at}.txt": "" for at in range(20_000)}, deflate=False)


def _nested_bombs() -> bytes:
    bomb = packed({"a.txt": bytes(100_000_000)})
    return packed({f"{at}.zip": bomb for at in range(20)})


def _overlapping() -> bytes:
    """Two entries of the directory point at one body: how the densest bombs are made."""
    data = packed({"a.txt": _MEMO * 40, "b.txt": _MEMO * 40})
    first = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", first + 4)
    moved = bytearray(data)
    moved[second + 42 : second + 46] = bytes(4)
    return bytes(moved)


def _bomb_in_workbook() -> bytes:
    return packed(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": "<workbook/>",
            "xl/worksheets/sheet1.xml": b"<worksheet>" + b" " * 100_000_000,
        }
    )


def _laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 10))
    text = f'<!DOCTYPE x [<!ENTITY l0 "ha">{entities}]><worksheet><sheetData><row><c t="inlineStr"><is><t>&l9;</t></is></c></row></sheetData></worksheet>'
    return packed(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": "<workbook/>",
            "xl/worksheets/sheet1.xml": text,
        }
    )


def _locked_office() -> bytes:
    """An OLE2 file with the stream names of an encrypted workbook."""
    sector = bytearray(512)
    sector[:8] = bytes.fromhex("d0cf11e0a1b11ae1")
    names = "EncryptionInfo".encode("utf-16-le") + bytes(8) + "EncryptedPackage".encode("utf-16-le")
    return bytes(sector) + names + bytes(2048)


def _damaged(archive: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(archive)) as good:
        at = good.infolist()[0].header_offset + 30 + len("memo.txt") + 3
    return archive[:at] + bytes([archive[at] ^ 0x55]) + archive[at + 1 :]


def _picture() -> bytes:
    file = io.BytesIO()
    Image.new("L", (60, 80), 200).save(file, "PNG")
    return file.getvalue()
