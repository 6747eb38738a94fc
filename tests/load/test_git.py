"""Where evidence comes from, as real repositories tell it."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.git_repository import Person, allowed_signers, new_key, new_repository

from mnaudit.load.allowed_signers import read_allowed_signers
from mnaudit.load.evidence import read_folder
from mnaudit.load.git import read_provenance
from mnaudit.model.provenance import Approval, CommitSignature, FileProvenance

if TYPE_CHECKING:
    from tests.git_repository import Repository

    from mnaudit.model.provenance import Provenance
    from mnaudit.signing.submitters import SubmitterKey

FORMATS = ("sha1", "sha256")
HANAKO = Person("Hanako", "hanako@example.jp")
TARO = Person("Taro", "taro@example.jp")


@pytest.fixture(params=FORMATS)
def repository(request: pytest.FixtureRequest, tmp_path: Path) -> Repository:
    return new_repository(tmp_path / "company", request.param)


@pytest.fixture
def plain(tmp_path: Path) -> Repository:
    return new_repository(tmp_path / "company")


@pytest.fixture(scope="session")
def people(tmp_path_factory: pytest.TempPathFactory) -> tuple[Person, Person]:
    """A submitter and a reviewer, with keys of both kinds."""
    folder = tmp_path_factory.mktemp("keys")
    return (
        Person("Hanako", "hanako@example.jp", new_key(folder, "hanako")),
        Person("Taro", "taro@example.jp", new_key(folder, "taro", "ecdsa")),
    )


def told(repository: Repository, keys: tuple[SubmitterKey, ...] = ()) -> Provenance:
    root = repository.evidence
    return read_provenance(root, read_folder(root).files, keys)


def remarks(provenance: Provenance) -> dict[str, tuple[str, ...]]:
    return {remark.code: remark.paths for remark in provenance.remarks}


# Which commit


def test_a_file_comes_from_the_commit_that_last_changed_it(repository: Repository) -> None:
    repository.submit(HANAKO, "a.yaml", "old")
    second = repository.submit(TARO, "a.yaml", "new")
    last = repository.submit(HANAKO, "b.yaml", "other")

    found = told(repository)

    assert found.files["a.yaml"].commit == second
    assert found.files["a.yaml"].author.mail == TARO.mail
    assert found.files["b.yaml"].commit == last
    assert found.repository is not None
    assert found.repository.commit == last
    assert found.repository.object_format == repository.git("rev-parse", "--show-object-format")
    assert not found.remarks
    assert not found.problems


def test_a_change_elsewhere_is_not_the_origin(plain: Repository) -> None:
    first = plain.submit(HANAKO, "a.yaml", "a")
    (plain.root / "program.py").write_text("pass")
    plain.commit(TARO)

    assert told(plain).files["a.yaml"].commit == first


def test_a_merge_brings_the_commit_of_the_side_branch(repository: Repository) -> None:
    repository.submit(TARO, "first.yaml", "first")
    repository.git("switch", "--quiet", "-c", "side")
    side = repository.submit(HANAKO, "a.yaml", "a")
    repository.git("switch", "--quiet", "main")
    repository.submit(TARO, "b.yaml", "b")
    repository.merge(TARO, "side")

    found = told(repository).files["a.yaml"]

    assert found.commit == side
    assert (found.author.mail, found.approver) == (HANAKO.mail, str(TARO))
    assert (found.approval, found.four_eyes) == (Approval.CLAIMED, True)


def test_a_branch_merged_into_a_branch_is_followed_to_its_end(plain: Repository) -> None:
    plain.submit(TARO, "first.yaml", "first")
    plain.git("switch", "--quiet", "-c", "inner")
    inner = plain.submit(HANAKO, "a.yaml", "a")
    plain.git("switch", "--quiet", "-c", "outer", "main")
    plain.submit(TARO, "c.yaml", "c")
    plain.merge(HANAKO, "inner")
    plain.git("switch", "--quiet", "main")
    plain.merge(TARO, "outer")

    found = told(plain).files["a.yaml"]

    assert (found.commit, found.approver) == (inner, str(TARO))


def test_who_merges_her_own_work_is_not_four_eyes(plain: Repository) -> None:
    plain.submit(TARO, "first.yaml", "first")
    plain.git("switch", "--quiet", "-c", "side")
    plain.submit(HANAKO, "a.yaml", "a")
    plain.git("switch", "--quiet", "main")
    plain.merge(Person("HANAKO", "other@example.jp"), "side")

    assert told(plain).files["a.yaml"].four_eyes is False


def test_a_merge_that_changes_a_file_itself_is_its_origin(plain: Repository) -> None:
    plain.submit(TARO, "a.yaml", "first")
    plain.git("switch", "--quiet", "-c", "side")
    plain.submit(HANAKO, "b.yaml", "b")
    plain.git("switch", "--quiet", "main")
    plain.merge(TARO, "side")
    plain.put("a.yaml", "smuggled into the merge")
    plain.git("add", "--all")
    plain.git(
        "-c", "user.name=Taro", "-c", "user.email=taro@example.jp", "commit", "--amend", "-qm", "m"
    )
    merge = plain.git("rev-parse", "HEAD")

    found = told(plain).files["a.yaml"]

    assert (found.commit, found.four_eyes) == (merge, False)


def test_a_merge_that_brings_back_what_was_left_behind_is_its_origin(
    plain: Repository, people: tuple[Person, Person]
) -> None:
    """Somebody without a key must not bring back an old version because it was once signed."""
    old = plain.submit(people[0], "a.yaml", "old")
    new = plain.submit(people[0], "a.yaml", "new")
    tree = plain.git("rev-parse", f"{old}^{{tree}}")
    merge = plain.git(
        *("-c", "user.name=x", "-c", "user.email=x@x"),
        *("commit-tree", "-p", new, "-p", old, "-m", "merge", tree),
    )
    plain.git("reset", "--quiet", "--hard", merge)

    found = told(plain).files["a.yaml"]

    assert (found.commit, found.signature) == (merge, CommitSignature.NONE)
    assert plain.git("log", "-1", "--format=%H", "--", "evidence/a.yaml") == old  # what git says


def test_a_git_in_the_evidence_folder_is_not_run(
    plain: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plain.submit(HANAKO, "a.yaml", "a")
    script(plain.evidence / "git", f"touch {tmp_path}/executed")
    monkeypatch.chdir(plain.evidence)
    monkeypatch.setenv("PATH", ".")

    assert remarks(told(plain)) == {"MN073": ()}
    assert not (tmp_path / "executed").exists()


def test_a_squash_has_the_approver_of_its_trailer(plain: Repository) -> None:
    plain.submit(TARO, "first.yaml", "first")
    message = f"submit (#7)\n\nReviewed-by: {TARO}\n"
    squashed = plain.submit(HANAKO, "a.yaml", "a", message)

    found = told(plain).files

    assert found["a.yaml"].commit == squashed
    assert (found["a.yaml"].approver, found["a.yaml"].four_eyes) == (str(TARO), True)
    assert (found["first.yaml"].approver, found["first.yaml"].four_eyes) == (None, None)


def test_a_renamed_file_comes_from_the_commit_that_renamed_it(plain: Repository) -> None:
    plain.submit(HANAKO, "a.yaml", "a")
    plain.git("mv", "evidence/a.yaml", "evidence/b.yaml")
    renamed = plain.commit(TARO)

    assert told(plain).files["b.yaml"].commit == renamed


def test_a_file_that_was_put_back_comes_from_who_put_it_back(plain: Repository) -> None:
    plain.submit(HANAKO, "a.yaml", "a")
    (plain.evidence / "a.yaml").unlink()
    plain.submit(HANAKO, "b.yaml", "b")
    again = plain.submit(TARO, "a.yaml", "a")

    assert told(plain).files["a.yaml"].commit == again


def test_the_permission_to_execute_is_not_another_content(plain: Repository) -> None:
    first = plain.submit(HANAKO, "a.yaml", "a")
    (plain.evidence / "a.yaml").chmod(0o755)
    plain.commit(TARO)

    assert told(plain).files["a.yaml"].commit == first


def test_names_beyond_ascii_and_the_top_folder_itself_are_found(tmp_path: Path) -> None:
    repository = new_repository(tmp_path / "会社")
    (repository.root / "研修 記録.yaml").write_text("a")
    commit = repository.commit(HANAKO)

    found = read_provenance(repository.root, read_folder(repository.root).files)

    assert {path: each.commit for path, each in found.files.items()} == {"研修 記録.yaml": commit}


def test_every_answer_is_that_of_git_itself(plain: Repository) -> None:
    """Outside truth: ``git log -1`` per file, on a history with merges."""
    plain.submit(TARO, "0.yaml", "0")
    for number in range(1, 9):
        plain.git("switch", "--quiet", "-c", f"side{number}", "main")
        plain.submit(HANAKO, f"{number}.yaml", str(number))
        plain.submit(HANAKO, f"{number // 2}.yaml", f"changed by {number}")
        plain.git("switch", "--quiet", "main")
        if number % 3:
            plain.merge(TARO, f"side{number}")
        else:
            plain.git("merge", "--quiet", "--ff-only", f"side{number}")

    found = told(plain).files

    assert len(found) == 9
    for path, each in found.items():
        assert each.commit == plain.git("log", "-1", "--format=%H", "--", f"evidence/{path}")


# Signatures


@pytest.mark.parametrize("object_format", FORMATS)
def test_signed_work_that_another_approves_by_signature_is_known_in_full(
    tmp_path: Path, people: tuple[Person, Person], object_format: str
) -> None:
    repository = new_repository(tmp_path / "company", object_format)
    hanako, taro = people
    signers = allowed_signers(tmp_path / "allowed_signers", hanako, taro)
    repository.submit(taro, "first.yaml", "first")
    repository.git("switch", "--quiet", "-c", "side")
    side = repository.submit(hanako, "a.yaml", "a")
    repository.git("switch", "--quiet", "main")
    merge = repository.merge(taro, "side")

    keys = read_allowed_signers(signers)
    found = told(repository, keys).files["a.yaml"]

    assert found == FileProvenance(
        commit=side,
        author=found.author,
        signature=CommitSignature.GOOD,
        signer="hanako@example.jp",
        fingerprint=keys[0].key.fingerprint,
        approver="taro@example.jp",
        approval=Approval.SIGNED,
        four_eyes=True,
    )
    for commit in (side, merge):
        repository.git("-c", f"gpg.ssh.allowedSignersFile={signers}", "verify-commit", commit)


def test_without_keys_no_signature_is_good(
    plain: Repository, people: tuple[Person, Person]
) -> None:
    plain.submit(people[0], "a.yaml", "a")
    plain.submit(TARO, "b.yaml", "b")

    found = told(plain).files

    assert found["a.yaml"].signature is CommitSignature.UNKNOWN_KEY
    assert found["a.yaml"].fingerprint is not None
    assert found["b.yaml"].signature is CommitSignature.NONE


# What is said instead of guessed


def test_changed_untracked_and_missing_files_are_said(plain: Repository) -> None:
    for name in ("a.yaml", "b.yaml", "c.yaml"):
        plain.submit(HANAKO, name, name)
    plain.put("a.yaml", "changed")
    (plain.evidence / "b.yaml").unlink()
    plain.put("new.yaml", "new")
    plain.put("README.md", "a note is no evidence")

    found = told(plain)

    assert found.repository is not None
    assert found.repository.dirty
    assert remarks(found) == {
        "MN077": ("a.yaml",),
        "MN078": ("new.yaml",),
        "MN079": ("b.yaml",),
    }
    assert set(found.files) == {"c.yaml"}
    assert found.reason("a.yaml") == "MN077"


def test_a_file_that_is_staged_only_is_not_in_the_commit(plain: Repository) -> None:
    plain.submit(HANAKO, "a.yaml", "a")
    plain.put("b.yaml", "b")
    plain.git("add", "--all")

    assert remarks(told(plain)) == {"MN078": ("b.yaml",)}


def test_a_change_that_the_index_hides_is_seen(plain: Repository) -> None:
    plain.submit(HANAKO, "a.yaml", "a")
    plain.git("update-index", "--assume-unchanged", "evidence/a.yaml")
    plain.put("a.yaml", "b")

    assert remarks(told(plain)) == {"MN077": ("a.yaml",)}


def test_a_shallow_clone_tells_only_what_it_knows(plain: Repository, tmp_path: Path) -> None:
    plain.submit(HANAKO, "a.yaml", "a")
    plain.submit(HANAKO, "b.yaml", "b")
    newest = plain.submit(TARO, "c.yaml", "c")
    clone = tmp_path / "clone"
    plain.git("clone", "--quiet", "--depth=2", plain.root.as_uri(), str(clone))

    found = read_provenance(clone / "evidence", read_folder(clone / "evidence").files)

    assert found.repository is not None
    assert found.repository.shallow
    assert set(found.files) == {"c.yaml"}
    assert found.files["c.yaml"].commit == newest
    assert remarks(found) == {"MN076": (), "MN080": ("a.yaml", "b.yaml")}
    assert found.reason("a.yaml") == "MN080"


def test_history_that_was_replaced_or_grafted_is_the_history_that_was_signed(
    plain: Repository,
) -> None:
    first = plain.submit(HANAKO, "a.yaml", "a")
    plain.submit(HANAKO, "b.yaml", "b")
    head = plain.submit(TARO, "c.yaml", "c")
    (plain.root / ".git/info").mkdir(exist_ok=True)
    (plain.root / ".git/info/grafts").write_text(f"{head}\n")
    plain.git("replace", "--graft", head)

    assert told(plain).files["a.yaml"].commit == first


def test_a_folder_without_a_repository_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a")

    found = read_provenance(tmp_path, read_folder(tmp_path).files)

    assert found.repository is None
    assert remarks(found) == {"MN072": ()}
    assert found.reason("a.yaml") == "MN072"


def test_a_repository_without_a_work_tree_is_none(plain: Repository) -> None:
    root = plain.root / ".git/objects"

    assert remarks(read_provenance(root, ())) == {"MN072": ()}


def test_a_repository_without_a_commit_is_said(repository: Repository) -> None:
    repository.put("a.yaml", "a")

    assert remarks(told(repository)) == {"MN075": ()}


def test_a_machine_without_git_is_said(
    plain: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plain.submit(HANAKO, "a.yaml", "a")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert remarks(told(plain)) == {"MN073": ()}


@pytest.mark.parametrize("body", ["exec sleep 60", "exit 3"], ids=["endless", "failing"])
def test_a_git_that_fails_or_takes_too_long_is_said(
    plain: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, body: str
) -> None:
    plain.submit(HANAKO, "a.yaml", "a")
    git = shutil.which("git")
    script(
        tmp_path / "bin/git", f'case "$*" in *ls-tree*) {body};; esac\nexec {git} "$@"', monkeypatch
    )
    monkeypatch.setattr("mnaudit.load.git._SECONDS", 1)

    assert remarks(told(plain)) == {"MN074": ()}


def test_a_missing_commit_object_stops_nothing_else(plain: Repository) -> None:
    plain.submit(HANAKO, "a.yaml", "a")
    damaged = plain.submit(HANAKO, "b.yaml", "b")
    plain.submit(HANAKO, "c.yaml", "c")
    path = plain.root / ".git/objects" / damaged[:2] / damaged[2:]
    path.unlink()

    # The walk itself ends there; nothing is told rather than something wrong.
    assert remarks(told(plain)) == {"MN074": ()}


def test_a_commit_that_can_be_read_in_two_ways_is_no_origin(plain: Repository) -> None:
    plain.submit(HANAKO, "a.yaml", "a")
    plain.put("b.yaml", "b")
    plain.git("add", "--all")
    tree, parent = plain.git("write-tree"), plain.git("rev-parse", "HEAD")
    who = "Hanako <hanako@example.jp> 1 +0900"
    text = f"tree {tree}\nparent {parent}\nauthor {who}\ncommitter {who}\nauthor {who}\n\ntwo\n"
    odd = plain.git(
        "hash-object", "-t", "commit", "-w", "--literally", "--stdin", data=text.encode()
    )
    plain.git("update-ref", "refs/heads/main", odd)

    found = told(plain)

    assert remarks(found) == {"MN081": ("b.yaml",)}
    assert set(found.files) == {"a.yaml"}


# Traps


@pytest.mark.parametrize(
    "attribute",
    [
        "text",
        "text=auto",
        "eol=lf",
        "ident",
        "filter=lfs",
        "working-tree-encoding=UTF-16",
        "export-subst",
    ],
)
def test_an_attribute_by_which_git_changes_bytes_is_a_problem(
    plain: Repository, attribute: str
) -> None:
    plain.submit(HANAKO, "a.yaml", "a")
    (plain.root / ".gitattributes").write_text(f"evidence/** {attribute}\n")

    problems = told(plain).problems

    assert {problem.code for problem in problems} == {"MN070"}
    name = attribute.partition("=")[0]
    assert any(str(dict(each.values)["attribute"]).startswith(name) for each in problems)


def test_the_line_that_we_ship_keeps_all_attributes_away(plain: Repository) -> None:
    shipped = (Path(__file__).parents[2] / ".gitattributes").read_text()
    (plain.root / ".gitattributes").write_text(f"* text=auto eol=lf ident filter=x\n{shipped}")
    plain.submit(HANAKO, "a.yaml", "a\r\n")

    found = told(plain)

    assert not found.problems
    assert not found.remarks


def test_a_line_break_that_git_changed_is_seen_in_the_bytes(plain: Repository) -> None:
    plain.submit(HANAKO, "a.yaml", "a\r\n")
    plain.git("config", "core.autocrlf", "true")
    plain.git("add", "--renormalize", "--all")
    plain.commit(HANAKO)

    assert remarks(told(plain)) == {"MN077": ("a.yaml",)}


def test_links_and_foreign_repositories_in_the_commit_are_problems(plain: Repository) -> None:
    plain.submit(HANAKO, "a.yaml", "a")
    head = plain.git("rev-parse", "HEAD")
    blob = plain.git("hash-object", "-w", "--stdin", data=b"a")
    plain.git("update-index", "--add", "--cacheinfo", f"120000,{blob},evidence/link.yaml")
    plain.git("update-index", "--add", "--cacheinfo", f"160000,{head},evidence/sub")
    plain.git("-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qm", "links")
    # As Windows checks a link out: a file that holds the target.
    plain.put("link.yaml", "a")

    found = told(plain)

    assert [(p.path, p.code, dict(p.values)["mode"]) for p in found.problems] == [
        ("link.yaml", "MN071", "120000"),
        ("sub", "MN071", "160000"),
    ]
    assert remarks(found) == {"MN077": ("link.yaml",), "MN079": ("sub",)}


@pytest.mark.parametrize(
    ("one", "other", "codes"),
    [
        ("a.yaml", "A.yaml", {"MN122"}),
        ("\u304c.yaml", "\u304b\u3099.yaml", {"MN123"}),
    ],
    ids=["case", "normalization"],
)
def test_twins_in_the_commit_are_problems_even_if_only_one_is_on_disk(
    plain: Repository, one: str, other: str, codes: set[str]
) -> None:
    plain.submit(HANAKO, one, "a")
    blob = plain.git("hash-object", "-w", "--stdin", data=b"b")
    plain.git("update-index", "--add", "--cacheinfo", f"100644,{blob},evidence/{other}")
    plain.git("-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qm", "twin")

    assert {problem.code for problem in told(plain).problems} == codes


# A hostile repository

PROGRAMS = (
    "core.fsmonitor",
    "core.sshCommand",
    "core.pager",
    "core.editor",
    "core.askPass",
    "core.gitProxy",
    "core.alternateRefsCommand",
    "credential.helper",
    "diff.external",
    "diff.evil.textconv",
    "diff.evil.command",
    "filter.evil.clean",
    "filter.evil.smudge",
    "filter.evil.process",
    "gpg.program",
    "gpg.ssh.program",
    "gpg.ssh.defaultKeyCommand",
    "pager.log",
    "pager.diff-tree",
    "pager.rev-list",
    "alias.rev-list",
    "alias.ls-tree",
    "remote.origin.uploadpack",
    "sequence.editor",
    "trace2.eventTarget",
)
"""Settings that make git run a program, or send its trace there."""


def script(path: Path, body: str, monkeypatch: pytest.MonkeyPatch | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    if monkeypatch is not None:
        monkeypatch.setenv("PATH", f"{path.parent}{os.pathsep}{os.environ['PATH']}")
    return path


def test_the_configuration_of_the_repository_runs_nothing(
    plain: Repository, people: tuple[Person, Person], tmp_path: Path
) -> None:
    trace = tmp_path / "executed"
    evil = script(tmp_path / "evil", f'echo "$@" >> {trace}; cat')
    plain.submit(people[0], "a.yaml", "a")
    plain.submit(HANAKO, "b.yaml", "b")
    hooks = ("post-index-change", "post-checkout", "pre-commit", "reference-transaction")
    for hook in hooks:
        script(plain.root / f"hooks/{hook}", f"exec {evil}")
    (plain.root / ".gitattributes").write_text("evidence/** filter=evil diff=evil\n")
    for name in PROGRAMS:
        plain.git("config", name, f"!{evil}" if name.startswith("alias") else str(evil))
    for name, value in {
        "core.hooksPath": str(plain.root / "hooks"),
        "log.showSignature": "true",
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": f"ext::{evil}",
        "protocol.allow": "always",
        "protocol.ext.allow": "always",
    }.items():
        plain.git("config", name, value)
    # Same bytes, another time: git would have to look into the file, through its filter.
    os.utime(plain.evidence / "b.yaml", (1, 1))
    missing = plain.git("rev-parse", "HEAD~1")

    found = told(plain)
    assert set(found.files) == {"a.yaml", "b.yaml"}
    (plain.root / ".git/objects" / missing[:2] / missing[2:]).unlink()
    told(plain)

    assert not trace.exists()


def test_the_trap_for_programs_works(plain: Repository, tmp_path: Path) -> None:
    """The test above would see a program: ``git status`` runs one."""
    trace = tmp_path / "executed"
    evil = script(tmp_path / "evil", f"echo run >> {trace}; cat")
    plain.submit(HANAKO, "a.yaml", "a")
    (plain.root / ".gitattributes").write_text("evidence/** filter=evil\n")
    plain.git("config", "filter.evil.clean", str(evil))
    os.utime(plain.evidence / "a.yaml", (1, 1))

    plain.git("status")

    assert trace.exists()


def test_many_files_take_no_more_calls_than_one(
    plain: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls = tmp_path / "calls"
    for number in range(300):
        plain.put(f"{number % 7}/{number}.yaml", str(number))
        if number % 60 == 0:
            plain.commit(HANAKO)
    plain.commit(TARO)
    git = shutil.which("git")
    script(tmp_path / "bin/git", f'echo x >> {calls}\nexec {git} "$@"', monkeypatch)

    found = told(plain)

    assert len(found.files) == 300
    assert len(calls.read_text().splitlines()) == 6


def test_nothing_in_the_repository_is_written(plain: Repository) -> None:
    plain.submit(HANAKO, "a.yaml", "a")
    os.utime(plain.evidence / "a.yaml", (1, 1))
    index = (plain.root / ".git/index").read_bytes()

    told(plain)

    assert (plain.root / ".git/index").read_bytes() == index
    assert subprocess.run(["git", "fsck"], cwd=plain.root, check=True).returncode == 0


def test_a_file_that_changes_while_it_is_read_is_not_that_of_the_commit(plain: Repository) -> None:
    plain.submit(HANAKO, "a.yaml", "a")
    files = read_folder(plain.evidence).files
    plain.put("a.yaml", "b")

    assert remarks(read_provenance(plain.evidence, files)) == {"MN077": ("a.yaml",)}
