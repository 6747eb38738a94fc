"""Evidence of the handling itself as values: policy, rules, ledger, and the day-to-day records.

Twins of their schemas like :mod:`mnaudit.model.evidence`, which holds what all kinds share. What
happened is recorded as it happened: a carrying without protection is a valid record, and it is
for the controls to object.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias, TypeVar

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from mnaudit.model.evidence import (
    Closed,
    Corporation,
    CoveredPeriod,
    Day,
    DisposalUnit,
    Evidence,
    Integer,
    Line,
    Listed,
    Medium,
    Paragraph,
    Quantity,
    RecordNo,
    StaffCode,
    StatutoryTask,
    UnitId,
    unique,
)

__all__ = [
    "HANDLING",
    "AccessReview",
    "AccessReviewData",
    "AnnouncementMethod",
    "BasicPolicy",
    "BasicPolicyData",
    "CarriedItem",
    "CarryRecord",
    "CarryRecordData",
    "Carrying",
    "ConfidentialityPledge",
    "ConfidentialityPledgeData",
    "Contact",
    "DayCount",
    "Deadlines",
    "Distinct",
    "FileId",
    "HandlingRules",
    "HandlingRulesData",
    "HandlingScope",
    "HumanErrorCheck",
    "IdVerification",
    "IdVerificationData",
    "IncidentProcedure",
    "IncidentProcedureData",
    "LedgerFile",
    "LegalBasis",
    "LogAnomaly",
    "LogCounts",
    "LogReview",
    "LogReviewData",
    "MissingRecords",
    "Monitoring",
    "NoticeMethod",
    "Pledge",
    "PrivilegedSession",
    "Protection",
    "Provisions",
    "PublishRule",
    "PurposeNotice",
    "PurposeNoticeData",
    "Receipt",
    "Refusal",
    "ReportItem",
    "ReportableSituation",
    "ReportableTest",
    "ReportingRoute",
    "ReviewedAccount",
    "Revision",
    "Several",
    "SpiFileLedger",
    "SpiFileLedgerData",
    "SystemId",
    "Times",
    "Use",
    "UseRecord",
    "UseRecordData",
    "Verification",
    "Version",
    "WebAddress",
    "WorkRules",
    "ZoneId",
]

T = TypeVar("T")

FileId: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{0,9}(?:-[A-Z0-9]{1,8}){1,3}$")
]
"""The number of a file in the ledger: ``F-01``."""

SystemId: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")]
"""A system that handles Individual Numbers: ``payroll``."""

ZoneId: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")]
"""A controlled or handling area: ``Z1``."""

Version: TypeAlias = Annotated[
    str, StringConstraints(min_length=1, max_length=40, pattern=r"^$|[^ \x09\x0a\x0d\u3000]")
]
"""The version of a document: ``第3版``."""

WebAddress: TypeAlias = Annotated[str, StringConstraints(pattern=r"^https?://[!-~]{1,280}$")]

Times: TypeAlias = Annotated[Integer, Field(ge=0, le=1_000_000_000)]
"""How often something happened."""

DayCount: TypeAlias = Annotated[Integer, Field(ge=1, le=365)]
"""How many days."""

Several: TypeAlias = Annotated[Listed[T], Field(min_length=1), AfterValidator(unique)]
"""At least one value, none twice."""

Distinct: TypeAlias = Annotated[Listed[T], AfterValidator(unique)]
"""Any number of values, none twice."""

AnnouncementMethod: TypeAlias = Literal[
    "intranet",
    "email",
    "posted",
    "document",
    "meeting",
    "training",
    "work-rules",
    "website",
]
"""How people were told."""

Protection: TypeAlias = Literal[
    "encryption",
    "password",
    "locked-container",
    "sealed",
    "masked",
    "envelope-in-bag",
    "traceable-carrier",
    "two-persons",
    "encrypted-path",
]
"""How numbers are protected on the way."""

LegalBasis: TypeAlias = Literal[
    "statutory-filing",
    "transfer-with-consent",
    "entrustment-or-succession",
    "other-article-nineteen",
    "request-of-the-person",
]
"""What allows a provision (番号法第19条; 個人情報保護法第33条)."""

ReportItem: TypeAlias = Literal[
    "outline",
    "data-items",
    "persons",
    "cause",
    "secondary-harm",
    "response-to-persons",
    "publication",
    "prevention",
    "other",
]
"""The nine items of a leak report (漏えい等報告規則)."""

ReportableSituation: TypeAlias = Literal[
    "government-systems",
    "wrongful-purpose",
    "open-to-the-public",
    "more-than-a-hundred",
]
"""What must be reported (漏えい等報告規則第2条), items 1 to 4."""


class Revision(Closed):
    """What changed in a document, and when."""

    version: Version
    revised_on: Day
    summary: Line


class BasicPolicyData(Closed):
    """What the basic policy says."""

    version: Version
    effective_on: Day
    sections: Several[
        Literal[
            "name", "compliance", "security", "contact", "purpose", "entrustment", "improvement"
        ]
    ]
    announced_on: Day | None = None
    announcement_methods: Several[AnnouncementMethod] | None = None
    published_url: WebAddress | None = None
    management_approved_on: Day | None = None
    revisions: Annotated[Listed[Revision], Field(min_length=1, max_length=500)] | None = None
    review_on: Day | None = None


class BasicPolicy(Evidence):
    """基本方針."""

    kind: Literal["basic-policy"]
    data: BasicPolicyData


class HandlingScope(Closed):
    """Which tasks, data and units the rules cover."""

    tasks: Several[StatutoryTask]
    data: Annotated[Several[Line], Field(max_length=200)]
    handlers: Annotated[Several[UnitId], Field(max_length=200)]


class HumanErrorCheck(Closed):
    """How human error is caught, and which article says so."""

    methods: Several[
        Literal["identity-and-number", "two-person-check", "final-check", "system-reconciliation"]
    ]
    article: Line


class Provisions(Closed):
    """Which article of the rules says what; absent where none does.

    Rules that lack one are a valid record that does not satisfy the control in question.
    """

    purpose_notice: Line | None = None
    identity_verification: Line | None = None
    verification_of_agents: Line | None = None
    verification_by_post: Line | None = None
    verification_online: Line | None = None
    onboarding_collection: Line | None = None
    statutory_recipients: Line | None = None
    disclosure_requests: Line | None = None
    correction_requests: Line | None = None
    cessation_requests: Line | None = None
    handover: Line | None = None
    department_division: Line | None = None
    violation_reporting: Line | None = None
    role_descriptions: Line | None = None
    transport: Line | None = None
    electronic_filing: Line | None = None
    deletion_in_systems: Line | None = None
    disposal_of_documents: Line | None = None
    passwords: Line | None = None
    email: Line | None = None
    unapproved_services: Line | None = None


class HandlingRulesData(Closed):
    """What handling rules or a manual say."""

    rule_no: Line
    version: Version
    effective_on: Day
    stages: Several[Literal["acquire", "use", "store", "provide", "disclose", "dispose"]]
    scope: HandlingScope
    human_error_check: HumanErrorCheck
    provisions: Provisions
    flow_refs: Annotated[Several[Line], Field(max_length=200)] | None = None
    sme_statement: Paragraph | None = None
    reviewed_on: Day | None = None
    review_topics: (
        Several[
            Literal[
                "law-changes",
                "guideline-changes",
                "business-changes",
                "audit-findings",
                "incidents",
            ]
        ]
        | None
    ) = None
    revisions: Annotated[Listed[Revision], Field(min_length=1, max_length=500)] | None = None


class HandlingRules(Evidence):
    """取扱規程・手順書."""

    kind: Literal["handling-rules"]
    data: HandlingRulesData


class LedgerFile(Closed):
    """A 特定個人情報ファイル, with the items that 別添1 C-c names.

    Attributes:
        dispose_due_on: First day on which it is to be disposed of; for a file in continuing use,
            when what is no longer needed is deleted next.
        count: About how many persons' numbers it holds.
    """

    file_id: FileId
    kind: Literal["paper", "file", "system", "cloud"]
    name: Line
    owner: StaffCode
    unit: UnitId
    purposes: Several[StatutoryTask]
    disposal_status: Literal["in-use", "retained", "due", "disposed"]
    access_holders: Annotated[Distinct[StaffCode], Field(max_length=2000)]
    retention_rule: Line
    dispose_due_on: Day
    disposed_on: Day | None = None
    disposal_record_no: RecordNo | None = None
    system: SystemId | None = None
    location: Line | None = None
    zone_id: ZoneId | None = None
    medium: Medium | None = None
    count: Annotated[Integer, Field(ge=0, le=100_000_000)] | None = None
    vendors: Annotated[Listed[Corporation], Field(max_length=200)] | None = None
    due_alert: Line | None = None


class SpiFileLedgerData(Closed):
    """The ledger as of one stock-take."""

    files: Annotated[Listed[LedgerFile], Field(min_length=1, max_length=2000)]
    reconciled_on: Day | None = None
    reconciled_by: StaffCode | None = None
    reconciled_with: (
        Several[
            Literal[
                "cabinets",
                "shared-folders",
                "terminals",
                "media",
                "systems",
                "cloud-services",
                "vendors",
            ]
        ]
        | None
    ) = None
    unlisted_found: Annotated[Integer, Field(ge=0, le=100_000)] | None = None


class SpiFileLedger(Evidence):
    """特定個人情報ファイル管理台帳."""

    kind: Literal["spi-file-ledger"]
    data: SpiFileLedgerData


class Use(Closed):
    """One use or output of a file."""

    used_on: Day
    handler: StaffCode
    file_id: FileId
    purpose: StatutoryTask
    action: Literal["view", "register", "print", "export", "submit", "hand-over"]
    recipient: Line | None = None
    channel: Literal["electronic-filing", "file-transfer", "email", "post", "in-person"] | None = (
        None
    )
    protections: Distinct[Protection] | None = None
    addressee_checked_by: StaffCode | None = None
    legal_basis: LegalBasis | None = None
    output_no: Line | None = None
    returned_on: Day | None = None
    form_ref: Line | None = None
    checked_by: StaffCode | None = None
    check_result: Literal["correct", "corrected"] | None = None


class UseRecordData(Closed):
    """The uses of a period, reviewed by the person responsible."""

    entries: Annotated[Listed[Use], Field(min_length=1, max_length=20_000)]
    reviewed_by: StaffCode
    reviewed_on: Day
    review_note: Paragraph | None = None


class UseRecord(Evidence):
    """利用・出力記録簿."""

    kind: Literal["use-record"]
    period: CoveredPeriod
    data: UseRecordData


class CarriedItem(Closed):
    """The documents or media that were carried."""

    kind: Medium
    description: Line
    count: Quantity
    unit: DisposalUnit


class Carrying(Closed):
    """One carrying of documents or media.

    Attributes:
        protections: Empty if nothing was done, which is a valid record of a mistake.
        arrived_on: Absent until arrival is confirmed.
    """

    out_on: Day
    carrier: StaffCode
    item: CarriedItem
    from_place: Line = Field(alias="from")
    to_place: Line = Field(alias="to")
    purpose: Line | None = None
    protections: Distinct[Protection]
    approved_by: StaffCode
    addressee_checked_by: StaffCode | None = None
    arrived_on: Day | None = None
    tracking_no: Line | None = None
    second_carrier: StaffCode | None = None
    returned_on: Day | None = None
    reconciled_by: StaffCode | None = None


class CarryRecordData(Closed):
    """What was carried in a period."""

    entries: Annotated[Listed[Carrying], Field(min_length=1, max_length=20_000)]


class CarryRecord(Evidence):
    """持ち運び記録簿."""

    kind: Literal["carry-record"]
    period: CoveredPeriod
    data: CarryRecordData


class LogCounts(Closed):
    """How often in the period."""

    logins: Times
    failures: Times
    off_hours: Times
    exports: Times
    privileged: Times | None = None


class LogAnomaly(Closed):
    """Something unusual in the logs, and what was done."""

    found_on: Day
    system: SystemId
    description: Line
    action: Paragraph | None = None
    closed_on: Day | None = None


class Monitoring(Closed):
    """Who watches the logs all the time."""

    means: Literal["siem", "soc", "siem-and-soc"]
    hours: Literal["around-the-clock", "business-hours"]


class PrivilegedSession(Closed):
    """Administrator rights that were lent for one occasion."""

    used_on: Day
    user: StaffCode
    approved_by: StaffCode
    recording_ref: Line


class MissingRecords(Closed):
    """What an automatic search for missing records found."""

    tool: Line
    found: Annotated[Integer, Field(ge=0, le=1_000_000)]


class LogReviewData(Closed):
    """What a review of logs found."""

    systems: Annotated[Several[SystemId], Field(max_length=200)]
    reviewer: StaffCode
    reviewed_on: Day
    counts: LogCounts
    anomalies: Annotated[Listed[LogAnomaly], Field(max_length=2000)]
    administrators: Annotated[Several[StaffCode], Field(max_length=200)] | None = None
    log_ref: Line | None = None
    kept_months: Annotated[Integer, Field(ge=0, le=1200)] | None = None
    tamper_protections: (
        Several[Literal["write-once", "separate-server", "digest", "backup-offline"]] | None
    ) = None
    monitoring: Monitoring | None = None
    privileged_sessions: Annotated[Listed[PrivilegedSession], Field(max_length=2000)] | None = None
    missing_records: MissingRecords | None = None


class LogReview(Evidence):
    """アクセスログ点検記録."""

    kind: Literal["log-review"]
    period: CoveredPeriod
    data: LogReviewData


class ReviewedAccount(Closed):
    """One account on one system, and what was decided about it.

    Attributes:
        user: A staff code, ``shared``, ``service`` or ``vendor``.
        executed_on: Day on which the decision was carried out in the system.
        ended_on: For leavers and movers, the last day on which the rights were needed.
    """

    id: Line
    system: SystemId
    user: Annotated[str, StringConstraints(pattern=r"^(?:[A-Z][0-9]{4,8}|shared|service|vendor)$")]
    rights: Distinct[Literal["view", "edit", "print", "export", "delete", "administer"]]
    needed: bool
    decision: Literal["keep", "grant", "change", "remove"]
    privileged: bool | None = None
    executed_on: Day | None = None
    ended_on: Day | None = None
    request_no: Line | None = None
    approved_by: StaffCode | None = None
    materials_returned_on: Day | None = None
    business_role: Line | None = None


class AccessReviewData(Closed):
    """The accounts of one review."""

    extracted_on: Day
    occasion: Literal["periodic", "appointment", "transfer", "departure", "incident"]
    scope: Literal["all-accounts", "privileged-accounts", "persons-concerned"]
    systems: Annotated[Several[SystemId], Field(max_length=200)]
    entries: Annotated[Listed[ReviewedAccount], Field(min_length=1, max_length=20_000)]
    separation_of_duties: Paragraph | None = None
    hr_link_ref: Line | None = None


class AccessReview(Evidence):
    """アクセス権限棚卸."""

    kind: Literal["access-review"]
    data: AccessReviewData


class Receipt(Closed):
    """Somebody received a notice."""

    code: StaffCode
    received_on: Day


class PurposeNoticeData(Closed):
    """What a notice of purpose says, and how it was given."""

    version: Version
    purposes: Several[StatutoryTask]
    method: AnnouncementMethod
    noticed_on: Day
    audience: Literal["all-employees", "joiners", "payees", "shareholders", "others"]
    receipts: Annotated[Listed[Receipt], Field(min_length=1, max_length=20_000)] | None = None


class PurposeNotice(Evidence):
    """利用目的通知書."""

    kind: Literal["purpose-notice"]
    data: PurposeNoticeData


class Verification(Closed):
    """One person's number and identity were verified (番号法第16条)."""

    subject_code: StaffCode
    relation: Literal["employee", "dependent-spouse", "payee", "shareholder", "other"]
    channel: Literal["in-person", "post", "online", "telephone"]
    method: Literal[
        "card", "smartphone-card", "documents", "evident-identity", "online", "telephone", "agent"
    ]
    number_doc: Literal[
        "card",
        "smartphone-record",
        "residence-certificate",
        "notification-card",
        "own-file",
        "other",
    ]
    identity_doc: Literal[
        "card",
        "smartphone-record",
        "drivers-license",
        "passport",
        "residence-card",
        "disability-handbook",
        "other-photo-id",
        "two-documents",
        "electronic-signature",
        "questions",
        "evident",
    ]
    verified_by: StaffCode
    verified_on: Day
    purpose_noticed_on: Day | None = None
    agent_doc: Literal["power-of-attorney", "family-register", "other"] | None = None
    agent_identity_doc: Line | None = None
    copy_kept: bool | None = None
    copy_discarded_on: Day | None = None


