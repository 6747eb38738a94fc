"""Schemas and their pydantic twins give one verdict, and so do both schema engines.

From the twin to the schema by documents that the twin makes; from both to one verdict by documents
that are broken on purpose; and for the example files, which people wrote.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, cast, get_args, get_origin

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from pydantic import AfterValidator, BaseModel, ValidationError
from pydantic.fields import FieldInfo
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor

from mnaudit.model.corporate_number import check_digit
from mnaudit.model.evidence import (
    CoveredPeriod,
    DisposalRecord,
    Sanitization,
    TrainingRecord,
    unique,
)
from mnaudit.model.evidence_handling import ConfidentialityPledgeData
from mnaudit.model.evidence_kinds import KINDS
from mnaudit.model.organization import Organization
from mnaudit.validate.formats import FORMATS
from mnaudit.validate.portable import search

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mnaudit.model.evidence import Closed

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "schema"
EXAMPLES = sorted((ROOT / "tests" / "evidence").rglob("*.yaml"))
BASE = "https://mnaudit.invalid/schema/"
TWINS: dict[str, type[Closed]] = {**KINDS, "organization": Organization}
NEVER_EMPTY = {Sanitization, ConfidentialityPledgeData}


# The engines


def name_of(kind: str) -> str:
    folder = "" if kind == "organization" else "evidence/"
    return f"{folder}{kind}.schema.json"


@cache
def resources() -> dict[str, dict[str, Any]]:
    return {
        path.relative_to(SCHEMAS).as_posix(): json.loads(path.read_text(encoding="utf-8"))
        for path in SCHEMAS.rglob("*.schema.json")
    }


@cache
def first_engine(kind: str) -> Callable[[object], bool]:
    name = name_of(kind)
    return jsonschema_rs.Draft202012Validator(
        resources()[name],
        registry=jsonschema_rs.Registry(
            [(BASE + other, schema) for other, schema in resources().items()]
        ),
        base_uri=BASE + name,
        formats=FORMATS,
        validate_formats=True,
        ignore_unknown_formats=False,
        pattern_options=jsonschema_rs.RegexOptions(),
        mask="***",
        offline=True,
    ).is_valid


@cache
def second_engine(kind: str) -> Callable[[object], bool]:
    registry: Registry[Any] = Registry().with_resources(
        # A file that names its dialect would bring back the engine's own ``pattern``.
        (BASE + name, DRAFT202012.create_resource(without_dialect(schema)))
        for name, schema in resources().items()
    )
    checker = jsonschema.FormatChecker(formats=())
    for name, check in FORMATS.items():
        checker.checks(name)(lambda value, check=check: not isinstance(value, str) or check(value))
    extend: Any = jsonschema.validators.extend
    engine = extend(jsonschema.Draft202012Validator, {"pattern": _pattern})
    validator = engine({"$ref": BASE + name_of(kind)}, registry=registry, format_checker=checker)
    return cast("Callable[[object], bool]", validator.is_valid)


def without_dialect(schema: dict[str, Any]) -> dict[str, Any]:
    return {keyword: value for keyword, value in schema.items() if keyword != "$schema"}


def _pattern(
    _: object, pattern: str, value: object, __: object
) -> Iterator[jsonschema.ValidationError]:
    if isinstance(value, str) and not search(pattern, value):
        yield jsonschema.ValidationError("does not match")


def twin_accepts(kind: str, value: object) -> bool:
    try:
        TWINS[kind].model_validate(value)
    except ValidationError:
        return False
    return True


def verdicts(kind: str, value: object) -> dict[str, bool]:
    return {
        "jsonschema-rs": first_engine(kind)(value),
        "jsonschema": second_engine(kind)(value),
        "twin": twin_accepts(kind, value),
    }


# Documents that the twins make


def values_of(annotation: object, metadata: tuple[Any, ...] = ()) -> st.SearchStrategy[Any]:
    """Return JSON values for a field of a twin, from its annotation."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *more = get_args(annotation)
        return values_of(inner, (*metadata, *more))
    if origin is Literal:
        return st.sampled_from(get_args(annotation))
    if origin in {Union, UnionType}:
        (known,) = (arg for arg in get_args(annotation) if arg is not NoneType)
        return values_of(known, metadata)
    limits = limits_of(metadata)
    if origin is tuple:
        return st.lists(
            values_of(get_args(annotation)[0]),
            min_size=limits.get("min_length", 0),
            max_size=3,
            unique=unique in limits["checks"],
        )
    if annotation is str:
        return texts(limits)
    if annotation is int:
        return st.integers(limits["ge"], limits["le"])
    if annotation is bool:
        return st.booleans()
    if annotation is date:
        return st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(str)
    return parts(annotation)


