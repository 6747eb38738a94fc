"""Is every event followed by evidence in time?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mnaudit.assess.fields import rows
from mnaudit.assess.fragments import test
from mnaudit.assess.populations import ORGANIZATION, events
from mnaudit.assess.spans import Span, last_day
from mnaudit.model.periods import last_fresh

if TYPE_CHECKING:
    from datetime import date

    from mnaudit.assess.case import Case
    from mnaudit.assess.populations import Event, Members
    from mnaudit.model.control import OnEvent
    from mnaudit.model.document import Record

__all__ = ["judge_following"]


def judge_following(case: Case, rule: OnEvent) -> None:
    """Name every event that is overdue; late evidence counts and is remarked."""
    found, who = events(case.populations[rule.population], case.facts)
    known = [(event, case.age(event.on)) for event in found]
    recent = [event for event, span in known if case.as_of in span]
    accounted = _accounts(case, who.source)
    if recent:
        case.outcome.evidence += who.register
    elif _is_accounted_for(case, who, accounted):
        case.outcome.evidence += [r for span, r in accounted if case.as_of in span]
        case.remark("MN223", population=rule.population, since=case.since(rule.window))
    else:
        case.gap("MN209", population=rule.population, register=who.source)
        return
    _judge_answers(case, rule, [event for event, span in known if not _is_over(span, case.as_of)])
    if who.source != ORGANIZATION:
        spans = [span for _, span in known] + [span for span, _ in accounted]
        case.due(last_day(lambda day: any(day in span for span in spans), spans, case.as_of))


def _judge_answers(case: Case, rule: OnEvent, asked: list[Event]) -> None:
    filed = _filed(case, rule)
    missing = []
    for event in asked:
        due_on = last_fresh(event.on, rule.within)
        answers = [answer for answer in filed.get(event.id, ()) if answer[0] >= event.on]
        if answers:
            on, record = min(answers, key=lambda answer: (answer[0], answer[1].path))
            case.outcome.evidence.append(record)
            if on > due_on:
                when = {"due_on": due_on.isoformat(), "on": on.isoformat()}
                case.remark("MN220", key=event.id, **when)
        elif event.until is not None and event.until < due_on:
            continue  # left before it was due: nobody can be asked for it any more
        elif due_on < case.as_of:
            missing.append(f"{event.id} ({due_on.isoformat()})")
        else:
            case.due(due_on)
    if missing:
        overdue = tuple(sorted(missing))
        case.gap("MN208", population=rule.population, missing=overdue, within=rule.within)


def _is_accounted_for(case: Case, who: Members, accounted: list[tuple[Span, Record]]) -> bool:
    """Tell "nothing happened" from "nothing was submitted"."""
    if who.source == ORGANIZATION:
        return who.is_registered
    return any(case.as_of in span for span, _ in accounted)


def _accounts(case: Case, source: str) -> list[tuple[Span, Record]]:
    """Return on which days the register, or a nil statement about it, speaks of the window."""
    if source == ORGANIZATION:
        return []
    spoken = [*case.facts.of_kind(source), *case.nil_statements(source)]
    return [(case.age(record.dated_on), record) for record in spoken]


def _filed(case: Case, rule: OnEvent) -> dict[str, list[tuple[date, Record]]]:
    """Return (day, record) for every key that the evidence names."""
    filed: dict[str, list[tuple[date, Record]]] = {}
    for record in case.matching:
        for key, on in rows(record.value, rule.key, rule.on, test(rule.where_item)):
            day = on or record.dated_on
            if day <= case.as_of and case.as_of in case.validity(record):
                filed.setdefault(key, []).append((day, record))
    return filed


def _is_over(span: Span, as_of: date) -> bool:
    return span.end is not None and span.end < as_of
