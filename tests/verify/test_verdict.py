"""VALID is said only if everything was looked at and nothing was wrong."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from mnaudit.errors import InputError
from mnaudit.model.verdict import Check, Outcome, Result
from mnaudit.signing.predicates import dump
from mnaudit.verify import OUTER_CHECK_IDS, Basis, conclude, verify_bundle

if TYPE_CHECKING:
    from tests.verify.conftest import Bench

PASSED = tuple(Check(id=name, outcome=Outcome.PASSED) for name in OUTER_CHECK_IDS)


def test_a_good_bundle_with_its_pin_is_valid(either_bench: Bench) -> None:
    verdict = either_bench.verdict()

    assert verdict.result is Result.VALID
    assert verdict.fingerprint == either_bench.pin
    assert [check.id for check in verdict.checks[-2:]] == list(OUTER_CHECK_IDS)


def test_it_hands_out_what_was_signed_for(bench: Bench) -> None:
    verified = bench.examine()

    assert verified.status == json.loads(verified.status_payload)["predicate"]
    assert verified.catalog == bench.members["catalog.json"]
    assert verified.readme == b"README\n"
    assert verified.manifest is not None
    assert dump(verified.manifest) == bench.payload("manifest")["predicate"]
    assert {file.path: file.read() for file in verified.files} == {
        name.removeprefix("evidence/"): data
        for name, data in bench.members.items()
        if name.startswith("evidence/")
    }


def test_without_a_pin_a_good_bundle_is_indeterminate(bench: Bench) -> None:
    verified = verify_bundle(io.BytesIO(bench.bundle()), Basis())

    verdict = conclude(verified, PASSED)

    assert verdict.result is Result.INDETERMINATE
    assert verdict.status is not None
    assert [check.code for check in verdict.checks if check.outcome is Outcome.UNKNOWN] == ["MN422"]


def test_without_a_pin_a_broken_bundle_is_still_invalid(bench: Bench) -> None:
    bench.members["README.txt"] += b" "

    verified = verify_bundle(io.BytesIO(bench.bundle()), Basis())

    assert conclude(verified, PASSED).result is Result.INVALID


@pytest.mark.parametrize("missing", OUTER_CHECK_IDS)
def test_whoever_did_not_look_does_not_say_valid(bench: Bench, missing: str) -> None:
    made = tuple(check for check in PASSED if check.id != missing)

    verdict = conclude(bench.examine(), made)

    assert verdict.result is Result.INDETERMINATE
    assert verdict.checks[-1] == Check(id=missing, outcome=Outcome.UNKNOWN, code="MN441")


@pytest.mark.parametrize(
    ("outcome", "result"),
    [
        pytest.param(Outcome.FAILED, Result.INVALID, id="failed"),
        pytest.param(Outcome.UNKNOWN, Result.INDETERMINATE, id="unknown"),
    ],
)
def test_a_check_of_the_caller_weighs_as_much_as_any(
    bench: Bench, outcome: Outcome, result: Result
) -> None:
    extra = (PASSED[0], Check(id="reevaluation", outcome=outcome, code="MN440"))

    assert conclude(bench.examine(), extra).result is result


def test_a_failure_outweighs_what_is_unknown(bench: Bench) -> None:
    extra = (
        Check(id="catalog-known", outcome=Outcome.UNKNOWN, code="MN442"),
        Check(id="reevaluation", outcome=Outcome.FAILED, code="MN440"),
    )

    assert conclude(bench.examine(), extra).result is Result.INVALID


def test_evidence_that_changed_after_it_was_checked_is_not_handed_out(bench: Bench) -> None:
    source = io.BytesIO(bench.bundle())
    verified = verify_bundle(source, Basis(pin=bench.pin))
    at = source.getvalue().index(b"kind: training-record")
    source.getbuffer()[at] ^= 1

    with pytest.raises(InputError) as caught:
        verified.files[-1].read()

    assert caught.value.code == "MN443"


@pytest.mark.parametrize("flip", [0x01, 0xFF], ids=hex)
def test_no_changed_byte_anywhere_in_the_file_leaves_it_anything_but_invalid(
    either_bench: Bench, flip: int
) -> None:
    good = either_bench.bundle()

    survivors = []
    for at in range(len(good)):
        changed = bytearray(good)
        changed[at] ^= flip
        if either_bench.verdict(bytes(changed)).result is not Result.INVALID:
            survivors.append(at)

    assert survivors == []


@pytest.mark.parametrize("flip", [0x01, 0xFF], ids=hex)
def test_no_changed_byte_anywhere_in_a_part_leaves_it_valid(
    partial_bench: Bench, flip: int
) -> None:
    good = partial_bench.bundle()

    survivors = []
    for at in range(len(good)):
        changed = bytearray(good)
        changed[at] ^= flip
        if partial_bench.verdict(bytes(changed)).result is not Result.INVALID:
            survivors.append(at)

    assert partial_bench.verdict(good).result is Result.VALID
    assert survivors == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_splicing_makes_a_valid_file_or_breaks_the_verifier(
    bench: Bench, data: st.DataObject
) -> None:
    good = bench.bundle()
    start = data.draw(st.integers(0, len(good)))
    stop = data.draw(st.integers(start, min(len(good), start + 300)))
    spliced = good[:start] + data.draw(st.binary(max_size=100)) + good[stop:]

    verdict = bench.verdict(spliced)

    assert (verdict.result is Result.VALID) == (spliced == good)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_content_of_a_member_breaks_the_verifier(bench: Bench, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(bench.members)))
    before = bench.members[name]
    start = data.draw(st.integers(0, len(before)))
    after = before[:start] + data.draw(st.binary(max_size=40)) + before[start + 1 :]
    members = bench.members | {name: after}

    order = {"mimetype": members["mimetype"]} | {key: members[key] for key in sorted(members)}
    verdict = bench.verdict(bench.pack(order))

    assert (verdict.result is Result.VALID) == (after == before)


@given(st.binary(max_size=200))
def test_no_bytes_are_valid(data: bytes) -> None:
    verified = verify_bundle(io.BytesIO(data), Basis(pin="0" * 64))

    assert conclude(verified, PASSED).result is Result.INVALID
