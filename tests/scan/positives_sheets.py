"""Placements in spreadsheets: where Excel hides what one typed."""

from __future__ import annotations

import io
from functools import partial
from itertools import cycle
from typing import TYPE_CHECKING, Any

import xlwt
from openpyxl.comments import Comment
from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from tests.scan.numbers import LEADING_ZERO, NUMBERS
from tests.scan.office_files import members, packed, sheet_file, word_file, xlsx_bytes
from tests.scan.placements import Placement
from tests.scan.writings import full_width, grouped, groups

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import openpyxl

__all__ = ["sheet_placements"]

_number = cycle(NUMBERS)
_n = partial(next, _number)
_HEADER = ("社員番号", "氏名", "電話番号", "個人番号", "備考")


def sheet_placements() -> Iterator[Placement]:
    for form, (fill, where) in _sheets().items():
        expected = "MN502" if form.startswith("alone") else "MN501"
        yield Placement(f"xlsx {form}", expected, "名簿.xlsx", partial(xlsx_bytes, fill), where)
    for form, build in _raw_sheets().items():
        yield Placement(f"xlsx {form}", "MN501", "名簿.xlsx", build)
    sheet, where = _sheets()["header-column"]
    yield Placement("xlsm header-column", "MN501", "名簿.xlsm", partial(xlsx_bytes, sheet), where)
    yield Placement("xlsx wrong-suffix", "MN501", "名簿.dat", partial(xlsx_bytes, sheet), where)
    yield Placement("xlsx no-suffix", "MN501", "名簿", partial(xlsx_bytes, sheet), where)
    yield Placement("xls header-column", "MN501", "名簿.xls", partial(_xls, _n()))
    yield Placement("xls header-column-number", "MN501", "名簿.xls", partial(_xls, int(NUMBERS[1])))
    yield Placement("xls second-sheet", "MN501", "名簿.xls", partial(_xls, _n(), sheets=2))


