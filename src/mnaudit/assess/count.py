"""Are there enough records that count on the day, or a nil statement in their place?"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from mnaudit.assess.case import paths
from mnaudit.assess.spans import Span, last_day
from mnaudit.model.periods import last_fresh

if TYPE_CHECKING:
    from mnaudit.assess.case import Case
    from mnaudit.model.document import Record

__all__ = ["gap_of_count", "judge_count", "remark_contradiction"]


def judge_count(case: Case) -> None:
    """Judge by number; a nil statement may stand in where the requirement allows it."""
    needed = case.requirement.min
    records = [case.span(record) for record in case.matching]
    nils = [(statement, span) for statement in _nils(case) if (span := _nil_span(case, statement))]

    def is_met(day: date) -> bool:
        return sum(day in span for span in records) >= needed or any(day in s for _, s in nils)

    if not is_met(case.as_of):
        if not _gap_of_nil(case):
            gap_of_count(case)
        return
    case.outcome.evidence += case.counting
    if len(case.counting) < needed:
        case.outcome.evidence += [statement for statement, span in nils if case.as_of in span]
    case.due(last_day(is_met, [*records, *(span for _, span in nils)], case.as_of))
    remark_contradiction(case)


def gap_of_count(case: Case) -> None:
    """Say the first reason why too few records count."""
    in_force = [r for r in case.matching if case.as_of in case.validity(r)]
    fresh = [r for r in case.pool if case.as_of in case.age(r.dated_on)]
    if not case.pool:
        _gap_without_records(case)
    elif not case.matching:
        case.gap("MN212", paths=tuple(case.unmet(record) for record in fresh or case.pool))
    elif not in_force:
        case.gap("MN207", as_of=case.as_of.isoformat())
    elif not case.counting and case.max_age is not None:
        newest = in_force[-1].dated_on.isoformat()
        case.gap("MN202", newest=newest, max_age=case.max_age, since=case.since(case.max_age))
    else:
        case.gap("MN204", found=len(case.counting), needed=case.requirement.min)


def remark_contradiction(case: Case) -> None:
    """Remark every nil statement that records of its period contradict."""
    for statement in _nils(case):
        since, until = _period(statement)
        inside = [record for record in case.pool if since <= record.dated_on <= until]
        if inside:
            case.remark("MN222", path=statement.path, paths=paths(inside))


def _gap_without_records(case: Case) -> None:
    if case.max_age is None:
        case.gap("MN201")
    else:
        case.gap("MN228", since=case.since(case.max_age))


def _nils(case: Case) -> list[Record]:
    return case.nil_statements(case.requirement.evidence) if case.requirement.nil else []


def _nil_span(case: Case, statement: Record) -> Span | None:
    """Return on which days a nil statement counts; None if its period is too short.

    A statement for one day says nothing about a year: it must span the whole age.
    """
    since, until = _period(statement)
    max_age = case.max_age
    if max_age is None or last_fresh(since, max_age) > until + timedelta(days=1):
        return None
    return Span(until, last_fresh(until, max_age))


def _gap_of_nil(case: Case) -> bool:
    """Say why the newest nil statement does not count; tell whether there is one."""
    statements = _nils(case)
    if not statements:
        return False
    since, until = (day.isoformat() for day in _period(statements[-1]))
    max_age = case.max_age or ""
    case.gap("MN211", path=statements[-1].path, since=since, until=until, max_age=max_age)
    return True


def _period(statement: Record) -> tuple[date, date]:
    """Return both days of a nil statement's period; its schema demands one."""
    period = statement.value["period"]
    return date.fromisoformat(period["from"]), date.fromisoformat(period["to"])
