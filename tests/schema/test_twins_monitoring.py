"""The kinds of monitoring: what their schemas allow their twins allow, and their examples teach.

``test_twins.py`` goes from the twins to the schemas, for every kind. Here the documents come from
the schemas. Beyond that: each example is refused with the code in its name, and words that several
kinds share are the same words.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from pydantic import ValidationError

from mnaudit.load.evidence import read_documents
from mnaudit.model.corporate_number import check_digit
from mnaudit.model.evidence_monitoring import MONITORING
from mnaudit.pipeline import schemas_of
from mnaudit.validate.evidence import validate_document
from mnaudit.validate.portable import lint, search

if TYPE_CHECKING:
    from mnaudit.model.document import Document
    from mnaudit.validate.schema import Schemas

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "schema"
EXAMPLES = ROOT / "tests" / "evidence"
KIND = pytest.mark.parametrize("kind", sorted(MONITORING))


def examples(side: str) -> list[Any]:
    found = sorted(path for kind in MONITORING for path in (EXAMPLES / side / kind).glob("*.yaml"))
    return [pytest.param(path, id="/".join(path.parts[-2:])) for path in found]


def read(path: Path) -> Document:
    (document,) = read_documents(EXAMPLES, [path]).documents
    return document


def codes(path: Path) -> set[str]:
    return {found.code for found in validate_document(read(path), schemas(), cross_check=True)}


@cache
def schemas() -> Schemas:
    return schemas_of(SCHEMAS)


# Documents that the schemas make


@cache
def resource(name: str) -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads((SCHEMAS / name).read_text(encoding="utf-8")))


def schema_of(kind: str) -> dict[str, Any]:
    return resource(f"evidence/{kind}.schema.json")


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference; all of them lead to the envelope."""
    if "$ref" not in schema:
        return schema
    return resolved(resource("envelope.schema.json")["$defs"][schema["$ref"].rpartition("/")[2]])


