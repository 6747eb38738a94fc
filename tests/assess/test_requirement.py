"""Every way to meet a requirement, and every way to fall short with its own reason."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from pydantic import ValidationError

from mnaudit.model.catalog import Population

if TYPE_CHECKING:
    from collections.abc import Callable

TRAINING = {"evidence": "training-record", "max_age": "P12M"}
HANDLERS = {
    **TRAINING,
    "covers": {
        "population": "handlers",
        "key": "data.attendees[].code",
        "on": "data.attendees[].attended_on",
    },
}


@pytest.fixture
def training(record: Callable[..., Any]) -> Callable[..., Any]:
    def build(on: str, *codes: str, path: str = "", **data: Any) -> Any:
        attendees = [{"code": code, "attended_on": on} for code in codes]
        return record("training-record", on, path, attendees=attendees, **data)

    return build


@pytest.fixture
def roster(record: Callable[..., Any]) -> Callable[..., Any]:
    def build(on: str, *codes: str, path: str = "", **entry: str) -> Any:
        roles = [{"role": "handler", "code": code, "from": on, **entry} for code in codes]
        return record("appointment", on, path, roles=roles)

    return build


def population(value: dict[str, Any]) -> Population:
    return Population.model_validate({"title": {"ja": "対象", "en": "population"}, **value})


def codes(outcome: Any) -> list[str]:
    return [gap.code for gap in outcome.gaps]


class TestHowManyRecords:
    def test_one_fresh_record_is_enough(self, judged: Any, facts: Any, training: Any) -> None:
        outcome = judged(TRAINING, facts(training("2025-11-20")))

        assert codes(outcome) == []
        assert outcome.due_on == date(2026, 11, 20)
        assert [r.path for r in outcome.evidence] == ["training-record/2025-11-20.yaml"]

    def test_on_its_last_day_a_record_still_counts(
        self, judged: Any, facts: Any, training: Any
    ) -> None:
        assert codes(judged(TRAINING, facts(training("2025-03-31")))) == []

    def test_one_day_later_it_does_not(self, judged: Any, facts: Any, training: Any) -> None:
        (gap,) = judged(TRAINING, facts(training("2025-03-30"))).gaps

        assert gap.code == "MN202"
        assert gap.values == {
            "kind": "training-record",
            "newest": "2025-03-30",
            "max_age": "P12M",
            "since": "2025-03-31",
        }

    def test_nothing_at_all_is_said_with_its_period(self, judged: Any, facts: Any) -> None:
        (gap,) = judged(TRAINING, facts()).gaps

        assert (gap.code, gap.values["since"]) == ("MN228", "2025-03-31")

    def test_nothing_at_all_without_a_period(self, judged: Any, facts: Any) -> None:
        assert codes(judged({"evidence": "training-record"}, facts())) == ["MN201"]

    def test_a_record_without_a_period_never_lapses(
        self, judged: Any, facts: Any, training: Any
    ) -> None:
        outcome = judged({"evidence": "training-record"}, facts(training("2001-01-01")))

        assert (codes(outcome), outcome.due_on) == ([], None)

    def test_too_few_records_are_counted(self, judged: Any, facts: Any, training: Any) -> None:
        (gap,) = judged({**TRAINING, "min": 2}, facts(training("2025-11-20"))).gaps

        assert (gap.code, gap.values["found"], gap.values["needed"]) == ("MN204", 1, 2)

    def test_enough_records_lapse_with_the_one_that_is_needed(
        self, judged: Any, facts: Any, training: Any
    ) -> None:
        records = [training("2025-05-01"), training("2025-09-01"), training("2026-01-10")]

        assert judged({**TRAINING, "min": 2}, facts(*records)).due_on == date(2026, 9, 1)

    def test_a_record_dated_later_proves_nothing_yet_and_is_remarked(
        self, judged: Any, facts: Any, training: Any
    ) -> None:
        outcome = judged(TRAINING, facts(training("2026-04-01")))

        assert codes(outcome) == ["MN228"]
        assert [(r.code, r.values["paths"]) for r in outcome.remarks] == [
            ("MN224", ("training-record/2026-04-01.yaml",))
        ]

    def test_records_that_do_not_meet_the_condition_are_named(
        self, judged: Any, facts: Any, training: Any
    ) -> None:
        rule = {**TRAINING, "where": {"required": ["pass_score"]}}

        (gap,) = judged(rule, facts(training("2025-11-20"))).gaps

        named = ("training-record/2025-11-20.yaml (data.pass_score)",)
        assert (gap.code, gap.values["paths"]) == ("MN212", named)

    def test_an_old_record_that_does_not_meet_the_condition_is_named_too(
        self, judged: Any, facts: Any, training: Any
    ) -> None:
        rule = {**TRAINING, "where": {"required": ["pass_score"]}}

        assert codes(judged(rule, facts(training("2020-11-20")))) == ["MN212"]


class TestInForce:
    CONTRACT: ClassVar[dict[str, Any]] = {
        "evidence": "vendor-contract",
        "valid": {"from": "data.valid_from", "until": "data.valid_to"},
    }

    @pytest.mark.parametrize(
        ("since", "until", "met"),
        [
            pytest.param("2026-03-31", "2027-03-31", True, id="on its first day"),
            pytest.param("2025-04-01", "2026-03-31", True, id="on its last day"),
            pytest.param("2026-04-01", "2027-03-31", False, id="not yet"),
            pytest.param("2024-04-01", "2026-03-30", False, id="run out"),
            pytest.param("2024-04-01", None, True, id="without an end"),
            pytest.param(None, "2027-03-31", False, id="without a beginning"),
        ],
    )
    def test_both_days_are_inclusive(
        self, judged: Any, facts: Any, record: Any, since: str, until: str, *, met: bool
    ) -> None:
        contract = record("vendor-contract", "2024-04-01", valid_from=since, valid_to=until)

        outcome = judged(self.CONTRACT, facts(contract))

        assert codes(outcome) == ([] if met else ["MN207"])
        if met:
            assert outcome.due_on == (date.fromisoformat(until) if until else None)

    def test_members_without_a_contract_in_force_are_named(
        self, judged: Any, facts: Any, record: Any, roster: Any
    ) -> None:
        rule = {**self.CONTRACT, "covers": {"population": "handlers", "key": "data.vendor"}}
        days = {"valid_from": "2025-04-01", "valid_to": "2026-12-31"}
        contract = record("vendor-contract", "2025-04-01", vendor="E0001", **days)
        late = {"valid_from": "2024-04-01", "valid_to": "2025-12-31"}
        old = record("vendor-contract", "2024-04-01", vendor="E0002", **late)

        (gap,) = judged(rule, facts(contract, old, roster("2025-04-01", "E0001", "E0002"))).gaps

        assert (gap.code, gap.values["missing"]) == ("MN225", ("E0002",))

    def test_when_all_contracts_have_run_out_everyone_is_named(
        self, judged: Any, facts: Any, record: Any, roster: Any
    ) -> None:
        rule = {**self.CONTRACT, "covers": {"population": "handlers", "key": "data.vendor"}}
        late = {"valid_from": "2024-04-01", "valid_to": "2025-12-31"}
        old = record("vendor-contract", "2024-04-01", vendor="E0001", **late)

        (gap,) = judged(rule, facts(old, roster("2025-04-01", "E0001"))).gaps

        assert (gap.code, gap.values["missing"]) == ("MN225", ("E0001",))


class TestCoverage:
    def test_everyone_trained_is_satisfied_until_the_first_lapses(
        self, judged: Any, facts: Any, training: Any, roster: Any
    ) -> None:
        outcome = judged(
            HANDLERS,
            facts(
                roster("2025-04-01", "E0001", "E0002"),
                training("2025-05-10", "E0001"),
                training("2025-11-20", "E0002"),
            ),
        )

        assert codes(outcome) == []
        assert outcome.due_on == date(2026, 5, 10)
        assert {r.kind for r in outcome.evidence} == {"appointment", "training-record"}

    def test_who_is_missing_is_named(
        self, judged: Any, facts: Any, training: Any, roster: Any
    ) -> None:
        trained = training("2025-11-20", "E0001", "E0099")

        (gap,) = judged(
            HANDLERS, facts(roster("2025-04-01", "E0012", "E0001", "E0033"), trained)
        ).gaps

        assert gap.code == "MN203"
        assert gap.values == {
            "kind": "training-record",
            "population": "handlers",
            "missing": ("E0012", "E0033"),
            "since": "2025-03-31",
        }

    def test_a_follow_up_in_an_old_record_counts_by_its_own_day(
        self, judged: Any, facts: Any, record: Any, roster: Any
    ) -> None:
        attendees = [
            {"code": "E0001", "attended_on": "2025-03-20"},
            {"code": "E0002", "attended_on": "2025-04-15"},
        ]
        old = record("training-record", "2025-03-20", attendees=attendees)

        (gap,) = judged(HANDLERS, facts(old, roster("2025-01-01", "E0001", "E0002"))).gaps

        assert gap.values["missing"] == ("E0001",)

    def test_an_attendance_after_the_day_does_not_count(
        self, judged: Any, facts: Any, record: Any, roster: Any
    ) -> None:
        attendees = [{"code": "E0001", "attended_on": "2026-04-02"}]
        planned = record("training-record", "2026-03-20", attendees=attendees)

        assert codes(judged(HANDLERS, facts(planned, roster("2025-01-01", "E0001")))) == ["MN203"]

    def test_who_left_need_not_be_covered(
        self, judged: Any, facts: Any, training: Any, roster: Any
    ) -> None:
        gone = roster("2025-04-01", "E0002", path="appointment/b.yaml", to="2026-03-30")
        here = roster("2025-04-01", "E0001")

        assert codes(judged(HANDLERS, facts(here, gone, training("2025-11-20", "E0001")))) == []

    def test_a_later_roster_corrects_an_earlier_one(
        self, judged: Any, facts: Any, training: Any, record: Any, roster: Any
    ) -> None:
        first = roster("2025-04-01", "E0001", "E0002")
        ended = {"role": "handler", "code": "E0002", "from": "2025-04-01", "to": "2025-12-31"}
        second = record("appointment", "2026-01-05", roles=[ended])

        assert codes(judged(HANDLERS, facts(first, second, training("2025-11-20", "E0001")))) == []

    def test_without_a_register_nothing_is_covered(
        self, judged: Any, facts: Any, training: Any
    ) -> None:
        (gap,) = judged(HANDLERS, facts(training("2025-11-20", "E0001"))).gaps

        assert (gap.code, gap.values["register"]) == ("MN209", "appointment")

    def test_without_any_record_the_reason_is_that_there_is_none(
        self, judged: Any, facts: Any, roster: Any
    ) -> None:
        assert codes(judged(HANDLERS, facts(roster("2025-04-01", "E0001")))) == ["MN228"]

    def test_a_population_may_come_from_the_organization(
        self, judged: Any, facts: Any, training: Any
    ) -> None:
        rule = {**TRAINING, "covers": {**HANDLERS["covers"], "population": "workforce"}}  # type: ignore[dict-item]
        staff = {"workforce": [{"code": "E0001"}, {"code": "E0002", "left_on": "2025-06-30"}]}

        outcome = judged(rule, facts(training("2025-11-20", "E0001"), organization=staff))

        assert codes(outcome) == []

    def test_coverage_without_a_period_never_lapses(
        self, judged: Any, facts: Any, training: Any, roster: Any
    ) -> None:
        rule = {"evidence": "training-record", "covers": HANDLERS["covers"]}
        twice = (training("2019-11-20", "E0001"), training("2020-11-20", "E0001"))

        outcome = judged(rule, facts(*twice, roster("2025-04-01", "E0001")))
        missing = judged(rule, facts(*twice, roster("2025-04-01", "E0002")))

        assert (codes(outcome), outcome.due_on) == ([], None)
        assert codes(missing) == ["MN225"]


class TestGrace:
    RULE: ClassVar[dict[str, Any]] = {
        **TRAINING,
        "covers": {"population": "workforce", "key": "data.attendees[].code", "grace": "P30D"},
    }

    @pytest.mark.parametrize(
        ("joined", "met"),
        [
            pytest.param("2026-03-31", True, id="on the first day"),
            pytest.param("2026-03-01", True, id="on the last day of grace"),
            pytest.param("2026-02-28", False, id="a day later"),
            pytest.param(None, False, id="on an unknown day"),
        ],
    )
    def test_a_newcomer_is_not_yet_missing(
        self, judged: Any, facts: Any, training: Any, joined: str | None, *, met: bool
    ) -> None:
        staff = {"workforce": [{"code": "E0001"}, {"code": "E0042", "joined_on": joined}]}

        outcome = judged(self.RULE, facts(training("2025-11-20", "E0001"), organization=staff))

        assert codes(outcome) == ([] if met else ["MN203"])

    def test_grace_ends_on_a_day_that_is_told(self, judged: Any, facts: Any, training: Any) -> None:
        staff = {"workforce": [{"code": "E0042", "joined_on": "2026-03-15"}]}

        outcome = judged(self.RULE, facts(training("2025-11-20", "E0001"), organization=staff))

        assert (codes(outcome), outcome.due_on) == ([], date(2026, 4, 14))

    def test_while_everyone_is_new_no_record_is_needed(self, judged: Any, facts: Any) -> None:
        new, old = (
            {"workforce": [{"code": "E0042", "joined_on": on}]}
            for on in ("2026-03-15", "2020-01-01")
        )

        assert codes(judged(self.RULE, facts(organization=new))) == []
        assert codes(judged(self.RULE, facts(organization=old))) == ["MN228"]

    def test_who_joined_twice_is_as_old_as_the_first_time(
        self, judged: Any, facts: Any, training: Any
    ) -> None:
        twice = [{"code": "E0042", "joined_on": on} for on in ("2026-03-15", "2020-01-01")]

        outcome = judged(
            self.RULE, facts(training("2025-11-20", "E0001"), organization={"workforce": twice})
        )

        assert codes(outcome) == ["MN203"]


class TestRecordsThatNameTheMissing:
    def test_a_record_that_names_the_missing_but_does_not_count_is_pointed_at(
        self, judged: Any, facts: Any, training: Any, roster: Any
    ) -> None:
        rule = {**HANDLERS, "where": {"required": ["topics"]}}
        good = training("2025-11-20", "E0001", topics=["handling-rules"])
        bad = training("2025-12-01", "E0002")
        old = training("2019-12-01", "E0002")

        outcome = judged(rule, facts(good, bad, old, roster("2025-04-01", "E0001", "E0002")))

        assert [gap.values["missing"] for gap in outcome.gaps] == [("E0002",)]
        assert [(r.code, r.values["paths"]) for r in outcome.remarks] == [
            ("MN229", ("training-record/2025-12-01.yaml (data.topics)",))
        ]


class TestNilStatements:
    RULE: ClassVar[dict[str, Any]] = {"evidence": "disposal-record", "max_age": "P12M", "nil": True}

    @pytest.fixture
    def nil(self, record: Any) -> Callable[..., Any]:
        def build(since: str, until: str, about: str = "disposal-record") -> Any:
            period = {"from": since, "to": until}
            return record("nil-statement", until, about=about, period=period)

        return build

    def test_a_statement_over_the_whole_period_stands_in(
        self, judged: Any, facts: Any, nil: Any
    ) -> None:
        outcome = judged(self.RULE, facts(nil("2025-03-31", "2026-03-31")))

        assert (codes(outcome), outcome.due_on) == ([], date(2027, 3, 31))

    def test_a_fiscal_year_is_a_whole_period(self, judged: Any, facts: Any, nil: Any) -> None:
        assert codes(judged(self.RULE, facts(nil("2025-04-01", "2026-03-31")))) == []

    def test_a_statement_for_one_month_says_nothing_about_a_year(
        self, judged: Any, facts: Any, nil: Any
    ) -> None:
        (gap,) = judged(self.RULE, facts(nil("2026-03-01", "2026-03-31"))).gaps

        assert (gap.code, gap.values["since"]) == ("MN211", "2026-03-01")

    def test_a_statement_about_something_else_does_not_count(
        self, judged: Any, facts: Any, nil: Any
    ) -> None:
        other = nil("2025-04-01", "2026-03-31", about="vendor-contract")

        assert codes(judged(self.RULE, facts(other))) == ["MN228"]

    def test_a_record_inside_its_period_contradicts_it(
        self, judged: Any, facts: Any, nil: Any, record: Any
    ) -> None:
        outcome = judged(
            self.RULE,
            facts(nil("2025-04-01", "2026-03-31"), record("disposal-record", "2026-01-10")),
        )

        assert codes(outcome) == []
        assert [remark.code for remark in outcome.remarks] == ["MN222"]

    def test_a_record_outside_its_period_does_not(
        self, judged: Any, facts: Any, nil: Any, record: Any
    ) -> None:
        outcome = judged(
            self.RULE,
            facts(nil("2024-04-01", "2025-03-31"), record("disposal-record", "2026-01-10")),
        )

        assert outcome.remarks == []


class TestEvents:
    RULE: ClassVar[dict[str, Any]] = {
        "evidence": "training-record",
        "on_event": {
            "population": "joiners",
            "key": "data.attendees[].code",
            "on": "data.attendees[].attended_on",
            "within": "P30D",
        },
    }

    @staticmethod
    def staff(*joined: tuple[str, str]) -> dict[str, Any]:
        return {"workforce": [{"code": code, "joined_on": on} for code, on in joined]}

    def test_an_event_followed_in_time_is_satisfied(
        self, judged: Any, facts: Any, training: Any
    ) -> None:
        outcome = judged(
            self.RULE,
            facts(
                training("2025-10-31", "E0040"), organization=self.staff(("E0040", "2025-10-01"))
            ),
        )

        assert (codes(outcome), outcome.remarks) == ([], [])

    def test_late_evidence_counts_and_is_remarked(
        self, judged: Any, facts: Any, training: Any
    ) -> None:
        outcome = judged(
            self.RULE,
            facts(
                training("2025-11-01", "E0040"), organization=self.staff(("E0040", "2025-10-01"))
            ),
        )

        assert codes(outcome) == []
        assert [(r.code, r.values["due_on"]) for r in outcome.remarks] == [("MN220", "2025-10-31")]

    def test_evidence_from_before_the_event_does_not_count(
        self, judged: Any, facts: Any, training: Any
    ) -> None:
        outcome = judged(
            self.RULE,
            facts(
                training("2025-09-30", "E0040"), organization=self.staff(("E0040", "2025-10-01"))
            ),
        )

        assert [(g.code, g.values["missing"]) for g in outcome.gaps] == [
            ("MN208", ("E0040 (2025-10-31)",))
        ]

    def test_what_is_not_yet_due_is_no_gap_but_has_a_day(
        self, judged: Any, facts: Any, training: Any
    ) -> None:
        staff = self.staff(("E0041", "2026-03-01"), ("E0042", "2026-03-15"))

        outcome = judged(self.RULE, facts(training("2025-10-31", "E0001"), organization=staff))

        assert (codes(outcome), outcome.due_on) == ([], date(2026, 3, 31))

    def test_evidence_dated_after_the_day_does_not_count(
        self, judged: Any, facts: Any, record: Any
    ) -> None:
        attendees = [{"code": "E0040", "attended_on": "2026-04-02"}]
        planned = record("training-record", "2026-03-20", attendees=attendees)

        outcome = judged(
            self.RULE, facts(planned, organization=self.staff(("E0040", "2025-10-01")))
        )

        assert codes(outcome) == ["MN208"]

    def test_who_left_before_it_was_due_is_not_missing(self, judged: Any, facts: Any) -> None:
        gone = {"code": "E0040", "joined_on": "2025-10-01", "left_on": "2025-10-10"}

        outcome = judged(self.RULE, facts(organization={"workforce": [gone]}))

        assert codes(outcome) == []

    def test_events_before_the_window_are_past(self, judged: Any, facts: Any) -> None:
        outcome = judged(self.RULE, facts(organization=self.staff(("E0001", "2019-04-01"))))

        assert codes(outcome) == []
        assert [(r.code, r.values["since"]) for r in outcome.remarks] == [("MN223", "2025-03-31")]

    def test_without_a_register_no_events_is_a_gap(self, judged: Any, facts: Any) -> None:
        assert codes(judged(self.RULE, facts())) == ["MN209"]


class TestEventsOfAnotherKind:
    RULE: ClassVar[dict[str, Any]] = {
        "evidence": "disposal-certificate",
        "on_event": {
            "population": "outsourced-disposals",
            "key": "data.record_nos[]",
            "within": "P30D",
        },
    }

    @pytest.fixture
    def disposal(self, record: Any) -> Callable[..., Any]:
        def build(on: str, number: str, *, outsourced: bool) -> Any:
            path = f"disposal-record/{number}.yaml"
            values = {"record_no": number, "disposed_on": on, "outsourced": outsourced}
            return record("disposal-record", on, path, **values)

        return build

    def test_a_certificate_that_names_the_record_answers_it(
        self, judged: Any, facts: Any, record: Any, disposal: Any
    ) -> None:
        certificate = record("disposal-certificate", "2026-01-30", record_nos=["D-2026-01"])
        done = disposal("2026-01-15", "D-2026-01", outsourced=True)

        outcome = judged(self.RULE, facts(certificate, done))

        assert codes(outcome) == []
        assert {r.kind for r in outcome.evidence} == {"disposal-certificate", "disposal-record"}

    def test_in_house_disposals_need_none_and_that_is_said(
        self, judged: Any, facts: Any, disposal: Any
    ) -> None:
        outcome = judged(self.RULE, facts(disposal("2026-01-15", "D-2026-01", outsourced=False)))

        assert (codes(outcome), [r.code for r in outcome.remarks]) == ([], ["MN223"])

    def test_an_empty_register_is_not_the_same_as_nothing_happened(
        self, judged: Any, facts: Any, disposal: Any
    ) -> None:
        old = disposal("2020-01-15", "D-2020-01", outsourced=True)

        assert codes(judged(self.RULE, facts())) == ["MN209"]
        assert codes(judged(self.RULE, facts(old))) == ["MN209"]

    def test_a_nil_statement_about_the_register_says_that_nothing_happened(
        self, judged: Any, facts: Any, record: Any
    ) -> None:
        nil = record("nil-statement", "2026-03-31", about="disposal-record")

        assert codes(judged(self.RULE, facts(nil))) == []


class TestWhatAllRecordsMustMeet:
    def test_a_record_that_violates_each_is_named_with_its_place(
        self, judged: Any, facts: Any, training: Any
    ) -> None:
        rule = {**TRAINING, "each": {"properties": {"pass_score": {"minimum": 60}}}}
        good = training("2025-11-20")
        bad = training("2025-12-01", pass_score=20)

        (gap,) = judged(rule, facts(good, bad)).gaps

        assert (gap.code, gap.values["path"], gap.values["pointer"]) == (
            "MN205",
            "training-record/2025-12-01.yaml",
            "/data/pass_score",
        )

    def test_records_outside_the_period_need_not(
        self, judged: Any, facts: Any, training: Any
    ) -> None:
        rule = {**TRAINING, "each": {"required": ["pass_score"]}}
        good = training("2025-11-20", pass_score=80)

        assert codes(judged(rule, facts(good, training("2019-12-01")))) == []

    def test_a_broken_relation_is_a_gap(self, judged: Any, facts: Any, record: Any) -> None:
        relation = {"op": "differs", "left": "data.executed_by", "right": "data.confirmed_by"}
        rule = {"evidence": "disposal-record", "relations": [relation]}
        alone = record("disposal-record", "2026-01-10", executed_by="E0001", confirmed_by="E0001")

        assert codes(judged(rule, facts(alone))) == ["MN206"]

    def test_a_kept_relation_is_none(self, judged: Any, facts: Any, record: Any) -> None:
        relation = {"op": "differs", "left": "data.executed_by", "right": "data.confirmed_by"}
        rule = {"evidence": "disposal-record", "relations": [relation]}
        two = record("disposal-record", "2026-01-10", executed_by="E0001", confirmed_by="E0002")

        assert codes(judged(rule, facts(two))) == []

    def test_a_partner_that_may_still_come_sets_the_day(
        self, judged: Any, facts: Any, record: Any
    ) -> None:
        relation = {
            "op": "matches",
            "evidence": "disposal-certificate",
            "left": "data.record_no",
            "right": "data.record_nos[]",
            "within": "P30D",
        }
        rule = {"evidence": "disposal-record", "max_age": "P12M", "relations": [relation]}
        new = record("disposal-record", "2026-03-20", record_no="D-2026-01")

        outcome = judged(rule, facts(new))

        assert (codes(outcome), outcome.due_on) == ([], date(2026, 4, 19))


class TestDoubt:
    def test_a_gap_that_an_unreadable_file_could_close_is_in_doubt(
        self, judged: Any, facts: Any
    ) -> None:
        outcome = judged(
            TRAINING, facts(unreadable=[("training-record/x.yaml", "training-record")])
        )

        assert (codes(outcome), outcome.doubt) == (["MN228"], ("training-record/x.yaml",))

    def test_a_file_of_unknown_kind_could_be_anything(self, judged: Any, facts: Any) -> None:
        assert judged(TRAINING, facts(unreadable=[("x.yaml", None)])).doubt == ("x.yaml",)

    def test_a_file_of_another_kind_is_no_doubt(self, judged: Any, facts: Any) -> None:
        other = [("vendor-contract/x.yaml", "vendor-contract")]

        assert judged(TRAINING, facts(unreadable=other)).doubt == ()

    def test_what_is_satisfied_without_it_stays_satisfied(
        self, judged: Any, facts: Any, training: Any
    ) -> None:
        broken = [("training-record/x.yaml", "training-record")]

        assert judged(TRAINING, facts(training("2025-11-20"), unreadable=broken)).doubt == ()

    def test_unless_every_record_must_meet_something(
        self, judged: Any, facts: Any, training: Any
    ) -> None:
        broken = [("training-record/x.yaml", "training-record")]
        rule = {**TRAINING, "each": {"required": ["attendees"]}}

        outcome = judged(rule, facts(training("2025-11-20"), unreadable=broken))

        assert (codes(outcome), outcome.doubt) == ([], ("training-record/x.yaml",))

    def test_an_unreadable_register_puts_coverage_in_doubt(
        self, judged: Any, facts: Any, training: Any, roster: Any
    ) -> None:
        broken = [("appointment/x.yaml", "appointment")]
        known = (roster("2025-04-01", "E0001"), training("2025-11-20", "E0001"))

        assert judged(HANDLERS, facts(*known, unreadable=broken)).doubt == ("appointment/x.yaml",)

    def test_an_unreadable_partner_could_close_a_gap(
        self, judged: Any, facts: Any, record: Any
    ) -> None:
        relation = {
            "op": "matches",
            "evidence": "disposal-certificate",
            "left": "data.record_no",
            "right": "data.record_nos[]",
        }
        rule = {"evidence": "disposal-record", "relations": [relation]}
        lonely = record("disposal-record", "2026-01-10", record_no="D-2026-01")
        broken = [("disposal-certificate/x.yaml", "disposal-certificate")]

        outcome = judged(rule, facts(lonely, unreadable=broken))

        assert (codes(outcome), outcome.doubt) == (["MN226"], ("disposal-certificate/x.yaml",))

    def test_an_unreadable_nil_statement_could_close_a_gap(self, judged: Any, facts: Any) -> None:
        broken = [("nil-statement/x.yaml", "nil-statement")]
        rule = {"evidence": "disposal-record", "max_age": "P12M", "nil": True}

        assert judged(rule, facts(unreadable=broken)).doubt == ("nil-statement/x.yaml",)


class TestWhereItem:
    RULE: ClassVar[dict[str, Any]] = {
        "evidence": "zone-check",
        "max_age": "P12M",
        "covers": {
            "population": "workforce",
            "key": "data.zones[].code",
            "where_item": {"properties": {"result": {"const": "ok"}}, "required": ["result"]},
        },
    }
    ORGANIZATION: ClassVar[dict[str, Any]] = {
        "workforce": [{"code": code, "joined_on": "2020-04-01"} for code in ("E0001", "E0002")]
    }

    def test_only_items_that_match_name_their_member(
        self, judged: Any, facts: Any, record: Any
    ) -> None:
        zones = [{"code": "E0001", "result": "ok"}, {"code": "E0002", "result": "ng"}]
        checked = record("zone-check", "2025-11-20", zones=zones)

        (gap,) = judged(self.RULE, facts(checked, organization=self.ORGANIZATION)).gaps

        assert (gap.code, gap.values["missing"]) == ("MN203", ("E0002",))

    def test_events_are_named_by_items_that_match(
        self, judged: Any, facts: Any, record: Any
    ) -> None:
        covers = self.RULE["covers"]
        rule = {
            "evidence": "zone-check",
            "on_event": {**covers, "population": "joiners", "within": "P30D"},
        }
        joined = {"workforce": [{"code": "E0002", "joined_on": "2025-11-01"}]}
        for result, expected in (("ok", []), ("ng", ["MN208"])):
            checked = record(
                "zone-check", "2025-11-20", zones=[{"code": "E0002", "result": result}]
            )
            assert codes(judged(rule, facts(checked, organization=joined))) == expected

    @pytest.mark.parametrize("name", ["covers", "on_event"])
    def test_a_key_outside_any_list_has_no_items(self, judged: Any, facts: Any, name: str) -> None:
        rule = {"population": "joiners", "key": "data.code", "where_item": {"required": ["x"]}}
        more = {"within": "P30D"} if name == "on_event" else {}
        with pytest.raises(ValidationError, match="where_item"):
            judged({"evidence": "zone-check", name: {**rule, **more}}, facts())


class TestRegistersThatAreRestated:
    @pytest.fixture
    def populations(self) -> dict[str, Any]:
        ledger = {"from": "spi-file-ledger", "latest": True}
        return {
            "files": population({"id": "files", **ledger, "items": "data.files[]", "key": "id"}),
            "holders": population(
                {"id": "holders", **ledger, "items": "data.files[].access_holders[]"}
            ),
        }

    @staticmethod
    def ledger(record: Any, on: str, **files: list[str]) -> Any:
        listed = [{"id": name, "access_holders": who} for name, who in files.items()]
        return record("spi-file-ledger", on, files=listed)

    @pytest.mark.parametrize(
        ("name", "missing"), [("files", ("F3",)), ("holders", ("E0002", "E0003"))]
    )
    def test_only_the_newest_says_what_there_is(
        self, judged: Any, facts: Any, record: Any, name: str, missing: tuple[str, ...]
    ) -> None:
        old = self.ledger(record, "2025-04-01", F1=["E0009"], F2=["E0008"])
        new = self.ledger(record, "2026-01-10", F1=["E0001", "E0002"], F3=["E0003"])
        shown = record("audit-report", "2026-02-01", seen=["F1", "E0001"])
        covers = {"population": name, "key": "data.seen[]"}

        (gap,) = judged({"evidence": "audit-report", "covers": covers}, facts(old, new, shown)).gaps

        assert (gap.code, gap.values["missing"]) == ("MN225", missing)

    def test_a_population_without_items_and_key_is_refused(self) -> None:
        with pytest.raises(ValidationError, match="items or a key"):
            population({"id": "nothing", "from": "spi-file-ledger"})


class TestTheSamePaperTwice:
    RULE: ClassVar[dict[str, Any]] = {"evidence": "training-record", "max_age": "P12M"}

    @staticmethod
    def with_attachments(record: Any, on: str, *digests: str) -> Any:
        found = record("training-record", on)
        found.value["attachments"] = [{"path": f"files/{d}", "sha256": d * 64} for d in digests]
        return found

    def test_is_remarked_and_changes_nothing(self, judged: Any, facts: Any, record: Any) -> None:
        records = [
            self.with_attachments(record, "2025-08-01", "a", "b"),
            self.with_attachments(record, "2025-09-01", "b"),
            self.with_attachments(record, "2025-10-01", "c", "c"),
            record("training-record", "2025-11-01"),
        ]

        outcome = judged(self.RULE, facts(*records))

        assert outcome.gaps == []
        (remark,) = outcome.remarks
        assert remark.code == "MN231"
        assert remark.values["paths"] == (records[0].path, records[1].path)

    def test_is_told_once_for_the_same_records(self, judged: Any, facts: Any, record: Any) -> None:
        records = [self.with_attachments(record, f"2025-08-0{n}", "a", "b") for n in (1, 2)]

        assert len(judged(self.RULE, facts(*records)).remarks) == 1

    def test_is_of_no_interest_once_it_is_too_old(
        self, judged: Any, facts: Any, record: Any
    ) -> None:
        old = self.with_attachments(record, "2024-08-01", "a")
        new = self.with_attachments(record, "2025-08-01", "a")

        assert judged(self.RULE, facts(old, new)).remarks == []


class TestDoubtAboutARegisterThatARelationAsks:
    RULE: ClassVar[dict[str, Any]] = {
        "evidence": "use-record",
        "relations": [{"op": "member_of", "left": "data.by", "population": "handlers"}],
    }

    @pytest.mark.parametrize("by", ["E0001", "E0002"])
    def test_an_unreadable_roster_leaves_it_open(
        self, judged: Any, facts: Any, record: Any, by: str
    ) -> None:
        roles = [{"role": "handler", "code": "E0001", "from": "2025-01-01"}]
        roster = record("appointment", "2025-01-01", roles=roles)
        used = record("use-record", "2025-06-01", by=by)
        broken = [("appointment/x.yaml", "appointment")]

        assert judged(self.RULE, facts(roster, used, unreadable=broken)).doubt
        assert not judged(self.RULE, facts(roster, used)).doubt
