"""The organization that is judged: the twin of ``schema/organization.schema.json``.

What it is decides which controls apply; who belongs to it decides whom evidence must cover.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field, StringConstraints

from mnaudit.model.evidence import (
    Closed,
    CorporateNumber,
    Day,
    EditorSchema,
    EntrustedTask,
    Integer,
    Line,
    Listed,
    StaffCode,
    UnitId,
    unique,
)

__all__ = [
    "Exclusions",
    "FiscalYear",
    "Organization",
    "Pattern",
    "Processes",
    "Unit",
    "Vendor",
    "Worker",
]

Pattern: TypeAlias = Literal["paper", "file", "system", "cloud", "outsourced"]
"""In which form Individual Numbers are handled."""

Patterns: TypeAlias = Annotated[Listed[Pattern], AfterValidator(unique)]


class Exclusions(Closed):
    """Who is no 中小規模事業者 however small (別添1 §1): true if the exclusion applies."""

    administrative_affairs: bool
    entrusted_business: bool
    financial_sector: bool
    over_5000_individuals: bool


class Processes(Closed):
    """How numbers are handled at each stage; empty where they are not."""

    acquire: Patterns
    store: Patterns
    use: Patterns
    provide: Patterns
    disclose: Patterns
    dispose: Patterns


class FiscalYear(Closed):
    """The business year. ``starts`` is MM-DD."""

    starts: Annotated[
        str, StringConstraints(pattern=r"^(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$")
    ]


class Unit(Closed):
    """A department."""

    id: UnitId
    name: Line


class Worker(Closed):
    """Somebody who works for the organization (従業者), officers and temporary staff included."""

    code: StaffCode
    unit: UnitId
    joined_on: Day
    left_on: Day | None = None


class Vendor(Closed):
    """Somebody who is entrusted with work on Individual Numbers (委託先)."""

    name: Line
    corporate_number: CorporateNumber
    tasks: Annotated[Listed[EntrustedTask], Field(min_length=1), AfterValidator(unique)]
    since: Day
    until: Day | None = None


class Organization(Closed):
    """``organization.yaml``.

    Attributes:
        employees: Regular employees (常時使用する従業員).
        media: Whether numbers are ever put on removable media.
        countries: Where specific personal information is kept, ISO 3166 alpha-2.
    """

    editor_schema: EditorSchema | None = Field(default=None, alias="$schema")
    organization: CorporateNumber
    name: Line
    name_en: Line | None = None
    employees: Annotated[Integer, Field(ge=0, le=10_000_000)]
    exclusions: Exclusions
    processes: Processes
    media: bool
    countries: Annotated[
        Listed[Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]],
        Field(min_length=1, max_length=250),
        AfterValidator(unique),
    ]
    fiscal_year: FiscalYear
    units: Annotated[Listed[Unit], Field(min_length=1, max_length=2000)]
    workforce: Annotated[Listed[Worker], Field(max_length=20_000)] | None = None
    vendors: Annotated[Listed[Vendor], Field(max_length=2000)] | None = None
