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
    FindingStatus,
    Gap,
    OrganizationRef,
    TierStatus,
    WaiverRef,
    WaiverResult,
)
from mnaudit.model.base import Model, Sha256
from mnaudit.model.control import Tier
from mnaudit.model.provenance import FileProvenance, RepositoryProvenance
from mnaudit.signing.canonical import canonical_bytes
from mnaudit.signing.container import CATALOG, EVIDENCE, README, find_twin, name_defect

__all__ = [
    "LEAF_REF",
    "VERIFIER_ID",
    "DisclosedLeaf",
    "Disclosure",
    "FindingResult",
    "GitClaim",
    "ManifestPredicate",
    "ManifestRef",
    "Member",
    "Predicate",
    "ProblemRef",
    "StatusPredicate",
    "TierResult",
    "TierResults",
    "Tree",
    "VerifierRef",
    "dump",
    "read_closed",
    "read_predicate",
]

VERIFIER_ID: Final = "urn:mnaudit:verifier"

LEAF_REF: Final = "leaf:"
"""What stands before a leaf index where a status would otherwise name a path."""

_Text = Annotated[str, StringConstraints(min_length=1)]
_Count = Annotated[int, Field(ge=0)]
_INSTANT: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"
_MAX_RECIPIENT: Final = 200
_MAX_DEPTH: Final = 20  # 2^20 leaves are more than a container holds


class Predicate(Model):
    """What a statement claims."""


class Member(Model):
    """One subject of the manifest, described.

    Attributes:
        name: The name of the subject and of the member of the container.
        size: In bytes.
        role: ``readme`` and ``catalog`` exactly once each; all others are evidence.
        salt: Of its leaf in the tree.
        kind: The evidence kind of a document that could be read.
        provenance: How it came into the repository, as the signer says.
    """

    name: str
    size: _Count
    role: Literal["readme", "catalog", "organization", "document", "attachment"]
    salt: Sha256
    kind: _Text | None = None
    provenance: FileProvenance | None = None


class Tree(Model):
    """The RFC 6962 tree over all members; a leaf has the index of its subject.

    Attributes:
        root: 64 hex digits.
        size: The number of leaves.
        leaf: The format of the leaves.
    """

    root: Sha256
    size: Annotated[int, Field(ge=1)]
    leaf: Literal["mnaudit-leaf/v1"]


class ManifestPredicate(Predicate):
    """Which members belong to the bundle, in the order of the subjects, and whose they are.

    Attributes:
        repository: The state of the repository that the evidence was in, as the signer says.
    """

    organization: OrganizationRef
    members: tuple[Member, ...]
    tree: Tree
    repository: RepositoryProvenance | None = None

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
        if self.tree.size != len(names):
            raise ValueError("the tree has another number of leaves")
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


class FindingResult(Model):
    """One control in one tier, judged; as :class:`mnaudit.model.assessment.Finding`.

    Attributes:
        evidence: The leaves of the files that the judgement rests on, sorted. A status is shown to
            people who may not see all evidence, so it tells neither paths nor digests.
    """

    control: str
    tier: Tier
    status: FindingStatus
    reason: str | None = None
    gaps: tuple[Gap, ...] = ()
    remarks: tuple[Gap, ...] = ()
    evidence: tuple[_Count, ...] = ()
    assurance: Literal["evidenced", "declared"] | None = None
    due_on: date | None = None
    waiver: WaiverRef | None = None
    tailored: bool = False


class ProblemRef(Model):
    """A file that could not be used, as a leaf or else by its path, and the code of the reason."""

    path: str
    code: _Text


class ManifestRef(Model):
    """The evidence that was judged.

    Attributes:
        payload_sha256: Of the payload of the manifest.
        root: Of the tree of the manifest, for those who are not shown the manifest.
        size: The number of leaves of that tree.
    """

    payload_sha256: Sha256
    root: Sha256
    size: Annotated[int, Field(ge=1)]


class GitClaim(Model):
    """The commit, as the signer says; a claim, and never the anchor."""

    commit: Annotated[str, StringConstraints(pattern=r"^(?:[0-9a-f]{40}|[0-9a-f]{64})$")]
    object_format: Literal["sha1", "sha256"]


