"""Can these bytes hold an Individual Number at all? A quick look before anything is decoded.

Says yes too often and never no wrongly: eleven digits (a leading zero may be lost) with nothing
between them but what people put between digits. A few passes of ``bytes.translate``, ``in`` and of
patterns with a literal beginning, which run at memory speed, instead of one pattern that looks at
each character.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["may_hold_number"]

_RUN: Final = b"0" * 11
_THIRTEEN: Final = b"0" * 13
_FOURTEEN: Final = b"0" * 14

_DIGITS: Final = b"0123456789"
_LINE_ENDS: Final = b"\n\r\x0b\x0c"
_CLASSES: Final = bytes(ord("0") if byte in _DIGITS else ord("x") for byte in range(256))
_LINED: Final = bytes(ord("\n") if byte in _LINE_ENDS else _CLASSES[byte] for byte in range(256))
_COLONS: Final = tuple(
    (colon[:1], re.compile(colon + rb"[0-9]{4}(?::|\xef\xbc\x9a)[0-9]{4}"))
    for colon in (b":", b"\xef\xbc\x9a")
)
"""Groups of four with colons, which elsewhere stand in times."""
_ASCII_BETWEEN: Final = b" \t\x1c\x1d\x1e\x1f+-._/,;|\"'()[]{}<>\\*~`"
_LEADS_BETWEEN: Final = b"\xc2\xcb\xcc\xcd\xd6\xd8\xe1\xe2\xe3\xef"
"""First bytes of the UTF-8 of separators and of what nobody sees: U+00A0, U+2010, U+3000, U+FF0D."""
_BETWEEN: Final = _ASCII_BETWEEN + _LEADS_BETWEEN + bytes(range(0x80, 0xC0))

_FULL_WIDTH: Final = re.compile(rb"\xef\xbc[\x90-\x99]")
_OTHER_DIGITS: Final = tuple(
    (lead, re.compile(lead + rest))
    for lead, rest in (
        (b"\xe4", rb"(?:\xb8[\x80\x83\x89]|\xb9\x9d|\xba[\x8c\x94])"),  # 一七三 九 二五
        (b"\xe5", rb"(?:\x9b\x9b|\x85[\xab\xad]|\xa3\xb1|\xbc\x90|\x8f\x82)"),  # 四 六八 壱弐参
        (b"\xe3", rb"\x80\x87"),  # 〇
        (b"\xe9", rb"\x9b\xb6"),  # 零
        (
            b"\xe2",
            rb"(?:\x97[\x8b\xaf]|[\x91\x92\x93\x9e\x81\x82].)",
        ),  # ○, and circled, raised, lowered
    )
)
"""Digits by the byte that they begin with: most texts lack some, and one byte is found at once."""
_OTHER_SCRIPTS: Final = (b"\xd9", b"\xdb", b"\xdf", b"\xe0", b"\xe1", b"\xea")
_FAR: Final = b"\xf0"
_FAR_SCRIPTS: Final = re.compile(rb"\xf0(?:[\x90\x91\x96\x9d\x9e]|\x9f\xaf)")
"""First bytes of scripts that have digits: Arabic, Indic, mathematical ones. Rare here."""
_OTHER_DECIMAL: Final = re.compile(r"(?![0-9])\d")

_LINE_STARTS: Final = re.compile(
    rb"\n[ \t>\[(\"'-]*(?:(?:19|20)[0-9]{2}([-/.])[01][0-9]\1[0-3][0-9](?![0-9])"
    rb"|(?:(?:1?[0-9]{1,2}|2[0-4][0-9]|25[0-5])\.){3}[0-9]{1,3}(?![0-9.]))"
)
"""What lines of logs and lists begin with: a day, or an address. No number goes on there."""


def may_hold_number(data: bytes, encoding: str = "utf-8") -> bool:
    r"""Tell whether text could hold a number; if not, nobody need decode it.

    Args:
        data: Part of a text, cut between characters; the parts should overlap by 256 bytes.
        encoding: A name that ``bytes.decode`` knows; unknown ones are never ruled out.

    Digits in disguise (``\\u0031``, ``&#49;``) are for the readers, who undo it.
    """
    if encoding.lower().replace("_", "-") not in {"utf-8", "ascii", "us-ascii", "utf8"}:
        try:
            data = data.decode(encoding, "replace").encode("utf-8", "surrogatepass")
        except LookupError:
            return True
    if not data.isascii():
        data = _in_ascii(data)
    return _has_run(data)


def _in_ascii(data: bytes) -> bytes:
    """Write the digits of other scripts as zeros."""
    if any(lead in data for lead in _OTHER_SCRIPTS) or (
        _FAR in data and _FAR_SCRIPTS.search(data) is not None
    ):
        data = _OTHER_DECIMAL.sub("0", data.decode("utf-8", "replace")).encode("utf-8")
    data = _FULL_WIDTH.sub(b"0", data)
    for lead, pattern in _OTHER_DIGITS:
        if lead in data:
            data = pattern.sub(b" 0 ", data)  # no part of the digits beside it
    return data


def _has_run(data: bytes) -> bool:
    """Tell whether eleven digits stand in a row, within a line or across line ends."""
    if any(lead in data and pattern.search(data) for lead, pattern in _COLONS):
        return True
    if not _is_run(_reduced(data)):
        return False
    return _is_run(_reduced(_LINE_STARTS.sub(b"\nx", data)))


def _is_run(lined: bytes | None) -> bool:
    return lined is None or _RUN in lined.replace(b"\n", b"")


def _reduced(data: bytes) -> bytes | None:
    """Return zeros for digits, line ends, and ``x`` for what breaks a run; None if a line has one.

    Runs of thirteen are taken out if their digits touch: corporate numbers, JAN. A longer run is
    never one of twelve; where separators made it up, there are more of them than touch.
    """
    lined = data.translate(_LINED, _BETWEEN)
    if _THIRTEEN in lined:
        touching = data.translate(_CLASSES)
        if _FOURTEEN in lined or touching.count(_THIRTEEN) != lined.count(_THIRTEEN):
            return None
        lined = lined.replace(_THIRTEEN, b"x")
    return None if _RUN in lined else lined
