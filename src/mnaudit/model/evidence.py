"""Evidence (証跡) as values: the twins of ``schema/envelope.schema.json`` and its first kinds.

The schemas are authoritative and explain themselves to people; these classes are the same facts
for programs, and a test holds both to one verdict. Like the schemas they look at one document
alone: that the approver is another person, or that a period does not end before it begins, is
for ``validate`` and the controls.

A field that is not known is absent, never null. People are staff codes, never names.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import date
from typing import Annotated, Literal, TypeAlias, TypeVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from mnaudit.model.base import Model, Sha256
from mnaudit.model.corporate_number import is_corporate_number
from mnaudit.model.day import FIRST_YEAR, LAST_YEAR, parse_day

__all__ = [
    "BASIC",
    "Absentee",
    "AppointedRole",
    "Appointment",
    "AppointmentData",
    "Attachment",
    "Attendee",
    "CertifiedItem",
    "Clauses",
    "Closed",
    "CorporateNumber",
    "Corporation",
    "CoveredPeriod",
    "Day",
    "DisposalCertificate",
    "DisposalCertificateData",
    "DisposalMethod",
    "DisposalRecord",
    "DisposalRecordData",
    "DisposalUnit",
    "DisposedItem",
    "EditorSchema",
    "EntrustedTask",
    "Evidence",
    "Integer",
    "Line",
    "Listed",
    "Medium",
    "NilStatement",
    "NilStatementData",
    "Paragraph",
    "Person",
    "Sanitization",
    "StaffCode",
    "StatutoryTask",
    "Tool",
    "TrainingRecord",
    "TrainingRecordData",
    "UnitId",
    "VendorContract",
    "VendorContractData",
    "unique",
]

T = TypeVar("T")


class Closed(Model):
    """A part of a document: types are not converted, and null is not a way to say nothing."""

    model_config = ConfigDict(strict=True)

    @model_validator(mode="before")
    @classmethod
    def _has_no_null(cls, value: object) -> object:
        if isinstance(value, Mapping) and any(field is None for field in value.values()):
            raise ValueError("a field without a value is left out, not null")
        return value


def _to_day(value: object) -> object:
    """Read a day from its one spelling; let a ``date`` through, for callers within a program."""
    if isinstance(value, str):
        day = parse_day(value)
        if day is None:
            raise ValueError("not a day written YYYY-MM-DD")
        return day
    if type(value) is date and not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError("year out of range")
    return value


def _to_integer(value: object) -> object:
    """JSON has one kind of number: 3.0 is the integer 3 (JSON Schema 2020-12 core §4.2.3)."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _require_corporate_number(value: str) -> str:
    if not is_corporate_number(value):
        raise ValueError("not a corporate number (法人番号)")
    return value


def unique(values: tuple[T, ...]) -> tuple[T, ...]:
    """Return ``values``, refusing one that stands twice."""
    hashable: set[Hashable] = set(values)
    if len(hashable) < len(values):
        raise ValueError("the same value stands twice")
    return values


Day: TypeAlias = Annotated[date, BeforeValidator(_to_day)]
"""A calendar day in Japan, in documents YYYY-MM-DD."""

Integer: TypeAlias = Annotated[int, BeforeValidator(_to_integer)]

Line: TypeAlias = Annotated[
    str, StringConstraints(min_length=1, max_length=120, pattern=r"^$|[^ \x09\x0a\x0d\u3000]")
]
"""A short text that is not blank."""

Paragraph: TypeAlias = Annotated[
    str, StringConstraints(min_length=1, max_length=2000, pattern=r"^$|[^ \x09\x0a\x0d\u3000]")
]
"""A text that is not blank."""

CorporateNumber: TypeAlias = Annotated[str, AfterValidator(_require_corporate_number)]
"""法人番号: thirteen digits of which the first is the check digit."""

StaffCode: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{4,8}$")]
"""Who, without a name: ``E0012``."""

