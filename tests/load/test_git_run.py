"""git is called alone, for a time, and what it does not say is an error."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING

import pytest

from mnaudit.load import git_blobs, git_run
from mnaudit.load.git_run import Git, GitError, find_git

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in the place of git."""
    path = tmp_path / "bin/git"
    path.parent.mkdir()
    monkeypatch.setenv("PATH", f"{path.parent}{os.pathsep}{os.environ['PATH']}")
    return path


def script(path: Path, body: str) -> None:
    path.write_text(f"#!{sys.executable}\nimport os, sys, time\n{body}\n")
    path.chmod(0o755)


def test_a_relative_git_is_none(monkeypatch: pytest.MonkeyPatch, fake: Path) -> None:
    script(fake, "")
    monkeypatch.chdir(fake.parent)
    monkeypatch.setenv("PATH", ".")

    assert find_git() is None


def test_only_our_environment_and_what_git_told_is_given(
    fake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(fake, "print(*sorted(os.environ))")
    monkeypatch.setenv("GIT_SSH_COMMAND", "false")
    git = Git.of(tmp_path, {"GIT_DIR": "x", "GIT_SSH_COMMAND": "false", "HOME": "/"})

    names = git.run("status").decode().split()

    assert {"GIT_DIR", "GIT_CONFIG_NOSYSTEM"} <= {*names}
    assert not {"GIT_SSH_COMMAND", "HOME"} & {*names}


def test_git_that_takes_too_long_is_stopped(
    fake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(fake, "time.sleep(60)")
    monkeypatch.setattr(git_run, "_SECONDS", 0.2)

    with pytest.raises(GitError) as failed:
        Git(tmp_path).run("status")

    assert failed.value.reason == "took too long"


@pytest.mark.parametrize("body", ["no program\n", "#!/no/such/interpreter\n"])
def test_git_that_cannot_be_started_is_an_error(fake: Path, tmp_path: Path, body: str) -> None:
    fake.write_text(body)
    fake.chmod(0o755)
    git = Git(tmp_path)

    with pytest.raises(GitError):
        git.run("status")
    with pytest.raises(GitError), git.talk("status"):
        pass
    with pytest.raises(GitError):
        git.stream("status")


def test_git_that_fails_after_all_is_an_error(fake: Path, tmp_path: Path) -> None:
    script(fake, "sys.exit(1)")

    with pytest.raises(GitError), Git(tmp_path).talk("status"):
        pass


def test_a_stream_may_be_closed_before_its_end(fake: Path, tmp_path: Path) -> None:
    script(fake, "sys.stdout.buffer.write(b'x' * 10**6)")

    with Git(tmp_path).stream("status") as stream:
        assert stream.read(1) == b"x"
    stream.close()

    assert stream.closed


@pytest.mark.parametrize("answer", [b"", b"id\n", b"id blob 5\nab", b"id blob 99\n" + b"x" * 20])
def test_half_an_answer_is_an_error(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_blobs, "_PIPED", 50)

    with pytest.raises(GitError):
        git_blobs._answered(io.BytesIO(answer))
