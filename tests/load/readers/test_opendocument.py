"""OpenDocument files are read as office programs show them, and beyond."""

from __future__ import annotations

import pytest
from tests.load.readers.office import holding, placed, read, texts, unread, zipped
from tests.scan.numbers import LEADING_ZERO, NUMBERS

from mnaudit.model.scan import Fragment

NUMBER = NUMBERS[0]
_NAMES = {
    "office": "office",
    "text": "text",
    "table": "table",
    "draw": "drawing",
    "svg": "svg-compatible",
}
_ROOT = (
    " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in _NAMES.items()
    )
    + " xmlns:xlink='http://www.w3.org/1999/xlink'"
)


def content(kind: str, body: str, root: str = "document-content") -> str:
    return f"<office:{root} {_ROOT}><office:body><office:{kind}>{body}</office:{kind}></office:body></office:{root}>"


def opened(kind: str, body: str, **parts: str) -> bytes:
    mime = f"application/vnd.oasis.opendocument.{kind}"
    return zipped({"mimetype": mime, "content.xml": content(kind, body), **parts})


def sheet(*rows: str, name: str = "表") -> str:
    return f"<table:table table:name='{name}'>{''.join(rows)}</table:table>"


def row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def cell(text: str, attributes: str = "") -> str:
    paragraph = f"<text:p>{text}</text:p>" if text else ""
    return f"<table:table-cell {attributes}>{paragraph}</table:table-cell>"


def only(data: bytes, text: str = NUMBER) -> Fragment:
    (fragment,) = holding(read("a", data), text)
    return fragment


def test_a_cell_is_told_with_its_sheet_and_labels() -> None:
    data = opened(
        "spreadsheet", sheet(row(cell("氏名"), cell("個人番号")), row(cell("佐藤"), cell(NUMBER)))
    )

    fragment = only(data)

    assert (fragment.place.sheet, fragment.place.cell) == ("表", "B2")
    assert fragment.fields == ("佐藤", "個人番号")


def test_repeated_rows_and_cells_are_counted_and_read_once() -> None:
    first = row(
        cell("", "table:number-columns-repeated='3'"), attributes="table:number-rows-repeated='9'"
    )
    second = row(cell("", "table:number-columns-repeated='16000'"), cell(NUMBER))

    assert only(opened("spreadsheet", sheet(first, second))).place.cell == "WQK10"


@pytest.mark.parametrize("shown", ["9.87E+11", "###", ""])
def test_the_value_behind_a_short_text_counts(shown: str) -> None:
    value = cell(shown, f"office:value='{NUMBERS[1]}'")

    assert only(opened("spreadsheet", sheet(row(value))), NUMBERS[1]).place.cell == "A1"


def test_the_text_counts_if_it_shows_the_zeros() -> None:
    value = cell(LEADING_ZERO, f"office:value='{int(LEADING_ZERO)}'")

    assert only(opened("spreadsheet", sheet(row(value))), LEADING_ZERO).place.cell == "A1"


def test_a_comment_is_at_its_cell_and_not_in_its_text() -> None:
    note = (
        f"<office:annotation><text:p>個人番号</text:p><text:p>{NUMBER}</text:p></office:annotation>"
    )
    data = opened(
        "spreadsheet",
        sheet(row(f"<table:table-cell>{note}<text:p>佐藤</text:p></table:table-cell>")),
    )

    fragment = only(data)

    assert (fragment.place.cell, fragment.place.part) == ("A1", "comment")
    assert "佐藤" in texts(read("a", data))


def test_a_formula_is_read() -> None:
    formula = cell(
        "x", f"table:formula='of:=&quot;{NUMBER[:6]}&quot;&amp;&quot;{NUMBER[6:]}&quot;'"
    )

    assert only(opened("spreadsheet", sheet(row(formula)))).place.part == "formula"


def test_a_merged_label_reaches_over_columns_and_rows() -> None:
    spans = "table:number-columns-spanned='2' table:number-rows-spanned='2'"
    data = opened(
        "spreadsheet",
        sheet(
            row(cell("個人番号", spans)),
            row(cell(""), cell(""), cell(NUMBER)),
            row(cell(""), cell(NUMBERS[1])),
        ),
    )

    assert "個人番号" in only(data).fields
    assert "個人番号" in only(data, NUMBERS[1]).fields


