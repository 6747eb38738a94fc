"""Who must be covered: members of a population on a day, read from its register.

A register is the organization's own statement of who or what there is. It is not evidence that
something was done: adding an entry can widen what must be covered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mnaudit.assess.fields import day_at, values_at
from mnaudit.assess.fragments import holds
from mnaudit.assess.spans import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from mnaudit.assess.facts import Facts
    from mnaudit.model.catalog import Population
    from mnaudit.model.document import Record

__all__ = ["ORGANIZATION", "Event", "Members", "events", "members"]

ORGANIZATION = "organization"


@dataclass(frozen=True, slots=True)
class Members:
    """Who belongs to a population, and when.

    Attributes:
        stays: By id, sorted: the days of membership, one span for each entry of the register.
        source: ``organization``, or the evidence kind of the register.
        register: The records that the members were read from; empty for ``organization.yaml``.
        is_registered: Whether there is a register at all.
    """

    stays: Mapping[str, tuple[Span, ...]]
    source: str
    register: tuple[Record, ...]
    is_registered: bool


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a member and calls for evidence.

    Attributes:
        until: When the member left, if it did: nobody can be asked for anything after that.
    """

    id: str
    on: date
    until: date | None


@dataclass(frozen=True, slots=True)
class _Entry:
    value: Any
    record: Record | None


def members(population: Population, facts: Facts) -> Members:
    """Return who belongs to the population, now or at some time."""
    entries = list(_entries(population, facts))
    stays: dict[str, list[Span]] = {}
    for entry in entries:
        since = day_at(entry.value, population.since)
        until = day_at(entry.value, population.until)
        stays.setdefault(_key(population, entry.value), []).append(Span(since, until))
    return _members(population, facts, entries, stays)


def events(population: Population, facts: Facts) -> tuple[tuple[Event, ...], Members]:
    """Return the events of the population that the register knows of, by day and id."""
    entries = list(_entries(population, facts))
    found = {
        Event(_key(population, entry.value), on, day_at(entry.value, population.until))
        for entry in entries
        if (on := day_at(entry.value, population.event_on)) is not None
    }
    ordered = tuple(sorted(found, key=lambda event: (event.on, event.id)))
    return ordered, _members(population, facts, entries, {})


def _members(
    population: Population, facts: Facts, entries: list[_Entry], stays: dict[str, list[Span]]
) -> Members:
    return Members(
        stays={member: tuple(stays[member]) for member in sorted(stays)},
        source=population.source,
        register=_register(entries),
        is_registered=_is_registered(population, facts),
    )


def _entries(population: Population, facts: Facts) -> Iterator[_Entry]:
    """Yield the entries that count: of those with one identity, the newest record's."""
    newest: dict[tuple[str, ...], _Entry] = {}
    anonymous = 0
    for entry in _all_entries(population, facts):
        identity = tuple(
            str(value) for path in population.identity for value in values_at(entry.value, path)
        )
        if not identity:
            identity, anonymous = ("", str(anonymous)), anonymous + 1
        newest[identity] = entry  # records come by day and path, so the last one is the newest
    for entry in newest.values():
        if holds(population.where, entry.value):
            yield entry


def _all_entries(population: Population, facts: Facts) -> Iterator[_Entry]:
    documents: list[tuple[Any, Record | None]]
    if population.source == ORGANIZATION:
        documents = [(facts.organization, None)]
    else:
        records = facts.of_kind(population.source)
        if population.latest:  # restated as a whole: what the newest leaves out is gone
            records = records[-1:]
        documents = [(record.value, record) for record in records]
    for document, record in documents:
        found = values_at(document, population.items) if population.items else [document]
        yield from (_Entry(value, record) for value in found)


def _key(population: Population, entry: Any) -> str:
    if population.key is None:
        return str(entry)
    return ",".join(str(value) for value in values_at(entry, population.key))


def _register(entries: list[_Entry]) -> tuple[Record, ...]:
    found = {entry.record.path: entry.record for entry in entries if entry.record is not None}
    return tuple(found[path] for path in sorted(found))


def _is_registered(population: Population, facts: Facts) -> bool:
    if population.source == ORGANIZATION:
        name = (population.items or "").removesuffix("[]")
        return bool(values_at(facts.organization, name)) if name else True
    return bool(facts.of_kind(population.source))
