"""A small company's assessment and evidence, from which bundles are made."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mnaudit.attest.bundle import write_bundle
from mnaudit.attest.manifest import manifest_statement
from mnaudit.attest.status import Claims, status_statement
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
from mnaudit.model.control import Tier
from mnaudit.model.document import SourceFile
from mnaudit.model.problem import problem
from mnaudit.signing.canonical import canonical_bytes
from mnaudit.signing.keys import load_private

if TYPE_CHECKING:
    from mnaudit.model.problem import Problem
    from mnaudit.signing.keys import SigningKey

GOLDEN = Path(__file__).parents[1] / "golden" / "attest"

ORGANIZATION = OrganizationRef(corporate_number="8000000000001", name="株式会社見本商事")
CLAIMS = Claims("1.0.0", "0123456789abcdef0123456789abcdef01234567")


def source_file(path: str, data: bytes) -> SourceFile:
    return SourceFile(path, len(data), sha256(data).hexdigest(), lambda: data)


@dataclass
class Sample:
    """Everything that goes into a bundle; a test changes what it is about."""

    organization: OrganizationRef = ORGANIZATION
    catalog: bytes = canonical_bytes({"id": "mnaudit", "version": "1.0.0"})
    readme: str = "README\n"
    files: tuple[SourceFile, ...] = (
        source_file("organization.yaml", b'organization: "8000000000001"\n'),
        source_file("training-record/files/名簿.pdf", b"%PDF-1.7\n"),
        source_file("training-record/t-2026.yaml", b"kind: training-record\n"),
    )
    kinds: dict[str, str] = field(
        default_factory=lambda: {"training-record/t-2026.yaml": "training-record"}
    )
    problems: tuple[Problem, ...] = ()
    claims: Claims = CLAIMS

    @property
    def assessment(self) -> Assessment:
        used = EvidenceRef(
            path="training-record/t-2026.yaml",
            sha256=sha256(b"kind: training-record\n").hexdigest(),
        )
        trained = Finding(
            control="PER-b-01",
            tier=Tier.MINIMUM,
            status=FindingStatus.SATISFIED,
            evidence=(used,),
            assurance="evidenced",
            due_on=date(2027, 4, 9),
        )
        gap = Gap(code="MN203", requirement=0, values={"missing": ("E0012", "E0033"), "found": 2})
        told = {"kind": "self-check", "path": "self-check/2026-10.yaml", "on": "2026-10-15"}
        missed = Finding(
            control="PER-b-01",
            tier=Tier.OPTIONAL,
            status=FindingStatus.NOT_SATISFIED,
            gaps=(gap,),
            remarks=(Gap(code="MN236", values=dict(told)),),
            assurance="declared",
            tailored=True,
        )
        values = {"waiver": "training-2026", "since": "2026-10-01", "until": "2026-12-31"}
        applied = {**values, "approver": "E0001"}
        excused = Finding(
            control="PER-b-02",
            tier=Tier.MINIMUM,
            status=FindingStatus.WAIVED,
            gaps=(Gap(code="MN204", requirement=1, values={"needed": 2, "found": 1}),),
            remarks=(Gap(code="MN240", values=dict(applied)),),
            waiver=WaiverRef(id="training-2026", approver="E0001", until=date(2026, 12, 31)),
        )
        absent = Finding(
            control="PHY-c-01",
            tier=Tier.MINIMUM,
            status=FindingStatus.NOT_APPLICABLE,
            reason="media",
        )
        counts = dict.fromkeys(FindingStatus, 0)
        return Assessment(
            as_of=date(2026, 11, 1),
            organization=self.organization,
            catalog=CatalogRef(
                id="mnaudit",
                version="1.0.0",
                edition="2025-06",
                sha256=sha256(self.catalog).hexdigest(),
                tailored=True,
            ),
            sme=True,
            findings=(trained, missed, excused, absent),
            waivers=(
                WaiverResult(
                    number=0,
                    id="training-2026",
                    control="PER-b-02",
                    tier=Tier.MINIMUM,
                    state=WaiverState.APPLIED,
                    code="MN240",
                    values=dict(applied),
                ),
            ),
            tiers=(
                TierSummary(
                    tier=Tier.MINIMUM,
                    status=TierStatus.SATISFIED,
                    counts=counts
                    | dict.fromkeys(
                        (
                            FindingStatus.SATISFIED,
                            FindingStatus.NOT_APPLICABLE,
                            FindingStatus.WAIVED,
                        ),
                        1,
                    ),
                ),
                TierSummary(
                    tier=Tier.OPTIONAL,
                    status=TierStatus.NOT_SATISFIED,
                    counts={FindingStatus.NOT_SATISFIED: 1},
                    tailored=True,
                ),
            ),
        )

    @property
    def manifest(self) -> bytes:
        return manifest_statement(
            self.files, self.kinds, self.organization, catalog=self.catalog, readme=self.readme
        )

    @property
    def status(self) -> bytes:
        digest = sha256(self.manifest).hexdigest()
        return status_statement(self.assessment, self.problems, digest, self.claims)

    def bundle(self, key: SigningKey) -> bytes:
        out = io.BytesIO()
        write_bundle(
            out,
            status_payload=self.status,
            manifest_payload=self.manifest,
            catalog=self.catalog,
            files=self.files,
            key=key,
            readme=self.readme,
        )
        return out.getvalue()


@pytest.fixture
def sample() -> Sample:
    return Sample()


@pytest.fixture
def sample_with_problem() -> Sample:
    broken = problem("MN105", "training-record/壊れた記録.yaml", (3, 1), detail="?")
    return Sample(problems=(broken, problem("MN105", broken.path, (9, 1))))


@pytest.fixture(params=["ecdsa-p256", "ed25519"])
def key(request: pytest.FixtureRequest) -> SigningKey:
    return load_private((GOLDEN / f"NEVER-USE-{request.param}.pem").read_bytes(), None)
