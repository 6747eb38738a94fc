"""The portable profile: our schemas keep it, and each way out of it is found."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, strategies as st

from mnaudit.validate.portable import DIALECT, lint, search

SCHEMAS = Path(__file__).parents[2] / "schema"
FILES = sorted(SCHEMAS.rglob("*.schema.json"))


def titled(**keywords: object) -> dict[str, Any]:
    return {"title": "見出し", "x-en": {"title": "Title"}, **keywords}


def file(**keywords: object) -> dict[str, Any]:
    return {"$schema": DIALECT, **titled(**keywords)}


def a_property(**keywords: object) -> dict[str, Any]:
    """Return a schema whose one property ``p`` has these keywords."""
    return file(type="object", properties={"p": titled(**keywords)}, additionalProperties=False)


def codes(schema: dict[str, Any], name: str = "x.schema.json") -> list[tuple[str, str]]:
    return [(pointer, code) for pointer, code, _ in lint(name, schema)]


@pytest.mark.parametrize("path", [pytest.param(p, id=p.stem) for p in FILES])
def test_every_schema_of_ours_is_portable(path: Path) -> None:
    schema = json.loads(path.read_text(encoding="utf-8"))
    assert lint(path.relative_to(SCHEMAS).as_posix(), schema) == []


@pytest.mark.parametrize("path", [pytest.param(p, id=p.stem) for p in FILES])
def test_every_schema_of_ours_is_a_schema(path: Path) -> None:
    schema = json.loads(path.read_text(encoding="utf-8"))
    jsonschema_rs.meta.validate(schema)


def test_there_are_schemas_to_lint() -> None:
    assert len(FILES) >= 8


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        pytest.param("dependencies", {"a": ["b"]}, id="dependencies"),
        pytest.param("$vocabulary", {}, id="vocabulary"),
        pytest.param("$id", "https://example.jp/x", id="id"),
        pytest.param("$anchor", "x", id="anchor"),
        pytest.param("$dynamicRef", "#x", id="dynamic reference"),
        pytest.param("definitions", {}, id="definitions of draft 7"),
        pytest.param("contentEncoding", "base64", id="content"),
        pytest.param("requred", ["a"], id="typo"),
        pytest.param("$schema", DIALECT, id="dialect below the root"),
    ],
)
def test_keywords_outside_the_profile_are_found(keyword: str, value: object) -> None:
    found = lint("x.schema.json", a_property(**{keyword: value}))
    assert found == [(f"/properties/p/{keyword}", "MN310", {"keyword": keyword})]


def test_notes_of_our_own_are_free() -> None:
    assert codes(a_property(**{"x-tier": "optional"})) == []


@pytest.mark.parametrize(
    "pattern",
    [
        r"^[0-9]{4}$",
        r"^(?:0[1-9]|1[0-2])$",
        r"^[A-Za-z0-9_-]+$",
        r'^[^./\\:*?"<>|\x00-\x1f]$',
        r"^$|[^ \u3000]",
        r"a{2,}b{1,3}c?",
        r"\$\{x\}",
        r"(a|b)+",
        r"[\]\[-]",
        r"#",
        "",
    ],
)
def test_portable_patterns_pass_and_compile_in_both_engines(pattern: str) -> None:
    assert codes(a_property(type="string", pattern=pattern)) == []
    re.compile(pattern)
    jsonschema_rs.Draft202012Validator(
        {"pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions()
    )


@pytest.mark.parametrize(
    ("pattern", "part"),
    [
        pytest.param(r"^\d+$", r"\d+$", id="digits"),
        pytest.param(r"^\w$", r"\w$", id="word"),
        pytest.param(r"a\s", r"\s", id="space"),
        pytest.param(r"\bx", r"\bx", id="boundary"),
        pytest.param(r"\p{L}", r"\p{L}", id="property"),
        pytest.param(r"[\d]", r"[\d]", id="digits in a class"),
        pytest.param(r"a.b", r".b", id="dot"),
        pytest.param(r"x(?=y)", r"?=y)", id="look-ahead"),
        pytest.param(r"(?!y)", r"?!y)", id="negative look-ahead"),
        pytest.param(r"(?<=y)", r"?<=y)", id="look-behind"),
        pytest.param(r"(?i)y", r"?i)y", id="flag"),
        pytest.param(r"(?P<n>y)", r"?P<n>y)", id="named group"),
        pytest.param(r"(a)\1", r"\1", id="back-reference"),
        pytest.param(r"a\Z", r"\Z", id="end of Python"),
        pytest.param(r"a*+", r"+", id="possessive"),
        pytest.param(r"a*?", r"?", id="lazy"),
        pytest.param(r"*a", r"*a", id="nothing to repeat"),
        pytest.param(r"^*", r"*", id="repeated anchor"),
        pytest.param(r"[a-z&&b]", r"[a-z&&b]", id="intersection"),
        pytest.param(r"[[:alpha:]]", r"[[:alpha:]]", id="POSIX class"),
        pytest.param(r"[]", r"[]", id="empty class"),
        pytest.param(r"[あ-ん]", r"[あ-ん]", id="not ASCII in a class"),
        pytest.param(r"第", r"第", id="not ASCII"),
        pytest.param(r"\ud800", r"\ud800", id="half a character"),
        pytest.param(r"a{,3}", r"{,3}", id="open bound"),
        pytest.param(r"(a", r"(", id="open group"),
        pytest.param(r"a)", r")", id="closed too often"),
        pytest.param(r"a{3,2}", r"a{3,2}", id="bounds the wrong way round"),
        pytest.param(r"[z-a]", r"[z-a]", id="range the wrong way round"),
        pytest.param("a{99999999999}", "a{99999999999}", id="absurd bound"),
        pytest.param("a\nb", "\nb", id="raw newline"),
    ],
)
def test_other_patterns_are_found_with_the_part_that_is_not_portable(
    pattern: str, part: str
) -> None:
    found = lint("x.schema.json", a_property(pattern=pattern))
    assert found == [("/properties/p/pattern", "MN311", {"part": part})]


def test_patterns_for_names_are_looked_at_too() -> None:
    schema = file(type="object", patternProperties={r"\d": {}}, additionalProperties=False)
    assert codes(schema) == [(r"/patternProperties/\d", "MN311")]


@given(
    st.sampled_from(
        [r"^[0-9]{3}$", r"^(?:a|b)$", r"^$|[^ \x0a]", r"[a-c]$|^x", r"[$]", r"\$", "b"]
    ),
    st.text("0123abcx $\n　", max_size=5),
)
def test_search_finds_what_the_first_engine_finds(pattern: str, text: str) -> None:
    engine = jsonschema_rs.Draft202012Validator({"pattern": pattern})
    assert search(pattern, text) == engine.is_valid(text)


def test_search_does_not_overlook_a_final_newline() -> None:
    assert search(r"^[A-Z][0-9]{4}$", "E0012")
    assert not search(r"^[A-Z][0-9]{4}$", "E0012\n")


def test_search_refuses_patterns_that_are_not_portable() -> None:
    with pytest.raises(ValueError, match="not portable"):
        search(r"\d", "1")


@pytest.mark.parametrize("name", ["email", "date-time", "dete", 3])
def test_formats_that_are_not_registered_are_found(name: object) -> None:
    assert lint("x.schema.json", a_property(format=name)) == [
        (
            "/properties/p/format",
            "MN312",
            {"format": str(name), "known": "date, jp-corporate-number"},
        )
    ]


def test_registered_formats_pass() -> None:
    assert codes(a_property(format="date")) == []
    assert codes(a_property(format="jp-corporate-number")) == []


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        ("multipleOf", 0.01),
        ("minimum", 1.5),
        ("maximum", "3"),
        ("minLength", True),
        ("type", "number"),
        ("type", ["string", "number"]),
        ("const", 0.5),
        ("enum", [1, 1.5]),
    ],
)
def test_numbers_other_than_integers_are_found(keyword: str, value: object) -> None:
    found = lint("x.schema.json", a_property(**{keyword: value}))
    assert found == [(f"/properties/p/{keyword}", "MN313", {"keyword": keyword})]


def test_integers_pass() -> None:
    assert codes(a_property(type="integer", minimum=0, multipleOf=5)) == []
    assert codes(a_property(type=["integer", "null"], const=3)) == []


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("a.schema.json", "#/$defs/day"),
        ("a.schema.json", "#"),
        ("a.schema.json", "envelope.schema.json"),
        ("evidence/a.schema.json", "../envelope.schema.json#/$defs/date"),
    ],
)
def test_references_to_files_beside_it_pass(name: str, target: str) -> None:
    assert codes(a_property(**{"$ref": target}), name) == []


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("a.schema.json", "https://json-schema.org/draft/2020-12/schema"),
        ("a.schema.json", "//example.jp/x.json"),
        ("a.schema.json", "/etc/x.json"),
        ("a.schema.json", "file:///x.json"),
        ("a.schema.json", "../envelope.schema.json"),
        ("evidence/a.schema.json", "../../x.json"),
        ("evidence/a.schema.json", "x/../../../y.json"),
        ("a.schema.json", "#date"),
        ("a.schema.json", "envelope.yaml"),
        ("a.schema.json", 3),
    ],
)
def test_references_that_lead_elsewhere_are_found(name: str, target: object) -> None:
    found = lint(name, a_property(**{"$ref": target}))
    assert found == [("/properties/p/$ref", "MN314", {"target": str(target)})]


@pytest.mark.parametrize(
    ("at", "schema"),
    [
        pytest.param("", file(type="object", properties={}), id="root"),
        pytest.param("", file(properties={}), id="no type"),
        pytest.param("", file(properties={}, additionalProperties={}), id="anything else"),
        pytest.param(
            "/properties/p/items", a_property(items={"properties": {}}), id="items of a list"
        ),
        pytest.param("/$defs/d", file(**{"$defs": {"d": {"properties": {}}}}), id="definition"),
        pytest.param(
            "/oneOf/0",
            file(oneOf=[{"type": "object", "properties": {}}]),
            id="an alternative that is an object",
        ),
    ],
)
def test_open_objects_are_found(at: str, schema: dict[str, Any]) -> None:
    assert codes(schema) == [(at, "MN315")]


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param(file(properties={}, additionalProperties=False), id="closed"),
        pytest.param(file(properties={}, unevaluatedProperties=False), id="closed over parts"),
        pytest.param(file(**{"$ref": "e.json", "properties": {}}), id="closed by the envelope"),
        pytest.param(file(type="object"), id="declares nothing"),
        pytest.param(file(allOf=[{"if": {"properties": {"a": {}}}}]), id="condition"),
        pytest.param(file(dependentSchemas={"a": {"properties": {"b": {}}}}), id="dependent"),
    ],
)
def test_closed_objects_and_conditions_pass(schema: dict[str, Any]) -> None:
    assert codes(schema) == []


@pytest.mark.parametrize("title", [None, "", "　", 3])
def test_missing_titles_are_found_in_each_language(title: object) -> None:
    schema = a_property()
    schema["properties"]["p"]["title"] = title
    assert codes(schema) == [("/properties/p", "MN316")]
    schema = a_property()
    schema["properties"]["p"]["x-en"]["title"] = title
    assert codes(schema) == [("/properties/p", "MN317")]


def test_a_property_without_any_words_lacks_both_titles() -> None:
    schema = file(type="object", properties={"a/b": True}, additionalProperties=False)
    assert codes(schema) == [("/properties/a~1b", "MN316"), ("/properties/a~1b", "MN317")]


def test_a_file_has_titles_itself() -> None:
    assert codes({"$schema": DIALECT}) == [("", "MN316"), ("", "MN317")]


@pytest.mark.parametrize(
    ("at", "schema"),
    [
        pytest.param("/properties", file(properties=[]), id="properties as a list"),
        pytest.param("/properties", file(properties=True), id="properties as true"),
        pytest.param("/allOf", file(allOf={}), id="allOf as a mapping"),
        pytest.param("/allOf/1", file(allOf=[True, 3]), id="number for a schema"),
        pytest.param("/items", file(items=[]), id="items as a list"),
        pytest.param("/$defs/d", file(**{"$defs": {"d": "string"}}), id="text for a schema"),
        pytest.param("/pattern", file(pattern=3), id="number for a pattern"),
        pytest.param("", titled(), id="no dialect"),
        pytest.param(
            "",
            titled(**{"$schema": "http://json-schema.org/draft-07/schema#"}),
            id="other dialect",
        ),
    ],
)
def test_keywords_that_hold_something_else_are_found(at: str, schema: dict[str, Any]) -> None:
    assert codes(schema) == [(at, "MN318")]


def test_every_option_is_explained_in_both_languages() -> None:
    ja, en = "値：a＝あ、b＝い。", "Values: a = one; b = two."
    options = {"enum": ["a", "b", 3]}
    assert codes(a_property(**options, description=ja, **{"x-en": en_(en)})) == []
    found = lint("x", a_property(**options, description=ja, **{"x-en": en_("Only a.")}))
    assert found == [("/properties/p/enum", "MN319", {"value": "b"})]
    found = lint("x", a_property(**options, description="値：b＝い。", **{"x-en": en_(en)}))
    assert found == [("/properties/p/enum", "MN319", {"value": "a"})]


def en_(description: str) -> dict[str, str]:
    return {"title": "Title", "description": description}


def test_a_fragment_declares_nothing_so_it_may_be_open_and_untitled() -> None:
    fragment = {
        "type": "object",
        "properties": {"method": {"enum": ["shred"]}, "level": {"required": ["din"]}},
        "required": ["level"],
    }
    assert lint("where", fragment, fragment=True) == []


@pytest.mark.parametrize(
    ("fragment", "at", "code"),
    [
        ({"$schema": DIALECT}, "/$schema", "MN310"),
        ({"$ref": "#"}, "/$ref", "MN314"),
        ({"properties": {"a": {"pattern": r"\d"}}}, "/properties/a/pattern", "MN311"),
        ({"not": {"format": "email"}}, "/not/format", "MN312"),
        ({"contains": {"minimum": 0.5}}, "/contains/minimum", "MN313"),
        ({"if": 3}, "/if", "MN318"),
        ({"requred": ["a"]}, "/requred", "MN310"),
    ],
)
def test_a_fragment_keeps_the_rest_of_the_profile(
    fragment: dict[str, Any], at: str, code: str
) -> None:
    assert [found[:2] for found in lint("where", fragment, fragment=True)] == [(at, code)]


def test_everything_is_reported_at_once_and_in_order() -> None:
    schema = a_property(format="email", pattern=r"\d", multipleOf=0.5)
    schema["dependencies"] = {}
    assert codes(schema) == [
        ("/dependencies", "MN310"),
        ("/properties/p/format", "MN312"),
        ("/properties/p/multipleOf", "MN313"),
        ("/properties/p/pattern", "MN311"),
    ]
