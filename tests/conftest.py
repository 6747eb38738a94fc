"""What all tests share: golden files, rewritten only when asked to."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Callable

GOLDEN = Path(__file__).parent / "golden"

settings.register_profile("thorough", max_examples=2000, deadline=None)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="rewrite the files in tests/golden with what the tests produce; review the diff",
    )


def pytest_sessionfinish(session: pytest.Session) -> None:
    # A worker that takes too long to end on a busy machine is killed, before it would write what it
    # measured by itself.
    is_worker = hasattr(session.config, "workerinput")
    coverage = sys.modules.get("coverage")
    if is_worker and coverage and (running := coverage.Coverage.current()):
        running.save()


@pytest.fixture
def golden(pytestconfig: pytest.Config) -> Callable[[str, bytes], None]:
    """Compare bytes with ``tests/golden/<name>``, or rewrite that file with --update-golden."""
    update = bool(pytestconfig.getoption("--update-golden"))

    def compare(name: str, produced: bytes) -> None:
        path = GOLDEN / name
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(produced)
        assert path.is_file(), f"tests/golden/{name} is missing: pytest --update-golden writes it"
        assert produced == path.read_bytes(), f"tests/golden/{name} differs (--update-golden)"

    return compare