def _sheets() -> Mapping[str, tuple[Callable[[openpyxl.Workbook], None], dict[str, object]]]:
    n = _n()
    return {
        "header-column": (_rows(_HEADER, ("1", "佐藤", "", n)), {"sheet": "Sheet", "cell": "D2"}),
        "header-column-number": (
            _rows(_HEADER, ("1", "佐藤", "", int(NUMBERS[0]))),
            {"sheet": "Sheet", "cell": "D2"},
        ),
        "header-column-float": (
            _rows(_HEADER, ("1", "佐藤", "", float(NUMBERS[1]))),
            {"cell": "D2"},
        ),
        "leading-zero-by-format": (_leading_zero, {"cell": "D2"}),
        "header-row-3000": (
            _rows(_HEADER, *[("1", "佐藤", "03-0000-0000", "")] * 3000, ("1", "鈴木", "", n)),
            {"cell": "D3002"},
        ),
        "title-above-header": (
            _rows(("マイナンバー管理台帳",), (), ("番号", "氏名", "値"), ("1", "佐藤", n)),
            {"cell": "C4"},
        ),
        "label-left": (_rows(("氏名", "佐藤"), ("個人番号", n)), {"cell": "B2"}),
        "label-left-with-gap": (_rows(("個人番号", None, None, n)), {"cell": "D1"}),
        "label-above-form": (_rows(("個人番号", "氏名"), (n, "佐藤")), {"cell": "A2"}),
        "label-right": (_rows((n, "個人番号")), {"cell": "A1"}),
        "same-cell": (_rows((f"マイナンバー：{grouped('-')(n)}",)), {"cell": "A1"}),
        "same-cell-line-break": (_rows((f"マイナンバー\n{full_width(n)}",)), {"cell": "A1"}),
        "grouped": (_rows(("個人番号", grouped(" ")(n))), {"cell": "B1"}),
        "three-cells": (_rows(("個人番号", *groups(n))), {"sheet": "Sheet"}),
        "three-cells-as-numbers": (
            _rows(("個人番号", *(int(g) for g in groups(NUMBERS[1])))),
            {"sheet": "Sheet"},
        ),
        "three-cells-under-header": (
            _rows(("氏名", "個人番号", None, None), ("佐藤", *groups(n))),
            {"sheet": "Sheet"},
        ),
        "twelve-cells": (_rows(("個人番号", *n)), {"sheet": "Sheet"}),
        "twelve-cells-as-numbers": (_rows(("個人番号", *(int(d) for d in n))), {"sheet": "Sheet"}),
        "twelve-cells-full-width": (_rows(("個人番号", *full_width(n))), {"sheet": "Sheet"}),
        "twelve-cells-with-gaps": (_gaps, {"sheet": "Sheet"}),
        "twelve-cells-under-merged-header": (_merged, {"sheet": "Sheet"}),
        "three-cells-below-each-other": (
            _rows(("個人番号", groups(n)[0]), (None, groups(n)[1]), (None, groups(n)[2])),
            {"sheet": "Sheet"},
        ),
        "hidden-sheet": (partial(_other_sheet, "hidden"), {"sheet": "控え", "cell": "B1"}),
        "very-hidden-sheet": (partial(_other_sheet, "veryHidden"), {"sheet": "控え", "cell": "B1"}),
        "hidden-column": (_hidden_column, {"cell": "D2"}),
        "hidden-row": (_hidden_row, {"cell": "B2"}),
        "far-cell": (_far_cell, {"cell": "XFC9001"}),
        "comment": (_comment, {"cell": "A1"}),
        "comment-number-cell-label": (_comment_of_label, {}),
        "defined-name": (_defined_name, {}),
        "defined-name-as-name": (_defined_name_itself, {}),
        "sheet-name": (_sheet_name, {}),
        "title": (partial(_property, "title"), {}),
        "keywords": (partial(_property, "keywords"), {}),
        "description": (partial(_property, "description"), {}),
        "custom-property": (_custom_property, {}),
        "header-of-page": (_page_header, {}),
        "footer-of-page": (_page_footer, {}),
        "validation-list": (_validation, {}),
        "validation-prompt": (_validation_prompt, {}),
        "formula-text": (_rows(("個人番号", f'="{n}"')), {"cell": "B1"}),
        "formula-joining": (
            _rows(("個人番号", '="{}"&"{}"&"{}"'.format(*groups(n)))),
            {"cell": "B1"},
        ),
        "hyperlink": (_hyperlink, {}),
        "second-table-lower": (
            _rows(("品名", "数量"), ("紙", 3), (), ("氏名", "マイナンバー"), ("佐藤", n)),
            {"cell": "B5"},
        ),
        "alone": (_rows(("佐藤", "備考", n)), {"cell": "C1"}),
        "alone-number": (_rows(("佐藤", int(NUMBERS[2]))), {"cell": "B1"}),
        "alone-grouped": (_rows(("佐藤", grouped("-")(n))), {"cell": "B1"}),
    }


def _rows(*rows: tuple[object, ...]) -> Callable[[openpyxl.Workbook], None]:
    def fill(book: openpyxl.Workbook) -> None:
        for row in rows:
            book.active.append(list(row))

    return fill


def _leading_zero(book: Any) -> None:
    _rows(_HEADER, ("1", "佐藤", "", int(LEADING_ZERO)))(book)
    book.active["D2"].number_format = "0" * 12


