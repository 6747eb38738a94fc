"""What is written to a terminal: the form, the language, the colors, and what is never shown."""

from __future__ import annotations

import io
import re
import sys
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st

from mnaudit.cli import main
from mnaudit.cli.console import Console, language_of, visible
from mnaudit.messages import entry, phrase
from mnaudit.model.problem import problem

if TYPE_CHECKING:
    from tests.cli.conftest import Program

    from mnaudit.messages import Language
    from mnaudit.model.problem import Problem

DAY = "--as-of=2026-03-31"
WIDE = {ord(str(digit)): 0xFF10 + digit for digit in range(10)}
WIDE_T = "\uff54"
DIGITS = "0123456789" + "09".translate(WIDE) + "一〇"
ESCAPE = "\x1b["


# -- language --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("argv", "environ", "language"),
    [
        ([], {}, "ja"),
        (["--lang", "en"], {"MNAUDIT_LANG": "ja"}, "en"),
        (["--lang=en", "run"], {}, "en"),
        (["run", "--lang", "en"], {}, "en"),
        (["--lang"], {}, "ja"),
        (["--lang", "fr"], {"MNAUDIT_LANG": "en"}, "en"),
        (["--language", "en"], {}, "ja"),
        ([], {"MNAUDIT_LANG": "en", "LC_ALL": "ja_JP.UTF-8"}, "en"),
        ([], {"MNAUDIT_LANG": "fr", "LC_ALL": "en_US.UTF-8"}, "en"),
        ([], {"LC_ALL": "C", "LANG": "en_US.UTF-8"}, "en"),
        ([], {"LC_MESSAGES": "EN_gb", "LANG": "ja_JP"}, "en"),
        ([], {"LANG": "de_DE.UTF-8"}, "ja"),
        ([], {"LANG": ""}, "ja"),
    ],
)
def test_the_language_is_the_option_s_the_variable_s_the_locale_s_or_japanese(
    argv: list[str], environ: dict[str, str], language: Language
) -> None:
    assert language_of(argv, environ) == language


def test_a_wrong_language_is_refused(mnaudit: Program) -> None:
    told = mnaudit("--lang", "fr", "--help", lang=None)

    assert told.code == 0 or "MN012" in told.err
    assert mnaudit("--lang", "fr", "explain", lang=None).code == 2


# -- problems --------------------------------------------------------------------------------------


def written(
    problems: list[Problem],
    root: Path,
    capsys: pytest.CaptureFixture[str],
    language: Language = "en",
) -> str:
    Console(language, environ={}).problems(problems, root)
    told = capsys.readouterr()
    assert told.out == ""
    return told.err


def caret(shown: str) -> tuple[str, str]:
    """Return the quoted line, and as much of it as stands before the caret on a terminal."""
    lines = shown.splitlines()
    at = next(number for number, line in enumerate(lines) if line.rstrip().endswith("^"))
    width = lines[at].index("^") - lines[at].index("|") - 2
    quoted = lines[at - 1].partition("| ")[2]
    before = ""
    for char in quoted:
        if width <= 0:
            break
        width -= 2 if unicodedata.east_asian_width(char) in "WF" else 1
        before += char
    return quoted, before


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_problem_has_headline_place_line_caret_remedy_and_hint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: Language
) -> None:
    (tmp_path / "a.yaml").write_text("a: 1\nkind: lunch\n", encoding="utf-8")
    found = problem("MN130", "a.yaml", (2, 7), "/kind", known="x, y")

    shown = written([found], tmp_path, capsys, language)

    sentences = entry("MN130", language)
    error, remedy = (phrase(f"console.{name}", language) for name in ("error", "remedy"))
    assert shown == (
        f"{error}[MN130]: {sentences['text'].format(known='x, y')}\n"
        f"  --> {tmp_path.as_posix()}/a.yaml:2:7\n"
        "   |\n"
        " 2 | kind: lunch\n"
        "   |       ^\n"
        f"   = {remedy}: {sentences['remedy'].format(known='x, y')}\n"
        f"   = {phrase('console.explain', language, code='MN130')}\n"
        "\n"
    )


@pytest.mark.parametrize(
    ("line", "column", "before"),
    [
        ("title: 研修 x", 11, "title: 研修 "),
        (f"{WIDE_T}itle: x", 8, f"{WIDE_T}itle: "),
        ("  ｱ: x", 6, "  ｱ: "),
        ("a:\tx", 4, "a:\\u0009"),
        ("\u202ea: x", 5, "\\u202ea: "),
        ("x", 1, ""),
        ("x", 9, "x"),
        ("研", 2, "研"),
    ],
)
def test_the_caret_stands_under_the_column_whatever_stands_before_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, column: int, before: str
) -> None:
    (tmp_path / "a.yaml").write_text(f"# 一\r\n{line}\r\n", encoding="utf-8", newline="")

    shown = written([problem("MN141", "a.yaml", (2, column))], tmp_path, capsys)

    assert caret(shown) == (visible(line), before)


