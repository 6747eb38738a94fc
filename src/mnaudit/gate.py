"""May the pipeline proceed? The assessment held against what the caller demands.

Fail closed: only ``satisfied`` passes. ``indeterminate`` is not a pass, and neither is a tier in
which nothing applies. Nor does evidence of unknown origin, if the caller demands to know who
submitted and who approved it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from mnaudit.model.assessment import FindingStatus, TierStatus
from mnaudit.model.base import Model
from mnaudit.model.control import Tier
from mnaudit.model.provenance import Approval, CommitSignature

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from mnaudit.model.assessment import Assessment
    from mnaudit.model.provenance import FileProvenance, Provenance

__all__ = ["Decision", "Demand", "FailOn", "Objection", "decide", "object_to"]


class FailOn(StrEnum):
    """Which tiers must be satisfied."""

    MINIMUM = "minimum"
    OPTIONAL = "optional"


class Demand(StrEnum):
    """What must be known of every evidence file.

    ``signed-submissions``: a known submitter signed the commit that brought it. ``four-eyes``:
    somebody else approved it.
    """

    SIGNED_SUBMISSIONS = "signed-submissions"
    FOUR_EYES = "four-eyes"


_DEMANDED: dict[FailOn, tuple[Tier, ...]] = {
    FailOn.MINIMUM: (Tier.MINIMUM,),
    FailOn.OPTIONAL: (Tier.MINIMUM, Tier.OPTIONAL),
}

_UNSIGNED: dict[CommitSignature, str] = {
    CommitSignature.NONE: "MN251",
    CommitSignature.BAD: "MN252",
    CommitSignature.UNKNOWN_KEY: "MN253",
    CommitSignature.EXPIRED_KEY: "MN254",
    CommitSignature.REVOKED_KEY: "MN255",
    CommitSignature.UNSUPPORTED: "MN256",
}
"""What is objected to every signature but a good one."""

_SHORT = 10


class Decision(Model):
    """Whether to proceed (判定).

    Attributes:
        passed: Every demanded tier is satisfied.
        failed: The demanded tiers that are not, with their status.
        waived: How many findings of the demanded tiers are waived rather than satisfied.
    """

    passed: bool
    failed: tuple[tuple[Tier, TierStatus], ...]
    waived: int


class Objection(Model):
    """Why the origin of a file does not meet a demand.

    Attributes:
        code: A code of ``messages``, MN250 to MN259.
        values: What the sentence shows, by placeholder name.
    """

    path: str
    code: str
    values: dict[str, str]


def decide(assessment: Assessment, fail_on: FailOn) -> Decision:
    """Decide by the tiers that ``fail_on`` demands; ``optional`` demands both."""
    failed = tuple(
        (tier, assessment.tier(tier).status)
        for tier in _DEMANDED[fail_on]
        if assessment.tier(tier).status is not TierStatus.SATISFIED
    )
    waived = sum(assessment.tier(tier).counts[FindingStatus.WAIVED] for tier in _DEMANDED[fail_on])
    return Decision(passed=not failed, failed=failed, waived=waived)


def object_to(
    paths: Iterable[str], provenance: Provenance, demands: Collection[Demand], *, keyed: bool
) -> tuple[Objection, ...]:
    """Return why the origins of evidence do not meet the demands; empty if they do.

    Args:
        paths: All evidence files.
        provenance: Where they come from.
        demands: What must be known of each.
        keyed: Keys were named; then four eyes need two signatures, of the submitter and of the
            approver.
    """
    found: list[Objection] = []
    # Whoever is not known by a signature can give himself any name, and approve his own record.
    signed = Demand.SIGNED_SUBMISSIONS in demands or (keyed and Demand.FOUR_EYES in demands)
    for path in sorted(paths):
        origin = provenance.files.get(path)
        if origin is not None:
            found += _unsigned(path, origin) if signed else ()
            found += _unapproved(path, origin, keyed=keyed) if Demand.FOUR_EYES in demands else ()
        elif demands:
            values = {"reason": provenance.reason(path)}
            found.append(Objection(path=path, code="MN250", values=values))
    return tuple(found)


def _unsigned(path: str, origin: FileProvenance) -> Iterator[Objection]:
    if origin.signature is not CommitSignature.GOOD:
        values = {"commit": origin.commit[:_SHORT]}
        if origin.fingerprint is not None:
            values["fingerprint"] = origin.fingerprint
        yield Objection(path=path, code=_UNSIGNED[origin.signature], values=values)


def _unapproved(path: str, origin: FileProvenance, *, keyed: bool) -> Iterator[Objection]:
    if origin.approver is None:
        values = {"commit": origin.commit[:_SHORT]}
        yield Objection(path=path, code="MN257", values=values)
    elif not origin.four_eyes:
        yield Objection(path=path, code="MN258", values={"approver": origin.approver})
    elif keyed and origin.approval is not Approval.SIGNED:
        yield Objection(path=path, code="MN259", values={"approver": origin.approver})
