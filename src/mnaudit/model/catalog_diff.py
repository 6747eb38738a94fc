"""What changed between two versions of a catalog, and what has to be looked at again?

Sorts every change by what it means for those who are judged: only reworded, tightened, loosened,
or changed in a way that cannot be called either. Codes and values; ``report`` has the sentences.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from mnaudit.model.control import Tier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mnaudit.model.base import Text
    from mnaudit.model.catalog import Catalog
    from mnaudit.model.control import Control, Expectation, Requirement

__all__ = ["CatalogDiff", "Change", "Detail", "Nature", "compare"]

_WORDS = frozenset({"title", "description", "x-en", "$comment", "examples", "x-tier"})
"""Keywords of a schema that explain and decide nothing."""


class Nature(StrEnum):
    """What a change means for those who are judged."""

    ADDED = "added"
    REMOVED = "removed"
    TIGHTENED = "tightened"
    LOOSENED = "loosened"
    CHANGED = "changed"
    REWORDED = "reworded"


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing that changed.

    Attributes:
        key: What it is, such as ``max_age``; the key of a phrase of ``report``.
        nature: What it means.
        tier: Of which tier; None for the whole row.
        sme: Whether it is in the alternative for a 中小規模事業者.
        values: What the sentence shows.
    """

    key: str
    nature: Nature
    tier: Tier | None = None
    sme: bool = False
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A row, kind, measure, population or scope that changed."""

    id: str
    title: Text
    nature: Nature
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True, slots=True)
class CatalogDiff:
    """All changes.

    Attributes:
        old: Name, version and digest of the older catalog.
        affected_controls: Rows of the new catalog to be judged again, in its order.
        affected_kinds: Evidence kinds that those changes are about, in the new order.
    """

    old: tuple[str, str, str]
    new: tuple[str, str, str]
    controls: tuple[Change, ...] = ()
    measures: tuple[Change, ...] = ()
    kinds: tuple[Change, ...] = ()
    populations: tuple[Change, ...] = ()
    scopes: tuple[Change, ...] = ()
    affected_controls: tuple[str, ...] = ()
    affected_kinds: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed that this comparison looks at."""
        return not (self.controls or self.measures or self.kinds or self.populations or self.scopes)


def compare(
    old: Catalog,
    new: Catalog,
    old_schemas: Mapping[str, Any],
    new_schemas: Mapping[str, Any],
) -> CatalogDiff:
    """Compare two catalogs with their schemas by name."""
    populations = _listed(old.populations, new.populations, _decides)
    scopes = _listed(old.scopes, new.scopes, lambda noun: noun.when)
    kinds = _kinds(old, new, old_schemas, new_schemas)
    causes = {
        "by_population": _real(populations),
        "by_scope": _real(scopes),
        "by_kind": _real(kinds),
    }
    sme_changed = old.sme.when != new.sme.when
    controls = tuple(_controls(old, new, causes, sme_changed=sme_changed))
    affected = [c for c in controls if c.nature not in {Nature.REMOVED, Nature.REWORDED}]
    named = {
        dict(detail.values).get("kind", "") for change in affected for detail in change.details
    } | _real(kinds)
    for change in affected:
        if change.nature is Nature.ADDED:
            named |= {r.evidence for r in _requirements(new.control[change.id])}
    return CatalogDiff(
        old=(old.id, old.version, old.sha256),
        new=(new.id, new.version, new.sha256),
        controls=controls,
        measures=_listed(old.measures, new.measures, lambda m: (m.duty, m.sme_relief)),
        kinds=kinds,
        populations=populations,
        scopes=scopes,
        affected_controls=tuple(change.id for change in affected),
        affected_kinds=tuple(kind.id for kind in new.kinds if kind.id in named),
    )


def _real(changes: Iterable[Change]) -> set[str]:
    """Return the ids of what changed in more than its words."""
    return {change.id for change in changes if change.nature is not Nature.REWORDED}


def _decides(noun: Any) -> Any:
    return noun.model_dump(exclude={"title"})


def _listed(
    old: Sequence[Any], new: Sequence[Any], decides: Callable[[Any], Any]
) -> tuple[Change, ...]:
    """Compare nouns with id and title; ``decides`` is the part that is more than words."""
    before, after = {noun.id: noun for noun in old}, {noun.id: noun for noun in new}
    found = []
    for id_, noun in (before | after).items():
        if id_ not in before:
            found.append(Change(id_, noun.title, Nature.ADDED))
        elif id_ not in after:
            found.append(Change(id_, noun.title, Nature.REMOVED))
        elif before[id_] != noun:
            same = decides(before[id_]) == decides(noun)
            found.append(Change(id_, noun.title, Nature.REWORDED if same else Nature.CHANGED))
    return tuple(found)