UnitId: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")]
"""An id of ``units`` in ``organization.yaml``."""

RecordNo: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,4}-[0-9]{4}-[0-9]{2,4}$")]
"""The number of a disposal record: ``D-2025-01``."""

EditorSchema: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=300)]
"""``$schema`` of a document, for editors; judges nothing."""

Listed: TypeAlias = Annotated[tuple[T, ...], Field(strict=False)]
"""A list of a document, kept as a tuple."""

StatutoryTask: TypeAlias = Literal[
    "withholding-tax",
    "year-end-adjustment",
    "payment-records",
    "health-insurance",
    "pension",
    "employment-insurance",
    "workers-compensation",
    "asset-formation",
    "other-statutory",
]
"""個人番号関係事務, as far as an employer has it."""

EntrustedTask: TypeAlias = Literal[StatutoryTask, "collection", "payroll", "storage", "disposal"]
"""What may be entrusted (委託)."""

Medium: TypeAlias = Literal["paper", "hdd", "ssd", "usb", "tape", "optical", "file"]
DisposalUnit: TypeAlias = Literal["sheets", "volumes", "units", "files", "boxes"]
DisposalMethod: TypeAlias = Literal[
    "shred",
    "incinerate",
    "dissolve",
    "mask",
    "erase-software",
    "physical-destruction",
    "crypto-erase",
    "logical-delete",
]

Quantity: TypeAlias = Annotated[Integer, Field(ge=1, le=1_000_000)]
Score: TypeAlias = Annotated[Integer, Field(ge=0, le=100)]


class Person(Closed):
    """Somebody, by staff code and role."""

    code: StaffCode
    role: Line


class CoveredPeriod(Closed):
    """The days that evidence covers, both ends included."""

    since: Day = Field(alias="from")
    until: Day = Field(alias="to")


class Attachment(Closed):
    """A file that belongs to a document.

    Attributes:
        path: Relative to the folder of the document, with ``/``; no name begins with a dot.
        sha256: Of its bytes, 64 lower-case hex digits.
        scan_reviewed_by: Who looked at a file whose text no program can read, and saw no
            Individual Number in it.
    """

    path: Annotated[
        str,
        StringConstraints(
            max_length=300,
            pattern=(
                r'^[^./\\:*?"<>|\x00-\x1f][^/\\:*?"<>|\x00-\x1f]*'
                r'(?:/[^./\\:*?"<>|\x00-\x1f][^/\\:*?"<>|\x00-\x1f]*)*$'
            ),
        ),
    ]
    sha256: Sha256
    media_type: (
        Annotated[str, StringConstraints(pattern=r"^[a-z]+/[a-z0-9][a-z0-9.+-]{0,99}$")] | None
    ) = None
    scan_reviewed_by: Person | None = None


class Corporation(Closed):
    """A corporation, by name and 法人番号."""

    name: Line
    corporate_number: CorporateNumber


class Sanitization(Closed):
    """How finely cut (DIN 66399, ISO/IEC 21964) or how surely erased (NIST SP 800-88)."""

    din: Annotated[str, StringConstraints(pattern=r"^[POTEFH]-[1-7]$")] | None = None
    nist: Literal["clear", "purge", "destroy"] | None = None

    @model_validator(mode="after")
    def _names_a_level(self) -> Sanitization:
        if self.din is None and self.nist is None:
            raise ValueError("at least one of din and nist")
        return self


class Evidence(Closed):
    """The envelope (共通項目) of every kind; each kind narrows ``kind`` and ``data``."""

    editor_schema: EditorSchema | None = Field(default=None, alias="$schema")
    kind: str
    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{2,79}$")]
    organization: CorporateNumber
    title: Line
    issued_on: Day | None = None
    period: CoveredPeriod | None = None
    prepared_by: Person
    approved_by: Person
    approved_on: Day
    attachments: Annotated[Listed[Attachment], Field(min_length=1, max_length=200)] | None = None
    retain_until: Day | None = None
    guideline_edition: (
        Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(?:0[1-9]|1[0-2])$")] | None
    ) = None
    note: Paragraph | None = None
    data: Closed

    @model_validator(mode="after")
    def _is_of_a_day_or_a_period(self) -> Evidence:
        if (self.issued_on is None) == (self.period is None):
            raise ValueError("exactly one of issued_on and period")
        return self


