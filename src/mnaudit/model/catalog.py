"""The catalog: all controls, and the data that they refer to."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from mnaudit.model.base import FieldPath, Model, Period, Text
from mnaudit.model.control import Control, Measure, Tier

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "Catalog",
    "ControlGroup",
    "Kind",
    "Population",
    "Scope",
    "SmeTest",
    "Tailored",
    "Totals",
]


class Totals(Model):
    """Control totals (検算): how many rows of a group there must be, so that none gets lost.

    Attributes:
        rows: All of them; each has the minimum tier.
        optional: Those with the optional tier.
        seed: Those that the JNSA slides show with a number.
        beyond_jnsa: Those outside the scope of JNSA's sheet.
        scoped: Those that bind only under a condition (``applies``).
        sme: Those with an alternative for a 中小規模事業者.
        citations: Of all rows together.
    """

    rows: int
    optional: int | None = None
    seed: int | None = None
    beyond_jnsa: int | None = None
    scoped: int | None = None
    sme: int | None = None
    citations: int | None = None


class ControlGroup(Model):
    """A group of the check sheet: 組織的, 人的, 物理的, 技術的."""

    id: Literal["ORG", "PER", "PHY", "TEC"]
    title: Text
    totals: Totals | None = None


class Scope(Model):
    """A condition under which a control binds an organization.

    Attributes:
        when: JSON Schema fragment over ``organization.yaml``; it holds where the document matches.
        otherwise: Why a control with this scope does not apply, shown to people.
    """

    id: str
    title: Text
    when: dict[str, Any]
    otherwise: Text


class SmeTest(Model):
    """Who is a 中小規模事業者 (別添1 §1): a JSON Schema fragment over ``organization.yaml``."""

    when: dict[str, Any]
    source: Text


class Population(Model):
    """A set of members that evidence must cover, read from a register.

    Attributes:
        source: ``organization`` (``organization.yaml``) or the evidence kind of the register.
        items: Path to the list of entries, ending in ``[]``; absent: the record is the entry.
        latest: Only the newest record counts: the register is restated as a whole, so that what
            it no longer names is gone.
        key: Path within an entry to the id of the member; with ``items`` relative to the entry,
            else to the document. Absent: the entry is the id itself, as in a list of ids.
        identity: Paths within an entry that tell entries about the same fact apart. Of entries
            with the same identity the newest record counts (a later roster corrects an earlier).
        since: First day of membership, within the entry.
        until: Last day of membership, inclusive; absent or null is open.
        event_on: The day of the event, for populations of events.
        where: JSON Schema fragment over the entry.
    """

    id: str
    title: Text
    source: str = Field(alias="from")
    items: FieldPath | None = None
    latest: bool = False
    key: FieldPath | None = None
    identity: tuple[FieldPath, ...] = ()
    since: FieldPath | None = None
    until: FieldPath | None = None
    event_on: FieldPath | None = None
    where: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _has_members(self) -> Self:
        if self.key is None and self.items is None:
            raise ValueError("a population needs items or a key")
        return self


class Kind(Model):
    """An evidence kind.

    Attributes:
        id: Also the name of its schema (``schema/evidence/<id>.schema.json``) and folder.
        dated_by: Where the day stands that the evidence covers; falls back to ``issued_on`` and
            then to the last day of ``period``.
        signatory: Who signs or approves it.
        freshness: The default for ``max_age``, shown to people; requirements state their own.
        retention: How long we propose to keep it.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[a-z]+(-[a-z]+)*$")]
    title: Text
    description: Text
    dated_by: FieldPath | None = None
    signatory: Text
    freshness: Period | None = None
    retention: Period


class Tailored(Model):
    """A tier of a control of which a company's tailoring asks less, or something else.

    Attributes:
        sme: The alternative of a 中小規模事業者 was changed, not the rule.
    """

    control: str
    tier: Tier
    sme: bool
    reason: str


class Catalog(Model):
    """Everything that decides a judgement, except the evidence and the day.

    Attributes:
        edition: Of the guideline, ``2025-06``.
        due_soon: How long before its due day a satisfied finding says so.
        is_tailored: A company's tailoring was applied; ``sha256`` covers it.
        tailored: What that tailoring loosened.
        sha256: Of the canonical JSON of catalog and schemas: what a signed status names.
    """

    id: str
    version: str
    edition: str
    title: Text
    guideline: Text
    groups: tuple[ControlGroup, ...]
    sme: SmeTest
    scopes: tuple[Scope, ...]
    measures: tuple[Measure, ...]
    populations: tuple[Population, ...]
    kinds: tuple[Kind, ...]
    controls: tuple[Control, ...]
    sha256: str
    due_soon: Period = "P60D"
    is_tailored: bool = False
    tailored: tuple[Tailored, ...] = ()

    def in_sheet_order(self, controls: Iterable[Control]) -> tuple[Control, ...]:
        """Return controls in the order of the check sheet: by group, measure and id.

        Raises:
            ValueError: A control is of a group or a measure that the catalog does not list.
        """
        groups: list[str] = [group.id for group in self.groups]
        measures = [measure.id for measure in self.measures]

        def place(control: Control) -> tuple[int, int, str]:
            group = groups.index(control.id.partition("-")[0])
            return group, measures.index(control.citations[0].measure), control.id

        return tuple(sorted(controls, key=place))

    @cached_property
    def kind(self) -> dict[str, Kind]:
        """Kinds by id."""
        return {kind.id: kind for kind in self.kinds}

    @cached_property
    def population(self) -> dict[str, Population]:
        """Populations by id."""
        return {population.id: population for population in self.populations}

    @cached_property
    def scope(self) -> dict[str, Scope]:
        """Scopes by id."""
        return {scope.id: scope for scope in self.scopes}

    @cached_property
    def control(self) -> dict[str, Control]:
        """Controls by id."""
        return {control.id: control for control in self.controls}
