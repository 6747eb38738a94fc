"""A company's own controls are read from a folder beside the evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mnaudit.errors import ConfigurationError
from mnaudit.load.overlay import find_overlay, read_overlay

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    controls = tmp_path / "controls"
    controls.mkdir()
    (controls / "tailoring.yaml").write_text("extends: mnaudit@0.1.0\n", encoding="utf-8")
    return controls


def test_the_folder_beside_the_evidence_is_found(folder: Path) -> None:
    assert find_overlay(folder.parent / "evidence") == folder


def test_a_folder_without_a_tailoring_is_none(folder: Path) -> None:
    (folder / "tailoring.yaml").unlink()

    assert find_overlay(folder.parent / "evidence") is None
    with pytest.raises(ConfigurationError) as refused:
        read_overlay(folder)
    assert (refused.value.code, refused.value.values) == ("MN340", {"path": str(folder)})


def test_the_tailoring_comes_first_and_other_files_are_rows(folder: Path) -> None:
    (folder / "own").mkdir()
    (folder / "own" / "org-own.yaml").write_text("controls: []\n", encoding="utf-8")
    (folder / "README.md").write_text("no yaml", encoding="utf-8")

    documents, problems = read_overlay(folder)

    assert [document.path for document in documents] == ["tailoring.yaml", "own/org-own.yaml"]
    assert documents[0].value == {"extends": "mnaudit@0.1.0"}
    assert documents[0].locate("/extends") == (1, 10)
    assert problems == ()


def test_what_cannot_be_read_is_told_with_its_place(folder: Path) -> None:
    (folder / "tailoring.yaml").write_text("extends: x\nextends: y\n", encoding="utf-8")

    documents, problems = read_overlay(folder)

    assert documents == ()
    assert [(found.path, found.line) for found in problems] == [("tailoring.yaml", 2)]


def test_a_file_that_cannot_be_opened_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "no", "tailoring.yaml")

    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)

    with pytest.raises(ConfigurationError) as refused:
        read_overlay(folder)
    assert (refused.value.code, refused.value.values) == ("MN002", {"path": "tailoring.yaml"})
