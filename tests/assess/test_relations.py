"""Relations compare what a schema cannot."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import TypeAdapter

from mnaudit.assess.relations import Pending, Violation, violation
from mnaudit.model.control import Relation

RELATION: TypeAdapter[Any] = TypeAdapter(Relation)


def relation(op: str, left: str = "data.l", right: str = "data.r", **more: Any) -> Any:
    return RELATION.validate_python({"op": op, "left": left, "right": right, **more})


@pytest.mark.parametrize(
    ("op", "left", "right", "kept"),
    [
        pytest.param("before", "2026-01-01", "2026-01-02", True, id="a day before"),
        pytest.param("before", "2026-01-02", "2026-01-02", False, id="the same day is not before"),
        pytest.param("before", "2026-01-02", None, False, id="before nothing"),
        pytest.param("not_after", "2026-01-02", "2026-01-02", True, id="the same day is not after"),
        pytest.param("not_after", "2026-01-03", "2026-01-02", False, id="a day after"),
        pytest.param("not_after", "2026-01-03", None, False, id="not after nothing"),
        pytest.param("differs", "E0001", "E0002", True, id="two people"),
        pytest.param("differs", "E0001", "E0001", False, id="one person"),
        pytest.param("differs", "E0001", None, True, id="one person and nobody"),
        pytest.param("equals", "a", "a", True, id="equal"),
        pytest.param("equals", "a", "b", False, id="not equal"),
        pytest.param("equals", "a", None, False, id="equal to nothing"),
        pytest.param("before", None, "2026-01-02", True, id="an absent left field passes"),
    ],
)
def test_two_fields_are_compared(
    facts: Any, record: Any, op: str, left: str | None, right: str | None, *, kept: bool
) -> None:
    subject = record("disposal-record", "2026-01-10", l=left, r=right)

    found = violation(relation(op), subject, facts())

    assert (found is None) is kept
    if found is not None:
        told = {"kind": "disposal-record", "path": subject.path, "op": op}
        assert found == Violation("MN206", {**told, "left": "data.l", "right": "data.r"})


@pytest.mark.parametrize(
    ("left", "right", "kept"),
    [
        pytest.param(["a"], ["a", "b"], True, id="all inside"),
        pytest.param(["a", "c"], ["a", "b"], False, id="one outside"),
    ],
)
def test_a_list_can_be_held_against_another(
    facts: Any, record: Any, left: list[str], right: list[str], *, kept: bool
) -> None:
    subject = record("appointment", "2026-01-10", l=left, r=right)

    found = violation(relation("subset_of", "data.l[]", "data.r[]"), subject, facts())

    assert (found is None) is kept


@pytest.mark.parametrize(
    ("left", "right", "kept"),
    [
        pytest.param("2026-01-01", "2026-01-31", True, id="on the last day"),
        pytest.param("2026-01-01", "2026-01-01", True, id="on the first day"),
        pytest.param("2026-01-01", "2026-02-01", False, id="too late"),
        pytest.param("2026-01-02", "2026-01-01", False, id="too early"),
        pytest.param("2026-01-02", None, False, id="never"),
    ],
)
def test_a_day_lies_within_a_period_of_another(
    facts: Any, record: Any, left: str, right: str | None, *, kept: bool
) -> None:
    subject = record("disposal-record", "2026-01-10", l=left, r=right)

    found = violation(relation("within", period="P30D"), subject, facts())

    assert (found is None) is kept


def test_a_relation_binds_only_when_its_condition_holds(facts: Any, record: Any) -> None:
    when = {"properties": {"outsourced": {"const": True}}, "required": ["outsourced"]}
    same = {"l": "E0001", "r": "E0001"}

    inside = record("disposal-record", "2026-01-10", outsourced=False, **same)
    outside = record("disposal-record", "2026-01-10", outsourced=True, **same)

    assert violation(relation("differs", when=when), inside, facts()) is None
    assert violation(relation("differs", when=when), outside, facts()) is not None


class TestMatches:
    RULE = relation(
        "matches",
        "data.record_no",
        "data.record_nos[]",
        evidence="disposal-certificate",
        subset={"left": "data.items[].serial", "right": "data.items[].serial"},
    )

    def test_a_partner_that_names_all_serials_is_enough(self, facts: Any, record: Any) -> None:
        ours = record("disposal-record", "2026-01-10", record_no="D-1", items=[{"serial": "S1"}])
        theirs = record(
            "disposal-certificate", "2026-01-20", record_nos=["D-1"], items=[{"serial": "S1"}]
        )

        assert violation(self.RULE, ours, facts(ours, theirs)) is None

    def test_serials_may_be_spread_over_several_partners(self, facts: Any, record: Any) -> None:
        items = [{"serial": "S1"}, {"serial": "S2"}]
        ours = record("disposal-record", "2026-01-10", record_no="D-1", items=items)
        parts = [
            record("disposal-certificate", day, record_nos=["D-1"], items=[item])
            for day, item in zip(("2026-01-20", "2026-01-21"), items, strict=True)
        ]

        assert violation(self.RULE, ours, facts(ours, *parts)) is None

    def test_serials_that_nobody_names_are_listed(self, facts: Any, record: Any) -> None:
        items = [{"serial": "S2"}, {"serial": "S1"}, {}]
        ours = record("disposal-record", "2026-01-10", record_no="D-1", items=items)
        theirs = record("disposal-certificate", "2026-01-20", record_nos=["D-1"], items=[])

        found = violation(self.RULE, ours, facts(ours, theirs))

        assert isinstance(found, Violation)
        assert (found.code, found.values["missing"]) == ("MN227", ("S1", "S2"))

    def test_without_a_partner_the_number_is_named(self, facts: Any, record: Any) -> None:
        ours = record("disposal-record", "2026-01-10", record_no="D-1", items=[])
        stranger = record("disposal-certificate", "2026-01-20", record_nos=["D-2"], items=[])

        found = violation(self.RULE, ours, facts(ours, stranger))

        assert isinstance(found, Violation)
        assert (found.code, found.values["key"]) == ("MN226", ("D-1",))

    @pytest.mark.parametrize(
        ("on", "expected"),
        [
            pytest.param("2026-03-01", Pending(date(2026, 3, 31)), id="on its last day"),
            pytest.param("2026-02-28", None, id="a day too late"),
        ],
    )
    def test_a_partner_may_follow_within_a_period(
        self, facts: Any, record: Any, on: str, expected: Pending | None
    ) -> None:
        rule = relation(
            "matches",
            "data.record_no",
            "data.record_nos[]",
            evidence="disposal-certificate",
            within="P30D",
        )

        found = violation(rule, record("disposal-record", on, record_no="D-1"), facts())

        assert found == expected if expected else isinstance(found, Violation)

    def test_without_a_key_there_is_nothing_to_match(self, facts: Any, record: Any) -> None:
        assert violation(self.RULE, record("disposal-record", "2026-01-10"), facts()) is None

    def test_without_a_subset_a_partner_is_enough(self, facts: Any, record: Any) -> None:
        rule = relation(
            "matches", "data.record_no", "data.record_nos[]", evidence="disposal-certificate"
        )
        ours = record("disposal-record", "2026-01-10", record_no="D-1")
        theirs = record("disposal-certificate", "2026-01-20", record_nos=["D-1"])

        assert violation(rule, ours, facts(theirs)) is None
