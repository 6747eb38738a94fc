"""``model_signing verify key`` of the OpenSSF checks signature and every file of the evidence."""

from __future__ import annotations

import base64
import json
import shutil
from typing import TYPE_CHECKING

import pytest
from tests.interop.conftest import KEYS, SIDECAR, Bundle, run, tool

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def unpacked(p256: Bundle, tmp_path: Path) -> Path:
    folder = tmp_path / "unpacked"
    shutil.copytree(p256.folder, folder)
    return folder


def _verify(folder: Path) -> tuple[bool, str]:
    program = tool("INTEROP_MODEL_SIGNING")
    arguments = ("--signature", folder / SIDECAR, "--public_key", folder / "signer.pub.pem")
    told = run(program, "verify", "key", folder / "evidence", *arguments)
    return told.returncode == 0, told.stdout + told.stderr


def test_model_signing_accepts_the_evidence(unpacked: Path) -> None:
    accepted, told = _verify(unpacked)

    assert accepted, told


def test_there_is_no_sidecar_of_a_key_that_model_signing_does_not_know(
    bundles: dict[str, Bundle],
) -> None:
    assert not (bundles["ed25519"].folder / SIDECAR).exists()


def _change_file(folder: Path) -> None:
    path = folder / "evidence" / "organization.yaml"
    path.write_bytes(path.read_bytes() + b"\n")


def _add_file(folder: Path) -> None:
    (folder / "evidence" / "more.yaml").write_bytes(b"kind: log-review\n")


def _remove_file(folder: Path) -> None:
    min((folder / "evidence").rglob("*.yaml")).unlink()


def _rename_file(folder: Path) -> None:
    path = folder / "evidence" / "organization.yaml"
    path.rename(path.with_name("Organization.yaml"))


def _change_sidecar(folder: Path) -> None:
    path = folder / SIDECAR
    value = json.loads(path.read_bytes())
    payload = base64.b64decode(value["dsseEnvelope"]["payload"])
    changed = payload.replace(b"organization.yaml", b"organizatiom.yaml")
    assert changed != payload
    value["dsseEnvelope"]["payload"] = base64.b64encode(changed).decode()
    path.write_text(json.dumps(value))


def _change_key(folder: Path) -> None:
    made = run("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout").stdout
    (folder / "other.pem").write_text(made)
    public = run("openssl", "pkey", "-in", folder / "other.pem", "-pubout").stdout
    (folder / "signer.pub.pem").write_text(public)


def _another_kind_of_key(folder: Path) -> None:
    private = KEYS / "NEVER-USE-ed25519.pem"
    public = run("openssl", "pkey", "-in", private, "-pubout").stdout
    (folder / "signer.pub.pem").write_text(public)


@pytest.mark.parametrize(
    "change",
    [
        _change_file,
        _add_file,
        _remove_file,
        _rename_file,
        _change_sidecar,
        _change_key,
        _another_kind_of_key,
    ],
)
def test_model_signing_refuses_what_was_changed(
    unpacked: Path, change: Callable[[Path], None]
) -> None:
    change(unpacked)

    accepted, told = _verify(unpacked)

    assert not accepted
    assert "Traceback" not in told or "InvalidSignature" in told