def test_lines_are_counted_as_the_readers_count_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.yaml").write_bytes("a: \u2028\x0c1\rb: 2\r\nc: 3\nd: 4".encode())

    for number, line in enumerate(["a: \\u2028\\u000c1", "b: 2", "c: 3", "d: 4"], start=1):
        shown = written([problem("MN141", "a.yaml", (number, 1))], tmp_path, capsys)
        assert f" {number} | {line}\n" in shown


@pytest.mark.parametrize(
    "line",
    [
        "number: 123456789018",
        "number: 1234-5678-9018",
        "number: '1234 5678 9018'",
        f"番号: {'123456789018'.translate(WIDE)}",
        "番号: 一二三四五六七八九〇一八",
        "番号: ①②③④⑤⑥⑦⑧⑨①①⑧",
        "a: [1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 8]",
        "a: ١٢٣٤٥٦٧٨٩٠١٨",
        "from: 2026-04-01, to: 2027-03-31",
    ],
)
def test_a_line_that_could_hold_a_number_is_never_quoted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    (tmp_path / "a.yaml").write_text(line + "\n", encoding="utf-8")

    shown = written([problem("MN141", "a.yaml", (1, 1))], tmp_path, capsys)

    assert f"{tmp_path.as_posix()}/a.yaml:1:1\n" in shown
    assert line not in shown
    assert "|" not in shown


@given(st.text(st.sampled_from(f"{DIGITS} -x研"), max_size=60))
def test_whatever_is_quoted_has_less_than_twelve_digits(line: str) -> None:
    digits = sum(char in DIGITS for char in line)
    out = io.StringIO()

    class At(type(Path())):  # type: ignore[misc]
        def read_bytes(self) -> bytes:
            return line.encode()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stderr", out)
        Console("en", environ={}).problems([problem("MN141", "a.yaml", (1, 1))], At("/"))

    assert (f" 1 | {line}\n" in out.getvalue()) == (digits < 12)


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"\xff\xfe", (1, 1)),
        (b"a: 1\n", (9, 1)),
        (b"a: " + b"x" * 200, (1, 1)),
        (None, (1, 1)),
    ],
    ids=["not UTF-8", "no such line", "long line", "no such file"],
)
def test_what_cannot_be_quoted_is_told_without(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    data: bytes | None,
    place: tuple[int, int],
) -> None:
    if data is not None:
        (tmp_path / "a.yaml").write_bytes(data)

    shown = written([problem("MN141", "a.yaml", place)], tmp_path, capsys)

    assert f"a.yaml:{place[0]}:{place[1]}\n" in shown
    assert "|" not in shown


def test_a_problem_of_a_file_has_no_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.pdf").write_bytes(b"a\n")

    shown = written([problem("MN125", "a.pdf")], tmp_path, capsys)

    assert f"  --> {tmp_path.as_posix()}/a.pdf\n" in shown
    assert "|" not in shown


@pytest.mark.parametrize(
    "char", ["\x1b", "\x07", "\n", "\r", "\u202e", "\u200b", "\ufeff", "\x85", "\u2028"]
)
def test_names_and_values_cannot_deceive(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], char: str
) -> None:
    found = [
        problem("MN126", f"a{char}b.yaml", (1, 1), attachment=f"c{char}d"),
        problem("MN125", f"a{char}b.pdf"),
    ]

    shown = written(found, tmp_path, capsys)

    assert char not in shown.replace("\n", "") if char != "\n" else "a\nb" not in shown
    assert f"a\\u{ord(char):04x}b" in shown
    assert f"c\\u{ord(char):04x}d" in shown


@given(st.text())
def test_what_is_made_visible_has_nothing_invisible(text: str) -> None:
    shown = visible(text)

    assert not any(unicodedata.category(char)[0] == "C" for char in shown)
    assert len(shown.splitlines()) <= 1
    assert visible(shown) == shown


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_whole_document_is_called_by_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: Language
) -> None:
    found = problem("MN131", "a.yaml", field=".", missing="kind")

    shown = written([found], tmp_path, capsys, language)

    whole = phrase("console.document", language)
    told = entry("MN131", language)["text"].format(field=whole, missing="kind")
    assert f"[MN131]: {told}\n" in shown