class AppointedRole(Closed):
    """One person in one role."""

    role: Literal[
        "responsible-person",
        "handler",
        "deputy",
        "audit-officer",
        "cpo",
        "spi-manager",
        "identity-data-manager",
        "system-owner",
        "system-admin",
        "checker",
        "final-checker",
    ]
    code: StaffCode
    unit: UnitId
    since: Day = Field(alias="from")
    until: Day | None = Field(default=None, alias="to")
    tasks: Annotated[Listed[StatutoryTask], AfterValidator(unique)]
    data_scope: Paragraph
    duties: Paragraph | None = None
    authority: Paragraph | None = None
    deputy_for: StaffCode | None = None


class AppointmentData(Closed):
    """What an appointment says."""

    roles: Annotated[Listed[AppointedRole], Field(min_length=1, max_length=500)]
    reason: Literal["annual-review", "transfer", "new-appointment", "resignation", "correction"]
    chart_ref: Line | None = None
    revised_on: Day | None = None


class Appointment(Evidence):
    """体制図・任命書・担当者名簿."""

    kind: Literal["appointment"]
    data: AppointmentData


class Attendee(Closed):
    """Somebody who was trained."""

    code: StaffCode
    attended_on: Day
    score: Score | None = None


class Absentee(Closed):
    """Somebody who should have been trained and was not there."""

    code: StaffCode
    reason: Line | None = None
    follow_up_on: Day | None = None


class TrainingRecordData(Closed):
    """What a training record says."""

    course: Line
    held_on: Day
    method: Literal["classroom", "e-learning", "materials"]
    audience: Literal["handlers", "all-employees", "joiners", "system-staff"]
    topics: Annotated[
        Listed[
            Literal[
                "handling-rules",
                "procedures",
                "roles-and-responsibilities",
                "scope-of-collection",
                "purpose-of-use",
                "submission-procedure",
                "onboarding-collection",
                "leak-impact",
                "incident-reporting",
                "appi",
                "secure-disposal",
            ]
        ],
        Field(min_length=1),
        AfterValidator(unique),
    ]
    lecturer: Line
    material_ref: Line
    attendees: Annotated[Listed[Attendee], Field(min_length=1, max_length=20_000)]
    absentees: Annotated[Listed[Absentee], Field(max_length=20_000)] | None = None
    pass_score: Score | None = None
    plan_ref: Line | None = None
    evaluation: Paragraph | None = None
    follow_up: Paragraph | None = None


class TrainingRecord(Evidence):
    """教育実施・受講記録."""

    kind: Literal["training-record"]
    data: TrainingRecordData


class DisposedItem(Closed):
    """What was disposed of, of one medium."""

    medium: Medium
    description: Line
    quantity: Quantity
    unit: DisposalUnit
    serial: Line | None = None


class DisposalRecordData(Closed):
    """What a disposal record says.

    Attributes:
        fiscal_year: 年分 or 年度 of the documents.
        executed_by: A staff code, or ``vendor``.
        due_on: First day on which the documents may no longer be kept.
    """

    record_no: RecordNo
    disposed_on: Day
    document_kind: Line
    fiscal_year: Annotated[Integer, Field(ge=2015, le=2199)]
    items: Annotated[Listed[DisposedItem], Field(min_length=1, max_length=2000)]
    method: DisposalMethod
    level: Sanitization | None = None
    executed_by: Annotated[str, StringConstraints(pattern=r"^(?:[A-Z][0-9]{4,8}|vendor)$")]
    confirmed_by: StaffCode
    retention_rule: Line
    due_on: Day
    outsourced: bool
    cert_no: Line | None = None
    reconciled_on: Day | None = None
    schedule_ref: Line | None = None


