"""The schemas of waivers and tailoring and their twins in memory give one verdict."""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from mnaudit.model.document import Document, SourceFile
from mnaudit.model.tailoring import Tailoring
from mnaudit.model.waiver import Waivers
from mnaudit.validate.portable import lint
from mnaudit.validate.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mnaudit.model.base import Model

SCHEMAS = Path(__file__).parents[2] / "schema"
NAMES = ("waivers", "tailoring", "control", "envelope", "populations")
TWINS: dict[str, type[Model]] = {"waivers": Waivers, "tailoring": Tailoring}
PERSON = {"code": "E0003", "role": "総務課長"}
TEXT = {"ja": "行う。", "en": "Do it."}
WHOLE: dict[str, dict[str, Any]] = {
    "waivers": {
        "organization": "8000000000001",
        "waivers": [
            {
                "id": "training-2026",
                "control": "PER-b-01",
                "tier": "minimum",
                "reason": "出張中のため",
                "owner": PERSON,
                "approver": {"code": "E0001", "role": "代表取締役"},
                "approved_on": "2026-01-10",
                "from": "2026-01-01",
                "until": "2026-06-30",
                "facts": "5f3b1c9e" * 8,
                "compensating": ["use-record/x.yaml"],
            }
        ],
    },
    "tailoring": {
        "extends": "mnaudit@0.1.0",
        "due_soon": "P90D",
        "controls": [
            {
                "id": "ORG-own-01",
                "title": TEXT,
                "citations": [{"measure": "C-a", "basis": "ours"}],
                "minimum": {
                    "statement": TEXT,
                    "comment": TEXT,
                    "requires": [
                        {
                            "evidence": "log-review",
                            "cadence": {"every": "P1M", "over": "P1Y", "by": "month"},
                            "nil": True,
                        },
                        {
                            "evidence": "use-record",
                            "max_age": "P1Y",
                            "covers": {
                                "population": "handlers",
                                "key": "data.entries[].handler",
                                "where_item": {"required": ["purpose"]},
                            },
                            "relations": [
                                {"op": "at_least", "left": "data.count", "value": 1},
                                {"op": "member_of", "left": "data.by", "population": "handlers"},
                                {
                                    "op": "matches",
                                    "evidence": "audit-report",
                                    "left": "data.no",
                                    "right": "data.no",
                                    "where": {"required": ["no"]},
                                    "precedes": {"left": "data.on", "right": "data.on"},
                                },
                            ],
                        },
                    ],
                },
            }
        ],
        "changes": [
            {
                "control": "PER-b-01",
                "tier": "optional",
                "reason": "半年ごとに行うため",
                "sme": True,
                "add": [{"evidence": "audit-report"}],
                "max_age": [{"requirement": 0, "max_age": "P6M"}],
                "remove": [1],
            }
        ],
    },
}


@cache
def schema(name: str) -> Schema:
    files = {
        f"{other}.schema.json": json.loads((SCHEMAS / f"{other}.schema.json").read_bytes())
        for other in NAMES
    }
    return Schema(f"{name}.schema.json", files)


def accepted(name: str, value: Any) -> bool:
    """Return the verdict of both engines."""
    assert schema(name).agrees(value)
    file = SourceFile(f"{name}.yaml", 0, "", lambda: b"")
    document = Document(file, value, lambda _, *, key=False: (1, int(key)))
    assert bool(schema(name).problems(document)) is not schema(name).accepts(value)
    return schema(name).accepts(value)


def twin_accepts(name: str, value: Any) -> bool:
    try:
        TWINS[name].model_validate(value)
    except ValidationError:
        return False
    return True


def broken(value: Any) -> Iterator[Any]:
    """Yield copies that lack a field, have one too many, or hold something of another type."""
    for at in places(value):
        *above, last = at
        junks: tuple[Any, ...] = ({"x": 1}, [], None, "", "x y", -1, 10**9)
        for junk in junks:
            copied = copy.deepcopy(value)
            parent = inside(copied, above)
            if junk == "":
                del parent[last]
            else:
                parent[last] = junk
            yield at, copied
        if isinstance(inside(value, at), dict):
            copied = copy.deepcopy(value)
            inside(copied, at)["unknown"] = 1
            yield at, copied


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if at:
        yield at
    if isinstance(value, dict | list):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(child, (*at, key))


def inside(value: Any, at: Any) -> Any:
    for key in at:
        value = value[key]
    return value


@pytest.mark.parametrize("name", TWINS)
def test_a_whole_document_is_accepted(name: str) -> None:
    assert accepted(name, WHOLE[name])
    assert twin_accepts(name, WHOLE[name])


def test_waivers_that_the_schema_refuses_the_twin_refuses_and_the_other_way_round() -> None:
    differ = [
        at
        for at, value in broken(WHOLE["waivers"])
        if accepted("waivers", value) is not twin_accepts("waivers", value)
    ]

    assert differ == []


def test_a_tailoring_that_the_twin_refuses_the_schema_refuses() -> None:
    """The twin of a catalog leaves patterns and texts to the schema, which is always asked first."""
    loose = [
        at
        for at, value in broken(WHOLE["tailoring"])
        if accepted("tailoring", value) and not twin_accepts("tailoring", value)
    ]

    assert loose == []


@pytest.mark.parametrize("name", [*TWINS, "control", "populations"])
def test_a_schema_is_portable_closed_and_explained_in_both_languages(name: str) -> None:
    found = json.loads((SCHEMAS / f"{name}.schema.json").read_bytes())

    assert lint(f"{name}.schema.json", found) == []


RELATIONS = [
    pytest.param({"op": "within", "right": "data.r"}, id="within without a period"),
    pytest.param({"op": "differs"}, id="nothing to differ from"),
    pytest.param({"op": "differs", "right": "data.r", "value": 1}, id="a number to differ from"),
    pytest.param({"op": "at_least"}, id="no bound"),
    pytest.param({"op": "at_least", "right": "data.r", "value": 1}, id="two bounds"),
    pytest.param({"op": "member_of"}, id="a member of nothing"),
    pytest.param({"op": "member_of", "population": "x", "right": "data.r"}, id="a right member"),
    pytest.param({"op": "equals", "right": "data.r", "population": "x"}, id="equal in a register"),
    pytest.param({"op": "equals", "right": "data.r", "on": "data.on"}, id="equal on a day"),
    pytest.param({"op": "matches", "right": "data.r"}, id="a match of nothing"),
    pytest.param({"op": "equals", "right": "data.r", "where": {"type": "object"}}, id="where"),
    pytest.param({"op": "nothing", "right": "data.r"}, id="no such relation"),
]


@pytest.mark.parametrize("relation", RELATIONS)
def test_relations_that_do_not_fit_together_are_refused_by_both(relation: dict[str, Any]) -> None:
    value = copy.deepcopy(WHOLE["tailoring"])
    whole = {"left": "data.l", **relation}
    value["changes"][0]["add"] = [{"evidence": "use-record", "relations": [whole]}]

    assert not accepted("tailoring", value)
    assert not twin_accepts("tailoring", value)
