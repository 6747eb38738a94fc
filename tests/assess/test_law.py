"""Deadlines that the law sets: the worked examples, and more that were counted by hand.

How a case was counted stands in its id.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from mnaudit.assess.law.calendar import HolidayTable, closed_on, holidays_of_japan
from mnaudit.assess.law.disposal import tiers_reached
from mnaudit.assess.law.eras import parse_era_day, parse_year
from mnaudit.assess.law.identity import unlawful_parts
from mnaudit.assess.law.leak import leak_deadlines
from mnaudit.assess.law.retention import dispose_from, end_of_period
from mnaudit.load.tables import read_law, read_retention
from mnaudit.model.control import Tier
from mnaudit.model.law import Counted, Reporting, RetentionRule

CONTROLS = Path(__file__).parents[2] / "controls"
LAW = read_law(CONTROLS)
RETENTION = read_retention(CONTROLS)
JAPAN = holidays_of_japan()
NO_HOLIDAYS = HolidayTable("none", lambda _: None, 2099)


def day(text: str) -> date:
    return date.fromisoformat(text)


# Leaks


@pytest.mark.parametrize(
    ("known", "wrongful", "counted", "due"),
    [
        pytest.param(*case, id=how)
        for how, *case in (
            ("Nov 2 is day 1, so Nov 30 is day 29 and Dec 1 day 30, a Tuesday",
             "2026-11-02", False, "2026-12-01", "2026-12-01"),
            ("29 days of Nov and 31 of Dec are 60: Dec 31, closed until Sunday, so Monday Jan 4",
             "2026-11-02", True, "2026-12-31", "2027-01-04"),
            ("Apr has 30 days, so day 30 from the 1st is the 30th, a Thursday",
             "2026-04-01", False, "2026-04-30", "2026-04-30"),
            ("30 days of Apr and 30 of May: Saturday May 30, so Monday June 1",
             "2026-04-01", True, "2026-05-30", "2026-06-01"),
            ("from Apr 4 day 27 is Apr 30, day 30 Sunday May 3; 4, 5, 6 are holidays: Thursday 7",
             "2026-04-04", False, "2026-05-03", "2026-05-07"),
            ("from Apr 3 day 30 is Saturday May 2, before four closed days: Thursday May 7",
             "2026-04-03", False, "2026-05-02", "2026-05-07"),
            ("from Apr 2 day 30 is Friday May 1, which is open between the holidays",
             "2026-04-02", False, "2026-05-01", "2026-05-01"),
            ("from Aug 21 day 11 is Aug 31, day 30 Saturday Sept 19; 21 to 23 are holidays: Thursday",
             "2026-08-21", False, "2026-09-19", "2026-09-24"),
            ("from Nov 30 day 1+30 is Dec 30, so day 30 is Tuesday Dec 29, closed; Monday Jan 4",
             "2026-11-30", False, "2026-12-29", "2027-01-04"),
            ("from Nov 29 day 30 is Monday Dec 28, the last open day of the year",
             "2026-11-29", False, "2026-12-28", "2026-12-28"),
            ("from Dec 6 day 26 is Dec 31, day 30 Monday Jan 4, the first open day",
             "2026-12-06", False, "2027-01-04", "2027-01-04"),
            ("from Dec 5 day 30 is Sunday Jan 3, closed twice over: Monday Jan 4",
             "2026-12-05", False, "2027-01-03", "2027-01-04"),
            ("2028 is a leap year: Jan 31 is day 1, Feb 29 day 30, a Tuesday",
             "2028-01-31", False, "2028-02-29", "2028-02-29"),
            ("2027 is none: Jan 31 is day 1, Feb 28 day 29, Monday March 1 day 30",
             "2027-01-31", False, "2027-03-01", "2027-03-01"),
            ("leap year: 1 day of Jan, 29 of Feb and 30 of March: Thursday March 30 is day 60",
             "2028-01-31", True, "2028-03-30", "2028-03-30"),
            ("Jan 13 is day 1, Jan 31 day 19, Feb 11 day 30: a holiday on a Wednesday; Feb 12",
             "2026-01-13", False, "2026-02-11", "2026-02-12"),
            ("Jan 25 is day 1, Jan 31 day 7, Feb 23 day 30: a holiday on a Monday; Feb 24",
             "2026-01-25", False, "2026-02-23", "2026-02-24"),
            ("Feb 19 is day 1, Feb 28 day 10, Friday March 20 day 30: the equinox; Monday 23",
             "2026-02-19", False, "2026-03-20", "2026-03-23"),
            ("Oct 25 is day 1, Oct 31 day 7, Monday Nov 23 day 30: a holiday; Tuesday 24",
             "2026-10-25", False, "2026-11-23", "2026-11-24"),
            ("from Nov 30 day 30 is Saturday Dec 29, closed to Jan 3: Friday Jan 4",
             "2029-11-30", False, "2029-12-29", "2030-01-04"),
            ("known on a holiday, Jan 1, all the same day 1; Jan 30 is day 30, a Friday",
             "2026-01-01", False, "2026-01-30", "2026-01-30"),
            ("30 days of June and 30 of July: day 60 from June 1 is Thursday July 30",
             "2026-06-01", True, "2026-07-30", "2026-07-30"),
        )
    ],
)  # fmt: skip
def test_the_final_report_is_due_on(
    known: str,
    wrongful: bool,  # noqa: FBT001
    counted: str,
    due: str,
) -> None:
    situations = ["wrongful-purpose"] if wrongful else ["open-to-the-public"]

    found = leak_deadlines(LAW.leak, day(known), JAPAN, situations=situations)

    assert (found.final_counted, found.final_by) == (day(counted), day(due))


@pytest.mark.parametrize(
    ("known", "first", "last"),
    [
        pytest.param("2026-11-02", "2026-11-04", "2026-11-06", id="Mon 2, Tue 3, Wed 4 is day 3"),
        pytest.param("2026-11-06", "2026-11-08", "2026-11-10", id="a Sunday does not move it"),
        pytest.param("2026-12-30", "2027-01-01", "2027-01-03", id="nor does the New Year"),
        pytest.param("2028-02-27", "2028-02-29", "2028-03-02", id="Feb 29 counts in a leap year"),
    ],
)
def test_the_preliminary_report_is_a_span_that_does_not_move(
    known: str, first: str, last: str
) -> None:
    found = leak_deadlines(LAW.leak, day(known), JAPAN)

    assert (found.preliminary_from, found.preliminary_by) == (day(first), day(last))


@pytest.mark.parametrize(
    ("told", "reporting", "situations", "days"),
    [
        ({"persons": 100}, Reporting.EFFORT, (), 30),
        ({"persons": 101}, Reporting.REQUIRED, ("more-than-a-hundred",), 30),
        ({"persons": None}, Reporting.UNDECIDED, (), 30),
        ({"persons": 1, "situations": ["wrongful-purpose"]},
         Reporting.REQUIRED, ("wrongful-purpose",), 60),
        ({"persons": 500, "situations": ["wrongful-purpose", "open-to-the-public"]},
         Reporting.REQUIRED, ("wrongful-purpose", "open-to-the-public", "more-than-a-hundred"), 60),
        ({"persons": 1, "situations": ["government-systems"]},
         Reporting.REQUIRED, ("government-systems",), 30),
        ({"persons": 5000, "exempt": True}, Reporting.EXEMPT, ("more-than-a-hundred",), 30),
    ],
    ids=["100 is not more than 100", "101 is", "unknown", "wrongful, one person",
         "wrongful with others keeps 60", "government", "encrypted"],
)  # fmt: skip
def test_whether_it_must_be_reported(
    told: dict[str, Any], reporting: Reporting, situations: tuple[str, ...], days: int
) -> None:
    found = leak_deadlines(LAW.leak, day("2026-11-02"), JAPAN, **told)

    assert (found.reporting, found.situations, found.final_days) == (reporting, situations, days)


def test_a_moved_deadline_names_the_closed_days_and_the_table_they_are_from() -> None:
    found = leak_deadlines(
        LAW.leak, day("2026-11-02"), JAPAN, situations=["wrongful-purpose"], persons=3
    )

    assert [each.reason for each in found.moved_over] == [
        "year-end",
        "holiday",
        "saturday",
        "sunday",
    ]
    name = found.moved_over[1].name
    assert name is not None
    assert (name.ja, name.en) == ("元日", "New Year's Day")
    assert found.calendar.startswith("holidays 0.")


@pytest.mark.parametrize(
    ("known", "situations"),
    [("2022-03-31", ()), ("2099-01-01", ()), ("2026-11-02", ("stolen",))],
    ids=["before the rule", "beyond the table", "unknown situation"],
)
def test_what_the_rule_does_not_cover_is_refused(known: str, situations: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=known):
        leak_deadlines(LAW.leak, day(known), JAPAN, situations=situations)


@given(st.dates(date(2022, 4, 1), date(2098, 12, 31)), st.booleans())
def test_a_deadline_is_open_and_no_open_day_is_skipped(known: date, wrongful: bool) -> None:  # noqa: FBT001
    situations = ["wrongful-purpose"] if wrongful else []
    found = leak_deadlines(LAW.leak, known, JAPAN, situations=situations)

    assert found.final_counted == known + timedelta(days=found.final_days - 1)
    assert closed_on(found.final_by, LAW.leak.closed, JAPAN) is None
    skipped = [each.day for each in found.moved_over]
    between = (found.final_by - found.final_counted).days
    assert skipped == [found.final_counted + timedelta(days=n) for n in range(between)]


def test_without_holidays_weekends_and_the_new_year_are_still_closed() -> None:
    found = leak_deadlines(LAW.leak, day("2026-12-03"), NO_HOLIDAYS)

    assert found.final_counted == day("2027-01-01")
    assert [each.reason for each in found.moved_over] == ["year-end", "saturday", "sunday"]


def test_a_rule_without_holidays_or_weekdays_closes_only_the_new_year() -> None:
    nothing = {"weekdays": (), "holidays": False}
    closed = LAW.leak.closed.model_copy(update=nothing)

    assert closed_on(day("2026-05-03"), closed, JAPAN) is None
    assert closed_on(day("2026-05-02"), closed, JAPAN) is None
    new_year = closed_on(day("2027-01-03"), closed, JAPAN)
    assert new_year is not None
    assert new_year.reason == "year-end"


# Retention


@pytest.mark.parametrize(
    ("document", "year", "dispose"),
    [
        pytest.param(*case, id=how)
        for how, *case in (
            ("Reiwa 8 is 2026; from 2027-01-11 seven years end on 2034-01-10",
             "扶養控除等申告書", "令和8年分", "2034-01-11"),
            ("Heisei 30 is 2018; from 2019-01-11 seven years end on 2026-01-10",
             "扶養控除等申告書", "平成30年分", "2026-01-11"),
            ("Heisei 28 is 2016, the first year with numbers; 2016 + 8",
             "dependents-declaration", "H28", "2024-01-11"),
            ("Reiwa 1 is 2019; 2019 + 8", "保険料控除申告書", "令和元年", "2027-01-11"),
            ("Heisei 31 is 2019, too", "保険料控除申告書", "平成31年", "2027-01-11"),
            ("2025 + 8", "基礎控除申告書", "2025", "2033-01-11"),
            ("2024 + 8, a leap year changes nothing", "配偶者控除等申告書", "R6", "2032-01-11"),
            ("by the year of receipt: 2026 + 8",
             "従たる給与についての扶養控除等申告書", "2026年", "2034-01-11"),
            ("seven years: 2025 + 8", "退職所得申告書", "2025", "2033-01-11"),
            ("ten years for lump sums: 2026 + 11",
             "retirement-income-lump-sum", "令和8年", "2037-01-11"),
            ("seven years: 2023 + 8", "扶養親族等申告書", "R5", "2031-01-11"),
        )
    ],
)  # fmt: skip
def test_a_tax_declaration_is_disposed_of_from(document: str, year: str, dispose: str) -> None:
    rule = RETENTION.rule(document)
    assert rule is not None

    found = dispose_from(rule, year=parse_year(year))

    assert found.dispose_from == day(dispose)
    assert found.kept_until == day(dispose) - timedelta(days=1)


@pytest.mark.parametrize(
    ("document", "completed", "dispose"),
    [
        pytest.param(*case, id=how)
        for how, *case in (
            ("from 2026-06-01 four years end on 2030-05-31",
             "employment-insurance-insured", "2026-05-31", "2030-06-01"),
            ("from 2026-06-01 two years end on 2028-05-31",
             "employment-insurance-other", "2026-05-31", "2028-06-01"),
            ("from 2026-04-01 three years end on 2029-03-31",
             "workers-compensation", "2026-03-31", "2029-04-01"),
            ("from 2026-07-11 three years end on 2029-07-10",
             "labor-insurance-premium", "2026-07-10", "2029-07-11"),
            ("from 2027-01-01 four years end on 2030-12-31",
             "labor-insurance-ledger", "2026-12-31", "2031-01-01"),
            ("from 2026-03-01 two years end on the last day of Feb 2028, the 29th",
             "health-insurance", "2026-02-28", "2028-03-01"),
            ("from 2024-02-29; Feb 2026 has no 29th, so it ends on its last day, the 28th",
             "health-insurance", "2024-02-28", "2026-03-01"),
            ("from 2024-03-01 two years end on 2026-02-28",
             "employees-pension", "2024-02-29", "2026-03-01"),
            ("from 2024-02-29; Feb 2028 has a 29th, so four years end on the 28th",
             "employment-insurance-insured", "2024-02-28", "2028-02-29"),
        )
    ],
)  # fmt: skip
def test_an_insurance_document_is_disposed_of_from(
    document: str, completed: str, dispose: str
) -> None:
    rule = RETENTION.rule(document)
    assert rule is not None

    assert dispose_from(rule, completed_on=day(completed)).dispose_from == day(dispose)


def test_copies_without_a_statutory_period_have_no_day() -> None:
    rule = RETENTION.rule("源泉徴収票の控え")
    assert rule is not None

    assert dispose_from(rule).dispose_from is None


def test_the_start_of_the_period_must_be_given_and_fit() -> None:
    tax, insurance = RETENTION.rule("保険料控除申告書"), RETENTION.rule("health-insurance")
    lump_sum = RETENTION.rule("retirement-income-lump-sum")
    assert tax is not None
    assert insurance is not None
    assert lump_sum is not None

    with pytest.raises(ValueError, match="insurance-deduction"):
        dispose_from(tax, completed_on=day("2026-05-31"))
    with pytest.raises(ValueError, match="health-insurance"):
        dispose_from(insurance, year=2026)
    with pytest.raises(ValueError, match="2025"):
        dispose_from(lump_sum, year=2025)
    with pytest.raises(ValueError, match="P6M"):
        end_of_period(day("2026-01-01"), "P6M")


def test_a_rule_counts_from_something_exactly_where_it_has_a_period() -> None:
    rule = RETENTION.documents[0].model_dump()

    for broken in ({"period": None}, {"counted": Counted.NONE}):
        with pytest.raises(ValueError, match="period"):
            RetentionRule.model_validate(rule | broken)


def test_an_unknown_document_has_no_rule() -> None:
    assert RETENTION.rule("住民票") is None


# Eras


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("令和8年", 2026), ("令和8年分", 2026), ("令和８年", 2026), ("令和元年", 2019),
        ("㋿8年", 2026), ("R8", 2026), ("r8", 2026), ("2026", 2026), ("2026年分", 2026),
        ("2026年度", 2026), ("平成31年", 2019), ("H30", 2018), ("昭和64年", 1989),
        (" 令和 8 年 ", 2026),
        ("平成32年", None), ("令和0年", None), ("昭和65年", None), ("8", None), ("26", None),
        ("令和", None), ("令和八年", None), ("令和100年", None), ("大正15年", None),
        ("1899", None), ("2200", None), ("", None), ("2026-01", None),
    ],
)  # fmt: skip
def test_a_year_is_read_as_people_write_it(text: str, year: int | None) -> None:
    assert parse_year(text) == year


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-02", "2026-11-02"), ("令和8年11月2日", "2026-11-02"),
        ("R8.11.2", "2026-11-02"), ("２０２６年１１月２日", "2026-11-02"),
        ("令和元年5月1日", "2019-05-01"), ("平成31年4月30日", "2019-04-30"),
        ("昭和64年1月7日", "1989-01-07"),
        ("平成31年5月1日", None), ("令和元年4月30日", None), ("昭和64年1月8日", None),
        ("令和8年2月29日", None), ("平成32年1月1日", None), ("2026-13-01", None), ("20261102", None),
        ("1899-01-01", None),
    ],
)  # fmt: skip
def test_a_day_must_lie_in_its_era(text: str, expected: str | None) -> None:
    assert parse_era_day(text) == (None if expected is None else day(expected))


# Identity


def verification(**changes: str | None) -> dict[str, Any]:
    basic = {
        "method": "documents",
        "channel": "post",
        "number_doc": "residence-certificate",
        "identity_doc": "drivers-license",
    }
    return basic | changes


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, ()),
        ({"method": "card", "number_doc": "card", "identity_doc": "card"}, ()),
        ({"method": "card", "number_doc": "card"}, ("identity_doc",)),
        ({"method": "evident-identity", "channel": "in-person", "identity_doc": "evident"}, ()),
        ({"method": "evident-identity", "identity_doc": "evident"}, ("channel",)),
        ({"method": "telephone", "channel": "telephone", "number_doc": "own-file",
          "identity_doc": "questions"}, ()),
        ({"method": "telephone", "channel": "telephone", "identity_doc": "questions"},
         ("number_doc",)),
        ({"method": "smartphone-card", "number_doc": "smartphone-record",
          "identity_doc": "smartphone-record"}, ("channel",)),
        ({"method": "online", "channel": "online", "identity_doc": "electronic-signature"}, ()),
        ({"method": "agent"}, ("agent_doc",)),
        ({"method": "agent", "agent_doc": "power-of-attorney"}, ()),
        ({"method": "hearsay", "channel": "fax"}, ("method",)),
    ],
)  # fmt: skip
def test_a_verification_must_fit_the_matrix(
    changes: dict[str, str | None], wrong: tuple[str, ...]
) -> None:
    assert unlawful_parts(LAW.identity, **verification(**changes)) == wrong


def choices(kind: str, list_name: str, field: str) -> set[str]:
    """Return the values that a field of the evidence may have."""
    path = CONTROLS.parent / "schema" / "evidence" / f"{kind}.schema.json"
    node: Any = json.loads(path.read_bytes())["properties"]["data"]["properties"][list_name]
    return set(node["items"]["properties"][field]["enum"])


def test_the_matrix_speaks_the_words_of_the_evidence() -> None:
    ways = LAW.identity.ways
    used = {
        "method": {way.id for way in ways},
        "channel": {channel for way in ways for channel in way.channels},
        "number_doc": {doc for way in ways for doc in way.number_docs},
        "identity_doc": {doc for way in ways for doc in way.identity_docs},
    }

    for field, values in used.items():
        assert values == choices("id-verification", "entries", field)


# Disposal

BOTH = (Tier.MINIMUM, Tier.OPTIONAL)


@pytest.mark.parametrize(
    ("told", "tiers"),
    [
        ({"medium": "paper", "method": "shred", "din": "P-7"}, BOTH),
        ({"medium": "paper", "method": "shred", "din": "P-6"}, BOTH),
        ({"medium": "paper", "method": "shred", "din": "P-4"}, (Tier.MINIMUM,)),
        ({"medium": "paper", "method": "shred", "din": "P-3"}, ()),
        ({"medium": "paper", "method": "shred"}, ()),
        ({"medium": "paper", "method": "dissolve"}, BOTH),
        ({"medium": "paper", "method": "logical-delete"}, ()),
        ({"medium": "ssd", "method": "erase-software", "nist": "clear"}, ()),
        ({"medium": "ssd", "method": "crypto-erase", "nist": "purge"}, (Tier.MINIMUM,)),
        ({"medium": "ssd", "method": "crypto-erase", "nist": "purge", "certificate": True}, BOTH),
        ({"medium": "hdd", "method": "erase-software", "nist": "clear", "certificate": True}, ()),
        ({"medium": "hdd", "method": "physical-destruction", "nist": "destroy"}, BOTH),
        ({"medium": "hdd", "method": "mask", "nist": "destroy"}, ()),
        ({"medium": "file", "method": "logical-delete"}, (Tier.MINIMUM,)),
        ({"medium": "file", "method": "crypto-erase"}, BOTH),
    ],
)
def test_a_disposal_reaches_the_tiers(told: dict[str, Any], tiers: tuple[Tier, ...]) -> None:
    assert tiers_reached(LAW.disposal, **told) == tiers


# The other tables


def test_eight_clauses_are_mandatory_and_two_desirable() -> None:
    duties = [clause.duty for clause in LAW.clauses.items]

    assert duties == ["must"] * 8 + ["desirable"] * 2


def test_the_ledger_has_five_items_and_the_report_nine_of_which_five_are_notified() -> None:
    assert len(LAW.ledger.items) == 5
    assert [item.notice for item in LAW.leak.items].count(True) == 5
    assert len(LAW.leak.items) == 9
