"""Which files are looked at: all that are there, and none twice."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from mnaudit.errors import ConfigurationError
from mnaudit.load.disk import Choice, files_below


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(*names: str) -> None:
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(name, encoding="utf-8")


def told(*paths: str, include: tuple[str, ...] = (), exclude: tuple[str, ...] = ()) -> list[str]:
    return [file.path for file in files_below([*map(Path, paths)], Choice(include, exclude))]


def test_every_file_is_told_by_name_relative_to_where_we_are() -> None:
    put("b/y", "b/x", "a", "b/.hidden", "c/d/e")

    assert told(".") == ["a", "b/.hidden", "b/x", "b/y", "c/d/e"]
    assert told("b", "a") == ["b/.hidden", "b/x", "b/y", "a"]


def test_an_absolute_path_below_us_is_told_as_a_relative_one(folder: Path) -> None:
    put("b/x")

    assert told(str(folder / "b")) == ["b/x"]
    assert told(str(folder)) == ["b/x"]


def test_a_path_elsewhere_is_told_as_it_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put("b/x", "c/x")
    monkeypatch.chdir("c")

    assert told(str(folder / "b")) == [f"{folder.as_posix()}/b/x"]
    assert told("../b") == ["../b/x"]


def test_what_git_keeps_for_itself_is_not_read_unless_it_is_named() -> None:
    put(".git/config", "a/.git/config", "a/x")

    assert told(".") == ["a/x"]
    assert told(".git") == [".git/config"]


def test_a_file_is_read_from_the_disk() -> None:
    put("a")

    [file] = files_below([Path("a")])

    assert file.size == 1
    assert file.open is not None
    with file.open() as opened:
        assert opened.read() == b"a"


def test_a_link_is_its_target_and_is_not_followed() -> None:
    put("folder/x")
    Path("loop").symlink_to(".")
    Path("nowhere").symlink_to("no such file")

    links = {file.path: file for file in files_below([Path()]) if file.part}

    assert links.keys() == {"loop", "nowhere"}
    assert links["nowhere"].part == "link target"
    opened = links["nowhere"].open
    assert opened is not None
    assert opened().read() == b"no such file"


def test_a_link_that_is_named_is_followed() -> None:
    put("folder/x", "y")
    Path("to-folder").symlink_to("folder")
    Path("to-file").symlink_to("y")
    Path("nowhere").symlink_to("no such file")

    assert told("to-folder", "to-file") == ["to-folder/x", "to-file"]
    [file] = files_below([Path("nowhere")])
    assert file.open is None
    assert file.reason == "not here"


def test_a_pipe_or_socket_in_a_folder_is_no_file() -> None:
    os.mkfifo("pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")

        assert told(".") == []


def test_a_pipe_that_is_named_is_read() -> None:
    os.mkfifo("pipe")

    [file] = files_below([Path("pipe")])

    assert file.open is not None
    assert file.size == 0


def test_a_path_that_is_not_there_is_refused_before_anything_is_read() -> None:
    put("a")

    with pytest.raises(ConfigurationError) as refused:
        next(files_below([Path("a"), Path("evidense")]))

    assert refused.value.code == "MN527"


def test_a_folder_that_vanishes_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    put("a/x")

    def refuse(_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "scandir", refuse)

    assert [(file.path, file.reason) for file in files_below([Path()])] == [("./", "permission")]


def test_a_link_that_cannot_be_read_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("link").symlink_to("x")

    def refuse(_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "readlink", refuse)

    [file] = files_below([Path()])

    assert file.reason == "permission"


FILES = ("a.txt", "docs/a.txt", "docs/b.pdf", "docs/deep/c.txt", "node_modules/x/y.txt", "[x].txt")


@pytest.mark.parametrize(
    ("include", "exclude", "expected"),
    [
        ((), ("node_modules",), {*FILES} - {"node_modules/x/y.txt"}),
        ((), ("*.txt",), {"docs/b.pdf"}),
        ((), ("docs/",), {"a.txt", "node_modules/x/y.txt", "[x].txt"}),
        ((), ("docs/*.txt",), {*FILES} - {"docs/a.txt"}),
        ((), ("docs/**/*.txt",), {*FILES} - {"docs/a.txt", "docs/deep/c.txt"}),
        ((), ("docs/deep",), {*FILES} - {"docs/deep/c.txt"}),
        ((), ("./docs/**",), {"a.txt", "node_modules/x/y.txt", "[x].txt"}),
        ((), ("**/y.txt",), {*FILES} - {"node_modules/x/y.txt"}),
        ((), ("?.txt",), {"docs/b.pdf", "[x].txt"}),
        ((), ("[x].txt",), {*FILES} - {"[x].txt"}),
        ((), ("A.TXT",), {*FILES}),
        (("*.pdf",), (), {"docs/b.pdf"}),
        (("docs",), ("*.pdf",), {"docs/a.txt", "docs/deep/c.txt"}),
    ],
)
def test_patterns_choose_files(
    include: tuple[str, ...], exclude: tuple[str, ...], expected: set[str]
) -> None:
    put(*FILES)

    assert set(told(".", include=include, exclude=exclude)) == expected


def test_what_was_left_out_is_counted() -> None:
    put(*FILES)
    choice = Choice(include=["*.txt"], exclude=["node_modules"])

    list(files_below([Path()], choice))

    assert choice.left_out == 2  # a file and a folder
