"""A draft changes step by step, and no step leaves a trace of what was taken out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.time_authority import authority
from tests.trust_builder import EXPIRES, ISSUED, ORGANIZATION, holding, key, policy

from mnaudit.errors import ConfigurationError
from mnaudit.signing.policy_defects import defects_of
from mnaudit.signing.policy_editing import (
    begin,
    next_version,
    policy_key,
    revoke,
    with_authority,
    with_key,
    with_threshold,
    without_key,
)
from mnaudit.signing.trust_policy import Revocation, Role, dump_policy, read_payload

CI = key("ci").fingerprint


def test_a_first_draft_has_root_keys_and_lacks_a_ci_key() -> None:
    roots = [(key("root-a").public, "A"), (key("root-b").public, "B")]

    draft = begin(ORGANIZATION, roots, threshold=2, issued=ISSUED, expires=EXPIRES)

    assert draft.version == 1
    assert draft.keys_of(Role.ROOT) == tuple(sorted(each.fingerprint for each, _ in roots))
    assert [dict(defect.values) for defect in defects_of(draft)] == [{"demand": "roles.ci"}]


def test_a_ci_key_may_sign_what_this_program_judges() -> None:
    (grant,) = policy().verifiers

    assert (grant.key, grant.verifier) == (CI, "urn:mnaudit:verifier")


def test_the_same_key_cannot_be_registered_for_a_second_owner() -> None:
    with pytest.raises(ConfigurationError) as refused:
        holding(policy(), Role.AUDITOR, "ci", "somebody else")

    assert refused.value.code == "MN063"


def test_a_second_role_keeps_the_entry_of_the_key() -> None:
    made = holding(holding(policy(), Role.SUBMITTER, "x"), Role.REVIEWER, "x", "Owner of x")

    assert made.keys[key("x").fingerprint].owner == "owner of x"


def test_a_further_key_keeps_the_threshold_of_the_role() -> None:
    made = holding(policy(threshold=3), Role.ROOT, "root-d")

    assert made.roles[Role.ROOT].threshold == 3


def test_a_threshold_of_nobody_cannot_be_changed() -> None:
    with pytest.raises(ConfigurationError) as refused:
        with_threshold(policy(), Role.WITNESS, 1)

    assert refused.value.code == "MN064"


def test_a_key_taken_out_of_its_only_role_is_gone() -> None:
    made = without_key(policy(), Role.CI, CI)

    assert CI not in made.keys
    assert Role.CI not in made.roles
    assert made.verifiers == ()


def test_a_key_taken_out_of_one_role_keeps_the_other() -> None:
    made = holding(holding(policy(), Role.SUBMITTER, "x"), Role.REVIEWER, "x")

    left = without_key(made, Role.REVIEWER, key("x").fingerprint)

    assert left == holding(policy(), Role.SUBMITTER, "x")


def test_one_of_several_keys_can_be_taken_out() -> None:
    left = without_key(policy(), Role.ROOT, key("root-c").fingerprint)

    assert len(left.keys_of(Role.ROOT)) == 2
    assert left.verifiers == policy().verifiers


def test_what_a_role_does_not_have_cannot_be_taken_out() -> None:
    with pytest.raises(ConfigurationError) as refused:
        without_key(policy(), Role.ROOT, CI)

    assert refused.value.code == "MN063"


def test_a_revoked_key_stays_with_the_reason() -> None:
    revocation = Revocation(at=ISSUED, reason="compromised")

    made = revoke(policy(), CI, revocation)

    assert made.keys[CI].revoked == revocation
    assert read_payload(dump_policy(made)) == made


def test_an_unknown_key_cannot_be_revoked() -> None:
    with pytest.raises(ConfigurationError) as refused:
        revoke(policy(), "0" * 64, Revocation(at=ISSUED, reason="superseded"))

    assert refused.value.code == "MN063"


def test_an_entry_has_the_type_of_its_key() -> None:
    entry = policy_key(key("x").public, "X", not_before=ISSUED, not_after=EXPIRES)

    assert (entry.algorithm, entry.not_before, entry.not_after) == ("ed25519", ISSUED, EXPIRES)
    assert with_key(policy(), Role.LOG, key("x").fingerprint, entry).keys_of(Role.LOG)


def test_the_next_version_has_a_new_period_and_all_else_as_it_was() -> None:
    year = timedelta(days=365)

    made = next_version(policy(), issued=ISSUED + year, expires=EXPIRES + year)

    assert made.version == 2
    assert (
        next_version(made, issued=ISSUED, expires=EXPIRES).model_copy(update={"version": 1})
        == policy()
    )


def test_a_time_stamp_authority_is_added_once() -> None:
    once = with_authority(policy(), authority())

    assert once.time_authorities == (authority(),)
    assert with_authority(once, authority()) == once
    assert defects_of(once) == ()


def test_the_window_of_an_authority_is_looked_at_as_well() -> None:
    inverted = authority().model_copy(update={"not_before": EXPIRES, "not_after": ISSUED})

    found = defects_of(with_authority(policy(), inverted))

    assert [(each.code, dict(each.values)) for each in found] == [
        ("MN484", {"field": "time_authorities.0"})
    ]