def test_groups_below_each_other_are_joined() -> None:
    groups = [row(cell(NUMBER[at : at + 4])) for at in (0, 4, 8)]

    (stack,) = (
        one
        for one in read("a", opened("spreadsheet", sheet(row(cell("個人番号")), *groups)))
        if isinstance(one, Fragment) and one.context_only
    )

    assert stack.text.split() == [NUMBER[:4], NUMBER[4:8], NUMBER[8:]]
    assert stack.place.cell == "A2"


def test_a_text_is_read_with_its_spaces_and_tabs() -> None:
    halves = NUMBER[:6], NUMBER[6:]
    data = opened(
        "text",
        f"<text:h>個人番号</text:h><text:p>{halves[0]}<text:s text:c='2'/><text:span>{halves[1]}</text:span></text:p>",
    )

    place = placed(read("a.odt", data), "  ".join(halves))[0]

    assert (place.line, place.column) == (2, 1)


def test_a_table_of_a_text_is_a_record() -> None:
    data = opened(
        "text", sheet(row(cell("氏名"), cell("個人番号")), row(cell("佐藤"), cell(NUMBER)))
    )

    assert [one.fields for one in holding(read("a", data), NUMBER) if one.record] == [
        ("佐藤", "個人番号")
    ]


def test_pages_of_a_presentation_are_counted() -> None:
    pages = "".join(
        f"<draw:page draw:name='{at}'><text:p>{text}</text:p></draw:page>"
        for at, text in enumerate(("a", NUMBER))
    )

    assert only(opened("presentation", pages)).place.page == 2


@pytest.mark.parametrize("part", ["styles.xml", "meta.xml", "Object 1/content.xml", "settings.xml"])
def test_every_part_is_read(part: str) -> None:
    inner = content("text", f"<text:p>個人番号 {NUMBER}</text:p>")

    assert holding(read("a", opened("text", "", **{part: inner})), NUMBER)


def test_an_encrypted_file_is_told() -> None:
    manifest = (
        "<m:manifest xmlns:m='m'><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>"
    )

    assert unread(
        read("a.ods", opened("spreadsheet", "", **{"META-INF/manifest.xml": manifest}))
    ) == [("MN505", "encrypted")]


def test_a_broken_manifest_is_told_and_the_rest_read() -> None:
    items = read(
        "a", opened("text", f"<text:p>{NUMBER}</text:p>", **{"META-INF/manifest.xml": "<a"})
    )

    assert holding(items, NUMBER)
    assert unread(items) == [("MN504", "broken")]


def test_a_picture_is_told_by_its_size() -> None:
    frame = "<draw:frame svg:width='{}' svg:height='{}'><draw:image xlink:href='Pictures/a.png'/></draw:frame>"

    assert not unread(read("a", opened("text", frame.format("3cm", "1cm"))))
    assert unread(read("a", opened("text", frame.format("9cm", "6cm")))) == [("MN503", "picture")]


def test_the_picture_of_an_object_is_let_pass() -> None:
    frame = "<draw:frame><draw:image xlink:href='./ObjectReplacements/Object 1'/></draw:frame>"

    assert not unread(read("a", opened("text", frame)))


@pytest.mark.parametrize("name", ["a.fods", "a"])
def test_a_flat_file_is_read(name: str) -> None:
    flat = "<?xml version='1.0'?>" + content("spreadsheet", sheet(row(cell(NUMBER))), "document")

    (fragment,) = holding(read(name, flat.encode()), NUMBER)

    assert (fragment.place.sheet, fragment.place.cell) == ("表", "A1")


def test_nonsense_in_counts_is_once() -> None:
    data = opened(
        "spreadsheet",
        sheet(
            row(
                cell("", "table:number-columns-repeated='x'"),
                cell(NUMBER, "table:number-columns-spanned='-1'"),
            )
        ),
    )

    assert only(data).place.cell == "B1"
