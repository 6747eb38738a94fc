"""Rows, keys and tags: what belongs to a value comes with it, whatever the form."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st
from tests.load.readers.office import holding, placed, read, texts
from tests.scan.numbers import NUMBERS

from mnaudit.load.readers.delimited import csv_rows, delimiter_of, markdown_rows, sql_rows
from mnaudit.model.scan import Fragment

NUMBER = NUMBERS[0]
PARTS = (NUMBER[:4], NUMBER[4:8], NUMBER[8:])


def filled(text: str) -> str:
    """Put the number and its groups of four in: the ids of tests must not show them."""
    for sign, part in zip("abc", PARTS, strict=True):
        text = text.replace(f"№{sign}", part)
    return text.replace("№", NUMBER)


def records(name: str, text: str) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return (texts, fields of the last) of each record."""
    rows: dict[str, list[Fragment]] = {}
    for item in read(name, text.encode()):
        if isinstance(item, Fragment) and item.record:
            rows.setdefault(item.record, []).append(item)
    return [(tuple(one.text for one in row), row[-1].fields) for row in rows.values()]


@pytest.mark.parametrize(
    ("text", "suffix", "delimiter"),
    [
        ("a,b\n1,2\n", ".csv", ","),
        ("a;b\n1;2\n", ".csv", ";"),
        ("a\tb\n", ".tsv", "\t"),
        ("one\n", ".csv", ","),
        ("", ".tsv", "\t"),
        ("a,b\nc,d\ne,f\n", "", ","),
        ('"x,y",b\nc,d\ne,f\n', ".txt", ","),
        ("a,b\nc,d\n", ".txt", None),
        ("words, more\nwords\nwords, and, words\n", ".txt", None),
        (" a | b\n---+---\n c | d\n e | f\n", ".txt", "|"),
    ],
)
def test_a_table_is_told_by_its_lines(text: str, suffix: str, delimiter: str | None) -> None:
    assert delimiter_of(text, suffix) == delimiter


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\nc,d", [["a", "b"], ["c", "d"]]),
        ('"a,1",b\r\nc,d\r\n', [["a,1", "b"], ["c", "d"]]),
        ('"a\nb",c\nd\n', [["a\nb", "c"], ["d"]]),
        ('"a""b",c\n', [['a""b', "c"]]),
        ('"a"x,c\n', [["ax", "c"]]),
        ('a,"open\nc,d\n', [["a", '"open'], ["c", "d"]]),
        ("a\rb\r", [["a"], ["b"]]),
        ('x"y,z\n', [['x"y', "z"]]),
        ('"a"', [["a"]]),
    ],
)
def test_rows_are_divided_as_written(text: str, rows: list[list[str]]) -> None:
    assert [[cell.text for cell in row] for row in csv_rows(text, ",")] == rows


@given(st.text(alphabet='a,"\n\r;1', max_size=200))
def test_no_text_of_a_table_is_lost(text: str) -> None:
    found = "".join(cell.text for row in csv_rows(text, ",") for cell in row)

    assert found.count("a") == text.count("a")
    assert found.count("1") == text.count("1")


def test_a_cell_comes_with_its_row_and_its_column() -> None:
    found = records("a.csv", f"氏名,個人番号\n佐藤,{NUMBER}\n鈴木,なし\n")

    assert found == [(("佐藤", NUMBER), ("個人番号",))]


def test_a_cell_has_the_place_of_its_first_character() -> None:
    places = set(placed(read("a.csv", f'氏名,番号\n佐藤,"{NUMBER}"\n'.encode("cp932")), NUMBER))

    assert [(place.line, place.column) for place in places] == [(2, 5)]


def test_the_cell_right_above_names_a_value_too() -> None:
    text = f"氏名,電話\n佐藤,個人番号\n鈴木,{NUMBER}\n"

    assert records("a.csv", text) == [(("鈴木", NUMBER), ("電話", "個人番号"))]


def test_the_plain_text_of_a_table_only_counts_with_context() -> None:
    items = read("a.csv", f"a,b\nc,{NUMBER}\n".encode())

    assert [(item.context_only, item.record is None) for item in holding(items, NUMBER)] == [
        (True, True),
        (False, False),
    ]


def test_a_table_aligned_by_blanks_has_records() -> None:
    rows = "社員の名前    なし        1985\n" * 40
    text = f"氏名        個人番号  年\n{rows}佐藤花子\u3000{NUMBER}  1985\n"

    ((cells, _),) = records("a.txt", text)
    assert cells == ("佐藤花子", NUMBER, "1985")
    found = holding(read("a.txt", text.encode()), NUMBER)
    assert "個人番号" in next(item for item in found if item.text == NUMBER).fields
    assert [item.context_only for item in found] == [False, False]