def limits_of(metadata: tuple[Any, ...]) -> dict[str, Any]:
    limits: dict[str, Any] = {"checks": []}
    for entry in metadata:
        if isinstance(entry, FieldInfo):
            limits |= {**limits_of(tuple(entry.metadata)), "checks": limits["checks"]}
        elif isinstance(entry, AfterValidator):
            limits["checks"].append(entry.func)
        for limit in ("ge", "le", "min_length", "max_length", "pattern"):
            if getattr(entry, limit, None) is not None:
                limits[limit] = getattr(entry, limit)
    return limits


def texts(limits: dict[str, Any]) -> st.SearchStrategy[str]:
    if limits["checks"]:
        bases = st.text("0123456789", min_size=12, max_size=12)
        return bases.map(lambda base: f"{check_digit(base)}{base}")
    shortest, longest = limits.get("min_length", 0), limits.get("max_length", 300)
    if "pattern" not in limits or limits["pattern"].startswith("^$|"):
        filled = st.text(min_size=shortest, max_size=longest)
        return filled.filter(lambda text: text.strip(" \t\r\n　") != "")
    pattern = limits["pattern"]
    to_the_end = pattern.removesuffix("$") + r"\Z"  # "$" would also make a final newline
    found = st.from_regex(to_the_end).filter(lambda text: search(pattern, text))
    return found.filter(lambda text: shortest <= len(text) <= longest)


@cache
def parts(model: type[Closed]) -> st.SearchStrategy[dict[str, Any]]:
    required: dict[str, st.SearchStrategy[Any]] = {}
    optional: dict[str, st.SearchStrategy[Any]] = {}
    for name, field in model.model_fields.items():
        side = required if field.is_required() else optional
        side[field.alias or name] = values_of(field.annotation, tuple(field.metadata))
    made = st.fixed_dictionaries(required, optional=optional)
    return made.filter(bool) if model in NEVER_EMPTY else made


