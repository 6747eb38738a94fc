"""mnaudit hooks: in real repositories, with real commits."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.git_repository import new_repository
from tests.scan.numbers import NUMBERS

from mnaudit.load.strict_yaml import load

if TYPE_CHECKING:
    from tests.cli.conftest import Program
    from tests.git_repository import Repository

HOOK_IDS = ("mnaudit-scan", "mnaudit-scan-message", "mnaudit-validate", "mnaudit-catalog")
LABELED = f"個人番号: {NUMBERS[0]}\n"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    repository = new_repository(tmp_path / "company")
    for name, value in (("user.name", "Hanako"), ("user.email", "hanako@example.jp")):
        repository.git("config", name, value)
    return repository


@pytest.fixture
def guarded(repository: Repository, mnaudit: Program) -> Repository:
    assert mnaudit("hooks", "install", "--repo", repository.root).code == 0
    return repository


def commit(repository: Repository, *arguments: str, **environ: str) -> tuple[int, str]:
    done = subprocess.run(
        ["git", "commit", *arguments],
        cwd=repository.root,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(repository.root.parent),
            "GIT_CONFIG_NOSYSTEM": "1",
            **environ,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def commits(repository: Repository) -> int:
    return len(repository.git("rev-list", "--all").split())


def put(repository: Repository, name: str, text: str) -> None:
    repository.put(name, text)
    repository.git("add", "--all")


# What is refused


def test_a_clean_commit_passes(guarded: Repository) -> None:
    put(guarded, "a.yaml", "title: 研修\n")

    code, _ = commit(guarded, "-m", "clean")

    assert (code, commits(guarded)) == (0, 1)


def test_a_commit_with_a_number_is_refused_and_the_number_is_not_shown(guarded: Repository) -> None:
    put(guarded, "a.yaml", LABELED)

    code, told = commit(guarded, "-m", "leak")

    assert (code, commits(guarded)) == (1, 0)
    assert "MN501" in told
    assert "evidence/a.yaml:1:" in told
    assert NUMBERS[0][:4] not in told


def test_a_number_in_the_message_is_refused(guarded: Repository) -> None:
    put(guarded, "a.yaml", "title: 研修\n")

    code, told = commit(guarded, "-m", LABELED)

    assert (code, commits(guarded)) == (1, 0)
    assert NUMBERS[0][:4] not in told


def test_a_number_in_a_file_name_is_refused(guarded: Repository) -> None:
    put(guarded, f"マイナンバー_{NUMBERS[0]}.txt", "x")

    code, told = commit(guarded, "-m", "leak")

    assert (code, commits(guarded)) == (1, 0)
    assert NUMBERS[0][:4] not in told


def test_what_is_staged_counts_and_not_the_work_tree(guarded: Repository) -> None:
    put(guarded, "a.yaml", LABELED)
    guarded.put("a.yaml", "clean again, but not added\n")

    assert commit(guarded, "-m", "leak")[0] == 1
    put(guarded, "a.yaml", "clean and added\n")
    guarded.put("a.yaml", LABELED)
    assert commit(guarded, "-m", "clean")[0] == 0


def test_a_commit_of_single_files_has_an_index_of_its_own(guarded: Repository) -> None:
    put(guarded, "a.yaml", "title: 研修\n")
    commit(guarded, "-m", "first")
    guarded.put("a.yaml", LABELED)

    code, _ = commit(guarded, "-m", "leak", "evidence/a.yaml")

    assert (code, commits(guarded)) == (1, 1)
    assert commit(guarded, "-m", "leak", "-a")[0] == 1


def test_to_remove_a_number_is_not_refused(repository: Repository, mnaudit: Program) -> None:
    put(repository, f"{NUMBERS[0]}.yaml", LABELED)
    commit(repository, "-m", "before there were hooks")
    mnaudit("hooks", "install", "--repo", repository.root)
    repository.git("rm", "--quiet", "-r", "evidence")
    put(repository, "b.yaml", "clean\n")
    editor = repository.root.parent / "editor"
    editor.write_text('#!/bin/sh\nsed -i "1i removed" "$1"\n')
    editor.chmod(0o755)

    # An editor is shown the names and, with -v, the lines that go.
    code, told = commit(repository, "-v", GIT_EDITOR=str(editor))

    assert code == 0, told


def test_a_merge_is_looked_at(guarded: Repository) -> None:
    put(guarded, "a.yaml", "base\n")
    commit(guarded, "-m", "base")
    guarded.git("checkout", "--quiet", "-b", "other")
    put(guarded, "b.yaml", LABELED)
    commit(guarded, "-m", "skipped", "--no-verify")
    guarded.git("checkout", "--quiet", "main")
    put(guarded, "c.yaml", "main\n")
    commit(guarded, "-m", "main")

    with pytest.raises(AssertionError):
        guarded.git("merge", "--quiet", "--no-edit", "other")

    assert guarded.git("rev-list", "--merges", "--all") == ""


def test_the_hooks_work_in_every_work_tree(guarded: Repository, mnaudit: Program) -> None:
    put(guarded, "a.yaml", "base\n")
    commit(guarded, "-m", "base")
    tree = guarded.root.parent / "tree"
    guarded.git("worktree", "add", "--quiet", "-b", "other", str(tree))
    (tree / "leak.yaml").write_text(LABELED, encoding="utf-8")
    guarded.git("-C", str(tree), "add", "--all")

    with pytest.raises(AssertionError):
        guarded.git("-C", str(tree), "commit", "-m", "leak")

    assert mnaudit("hooks", "status", "--repo", tree).code == 0


def test_a_hook_from_before_may_change_the_commit_and_that_is_looked_at(
    repository: Repository, mnaudit: Program
) -> None:
    hook = repository.root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nprintf '{LABELED}' >added.txt\ngit add added.txt\n")
    hook.chmod(0o755)
    mnaudit("hooks", "install", "--repo", repository.root)
    put(repository, "a.yaml", "clean\n")

    assert commit(repository, "-m", "leak")[0] == 1


# The command itself


def test_status_says_what_works(repository: Repository, mnaudit: Program) -> None:
    assert mnaudit("hooks", "status", "--repo", repository.root).code == 1
    mnaudit("hooks", "install", "--repo", repository.root)

    told = mnaudit("hooks", "status", "--repo", repository.root)

    assert told.code == 0
    assert [line.rpartition("/")[2] for line in told.out.splitlines()] == [
        "pre-commit: works",
        "pre-merge-commit: works",
        "commit-msg: works",
    ]


def test_a_hook_from_before_is_told(repository: Repository, mnaudit: Program) -> None:
    hook = repository.root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\n")

    told = mnaudit("hooks", "install", "--repo", repository.root)

    assert "pre-commit: works (and calls the hook from before first)" in told.out
    assert mnaudit("hooks", "uninstall", "--repo", repository.root).code == 0
    assert hook.read_text() == "#!/bin/sh\n"


def test_without_repo_the_present_folder_counts(repository: Repository, mnaudit: Program) -> None:
    (repository.root / "deep").mkdir()

    assert mnaudit("-C", repository.root / "deep", "hooks", "install").code == 0
    assert mnaudit("-C", repository.root, "hooks", "status").code == 0


def test_what_is_no_work_tree_has_no_hooks(tmp_path: Path, mnaudit: Program) -> None:
    bare = tmp_path / "bare"
    subprocess.run(["git", "init", "--quiet", "--bare", bare], check=True)

    for folder in (tmp_path, bare):
        ended = mnaudit("hooks", "install", "--repo", folder)
        assert ended.code == 2
        assert "MN520" in ended.err


@pytest.mark.parametrize("where", [".githooks", "/elsewhere/hooks"])
def test_hooks_that_others_share_are_not_touched(
    repository: Repository, mnaudit: Program, where: str
) -> None:
    repository.git("config", "core.hooksPath", where)

    ended = mnaudit("hooks", "install", "--repo", repository.root)

    assert ended.code == 2
    assert "MN523" in ended.err
    assert not (repository.root / ".githooks").exists()


def test_the_hooks_path_of_the_user_counts(
    repository: Repository, mnaudit: Program, tmp_path: Path
) -> None:
    config = tmp_path / "gitconfig"
    config.write_text("[core]\n\thooksPath = ~/hooks\n")

    ended = mnaudit("hooks", "status", "--repo", repository.root, GIT_CONFIG_GLOBAL=str(config))

    assert ended.code == 2
    assert "MN523" in ended.err


def test_a_hooks_path_within_the_repository_is_respected(
    repository: Repository, mnaudit: Program
) -> None:
    repository.git("config", "core.hooksPath", str(repository.root / ".git/my-hooks"))

    assert mnaudit("hooks", "install", "--repo", repository.root).code == 0
    assert (repository.root / ".git/my-hooks/pre-commit").is_file()
    put(repository, "a.yaml", LABELED)
    assert commit(repository, "-m", "leak")[0] == 1


def test_a_python_without_a_place_writes_no_hook(
    repository: Repository, mnaudit: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "")

    ended = mnaudit("hooks", "install", "--repo", repository.root)

    assert ended.code == 2
    assert "MN529" in ended.err


# pre-commit


def hook_of_pre_commit(id_: str) -> dict[str, Any]:
    path = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"
    document = load(
        b"hooks:\n" + b"\n".join(b"  " + line for line in path.read_bytes().splitlines())
    )
    return next(hook for hook in document["hooks"] if hook["id"] == id_)


def run_hook(id_: str, folder: Path, *files: str) -> int:
    """Run a hook as pre-commit does: its entry, and then the names of files."""
    hook = hook_of_pre_commit(id_)
    program, *arguments = shlex.split(hook["entry"])
    assert program == "mnaudit"
    named = files if hook.get("pass_filenames", True) else ()
    command = [sys.executable, "-P", "-m", "mnaudit", *arguments, *named]
    return subprocess.run(command, cwd=folder, check=False, capture_output=True).returncode


def test_the_hooks_of_pre_commit_refuse_what_they_should(tmp_path: Path, evidence: Path) -> None:
    (tmp_path / "leak.csv").write_text(LABELED, encoding="utf-8")
    (tmp_path / "clean.csv").write_text("title\n", encoding="utf-8")

    assert run_hook("mnaudit-scan", tmp_path, "clean.csv") == 0
    assert run_hook("mnaudit-scan", tmp_path, "clean.csv", "leak.csv") == 5
    assert run_hook("mnaudit-scan-message", tmp_path, "clean.csv") == 0
    assert run_hook("mnaudit-scan-message", tmp_path, "leak.csv") == 5
    assert run_hook("mnaudit-validate", tmp_path, "evidence/organization.yaml") == 0
    assert run_hook("mnaudit-catalog", tmp_path, "controls/x.yaml") == 0
    (evidence / "organization.yaml").write_text("schema: nonsense\n")
    (tmp_path / "controls").mkdir()
    (tmp_path / "controls/tailoring.yaml").write_text("schema: nonsense\n")
    assert run_hook("mnaudit-validate", tmp_path, "evidence/organization.yaml") == 3
    assert run_hook("mnaudit-catalog", tmp_path, "controls/tailoring.yaml") == 2


def test_what_pre_commit_gives_to_each_hook() -> None:
    assert {id_: hook_of_pre_commit(id_).get("files") for id_ in HOOK_IDS} == {
        "mnaudit-scan": None,
        "mnaudit-scan-message": None,
        "mnaudit-validate": "^evidence/",
        "mnaudit-catalog": r"^(controls/|evidence/organization\.yaml$)",
    }
    assert hook_of_pre_commit("mnaudit-scan")["types"] == ["file"]
    assert hook_of_pre_commit("mnaudit-scan-message")["stages"] == ["commit-msg"]
