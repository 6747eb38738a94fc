"""A waiver accepts the gaps that its approver saw, for a time, and nothing else."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from pydantic import ValidationError

from mnaudit.assess.facts import Facts
from mnaudit.assess.waivers import apply_waivers
from mnaudit.model.assessment import EvidenceRef, Finding, FindingStatus, Gap, WaiverState
from mnaudit.model.control import Tier
from mnaudit.model.document import Record
from mnaudit.model.waiver import Waiver, WaiverFile, facts_of

AS_OF = date(2026, 3, 31)
DIGEST = "5f3b1c9e" * 8
GAPS = (
    Gap(
        code="MN203",
        requirement=0,
        values={"kind": "training-record", "missing": ("E0012",), "since": "2025-03-31"},
    ),
)
OWNER = {"code": "E0003", "role": "総務課長"}
APPROVER = {"code": "E0001", "role": "代表取締役"}
GOOD: dict[str, Any] = {
    "id": "training-2026",
    "control": "PER-b-01",
    "tier": "minimum",
    "reason": "長期出張中のため",
    "owner": OWNER,
    "approver": APPROVER,
    "approved_on": "2026-01-10",
    "from": "2026-01-01",
    "until": "2026-06-30",
    "facts": facts_of(GAPS),
}


def finding(status: str = "not-satisfied", control: str = "PER-b-01", **more: Any) -> Finding:
    gaps = GAPS if status in {"not-satisfied", "indeterminate"} else ()
    return Finding(
        control=control, tier=Tier.MINIMUM, status=FindingStatus(status), gaps=gaps, **more
    )


def waiver(**other: Any) -> Waiver:
    value = {**GOOD, **other}
    return Waiver.model_validate({name: v for name, v in value.items() if v is not None})


def facts(*waivers: Waiver, records: tuple[Record, ...] = ()) -> Facts:
    file = WaiverFile("waivers.yaml", DIGEST, waivers)
    return Facts(AS_OF, {}, {"use-record": records}, {}, (), file)


def applied(*waivers: Waiver, to: Finding | None = None, **more: Any) -> tuple[Finding, list[Any]]:
    (found,), results = apply_waivers([to or finding()], facts(*waivers, **more))
    return found, [result.state for result in results]


def test_an_approved_waiver_waives_and_keeps_the_gaps_in_sight() -> None:
    found, states = applied(waiver())

    assert states == [WaiverState.APPLIED]
    assert found.status is FindingStatus.WAIVED
    assert found.gaps == GAPS
    assert found.waiver is not None
    assert found.waiver.model_dump() == {
        "id": "training-2026",
        "approver": "E0001",
        "until": date(2026, 6, 30),
    }
    assert [(remark.code, remark.requirement) for remark in found.remarks] == [("MN240", None)]
    assert found.evidence == (EvidenceRef(path="waivers.yaml", sha256=DIGEST),)


@pytest.mark.parametrize(
    ("other", "state", "code"),
    [
        pytest.param({"until": "2026-03-30"}, "expired", "MN242", id="expired yesterday"),
        pytest.param({"until": "2026-03-31"}, "applied", "MN240", id="on its last day"),
        pytest.param({"from": "2026-04-01"}, "pending", "MN247", id="begins tomorrow"),
        pytest.param({"from": "2026-03-31"}, "applied", "MN240", id="on its first day"),
        pytest.param({"approved_on": None}, "unapproved", "MN241", id="a draft"),
        pytest.param({"approved_on": "2026-04-01"}, "unapproved", "MN241", id="approved later"),
        pytest.param({"approver": OWNER}, "refused", "MN248", id="approved by its owner"),
        pytest.param({"until": "2027-01-01"}, "applied", "MN240", id="twelve months"),
        pytest.param({"until": "2027-01-02"}, "refused", "MN249", id="a day more"),
        pytest.param({"from": "2026-07-01"}, "refused", "MN249", id="ends before it begins"),
        pytest.param({"facts": "0" * 64}, "void", "MN245", id="the gaps changed"),
        pytest.param(
            {"compensating": ["use-record/x.yaml"]}, "unsupported", "MN239", id="no compensation"
        ),
    ],
)
def test_what_becomes_of_a_waiver(other: dict[str, Any], state: str, code: str) -> None:
    (found,), (result,) = apply_waivers([finding()], facts(waiver(**other)))

    assert (result.state, result.code) == (state, code)
    assert (found.status is FindingStatus.WAIVED) is (state == "applied")
    assert [remark.code for remark in found.remarks] == [code]
    assert result.values["waiver"] == "training-2026"


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("satisfied", "unused"),
        ("not-applicable", "unused"),
        ("indeterminate", "indeterminate"),
    ],
)
def test_only_what_is_not_satisfied_can_be_waived(status: str, state: str) -> None:
    found, states = applied(waiver(), to=finding(status))

    assert (found.status, states) == (status, [state])


def test_from_the_29th_of_february_twelve_months_end_on_the_28th() -> None:
    leap = {"from": "2024-02-29", "approved_on": "2024-02-29"}

    assert waiver(**leap, until="2025-02-28").refusal is None
    assert waiver(**leap, until="2025-03-01").refusal == "MN249"


@pytest.mark.parametrize("other", [{"control": "PER-b-09"}, {"tier": "optional"}])
def test_a_waiver_for_nothing_that_exists_is_told_beside_the_findings(
    other: dict[str, str],
) -> None:
    (found,), (result,) = apply_waivers([finding()], facts(waiver(**other)))

    assert (result.state, result.code) == (WaiverState.UNKNOWN, "MN243")
    assert found == finding()


def test_a_draft_and_a_void_waiver_show_the_digest_of_the_gaps_as_they_are() -> None:
    for other in ({"approved_on": None, "facts": None}, {"facts": "0" * 64}):
        _, (result,) = apply_waivers([finding()], facts(waiver(**other)))
        assert result.values["facts"] == facts_of(GAPS)


def test_the_digest_stays_while_only_the_day_moves() -> None:
    (gap,) = GAPS
    later = gap.model_copy(update={"values": gap.values | {"since": "2025-04-01"}})
    other = gap.model_copy(update={"values": gap.values | {"missing": ("E0012", "E0013")}})

    assert facts_of([later]) == facts_of(GAPS)
    assert facts_of([other]) != facts_of(GAPS)
    assert facts_of([gap, other]) == facts_of([other, gap])
    assert facts_of([]) != facts_of(GAPS)


def test_compensating_evidence_stands_with_the_finding() -> None:
    record = Record("use-record/x.yaml", "1" * 64, "use-record", AS_OF, {})
    other = Record("use-record/y.yaml", "2" * 64, "use-record", AS_OF, {})

    found, states = applied(waiver(compensating=[record.path]), records=(record, other))

    assert states == [WaiverState.APPLIED]
    assert [each.path for each in found.evidence] == ["use-record/x.yaml", "waivers.yaml"]


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_that_apply_the_one_that_lasts_longest_counts(turned: bool) -> None:  # noqa: FBT001
    short, long = waiver(id="short", until="2026-04-30"), waiver(id="long-er")
    order = [long, short] if turned else [short, long]

    found, states = applied(*order)

    assert found.waiver is not None
    assert found.waiver.id == "long-er"
    assert states == [
        WaiverState.APPLIED if each.id == "long-er" else WaiverState.UNUSED for each in order
    ]


def test_without_a_file_nothing_changes() -> None:
    assert apply_waivers([finding()], Facts(AS_OF, {}, {}, {}, ())) == ((finding(),), ())


@pytest.mark.parametrize("left_out", ["approver", "facts"])
def test_what_is_approved_has_an_approver_and_facts(left_out: str) -> None:
    with pytest.raises(ValidationError):
        waiver(**{left_out: None})


statuses = st.sampled_from([each.value for each in FindingStatus if each.value != "waived"])
days = st.dates(AS_OF - timedelta(days=400), AS_OF + timedelta(days=400)).map(str)
waivers = st.builds(
    waiver,
    id=st.sampled_from(["one-1", "two-2", "three"]),
    control=st.sampled_from(["PER-b-01", "PER-b-02", "PER-b-03"]),
    approver=st.sampled_from([OWNER, APPROVER]),
    approved_on=days | st.none(),
    **{"from": days, "until": days},
    facts=st.sampled_from([facts_of(GAPS), "0" * 64]),
)


def may_waive(used: Waiver, found: Finding) -> bool:
    return (
        (used.control, used.id) == (found.control, found.waiver and found.waiver.id)
        and used.approved_on is not None
        and used.since <= AS_OF <= used.until
        and used.refusal is None
    )


@settings(max_examples=300, deadline=None)
@given(st.tuples(statuses, statuses, statuses), st.lists(waivers, max_size=4))
def test_a_waiver_never_touches_another_control(
    states: tuple[str, str, str], given_: list[Waiver]
) -> None:
    findings = [finding(status, f"PER-b-0{n}") for n, status in enumerate(states, start=1)]

    after, results = apply_waivers(findings, facts(*given_))

    assert [each.state for each in results].count(WaiverState.APPLIED) == sum(
        each.status is FindingStatus.WAIVED for each in after
    )
    for old, new in zip(findings, after, strict=True):
        if not any(each.control == old.control for each in given_):
            assert new == old
        if new.status is not FindingStatus.WAIVED:
            assert new.status is old.status
            continue
        assert old.status is FindingStatus.NOT_SATISFIED
        assert any(may_waive(each, new) for each in given_)
        assert new.gaps == old.gaps
