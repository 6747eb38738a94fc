"""A reader sees the old file or the new one; a key is never overwritten."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from mnaudit.errors import ConfigurationError, InputError
from mnaudit.store.files import copy_tree, is_empty, replacing, write, write_private

if TYPE_CHECKING:
    from pathlib import Path


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_with_the_folders_that_it_needs(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b" / "c.txt", b"1")

    assert (tmp_path / "a/b/c.txt").read_bytes() == b"1"
    assert mode(tmp_path / "a/b/c.txt") == 0o644
    assert names(tmp_path / "a/b") == ["c.txt"]


def test_an_old_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"a long old text")

    write(path, b"new")

    assert path.read_bytes() == b"new"


def test_the_old_file_is_there_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")

    with replacing(path) as file:
        file.write(b"new")
        assert path.read_bytes() == b"old"

    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("error", [InputError("MN119", path="x"), KeyboardInterrupt()])
def test_whatever_stops_the_writing_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, error: BaseException
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")

    with pytest.raises(type(error)), replacing(path) as file:  # noqa: PT012 - the block is the test
        file.write(b"half")
        raise error

    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.txt"]


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    def fill() -> None:
        with replacing(tmp_path / "a.txt"):
            raise OSError(28, "No space left on device")

    with pytest.raises(ConfigurationError) as caught:
        fill()

    assert caught.value.code == "MN008"
    assert caught.value.values["why"] == "No space left on device"
    assert names(tmp_path) == []


def test_an_error_without_words_is_told_without_words(tmp_path: Path) -> None:
    def fail() -> None:
        with replacing(tmp_path / "a.txt"):
            raise OSError

    with pytest.raises(ConfigurationError) as caught:
        fail()

    assert caught.value.values["why"] == ""


def test_a_folder_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()

    with pytest.raises(ConfigurationError) as caught:
        write(tmp_path / "a", b"1")

    assert caught.value.code == "MN008"
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize("writer", [write, write_private])
def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, writer: object) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert callable(writer)

    with pytest.raises(ConfigurationError) as caught:
        writer(tmp_path / "file" / "below.txt", b"1")

    assert caught.value.code == "MN008"
    assert caught.value.values["path"] == str(tmp_path / "file" / "below.txt")
    assert caught.value.values["why"]


def test_a_private_file_can_be_read_by_its_owner_only(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        write_private(tmp_path / "keys" / "a.pem", b"secret")
    finally:
        os.umask(old)

    assert (tmp_path / "keys/a.pem").read_bytes() == b"secret"
    assert mode(tmp_path / "keys/a.pem") == 0o600


@pytest.mark.parametrize("kind", ["file", "folder", "link", "dangling link"])
def test_a_private_file_never_takes_the_place_of_another(tmp_path: Path, kind: str) -> None:
    path, elsewhere = tmp_path / "a.pem", tmp_path / "elsewhere"
    match kind:
        case "file":
            path.write_bytes(b"old")
        case "folder":
            path.mkdir()
        case "link":
            elsewhere.write_bytes(b"old")
            path.symlink_to(elsewhere)
        case _:
            path.symlink_to(elsewhere)

    with pytest.raises(ConfigurationError) as caught:
        write_private(path, b"new")

    assert (caught.value.code, caught.value.values) == ("MN005", {"path": str(path)})
    assert not elsewhere.exists() or elsewhere.read_bytes() == b"old"


def test_a_folder_is_empty_if_it_is_not_there_or_holds_nothing(tmp_path: Path) -> None:
    assert is_empty(tmp_path / "absent")
    assert is_empty(tmp_path)


def test_a_folder_with_anything_in_it_and_a_file_are_not_empty(tmp_path: Path) -> None:
    (tmp_path / ".hidden").write_bytes(b"")

    assert not is_empty(tmp_path)
    assert not is_empty(tmp_path / ".hidden")


def test_a_tree_is_copied_byte_for_byte(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "a" / "b").mkdir(parents=True)
    (source / "a" / "b" / "証跡.yaml").write_bytes(b"a: 1\r\n")
    (source / "top").write_bytes(b"\xff")

    copy_tree(source, tmp_path / "target")

    assert (tmp_path / "target/a/b/証跡.yaml").read_bytes() == b"a: 1\r\n"
    assert (tmp_path / "target/top").read_bytes() == b"\xff"
