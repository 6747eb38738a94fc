"""YAML means one thing, or is refused with its code and place."""

from __future__ import annotations

import io
import json
import time
from typing import Any

import pytest
from hypothesis import example, given, settings, strategies as st
from ruamel.yaml import YAML

from mnaudit.load import strict_yaml
from mnaudit.load.places import Refused, build
from mnaudit.load.strict_yaml import load, placed_events, resolve
from mnaudit.load.text import FORBIDDEN, has_forbidden, readable
from mnaudit.signing.canonical import MAX_INTEGER

_SURROGATES = ["Cs"]
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp", "Cn", "Co"]))
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-MAX_INTEGER, MAX_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
    | st.sampled_from(
        ["no", "on", "~", "null", "1_000", "2026-11-23", "0123", "1e3", "- a", "a: b"]
    )
)
KEYS = st.from_regex(r"[a-z_]{1,6}", fullmatch=True) | st.sampled_from(
    ["第1", "null", "1", "no", ""]
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=15,
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, max_size=5)


def refusal(data: bytes | str) -> list[tuple[str, int, int]]:
    """Return code, line and column of everything that is wrong."""
    with pytest.raises(Refused) as refused:
        load(data.encode() if isinstance(data, str) else data)
    return [(code, *place) for place, code, _ in refused.value.defects]


