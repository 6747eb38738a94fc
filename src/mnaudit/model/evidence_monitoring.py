"""Evidence of monitoring as values: what watches vendors, incidents, audits, zones and systems.

The twins of these kinds' schemas, under the rules of :mod:`mnaudit.model.evidence`: the schemas
are authoritative, one document is looked at alone, and people are staff codes.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field, StringConstraints

from mnaudit.model.base import Sha256  # noqa: TC001  # pydantic reads it
from mnaudit.model.evidence import (
    Closed,
    CorporateNumber,
    Corporation,
    CoveredPeriod,
    Day,
    EntrustedTask,
    Evidence,
    Integer,
    Line,
    Listed,
    Paragraph,
    StaffCode,
    UnitId,
    unique,
)
from mnaudit.model.evidence_handling import SystemId, ZoneId  # noqa: TC001  # pydantic reads them

__all__ = [
    "MONITORING",
    "Advisory",
    "Answer",
    "AssessedItem",
    "Asset",
    "AssetInventory",
    "AssetInventoryData",
    "AssetNo",
    "AuditFinding",
    "AuditReport",
    "AuditReportData",
    "ConfigAttestation",
    "ConfigAttestationData",
    "ConfigItem",
    "ControlId",
    "Country",
    "DeviceCheck",
    "DrillAction",
    "DrillStep",
    "EntryExitLog",
    "EntryExitLogData",
    "ExternalReview",
    "ExternalReviewData",
    "IncidentDrill",
    "IncidentDrillData",
    "IncidentReport",
    "IncidentReportData",
    "KeyCount",
    "LastOutCheck",
    "NineItems",
    "Outcome",
    "Passage",
    "PassageAnomaly",
    "Patch",
    "PatchException",
    "PatchRecord",
    "PatchRecordData",
    "PreventiveAction",
    "Provider",
    "ReoutsourceConsent",
    "ReoutsourceConsentData",
    "Reported",
    "SelfCheck",
    "SelfCheckData",
    "ServiceTerms",
    "Severity",
    "SubVendorReport",
    "TimeOfDay",
    "Unapproved",
    "VendorAssessment",
    "VendorAssessmentData",
    "VendorCertificate",
    "VendorFinding",
    "Visit",
    "Vulnerability",
    "VulnerabilityReport",
    "VulnerabilityReportData",
    "Zone",
    "ZoneCheck",
    "ZoneCheckData",
    "ZoneResult",
]

AssetNo: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")]
"""What a device, medium or system is called within the organization: ``PC-012``."""

ControlId: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^(?:ORG|PER|PHY|TEC)-[a-z]{1,4}-[0-9]{2}$")
]
"""A row of the check sheet: ``ORG-b-01``."""

Country: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""A country, in the two capitals of ISO 3166-1."""

Outcome: TypeAlias = Literal["ok", "ng", "not-applicable"]
"""How something was found in a check."""

Severity: TypeAlias = Literal["critical", "high", "medium", "low"]

TimeOfDay: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]$")
]
"""Hours and minutes in Japan, 24-hour clock: ``09:05``."""


class AssessedItem(Closed):
    """One question put to a vendor, and the answer."""

    subject: Literal[
        "facilities",
        "technical-level",
        "staff-supervision",
        "management",
        "security-measures",
        "contract-compliance",
        "reoutsourcing",
        "incident-readiness",
        "disposal",
    ]
    question: Paragraph
    answer: Paragraph
    score: Annotated[Integer, Field(ge=0, le=5)]


class VendorFinding(Closed):
    """Something that a vendor must correct."""

    finding: Paragraph
    plan: Paragraph
    due_on: Day
    closed_on: Day | None = None


class VendorCertificate(Closed):
    """A certification that a vendor holds."""

    name: Line
    certificate_no: Line | None = None
    valid_to: Day


class SubVendorReport(Closed):
    """What is known of a sub-vendor."""

    name: Line
    corporate_number: CorporateNumber
    tasks: Annotated[
        Listed[EntrustedTask], Field(min_length=1, max_length=20), AfterValidator(unique)
    ]
    reported_on: Day
    result: Literal["pass", "conditional", "fail"]


class VendorAssessmentData(Closed):
    """What the assessment of a vendor says."""

    assessment_type: Literal["select", "periodic", "audit"]
    vendor: Corporation
    contract_no: Line | None = None
    assessed_on: Day
    assessor: StaffCode
    method: Literal["questionnaire", "report", "interview", "on-site", "remote"] | None = None
    items: Annotated[Listed[AssessedItem], Field(min_length=1, max_length=500)]
    result: Literal["pass", "conditional", "fail"]
    findings: Annotated[Listed[VendorFinding], Field(max_length=500)]
    next_on: Day
    report_ref: Line | None = None
    certificates: Annotated[Listed[VendorCertificate], Field(max_length=50)] | None = None
    track_record: Paragraph | None = None
    sub_vendors: Annotated[Listed[SubVendorReport], Field(max_length=100)] | None = None


