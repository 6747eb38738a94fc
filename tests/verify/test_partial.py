"""A finding is derived again only if nothing that is withheld could change it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from mnaudit.model.assessment import FindingStatus, WaiverState
from mnaudit.model.verdict import Check, Disclosed, Outcome
from mnaudit.signing.predicates import FindingResult, ProblemRef, StatusPredicate
from mnaudit.verify.partial import Shown, compare_shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.verify.conftest import Bench

MET, OPEN, WAIVED, ABSENT = (
    "PER-b-01 minimum",
    "PER-b-01 optional",
    "PER-b-02 minimum",
    "PHY-c-01 minimum",
)
READS = {
    MET: frozenset({"training-record"}),
    OPEN: frozenset({"training-record", "self-check"}),
    # Nobody filed a nil statement: all of none are shown.
    WAIVED: frozenset({"nil-statement"}),
    ABSENT: frozenset[str](),
}
WAIVERS = 6


def reads(finding: FindingResult) -> frozenset[str]:
    return READS[f"{finding.control} {finding.tier}"]


@pytest.fixture
def signed(bench: Bench) -> StatusPredicate:
    """The status of the golden bundle."""
    return StatusPredicate.model_validate(bench.payload("status")["predicate"])


@pytest.fixture
def shown(signed: StatusPredicate) -> Shown:
    """What follows if everything is shown."""
    return Shown(
        status=signed,
        kinds={3: "self-check", 5: "training-record"},
        reads=reads,
        tiers=signed.tiers,
        valid_until=signed.valid_until,
        waivers=WAIVERS,
    )


def compared(signed: StatusPredicate, shown: Shown) -> tuple[Check, Disclosed]:
    return compare_shown(signed, shown, Disclosed(recipient="見本銀行", shown=4, total=7))


def with_problems(status: StatusPredicate, *problems: tuple[str, str]) -> StatusPredicate:
    found = tuple(ProblemRef(path=path, code=code) for path, code in problems)
    return status.model_copy(update={"problems": found})


def changed(signed: StatusPredicate, number: int, /, **update: Any) -> StatusPredicate:
    findings = list(signed.findings)
    findings[number] = findings[number].model_copy(update=update)
    return signed.model_copy(update={"findings": tuple(findings)})


def test_if_everything_is_shown_every_finding_is_derived_again(
    signed: StatusPredicate, shown: Shown
) -> None:
    check, disclosed = compared(signed, shown)

    assert check == Check(id="reevaluation", outcome=Outcome.PASSED)
    assert disclosed.covered == (MET, OPEN, WAIVED, ABSENT)
    assert disclosed.uncovered == ()
    assert (disclosed.recipient, disclosed.shown, disclosed.total) == ("見本銀行", 4, 7)


@pytest.mark.parametrize(
    ("kinds", "covered"),
    [
        pytest.param({5: "training-record"}, (MET, WAIVED, ABSENT), id="no self-check"),
        pytest.param({3: "self-check"}, (WAIVED, ABSENT), id="no training record"),
        pytest.param({}, (WAIVED, ABSENT), id="nothing"),
    ],
)
def test_a_finding_is_covered_only_if_all_documents_of_its_kinds_are_shown(
    signed: StatusPredicate, shown: Shown, kinds: dict[int, str], covered: tuple[str, ...]
) -> None:
    # What follows from less evidence is worse, and says nothing about the signed status.
    worse = changed(signed, 1, assurance=None)

    check, disclosed = compared(signed, replace(shown, kinds=kinds, status=worse))

    assert check.outcome is Outcome.PASSED
    assert disclosed.covered == covered
    assert {*disclosed.covered, *disclosed.uncovered} == READS.keys()


def test_some_of_many_documents_of_a_kind_do_not_cover_it(
    signed: StatusPredicate, shown: Shown
) -> None:
    many = signed.model_copy(update={"documents": {"self-check": 1, "training-record": 2}})

    _, disclosed = compared(many, shown)

    assert disclosed.uncovered == (MET, OPEN)


def test_a_finding_with_a_waiver_needs_the_file_of_waivers(
    signed: StatusPredicate, shown: Shown
) -> None:
    _, disclosed = compared(signed, replace(shown, waivers=None))

    assert disclosed.uncovered == (WAIVED,)


def test_a_finding_with_a_waiver_needs_what_is_done_instead(
    signed: StatusPredicate, shown: Shown
) -> None:
    lacking = frozenset({("PER-b-02", "minimum")})

    _, disclosed = compared(signed, replace(shown, uncompensated=lacking))

    assert disclosed.uncovered == (WAIVED,)


@pytest.mark.parametrize("path", ["leaf:4", "appointment/a.yaml", "leaf:", "leaf:x", "leaf:٣"])
def test_a_broken_file_that_is_not_shown_could_be_of_any_kind(
    signed: StatusPredicate, shown: Shown, path: str
) -> None:
    check, disclosed = compared(with_problems(signed, (path, "MN105")), shown)

    assert check.outcome is Outcome.PASSED
    assert disclosed.covered == (ABSENT,)


def test_a_broken_file_that_is_shown_changes_nothing(signed: StatusPredicate, shown: Shown) -> None:
    broken = with_problems(signed, ("leaf:4", "MN105"))

    _, disclosed = compared(broken, replace(shown, status=broken))

    assert disclosed.uncovered == ()


def test_a_document_that_lost_its_twin_does_not_cover_its_kind(
    signed: StatusPredicate, shown: Shown
) -> None:
    """Two documents had one id, so neither counted; only one of them is shown."""
    twin = with_problems(signed, ("leaf:5", "MN140"))

    check, disclosed = compared(twin.model_copy(update={"documents": {"self-check": 1}}), shown)

    assert check.outcome is Outcome.PASSED
    assert disclosed.uncovered == (MET, OPEN)


@pytest.mark.parametrize("code", ["MN125", "MN126"])
def test_a_document_without_its_attachment_covers_nothing(
    signed: StatusPredicate, shown: Shown, code: str
) -> None:
    lacking = replace(
        shown, status=with_problems(signed, ("leaf:5", code)), kinds={3: "self-check"}
    )

    check, disclosed = compared(signed, lacking)

    assert check.outcome is Outcome.PASSED
    assert disclosed.covered == (ABSENT,)


def test_a_problem_of_the_waivers_may_come_from_findings_that_are_not_covered(
    signed: StatusPredicate, shown: Shown
) -> None:
    status = with_problems(signed, (f"leaf:{WAIVERS}", "MN244"))

    check, disclosed = compared(signed, replace(shown, status=status))

    assert (check.outcome, disclosed.uncovered) == (Outcome.PASSED, ())


def test_if_nothing_is_covered_nothing_was_looked_at(signed: StatusPredicate, shown: Shown) -> None:
    check, disclosed = compared(
        signed, replace(shown, kinds={}, reads=lambda _: frozenset({"training-record"}))
    )

    assert (check.outcome, check.code) == (Outcome.UNKNOWN, "MN441")
    assert disclosed.covered == ()


# What no withheld evidence can excuse


@pytest.mark.parametrize(
    "lie",
    [
        pytest.param(
            lambda s: s.model_copy(update={"findings": s.findings[1:]}), id="a finding left out"
        ),
        pytest.param(
            lambda s: s.model_copy(update={"findings": s.findings[::-1]}), id="another order"
        ),
        pytest.param(
            lambda s: s.model_copy(update={"findings": (*s.findings, s.findings[0])}), id="twice"
        ),
        pytest.param(lambda s: s.model_copy(update={"sme": not s.sme}), id="lighter rules"),
        pytest.param(
            lambda s: s.model_copy(
                update={"organization": s.organization.model_copy(update={"name": "他社"})}
            ),
            id="another name",
        ),
        pytest.param(
            lambda s: s.model_copy(
                update={"catalog": s.catalog.model_copy(update={"tailored": False})}
            ),
            id="no tailoring",
        ),
        pytest.param(
            lambda s: s.model_copy(
                update={"tiers": s.tiers.model_copy(update={"optional": s.tiers.minimum})}
            ),
            id="a tier better than its findings",
        ),
        pytest.param(lambda s: s.model_copy(update={"valid_until": None}), id="for ever"),
        pytest.param(
            lambda s: s.model_copy(update={"documents": {"self-check": 1}}),
            id="fewer documents than are shown",
        ),
        pytest.param(
            lambda s: s.model_copy(
                update={
                    "waivers": (s.waivers[0].model_copy(update={"state": WaiverState.PENDING}),)
                }
            ),
            id="a waiver that does something else",
        ),
        pytest.param(lambda s: s.model_copy(update={"waivers": ()}), id="no waivers"),
    ],
)
def test_what_cannot_be_is_refused_however_much_is_withheld(
    signed: StatusPredicate, shown: Shown, lie: Callable[[StatusPredicate], StatusPredicate]
) -> None:
    check, _ = compared(lie(signed), shown)

    assert (check.outcome, check.code) == (Outcome.FAILED, "MN440")


def test_a_broken_document_that_the_status_does_not_call_broken_is_refused(
    signed: StatusPredicate, shown: Shown
) -> None:
    broken = replace(
        shown, status=with_problems(signed, ("leaf:5", "MN105")), kinds={3: "self-check"}
    )

    check, _ = compared(signed, broken)

    assert (check.outcome, check.code) == (Outcome.FAILED, "MN440")


def test_the_waiver_of_a_finding_that_is_not_covered_may_do_anything_else(
    signed: StatusPredicate, shown: Shown
) -> None:
    other = signed.waivers[0].model_copy(update={"state": WaiverState.PENDING})
    status = signed.model_copy(update={"waivers": (other,)})
    lacking = frozenset({("PER-b-02", "minimum")})

    check, _ = compared(signed, replace(shown, status=status, uncompensated=lacking))

    assert check.outcome is Outcome.PASSED


@pytest.mark.parametrize(
    "update",
    [
        {"status": FindingStatus.SATISFIED},
        {"gaps": ()},
        {"remarks": ()},
        {"evidence": (4,)},
        {"assurance": "evidenced"},
        {"tailored": False},
    ],
    ids=lambda update: next(iter(update)),
)
def test_a_covered_finding_that_says_anything_else_is_refused_by_name(
    signed: StatusPredicate, shown: Shown, update: dict[str, Any]
) -> None:
    check, disclosed = compared(changed(signed, 1, **update), shown)

    assert check == Check(
        id="reevaluation",
        outcome=Outcome.FAILED,
        code="MN400",
        values={"finding": OPEN, "count": 1},
    )
    assert OPEN in disclosed.covered


def test_a_finding_that_is_not_covered_is_not_compared(
    signed: StatusPredicate, shown: Shown
) -> None:
    check, disclosed = compared(
        changed(signed, 1, remarks=()), replace(shown, kinds={5: "training-record"})
    )

    assert (check.outcome, disclosed.uncovered) == (Outcome.PASSED, (OPEN,))