REFUSED: dict[str, tuple[str | bytes, list[tuple[str, int, int]]]] = {
    "Shift_JIS": ("a: 1\nb: 表\n".encode("cp932"), [("MN101", 2, 4)]),
    "UTF-16": ("a: 1".encode("utf-16"), [("MN101", 1, 1)]),
    "a byte order mark": (b"\xef\xbb\xbfa: 1\n", [("MN102", 1, 1)]),
    "a byte order mark and more": (b"\xef\xbb\xbfa: &x 1\n", [("MN102", 1, 1), ("MN108", 1, 4)]),
    "over 1 MiB": (b"#" * (1024 * 1024 + 1), [("MN103", 0, 0)]),
    "65 levels": ("a: " + "[" * 64 + "]" * 64, [("MN104", 1, 67)]),
    "100,000 lists": ("a: " + "[" * 100_000, [("MN104", 1, 67)]),
    "100,000 lists at the top": ("[" * 100_000, [("MN117", 1, 1), ("MN104", 1, 65)]),
    "40 KB of mappings": ("{" * 40_000, [("MN111", 1, 2), ("MN104", 1, 65)]),
    "mappings in mappings": ("{a: " * 10_000, [("MN104", 1, 257)]),
    "40 KB of block lists": ("- " * 20_000, [("MN117", 1, 1), ("MN104", 1, 129)]),
    "40 KB of complex keys": ("? " * 20_000, [("MN111", 1, 3), ("MN104", 1, 129)]),
    "a complex key at the last level": (
        "a: " + "[" * 62 + "{ [x]: 1 }" + "]" * 62,
        [("MN111", 1, 68), ("MN104", 1, 68)],
    ),
    "a bracket left open": ("a: [1, 2\n", [("MN105", 1, 4)]),
    "a quote left open": ('a: 1\nb: "x\n', [("MN105", 2, 4)]),
    "a line without colon": ("a: 1\ntitle\nb: 2\n", [("MN105", 2, 1)]),
    "two colons": ("a: b: c\n", [("MN105", 1, 5)]),
    "a tab as indent": ("a:\n\tb: 1\n", [("MN105", 2, 1)]),
    "wrong indent": ("a:\n  b: 1\n c: 2\n", [("MN105", 3, 2)]),
    "an at sign": ("a: @b\n", [("MN105", 1, 4)]),
    "a wrong escape": ('a: "\\q"\n', [("MN105", 1, 5)]),
    "the same key": ("a: 1\nb: 2\na: 3\n", [("MN106", 3, 1)]),
    "the same key, quoted": ("a: 1\n'a': 2\n", [("MN106", 2, 1)]),
    "the same key, deep": ("a:\n  - b: 1\n    b: 2\n", [("MN106", 3, 5)]),
    "keys in capitals": ("data: 1\nDATA: 2\n", [("MN107", 2, 1)]),
    "keys in capitals, the other way": ("DATA: 1\ndata: 2\n", [("MN107", 2, 1)]),
    "keys in full width": ("data: 1\n\uff44ata: 2\n", [("MN107", 2, 1)]),
    "half-width kana": ("ガ: 1\nｶﾞ: 2\n", [("MN107", 2, 1)]),
    "an anchor": ("a: &x 1\n", [("MN108", 1, 4)]),
    "an anchor on a mapping": ("a: &x\n  b: 1\n", [("MN108", 1, 4)]),
    "an anchor on a key": ("&x a: 1\n", [("MN108", 1, 1)]),
    "an anchor at the top": ("&x\na: 1\n", [("MN108", 1, 1)]),
    "an alias": ("a: 1\nb: *x\n", [("MN108", 2, 4)]),
    "an alias as key": ("*x : 1\n", [("MN108", 1, 1)]),
    "an alias in a list": ("a: [*x]\n", [("MN108", 1, 5)]),
    "a glob taken for an alias": ("a: *.pdf\n", [("MN108", 1, 5)]),
    "billion laughs": (
        "a: &a [x]\nb: &b [*a,*a]\nc: [*b,*b]\n",
        [
            ("MN108", 1, 4),
            ("MN108", 2, 4),
            ("MN108", 2, 8),
            ("MN108", 2, 11),
            ("MN108", 3, 5),
            ("MN108", 3, 8),
        ],
    ),
    "a tag": ("a: !!str 1\n", [("MN109", 1, 4)]),
    "a local tag": ("a: !x b\n", [("MN109", 1, 4)]),
    "the bare tag": ("a: ! b\n", [("MN109", 1, 4)]),
    "an unknown tag handle": ("a: !u!x b\n", [("MN109", 1, 4)]),
    "a broken tag": ("a: !<x b\n", [("MN109", 1, 7)]),
    "a tag that makes objects": ("a: !!python/object/apply:os.system [x]\n", [("MN109", 1, 4)]),
    "a tag behind a quoted key": ('{"a":!!str 1}\n', [("MN109", 1, 6)]),
    "a merge key": ("a: 1\n<<: {b: 1}\n", [("MN110", 2, 1)]),
    "a quoted merge key": ("'<<': 1\n", [("MN110", 1, 1)]),
    "a number as key": ("1: a\n", [("MN111", 1, 1)]),
    "null as key": ("null: a\n", [("MN111", 1, 1)]),
    "nothing as key": ("?\n: a\n", [("MN111", 1, 2)]),
    "true as key": ("a:\n  True: 1\n", [("MN111", 2, 3)]),
    "infinity as key": (".inf: 1\n", [("MN111", 1, 1)]),
    "a list as key": ("? [a, {b: c}]\n: 1\nd: 2\n", [("MN111", 1, 3)]),
    "a mapping as key": ("{a: 1}: 2\n", [("MN111", 1, 1)]),
    "not a number": ("a: .nan\n", [("MN112", 1, 4)]),
    "infinity": ("a: [1, -.INF]\n", [("MN112", 1, 8)]),
    "an overflow": ("a: 1e999\n", [("MN112", 1, 4)]),
    "two documents": ("a: 1\n---\nb: 1\n", [("MN113", 2, 1)]),
    "a document behind the end": ("a: 1\n...\n---\nb: 1\n", [("MN113", 3, 1)]),
    "nothing": ("", [("MN114", 1, 1)]),
    "a comment": ("# no evidence\n", [("MN114", 1, 1)]),
    "a line": ("---\n", [("MN114", 2, 1)]),
    "NUL": ("a: x\0y\n", [("MN115", 1, 5)]),
    "an escape character": ("a: \x1b[31m\n", [("MN115", 1, 4)]),
    "NEL": ("a: x\u0085b\n", [("MN115", 1, 5)]),
    "LS in a comment": ("a: 1 # \u2028b: 1\n", [("MN115", 1, 8)]),
    "PS": ("a: \u2029\n", [("MN115", 1, 4)]),
    "text that turns around": ("a: \u202etxt\nb: \u2066\n", [("MN115", 1, 4), ("MN115", 2, 4)]),
    "a second byte order mark": ("a: \ufeffb\n", [("MN115", 1, 4)]),
    "no character": ("a: \ufffe\n", [("MN115", 1, 4)]),
    "a lone surrogate": ('a: "\\ud800"\n', [("MN115", 1, 7)]),
    "NUL by escape": ('a: "\\0"\n', [("MN115", 1, 4)]),
    "NEL by escape": ('a: ["\\N"]\n', [("MN115", 1, 5)]),
    "bidi by escape": ('a: "\\u202e"\n', [("MN115", 1, 4)]),
    "bidi by escape in a key": ('"\\u202e": 1\n', [("MN115", 1, 1)]),
    "bidi by long escape": ('a: "\\U0000202e"\n', [("MN115", 1, 4)]),
    "a version": ("%YAML 1.1\n---\na: no\n", [("MN116", 1, 1)]),
    "a version of the future": ("%YAML 2.0\n---\na: 1\n", [("MN116", 1, 1)]),
    "a tag directive": ("# x\n%TAG ! !x\n---\na: !b 1\n", [("MN116", 2, 1), ("MN109", 4, 4)]),
    "an unknown directive": ("%FOO\r\n---\r\na: 1\r\n", [("MN116", 1, 1)]),
    "a directive behind a lone carriage return": ("# x\r%FOO\r---\ra: 1\r", [("MN116", 2, 1)]),
    "a list at the top": ("- a\n- &x b\n", [("MN117", 1, 1), ("MN108", 2, 3)]),
    "a text at the top": ("\n  hello\n", [("MN117", 2, 3)]),
    "a quoted nothing at the top": ("''\n", [("MN117", 1, 1)]),
    "2^53": ("a: 9007199254740992\n", [("MN118", 1, 4)]),
    "-2^53": ("a: [-9007199254740992]\n", [("MN118", 1, 5)]),
    "5000 digits": ("a: " + "9" * 5000 + "\n", [("MN118", 1, 4)]),
    "many hexadecimal digits": ("a: 0x" + "f" * 5000 + "\n", [("MN118", 1, 4)]),
    "many octal digits": ("a: 0o" + "7" * 5000 + "\n", [("MN118", 1, 4)]),
    "several at once": (
        "Kind: 1\nkind: 2\ndata: {x: .nan, x: &y 1, 3: 4}\n<<: !!map {}\nz: [1\n",
        [
            ("MN107", 2, 1),
            ("MN112", 3, 11),
            ("MN106", 3, 17),
            ("MN108", 3, 20),
            ("MN111", 3, 26),
            ("MN110", 4, 1),
            ("MN109", 4, 5),
            ("MN105", 5, 4),
        ],
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_could_mean_two_things_is_refused_at_its_place(name: str) -> None:
    data, expected = REFUSED[name]
    started = time.perf_counter()
    found = refusal(data)
    assert time.perf_counter() - started < 0.5
    assert found == expected


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param("%TAG !a! !b\n" * 80_000, id="tag directives"),
        pytest.param("%FOO\n" * 200_000, id="unknown directives"),
        pytest.param("a: \0" * 200_000, id="control characters"),
        pytest.param("a: [" + "&a x, " * 100_000 + "]", id="anchors"),
        pytest.param("a: [" + "*a, " * 200_000 + "]", id="aliases"),
        pytest.param("a: 1\n" * 200_000, id="one key again and again"),
        pytest.param("".join(f"K{n}: 1\n" for n in range(60_000)) + "k1: 1\n", id="odd keys"),
        pytest.param("a: {" + "X: 1, y: {Z: 1}, " * 50_000 + "}", id="mappings with odd keys"),
        pytest.param("a: " + "x " * 500_000, id="a long line"),
        pytest.param("a: " + "x\n  " * 300_000, id="a long text"),
        pytest.param('a: "' + "\\n" * 500_000 + '"', id="escapes"),
        pytest.param("a" * 1_000_000 + ": 1", id="a long key"),
        pytest.param("? " + "[a, " * 200_000, id="lists in a key"),
        pytest.param("a: " + "{" * 60 + "x: 1, " * 100_000, id="wide and deep"),
        pytest.param("# " * 500_000, id="a long comment"),
        pytest.param("\n" * 1_000_000, id="empty lines"),
        pytest.param("a: |\n" + " \n" * 400_000, id="a block of blanks"),
        pytest.param("a: 1" + "0" * 1_000_000, id="a long number"),
        pytest.param("a: ." + "0" * 1_000_000 + "x", id="almost a long number"),
    ],
)
def test_a_megabyte_of_anything_is_read_or_refused_in_moments(hostile: str) -> None:
    started = time.perf_counter()
    try:
        load(hostile.encode())
    except Refused as refused:
        assert refused.defects  # noqa: PT017 - being accepted is fine as well
    assert time.perf_counter() - started < 6


