"""The checks of a bundle that are about its log; all else in the bundle is good."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.log_bench import changed
from tests.trust_bench import (
    CI,
    EVIDENCE,
    LOG,
    NOW,
    ORIGIN,
    SEEN_AT,
    THIEF,
    VERIFIED_AT,
    WITNESSES,
    TrustBench,
    checkpoint_of,
    entry,
    first_policy,
    new_key,
    statements,
    trust_bench,
)

from mnaudit.model.verdict import Logged, Outcome, Result
from mnaudit.signing import container
from mnaudit.signing.note import (
    add_signature,
    cosign,
    read_checkpoint,
    read_note,
    sign,
    write_note,
)
from mnaudit.signing.policy_editing import policy_key, with_key
from mnaudit.signing.tlog_proof import (
    read_tlog_proof,
    write_leaf_hashes,
    write_tlog_proof,
)
from mnaudit.signing.trust_policy import Demands, Role
from mnaudit.verify import Basis

if TYPE_CHECKING:
    from mnaudit.signing.trust_policy import TrustPolicy

LOG_CHECKS = ("log-entry", "log-signed", "log-witnessed", "log-continues", "status-current")


@pytest.fixture
def bench() -> TrustBench:
    """The second status of a company; the auditor saw the first one."""
    made = trust_bench()
    # Not to be reached here: what the policies in the bundle say of the log.
    made.members.pop("trust/policy.v2.dsse.json")
    return made


def policy(made: TrustBench, wanted: TrustPolicy, seen: bytes | None = None) -> None:
    """Let the auditor have pinned another policy."""
    made.members.pop("trust/policy.v1.dsse.json", None)
    made.trusting(wanted, seen)


def outcome(made: TrustBench, name: str) -> tuple[Outcome, str | None]:
    return next((c.outcome, c.code) for c in made.examine().checks if c.id == name)


def test_an_honest_bundle_passes_all_checks_of_its_log(bench: TrustBench) -> None:
    assert [outcome(bench, name) for name in LOG_CHECKS] == [(Outcome.PASSED, None)] * 5
    assert bench.result() is Result.VALID


def test_the_verdict_names_the_signer_and_the_entry(bench: TrustBench) -> None:
    found = bench.verdict()
    proof = read_tlog_proof(bench.members[container.LOG_PROOF])
    checkpoint = read_checkpoint(read_note(proof.note))

    assert found.signed_by == "CI"
    assert found.logged == Logged(
        origin=ORIGIN, index=proof.index, size=checkpoint.size, root=checkpoint.root.hex()
    )


def test_what_was_not_established_is_not_named(bench: TrustBench) -> None:
    bench.log(log=THIEF, seen=())

    assert bench.verdict().logged is None
    assert bench.verdict().signed_by == "CI"

    policy(bench, first_policy().model_copy(update={"verifiers": ()}))
    assert bench.verdict().signed_by is None


def test_nothing_is_asked_of_a_bundle_without_a_log_if_nobody_demands_one() -> None:
    made = trust_bench(optional=False, time_stamp=False, log=False, witnesses=0)
    made.trusting(first_policy(time_stamp=False, log=False, witnesses=0))

    found = [outcome(made, name) for name in LOG_CHECKS[:4]]

    assert found == [(Outcome.NOT_APPLICABLE, "MN474")] * 4


def test_a_demanded_log_that_is_missing_leaves_the_verdict_open(bench: TrustBench) -> None:
    del bench.members[container.LOG_PROOF], bench.members[container.LOG_HASHES]
    bench.trusting(first_policy())

    assert outcome(bench, "log-entry") == (Outcome.UNKNOWN, "MN474")
    assert bench.result() is Result.INDETERMINATE


def test_a_log_that_was_there_before_cannot_be_held_back() -> None:
    made = trust_bench(time_stamp=False, log=False, witnesses=0)
    del made.members[container.LOG_PROOF], made.members[container.LOG_HASHES]

    assert outcome(made, "log-entry") == (Outcome.UNKNOWN, "MN474")


def test_a_policy_that_cannot_be_used_excuses_nothing() -> None:
    made = trust_bench(optional=False, log=False, witnesses=0)
    made.trusting(first_policy(log=False, witnesses=0))
    made.basis = replace(made.basis, at=NOW + timedelta(days=1000))

    assert outcome(made, "policy")[0] is Outcome.UNKNOWN
    assert outcome(made, "log-entry") == (Outcome.UNKNOWN, "MN474")


@pytest.mark.parametrize("gone", [container.LOG_PROOF, container.LOG_HASHES])
def test_half_a_log_is_refused(bench: TrustBench, gone: str) -> None:
    del bench.members[gone]

    assert outcome(bench, "log-entry") == (Outcome.FAILED, "MN461")


def test_with_a_pin_alone_the_place_in_the_log_is_checked_and_no_more(bench: TrustBench) -> None:
    bench.basis = Basis(pin=CI.fingerprint)

    assert [outcome(bench, name) for name in LOG_CHECKS] == [
        (Outcome.PASSED, None),
        *[(Outcome.NOT_APPLICABLE, "MN474")] * 4,
    ]


def test_the_proof_of_another_entry_proves_nothing(bench: TrustBench) -> None:
    first = TrustBench(bench.key, dict(bench.members), [])
    proof = read_tlog_proof(first.members[container.LOG_PROOF])
    bench.members[container.LOG_PROOF] = write_tlog_proof(replace(proof, index=0))

    assert outcome(bench, "log-entry") == (Outcome.FAILED, "MN471")


def test_a_proof_with_another_path_is_refused(bench: TrustBench) -> None:
    proof = read_tlog_proof(bench.members[container.LOG_PROOF])
    wrong = replace(proof, path=(bytes(32), *proof.path[1:]))
    bench.members[container.LOG_PROOF] = write_tlog_proof(wrong)

    assert outcome(bench, "log-entry") == (Outcome.FAILED, "MN471")


def test_a_status_that_was_never_logged_cannot_borrow_the_proof_of_another(
    bench: TrustBench,
) -> None:
    other = statements(EVIDENCE, CI, entry(1, bench.earlier[0]) | {"sme": False})[2]
    bench.sign("status", other)

    assert outcome(bench, "log-entry") == (Outcome.FAILED, "MN471")


def test_a_status_that_names_no_place_cannot_have_one(bench: TrustBench) -> None:
    bench.sign("status", statements(EVIDENCE, CI, {})[2])

    assert outcome(bench, "log-entry") == (Outcome.FAILED, "MN471")


def test_a_status_beyond_the_log_is_not_in_it(bench: TrustBench) -> None:
    proof = read_tlog_proof(bench.members[container.LOG_PROOF])
    bench.members[container.LOG_PROOF] = write_tlog_proof(
        replace(proof, note=checkpoint_of(bench.earlier))
    )

    assert outcome(bench, "log-entry") == (Outcome.FAILED, "MN471")


@pytest.mark.parametrize("hashes", [(bytes(32),), (bytes(32), bytes(32))])
def test_hashes_that_do_not_give_the_root_are_refused(
    bench: TrustBench, hashes: tuple[bytes, ...]
) -> None:
    bench.members[container.LOG_HASHES] = write_leaf_hashes(hashes)

    assert outcome(bench, "log-entry") == (Outcome.FAILED, "MN466")


def test_the_log_of_a_thief_is_refused(bench: TrustBench) -> None:
    bench.log(log=THIEF, seen=())

    assert outcome(bench, "log-signed") == (Outcome.FAILED, "MN467")


def test_the_log_of_another_name_is_refused(bench: TrustBench) -> None:
    policy(bench, first_policy().model_copy(update={"log_origin": "another/log"}))

    assert outcome(bench, "log-signed") == (Outcome.FAILED, "MN467")


@pytest.mark.parametrize("missing", ["log_origin", "roles.log"])
def test_a_log_that_the_policy_does_not_name_cannot_be_decided(
    bench: TrustBench, missing: str
) -> None:
    known = first_policy()
    others = {role: held for role, held in known.roles.items() if role is not Role.LOG}
    none = Demands(time_stamp=False, log=False, witnesses=0)
    change = {"log_origin": None} if missing == "log_origin" else {"roles": others}
    policy(bench, known.model_copy(update={**change, "demands": none}))

    assert outcome(bench, "log-signed") == (Outcome.UNKNOWN, "MN474")
    assert outcome(bench, "log-witnessed") == (Outcome.UNKNOWN, "MN439")


def test_a_signature_under_another_name_is_refused(bench: TrustBench) -> None:
    proof = read_tlog_proof(bench.members[container.LOG_PROOF])
    note = read_note(proof.note)
    renamed = replace(note, signatures=(sign(note.text, "another/log", LOG),))
    made = write_tlog_proof(replace(proof, note=write_note(renamed)))
    bench.members[container.LOG_PROOF] = made

    assert outcome(bench, "log-signed") == (Outcome.FAILED, "MN467")


@pytest.mark.parametrize(
    ("until", "seen", "expected"),
    [
        (SEEN_AT + timedelta(hours=1), WITNESSES[:1], (Outcome.PASSED, None)),
        (SEEN_AT + timedelta(hours=1), (), (Outcome.UNKNOWN, "MN467")),
        (SEEN_AT - timedelta(hours=1), WITNESSES[:1], (Outcome.UNKNOWN, "MN467")),
    ],
)
def test_a_log_key_that_has_expired_needs_a_witness_who_saw_it_before(
    bench: TrustBench,
    until: object,
    seen: tuple[object, ...],
    expected: tuple[Outcome, str | None],
) -> None:
    bench.log(seen=seen)  # type: ignore[arg-type] # parametrized
    wanted = first_policy()
    ended = wanted.keys[LOG.fingerprint].model_copy(update={"not_after": until})
    keys = wanted.keys | {LOG.fingerprint: ended}
    policy(bench, wanted.model_copy(update={"keys": keys}))

    assert outcome(bench, "log-signed") == expected


def test_one_witness_is_not_two(bench: TrustBench) -> None:
    policy(bench, first_policy(witnesses=2))

    assert outcome(bench, "log-witnessed") == (Outcome.UNKNOWN, "MN470")


def test_two_keys_of_one_person_are_one_witness(bench: TrustBench) -> None:
    second = new_key("witness 1, again")
    same = policy_key(second.public, "Auditor  1")
    bench.log(seen=(WITNESSES[0], second))
    policy(bench, with_key(first_policy(witnesses=2), Role.WITNESS, second.fingerprint, same))

    assert outcome(bench, "log-witnessed") == (Outcome.UNKNOWN, "MN470")


def test_two_witnesses_are_two(bench: TrustBench) -> None:
    bench.log(seen=WITNESSES)
    policy(bench, first_policy(witnesses=2))

    assert outcome(bench, "log-witnessed") == (Outcome.PASSED, None)


def test_where_no_witness_is_demanded_none_is_asked_for() -> None:
    made = trust_bench(witnesses=0)
    made.members.pop("trust/policy.v2.dsse.json")

    assert outcome(made, "log-witnessed") == (Outcome.NOT_APPLICABLE, "MN470")


def test_the_auditor_counts_her_own_cosignature(bench: TrustBench) -> None:
    checkpoint = bench.log(seen=())
    note = read_note(checkpoint)
    mine = write_note(add_signature(note, cosign(note.text, WITNESSES[0], SEEN_AT)))
    policy(bench, first_policy(), mine)

    assert outcome(bench, "log-witnessed") == (Outcome.PASSED, None)


def test_her_cosignature_over_another_checkpoint_does_not_count(bench: TrustBench) -> None:
    bench.log(seen=())

    assert outcome(bench, "log-witnessed") == (Outcome.UNKNOWN, "MN470")


def test_a_broken_cosignature_fails(bench: TrustBench) -> None:
    proof = read_tlog_proof(bench.members[container.LOG_PROOF])
    note = read_note(proof.note)
    forged = add_signature(note, cosign("another/text\n", WITNESSES[0], SEEN_AT))
    made = write_tlog_proof(replace(proof, note=write_note(forged)))
    bench.members[container.LOG_PROOF] = made

    assert outcome(bench, "log-signed") == (Outcome.FAILED, "MN467")


def test_a_cosignature_from_the_future_fails(bench: TrustBench) -> None:
    proof = read_tlog_proof(bench.members[container.LOG_PROOF])
    note = read_note(proof.note)
    late = cosign(note.text, WITNESSES[0], NOW + timedelta(hours=1))
    made = replace(proof, note=write_note(add_signature(note, late)))
    bench.members[container.LOG_PROOF] = write_tlog_proof(made)

    assert outcome(bench, "log-signed") == (Outcome.FAILED, "MN473")


def test_a_status_that_is_later_than_the_witness_who_saw_it_fails(bench: TrustBench) -> None:
    later = SEEN_AT + timedelta(hours=1)
    bench.sign("status", statements(EVIDENCE, CI, entry(1, bench.earlier[0], later))[2])
    bench.log()

    assert outcome(bench, "log-witnessed") == (Outcome.FAILED, "MN473")


def test_the_witness_is_a_trusted_time_where_there_is_no_time_stamp(bench: TrustBench) -> None:
    bench.stamp()
    policy(bench, first_policy(time_stamp=False))

    assert bench.examine().signed_at == SEEN_AT


def test_a_log_that_is_seen_for_the_first_time_has_nothing_to_continue(bench: TrustBench) -> None:
    policy(bench, first_policy())

    assert outcome(bench, "log-continues") == (Outcome.NOT_APPLICABLE, "MN474")


def test_a_rollback_is_refused(bench: TrustBench) -> None:
    third = changed(bench.status_payload, sequence=2)
    newer = checkpoint_of([*bench.earlier, bench.status_payload, third])
    policy(bench, first_policy(), newer)

    assert outcome(bench, "log-continues") == (Outcome.FAILED, "MN468")


def test_a_fork_is_refused(bench: TrustBench) -> None:
    policy(bench, first_policy(), checkpoint_of([changed(bench.earlier[0], sme=False)]))

    assert outcome(bench, "log-continues") == (Outcome.FAILED, "MN469")


def test_another_log_than_before_is_refused(bench: TrustBench) -> None:
    seen = checkpoint_of(bench.earlier).decode().replace(ORIGIN, "another/log")
    policy(bench, first_policy(), seen.encode())

    # The witness of that text is broken as well; the name is looked at first.
    assert outcome(bench, "log-continues") == (Outcome.FAILED, "MN467")


def test_a_status_that_was_logged_long_after_its_time_is_refused(bench: TrustBench) -> None:
    seen = checkpoint_of(bench.earlier, seen=())
    note = read_note(seen)
    late = cosign(note.text, WITNESSES[0], VERIFIED_AT + timedelta(days=1, seconds=1))
    policy(bench, first_policy(), write_note(add_signature(note, late)))
    bench.basis = replace(bench.basis, at=NOW + timedelta(days=2))

    assert outcome(bench, "log-continues") == (Outcome.FAILED, "MN465")


def test_a_status_that_was_there_before_may_be_old(bench: TrustBench) -> None:
    seen = bench.log()
    policy(bench, first_policy(), seen)
    bench.basis = replace(bench.basis, at=NOW + timedelta(days=2))

    assert outcome(bench, "log-continues") == (Outcome.PASSED, None)


def test_a_status_is_old_when_the_policy_says_so(bench: TrustBench) -> None:
    short = first_policy().model_copy(update={"max_status_age": "P10D"})
    policy(bench, short)

    bench.basis = replace(bench.basis, at=VERIFIED_AT + timedelta(days=10))
    assert outcome(bench, "status-current") == (Outcome.PASSED, None)
    bench.basis = replace(bench.basis, at=VERIFIED_AT + timedelta(days=11))
    assert outcome(bench, "status-current") == (Outcome.UNKNOWN, "MN472")


def test_a_status_is_old_when_its_evidence_lapsed(bench: TrustBench) -> None:
    claims = entry(1, bench.earlier[0]) | {"valid_until": "2026-04-02"}
    bench.sign("status", statements(EVIDENCE, CI, claims)[2])

    assert outcome(bench, "status-current") == (Outcome.PASSED, None)
    # 15:00 UTC is the next day in Japan.
    bench.basis = replace(bench.basis, at=NOW + timedelta(hours=15))
    assert outcome(bench, "status-current") == (Outcome.UNKNOWN, "MN472")


def test_a_status_of_a_time_to_come_is_refused(bench: TrustBench) -> None:
    bench.basis = replace(bench.basis, at=VERIFIED_AT - timedelta(hours=1))

    assert outcome(bench, "status-current") == (Outcome.FAILED, "MN473")


def test_with_a_pin_and_a_clock_the_day_of_the_status_is_looked_at(bench: TrustBench) -> None:
    claims = entry(1, bench.earlier[0]) | {"valid_until": "2026-04-02"}
    bench.sign("status", statements(EVIDENCE, CI, claims)[2])
    bench.basis = Basis(pin=CI.fingerprint, at=NOW + timedelta(days=5))

    assert outcome(bench, "status-current") == (Outcome.UNKNOWN, "MN472")


def test_a_status_without_any_limit_is_current(bench: TrustBench) -> None:
    bench.basis = Basis(pin=CI.fingerprint, at=NOW)

    assert outcome(bench, "status-current") == (Outcome.PASSED, None)


def test_the_checkpoint_is_there_to_be_remembered(bench: TrustBench) -> None:
    proof = read_tlog_proof(bench.members[container.LOG_PROOF])

    assert bench.examine().checkpoint == proof.note.decode()


def test_a_time_that_no_calendar_has_is_refused_and_never_a_crash(bench: TrustBench) -> None:
    bench.claim(time_verified="2026-02-30T00:00:00Z")
    bench.stamp()

    assert outcome(bench, "status-current") == (Outcome.FAILED, "MN462")
    assert outcome(bench, "log-witnessed") == (Outcome.FAILED, "MN462")
    assert outcome(bench, "log-continues") == (Outcome.FAILED, "MN462")


def test_an_older_bundle_may_have_an_older_log_if_the_auditor_looks_back(
    bench: TrustBench,
) -> None:
    third = changed(bench.status_payload, sequence=2)
    newer = checkpoint_of([*bench.earlier, bench.status_payload, third])
    policy(bench, first_policy(), newer)
    bench.basis = replace(bench.basis, past=True)

    assert outcome(bench, "log-continues") == (Outcome.UNKNOWN, "MN468")
    assert outcome(bench, "status-current") == (Outcome.NOT_APPLICABLE, "MN018")


def test_a_pin_and_a_missing_log_leave_nothing_to_ask(bench: TrustBench) -> None:
    del bench.members[container.LOG_PROOF], bench.members[container.LOG_HASHES]
    bench.basis = Basis(pin=CI.fingerprint)

    assert outcome(bench, "log-entry") == (Outcome.NOT_APPLICABLE, "MN474")


def test_a_status_without_a_place_in_a_log_has_nothing_to_be_backdated(
    bench: TrustBench,
) -> None:
    # The check of its place refuses it; the others are not run on such ground.
    bench.sign("status", statements(EVIDENCE, CI, {})[2])

    assert outcome(bench, "log-continues") == (Outcome.UNKNOWN, "MN439")


def test_her_own_cosignature_is_not_forgotten_over_a_bundle_without_it(bench: TrustBench) -> None:
    note = read_note(bench.log(seen=()))
    mine = write_note(add_signature(note, cosign(note.text, WITNESSES[0], SEEN_AT)))
    policy(bench, first_policy(), mine)

    assert bench.examine().checkpoint == mine.decode()
