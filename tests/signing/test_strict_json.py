"""JSON is read one way, or refused with its place."""

from __future__ import annotations

import json
import time
from typing import Any

import orjson
import pytest
from hypothesis import given, strategies as st

from mnaudit.errors import ExitCode
from mnaudit.signing.canonical import MAX_INTEGER, canonical_bytes
from mnaudit.signing.strict_json import StrictJsonError, line_and_column, parse, safe_key, scan

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
SCALARS = st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | TEXT
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), inner, max_size=4)
    ),
    max_leaves=20,
)

REFUSED: dict[str, tuple[bytes, str, int, int]] = {
    "nothing": (b"", "MN114", 1, 1),
    "only blanks": (b" \n ", "MN114", 1, 1),
    "a byte order mark": (b"\xef\xbb\xbf{}", "MN102", 1, 1),
    "UTF-16": ("{}".encode("utf-16"), "MN101", 1, 1),
    "a byte of Shift_JIS": (b'{"a":\n "\x83\x7d"}', "MN101", 2, 3),
    "an overlong slash": (b'["\xc0\xaf"]', "MN101", 1, 3),
    "a surrogate in UTF-8": (b'["\xed\xa0\x80"]', "MN101", 1, 3),
    "the same key twice": (b'{"a": 1,\r\n "a": 2}', "MN106", 2, 2),
    "the same key, one escaped": (rb'{"status":1, "st\u0061tus":2}', "MN106", 1, 14),
    "the same key, deep inside": (b'[{"b":[{"kk":1,"kk":2}]}]', "MN106", 1, 16),
    "a key in capitals": (b'{"status":"NG","STATUS":"OK"}', "MN107", 1, 16),
    "a key in full width": ('{"ab":1,"\uff41b":2}'.encode(), "MN107", 1, 9),
    "a key with long s": ('{"status":1,"\u017ftatus":2}'.encode(), "MN107", 1, 13),
    "NaN": (b"[NaN]", "MN112", 1, 2),
    "Infinity": (b'{"a":Infinity}', "MN112", 1, 6),
    "minus Infinity": (b"[1, -Infinity]", "MN112", 1, 5),
    "a fraction": (b"[1.5]", "MN118", 1, 2),
    "a round fraction": (b"[1.0]", "MN118", 1, 2),
    "an exponent": (b"[1e3]", "MN118", 1, 2),
    "2^53": (b"[9007199254740992]", "MN118", 1, 2),
    "-2^53": (b"[-9007199254740992]", "MN118", 1, 2),
    "5000 digits": (b"[" + b"9" * 5000 + b"]", "MN118", 1, 2),
    "a lone high surrogate": (rb'["\ud800"]', "MN115", 1, 2),
    "a lone low surrogate in a key": (rb'{"\uDC00":1}', "MN115", 1, 2),
    "surrogates in the wrong order": (rb'["\udc00\ud800"]', "MN115", 1, 2),
    "a line break in a string": (b'["a\nb"]', "MN115", 1, 4),
    "NUL in a key": (b'{"a\x00":1}', "MN115", 1, 4),
    "33 brackets": (b"[" * 33 + b"]" * 33, "MN104", 1, 33),
    "100,000 brackets": (b"[" * 100_000, "MN104", 1, 33),
    "40,000 objects": (b'{"a":' * 40_000, "MN104", 1, 161),
    "a second value": (b"{} {}", "MN105", 1, 4),
    "a closing bracket too many": (b"{}]", "MN105", 1, 3),
    "a string without end": (b'["abc', "MN105", 1, 2),
    "a string without end and a line break": (b'["a\n', "MN105", 1, 2),
    "a wrong escape": (rb'["\x41"]', "MN105", 1, 3),
    "a key without end": (b'{"a', "MN105", 1, 2),
    "a key without quotes": (b"{a:1}", "MN105", 1, 2),
    "a key that is a number": (b"{1:1}", "MN105", 1, 2),
    "a key without colon": (b'{"a" 1}', "MN105", 1, 6),
    "a comma before the end of a list": (b"[1,]", "MN105", 1, 4),
    "a comma before the end of an object": (b'{"a":1,}', "MN105", 1, 8),
    "a comma too many": (b"[,1]", "MN105", 1, 2),
    "no comma": (b"[1 2]", "MN105", 1, 4),
    "no end": (b"[1", "MN105", 1, 3),
    "an opening bracket alone": (b"[", "MN105", 1, 2),
    "the wrong closing bracket": (b"[1}", "MN105", 1, 3),
    "half a word": (b"[tru]", "MN105", 1, 2),
    "Python's None": (b"None", "MN105", 1, 1),
    "a leading zero": (b"[012345678901]", "MN105", 1, 3),
    "a leading plus": (b"[+1]", "MN105", 1, 2),
    "a lone minus": (b"[-]", "MN105", 1, 2),
    "a hexadecimal number": (b"[0x1]", "MN105", 1, 3),
    "single quotes": (b"['a']", "MN105", 1, 2),
    "a comment": (b"[1] // one", "MN105", 1, 5),
    "a no-break space": ("[\u00a01]".encode(), "MN105", 1, 2),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_readers_disagree_about_is_refused_at_its_place(name: str) -> None:
    data, code, line, column = REFUSED[name]
    with pytest.raises(StrictJsonError) as refusal:
        parse(data)
    assert (refusal.value.code, refusal.value.line, refusal.value.column) == (code, line, column)


@pytest.mark.parametrize("name", REFUSED)
def test_the_scanner_ends_where_nothing_more_can_be_read(name: str) -> None:
    data, code, _, _ = REFUSED[name]
    if code in {"MN101", "MN102"}:
        return
    events = list(scan(data.decode()))
    bad = [detail[0] for kind, _, detail in events if kind == "bad"]
    assert code in bad
    assert all(each not in {"MN104", "MN105", "MN114"} for each in bad[:-1])


@pytest.mark.parametrize(
    ("data", "value"),
    [
        pytest.param(b"null", None, id="a lone word"),
        pytest.param(b' "x" ', "x", id="blanks around"),
        pytest.param(b"[-0, 0, -1]", [0, 0, -1], id="small integers"),
        pytest.param(str(MAX_INTEGER).encode(), MAX_INTEGER, id="the largest integer"),
        pytest.param(str(-MAX_INTEGER).encode(), -MAX_INTEGER, id="the smallest integer"),
        pytest.param(rb'["\ud83d\ude00", "\u0041\/"]', ["😀", "A/"], id="a pair of surrogates"),
        pytest.param('{"番号":"あ"}'.encode(), {"番号": "あ"}, id="Japanese"),
        pytest.param(b'{"a":{"a":[{"a":[]},{}]}}', {"a": {"a": [{"a": []}, {}]}}, id="nested"),
        pytest.param(b'{"Ab":1,"c":2}', {"Ab": 1, "c": 2}, id="capitals without a twin"),
        pytest.param(b"[" * 32 + b"]" * 32, json.loads("[" * 32 + "]" * 32), id="32 brackets"),
        pytest.param(b"[true,false]", [True, False], id="truth"),
    ],
)
def test_strict_json_is_read(data: bytes, value: object) -> None:
    assert parse(data) == value


def test_fractions_are_read_where_they_are_allowed() -> None:
    assert parse(b"[1.5, -2e3, 1]", allow_floats=True) == [1.5, -2000.0, 1]


@pytest.mark.parametrize("number", ["1e999", "-1e999", "1" * 400 + ".0"])
def test_a_fraction_that_overflows_is_refused_even_where_fractions_are_allowed(number: str) -> None:
    with pytest.raises(StrictJsonError) as refusal:
        parse(f"[0.5, {number}]".encode(), allow_floats=True)
    assert (refusal.value.code, refusal.value.column) == ("MN112", 7)


def test_too_many_bytes_are_refused_before_they_are_read() -> None:
    with pytest.raises(StrictJsonError) as refusal:
        parse(b"\xff" * 11, max_bytes=10)
    assert refusal.value.code == "MN103"
    assert refusal.value.values == {"size": 11, "limit": 10}
    assert (refusal.value.line, refusal.value.column) == (0, 0)
    assert refusal.value.exit_code is ExitCode.INPUT


def test_a_deeper_limit_lets_deeper_values_through() -> None:
    assert parse(b"[" * 60 + b"]" * 60, max_depth=64)
    with pytest.raises(StrictJsonError, match="MN104"):
        parse(b"[" * 65 + b"]" * 65, max_depth=64)


@pytest.mark.parametrize("depth", [500, 100_000])
@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_hostile_depth_is_refused_in_milliseconds(opening: str, depth: int) -> None:
    started = time.perf_counter()
    with pytest.raises(StrictJsonError, match="MN104"):
        parse((opening * depth).encode())
    assert time.perf_counter() - started < 0.5


def test_a_surrogate_pair_is_no_excuse_for_depth() -> None:
    with pytest.raises(StrictJsonError, match="MN104"):
        parse(rb'["\ud83d\ude00",' + b"[" * 40 + b"]" * 41)


def test_the_scanner_goes_on_behind_what_it_can_skip() -> None:
    text = '{"a": NaN, "a": 1e999,\n "A": ["\\ud800", 9007199254740993], "b": tru}'
    bad = [
        (detail[0], *line_and_column(text, at)) for kind, at, detail in scan(text) if kind == "bad"
    ]
    assert bad == [
        ("MN112", 1, 7),
        ("MN106", 1, 12),
        ("MN118", 1, 17),
        ("MN107", 2, 2),
        ("MN115", 2, 8),
        ("MN118", 2, 18),
        ("MN105", 2, 42),
    ]


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("status", "status"),
        ("番号 1", "番号 1"),
        ("a\u202eb\x1b[0m", "a?b??0m"),
        ("0123-4567-8901", "####-####-####"),
        ("一二三四五六七八九〇一二", "############"),
        ("x" * 61, "x" * 60 + "…"),
    ],
)
def test_a_key_is_shown_without_numbers_and_escapes(key: str, shown: str) -> None:
    assert safe_key(key) == shown


