"""A policy is accepted only from enough people, and only as the next one after the one before.

The attacks are those of TUF's root rotation and of the advisories on threshold counting.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings, strategies as st
from tests.trust_builder import (
    EXPIRES,
    ISSUED,
    Maker,
    changed,
    envelope,
    key,
    p256,
    policy,
    signed,
)

from mnaudit.errors import TrustError
from mnaudit.signing.canonical import canonical_bytes
from mnaudit.signing.dsse import Envelope, Signature, pae
from mnaudit.signing.policy_chain import (
    SignedPolicy,
    accept_first,
    accept_next,
    add_signature,
    first_state,
    is_current,
    newest,
    root_owners,
    stored_policy,
)
from mnaudit.signing.policy_envelope import unwrap_policy, wrap_policy
from mnaudit.signing.trust_policy import PAYLOAD_TYPE, dump_policy, fingerprint_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from mnaudit.signing.trust_policy import TrustPolicy

A, B, C = (key(f"root-{letter}") for letter in "abc")


def code_of(read: Callable[[], object]) -> str:
    with pytest.raises(TrustError) as refused:
        read()
    return refused.value.code


def pinned(made: TrustPolicy, *signers: Any) -> SignedPolicy:
    data = envelope(made, *signers)
    return accept_first(data, fingerprint_of(dump_policy(made)))


def with_signatures(made: TrustPolicy, *signatures: Signature) -> bytes:
    return wrap_policy(Envelope(PAYLOAD_TYPE, dump_policy(made), signatures))


def signature(made: TrustPolicy, by: Any, keyid: str | None = None) -> Signature:
    message = pae(PAYLOAD_TYPE, dump_policy(made))
    return Signature(keyid or by.keyid, by.sign(message))


def first() -> SignedPolicy:
    return pinned(policy(), "root-a", "root-b")


# The first one


def test_the_first_policy_is_accepted_by_its_fingerprint() -> None:
    assert first().policy == policy()


def test_the_first_policy_is_refused_under_another_fingerprint() -> None:
    data = envelope(policy(), "root-a", "root-b")

    assert code_of(lambda: accept_first(data, "0" * 64)) == "MN060"


def test_the_fingerprint_is_of_the_payload_and_not_of_the_signatures() -> None:
    made = policy()

    assert signed(made, "root-a").fingerprint == signed(made, "root-b").fingerprint


@pytest.mark.parametrize("count", [0, 1])
def test_the_first_policy_needs_its_own_threshold(count: int) -> None:
    assert code_of(lambda: pinned(policy(), *("root-a", "root-b")[:count])) == "MN486"


@pytest.mark.parametrize("threshold", [1, 2, 3])
@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_a_threshold_is_met_by_as_many_owners(threshold: int, count: int) -> None:
    made = policy(threshold=threshold)
    names = ("root-a", "root-b", "root-c")[:count]

    if count >= threshold:
        assert pinned(made, *names).policy == made
    else:
        assert code_of(lambda: pinned(made, *names)) == "MN486"


def test_cve_2020_6174_one_signature_twice_counts_once() -> None:
    made = policy()
    once = signature(made, A)

    data = with_signatures(made, once, once)

    assert code_of(lambda: accept_first(data, fingerprint_of(dump_policy(made)))) == "MN486"


def test_tuf_duplicate_sig_keyids_one_key_under_another_id_counts_once() -> None:
    made = policy()
    data = with_signatures(made, signature(made, A), signature(made, A, keyid=B.keyid))

    assert code_of(lambda: accept_first(data, fingerprint_of(dump_policy(made)))) == "MN486"


def test_two_signatures_of_one_ecdsa_key_count_once() -> None:
    """ECDSA is malleable: (r, n - s) is a second good signature that anybody can make."""
    from cryptography.hazmat.primitives.asymmetric.utils import (  # noqa: PLC0415
        decode_dss_signature,
        encode_dss_signature,
    )

    order = int("ffffffff00000000ffffffffffffffff" + "bce6faada7179e84f3b9cac2fc632551", 16)
    root = p256("root")

    def swap(value: Any) -> None:
        entry = value["keys"].pop(A.fingerprint)
        entry |= {"algorithm": "ecdsa-p256", "pem": root.public.pem}
        value["keys"][root.fingerprint] = entry
        keys = value["roles"]["root"]["keys"]
        value["roles"]["root"]["keys"] = sorted({*keys, root.fingerprint} - {A.fingerprint})

    made = changed(policy(), swap)
    good = signature(made, root)
    r, s = decode_dss_signature(good.sig)
    twin = Signature(root.keyid, encode_dss_signature(r, order - s))
    message = pae(PAYLOAD_TYPE, dump_policy(made))
    assert root.public.verify(twin.sig, message)

    data = with_signatures(made, good, twin)

    assert code_of(lambda: accept_first(data, fingerprint_of(dump_policy(made)))) == "MN486"
    assert pinned(made, root, "root-b").policy == made


def test_one_owner_with_two_root_keys_counts_once() -> None:
    def give_b_to_a(value: Any) -> None:
        value["keys"][B.fingerprint]["owner"] = "Owner of  root-a"

    made = changed(policy(), give_b_to_a)

    assert code_of(lambda: pinned(made, "root-a", "root-b")) == "MN486"
    assert pinned(made, "root-b", "root-c").policy == made


@pytest.mark.parametrize("stranger", ["ci", "nobody"])
def test_a_key_without_the_role_root_does_not_count(stranger: str) -> None:
    assert code_of(lambda: pinned(policy(), "root-a", stranger)) == "MN486"


def test_the_id_of_a_root_key_does_not_make_a_strangers_signature_good() -> None:
    made = policy()
    forged = signature(made, key("nobody"), keyid=B.keyid)
    data = with_signatures(made, signature(made, A), forged)

    assert code_of(lambda: accept_first(data, fingerprint_of(dump_policy(made)))) == "MN486"


def test_bad_signatures_beside_enough_good_ones_do_no_harm() -> None:
    made = policy()
    bad = Signature(C.keyid, bytes(64)), Signature("", b""), Signature("?", b"x")
    data = with_signatures(made, *bad, signature(made, A), signature(made, B))

    assert accept_first(data, fingerprint_of(dump_policy(made))).policy == made


def test_a_signature_over_another_payload_type_does_not_count() -> None:
    made = policy()
    stray = Signature(B.keyid, B.sign(pae("application/vnd.in-toto+json", dump_policy(made))))
    data = with_signatures(made, signature(made, A), stray)

    assert code_of(lambda: accept_first(data, fingerprint_of(dump_policy(made)))) == "MN486"


@settings(max_examples=60, deadline=None)
@given(
    owners=st.lists(st.integers(0, 3), min_size=4, max_size=4),
    threshold=st.integers(1, 4),
    signers=st.lists(st.integers(0, 5), max_size=8),
)
def test_fewer_people_than_the_threshold_are_never_enough(
    owners: list[int], threshold: int, signers: list[int]
) -> None:
    """Keys 0 to 3 are root keys of these owners; 4 and 5 are strangers."""
    if threshold > len(set(owners)):
        return

    def assign(value: Any) -> None:
        for index, owner in enumerate(owners):
            value["keys"][key(f"root-{index}").fingerprint]["owner"] = f"person {owner}"

    roots = tuple(f"root-{index}" for index in range(4))
    made = changed(policy(roots=roots, threshold=1), assign)
    made = changed(made, lambda value: value["roles"]["root"].update(threshold=threshold))
    names = [*roots, "ci", "nobody"]
    people = {owners[index] for index in signers if index < len(owners)}

    data = envelope(made, *(names[index] for index in signers))
    try:
        accept_first(data, fingerprint_of(dump_policy(made)))
        is_accepted = True
    except TrustError:
        is_accepted = False

    assert is_accepted is (len(people) >= threshold)


@settings(max_examples=150, deadline=None)
@given(at=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_no_bit_of_a_signed_policy_can_be_flipped(at: int, bit: int) -> None:
    made = policy()
    data = bytearray(envelope(made, "root-a", "root-b"))
    data[at % len(data)] ^= 1 << bit

    with pytest.raises(TrustError):
        accept_first(bytes(data), fingerprint_of(dump_policy(made)))


# Root keys in time


@pytest.mark.parametrize(
    ("limits", "counts"),
    [
        ({"not_before": "2026-04-01T00:00:00Z"}, True),
        ({"not_before": "2026-04-01T00:00:01Z"}, False),
        ({"not_after": "2026-04-01T00:00:00Z"}, True),
        ({"not_after": "2026-03-31T23:59:59Z"}, False),
        ({"revoked": {"at": "2026-04-01T00:00:01Z", "reason": "superseded"}}, True),
        ({"revoked": {"at": "2026-04-01T00:00:00Z", "reason": "superseded"}}, False),
        ({"revoked": {"at": "2026-04-01T00:00:01Z", "reason": "compromised"}}, False),
    ],
    ids=str,
)
def test_a_root_key_counts_while_it_is_valid(limits: dict[str, Any], *, counts: bool) -> None:
    made = changed(policy(), lambda value: value["keys"][B.fingerprint].update(limits))

    good = root_owners(signed(made, "root-a", "root-b"), made)

    assert ("ownerofroot-b" in good) is counts


def test_a_policy_is_current_from_its_issue_to_its_expiry() -> None:
    made = policy()
    second = timedelta(seconds=1)

    assert is_current(made, ISSUED)
    assert is_current(made, EXPIRES)
    assert not is_current(made, ISSUED - second)
    assert not is_current(made, EXPIRES + second)


# The next one: the rotation matrix


def rotated() -> TrustPolicy:
    """Version 2: the root keys a, b, c are replaced by d and e."""

    def rotate(value: Any) -> None:
        value["version"] = 2
        for old in (A, B, C):
            del value["keys"][old.fingerprint]
        new = [key("root-d"), key("root-e")]
        for each in new:
            value["keys"][each.fingerprint] = {
                "algorithm": "ed25519",
                "pem": each.public.pem,
                "owner": f"owner of {each.fingerprint}",
            }
        value["roles"]["root"]["keys"] = sorted(each.fingerprint for each in new)

    return changed(policy(), rotate)


@pytest.mark.parametrize(
    ("signers", "is_accepted"),
    [
        ((), False),
        (("root-a", "root-b"), False),
        (("root-d", "root-e"), False),
        (("root-a", "root-d"), False),
        (("root-a", "root-b", "root-d"), False),
        (("root-a", "root-d", "root-e"), False),
        (("root-a", "root-b", "root-d", "root-e"), True),
        (("root-b", "root-c", "root-e", "root-d"), True),
    ],
    ids=str,
)
def test_a_rotation_needs_the_old_and_the_new_threshold(
    signers: tuple[str, ...], *, is_accepted: bool
) -> None:
    data = envelope(rotated(), *signers)

    if is_accepted:
        assert accept_next(first(), data).policy == rotated()
    else:
        assert code_of(lambda: accept_next(first(), data)) == "MN486"


def test_a_lower_threshold_takes_effect_only_with_the_old_one() -> None:
    def lower(value: Any) -> None:
        value["version"] = 2
        value["roles"]["root"]["threshold"] = 1

    made = changed(policy(), lower)

    assert code_of(lambda: accept_next(first(), envelope(made, "root-a"))) == "MN486"
    assert accept_next(first(), envelope(made, "root-a", "root-b")).policy == made


def test_a_higher_threshold_binds_its_own_version() -> None:
    def raise_it(value: Any) -> None:
        value["version"] = 2
        value["roles"]["root"]["threshold"] = 3

    made = changed(policy(), raise_it)

    assert code_of(lambda: accept_next(first(), envelope(made, "root-a", "root-b"))) == "MN486"
    assert accept_next(first(), envelope(made, "root-a", "root-b", "root-c")).policy == made


def test_a_version_cannot_be_skipped() -> None:
    maker = Maker()
    maker.next()

    assert code_of(lambda: accept_next(first(), maker.next())) == "MN487"


@pytest.mark.parametrize("version", [1, 2])
def test_cve_2020_15163_an_older_policy_is_refused(version: int) -> None:
    maker = Maker()
    known = {1: maker.issue(), 2: maker.next()}
    current = newest(first(), {**known, 3: maker.next()})

    assert code_of(lambda: accept_next(current, known[version])) == "MN488"


def test_the_same_version_with_other_content_is_refused() -> None:
    other = changed(policy(), lambda value: value.update(max_status_age="P10Y"))
    data = envelope(other, "root-a", "root-b")

    assert code_of(lambda: accept_next(first(), data)) == "MN488"
    assert code_of(lambda: newest(first(), {1: data})) == "MN488"


def test_the_policy_of_another_organization_is_refused() -> None:
    def move(value: Any) -> None:
        value["organization"]["corporate_number"] = "7000000000002"

    maker = Maker()
    data = maker.next(move)

    assert code_of(lambda: accept_next(first(), data)) == "MN489"


def test_a_company_may_change_its_name() -> None:
    maker = Maker()
    data = maker.next(lambda value: value["organization"].update(name="見本ホールディングス"))

    assert accept_next(first(), data).policy.version == 2


def test_an_expired_policy_still_verifies_the_next_one() -> None:
    maker = Maker()

    def renew(value: Any) -> None:
        value["issued"] = "2030-04-01T00:00:00Z"
        value["expires"] = "2031-04-01T00:00:00Z"

    assert accept_next(first(), maker.next(renew)).policy.version == 2


# The whole walk


def test_the_newest_is_reached_step_by_step() -> None:
    maker = Maker()
    found = {1: maker.issue(), 2: maker.next(), 3: maker.next(), 4: maker.next()}

    assert newest(first(), found).policy.version == 4
    assert newest(first(), {}).policy.version == 1


def test_versions_before_the_accepted_one_are_not_read() -> None:
    maker = Maker()
    current = newest(first(), {2: maker.next()})

    assert newest(current, {1: b"anything"}) == current


def test_other_signatures_on_the_accepted_version_are_no_change() -> None:
    again = envelope(policy(), "root-b", "root-c")

    assert newest(first(), {1: again}) == first()


def test_cve_2022_29173_an_unsigned_version_in_the_middle_stops_the_walk() -> None:
    maker = Maker()
    maker.next()
    unsigned = envelope(maker.newest)
    third = maker.next()

    assert code_of(lambda: newest(first(), {2: unsigned, 3: third})) == "MN486"


def test_a_gap_stops_the_walk() -> None:
    maker = Maker()
    maker.next()

    assert code_of(lambda: newest(first(), {3: maker.next()})) == "MN487"


def test_a_name_that_states_another_version_stops_the_walk() -> None:
    maker = Maker()

    assert code_of(lambda: newest(first(), {5: maker.next()})) == "MN487"


# What is remembered


def test_the_state_remembers_policy_and_pin() -> None:
    state = first_state(first())

    assert stored_policy(state) == first()
    assert state.first_pin == first().fingerprint
    assert state.organization == "8000000000001"


def test_a_state_with_the_policy_of_another_is_refused() -> None:
    state = first_state(first()).model_copy(update={"organization": "7000000000002"})

    assert code_of(lambda: stored_policy(state)) == "MN489"


def test_a_state_with_another_first_policy_is_refused() -> None:
    state = first_state(first()).model_copy(update={"first_pin": "0" * 64})

    assert code_of(lambda: stored_policy(state)) == "MN060"


def test_a_state_with_an_unsigned_policy_is_refused() -> None:
    unsigned = envelope(policy(), "root-a").decode()
    state = first_state(first()).model_copy(update={"policy": unsigned})

    assert code_of(lambda: stored_policy(state)) == "MN486"


def test_a_later_version_in_the_state_need_not_be_the_pinned_one() -> None:
    maker = Maker()
    second = newest(first(), {2: maker.next()})
    state = first_state(first()).model_copy(update={"policy": second.text})

    assert stored_policy(state) == second


# Signing


def test_signatures_are_collected_one_after_the_other() -> None:
    made = policy()
    one = add_signature(made, None, B)
    two = add_signature(made, one, A)

    assert len(two.signatures) == 2
    assert add_signature(made, two, B) == two
    assert accept_first(wrap_policy(two), fingerprint_of(dump_policy(made))).policy == made


def test_the_order_of_signing_does_not_matter() -> None:
    made = policy()

    there = add_signature(made, add_signature(made, None, A), B)
    back = add_signature(made, add_signature(made, None, B), A)

    assert wrap_policy(there) == wrap_policy(back)


def test_signatures_over_an_older_draft_are_dropped() -> None:
    old = add_signature(policy(), None, A)
    new = changed(policy(), lambda value: value.update(max_status_age="P1M"))

    assert [each.keyid for each in add_signature(new, old, B).signatures] == [B.keyid]


def test_the_text_of_a_signed_policy_is_its_file() -> None:
    data = envelope(policy(), "root-a", "root-b")

    assert SignedPolicy(policy(), unwrap_policy(data)).text.encode() == data
    assert canonical_bytes(json.loads(data)) == data
