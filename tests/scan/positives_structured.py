"""Placements in text that has a structure: tables, keys, tags, statements."""

# ruff: noqa: S608 - these statements are never run
from __future__ import annotations

import base64
import json
from functools import partial
from itertools import cycle
from typing import TYPE_CHECKING

from tests.scan.numbers import LEADING_ZERO, NUMBERS
from tests.scan.placements import Placement
from tests.scan.writings import full_width, grouped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["structured_placements"]

_number = cycle(NUMBERS)
_n = partial(next, _number)
_PEOPLE = "社員番号,氏名,フリガナ,生年月日,住所,電話,{}\n"
_PERSON = "000{:03d},佐藤花子,サトウハナコ,1985-04-01,東京都千代田区霞が関0-0,03-0000-0000,{}\n"


def structured_placements() -> Iterator[Placement]:
    yield from _csv()
    for name, forms in (
        ("roster.yaml", _yaml()),
        ("roster.json", _json()),
        ("settings.ini", _ini()),
        ("dump.sql", _sql()),
        ("roster.xml", _xml()),
        ("page.html", _html()),
        ("notes.md", _markdown()),
        ("app.log", _log()),
        ("code.py", _code()),
    ):
        for form, text in forms.items():
            yield _placed(form, name, text)
    for form, text in _alone().items():
        name = form.split(" ", maxsplit=1)[0]
        yield _placed(f"alone {form}", f"data.{name}", text, expected="MN502")


def _placed(
    form: str, name: str, text: str, *, expected: str = "MN501", encoding: str = "utf-8"
) -> Placement:
    suffix = name.rpartition(".")[2]
    return Placement(f"{suffix} {form}", expected, name, partial(text.encode, encoding))


def _csv() -> Iterator[Placement]:
    for encoding in ("utf-8", "utf-8-sig", "cp932", "euc_jp", "utf-16", "iso2022_jp"):
        for header in ("個人番号", "マイナンバー", "my_number"):
            rows = _PEOPLE.format(header) + _PERSON.format(1, "") + _PERSON.format(2, _n())
            yield _placed(
                f"{encoding} column {header.isascii()} {header}", "r.csv", rows, encoding=encoding
            )
    long = _PEOPLE.format("個人番号") + "".join(_PERSON.format(k % 1000, "") for k in range(4000))
    split = "{},{},{}"
    forms: Mapping[str, str] = {
        "row-4000": long + _PERSON.format(1, _n()),
        "leading-zero": _PEOPLE.format("個人番号") + _PERSON.format(1, LEADING_ZERO),
        "quoted": _PEOPLE.format('"個人番号"') + _PERSON.format(1, f'"{_n()}"'),
        "quoted-line-break": f'氏名,備考\n佐藤,"マイナンバー\n{_n()}"\n',
        "excel-text-trick": _PEOPLE.format("個人番号") + _PERSON.format(1, f'="{_n()}"'),
        "apostrophe": _PEOPLE.format("個人番号") + _PERSON.format(1, f"'{_n()}"),
        "float": _PEOPLE.format("個人番号") + _PERSON.format(1, f"{_n()}.0"),
        "exponent": _PEOPLE.format("個人番号") + _PERSON.format(1, _exponent(NUMBERS[1])),
        "grouped": _PEOPLE.format("個人番号") + _PERSON.format(1, grouped("-")(_n())),
        "full-width": _PEOPLE.format("個人番号") + _PERSON.format(1, full_width(_n())),
        "thousands": _PEOPLE.format("個人番号") + _PERSON.format(1, f'"{int(NUMBERS[0]):,}"'),
        "three-cells": f"氏名,個人番号,,\n佐藤,{grouped(',')(_n())}\n",
        "three-cells-numbered": "氏名,個人番号1,個人番号2,個人番号3\n佐藤,"
        + split.format(*_groups(_n()))
        + "\n",
        "twelve-cells": f"個人番号,{','.join(_n())}\n",
        "twelve-cells-quoted": '個人番号,"{}"\n'.format('","'.join(_n())),
        "label-left": f"氏名,佐藤花子\n個人番号,{_n()}\n",
        "title-row": f"マイナンバー管理台帳,,\n作成日,2026-04-01,\n氏名,番号,備考\n佐藤,{_n()},\n",
        "record-neighbour": f"種別,値,備考\nA,{_n()},本人のマイナンバー\n",
        "record-neighbour-before": f"種別,値\n通知カード,{_n()}\n",
        "english-header": f"employee_id,name,individual_number\n17,Sato,{_n()}\n",
        "no-line-feed-at-end": f"id,mynumber\n1,{_n()}",
        "mac-line-ends": f"氏名,個人番号\r佐藤,{_n()}\r",
        "one-column": f"個人番号\n{_n()}\n{_n()}\n{_n()}\n",
    }
    for form, text in forms.items():
        yield _placed(form, "r.csv", text)
    for form, mark in (("semicolon", ";"), ("tab", "\t"), ("bar", "|")):
        rows = (_PEOPLE.format("個人番号") + _PERSON.format(1, _n())).replace(",", mark)
        yield _placed(form, "r.csv", rows)
    yield _placed("tabs", "r.tsv", f"氏名\t個人番号\n佐藤\t{_n()}\n")
    yield _placed("three-cells", "r.tsv", f"個人番号\t{grouped(chr(9))(_n())}\n")


