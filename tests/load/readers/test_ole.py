"""Office files of before 2007 are read; what is not understood says so, and is looked at all the same."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import Any

import pytest
import xlwt
from tests.load.readers.office import (
    book,
    compound_file,
    holding,
    paragraph,
    placed,
    read,
    texts,
    unread,
    word,
)
from tests.scan.numbers import LEADING_ZERO, NUMBERS

from mnaudit.load.readers import Limits
from mnaudit.load.readers.vba import decompress
from mnaudit.model.scan import Fragment

NUMBER = NUMBERS[0]
MEMO = f"個人番号 {NUMBER}"


def only(data: bytes, text: str = NUMBER) -> Fragment:
    (fragment,) = holding(read("a", data), text)
    return fragment


# Excel


def xls(fill: Any) -> bytes:
    workbook = xlwt.Workbook(encoding="utf-8")
    fill(workbook.add_sheet("名簿"))
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def test_a_cell_of_xls_is_told_with_its_sheet_and_labels() -> None:
    def fill(sheet: Any) -> None:
        for at, text in enumerate(("氏名", "個人番号", "佐藤", NUMBER)):
            sheet.write(at // 2, at % 2, text)

    fragment = only(xls(fill))

    assert (fragment.place.sheet, fragment.place.cell) == ("名簿", "B2")
    assert fragment.fields == ("佐藤", "個人番号")


def test_a_number_of_xls_is_written_as_a_whole_with_its_zeros() -> None:
    zeros = xlwt.easyxf(num_format_str="0000-0000-0000")

    def fill(sheet: Any) -> None:
        sheet.write(0, 0, int(NUMBER))
        sheet.write(1, 0, int(LEADING_ZERO), zeros)
        for at, group in enumerate((NUMBER[:4], NUMBER[4:8], NUMBER[8:])):
            sheet.write(3, at, int(group))

    items = read("a.xls", xls(fill))

    assert [place.cell for place in placed(items, NUMBER)] == ["A1"]
    assert [place.cell for place in placed(items, LEADING_ZERO)] == ["A2"]
    assert [one for one in texts(items) if one in NUMBER] == [
        NUMBER,
        NUMBER[:4],
        NUMBER[4:8],
        NUMBER[8:],
    ]


def test_groups_below_each_other_are_joined_under_a_merged_label() -> None:
    def fill(sheet: Any) -> None:
        sheet.write_merge(0, 0, 0, 1, "個人番号")
        for at in range(3):
            sheet.write(1 + at, 1, int(NUMBER[4 * at : 4 * at + 4]))

    (stack,) = (
        one for one in read("a", xls(fill)) if isinstance(one, Fragment) and one.context_only
    )

    assert stack.text.replace("\n", "") == NUMBER
    assert stack.fields == ("個人番号",)


def test_many_strings_go_on_in_the_next_record() -> None:
    def fill(sheet: Any) -> None:
        for at in range(3_000):
            sheet.write(at, 0, f"{at} 番目の文です")
        sheet.write(3_000, 0, NUMBER)

    items = read("a.xls", xls(fill))

    assert [place.cell for place in placed(items, NUMBER)] == ["A3001"]
    assert all(f"{at} 番目の文です" in texts(items) for at in (0, 1_500, 2_999))


def test_a_formula_and_its_text_are_read() -> None:
    def fill(sheet: Any) -> None:
        sheet.write(0, 0, xlwt.Formula(f'"{MEMO}"'))

    assert holding(read("a.xls", xls(fill)), NUMBER)


def test_a_page_header_of_xls_is_read() -> None:
    def fill(sheet: Any) -> None:
        sheet.header_str = f"My Number {NUMBER}".encode()
        sheet.write(0, 0, "a")

    places = placed(read("a.xls", xls(fill)), NUMBER)

    assert {(place.sheet, place.part) for place in places} == {("名簿", "other part")}


def record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def stream(*records: bytes, version: int = 0x600, password: bool = False) -> bytes:
    begin = record(0x809, struct.pack("<HH12x", version, 5))
    locked = record(0x2F, bytes(6)) if password else b""
    sheet = record(0x809, struct.pack("<HH12x", version, 0x10))
    return begin + locked + record(0x0A) + sheet + b"".join(records) + record(0x0A)


def test_a_workbook_with_a_password_is_told() -> None:
    assert unread(read("a", compound_file({"Workbook": stream(password=True)}))) == [
        ("MN505", "encrypted")
    ]


def test_records_of_excel_5_are_read_in_japanese() -> None:
    text = MEMO.encode("cp932")
    label = record(0x204, struct.pack("<HHHH", 0, 2, 0, len(text)) + text)

    assert only(compound_file({"Book": stream(label, version=0x500)})).place.cell == "C1"


def test_all_kinds_of_numbers_are_read() -> None:
    def small(value: int) -> int:
        return (value << 2 | 2) & 0xFFFFFFFF

    float_rk = struct.unpack("<Q", struct.pack("<d", 1.5))[0] >> 32
    cells = stream(
        record(0x27E, struct.pack("<HHHI", 0, 0, 0, small(1234))),
        record(0x27E, struct.pack("<HHHI", 0, 1, 0, small(-5))),
        record(0x27E, struct.pack("<HHHI", 0, 2, 0, small(5678) | 1)),
        record(0x27E, struct.pack("<HHHI", 0, 3, 0, float_rk)),
        record(0xBD, struct.pack("<HHHIHIH", 1, 0, 0, small(9018), 0, small(7), 1)),
        record(0x06, struct.pack("<HHHd8x", 2, 0, 0, float(NUMBER))),
        record(0x06, struct.pack("<HHH6sH8x", 2, 1, 0, b"\0", 0xFFFF)),
        record(0x207, struct.pack("<HB", 12, 0) + NUMBER.encode()),
    )

    items = read("a", compound_file({"Workbook": cells}))

    assert [one.text for one in items if isinstance(one, Fragment) and one.place.cell] == [
        *("1234", "-5", "56.78", "1.5", "9018", "7", NUMBER, NUMBER)
    ]


def test_the_text_of_a_comment_is_read() -> None:
    wide = b"\1" + "個人番号 ".encode("utf-16-le")
    narrow = b"\0" + NUMBER.encode()
    note = record(0x1B6, bytes(18)) + record(0x3C, wide) + record(0x3C, narrow)

    fragment = only(compound_file({"Workbook": stream(note)}))

    assert (fragment.text, fragment.place.part) == (MEMO, "comment")


def test_a_string_that_no_cell_uses_is_told() -> None:
    plain = struct.pack("<HB", 12, 0) + NUMBER.encode()
    rich = struct.pack("<HBH", 2, 8, 1) + b"ab" + bytes(4)
    extended = struct.pack("<HBI", 2, 5, 3) + "漢字".encode("utf-16-le") + bytes(3)
    shared = record(0xFC, struct.pack("<II", 0, 3) + rich + extended + plain)

    items = read("a", compound_file({"Workbook": stream() + shared}))

    assert [place.part for place in placed(items, NUMBER)] == ["unused string"]
    assert {"ab", "漢字"} <= set(texts(items))


def test_a_string_that_is_cut_in_a_letter_is_no_reason_to_fail() -> None:
    begin = struct.pack("<II", 0, 1) + struct.pack("<HB", 9, 1) + b"a\0b"
    shared = record(0xFC, begin) + record(0x3C, b"\0cd")

    assert "acd" in texts(read("a", compound_file({"Workbook": stream() + shared})))


# Word and PowerPoint


def doc(
    *pieces: tuple[str, bool], flags: int = 0, ident: int = 0xA5EC, after: bytes = b""
) -> bytes:
    """Write a Word document from pieces: text, and whether its letters have two bytes."""
    main = bytearray(0x400)
    struct.pack_into("<H8xH", main, 0, ident, flags)
    positions, places, letters = [0], [], 0
    for text, wide in pieces:
        places.append(len(main) if wide else (2 * len(main)) | 0x40000000)
        main += text.encode("utf-16-le" if wide else "cp1252")
        letters += len(text)
        positions.append(letters)
    plc = struct.pack(f"<{len(positions)}I", *positions)
    plc += b"".join(struct.pack("<HIH", 0, place, 0) for place in places)
    table = b"\1" + struct.pack("<H", 3) + b"abc" + b"\2" + struct.pack("<I", len(plc)) + plc
    struct.pack_into("<II", main, 0x1A2, 0, len(table))
    return compound_file({"WordDocument": bytes(main) + after, "0Table": table})


def test_the_pieces_of_a_document_are_joined() -> None:
    items = read(
        "a.doc", doc(("表紙\r個人番号\x07", True), (NUMBER[:5], False), (NUMBER[5:], True))
    )

    (place,) = placed(items, NUMBER)

    assert (place.line, place.column, place.part) == (2, 6, None)
    assert not unread(items)


def test_what_is_left_over_from_earlier_versions_is_told() -> None:
    items = read("a.doc", doc(("本文", True), after=MEMO.encode("utf-16-le")))

    assert {place.part for place in placed(items, NUMBER)} == {"earlier version"}


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (doc(("a", True), flags=0x100), ("MN505", "encrypted")),
        (doc(("a", True), flags=0x200), ("MN504", "broken")),
        (doc(("a", True), ident=0xA5DB), ("MN504", "broken")),
    ],
    ids=["password", "no table", "Word 6"],
)
def test_a_document_that_cannot_be_read_is_told(data: bytes, told: tuple[str, str]) -> None:
    assert told in unread(read("a.doc", data))


def test_the_text_of_slides_is_read() -> None:
    def atom(kind: int, body: bytes) -> bytes:
        return struct.pack("<HHI", 0, kind, len(body)) + body

    inner = (
        atom(0x0FA0, "個人番号".encode("utf-16-le")) + atom(0x0FA8, NUMBER.encode()) + atom(1, b"x")
    )
    slides = struct.pack("<HHI", 0xF, 0x3E8, len(inner)) + inner

    assert only(compound_file({"PowerPoint Document": slides})).text == MEMO.replace(" ", "\n")


def test_slides_with_a_password_are_told() -> None:
    locked = struct.pack("<HHI", 0xF, 0x2F14, 0)

    assert unread(read("a.ppt", compound_file({"PowerPoint Document": locked}))) == [
        ("MN505", "encrypted")
    ]


@pytest.mark.parametrize("name", ["EncryptedPackage", "EncryptionInfo", "EncryptedSummary"])
def test_an_encrypted_office_file_is_told(name: str) -> None:
    assert unread(read("a.xlsx", compound_file({name: b"x"}))) == [("MN505", "encrypted")]


def test_a_picture_in_an_old_file_must_be_looked_at() -> None:
    jpeg = b"\xff\xd8\xff\xe0" + bytes(30_000)
    slides = {"PowerPoint Document": b""}

    assert unread(read("a", compound_file({**slides, "Pictures": jpeg}))) == [("MN503", "picture")]
    assert not unread(read("a", compound_file({**slides, "Pictures": bytes(30_000)})))
    assert not unread(read("a", compound_file({**slides, "Pictures": jpeg[:900]})))


# Mails, objects, everything else


def test_a_mail_of_outlook_is_read_with_its_attachments() -> None:
    mail = compound_file(
        {
            "__properties_version1.0": bytes(32),
            "__substg1.0_1000001F": MEMO.encode("utf-16-le"),
            "__substg1.0_0037001E": f"マイナンバー {NUMBERS[1]}".encode("cp932"),
            "__substg1.0_10130102": f"<p>個人番号<b>{NUMBERS[2]}</b></p>".encode(),
            "__substg1.0_37010102": word(paragraph("個人番号 ", NUMBERS[4])),
        }
    )

    items = read("a.msg", mail)

    for number in (NUMBER, NUMBERS[1], NUMBERS[2]):
        assert {place.part for place in placed(items, number)} == {"message"}
    assert holding(items, NUMBERS[4])
    assert not unread(items)


def test_an_object_of_the_packager_is_read_under_its_name() -> None:
    memo = book(f'<row r="1"><c r="A1"><v>{NUMBER}</v></c></row>')
    native = b"\2\0" + b"a.xlsx\0" + b"C:\\a.xlsx\0" + struct.pack("<HHI", 0, 3, 5) + b"C:\\a\0"
    native += struct.pack("<I", len(memo)) + memo

    fragment = only(compound_file({"\x01Ole10Native": struct.pack("<I", len(native)) + native}))

    assert (fragment.place.cell, fragment.place.sheet) == ("A1", "表")


def test_an_object_without_a_name_is_read_as_it_is() -> None:
    native = MEMO.encode()

    assert holding(read("a", compound_file({"\x01Ole10Native": bytes(4) + native})), NUMBER)


@pytest.mark.parametrize("stream_name", ["Package", "CONTENTS", "Contents"])
def test_a_file_kept_in_a_stream_is_read(stream_name: str) -> None:
    data = compound_file({stream_name: word(paragraph(NUMBER))})

    assert holding(read("oleObject1.bin", data), NUMBER)
    assert not unread(read("oleObject1.bin", data))


def test_a_file_that_nobody_understands_says_so_and_is_looked_at() -> None:
    items = read(
        "a", compound_file({"Foo": MEMO.encode("utf-16-le"), "\x05Bar": MEMO.encode("cp932")})
    )

    assert {place.part for place in placed(items, NUMBER)} == {"other part", "metadata"}
    assert unread(items) == [("MN504", "unknown format")]


# Macros


def compressed(source: bytes) -> bytes:
    """Write a compressed container of literals, and one copy of three letters ([MS-OVBA] 2.4.1)."""
    chunk = b"".join(b"\0" + source[at : at + 8] for at in range(0, len(source), 8))
    return b"\1" + struct.pack("<H", 0xB000 | len(chunk) - 1) + chunk


def test_the_source_of_a_macro_is_read() -> None:
    source = f'Attribute VB_Name = "A"\r\nx = "{NUMBER}" \' 個人番号'.encode("cp932")
    macros = compound_file({"VBA": b"\0" * 77 + compressed(source)})

    items = read("a.xlsm", book("", parts={"xl/vbaProject.bin": macros}))

    assert {place.part for place in placed(items, NUMBER)} == {"macro"}
    assert not unread(items)


def test_copies_are_decompressed() -> None:
    # "#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa" of [MS-OVBA] 3.2.2
    example = bytes.fromhex(
        "012fb000236161616263646582660070616768696a013808616b6c00306d6e6f7006710270041072737475761077"
        "78797a003c"
    )

    assert decompress(example, 1) == b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa"


def test_chunks_that_are_not_compressed_or_damaged_do_not_fail() -> None:
    assert decompress(struct.pack("<H", 0x3003) + b"abcd", 0) == b"abcd"
    assert decompress(struct.pack("<H", 0xB002) + b"\1\xff\xff", 0) == b""
    assert decompress(struct.pack("<H", 0xF000) + b"a", 0) == b""
    assert decompress(b"", 0) == b""


# Compound files


def broken(offset: int, value: bytes) -> bytes:
    data = bytearray(compound_file({"Foo": b"x" * 5_000, "Bar": b"y"}))
    data[offset : offset + len(value)] = value
    return bytes(data)


@pytest.mark.parametrize(
    "data",
    [
        broken(0x1C, b"\0\0"),
        broken(0x1E, b"\x20\0"),
        broken(0x30, b"\xfe\0\0\0"),
        broken(0x200 + 4, b"\1\0\0\0"),
        broken(0x200 + 4, b"\x70\0\0\0"),
        broken(0x44, b"\x01\0\0\0"),
        compound_file({"Foo": b"x" * 5_000})[:0x300],
        compound_file({})[:90],
    ],
    ids=["order", "sectors", "directory", "circle", "outside", "table", "cut", "head"],
)
def test_a_file_with_broken_tables_is_told(data: bytes) -> None:
    assert ("MN504", "broken") in unread(read("a", data)) or ("MN504", "unknown format") in unread(
        read("a", data)
    )


def test_a_stream_longer_than_its_file_is_refused() -> None:
    data = compound_file({"Foo": b"x" * 5_000})
    at = data.index("Foo".encode("utf-16-le")) + 120

    assert ("MN504", "broken") in unread(
        read("a", data[:at] + b"\xff\xff\xff\x7f" + data[at + 4 :])
    )


def test_too_many_entries_end_the_reading() -> None:
    data = compound_file({str(at): b"x" for at in range(40)})

    assert ("MN506", "members") in unread(read("a", data, Limits(members=10)))
