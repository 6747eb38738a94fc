"""Builders for records, facts and requirements: plain values, no files."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from mnaudit.assess.facts import Facts
from mnaudit.assess.requirement import judge
from mnaudit.model.catalog import Population
from mnaudit.model.control import Requirement
from mnaudit.model.document import Record, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from mnaudit.assess.requirement import Outcome

AS_OF = date(2026, 3, 31)

POPULATIONS = (
    {
        "id": "handlers",
        "from": "appointment",
        "items": "data.roles[]",
        "key": "code",
        "identity": ["role", "code"],
        "since": "from",
        "until": "to",
        "where": {"properties": {"role": {"enum": ["handler", "deputy"]}}, "required": ["role"]},
    },
    {
        "id": "workforce",
        "from": "organization",
        "items": "workforce[]",
        "key": "code",
        "since": "joined_on",
        "until": "left_on",
    },
    {
        "id": "joiners",
        "from": "organization",
        "items": "workforce[]",
        "key": "code",
        "event_on": "joined_on",
        "until": "left_on",
    },
    {
        "id": "outsourced-disposals",
        "from": "disposal-record",
        "key": "data.record_no",
        "event_on": "data.disposed_on",
        "where": {
            "properties": {"data": {"properties": {"outsourced": {"const": True}}}},
        },
    },
)


def population(value: Mapping[str, Any]) -> Population:
    """Build a population with a title."""
    return Population.model_validate({"title": {"ja": "対象", "en": "population"}, **value})


@pytest.fixture
def populations() -> dict[str, Population]:
    """Return the populations of these tests by id."""
    return {value["id"]: population(value) for value in POPULATIONS}  # type: ignore[misc]


@pytest.fixture
def record() -> Callable[..., Record]:
    """Build a record of a kind and day."""

    def build(kind: str, on: str, path: str = "", **data: Any) -> Record:
        path = path or f"{kind}/{on}.yaml"
        value = {"kind": kind, "issued_on": on, "data": data}
        if "period" in data:
            value["period"] = data.pop("period")
        digest = sha256(repr((path, value)).encode()).hexdigest()
        return Record(path, digest, kind, date.fromisoformat(on), value)

    return build


@pytest.fixture
def facts() -> Callable[..., Facts]:
    """Sort records into facts, as ``gather`` does."""

    def build(
        *records: Record,
        organization: Mapping[str, Any] | None = None,
        unreadable: Iterable[tuple[str, str | None]] = (),
        as_of: date = AS_OF,
    ) -> Facts:
        ordered = sorted(records, key=lambda r: (r.dated_on, r.path))
        kinds = {r.kind for r in ordered}
        return Facts(
            as_of=as_of,
            organization=organization or {},
            records={
                kind: tuple(r for r in ordered if r.kind == kind and r.dated_on <= as_of)
                for kind in kinds
            },
            future={
                kind: tuple(r for r in ordered if r.kind == kind and r.dated_on > as_of)
                for kind in kinds
            },
            unreadable=tuple(Unreadable(*each) for each in sorted(unreadable)),
        )

    return build


@pytest.fixture
def judged(populations: dict[str, Population]) -> Callable[..., Outcome]:
    """Judge a requirement written as a catalog writes it."""

    def run(requirement: Mapping[str, Any], facts: Facts) -> Outcome:
        return judge(Requirement.model_validate(requirement), 0, facts, populations)

    return run
