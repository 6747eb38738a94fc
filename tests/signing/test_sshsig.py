"""Only a signature over exactly this commit, for git, by a readable key, is good."""

from __future__ import annotations

import base64
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st
from tests.git_repository import new_key
from tests.ssh_signatures import MESSAGE, armor, ed25519_blob, mpint, p256_blob, signed, string

from mnaudit.errors import TrustError
from mnaudit.signing.sshsig import (
    Checked,
    Outcome,
    check,
    is_public_line,
    read_key,
    read_public_line,
)

if TYPE_CHECKING:
    from pathlib import Path

KINDS = ("ed25519", "ecdsa")


@pytest.fixture(scope="module", params=KINDS)
def key(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_key(tmp_path_factory.mktemp("keys"), "signer", request.param)


def by_ssh_keygen(key: Path, message: bytes, namespace: str = "git") -> bytes:
    arguments = ["ssh-keygen", "-Y", "sign", "-f", str(key), "-n", namespace]
    return subprocess.run(arguments, input=message, capture_output=True, check=True).stdout


def public_key(key: Path) -> bytes:
    return base64.b64decode(key.with_name(f"{key.name}.pub").read_text().split()[1])


# What ssh-keygen makes


def test_what_ssh_keygen_signs_for_git_is_good(key: Path) -> None:
    checked = check(by_ssh_keygen(key, MESSAGE), MESSAGE)

    known = read_key(public_key(key))
    assert checked.outcome is Outcome.GOOD
    assert checked.key is not None
    assert known is not None
    assert checked.key.fingerprint == known.fingerprint


def test_another_message_is_bad(key: Path) -> None:
    assert check(by_ssh_keygen(key, MESSAGE), MESSAGE + b" ").outcome is Outcome.BAD


@pytest.mark.parametrize("namespace", ["file", "email", "GIT", "git2"])
def test_a_signature_over_something_else_than_a_commit_is_bad(key: Path, namespace: str) -> None:
    """The bytes are the same, and the person is the right one: but she did not commit."""
    assert check(by_ssh_keygen(key, MESSAGE, namespace), MESSAGE).outcome is Outcome.BAD


def test_an_rsa_key_is_not_looked_into(tmp_path: Path) -> None:
    rsa = new_key(tmp_path, "rsa", "rsa")

    assert check(by_ssh_keygen(rsa, MESSAGE), MESSAGE) == Checked(Outcome.UNSUPPORTED)
    assert read_key(public_key(rsa)) is None


@pytest.mark.parametrize("kind", KINDS)
def test_ssh_keygen_finds_good_what_we_find_good(tmp_path: Path, kind: str) -> None:
    """Outside truth for the signatures that these tests make by hand."""
    blob = ed25519_blob() if kind == "ed25519" else p256_blob()
    type_ = "ssh-ed25519" if kind == "ed25519" else "ecdsa-sha2-nistp256"
    (tmp_path / "allowed").write_text(f"me {type_} {base64.b64encode(blob).decode()}\n")
    for hash_name in (b"sha256", b"sha512"):
        (tmp_path / "sig").write_bytes(signed(kind, hash_name=hash_name))
        arguments = ["ssh-keygen", "-Y", "verify", "-f", str(tmp_path / "allowed"), "-I", "me"]
        arguments += ["-n", "git", "-s", str(tmp_path / "sig")]
        done = subprocess.run(arguments, input=MESSAGE, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        assert check(signed(kind, hash_name=hash_name), MESSAGE).outcome is Outcome.GOOD


# What somebody else makes


@pytest.mark.parametrize("kind", KINDS)
def test_the_reserved_field_is_under_the_signature_and_else_ignored(kind: str) -> None:
    assert check(signed(kind, reserved=b"later"), MESSAGE).outcome is Outcome.GOOD


@pytest.mark.parametrize(
    "armored",
    [
        signed(magic=b"SSHSIX"),
        signed(version=2),
        signed(hash_name=b"sha1"),
        signed(hash_name=b""),
        signed(tail=b"\0"),
        signed(type_=b"ecdsa-sha2-nistp256"),
        signed("ecdsa", type_=b"ssh-ed25519"),
        signed(type_=b"ssh-rsa"),
        signed(signature=bytes(63)),
        signed(signature=bytes(64)),
        signed(key=p256_blob()),
        signed(key=ed25519_blob(bytes(31))),
        signed(key=ed25519_blob() + b"\0"),
        signed("ecdsa", key=p256_blob(b"nistp384")),
        signed("ecdsa", key=p256_blob(point=b"\4" + bytes(64))),
        signed("ecdsa", key=p256_blob(point=b"\4" + bytes(63))),
        signed("ecdsa", signature=mpint(1)),
        signed("ecdsa", signature=mpint(1) + mpint(1) + b"\0"),
        signed("ecdsa", signature=string(b"") + mpint(1)),
        signed("ecdsa", signature=string(b"\0") + mpint(1)),
        signed("ecdsa", signature=string(b"\0\0\1") + mpint(1)),
        signed("ecdsa", signature=string(b"\xff") + mpint(1)),
        signed("ecdsa", signature=mpint(1 << 300) + mpint(1)),
        armor(b"SSHSIG"),
        armor(b"SSHSIG\0\0\0\1\xff\xff\xff\xff"),
        signed().replace(b"=", b"", 1) if b"=" in signed() else armor(b"x"),
        signed().rstrip(b"\n") + b"\nmore\n",
        signed().replace(b"SIGNATURE-----\n", b"SIGNATURE-----\n\n", 1),
        signed().replace(b"\n", b"\r\n"),
        b"-----BEGIN SSH SIGNATURE-----\n",
        b"-----BEGIN SSH SIGNATURE-----\nA\n-----END SSH SIGNATURE-----\n",
        armor(bytes(17_000)),
    ],
)
def test_what_is_not_written_as_openssh_does_is_bad(armored: bytes) -> None:
    assert check(armored, MESSAGE).outcome is Outcome.BAD


def test_stray_bits_of_the_base64_are_bad() -> None:
    good = signed(reserved=b"x" * next(n for n in range(3) if _padding(n)))
    head, _, tail = good.rpartition(b"=\n---")
    at = len(head.rstrip(b"=")) - 1
    odd = head[:at] + bytes([head[at] + 1]) + head[at + 1 :] + b"=\n---" + tail

    assert check(good, MESSAGE).outcome is Outcome.GOOD
    assert base64.b64decode(_body(odd)) == base64.b64decode(_body(good))
    assert check(odd, MESSAGE).outcome is Outcome.BAD


def _padding(count: int) -> bool:
    return b"=" in _body(signed(reserved=b"x" * count))


def _body(armored: bytes) -> bytes:
    return b"".join(armored.split(b"\n")[1:-2])


@pytest.mark.parametrize(
    "armored",
    [
        b"-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n",
        b"-----BEGIN SIGNED MESSAGE-----\n",
        b"",
        signed(key=string(b"sk-ssh-ed25519@openssh.com") + string(bytes(32)) + string(b"ssh:")),
        signed(key=string(b"ssh-ed25519-cert-v01@openssh.com") + string(bytes(32))),
    ],
)
def test_other_kinds_of_signatures_are_unsupported(armored: bytes) -> None:
    assert check(armored, MESSAGE) == Checked(Outcome.UNSUPPORTED)


@pytest.mark.parametrize("y", [0, 1, 2**255 - 20, 2**255 - 19], ids=["0", "1", "-1", "odd"])
def test_a_key_under_which_anyone_can_sign_is_bad(y: int) -> None:
    weak = y.to_bytes(32, "little")

    assert check(signed(key=ed25519_blob(weak)), MESSAGE).outcome is Outcome.BAD
    with pytest.raises(TrustError) as refused:
        read_key(ed25519_blob(weak))
    assert refused.value.code == "MN407"


@pytest.mark.parametrize("blob", [b"", b"\0\0\0\4ssh", ed25519_blob(b""), p256_blob(point=b"")])
def test_a_damaged_key_is_refused(blob: bytes) -> None:
    with pytest.raises(TrustError) as refused:
        read_key(blob)
    assert refused.value.code == "MN406"


@given(st.sampled_from(KINDS), st.integers(0), st.integers(1, 255))
def test_no_byte_of_a_signature_can_be_changed(kind: str, at: int, change: int) -> None:
    blob = bytearray(base64.b64decode(_body(signed(kind))))
    blob[at % len(blob)] ^= change

    assert check(armor(bytes(blob)), MESSAGE).outcome is not Outcome.GOOD


@given(st.binary(max_size=300))
def test_any_bytes_are_judged_without_an_error(data: bytes) -> None:
    assert check(armor(b"SSHSIG\0\0\0\1" + data), MESSAGE).outcome is not Outcome.GOOD
    assert check(b"-----BEGIN SSH SIGNATURE-----\n" + data, MESSAGE).outcome is Outcome.BAD


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa"])
def test_the_public_key_file_of_openssh_is_read(tmp_path: Path, kind: str) -> None:
    path = new_key(tmp_path, "key", kind).with_suffix(".pub")
    line = path.read_bytes()

    assert is_public_line(line)
    key = read_public_line(line)
    assert read_public_line(line.removesuffix(b"\n") + b"\r\n") == key
    assert key == read_key(base64.b64decode(line.split()[1]))


@pytest.mark.parametrize(
    "line",
    [
        b"ssh-ed25519",
        b"ssh-ed25519 ",
        b"ssh-ed25519 %%%%",
        b"ecdsa-sha2-nistp256 " + base64.b64encode(ed25519_blob()),
        b"ssh-rsa " + base64.b64encode(string(b"ssh-rsa")),
        b"ssh-ed25519 " + base64.b64encode(ed25519_blob()) + b"\nssh-ed25519 AAAA",
        b"ssh-ed25519 " + base64.b64encode(ed25519_blob()) + b" a comment\n\n",
    ],
)
def test_a_damaged_public_key_file_is_refused(line: bytes) -> None:
    with pytest.raises(TrustError, match="MN406"):
        read_public_line(line)


@pytest.mark.parametrize("data", [b"", b"-----BEGIN PUBLIC KEY-----\n", b"ssh-dss AAAA"])
def test_other_files_are_no_public_keys_of_openssh(data: bytes) -> None:
    assert not is_public_line(data)
