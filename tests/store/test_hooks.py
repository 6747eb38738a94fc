"""The hooks that are written: beside those of others, and only while their program is there."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from mnaudit.errors import ConfigurationError
from mnaudit.store.hooks import HOOKS, State, hook_script, hook_states, install, uninstall

if TYPE_CHECKING:
    from pathlib import Path

GONE = "the program is 'gone'"
NAMES = ["commit-msg", "pre-commit", "pre-merge-commit"]


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """A program that says what it was asked to do."""
    return script(tmp_path / "it's a folder/python", 'echo "asked: $*"\n')


@pytest.fixture
def hooks(tmp_path: Path) -> Path:
    folder = tmp_path / "hooks"
    folder.mkdir()
    return folder


def script(path: Path, body: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}", encoding="utf-8")
    path.chmod(0o755)
    return path


def called(hook: Path, *arguments: str) -> tuple[int, list[str]]:
    done = subprocess.run(
        [hook, *arguments], capture_output=True, text=True, check=False, cwd=hook.parent
    )
    return done.returncode, (done.stdout + done.stderr).splitlines()


def states(folder: Path) -> set[State]:
    return {each.state for each in hook_states(folder)}


def test_a_hook_calls_the_scanner_of_its_own_python(hooks: Path, python: Path) -> None:
    install(hooks, str(python), GONE)

    staged = ["asked: -P -m mnaudit scan --staged"]
    assert called(hooks / "pre-commit") == (0, staged)
    assert called(hooks / "pre-merge-commit") == (0, staged)
    message = ["asked: -P -m mnaudit scan --commit-message a file"]
    assert called(hooks / "commit-msg", "a file") == (0, message)
    assert sorted(path.name for path in hooks.iterdir()) == NAMES
    assert states(hooks) == {State.INSTALLED}


def test_a_hook_makes_its_folder(tmp_path: Path, python: Path) -> None:
    install(tmp_path / "new", str(python), GONE)

    assert states(tmp_path / "new") == {State.INSTALLED}


def test_to_install_twice_is_to_install_once(hooks: Path, python: Path) -> None:
    script(hooks / "pre-commit", "echo before\n")
    install(hooks, str(python), GONE)
    once = {path.name: path.read_bytes() for path in hooks.iterdir()}

    install(hooks, str(python), GONE)

    assert {path.name: path.read_bytes() for path in hooks.iterdir()} == once


def test_a_hook_from_before_runs_first_and_may_refuse(hooks: Path, python: Path) -> None:
    script(hooks / "pre-commit", 'echo "before: $*"\n')
    script(hooks / "commit-msg", "echo no\nexit 7\n")

    told = install(hooks, str(python), GONE)

    assert called(hooks / "pre-commit") == (0, ["before: ", "asked: -P -m mnaudit scan --staged"])
    assert called(hooks / "commit-msg", "file") == (7, ["no"])
    assert {each.name for each in told if each.keeps} == {"pre-commit", "commit-msg"}


def test_a_hook_that_git_would_not_run_is_kept_and_not_run(hooks: Path, python: Path) -> None:
    script(hooks / "pre-commit", "echo sample\n").chmod(0o644)

    install(hooks, str(python), GONE)

    assert called(hooks / "pre-commit") == (0, ["asked: -P -m mnaudit scan --staged"])


def test_a_link_is_kept_as_a_link(hooks: Path, python: Path) -> None:
    script(hooks.parent / "shared", "echo shared\n")
    (hooks / "pre-commit").symlink_to("../shared")

    install(hooks, str(python), GONE)
    assert called(hooks / "pre-commit")[1][0] == "shared"
    uninstall(hooks)

    assert (hooks / "pre-commit").readlink().as_posix() == "../shared"


def test_to_uninstall_puts_everything_back(hooks: Path, python: Path) -> None:
    script(hooks / "pre-commit", "echo before\n")
    script(hooks / "post-commit", "echo other\n")
    before = {path.name: path.read_bytes() for path in hooks.iterdir()}
    install(hooks, str(python), GONE)

    told = uninstall(hooks)

    assert {path.name: path.read_bytes() for path in hooks.iterdir()} == before
    assert {each.name: each.state for each in told} == {
        "pre-commit": State.OTHER,
        "pre-merge-commit": State.ABSENT,
        "commit-msg": State.ABSENT,
    }


def test_to_uninstall_what_is_not_there_changes_nothing(hooks: Path) -> None:
    script(hooks / "pre-commit", "echo other\n")

    uninstall(hooks)

    assert [path.name for path in hooks.iterdir()] == ["pre-commit"]


def test_a_commit_is_refused_when_the_program_is_gone(hooks: Path, python: Path) -> None:
    install(hooks, str(python), GONE)
    python.unlink()

    assert called(hooks / "pre-commit") == (1, [GONE])
    assert states(hooks) == {State.BROKEN}


def test_a_hook_that_lost_its_mark_is_broken(hooks: Path, python: Path) -> None:
    install(hooks, str(python), GONE)
    for hook in hooks.iterdir():
        hook.chmod(0o644)

    assert states(hooks) == {State.BROKEN}


def test_a_hook_that_somebody_cut_is_broken(hooks: Path, python: Path) -> None:
    install(hooks, str(python), GONE)
    for hook in hooks.iterdir():
        hook.write_text("\n".join(hook.read_text().splitlines()[:2]))

    assert states(hooks) == {State.BROKEN}


def test_to_install_again_repairs(hooks: Path, python: Path) -> None:
    install(hooks, "/no/such/python", GONE)

    install(hooks, str(python), GONE)

    assert states(hooks) == {State.INSTALLED}


def test_another_tool_may_call_ours(hooks: Path, python: Path) -> None:
    install(hooks, str(python), GONE)
    # As `pre-commit install` does.
    (hooks / "pre-commit").rename(hooks / "pre-commit.legacy")
    script(hooks / "pre-commit", 'exec "$(dirname "$0")/pre-commit.legacy"\n')

    assert hook_states(hooks)[0].state is State.CHAINED
    assert called(hooks / "pre-commit") == (0, ["asked: -P -m mnaudit scan --staged"])
    install(hooks, str(python), GONE)
    assert hook_states(hooks)[0].state is State.CHAINED
    python.unlink()
    assert hook_states(hooks)[0].state is State.BROKEN
    uninstall(hooks)
    assert sorted(path.name for path in hooks.iterdir()) == ["pre-commit"]


def test_two_hooks_of_others_are_not_mixed_up(hooks: Path, python: Path) -> None:
    script(hooks / "pre-commit", "echo first\n")
    install(hooks, str(python), GONE)
    script(hooks / "pre-commit", "echo replaced\n")
    (hooks / "commit-msg").unlink()

    with pytest.raises(ConfigurationError) as refused:
        install(hooks, str(python), GONE)

    assert refused.value.code == "MN524"
    assert called(hooks / "pre-commit") == (0, ["replaced"])
    assert not (hooks / "commit-msg").exists()


def test_what_cannot_be_written_is_told(
    hooks: Path, python: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(hooks / "pre-commit", "echo other\n")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.rename", refuse)
        with pytest.raises(ConfigurationError) as refused:
            install(hooks, str(python), GONE)
    assert refused.value.code == "MN008"
    install(hooks, str(python), GONE)
    monkeypatch.setattr("pathlib.Path.replace", refuse)
    with pytest.raises(ConfigurationError) as refused:
        uninstall(hooks)
    assert refused.value.code == "MN008"


def test_a_path_of_windows_is_written_with_slashes() -> None:
    told = hook_script("pre-commit", r"C:\Program Files\Python\python.exe", GONE)

    assert "python='C:/Program Files/Python/python.exe'\n" in told
    assert "\r" not in told


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_is_sound_for_the_shell(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_text(hook_script(name, sys.executable, GONE), encoding="utf-8")

    assert subprocess.run(["sh", "-n", file], check=False).returncode == 0
    assert os.path.isabs(sys.executable)  # noqa: PTH117