def _gaps(book: Any) -> None:
    for at, digit in enumerate(NUMBERS[0]):
        book.active.cell(2, 3 + at + at // 4).value = digit
    book.active["A2"] = "個人番号"


def _merged(book: Any) -> None:
    book.active["B1"] = "個人番号"
    book.active.merge_cells("B1:M1")
    for at, digit in enumerate(NUMBERS[1]):
        book.active.cell(2, 2 + at).value = digit


def _other_sheet(state: str, book: Any) -> None:
    book.active["A1"] = "一覧"
    sheet = book.create_sheet("控え")
    sheet.append(["マイナンバー", NUMBERS[2]])
    sheet.sheet_state = state


def _hidden_column(book: Any) -> None:
    _rows(_HEADER, ("1", "佐藤", "", NUMBERS[3]))(book)
    book.active.column_dimensions["D"].hidden = True


def _hidden_row(book: Any) -> None:
    _rows(("氏名", "佐藤"), ("個人番号", NUMBERS[4]))(book)
    book.active.row_dimensions[2].hidden = True


def _far_cell(book: Any) -> None:
    book.active["XFB9001"] = "個人番号"
    book.active["XFC9001"] = NUMBERS[0]


def _comment(book: Any) -> None:
    book.active["A1"] = "佐藤"
    book.active["A1"].comment = Comment(f"個人番号 {NUMBERS[1]}", "総務")


def _comment_of_label(book: Any) -> None:
    book.active["A1"] = "個人番号"
    book.active["A1"].comment = Comment(NUMBERS[2], "総務")


def _defined_name(book: Any) -> None:
    book.defined_names["個人番号_佐藤"] = DefinedName("個人番号_佐藤", attr_text=f'"{NUMBERS[3]}"')


def _defined_name_itself(book: Any) -> None:
    name = f"マイナンバー_{NUMBERS[4]}"
    book.defined_names[name] = DefinedName(name, attr_text="Sheet!$A$1")


def _sheet_name(book: Any) -> None:
    book.active.title = f"個人番号{NUMBERS[0]}"


def _property(which: str, book: Any) -> None:
    setattr(book.properties, which, f"マイナンバー {NUMBERS[1]}")


def _custom_property(book: Any) -> None:
    book.custom_doc_props.append(StringProperty(name="個人番号", value=NUMBERS[2]))


def _page_header(book: Any) -> None:
    book.active["A1"] = "一覧"
    book.active.oddHeader.center.text = f"個人番号 {NUMBERS[3]}"


def _page_footer(book: Any) -> None:
    book.active["A1"] = "一覧"
    book.active.oddFooter.left.text = f"マイナンバー {NUMBERS[4]}"


def _validation(book: Any) -> None:
    book.active["A1"] = "個人番号"
    rule = DataValidation(type="list", formula1=f'"{NUMBERS[0]},{NUMBERS[1]}"')
    rule.add("A2")
    book.active.add_data_validation(rule)


def _validation_prompt(book: Any) -> None:
    rule = DataValidation(type="whole", prompt=f"個人番号 {NUMBERS[2]}", promptTitle="例")
    rule.add("A2")
    book.active.add_data_validation(rule)


def _hyperlink(book: Any) -> None:
    book.active["A1"] = "開く"
    book.active["A1"].hyperlink = f"https://jinji.example/?mynumber={NUMBERS[3]}"


def _cell(at: str, text: str, kind: str = "inlineStr") -> str:
    return f'<c r="{at}" t="{kind}"><is><t>{text}</t></is></c>'


def _raw_sheets() -> Mapping[str, Callable[[], bytes]]:
    label = _cell("A1", "個人番号")
    runs = "".join(f"<r><t>{g}</t></r>" for g in groups(_n()))
    reading = "<rPh sb='0' eb='2'><t>コジンバンゴウ</t></rPh>"
    half, rest = NUMBERS[2][:6], NUMBERS[2][6:]
    drawing = (
        '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"'
        ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:sp><xdr:txBody>'
        f"<a:p><a:r><a:t>個人番号 {half}</a:t></a:r><a:r><a:t>{rest}</a:t></a:r></a:p>"
        "</xdr:txBody></xdr:sp></xdr:wsDr>"
    )
    threads = (
        '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
        f'<threadedComment ref="B2" id="{{0}}"><text>マイナンバーは{_n()}</text></threadedComment></ThreadedComments>'
    )
    cache = (
        '<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><externalBook>'
        '<sheetNames><sheetName val="個人番号"/></sheetNames><sheetDataSet><sheetData sheetId="0"><row r="1">'
        f'<cell r="A1" t="str"><v>個人番号</v></cell><cell r="B1" t="str"><v>{_n()}</v></cell></row></sheetData></sheetDataSet></externalBook></externalLink>'
    )
    chart = (
        '<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:chart><c:ser><c:tx>'
        "<c:strRef><c:strCache><c:pt idx='0'><c:v>個人番号</c:v></c:pt></c:strCache></c:strRef></c:tx><c:cat><c:strRef><c:strCache>"
        f"<c:pt idx='0'><c:v>{_n()}</c:v></c:pt></c:strCache></c:strRef></c:cat></c:ser></c:chart></c:chartSpace>"
    )
    pivot = (
        '<pivotCacheDefinition xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cacheFields>'
        f'<cacheField name="個人番号"><sharedItems><s v="{_n()}"/></sharedItems></cacheField></cacheFields></pivotCacheDefinition>'
    )
    memo = packed({"memo.txt": f"個人番号 {_n()}"})
    inner = word_file(f"<w:p><w:r><w:t>マイナンバー {_n()}</w:t></w:r></w:p>")
    table = (
        '<table xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" name="T" comment="">'
        f'<tableColumns><tableColumn id="1" name="個人番号 {_n()}"/></tableColumns></table>'
    )
    more = {
        "text-box-runs": {"xl/drawings/drawing1.xml": drawing},
        "threaded-comment": {"xl/threadedComments/threadedComment1.xml": threads},
        "external-link-cache": {"xl/externalLinks/externalLink1.xml": cache},
        "chart-cache": {"xl/charts/chart1.xml": chart},
        "pivot-cache": {"xl/pivotCache/pivotCacheDefinition1.xml": pivot},
        "table-column": {"xl/tables/table1.xml": table},
        "unknown-part": {"custom/item1.xml": f"<a><個人番号>{_n()}</個人番号></a>"},
    }
    first = f'<row r="1">{label}</row>'
    return {
        **{f"raw {form}": partial(sheet_file, first, more=parts) for form, parts in more.items()},
        "raw embedded-zip": partial(_with_member, "xl/embeddings/oleObject1.bin", memo),
        "raw embedded-document": partial(_with_member, "xl/embeddings/Document1.docx", inner),
        "raw inline-string": partial(sheet_file, f'<row r="1">{label}{_cell("B1", _n())}</row>'),
        "raw inline-runs": partial(
            sheet_file,
            f'<row r="1">{label}<c r="B1" t="inlineStr"><is>{runs}</is></c></row>',
        ),
        "raw shared-runs-with-reading": partial(
            sheet_file,
            '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>',
            strings=f"<si><r><t>個人</t></r><r><t>番号</t></r>{reading}</si><si>{runs}</si>",
        ),
        "raw shared-string-unused": partial(
            sheet_file, first, strings=f"<si><t>マイナンバー {_n()}</t></si>"
        ),
        "raw exponent": partial(
            sheet_file, f'<row r="1">{label}<c r="B1"><v>1.23456789018E11</v></c></row>'
        ),
        "raw exponent-plus": partial(
            sheet_file, f'<row r="1">{label}<c r="B1"><v>9.83205673214E+11</v></c></row>'
        ),
        "raw formula-cached": partial(
            sheet_file,
            f'<row r="1">{label}<c r="B1" t="str"><f>VLOOKUP(A2,X!A:B,2)</f><v>{_n()}</v></c></row>',
        ),
        "raw formula-cached-number": partial(
            sheet_file,
            f'<row r="1">{label}<c r="B1"><f>C1+1</f><v>{NUMBERS[4]}</v></c></row>',
        ),
        "raw no-cell-references": partial(
            sheet_file,
            f'<row><c t="inlineStr"><is><t>個人番号</t></is></c><c t="inlineStr"><is><t>{_n()}</t></is></c></row>',
        ),
        "raw entities": partial(
            sheet_file,
            f'<row r="1">{label}{_cell("B1", "".join(f"&#{ord(d)};" for d in _n()))}</row>',
        ),
        "raw escape-x": partial(
            sheet_file,
            f'<row r="1">{label}{_cell("B1", f"_x000D_{_n()}")}</row>',
        ),
        "raw print-header": partial(
            sheet_file,
            first,
            after=f"<headerFooter><oddHeader>&amp;C個人番号&amp;R{_n()}</oddHeader></headerFooter>",
        ),
    }


def _with_member(name: str, content: bytes) -> bytes:
    book = sheet_file(f'<row r="1">{_cell("A1", "一覧")}</row>')
    return packed({**members(book), name: content})


def _xls(value: object, *, sheets: int = 1) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    for at in range(sheets - 1):
        book.add_sheet(f"空{at}")
    sheet = book.add_sheet("表")
    sheet.write(0, 0, "氏名")
    sheet.write(0, 1, "個人番号")
    sheet.write(1, 0, "佐藤")
    sheet.write(1, 1, value)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