@pytest.mark.parametrize(
    ("plain", "value"),
    [
        *((word, None) for word in ("", "~", "null", "Null", "NULL")),
        *((word, True) for word in ("true", "True", "TRUE")),
        *((word, False) for word in ("false", "False", "FALSE")),
        *((word, word) for word in ("no", "No", "yes", "on", "OFF", "y", "n", "nULL", "tRUE")),
        ("0", 0),
        ("-0", 0),
        ("+12", 12),
        ("0o17", 15),
        ("0x1F", 31),
        ("1.5", 1.5),
        ("-.5", -0.5),
        ("1.", 1.0),
        ("1e3", 1000.0),
        ("12E-1", 1.2),
        (str(MAX_INTEGER), MAX_INTEGER),
        (str(-MAX_INTEGER), -MAX_INTEGER),
        *(
            (text, text)
            for text in (
                *(
                    "012345678901",
                    "-01",
                    "00",
                    "01.5",
                    "1_000",
                    "0b1",
                    "0O7",
                    "0x",
                    "-0x1",
                    "12:30:45",
                ),
                *("2026-11-23", "2026-11-23T09:00:00+09:00", "190:20:30", "1,000", "1 2", ".", "-"),
                *("+", "e3", "1e", "1.2.3", ".inF", "inf", "NaN", "-.nan", "１２", "٣", "1\n"),  # noqa: RUF001
            )
        ),
    ],
)
def test_plain_scalars_are_those_of_yaml_1_2(plain: str, value: object) -> None:
    assert (resolve(plain), type(resolve(plain))) == (value, type(value))


