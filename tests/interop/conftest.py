"""Bundles that the program itself makes, and the verifiers of other people.

The verifiers are installed by ``nox -s interop``, which says where in the environment. Without
them these tests fail: a check that nobody makes must not look like one that passed.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mnaudit.signing.keys import SigningKey, load_private

ROOT = Path(__file__).parents[2]
KEYS = ROOT / "tests" / "golden" / "attest"
ALGORITHMS = ("ecdsa-p256", "ed25519")
SIGNED = ("status.sigstore.json", "manifest.sigstore.json")
SIDECAR = "evidence.modelsig.sigstore.json"


@dataclass(frozen=True)
class Bundle:
    """A bundle of the sample company, unpacked with nothing of ours.

    Attributes:
        folder: Where the members are.
        key: What signed it.
    """

    folder: Path
    key: SigningKey

    @property
    def public_key(self) -> Path:
        return self.folder / "signer.pub.pem"

    def read(self, member: str) -> dict[str, Any]:
        value: dict[str, Any] = json.loads((self.folder / member).read_bytes())
        return value

    def envelope(self, member: str) -> dict[str, Any]:
        value: dict[str, Any] = self.read(member)["dsseEnvelope"]
        return value

    def signature(self, member: str) -> bytes:
        return base64.b64decode(self.envelope(member)["signatures"][0]["sig"])

    def payload(self, member: str) -> bytes:
        return base64.b64decode(self.envelope(member)["payload"])


def pae(payload_type: str, payload: bytes) -> bytes:
    """Return what DSSE signs, written down from its specification once more."""
    kind = payload_type.encode()
    parts = (b"DSSEv1", str(len(kind)).encode(), kind, str(len(payload)).encode(), payload)
    return b" ".join(parts)


def tool(variable: str) -> Path:
    """Return a verifier that ``nox -s interop`` installed; fail where it did not."""
    path = os.environ.get(variable)
    if path is None or not Path(path).exists():
        pytest.fail(f"{variable} is not set: run this by `nox -s interop`")
    return Path(path)


def run(*command: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run somebody else's program."""
    return subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="session")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Bundle]:
    """Make one bundle for each kind of key with the command line, as users do."""
    made: dict[str, Bundle] = {}
    for algorithm in ALGORITHMS:
        work = tmp_path_factory.mktemp(algorithm)
        key = work / "key.pem"
        shutil.copy(KEYS / f"NEVER-USE-{algorithm}.pem", key)
        key.chmod(0o600)
        odd = ("MNAUDIT", "LC_", "LANG")
        environ = {name: text for name, text in os.environ.items() if not name.startswith(odd)}
        environ |= {"PYTHONPATH": str(ROOT / "src"), "LC_ALL": "C.UTF-8"}
        attest = ("attest", ROOT / "evidence", "--as-of=2026-03-31", "-o", work, "--key", key)
        told = subprocess.run(
            [sys.executable, "-m", "mnaudit", *map(str, attest)],
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert told.returncode == 0, told.stderr
        (bundle,) = work.glob("*.zip")
        with zipfile.ZipFile(bundle) as archive:
            archive.extractall(work / "unpacked")
        private = load_private(key.read_bytes(), None)
        made[algorithm] = Bundle(work / "unpacked", private)
    return made


@pytest.fixture(params=ALGORITHMS)
def bundle(request: pytest.FixtureRequest, bundles: dict[str, Bundle]) -> Bundle:
    return bundles[request.param]


@pytest.fixture
def p256(bundles: dict[str, Bundle]) -> Bundle:
    return bundles["ecdsa-p256"]