class DisposalRecord(Evidence):
    """廃棄管理記録簿."""

    kind: Literal["disposal-record"]
    data: DisposalRecordData


class CertifiedItem(Closed):
    """What a vendor disposed of or erased, of one medium."""

    medium: Medium
    description: Line
    maker: Line | None = None
    model: Line | None = None
    serial: Line | None = None
    capacity: Line | None = None
    quantity: Quantity
    unit: DisposalUnit


class Tool(Closed):
    """A shredder or an erasure software."""

    name: Line
    version: Line | None = None


class DisposalCertificateData(Closed):
    """What a vendor's certificate says."""

    cert_no: Line
    record_nos: Annotated[
        Listed[RecordNo], Field(min_length=1, max_length=2000), AfterValidator(unique)
    ]
    issuer: Corporation
    performed_on: Day
    items: Annotated[Listed[CertifiedItem], Field(min_length=1, max_length=20_000)]
    method: DisposalMethod
    standard: Sanitization
    tool: Tool | None = None
    operator: Line
    site: Line | None = None
    witness: StaffCode | None = None
    photos: Annotated[Integer, Field(ge=0, le=10_000)] | None = None
    result: Literal["success", "failure"]


class DisposalCertificate(Evidence):
    """廃棄・消去証明書."""

    kind: Literal["disposal-certificate"]
    data: DisposalCertificateData


class Clauses(Closed):
    """Which article of a contract holds each security clause; absent where none does.

    The first eight are mandatory by the guideline (第4-2-(1)1B), the last two desirable. A
    contract that lacks one is a valid record that does not satisfy the control.
    """

    confidentiality: Line | None = None
    no_takeout_beyond_need: Line | None = None
    no_other_purpose: Line | None = None
    reoutsourcing_terms: Line | None = None
    incident_liability: Line | None = None
    return_or_dispose: Line | None = None
    staff_supervision_training: Line | None = None
    compliance_reporting: Line | None = None
    named_handlers: Line | None = None
    onsite_inspection: Line | None = None


class VendorContractData(Closed):
    """What a vendor contract says."""

    contract_no: Line
    vendor: Corporation
    scope: Annotated[Listed[EntrustedTask], Field(min_length=1), AfterValidator(unique)]
    signed_on: Day
    valid_from: Day
    valid_to: Day
    clauses: Clauses


class VendorContract(Evidence):
    """委託契約書."""

    kind: Literal["vendor-contract"]
    data: VendorContractData


class NilStatementData(Closed):
    """That nothing happened, and how that was found out."""

    about: Literal[
        "basic-policy",
        "handling-rules",
        "appointment",
        "spi-file-ledger",
        "use-record",
        "carry-record",
        "disposal-record",
        "disposal-certificate",
        "log-review",
        "access-review",
        "purpose-notice",
        "id-verification",
        "vendor-contract",
        "vendor-assessment",
        "reoutsource-consent",
        "incident-procedure",
        "incident-drill",
        "incident-report",
        "audit-report",
        "training-record",
        "confidentiality-pledge",
        "zone-check",
        "entry-exit-log",
        "asset-inventory",
        "patch-record",
        "vulnerability-report",
        "config-attestation",
        "external-review",
        "self-check",
    ]
    basis: Paragraph
    statement: Paragraph


class NilStatement(Evidence):
    """該当なしの申告: always about a period."""

    kind: Literal["nil-statement"]
    period: CoveredPeriod
    data: NilStatementData


BASIC: dict[str, type[Evidence]] = {
    "appointment": Appointment,
    "training-record": TrainingRecord,
    "disposal-record": DisposalRecord,
    "disposal-certificate": DisposalCertificate,
    "vendor-contract": VendorContract,
    "nil-statement": NilStatement,
}
"""The class of each kind of this module, by the value of ``kind``."""