@pytest.mark.parametrize("style", ["a: '{}'\n", 'a: "{}"\n', "a: |-\n  {}\n", "a: >-\n  {}\n"])
@pytest.mark.parametrize("text", ["null", "1", "true", "1.5", ".nan", "9" * 30, "2026-11-23"])
def test_whatever_is_quoted_is_text(style: str, text: str) -> None:
    assert load(style.format(text).encode()) == {"a": text}


ACCEPTED: dict[str, tuple[str, object]] = {
    "block style": ("a:\n  b: 1\n  c:\n  - x\n  - y: z\n", {"b": 1, "c": ["x", {"y": "z"}]}),
    "flow style": ("a: {b: 1, c: [x, {y: z}], d: }\n", {"b": 1, "c": ["x", {"y": "z"}], "d": None}),
    "JSON": (
        '{"a": {"b": [1, 2.5, null, true, "\\u3042\\n"]}}',
        {"b": [1, 2.5, None, True, "あ\n"]},
    ),
    "nothing": ("a:\n", None),
    "empty containers": ("a: [{}, []]\n", [{}, []]),
    "a list of lists": ("a:\n- - 1\n  - 2\n- []\n", [[1, 2], []]),
    "document marks": ("---\na: 1\n...\n", 1),
    "comments": ("# one\na: 1 # two\n# three\n", 1),
    "Windows line ends": ("a:\r\n  - x\r\n  - y\r\n", ["x", "y"]),
    "several lines": ("a: |\n  one\n  two\n", "one\ntwo\n"),
    "folded lines": ("a: >-\n  one\n  two\n", "one two"),
    "a tab in a value": ("a: x\ty\n", "x\ty"),
    "indicators inside of text": ("a: [R&D, 3*4, oh!, 100%, a#b]\n", None),
    "indicators in quotes": ("a: ['&x', '*x', '!x', '%x']\n", ["&x", "*x", "!x", "%x"]),
    "an indicator after a blank in text": ("a: R & D * !\n", "R & D * !"),
    "keys that look like words": ("a: {no: 1, on: 2, 'null': 3, '1': 4, '': 5}\n", None),
    "keys in capitals": ("a: {Kind: 1, apiVersion: 2, 氏名: 3}\n", None),
    "a quote in a path": ("a: 'C:\\users\\x'\n", "C:\\users\\x"),
    "an ellipsis": ("a: …―“x”\u200b\n", "…―“x”\u200b"),
    "an emoji": ("a: 😀\n", "😀"),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_ordinary_yaml_is_read(name: str) -> None:
    text, value = ACCEPTED[name]
    expected = value if value is not None or name == "nothing" else _by_ruamel(text)["a"]
    assert load(text.encode()) == {"a": expected}


@pytest.mark.parametrize("name", ACCEPTED)
def test_the_careful_loop_reads_what_the_quick_one_reads(name: str) -> None:
    text, _ = ACCEPTED[name]
    assert build(placed_events(text)) == load(text.encode())


def test_64_levels_are_read() -> None:
    value = load(("a: " + "[" * 63 + "]" * 63).encode())
    assert build(placed_events("a: " + "[" * 63 + "]" * 63)) == value
    assert list(value) == ["a"]


def test_values_of_the_message_never_show_a_number() -> None:
    with pytest.raises(Refused) as refused:
        load(b"'0123-4567-8901': 1\n'0123-4567-8901': 2\n")
    assert refused.value.defects == (((2, 1), "MN106", {"key": "####-####-####"}),)


def test_the_memory_of_known_keys_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strict_yaml, "_KNOWN_LIMIT", 0)
    assert load(b"never_met_before: 1\n") == {"never_met_before": 1}
    assert "never_met_before" not in strict_yaml._known


