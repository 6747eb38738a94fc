"""mnaudit scan: files, standard input, the index and the history of git; how it ends."""

from __future__ import annotations

import io
import json
import os
import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.git_repository import Person, new_repository
from tests.scan.numbers import NUMBERS

from mnaudit.cli.console import Console
from mnaudit.cli.scan import _Progress

if TYPE_CHECKING:
    from tests.cli.conftest import Ended, Program
    from tests.git_repository import Repository

HANAKO = Person("Hanako", "hanako@example.jp")
NUMBER = NUMBERS[0]
LABELED = f"個人番号: {NUMBER}\n"
ENCRYPTED = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600


@pytest.fixture
def repository(
    mnaudit: Program,  # which changes the folder first
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Repository:
    del mnaudit
    repository = new_repository(tmp_path / "company")
    monkeypatch.chdir(repository.root)
    return repository


def put(name: str, data: str | bytes) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def places(ended: Ended) -> list[tuple[str, str]]:
    """Return code and place of each finding of a JSON report."""
    found = json.loads(ended.out)["findings"]
    return [(each["code"], _told(each)) for each in found]


def _told(finding: dict[str, Any]) -> str:
    place = finding["place"]
    names = [place["path"], *place["members"]]
    return " > ".join(names) + (f" ({place['part']})" if place["part"] else "")


def give(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), "utf-8"))


# How it ends


def test_nothing_found_ends_with_0(mnaudit: Program) -> None:
    put("a.yaml", "title: 研修\n")

    ended = mnaudit("scan", "a.yaml")

    assert ended.code == 0
    assert ended.out.startswith("Looked at 1 files, names and messages: no error")
    assert ended.err == ""


def test_a_number_ends_with_5_and_says_where(mnaudit: Program) -> None:
    put("hr/a.yaml", f"title: x\n{LABELED}")

    ended = mnaudit("scan", "hr")

    assert ended.code == 5
    assert ended.out.startswith("hr/a.yaml:2:7: error[MN501] ")
    assert "mnaudit explain MN501" in ended.out


def test_what_cannot_be_read_ends_with_3(mnaudit: Program) -> None:
    put("a.xlsx", ENCRYPTED)

    ended = mnaudit("scan", ".")

    assert ended.code == 3
    assert "error[MN504]" in ended.out


def test_a_number_wins_over_what_cannot_be_read(mnaudit: Program) -> None:
    put("a.xlsx", ENCRYPTED)
    put("b.txt", LABELED)

    assert mnaudit("scan", ".").code == 5


def test_a_warning_fails_only_when_it_is_asked_to(mnaudit: Program) -> None:
    put("note.txt", f"{NUMBER}\n")

    assert mnaudit("scan", "note.txt").code == 0
    assert "warning[MN502]" in mnaudit("scan", "note.txt").out
    assert mnaudit("scan", "--strict", "note.txt").code == 5


def test_the_company_decides_how_grave_a_code_is(mnaudit: Program) -> None:
    put("note.txt", f"{NUMBER}\n")
    put("mnaudit.toml", '[scan.severity]\nMN502 = "error"\n')

    assert mnaudit("scan", "note.txt").code == 5
    put("mnaudit.toml", '[scan.severity]\nMN502 = "note"\n')
    assert mnaudit("scan", "--strict", "note.txt").code == 0


def allow(path: str, until: str = "2999-12-31", reason: str = "a specimen") -> str:
    return f'[[scan.allow]]\npath = "{path}"\nreason = "{reason}"\nuntil = {until}\n'


def test_an_allowed_place_is_not_told_for_a_time(mnaudit: Program) -> None:
    put("docs/specimen.txt", LABELED)
    put("mnaudit.toml", allow("docs/*.txt"))

    assert mnaudit("scan", ".").code == 0
    assert mnaudit("scan", "--no-allow-list", ".").code == 5
    put("mnaudit.toml", allow("docs/*.txt", until="2026-01-31"))
    ended = mnaudit("scan", ".")
    assert ended.code == 5
    assert "MN507" in ended.err
    assert "mnaudit.toml" in ended.err


