"""Is there nothing in a file? Told by its bytes, before any reader is even imported."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from mnaudit.load.readers.encoded import ENCODED
from mnaudit.load.readers.encodings import texts, wide
from mnaudit.load.readers.escapes import DISGUISED, without_tags
from mnaudit.model.quick_look import QuickLook

if TYPE_CHECKING:
    from mnaudit.model.quick_look import Look

__all__ = ["PIECE", "holds_nothing", "is_dull", "is_mail", "shows_in_markup"]

PIECE: Final = 2**20
"""Bytes that are asked for at once: to ask for more takes as long as to fill it."""

_SUFFIXES: Final = (".eml", ".mht", ".mhtml", ".mbox", ".mim")
_HEADER: Final = re.compile(
    rb"\A(?:\xef\xbb\xbf)?(?:From [^\r\n]*\r?\n|>From [^\r\n]*\r?\n)?"
    rb"(?:(?:Return-Path|Received|Delivered-To|From|To|Cc|Date|Subject|Message-ID|MIME-Version|Reply-To"
    rb"|Content-Type|X-[\w-]{1,60}):[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n){2}",
    re.IGNORECASE,
)
_TELLTALE: Final = re.compile(
    rb"^(?:MIME-Version|Message-ID|Received):", re.IGNORECASE | re.MULTILINE
)
_NO_TEXT: Final = QuickLook(
    r"[\x00-\x07\x0e-\x19\x1b-\x1f\x7f]|%PDF-"
    r"|\A(?:\x{feff}|\s)*(?:\{\\rtf|-----BEGIN |version |age-|\$ANS)"
)
"""For text that is a file of another kind: with controls, or in a box."""


def is_dull(name: str, data: bytes, look: Look | None) -> bool:
    """Tell whether a small file is text in which no reader finds anything.

    Args:
        name: Of the file.
        data: All of it, if it is smaller than ``PIECE``.
        look: For what could be found.
    """
    return len(data) < PIECE and holds_nothing(data, look) and not is_mail(name, data)


def is_mail(name: str, head: bytes) -> bool:
    """Tell whether this is a mail: by its name, or by its headers."""
    if name.casefold().endswith(_SUFFIXES):
        return True
    return bool(_HEADER.match(head)) and bool(_TELLTALE.search(head))


def holds_nothing(data: bytes, look: Look | None) -> bool:
    """Tell whether this is plain text without a number, in whatever disguise.

    Quick, for nearly all files are like that. No for whatever would need a second thought.
    """
    if look is None:
        return False
    if data.isascii() or _is_utf_8(data):
        return _shows_nothing(data, look)
    return not wide(data) and all(
        _shows_nothing(text.encode("utf-8", "replace"), look) for _, text in texts(data)
    )


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _shows_nothing(data: bytes, look: Look) -> bool:
    """Tell it of text in UTF-8. Most of it is read once, and nearly all of the rest twice."""
    if (
        _anything(look.quick).finds(data)
        and _anything(look.closer).finds(data)
        and (_HIDDEN.finds(data) or look.finds(data))
    ):
        return False
    return not shows_in_markup(data, look)


def shows_in_markup(data: bytes, look: Look) -> bool:
    """Tell whether there is something in markup in UTF-8 if one does not see its tags."""
    return b"<" in data and b">" in data and look.finds(without_tags(data))


_HIDDEN: Final = DISGUISED | ENCODED | _NO_TEXT
"""For all that text could hide a number in."""


@cache
def _anything(look: QuickLook) -> QuickLook:
    """Return one look for what text shows and for what it hides."""
    return look | _HIDDEN