@pytest.mark.parametrize("text", ["a: [?A]", "a: [1, ?A]", "a: {?b: 1}", "a: [\n  ?A\n]"])
def test_a_question_mark_that_libyaml_takes_for_a_key_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        load(text.encode())
    assert [code for _, code, _ in refused.value.defects] == ["MN105"]


@pytest.mark.parametrize("text", ["a: ?A", "a: 'x, ?A'", "a: 本当か, ?A", "a: ['?A']", 'a: ["?A"]'])
def test_a_question_mark_in_text_is_read(text: str) -> None:
    assert "?A" in str(load(text.encode())["a"])


@given(value=DOCUMENTS, flow=st.booleans(), wide=st.booleans())
@example(value={"_": ["?A"]}, flow=True, wide=True)
def test_what_ruamel_writes_is_read_back(
    value: dict[str, Any],
    flow: bool,  # noqa: FBT001
    wide: bool,  # noqa: FBT001
) -> None:
    yaml = YAML(typ="rt")
    yaml.default_flow_style = flow
    yaml.width = 4000 if wide else 20
    out = io.BytesIO()
    yaml.dump(value, out)
    try:
        assert load(out.getvalue()) == value
    except Refused:  # libyaml wants these quoted between brackets
        assert flow
        assert {"?", ":"} & set(out.getvalue().decode().replace(": ", ""))


@given(DOCUMENTS, st.sampled_from([None, 2]))
def test_json_is_yaml(value: dict[str, Any], indent: int | None) -> None:
    assert load(json.dumps(value, ensure_ascii=False, indent=indent).encode()) == value


_YAMLISH = st.lists(
    st.sampled_from([*"ab:-?,[]{}#&*!|>'\"%@ \n\t\\x0.1~<é", "a: ", "\n- ", "\n  ", "b: ", "K: "]),
    max_size=40,
).map(lambda parts: "a: " + "".join(parts))


@settings(max_examples=400)
@given(_YAMLISH)
@example('a: {"b":&c 1}')
@example("a: !x\n")
@example("a: b\n%c: d")
def test_the_quick_loop_never_takes_what_the_careful_one_refuses(text: str) -> None:
    try:
        value = load(text.encode())
    except Refused as refused:
        assert refused.defects  # noqa: PT017
    else:
        cleaned, found = readable(text.encode(), max_bytes=1000)
        events = list(placed_events(cleaned))
        assert not found
        assert not [event for event in events if event[0] == "bad"]
        assert build(events) == value


@given(st.binary() | st.binary().map(lambda data: b"a: " + data))
def test_arbitrary_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        assert isinstance(load(data), dict)
    except Refused as refused:
        assert refused.defects  # noqa: PT017


def _by_ruamel(text: str) -> Any:
    return json.loads(json.dumps(YAML(typ="rt").load(text)))


def test_the_quick_look_at_bytes_finds_every_forbidden_character() -> None:
    for number in range(0x110000):
        if not 0xD800 <= number <= 0xDFFF:
            char = chr(number)
            assert has_forbidden(char.encode()) == (FORBIDDEN.search(char) is not None)