class VendorAssessment(Evidence):
    """委託先評価・監査."""

    kind: Literal["vendor-assessment"]
    data: VendorAssessmentData


class ReoutsourceConsentData(Closed):
    """What a consent to re-outsourcing says."""

    consent_no: Line | None = None
    principal: Corporation
    vendor: Corporation
    sub_vendor: Corporation
    contract_no: Line | None = None
    step: Annotated[Integer, Field(ge=1, le=9)] | None = None
    tasks: Annotated[
        Listed[EntrustedTask], Field(min_length=1, max_length=20), AfterValidator(unique)
    ]
    basis: Literal["each", "advance"]
    material_ref: Line
    reporting_ref: Line | None = None
    supervision: Paragraph | None = None
    requested_on: Day | None = None
    consented_by: Corporation
    consented_on: Day
    starts_on: Day
    valid_to: Day


class ReoutsourceConsent(Evidence):
    """再委託の許諾."""

    kind: Literal["reoutsource-consent"]
    data: ReoutsourceConsentData


class DrillStep(Closed):
    """One step of a drill."""

    minute: Annotated[Integer, Field(ge=0, le=100_000)]
    step: Literal[
        "report",
        "contain",
        "investigate",
        "scope",
        "prevent",
        "notify-commission",
        "notify-persons",
        "publish",
    ]
    note: Paragraph


class DrillAction(Closed):
    """What is improved after a drill."""

    action: Paragraph
    owner: StaffCode
    due_on: Day
    closed_on: Day | None = None


class IncidentDrillData(Closed):
    """What an incident drill says."""

    held_on: Day
    method: Literal["table-top", "live", "call-tree"]
    off_hours: bool
    scenario: Paragraph
    participants: Annotated[
        Listed[StaffCode], Field(min_length=1, max_length=2_000), AfterValidator(unique)
    ]
    unreached: (
        Annotated[Listed[StaffCode], Field(max_length=2_000), AfterValidator(unique)] | None
    ) = None
    timeline: Annotated[Listed[DrillStep], Field(min_length=1, max_length=500)]
    findings: Annotated[Listed[Paragraph], Field(max_length=200)]
    actions: Annotated[Listed[DrillAction], Field(max_length=200)]


class IncidentDrill(Evidence):
    """漏えい等対応の訓練記録."""

    kind: Literal["incident-drill"]
    data: IncidentDrillData


class NineItems(Closed):
    """The nine items that are reported (規則3条), as far as known."""

    outline: Paragraph
    data_items: Paragraph | None = None
    persons: Paragraph | None = None
    cause: Paragraph | None = None
    secondary_harm: Paragraph | None = None
    response_to_persons: Paragraph | None = None
    publication: Paragraph | None = None
    prevention: Paragraph | None = None
    other: Paragraph | None = None


class PreventiveAction(Closed):
    """What is done against a recurrence."""

    action: Paragraph
    owner: StaffCode
    due_on: Day
    closed_on: Day | None = None


class IncidentReportData(Closed):
    """What an incident report says."""

    incident_no: Line
    certainty: Literal["sign", "suspected", "confirmed"]
    occurred_on: Day | None = None
    known_on: Day
    known_by_unit: UnitId
    categories: Annotated[
        Listed[
            Literal[
                "government-systems",
                "wrongful-purpose",
                "open-to-the-public",
                "more-than-a-hundred",
                "none",
            ]
        ],
        Field(min_length=1, max_length=4),
        AfterValidator(unique),
    ]
    persons_max: Annotated[Integer, Field(ge=0, le=1_000_000)]
    encrypted: bool
    exemption: (
        Literal["strong-encryption", "recovered-unread", "same-data-remains", "not-listed"] | None
    ) = None
    prelim_on: Day | None = None
    final_on: Day | None = None
    notified_on: Day | None = None
    notice_substitute: Paragraph | None = None
    principal_informed_on: Day | None = None
    vendor: Corporation | None = None
    nine_items: NineItems
    actions: Annotated[Listed[PreventiveAction], Field(min_length=1, max_length=200)]


class IncidentReport(Evidence):
    """漏えい等事案記録."""

    kind: Literal["incident-report"]
    data: IncidentReportData