def _groups(number: str) -> tuple[str, ...]:
    return tuple(number[at : at + 4] for at in (0, 4, 8))


def _exponent(number: str) -> str:
    return f"{number[0]}.{number[1:]}E+11"


def _yaml() -> Mapping[str, str]:
    return {
        "string": f'name: 佐藤花子\nmy_number: "{_n()}"\n',
        "integer": f"name: 佐藤花子\nmy_number: {NUMBERS[0]}\n",
        "leading-zero": f"my_number: {LEADING_ZERO}\n",
        "underscored": f"my_number: {grouped('_')(_n())}\n",
        "japanese-key": f"個人番号: {_n()}\n",
        "nested-key": f"employee:\n  my_number:\n    kind: self\n    value: {_n()}\n",
        "list-under-key": f"個人番号:\n  - {_n()}\n  - {_n()}\n",
        "long-list-under-key": "個人番号:\n" + '  - ""\n' * 200 + f"  - {_n()}\n",
        "flow": f"{{name: 佐藤, mynumber: {_n()}}}\n",
        "comment": f"name: 佐藤  # 個人番号 {_n()}\n",
        "literal": f"note: |\n  マイナンバーを控えた。\n  {_n()}\n",
        "folded": "note: >-\n  個人番号\n  {}\n  {}\n  {}\n".format(*_groups(_n())),
        "as-key": f"my_numbers:\n  {_n()}: 佐藤\n",
        "unicode-escapes": f'note: "個人番号 {_escapes(_n())}"\n',
        "anchor": f"個人番号: &x {_n()}\nother: *x\n",
        "evidence": f"id: EV-2026-0007\ntype: training_record\nheld_on: 2026-04-10\nremarks: 個人番号 {_n()} の件\n",
    }


def _escapes(text: str) -> str:
    return "".join(f"\\u{ord(character):04x}" for character in text)


def _json() -> Mapping[str, str]:
    many = [{"name": f"社員{k}", "myNumber": None} for k in range(500)]
    nested = {"employee": {"myNumber": {"kind": "self", "detail": {"value": _n()}}}}
    return {
        "string": json.dumps({"name": "Sato", "myNumber": _n()}),
        "number": json.dumps({"name": "Sato", "my_number": int(NUMBERS[1])}),
        "float": f'{{"my_number": {_n()}.0}}',
        "exponent": f'{{"my_number": {_exponent(NUMBERS[2]).lower()}}}',
        "escaped-label": json.dumps({"個人番号": _n()}),
        "plain-label": json.dumps({"個人番号": _n()}, ensure_ascii=False),
        "escaped-digits": f'{{"my_number": "{_escapes(_n())}"}}',
        "escaped-full-width": json.dumps({"my_number": full_width(_n())}),
        "nested": json.dumps(nested, indent=2),
        "array": json.dumps({"myNumbers": ["", _n()]}),
        "array-of-groups": json.dumps({"myNumber": list(_groups(_n()))}),
        "late": json.dumps([*many, {"name": "佐藤", "myNumber": _n()}]),
        "lines": "".join(json.dumps({"id": k, "mynumber": _n()}) + "\n" for k in range(3)),
        "key": json.dumps({"my_number": {_n(): "佐藤"}}),
        "value-then-label": json.dumps({"value": _n(), "type": "個人番号"}),
        "json-in-json": json.dumps({"payload": json.dumps({"my_number": _n()})}),
        "base64": json.dumps({"body": _base64(f"個人番号: {_n()}\n")}),
    }


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _ini() -> Mapping[str, str]:
    return {
        "key": f"[person]\nname = Sato\nmy_number = {_n()}\n",
        "section": f"[mynumber]\nvalue = {_n()}\n",
        "environment": f"export MY_NUMBER={_n()}\n",
        "toml": f'[employee]\nmy_number = "{_n()}"\n',
        "properties": f"employee.mynumber={_n()}\n",
        "comment": f"; マイナンバー {_n()}\nname = x\n",
        "vcard": f"BEGIN:VCARD\nFN:佐藤花子\nNOTE:個人番号 {_n()}\nEND:VCARD\n",
        "calendar": f"BEGIN:VEVENT\nSUMMARY:通知カード確認\nDESCRIPTION:{_n()}\nEND:VEVENT\n",
        "base64-value": f"payload = {_base64(f'佐藤花子 マイナンバー {_n()}')}\n",
    }


