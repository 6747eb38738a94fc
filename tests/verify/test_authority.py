"""A signer must be entitled by the verifier's policy, and at the time that others vouch for."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from tests.trust_builder import AT, EXPIRES, ISSUED, Maker, changed, envelope, key, policy, signed

from mnaudit.errors import TrustError
from mnaudit.model.verdict import Check, Outcome
from mnaudit.signing.policy_chain import first_state
from mnaudit.signing.time_authority import TrustedTime
from mnaudit.signing.trust_policy import Role
from mnaudit.verify import Basis, verify_bundle
from mnaudit.verify.authority import advanced, policy as policy_step, signer_in_time
from mnaudit.verify.basis import NotAskedError, UndecidedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.verify.conftest import Bench

    from mnaudit.signing.trust_policy import TrustPolicy
    from mnaudit.signing.trust_state import TrustState
    from mnaudit.verify.checks import Examination

MINE = ("policy", "signer-authorized", "signer-in-time")
SECOND = timedelta(seconds=1)
ENDS: dict[tuple[type[TrustError], str], str] = {
    (TrustError, "MN493"): "failed",
    (UndecidedError, "MN494"): "undecided",
}


def trusting(bench: Bench, change: Callable[[Any], object] = lambda _: None) -> TrustPolicy:
    """The policy that gives role ``ci`` to the key of the bundle."""
    mine = bench.key.fingerprint

    def swap(value: Any) -> None:
        del value["keys"][key("ci").fingerprint]
        value["keys"][mine] = {
            "algorithm": str(bench.key.algorithm),
            "pem": bench.key.public.pem,
            "owner": "CI",
        }
        value["roles"]["ci"]["keys"] = [mine]
        value["verifiers"] = [{"key": mine, "verifier": "urn:mnaudit:verifier"}]
        change(value)

    return changed(policy(), swap)


def state_of(made: TrustPolicy) -> TrustState:
    return first_state(signed(made, "root-a", "root-b"))


def examine(bench: Bench, trust: TrustState, at: datetime = AT) -> dict[str, Check]:
    found = verify_bundle(io.BytesIO(bench.bundle()), Basis(trust=trust, at=at))
    return {check.id: check for check in found.checks}


def outcome(check: Check) -> tuple[Outcome, str | None]:
    return check.outcome, check.code


# The whole bundle


def test_a_signer_whom_the_policy_knows_passes(either_bench: Bench) -> None:
    checks = examine(either_bench, state_of(trusting(either_bench)))

    assert [outcome(checks[name]) for name in MINE] == [(Outcome.PASSED, None)] * 3


def test_without_a_trust_state_nothing_is_asked(bench: Bench) -> None:
    found = verify_bundle(io.BytesIO(bench.bundle()), Basis(pin=bench.pin))
    checks = {check.id: check for check in found.checks}

    told = [outcome(checks[name]) for name in MINE]

    assert told == [(Outcome.NOT_APPLICABLE, "MN481")] * 3


def test_a_trust_state_without_a_clock_is_a_mistake_and_no_pass(bench: Bench) -> None:
    with pytest.raises(ValueError, match="time"):
        verify_bundle(io.BytesIO(bench.bundle()), Basis(trust=state_of(policy())))


def test_a_key_without_the_role_ci_is_refused(bench: Bench) -> None:
    checks = examine(bench, state_of(policy()))

    assert outcome(checks["signer-authorized"]) == (Outcome.FAILED, "MN491")


def test_a_key_of_another_role_is_refused(bench: Bench) -> None:
    def demote(value: Any) -> None:
        ci = key("ci")
        value["roles"]["submitter"] = {"keys": [bench.key.fingerprint], "threshold": 1}
        value["roles"]["ci"]["keys"] = [ci.fingerprint]
        value["verifiers"] = [{"key": ci.fingerprint, "verifier": "urn:mnaudit:verifier"}]
        entry = {"algorithm": "ed25519", "pem": ci.public.pem, "owner": "another"}
        value["keys"][ci.fingerprint] = entry

    checks = examine(bench, state_of(trusting(bench, demote)))

    assert outcome(checks["signer-authorized"]) == (Outcome.FAILED, "MN491")


@pytest.mark.parametrize("verifiers", [[], ["urn:other:verifier"]])
def test_a_key_that_may_not_sign_for_this_verifier_is_refused(
    bench: Bench, verifiers: list[str]
) -> None:
    def grant(value: Any) -> None:
        value["verifiers"] = [
            {"key": bench.key.fingerprint, "verifier": name} for name in verifiers
        ]

    check = examine(bench, state_of(trusting(bench, grant)))["signer-authorized"]

    assert outcome(check) == (Outcome.FAILED, "MN492")
    assert check.values["what"] == "urn:mnaudit:verifier"


def test_cve_2026_39395_a_type_of_statement_that_is_not_allowed_is_refused(bench: Bench) -> None:
    def forbid(value: Any) -> None:
        value["predicate_types"] = ["urn:mnaudit:predicate:compliance-status:v1"]

    check = examine(bench, state_of(trusting(bench, forbid)))["signer-authorized"]

    assert outcome(check) == (Outcome.FAILED, "MN492")
    assert check.values["what"] == "urn:mnaudit:predicate:evidence-manifest:v1"


@pytest.mark.parametrize("at", [EXPIRES + SECOND, ISSUED - SECOND], ids=str)
def test_with_a_policy_that_is_not_current_nothing_is_decided(bench: Bench, at: datetime) -> None:
    checks = examine(bench, state_of(trusting(bench)), at)

    assert outcome(checks["policy"]) == (Outcome.UNKNOWN, "MN490")
    assert checks["signer-authorized"].outcome is Outcome.UNKNOWN


def test_the_status_of_another_organization_is_refused(bench: Bench) -> None:
    def move(value: Any) -> None:
        value["organization"]["corporate_number"] = "7000000000002"

    checks = examine(bench, state_of(trusting(bench, move)))

    assert outcome(checks["policy"]) == (Outcome.FAILED, "MN489")


# Policies in the bundle


def renewed(bench: Bench) -> tuple[TrustState, bytes]:
    """A state with version 1, which does not know the signer, and version 2, which does."""
    maker = Maker(changed(trusting(bench), lambda value: value.update(version=2)))
    return state_of(policy()), maker.issue()


def test_a_newer_policy_in_the_bundle_is_reached(bench: Bench) -> None:
    state, second = renewed(bench)
    bench.members["trust/policy.v2.dsse.json"] = second

    checks = examine(bench, state)

    assert [outcome(checks[name]) for name in MINE] == [(Outcome.PASSED, None)] * 3


def test_a_policy_in_the_bundle_is_never_a_root(bench: Bench) -> None:
    def take_over(value: Any) -> None:
        thief = key("thief")
        entry = {"algorithm": "ed25519", "pem": thief.public.pem, "owner": "thief"}
        value["keys"][thief.fingerprint] = entry
        value["roles"]["root"] = {"keys": [thief.fingerprint], "threshold": 1}
        value["version"] = 2

    own = changed(trusting(bench), take_over)
    bench.members["trust/policy.v2.dsse.json"] = envelope(own, "thief")

    checks = examine(bench, state_of(policy()))

    assert outcome(checks["policy"]) == (Outcome.FAILED, "MN486")


def test_older_copies_in_the_bundle_change_nothing(bench: Bench) -> None:
    _, second = renewed(bench)
    state = first_state(
        signed(
            Maker(changed(trusting(bench), lambda value: value.update(version=2))).newest,
            "root-a",
            "root-b",
        )
    )
    bench.members["trust/policy.v1.dsse.json"] = envelope(policy(), "root-a", "root-b")
    bench.members["trust/policy.v2.dsse.json"] = second

    assert outcome(examine(bench, state)["policy"]) == (Outcome.PASSED, None)


def test_cve_2026_44544_another_policy_of_the_known_version_is_refused(bench: Bench) -> None:
    other = changed(trusting(bench), lambda value: value.update(max_status_age="P9Y"))
    bench.members["trust/policy.v1.dsse.json"] = envelope(other, "root-a", "root-b")

    checks = examine(bench, state_of(trusting(bench)))

    assert outcome(checks["policy"]) == (Outcome.FAILED, "MN488")


def test_a_damaged_policy_in_the_bundle_is_refused(bench: Bench) -> None:
    bench.members["trust/policy.v2.dsse.json"] = b"{}"

    checks = examine(bench, state_of(trusting(bench)))

    assert outcome(checks["policy"]) == (Outcome.FAILED, "MN475")


def test_a_skipped_version_in_the_bundle_is_refused(bench: Bench) -> None:
    third = Maker(changed(trusting(bench), lambda value: value.update(version=3)))
    bench.members["trust/policy.v3.dsse.json"] = third.issue()

    checks = examine(bench, state_of(trusting(bench)))

    assert outcome(checks["policy"]) == (Outcome.FAILED, "MN487")


# Time


def timed(
    signed_at: datetime | None,
    *,
    demands: dict[str, Any] | None = None,
    at: datetime = AT,
    source: Any = "tsa",
    **limits: Any,
) -> str:
    """Judge the CI key with these limits; return the outcome in one word."""

    def limit(value: Any) -> None:
        value["keys"][key("ci").fingerprint].update(limits)

    made = changed(policy(), limit)
    if demands is not None:
        made = made.model_copy(update={"demands": made.demands.model_copy(update=demands)})
    said = None if signed_at is None else TrustedTime(signed_at, source, "somebody trusted")
    on = SimpleNamespace(
        basis=Basis(trust=state_of(policy()), at=at),
        policy=made,
        key=key("ci").public,
        signed_at=said,
    )
    try:
        signer_in_time(cast("Examination", on))
    except TrustError as error:
        return ENDS[type(error), error.code]
    return "passed"


MOMENT = datetime(2026, 5, 1, tzinfo=UTC)
TEXT = "2026-05-01T00:00:00Z"


@pytest.mark.parametrize("reason", ["superseded", "compromised"])
@pytest.mark.parametrize("source", ["tsa", "witness"])
@pytest.mark.parametrize(("offset", "verdict"), [(-1, "passed"), (0, "failed"), (1, "failed")])
def test_a_revoked_key_counts_for_what_provably_existed_before(
    reason: str, source: str, offset: int, verdict: str
) -> None:
    signed_at = MOMENT + offset * SECOND
    revoked = {"at": TEXT, "reason": reason}

    assert timed(signed_at, source=source, revoked=revoked) == verdict


@pytest.mark.parametrize("reason", ["superseded", "compromised"])
@pytest.mark.parametrize("at", [MOMENT - SECOND, MOMENT, MOMENT + SECOND], ids=str)
def test_without_trusted_time_nothing_is_said_of_a_revoked_key(reason: str, at: datetime) -> None:
    assert timed(None, at=at, revoked={"at": TEXT, "reason": reason}) == "undecided"


@pytest.mark.parametrize(
    ("offset", "before", "after"),
    [(-1, "failed", "passed"), (0, "passed", "passed"), (1, "passed", "failed")],
)
def test_cve_2026_54787_a_key_counts_within_its_window_at_the_trusted_time(
    offset: int, before: str, after: str
) -> None:
    signed_at = MOMENT + offset * SECOND

    assert timed(signed_at, not_before=TEXT) == before
    assert timed(signed_at, not_after=TEXT) == after


def test_the_clock_of_the_verifier_does_not_matter_beside_a_trusted_time() -> None:
    late = MOMENT + timedelta(days=3650)

    assert timed(MOMENT - SECOND, at=late, not_after=TEXT) == "passed"


@pytest.mark.parametrize(
    ("offset", "before", "after"),
    [(-1, "failed", "passed"), (0, "passed", "passed"), (1, "passed", "undecided")],
)
def test_without_trusted_time_only_a_key_that_is_valid_now_passes(
    offset: int, before: str, after: str
) -> None:
    at = MOMENT + offset * SECOND

    assert timed(None, at=at, not_before=TEXT) == before
    assert timed(None, at=at, not_after=TEXT) == after


def test_a_demanded_time_stamp_that_is_missing_leaves_it_open() -> None:
    assert timed(None, demands={"time_stamp": True}) == "undecided"
    assert timed(None) == "passed"


# What is remembered


def test_nothing_new_changes_nothing() -> None:
    state = state_of(policy())

    assert advanced(state, b"", None) == state
    assert advanced(state, state.policy.encode(), None) == state
    assert advanced(state, envelope(policy(), "root-b", "root-c"), None) == state


def test_a_newer_policy_and_a_checkpoint_are_remembered() -> None:
    maker = Maker()
    data = maker.next()

    state = advanced(state_of(policy()), data, "a checkpoint")

    assert state.policy.encode() == data
    assert state.checkpoint == "a checkpoint"
    assert state.first_pin == state_of(policy()).first_pin


def test_a_checkpoint_is_never_forgotten() -> None:
    state = state_of(policy()).model_copy(update={"checkpoint": "a checkpoint"})

    assert advanced(state, b"", None).checkpoint == "a checkpoint"


def test_an_older_or_another_policy_is_not_remembered() -> None:
    maker = Maker()
    first, state = maker.issue(), advanced(state_of(policy()), maker.next(), None)
    other = changed(maker.newest, lambda value: value.update(max_status_age="P9Y"))
    stranger = changed(
        maker.newest,
        lambda value: value["organization"].update(corporate_number="7000000000002"),
    )

    for data, code in (
        (first, "MN488"),
        (envelope(other, "root-a", "root-b"), "MN488"),
        (envelope(stranger, "root-a", "root-b"), "MN489"),
    ):
        with pytest.raises(TrustError) as refused:
            advanced(state, data, None)
        assert refused.value.code == code


def test_a_bundle_without_json_in_a_payload_is_refused_by_its_type() -> None:
    from mnaudit.verify.authority import _predicate_type  # noqa: PLC0415

    assert [_predicate_type(data) for data in (b"\xff", b"[]", b"{}", b'{"predicateType":1}')] == [
        "?"
    ] * 4


def test_a_step_that_is_not_asked_says_so() -> None:
    on = SimpleNamespace(basis=Basis(pin="0" * 64))

    with pytest.raises(NotAskedError):
        policy_step(cast("Examination", on))
    assert Role.CI in policy().roles
