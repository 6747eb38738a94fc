"""The folder of a log: what belongs there, and what must not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.git_repository import Person, new_repository

from mnaudit.errors import MnauditError
from mnaudit.load import log as module
from mnaudit.load.log import StoredLog, first_parent_commits, is_log, read_cosignature, read_log

if TYPE_CHECKING:
    from pathlib import Path


def stored(folder: Path, *payloads: bytes, checkpoint: bytes | None = b"note") -> Path:
    (folder / "entries").mkdir(parents=True)
    for index, payload in enumerate(payloads):
        (folder / "entries" / f"{index:06d}.json").write_bytes(payload)
    if checkpoint is not None:
        (folder / "checkpoint").write_bytes(checkpoint)
    return folder


def refusal(folder: Path) -> str:
    with pytest.raises(MnauditError) as caught:
        read_log(folder)
    return caught.value.code


def test_a_log_is_read_to_the_byte(tmp_path: Path) -> None:
    folder = stored(tmp_path / "status", b"{}", b"\xff\r\n")

    assert is_log(folder)
    assert read_log(folder) == StoredLog((b"{}", b"\xff\r\n"), b"note")


@pytest.mark.parametrize("made", [True, False])
def test_a_log_that_is_not_there_yet_is_empty(tmp_path: Path, *, made: bool) -> None:
    folder = tmp_path / "status"
    if made:
        folder.mkdir()
        (folder / ".gitattributes").write_text("* -text\n")

    assert not is_log(folder)
    assert read_log(folder) == StoredLog()


def test_entries_without_a_checkpoint_are_told_as_they_are(tmp_path: Path) -> None:
    folder = stored(tmp_path / "status", b"{}", checkpoint=None)

    assert read_log(folder) == StoredLog((b"{}",), None)


def test_a_hole_is_left_for_the_checks_to_find(tmp_path: Path) -> None:
    folder = stored(tmp_path / "status", b"0", b"1", b"2")
    (folder / "entries/000001.json").unlink()

    assert read_log(folder).payloads == (b"0", b"2")


@pytest.mark.parametrize("name", ["000001.json.bak", "1.json", "README", "0000001.json", ".hidden"])
def test_nothing_else_lies_among_the_entries(tmp_path: Path, name: str) -> None:
    folder = stored(tmp_path / "status", b"{}")
    (folder / "entries" / name).write_bytes(b"")

    assert refusal(folder) == "MN065"


@pytest.mark.parametrize("name", ["entries/000000.json", "checkpoint"])
def test_a_link_is_refused(tmp_path: Path, name: str) -> None:
    folder = stored(tmp_path / "status", b"{}")
    (folder / name).rename(tmp_path / "elsewhere")
    (folder / name).symlink_to(tmp_path / "elsewhere")

    assert refusal(folder) == "MN065"


def test_an_entry_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    folder = stored(tmp_path / "status")
    (folder / "entries/000000.json").mkdir()

    assert refusal(folder) == "MN065"


def test_a_file_is_no_log(tmp_path: Path) -> None:
    (tmp_path / "status").write_bytes(b"")

    assert refusal(tmp_path / "status") == "MN065"


def test_a_checkpoint_without_entries_is_no_log(tmp_path: Path) -> None:
    (tmp_path / "checkpoint").write_bytes(b"note")

    assert refusal(tmp_path) == "MN065"


def test_files_that_are_too_large_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = stored(tmp_path / "status", b"12345678")
    monkeypatch.setattr(module, "MAX_SIGNED_BYTES", 7)

    assert refusal(folder) == "MN065"


def test_too_many_entries_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = stored(tmp_path / "status", b"0", b"1")
    monkeypatch.setattr(module, "MAX_SIZE", 1)

    assert refusal(folder) == "MN065"


def test_a_cosignature_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(MnauditError, match="MN002"):
        read_cosignature(tmp_path / "none")


PERSON = Person("見本", "sample@example.com")


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_the_commits_of_the_main_line_are_listed_newest_first(
    tmp_path: Path, object_format: str
) -> None:
    repository = new_repository(tmp_path / "repository", object_format)
    first = repository.submit(PERSON, "a.yaml", "1")
    repository.git("checkout", "--quiet", "-b", "side")
    repository.submit(PERSON, "b.yaml", "1")
    repository.git("checkout", "--quiet", "main")
    second = repository.submit(PERSON, "a.yaml", "2")
    merged = repository.merge(PERSON, "side")

    assert first_parent_commits(repository.root, "main") == (merged, second, first)
    assert first_parent_commits(repository.root, second) == (second, first)


def test_a_replacement_does_not_hide_a_commit(tmp_path: Path) -> None:
    repository = new_repository(tmp_path / "repository")
    first = repository.submit(PERSON, "a.yaml", "1")
    second = repository.submit(PERSON, "a.yaml", "2")
    third = repository.submit(PERSON, "a.yaml", "3")
    repository.git("replace", "--graft", third, first)

    assert first_parent_commits(repository.root, "HEAD") == (third, second, first)


def test_a_shallow_clone_is_refused(tmp_path: Path) -> None:
    repository = new_repository(tmp_path / "repository")
    repository.submit(PERSON, "a.yaml", "1")
    repository.submit(PERSON, "a.yaml", "2")
    clone = tmp_path / "clone"
    repository.git("clone", "--quiet", "--depth=1", f"file://{repository.root}", str(clone))

    with pytest.raises(MnauditError, match="shallow"):
        first_parent_commits(clone, "HEAD")


@pytest.mark.parametrize("revision", ["nowhere", "--all", "-h"])
def test_a_revision_that_git_does_not_know_is_told(tmp_path: Path, revision: str) -> None:
    repository = new_repository(tmp_path / "repository")
    repository.submit(PERSON, "a.yaml", "1")

    with pytest.raises(MnauditError, match="MN002"):
        first_parent_commits(repository.root, revision)


def test_a_folder_without_a_repository_is_told(tmp_path: Path) -> None:
    with pytest.raises(MnauditError, match="MN002"):
        first_parent_commits(tmp_path / "none", "HEAD")
