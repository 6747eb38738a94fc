r"""Read what programs wrote in disguise: ``\u500b``, ``%EF%BC%91``, ``&#x31;``, quoted lines, colors.

A second look at a text, beside the first: a number in there would otherwise have no digits, its
label no letters, or a quotation mark in its middle. Every character keeps its place.
"""

from __future__ import annotations

import re
import sys
from html import unescape
from typing import TYPE_CHECKING, Final

from mnaudit.load.readers.encodings import decode, narrow
from mnaudit.load.readers.mapped import Composer
from mnaudit.model.quick_look import QuickLook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mnaudit.load.readers.mapped import Source

__all__ = ["DISGUISED", "has_disguise", "unescaped", "without_tags"]

DISGUISED: Final = QuickLook(
    r"\\(?:u|x3|U0|[nrt]-?[0-9\x{ff10}-\x{ff19}])|%(?:3|EF%BC%9|ef%bc%9|[0-9A-Fa-f]{2}[0-9])|&#"
    r"|=[0-9A-Fa-f]{2}(?:=\r?\n)?=[0-9A-Fa-f]{2}"
)
"""For digits in disguise: what they begin with, and what stands between them."""

_TAGS: Final = re.compile(rb"<[^<>]{1,4096}>|&[A-Za-z]{2,8};")
_VALUES: Final = re.compile(rb"\bvalue[ =\"']{1,9}([^\"'<>\r\n]{1,64})", re.IGNORECASE)

_DISGUISE: Final = re.compile(
    r"(?=[\\%&\x1b+=])(?:"
    r"(?P<unicode>(?:\\{1,9}u(?:[0-9A-Fa-f]{4}|\{[0-9A-Fa-f]{1,6}\}))+)"
    r"|(?P<long>(?:\\U[0-9A-Fa-f]{8})+)"
    r"|(?P<octets>(?:\\{1,9}x[0-9A-Fa-f]{2})+)"
    r"|(?P<percent>(?:%[0-9A-Fa-f]{2})+)"
    r"|(?P<equals>(?:=[0-9A-Fa-f]{2}(?:=\r?\n)?){3,})"
    r"|(?P<entity>(?:&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});)+)"
    r"|(?P<color>\x1b\[[0-9;]{0,20}[A-Za-z])"
    r"|(?P<space>\\{1,9}[nrt])"
    r"|(?P<sign>\\{1,9}[-\"'/.*_~,;! ])"
    r"|(?P<plus>(?<=\d)\+(?=\d)))"
)
_SIGN: Final = re.compile(r"[\\%&\x1b+]|=(?=[0-9A-Fa-f]{2}=)")
_QUOTED: Final = re.compile(r"\n[ \t]*(?:>|//|[#*|;]|--)+[ \t]*(?=\d)")
"""What marks a line as quoted, or as a comment, between two lines of digits."""

_SOFT: Final = re.compile(r"=\r?\n")
_CODE: Final = re.compile(r"u\{?([0-9A-Fa-f]+)|U([0-9A-Fa-f]{8})")


def has_disguise(data: bytes, encoding: str = "utf-8") -> bool:
    """Tell whether bytes could hold digits in disguise."""
    return DISGUISED.finds(data, encoding)


def without_tags(data: bytes) -> bytes:
    """Return markup without its tags, with blanks for them, and the values in them.

    Tags stand in the middle of numbers and of words, and they end both.
    """
    return b" ".join([_TAGS.sub(b"", data), _TAGS.sub(b" ", data), *_VALUES.findall(data)])


def unescaped(source: Source) -> Composer | None:
    """Return the text without its disguise, or nothing if it has none."""
    found = [(match.start(), match.end(), _plain(match)) for match in _matches(source.text)]
    found += [(*match.span(), "\n") for match in _QUOTED.finditer(source.text)]
    if not found:
        return None
    composer = Composer(source)
    behind = 0
    for start, end, plain in sorted(found):
        composer.copy(behind, start)
        composer.put(plain, start)
        behind = end
    composer.copy(behind, len(source.text))
    return composer


def _matches(text: str) -> Iterator[re.Match[str]]:
    """Find what is in disguise; a search for its first sign is far quicker than one for all of it."""
    behind = 0
    for sign in _SIGN.finditer(text):
        if sign.start() >= behind and (match := _DISGUISE.match(text, sign.start())):
            yield match
            behind = match.end()


def _plain(match: re.Match[str]) -> str:
    text = match[0]
    match match.lastgroup:
        case "unicode" | "long":
            return _from_codes(int(one or two, 16) for one, two in _CODE.findall(text))
        case "octets":
            return _from_octets(bytes.fromhex(text.replace("\\", "").replace("x", "")))
        case "percent":
            return _from_octets(bytes.fromhex(text.replace("%", "")))
        case "equals":
            return _from_octets(bytes.fromhex(_SOFT.sub("", text).replace("=", "")))
        case "entity":
            return unescape(text)
        case "color":
            return ""
        case "sign":
            return text[-1]
        case _:
            return " "


def _from_codes(codes: Iterable[int]) -> str:
    """Join code units; two surrogates are one character."""
    units = "".join(chr(code) for code in codes if code <= sys.maxunicode)
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _from_octets(data: bytes) -> str:
    return decode(data, narrow(data)[0])
