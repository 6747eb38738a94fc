"""mnaudit deadline: the deadlines that the law sets: leak reports and retention."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from mnaudit.cli.words import BilingualCommand, BilingualGroup
from mnaudit.errors import ConfigurationError
from mnaudit.messages import join, phrase

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from mnaudit.cli.console import Console
    from mnaudit.messages import Language
    from mnaudit.model.law import (
        DisposalDate,
        LeakDeadlines,
        LeakRule,
        NonWorkingDay,
        Retention,
        RetentionRule,
    )

__all__ = ["command", "day_in_words"]


def command(language: Language) -> click.Command:
    """Build the group."""
    format_ = click.Option(
        ["--format", "format_"],
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help=phrase("help.format", language),
    )
    leak = BilingualCommand(
        name="leak",
        language=language,
        help=phrase("help.deadline_leak", language),
        params=[
            click.Option(
                ["--known", "--discovered"],
                type=_Day(language),
                required=True,
                help=phrase("help.known", language),
            ),
            _flag("--wrongful", "wrongful", language),
            _flag("--exposed", "exposed", language),
            _flag("--government", "government", language),
            click.Option(
                ["--persons"], type=_Count(language), help=phrase("help.persons", language)
            ),
            _flag("--encrypted", "encrypted", language),
            format_,
        ],
        callback=_leak,
    )
    retention = BilingualCommand(
        name="retention",
        language=language,
        help=phrase("help.deadline_retention", language),
        params=[
            click.Option(["--document"], help=phrase("help.document", language)),
            click.Option(["--year"], help=phrase("help.year", language)),
            click.Option(
                ["--completed"], type=_Day(language), help=phrase("help.completed", language)
            ),
            format_,
        ],
        callback=_retention,
    )
    return BilingualGroup(
        name="deadline",
        language=language,
        help=phrase("help.deadline", language),
        commands={"leak": leak, "retention": retention},
    )


class _Day(click.ParamType["date"]):
    """A calendar day, in either calendar."""

    name = "YYYY-MM-DD"

    def __init__(self, language: Language) -> None:
        self.language = language

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read a day; ``令和8年11月2日`` is one too."""
        from mnaudit.assess.law.eras import parse_era_day

        day = parse_era_day(str(value))
        if day is None:
            self.fail(phrase("deadline.not_a_day", self.language, value=value), param, ctx)
        return day


