"""Wrong usage ends with 2 and a code, a crash with 70, an interruption with 130; none with 0."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from mnaudit.cli import COMMANDS, cli
from mnaudit.cli.options import Day
from mnaudit.cli.words import BilingualCommand, usage_problem
from mnaudit.errors import ExitCode

if TYPE_CHECKING:
    from tests.cli.conftest import Program

ROOT = Path(__file__).parents[2]
DAY = "--as-of=2026-03-31"
JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")

WRONG = [
    (["nothing"], "MN013"),
    (["RUN"], "MN013"),
    (["--nothing"], "MN010"),
    (["run", "--nothing"], "MN010"),
    (["run", "a", "b"], "MN013"),
    (["run", "--as-of"], "MN012"),
    (["run", "--cross-check=yes"], "MN012"),
    (["run", "--fail-on", "nothing"], "MN012"),
    (["--color", "nothing", "run"], "MN012"),
    (["--lang", "fr", "run"], "MN012"),
    (["-C", "absent", "run"], "MN012"),
    (["-C", "file", "run"], "MN012"),
    (["run", "-o", "file"], "MN012"),
    (["report", "--format", "pdf"], "MN012"),
    (["report", "-o", "."], "MN012"),
    (["verify"], "MN011"),
    (["verify", "a", "--format", "html"], "MN012"),
    (["keys", "nothing"], "MN013"),
    (["keys", "new"], "MN011"),
    (["keys", "new", "-o", "k", "--algorithm", "rsa"], "MN012"),
    (["keys", "show"], "MN011"),
    (["keys", "show", "absent"], "MN003"),
    (["schema", "export"], "MN011"),
    (["explain", "MN127", "MN128"], "MN013"),
    ([], "MN013"),
]
NOT_DAYS = [
    "20260331",
    "2026-W14-2",
    "2026-3-31",
    "2026-02-30",
    "\uff12\uff10\uff12\uff16-03-31",
    "today",
    "",
]


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize(("arguments", "code"), WRONG, ids=lambda value: " ".join(value) or "none")
def test_wrong_usage_ends_with_2_and_a_code_in_both_languages(
    mnaudit: Program, tmp_path: Path, arguments: list[str], code: str, lang: str
) -> None:
    (tmp_path / "file").write_bytes(b"")

    told = mnaudit(*arguments, lang=lang)

    assert (told.code, told.out) == (ExitCode.USAGE, "")
    assert f"[{code}]" in told.err.splitlines()[0]
    assert bool(JAPANESE.search(told.err)) == (lang == "ja")
    # click's own English words never come through.
    assert not re.search(
        r"No such|Got unexpected|does not exist|Invalid value|is not one of|requires an",
        told.err.replace("No such file", ""),
    )
    assert len(told.err.splitlines()) == 3


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("day", NOT_DAYS)
def test_a_day_is_written_in_one_way_only(
    mnaudit: Program, evidence: Path, day: str, lang: str
) -> None:
    told = mnaudit("gate", evidence, "--as-of", day, lang=lang)

    assert (told.code, told.out) == (ExitCode.USAGE, "")
    assert "[MN012]" in told.err
    assert "2026-03-31" in told.err


def test_wrong_usage_names_what_can_be_chosen(mnaudit: Program) -> None:
    assert "--format (text, json, markdown, html)" in mnaudit("report", "--format", "x").err
    assert "--fail-on (minimum, optional)" in mnaudit("gate", "--fail-on", "x").err


def test_what_click_says_elsewise_is_shown_as_it_is() -> None:
    assert usage_problem(click.UsageError("odd"), "ja") == ("MN013", {"detail": "odd"})
    assert usage_problem(click.BadParameter("odd"), "ja") == ("MN012", {"detail": "odd"})
    assert usage_problem(click.MissingParameter("odd"), "en") == ("MN011", {"parameter": ""})


def test_a_day_that_is_one_already_is_taken() -> None:
    assert Day("en").convert(date(2026, 3, 31), None, None) == date(2026, 3, 31)


def test_the_commands_are_listed_for_click_itself() -> None:
    root = cli("en")

    assert root.list_commands(click.Context(root)) == [*COMMANDS]


def test_a_command_without_help_has_no_help_option() -> None:
    command = BilingualCommand(name="x", language="en", add_help_option=False)

    assert "--help" not in command.get_help(click.Context(command))


# -- crashes ---------------------------------------------------------------------------------------


class Panic(BaseException):
    """What a panic of a Rust extension looks like: not an Exception."""


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("secret"),
        RecursionError(),
        MemoryError(),
        KeyError("x"),
        OSError(5, "x"),
        Panic(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_crash_ends_with_70_names_the_error_and_nothing_of_its_content(
    mnaudit: Program,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    lang: str,
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("mnaudit.pipeline.judge_folder", crash)

    for command in ("run", "assess", "gate", "attest", "report"):
        told = mnaudit(command, lang=lang)
        assert (told.code, told.out) == (ExitCode.INTERNAL, "")
        assert "[MN900]" in told.err
        assert type(error).__name__ in told.err
        assert "secret" not in told.err
        assert "Traceback" not in told.err


def test_a_crash_tells_its_traceback_only_when_asked(
    mnaudit: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mnaudit.pipeline.judge_folder", lambda *_, **__: 1 // 0)

    told = mnaudit("gate", MNAUDIT_DEBUG="1")

    assert told.code == ExitCode.INTERNAL
    assert "Traceback" in told.err
    assert "ZeroDivisionError" in told.err


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
def test_an_interruption_ends_with_130(
    mnaudit: Program, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("mnaudit.pipeline.judge_folder", interrupt)

    told = mnaudit("run")

    assert (told.code, told.out) == (ExitCode.INTERRUPTED, "")


def test_a_command_that_says_nothing_of_its_end_ended_well(mnaudit: Program) -> None:
    assert mnaudit("explain", "MN127").code == 0


# -- real processes --------------------------------------------------------------------------------


def python(
    *arguments: str, cwd: Path | None = None, **environ: str
) -> subprocess.CompletedProcess[bytes]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MNAUDIT", "LC_", "LANG"))}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env={**kept, "PYTHONPATH": str(ROOT / "src"), **environ},
        capture_output=True,
        check=False,
    )


HEAVY = [
    "cryptography",
    "jinja2",
    "jsonschema",
    "jsonschema_rs",
    "orjson",
    "pydantic",
    "ruamel.yaml",
]


def loaded_by(*commands: list[str]) -> list[list[str]]:
    """Return which heavy packages each of these commands loads, each in a process of its own."""
    script = f"""
