"""Appending to a log: whole, once, and by one run at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mnaudit.errors import ConfigurationError
from mnaudit.load.log import StoredLog, read_log
from mnaudit.store.log import append, locked, replace_checkpoint

if TYPE_CHECKING:
    from pathlib import Path


def test_entries_are_appended_one_after_the_other(tmp_path: Path) -> None:
    folder = tmp_path / "status"

    with locked(folder):
        append(folder, 0, b"zero", b"note 1")
        append(folder, 1, b"one", b"note 2")

    assert read_log(folder) == StoredLog((b"zero", b"one"), b"note 2")
    assert sorted(path.name for path in folder.iterdir()) == ["checkpoint", "entries"]


def test_an_entry_is_never_overwritten(tmp_path: Path) -> None:
    append(tmp_path, 0, b"zero", b"note 1")

    with pytest.raises(ConfigurationError, match="MN067"):
        append(tmp_path, 0, b"other", b"note 2")

    assert read_log(tmp_path) == StoredLog((b"zero",), b"note 1")


def test_a_second_run_is_kept_out(tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(ConfigurationError, match="MN067"), locked(tmp_path):
        pass

    with locked(tmp_path):
        assert (tmp_path / "lock").exists()


def test_the_lock_is_given_back_after_a_failure(tmp_path: Path) -> None:
    def fail() -> None:
        with locked(tmp_path):
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert not (tmp_path / "lock").exists()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(ConfigurationError, match="MN008"), locked(tmp_path / "file" / "status"):
        pass


def test_a_checkpoint_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    append(tmp_path, 0, b"zero", b"note 1")

    replace_checkpoint(tmp_path, b"note 1, cosigned")

    assert read_log(tmp_path).checkpoint == b"note 1, cosigned"
