"""Comparisons that a schema cannot say: between two fields, or with a record of another kind.

A record whose left field is absent passes: whether the field must be there is for the schema of
the kind, or for ``where`` and ``each``, to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mnaudit.assess.fields import days_at, values_at
from mnaudit.assess.fragments import holds
from mnaudit.assess.periods import last_fresh
from mnaudit.model.control import Matches, Within

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from mnaudit.assess.facts import Facts
    from mnaudit.model.assessment import GapValue
    from mnaudit.model.control import Comparison, Relation
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


def violation(relation: Relation, record: Record, facts: Facts) -> Violation | Pending | None:
    """Tell whether ``record`` breaks ``relation``; None if it keeps it."""
    if not holds(relation.when, record.value["data"]):
        return None
    if isinstance(relation, Matches):
        return _matched(relation, record, facts)
    return _compared(relation, record)


def _compared(relation: Comparison | Within, record: Record) -> Violation | None:
    if not values_at(record.value, relation.left):
        return None
    if isinstance(relation, Within):
        kept = _is_within(relation, record.value)
    else:
        kept = _COMPARISONS[relation.op](record.value, relation.left, relation.right)
    if kept:
        return None
    return Violation(
        "MN206",
        {
            "kind": record.kind,
            "path": record.path,
            "op": relation.op,
            "left": relation.left,
            "right": relation.right,
        },
    )


def _before(document: Any, left: str, right: str) -> bool:
    ends = days_at(document, right)
    return bool(ends) and max(days_at(document, left)) < min(ends)


def _not_after(document: Any, left: str, right: str) -> bool:
    ends = days_at(document, right)
    return bool(ends) and max(days_at(document, left)) <= min(ends)


def _differs(document: Any, left: str, right: str) -> bool:
    return not _texts(document, left) & _texts(document, right)


def _equals(document: Any, left: str, right: str) -> bool:
    return _texts(document, left) == _texts(document, right)


def _subset_of(document: Any, left: str, right: str) -> bool:
    return _texts(document, left) <= _texts(document, right)


_COMPARISONS: dict[str, Callable[[Any, str, str], bool]] = {
    "before": _before,
    "not_after": _not_after,
    "differs": _differs,
    "equals": _equals,
    "subset_of": _subset_of,
}


def _is_within(relation: Within, document: Any) -> bool:
    starts, ends = days_at(document, relation.left), days_at(document, relation.right)
    return bool(ends) and all(
        start <= end <= last_fresh(start, relation.period) for start in starts for end in ends
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


def _texts(document: Any, path: str) -> set[str]:
    return {str(value) for value in values_at(document, path)}
