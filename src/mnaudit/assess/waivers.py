"""Which gaps were accepted, by whom, and does that still hold?

A waiver accepts the gaps that its approver saw, in one tier of one control, for a time. It never
touches another finding, what is indeterminate, or gaps that changed since; whatever does not apply
is said, so that nobody believes in an exception that has no effect.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mnaudit.model.assessment import (
    EvidenceRef,
    Finding,
    FindingStatus,
    Gap,
    WaiverRef,
    WaiverResult,
    WaiverState,
)
from mnaudit.model.control import Tier
from mnaudit.model.waiver import facts_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mnaudit.assess.facts import Facts
    from mnaudit.model.assessment import GapValue
    from mnaudit.model.waiver import Waiver, WaiverFile

__all__ = ["apply_waivers"]

_CODES: Final[Mapping[WaiverState, str]] = {
    WaiverState.UNSUPPORTED: "MN239",
    WaiverState.APPLIED: "MN240",
    WaiverState.UNAPPROVED: "MN241",
    WaiverState.EXPIRED: "MN242",
    WaiverState.UNKNOWN: "MN243",
    WaiverState.UNUSED: "MN244",
    WaiverState.VOID: "MN245",
    WaiverState.INDETERMINATE: "MN246",
    WaiverState.PENDING: "MN247",
}


def apply_waivers(
    findings: Sequence[Finding], facts: Facts
) -> tuple[tuple[Finding, ...], tuple[WaiverResult, ...]]:
    """Turn findings whose gaps were accepted into ``waived``, and tell what became of each waiver.

    Args:
        findings: As judged from the evidence.
        facts: With the waivers of the folder.
    """
    file = facts.waivers
    if file is None:
        return tuple(findings), ()
    judged = {(finding.control, finding.tier): finding for finding in findings}
    states = [
        _state(waiver, judged.get((waiver.control, Tier(waiver.tier))), facts)
        for waiver in file.waivers
    ]
    _leave_one(file.waivers, states)
    results = tuple(
        _result(number, waiver, state, judged, facts)
        for number, (waiver, state) in enumerate(zip(file.waivers, states, strict=True))
    )
    for waiver, result in zip(file.waivers, results, strict=True):
        place = (result.control, result.tier)
        if place in judged:
            judged[place] = _noted(judged[place], waiver, result, facts, file)
    return tuple(judged[finding.control, finding.tier] for finding in findings), results


def _state(waiver: Waiver, finding: Finding | None, facts: Facts) -> WaiverState:
    """Return the first reason why the waiver has no effect, or that it has."""
    as_of = facts.as_of
    if finding is None:
        return WaiverState.UNKNOWN
    if waiver.refusal is not None:
        return WaiverState.REFUSED
    if waiver.until < as_of:
        return WaiverState.EXPIRED
    if waiver.approved_on is None or waiver.approved_on > as_of:
        return WaiverState.UNAPPROVED
    if waiver.since > as_of:
        return WaiverState.PENDING
    if finding.status is FindingStatus.INDETERMINATE:
        return WaiverState.INDETERMINATE
    if finding.status is not FindingStatus.NOT_SATISFIED:
        return WaiverState.UNUSED
    if waiver.facts != facts_of(finding.gaps):
        return WaiverState.VOID
    if _unsupported(waiver, facts):
        return WaiverState.UNSUPPORTED
    return WaiverState.APPLIED


def _leave_one(waivers: Sequence[Waiver], states: list[WaiverState]) -> None:
    """Of several waivers that apply to one finding, let the one that lasts longest count."""
    best: dict[tuple[str, str], int] = {}
    for number, waiver in enumerate(waivers):
        if states[number] is not WaiverState.APPLIED:
            continue
        other = best.setdefault((waiver.control, waiver.tier), number)
        if (waiver.until, waiver.id) > (waivers[other].until, waivers[other].id):
            best[waiver.control, waiver.tier] = number
            states[other] = WaiverState.UNUSED
        elif other != number:
            states[number] = WaiverState.UNUSED


def _compensation(waiver: Waiver, facts: Facts) -> dict[str, str]:
    """Return the compensating evidence that is there: digests by path."""
    named = set(waiver.compensating or ())
    return {
        record.path: record.sha256
        for records in facts.records.values()
        for record in records
        if record.path in named
    }


def _unsupported(waiver: Waiver, facts: Facts) -> tuple[str, ...]:
    """Return the compensating evidence that is not there."""
    return tuple(sorted(set(waiver.compensating or ()) - _compensation(waiver, facts).keys()))


def _result(
    number: int,
    waiver: Waiver,
    state: WaiverState,
    judged: Mapping[tuple[str, Tier], Finding],
    facts: Facts,
) -> WaiverResult:
    tier = Tier(waiver.tier)
    finding = judged.get((waiver.control, tier))
    values: dict[str, GapValue] = {
        "waiver": waiver.id,
        "since": waiver.since.isoformat(),
        "until": waiver.until.isoformat(),
    }
    match state:
        case WaiverState.APPLIED if waiver.approver is not None:
            values["approver"] = waiver.approver.code
        case WaiverState.UNSUPPORTED:
            values["path"] = _unsupported(waiver, facts)
        case WaiverState.UNAPPROVED | WaiverState.VOID if finding is not None:
            values["facts"] = facts_of(finding.gaps)
        case WaiverState.UNKNOWN:
            values |= {"control": waiver.control, "tier": waiver.tier}
        case _:
            pass
    code = waiver.refusal if state is WaiverState.REFUSED else _CODES[state]
    return WaiverResult(
        number=number,
        id=waiver.id,
        control=waiver.control,
        tier=tier,
        state=state,
        code=str(code),
        values=values,
    )


def _noted(
    finding: Finding, waiver: Waiver, result: WaiverResult, facts: Facts, file: WaiverFile
) -> Finding:
    """Return the finding with the remark, and waived if the waiver applies.

    Beside the evidence of the finding stand the file and what is done instead.
    """
    remarks = (*finding.remarks, Gap(code=result.code, values=result.values))
    if result.state is not WaiverState.APPLIED:
        return finding.model_copy(update={"remarks": remarks})
    used = {each.path: each.sha256 for each in finding.evidence}
    used |= _compensation(waiver, facts) | {file.path: file.sha256}
    approver = str(result.values["approver"])
    return finding.model_copy(
        update={
            "status": FindingStatus.WAIVED,
            "remarks": remarks,
            "waiver": WaiverRef(id=waiver.id, approver=approver, until=waiver.until),
            "evidence": tuple(EvidenceRef(path=path, sha256=used[path]) for path in sorted(used)),
        }
    )
