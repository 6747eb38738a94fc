"""The text of a document, free of characters that hide something.

Controls, line separators that only some readers count, and signs that turn the direction of the
text (bidi, "Trojan Source") have no place in evidence: what an auditor sees must be what is there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mnaudit.load.places import Refused
from mnaudit.signing.strict_json import StrictJsonError, decode, line_and_column

if TYPE_CHECKING:
    from mnaudit.load.places import Defect

__all__ = ["FORBIDDEN", "character", "has_forbidden", "readable"]

FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufeff\ufffe\uffff]"
)
"""Controls but tab and line breaks; NEL, LS, PS; bidi controls; surrogates; no characters."""

_CONTROLS: Final = bytes({*range(0x20)} - {0x09, 0x0A, 0x0D}) + b"\x7f"
_BOM: Final = b"\xef\xbb\xbf"
_SHOWN: Final = 20


def has_forbidden(data: bytes) -> bool:
    """Tell whether bytes are not UTF-8 or hold a forbidden character. Made to be quick."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return True
    if len(data.translate(None, _CONTROLS)) != len(data):
        return True
    # Beyond ASCII all of them begin with one of four bytes, which kana and kanji do not have.
    might = b"\xe2" in data or b"\xef" in data or b"\xc2" in data or b"\xd8" in data
    return might and FORBIDDEN.search(text) is not None


def readable(data: bytes, *, max_bytes: int) -> tuple[str, list[Defect]]:
    """Return the text and what is wrong with its characters.

    Forbidden characters are replaced, each by one, so that the search for other defects can go
    on and every place stays where it was.

    Raises:
        Refused: There is no text.
    """
    found: list[Defect] = []
    if data.startswith(_BOM):
        found.append(((1, 1), "MN102", {}))
        data = data[len(_BOM) :]
    try:
        text = decode(data, max_bytes=max_bytes)
    except StrictJsonError as error:
        place = error.line, error.column
        raise Refused([*found, (place, error.code, error.values)]) from None
    for number, match in enumerate(FORBIDDEN.finditer(text)):
        if number == _SHOWN:
            break
        place = line_and_column(text, match.start())
        found.append((place, "MN115", {"char": character(match[0])}))
    return FORBIDDEN.sub("\ufffd", text), found


def character(char: str) -> str:
    """Return the name of a character that cannot be shown: ``U+202E``."""
    return f"U+{ord(char):04X}"
