"""In which encodings could these bytes be text? Every plausible one, rather than the wrong one.

Digits and Latin letters are the same in UTF-8, cp932, EUC-JP and ISO-2022-JP; labels and full-width
digits are not. Where two encodings fit, both readings are looked at: a guess could miss a number.
``cp932`` and not ``shift_jis``: it has 髙, ① and ㈱.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["EVERY", "decode", "decodings", "is_binary", "narrow", "plain", "texts", "wide"]

_BOMS: Final = (
    (BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark begins it
    (BOM_UTF32_BE, "utf-32-be"),
    (BOM_UTF16_LE, "utf-16-le"),
    (BOM_UTF16_BE, "utf-16-be"),
)
_ISO_2022: Final = re.compile(rb"\x1b(?:\$[@AB(]|\([BJI])")
_JIS: Final = "iso2022_jp_ext"
_LEGACY: Final = ("cp932", "euc_jp")
EVERY: Final = ("utf-8", *_LEGACY)
"""All that text among other bytes could be in."""

_PROBE: Final = 2**16
_PROBE_OF_A_LINE: Final = 2**12
_CONTROL: Final = re.compile("[\x00-\x07\x0e-\x19\x1c-\x1f]")
_ODD: Final = bytes({*range(0x20)} - {0x08, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x1A, 0x1B} | {0x7F})
_BLANKS: Final = bytes(0x20 if byte in _ODD else byte for byte in range(256))
_FEW_ODD: Final = 0.02
_FEW: Final = 0.05
_FEWEST_UNITS: Final = 4
# Bytes of a UTF-16 unit: those that are its high byte in Japanese and Latin text.
_HIGH: Final = bytes({0x00, 0x20, 0x22, 0x25, 0x30, 0x32, 0x33, 0xFF, *range(0x4E, 0xA0)})


def wide(head: bytes) -> tuple[tuple[str, int], ...]:
    """Return the wide encodings that bytes could be in, each with the length of its mark.

    Args:
        head: The beginning of the data.
    """
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return ((encoding, len(mark)),)
    probe = head[:_PROBE]
    if b"\0" in probe:
        found = [(name, 0) for name in ("utf-32-le", "utf-32-be") if _is_utf_32(probe, name)]
        if found:
            return tuple(found)
    elif probe.isascii():
        return ()
    else:
        # Without a line break, a blank or a letter of Latin it is one line: its start tells as much.
        probe = probe[:_PROBE_OF_A_LINE]
    return tuple((name, 0) for name in ("utf-16-le", "utf-16-be") if _is_utf_16(probe, name))


def _is_utf_32(probe: bytes, name: str) -> bool:
    probe = probe[: len(probe) // 4 * 4]
    if len(probe) < 4 * _FEWEST_UNITS or b"\0\0" not in probe:
        return False
    try:
        text = probe.decode(name)
    except UnicodeDecodeError:
        return False
    return "\0" not in text


def _is_utf_16(probe: bytes, name: str) -> bool:
    """Tell whether nearly all units are letters of Japanese or Latin text."""
    probe = probe[: len(probe) // 2 * 2]
    high = probe[1::2] if name == "utf-16-le" else probe[::2]
    low = probe[::2] if name == "utf-16-le" else probe[1::2]
    if len(high) < _FEWEST_UNITS or high == low:
        return False
    few = _FEW * len(high)
    unlikely = len(high.translate(None, _HIGH))
    if unlikely > few or not _is_varied(high, low):
        return False
    return unlikely + len(_CONTROL.findall(probe.decode(name, "replace"))) <= few


def _is_varied(high: bytes, low: bytes) -> bool:
    """Tell whether one half says more than the other: in text of one byte both say the same."""
    return len(set(high)) <= len(set(low)) or b"\0" in high


def narrow(data: bytes) -> tuple[str, ...]:
    """Return the encodings, made of single bytes and compatible with ASCII, that data could be in.

    At least one; text that fits none is read in all of them, with what does not fit replaced.
    """
    return tuple(encoding for encoding, _ in texts(data))


def texts(data: bytes) -> list[tuple[str, str]]:
    """Return (encoding, text) for each of the ``narrow`` encodings, decoded once."""
    jis = [_JIS] if b"\x1b" in data and _ISO_2022.search(data) else []
    if jis and data.isascii():
        return [(_JIS, decode(data, _JIS))]
    found = _fitting(data, ("utf-8",)) or _fitting(data, _LEGACY)
    return found + [
        (encoding, decode(data, encoding)) for encoding in (*([] if found else EVERY), *jis)
    ]


def _fitting(data: bytes, encodings: tuple[str, ...]) -> list[tuple[str, str]]:
    found = []
    for encoding in encodings:
        with suppress(UnicodeDecodeError):
            found.append((encoding, data.decode(encoding)))
    return found


def decode(data: bytes, encoding: str) -> str:
    """Decode, replacing what does not fit: never an error, which could show what it met."""
    return data.decode(encoding, "replace")


def decodings(data: bytes) -> Iterator[tuple[str, str]]:
    """Yield (encoding, text) for every plausible reading of a whole file.

    Half of an unfinished character at the end, and controls, are no hindrance.
    """
    marked = False
    for encoding, skip in wide(data):
        marked = marked or skip > 0
        yield encoding, decode(data[skip:], encoding)
    if marked or (b"\0" in data and wide(data)):
        return
    data = plain(data.removeprefix(BOM_UTF8))
    yield from texts(data)


def plain(data: bytes) -> bytes:
    """Return text with a blank for each control that has no business in it, byte for byte."""
    if len(data.translate(None, _ODD)) == len(data):
        return data
    return data.translate(_BLANKS)


def is_binary(data: bytes) -> bool:
    """Tell whether bytes are no text in any encoding that we know, as far as one can see."""
    probe = data[:_PROBE]
    odd = len(probe) - len(probe.translate(None, _ODD))
    return odd > _FEW_ODD * len(probe) + 2 and not wide(probe)