class AuditFinding(Closed):
    """Something that an audit found, and its correction."""

    control: ControlId
    level: Literal["major", "minor", "observation"]
    finding: Paragraph
    action: Paragraph | None = None
    owner: StaffCode
    due_on: Day
    closed_on: Day | None = None
    verified_on: Day | None = None
    effect: Paragraph | None = None


class Reported(Closed):
    """To whom a result was reported."""

    recipient: Literal["responsible-person", "management", "audit-officer", "steering-body"]
    reported_on: Day


class AuditReportData(Closed):
    """What an audit report says."""

    audit_type: Literal["self", "internal", "external"]
    audited_period: CoveredPeriod
    audited_on: Day
    units: Annotated[Listed[UnitId], Field(min_length=1, max_length=200), AfterValidator(unique)]
    scope: Annotated[
        Listed[
            Literal[
                "handling",
                "records",
                "handler-supervision",
                "handler-interviews",
                "organization",
                "steering-body",
                "policy-enquiries",
                "linkage-sample",
                "error-trends",
                "ledger-reconciliation",
                "unlisted-files",
                "incident-trends",
                "vendors",
                "physical",
                "technical",
                "corrective-actions",
                "legal-changes",
                "business-changes",
                "management-review",
            ]
        ],
        Field(min_length=1, max_length=40),
        AfterValidator(unique),
    ]
    auditors: Annotated[Listed[StaffCode], Field(max_length=50), AfterValidator(unique)]
    auditor_unit: UnitId | None = None
    external_auditor: Corporation | None = None
    findings: Annotated[Listed[AuditFinding], Field(max_length=500)]
    conclusion: Paragraph
    reported_to: Annotated[Listed[Reported], Field(min_length=1, max_length=20)]
    management_review: Paragraph | None = None
    plan_ref: Line | None = None


class AuditReport(Evidence):
    """自己点検・内部監査."""

    kind: Literal["audit-report"]
    data: AuditReportData


class KeyCount(Closed):
    """How many keys there are, and that their lending is recorded."""

    lending_log_ref: Line
    expected: Annotated[Integer, Field(ge=0, le=10_000)]
    counted: Annotated[Integer, Field(ge=0, le=10_000)]
    counted_on: Day


class ZoneResult(Closed):
    """What was found about one item."""

    item: Literal[
        "zone-map",
        "entry-control",
        "device-restriction",
        "viewing-prevention",
        "locked-storage",
        "terminal-theft-prevention",
        "clear-desk",
        "clear-screen",
        "keys",
        "monitoring",
    ]
    result: Outcome
    remark: Paragraph | None = None
    corrected_on: Day | None = None


class Zone(Closed):
    """One area, and what was found there."""

    zone_id: ZoneId
    name: Line
    zone_class: Literal["controlled", "handling"]
    map_ref: Line
    lock: Literal["key", "number-key", "ic-card", "biometric", "none"]
    partitions: Annotated[
        Listed[Literal["wall", "partition", "seating", "screen-filter", "dedicated-room"]],
        Field(max_length=5),
        AfterValidator(unique),
    ]
    device_rule: Literal["ban", "permit", "inspect", "deposit", "unrestricted"]
    closed_on: Day | None = None
    grade: Annotated[Integer, Field(ge=1, le=9)] | None = None
    monitoring: (
        Annotated[
            Listed[Literal["camera", "sensor", "guard"]],
            Field(max_length=3),
            AfterValidator(unique),
        ]
        | None
    ) = None
    keys: KeyCount | None = None
    results: Annotated[Listed[ZoneResult], Field(min_length=1, max_length=50)]


class ZoneCheckData(Closed):
    """What a zone check says."""

    checked_on: Day
    checker: StaffCode
    zones: Annotated[Listed[Zone], Field(min_length=1, max_length=500)]


class ZoneCheck(Evidence):
    """区域・施錠点検."""

    kind: Literal["zone-check"]
    data: ZoneCheckData


class Passage(Closed):
    """Somebody went in or out."""

    passed_on: Day
    time: TimeOfDay
    code: StaffCode
    direction: Literal["in", "out"]
    purpose: Line


class Visit(Closed):
    """Somebody from outside was let in."""

    visited_on: Day
    time_in: TimeOfDay
    time_out: TimeOfDay
    affiliation: Line
    purpose: Line
    escort: StaffCode


class PassageAnomaly(Closed):
    """A passage that needed a look."""

    anomaly: Paragraph
    action: Paragraph


