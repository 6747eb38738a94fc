"""Is every member of a population found in the evidence?"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from mnaudit.assess.count import gap_of_count
from mnaudit.assess.fields import rows
from mnaudit.assess.fragments import test
from mnaudit.assess.populations import members
from mnaudit.assess.spans import Span, last_day, merged
from mnaudit.model.periods import last_fresh

if TYPE_CHECKING:
    from datetime import date

    from mnaudit.assess.case import Case
    from mnaudit.model.control import Covers
    from mnaudit.model.document import Record

__all__ = ["judge_coverage"]


def judge_coverage(case: Case, covers: Covers) -> None:
    """Name every member that the evidence does not cover on the day."""
    who = members(case.populations[covers.population], case.facts)
    stays = [stay for spans in who.stays.values() for stay in spans]
    if not any(case.as_of in stay for stay in stays):
        # Nobody to cover is not everybody covered: an empty register proves nothing.
        case.gap("MN209", population=covers.population, register=who.source)
        return
    case.outcome.evidence += who.register
    covered = _covered(case, covers)
    missing = []
    for member, spans in who.stays.items():
        duties = [_duty(stay, covers.grace) for stay in spans]
        shown = merged(span for span, _ in covered.get(member, ()))
        if _is_missing(case.as_of, duties, shown):
            missing.append(member)
        else:
            case.due(_until(case.as_of, duties, shown))
        case.outcome.evidence += [r for span, r in covered.get(member, ()) if case.as_of in span]
    if missing:
        _gap_of_coverage(case, covers, tuple(missing))
    case.due(last_day(lambda day: any(day in stay for stay in stays), stays, case.as_of))


def _covered(case: Case, covers: Covers) -> dict[str, list[tuple[Span, Record]]]:
    """Return, by member, on which days which record covers it."""
    covered: dict[str, list[tuple[Span, Record]]] = defaultdict(list)
    for record in case.matching:
        for key, on in rows(record.value, covers.key, covers.on, test(covers.where_item)):
            day = on or record.dated_on
            if day <= case.as_of:  # what lies ahead proves nothing yet
                covered[key].append((case.span(record, day), record))
    return covered


def _duty(stay: Span, grace: str | None) -> Span:
    """Return on which days a member must be covered: while it is one, after the grace."""
    if grace is None or stay.start is None:
        return stay
    return Span(last_fresh(stay.start, grace) + timedelta(days=1), stay.end)


def _is_missing(day: date, duties: list[Span], shown: list[Span]) -> bool:
    return any(day in duty for duty in duties) and not any(day in span for span in shown)


def _until(as_of: date, duties: list[Span], shown: list[Span]) -> date | None:
    return last_day(lambda day: not _is_missing(day, duties, shown), [*duties, *shown], as_of)


def _gap_of_coverage(case: Case, covers: Covers, missing: tuple[str, ...]) -> None:
    if not case.pool:
        gap_of_count(case)
        return
    who: dict[str, str | tuple[str, ...]] = {"population": covers.population, "missing": missing}
    if case.max_age is None or case.requirement.valid is not None:
        case.gap("MN225", **who, as_of=case.as_of.isoformat())
    else:
        case.gap("MN203", **who, since=case.since(case.max_age))
    unmet = tuple(
        case.unmet(record)
        for record in case.pool
        if record not in case.matching
        and case.as_of in case.span(record)
        and not {key for key, _ in rows(record.value, covers.key, None)}.isdisjoint(missing)
    )
    if unmet:
        # They name somebody who is missing, but do not meet the condition: say which part.
        case.remark("MN229", paths=unmet)