def test_the_list_of_the_repository_counts_in_all_its_folders(
    repository: Repository, mnaudit: Program
) -> None:
    put("docs/specimen.txt", LABELED)
    put("mnaudit.toml", allow("docs/*.txt"))
    repository.git("add", "--all")

    docs = repository.root / "docs"
    assert mnaudit("-C", docs, "scan", "specimen.txt").code == 0
    assert mnaudit("-C", docs, "scan", docs / "specimen.txt").code == 0
    assert mnaudit("-C", docs, "scan", "../docs").code == 0
    assert mnaudit("-C", docs, "scan", "--staged").code == 0
    repository.commit(HANAKO)
    assert mnaudit("-C", docs, "scan", "--history").code == 0
    assert mnaudit("-C", docs, "scan", "--history", "--no-allow-list").code == 5


def test_what_lies_above_a_folder_without_a_repository_is_not_its_own(mnaudit: Program) -> None:
    put("deep/specimen.txt", LABELED)
    put("mnaudit.toml", allow("**"))

    assert mnaudit("-C", "deep", "scan", ".").code == 5


def test_an_entry_without_effect_is_a_warning(mnaudit: Program) -> None:
    put("a.txt", "clean")
    put("mnaudit.toml", allow("a.txt", reason=""))

    ended = mnaudit("scan", ".", "--format", "json")

    assert ended.code == 0
    assert mnaudit("scan", ".", "--strict").code == 2
    assert "warning[MN508]" in ended.err
    assert json.loads(ended.out)["problems"][0]["code"] == "MN508"


def test_an_entry_that_covers_nothing_is_told_only_if_everything_was_scanned(
    mnaudit: Program,
) -> None:
    put("docs/a.txt", "clean")
    put("mnaudit.toml", allow("docs/*.txt"))

    assert "MN508" in mnaudit("scan", ".").err
    assert "MN508" not in mnaudit("scan", "docs").err
    assert "MN508" not in mnaudit("scan", "--exclude", "x", "docs").err


def test_a_number_in_the_list_is_not_shown(mnaudit: Program) -> None:
    put("mnaudit.toml", allow("a.txt", reason=NUMBER))

    ended = mnaudit("scan", "--exclude", "mnaudit.toml")

    assert "MN508" in ended.err
    assert NUMBER[:4] not in ended.out + ended.err


def test_settings_that_cannot_be_read_are_refused(
    mnaudit: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("a.txt", "clean")
    put("mnaudit.toml", "")
    real = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "mnaudit.toml":
            raise PermissionError
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)

    ended = mnaudit("scan", "a.txt")

    assert ended.code == 2
    assert "MN300" in ended.err


# What is looked at


def test_without_a_path_the_present_folder_is_looked_at(mnaudit: Program) -> None:
    put("deep/a.txt", LABELED)

    assert places(mnaudit("scan", "--format", "json")) == [("MN501", "deep/a.txt")]


def test_the_folder_of_git_is_left_out(repository: Repository, mnaudit: Program) -> None:
    put(".git/description", LABELED)
    put("a.txt", "clean\n")

    assert mnaudit("scan", repository.root).code == 0


def test_files_may_be_chosen_and_what_was_left_out_is_told(mnaudit: Program) -> None:
    put("a.txt", LABELED)
    put("vendor/b.txt", LABELED)

    ended = mnaudit("scan", ".", "--exclude", "vendor", "--exclude", "a.*")

    assert ended.code == 0
    assert ended.out.endswith("Besides, 2 were left out by --include and --exclude.\n")
    assert places(mnaudit("scan", "--include", "vendor/**", "--format", "json")) == [
        ("MN501", "vendor/b.txt")
    ]