def test_the_rows_of_a_spreadsheet_in_xml_are_records() -> None:
    def row(*cells: str) -> str:
        return "<Row>" + "".join(f"<Cell><Data>{cell}</Data></Cell>" for cell in cells) + "</Row>"

    text = (
        f"<?xml version='1.0'?><ss:Table>{row('氏名', '個人番号')}{row('佐藤', NUMBER)}</ss:Table>"
    )

    assert records("a.xml", text) == [(("佐藤", NUMBER), ("個人番号",))]


def test_a_table_of_markdown_has_records() -> None:
    rows = "| 氏名 | 個人番号 |\n|---|---|\n" + "| 社員 | なし |\n" * 50
    text = f"# 題\n\n{rows}| 佐藤 | {NUMBER} |\n\n次の表\n\n| 連番 |\n"

    ((cells, _),) = records("a.md", text)
    assert [cell.strip() for cell in cells] == ["佐藤", NUMBER]
    (found,) = [item for item in holding(read("a.md", text.encode()), NUMBER) if item.record]
    assert "個人番号" in found.fields


def test_two_tables_have_two_headers() -> None:
    assert () in [tuple(row) for row in markdown_rows("| a |\n\n\n| b |\n")]
    text = f"| 個人番号 |\n|---|\n\n\n| 伝票 |\n|---|\n| {NUMBER} |\n"
    (found,) = [item for item in holding(read("a.md", text.encode()), NUMBER) if item.record]
    assert found.fields[0] == "伝票"


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO t (id, `my_number`) VALUES (1, '№');",
        "insert ignore into db.t(id,my_number)\nvalues (0,'x;y'),\n (1,'№')",
        "CREATE TABLE t (id int, my_number char(12), primary key (id));\nINSERT INTO t VALUES (1,'№');",
        "COPY t (id, my_number) FROM stdin;\n1\t№\n\\.\n",
        "CREATE TABLE IF NOT EXISTS t (id int, my_number text);\nCOPY t FROM stdin;\n1\t№",
        "INSERT INTO t (id, my_number) VALUES (f(1), №)",
    ],
)
def test_a_row_of_sql_has_the_names_of_its_columns(statement: str) -> None:
    found = [
        item for item in holding(read("a.sql", filled(statement).encode()), NUMBER) if item.record
    ]

    assert [item.fields for item in found] == [("my_number",)]


def test_broken_sql_is_read_as_far_as_it_goes() -> None:
    assert list(sql_rows("INSERT INTO t VALUES ('open")) == []
    assert list(sql_rows("CREATE TABLE t (a")) == []
    assert [columns for columns, _ in sql_rows("INSERT INTO t VALUES (1)")] == [()]


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ('{"a": {"my_number": "№"}}', ("a", "my_number")),
        ('{"\\u500b\\u4eba\\u756a\\u53f7": №}', ("個人番号",)),
        ('{"n": ["x", "№"]}', ("n",)),
        ('[["氏名", "個人番号"], ["佐藤", "№"]]', ("個人番号",)),
        ('{"a": 1, "b": "№', ("b",)),
        ('"№"', ()),
    ],
)
def test_a_value_of_json_has_the_path_of_its_keys(text: str, fields: tuple[str, ...]) -> None:
    found = holding(read("a.json", filled(text).encode()), NUMBER)

    assert fields in [item.fields for item in found if item.text == NUMBER]


def test_a_small_object_is_one_record_with_all_in_it() -> None:
    text = f'[{{"a": {{"t": "個人番号"}}, "v": ["{PARTS[0]}", "{PARTS[1]}", "{PARTS[2]}"]}}, {{"a": 1}}]'

    assert [row for row, _ in records("a.json", text)] == [("個人番号", *PARTS, "1")]


def test_a_long_array_is_no_record() -> None:
    many = ",".join(f'"x{at}"' for at in range(300))

    (found,) = [
        item
        for item in holding(read("a.json", f'["{NUMBER}",{many}]'.encode()), NUMBER)
        if item.text == NUMBER
    ]
    assert found.record is None


def test_a_wide_list_of_lists_has_no_columns() -> None:
    wide = ",".join(["1"] * 1_100)

    assert holding(read("a.json", f'[[{wide}],["{NUMBER}"]]'.encode()), NUMBER)


def test_escapes_in_a_value_are_decoded() -> None:
    digits = "".join(f"\\u{ord(digit):04x}" for digit in NUMBER)

    assert NUMBER in texts(read("a.json", f'{{"n": "{digits}"}}'.encode()))
    assert NUMBER in texts(read("a.yaml", f'n: "{digits}"\n'.encode()))