@given(VALUES)
def test_canonical_bytes_are_read_back(value: Any) -> None:
    assert parse(canonical_bytes(value), max_depth=100) == value


@given(VALUES, st.sampled_from([None, 2]), st.booleans())
def test_any_spelling_of_a_value_is_read_as_that_value(
    value: Any,
    indent: int | None,
    ascii_only: bool,  # noqa: FBT001
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert parse(text.encode(), max_depth=100) == value


@given(st.binary() | st.text('[]{},:"\\u0123456789.eE+- \n\tatrufslnINa').map(str.encode))
def test_what_is_read_at_all_is_read_as_orjson_reads_it(data: bytes) -> None:
    try:
        value = parse(data)
    except StrictJsonError as refusal:
        assert refusal.code.startswith("MN1")  # noqa: PT017 - any refusal is fine
    else:
        assert value == orjson.loads(data)


@given(st.text('[]{},:"\\ud8x01.eE- \naAtrue', max_size=40))
def test_the_scanner_and_the_parser_refuse_the_same_texts(text: str) -> None:
    finds = any(kind == "bad" for kind, _, _ in scan(text))
    try:
        parse(text.encode())
    except StrictJsonError as refusal:
        assert finds
        assert refusal.values.get("detail") != "readers disagree about it"  # noqa: PT017
    else:
        assert not finds
