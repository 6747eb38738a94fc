"""Does the status say what follows from the evidence that is shown? For partial bundles.

A finding is derived again only if everything is shown that could change it. What is compared here
was derived by the caller; what the status says is believed only where nothing else can be had, and
then the finding counts as not covered.

Specification: ``docs/spec/bundle-v1.md``, "Partial bundles".
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mnaudit.model.verdict import Check, Disclosed, Outcome
from mnaudit.signing.predicates import LEAF_REF

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from mnaudit.model.assessment import WaiverResult
    from mnaudit.signing.predicates import (
        FindingResult,
        ProblemRef,
        StatusPredicate,
        TierResults,
    )

__all__ = ["REEVALUATION", "Place", "Shown", "compare_shown"]

REEVALUATION: Final = "reevaluation"

Place = tuple[str, str]
"""A control and a tier."""

_ABOUT_THE_REST: Final = frozenset({"MN125", "MN126"})
"""Problems that a file may have only because another one is not shown."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What follows from the files that are shown, by the verifier's own rules.

    Attributes:
        status: What the status would say if there were no other evidence.
        kinds: The kind of each document that could be read, by index.
        reads: Returns the kinds that a finding reads, if it has this status.
        tiers: What follows from the findings of the signed status.
        valid_until: The same.
        waivers: The index of ``waivers.yaml``, if it is shown.
        uncompensated: Where a shown waiver rests on evidence that is not shown.
    """

    status: StatusPredicate
    kinds: Mapping[int, str]
    reads: Callable[[FindingResult], frozenset[str]]
    tiers: TierResults
    valid_until: date | None
    waivers: int | None = None
    uncompensated: frozenset[Place] = field(default_factory=frozenset)


def compare_shown(
    signed: StatusPredicate, shown: Shown, disclosed: Disclosed
) -> tuple[Check, Disclosed]:
    """Compare the signed status with what follows from the files that are shown.

    Args:
        signed: The status, verified.
        shown: What follows.
        disclosed: To be filled in: which findings were derived again.
    """
    if not _is_possible(signed, shown):
        return _failed("MN440"), disclosed
    covering = _Covering(signed, shown)
    derived = {_place(finding): finding for finding in shown.status.findings}
    covered = [finding for finding in signed.findings if covering.covers(finding)]
    open_ = [finding for finding in signed.findings if not covering.covers(finding)]
    disclosed = disclosed.model_copy(
        update={"covered": _names(covered), "uncovered": _names(open_)}
    )
    places = {_place(finding) for finding in covered}
    wrong = [finding for finding in covered if derived[_place(finding)] != finding]
    if wrong:
        return _failed("MN400", finding=_names(wrong)[0], count=len(wrong)), disclosed
    if shown.waivers is not None and not _are_alike(signed.waivers, shown.status.waivers, places):
        return _failed("MN440"), disclosed
    if not covered:
        return Check(id=REEVALUATION, outcome=Outcome.UNKNOWN, code="MN441"), disclosed
    return Check(id=REEVALUATION, outcome=Outcome.PASSED), disclosed


def _is_possible(signed: StatusPredicate, shown: Shown) -> bool:
    """Tell whether any withheld evidence could have led to the signed status.

    A finding that was left out, a tier that is better than its findings, a broken file that
    counts: none of that can be excused by evidence that is not shown.
    """
    own = shown.status
    certain = {
        problem
        for problem in own.problems
        if problem.code not in _ABOUT_THE_REST and _leaf(problem) != shown.waivers
    }
    return (
        list(map(_place, signed.findings)) == list(map(_place, own.findings))
        and (signed.organization, signed.catalog) == (own.organization, own.catalog)
        and (signed.as_of, signed.sme) == (own.as_of, own.sme)
        and (signed.tiers, signed.valid_until) == (shown.tiers, shown.valid_until)
        and certain <= set(signed.problems)
        and all(
            count <= signed.documents.get(kind, 0) for kind, count in _sound(signed, shown).items()
        )
    )


def _sound(signed: StatusPredicate, shown: Shown) -> Counter[str]:
    """Count the readable documents that the status has no problem with, by kind."""
    bad = {_leaf(problem) for problem in signed.problems}
    return Counter(kind for leaf, kind in shown.kinds.items() if leaf not in bad)


class _Covering:
    """Which findings can be derived again."""

    def __init__(self, signed: StatusPredicate, shown: Shown) -> None:
        self._shown = shown
        counts = Counter(shown.kinds.values())
        differing = set(shown.status.problems) ^ set(signed.problems)
        odd = {_leaf(problem) for problem in differing} - {shown.waivers}
        # A document with a problem that only one of the two knows counts on one side only.
        tainted = {shown.kinds[leaf] for leaf in odd if leaf in shown.kinds}
        self._is_whole = not any(leaf not in shown.kinds for leaf in odd)
        self._whole = {
            kind
            for kind in {*counts, *signed.documents}
            if counts[kind] == signed.documents.get(kind, 0) and kind not in tainted
        }
        self._named = {*signed.documents, *counts}
        self._waived = {(waiver.control, waiver.tier.value) for waiver in signed.waivers}

    def covers(self, finding: FindingResult) -> bool:
        """Tell whether everything is shown that could change the finding."""
        place = _place(finding)
        if place in self._waived and self._shown.waivers is None:
            return False
        if place in self._shown.uncompensated:
            return False
        read = self._shown.reads(finding)
        # Of a kind that nobody names there are no documents, so all of them are shown.
        return not read or (self._is_whole and read & self._named <= self._whole)


def _are_alike(
    signed: Iterable[WaiverResult], derived: Iterable[WaiverResult], covered: set[Place]
) -> bool:
    """Tell whether the waivers are those of the shown file, and do what they should."""

    def known(waivers: Iterable[WaiverResult]) -> list[object]:
        return [
            waiver
            if (waiver.control, waiver.tier.value) in covered
            else (waiver.number, waiver.id, waiver.control, waiver.tier)
            for waiver in waivers
        ]

    return known(signed) == known(derived)


def _leaf(problem: ProblemRef) -> int:
    """Return the index of the file; -1 if it is not in the bundle."""
    index = problem.path.removeprefix(LEAF_REF)
    is_leaf = problem.path.startswith(LEAF_REF) and index.isascii() and index.isdigit()
    return int(index) if is_leaf else -1


def _place(finding: FindingResult) -> Place:
    return finding.control, finding.tier.value


def _names(findings: Iterable[FindingResult]) -> tuple[str, ...]:
    return tuple(" ".join(_place(finding)) for finding in findings)


def _failed(code: str, **values: str | int) -> Check:
    return Check(id=REEVALUATION, outcome=Outcome.FAILED, code=code, values=values)
