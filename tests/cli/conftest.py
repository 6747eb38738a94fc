"""The program run in this process, on streams of any encoding."""

from __future__ import annotations

import io
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from mnaudit.cli import main

ROOT = Path(__file__).parents[2]
KEYS = ROOT / "tests/golden/attest"


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it wrote."""

    code: int
    raw: bytes
    raw_err: bytes
    encoding: str

    @property
    def out(self) -> str:
        return self.raw.decode(self.encoding)

    @property
    def err(self) -> str:
        return self.raw_err.decode(self.encoding)


class Program(Protocol):
    def __call__(
        self, *arguments: object, lang: str | None = ..., encoding: str = ..., **environ: str
    ) -> Ended: ...


@pytest.fixture
def mnaudit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Program:
    """Run the program in an empty folder, with nothing in the environment that concerns it."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR", "FORCE_COLOR", "MNAUDIT_LANG"):
        monkeypatch.delenv(name, raising=False)
    for name in ("MNAUDIT_SIGNING_KEY", "MNAUDIT_SIGNING_KEY_PASSPHRASE", "MNAUDIT_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)

    def run(
        *arguments: object, lang: str | None = "en", encoding: str = "utf-8", **environ: str
    ) -> Ended:
        raw, raw_err = io.BytesIO(), io.BytesIO()
        out = io.TextIOWrapper(raw, encoding, write_through=True)
        err = io.TextIOWrapper(raw_err, encoding, write_through=True)
        with pytest.MonkeyPatch.context() as patch:
            for name, value in environ.items():
                patch.setenv(name, value)
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            chosen = [] if lang is None else ["--lang", lang]
            with pytest.raises(SystemExit) as left:
                main([*chosen, *map(str, arguments)])
        out.flush()
        err.flush()
        assert isinstance(left.value.code, int)
        return Ended(int(left.value.code), raw.getvalue(), raw_err.getvalue(), encoding)

    return run


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    """The evidence of the sample company, in the working directory."""
    return shutil.copytree(ROOT / "evidence", tmp_path / "evidence")


@pytest.fixture
def closed(evidence: Path) -> Path:
    """The same, with the missing record filed."""
    return shutil.copytree(ROOT / "docs/sample", evidence, dirs_exist_ok=True)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A private key of its owner alone, not encrypted."""
    path = tmp_path / "signing.pem"
    shutil.copy(KEYS / "NEVER-USE-ed25519.pem", path)
    path.chmod(0o600)
    return path
