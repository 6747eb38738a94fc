"""A leaf tells nothing to whoever is not shown it."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
import rfc8785
from hypothesis import given, strategies as st

from mnaudit.signing import leaf
from mnaudit.signing.keys import Algorithm, SigningKey, generate

if TYPE_CHECKING:
    from mnaudit.signing.keys import PublicKey

KEYS = {algorithm: generate(algorithm) for algorithm in Algorithm}
ABOUT = (("README.txt", "0" * 64), ("evidence/名簿.yaml", "1" * 64))
LEAF: dict[str, Any] = {
    "name": "evidence/a.yaml",
    "digest": "0" * 64,
    "size": 7,
    "salted": "a" * 64,
}


def test_its_hash_is_that_of_rfc_6962_over_the_canonical_description() -> None:
    described: dict[str, Any] = {
        "v": "mnaudit-leaf/v1",
        "path": "evidence/a.yaml",
        "sha256": "0" * 64,
        "size": 7,
        "salt": "a" * 64,
    }

    assert leaf.hash_of(**LEAF) == sha256(b"\0" + rfc8785.dumps(described)).digest()


@pytest.mark.parametrize(
    "change",
    [
        {"name": "evidence/b.yaml"},
        {"digest": "0" * 63 + "1"},
        {"size": 8},
        {"salted": "a" * 63 + "b"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_part_of_the_description_counts(change: dict[str, str | int]) -> None:
    assert leaf.hash_of(**{**LEAF, **change}) != leaf.hash_of(**LEAF)


@given(st.text(), st.text())
def test_no_name_runs_into_the_next_field(first: str, second: str) -> None:
    names = {first, second}

    try:
        hashes = {leaf.hash_of(**{**LEAF, "name": name}) for name in names}
    except UnicodeEncodeError:
        return  # half a character: refused before
    assert len(hashes) == len(names)


@pytest.mark.parametrize("algorithm", Algorithm)
def test_the_same_key_and_members_give_the_same_secret(algorithm: Algorithm) -> None:
    key = KEYS[algorithm]

    assert leaf.secret(key, ABOUT) == leaf.secret(key, iter(ABOUT))


def test_other_members_or_another_key_give_another_secret() -> None:
    one, two = KEYS.values()

    secrets = {
        leaf.secret(one, ABOUT),
        leaf.secret(two, ABOUT),
        leaf.secret(one, ABOUT[:1]),
        leaf.secret(one, reversed(ABOUT)),
    }

    assert len(secrets) == 4


class Listening:
    """A key that remembers what it signed."""

    def __init__(self, key: SigningKey) -> None:
        self.key = key
        self.signed: list[bytes] = []

    @property
    def public(self) -> PublicKey:
        return self.key.public

    def sign(self, message: bytes) -> bytes:
        self.signed.append(message)
        return self.key.sign(message)


def test_what_is_signed_for_the_secret_can_be_taken_for_nothing_else() -> None:
    key = Listening(KEYS[Algorithm.ED25519])

    leaf.secret(key, ABOUT)

    # An envelope signs "DSSEv1 …", a note signs lines of text: neither begins like this.
    assert [message[:16] for message in key.signed] == [b"mnaudit-salt/v1\n"]
    assert [len(message) for message in key.signed] == [16 + 32]


def test_a_salt_is_made_of_the_secret_the_name_and_the_digest() -> None:
    salts = {
        leaf.salt(b"s" * 32, "a", "0" * 64),
        leaf.salt(b"t" * 32, "a", "0" * 64),
        leaf.salt(b"s" * 32, "b", "0" * 64),
        leaf.salt(b"s" * 32, "a", "1" * 64),
    }

    assert len(salts) == 4
    assert {len(salt) for salt in salts} == {64}


def test_a_guess_at_the_content_is_of_no_use_without_the_salt() -> None:
    """Somebody knows the name and the content; what he is shown is the hash of the leaf."""
    shown = leaf.hash_of(**LEAF)

    guesses = {
        *(leaf.hash_of(**{**LEAF, "salted": salt}) for salt in ("", "0" * 64)),
        sha256(rfc8785.dumps(LEAF)).digest(),
        sha256(b"\0" + bytes.fromhex(str(LEAF["digest"]))).digest(),
        *(leaf.hash_of(**{**LEAF, "salted": leaf.salt(b"", *pair)}) for pair in ABOUT),
    }

    assert shown not in guesses
    assert json.loads(rfc8785.dumps(LEAF))["salted"] != "0" * 64
