"""Relations compare what a schema cannot."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

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

    found = violation(relation(op), subject, facts(), {})

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

    found = violation(relation("subset_of", "data.l[]", "data.r[]"), subject, facts(), {})

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

    found = violation(relation("within", period="P30D"), subject, facts(), {})

    assert (found is None) is kept


def test_a_relation_binds_only_when_its_condition_holds(facts: Any, record: Any) -> None:
    when = {"properties": {"outsourced": {"const": True}}, "required": ["outsourced"]}
    same = {"l": "E0001", "r": "E0001"}

    inside = record("disposal-record", "2026-01-10", outsourced=False, **same)
    outside = record("disposal-record", "2026-01-10", outsourced=True, **same)

    assert violation(relation("differs", when=when), inside, facts(), {}) is None
    assert violation(relation("differs", when=when), outside, facts(), {}) is not None


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

        assert violation(self.RULE, ours, facts(ours, theirs), {}) is None

    def test_serials_may_be_spread_over_several_partners(self, facts: Any, record: Any) -> None:
        items = [{"serial": "S1"}, {"serial": "S2"}]
        ours = record("disposal-record", "2026-01-10", record_no="D-1", items=items)
        parts = [
            record("disposal-certificate", day, record_nos=["D-1"], items=[item])
            for day, item in zip(("2026-01-20", "2026-01-21"), items, strict=True)
        ]

        assert violation(self.RULE, ours, facts(ours, *parts), {}) is None

    def test_serials_that_nobody_names_are_listed(self, facts: Any, record: Any) -> None:
        items = [{"serial": "S2"}, {"serial": "S1"}, {}]
        ours = record("disposal-record", "2026-01-10", record_no="D-1", items=items)
        theirs = record("disposal-certificate", "2026-01-20", record_nos=["D-1"], items=[])

        found = violation(self.RULE, ours, facts(ours, theirs), {})

        assert isinstance(found, Violation)
        assert (found.code, found.values["missing"]) == ("MN227", ("S1", "S2"))

    def test_without_a_partner_the_number_is_named(self, facts: Any, record: Any) -> None:
        ours = record("disposal-record", "2026-01-10", record_no="D-1", items=[])
        stranger = record("disposal-certificate", "2026-01-20", record_nos=["D-2"], items=[])

        found = violation(self.RULE, ours, facts(ours, stranger), {})

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

        found = violation(rule, record("disposal-record", on, record_no="D-1"), facts(), {})

        assert found == expected if expected else isinstance(found, Violation)

    def test_without_a_key_there_is_nothing_to_match(self, facts: Any, record: Any) -> None:
        assert violation(self.RULE, record("disposal-record", "2026-01-10"), facts(), {}) is None

    def test_without_a_subset_a_partner_is_enough(self, facts: Any, record: Any) -> None:
        rule = relation(
            "matches", "data.record_no", "data.record_nos[]", evidence="disposal-certificate"
        )
        ours = record("disposal-record", "2026-01-10", record_no="D-1")
        theirs = record("disposal-certificate", "2026-01-20", record_nos=["D-1"])

        assert violation(rule, ours, facts(theirs), {}) is None


class TestItemByItem:
    """Fields of one list are compared within each item."""

    @staticmethod
    def entries(record: Any, *pairs: tuple[Any, Any], **more: Any) -> Any:
        items = [{k: v for k, v in (("l", a), ("r", b)) if v is not None} for a, b in pairs]
        return record("carry-record", "2026-01-10", e=items, **more)

    @pytest.mark.parametrize(
        ("op", "pairs", "kept"),
        [
            pytest.param("differs", [("A", "B"), ("B", "A")], True, id="two carry for each other"),
            pytest.param("differs", [("A", "B"), ("B", "B")], False, id="one for himself"),
            pytest.param("equals", [("A", "A"), ("B", "B")], True, id="each equal"),
            pytest.param("equals", [("A", "B"), ("B", "A")], False, id="equal only together"),
            pytest.param("equals", [("A", "A"), ("B", None)], False, id="one equal to nothing"),
            pytest.param("equals", [("A", "A"), (None, "B")], True, id="one without left"),
            pytest.param(
                "before",
                [("2026-01-01", "2026-01-02"), ("2026-03-01", "2026-03-02")],
                True,
                id="each before",
            ),
            pytest.param(
                "before",
                [("2026-01-01", "2026-01-02"), ("2026-03-03", "2026-03-02")],
                False,
                id="one after",
            ),
        ],
    )
    def test_what_holds_holds_for_each(
        self, facts: Any, record: Any, op: str, pairs: Any, *, kept: bool
    ) -> None:
        subject = self.entries(record, *pairs)

        found = violation(relation(op, "data.e[].l", "data.e[].r"), subject, facts(), {})

        assert (found is None) is kept

    def test_a_list_in_an_item_is_held_against_that_item(self, facts: Any, record: Any) -> None:
        files = [{"holders": ["A", "B"], "owner": "C"}, {"holders": ["C"], "owner": "A"}]
        rule = relation("differs", "data.files[].holders[]", "data.files[].owner")
        subject = record("spi-file-ledger", "2026-01-10", files=files)
        files_again = [*files, {"holders": ["C", "A"], "owner": "A"}]
        other = record("spi-file-ledger", "2026-01-10", files=files_again)

        assert violation(rule, subject, facts(), {}) is None
        assert violation(rule, other, facts(), {}) is not None

    def test_a_list_is_held_against_a_field_outside(self, facts: Any, record: Any) -> None:
        rule = relation("differs", "data.e[].l", "data.chief")
        subject = self.entries(record, ("A", None), ("B", None), chief="B")

        assert violation(rule, subject, facts(), {}) is not None


class TestAtLeast:
    @pytest.mark.parametrize(
        ("scores", "bound", "kept"),
        [
            pytest.param([80, 90], {"right": "data.pass"}, True, id="all reach it"),
            pytest.param([80, 79], {"right": "data.pass"}, False, id="one does not"),
            pytest.param([80], {"right": "data.absent"}, False, id="there is nothing to reach"),
            pytest.param([], {"right": "data.pass"}, True, id="there is nobody"),
            pytest.param([80, 90], {"value": 80}, True, id="a fixed number"),
            pytest.param([80, 79], {"value": 80}, False, id="below a fixed number"),
        ],
    )
    def test_a_number_reaches_another(
        self, facts: Any, record: Any, scores: list[int], bound: dict[str, Any], *, kept: bool
    ) -> None:
        values = {"op": "at_least", "left": "data.scores[]", **bound}
        subject = record("training-record", "2026-01-10", scores=scores, **{"pass": 80})

        found = violation(RELATION.validate_python(values), subject, facts(), {})

        assert (found is None) is kept
        if isinstance(found, Violation):
            assert found.code == "MN206"
            assert found.values["right"] == str(bound.get("value", bound.get("right")))

    def test_numbers_of_one_item_are_compared_with_each_other(
        self, facts: Any, record: Any
    ) -> None:
        rule = relation("at_least", "data.e[].l", "data.e[].r")

        for pairs, kept in (([(3, 3), (9, 5)], True), ([(3, 3), (4, 5)], False)):
            subject = TestItemByItem.entries(record, *pairs)
            assert (violation(rule, subject, facts(), {}) is None) is kept

    @pytest.mark.parametrize("bound", [{}, {"right": "data.r", "value": 1}])
    def test_there_is_exactly_one_bound(self, bound: dict[str, Any]) -> None:
        with pytest.raises(ValidationError):
            RELATION.validate_python({"op": "at_least", "left": "data.l", **bound})


class TestMemberOf:
    @pytest.fixture
    def roster(self, record: Any) -> Any:
        roles = [
            {"role": "handler", "code": "E0001", "from": "2025-01-01", "to": "2025-12-31"},
            {"role": "handler", "code": "E0002", "from": "2025-01-01"},
        ]
        return record("appointment", "2025-01-01", roles=roles)

    @staticmethod
    def rule(**more: str) -> Any:
        values = {"op": "member_of", "left": "data.e[].code", "population": "handlers", **more}
        return RELATION.validate_python(values)

    @pytest.mark.parametrize(
        ("on", "codes", "missing"),
        [
            pytest.param("2025-12-31", ["E0001", "E0002"], (), id="on the last day"),
            pytest.param("2026-01-01", ["E0001", "E0002"], ("E0001",), id="a day too late"),
            pytest.param("2025-06-01", ["E0003"], ("E0003",), id="never in the register"),
        ],
    )
    def test_members_are_those_of_the_day_of_the_record(
        self,
        facts: Any,
        record: Any,
        populations: Any,
        roster: Any,
        *,
        on: str,
        codes: list[str],
        missing: tuple[str, ...],
    ) -> None:
        subject = record("use-record", on, e=[{"code": code} for code in codes])

        found = violation(self.rule(), subject, facts(subject, roster), populations)

        if not missing:
            assert found is None
            return
        told = {"kind": "use-record", "path": subject.path, "population": "handlers"}
        assert found == Violation("MN233", {**told, "missing": missing})

    def test_a_day_of_the_item_counts_instead(
        self, facts: Any, record: Any, populations: Any, roster: Any
    ) -> None:
        entries = [{"code": "E0001", "on": "2025-12-31"}, {"code": "E0002", "on": "2026-01-02"}]
        subject = record("use-record", "2026-01-31", e=entries)
        by_item = self.rule(on="data.e[].on")

        assert violation(by_item, subject, facts(subject, roster), populations) is None
        assert violation(self.rule(), subject, facts(subject, roster), populations) is not None


class TestSelectionBeforeContract:
    RULE = RELATION.validate_python(
        {
            "op": "matches",
            "evidence": "vendor-assessment",
            "left": "data.vendor",
            "right": "data.vendor",
            "where": {"properties": {"type": {"const": "select"}}, "required": ["type"]},
            "precedes": {"left": "data.signed_on", "right": "data.assessed_on"},
        }
    )

    @pytest.mark.parametrize(
        ("other", "kept"),
        [
            pytest.param({}, True, id="before"),
            pytest.param({"assessed_on": "2025-05-01"}, True, id="on the same day"),
            pytest.param({"assessed_on": "2025-05-02"}, False, id="after"),
            pytest.param({"assessed_on": None}, False, id="at no time"),
            pytest.param({"type": "periodic"}, False, id="of another kind"),
            pytest.param({"vendor": "B"}, False, id="of another vendor"),
        ],
    )
    def test_the_vendor_was_assessed_before(
        self, facts: Any, record: Any, other: dict[str, Any], *, kept: bool
    ) -> None:
        contract = record("vendor-contract", "2025-05-01", vendor="A", signed_on="2025-05-01")
        said = {"vendor": "A", "type": "select", "assessed_on": "2025-04-20", **other}
        assessed = record("vendor-assessment", "2025-04-20", **said)

        found = violation(self.RULE, contract, facts(contract, assessed), {})

        assert (found is None) is kept
        if isinstance(found, Violation):
            assert (found.code, found.values["key"]) == ("MN226", ("A",))

    def test_without_a_day_of_its_own_nothing_precedes_it(self, facts: Any, record: Any) -> None:
        contract = record("vendor-contract", "2025-05-01", vendor="A")
        assessed = record("vendor-assessment", "2025-04-20", vendor="A", type="select")

        assert violation(self.RULE, contract, facts(contract, assessed), {}) is not None
