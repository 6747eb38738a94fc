"""What went wrong in other people's verifiers does not go wrong here: attacks on the program.

The table of advisories is in ``tests/verify/test_advisories.py``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.trust_bench import CI, NOW, first_policy, following, signed, trust_bench, trusting

from mnaudit.signing.trust_policy import dump_policy, fingerprint_of
from mnaudit.signing.trust_state import dump_state

if TYPE_CHECKING:
    from tests.cli.conftest import Ended, Program

ROOT = Path(__file__).parents[2]


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A bundle whose own checks all pass; its catalog is nobody's, so it is INDETERMINATE."""
    path = tmp_path / "a.mnaudit.zip"
    path.write_bytes(trust_bench().bundle())
    return path


@pytest.fixture
def state(tmp_path: Path) -> Path:
    path = tmp_path / "state.json"
    path.write_bytes(dump_state(trusting(first_policy())))
    return path


def checks(ended: Ended) -> dict[str, str]:
    return {each["id"]: each["outcome"] for each in json.loads(ended.out)["checks"]}


# Crashes


class Panic(BaseException):
    """As a Rust extension raises it: no Exception."""


@pytest.mark.parametrize(
    "crash",
    [
        pytest.param(RuntimeError("boom"), id="an error"),
        pytest.param(KeyError("kid"), id="a missing key"),
        pytest.param(RecursionError(), id="no stack"),
        pytest.param(MemoryError(), id="no memory"),
        pytest.param(AssertionError(), id="an assertion"),
        pytest.param(Panic("unwrap on None"), id="a panic"),
        pytest.param(SystemExit(0), id="an exit with 0"),
        pytest.param(GeneratorExit(), id="the end of a generator"),
    ],
)
@pytest.mark.parametrize(
    "parser",
    [
        "mnaudit.verify.archive._directory",
        "mnaudit.signing.sigstore_bundle.parse",
        "mnaudit.signing.statement.parse",
        "mnaudit.signing.keys.load_pem_public_key",
        "mnaudit.verify.authority.newest",
        "mnaudit.signing.timestamp.read_status",
        "mnaudit.verify.history.read_note",
    ],
)
def test_cve_2026_44310_a_crash_never_ends_with_0(
    mnaudit: Program,
    bundle: Path,
    state: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    parser: str,
    crash: BaseException,
) -> None:
    crashed = []

    def crashing(*_: object, **__: object) -> None:
        crashed.append(parser)
        raise crash

    import_of(parser)
    monkeypatch.setattr(parser, crashing)
    ended = mnaudit("verify", bundle, "--trust", state)

    assert (crashed, ended.code) == ([parser], 70)
    assert "VALID" not in ended.out


def import_of(parser: str) -> None:
    """Import the module first, so that patching it does not depend on the order of tests."""
    __import__(parser.rpartition(".")[0])


def test_cve_2026_44310_without_the_crash_the_command_ends_with_4_or_0(
    mnaudit: Program, bundle: Path, state: Path
) -> None:
    assert mnaudit("verify", bundle, "--trust", state).code == 4
    assert mnaudit("verify", bundle.parent / "none.zip", "--trust", state).code == 2


@pytest.mark.parametrize(
    "line", ["a@example.com ssh-ed25519 AAA\u00e9", "\u00e9", "a b c d e f", '"']
)
def test_cve_2026_44310_a_strange_list_of_signers_is_a_mistake_and_no_crash(
    mnaudit: Program, evidence: Path, line: str
) -> None:
    Path("signers").write_text(line + "\n", "utf-8")

    ended = mnaudit(
        "gate", evidence, "--require-signed-submissions", "--allowed-signers", "signers"
    )

    assert ended.code == 2


def test_cve_2022_35929_what_cannot_be_decided_is_no_success(
    mnaudit: Program, bundle: Path
) -> None:
    ended = mnaudit("verify", bundle, "--pin", CI.fingerprint, "--format", "json")

    outcomes = checks(ended)
    assert outcomes.pop("catalog-known") == outcomes.pop("reevaluation") == "unknown"
    assert "failed" not in outcomes.values()
    assert (ended.code, json.loads(ended.out)["result"]) == (4, "INDETERMINATE")


# Configuration that somebody else wrote

HOSTILE = {
    ".mnaudit.toml": "[verify]\nresult = 'VALID'\n",
    "mnaudit.toml": f"pin = '{CI.fingerprint}'\n",
    "pyproject.toml": f"[tool.mnaudit]\npin = '{CI.fingerprint}'\n",
    "setup.cfg": "[mnaudit]\nresult = VALID\n",
    ".env": f"MNAUDIT_PIN={CI.fingerprint}\nMNAUDIT_LANG=en\n",
    ".config/mnaudit/config.toml": f"pin = '{CI.fingerprint}'\n",
    ".in_totorc": "[settings]\n",
    "trust/state.json": dump_state(trusting(first_policy())).decode(),
    "trust/policy.v1.dsse.json": signed(first_policy()).decode(),
    "controls/catalog.yaml": "id: mnaudit\nversion: 1.0.0\ncontrols: []\n",
    "controls/tailoring.yaml": "tailoring: []\n",
    "schema/catalog.schema.json": "true\n",
    "allowed_signers": "* ssh-ed25519 AAAA\n",
    "openssl.cnf": "openssl_conf = x\n[x]\n",
    "click.py": "raise SystemExit(0)\n",
    "sitecustomize.py": "raise SystemExit(0)\n",
    "mnaudit/__init__.py": "raise SystemExit(0)\n",
    "conftest.py": "raise SystemExit(0)\n",
}