class DeviceCheck(Closed):
    """A device that somebody brought along."""

    checked_on: Day
    device: Literal["phone", "usb", "computer", "other"]
    handling: Literal["inspected", "deposited", "refused"]
    checker: StaffCode


class LastOutCheck(Closed):
    """What the last one out found."""

    checked_on: Day
    code: StaffCode
    desks: Outcome
    screens: Outcome
    locks: Outcome


class EntryExitLogData(Closed):
    """What an entry and exit log says."""

    zone_id: ZoneId
    recording: Literal["manual", "automatic"]
    authorized: Annotated[
        Listed[StaffCode], Field(min_length=1, max_length=2_000), AfterValidator(unique)
    ]
    entries: Annotated[Listed[Passage], Field(max_length=20_000)]
    visitors: Annotated[Listed[Visit], Field(max_length=5_000)] | None = None
    export_ref: Line | None = None
    reviewed_on: Day
    reviewer: StaffCode
    anomalies: Annotated[Listed[PassageAnomaly], Field(max_length=500)]
    device_checks: Annotated[Listed[DeviceCheck], Field(max_length=5_000)] | None = None
    last_out_checks: Annotated[Listed[LastOutCheck], Field(max_length=5_000)] | None = None


class EntryExitLog(Evidence):
    """入退室記録: always about a period."""

    kind: Literal["entry-exit-log"]
    period: CoveredPeriod
    data: EntryExitLogData


class Asset(Closed):
    """One device, medium or system."""

    asset_no: AssetNo
    asset_type: Literal[
        "server",
        "desktop",
        "laptop",
        "tablet",
        "smartphone",
        "printer",
        "network-device",
        "hdd",
        "ssd",
        "usb",
        "tape",
        "optical",
        "cabinet",
        "system",
        "cloud-service",
    ]
    model: Line
    serial: Line | None = None
    user: StaffCode | None = None
    unit: UnitId
    location: Line
    zone_id: ZoneId | None = None
    system: SystemId | None = None
    os: Line | None = None
    handles_numbers: bool
    encrypted: bool
    theft_protection: Literal["wire", "locked-storage", "built-in", "none"] | None = None
    last_seen_on: Day
    status: Literal["in-use", "stored", "lent", "repair", "missing", "disposed"]
    disposed_ref: Line | None = None


class Unapproved(Closed):
    """Software or a device that nobody approved."""

    found: Line
    found_on: Day
    removed_on: Day | None = None


class AssetInventoryData(Closed):
    """What an asset inventory says."""

    taken_on: Day
    checker: StaffCode
    assets: Annotated[Listed[Asset], Field(min_length=1, max_length=20_000)]
    differences: Paragraph | None = None
    discovery: Literal["automatic", "manual"] | None = None
    unapproved: Annotated[Listed[Unapproved], Field(max_length=2_000)] | None = None


class AssetInventory(Evidence):
    """機器・媒体台帳."""

    kind: Literal["asset-inventory"]
    data: AssetInventoryData


class PatchException(Closed):
    """Why an update is put off, and until when."""

    reason: Paragraph
    until: Day


class Patch(Closed):
    """The state of one product on one asset."""

    asset_no: AssetNo
    category: Literal["os", "application", "firmware", "security-product"]
    product: Line
    version: Line
    severity: Severity | None = None
    released_on: Day | None = None
    patched_on: Day | None = None
    definition_on: Day | None = None
    scanned_on: Day | None = None
    automatic: bool | None = None
    exception: PatchException | None = None


class Advisory(Closed):
    """A published vulnerability, and whether it concerns us."""

    advisory_no: Line
    published_on: Day
    product: Line
    severity: Severity
    applicable: bool
    action: Paragraph
    acted_on: Day | None = None


class PatchRecordData(Closed):
    """What a patch record says."""

    checked_on: Day
    checker: StaffCode
    entries: Annotated[Listed[Patch], Field(min_length=1, max_length=20_000)]
    advisories: Annotated[Listed[Advisory], Field(max_length=2_000)]
    sources: Annotated[Listed[Line], Field(min_length=1, max_length=50)]
    alerting: Literal["push", "manual"] | None = None


class PatchRecord(Evidence):
    """更新・脆弱性対応の記録."""

    kind: Literal["patch-record"]
    data: PatchRecordData


class Vulnerability(Closed):
    """A weakness that was found, and its correction."""

    finding_no: Line
    finding: Paragraph
    severity: Severity
    status: Literal["open", "fixed", "accepted", "false-positive"]
    due_on: Day
    fixed_on: Day | None = None
    action: Paragraph | None = None


