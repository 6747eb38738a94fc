"""A small company's assessment and evidence, from which bundles are made."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mnaudit.attest.bundle import full_members, write_bundle
from mnaudit.attest.disclosure import disclose, partial_members
from mnaudit.attest.manifest import ManifestClaims, listed, manifest_statement, salts_of
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
from mnaudit.signing import dsse
from mnaudit.signing.canonical import canonical_bytes
from mnaudit.signing.keys import Algorithm, generate, load_private
from mnaudit.signing.predicates import (
    GitClaim,
    ManifestPredicate,
    ManifestRef,
    read_predicate,
)
from mnaudit.signing.statement import MANIFEST_TYPE, read

if TYPE_CHECKING:
    from mnaudit.attest.manifest import Listed
    from mnaudit.model.problem import Problem
    from mnaudit.signing.keys import SigningKey
    from mnaudit.signing.predicates import Tree

GOLDEN = Path(__file__).parents[1] / "golden" / "attest"

ORGANIZATION = OrganizationRef(corporate_number="8000000000001", name="株式会社見本商事")
CLAIMS = Claims(
    "1.0.0", GitClaim(commit="0123456789abcdef0123456789abcdef01234567", object_format="sha1")
)


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
        source_file("self-check/2026-10.yaml", b"kind: self-check\n"),
        source_file("training-record/files/名簿.pdf", b"%PDF-1.7\n"),
        source_file("training-record/t-2026.yaml", b"kind: training-record\n"),
    )
    kinds: dict[str, str] = field(
        default_factory=lambda: {
            "self-check/2026-10.yaml": "self-check",
            "training-record/t-2026.yaml": "training-record",
        }
    )
    problems: tuple[Problem, ...] = ()
    claims: Claims = CLAIMS

    @property
    def assessment(self) -> Assessment:
        used = tuple(
            EvidenceRef(path=file.path, sha256=file.sha256)
            for file in self.files
            if file.path == "training-record/t-2026.yaml"
        )
        trained = Finding(
            control="PER-b-01",
            tier=Tier.MINIMUM,
            status=FindingStatus.SATISFIED,
            evidence=used,
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
    def about(self) -> tuple[Listed, ...]:
        return listed(self.files, self.kinds, catalog=self.catalog, readme=self.readme)

    def manifest(self, key: SigningKey) -> bytes:
        return self._manifest(key)[0]

    def status(self, key: SigningKey) -> bytes:
        payload, tree = self._manifest(key)
        ref = ManifestRef(
            payload_sha256=sha256(payload).hexdigest(), root=tree.root, size=tree.size
        )
        return status_statement(self.assessment, self.problems, ref, self.about, self.claims)

    def members(self, key: SigningKey) -> dict[str, bytes]:
        return full_members(
            status=dsse.sign(self.status(key), key),
            manifest=dsse.sign(self.manifest(key), key),
            catalog=self.catalog,
            readme=self.readme,
            signer=key.public,
        )

    def bundle(self, key: SigningKey) -> bytes:
        out = io.BytesIO()
        write_bundle(out, self.members(key), self.files)
        return out.getvalue()

    def disclosure(self, key: SigningKey, *paths: str, recipient: str = "見本銀行") -> bytes:
        manifest = read_predicate(
            ManifestPredicate, read(self.manifest(key), MANIFEST_TYPE).predicate
        )
        digests = {each.name: each.sha256 for each in self.about}
        return disclose(manifest, digests, [f"evidence/{path}" for path in paths], recipient)

    def partial(self, key: SigningKey, *paths: str, recipient: str = "見本銀行") -> bytes:
        """Return a bundle that shows these files only."""
        out = io.BytesIO()
        shown = [file for file in self.files if file.path in paths]
        disclosure = self.disclosure(key, *paths, recipient=recipient)
        write_bundle(out, partial_members(self.members(key), disclosure), shown)
        return out.getvalue()

    def _manifest(self, key: SigningKey) -> tuple[bytes, Tree]:
        claims = ManifestClaims(salts_of(self.about, key))
        return manifest_statement(self.about, self.organization, claims)


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


@pytest.fixture
def other_key() -> SigningKey:
    """The key of somebody else."""
    return generate(Algorithm.ED25519)
