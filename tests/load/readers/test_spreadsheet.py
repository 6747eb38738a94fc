"""Whatever a workbook holds is handed out: at its cell, with its labels, or as the part it is in."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from tests.load.readers.office import book, holding, placed, read, texts, unread, zipped
from tests.scan.numbers import LEADING_ZERO, NUMBERS

from mnaudit.load.readers.spreadsheet import column_letters, literals, merge_of, padded, zeros
from mnaudit.model.scan import Fragment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

NUMBER = NUMBERS[0]
LABEL = '<c r="A1" t="inlineStr"><is><t>個人番号</t></is></c>'


def saved(fill: Callable[[Any], None]) -> bytes:
    workbook = openpyxl.Workbook()
    fill(workbook.active)
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def rows(*content: Sequence[object]) -> bytes:
    def fill(sheet: Any) -> None:
        for row in content:
            sheet.append(list(row))

    return saved(fill)


def only(data: bytes, text: str = NUMBER) -> Fragment:
    (fragment,) = holding(read("a.xlsx", data), text)
    return fragment


def cells(data: bytes) -> list[Fragment]:
    return [one for one in read("a.xlsx", data) if isinstance(one, Fragment) and one.place.cell]


def test_a_cell_is_told_with_its_sheet_and_its_header() -> None:
    fragment = only(rows(("社員番号", "個人番号"), ("A-1", int(NUMBER))))

    assert (fragment.place.sheet, fragment.place.cell) == ("Sheet", "B2")
    assert fragment.fields == ("A-1", "個人番号")


def test_the_header_of_a_long_column_is_still_told_at_its_end() -> None:
    fragment = only(rows(("氏名", "個人番号"), *[("佐藤", "未提出")] * 400, ("鈴木", NUMBER)))

    assert fragment.place.cell == "B402"
    assert "個人番号" in fragment.fields


def test_the_title_of_a_sheet_is_the_last_label() -> None:
    fragment = only(rows(("マイナンバー管理台帳",), (), ("氏名", "値"), ("佐藤", NUMBER)))

    assert fragment.fields == ("佐藤", "値", "マイナンバー管理台帳")


def test_the_name_of_the_sheet_is_the_label_if_there_is_no_other() -> None:
    data = book(f'<row r="1"><c r="A1"><v>{NUMBER}</v></c></row>', name="個人番号")

    assert only(data).fields == ("個人番号",)


def test_cells_of_a_row_are_one_record() -> None:
    row = cells(rows(("個人番号", *NUMBER)))

    assert len({cell.record for cell in row}) == 1
    assert "".join(texts(row)) == f"個人番号{NUMBER}"


def test_a_merged_header_is_the_label_of_all_its_columns() -> None:
    def fill(sheet: Any) -> None:
        sheet["B1"] = "個人番号"
        sheet.merge_cells("B1:M1")
        for at, digit in enumerate(NUMBER):
            sheet.cell(2, 2 + at).value = digit

    digits = [one for one in cells(saved(fill)) if str(one.place.cell).endswith("2")]

    assert len(digits) == 12
    assert all("個人番号" in digit.fields for digit in digits)


def test_a_label_merged_over_rows_stands_beside_each_of_them() -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"] = "マイナンバー"
        sheet.merge_cells("A1:A3")
        sheet["B3"] = NUMBER

    assert only(saved(fill)).fields[0] == "マイナンバー"


def test_groups_below_each_other_are_joined_for_those_with_a_label() -> None:
    content = (("個人番号", int(NUMBER[:4])), (None, int(NUMBER[4:8])), (None, int(NUMBER[8:])))

    (fragment,) = (one for one in cells(rows(*content)) if one.context_only)

    assert fragment.place.cell == "B1"
    assert fragment.text.replace("\n", "") == NUMBER
    assert fragment.fields == ("個人番号",)


@pytest.mark.parametrize(
    "value", ["1.23456789018E11", "1.23456789018E+11", f"{NUMBER}.0", f"{NUMBER}.00001"]
)
def test_a_number_is_written_as_a_whole(value: str) -> None:
    assert only(book(f'<row r="1">{LABEL}<c r="B1"><v>{value}</v></c></row>')).place.cell == "B1"


def test_a_format_gives_the_zeros_back() -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"] = int(LEADING_ZERO)
        sheet["A1"].number_format = "0000-0000-0000"

    assert only(saved(fill), LEADING_ZERO).place.cell == "A1"


@pytest.mark.parametrize(
    ("code", "digits"),
    [
        ("000000000000", 12),
        ("0000-0000-0000", 12),
        ('0000"-"0000"-"0000;@', 12),
        ("[赤]0000\\ 0000", 8),
        ("General", 0),
        ("#,##0", 1),
        ("0.00", 0),
        ("0.00E+00", 0),
        ("0%", 0),
        ("yyyy/mm/dd", 0),
        ("[$-411]ggge", 0),
        ("@", 0),
        ("", 0),
    ],
)
def test_the_digits_of_a_format_are_counted(code: str, digits: int) -> None:
    assert zeros(code) == digits


def test_a_number_is_padded_only_if_it_is_whole() -> None:
    assert padded("7", 3) == "007"
    assert padded("7.5", 3) == "7.5"
    assert padded("-7", 3) == "-7"
    assert padded("7", 99) == "7"
    assert padded("x", 3) == "x"


def test_a_formula_without_a_result_has_the_head_of_its_column() -> None:
    link = f'=HYPERLINK("https://example.jp/","{NUMBER}")'
    data = rows(["氏名", "個人番号"], ["見本", link])

    found = only(data, link.removeprefix("="))

    assert (found.place.cell, found.fields) == ("B2", ("個人番号",))


def test_texts_of_a_formula_are_joined() -> None:
    assert literals('"12"&"34"') == "1234"
    assert literals('"a""b"&"c"') == 'a"bc'
    assert literals('IF(A1="x",1)') == ""


def test_a_formula_and_its_kept_result_are_both_told() -> None:
    joined = "&amp;".join(f'"{NUMBER[at : at + 4]}"' for at in (0, 4, 8))
    cell = f'<c r="B1" t="str"><f>{joined}</f><v>{NUMBER}</v></c>'

    found = holding(read("a.xlsx", book(f'<row r="1">{LABEL}{cell}</row>')), NUMBER)

    assert [(one.place.cell, one.place.part) for one in found] == [("B1", None), ("B1", "formula")]


def test_cells_and_rows_without_references_are_counted() -> None:
    cells = '<c t="inlineStr"><is><t>a</t></is></c>' * 2 + f"<c><v>{NUMBER}</v></c>"

    assert only(book(f"<row/><row>{cells}</row>")).place.cell == "C2"


def test_runs_are_joined_and_readings_stand_apart() -> None:
    half = f"<r><t>{NUMBER[:5]}</t></r><r><t>{NUMBER[5:]}</t></r>"
    strings = f"<sst><si><t>個人番号</t><rPh><t>{NUMBERS[1]}</t></rPh></si><si>{half}</si></sst>"
    cells = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'

    items = read("a.xlsx", book(cells, parts={"xl/sharedStrings.xml": strings}))

    assert [place.cell for place in placed(items, NUMBER)] == ["B1"]
    assert [place.part for place in placed(items, NUMBERS[1])] == ["phonetic"]


def test_a_string_that_no_cell_uses_is_told() -> None:
    strings = f"<sst><si><t>個人番号 {NUMBER}</t></si></sst>"

    assert only(book("", parts={"xl/sharedStrings.xml": strings})).place.part == "unused string"


def test_a_reference_to_a_string_that_is_not_there_is_no_reason_to_fail() -> None:
    items = read("a.xlsx", book(f'<row r="1"><c r="A1" t="s"><v>{NUMBER}</v></c></row>'))

    assert [place.cell for place in placed(items, NUMBER)] == ["A1"]
    assert not unread(items)


def test_escaped_characters_are_decoded() -> None:
    digits = "".join(f"_x{ord(digit):04X}_" for digit in NUMBER)

    data = book(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{digits}</t></is></c></row>')

    assert only(data).place.cell == "A1"


def test_a_comment_knows_what_stands_in_its_cell() -> None:
    comments = f'<comments><authors><author>総務</author></authors><commentList><comment ref="A1"><text><r><t>{NUMBER}</t></r></text></comment></commentList></comments>'
    relations = '<Relationships><Relationship Id="rId1" Type="x/comments" Target="../comments1.xml"/></Relationships>'
    parts = {"xl/comments1.xml": comments, "xl/worksheets/_rels/sheet1.xml.rels": relations}

    fragment = only(book(f'<row r="1">{LABEL}</row>', parts=parts))

    assert (fragment.place.sheet, fragment.place.cell, fragment.place.part) == (
        "表",
        "A1",
        "comment",
    )
    assert fragment.fields[0] == "個人番号"


def test_a_reference_that_is_none_is_not_shown() -> None:
    comments = f'<comments><comment ref="{NUMBER}"><text><t>a</t></text></comment></comments>'

    items = read("a.xlsx", book("", parts={"xl/comments1.xml": comments}))

    assert not any(NUMBER in repr(item) for item in items)


def test_a_rule_knows_the_label_above_its_cells() -> None:
    after = f'<dataValidations><dataValidation sqref="A2 A9"><formula1>"{NUMBER},1"</formula1></dataValidation></dataValidations>'

    (fragment,) = (
        one
        for one in holding(read("a.xlsx", book(f'<row r="1">{LABEL}</row>', after=after)), NUMBER)
        if one.fields
    )

    assert "個人番号" in fragment.fields
    assert fragment.place.part == "sheet settings"


def test_a_page_header_loses_its_codes() -> None:
    after = f"<headerFooter><oddHeader>&amp;C個人番号&amp;R{NUMBER}</oddHeader></headerFooter>"

    assert all(
        " 個人番号 " in text
        for text in texts(holding(read("a.xlsx", book("", after=after)), NUMBER))
    )


def test_rows_that_a_pivot_table_keeps_are_told_under_their_fields() -> None:
    fields = '<pivotCacheDefinition><cacheFields><cacheField name="氏名"/><cacheField name="個人番号"/></cacheFields></pivotCacheDefinition>'
    kept = f'<pivotCacheRecords><r><x v="0"/><n v="1.23456789018E11"/></r><r><m/><s v="{NUMBER}"/></r></pivotCacheRecords>'
    parts = {
        "xl/pivotCache/pivotCacheDefinition1.xml": fields,
        "xl/pivotCache/pivotCacheRecords1.xml": kept,
    }

    found = holding(read("a.xlsx", book("", parts=parts)), NUMBER)

    assert [(one.place.part, one.fields) for one in found] == [
        ("pivot cache", ("個人番号",)),
        ("pivot cache", ("個人番号",)),
    ]


def test_the_name_of_a_sheet_that_is_a_number_is_told_and_not_shown() -> None:
    items = read("a.xlsx", book(f'<row r="1">{LABEL}</row>', name=f"個人番号{NUMBER}"))

    assert placed(items, NUMBER)[0].part == "sheet name"
    assert not any(NUMBER in repr(item) for item in items)


def test_a_sheet_that_the_workbook_does_not_name_is_read() -> None:
    cell = f'<row r="1"><c r="A1"><v>{NUMBER}</v></c></row>'
    sheet = f"<worksheet><sheetData>{cell}</sheetData></worksheet>"

    assert only(zipped({"xl/worksheets/sheet7.xml": sheet})).place.cell == "A1"


def test_a_file_in_a_workbook_is_read() -> None:
    inner = book(f'<row r="1">{LABEL}<c r="B1"><v>{NUMBER}</v></c></row>', name="中")

    fragment = only(book("", parts={"xl/embeddings/Microsoft_Excel_Sheet1.xlsx": inner}))

    assert fragment.place.members == ("xl/embeddings/Microsoft_Excel_Sheet1.xlsx",)
    assert (fragment.place.sheet, fragment.place.cell) == ("中", "B1")


@pytest.mark.parametrize(("column", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (16384, "XFD")])
def test_columns_have_letters(column: int, letters: str) -> None:
    assert column_letters(column) == letters


def test_a_merged_area_is_read() -> None:
    assert tuple(merge_of("B2:D3")) == (2, 2, 3, 4)
    assert tuple(merge_of("B2")) == (2, 2, 2, 2)
    assert tuple(merge_of("b2:?")) == (0, 0, 0, 0)
