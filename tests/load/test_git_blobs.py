"""What git keeps, as real repositories tell it: each thing once, with the commit that brought it."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from tests.git_repository import Person, new_repository

from mnaudit.load import git_blobs
from mnaudit.load.git_blobs import is_cut_off, read_documents, read_history, read_staged
from mnaudit.load.git_run import Git, GitError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.git_repository import Repository

    from mnaudit.model.scan_source import ScanSource

HANAKO = Person("Hanako", "hanako@example.jp")
IDENTITY: Any = {
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.jp",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.jp",
}


@pytest.fixture(params=("sha1", "sha256"))
def repository(request: pytest.FixtureRequest, tmp_path: Path) -> Repository:
    return new_repository(tmp_path / "company", request.param)


@pytest.fixture
def plain(tmp_path: Path) -> Repository:
    return new_repository(tmp_path / "company")


def content(piece: ScanSource) -> bytes | None:
    if piece.open is None:
        return None
    with piece.open() as file:
        return file.read()


def files(pieces: Iterable[ScanSource]) -> dict[str, bytes | None]:
    return {piece.path: content(piece) for piece in pieces if piece.part is None}


def parts(pieces: Iterable[ScanSource], part: str) -> list[tuple[str, bytes | None]]:
    return [(piece.path, content(piece)) for piece in pieces if piece.part == part]


def history(repository: Repository, revision: str | None = None) -> list[ScanSource]:
    """Read the bytes at once: the pieces of one run belong to a running git."""
    return list(read_history(Git(repository.root), revision))


# The index


def test_what_is_staged_is_read_from_the_index_and_not_from_the_work_tree(
    repository: Repository,
) -> None:
    repository.submit(HANAKO, "a.yaml", "old")
    repository.put("a.yaml", "staged")
    repository.git("add", "--all")
    repository.put("a.yaml", "later")

    assert files(read_staged(Git(repository.root))) == {"evidence/a.yaml": b"staged"}


def test_before_the_first_commit_the_whole_index_is_staged(repository: Repository) -> None:
    repository.put("a.yaml", "first")
    repository.git("add", "--all")

    assert files(read_staged(Git(repository.root))) == {"evidence/a.yaml": b"first"}


def test_before_the_first_commit_it_does_not_matter_where_we_are(plain: Repository) -> None:
    plain.put("deep/a.yaml", "first")
    (plain.root / "top.txt").write_text("top")
    plain.git("add", "--all")

    expected = {"evidence/deep/a.yaml": b"first", "top.txt": b"top"}
    assert files(read_staged(Git(plain.evidence / "deep"))) == expected
    assert files(read_history(Git(plain.evidence / "deep"))) == expected


def test_the_documents_of_the_index_are_read(
    plain: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git_blobs, "_ASKED", 2)
    for name in ("a.yaml", "b.yml", "c.json", "d.txt"):
        plain.put(name, name)
    plain.git("add", "--all")

    assert list(read_documents(Git(plain.evidence))) == [
        (f"evidence/{name}", name.encode()) for name in ("a.yaml", "b.yml", "c.json")
    ]


def test_a_bare_repository_has_a_history(plain: Repository, tmp_path: Path) -> None:
    plain.submit(HANAKO, "a.yaml", "x")
    bare = tmp_path / "bare"
    plain.git("clone", "--quiet", "--bare", str(plain.root), str(bare))

    assert files(read_history(Git(bare))) == {"evidence/a.yaml": b"x"}


def test_what_is_removed_or_unchanged_is_not_read(plain: Repository) -> None:
    plain.put("gone.yaml", "gone")
    plain.submit(HANAKO, "same.yaml", "same")
    plain.git("rm", "--quiet", "evidence/gone.yaml")

    assert list(read_staged(Git(plain.root))) == []


def test_names_are_told_from_the_top_wherever_we_are(plain: Repository) -> None:
    plain.submit(HANAKO, "a.yaml", "old")
    plain.put("b/ご.yaml", "new")
    plain.git("add", "--all")

    assert files(read_staged(Git(plain.evidence))) == {"evidence/b/ご.yaml": b"new"}


def test_a_renamed_file_has_a_new_name(plain: Repository) -> None:
    plain.submit(HANAKO, "a.yaml", "same bytes")
    plain.git("mv", "evidence/a.yaml", "evidence/b.yaml")

    staged = list(read_staged(Git(plain.root)))

    assert parts(staged, "file name") == [("evidence/b.yaml", None)]


def test_a_link_is_its_target_and_a_submodule_only_a_name(plain: Repository) -> None:
    commit = plain.submit(HANAKO, "a.yaml", "x")
    (plain.root / "link").symlink_to("target")
    plain.git("add", "--all")
    plain.git("update-index", "--add", "--cacheinfo", f"160000,{commit},sub")

    staged = list(read_staged(Git(plain.root)))

    assert files(staged) == {"link": b"target"}
    assert parts(staged, "file name") == [("link", None), ("sub", None)]


def test_a_name_may_have_any_byte(plain: Repository) -> None:
    name = os.fsdecode(b"evidence/\xff\n\ttab")
    plain.put(name.removeprefix("evidence/"), "x")
    plain.git("add", "--all")

    assert files(read_staged(Git(plain.root))) == {name: b"x"}


def test_the_index_that_git_tells_its_hook_is_the_one_that_is_read(plain: Repository) -> None:
    plain.submit(HANAKO, "a.yaml", "old")
    plain.put("a.yaml", "new")
    other = plain.root / ".git/other-index"
    plain.git("add", "--all", GIT_INDEX_FILE=str(other))

    git = Git.of(plain.root, {"GIT_INDEX_FILE": str(other), "GIT_SSH_COMMAND": "false"})

    assert files(read_staged(git)) == {"evidence/a.yaml": b"new"}
    assert git.told == {"GIT_INDEX_FILE": str(other)}
    assert files(read_staged(Git(plain.root))) == {}


def test_a_conflict_that_is_not_resolved_is_not_there_yet(plain: Repository) -> None:
    plain.submit(HANAKO, "a.yaml", "old")
    plain.git("checkout", "--quiet", "-b", "other")
    plain.submit(HANAKO, "a.yaml", "theirs")
    plain.git("checkout", "--quiet", "main")
    plain.submit(HANAKO, "a.yaml", "ours")
    with pytest.raises(AssertionError):
        plain.git("merge", "other")

    assert files(read_staged(Git(plain.root))) == {}


def test_no_program_of_the_repository_is_run(plain: Repository, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    (plain.root / ".gitattributes").write_text("* filter=trap diff=trap\n")
    plain.submit(HANAKO, "a.yaml", "x")
    for name in ("filter.trap.smudge", "filter.trap.clean", "diff.trap.textconv"):
        plain.git("config", name, f"touch {trap}")
    plain.git("config", "core.fsmonitor", f"touch {trap}")
    plain.git("config", "core.sshCommand", f"touch {trap}")

    list(read_staged(Git(plain.root)))
    history(plain)

    assert not trap.exists()


# The history


def test_each_file_is_told_once_with_the_commit_that_brought_it(repository: Repository) -> None:
    first = repository.submit(HANAKO, "a.yaml", "one")
    second = repository.submit(HANAKO, "copy.yaml", "one")
    third = repository.submit(HANAKO, "a.yaml", "two")

    told = [
        (p.path, p.part, p.commit) for p in history(repository) if p.part in {None, "file name"}
    ]

    assert told == [
        ("evidence/a.yaml", "file name", first),
        ("evidence/a.yaml", None, first),
        ("evidence/copy.yaml", "file name", second),
        ("evidence/a.yaml", None, third),
    ]


def test_a_file_that_was_removed_is_still_in_the_history(plain: Repository) -> None:
    plain.submit(HANAKO, "a.yaml", "removed")
    plain.git("rm", "--quiet", "-r", "evidence")
    plain.commit(HANAKO)

    assert files(history(plain)) == {"evidence/a.yaml": b"removed"}
    assert files(history(plain, "HEAD")) == {"evidence/a.yaml": b"removed"}


def test_messages_and_names_of_people_are_told(plain: Repository) -> None:
    plain.submit(Person("名前", "mail@example.jp"), "a.yaml", "x", message="件名\n\n本文")
    plain.git("tag", "-a", "v1", "-m", "release", **IDENTITY)

    told = history(plain)

    assert parts(told, "commit message") == [("", "件名\n\n本文\n".encode())]
    assert parts(told, "tag message") == [("refs/tags/v1", b"release\n")]
    assert parts(told, "tag header") == [("refs/tags/v1", b"tag v1\nA <a@example.jp>")]
    [(_, header)] = parts(told, "commit header")
    assert header == "名前 <mail@example.jp>\n名前 <mail@example.jp>".encode()


def test_a_signature_is_no_text(plain: Repository) -> None:
    plain.submit(HANAKO, "a.yaml", "x")
    raw = plain.git("cat-file", "commit", "HEAD").split("\n\n", 1)
    signed = f"{raw[0]}\ngpgsig -----BEGIN\n MIIB\n -----END\nnote kept\n more\n\nsigned\n"
    id_ = plain.git("hash-object", "-t", "commit", "-w", "--stdin", data=signed.encode())

    headers = [header for _, header in parts(history(plain, id_), "commit header")]

    person = b"Hanako <hanako@example.jp>"
    assert headers == [b"%s\n%s\nnote kept\n more" % (person, person)]


def test_a_merge_tells_only_what_no_parent_has(plain: Repository) -> None:
    plain.submit(HANAKO, "a.yaml", "base")
    plain.git("checkout", "--quiet", "-b", "other")
    side = plain.submit(HANAKO, "b.yaml", "side")
    plain.git("checkout", "--quiet", "main")
    plain.submit(HANAKO, "c.yaml", "main")
    plain.git("merge", "--quiet", "--no-commit", "--no-ff", "other", **IDENTITY)
    evil = plain.submit(HANAKO, "d.yaml", "evil")

    told = {piece.path: piece.commit for piece in history(plain) if piece.part is None}

    assert told["evidence/b.yaml"] == side
    assert told["evidence/d.yaml"] == evil


def test_notes_stashes_reflogs_and_leftovers_are_kept_and_so_told(plain: Repository) -> None:
    plain.submit(HANAKO, "a.yaml", "x")
    plain.git("notes", "add", "-m", "in a note", **IDENTITY)
    plain.put("stashed.yaml", "in a stash")
    plain.git("add", "--all")
    plain.git("stash", "--quiet", **IDENTITY)
    plain.submit(HANAKO, "b.yaml", "amended away")
    plain.git("reset", "--quiet", "--hard", "HEAD~1")
    plain.put("staged.yaml", "staged once")
    plain.git("add", "--all")
    plain.put("staged.yaml", "staged")
    plain.git("add", "--all")

    found = set(files(history(plain)).values())

    assert found >= {b"in a note\n", b"in a stash", b"amended away", b"staged"}
    every = [content(piece) for piece in history(plain) if piece.part is None]
    assert b"staged once" in every


def test_what_was_left_behind_is_told_until_it_is_collected(plain: Repository) -> None:
    plain.submit(HANAKO, "a.yaml", "x")
    plain.submit(HANAKO, "b.yaml", "forgotten")
    plain.git("reset", "--quiet", "--hard", "HEAD~1")
    plain.git("reflog", "expire", "--expire=now", "--all")

    assert b"forgotten" in files(history(plain)).values()
    plain.git("gc", "--quiet", "--prune=now")
    assert b"forgotten" not in files(history(plain)).values()


def test_a_range_tells_only_what_it_adds(plain: Repository) -> None:
    first = plain.submit(HANAKO, "a.yaml", "old")
    plain.submit(HANAKO, "b.yaml", "new", message="second")

    told = history(plain, f"{first}..HEAD")

    assert files(told) == {"evidence/b.yaml": b"new"}
    assert parts(told, "commit message") == [("", b"second\n")]


def test_a_tag_that_is_named_is_told(plain: Repository) -> None:
    plain.submit(HANAKO, "a.yaml", "x")
    plain.git("tag", "-a", "v1", "-m", "release", **IDENTITY)

    assert parts(history(plain, "v1"), "tag message") == [("v1", b"release\n")]


def test_names_of_branches_and_tags_are_told(plain: Repository) -> None:
    plain.submit(HANAKO, "a.yaml", "x")
    plain.git("branch", "feature")

    assert [path for path, _ in parts(history(plain), "ref name")] == [
        "refs/heads/feature",
        "refs/heads/main",
    ]


def test_a_ref_may_point_to_a_file(plain: Repository) -> None:
    id_ = plain.git("hash-object", "-w", "--stdin", data=b"only a ref")
    plain.git("update-ref", "refs/tags/file", id_)

    assert files(history(plain)) == {"refs/tags/file": b"only a ref"}


@pytest.mark.parametrize("revision", ["no-such-branch", "--all", "-h", "", "evidence"])
def test_what_is_no_revision_is_refused(plain: Repository, revision: str) -> None:
    plain.submit(HANAKO, "a.yaml", "x")

    with pytest.raises(GitError):
        history(plain, revision)


def test_no_repository_is_refused(tmp_path: Path) -> None:
    for read in (read_staged, read_history):
        with pytest.raises(GitError):
            list(read(Git(tmp_path)))


def test_without_git_nothing_is_told(plain: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", ".")

    with pytest.raises(GitError) as refused:
        list(read_staged(Git(plain.root)))

    assert refused.value.reason == "no git"


# What is not here


def test_a_shallow_clone_says_so(plain: Repository, tmp_path: Path) -> None:
    plain.submit(HANAKO, "a.yaml", "one")
    plain.submit(HANAKO, "a.yaml", "two")
    plain.git("clone", "--quiet", "--depth=1", plain.root.as_uri(), str(tmp_path / "clone"))

    assert is_cut_off(Git(tmp_path / "clone"))
    assert not is_cut_off(Git(plain.root))
    assert is_cut_off(Git(tmp_path / "clone"), "HEAD")
    assert not is_cut_off(Git(tmp_path / "clone"), "HEAD..HEAD")
    assert files(read_history(Git(tmp_path / "clone"))) == {"evidence/a.yaml": b"two"}


def test_a_file_that_a_partial_clone_lacks_is_not_fetched(
    plain: Repository, tmp_path: Path
) -> None:
    plain.submit(HANAKO, "a.yaml", "far away")
    plain.git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    plain.git(
        "clone", "--quiet", "--no-checkout", "--filter=blob:none", plain.root.as_uri(), str(clone)
    )

    [piece] = [piece for piece in read_history(Git(clone)) if piece.part is None]

    assert piece.open is None
    assert piece.reason == "not here"


def test_a_pointer_of_lfs_stands_for_its_file(plain: Repository) -> None:
    name = "ab" * 32
    plain.submit(HANAKO, "large.pdf", pointer(name))
    store = plain.root / ".git/lfs/objects/ab/ab"
    store.mkdir(parents=True)

    [absent] = [piece for piece in history(plain) if piece.part is None]
    (store / name).write_bytes(b"the real file")
    [there] = [piece for piece in history(plain) if piece.part is None]

    assert absent.open is None
    assert absent.reason == "large file not here"
    assert content(there) == b"the real file"


def test_what_only_looks_like_a_pointer_is_a_file(plain: Repository) -> None:
    text = pointer("no oid")
    plain.submit(HANAKO, "a.txt", text)

    assert files(history(plain)) == {"evidence/a.txt": text.encode()}


def test_a_large_file_is_read_in_windows(
    plain: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git_blobs, "_PIPED", 10)
    monkeypatch.setattr(git_blobs, "_WINDOW", 7)
    plain.put("large.txt", "x" * 100)
    plain.submit(HANAKO, "small.txt", "small")

    assert files(history(plain)) == {
        "evidence/large.txt": b"x" * 100,
        "evidence/small.txt": b"small",
    }


def test_a_damaged_file_fails_while_it_is_read(
    plain: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git_blobs, "_PIPED", 10)
    plain.submit(HANAKO, "large.txt", "x" * 100)
    [piece] = [piece for piece in history(plain) if piece.part is None]
    id_ = plain.git("rev-parse", "HEAD:evidence/large.txt")
    loose = plain.root / ".git/objects" / id_[:2] / id_[2:]
    loose.chmod(0o644)
    loose.write_bytes(b"damaged")

    with pytest.raises(OSError, match="git"):
        content(piece)
    assert [each.reason for each in history(plain) if each.part is None] == ["not here"]


def test_git_that_ends_too_early_is_an_error(
    plain: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain.submit(HANAKO, "a.txt", "x")
    git = shutil.which("git")
    fake = tmp_path / "bin/git"
    fake.parent.mkdir()
    fake.write_text(f'#!/bin/sh\ncase "$*" in *--batch) exit 1;; esac\nexec {git} "$@"\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}{os.pathsep}{os.environ['PATH']}")

    with pytest.raises(GitError):
        history(plain)


def test_many_files_in_one_commit_are_all_told(
    plain: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git_blobs, "_ASKED", 3)
    monkeypatch.setattr(git_blobs, "_AT_ONCE", 1)
    for number in range(10):
        plain.put(f"{number}.txt", f"text {number}")
    plain.commit(HANAKO)
    plain.submit(HANAKO, "last.txt", "last")

    assert len(files(history(plain))) == 11


def test_who_stops_early_leaves_no_process(plain: Repository) -> None:
    plain.submit(HANAKO, "a.yaml", "x")

    pieces: Any = read_history(Git(plain.root))
    next(pieces)
    pieces.close()


def pointer(oid: str) -> str:
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize 13\n"