class Refusal(Closed):
    """Somebody did not provide the number."""

    subject_code: StaffCode
    requested_on: Day
    refused_on: Day
    history: Paragraph


class IdVerificationData(Closed):
    """The verifications of a period."""

    entries: Annotated[Listed[Verification], Field(min_length=1, max_length=20_000)]
    refusals: Annotated[Listed[Refusal], Field(max_length=2000)] | None = None


class IdVerification(Evidence):
    """本人確認記録."""

    kind: Literal["id-verification"]
    data: IdVerificationData


class WorkRules(Closed):
    """Confidentiality and sanctions in the work rules."""

    title: Line
    confidentiality_article: Line | None = None
    sanctions_article: Line | None = None
    effective_on: Day
    filed_on: Day | None = None


class Pledge(Closed):
    """Somebody's pledge of confidentiality."""

    signer: StaffCode
    role: Line
    signed_on: Day
    survives_leaving: bool
    sanctions_ref: Line


class ConfidentialityPledgeData(Closed):
    """Work rules, pledges, or both."""

    work_rules: WorkRules | None = None
    pledges: Annotated[Listed[Pledge], Field(min_length=1, max_length=20_000)] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> ConfidentialityPledgeData:
        if self.work_rules is None and self.pledges is None:
            raise ValueError("at least one of work_rules and pledges")
        return self


