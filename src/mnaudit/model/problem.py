"""A defect in somebody's file: which, where, and what about it.

A problem is a value, collected and shown together with all others; it is not a finding (a
judgement) and not an exception (misuse or broken trust). It carries a code and values, never a
sentence: ``mnaudit.messages`` has the sentences.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

__all__ = ["Problem", "Value", "pointer_token", "problem"]

Value: TypeAlias = str | int
"""What a message may show. Never the value of a field that could hold a number (個人番号)."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One defect at one place.

    Attributes:
        path: The file, relative to the folder that was read, with ``/``.
        line: From 1; 0 if the problem is the file itself.
        column: From 1; 0 if the problem is the file itself.
        code: A code of ``messages/codes.toml``, such as ``MN106``.
        values: What the message shows, by placeholder name, sorted.
        pointer: JSON Pointer (RFC 6901) of the node, empty for the whole document.
    """

    path: str
    line: int
    column: int
    code: str
    values: tuple[tuple[str, Value], ...] = ()
    pointer: str = ""


def pointer_token(part: str | int) -> str:
    """Escape a name or a number for a JSON Pointer (RFC 6901 §3)."""
    return str(part).replace("~", "~0").replace("/", "~1")


def problem(
    code: str,
    path: str,
    at: tuple[int, int] = (0, 0),
    pointer: str = "",
    **values: Value,
) -> Problem:
    """Make a problem; ``at`` is (line, column), both from 1."""
    return Problem(path, at[0], at[1], code, tuple(sorted(values.items())), pointer)