def test_standard_input_is_read_by_the_name_that_it_is_given(
    mnaudit: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(monkeypatch, LABELED.encode("cp932"))
    ended = mnaudit("scan", "-", "--format", "json")
    assert (ended.code, places(ended)) == (5, [("MN501", "-")])

    give(monkeypatch, f"個人番号,名前\n{NUMBER},花子\n".encode())
    ended = mnaudit("scan", "-", "--stdin-name", "hr/roster.csv", "--format", "json")
    assert (ended.code, places(ended)) == (5, [("MN501", "hr/roster.csv")])


def test_a_name_that_is_a_number_is_found_and_not_shown(mnaudit: Program) -> None:
    put(f"hr/マイナンバー_{NUMBER}.txt", "x")

    ended = mnaudit("scan", ".", "--format", "json")

    assert places(ended) == [("MN501", "hr/マイナンバー_….txt (file name)")]


def test_the_target_of_a_link_is_text(mnaudit: Program) -> None:
    Path("link").symlink_to(f"個人番号 {NUMBER}")

    assert places(mnaudit("scan", "--format", "json")) == [("MN501", "link (link target)")]


def test_a_path_that_is_not_there_is_refused(mnaudit: Program) -> None:
    ended = mnaudit("scan", "evidense")

    assert ended.code == 2
    assert "MN527" in ended.err
    assert ended.out == ""


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--staged", "."), "MN526"),
        (("--staged", "--history"), "MN526"),
        (("--history", "HEAD", "--commit-message", "x"), "MN526"),
        (("--stdin-name", "a.csv"), "MN526"),
        (("--stdin-name", "a.csv", "--staged"), "MN526"),
        (("--report", "scan.sarif"), "MN525"),
        (("--report", "word=scan.doc"), "MN525"),
        (("--report", "json="), "MN525"),
        (("--jobs", "0"), "MN012"),
        (("--format", "xml"), "MN012"),
        (("--staged",), "MN520"),
        (("--history",), "MN520"),
    ],
)
def test_wrong_usage_ends_with_2(mnaudit: Program, arguments: tuple[str, ...], code: str) -> None:
    ended = mnaudit("scan", *arguments)

    assert ended.code == 2
    assert code in ended.err
    assert ended.out == ""


# Pictures that a person has looked at

PICTURE = Path(__file__).parents[2] / "evidence/config-attestation/files/2025-05-16-screen-lock.png"


@pytest.fixture
def picture(repository: Repository) -> bytes:
    """A picture without text in an evidence folder that says nothing of it yet."""
    data = PICTURE.read_bytes()
    put("evidence/organization.yaml", "schema: x\n")
    put("evidence/check/files/seen.png", data)
    put("evidence/check/record.yaml", "title: x\n")
    repository.git("add", "--all")
    return data


def review(data: bytes, *, by: str = "{name: 花子}") -> None:
    digest = sha256(data).hexdigest()
    put(
        "evidence/check/record.yaml",
        f"attachments:\n- path: files/seen.png\n  sha256: {digest}\n  scan_reviewed_by: {by}\n",
    )


@pytest.mark.parametrize("how", [".", "evidence/check/files", "--staged", "--history"])
def test_a_picture_fails_until_the_evidence_says_who_looked_at_it(
    repository: Repository, mnaudit: Program, picture: bytes, how: str
) -> None:
    assert mnaudit("scan", how).code == 3
    review(picture)
    repository.git("add", "--all")

    assert mnaudit("scan", how).code == 0


@pytest.mark.parametrize("by", ["", "null"])
def test_a_review_by_nobody_is_none(
    repository: Repository, mnaudit: Program, picture: bytes, by: str
) -> None:
    review(picture, by=by)
    repository.git("add", "--all")

    assert mnaudit("scan", ".").code == 3
    assert mnaudit("scan", "--staged").code == 3


def test_a_review_counts_for_the_bytes_that_were_seen(
    repository: Repository, mnaudit: Program, picture: bytes
) -> None:
    review(picture + b"other")
    assert mnaudit("scan", ".").code == 3
    review(picture)
    put("elsewhere/seen.png", picture)
    assert places(mnaudit("scan", ".", "--format", "json")) == [("MN503", "elsewhere/seen.png")]
    assert repository.root.is_dir()


