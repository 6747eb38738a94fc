"""Look into base64 within text: a value in JSON, a data URI, an attachment in a log.

One level deep, and only what decodes to text or to a kind of file that is known.
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mnaudit.load.readers.digits import could_hold
from mnaudit.load.readers.encodings import decodings, plain, wide
from mnaudit.load.readers.mapped import Pinned
from mnaudit.model.quick_look import QuickLook
from mnaudit.model.scan import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mnaudit.load.readers.limits import Budget
    from mnaudit.load.readers.mapped import Source
    from mnaudit.model.scan import Fragment

__all__ = ["ENCODED", "decoded", "has_encoded"]

_FEWEST: Final = 16
"""Twelve digits are sixteen letters of base64."""


def _run_with_capitals() -> str:
    """Return a pattern of a run that is long enough and has two capitals, wherever they stand."""
    rest = _FEWEST - 2
    small, letter = "[a-z0-9+/_-]", "[A-Za-z0-9+/_-]"
    return "|".join(
        f"{small}{{{before}}}[A-Z]{small}{{{between}{'' if behind else ','}}}[A-Z]{letter}{{{behind}}}"
        for before in range(rest + 1)
        for between in range(rest - before + 1)
        for behind in [rest - before - between]
    )


ENCODED: Final = QuickLook(_run_with_capitals())
"""For runs that ``decoded`` would look at."""
_RUN: Final = re.compile(
    r"[A-Za-z0-9+/_-]{16,}={0,2}(?:[ \t]*\r?\n[ \t]*[A-Za-z0-9+/_-]{1,}={0,2}(?=\s|$|[\"'<,;]))*"
)
_HEX: Final = re.compile(r"[0-9a-f\s-]+|[0-9A-F\s-]+|[0-9\s]+")
_CAPITALS: Final = re.compile(r"[A-Z][^A-Z]*[A-Z]")
_SPACE: Final = re.compile(r"\s+")
_LABEL: Final = 60
_MOST: Final = 10_000
_MAGICS: Final = (
    b"PK\x03\x04",
    b"%PDF-",
    b"\x1f\x8b",
    b"\xd0\xcf\x11\xe0",
    b"{\\rtf",
    b"\x89PNG",
    b"\xff\xd8\xff",
)


def has_encoded(data: bytes) -> bool:
    """Tell whether bytes have a run of base64 that ``decoded`` would look at."""
    return ENCODED.finds(data)


def decoded(source: Source, budget: Budget) -> Iterator[Fragment | Unreadable]:
    """Yield what stands in the base64 of a text."""
    for count, match in enumerate(_RUN.finditer(source.text)):
        if count >= _MOST:
            return
        pieces = [match[0]]
        if "\n" in match[0]:
            pieces += match[0].split("\n")  # what follows may be words, not more of it
        for piece in pieces:
            if data := _bytes(piece):
                yield from _content(data, source, match.start(), budget)


def _bytes(run: str) -> bytes:
    """Decode a run, if it is base64 of something with a form."""
    if _CAPITALS.search(run) is None:
        return b""  # a path or an identifier; digits of every kind become capitals, one in four
    letters = _SPACE.sub("", run).rstrip("=")
    if len(letters) < _FEWEST or _HEX.fullmatch(letters) or len(letters) % 4 == 1:
        return b""
    letters = letters.replace("-", "+").replace("_", "/")
    try:
        data = b64decode(letters + "=" * (-len(letters) % 4))
    except (Error, ValueError):
        return b""
    if data.startswith(_MAGICS) or plain(data) is data or (b"\0" in data and wide(data)):
        return data
    return b""


def _content(
    data: bytes, source: Source, start: int, budget: Budget
) -> Iterator[Fragment | Unreadable]:
    if data.startswith(_MAGICS):
        place = replace(source.at(start), part="base64")
        budget.spend(bytes_=len(data), members=1)
        for item in budget.inside("", data, replace(place, members=(*place.members, "base64"))):
            # A picture in a page is no scan, and a chance resemblance no broken file.
            if not isinstance(item, Unreadable) or item.code in {"MN505", "MN506"}:
                yield item
        return
    for _, text in decodings(data):
        if _is_prose(text):
            line = source.text.rfind("\n", 0, start) + 1
            label = source.text[max(line, start - _LABEL) : start].strip()
            place = replace(source.at(start), part="base64")
            yield Pinned(text, place, fields=(label,) if label else ())


def _is_prose(text: str) -> bool:
    """Tell whether a decoded text is one: without controls other than its line breaks."""
    return could_hold(text) and text.translate({9: None, 10: None, 13: None}).isprintable()
