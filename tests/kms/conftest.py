"""A token of SoftHSM with a few keys: PKCS#11 as a real token speaks it, without the token."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
LIBRARIES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
)
LABEL = "mnaudit test token"
PIN = "canary-PIN-4711"
KEYS = {"secp256r1": 2, "secp384r1": 3}
MAKE_KEY = """
import sys, pkcs11
from pkcs11.util.ec import encode_named_curve_parameters
library, label, pin, curve, number = sys.argv[1:]
token = pkcs11.lib(library).get_token(token_label=label)
with token.open(user_pin=pin, rw=True) as session:
    curve = {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters(curve)}
    parameters = session.create_domain_parameters(pkcs11.KeyType.EC, curve, local=True)
    parameters.generate_keypair(store=True, id=bytes([int(number)]), label="key")
"""


@dataclass(frozen=True)
class Token:
    """A token with keys."""

    environ: dict[str, str]

    def uri(self, curve: str = "secp256r1") -> str:
        return f"hsm:{KEYS[curve]}?label={LABEL.replace(' ', '+')}"

    def mnaudit(self, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
        """Run the program in a process of its own, as its users do."""
        return subprocess.run(
            [sys.executable, "-m", "mnaudit", "--lang", "en", *map(str, arguments)],
            env=self.environ | more,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="session")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Token]:
    """Make a token; fail, and never skip, where SoftHSM is missing."""
    tool = shutil.which("softhsm2-util")
    library = next((path for path in LIBRARIES if Path(path).is_file()), None)
    if tool is None or library is None:
        pytest.fail("SoftHSM is missing: apt-get install softhsm2")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    config = folder / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    odd = ("MNAUDIT", "LC_", "LANG")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(odd)}
    environ |= {
        "SOFTHSM2_CONF": str(config),
        "PYKCS11LIB": library,
        "PYTHONPATH": str(ROOT / "src"),
        "LC_ALL": "C.UTF-8",
    }
    init = (tool, "--init-token", "--free", "--label", LABEL, "--pin", PIN, "--so-pin", "87654321")
    subprocess.run(init, env=environ, check=True, capture_output=True)
    for curve, number in KEYS.items():
        make = (sys.executable, "-c", MAKE_KEY, library, LABEL, PIN, curve, str(number))
        subprocess.run(make, env=environ, check=True, capture_output=True)
    yield Token(environ)
    shutil.rmtree(folder)
