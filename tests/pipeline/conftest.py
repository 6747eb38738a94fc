"""Copies of the sample company, the rules, and a key."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from mnaudit.pipeline import Rules, shipped_rules
from mnaudit.signing.keys import SigningKey, load_private

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def rules() -> Rules:
    return shipped_rules()


@pytest.fixture(scope="session")
def key() -> SigningKey:
    pem = ROOT / "tests/golden/attest/NEVER-USE-ecdsa-p256.pem"
    return load_private(pem.read_bytes(), None)


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    """The evidence of the sample company, to be changed."""
    return shutil.copytree(ROOT / "evidence", tmp_path / "evidence")


@pytest.fixture
def closed(evidence: Path) -> Path:
    """The same, with the missing record filed."""
    return shutil.copytree(ROOT / "docs/sample", evidence, dirs_exist_ok=True)


@pytest.fixture(scope="session")
def as_of() -> date:
    """The day on which the sample company is judged."""
    return date(2026, 3, 31)