def test_a_value_with_braces_is_shown_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = written([problem("MN126", "a.yaml", attachment="{path}{0}")], tmp_path, capsys)

    assert "{path}{0}" in shown


# -- colors ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "environ", "is_colored"),
    [
        ([], {}, False),
        (["--color", "always"], {}, True),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
        (["--color", "auto"], {"NO_COLOR": "1"}, False),
    ],
)
def test_colors_are_used_as_asked_for(
    mnaudit: Program,
    evidence: Path,
    arguments: list[str],
    environ: dict[str, str],
    is_colored: bool,  # noqa: FBT001 - of a parametrized test
) -> None:
    (evidence / "organization.yaml").unlink()

    of_a_file = mnaudit(*arguments, "validate", evidence, **environ)
    of_the_program = mnaudit(*arguments, "validate", "absent", **environ)
    of_the_usage = mnaudit(*arguments, "validate", "--absent", **environ)

    for told in (of_a_file, of_the_program, of_the_usage):
        assert told.code
        assert (ESCAPE in told.err) == is_colored
        assert ESCAPE not in told.out


def test_each_severity_has_its_color(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    console = Console("en", environ={}, color="always")
    console.problems([problem("MN143", "a", kind="x", folder="y"), problem("MN125", "b")], tmp_path)

    shown = capsys.readouterr().err

    assert re.findall(r"\x1b\[(\d+)m", shown) == ["33", "1", "0", "31", "1", "0"]


# -- streams ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["cp932", "ascii", "latin-1", "utf-16"])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_no_console_is_too_poor(mnaudit: Program, evidence: Path, encoding: str, lang: str) -> None:
    for arguments in (
        ("run", evidence, DAY),
        ("gate", evidence, DAY),
        ("validate", "absent"),
        ("explain",),
        ("--help",),
        ("nothing",),
    ):
        told = mnaudit(*arguments, lang=lang, encoding=encoding)
        assert told.code in {0, 1, 2}, arguments
        assert told.raw + told.raw_err


def test_a_console_that_has_the_marks_shows_them(mnaudit: Program, evidence: Path) -> None:
    for encoding in ("utf-8", "cp932"):
        told = mnaudit("assess", evidence, DAY, lang="ja", encoding=encoding)
        assert "× PER-b-01" in told.out
        assert "[NG]" not in told.out


def test_a_console_without_the_marks_gets_letters(mnaudit: Program, evidence: Path) -> None:
    for encoding in ("ascii", "latin-1"):
        told = mnaudit("assess", evidence, DAY, encoding=encoding)
        assert b"[NG] PER-b-01" in told.raw


@pytest.mark.parametrize("encoding", ["cp932", "ascii"])
def test_a_format_for_programs_is_utf_8_whatever_the_console_is(
    mnaudit: Program, evidence: Path, encoding: str
) -> None:
    for arguments in (
        ("report", evidence, DAY, "--format", "json"),
        ("report", evidence, DAY, "--format", "html"),
        ("assess", evidence, DAY, "--format", "markdown"),
        ("schema", "export", "training-record"),
    ):
        told = mnaudit(*arguments, encoding=encoding)
        assert told.raw == mnaudit(*arguments).raw
        assert told.raw.decode("utf-8")


def test_a_console_of_unknown_encoding_gets_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    class Odd(io.StringIO):
        encoding = "x-odd"

    monkeypatch.setattr(sys, "stdout", Odd())
    assert Console("en", environ={}).marks == "ascii"


def test_a_stream_that_cannot_be_set_up_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    with pytest.raises(SystemExit) as left:
        main(["--version"])

    assert left.value.code == 0
    assert out.getvalue().startswith("mnaudit ")


# -- quiet and verbose -----------------------------------------------------------------------------


def test_quiet_says_nothing_but_complaints(mnaudit: Program, evidence: Path) -> None:
    assert mnaudit("-q", "run", evidence, DAY).err == ""
    (evidence / "vendor-contract/loose.txt").write_bytes(b"?")

    told = mnaudit("-q", "validate", evidence)

    assert "MN125" in told.err
    assert "errors" not in told.err


def test_verbose_tells_what_was_left_out(mnaudit: Program, evidence: Path) -> None:
    (evidence / ".a\u202eb").write_bytes(b"")

    told = mnaudit("-v", "validate", evidence)

    left_out = [line.rpartition(" ")[2] for line in told.err.splitlines()]
    assert left_out == [".a\ufffdb", "README.ja.md", "README.md"]
    assert mnaudit("validate", evidence).err == ""
    assert mnaudit("-q", "-v", "validate", evidence).err == ""
