"""A rhythm without holes: which months are asked for, what shows them, and until when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings, strategies as st
from pydantic import ValidationError

from mnaudit.assess.facts import Facts
from mnaudit.assess.requirement import judge
from mnaudit.model.control import Requirement
from mnaudit.model.document import Record

if TYPE_CHECKING:
    from collections.abc import Callable

MONTHS = [f"2025-{n:02}" for n in range(3, 13)] + ["2026-01", "2026-02"]
"""The twelve months that are over on 31 March 2026."""

MONTHLY = {"evidence": "log-review", "cadence": {"every": "P1M", "over": "P12M"}}


def rule(every: str, over: str, **more: Any) -> dict[str, Any]:
    return {"evidence": "log-review", "cadence": {"every": every, "over": over, **more}}


@pytest.fixture
def review(record: Callable[..., Record]) -> Callable[..., Record]:
    """Build a review of a day, or of a period that ends on its day."""

    def build(on: str, since: str | None = None, until: str | None = None, **data: Any) -> Record:
        path = f"log-review/{since or ''}{on}.yaml"
        if since is not None:
            data["period"] = {"from": since, "to": until or on}
        return record("log-review", on, path, **data)

    return build


def missing(outcome: Any) -> tuple[str, ...]:
    (gap,) = outcome.gaps
    assert gap.code == "MN230"
    names: tuple[str, ...] = gap.values["missing"]
    return names


class TestWhichMonthsAreAskedFor:
    def test_twelve_complete_months_are_enough_and_name_the_day_on_which_the_next_is_due(
        self, judged: Any, facts: Any, review: Any
    ) -> None:
        outcome = judged(MONTHLY, facts(*(review(f"{month}-10") for month in MONTHS)))

        assert outcome.gaps == []
        assert outcome.due_on == date(2026, 3, 31)
        assert len(outcome.evidence) == 12

    def test_missing_months_are_named(self, judged: Any, facts: Any, review: Any) -> None:
        kept = [month for month in MONTHS if month not in {"2025-08", "2025-11"}]

        (gap,) = judged(MONTHLY, facts(*(review(f"{month}-10") for month in kept))).gaps

        assert (gap.code, gap.requirement) == ("MN230", 0)
        assert gap.values == {
            "kind": "log-review",
            "missing": ("2025-08", "2025-11"),
            "within": "P1M",
            "max_age": "P12M",
        }

    def test_without_any_record_all_months_are_missing(self, judged: Any, facts: Any) -> None:
        assert missing(judged(MONTHLY, facts())) == tuple(MONTHS)

    def test_a_month_is_complete_only_when_its_last_day_has_passed(
        self, judged: Any, facts: Any, review: Any
    ) -> None:
        records = [review(f"{month}-10") for month in MONTHS]

        on_the_first = judged(MONTHLY, facts(*records, as_of=date(2026, 4, 1)))

        assert missing(on_the_first) == ("2026-03",)

    def test_with_grace_the_evidence_of_a_month_may_follow(
        self, judged: Any, facts: Any, review: Any
    ) -> None:
        records = [review(f"{month}-10") for month in MONTHS]
        lenient = rule("P1M", "P11M", grace="P1M")

        outcome = judged(lenient, facts(*records))

        assert outcome.gaps == []
        # March ends on the 31st; a month later is 30 April.
        assert outcome.due_on == date(2026, 4, 30)

    def test_quarters_are_counted_back_from_the_last_complete_month(
        self, judged: Any, facts: Any, review: Any
    ) -> None:
        records = [review(on) for on in ("2025-06-20", "2025-09-19")]

        outcome = judged(rule("P3M", "P12M"), facts(*records))

        assert missing(outcome) == ("2025-03/2025-05", "2025-12/2026-02")

    def test_a_fiscal_year_has_quarters_of_its_own(
        self, judged: Any, facts: Any, review: Any
    ) -> None:
        records = [review(on) for on in ("2025-06-20", "2025-09-19", "2026-01-15")]
        organization = {"fiscal_year": {"starts": "04-01"}}
        quarters = rule("P3M", "P9M", by="fiscal-year")

        outcome = judged(quarters, facts(*records, organization=organization))

        assert missing(outcome) == ("2025-10/2025-12",)

    def test_a_quarter_that_is_not_over_is_not_asked_for(
        self, judged: Any, facts: Any, review: Any
    ) -> None:
        records = [review(on) for on in ("2025-06-20", "2025-09-19", "2025-12-01")]
        organization = {"fiscal_year": {"starts": "04-01"}}
        quarters = rule("P3M", "P9M", by="fiscal-year")

        outcome = judged(quarters, facts(*records, organization=organization))

        assert (outcome.gaps, outcome.due_on) == ([], date(2026, 3, 31))

    @pytest.mark.parametrize(
        ("starts", "name"),
        [
            pytest.param("04-01", "2024-04/2025-03", id="April to March"),
            pytest.param("01-01", "2025-01/2025-12", id="the calendar year"),
            pytest.param("03-21", "2025-03-21/2026-03-20", id="months that close on the 20th"),
            pytest.param("02-29", "2025-02-28/2026-02-27", id="from the last day of February"),
            pytest.param("12-31", "2024-12-31/2025-12-30", id="from the last day of the year"),
        ],
    )
    def test_a_year_of_documents_is_the_fiscal_year(
        self, judged: Any, facts: Any, starts: str, name: str
    ) -> None:
        years = rule("P1Y", "P1Y", by="fiscal-year")

        outcome = judged(years, facts(organization={"fiscal_year": {"starts": starts}}))

        assert missing(outcome) == (name,)


class TestWhatShowsAMonth:
    def shown(self, judged: Any, facts: Any, *records: Record, **more: Any) -> bool:
        """Tell whether records show February 2026."""
        return not judged(rule("P1M", "P1M") | more, facts(*records)).gaps

    def test_its_whole_period(self, judged: Any, facts: Any, review: Any) -> None:
        assert self.shown(judged, facts, review("2026-03-03", "2026-02-01", "2026-02-28"))

    def test_not_a_part_of_it(self, judged: Any, facts: Any, review: Any) -> None:
        assert not self.shown(judged, facts, review("2026-02-27", "2026-02-01", "2026-02-27"))
        assert not self.shown(judged, facts, review("2026-02-28", "2026-02-02", "2026-02-28"))

    def test_two_periods_together(self, judged: Any, facts: Any, review: Any) -> None:
        first, second = ("2026-02-15", "2026-01-16"), ("2026-03-15", "2026-02-16")

        assert self.shown(judged, facts, review(*first), review(*second))
        assert not self.shown(judged, facts, review(*first))
        assert not self.shown(judged, facts, review(*first), review("2026-03-15", "2026-02-17"))

    def test_a_record_of_a_day_in_it(self, judged: Any, facts: Any, review: Any) -> None:
        assert self.shown(judged, facts, review("2026-02-28"))
        assert not self.shown(judged, facts, review("2026-03-01"))

    def test_not_what_was_filed_before_it_began(self, judged: Any, facts: Any, review: Any) -> None:
        ahead = review("2026-01-31", "2026-02-01", "2026-02-28")

        assert not self.shown(judged, facts, ahead)

    def test_the_last_days_of_its_month_are_taken_on_trust(
        self, judged: Any, facts: Any, review: Any
    ) -> None:
        assert self.shown(judged, facts, review("2026-02-27", "2026-02-01", "2026-02-28"))

    def test_a_period_longer_than_the_unit_shows_nothing_and_is_remarked(
        self, judged: Any, facts: Any, review: Any
    ) -> None:
        whole_year = review("2026-03-02", "2025-03-01", "2026-02-28")

        outcome = judged(MONTHLY, facts(whole_year))

        assert missing(outcome) == tuple(MONTHS)
        (remark,) = outcome.remarks
        assert (remark.code, remark.values["paths"]) == ("MN232", (whole_year.path,))

    def test_a_nil_statement_may_span_several_months(
        self, judged: Any, facts: Any, review: Any, record: Any
    ) -> None:
        period = {"from": "2025-03-01", "to": "2026-01-31"}
        nil = record("nil-statement", "2026-01-31", about="log-review", period=period)

        with_nil = judged({**MONTHLY, "nil": True}, facts(nil, review("2026-02-10")))
        without = judged(MONTHLY, facts(nil, review("2026-02-10")))

        assert (with_nil.gaps, with_nil.due_on) == ([], date(2026, 3, 31))
        assert nil.path in {each.path for each in with_nil.evidence}
        assert missing(without) == tuple(MONTHS[:-1])

    def test_a_nil_statement_that_records_contradict_is_remarked(
        self, judged: Any, facts: Any, review: Any, record: Any
    ) -> None:
        period = {"from": "2025-03-01", "to": "2026-02-28"}
        nil = record("nil-statement", "2026-02-28", about="log-review", period=period)

        outcome = judged({**MONTHLY, "nil": True}, facts(nil, review("2025-08-10")))

        assert [remark.code for remark in outcome.remarks] == ["MN222"]

    def test_records_that_do_not_meet_the_condition_are_named(
        self, judged: Any, facts: Any, review: Any
    ) -> None:
        outcome = judged(
            {**MONTHLY, "where": {"required": ["systems"]}}, facts(review("2026-02-10"))
        )

        (gap,) = outcome.gaps
        assert gap.code == "MN212"
        assert gap.values["paths"] == ("log-review/2026-02-10.yaml (data.systems)",)

    def test_each_is_asked_of_the_window_only(self, judged: Any, facts: Any, review: Any) -> None:
        old, new = review("2026-01-31"), review("2026-02-10")
        strict = {**rule("P1M", "P1M"), "each": {"required": ["systems"]}}

        (gap,) = judged(strict, facts(old, new)).gaps

        assert (gap.code, gap.values["path"]) == ("MN205", new.path)


@pytest.mark.parametrize(
    "refused",
    [
        pytest.param({"cadence": {"every": "P5M", "over": "P12M"}}, id="no multiple"),
        pytest.param(
            {"cadence": {"every": "P5M", "over": "P10M", "by": "fiscal-year"}}, id="not in a year"
        ),
        pytest.param({"cadence": {"every": "P30D", "over": "P12M"}}, id="days"),
        pytest.param({"cadence": {"every": "P0M", "over": "P12M"}}, id="nothing"),
        pytest.param({**MONTHLY, "max_age": "P12M"}, id="with an age"),
        pytest.param({**MONTHLY, "min": 2}, id="with a number"),
        pytest.param({**MONTHLY, "covers": {"population": "x", "key": "data.x"}}, id="with covers"),
        pytest.param({"nil": True}, id="a nil statement without anything to span"),
    ],
)
def test_what_does_not_fit_together_is_refused(refused: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Requirement.model_validate({"evidence": "log-review", **refused})


def built(on: date, length: int) -> Record:
    value: dict[str, Any] = {"kind": "log-review", "data": {}}
    if length:
        value["period"] = {"from": str(on - timedelta(days=length)), "to": str(on)}
    return Record(f"log-review/{on}-{length}.yaml", "0" * 64, "log-review", on, value)


reviews = st.builds(
    built, st.dates(date(2024, 1, 1), date(2026, 3, 31)), st.sampled_from([0, 0, 27, 30, 89])
)
cadences = st.fixed_dictionaries(
    {
        "every": st.sampled_from(["P1M", "P3M", "P6M"]),
        "over": st.sampled_from(["P6M", "P12M"]),
        "by": st.sampled_from(["month", "fiscal-year"]),
    },
    optional={"grace": st.sampled_from(["P1M", "P10D"])},
)


def judge_on(day: date, cadence: dict[str, Any], heap: list[Record]) -> Any:
    ordered = tuple(sorted(heap, key=lambda record: (record.dated_on, record.path)))
    organization = {"fiscal_year": {"starts": "04-01"}}
    facts = Facts(day, organization, {"log-review": ordered}, {}, ())
    requirement = Requirement.model_validate({"evidence": "log-review", "cadence": cadence})
    return judge(requirement, 0, facts, {})


@settings(max_examples=60, deadline=None)
@given(cadences, st.lists(reviews, min_size=1, max_size=20))
def test_what_is_met_stays_met_until_its_due_day_and_not_longer(
    cadence: dict[str, Any], heap: list[Record]
) -> None:
    filled = [built(date(2024 + n // 12, n % 12 + 1, 15), 0) for n in range(27)]
    for records in (heap, heap[:3] + filled[: 20 + len(heap)]):
        day = max(record.dated_on for record in records)
        found = judge_on(day, cadence, records)
        if found.gaps:
            continue
        for later in range((found.due_on - day).days + 1):
            assert not judge_on(day + timedelta(days=later), cadence, records).gaps
        assert judge_on(found.due_on + timedelta(days=1), cadence, records).gaps


@settings(max_examples=60, deadline=None)
@given(cadences, st.lists(reviews, max_size=20), reviews)
def test_more_records_never_open_a_hole(
    cadence: dict[str, Any], heap: list[Record], more: Record
) -> None:
    day = date(2026, 3, 31)
    before, after = judge_on(day, cadence, heap), judge_on(day, cadence, [*heap, more])

    def holes(outcome: Any) -> set[str]:
        return {name for gap in outcome.gaps for name in gap.values["missing"]}

    assert holes(after) <= holes(before)
