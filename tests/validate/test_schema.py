"""What an engine finds becomes our code and place, and never the value."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from mnaudit.load.data import read_schema, schema_names
from mnaudit.load.documents import read_document
from mnaudit.messages import LANGUAGES, entry
from mnaudit.model.document import Document, SourceFile
from mnaudit.validate.schema import Schema, Schemas

ROOT = Path(__file__).parents[2]
SHIPPED = Schemas(schema_names(ROOT / "schema"), lambda name: read_schema(ROOT / "schema", name))
TRAINING = ROOT / "tests/evidence/valid/training-record/classroom.yaml"


def at_the_start(pointer: str, *, key: bool = False) -> tuple[int, int]:
    assert pointer.startswith("/") or not pointer
    return 1, 2 if key else 1


def document_of(value: dict[str, Any]) -> Document:
    return Document(SourceFile("a.yaml", 0, "0" * 64, lambda: b""), value, at_the_start)


def read(text: str, path: str = "training-record/a.yaml") -> Document:
    data = text.encode()
    file = SourceFile(path, len(data), sha256(data).hexdigest(), lambda: data)
    document = read_document(file, data)
    assert isinstance(document, Document), document
    return document


def schema_of(fragment: dict[str, Any]) -> Schema:
    """Return a schema for documents with one field ``x``."""
    whole = {"type": "object", "properties": {"x": fragment}}
    return Schema("x.schema.json", {"x.schema.json": whole})


KEYWORDS = [
    ("required", {"required": ["name"]}, {}, {"name": 1}, "MN131", {"missing": "name"}),
    ("type", {"type": "integer"}, "1", 1, "MN133", {"expected": "integer"}),
    (
        "types",
        {"type": ["string", "integer"]},
        True,
        "a",
        "MN133",
        {"expected": "integer, string"},
    ),
    ("null", {"type": "string"}, None, "a", "MN133", {"expected": "string"}),
    ("enum", {"enum": ["paper", 2]}, "hdd", 2, "MN134", {"expected": "paper, 2"}),
    ("const", {"const": True}, False, True, "MN134", {"expected": "True"}),
    ("format", {"format": "date"}, "2026-02-30", "2026-02-28", "MN135", {"expected": "date"}),
    (
        "our format",
        {"format": "jp-corporate-number"},
        "8000000000002",
        "8000000000001",
        "MN135",
        {"expected": "jp-corporate-number"},
    ),
    ("pattern", {"pattern": "^E[0-9]+$"}, "e1", "E1", "MN136", {"expected": "^E[0-9]+$"}),
    ("minLength", {"minLength": 2}, "a", "ab", "MN137", {"expected": "minLength 2"}),
    ("maxLength", {"maxLength": 1}, "ab", "a", "MN137", {"expected": "maxLength 1"}),
    ("minimum", {"minimum": 1}, 0, 1, "MN137", {"expected": "minimum 1"}),
    ("maximum", {"maximum": 1}, 2, 1, "MN137", {"expected": "maximum 1"}),
    ("minItems", {"minItems": 1}, [], [1], "MN137", {"expected": "minItems 1"}),
    ("maxItems", {"maxItems": 1}, [1, 2], [1], "MN137", {"expected": "maxItems 1"}),
    ("uniqueItems", {"uniqueItems": True}, [1, 1], [1], "MN137", {"expected": "uniqueItems"}),
    (
        "minProperties",
        {"minProperties": 1},
        {},
        {"a": 1},
        "MN137",
        {"expected": "minProperties 1"},
    ),
    (
        "maxProperties",
        {"maxProperties": 0},
        {"a": 1},
        {},
        "MN137",
        {"expected": "maxProperties 0"},
    ),
    ("oneOf none", {"oneOf": [{"type": "string"}]}, 1, "a", "MN138", {}),
    ("oneOf both", {"oneOf": [{"minimum": 1}, {"minimum": 2}]}, 3, 1, "MN138", {}),
    ("anyOf", {"anyOf": [{"type": "string"}]}, 1, "a", "MN139", {"expected": "anyOf"}),
    ("not", {"not": {"const": 1}}, 1, 2, "MN139", {"expected": "not"}),
    ("contains", {"contains": {"const": 1}}, [2], [1], "MN139", {"expected": "contains"}),
]


@pytest.mark.parametrize(
    ("fragment", "wrong", "right", "code", "values"),
    [pytest.param(*row[1:], id=row[0]) for row in KEYWORDS],
)
def test_each_keyword_has_its_code(
    fragment: dict[str, Any], wrong: Any, right: Any, code: str, values: dict[str, Any]
) -> None:
    schema = schema_of(fragment)

    (found,) = schema.problems(document_of({"x": wrong}))

    assert (found.code, found.pointer) == (code, "/x")
    assert dict(found.values) == {"field": "x", **values}
    assert schema.problems(document_of({"x": right})) == []
    assert (schema.accepts({"x": right}), schema.accepts({"x": wrong})) == (True, False)
    assert schema.agrees({"x": right})
    assert schema.agrees({"x": wrong})


@pytest.mark.parametrize("name", ["氏名", "a/b", "m~n", "0", ""])
def test_an_unknown_field_is_named_at_its_key(name: str) -> None:
    schema = schema_of({"properties": {"known": {}}, "additionalProperties": False})

    (found,) = schema.problems(document_of({"x": {name: "1"}}))

    escaped = name.replace("~", "~0").replace("/", "~1")
    assert (found.code, found.pointer) == ("MN132", f"/x/{escaped}")
    assert (found.line, found.column) == (1, 2)
    assert dict(found.values) == {"field": "x[0]" if name == "0" else f"x.{name}"}


@pytest.mark.parametrize(
    "number",
    [
        "123456789018",
        "1234-5678-9018",
        "\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19\uff10\uff11\uff18",
    ],
)
def test_an_unknown_field_that_could_be_a_number_is_not_named(number: str) -> None:
    schema = schema_of({"properties": {"known": {}}, "additionalProperties": False})

    (found,) = schema.problems(document_of({"x": {f"no {number}": "1"}}))

    assert (found.code, found.pointer) == ("MN132", "/x/***")
    assert number not in repr(found)


def test_several_unknown_fields_are_several_problems() -> None:
    schema = schema_of({"properties": {"known": {}}, "additionalProperties": False})

    found = schema.problems(document_of({"x": {"b": 1, "a": 2}}))

    assert [problem.pointer for problem in found] == ["/x/a", "/x/b"]


def test_a_problem_of_the_whole_document_is_named_by_a_dot() -> None:
    schema = Schema("x.schema.json", {"x.schema.json": {"required": ["kind"]}})

    (found,) = schema.problems(document_of({}))

    assert dict(found.values) == {"field": ".", "missing": "kind"}
    assert found.pointer == ""


def test_the_place_of_a_list_item_is_told_as_people_write_it() -> None:
    schema = schema_of({"items": {"properties": {"code": {"type": "string"}}}})

    (found,) = schema.problems(document_of({"x": [{"code": "a"}, {"code": 1}]}))

    assert dict(found.values)["field"] == "x[1].code"


def test_formats_and_patterns_speak_only_of_strings() -> None:
    schema = schema_of({"format": "date", "pattern": "^a"})

    assert schema.problems(document_of({"x": 1})) == []
    assert schema.agrees({"x": 1})


def test_a_pattern_ends_where_the_text_ends() -> None:
    schema = schema_of({"pattern": "^[0-9]+$"})

    assert [p.code for p in schema.problems(document_of({"x": "1\n"}))] == ["MN136"]
    assert schema.agrees({"x": "1\n"})


def test_an_unknown_format_is_an_error_and_never_ignored() -> None:
    with pytest.raises(ValueError, match="dete"):
        schema_of({"format": "dete"})


def test_a_reference_outside_of_the_folder_is_not_fetched() -> None:
    schemas = Schemas(
        ("a.schema.json",), lambda _: {"$ref": "https://example.invalid/b.schema.json"}
    )

    with pytest.raises(Exception, match=r"b\.schema\.json"):
        schemas.named("a.schema.json")


def test_references_between_files_resolve_from_both_levels() -> None:
    files: dict[str, dict[str, Any]] = {
        "base.schema.json": {"$defs": {"n": {"type": "integer"}}},
        "evidence/a.schema.json": {
            "properties": {
                "x": {"$ref": "../base.schema.json#/$defs/n"},
                "y": {"$ref": "b.schema.json"},
                "z": {"anyOf": [{"$ref": "#/$defs/own"}]},
            },
            "$defs": {"own": {"const": 1}},
        },
        "evidence/b.schema.json": {"type": "string"},
    }
    read_names: list[str] = []

    def read_one(name: str) -> dict[str, Any]:
        read_names.append(name)
        return files[name]

    schemas = Schemas(tuple(files), read_one)
    schema = schemas.of_kind("a")

    assert schemas.kinds == ("a", "b")
    assert schema.accepts({"x": 1, "y": "a", "z": 1})
    assert [p.pointer for p in schema.problems(document_of({"x": "1", "y": 1, "z": 2}))] == [
        "/x",
        "/y",
        "/z",
    ]
    assert schema.agrees({"x": 1, "y": "a", "z": 1})
    assert schema.agrees({"x": "1"})
    assert schemas.of_kind("a") is schema
    assert sorted(read_names) == sorted(files)


def test_the_kinds_are_those_that_have_a_schema() -> None:
    files = (ROOT / "schema" / "evidence").glob("*.schema.json")

    assert SHIPPED.kinds == tuple(sorted(file.name.removesuffix(".schema.json") for file in files))


YAML = """\
# 注記
kind: training-record
id: t-1
data:
  course: 研修
  attendees:
    - {code: E0012, attended_on: 2026-13-01}
    - attended_on: 2026-04-01
      code: e0012
  氏名: 見本太郎
  method: lunch