class _Count(click.ParamType[int]):
    """A number of persons."""

    name = "N"

    def __init__(self, language: Language) -> None:
        self.language = language

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read a whole number; nobody counts ten million times a million persons."""
        text = str(value)
        if not (text.isascii() and text.isdigit() and len(text) < _MOST_DIGITS):
            self.fail(phrase("deadline.not_a_count", self.language, value=value), param, ctx)
        return int(text)


_MOST_DIGITS = 11


def _flag(option: str, name: str, language: Language) -> click.Option:
    return click.Option([option], is_flag=True, help=phrase(f"help.{name}", language))


@click.pass_obj
def _leak(
    console: Console,
    *,
    known: date,
    wrongful: bool,
    exposed: bool,
    government: bool,
    persons: int | None,
    encrypted: bool,
    format_: str,
) -> None:
    """Count the deadlines of one leak."""
    from mnaudit.assess.law.calendar import holidays_of_japan
    from mnaudit.assess.law.leak import leak_deadlines
    from mnaudit.load.shipped import shipped
    from mnaudit.load.tables import read_law

    rule, table = read_law(shipped("controls")).leak, holidays_of_japan()
    if known < rule.since or known.year >= table.last_year:
        until = f"{table.last_year - 1}-12-31"
        raise ConfigurationError(
            "MN054", day=known.isoformat(), since=rule.since.isoformat(), until=until
        )
    told = {
        "government-systems": government,
        "wrongful-purpose": wrongful,
        "open-to-the-public": exposed,
    }
    found = leak_deadlines(
        rule,
        known,
        table,
        situations=[name for name, holds in told.items() if holds],
        persons=persons,
        exempt=encrypted,
    )
    if format_ == "json":
        _dump(console, "mnaudit/deadline-leak@1", found.model_dump(mode="json"))
    else:
        console.result("\n".join(_leak_lines(found, rule, persons, console.language)))


def _leak_lines(
    found: LeakDeadlines, rule: LeakRule, persons: int | None, language: Language
) -> Iterator[str]:
    from mnaudit.report.sentences import in_language

    def say(name: str, /, **values: object) -> str:
        return phrase(f"deadline.{name}", language, **values)

    situations = (
        say("situation", item=each.item, title=in_language(each.title, language))
        for each in rule.situations
        if each.id in found.situations
    )
    yield say("leak_title", day=day_in_words(found.known_on, language))
    yield ""
    yield say(
        f"reporting_{found.reporting.value}",
        situations=join(situations, language),
        persons=persons,
    )
    start, end = (
        day_in_words(found.preliminary_from, language),
        day_in_words(found.preliminary_by, language),
    )
    yield say("preliminary", start=start, end=end)
    yield say("final", day=day_in_words(found.final_by, language), days=found.final_days)
    if found.moved_over:
        yield say(
            "moved",
            days=found.final_days,
            counted=day_in_words(found.final_counted, language),
            reason=_reason(found.moved_over[0], language),
        )
    yield say("notice")
    yield say("vendor", end=end)
    yield ""
    yield say("place", place=in_language(rule.place, language))
    yield say("calendar", calendar=found.calendar)


def _reason(closed: NonWorkingDay, language: Language) -> str:
    from mnaudit.report.sentences import in_language

    name = "" if closed.name is None else in_language(closed.name, language)
    return phrase(f"deadline.reason_{closed.reason}", language, name=name)


@click.pass_obj
def _retention(
    console: Console,
    *,
    document: str | None,
    year: str | None,
    completed: date | None,
    format_: str,
) -> None:
    """Tell from when a document is disposed of, or list all periods."""
    from mnaudit.assess.law.eras import parse_year
    from mnaudit.assess.law.retention import dispose_from
    from mnaudit.load.shipped import shipped
    from mnaudit.load.tables import read_retention

    retention = read_retention(shipped("controls"))
    if document is None:
        _list(console, retention, format_)
        return
    rule = retention.rule(document)
    if rule is None:
        raise ConfigurationError("MN050", name=document)
    number = None if year is None else parse_year(year)
    if year is not None and number is None:
        raise ConfigurationError("MN051", value=year)
    _check_start(rule, number, completed, console.language)
    found = dispose_from(rule, year=number, completed_on=completed)
    if format_ == "json":
        value = {**rule.model_dump(mode="json"), **found.model_dump(mode="json")}
        _dump(console, "mnaudit/deadline-retention@1", value)
    else:
        console.result("\n".join(_retention_lines(found, rule, console.language)))


def _check_start(
    rule: RetentionRule, year: int | None, completed: date | None, language: Language
) -> None:
    """Refuse what the calculator would refuse, in words."""
    from mnaudit.model.law import Counted
    from mnaudit.report.sentences import in_language

    needed = {
        Counted.FILING_YEAR: ("--year", year),
        Counted.COMPLETION: ("--completed", completed),
    }
    option, given = needed.get(rule.counted, ("", rule))
    title = in_language(rule.title, language)
    if given is None:
        raise ConfigurationError("MN052", document=title, option=option)
    if rule.first_year is not None and year is not None and year < rule.first_year:
        raise ConfigurationError("MN053", document=title, first_year=rule.first_year)


def _retention_lines(found: DisposalDate, rule: RetentionRule, language: Language) -> Iterator[str]:
    from mnaudit.report.sentences import in_language, period_in_words

    def say(name: str, /, **values: object) -> str:
        return phrase(f"deadline.{name}", language, **values)

    yield in_language(rule.title, language)
    yield ""
    if found.dispose_from is None or found.counted_from is None or found.kept_until is None:
        yield say("no_period")
    else:
        yield say("dispose_from", day=day_in_words(found.dispose_from, language))
        yield say(
            "kept_until",
            start=day_in_words(found.counted_from, language),
            end=day_in_words(found.kept_until, language),
            period=period_in_words(str(rule.period), language),
        )
    if rule.note is not None:
        yield say("note", note=in_language(rule.note, language))
    yield say("place", place=in_language(rule.basis, language))
    if rule.certainty != "read":
        yield say(f"certainty_{rule.certainty}")


def _list(console: Console, retention: Retention, format_: str) -> None:
    """Print all periods."""
    from mnaudit.report.sentences import in_language, period_in_words

    if format_ == "json":
        _dump(console, "mnaudit/retention@1", retention.model_dump(mode="json"))
        return
    language = console.language
    console.result(phrase("deadline.retention_title", language) + "\n\n")
    for rule in retention.documents:
        title = in_language(rule.title, language)
        if rule.period is None:
            console.result(phrase("deadline.retention_row_none", language, id=rule.id, title=title))
            continue
        counted = phrase(f"deadline.counted_{rule.counted.value}", language)
        period = period_in_words(rule.period, language)
        console.result(
            phrase(
                "deadline.retention_row",
                language,
                id=rule.id,
                title=title,
                period=period,
                counted=counted,
            )
        )


def day_in_words(day: date, language: Language) -> str:
    """Return a day with its weekday, and in the Japanese calendar where it has an era."""
    from mnaudit.report.sentences import day_in_eras

    weekday = phrase(f"deadline.weekday_{day.weekday()}", language)
    era = day_in_eras(day, language)
    if era is None:
        return phrase("deadline.day_and_weekday", language, day=day, weekday=weekday)
    return phrase("deadline.day_and_era", language, day=day, era=era, weekday=weekday)


def _dump(console: Console, schema: str, value: dict[str, Any]) -> None:
    document = {"schema": schema, **value}
    text = json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True)
    console.rendered("json", text.encode())