class ConfidentialityPledge(Evidence):
    """誓約書・就業規則."""

    kind: Literal["confidentiality-pledge"]
    data: ConfidentialityPledgeData


class Contact(Closed):
    """Whom to tell, and where the contact is listed."""

    party: Literal[
        "responsible-person",
        "management",
        "internal-desk",
        "system-staff",
        "public-relations",
        "commission",
        "supervisory-authority",
        "police",
        "vendor",
        "principal",
        "expert",
    ]
    code: StaffCode | None = None
    listed_in: Line


class ReportableTest(Closed):
    """How it is decided whether the Commission must be told."""

    situations: Several[ReportableSituation]
    suspected: bool | None = None
    article: Line


class Deadlines(Closed):
    """Days from knowing until a report is made."""

    preliminary_days: DayCount
    final_days: DayCount
    wrongful_final_days: DayCount
    first_day_counts: bool | None = None
    vendor_days: DayCount | None = None


class NoticeMethod(Closed):
    """How persons are told of an incident."""

    means: Several[Literal["letter", "email", "telephone", "in-person"]]
    substitutes: Distinct[Literal["publication", "inquiry-desk"]]


class PublishRule(Closed):
    """When an incident is published, and who decides."""

    criteria: Paragraph
    owner: StaffCode


class ReportingRoute(Closed):
    """How the workforce tells the person responsible."""

    about: Literal["incident", "rule-violation"]
    route: Line
    receiver: StaffCode
    off_hours: bool | None = None