import json, os, sys
from mnaudit.cli import main
told = []
for command in json.loads(sys.argv[1]):
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        sys.stdout = sys.stderr = open(os.devnull, "w")
        try:
            main(command)
        except SystemExit:
            found = [name for name in {HEAVY!r} if name in sys.modules]
        os.write(writing, json.dumps(found).encode())
        os._exit(0)
    os.close(writing)
    told.append(json.loads(os.read(reading, 10_000)))
    os.waitpid(child, 0)
print(json.dumps(told))
"""
    ended = python("-c", script, json.dumps(commands))
    assert ended.returncode == 0, ended.stderr
    found: list[list[str]] = json.loads(ended.stdout)
    return found


def test_no_help_loads_anything_heavy() -> None:
    asked = [["--help"], ["--version"], ["explain", "MN127"], ["explain"], ["nothing"]]
    asked += [[command, "--help"] for command in COMMANDS]
    asked += [["keys", "new", "--help"], ["keys", "show", "--help"], ["schema", "export", "-h"]]

    assert dict(zip(map(" ".join, asked), loaded_by(*asked), strict=True)) == {
        " ".join(command): [] for command in asked
    }


def test_each_command_loads_only_what_it_needs() -> None:
    folder = str(ROOT / "evidence")
    validating, crossing, gating = loaded_by(
        ["validate", folder], ["validate", folder, "--cross-check"], ["gate", folder, DAY]
    )

    assert "jsonschema_rs" in validating
    # pydantic comes with the rules of the scanner.
    assert not {"jsonschema", "cryptography", "jinja2"} & {*validating}
    assert "jsonschema" in crossing
    assert "pydantic" in gating
    assert not {"jsonschema", "jinja2"} & {*gating}


@pytest.mark.parametrize("encoding", ["cp932", "ascii"])
def test_a_poor_console_does_not_end_the_program(encoding: str) -> None:
    ended = python(
        "-m",
        "mnaudit",
        "--lang",
        "ja",
        "gate",
        str(ROOT / "evidence"),
        DAY,
        PYTHONIOENCODING=encoding,
    )

    assert ended.returncode == ExitCode.NOT_SATISFIED
    assert ended.stdout
    assert ended.stderr == b""


def test_a_reader_that_goes_away_is_an_interruption_and_no_result() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "mnaudit", "explain"],
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
        )
    finally:
        os.close(writing)

    assert (ended.returncode, ended.stderr) == (ExitCode.INTERRUPTED, b"")


def test_color_in_a_pipe_is_there_only_if_it_was_asked_for(tmp_path: Path) -> None:
    plain = python("-m", "mnaudit", "gate", cwd=tmp_path)
    colored = python("-m", "mnaudit", "--color", "always", "gate", cwd=tmp_path)

    assert plain.returncode == colored.returncode == ExitCode.USAGE
    assert b"\x1b[" not in plain.stderr
    assert b"\x1b[" in colored.stderr


def test_the_language_comes_from_the_environment(tmp_path: Path) -> None:
    japanese = python("-m", "mnaudit", "--help", cwd=tmp_path, LANG="C.UTF-8")
    english = python("-m", "mnaudit", "--help", cwd=tmp_path, LANG="en_US.UTF-8")
    chosen = python("-m", "mnaudit", "--help", LANG="en_US.UTF-8", MNAUDIT_LANG="ja")

    assert "使い方".encode() in japanese.stdout
    assert b"Usage" in english.stdout
    assert chosen.stdout == japanese.stdout
