"""A quick look at bytes: does a pattern fit anywhere? Each byte is read once, whatever the pattern.

RE2 compiles a pattern to an automaton, so that one of thousands of states is as quick as a word, and
several are as quick as one. It knows no look-around: an answer is a hint for a second thought.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Final, Protocol

import re2

__all__ = ["Look", "QuickLook", "is_utf_8"]

_MEMORY: Final = 32 * 2**20
"""Bytes that RE2 may keep of the states it met."""


_UTF_8: Final = frozenset({"utf-8", "utf8", "ascii", "us-ascii"})


def is_utf_8(encoding: str) -> bool:
    """Tell whether a name of an encoding is one of UTF-8, or of a part of it."""
    return encoding.lower().replace("_", "-") in _UTF_8


class Look(Protocol):
    """What tells whether text is worth decoding."""

    @property
    def quick(self) -> QuickLook:
        """Finds too much rather than too little, without a second thought."""

    @property
    def closer(self) -> QuickLook:
        """Finds less than that in text in UTF-8, and all that ``finds`` may say yes to."""

    def finds(self, data: bytes, encoding: str = "utf-8") -> bool:
        """Tell whether there is something in a text that says itself what it is about."""

    def is_about(self, data: bytes, encoding: str = "utf-8") -> bool:
        """Tell whether a text, such as the head of a table, says what others are about."""


@dataclass(frozen=True, slots=True)
class QuickLook:
    """A pattern, compiled when it is first needed.

    Attributes:
        pattern: In the syntax of RE2.
    """

    pattern: str = field(repr=False)

    def finds(self, data: bytes, encoding: str = "utf-8") -> bool:
        """Tell whether the pattern fits anywhere.

        Args:
            data: Bytes that are no text in their encoding fit no part of the pattern.
            encoding: A name that ``bytes.decode`` knows; with an unknown one the answer is yes.
        """
        if not is_utf_8(encoding):
            try:
                data = data.decode(encoding, "replace").encode("utf-8", "surrogatepass")
            except LookupError:
                return True
        return _compiled(self.pattern).search(data) is not None

    @property
    def quick(self) -> QuickLook:
        """Itself: there is no second thought."""
        return self

    @property
    def closer(self) -> QuickLook:
        """Itself, too."""
        return self

    def is_about(self, _data: bytes, _encoding: str = "utf-8") -> bool:
        """Return yes, for a pattern does not know."""
        return True

    def __or__(self, other: QuickLook) -> QuickLook:
        """Return a look for either; no slower than one of them."""
        return QuickLook(f"{self.pattern}|{other.pattern}")


@cache
def _compiled(pattern: str) -> re2._Regexp:
    options = re2.Options()
    options.never_capture = True
    options.log_errors = False
    options.max_mem = _MEMORY
    return re2.compile(pattern, options)
