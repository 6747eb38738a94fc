"""What really applies to an organization: the catalog after tailoring, scope and size.

Tailoring that only adds, or makes an age shorter where older records prove nothing else, tightens.
Everything else asks for less or for something else: it is allowed, and marked (``tailored``).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from mnaudit.assess.applicability import is_sme, scope_that_fails
from mnaudit.model.catalog import Catalog, Tailored
from mnaudit.model.control import Tier
from mnaudit.model.periods import last_fresh
from mnaudit.model.tailoring import Applied

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mnaudit.model.control import Control, Expectation, Requirement
    from mnaudit.model.tailoring import Change, Tailoring

__all__ = ["resolve", "tailor"]

_FOUR_YEARS = [date(2023, 1, 1) + timedelta(days=n) for n in range(4 * 366)]
"""Every length of month and year from which a period can be counted."""


def tailor(catalog: Catalog, tailoring: Tailoring, sha256: str) -> Catalog:
    """Return the catalog as the company adjusted it.

    Args:
        catalog: As it was shipped.
        tailoring: Checked against it before.
        sha256: Of the canonical JSON of catalog, schemas and tailoring.
    """
    controls = {control.id: control for control in (*catalog.controls, *tailoring.controls)}
    tailored: list[Tailored] = []
    for change in tailoring.changes:
        control = controls[change.control]
        expectation = control.expectation(change.tier)
        if expectation is None:
            raise ValueError(change.control)
        if _loosens(expectation, change):
            tailored.append(
                Tailored(control=control.id, tier=change.tier, sme=change.sme, reason=change.reason)
            )
        update = {change.tier.value: _changed(expectation, change)}
        controls[control.id] = control.model_copy(update=update)
    known = {name: getattr(catalog, name) for name in Catalog.model_fields}
    return Catalog.model_construct(  # a copy would take along what was looked up by id before
        **known
        | {
            "controls": catalog.in_sheet_order(controls.values()),
            "due_soon": tailoring.due_soon or catalog.due_soon,
            "sha256": sha256,
            "tailored": tuple(tailored),
            "is_tailored": True,
        }
    )


def resolve(
    catalog: Catalog, organization: Mapping[str, Any], tailoring: Tailoring | None = None
) -> tuple[Applied, ...]:
    """Return what applies to the organization, in the order of the check sheet.

    Args:
        catalog: As it was shipped.
        organization: ``organization.yaml`` as a value.
        tailoring: The company's own, checked against the catalog before.
    """
    used = catalog if tailoring is None else tailor(catalog, tailoring, catalog.sha256)
    own = set() if tailoring is None else {control.id for control in tailoring.controls}
    sme = is_sme(catalog, organization)
    return tuple(
        _applied(used, control, tier, organization, sme=sme, own=control.id in own)
        for control in used.controls
        for tier in Tier
        if control.expectation(tier) is not None
    )


def _applied(
    catalog: Catalog,
    control: Control,
    tier: Tier,
    organization: Mapping[str, Any],
    *,
    sme: bool,
    own: bool,
) -> Applied:
    scope = scope_that_fails(control, catalog, organization)
    expectation = control.expectation(tier)
    if scope is not None or expectation is None:
        otherwise = None if scope is None else catalog.scope[scope].otherwise
        return Applied(control=control.id, tier=tier, reason=scope, otherwise=otherwise, own=own)
    lighter = expectation.sme if sme else None
    place = (control.id, tier, lighter is not None)
    reasons = [t.reason for t in catalog.tailored if (t.control, t.tier, t.sme) == place]
    return Applied(
        control=control.id,
        tier=tier,
        sme=lighter is not None,
        own=own,
        tailored=" / ".join(reasons) or None,
        requires=lighter or expectation.requires,
    )


def _changed(expectation: Expectation, change: Change) -> Expectation:
    """Return the expectation with the change; numbers are those before it."""
    if change.sme:
        return expectation.model_copy(update={"sme": _list_of(expectation.sme or (), change)})
    update: dict[str, Any] = {"requires": _list_of(expectation.requires, change)}
    if expectation.sme is not None:  # what is added binds a small business as well
        update["sme"] = (*expectation.sme, *change.add)
    return expectation.model_copy(update=update)


def _list_of(requirements: tuple[Requirement, ...], change: Change) -> tuple[Requirement, ...]:
    ages = {age.requirement: age.max_age for age in change.max_age}
    kept = (
        each.model_copy(update={"max_age": ages[number]}) if number in ages else each
        for number, each in enumerate(requirements)
        if number not in change.remove
    )
    return (*kept, *change.add)


def _loosens(expectation: Expectation, change: Change) -> bool:
    requirements = (expectation.sme if change.sme else expectation.requires) or ()
    return bool(change.remove) or any(
        _asks_less(requirements[age.requirement], age.max_age) for age in change.max_age
    )


def _asks_less(requirement: Requirement, max_age: str) -> bool:
    """Tell whether another age could let something pass that did not pass before.

    A longer one lets older records count. A shorter one asks a nil statement to span less, and
    holds fewer records against ``each`` and the relations.
    """
    if requirement.max_age == max_age:
        return False
    if requirement.nil or requirement.each is not None or requirement.relations:
        return True
    old = requirement.max_age
    return old is not None and any(
        last_fresh(day, max_age) > last_fresh(day, old) for day in _FOUR_YEARS
    )