"""
JSON = """\
{
  "kind": "training-record",
  "data": {"course": "研修", "attendees": [
    {"code": 12, "attended_on": "2026-04-01"}
  ],
    "氏名": "見本", "method": "lunch"}
}
"""


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        pytest.param(
            YAML,
            "training-record/a.yaml",
            {
                ("MN135", "/data/attendees/0/attended_on", 7, 34),
                ("MN136", "/data/attendees/1/code", 9, 13),
                ("MN132", "/data/氏名", 10, 3),
                ("MN134", "/data/method", 11, 11),
                ("MN131", "/data", 5, 3),
                ("MN131", "", 2, 1),
            },
            id="yaml",
        ),
        pytest.param(
            JSON,
            "training-record/a.json",
            {
                ("MN133", "/data/attendees/0/code", 4, 14),
                ("MN132", "/data/氏名", 6, 5),
                ("MN134", "/data/method", 6, 27),
                ("MN131", "/data", 3, 11),
                ("MN131", "", 1, 1),
            },
            id="json",
        ),
    ],
)
def test_line_and_column_are_those_of_the_value(
    text: str, path: str, expected: set[tuple[str, str, int, int]]
) -> None:
    found = SHIPPED.of_kind("training-record").problems(read(text, path))

    assert {(p.code, p.pointer, p.line, p.column) for p in found} >= expected
    assert found == sorted(found)


def pointers(value: Any, pointer: str = "") -> list[str]:
    """Return the pointers of all leaves."""
    if isinstance(value, dict):
        return [p for key, child in value.items() for p in pointers(child, f"{pointer}/{key}")]
    if isinstance(value, list):
        return [p for i, child in enumerate(value) for p in pointers(child, f"{pointer}/{i}")]
    return [pointer]


def replaced(value: Any, pointer: str, new: Any) -> Any:
    """Return a copy of ``value`` in which one node is another."""
    head, _, rest = pointer.removeprefix("/").partition("/")
    if not pointer:
        return new
    if isinstance(value, list):
        return [
            replaced(child, f"/{rest}" if rest else "", new) if i == int(head) else child
            for i, child in enumerate(value)
        ]
    return {
        key: replaced(child, f"/{rest}" if rest else "", new) if key == head else child
        for key, child in value.items()
    }


GOOD = read(TRAINING.read_text(encoding="utf-8")).value


@given(
    pointer=st.sampled_from(pointers(GOOD)),
    secret=st.from_regex(r"[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}", fullmatch=True),
    form=st.sampled_from(["{}", "マイナンバー{}", "{}\n"]),
    wrap=st.sampled_from(
        [lambda v: v, lambda v: [v], lambda v: {"code": v}, lambda v: {v: 1}, lambda v: [{v: v}]]
    ),
)
def test_the_value_of_a_wrong_field_never_occurs_in_a_problem_or_a_message(
    pointer: str, secret: str, form: str, wrap: Any
) -> None:
    value = replaced(GOOD, pointer, wrap(form.format(secret)))

    found = SHIPPED.of_kind("training-record").problems(document_of(value))

    assert secret not in repr(found)
    for problem in found:
        shown = {**dict(problem.values), "path": problem.path}
        for language in LANGUAGES:
            sentences = entry(problem.code, language)
            told = sentences["text"].format(**shown) + sentences["remedy"].format(**shown)
            assert secret not in told
            assert not re.search(r"\{[a-z_]+\}", told)


@given(
    number=st.integers(min_value=10**11, max_value=10**12 - 1),
    pointer=st.sampled_from(pointers(GOOD)),
)
def test_a_number_that_is_no_text_never_occurs_either(number: int, pointer: str) -> None:
    value = replaced(GOOD, pointer, number)

    found = SHIPPED.of_kind("training-record").problems(document_of(value))

    assert found
    assert str(number) not in repr(found)


@given(pointer=st.sampled_from(pointers(GOOD)), value=st.sampled_from([None, [], {}, 0, "", "a"]))
def test_both_engines_agree_whatever_stands_in_a_field(pointer: str, value: Any) -> None:
    assert SHIPPED.of_kind("training-record").agrees(replaced(GOOD, pointer, value))
