"""Where a removed file still is: real repositories, with everything that git keeps things in."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from tests.git_repository import Person, new_repository

from mnaudit.errors import ConfigurationError, InputError
from mnaudit.load.redactions import (
    Leftovers,
    Traces,
    commits_with,
    is_repository,
    leftovers_in,
    read_ref_map,
    traces_of,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.git_repository import Repository

WHO = Person("somu", "somu@example.co.jp")
NAME = "名簿 1.csv"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = new_repository(tmp_path / "company")
    for name, value in (("user.name", WHO.name), ("user.email", WHO.mail)):
        made.git("config", name, value)
    made.submit(WHO, "organization.yaml", "a")
    return made


def test_a_file_that_never_was_leaves_nothing(repository: Repository) -> None:
    assert traces_of(repository.evidence, [NAME]) == {NAME: Traces(staged=False, commits=0)}
    assert leftovers_in(repository.evidence) == Leftovers(0, 0)


def test_a_staged_file_is_in_the_index(repository: Repository) -> None:
    repository.put(NAME, "x")
    repository.git("add", "--all")

    assert traces_of(repository.evidence, [NAME])[NAME] == Traces(staged=True, commits=0)


def test_commits_are_counted_wherever_they_are(repository: Repository) -> None:
    repository.submit(WHO, NAME, "x")
    repository.submit(WHO, NAME, "y")
    repository.git("tag", "-a", "v1", "-m", "v1")
    repository.git("rm", "--quiet", f"evidence/{NAME}")
    repository.commit(WHO)

    (trace,) = traces_of(repository.evidence, [NAME]).values()

    assert trace == Traces(staged=False, commits=3, refs=("refs/heads/main", "refs/tags/v1"))


@pytest.mark.parametrize(
    "kept_by", ["branch", "tag", "stash", "second stash", "reflog", "detached"]
)
def test_one_place_that_keeps_it_is_enough(repository: Repository, kept_by: str) -> None:
    if "stash" in kept_by:
        repository.put(NAME, "x")
        repository.git("stash", "--quiet", "--include-untracked")
    else:
        repository.git("checkout", "--quiet", "-b", "side")
        commit = repository.submit(WHO, NAME, "x")
        if kept_by == "tag":
            repository.git("tag", "v1")
        repository.git("checkout", "--quiet", commit if kept_by == "detached" else "main")
        if kept_by != "branch":
            repository.git("branch", "-D", "side")
    if kept_by == "second stash":
        repository.put("other", "x")
        repository.git("stash", "--quiet", "--include-untracked")
    if kept_by == "detached":
        repository.git("reflog", "expire", "--expire=now", "--all")

    (trace,) = traces_of(repository.evidence, [NAME]).values()

    assert trace.commits


def test_what_only_waits_for_the_clean_up_is_counted_until_it_is_gone(
    repository: Repository,
) -> None:
    repository.git("checkout", "--quiet", "-b", "side")
    repository.submit(WHO, NAME, "x")
    repository.git("checkout", "--quiet", "main")
    repository.git("branch", "-D", "side")
    repository.git("reflog", "expire", "--expire=now", "--all")

    assert traces_of(repository.evidence, [NAME])[NAME].commits == 0
    assert leftovers_in(repository.evidence).objects == 4

    repository.git("gc", "--quiet", "--prune=now")
    assert leftovers_in(repository.evidence).objects == 0


def test_a_large_file_without_a_pointer_is_counted(repository: Repository) -> None:
    pointed, orphan = (sha256(data).hexdigest() for data in (b"pointed", b"orphan"))
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{pointed}\nsize 7\n"
    repository.submit(WHO, "scan.pdf", pointer)
    for name in (pointed, orphan):
        path = repository.root / ".git/lfs/objects" / name[:2] / name[2:4] / name
        path.parent.mkdir(parents=True)
        path.write_bytes(b"x")

    assert leftovers_in(repository.evidence) == Leftovers(0, 1)


def test_a_shallow_clone_says_that_it_does_not_know(repository: Repository, tmp_path: Path) -> None:
    repository.submit(WHO, "b", "b")
    url = repository.root.as_uri()
    repository.git("clone", "--quiet", "--depth=1", url, str(tmp_path / "shallow"))

    assert leftovers_in(tmp_path / "shallow/evidence").is_shallow


def test_the_commits_that_hold_a_file_are_told_apart(repository: Repository) -> None:
    without = repository.git("rev-parse", "HEAD")
    with_it = repository.submit(WHO, NAME, "x")
    unknown = "ab" * 20

    assert commits_with(repository.evidence, NAME, [without, with_it, unknown]) == {with_it}
    assert commits_with(repository.evidence, NAME, []) == frozenset()
    assert commits_with(repository.evidence, "a\nb", [with_it]) == frozenset()


def test_without_a_repository_nothing_is_guessed(tmp_path: Path) -> None:
    assert not is_repository(tmp_path)
    assert commits_with(tmp_path, NAME, ["ab" * 20]) == frozenset()
    for ask in (lambda: traces_of(tmp_path, [NAME]), lambda: leftovers_in(tmp_path)):
        with pytest.raises(InputError) as caught:
            ask()
        assert caught.value.code == "MN074"


def test_a_repository_without_a_commit_is_one(tmp_path: Path) -> None:
    made = new_repository(tmp_path / "new")

    assert is_repository(made.root)
    assert traces_of(made.root, [NAME])[NAME].commits == 0
    assert leftovers_in(made.root) == Leftovers(0, 0)


def test_the_map_of_filter_repo_tells_branches_and_tags_that_changed(tmp_path: Path) -> None:
    old, new, gone = "ab" * 20, "cd" * 20, "0" * 40
    path = tmp_path / "ref-map"
    path.write_text(
        f"{'old':40} {'new':40} ref\n"
        f"{old} {new} refs/heads/main\n"
        f"{old} {old} refs/heads/same\n"
        f"{old} {gone} refs/heads/gone\n"
        f"{old} {new} refs/stash\n"
        f"{old} {new} refs/tags/v1\n"
    )

    assert read_ref_map(path) == (("refs/heads/main", old, new), ("refs/tags/v1", old, new))
    with pytest.raises(ConfigurationError) as caught:
        read_ref_map(tmp_path / "none")
    assert caught.value.code == "MN002"
