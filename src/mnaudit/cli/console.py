"""The terminal: language, color, marks, and the form of every complaint.

Results go to standard output, everything else to standard error. The form of a complaint is that
of rustc: severity and code, place, the line itself, the remedy.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from typing import TYPE_CHECKING, Literal

import click

from mnaudit.messages import LANGUAGES, entry, phrase, severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from mnaudit.messages import Language
    from mnaudit.model.problem import Problem

__all__ = ["Console", "grouped", "language_of", "visible"]

_COLORS = {"error": "red", "warning": "yellow", "note": "cyan"}
_MAX_QUOTED = 120
_DIGITS_OF_A_NUMBER = 12
_INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_KANJI_DIGITS = frozenset("〇零一二三四五六七八九")
_LINE_BREAK = re.compile(r"\r\n?|\n")  # as the readers count: other separators are none


def language_of(argv: Sequence[str], environ: Mapping[str, str]) -> Language:
    """Return the language: ``--lang``, ``MNAUDIT_LANG``, the locale, else Japanese."""
    for here, following in zip(argv, [*argv, ""][1:], strict=True):
        asked = following if here == "--lang" else here.removeprefix("--lang=")
        if here.startswith("--lang") and asked in LANGUAGES:
            return asked
    for name in ("MNAUDIT_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        short = environ.get(name, "")[:2].lower()
        if short in LANGUAGES:
            return short
    return "ja"


class Console:
    """What a command says, in one language."""

    def __init__(
        self,
        language: Language,
        *,
        environ: Mapping[str, str],
        color: str = "auto",
        quiet: bool = False,
        verbose: bool = False,
    ) -> None:
        """Set up the terminal.

        Args:
            language: ``ja`` or ``en``.
            environ: For ``NO_COLOR`` (no-color.org) and ``FORCE_COLOR``.
            color: ``auto``, ``always`` or ``never``.
            quiet: Say nothing on standard error but complaints.
            verbose: Say what was left out, too.
        """
        self.language = language
        self.quiet = quiet
        self.verbose = verbose
        self.color = _has_color(color, environ)

    @property
    def marks(self) -> Literal["glyph", "ascii"]:
        """Whether standard output can show ○ × △ －."""
        try:
            "○×△－※①".encode(sys.stdout.encoding or "ascii")
        except (LookupError, UnicodeEncodeError):
            return "ascii"
        return "glyph"

    def result(self, text: str) -> None:
        """Write a result to standard output."""
        click.echo(text, nl=not text.endswith("\n"))

    def rendered(self, format_: str, data: bytes) -> None:
        """Write a rendered format to standard output.

        Text is for the eyes and takes the encoding of the terminal; every other format is for
        programs and stays the UTF-8 that it is, byte for byte.
        """
        if format_ == "text":
            self.result(data.decode("utf-8"))
        else:
            click.echo(data, nl=not data.endswith(b"\n"))

    def say(self, key: str, **values: object) -> None:
        """Say something about the run on standard error."""
        if not self.quiet:
            self._tell(phrase(key, self.language, **values))

    def complain(self, code: str, values: Mapping[str, str | int]) -> None:
        """Write one complaint that belongs to no file."""
        self._headline(code, values)
        self._remedy(code, values)

    def problems(self, problems: Iterable[Problem], root: Path) -> None:
        """Write all problems of files below ``root``."""
        for found in problems:
            values = {**dict(found.values), "path": found.path}
            if values.get("field") == ".":
                values["field"] = phrase("console.document", self.language)
            self._headline(found.code, values)
            place = f":{found.line}:{found.column}" if found.line else ""
            shown = _shown((root / found.path).as_posix())
            self._tell(f"  --> {shown}{place}")
            if found.line:
                self._quote(root / found.path, found.line, found.column)
            self._remedy(found.code, values)
            self._tell("")

    def tell(self, text: str) -> None:
        """Write complaints that are laid out already, whether or not it is to be quiet."""
        self._tell(text)

    def _tell(self, text: str) -> None:
        # Colors are decided here, once: click would take them out of a pipe in any case.
        click.echo(text, err=True, color=self.color)

    def _headline(self, code: str, values: Mapping[str, str | int]) -> None:
        level = severity(code)
        word = phrase(f"console.{level}", self.language)
        head = (
            click.style(f"{word}[{code}]", fg=_COLORS[level], bold=True)
            if self.color
            else (f"{word}[{code}]")
        )
        shown = {name: _shown(value) for name, value in values.items()}
        self._tell(f"{head}: {entry(code, self.language)['text'].format(**shown)}")

    def _remedy(self, code: str, values: Mapping[str, str | int]) -> None:
        shown = {name: _shown(value) for name, value in values.items()}
        remedy = entry(code, self.language)["remedy"].format(**shown)
        self._tell(f"   = {phrase('console.remedy', self.language)}: {remedy}")
        self._tell(f"   = {phrase('console.explain', self.language, code=code)}")

    def _quote(self, path: Path, line: int, column: int) -> None:
        """Quote the line, unless it could show an Individual Number (個人番号)."""
        try:
            lines = _LINE_BREAK.split(path.read_bytes().decode("utf-8"))
        except (OSError, UnicodeDecodeError):
            return
        if not 0 < line <= len(lines):
            return
        quoted = lines[line - 1]
        text = visible(quoted)
        if len(text) > _MAX_QUOTED or _could_hold_a_number(text):
            return
        gutter = " " * len(str(line))
        before = _width(visible(quoted[: column - 1]))
        self._tell(f" {gutter} |\n {line} | {text}\n {gutter} | {' ' * before}^")


def grouped(fingerprint: str) -> str:
    """Return a fingerprint in groups of four digits, easy to compare by telephone."""
    return " ".join(fingerprint[i : i + 4] for i in range(0, len(fingerprint), 4))


def visible(text: str) -> str:
    """Escape control, bidirectional and other invisible characters: names must not deceive."""
    return "".join(
        f"\\u{ord(char):04x}" if unicodedata.category(char) in _INVISIBLE else char for char in text
    )


def _shown(value: str | int) -> str:
    """Return a value as a complaint shows it; somebody may have typed a number as a file name."""
    text = visible(str(value))
    if not _could_hold_a_number(text):
        return text
    from mnaudit.scan.names import without_numbers

    return without_numbers(text)


def _could_hold_a_number(text: str) -> bool:
    folded = unicodedata.normalize("NFKC", text)
    digits = sum(char.isdigit() or char in _KANJI_DIGITS for char in folded)
    return digits >= _DIGITS_OF_A_NUMBER


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _has_color(asked: str, environ: Mapping[str, str]) -> bool:
    if asked != "auto":
        return asked == "always"
    if environ.get("NO_COLOR"):
        return False
    return bool(environ.get("FORCE_COLOR")) or sys.stderr.isatty()
