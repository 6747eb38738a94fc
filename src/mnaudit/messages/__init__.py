"""Every sentence of the program, in Japanese and English, by code.

``ja.toml`` and ``en.toml`` hold the same codes with the same placeholders (a test proves it);
``codes.toml`` holds what does not depend on the language. A code is at once the key here, the
anchor in the docs and the argument of ``mnaudit explain``; its meaning never changes.

Parsing a whole file would cost more than starting the program, so only the tables that are asked
for are parsed. That works because every table has its header on a line of its own and no string
spans a line that looks like one; a test compares the pieces with the whole.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["LANGUAGES", "Language", "codes", "entry", "join", "phrase", "phrases", "severity"]

Language: TypeAlias = Literal["ja", "en"]
LANGUAGES: tuple[Language, ...] = ("ja", "en")

_SEPARATOR: dict[Language, str] = {"ja": "、", "en": ", "}
_HEADER = re.compile(r"^\[([^\[\]\n]+)\]$", re.MULTILINE)


def codes() -> tuple[str, ...]:
    """Return all codes, sorted."""
    names = (header.partition(".") for header in _pieces("ja"))
    return tuple(sorted(code for section, _, code in names if section == "codes"))


def entry(code: str, language: Language) -> Mapping[str, str]:
    """Return the sentences of ``code``: ``text``, ``remedy``, and ``why`` (for ``explain``).

    Raises:
        KeyError: There is no such code.
    """
    return _table(language, f"codes.{code}")


def severity(code: str) -> str:
    """Return ``error``, ``warning`` or ``note``."""
    return _table("codes", "severity").get(code, "error")


def phrase(key: str, language: Language, /, **values: object) -> str:
    """Return a sentence of the program's own voice: ``phrase("run.written", "ja", report=…)``.

    Raises:
        KeyError: There is no such phrase, or a value is missing.
    """
    section, _, name = key.partition(".")
    return phrases(section, language)[name].format(**values)


def phrases(section: str, language: Language) -> Mapping[str, str]:
    """Return all phrases of one section."""
    return _table(language, f"phrases.{section}")


def join(parts: Iterable[str], language: Language) -> str:
    """Join the parts of a list as the language does: ``E0012、E0033``."""
    return _SEPARATOR[language].join(parts)


@cache
def _pieces(name: str) -> dict[str, str]:
    """Cut a file into its tables, unparsed, by header."""
    # importlib.resources would be a fifth of the time that --help takes.
    folder = __file__.removesuffix("__init__.py")
    with open(f"{folder}{name}.toml", encoding="utf-8") as file:  # noqa: PTH123 - no pathlib here
        text = file.read()
    parts = _HEADER.split(text)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@cache
def _table(name: str, header: str) -> dict[str, str]:
    table: dict[str, Any] = tomllib.loads(_pieces(name)[header])
    return table