def test_cve_2023_32076_no_configuration_is_read_from_the_folder_or_the_home(
    bundle: Path, tmp_path: Path
) -> None:
    clean, hostile = tmp_path / "clean", tmp_path / "hostile"
    clean.mkdir()
    for name, text in HOSTILE.items():
        (hostile / name).parent.mkdir(parents=True, exist_ok=True)
        (hostile / name).write_text(text)

    def verified(folder: Path) -> tuple[int, dict[str, Any], bytes]:
        home = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder / ".config")}
        environ = {**os.environ, **home, "PYTHONPATH": str(ROOT / "src"), "MNAUDIT_LANG": "ja"}
        # As the installed program starts: without the working directory on the path.
        ended = subprocess.run(
            [sys.executable, "-P", "-m", "mnaudit", "verify", bundle, "--format", "json"],
            cwd=folder,
            env=environ,
            capture_output=True,
            check=False,
        )
        told = json.loads(ended.stdout)
        told["verification"].pop("at")  # the clock is read, of course
        return ended.returncode, told, ended.stderr

    expected = verified(clean)

    assert verified(hostile) == expected
    assert (expected[0], expected[1]["result"]) == (4, "INDETERMINATE")
    assert {path.name for path in clean.iterdir()} == set()


def test_cve_2023_32076_what_lies_beside_a_bundle_or_in_it_is_no_basis(
    mnaudit: Program, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_of("mnaudit.cli.verify.now")
    monkeypatch.setattr("mnaudit.cli.verify.now", lambda: NOW)
    alone = mnaudit("verify", bundle, "--format", "json")
    for name, text in HOSTILE.items():
        (bundle.parent / name).parent.mkdir(parents=True, exist_ok=True)
        (bundle.parent / name).write_text(text)

    assert mnaudit("verify", bundle, "--format", "json") == alone
    assert checks(alone)["pin"] == "unknown"


def test_cve_2023_47122_a_state_comes_only_from_the_path_that_was_named(
    mnaudit: Program, bundle: Path, tmp_path: Path
) -> None:
    assert mnaudit("verify", bundle, "--trust", tmp_path / "none.json").code == 2
    (tmp_path / "broken.json").write_bytes(dump_state(trusting(first_policy()))[:-2])

    # A memory that cannot be read stops the verification: it is not begun anew.
    ended = mnaudit("verify", bundle, "--trust", tmp_path / "broken.json")
    assert (ended.code, ended.out) == (4, "")


# Endless data


@pytest.mark.parametrize("id_", ["CVE-2023-46737", "CVE-2024-29902"])
def test_what_never_ends_is_not_read_to_its_end(mnaudit: Program, bundle: Path, id_: str) -> None:
    endless = Path("/dev/zero")
    fingerprint = fingerprint_of(dump_policy(first_policy()))
    commands = {
        "CVE-2023-46737": ("verify", bundle, "--trust", endless),
        "CVE-2024-29902": ("trust", "pin", endless, "--fingerprint", fingerprint, "-o", "s.json"),
    }

    assert mnaudit(*commands[id_]).code == 4
    assert not Path("s.json").exists()


def test_cve_2023_46737_an_endless_bundle_is_refused(mnaudit: Program) -> None:
    assert mnaudit("verify", "/dev/zero", "--pin", CI.fingerprint).code == 4


# Rollback


def test_cve_2026_44544_the_command_does_not_go_back_to_an_older_policy(
    mnaudit: Program, state: Path, tmp_path: Path
) -> None:
    first, second = first_policy(), following(first_policy())
    for version, policy in ((1, first), (2, second)):
        (tmp_path / f"policy.v{version}.dsse.json").write_bytes(signed(policy))
    assert mnaudit("trust", "update", state, "policy.v2.dsse.json").code == 0
    newest = state.read_bytes()

    assert mnaudit("trust", "update", state, "policy.v1.dsse.json").code == 4
    # Nor by pinning anew over the memory.
    pin = ("trust", "pin", "policy.v1.dsse.json", "--fingerprint")
    ended = mnaudit(*pin, fingerprint_of(dump_policy(first)), "-o", state)
    assert ended.code != 0
    assert state.read_bytes() == newest


def test_cve_2020_15163_a_pin_accepts_only_the_policy_that_it_names(
    mnaudit: Program, tmp_path: Path
) -> None:
    first = first_policy()
    (tmp_path / "p.json").write_bytes(signed(first))
    other = fingerprint_of(dump_policy(following(first)))

    refused = mnaudit("trust", "pin", "p.json", "--fingerprint", other, "-o", "s.json")
    assert (refused.code, Path("s.json").exists()) == (4, False)
    pinned = fingerprint_of(dump_policy(first))
    assert mnaudit("trust", "pin", "p.json", "--fingerprint", pinned, "-o", "s.json").code == 0


# Algorithms and keys


@pytest.mark.parametrize("pin", ["", "none", "00", "*", CI.fingerprint[:-1], CI.fingerprint + "0"])
def test_cve_2022_29217_a_pin_that_names_no_key_is_a_mistake_and_no_wildcard(
    mnaudit: Program, bundle: Path, pin: str
) -> None:
    ended = mnaudit("verify", bundle, "--pin", pin)

    assert (ended.code, ended.out) == (2, "")


# What a bundle shows on a terminal


def test_nothing_in_a_bundle_reaches_the_terminal_unescaped(
    mnaudit: Program, tmp_path: Path
) -> None:
    bench = trust_bench()
    bench.members["evidence/a\u202eb\x1b[2J"] = b""
    (tmp_path / "evil.zip").write_bytes(bench.bundle())

    ended = mnaudit("verify", "evil.zip", "--pin", CI.fingerprint)

    assert ended.code == 4
    assert not {"\x1b", "\u202e"} & {*ended.out, *ended.err}
