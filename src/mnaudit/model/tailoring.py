"""Tailoring (自社の調整): how a company adjusts the catalog to itself.

The twin of ``schema/tailoring.schema.json``. It is for one version of the catalog, adds rows and
requirements, and changes ages. It may ask for less than the catalog does; the findings then say so.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from mnaudit.model.base import Model, Period, Text
from mnaudit.model.control import Control, Requirement, Tier

__all__ = ["Age", "Applied", "Change", "Tailoring"]

_Number = Annotated[int, Field(ge=0)]


class Age(Model):
    """Another ``max_age`` for one requirement."""

    requirement: _Number
    max_age: Period


class Change(Model):
    """What is different in one tier of one control.

    Attributes:
        reason: Why; never empty.
        sme: Numbers are those of the alternative for a 中小規模事業者, and so is what is added.
        add: Further requirements, for the alternative as well.
        max_age: Requirements are numbered as in the catalog, from 0.
        remove: Likewise.
    """

    control: str
    tier: Tier
    reason: Annotated[str, StringConstraints(min_length=1)]
    sme: bool = False
    add: tuple[Requirement, ...] = ()
    max_age: tuple[Age, ...] = ()
    remove: tuple[_Number, ...] = ()

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not (self.add or self.max_age or self.remove):
            raise ValueError("a change adds, removes or changes an age")
        return self


class Tailoring(Model):
    """A company's own ``controls/`` as one value.

    Attributes:
        extends: Which catalog it is for: ``mnaudit@1.0.0``.
        due_soon: How long before its due day a satisfied finding says so.
        controls: Rows that the catalog does not have.
    """

    extends: str
    due_soon: Period | None = None
    controls: tuple[Control, ...] = ()
    changes: tuple[Change, ...] = ()


class Applied(Model):
    """What really applies to an organization of one tier of one control.

    Attributes:
        reason: Id of the scope that does not hold; then nothing is required.
        otherwise: Why it does not apply, for people.
        sme: The alternative for a 中小規模事業者 is used.
        own: A row of the company, not of the catalog.
        tailored: Why less, or something else, is asked than the catalog asks; None if it is not.
        requires: What evidence must show; empty if the control does not apply.
    """

    control: str
    tier: Tier
    reason: str | None = None
    otherwise: Text | None = None
    sme: bool = False
    own: bool = False
    tailored: str | None = None
    requires: tuple[Requirement, ...] = ()
