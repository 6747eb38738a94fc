"""A small catalog and an assessment of it in which every state, gap and remark shows once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from mnaudit.model.assessment import (
    Assessment,
    CatalogRef,
    EvidenceRef,
    Finding,
    FindingStatus,
    Gap,
    OrganizationRef,
    TierStatus,
    TierSummary,
    WaiverRef,
    WaiverResult,
    WaiverState,
)
from mnaudit.model.catalog import Catalog
from mnaudit.model.control import Tier
from mnaudit.model.problem import problem
from mnaudit.model.risk import Condition, ControlState, Level, RiskCell, Risks, RiskSheet
from mnaudit.model.verdict import Check, Outcome, Result, Verdict
from mnaudit.model.view import BundleFacts, ReportView, RiskFacts

if TYPE_CHECKING:
    from collections.abc import Callable

DIGEST = "5f3b1c9e" * 8
FINGERPRINT = "0f1e2d3c4b5a6978" * 4

OK = FindingStatus.SATISFIED
NG = FindingStatus.NOT_SATISFIED
DOUBT = FindingStatus.INDETERMINATE


def text(ja: str, en: str) -> dict[str, str]:
    return {"ja": ja, "en": en}


def expects(ja: str, en: str, comment_ja: str, comment_en: str) -> dict[str, Any]:
    return {
        "statement": text(ja, en),
        "comment": text(comment_ja, comment_en),
        "requires": [{"evidence": "training-record", "max_age": "P12M"}],
    }


def kind(name: str, ja: str, en: str) -> dict[str, Any]:
    return {
        "id": name,
        "title": text(ja, en),
        "description": text(ja, en),
        "signatory": text("責任者", "Responsible person"),
        "retention": "P5Y",
    }


def population(name: str, ja: str, en: str) -> dict[str, Any]:
    return {"id": name, "title": text(ja, en), "from": "appointment", "key": "data.roles[].code"}


CATALOG: dict[str, Any] = {
    "id": "mnaudit-ppc",
    "version": "0.1.0",
    "edition": "2025-06",
    "title": text("個人番号の安全管理措置カタログ", "Catalog of measures for Individual Numbers"),
    "guideline": text(
        "特定個人情報の適正な取扱いに関するガイドライン（事業者編）",
        "Guidelines for proper handling of Specific Personal Information (for businesses)",
    ),
    "groups": [
        {"id": "ORG", "title": text("組織的安全管理措置", "Organizational measures")},
        {"id": "PER", "title": text("人的安全管理措置", "Personnel measures")},
        {"id": "PHY", "title": text("物理的安全管理措置", "Physical measures")},
        {"id": "TEC", "title": text("技術的安全管理措置", "Technical measures")},
    ],
    "sme": {"when": {}, "source": text("別添1 §1", "Annex 1 §1")},
    "scopes": [
        {
            "id": "system",
            "title": text("情報システムを使う", "Information systems are used"),
            "when": {},
            "otherwise": text(
                "個人番号を情報システムで扱っていないため、対象外です",
                "Individual Numbers are not handled in any information system",
            ),
        }
    ],
    "measures": [
        {
            "id": "C-a",
            "title": text("組織体制の整備", "Setting up the organization"),
            "section": "別添1 2 C a",
            "duty": "must",
            "sme_relief": True,
            "summary": text("体制を整える", "Set up the organization"),
        },
        {
            "id": "D-b",
            "title": text("事務取扱担当者の教育", "Training of handlers"),
            "section": "別添1 2 D b",
            "duty": "must",
            "sme_relief": False,
            "summary": text("教育する", "Train"),
        },
        {
            "id": "E-d",
            "title": text(
                "個人番号の削除、機器及び電子媒体等の廃棄",
                "Deletion of numbers, disposal of devices and media",
            ),
            "section": "別添1 2 E d",
            "duty": "must",
            "sme_relief": True,
            "summary": text("削除し、廃棄する", "Delete and dispose"),
        },
    ],
    "populations": [
        population("handlers", "事務取扱担当者", "Handlers"),
        population("joiners", "入社者", "Joiners"),
    ],
    "kinds": [
        kind("appointment", "担当者等の任命記録", "Appointment"),
        kind("training-record", "教育実施・受講記録", "Training record"),
        kind("disposal-record", "廃棄・削除記録", "Disposal record"),
        kind("disposal-certificate", "廃棄証明書", "Disposal certificate"),
        kind("vendor-contract", "委託契約", "Vendor contract"),
    ],
    "controls": [
        {
            "id": "ORG-a-03",
            "seed": 3,
            "title": text("事務の責任者の設置", "Responsible person"),
            "citations": [
                {"measure": "C-a", "basis": "duty"},
                {"measure": "4-1-(1)", "basis": "example"},
            ],
            "minimum": expects(
                "個人番号を扱う事務の責任者を置き、責任と権限を文書で定めます。",
                "Appoint the person responsible for the tasks, with duties and powers in writing.",
                "責任者がはっきりしないと、漏えいのときに誰も動けません。任命書や職務分掌に残します。",
                "Without a responsible person nobody acts when numbers leak. Keep it in writing.",
            ),
            "optional": expects(
                "個人情報保護管理者（CPO）を置きます。",
                "Appoint a chief privacy officer (CPO).",
                "経営に近い立場の管理者がいると、部署をまたぐ判断が早くなります。",
                "An officer close to management decides faster across departments.",
            ),
        },
        {
            "id": "ORG-a-05",
            "seed": 5,
            "title": text("情報システムの運用責任者", "System owner"),
            "citations": [{"measure": "C-a", "basis": "jnsa"}],
            "applies": ["system"],
            "minimum": expects(
                "個人番号を扱う情報システムの運用責任者を置き、担当者を限定します。",
                "Appoint the owner of the systems that handle numbers, and limit the staff.",
                "管理者権限を持つ人も担当者に含めます。",
                "Administrators count as staff.",
            ),
            "optional": expects(
                "役割と責任を職務分掌規程などに具体的に定めます。",
                "Lay down roles and duties in the internal rules.",
                "契約書や職務記述書でも構いません。",
                "Contracts or job descriptions will do as well.",
            ),
        },
        {
            "id": "ORG-out-01",
            "beyond_jnsa": True,
            "title": text("委託先との契約", "Contracts with vendors"),
            "citations": [{"measure": "4-2-(1)", "basis": "ours"}],
            "minimum": expects(
                "委託契約に、定められた条項をすべて盛り込みます。",
                "Put all required clauses into every vendor contract.",
                "一社でも欠けていれば、委託先の監督ができているとはいえません。",
                "One contract without them is enough to leave a vendor unsupervised.",
            ),
        },
        {
            "id": "PER-b-01",
            "seed": 1,
            "title": text("担当者への教育", "Training of handlers"),
            "citations": [{"measure": "D-b", "basis": "duty"}],
            "minimum": expects(
                "事務取扱担当者に規程と手順を知らせ、年に一度は教育します。",
                "Make the rules known to all handlers and train them at least once a year.",
                "新しく担当になった人も含みます。受講した日と職員番号を記録します。",
                "New handlers included. Record the day and the staff codes.",
            ),
            "optional": expects(
                "関わる人の役割と責任を定めた規程を行き渡らせます。",
                "Spread the rules that set roles and responsibilities.",
                "担当者でない人にも、どこまで見てよいかを知らせます。",
                "Others should know as well how far they may look.",
            ),
        },
        {
            "id": "PER-b-03",
            "seed": 3,
            "title": text("入社時の教育", "Onboarding"),
            "citations": [{"measure": "D-b", "basis": "duty"}],
            "minimum": expects(
                "入社から 30 日以内に、番号の集め方を含む教育を行います。",
                "Train everybody within 30 days of joining, collection of numbers included.",
                "中途入社の人も含みます。",
                "This includes mid-career hires.",
            ),
            "optional": expects(
                "教育と訓練を計画し、定期に行います。",
                "Plan training and hold it regularly.",
                "年間計画に日付を入れておくと、忘れません。",
                "A date in the yearly plan is not forgotten.",
            ),
        },
        {
            "id": "PHY-d-02",
            "seed": 2,
            "title": text("廃棄の記録", "Record of disposal"),
            "citations": [{"measure": "E-d", "basis": "duty"}],
            "minimum": expects(
                "削除と廃棄を記録し、委託したときは証明書を受け取ります。",
                "Record every disposal; obtain a certificate if it was outsourced.",
                "記録には、個人番号そのものを書かないでください。",
                "Never write an Individual Number into the record.",
            ),
            "optional": expects(
                "廃棄の予定と結果を突き合わせます。",
                "Compare the disposal schedule with the result.",
                "保存期限の一覧から、廃棄漏れを見つけます。",
                "The list of retention periods shows what was forgotten.",
            ),
        },
    ],
    "sha256": DIGEST,
    "is_tailored": True,
    "tailored": [
        {"control": "PHY-d-02", "tier": "optional", "sme": False, "reason": "別の行のこと"},
        {"control": "PHY-d-02", "tier": "minimum", "sme": False, "reason": "監査済"},
    ],
}

RISKS: dict[str, Any] = {
    "stages": [{"id": "store", "title": text("保管", "Storage")}],
    "patterns": [
        {"id": "paper", "title": text("紙", "Paper")},
        {"id": "system", "title": text("システム", "System")},
    ],
    "foundation": {
        "title": text("全段階の土台", "Foundation of every stage"),
        "risks": [text("担当者が決まっていない", "Nobody is in charge")],
        "controls": ["ORG-a-03"],
    },
    "rule": [
        {"when": when, "level": "high", "text": text(f"理由 {n}", f"Reason {n}")}
        for n, when in enumerate(Condition)
    ],
    "cells": [
        {
            "stage": "store",
            "pattern": pattern,
            "risks": [text("なくす", "Loss")],
            "controls": ["PER-b-01"],
        }
        for pattern in ("paper", "system")
    ],
    "questions": [],
}


def gap(code: str, **values: str | int | tuple[str, ...]) -> Gap:
    return Gap(code=code, requirement=0, values=values)


def files(*paths: str) -> tuple[EvidenceRef, ...]:
    return tuple(EvidenceRef(path=path, sha256=f"{n:02x}" * 32) for n, path in enumerate(paths, 17))


def found(control: str, tier: Tier, status: FindingStatus, **rest: Any) -> Finding:
    return Finding(control=control, tier=tier, status=status, **rest)


APPLIED = gap(
    "MN240", waiver="rules-2026", since="2025-10-01", until="2026-09-30", approver="E0001"
)

FINDINGS = (
    found(
        "ORG-a-03",
        Tier.MINIMUM,
        OK,
        evidence=files("appointment/2025-04-01-roster.yaml"),
        assurance="evidenced",
        due_on=date(2026, 4, 1),
        remarks=(gap("MN221", kind="appointment", due_on="2026-04-01", days=1),),
    ),
    found(
        "ORG-a-03",
        Tier.OPTIONAL,
        NG,
        gaps=(gap("MN212", kind="appointment", paths=("appointment/2025-04-01-roster.yaml",)),),
    ),
    found("ORG-a-05", Tier.MINIMUM, FindingStatus.NOT_APPLICABLE, reason="system"),
    found("ORG-a-05", Tier.OPTIONAL, FindingStatus.NOT_APPLICABLE, reason="system"),
    found(
        "ORG-out-01",
        Tier.MINIMUM,
        DOUBT,
        gaps=(
            gap(
                "MN210",
                kind="vendor-contract",
                paths=("vendor-contract/7000000000002.yaml",),
            ),
        ),
    ),
    found(
        "PER-b-01",
        Tier.MINIMUM,
        NG,
        gaps=(
            gap(
                "MN203",
                kind="training-record",
                population="handlers",
                missing=("E0012", "E0033"),
                since="2025-03-31",
            ),
            gap(
                "MN202",
                kind="training-record",
                newest="2024-11-05",
                max_age="P12M",
                since="2025-03-31",
            ),
        ),
        remarks=(
            gap("MN224", kind="training-record", paths=("training-record/2026-04-10.yaml",)),
            gap("MN242", waiver="handlers-2025", since="2025-04-01", until="2026-02-28"),
        ),
        evidence=files(
            "appointment/2025-04-01-roster.yaml", "training-record/2025-11-20-handlers.yaml"
        ),
    ),
    found(
        "PER-b-01",
        Tier.OPTIONAL,
        FindingStatus.WAIVED,
        gaps=(gap("MN228", kind="training-record", since="2025-03-31"),),
        remarks=(APPLIED,),
        evidence=files("waivers.yaml"),
        waiver=WaiverRef(id="rules-2026", approver="E0001", until=date(2026, 9, 30)),
    ),
    found(
        "PER-b-03",
        Tier.MINIMUM,
        OK,
        evidence=files(
            *(f"training-record/2025-{month:02}-joiners.yaml" for month in range(6, 12))
        ),
        remarks=(
            gap(
                "MN220",
                kind="training-record",
                key="E0039",
                due_on="2025-10-31",
                on="2025-11-14",
            ),
        ),
        assurance="evidenced",
        due_on=date(2026, 11, 14),
    ),
    found(
        "PER-b-03",
        Tier.OPTIONAL,
        NG,
        assurance="declared",
        gaps=(gap("MN228", kind="training-record", since="2025-03-31"),),
        remarks=(
            gap("MN236", kind="self-check", path="self-check/2026-03-24.yaml", on="2026-03-24"),
        ),
    ),
    found(
        "PHY-d-02",
        Tier.MINIMUM,
        OK,
        tailored=True,
        evidence=files("disposal-record/D-2025-01.yaml"),
        assurance="evidenced",
    ),
    found(
        "PHY-d-02",
        Tier.OPTIONAL,
        OK,
        evidence=files("disposal-record/D-2025-01.yaml"),
        assurance="evidenced",
    ),
)


def summary(tier: Tier, findings: tuple[Finding, ...]) -> TierSummary:
    counts = dict.fromkeys(FindingStatus, 0)
    for finding in findings:
        counts[finding.status] += finding.tier is tier
    status = TierStatus.NOT_SATISFIED if counts[NG] else TierStatus.SATISFIED
    tailored = any(finding.tailored for finding in findings if finding.tier is tier)
    return TierSummary(tier=tier, status=status, counts=counts, tailored=tailored)


def waiver(number: int, state: WaiverState, code: str, **values: str) -> WaiverResult:
    return WaiverResult(
        number=number,
        id=values["waiver"],
        control="PER-b-01",
        tier=Tier.OPTIONAL if state is WaiverState.APPLIED else Tier.MINIMUM,
        state=state,
        code=code,
        values=dict(values),
    )


WAIVERS = (
    waiver(
        0,
        WaiverState.APPLIED,
        "MN240",
        waiver="rules-2026",
        since="2025-10-01",
        until="2026-09-30",
        approver="E0001",
    ),
    waiver(
        1,
        WaiverState.EXPIRED,
        "MN242",
        waiver="handlers-2025",
        since="2025-04-01",
        until="2026-02-28",
    ),
)


def risk() -> RiskFacts:
    """Make a risk sheet of one stage: high on paper, not applicable in systems."""
    states = (ControlState(control="PER-b-01", minimum=NG, optional=NG),)
    paper = RiskCell(
        stage="store",
        pattern="paper",
        level=Level.HIGH,
        because=Condition.OWN_MINIMUM_UNMET,
        deciding=("PER-b-01",),
        controls=states,
    )
    system = RiskCell(
        stage="store",
        pattern="system",
        level=Level.NOT_APPLICABLE,
        because=Condition.NOT_IN_USE,
        controls=states,
    )
    sheet = RiskSheet(
        as_of=date(2026, 3, 31),
        organization=OrganizationRef(corporate_number="8000000000001", name="株式会社見本商事"),
        example=None,
        foundation=RiskCell(
            stage=None, pattern=None, level=Level.LOW, because=Condition.OTHERWISE, controls=()
        ),
        cells=(paper, system),
        in_use=(("store", "paper"),),
        answers=(),
        counts={Level.LOW: 0, Level.MEDIUM: 0, Level.HIGH: 1, Level.NOT_APPLICABLE: 1},
    )
    return RiskFacts(sheet, Risks.model_validate(RISKS))


def assessment_of(
    findings: tuple[Finding, ...],
    name: str = "株式会社見本商事",
    waivers: tuple[WaiverResult, ...] = (),
) -> Assessment:
    return Assessment(
        as_of=date(2026, 3, 31),
        organization=OrganizationRef(corporate_number="8000000000001", name=name),
        catalog=CatalogRef(
            id="mnaudit-ppc",
            version="0.1.0",
            edition="2025-06",
            sha256=DIGEST,
            tailored=any(finding.tailored for finding in findings),
        ),
        sme=False,
        findings=findings,
        tiers=tuple(summary(tier, findings) for tier in Tier),
        waivers=waivers,
    )


@pytest.fixture
def catalog() -> Catalog:
    return Catalog.model_validate(CATALOG)


@pytest.fixture
def assess() -> Callable[..., Assessment]:
    """Make an assessment from findings."""
    return assessment_of


@pytest.fixture
def bundle() -> BundleFacts:
    return BundleFacts(
        path="out/mihon-2026-03-31.mnaudit.zip",
        fingerprint=FINGERPRINT,
        verdict=Verdict(
            result=Result.INDETERMINATE,
            checks=(
                Check(id="container", outcome=Outcome.PASSED),
                Check(id="status-signature", outcome=Outcome.PASSED),
                Check(id="pin", outcome=Outcome.UNKNOWN, code="MN422", values={"actual": "0f1e"}),
                Check(id="later-check", outcome=Outcome.FAILED),
            ),
            fingerprint=FINGERPRINT,
        ),
        ephemeral=True,
    )


@pytest.fixture
def view(catalog: Catalog, bundle: BundleFacts) -> ReportView:
    """Make a view in which every state shows."""
    return ReportView(
        assessment=assessment_of(FINDINGS, waivers=WAIVERS),
        catalog=catalog,
        problems=(
            problem("MN000", "vendor-contract/7000000000002.yaml", (7, 3), "/data", field="x"),
            problem("MN000", "vendor-contract/scan.pdf"),
        ),
        evidence="evidence",
        documents=24,
        bundle=bundle,
        risk=risk(),
    )


@pytest.fixture
def clean(view: ReportView) -> ReportView:
    """Make a view with nothing to complain about, unsigned."""
    findings = tuple(
        Finding(control=finding.control, tier=finding.tier, status=OK) for finding in FINDINGS
    )
    return replace(
        view,
        assessment=assessment_of(findings),
        problems=(),
        evidence="",
        bundle=None,
        risk=None,
    )


@pytest.fixture
def with_findings(view: ReportView) -> Callable[..., ReportView]:
    """Make a view of other findings, by default of an organization with an ASCII name."""

    def make(findings: tuple[Finding, ...] = FINDINGS, name: str = "Mihon Trading") -> ReportView:
        return replace(view, assessment=assessment_of(findings, name))

    return make
