"""What stands in our two predicates? Their shape, for the one who writes and the one who reads.

A predicate is read only if writing it again gives the same value: no field is unknown, coerced,
reordered or spelled in a second way. Whether what it says is true is not decided here.

Specification: ``docs/spec/evidence-manifest-v1.md`` and ``docs/spec/compliance-status-v1.md``.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import Field, StringConstraints, ValidationError, model_validator

from mnaudit.errors import TrustError
from mnaudit.model.assessment import (
    CatalogRef,
    Finding,
    FindingStatus,
    OrganizationRef,
    TierStatus,
    WaiverResult,
)
from mnaudit.model.base import Model, Sha256
from mnaudit.signing.canonical import canonical_bytes
from mnaudit.signing.container import CATALOG, EVIDENCE, README, find_twin, name_defect

__all__ = [
    "VERIFIER_ID",
    "GitClaim",
    "ManifestPredicate",
    "ManifestRef",
    "Member",
    "Predicate",
    "ProblemRef",
    "StatusPredicate",
    "TierResult",
    "TierResults",
    "VerifierRef",
    "dump",
    "read_predicate",
]

VERIFIER_ID: Final = "urn:mnaudit:verifier"

_Text = Annotated[str, StringConstraints(min_length=1)]
_Count = Annotated[int, Field(ge=0)]


class Predicate(Model):
    """What a statement claims."""


class Member(Model):
    """One subject of the manifest, described.

    Attributes:
        name: The name of the subject and of the member of the container.
        size: In bytes.
        role: ``readme`` and ``catalog`` exactly once each; all others are evidence.
        kind: The evidence kind of a document that could be read.
    """

    name: str
    size: _Count
    role: Literal["readme", "catalog", "organization", "document", "attachment"]
    kind: _Text | None = None


class ManifestPredicate(Predicate):
    """Which members belong to the bundle, in the order of the subjects, and whose they are."""

    organization: OrganizationRef
    members: tuple[Member, ...]

    @model_validator(mode="after")
    def _check_members(self) -> ManifestPredicate:
        names = [member.name for member in self.members]
        if names != sorted(set(names)) or find_twin(names):
            raise ValueError("names are not sorted and distinct")
        fixed = {member.name: member.role for member in self.members if _is_fixed(member)}
        if fixed != {README: "readme", CATALOG: "catalog"}:
            raise ValueError("readme and catalog are not named once each")
        if any(map(name_defect, names)):
            raise ValueError("a name is not portable")
        return self


class VerifierRef(Model):
    """Which program judged."""

    id: Literal["urn:mnaudit:verifier"]
    version: _Text


class TierResult(Model):
    """The judgement of a tier, and how many findings have each status.

    Attributes:
        tailored: At least one finding was judged by less than the catalog asks.
    """

    status: TierStatus
    counts: dict[FindingStatus, _Count]
    tailored: bool = False

    @model_validator(mode="after")
    def _check_counts(self) -> TierResult:
        if self.counts.keys() != set(FindingStatus):
            raise ValueError("a status is not counted")
        return self


class TierResults(Model):
    """Both tiers."""

    minimum: TierResult
    optional: TierResult


class ProblemRef(Model):
    """A file that could not be used, and the code of the reason."""

    path: str
    code: _Text


class ManifestRef(Model):
    """The evidence that was judged: the SHA-256 of the payload of the manifest."""

    payload_sha256: Sha256


class GitClaim(Model):
    """The commit, as the signer says; a claim, and never the anchor."""

    commit: Annotated[str, StringConstraints(pattern=r"^(?:[0-9a-f]{40}|[0-9a-f]{64})$")]


class StatusPredicate(Predicate):
    """The compliance status: a self-check, and not a legal finding.

    Attributes:
        waivers: What became of each waiver of the folder, in the order of the file.
    """

    nature: Literal["self-check"]
    verifier: VerifierRef
    organization: OrganizationRef
    catalog: CatalogRef
    as_of: date
    sme: bool
    tiers: TierResults
    findings: tuple[Finding, ...]
    problems: tuple[ProblemRef, ...]
    manifest: ManifestRef
    waivers: tuple[WaiverResult, ...] = ()
    git: GitClaim | None = None
    valid_until: date | None = None


_PredicateT = TypeVar("_PredicateT", bound=Predicate)


def dump(predicate: Predicate) -> dict[str, Any]:
    """Return the JSON value of a predicate; what is empty and optional is left out."""
    return predicate.model_dump(mode="json", exclude_defaults=True)


def read_predicate(model: type[_PredicateT], value: dict[str, Any]) -> _PredicateT:
    """Read the predicate of a statement whose signature was checked before.

    Raises:
        TrustError: It does not have the shape of ``model`` (``MN429``).
    """
    try:
        predicate = model.model_validate(value)
    except ValidationError as error:
        where = ".".join(map(str, ("predicate", *error.errors()[0]["loc"])))
        raise TrustError("MN429", field=where) from error
    # pydantic takes "1" for 1 and a time for a day; what it writes then differs.
    if canonical_bytes(dump(predicate)) != canonical_bytes(value):
        raise TrustError("MN429", field="predicate")
    return predicate


def _is_fixed(member: Member) -> bool:
    """Tell whether a member is not evidence, by its name or by its role."""
    return not member.name.startswith(EVIDENCE) or member.role in {"readme", "catalog"}
