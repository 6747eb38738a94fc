"""Each line names one person and one key, or the file is refused."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, strategies as st
from tests.git_repository import Person, allowed_signers, new_key, new_repository

from mnaudit.errors import ConfigurationError
from mnaudit.load.allowed_signers import parse_allowed_signers, read_allowed_signers
from mnaudit.model.assessment import OrganizationRef
from mnaudit.model.provenance import CommitSignature
from mnaudit.signing.commits import read_commit
from mnaudit.signing.keys import PublicKey
from mnaudit.signing.ssh_signers import allowed_signers as write_allowed_signers
from mnaudit.signing.submitters import judge_commit, submitters_of
from mnaudit.signing.trust_policy import Demands, PolicyKey, Role, RoleKeys, TrustPolicy

if TYPE_CHECKING:
    from pathlib import Path

    from mnaudit.signing.submitters import SubmitterKey

ED25519 = "AAAAC3NzaC1lZDI1NTE5AAAAIHUeLNFT5iHIo69hGWvrATFkVpoxCeE6FZhpEOnGCRVJ"
P256 = (
    "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBGsX0fLhLEJH+Lzm5WOkQPJ3A32BLeszoPShOUXY"
    "mMKWT+NC4v4af5uO5+tKfA+eFivOM1drMV7Oy7ZAaDe/UfU="
)
DAY = "20260301"
WEAK = base64.b64encode(b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + bytes(32)).decode()


def parsed(text: str) -> tuple[SubmitterKey, ...]:
    return parse_allowed_signers(text.encode(), "allowed_signers")


def test_lines_are_read_in_their_order() -> None:
    hanako, taro = parsed(
        "# comment\n\n"
        f"hanako@example.jp,hanako ssh-ed25519 {ED25519} a comment\n"
        f'  taro namespaces="git" ecdsa-sha2-nistp256 {P256}\n'
    )

    assert (hanako.owner, hanako.key.algorithm) == ("hanako@example.jp", "ed25519")
    assert (taro.owner, taro.key.algorithm) == ("taro", "ecdsa-p256")
    assert hanako.submits
    assert hanako.reviews


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("20260301Z", datetime(2026, 3, 1, tzinfo=UTC)),
        (f"{DAY}1530Z", datetime(2026, 3, 1, 15, 30, tzinfo=UTC)),
        (f"{DAY}153045Z", datetime(2026, 3, 1, 15, 30, 45, tzinfo=UTC)),
        ("20260301", datetime(2026, 2, 28, 15, tzinfo=UTC)),
    ],
)
def test_windows_are_read(text: str, at: datetime) -> None:
    (key,) = parsed(f'a Valid-After="{text}",valid-before="{text}" ssh-ed25519 {ED25519}')

    assert key.not_before == key.not_after == at


@pytest.mark.parametrize(
    ("namespaces", "counts"),
    [
        ("git", True),
        ("file,git", True),
        ("g*", True),
        ("*", True),
        ("file", False),
        ("*,!git", False),
        ("git,!g*", False),
        ("", False),
    ],
)
def test_a_key_for_something_else_signs_no_commits(namespaces: str, counts: bool) -> None:  # noqa: FBT001 - a row of the table
    other = f"b ecdsa-sha2-nistp256 {P256}\n"
    keys = parsed(f'a namespaces="{namespaces}" ssh-ed25519 {ED25519}\n{other}')

    assert [key.owner for key in keys] == (["a", "b"] if counts else ["b"])


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("a", "MN082"),
        (f"ssh-ed25519 {ED25519}", "MN082"),
        ("a ssh-ed25519", "MN082"),
        ("a ssh-ed25519 !!!", "MN082"),
        ("a ssh-ed25519 AAAA", "MN082"),
        (f"a ssh-ed25519 {WEAK}", "MN082"),
        (f"*@example.jp ssh-ed25519 {ED25519}", "MN082"),
        (f"!a,b ssh-ed25519 {ED25519}", "MN082"),
        (f'"" ssh-ed25519 {ED25519}', "MN082"),
        (f'a valid-after="tomorrow" ssh-ed25519 {ED25519}', "MN082"),
        (f'a valid-after="20260230Z" ssh-ed25519 {ED25519}', "MN082"),
        (f"a valid-after ssh-ed25519 {ED25519}", "MN082"),
        (f'a no-touch="1" ssh-ed25519 {ED25519}', "MN082"),
        (f'a namespaces="git", ssh-ed25519 {ED25519}', "MN082"),
        (f'a namespaces="git"x ssh-ed25519 {ED25519}', "MN082"),
        (f'a namespaces="git",namespaces="file" ssh-ed25519 {ED25519}', "MN082"),
        (f'a cert-authority="x" ssh-ed25519 {ED25519}', "MN082"),
        (f"a cert-authority ssh-ed25519 {ED25519}", "MN083"),
        (f'*@example.jp cert-authority,namespaces="git" ssh-ed25519 {ED25519}', "MN083"),
        ("a ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAAQ==", "MN084"),
        ("# nothing", "MN085"),
        (f'a namespaces="file" ssh-ed25519 {ED25519}', "MN085"),
        (f"a ssh-ed25519 {ED25519}\nb ssh-ed25519 {ED25519}", "MN086"),
    ],
)
def test_what_does_not_name_one_person_and_a_key_is_refused(line: str, code: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        parsed(line)
    assert refused.value.code == code


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read_allowed_signers(tmp_path / "nothing")
    assert refused.value.code == "MN002"


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        keys = parsed(text)
    except ConfigurationError as error:
        assert error.code in {"MN082", "MN083", "MN084", "MN085", "MN086"}  # noqa: PT017 - either way is right
    else:
        assert keys


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa"])
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("", CommitSignature.GOOD),
        ('namespaces="git"', CommitSignature.GOOD),
        ('valid-after="20260101Z",valid-before="20260401Z"', CommitSignature.GOOD),
        ('valid-after="20260401Z"', CommitSignature.EXPIRED_KEY),
        ('valid-before="20260101Z"', CommitSignature.EXPIRED_KEY),
    ],
)
def test_git_comes_to_the_same_verdict(
    tmp_path: Path, kind: str, options: str, expected: CommitSignature
) -> None:
    """Outside truth: ``git verify-commit`` with the same file."""
    hanako = Person("Hanako", "hanako@example.jp", new_key(tmp_path, "hanako", kind))
    signers = allowed_signers(tmp_path / "allowed_signers", hanako, options=options)
    repository = new_repository(tmp_path / "company")
    id_ = repository.submit(hanako, "a.yaml", "a")
    data = repository.git("cat-file", "commit", id_).encode() + b"\n"

    commit = read_commit(id_, data, "sha1")

    assert commit is not None
    assert judge_commit(commit, read_allowed_signers(signers)).signature is expected
    verify = ("-c", f"gpg.ssh.allowedSignersFile={signers}", "verify-commit", id_)
    if expected is CommitSignature.GOOD:
        repository.git(*verify)
    else:
        with pytest.raises(AssertionError):
            repository.git(*verify)


def test_what_a_trust_policy_writes_for_git_is_read_back() -> None:
    keys = {key.fingerprint: key for key in (_key(b"hanako"), _key(b"taro"))}
    policy = TrustPolicy(
        spec="urn:mnaudit:trust-policy:v1",
        version=1,
        issued=datetime(2026, 1, 1, tzinfo=UTC),
        expires=datetime(2027, 1, 1, tzinfo=UTC),
        organization=OrganizationRef(corporate_number="8000000000001", name="株式会社見本商事"),
        verifiers=(),
        predicate_types=("x",),
        max_status_age="P1Y",
        time_authorities=(),
        demands=Demands(time_stamp=False, log=False, witnesses=0),
        keys={
            name: PolicyKey(
                algorithm=key.algorithm,
                pem=key.pem,
                owner=f"owner-{name[:4]}",
                not_before=datetime(2026, 1, 1, tzinfo=UTC),
                not_after=datetime(2027, 1, 1, tzinfo=UTC),
            )
            for name, key in keys.items()
        },
        roles={Role.SUBMITTER: RoleKeys(keys=tuple(sorted(keys)), threshold=1)},
    )

    written = parsed(write_allowed_signers(policy))

    assert list(written) == [replace(key, reviews=True) for key in submitters_of(policy)]


def _key(seed: bytes) -> PublicKey:
    return PublicKey(Ed25519PrivateKey.from_private_bytes(sha256(seed).digest()).public_key())