def values(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Return what a schema of the portable profile accepts."""
    schema = resolved(schema)
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema["type"]:
        case "object":
            return objects(schema)
        case "array":
            return lists(schema)
        case "string":
            return texts(schema)
        case "integer":
            whole = st.integers(schema["minimum"], schema["maximum"])
            return whole | whole.map(float)  # JSON has one kind of number
        case "boolean":
            return st.booleans()
        case _:
            raise NotImplementedError(schema["type"])


def objects(schema: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    fields = {name: values(child) for name, child in schema["properties"].items()}
    required = {name: fields.pop(name) for name in schema.get("required", ())}
    return st.fixed_dictionaries(required, optional=fields)


def lists(schema: dict[str, Any]) -> st.SearchStrategy[list[Any]]:
    least = schema.get("minItems", 0)
    is_set = schema.get("uniqueItems", False)
    return st.lists(values(schema["items"]), min_size=least, max_size=least + 1, unique=is_set)


def texts(schema: dict[str, Any]) -> st.SearchStrategy[str]:
    match schema:
        case {"format": "date"}:
            return st.dates().map(str).filter(lambda day: "1900" <= day[:4] <= "2199")
        case {"format": "jp-corporate-number"}:
            return st.integers(0, 10**11).map(lambda n: f"{check_digit(f'{n:012}')}{n:012}")
        case {"pattern": pattern} if not pattern.startswith("^$|"):
            return st.from_regex(rf"{pattern.removesuffix('$')}\Z")
    pattern, longest = schema["pattern"], schema["maxLength"]
    written = st.text(min_size=1, max_size=10) | st.just("漏" * longest)
    return written.filter(lambda text: search(pattern, text))


@cache
def documents(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    envelope = resource("envelope.schema.json")
    fields = {"id", "organization", "title", "prepared_by", "approved_by", "approved_on"}
    head = {name: values(envelope["properties"][name]) for name in sorted(fields)}
    data = values(schema_of(kind)["properties"]["data"])
    period = values(envelope["properties"]["period"])
    return st.fixed_dictionaries({**head, "kind": st.just(kind), "period": period, "data": data})


@KIND
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.data())
def test_what_the_schema_allows_the_twin_allows(kind: str, data: st.DataObject) -> None:
    document = data.draw(documents(kind))
    written = (
        MONITORING[kind]
        .model_validate(document)
        .model_dump(mode="json", by_alias=True, exclude_none=True)
    )
    assert written == document


@KIND
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.data())
def test_a_document_without_a_required_field_is_no_twin(kind: str, data: st.DataObject) -> None:
    document = data.draw(documents(kind))
    required = schema_of(kind)["properties"]["data"]["required"]
    del document["data"][data.draw(st.sampled_from(required))]
    with pytest.raises(ValidationError, match="Field required"):
        MONITORING[kind].model_validate(document)


# The examples that people wrote


@pytest.mark.parametrize("path", examples("invalid"))
def test_an_invalid_example_has_the_problem_in_its_name(path: Path) -> None:
    assert codes(path) == {path.suffixes[-2].removeprefix(".")}


@pytest.mark.parametrize("path", examples("valid"))
def test_a_valid_example_has_no_problem_with_its_schema(path: Path) -> None:
    assert codes(path) == set()


@KIND
def test_the_examples_say_everything_that_may_be_said(kind: str) -> None:
    said = [read(path).value["data"] for path in (EXAMPLES / "valid" / kind).glob("*.yaml")]
    data = schema_of(kind)["properties"]["data"]
    assert set().union(*(names(value) for value in said)) == set(declared(data))


@KIND
def test_an_example_says_nothing_but_what_is_required(kind: str) -> None:
    said = [read(path).value["data"] for path in (EXAMPLES / "valid" / kind).glob("*.yaml")]
    required = set(schema_of(kind)["properties"]["data"]["required"])
    assert any(set(value) <= required for value in said)


def names(value: object, at: str = "") -> set[str]:
    if isinstance(value, dict):
        below = (names(child, f"{at}.{name}") for name, child in value.items())
        return {f"{at}.{name}" for name in value}.union(*below)
    if isinstance(value, list):
        return set().union(*(names(child, at) for child in value))
    return set()


def declared(schema: dict[str, Any], at: str = "") -> list[str]:
    found: list[str] = []
    schema = resolved(schema)
    for name, child in resolved(schema.get("items", schema)).get("properties", {}).items():
        found += [f"{at}.{name}", *declared(child, f"{at}.{name}")]
    return found


# Facts that stand in both, and words that kinds share


@KIND
def test_the_schema_is_portable_and_explained(kind: str) -> None:
    assert lint(f"evidence/{kind}.schema.json", schema_of(kind)) == []


def options(kind: str, *path: str) -> list[str]:
    node = schema_of(kind)["properties"]["data"]
    for name in path:
        node = node.get("items", node)["properties"][name]
    return cast("list[str]", node.get("items", node)["enum"])


def test_an_incident_falls_under_the_situations_of_the_rule_or_none() -> None:
    situations = resource("envelope.schema.json")["$defs"]["reportableSituation"]["enum"]
    assert options("incident-report", "categories") == [*situations, "none"]


def test_an_incident_report_holds_the_nine_items_of_a_report() -> None:
    nine = resource("envelope.schema.json")["$defs"]["reportItem"]["enum"]
    held = schema_of("incident-report")["properties"]["data"]["properties"]["nine_items"]
    assert list(held["properties"]) == [item.replace("-", "_") for item in nine]
    assert len(nine) == 9


def test_a_drill_goes_through_the_steps_of_the_procedure() -> None:
    procedure = schema_of("incident-procedure")["properties"]["data"]["properties"]["steps"]
    assert set(options("incident-drill", "timeline", "step")) == set(procedure["items"]["enum"])


def test_an_audit_finding_and_a_self_check_name_controls_as_the_catalog_does() -> None:
    control = resource("control.schema.json")["$defs"]["control"]["properties"]["id"]["pattern"]
    finding = schema_of("audit-report")["properties"]["data"]["properties"]["findings"]
    answer = schema_of("self-check")["properties"]["data"]["properties"]["answers"]
    for rows in (finding, answer):
        assert rows["items"]["properties"]["control"]["pattern"] == control


def test_a_self_check_answers_in_the_tiers_of_the_catalog() -> None:
    assert options("self-check", "answers", "tier") == ["minimum", "optional"]