def test_a_document_that_is_broken_is_no_review(mnaudit: Program, picture: bytes) -> None:
    review(picture)
    with Path("evidence/check/record.yaml").open("a") as file:
        file.write("a: 1\na: 2\n")

    assert mnaudit("scan", ".").code == 3


# Git


def test_the_index_is_looked_at_and_not_the_work_tree(
    repository: Repository, mnaudit: Program
) -> None:
    put("a.txt", LABELED)
    repository.git("add", "--all")
    put("a.txt", "clean\n")
    put("b.txt", LABELED)

    ended = mnaudit("scan", "--staged", "--format", "json")

    assert (ended.code, places(ended)) == (5, [("MN501", "a.txt")])
    assert json.loads(ended.out)["what"] == "staged"


def test_nothing_staged_is_nothing_found(repository: Repository, mnaudit: Program) -> None:
    repository.submit(HANAKO, "a.txt", "x")

    assert mnaudit("scan", "--staged").code == 0


def test_staged_names_and_links_are_looked_at(repository: Repository, mnaudit: Program) -> None:
    put(f"マイナンバー_{NUMBER}.txt", "x")
    Path("link").symlink_to(f"個人番号 {NUMBER}")
    repository.git("add", "--all")

    assert places(mnaudit("scan", "--staged", "--format", "json")) == [
        ("MN501", "link"),
        ("MN501", "マイナンバー_….txt (file name)"),
    ] or places(mnaudit("scan", "--staged", "--format", "json")) == [
        ("MN501", "マイナンバー_….txt (file name)"),
        ("MN501", "link"),
    ]


def test_patterns_choose_staged_files(repository: Repository, mnaudit: Program) -> None:
    put("a.txt", LABELED)
    repository.git("add", "--all")

    assert mnaudit("scan", "--staged", "--exclude", "*.txt").code == 0
    assert mnaudit("scan", "--staged", "--include", "*.txt").code == 5


def test_the_history_tells_the_first_commit_of_each_place(
    repository: Repository, mnaudit: Program
) -> None:
    first = repository.submit(HANAKO, "a.txt", LABELED)
    repository.submit(HANAKO, "b.txt", LABELED)
    repository.git("rm", "--quiet", "-r", "evidence")
    last = repository.commit(HANAKO, message=LABELED)

    ended = mnaudit("scan", "--history", "--format", "json")

    assert ended.code == 5
    found = json.loads(ended.out)["findings"]
    assert {(each["commit"], _told(each)) for each in found} == {
        (first[:12], "evidence/a.txt"),
        (last[:12], " (commit message)"),
    }
    assert mnaudit("scan", ".").code == 0


