"""The schema of the trust policy and the model that reads it give one verdict about shape."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, cast

import jsonschema
import jsonschema_rs
import pytest
from pydantic import ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from tests.time_authority import authority
from tests.trust_builder import changed, holding, key, policy

from mnaudit.signing.policy_editing import with_authority
from mnaudit.signing.trust_policy import Role, TrustPolicy, dump_policy
from mnaudit.validate.formats import FORMATS
from mnaudit.validate.portable import lint, search

SCHEMAS = Path(__file__).parents[2] / "schema"
NAME = "trust-policy.schema.json"
BASE = "https://mnaudit.invalid/schema/"
CI = key("ci").fingerprint
Change = Callable[[Any], object]


@cache
def resources() -> dict[str, dict[str, Any]]:
    names = (NAME, "envelope.schema.json")
    return {name: json.loads((SCHEMAS / name).read_text("utf-8")) for name in names}


@cache
def first_engine() -> Callable[[object], bool]:
    return jsonschema_rs.Draft202012Validator(
        resources()[NAME],
        registry=jsonschema_rs.Registry([(BASE + name, it) for name, it in resources().items()]),
        base_uri=BASE + NAME,
        formats=FORMATS,
        validate_formats=True,
        pattern_options=jsonschema_rs.RegexOptions(),
        offline=True,
    ).is_valid


@cache
def second_engine() -> Callable[[object], bool]:
    def pattern(_: object, rule: str, value: object, __: object) -> Any:
        if isinstance(value, str) and not search(rule, value):
            yield jsonschema.ValidationError("does not match")

    registry: Registry[Any] = Registry().with_resources(
        (
            BASE + name,
            DRAFT202012.create_resource({k: v for k, v in it.items() if k != "$schema"}),
        )
        for name, it in resources().items()
    )
    checker = jsonschema.FormatChecker(formats=())
    extend: Any = jsonschema.validators.extend
    engine = extend(jsonschema.Draft202012Validator, {"pattern": pattern})
    made = engine({"$ref": BASE + NAME}, registry=registry, format_checker=checker)
    return cast("Callable[[object], bool]", made.is_valid)


def twin(value: object) -> bool:
    try:
        TrustPolicy.model_validate(value)
    except ValidationError:
        return False
    return True


def whole() -> Any:
    """A policy in which every field is there."""

    def fill(value: Any) -> None:
        value["log_origin"] = "example.com/mnaudit"
        value["keys"][CI] |= {
            "not_before": "2026-04-01T00:00:00Z",
            "not_after": "2027-03-31T14:59:59Z",
            "revoked": {"at": "2026-12-01T00:00:00Z", "reason": "compromised"},
        }

    made = with_authority(policy(), authority())
    for role in (Role.SUBMITTER, Role.REVIEWER, Role.LOG, Role.WITNESS, Role.AUDITOR):
        made = holding(made, role, f"key of {role}")
    return json.loads(dump_policy(changed(made, fill)))


def verdicts(value: object) -> dict[str, bool]:
    return {
        "jsonschema-rs": first_engine()(value),
        "jsonschema": second_engine()(value),
        "twin": twin(value),
    }


def test_the_schema_is_portable_closed_and_explained() -> None:
    assert lint(NAME, resources()[NAME]) == []


def test_a_whole_policy_is_accepted_by_all() -> None:
    assert set(verdicts(whole()).values()) == {True}


def objects(node: Any, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [at] if isinstance(node, dict) else []
    children = node.items() if isinstance(node, dict) else enumerate(node)
    for name, child in children:
        if isinstance(child, (dict, list)):
            found += objects(child, (*at, name))
    return found


def inside(value: Any, at: tuple[str | int, ...]) -> Any:
    for step in at:
        value = value[step]
    return value


def test_an_unknown_field_is_refused_everywhere_by_all() -> None:
    for at in objects(whole()):
        value = copy.deepcopy(whole())
        inside(value, at)["unknown"] = {}
        assert set(verdicts(value).values()) == {False}, at


def test_a_missing_field_is_judged_alike() -> None:
    accepted = set()
    for at in objects(whole()):
        for name in inside(whole(), at):
            value = copy.deepcopy(whole())
            del inside(value, at)[name]
            told = set(verdicts(value).values())
            assert len(told) == 1, (at, name)
            if told == {True} and at[:1] not in {("roles",), ("keys",)}:
                accepted.add(name)
    assert accepted == {"log_origin"}


CHANGES: dict[str, Change] = {
    "spec": lambda value: value.update(spec="v2"),
    "version 0": lambda value: value.update(version=0),
    "version too great": lambda value: value.update(version=1_000_000),
    "no keys": lambda value: value.update(keys={}),
    "a short id": lambda value: value["keys"].update({"ab": value["keys"][CI]}),
    "an unknown role": lambda value: value["roles"].update(admin=value["roles"]["ci"]),
    "a role of nobody": lambda value: value["roles"]["ci"].update(keys=[]),
    "a negative threshold": lambda value: value["roles"]["ci"].update(threshold=-1),
    "local time": lambda value: value.update(issued="2026-04-01T00:00:00+09:00"),
    "a fraction": lambda value: value.update(issued="2026-04-01T00:00:00.1Z"),
    "a day": lambda value: value.update(expires="2026-04-01"),
    "no owner": lambda value: value["keys"][CI].update(owner=""),
    "a long owner": lambda value: value["keys"][CI].update(owner="x" * 201),
    "an algorithm": lambda value: value["keys"][CI].update(algorithm="rsa"),
    "a reason": lambda value: value["keys"][CI]["revoked"].update(reason="lost"),
    "a period": lambda value: value.update(max_status_age="P"),
    "no types": lambda value: value.update(predicate_types=[]),
    "witnesses": lambda value: value["demands"].update(witnesses=101),
    "an oid": lambda value: value["time_authorities"][0].update(policy_oids=["1.02"]),
    "no oid": lambda value: value["time_authorities"][0].update(policy_oids=[]),
    "a verifier": lambda value: value["verifiers"][0].update(key="x"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_field_of_another_kind_is_refused_by_all(name: str) -> None:
    value = whole()
    CHANGES[name](value)

    assert set(verdicts(value).values()) == {False}
