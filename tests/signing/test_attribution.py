"""Two persons are two only if nothing says that they are one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.ssh_signatures import ED25519, MESSAGE, P256, signed

from mnaudit.model.provenance import Approval, CommitSignature, FileProvenance, Person
from mnaudit.signing.attribution import attribute
from mnaudit.signing.commits import Commit
from mnaudit.signing.keys import PublicKey
from mnaudit.signing.submitters import SubmitterKey

AT = datetime(2026, 3, 1, tzinfo=UTC)
SUBMITTER = Person(name="Hanako", mail="hanako@example.jp")
REVIEWER = Person(name="Taro", mail="taro@example.jp")
BY_HANAKO, BY_TARO = signed("ed25519"), signed("ecdsa")
COMMIT = Commit("a" * 40, ("b" * 40,), SUBMITTER, AT, None, MESSAGE)
MERGE = Commit("c" * 40, ("b" * 40, "a" * 40), REVIEWER, AT, None, MESSAGE)
HANAKO = SubmitterKey("hanako", PublicKey(ED25519.public_key()))
TARO = SubmitterKey("taro", PublicKey(P256.public_key()))
KEYS = (HANAKO, TARO)


def four_eyes(found: FileProvenance) -> tuple[str | None, Approval | None, bool | None]:
    return found.approver, found.approval, found.four_eyes


def test_without_signatures_the_author_of_the_merge_claims_to_approve() -> None:
    found = attribute(COMMIT, MERGE, KEYS)

    assert four_eyes(found) == ("Taro <taro@example.jp>", Approval.CLAIMED, True)
    assert (found.commit, found.author) == (COMMIT.id, SUBMITTER)
    assert (found.signature, found.signer) == (CommitSignature.NONE, None)


def test_two_signatures_by_two_owners_are_four_eyes() -> None:
    submitted, merged = replace(COMMIT, signature=BY_HANAKO), replace(MERGE, signature=BY_TARO)

    found = attribute(submitted, merged, KEYS)

    assert found.signer == "hanako"
    assert four_eyes(found) == ("taro", Approval.SIGNED, True)


def test_two_signatures_by_one_owner_are_not_whatever_the_commits_say() -> None:
    submitted, merged = replace(COMMIT, signature=BY_HANAKO), replace(MERGE, signature=BY_TARO)
    one = (HANAKO, replace(TARO, owner="HANAKO"))

    assert four_eyes(attribute(submitted, merged, one)) == ("HANAKO", Approval.SIGNED, False)
    submitted = replace(submitted, signature=BY_TARO)
    assert attribute(submitted, merged, KEYS).four_eyes is False


@pytest.mark.parametrize(
    "person",
    [
        SUBMITTER,
        Person(name="someone else", mail="HANAKO@example.jp"),
        Person(name="\uff28anako", mail="private@example.org"),
    ],
    ids=["same", "address", "name"],
)
def test_the_same_name_or_address_is_the_same_person(person: Person) -> None:
    found = attribute(COMMIT, replace(MERGE, author=person), KEYS)

    assert found.four_eyes is False


def test_an_owner_and_a_claim_are_compared_by_all_that_is_known() -> None:
    merged = replace(MERGE, author=Person(name="x", mail="hanako"))
    assert attribute(replace(COMMIT, signature=BY_HANAKO), merged, KEYS).four_eyes is False
    merged = replace(MERGE, author=SUBMITTER, signature=BY_TARO)
    assert attribute(COMMIT, merged, KEYS).four_eyes is False


def test_a_trailer_of_a_squash_approves() -> None:
    squashed = replace(COMMIT, approvers=(SUBMITTER, REVIEWER))

    found = attribute(squashed, squashed, KEYS)

    assert four_eyes(found) == ("Taro <taro@example.jp>", Approval.CLAIMED, True)


def test_without_a_second_person_the_first_is_named() -> None:
    squashed = replace(COMMIT, approvers=(SUBMITTER,))

    assert four_eyes(attribute(squashed, squashed, KEYS)) == (
        "Hanako <hanako@example.jp>",
        Approval.CLAIMED,
        False,
    )


def test_a_direct_push_has_no_approver_even_if_it_is_signed() -> None:
    for commit in (COMMIT, replace(COMMIT, signature=BY_TARO)):
        assert four_eyes(attribute(commit, commit, KEYS)) == (None, None, None)


def test_a_signed_approval_outweighs_a_claimed_one() -> None:
    third = Person(name="Jiro", mail="jiro@example.jp")
    merged = replace(MERGE, signature=BY_TARO, approvers=(third,))

    assert four_eyes(attribute(COMMIT, merged, KEYS)) == ("taro", Approval.SIGNED, True)


def test_who_signs_her_own_merge_still_has_the_claim_of_a_trailer_only() -> None:
    submitted = replace(COMMIT, signature=BY_HANAKO)
    merged = replace(MERGE, signature=BY_HANAKO, approvers=(REVIEWER,))

    found = attribute(submitted, merged, KEYS)

    assert four_eyes(found) == ("Taro <taro@example.jp>", Approval.CLAIMED, True)


def test_a_merge_that_was_changed_after_it_was_signed_approves_nothing() -> None:
    merged = replace(MERGE, signature=BY_TARO, payload=b"changed", approvers=(REVIEWER,))

    assert four_eyes(attribute(COMMIT, merged, KEYS)) == (None, None, None)


def test_a_key_counts_only_for_its_role() -> None:
    submits_only, reviews_only = replace(TARO, reviews=False), replace(HANAKO, submits=False)
    submitted, merged = replace(COMMIT, signature=BY_HANAKO), replace(MERGE, signature=BY_TARO)

    found = attribute(submitted, merged, (reviews_only, submits_only))

    assert found.signature is CommitSignature.UNKNOWN_KEY
    assert found.approval is Approval.CLAIMED