class IncidentProcedureData(Closed):
    """What the incident procedure says."""

    version: Version
    effective_on: Day
    contacts: Annotated[Listed[Contact], Field(min_length=1, max_length=500)]
    steps: Several[
        Literal[
            "report",
            "contain",
            "investigate",
            "scope",
            "prevent",
            "notify-commission",
            "notify-persons",
            "publish",
        ]
    ]
    reportable_test: ReportableTest
    deadlines: Deadlines
    notice_method: NoticeMethod
    publish_rule: PublishRule
    reporting_routes: Annotated[Listed[ReportingRoute], Field(min_length=1, max_length=100)]
    announced_on: Day | None = None
    announcement_methods: Several[AnnouncementMethod] | None = None
    whistleblowing_ref: Line | None = None
    csirt_ref: Line | None = None
    report_form_ref: Line | None = None
    report_items: Several[ReportItem] | None = None
    inquiry_desk_ref: Line | None = None
    number_change_ref: Line | None = None
    partner_notice_ref: Line | None = None
    press_notice_ref: Line | None = None


class IncidentProcedure(Evidence):
    """漏えい等対応手順書."""

    kind: Literal["incident-procedure"]
    data: IncidentProcedureData


HANDLING: dict[str, type[Evidence]] = {
    "basic-policy": BasicPolicy,
    "handling-rules": HandlingRules,
    "spi-file-ledger": SpiFileLedger,
    "use-record": UseRecord,
    "carry-record": CarryRecord,
    "log-review": LogReview,
    "access-review": AccessReview,
    "purpose-notice": PurposeNotice,
    "id-verification": IdVerification,
    "confidentiality-pledge": ConfidentialityPledge,
    "incident-procedure": IncidentProcedure,
}
"""The class of each kind of this module, by the value of ``kind``."""
