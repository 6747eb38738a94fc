"""However an office or PDF file is damaged, reading it ends, and shows nothing of it.

The registry drops every error of a reader; what is looked for here is a reader that does not end, or
that ends the program. Bounded: some hundred damaged files a run, the same in every run.
"""

from __future__ import annotations

import io
import struct
import zipfile
from functools import cache
from typing import TYPE_CHECKING

import pytest
import xlwt
from hypothesis import HealthCheck, given, settings, strategies as st
from tests.load.readers.office import book, compound_file, paragraph, read, word, zipped
from tests.load.readers.test_pdf import both, drawn, field, line
from tests.scan.numbers import NUMBERS

from mnaudit.load.readers import Limits, pdf
from mnaudit.model.scan import Fragment, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

NUMBER = NUMBERS[0]
SMALL = Limits(file_bytes=2**22, members=300, expanded_bytes=2**24, fragments=20_000)
BOUNDED = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module", autouse=True)
def ended() -> Iterator[None]:
    yield
    pdf.close()


@cache
def samples() -> dict[str, bytes]:
    workbook = xlwt.Workbook(encoding="utf-8")
    sheet = workbook.add_sheet("名簿")
    for at in range(40):
        sheet.write(at, 0, f"個人番号 {NUMBER}")
        sheet.write(at, 1, int(NUMBER))
    xls = io.BytesIO()
    workbook.save(xls)
    table = f"<w:tbl><w:tr><w:tc>{paragraph('個人番号')}</w:tc><w:tc>{paragraph(NUMBER)}</w:tc></w:tr></w:tbl>"
    cells = "".join(
        f'<row r="{at}"><c r="A{at}" t="inlineStr"><is><t>個人番号</t></is></c><c r="B{at}" s="1"><v>{NUMBER}</v><f>A1</f></c></row>'
        for at in range(1, 20)
    )
    content = "<office:document-content xmlns:office='o' xmlns:table='t' xmlns:text='x'><office:spreadsheet><table:table table:name='a'><table:table-row><table:table-cell><text:p>{0}</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:document-content>"
    slide = f"<p:sld xmlns:p='p' xmlns:a='a'><a:p><a:t>個人番号 {NUMBER}</a:t></a:p></p:sld>"
    atom = struct.pack("<HHI", 0, 0x0FA8, 12) + NUMBER.encode()
    return {
        "a.xlsx": book(cells, after='<mergeCells><mergeCell ref="A1:B2"/></mergeCells>'),
        "a.docx": word(paragraph("個人番号 ", NUMBER) + table),
        "a.pptx": zipped({"ppt/slides/slide1.xml": slide}),
        "a.ods": zipped({"mimetype": "x", "content.xml": content.format(NUMBER)}),
        "a.xls": xls.getvalue(),
        "a.ppt": compound_file({"PowerPoint Document": atom * 20, "Foo": b"x" * 5_000}),
        "a.rtf": rb"{\rtf1\ansi\ansicpg932{\fonttbl{\f0\fcharset128 M;}}\f0\'8c\'c2 "
        + NUMBER.encode()
        + rb"\par{\pict 89}\u20491?{\object{\*\objdata d0cf}}}",
        "a.pdf": drawn(both(line(f"個人番号 {NUMBER}"), field("a", NUMBER)), line("二頁")),
    }


NAMES = ("a.xlsx", "a.docx", "a.pptx", "a.ods", "a.xls", "a.ppt", "a.rtf", "a.pdf")


@st.composite
def damages(draw: st.DrawFn) -> list[tuple[float, str, bytes]]:
    """Draw what to do where: the place as a part of the length."""
    place = st.floats(0, 1, exclude_max=True)
    kinds = st.sampled_from(["set", "insert", "cut", "drop", "repeat"])
    return draw(
        st.lists(st.tuples(place, kinds, st.binary(min_size=1, max_size=8)), min_size=1, max_size=6)
    )


def damaged(data: bytes, done: list[tuple[float, str, bytes]]) -> bytes:
    for where, kind, what in done:
        at = int(where * len(data))
        if kind == "set":
            data = data[:at] + what + data[at + len(what) :]
        elif kind == "insert":
            data = data[:at] + what + data[at:]
        elif kind == "cut":
            data = data[: max(at, 8)]
        elif kind == "drop":
            data = data[:at] + data[at + 16 * len(what) :]
        else:
            data = data[:at] + data[at : at + 64] * (4 * len(what)) + data[at:]
    return data


def check(name: str, data: bytes) -> None:
    for item in read(name, data, SMALL):
        assert isinstance(item, Fragment | Unreadable)
        assert NUMBER not in repr(item)


@pytest.mark.parametrize("name", NAMES)
def test_the_good_files_hold_the_number(name: str) -> None:
    items = read(name, samples()[name], SMALL)

    assert any(isinstance(item, Fragment) and NUMBER in item.text for item in items)


@pytest.mark.parametrize("name", NAMES)
@BOUNDED
@given(done=damages())
def test_a_damaged_file_is_read_to_an_end(name: str, done: list[tuple[float, str, bytes]]) -> None:
    check(name, damaged(samples()[name], done))


@pytest.mark.parametrize("name", NAMES[:4])
@BOUNDED
@given(done=damages(), which=st.integers(0))
def test_a_file_with_a_damaged_part_is_read_to_an_end(
    name: str, done: list[tuple[float, str, bytes]], which: int
) -> None:
    with zipfile.ZipFile(io.BytesIO(samples()[name])) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    chosen = sorted(parts)[which % len(parts)]
    parts[chosen] = damaged(parts[chosen], done)

    check(name, zipped(parts))


@pytest.mark.parametrize(
    "stream", ["Workbook", "WordDocument", "PowerPoint Document", "VBA", "\x01Ole10Native"]
)
@BOUNDED
@given(content=st.binary(max_size=6_000), table=st.binary(max_size=300))
def test_any_bytes_in_a_stream_are_read_to_an_end(
    stream: str, content: bytes, table: bytes
) -> None:
    check("a", compound_file({stream: content, "0Table": table}))