@st.composite
def documents(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    document = draw(parts(TWINS[kind]))
    if kind != "organization":
        document.setdefault("period", draw(parts(CoveredPeriod)))
        always_a_period = TWINS[kind].model_fields["period"].is_required()
        if not always_a_period and draw(st.booleans()):
            document["issued_on"] = document.pop("period")["from"]
        else:
            document.pop("issued_on", None)
    return document


# Documents that are broken on purpose


JUNK: list[Any] = [
    None, True, False, 0, 1, -1, 101, 1.0, 15.0, 2020.0, 0.5, 10**30, 1e300,
    "", " ", "　", "\n", "x", "E0012", "E0012\n", "e0012", "E001\N{FULLWIDTH DIGIT TWO}", "vendor", "handler", "P-6",
    "2025-01-01", "2025-01-01\n", "2025-02-30", "2025-1-1", "\N{FULLWIDTH DIGIT TWO}025-01-01", "1899-12-31",
    "8000000000001", "8000000000002", "8000000000001\n", 8000000000001,
    [], {}, [1], ["x", "x"], ["pension"], ["pension", "pension"], [{}], {"x": 1},
    {"from": "2025-01-01", "to": "2025-12-31"}, {"from": "2025-01-01"}, {"din": "P-6"},
    "x" * 121, "あ" * 120, "あ" * 2001, "../x", "a/b.pdf", "a/.b",
]  # fmt: skip
NAMES = ["x", "name", "since", "until", "editor_schema", "$schema", "issued_on", "period", "note"]


def places(value: object, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield at
    if isinstance(value, dict | list):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(child, (*at, key))


def near(value: object) -> list[Any]:
    """Return values that differ from a good one in little."""
    match value:
        case bool():
            return [int(value), str(value)]
        case int():
            return [float(value), value + 0.5, value + 10**7, -value - 1, str(value)]
        case str():
            return [value + "\n", "\n" + value, value + " ", value[:-1], value.upper(), value * 60]
        case list():
            return [value * 2, value * 1000, dict.fromkeys("x", value)]
        case dict():
            return [[value], {**value, "x": 1}, dict.fromkeys(value)]
        case _:
            raise TypeError(value)


@st.composite
def broken_documents(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    document = draw(documents(kind))
    *above, last = draw(st.sampled_from([at for at in places(document) if at]))
    parent: Any = document
    for key in above:
        parent = parent[key]
    match draw(st.sampled_from(["nudge", "nudge", "replace", "drop", "add"])):
        case "nudge":
            parent[last] = draw(st.sampled_from(near(parent[last])))
        case "replace":
            parent[last] = draw(st.sampled_from(JUNK))
        case "drop":
            del parent[last]
        case _ if isinstance(parent, dict):
            parent[draw(st.sampled_from(NAMES))] = draw(st.sampled_from(JUNK))
        case _:
            parent.append(draw(st.sampled_from([parent[0], *JUNK])))
    return document


KIND = pytest.mark.parametrize("kind", sorted(TWINS))
MANY = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@KIND
@MANY
@given(data=st.data())
def test_a_twin_writes_what_it_read_and_both_engines_accept_it(
    kind: str, data: st.DataObject
) -> None:
    document = data.draw(documents(kind))
    twin = TWINS[kind].model_validate(document)
    written = twin.model_dump(mode="json", by_alias=True, exclude_none=True)
    assert written == document
    assert first_engine(kind)(written)
    assert second_engine(kind)(written)


@KIND
@settings(MANY, max_examples=150)
@given(data=st.data())
def test_broken_documents_get_one_verdict(kind: str, data: st.DataObject) -> None:
    given_verdicts = verdicts(kind, data.draw(broken_documents(kind)))
    assert len(set(given_verdicts.values())) == 1, given_verdicts


@KIND
@pytest.mark.parametrize("junk", [None, 3, "x", [], {}])
def test_what_is_no_document_is_refused_by_all(kind: str, junk: object) -> None:
    assert set(verdicts(kind, junk).values()) == {False}


# Facts that stand in both


@KIND
def test_fields_are_the_same_in_the_same_order(kind: str) -> None:
    assert fields_of_twin(TWINS[kind]) == fields_of_schema(kind)


def fields_of_twin(model: type[Closed]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        found[field.alias or name] = field.is_required(), below(field.annotation)
    return found


def below(annotation: object) -> dict[str, Any]:
    """Return the fields of the class somewhere within an annotation, if there is one."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return fields_of_twin(cast("type[Closed]", annotation))
    return next((found for arg in get_args(annotation) if (found := below(arg))), {})


def fields_of_schema(kind: str) -> dict[str, Any]:
    schema = resources()[name_of(kind)]
    if kind == "organization":
        return declared(schema, schema)
    envelope = resources()["envelope.schema.json"]
    required = [*envelope["required"], *schema.get("required", [])]
    merged = {
        **envelope,
        "required": required,
        "properties": {**envelope["properties"], **schema["properties"]},
    }
    return declared(merged, envelope)


def declared(node: dict[str, Any], file: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, child in node.get("properties", {}).items():
        of_list = child.get("items", child)
        home, _, pointer = of_list.get("$ref", "").partition("#/$defs/")
        there = resources()["envelope.schema.json"] if home else file
        target = there["$defs"][pointer] if pointer else of_list
        found[name] = name in node.get("required", []), declared(target, there)
    return found


def test_every_kind_has_a_schema_and_a_class() -> None:
    files = {path.name.removesuffix(".schema.json") for path in SCHEMAS.glob("evidence/*")}
    assert files == set(KINDS)
    for kind, twin in KINDS.items():
        assert get_args(twin.model_fields["kind"].annotation) == (kind,)


def test_a_nil_statement_may_be_about_every_other_kind() -> None:
    data = resources()["evidence/nil-statement.schema.json"]["properties"]["data"]
    assert set(data["properties"]["about"]["enum"]) == set(KINDS) - {"nil-statement"}


def test_whatever_may_be_done_in_house_may_be_entrusted() -> None:
    shared = resources()["envelope.schema.json"]["$defs"]
    assert set(shared["statutoryTask"]["enum"]) < set(shared["entrustedTask"]["enum"])


def test_fields_that_only_the_optional_tier_uses_are_never_required() -> None:
    for schema in resources().values():
        todo: list[Any] = [schema]
        while todo:
            node = todo.pop()
            if isinstance(node, dict):
                for name, child in node.get("properties", {}).items():
                    if isinstance(child, dict) and "x-tier" in child:
                        assert child["x-tier"] == "optional"
                        assert name not in node.get("required", [])
            todo += node.values() if isinstance(node, dict) else ()
            todo += node if isinstance(node, list) else ()


# Example files


class Plain(SafeConstructor):
    """Leaves days as the text that they are, as the strict loader does."""


Plain.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


def read(path: Path) -> dict[str, Any]:
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = Plain
    return cast("dict[str, Any]", yaml.load(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", [pytest.param(p, id="/".join(p.parts[-3:])) for p in EXAMPLES])
def test_engines_and_twin_agree_about_the_example(path: Path) -> None:
    expected = path.parts[-3] == "valid"
    assert set(verdicts(path.parent.name, read(path)).values()) == {expected}


@KIND
def test_there_are_examples_of_every_kind(kind: str) -> None:
    folders = {side: ROOT / "tests" / "evidence" / side / kind for side in ("valid", "invalid")}
    assert len(list(folders["valid"].glob("*.yaml"))) >= 3
    assert len(list(folders["invalid"].glob("*.MN13?.yaml"))) >= 8


# The twins in memory


EXAMPLE = ROOT / "tests" / "evidence" / "valid" / "training-record" / "classroom.yaml"


def test_a_twin_reads_days_as_days() -> None:
    record = TrainingRecord.model_validate(read(EXAMPLE))
    assert record.data.held_on == date(2025, 10, 1)
    assert record.data.attendees[0].code == "E0012"


def test_a_twin_takes_days_of_the_program_within_the_same_years() -> None:
    document = read(EXAMPLE)
    document["data"]["held_on"] = date(2025, 10, 1)
    assert TrainingRecord.model_validate(document).data.held_on == date(2025, 10, 1)
    for refused in (date(1899, 12, 31), date(2200, 1, 1), datetime(2025, 10, 1, tzinfo=UTC)):
        document["data"]["held_on"] = refused
        with pytest.raises(ValidationError):
            TrainingRecord.model_validate(document)


def test_a_twin_cannot_be_changed() -> None:
    record = TrainingRecord.model_validate(read(EXAMPLE))
    with pytest.raises(ValidationError):
        record.title = "別の件名"  # type: ignore[misc]  # what is tested


def test_a_class_of_one_kind_refuses_the_others() -> None:
    assert not twin_accepts("disposal-record", read(EXAMPLE))
    with pytest.raises(ValidationError, match="disposal-record"):
        DisposalRecord.model_validate(read(EXAMPLE))