def _sql() -> Mapping[str, str]:
    rows = ",\n".join(f"({k},'社員{k}','')" for k in range(300))
    table = "CREATE TABLE employee (id int, name text, my_number char(12));\n"
    return {
        "insert": f"INSERT INTO employee (id, name, my_number) VALUES (1, '佐藤', '{_n()}');\n",
        "insert-integer": f"INSERT INTO employee (id, my_number) VALUES (1, {_n()});\n",
        "insert-many": f"INSERT INTO employee (id, name, my_number) VALUES\n{rows},\n(301,'佐藤','{_n()}');\n",
        "insert-without-columns": f"{table}INSERT INTO employee VALUES (1,'佐藤','{_n()}');\n",
        "copy": f"COPY employee (id, name, my_number) FROM stdin;\n1\t佐藤\t{_n()}\n\\.\n",
        "update": f"UPDATE employee SET kojin_bango='{_n()}' WHERE id=1;\n",
        "where": f"SELECT * FROM employee WHERE my_number = '{_n()}';\n",
        "comment": f"-- 個人番号 {_n()}\nSELECT 1;\n",
    }


def _xml() -> Mapping[str, str]:
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return {
        "element": f"{head}<person><myNumber>{_n()}</myNumber></person>",
        "japanese-element": f"{head}<従業員><個人番号>{_n()}</個人番号></従業員>",
        "attribute": f'{head}<person myNumber="{_n()}"/>',
        "attribute-value-label": f'{head}<field name="個人番号">{_n()}</field>',
        "attribute-both": f'{head}<field name="my_number" value="{_n()}"/>',
        "cdata": f"{head}<note><![CDATA[マイナンバー {_n()}]]></note>",
        "comment": f"{head}<!-- 個人番号 {_n()} --><a/>",
        "entities": f"{head}<個人番号>{''.join(f'&#x{ord(d):x};' for d in _n())}</個人番号>",
        "decimal-entities": f"{head}<a>個人番号 {''.join(f'&#{ord(d)};' for d in _n())}</a>",
        "digit-elements": f"{head}<個人番号>{''.join(f'<d>{d}</d>' for d in _n())}</個人番号>",
        "nested": f"{head}<個人番号>\n  <本人>\n    <値>{_n()}</値>\n  </本人>\n</個人番号>",
        "declared-cp932": f"{head}<個人番号>{_n()}</個人番号>",
        "svg": f"{head}<svg><text>個人番号</text><text>{_n()}</text></svg>",
    }


def _html() -> Mapping[str, str]:
    def page(body: str) -> str:
        return f'<!doctype html><html lang="ja"><meta charset="utf-8"><body>{body}</body></html>'

    many = "<tr><td>社員</td><td>03-0000-0000</td><td></td></tr>" * 200
    return {
        "paragraph": page(f"<p>個人番号: {_n()}</p>"),
        "table": page(f"<table><tr><th>氏名<th>個人番号</tr><tr><td>佐藤<td>{_n()}</tr></table>"),
        "long-table": page(
            f"<table><tr><th>氏名</th><th>電話</th><th>マイナンバー</th></tr>{many}"
            f"<tr><td>佐藤</td><td></td><td>{_n()}</td></tr></table>"
        ),
        "spans": page(
            "<p>個人番号 " + "".join(f"<span>{g}</span>" for g in _groups(_n())) + "</p>"
        ),
        "digit-spans": page("個人番号 " + "".join(f"<b>{d}</b>" for d in _n())),
        "digit-cells": page(
            "<tr><th>個人番号</th>" + "".join(f"<td>{d}</td>" for d in _n()) + "</tr>"
        ),
        "breaks": page("マイナンバー<br>" + "<br>".join(_groups(_n()))),
        "input-value": page(f'<label>個人番号<input name="n" value="{_n()}"></label>'),
        "input-name": page(f'<input name="mynumber" value="{_n()}">'),
        "three-inputs": page(
            "個人番号" + "".join(f'<input maxlength=4 value="{g}">' for g in _groups(_n()))
        ),
        "entities": page(f"<p>個人番号 {''.join(f'&#x{ord(d):X};' for d in _n())}</p>"),
        "named-entities": page(f"<p>個人番号&nbsp;{'&nbsp;'.join(_groups(_n()))}</p>"),
        "hyphen-entities": page(f"<p>マイナンバー {'&ndash;'.join(_groups(_n()))}</p>"),
        "label-in-entities": page(f"<p>&#20491;&#20154;&#30058;&#21495; {_n()}</p>"),
        "comment": page(f"<!-- マイナンバー {_n()} -->"),
        "title": page(f"<title>個人番号 {_n()}</title>"),
        "data-attribute": page(f'<tr data-my-number="{_n()}"><td>佐藤</td></tr>'),
        "hidden": page(f'<p style="display:none">個人番号 {_n()}</p>'),
        "script": page(f'<script>var p={{"myNumber":"{_n()}"}};</script>'),
        "data-uri": page(f'<a href="data:text/plain;base64,{_base64(f"個人番号 {_n()}")}">x</a>'),
        "word-break": page(f"<p>個人番号 {'<wbr>'.join(_groups(_n()))}</p>"),
        "definition-list": page(f"<dl><dt>個人番号</dt><dd>{_n()}</dd></dl>"),
    }


