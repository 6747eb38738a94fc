"""Whose key counts, at which date, and for what."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st
from tests.ssh_signatures import ED25519, MESSAGE, P256, signed

from mnaudit.model.assessment import OrganizationRef
from mnaudit.model.provenance import CommitSignature, Person
from mnaudit.signing.commits import Commit
from mnaudit.signing.keys import PublicKey
from mnaudit.signing.submitters import CommitVerdict, SubmitterKey, judge_commit, submitters_of
from mnaudit.signing.trust_policy import (
    Demands,
    PolicyKey,
    Revocation,
    Role,
    RoleKeys,
    TrustPolicy,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

AT = datetime(2026, 3, 1, tzinfo=UTC)
BEFORE, AFTER = datetime(2026, 2, 28, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
HANAKO = SubmitterKey("hanako", PublicKey(ED25519.public_key()))
TARO = SubmitterKey("taro", PublicKey(P256.public_key()))
FINGERPRINT = HANAKO.key.fingerprint


def commit(signature: bytes | None) -> Commit:
    author = Person(name="Hanako", mail="hanako@example.jp")
    return Commit("a" * 40, (), author, AT, signature, MESSAGE)


def verdict(*keys: SubmitterKey, signature: bytes | None = None) -> CommitVerdict:
    return judge_commit(commit(signature or signed()), keys)


def test_a_good_signature_says_whose_it_is() -> None:
    assert verdict(TARO, HANAKO) == CommitVerdict(CommitSignature.GOOD, "hanako", FINGERPRINT)
    assert verdict(TARO, HANAKO, signature=signed("ecdsa")).signer == "taro"


def test_nothing_is_said_of_a_signer_that_is_not_there_or_not_good() -> None:
    assert judge_commit(commit(None), [HANAKO]) == CommitVerdict(CommitSignature.NONE)
    assert verdict(HANAKO, signature=b"PGP") == CommitVerdict(CommitSignature.UNSUPPORTED)
    bad = verdict(HANAKO, signature=signed(message=b"other"))
    assert bad == CommitVerdict(CommitSignature.BAD, None, FINGERPRINT)
    unknown = verdict(TARO)
    assert unknown == CommitVerdict(CommitSignature.UNKNOWN_KEY, None, FINGERPRINT)
    assert verdict().signature is CommitSignature.UNKNOWN_KEY


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (replace(HANAKO, not_before=AT, not_after=AT), CommitSignature.GOOD),
        (replace(HANAKO, not_before=AFTER), CommitSignature.EXPIRED_KEY),
        (replace(HANAKO, not_after=BEFORE), CommitSignature.EXPIRED_KEY),
        (replace(HANAKO, revoked_at=AFTER), CommitSignature.GOOD),
        (replace(HANAKO, revoked_at=AT), CommitSignature.REVOKED_KEY),
        (replace(HANAKO, revoked_at=BEFORE), CommitSignature.REVOKED_KEY),
        (replace(HANAKO, revoked_at=AFTER, compromised=True), CommitSignature.REVOKED_KEY),
    ],
)
def test_a_key_counts_in_its_window_and_until_it_is_revoked(
    key: SubmitterKey, expected: CommitSignature
) -> None:
    assert verdict(key).signature is expected


def test_a_renewed_key_counts_in_either_window() -> None:
    old, new = replace(HANAKO, not_after=BEFORE), replace(HANAKO, not_before=BEFORE)

    for keys in ((old, new), (new, old)):
        assert verdict(*keys) == CommitVerdict(CommitSignature.GOOD, "hanako", FINGERPRINT)


def test_a_revoked_key_is_not_saved_by_a_second_line() -> None:
    revoked = replace(HANAKO, compromised=True)

    for keys in ((revoked, HANAKO), (HANAKO, revoked)):
        assert verdict(*keys) == CommitVerdict(CommitSignature.REVOKED_KEY, None, FINGERPRINT)


@given(
    st.lists(
        st.builds(
            SubmitterKey,
            owner=st.sampled_from(["hanako", "taro"]),
            key=st.sampled_from([HANAKO.key, TARO.key]),
            not_before=st.sampled_from([None, BEFORE, AFTER]),
            not_after=st.sampled_from([None, BEFORE, AFTER]),
            revoked_at=st.sampled_from([None, BEFORE, AFTER]),
            compromised=st.booleans(),
        )
    )
)
def test_a_signer_is_named_only_with_a_key_that_counts(keys: Sequence[SubmitterKey]) -> None:
    found = judge_commit(commit(signed()), keys)

    assert (found.signer is not None) == (found.signature is CommitSignature.GOOD)
    if found.signature is CommitSignature.GOOD:
        mine = [key for key in keys if key.key == HANAKO.key]
        assert any(key.owner == found.signer and key.not_after != BEFORE for key in mine)
        assert not any(key.compromised for key in mine)


def entry(key: PublicKey, owner: str, revoked: Revocation | None = None) -> PolicyKey:
    return PolicyKey(algorithm=key.algorithm, pem=key.pem, owner=owner, revoked=revoked)


def policy(keys: dict[str, PolicyKey], roles: dict[Role, tuple[str, ...]]) -> TrustPolicy:
    return TrustPolicy(
        spec="urn:mnaudit:trust-policy:v1",
        version=1,
        issued=AT,
        expires=AFTER,
        organization=OrganizationRef(corporate_number="8000000000001", name="株式会社見本商事"),
        keys=keys,
        roles={role: RoleKeys(keys=names, threshold=1) for role, names in roles.items()},
        verifiers=(),
        predicate_types=("x",),
        max_status_age="P1Y",
        time_authorities=(),
        demands=Demands(time_stamp=False, log=False, witnesses=0),
    )


def test_a_policy_says_who_submits_and_who_reviews() -> None:
    superseded = Revocation(at=AFTER, reason="superseded")
    stolen = Revocation(at=AT, reason="compromised")
    hanako, taro = HANAKO.key.fingerprint, TARO.key.fingerprint
    keys = {hanako: entry(HANAKO.key, "花子", stolen), taro: entry(TARO.key, "太郎", superseded)}

    both = submitters_of(policy(keys, {Role.SUBMITTER: (hanako,), Role.REVIEWER: (taro,)}))
    found = {key.owner: key for key in both}

    assert found == {
        "花子": SubmitterKey(
            "花子", HANAKO.key, revoked_at=AT, compromised=True, submits=True, reviews=False
        ),
        "太郎": SubmitterKey("太郎", TARO.key, revoked_at=AFTER, submits=False, reviews=True),
    }
    assert submitters_of(policy(keys, {Role.ROOT: (hanako,), Role.CI: (taro,)})) == ()
