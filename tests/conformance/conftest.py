"""Outside truth: other people's tools and vectors, and our golden bundles to show them."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "attest"
VECTORS = ROOT / "tests" / "vectors"


@pytest.fixture(scope="session")
def vectors() -> Callable[[str], Any]:
    """Read a file of third-party vectors."""
    return lambda path: json.loads((VECTORS / path).read_bytes())


@pytest.fixture(scope="session")
def vector_folder() -> Path:
    """Return the folder of third-party vectors."""
    return VECTORS


@pytest.fixture(params=["ecdsa-p256", "ed25519"])
def algorithm(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def unpacked(algorithm: str, tmp_path: Path) -> Path:
    """Extract the golden bundle as an auditor does who does not have our program."""
    folder = tmp_path / algorithm
    with zipfile.ZipFile(GOLDEN / f"bundle-{algorithm}.zip") as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture
def private_pem(algorithm: str) -> bytes:
    return (GOLDEN / f"NEVER-USE-{algorithm}.pem").read_bytes()
