"""What a witness signs, and what she refuses to sign."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.log_bench import company, resigned, rewritten
from tests.trust_bench import (
    LOG,
    NOW,
    THIEF,
    WITNESSES,
    checkpoint_of,
    first_policy,
    trust_bench,
    trusting,
)

from mnaudit.errors import TrustError
from mnaudit.signing import container
from mnaudit.signing.note import add_signature, cosign, read_checkpoint, read_note, write_note
from mnaudit.signing.tlog_proof import read_tlog_proof
from mnaudit.verify.witness import accepted_witness, log_in_bundle, policy_in_force, remembered


def test_the_policy_in_force_is_the_one_that_was_accepted() -> None:
    assert policy_in_force(trusting(first_policy()), NOW) == first_policy()


@pytest.mark.parametrize("days", [-400, 400])
def test_a_policy_out_of_its_time_is_not_in_force(days: int) -> None:
    with pytest.raises(TrustError, match="MN490"):
        policy_in_force(trusting(first_policy()), NOW + timedelta(days=days))


def test_a_bundle_that_continues_what_was_seen_may_be_cosigned() -> None:
    bench = trust_bench()

    note, reasons = log_in_bundle(io.BytesIO(bench.bundle()), bench.basis)

    assert reasons == ()
    assert note == read_note(read_tlog_proof(bench.members[container.LOG_PROOF]).note)


def test_a_log_that_is_seen_for_the_first_time_may_be_cosigned() -> None:
    bench = trust_bench()
    bench.trusting(first_policy())

    note, reasons = log_in_bundle(io.BytesIO(bench.bundle()), bench.basis)

    assert note is not None
    assert reasons == ()


def test_too_few_witnesses_are_no_reason_not_to_become_one() -> None:
    bench = trust_bench()
    bench.log(seen=())

    note, reasons = log_in_bundle(io.BytesIO(bench.bundle()), bench.basis)

    assert note is not None
    assert reasons == ()


def test_a_fork_is_not_cosigned() -> None:
    bench = trust_bench()
    other = company(1).payloads
    bench.trusting(first_policy(), checkpoint_of(other))

    note, reasons = log_in_bundle(io.BytesIO(bench.bundle()), bench.basis)

    assert note is None
    assert [check.code for check in reasons] == ["MN469"]


def test_the_log_of_a_thief_is_not_cosigned() -> None:
    bench = trust_bench()
    bench.log(log=THIEF)

    note, reasons = log_in_bundle(io.BytesIO(bench.bundle()), bench.basis)

    assert note is None
    assert {check.id for check in reasons} == {"log-signed", "log-continues"}


def test_a_bundle_without_a_log_is_not_cosigned() -> None:
    bench = trust_bench(optional=False, time_stamp=False, log=False, witnesses=0)
    bench.trusting(first_policy(time_stamp=False, log=False, witnesses=0))

    note, reasons = log_in_bundle(io.BytesIO(bench.bundle()), bench.basis)

    assert note is None
    assert {check.code for check in reasons} == {"MN474"}


def test_a_bundle_in_which_anything_is_wrong_is_not_cosigned() -> None:
    bench = trust_bench()
    bench.members["evidence/added.yaml"] = b"x: 1\n"

    note, reasons = log_in_bundle(io.BytesIO(bench.bundle()), bench.basis)

    assert note is None
    assert [check.id for check in reasons] == ["evidence-closed"]


def test_a_file_that_is_no_bundle_is_not_cosigned() -> None:
    note, reasons = log_in_bundle(io.BytesIO(b"nonsense"), trust_bench().basis)

    assert note is None
    assert reasons[0].id == "container"


def test_what_was_accepted_is_remembered() -> None:
    state, made = trusting(first_policy()), company(2)

    assert remembered(state, read_note(made.note)).checkpoint == made.note.decode()


def test_cosignatures_over_the_same_checkpoint_are_kept() -> None:
    made = company(2)
    mine = cosign(read_note(made.note).text, WITNESSES[0], NOW)
    before = write_note(add_signature(read_note(made.note), mine))
    made.seen_by(WITNESSES[1])

    kept = remembered(trusting(first_policy(), before), read_note(made.note)).checkpoint

    assert kept is not None
    assert len(read_note(kept.encode()).signatures) == 3


def test_a_larger_checkpoint_takes_the_place_of_the_smaller() -> None:
    state = trusting(first_policy(), company(2).note)

    kept = remembered(state, read_note(company(3).note)).checkpoint

    assert kept is not None
    assert read_checkpoint(read_note(kept.encode())).size == 3


def test_the_line_of_a_witness_is_recognized() -> None:
    note = read_note(company(2).note)
    line = cosign(note.text, WITNESSES[1], NOW)
    keys = [key.public for key in WITNESSES]

    assert accepted_witness(note, line, keys) == (WITNESSES[1].public, NOW)


@pytest.mark.parametrize("key", [LOG, THIEF])
def test_the_line_of_anybody_else_is_refused(key: object) -> None:
    note = read_note(company(2).note)
    line = cosign(note.text, key, NOW)  # type: ignore[arg-type] # parametrized

    with pytest.raises(TrustError, match="MN467"):
        accepted_witness(note, line, [WITNESSES[0].public])


def test_the_line_over_another_checkpoint_is_refused() -> None:
    line = cosign(read_note(company(1).note).text, WITNESSES[0], NOW)

    with pytest.raises(TrustError, match="MN467"):
        accepted_witness(read_note(company(2).note), line, [WITNESSES[0].public])


def test_the_thief_of_all_keys_of_the_company_is_caught_by_the_state_of_the_auditor() -> None:
    # She saw the log once. Then statuses and log are rewritten and signed anew, without a flaw.
    bench = trust_bench()
    seen = checkpoint_of(bench.earlier)
    bench.trusting(first_policy(), seen)
    bench.earlier = rewritten(bench.earlier, 0, sme=False)
    forged = rewritten([*bench.earlier, bench.status_payload], 1)[-1]
    bench.sign("status", forged)
    bench.log(seen=())

    note, reasons = log_in_bundle(io.BytesIO(bench.bundle()), bench.basis)

    assert note is None
    assert [check.code for check in reasons] == ["MN469"]
    # Nobody without her memory could know.
    first_look = replace(bench.basis, trust=trusting(first_policy()))
    assert log_in_bundle(io.BytesIO(bench.bundle()), first_look)[1] == ()
    assert resigned(bench.earlier)
