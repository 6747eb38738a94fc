"""A hit knows where it is, never what it is: nothing that comes out shows a part of a number."""

from __future__ import annotations

import dataclasses
import logging
import os
import subprocess
import sys
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from tests.scan.numbers import NUMBERS
from tests.scan.positives import positives
from tests.scan.running import scan, scanned
from tests.scan.traces import gives_away
from tests.scan.unreadables import unreadables
from tests.scan.writings import full_width

if TYPE_CHECKING:
    from pathlib import Path

    from tests.scan.placements import Placement

    from mnaudit.model.scan import Hit, Unreadable

_ALL = (*positives(), *unreadables())
_FORMATS = ("text", "json", "sarif", "github")
_SOURCE = str(files("mnaudit").joinpath(".."))
_LANGUAGES = ("ja", "en")


@pytest.mark.parametrize("placement", _ALL, ids=lambda one: one.id)
def test_results_hold_no_part_of_a_number(placement: Placement) -> None:
    result = scanned(placement)

    said: list[Hit | Unreadable] = [*result.hits, *result.unreadable]
    texts = [repr(result), *map(repr, said), *(str(dataclasses.astuple(one)) for one in said)]
    assert not [at for at, text in enumerate(texts) if gives_away(text)]


def _one_of_each() -> tuple[Placement, ...]:
    """Return a few of every format, so that every reader speaks if it speaks at all."""
    seen: dict[str, list[Placement]] = {}
    for one in _ALL:
        seen.setdefault(one.id.split()[0], []).append(one)
    few = (each[:: max(1, len(each) // 6)] for each in seen.values())
    return tuple(one for each in few for one in each if " at-" not in one.id)


def test_nothing_is_logged_printed_or_kept(
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = [(one.name, one.build()) for one in _one_of_each()]  # whose makers may talk
    caplog.set_level(logging.DEBUG)
    capfd.readouterr()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    for name, data in written:
        scan(name, data)

    leaks = gives_away(caplog.text)
    assert not leaks
    assert len("".join(capfd.readouterr())) == 0
    assert list(tmp_path.rglob("*")) == []


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lay a few of every format into a folder, names with numbers included."""
    top = tmp_path_factory.mktemp("evidence")
    for at, one in enumerate(_one_of_each()):
        path = top / f"f{at}" / one.name
        path.parent.mkdir(parents=True)
        path.write_bytes(one.build())
    return top


def _run(
    *arguments: str, language: str, given: bytes = b"", folder: Path | None = None
) -> tuple[int, str]:
    environment = {
        **os.environ,
        "MNAUDIT_LANG": language,
        "PYTHONUTF8": "1",
        "PYTHONPATH": _SOURCE,
        "COLUMNS": "400",
    }
    done = subprocess.run(
        [sys.executable, "-m", "mnaudit", *arguments],
        input=given,
        capture_output=True,
        env=environment,
        cwd=folder,
        check=False,
    )
    return done.returncode, (done.stdout + done.stderr).decode(errors="backslashreplace")


@pytest.mark.slow
@pytest.mark.parametrize("language", _LANGUAGES)
def test_no_output_of_the_command_shows_a_part(folder: Path, tmp_path: Path, language: str) -> None:
    reports = [f"--report={form}={tmp_path / form}" for form in _FORMATS]

    code, said = _run("scan", str(folder), *reports, language=language)

    assert code == 5
    assert said.count("MN501") > 1
    leaks = gives_away(said.replace(str(folder), ""))
    assert not leaks
    for form in _FORMATS:
        text = (tmp_path / form).read_text(encoding="utf-8")
        assert text.count("MN501") > 1
        leaks = gives_away(text.replace(str(folder), ""))
        assert not leaks


_MISTAKES = {
    "no file": ("scan", "個人番号_{}.txt"),
    "no file full-width": ("scan", "個人番号_{full}.txt"),
    "name of stdin": ("scan", "-", "--stdin-name=個人番号_{}.txt"),
    "folder of stdin": ("scan", "-", "--stdin-name={full}/memo.txt"),
    "revision": ("scan", "--history=mynumber-{}"),
    "message file": ("scan", "--commit-message=個人番号 {}"),
    "format": ("scan", ".", "--format={}"),
    "validate": ("validate", "個人番号_{}"),
}


@pytest.mark.slow
@pytest.mark.parametrize("mistake", _MISTAKES)
def test_a_mistaken_call_does_not_repeat_the_number(mistake: str, tmp_path: Path) -> None:
    number = NUMBERS[0]
    arguments = [one.format(number, full=full_width(number)) for one in _MISTAKES[mistake]]
    given = f"個人番号 {number}".encode()

    for language in _LANGUAGES:
        code, said = _run(*arguments, language=language, given=given, folder=tmp_path)

        leaks = gives_away(said)
        assert (code == 0, leaks) == (False, False)
