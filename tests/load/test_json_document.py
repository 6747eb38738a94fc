"""JSON documents mean what YAML documents mean, or are refused with the same codes."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, strategies as st

from mnaudit.load import json_document, strict_yaml
from mnaudit.load.places import Refused, build
from mnaudit.signing.canonical import MAX_INTEGER

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp", "Cn", "Co"]))
KEYS = st.from_regex(r"[a-z_]{1,6}", fullmatch=True)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-MAX_INTEGER, MAX_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=15,
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, max_size=5)

REFUSED: dict[str, tuple[str | bytes, list[tuple[str, int, int]]]] = {
    "Shift_JIS": ('{"a":\n"表"}'.encode("cp932"), [("MN101", 2, 2)]),
    "a byte order mark and more": (
        b'\xef\xbb\xbf{"a": 1, "a": 2}',
        [("MN102", 1, 1), ("MN106", 1, 10)],
    ),
    "over 1 MiB": (b" " * (1024 * 1024 + 1), [("MN103", 0, 0)]),
    "65 levels": ('{"a":' + "[" * 64 + "]" * 64 + "}", [("MN104", 1, 69)]),
    "100,000 lists": ('{"a":' + "[" * 100_000, [("MN104", 1, 69)]),
    "a wrong comma": ('{"a": 1,}', [("MN105", 1, 9)]),
    "the same key": ('{"a": 1,\n "a": 2}', [("MN106", 2, 2)]),
    "a twin": ('{"a": 1,\r\n "A": 2}', [("MN107", 2, 2)]),
    "not a number": ('{"a": NaN}', [("MN112", 1, 7)]),
    "an overflow": ('{"a": 1e999}', [("MN112", 1, 7)]),
    "nothing": ("", [("MN114", 1, 1)]),
    "blanks": ("\n\n", [("MN114", 1, 1)]),
    "a line break in text": ('{"a": "x\ny"}', [("MN115", 1, 9)]),
    "bidi": ('{"a": "\u202e"}', [("MN115", 1, 8)]),
    "bidi in a key": ('{"\u202e": 1}', [("MN115", 1, 3)]),
    "bidi by escape": ('{"a": "\\u202e"}', [("MN115", 1, 7)]),
    "bidi by escape in a key": ('{"\\u202E": 1}', [("MN115", 1, 2)]),
    "a backspace by escape": ('{"a": ["\\b"]}', [("MN115", 1, 8)]),
    "a lone surrogate": ('{"a": "\\ud800"}', [("MN115", 1, 7)]),
    "NUL": ('{"a": "\0"}', [("MN115", 1, 8)]),
    "a list at the top": ("\n [1, NaN]", [("MN117", 2, 2), ("MN112", 2, 6)]),
    "a text at the top": ('"a"', [("MN117", 1, 1)]),
    "a number at the top": ("1", [("MN117", 1, 1)]),
    "null at the top": ("null", [("MN117", 1, 1)]),
    "2^53": ('{"a": 9007199254740992}', [("MN118", 1, 7)]),
    "5000 digits": ('{"a": ' + "9" * 5000 + "}", [("MN118", 1, 7)]),
    "several at once": (
        '{"a": NaN,\n"A": "\\u0085",\n"b": [1e999, 1 2]}',
        [("MN112", 1, 7), ("MN107", 2, 1), ("MN115", 2, 6), ("MN112", 3, 7), ("MN105", 3, 16)],
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_could_mean_two_things_is_refused_as_in_yaml(name: str) -> None:
    data, expected = REFUSED[name]
    started = time.perf_counter()
    with pytest.raises(Refused) as refused:
        json_document.load(data.encode() if isinstance(data, str) else data)
    assert time.perf_counter() - started < 0.5
    assert [(code, *place) for place, code, _ in refused.value.defects] == expected


def test_no_more_than_a_hundred_defects_are_told() -> None:
    data = '{"a": [' + "NaN, " * 200_000 + "1]}"
    with pytest.raises(Refused) as refused:
        json_document.load(data.encode())
    assert len(refused.value.defects) == 100


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param(
            '{"a": 1.5, "b": -0, "c": 1e3}', {"a": 1.5, "b": 0, "c": 1000.0}, id="numbers"
        ),
        pytest.param('{"a": "\\u3042\\n\\ud83d\\ude00"}', {"a": "あ\n😀"}, id="escapes"),
        pytest.param('{"a": "…\t"}'.replace("\t", "\\t"), {"a": "…\t"}, id="an ellipsis"),
        pytest.param("{}", {}, id="an empty mapping"),
    ],
)
def test_ordinary_json_is_read(text: str, value: object) -> None:
    assert json_document.load(text.encode()) == value


@given(DOCUMENTS, st.booleans(), st.sampled_from([None, 1]))
def test_what_python_writes_is_read_back(
    value: dict[str, Any],
    ascii_only: bool,  # noqa: FBT001
    indent: int | None,
) -> None:
    data = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    assert json_document.load(data.encode()) == value
    assert build(json_document.placed_events(data)) == value


@given(st.text('{}[]:,"ab01.e- \n\\unulltrue', max_size=40).map(lambda text: '{"a": ' + text))
def test_json_that_both_readers_take_is_the_same_value(text: str) -> None:
    try:
        value = json_document.load(text.encode())
    except Refused as refused:
        assert refused.defects  # noqa: PT017
        return
    try:
        assert strict_yaml.load(text.encode()) == value
    except Refused as refused:  # libyaml does not know JSON's escaped slash and pairs of surrogates
        assert {code for _, code, _ in refused.defects} <= {"MN105", "MN115"}  # noqa: PT017


@given(st.binary() | st.binary().map(lambda data: b'{"a": "' + data + b'"}'))
def test_arbitrary_bytes_are_json_or_refused(data: bytes) -> None:
    try:
        assert isinstance(json_document.load(data), dict)
    except Refused as refused:
        assert refused.defects  # noqa: PT017