# --- kinds and their schemas


def _kinds(
    old: Catalog, new: Catalog, old_schemas: Mapping[str, Any], new_schemas: Mapping[str, Any]
) -> tuple[Change, ...]:
    found = {change.id: change for change in _listed(old.kinds, new.kinds, lambda k: k.dated_by)}
    for kind in new.kinds:
        name = f"evidence/{kind.id}.schema.json"
        before, after = old_schemas.get(name), new_schemas.get(name)
        if kind.id not in old.kind or before == after:
            continue
        details = tuple(_schema_details(before, after))
        told = found.get(kind.id)
        nature = _nature(details)
        if told is not None and told.nature is Nature.CHANGED:
            nature = Nature.CHANGED
        found[kind.id] = Change(kind.id, kind.title, nature, details)
    return tuple(found.values())


def _schema_details(before: Any, after: Any) -> Iterator[Detail]:
    if _bare(before) == _bare(after):
        return
    old, new = _required(before), _required(after)
    for name in sorted(new - old):
        yield Detail("required_added", Nature.TIGHTENED, values=(("field", name),))
    for name in sorted(old - new):
        yield Detail("required_removed", Nature.LOOSENED, values=(("field", name),))
    if old == new:
        yield Detail("schema", Nature.CHANGED)


def _required(schema: Any) -> set[str]:
    properties = schema.get("properties", {}) if isinstance(schema, dict) else {}
    data = properties.get("data", {}) if isinstance(properties, dict) else {}
    return {str(name) for name in data.get("required", ())} if isinstance(data, dict) else set()


def _bare(node: Any, *, names: bool = False) -> Any:
    """Return a schema without its words; ``names``: the keys here are names of fields."""
    if isinstance(node, dict):
        return {
            key: _bare(value, names=not names and key in {"properties", "$defs"})
            for key, value in node.items()
            if names or key not in _WORDS
        }
    return [_bare(item) for item in node] if isinstance(node, list) else node


# --- rows


def _controls(
    old: Catalog, new: Catalog, causes: Mapping[str, set[str]], *, sme_changed: bool
) -> Iterator[Change]:
    for control in new.controls:
        before = old.control.get(control.id)
        if before is None:
            yield Change(control.id, control.title, Nature.ADDED)
            continue
        details = [*_row_details(before, control)]
        details += _caused(control, causes, sme_changed=sme_changed)
        if details:
            yield Change(control.id, control.title, _nature(details), tuple(details))
        elif before != control:
            yield Change(control.id, control.title, Nature.REWORDED)
    for control in old.controls:
        if control.id not in new.control:
            yield Change(control.id, control.title, Nature.REMOVED)


def _nature(details: Iterable[Detail]) -> Nature:
    """Return what several changes together mean; words alone are no change of the matter."""
    natures = {detail.nature for detail in details} - {Nature.REWORDED}
    if not natures:
        return Nature.REWORDED
    return natures.pop() if len(natures) == 1 else Nature.CHANGED


def _row_details(before: Control, after: Control) -> Iterator[Detail]:
    if before.citations != after.citations:
        yield Detail("citations", Nature.REWORDED)
    for id_ in after.applies:
        if id_ not in before.applies:
            yield Detail("scope_added", Nature.LOOSENED, values=(("id", id_),))
    for id_ in before.applies:
        if id_ not in after.applies:
            yield Detail("scope_removed", Nature.TIGHTENED, values=(("id", id_),))
    for tier in Tier:
        yield from _tier_details(tier, before.expectation(tier), after.expectation(tier))


def _tier_details(
    tier: Tier, before: Expectation | None, after: Expectation | None
) -> Iterator[Detail]:
    if before is None or after is None:
        if after is not None:
            yield Detail("tier_added", Nature.TIGHTENED, tier)
        if before is not None:
            yield Detail("tier_removed", Nature.LOOSENED, tier)
        return
    if (before.statement, before.comment) != (after.statement, after.comment):
        yield Detail("wording", Nature.REWORDED, tier)
    for sme, old, new in (
        (False, before.requires, after.requires),
        (True, before.sme or (), after.sme or ()),
    ):
        for key, nature, values in _requirement_details(old, new):
            yield Detail(key, nature, tier, sme, tuple(sorted(values.items())))