def _markdown() -> Mapping[str, str]:
    return {
        "table": f"| 氏名 | 個人番号 |\n|---|---|\n| 佐藤 | {_n()} |\n",
        "long-table": "| 氏名 | 個人番号 |\n|---|---|\n"
        + "| 社員の名前 | なし |\n" * 200
        + f"| 佐藤 | {_n()} |\n",
        "split-table": f"| 個人番号 | {' | '.join(_groups(_n()))} |\n",
        "list": f"- 個人番号\n  - {_n()}\n",
        "fence": f"```\nmy_number={_n()}\n```\n",
        "front-matter": f"---\nmy_number: {_n()}\n---\n",
        "link": f"[個人番号](https://example/{_n()})\n",
        "quote": f"> マイナンバーは\n> {_n()}\n> です\n",
        "quote-split": "> マイナンバー\n> {}\n> {}\n".format(*_halves(_n())),
        "escaped-hyphen": "個人番号 {}\n".format("\\-".join(_groups(_n()))),
    }


def _halves(number: str) -> tuple[str, str]:
    return number[:8], number[8:]


def _log() -> Mapping[str, str]:
    stamp = "2026-04-01T09:00:00.000+09:00"
    return {
        "key-value": f"{stamp} INFO user=17 mynumber={_n()} saved\n",
        "query": f'192.0.2.7 - - [01/Apr/2026:09:00:00 +0900] "GET /e?my_number={_n()} HTTP/1.1" 200 12\n',
        "json": f'{stamp} DEBUG body={{"myNumber":"{_n()}"}}\n',
        "escaped-json": f'{stamp} DEBUG body="{{\\"myNumber\\":\\"{_n()}\\"}}"\n',
        "message": f"{stamp} WARN 個人番号の検査に失敗しました: {_n()}\n",
        "stack-trace": f"{stamp} ERROR invalid my number\nValueError: invalid: '{_n()}'\n",
        "syslog": f"Apr  1 09:00:00 host app[123]: individual number {_n()} rejected\n",
        "after-other-digits": f"20260401090000 17 mynumber {_n()} 200 5123\n",
        "form-body": f"{stamp} POST name=Sato&mynumber={grouped('-')(_n())}&age=40\n",
        "form-body-plus": f"{stamp} POST mynumber={'+'.join(_groups(_n()))}\n",
        "form-body-percent": f"{stamp} POST mynumber={'%20'.join(_groups(_n()))}\n",
        "terminal-colours": f"{stamp} mynumber=\x1b[31m{_n()}\x1b[0m\n",
    }


def _code() -> Mapping[str, str]:
    return {
        "constant": f'MY_NUMBER = "{_n()}"\n',
        "argument": f'register(name="佐藤", my_number={NUMBERS[0]})\n',
        "comment": f"# 個人番号 {_n()}\n",
        "digit-groups": f"my_number = {'_'.join(_groups(NUMBERS[1]))}\n",
        "concatenated": 'my_number = "{}" "{}" "{}"\n'.format(*_groups(_n())),
        "patch": f"+++ b/r.yaml\n@@ -1 +1 @@\n-my_number:\n+my_number: {_n()}\n",
        "long": f"mynumber = {[_n()]!r}\n",
    }


def _alone() -> Mapping[str, str]:
    return {
        "csv cell": f"氏名,備考\n佐藤,{_n()}\n鈴木,済\n",
        "csv full-width": f"氏名,備考\n佐藤,{full_width(_n())}\n",
        "csv grouped": f"氏名,備考\n佐藤,{grouped(' ')(_n())}\n",
        "json value": json.dumps({"name": "佐藤", "note": _n()}, ensure_ascii=False),
        "yaml value": f'note: "{_n()}"\n',
        "yaml text": f"remarks: 佐藤さんより受領 {_n()}\n",
        "html cell": f"<table><tr><td>佐藤</td><td>{_n()}</td></tr></table>",
        "xml value": f"<a><b>{_n()}</b></a>",
        "md text": f"- 佐藤 {grouped('-')(_n())}\n",
        "sql value": f"INSERT INTO t VALUES (1, '佐藤', '{_n()}');\n",
        "ini value": f"[a]\nnote = {_n()}\n",
    }
