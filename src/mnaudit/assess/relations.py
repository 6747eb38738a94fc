"""Comparisons that a schema cannot say: between fields, with a register, with another record.

A record whose left field is absent passes: whether the field must be there is for the schema of
the kind, or for ``where`` and ``each``, to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from mnaudit.assess.fields import days_at, groups, rows, values_at
from mnaudit.assess.fragments import holds
from mnaudit.assess.populations import members
from mnaudit.model.control import AtLeast, Matches, MemberOf, Within
from mnaudit.model.periods import last_fresh

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mnaudit.assess.facts import Facts
    from mnaudit.model.assessment import GapValue
    from mnaudit.model.catalog import Population
    from mnaudit.model.control import Comparison, Pair, Relation
    from mnaudit.model.document import Record

__all__ = ["Pending", "Violation", "violation"]


@dataclass(frozen=True, slots=True)
class Violation:
    """A record breaks a relation: the code and values of the gap."""

    code: str
    values: dict[str, GapValue]


@dataclass(frozen=True, slots=True)
class Pending:
    """What is missing may still come until that day, inclusive."""

    due_on: date


def violation(
    relation: Relation, record: Record, facts: Facts, populations: Mapping[str, Population]
) -> Violation | Pending | None:
    """Tell whether ``record`` breaks ``relation``; None if it keeps it."""
    if not holds(relation.when, record.value["data"]):
        return None
    if isinstance(relation, Matches):
        return _matched(relation, record, facts)
    if isinstance(relation, MemberOf):
        return _listed(relation, record, facts, populations[relation.population])
    return _compared(relation, record)


def _compared(relation: Comparison | Within | AtLeast, record: Record) -> Violation | None:
    """Hold the fields against each other: item by item where both stand in one list."""
    right = relation.right or relation.left
    compared = [group for group in groups(record.value, relation.left, right) if group[0]]
    if all(_is_kept(relation, *group) for group in compared):
        return None
    told: dict[str, GapValue] = {"kind": record.kind, "path": record.path, "op": relation.op}
    bound = relation.value if isinstance(relation, AtLeast) and relation.right is None else right
    return Violation("MN206", {**told, "left": relation.left, "right": str(bound)})


def _is_kept(relation: Comparison | Within | AtLeast, left: list[Any], right: list[Any]) -> bool:
    match relation:
        case AtLeast(right=None, value=int(bound)):
            return all(value >= bound for value in left)
        case AtLeast():
            return bool(right) and all(value >= bound for value in left for bound in right)
        case Within():
            return bool(right) and all(
                start <= end <= last_fresh(start, relation.period)
                for start in _days(left)
                for end in _days(right)
            )
        case _:
            return _COMPARISONS[relation.op](left, right)


def _before(left: list[Any], right: list[Any]) -> bool:
    return bool(right) and max(_days(left)) < min(_days(right))


def _not_after(left: list[Any], right: list[Any]) -> bool:
    return bool(right) and max(_days(left)) <= min(_days(right))


def _differs(left: list[Any], right: list[Any]) -> bool:
    return not _named(left) & _named(right)


def _equals(left: list[Any], right: list[Any]) -> bool:
    return _named(left) == _named(right)


def _subset_of(left: list[Any], right: list[Any]) -> bool:
    return _named(left) <= _named(right)


_COMPARISONS: dict[str, Callable[[list[Any], list[Any]], bool]] = {
    "before": _before,
    "not_after": _not_after,
    "differs": _differs,
    "equals": _equals,
    "subset_of": _subset_of,
}


def _listed(
    relation: MemberOf, record: Record, facts: Facts, population: Population
) -> Violation | None:
    """Hold every value against the register, on the day of the record or on its own."""
    stays = members(population, facts).stays
    strangers = {
        value
        for value, on in rows(record.value, relation.left, relation.on)
        if not any((on or record.dated_on) in stay for stay in stays.get(value, ()))
    }
    if not strangers:
        return None
    return Violation(
        "MN233",
        {
            "kind": record.kind,
            "path": record.path,
            "population": relation.population,
            "missing": tuple(sorted(strangers)),
        },
    )


def _matched(relation: Matches, record: Record, facts: Facts) -> Violation | Pending | None:
    keys = _texts(record.value, relation.left)
    if not keys:
        return None
    where: dict[str, GapValue] = {
        "kind": record.kind,
        "path": record.path,
        "other": relation.evidence,
    }
    partners = [
        other
        for other in facts.of_kind(relation.evidence)
        if keys & _texts(other.value, relation.right)
        and holds(relation.where, other.value["data"])
        and (relation.precedes is None or _precedes(relation.precedes, record, other))
    ]
    if not partners:
        due_on = last_fresh(record.dated_on, relation.within) if relation.within else None
        if due_on is not None and due_on >= facts.as_of:
            return Pending(due_on)
        return Violation("MN226", {**where, "key": tuple(sorted(keys))})
    if relation.subset is None:
        return None
    named: set[str] = set().union(
        *(_texts(other.value, relation.subset.right) for other in partners)
    )
    missing = _texts(record.value, relation.subset.left) - named
    if not missing:
        return None
    return Violation("MN227", {**where, "missing": tuple(sorted(missing))})


def _precedes(days: Pair, record: Record, other: Record) -> bool:
    """Tell whether the other's days lie on or before all days of the record."""
    own, others = days_at(record.value, days.left), days_at(other.value, days.right)
    return bool(own) and bool(others) and max(others) <= min(own)


def _texts(document: Any, path: str) -> set[str]:
    return _named(values_at(document, path))


def _named(values: list[Any]) -> set[str]:
    return {str(value) for value in values}


def _days(values: list[Any]) -> list[date]:
    return [date.fromisoformat(value) for value in values]