_Told = tuple[str, Nature, dict[str, str]]


def _requirement_details(old: Sequence[Requirement], new: Sequence[Requirement]) -> Iterator[_Told]:
    """Pair the requirements by kind, in their order, and tell what differs."""
    gone = [requirement for requirement in old if requirement not in new]
    for requirement in (r for r in new if r not in old):
        same = [r for r in gone if r.evidence == requirement.evidence]
        if not same:
            yield "evidence_added", Nature.TIGHTENED, {"kind": requirement.evidence}
            continue
        gone.remove(same[0])
        yield from _differences(same[0], requirement)
    for requirement in gone:
        yield "evidence_removed", Nature.LOOSENED, {"kind": requirement.evidence}


def _differences(old: Requirement, new: Requirement) -> Iterator[_Told]:
    kind = {"kind": new.evidence}
    yield from _bound("max_age", old.max_age, new.max_age, kind, none_is_strict=False)
    yield from _bound(
        "grace",
        old.covers.grace if old.covers else None,
        new.covers.grace if new.covers else None,
        kind,
        none_is_strict=True,
    )
    if old.on_event and new.on_event:
        within = (old.on_event.within, new.on_event.within)
        yield from _bound("within", *within, kind, none_is_strict=False)
    if old.min != new.min:
        nature = Nature.TIGHTENED if new.min > old.min else Nature.LOOSENED
        yield "min", nature, {**kind, "old": str(old.min), "new": str(new.min)}
    before, after = _conditions(old), _conditions(new)
    for field in sorted(before.keys() | after.keys()):
        values = {**kind, "field": field}
        if field not in before:
            yield "condition_added", Nature.TIGHTENED, values
        elif field not in after:
            yield "condition_removed", Nature.LOOSENED, values
        elif before[field] != after[field]:
            yield "condition_changed", Nature.CHANGED, values
    if old.nil != new.nil:
        yield "condition_changed", Nature.CHANGED, {**kind, "field": "nil"}


def _conditions(requirement: Requirement) -> dict[str, Any]:
    """Return every condition but the periods and counts that are compared as such."""
    told = requirement.model_dump(
        exclude={"evidence", "max_age", "min", "nil"}, exclude_none=True, exclude_defaults=True
    )
    for rule, bounds in (("covers", {"grace"}), ("on_event", {"within"})):
        if rule in told:
            told[rule] = {key: value for key, value in told[rule].items() if key not in bounds}
    return told


def _bound(
    key: str, old: str | None, new: str | None, kind: dict[str, str], *, none_is_strict: bool
) -> Iterator[_Told]:
    """Compare two periods: the shorter one is stricter."""
    if old == new:
        return
    if old is None or new is None:
        tightened = (new is None) is none_is_strict
    else:
        tightened = _length(new) < _length(old)
    nature = Nature.TIGHTENED if tightened else Nature.LOOSENED
    yield key, nature, {**kind, "old": old or "", "new": new or ""}


def _length(period: str) -> float:
    """Return about how many days a period has: enough to tell the longer one."""
    days = {"Y": 365.25, "M": 30.44, "W": 7.0, "D": 1.0}
    return sum(int(n) * days[unit] for n, unit in re.findall(r"([0-9]+)([YMWD])", period))


def _caused(
    control: Control, causes: Mapping[str, set[str]], *, sme_changed: bool
) -> Iterator[Detail]:
    """Yield what changes a row although its own text stays: what it refers to changed."""
    used: dict[str, set[str | None]] = {
        "by_population": {_population(r) for r in _requirements(control)},
        "by_scope": set(control.applies),
        "by_kind": {r.evidence for r in _requirements(control)},
    }
    for key, ids in used.items():
        for id_ in sorted(causes[key] & {id_ for id_ in ids if id_}):
            values = (("id", id_), ("kind", id_)) if key == "by_kind" else (("id", id_),)
            yield Detail(key, Nature.CHANGED, values=values)
    if sme_changed and any(e and e.sme for e in (control.minimum, control.optional)):
        yield Detail("by_sme", Nature.CHANGED)


def _requirements(control: Control) -> Iterator[Requirement]:
    for tier in Tier:
        expectation = control.expectation(tier)
        if expectation is not None:
            yield from expectation.requires
            yield from expectation.sme or ()


def _population(requirement: Requirement) -> str | None:
    rule = requirement.covers or requirement.on_event
    return rule.population if rule else None