class VulnerabilityReportData(Closed):
    """What a vulnerability report says."""

    scope: Annotated[Listed[Line], Field(min_length=1, max_length=200)]
    methods: Annotated[
        Listed[
            Literal[
                "platform-scan",
                "web-application",
                "penetration-test",
                "configuration-review",
                "attack-surface",
            ]
        ],
        Field(min_length=1, max_length=5),
        AfterValidator(unique),
    ]
    tool: Line
    assessed_on: Day
    vendor: Corporation | None = None
    owner: StaffCode
    findings: Annotated[Listed[Vulnerability], Field(max_length=5_000)]
    next_on: Day | None = None


class VulnerabilityReport(Evidence):
    """脆弱性診断報告."""

    kind: Literal["vulnerability-report"]
    data: VulnerabilityReportData


class ConfigItem(Closed):
    """One setting, as it must be and as it is."""

    item: Literal[
        "terminal-restriction",
        "dedicated-segment",
        "file-access-restriction",
        "field-encryption",
        "export-control",
        "usb-control",
        "carry-media-permit",
        "central-identity",
        "authentication",
        "multi-factor",
        "password-rules",
        "breached-password-check",
        "lockout",
        "screen-lock",
        "reauthentication",
        "auto-disable",
        "firewall",
        "waf-ips",
        "segmentation",
        "anti-malware",
        "edr",
        "unneeded-services-off",
        "path-encryption",
        "tls-1-2",
        "storage-encryption",
        "key-separation",
        "backup-encryption",
        "backup-restore-test",
        "mail-protection",
        "mail-approval",
        "cloud-ai-block",
        "casb-dlp",
        "number-scan",
        "log-collection",
        "log-tamper-protection",
        "removal-detection",
        "remote-wipe",
        "alert-retention",
        "deletion-function",
    ]
    system: SystemId
    setting: Line
    expected: Line
    actual: Line
    checked_on: Day
    checker: StaffCode
    export_sha256: Sha256 | None = None


class ConfigAttestationData(Closed):
    """What a configuration attestation says."""

    items: Annotated[Listed[ConfigItem], Field(min_length=1, max_length=2_000)]


class ConfigAttestation(Evidence):
    """設定確認書."""

    kind: Literal["config-attestation"]
    data: ConfigAttestationData


class Provider(Closed):
    """Who provides a service; a foreign one has no 法人番号."""

    name: Line
    corporate_number: CorporateNumber | None = None


class ServiceTerms(Closed):
    """What the terms of a service say."""

    responsibility: Paragraph
    deletion: Paragraph
    location: Paragraph


class ExternalReviewData(Closed):
    """What an external review says."""

    service: Line
    service_type: Literal["cloud", "maintenance", "branch-abroad", "vendor-abroad"]
    provider: Provider
    countries: Annotated[
        Listed[Country], Field(min_length=1, max_length=50), AfterValidator(unique)
    ]
    entrusted: bool
    reason: Paragraph
    contract_no: Line | None = None
    contract_clause_ref: Line | None = None
    access_control_ref: Line | None = None
    regime_summary: Paragraph | None = None
    measures: Paragraph | None = None
    decided_on: Day
    next_on: Day
    terms: ServiceTerms | None = None


class ExternalReview(Evidence):
    """外的環境・クラウドの判定."""

    kind: Literal["external-review"]
    data: ExternalReviewData


class Answer(Closed):
    """What the officer says about one control in one tier."""

    control: ControlId
    tier: Literal["minimum", "optional"]
    answer: Literal["met", "partial", "unmet", "not-applicable"]
    remark: Paragraph | None = None
    evidence_note: Paragraph | None = None


class SelfCheckData(Closed):
    """What a self-check says."""

    answered_by: StaffCode
    answered_on: Day
    catalog_version: Line | None = None
    answers: Annotated[Listed[Answer], Field(min_length=1, max_length=1_000)]


class SelfCheck(Evidence):
    """セルフチェック."""

    kind: Literal["self-check"]
    data: SelfCheckData


MONITORING: dict[str, type[Evidence]] = {
    "vendor-assessment": VendorAssessment,
    "reoutsource-consent": ReoutsourceConsent,
    "incident-drill": IncidentDrill,
    "incident-report": IncidentReport,
    "audit-report": AuditReport,
    "zone-check": ZoneCheck,
    "entry-exit-log": EntryExitLog,
    "asset-inventory": AssetInventory,
    "patch-record": PatchRecord,
    "vulnerability-report": VulnerabilityReport,
    "config-attestation": ConfigAttestation,
    "external-review": ExternalReview,
    "self-check": SelfCheck,
}
"""The class of each of these kinds, by the value of ``kind``."""