def test_people_tags_notes_and_branches_are_looked_at(
    repository: Repository, mnaudit: Program
) -> None:
    identity: Any = {"GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.jp"}
    identity |= {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.jp"}
    repository.submit(Person(f"マイナンバー {NUMBER}", "x@example.jp"), "a.txt", "x")
    repository.git("tag", "-a", "v1", "-m", LABELED, **identity)
    repository.git("notes", "add", "-m", LABELED, **identity)
    repository.git("branch", f"mynumber/{NUMBER}")

    found = {place for _, place in places(mnaudit("scan", "--history", "--format", "json"))}

    assert {place.partition("(")[2] for place in found} == {
        "commit header)",
        "tag message)",
        "ref name)",
        "",  # the note
    }
    assert not any(NUMBER in place for place in found)


def test_a_range_is_what_is_new(repository: Repository, mnaudit: Program) -> None:
    repository.submit(HANAKO, "a.txt", LABELED)
    repository.submit(HANAKO, "b.txt", "clean")

    assert mnaudit("scan", "--history", "HEAD~1..HEAD").code == 0
    assert mnaudit("scan", "--history", "HEAD").code == 5


def test_no_revision_is_refused(repository: Repository, mnaudit: Program) -> None:
    repository.submit(HANAKO, "a.txt", "x")

    ended = mnaudit("scan", "--history", "evidence")

    assert ended.code == 2
    assert "MN521" in ended.err


def test_an_empty_repository_has_nothing(repository: Repository, mnaudit: Program) -> None:
    assert repository.root.is_dir()

    assert mnaudit("scan", "--history").code == 0
    assert mnaudit("scan", "--staged").code == 0


def test_a_history_that_is_cut_off_fails(
    repository: Repository, mnaudit: Program, tmp_path: Path
) -> None:
    repository.submit(HANAKO, "a.txt", "one")
    repository.submit(HANAKO, "a.txt", "two")
    clone = tmp_path / "clone"
    repository.git("clone", "--quiet", "--depth=1", repository.root.as_uri(), str(clone))

    ended = mnaudit("-C", clone, "scan", "--history")

    assert ended.code == 3
    assert "error[MN522]" in ended.out


def test_git_that_ends_in_the_middle_fails(
    repository: Repository, mnaudit: Program, tmp_path: Path
) -> None:
    repository.submit(HANAKO, "a.txt", "x")
    real = repository.git("--exec-path") + "/git"
    fake = tmp_path / "bin/git"
    fake.parent.mkdir()
    fake.write_text(f'#!/bin/sh\ncase "$*" in *--batch) exit 1;; esac\nexec {real} "$@"\n')
    fake.chmod(0o755)

    ended = mnaudit("scan", "--history", PATH=f"{fake.parent}{os.pathsep}{os.environ['PATH']}")

    assert ended.code == 3
    assert "error[MN528]" in ended.out


def test_a_commit_message_is_looked_at_as_git_will_keep_it(mnaudit: Program) -> None:
    put("COMMIT_EDITMSG", f"subject\n\n# {LABELED}")

    assert mnaudit("scan", "--commit-message", "COMMIT_EDITMSG").code == 0
    ended = mnaudit(
        "scan", "--commit-message", "COMMIT_EDITMSG", "--format", "json", GIT_EDITOR=":"
    )
    assert (ended.code, places(ended)) == (5, [("MN501", "COMMIT_EDITMSG (commit message)")])
    assert mnaudit("scan", "--commit-message", "nowhere").code == 2


# Reports


def test_reports_are_written_beside_what_is_shown(mnaudit: Program) -> None:
    put("in/a.txt", LABELED)

    ended = mnaudit(
        "scan",
        "in",
        "--report",
        "sarif=out/a.sarif",
        "--report",
        "json=a.json",
        "--format",
        "github",
    )

    assert ended.code == 5
    assert ended.out.startswith("::error title=MN501,file=in/a.txt,line=1,col=7::")
    assert json.loads(Path("out/a.sarif").read_bytes())["version"] == "2.1.0"
    assert json.loads(Path("a.json").read_bytes())["schema"] == "mnaudit/scan@1"


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_jobs_change_nothing_but_the_time(mnaudit: Program, jobs: str) -> None:
    for number in range(20):
        put(f"{number:02}.txt", LABELED if number % 3 == 0 else "clean\n")

    ended = mnaudit("scan", "--jobs", jobs, "--format", "json")

    assert [place for _, place in places(ended)] == [f"{n:02}.txt" for n in range(0, 20, 3)]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_shown_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def shown(stream: io.StringIO, *, quiet: bool = False) -> str:
        monkeypatch.setattr(sys, "stderr", stream)
        progress = _Progress(Console("en", environ={}, quiet=quiet))
        for done in range(1, 101):
            progress.show(done)
        progress.clear()
        return stream.getvalue()

    assert shown(Terminal()).split("\r\x1b[K") == [
        "",
        *(f"looked at {n} files, names and messages …" for n in (50, 100)),
        "",
    ]
    assert shown(Terminal(), quiet=True) == ""
    assert shown(io.StringIO()) == ""
