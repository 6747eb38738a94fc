"""Office files are opened whatever was done to them, and nothing in them is obeyed."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from tests.load.readers.office import SHEET, book, holding, paragraph, read, unread, word, zipped
from tests.scan.numbers import NUMBERS

from mnaudit.load.readers import Limits
from mnaudit.load.readers.office_xml import END, START, TEXT, attribute, events

NUMBER = NUMBERS[0]
CELL = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{NUMBER}</t></is></c></row>'


def flat(data: bytes) -> list[tuple[int, str]]:
    return [(kind, value if kind == TEXT else name) for kind, name, value in events([data])]


def test_names_lose_their_prefixes() -> None:
    assert flat(b"<w:p xmlns:w='u'><w:t>a</w:t></w:p>") == [
        (START, "p"),
        (START, "t"),
        (TEXT, "a"),
        (END, "t"),
        (END, "p"),
    ]


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "Shift_JIS", "EUC-JP", "ISO-2022-JP"])
def test_xml_is_read_in_its_encoding(encoding: str) -> None:
    data = f"<?xml version='1.0' encoding='{encoding}'?><a>個人番号</a>".encode(encoding)

    assert (TEXT, "個人番号") in flat(data)


def test_an_encoding_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(LookupError):
        flat(b"<?xml version='1.0' encoding='x-nobody'?><a/>")


@pytest.mark.parametrize(
    "entity", ['<!ENTITY a "b">', '<!ENTITY a SYSTEM "file:///etc/passwd">', '<!ENTITY % a "b">']
)
def test_an_entity_is_refused(entity: str) -> None:
    with pytest.raises(ValueError, match=r"^$"):
        flat(f"<!DOCTYPE x [{entity}]><x/>".encode())


def test_a_document_type_without_entities_is_not_fetched() -> None:
    found = flat(b'<!DOCTYPE x PUBLIC "-//OpenOffice.org//DTD" "http://example.invalid/a.dtd"><x/>')

    assert found == [(START, "x"), (END, "x")]


def test_an_endless_token_is_parsed_in_chunks_that_grow() -> None:
    size = 2**16
    chunks = [b"<a b='", *[b"x" * size] * 512, b"'/>"]

    ((_, name, value), _) = events(chunks)

    assert (name, len(value["b"])) == ("a", 512 * size)


def test_an_attribute_is_found_under_any_prefix() -> None:
    assert attribute({"w:val": "1"}, "val") == attribute({"val": "1"}, "val") == "1"
    assert attribute({"w:value": "1"}, "val", "-") == "-"


def test_billions_of_laughs_are_not_read() -> None:
    laughs = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 12))
    part = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><worksheet>&l11;</worksheet>'

    items = read("a.xlsx", book("", parts={"xl/worksheets/sheet2.xml": part}))

    assert unread(items) == [("MN504", "broken")]


def test_a_broken_part_does_not_hide_the_others() -> None:
    items = read("a.xlsx", book(CELL, parts={"xl/styles.xml": "<styleSheet", "a/b.xml": "<x>"}))

    assert [fragment.place.cell for fragment in holding(items, NUMBER)] == ["A1"]
    assert unread(items) == [("MN504", "broken")] * 2


@pytest.mark.parametrize(
    "part",
    ["xl/workbook.xml", "xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels", "xl/comments1.xml"],
)
def test_a_broken_part_that_others_need_is_told_once(part: str) -> None:
    items = read("a.xlsx", book(CELL, parts={part: "<a"}))

    assert holding(items, NUMBER)
    assert unread(items) == [("MN504", "broken")]


def test_a_part_that_is_damaged_in_the_zip_is_told() -> None:
    data = bytearray(book(CELL * 50))
    with zipfile.ZipFile(BytesIO(data)) as archive:
        at = archive.getinfo(SHEET).header_offset
    data[at + 80] ^= 0x55

    assert ("MN504", "broken") in unread(read("a.xlsx", bytes(data)))


def test_an_encrypted_part_is_told() -> None:
    data = bytearray(word(paragraph("a")))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1

    assert unread(read("a.docx", bytes(data))) == [("MN505", "encrypted")]


def test_a_part_that_unpacks_to_far_more_than_it_is_ends_the_reading() -> None:
    data = book("", parts={"xl/worksheets/sheet2.xml": b"<worksheet>" + b" " * 50_000_000})

    assert unread(read("a.xlsx", data)) == [("MN506", "ratio")]


def test_too_many_parts_end_the_reading() -> None:
    data = zipped({f"word/{at}.xml": "" for at in range(30)})

    assert unread(read("a.docx", data, Limits(members=20))) == [("MN506", "members")]


def test_the_second_of_two_parts_with_one_name_is_read_too() -> None:
    file = BytesIO(word(paragraph("a")))
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("word/document.xml", f"<x><p><t>{NUMBER}</t></p></x>")

    assert holding(read("a.docx", file.getvalue()), NUMBER)


def test_the_comment_of_the_zip_is_read() -> None:
    data = zipped({"word/document.xml": "<a/>"}, comment=f"個人番号 {NUMBER}".encode())

    (fragment,) = holding(read("a.docx", data), NUMBER)

    assert fragment.place.part == "comment"


def test_a_name_of_a_part_that_holds_a_number_is_not_shown() -> None:
    data = word(paragraph("a"), {f"word/{NUMBER}.txt": f"個人番号 {NUMBER}"})

    items = read("a.docx", data)

    assert len(holding(items, NUMBER)) > 1
    assert not any(NUMBER in repr(item) for item in items)


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.pptx", "a.bin", "a"])
def test_content_decides_before_the_name(name: str) -> None:
    (fragment,) = holding(read(name, book(CELL)), NUMBER)

    assert fragment.place.cell == "A1"


def test_an_office_file_whose_parts_come_late_is_known_by_its_name() -> None:
    filler = {f"docProps/{at}.xml": "<a/>" for at in range(800)}
    sheet = {SHEET: f"<worksheet><sheetData>{CELL}</sheetData></worksheet>"}

    (fragment,) = holding(read("a.xlsx", zipped({**filler, **sheet})), NUMBER)

    assert fragment.place.cell == "A1"