class StatusPredicate(Predicate):
    """The compliance status: a self-check, and not a legal finding.

    Attributes:
        documents: How many documents of each kind were judged, so that whoever is shown some of
            them knows whether these are all.
        waivers: What became of each waiver of the folder, in the order of the file.
        sequence: The index of this status in the log of the organization, if it is logged.
        previous: The SHA-256 of the payload of the entry before it; None for the first.
        time_verified: When the signer says that it judged; only if it is logged.
    """

    nature: Literal["self-check"]
    verifier: VerifierRef
    organization: OrganizationRef
    catalog: CatalogRef
    as_of: date
    sme: bool
    tiers: TierResults
    findings: tuple[FindingResult, ...]
    problems: tuple[ProblemRef, ...]
    manifest: ManifestRef
    documents: dict[_Text, Annotated[int, Field(ge=1)]]
    waivers: tuple[WaiverResult, ...] = ()
    git: GitClaim | None = None
    valid_until: date | None = None
    sequence: _Count | None = None
    previous: Sha256 | None = None
    time_verified: Annotated[str, StringConstraints(pattern=_INSTANT)] | None = None

    @model_validator(mode="after")
    def _check_chain(self) -> StatusPredicate:
        is_logged = self.sequence is not None
        if is_logged != (self.time_verified is not None):
            raise ValueError("sequence and time_verified go together")
        if (self.previous is not None) != bool(self.sequence):
            raise ValueError("all but the first entry name the one before")
        return self


class DisclosedLeaf(Model):
    """One file that is shown: its leaf, and the way from there to the root (64 hex digits each)."""

    index: _Count
    path: str
    sha256: Sha256
    size: _Count
    salt: Sha256
    proof: Annotated[tuple[Sha256, ...], Field(max_length=_MAX_DEPTH)]


class Disclosure(Model):
    """What a partial bundle shows, in the place of the manifest.

    Attributes:
        recipient: For whom it was made: a label that nobody signed.
    """

    v: Literal["mnaudit-disclosure/v1"]
    recipient: Annotated[str, StringConstraints(max_length=_MAX_RECIPIENT)]
    leaves: tuple[DisclosedLeaf, ...]

    @model_validator(mode="after")
    def _check_leaves(self) -> Disclosure:
        indexes = [leaf.index for leaf in self.leaves]
        names = [leaf.path for leaf in self.leaves]
        if indexes != sorted(set(indexes)) or names != sorted(set(names)) or find_twin(names):
            raise ValueError("leaves are not sorted and distinct")
        if any(map(name_defect, names)):
            raise ValueError("a name is not portable")
        if not {README, CATALOG}.issubset(names):
            raise ValueError("readme and catalog are not shown")
        if any(n not in {README, CATALOG} and not n.startswith(EVIDENCE) for n in names):
            raise ValueError("a name is not evidence")
        return self


_PredicateT = TypeVar("_PredicateT", bound=Predicate)
_ModelT = TypeVar("_ModelT", bound=Model)


def dump(predicate: Model) -> dict[str, Any]:
    """Return the JSON value of a predicate; what is empty and optional is left out."""
    return predicate.model_dump(mode="json", exclude_defaults=True)


def read_predicate(model: type[_PredicateT], value: dict[str, Any]) -> _PredicateT:
    """Read the predicate of a statement whose signature was checked before.

    Raises:
        TrustError: It does not have the shape of ``model`` (``MN429``).
    """
    return read_closed(model, value, "predicate")


def read_closed(model: type[_ModelT], value: dict[str, Any], name: str) -> _ModelT:
    """Read a value that has exactly one spelling.

    Args:
        model: Its shape.
        value: JSON, parsed strictly.
        name: What to call the value in an error.

    Raises:
        TrustError: It does not have the shape of ``model`` (``MN429``).
    """
    try:
        read = model.model_validate(value)
    except ValidationError as error:
        where = ".".join(map(str, (name, *error.errors()[0]["loc"])))
        raise TrustError("MN429", field=where) from error
    # pydantic takes "1" for 1 and a time for a day; what it writes then differs.
    if canonical_bytes(dump(read)) != canonical_bytes(value):
        raise TrustError("MN429", field=name)
    return read


def _is_fixed(member: Member) -> bool:
    """Tell whether a member is not evidence, by its name or by its role."""
    return not member.name.startswith(EVIDENCE) or member.role in {"readme", "catalog"}
