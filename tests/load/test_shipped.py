"""The program finds the files that it came with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import pytest

from mnaudit.load import shipped as module
from mnaudit.load.shipped import shipped

if TYPE_CHECKING:
    from pathlib import Path

KINDS: tuple[Literal["schema", "controls", "evidence"], ...] = get_args(
    Literal["schema", "controls", "evidence"]
)


@pytest.mark.parametrize("kind", KINDS)
def test_every_shipped_folder_is_there(kind: Literal["schema", "controls", "evidence"]) -> None:
    assert shipped(kind).is_dir()
    assert any(shipped(kind).iterdir())


def test_an_installed_program_reads_what_its_wheel_carries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    carried = tmp_path / "data" / "schema"
    carried.mkdir(parents=True)
    monkeypatch.setattr(module, "files", lambda _: tmp_path)
    assert shipped("schema") == carried
