"""Every node of a document has a place."""

from __future__ import annotations

import json
import pickle
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, strategies as st
from ruamel.yaml import YAML

from mnaudit.load.documents import locate, read_document
from mnaudit.model.document import Document, SourceFile
from mnaudit.model.problem import Problem

YAML_TEXT = """\
# a record
kind: training-record
data:
  attendees:
    - code: E0012
      attended_on: '2026-04-01'
    - {code: E0033, "attended on": null}
  "a/b~c": あいう
  empty:
last: [[1, 2], 3]
"""
JSON_TEXT = """\
{"kind": "training-record",
  "data": {"attendees": [{"code": "E0012"},
    {"code": "E0033"}],
    "a/b~c": "あ", "x": {}}, "last": [[1, 2], 3]}
"""


@dataclass(frozen=True)
class Stored:
    """Bytes that can be read again, and sent to another process."""

    data: bytes

    def __call__(self) -> bytes:
        return self.data


def source(path: str, data: bytes) -> SourceFile:
    return SourceFile(path, len(data), sha256(data).hexdigest(), Stored(data))


def read(path: str, text: str) -> Document:
    data = text.encode()
    document = read_document(source(path, data), data)
    assert isinstance(document, Document)
    return document


@pytest.mark.parametrize(
    ("pointer", "value", "key"),
    [
        ("", (2, 1), (2, 1)),
        ("/kind", (2, 7), (2, 1)),
        ("/data", (4, 3), (3, 1)),
        ("/data/attendees", (5, 5), (4, 3)),
        ("/data/attendees/0", (5, 7), (5, 7)),
        ("/data/attendees/0/attended_on", (6, 20), (6, 7)),
        ("/data/attendees/1/attended on", (7, 36), (7, 21)),
        ("/data/a~1b~0c", (8, 12), (8, 3)),
        ("/data/empty", (9, 9), (9, 3)),
        ("/last/0/1", (10, 12), (10, 12)),
        ("/last/1", (10, 16), (10, 16)),
        pytest.param("/data/attendees/2/code", (5, 5), (4, 3), id="missing item"),
        pytest.param("/data/missing/deeper", (4, 3), (3, 1), id="missing key"),
        pytest.param("/missing", (2, 1), (2, 1), id="missing at the top"),
    ],
)
def test_nodes_of_yaml_have_their_places(
    pointer: str, value: tuple[int, int], key: tuple[int, int]
) -> None:
    document = read("a.yaml", YAML_TEXT)
    assert document.locate(pointer) == value
    assert document.locate(pointer, key=True) == key
    assert locate("a.yaml", YAML_TEXT.encode(), pointer) == value
    assert document.path == "a.yaml"


@pytest.mark.parametrize(
    ("pointer", "value", "key"),
    [
        ("", (1, 1), (1, 1)),
        ("/kind", (1, 10), (1, 2)),
        ("/data/attendees/1/code", (3, 14), (3, 6)),
        ("/data/a~1b~0c", (4, 14), (4, 5)),
        ("/data/x", (4, 24), (4, 19)),
        ("/last/0/1", (4, 42), (4, 42)),
        ("/last/1", (4, 46), (4, 46)),
        ("/data/none", (2, 11), (2, 3)),
    ],
)
def test_nodes_of_json_have_their_places(
    pointer: str, value: tuple[int, int], key: tuple[int, int]
) -> None:
    document = read("a.json", JSON_TEXT)
    assert document.locate(pointer) == value
    assert document.locate(pointer, key=True) == key


def test_a_document_can_be_sent_to_another_process() -> None:
    document = pickle.loads(pickle.dumps(read("b.yml", YAML_TEXT)))  # noqa: S301
    assert document.locate("/kind") == (2, 7)


@pytest.mark.parametrize("path", ["a.yaml", "kind/a.yml", "a.json"])
def test_a_defect_is_a_problem_of_the_file(path: str) -> None:
    data = b'{"a": 1,\n "a": 2}'
    problems = read_document(source(path, data), data)
    assert problems == (Problem(path, 2, 2, "MN106", (("key", "a"),)),)


def test_problems_are_sorted_by_place() -> None:
    data = b"\xef\xbb\xbfa: 1\na: 1\n1: &x .nan\n"
    problems = read_document(source("a.yaml", data), data)
    assert isinstance(problems, tuple)
    assert [(p.code, p.line, p.column) for p in problems] == [
        ("MN102", 1, 1),
        ("MN106", 2, 1),
        ("MN111", 3, 1),
        ("MN108", 3, 4),
        ("MN112", 3, 4),
    ]


TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=0x4000, categories=["L", "N"]))
VALUES = st.recursive(
    st.integers(0, 9) | TEXT,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b/", "~c", "d e"]), inner, min_size=1, max_size=3)
    ),
    max_leaves=10,
)


def _leaves(value: Any, pointer: str = "") -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        pairs = [(key.replace("~", "~0").replace("/", "~1"), each) for key, each in value.items()]
    elif isinstance(value, list):
        pairs = [(str(number), each) for number, each in enumerate(value)]
    else:
        return [(pointer, value)]
    return [leaf for key, each in pairs for leaf in _leaves(each, f"{pointer}/{key}")]


@given(st.dictionaries(st.sampled_from(["a", "k"]), VALUES, min_size=1), st.sampled_from([None, 2]))
def test_a_place_is_where_the_value_is_written(value: dict[str, Any], indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    lines = text.split("\n")
    for path in ("a.json", "a.yaml"):
        document = read(path, text)
        for pointer, leaf in _leaves(value):
            line, column = document.locate(pointer)
            written = json.dumps(leaf, ensure_ascii=False)
            assert lines[line - 1][column - 1 :].startswith(written)


@given(st.dictionaries(st.sampled_from(["a", "k"]), VALUES, min_size=1))
def test_places_in_block_style_are_those_of_ruamel(value: dict[str, Any]) -> None:
    out = BytesIO()
    YAML(typ="rt").dump(value, out)
    tree = YAML(typ="rt").load(out.getvalue())
    document = read("a.yaml", out.getvalue().decode())
    for key in value:
        line, column = tree.lc.key(key)
        assert document.locate(f"/{key}", key=True) == (line + 1, column + 1)
