"""A trust policy against truth from outside: CCTV's weak keys, and OpenSSH's own verdict."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.trust_builder import changed, envelope, key, p256, policy

from mnaudit.errors import TrustError
from mnaudit.signing.keys import PublicKey
from mnaudit.signing.policy_chain import parse_policy
from mnaudit.signing.policy_defects import defects_of
from mnaudit.signing.ssh_signers import allowed_signers
from mnaudit.signing.trust_policy import Role

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mnaudit.signing.keys import SigningKey
    from mnaudit.signing.trust_policy import TrustPolicy


def with_root(raw: str) -> TrustPolicy:
    """A policy whose further root key is the given Ed25519 key."""
    public = PublicKey(Ed25519PublicKey.from_public_bytes(bytes.fromhex(raw)))

    def add(value: Any) -> None:
        entry = {"algorithm": "ed25519", "pem": public.pem, "owner": "the further one"}
        value["keys"][public.fingerprint] = entry
        value["roles"]["root"]["keys"] = sorted(
            {*value["roles"]["root"]["keys"], public.fingerprint}
        )

    return changed(policy(), add)


def test_a_policy_refuses_every_key_that_cctv_flags_as_weak(
    vectors: Callable[[str], Any],
) -> None:
    weak: dict[str, bool] = {}
    for case in vectors("cctv-ed25519/ed25519vectors.json"):
        flags = set(case["flags"] or ())
        weak[case["key"]] = bool(flags & {"low_order_A", "non_canonical_A"})

    refused = {raw: bool(defects_of(with_root(raw))) for raw in weak}

    assert sum(weak.values()) == 14
    assert refused == weak


def test_a_policy_with_a_weak_key_is_not_read() -> None:
    with pytest.raises(TrustError) as refused:
        parse_policy(envelope(with_root("00" * 32), "root-a", "root-b"))

    assert (refused.value.code, refused.value.values["reason"]) == ("MN479", "MN407")


@pytest.fixture(params=["ed25519", "ecdsa-p256"])
def committer(request: pytest.FixtureRequest) -> SigningKey:
    return key("submitter") if request.param == "ed25519" else p256("submitter")


def ssh_policy(committer: SigningKey, **fields: Any) -> TrustPolicy:
    def add(value: Any) -> None:
        value["keys"][committer.fingerprint] = {
            "algorithm": str(committer.algorithm),
            "pem": committer.public.pem,
            "owner": "hr@example.com",
            **fields,
        }
        value["roles"][str(Role.SUBMITTER)] = {"keys": [committer.fingerprint], "threshold": 1}

    return changed(policy(), add)


def openssh_accepts(
    folder: Path, committer: SigningKey, made: TrustPolicy, at: datetime, namespace: str = "git"
) -> bool:
    """Let ssh-keygen sign with the key and judge with our file."""
    private = committer._key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    secret, signers, data = folder / "id", folder / "allowed_signers", folder / "data"
    secret.write_bytes(private)
    secret.chmod(0o600)
    signers.write_text(allowed_signers(made), encoding="utf-8")
    data.write_bytes(b"tree 1\n")
    subprocess.run(
        ["ssh-keygen", "-Y", "sign", "-n", namespace, "-f", secret, data],
        check=True,
        capture_output=True,
    )
    told = subprocess.run(
        [
            *("ssh-keygen", "-Y", "verify", "-n", namespace, "-I", "hr@example.com"),
            *("-f", signers, "-s", folder / "data.sig"),
            *("-O", f"verify-time={at:%Y%m%d%H%M%SZ}"),
        ],
        check=False,
        capture_output=True,
        input=data.read_bytes(),
    )
    return told.returncode == 0


@pytest.mark.parametrize(
    ("at", "is_accepted"),
    [
        (datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 4, 1, 0, 0, 0, tzinfo=UTC), True),
        (datetime(2026, 9, 30, tzinfo=UTC), True),
        (datetime(2026, 9, 30, 0, 0, 1, tzinfo=UTC), False),
    ],
    ids=str,
)
def test_openssh_keeps_the_window_of_a_key(
    tmp_path: Path, committer: SigningKey, at: datetime, *, is_accepted: bool
) -> None:
    made = ssh_policy(
        committer, not_before="2026-04-01T00:00:00Z", not_after="2026-09-30T00:00:00Z"
    )

    assert openssh_accepts(tmp_path, committer, made, at) is is_accepted


def test_openssh_refuses_the_key_for_anything_but_git(
    tmp_path: Path, committer: SigningKey
) -> None:
    at = datetime(2026, 6, 1, tzinfo=UTC)
    made = ssh_policy(committer)

    assert openssh_accepts(tmp_path, committer, made, at)
    (tmp_path / "data.sig").unlink()
    assert not openssh_accepts(tmp_path, committer, made, at, namespace="file")
