"""A company adjusts the catalog: what then applies, and when less is asked."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from mnaudit.assess.assessment import assess
from mnaudit.assess.facts import gather
from mnaudit.assess.tailor import resolve, tailor
from mnaudit.model.assessment import FindingStatus
from mnaudit.model.catalog import Catalog
from mnaudit.model.control import Tier
from mnaudit.model.tailoring import Tailoring

TEXT = {"ja": "日本語", "en": "English"}
DIGEST = "5f3b1c9e" * 8
SMALL = {"organization": "8000000000001", "name": "株式会社見本商事", "employees": 42}
LARGE = {**SMALL, "employees": 300}
FRESH: dict[str, Any] = {"evidence": "training-record", "max_age": "P12M"}
AUDIT: dict[str, Any] = {"evidence": "audit-report", "max_age": "P12M"}


def expects(*requires: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"statement": TEXT, "comment": TEXT, "requires": requires, **more}


def control(name: str, *requires: dict[str, Any], **more: Any) -> dict[str, Any]:
    cited = [{"measure": "D-b", "basis": "duty"}]
    minimum = expects(*(requires or (FRESH,)), **more.pop("minimum", {}))
    return {"id": name, "title": TEXT, "citations": cited, "minimum": minimum, **more}


def kind(name: str) -> dict[str, Any]:
    texts = dict.fromkeys(("title", "description", "signatory"), TEXT)
    return {"id": name, **texts, "retention": "P7Y"}


def catalog(*controls: dict[str, Any]) -> Catalog:
    measure = {"title": TEXT, "section": "別添1", "duty": "must", "sme_relief": True}
    large = {"properties": {"employees": {"minimum": 101}}, "required": ["employees"]}
    small = {"properties": {"employees": {"maximum": 100}}, "required": ["employees"]}
    return Catalog.model_validate(
        {
            "id": "mnaudit",
            "version": "0.1.0",
            "edition": "2025-06",
            "title": TEXT,
            "guideline": TEXT,
            "groups": [{"id": "ORG", "title": TEXT}, {"id": "PER", "title": TEXT}],
            "sme": {"when": small, "source": TEXT},
            "scopes": [{"id": "large", "title": TEXT, "when": large, "otherwise": TEXT}],
            "measures": [{"id": "D-b", "summary": TEXT, **measure}],
            "populations": [],
            "kinds": [kind("training-record"), kind("audit-report")],
            "controls": list(controls),
            "sha256": "0" * 64,
        }
    )


def tailoring(*changes: dict[str, Any], **more: Any) -> Tailoring:
    given = [
        {"control": "PER-b-01", "tier": "minimum", "reason": "当社の都合", **c} for c in changes
    ]
    return Tailoring.model_validate({"extends": "mnaudit@0.1.0", "changes": given, **more})


def requires(given: Catalog, own: Tailoring | None, organization: dict[str, Any] = LARGE) -> Any:
    (applied,) = resolve(given, organization, own)
    return applied


class TestWhatApplies:
    def test_without_tailoring_the_catalog_applies(self) -> None:
        applied = requires(catalog(control("PER-b-01")), None)

        assert (applied.control, applied.tier) == ("PER-b-01", Tier.MINIMUM)
        assert [each.evidence for each in applied.requires] == ["training-record"]
        assert (applied.reason, applied.sme, applied.own, applied.tailored) == (
            None,
            False,
            False,
            None,
        )

    def test_what_does_not_bind_says_why_and_asks_nothing(self) -> None:
        given = catalog(control("PER-b-01", applies=["large"]))

        applied = requires(given, None, SMALL)

        assert (applied.reason, applied.requires) == ("large", ())
        assert applied.otherwise == given.scope["large"].otherwise

    def test_a_small_business_is_asked_by_the_alternative(self) -> None:
        given = catalog(control("PER-b-01", minimum={"sme": [AUDIT]}))

        for organization, kinds in ((SMALL, ["audit-report"]), (LARGE, ["training-record"])):
            applied = requires(given, None, organization)
            assert [each.evidence for each in applied.requires] == kinds
            assert applied.sme is (organization is SMALL)

    def test_both_tiers_are_listed_in_the_order_of_the_sheet(self) -> None:
        given = catalog(control("PER-b-02", optional=expects(AUDIT)), control("PER-b-03"))
        own = tailoring(controls=[control("PER-b-01"), control("ORG-own-01")])

        found = [(each.control, each.tier, each.own) for each in resolve(given, LARGE, own)]

        assert found == [
            ("ORG-own-01", "minimum", True),
            ("PER-b-01", "minimum", True),
            ("PER-b-02", "minimum", False),
            ("PER-b-02", "optional", False),
            ("PER-b-03", "minimum", False),
        ]


class TestChanges:
    def test_an_added_requirement_binds_a_small_business_too(self) -> None:
        given = catalog(control("PER-b-01", minimum={"sme": [FRESH]}))
        own = tailoring({"add": [AUDIT]})

        for organization in (SMALL, LARGE):
            applied = requires(given, own, organization)
            assert [each.evidence for each in applied.requires] == [
                "training-record",
                "audit-report",
            ]
            assert applied.tailored is None

    def test_numbers_are_those_of_the_catalog(self) -> None:
        given = catalog(control("PER-b-01", FRESH, AUDIT, {**FRESH, "max_age": "P2Y"}))
        change = {
            "remove": [0],
            "max_age": [{"requirement": 2, "max_age": "P1Y"}],
            "add": [{**AUDIT, "min": 2}],
        }

        applied = requires(given, tailoring(change))

        assert [(each.evidence, each.max_age, each.min) for each in applied.requires] == [
            ("audit-report", "P12M", 1),
            ("training-record", "P1Y", 1),
            ("audit-report", "P12M", 2),
        ]
        assert applied.tailored == "当社の都合"

    def test_the_alternative_is_changed_by_itself(self) -> None:
        given = catalog(control("PER-b-01", minimum={"sme": [FRESH, AUDIT]}))
        own = tailoring({"sme": True, "remove": [0]})

        small, large = (requires(given, own, each) for each in (SMALL, LARGE))

        assert [each.evidence for each in small.requires] == ["audit-report"]
        assert small.tailored == "当社の都合"
        assert [each.evidence for each in large.requires] == ["training-record"]
        assert large.tailored is None

    def test_the_optional_tier_is_changed_by_itself(self) -> None:
        given = catalog(control("PER-b-01", optional=expects(FRESH, AUDIT)))
        own = tailoring({"tier": "optional", "remove": [1]})

        minimum, optional = resolve(given, LARGE, own)

        assert minimum.tailored is None
        assert (optional.tailored, len(optional.requires)) == ("当社の都合", 1)

    def test_a_tier_that_the_row_does_not_have_cannot_be_changed(self) -> None:
        with pytest.raises(ValueError, match="PER-b-01"):
            requires(catalog(control("PER-b-01")), tailoring({"tier": "optional", "remove": [0]}))

    def test_a_change_changes_something(self) -> None:
        with pytest.raises(ValidationError):
            tailoring({})

    def test_what_was_looked_up_before_is_not_kept(self) -> None:
        given = catalog(control("PER-b-01"))
        assert given.control.keys() == {"PER-b-01"}

        tailored = tailor(given, tailoring(controls=[control("PER-b-02")]), DIGEST)

        assert tailored.control.keys() == {"PER-b-01", "PER-b-02"}
        assert (tailored.sha256, tailored.is_tailored) == (DIGEST, True)
        assert (given.sha256, given.is_tailored) == ("0" * 64, False)


@pytest.mark.parametrize(
    ("requirement", "max_age", "less"),
    [
        pytest.param(FRESH, "P6M", False, id="shorter"),
        pytest.param(FRESH, "P13M", True, id="longer"),
        pytest.param(FRESH, "P1Y", False, id="the same in years"),
        pytest.param(FRESH, "P12M", False, id="the same"),
        pytest.param(FRESH, "P366D", True, id="longer in most years"),
        pytest.param(FRESH, "P365D", False, id="never longer"),
        pytest.param({"evidence": "training-record"}, "P9Y", False, id="where there was no age"),
        pytest.param({**FRESH, "nil": True}, "P6M", True, id="a nil statement spans less"),
        pytest.param({**FRESH, "each": {"required": ["x"]}}, "P6M", True, id="violations drop out"),
        pytest.param(
            {**FRESH, "relations": [{"op": "differs", "left": "data.l", "right": "data.r"}]},
            "P6M",
            True,
            id="relations drop out",
        ),
        pytest.param({**FRESH, "nil": True}, "P12M", False, id="no change of a nil statement"),
    ],
)
def test_asking_for_less_is_marked(
    requirement: dict[str, Any],
    max_age: str,
    less: bool,  # noqa: FBT001
) -> None:
    own = tailoring({"max_age": [{"requirement": 0, "max_age": max_age}]})

    applied = requires(catalog(control("PER-b-01", requirement)), own)

    assert (applied.tailored is not None) is less
    assert applied.requires[0].max_age == max_age


def judged(given: Catalog, organization: dict[str, Any] = LARGE) -> Any:
    return assess(given, gather(given, organization, (), (), date(2026, 3, 31)))


def test_findings_tiers_and_catalog_say_that_less_is_asked() -> None:
    given = catalog(control("PER-b-01", FRESH, AUDIT, optional=expects(FRESH)), control("PER-b-02"))
    result = judged(tailor(given, tailoring({"remove": [1]}), DIGEST))

    assert [(f.control, f.tier, f.tailored) for f in result.findings] == [
        ("PER-b-01", "minimum", True),
        ("PER-b-01", "optional", False),
        ("PER-b-02", "minimum", False),
    ]
    assert [summary.tailored for summary in result.tiers] == [True, False]
    assert (result.catalog.tailored, result.catalog.sha256) == (True, DIGEST)


def test_asking_for_more_marks_the_catalog_only() -> None:
    result = judged(tailor(catalog(control("PER-b-01")), tailoring({"add": [AUDIT]}), DIGEST))

    assert result.findings[0].status is FindingStatus.NOT_SATISFIED
    assert not result.findings[0].tailored
    assert [summary.tailored for summary in result.tiers] == [False, False]
    assert result.catalog.tailored


def test_a_shipped_catalog_is_not_tailored() -> None:
    assert not judged(catalog(control("PER-b-01"))).catalog.tailored


def test_how_long_before_a_day_is_told_can_be_changed() -> None:
    given = catalog(control("PER-b-01"))

    assert tailor(given, tailoring(due_soon="P90D"), DIGEST).due_soon == "P90D"
    assert tailor(given, tailoring(), DIGEST).due_soon == given.due_soon == "P60D"