def test_a_broken_escape_is_taken_as_it_stands() -> None:
    assert holding(read("a.json", f'{{"n": "\\q{NUMBER}"}}'.encode()), NUMBER)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("a:\n  my_number: №\n", ("a", "my_number")),
        ("my_number:\n- x\n- №\n", ("my_number",)),
        ("my_number:\n  - !!str &x '№'\n", ("my_number",)),
        ("a:\n- b: 1\n  c: №\nd: 1\n", ("a", "c")),
        ('"個人番号": "№"\n', ("個人番号",)),
        ("a:\n  b: 1\nc: №\n", ("c",)),
        ("a: |\n  №\n", ("a",)),
        ("- - №\n", ()),
        ("my_numbers:\n  №: x\n", ("my_numbers",)),
    ],
)
def test_a_value_of_yaml_has_the_path_of_its_keys(text: str, fields: tuple[str, ...]) -> None:
    found = holding(read("a.yaml", filled(text).encode()), NUMBER)

    assert fields in [item.fields for item in found if item.text == NUMBER]


def test_the_items_of_a_list_are_one_record() -> None:
    text = "n:\n" + "".join(f"  - {part}\n" for part in PARTS)

    assert [row for row, _ in records("a.yaml", text)] == [PARTS]


def test_a_large_block_of_yaml_is_no_record() -> None:
    text = f"n: {NUMBER}\n" + "".join(f"k{at}: some words that take room\n" for at in range(60))

    assert records("a.yaml", text) == []


def test_the_zero_at_the_front_is_kept() -> None:
    zero = NUMBERS[3]

    assert zero in texts(read("a.yaml", f"my_number: {zero}\n".encode()))
    assert zero in texts(read("a.json", f'{{"my_number": {zero}}}'.encode()))


@pytest.mark.parametrize(
    ("page", "seen"),
    [
        ("<b>№a</b>№b№c", "№"),
        ("<td>№a</td><td>№b</td>", "№a\t\t№b"),
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("a&#x31;&nbsp;b", "a1\u00a0b"),
        ('<input maxlength=4 value="12"><input value=34>', "12\t34"),
        ("1 < 2 and <3", "1 < 2 and <3"),
        ('<a title="x>y">z</a>', "z"),
    ],
)
def test_a_page_is_written_down_as_it_is_seen(page: str, seen: str) -> None:
    assert any(filled(seen) in text for text in texts(read("a.html", filled(page).encode())))


@pytest.mark.parametrize(
    "page",
    [
        "<!-- № -->",
        '<script>var x = "№"</script>',
        "<style>№",
        '<img alt="№">',
        "<tr data-my-number=№>",
        "<!-- open №",
        "<a href='№' title=\"open>x</a>",
        "<?php № ?>",
    ],
)
def test_what_is_not_seen_is_read_as_well(page: str) -> None:
    assert holding(read("a.html", filled(page).encode()), NUMBER)


def test_a_row_of_a_page_is_a_record_under_its_header() -> None:
    rows = "<tr><td>社員</td><td></td></tr>" * 9
    page = (
        f"<table><tr><th>氏名<th>個人<b>番号</b></tr>{rows}<tr><td>佐藤<br>花子</td>"
        f"<td> {NUMBER}</td></tr></table><table><tr><td>{NUMBER}</table>"
    )

    assert records("a.html", page) == [
        (("佐藤\n花子", NUMBER), ("個人番号",)),
        ((NUMBER,), ()),
    ]


def test_a_number_between_tags_has_its_place_in_the_file() -> None:
    page = f"<html>\n<p>個人番号 <b>{NUMBER[:4]}</b>{NUMBER[4:]}</p>"

    items = read("a.html", page.encode())

    assert {(place.line, place.column) for place in placed(items, NUMBER)} == {(2, 12)}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("<個人番号>№</個人番号>", "個人番号: №"),
        ('<a n="my_number" v="№"/>', 'n="my_number" v="№"'),
        ("<a><![CDATA[№]]></a>", "a: №"),
        ("<n><d>1</d><d>2</d></n>", "n: \nd: 1\t2"),
        ("<!-- № --><a/>", "№"),
    ],
)
def test_the_names_of_elements_label_what_they_hold(document: str, expected: str) -> None:
    data = f"<?xml version='1.0'?>{filled(document)}".encode()

    assert any(filled(expected) in text for text in texts(read("a.xml", data)))


@given(st.text(alphabet="<>&;/!-[]\"'a1= \n", max_size=120))
def test_no_markup_is_too_broken(text: str) -> None:
    for name in ("a.html", "a.xml"):
        found = "".join(texts(read(name, text.encode())))
        assert found.count("1") >= text.count("1")
