"""Is one requirement met, by which evidence, and until when?

The heart of the assessment. Every way of falling short has its own gap code and names its
violators: the person without training, the contract that has run out, the certificate that does
not name a serial number.

More evidence never opens a gap, with two exceptions that lie in the nature of the thing: an entry
in a register widens what must be covered, and a record that itself breaks ``each`` or a relation
is a violation (``docs/adr/0011``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mnaudit.assess.cadence import judge_cadence
from mnaudit.assess.case import NIL, Case, Outcome, paths
from mnaudit.assess.count import judge_count
from mnaudit.assess.coverage import judge_coverage
from mnaudit.assess.following import judge_following
from mnaudit.assess.fragments import first_violation
from mnaudit.assess.relations import Pending, violation
from mnaudit.model.assessment import Gap
from mnaudit.model.control import Matches, MemberOf

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mnaudit.assess.facts import Facts
    from mnaudit.model.catalog import Population
    from mnaudit.model.control import Requirement

__all__ = ["Outcome", "judge"]


def judge(
    requirement: Requirement,
    number: int,
    facts: Facts,
    populations: Mapping[str, Population],
) -> Outcome:
    """Judge one requirement.

    Args:
        requirement: What the evidence must show.
        number: Which of its tier's requirements it is, from 0.
        facts: What is known on the assessment date.
        populations: By id.
    """
    case = Case(requirement, number, facts, populations)
    if requirement.on_event is not None:
        judge_following(case, requirement.on_event)
    elif requirement.covers is not None:
        judge_coverage(case, requirement.covers)
    elif requirement.cadence is not None:
        judge_cadence(case, requirement.cadence)
    else:
        judge_count(case)
    _judge_each(case)
    future = facts.future.get(requirement.evidence, ())
    if future and case.outcome.gaps:
        case.remark("MN224", paths=paths(future))
    _remark_reuse(case)
    case.outcome.doubt = _doubt(case)
    return case.outcome


def _judge_each(case: Case) -> None:
    """Hold all records that count against ``each`` and the relations, and name violators."""
    requirement = case.requirement
    for record in case.counting:
        if requirement.each is not None:
            pointer = first_violation(requirement.each, record.value["data"])
            if pointer is not None:
                case.gap("MN205", path=record.path, pointer=f"/data{pointer}")
        for relation in requirement.relations:
            broken = violation(relation, record, case.facts, case.populations)
            if isinstance(broken, Pending):
                case.due(broken.due_on)
            elif broken is not None:
                gap = Gap(code=broken.code, requirement=case.number, values=broken.values)
                case.outcome.gaps.append(gap)


def _remark_reuse(case: Case) -> None:
    """Remark records of one kind that show the same attachment, byte for byte.

    A scan that serves two months or two offices may show only one of them.
    """
    shown: dict[str, set[str]] = {}
    for record in case.counting:
        for attachment in record.value.get("attachments", ()):
            shown.setdefault(attachment["sha256"], set()).add(record.path)
    for several in sorted({tuple(sorted(found)) for found in shown.values() if len(found) > 1}):
        case.remark("MN231", paths=several)


def _doubt(case: Case) -> tuple[str, ...]:
    """Return the unreadable files that could change the judgement.

    A gap could be closed by any file of the kinds that are looked at. A met requirement can only
    be undone by a record that violates it, or by an entry in its register.
    """
    requirement = case.requirement
    closing = {requirement.evidence}
    undoing = set()
    if requirement.each is not None or requirement.relations:
        undoing.add(requirement.evidence)
    for rule in (requirement.covers, requirement.on_event):
        if rule is not None:
            undoing.add(case.populations[rule.population].source)
    for relation in requirement.relations:
        if isinstance(relation, Matches):
            closing.add(relation.evidence)
        if isinstance(relation, MemberOf):
            closing.add(case.populations[relation.population].source)
            undoing.add(case.populations[relation.population].source)
    if requirement.nil or requirement.on_event is not None:
        closing.add(NIL)
    kinds = undoing | closing if case.outcome.gaps else undoing
    return tuple(sorted({path for kind in kinds for path in case.facts.doubtful(kind)}))
