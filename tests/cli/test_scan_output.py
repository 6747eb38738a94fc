"""No output of the scanner gives a number away: no format, no level, no report, no error."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
from tests.git_repository import Person, new_repository
from tests.scan.numbers import NUMBERS
from tests.scan.positives import positives
from tests.scan.traces import gives_away
from tests.scan.unreadables import unreadables

from mnaudit.report.scan import SCAN_FORMATS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Ended, Program
    from tests.git_repository import Repository

EVERY = 7
"""The corpus is read whole elsewhere; here one file in seven shows what the formats do."""
LEVELS = {"plain": (), "verbose": ("-v",), "quiet": ("-q",), "colored": ("--color", "always")}
RUNS = list(product(SCAN_FORMATS, LEVELS))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of every kind, each in a folder of its own under its own name."""
    folder = tmp_path_factory.mktemp("corpus")
    some = [*positives()][::EVERY]
    for ordinal, placement in enumerate([*some, *unreadables()]):
        path = folder / str(ordinal) / placement.name.removeprefix("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(placement.build())
    return folder


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Numbers in files, names, messages, people, tags, branches and notes."""
    repository = new_repository(tmp_path / "company")
    number = f"個人番号 {NUMBERS[0]}"
    repository.submit(Person(number, "a@example.jp"), f"{number}.txt", number, message=number)
    environ = {
        f"GIT_{who}_{what}": "a@b.jp"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    repository.environ.update(environ, GIT_COMMITTER_DATE="2026-03-01T09:00:00+0900")
    repository.git("tag", "-a", f"t{NUMBERS[1]}", "-m", number)
    repository.git("branch", f"個人番号/{NUMBERS[2]}")
    repository.git("notes", "add", "-m", number)
    repository.put(f"staged-{number}.csv", f"個人番号\n{NUMBERS[3]}\n")
    repository.git("add", "--all")
    return repository


def said(ended: Ended) -> str:
    # A program that writes for an ASCII terminal writes UTF-8: click's own rule.
    return (ended.raw + ended.raw_err).decode("cp932" if ended.encoding == "cp932" else "utf-8")


@pytest.mark.parametrize(("format_", "level"), RUNS, ids=["-".join(run) for run in RUNS])
def test_files_are_not_given_away(
    corpus: Path, tmp_path: Path, mnaudit: Program, format_: str, level: str
) -> None:
    report = tmp_path / "report"
    arguments = ("scan", ".", "--format", format_, "--report", f"{format_}={report}")

    ended = mnaudit(*LEVELS[level], "-C", corpus, *arguments, "--jobs", "1", MNAUDIT_DEBUG="1")

    assert ended.code == 5
    assert not gives_away(said(ended) + report.read_text(encoding="utf-8"))


@pytest.mark.parametrize("format_", SCAN_FORMATS)
@pytest.mark.parametrize("what", ["--staged", "--history"])
def test_git_is_not_given_away(
    repository: Repository, mnaudit: Program, what: str, format_: str
) -> None:
    ended = mnaudit("-C", repository.root, "scan", "--format", format_, what, MNAUDIT_DEBUG="1")

    assert ended.code == 5
    assert not gives_away(said(ended))


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_standard_input_is_not_given_away(mnaudit: Program, tmp_path: Path, lang: str) -> None:
    message = tmp_path / "message"
    message.write_text(f"個人番号: {NUMBERS[0]}\n", encoding="utf-8")

    ended = mnaudit("scan", "--commit-message", message, lang=lang)

    assert ended.code == 5
    assert not gives_away(said(ended))


@pytest.mark.parametrize("encoding", ["cp932", "ascii"])
def test_a_console_of_another_encoding_is_not_given_more(
    mnaudit: Program, tmp_path: Path, encoding: str
) -> None:
    folder = tmp_path / f"個人番号{NUMBERS[0]}"
    folder.mkdir()
    (folder / "a.txt").write_text(f"個人番号: {NUMBERS[1]}\n", encoding="utf-8")

    ended = mnaudit("scan", ".", encoding=encoding, lang="ja")

    assert ended.code == 5
    assert not gives_away(said(ended))
