"""Whether a text gives away a number: any part of it, in any script, encoded or hashed."""

from __future__ import annotations

import base64
import hashlib
import unicodedata
from functools import cache

from tests.scan.numbers import NUMBERS

__all__ = ["gives_away"]

_KANJI = {ord(kanji): str(digit) for digit, kanji in enumerate("〇一二三四五六七八九")}
_KANJI[ord("零")] = "0"
_PART = 5  # four digits may be a year, a row or the number of a code


def gives_away(text: str) -> bool:
    """Tell whether a part of a number stands in the text; digits may be apart or in disguise."""
    plain = unicodedata.normalize("NFKC", text).translate(_KANJI)
    tight = "".join(one for one in plain if one.isalnum() and one != "\u30fc")
    return any(part in tight for part in _parts()) or any(form in text for form in _disguises())


@cache
def _parts() -> frozenset[str]:
    return frozenset(number[at : at + _PART] for number in NUMBERS for at in range(13 - _PART))


@cache
def _disguises() -> frozenset[str]:
    """Return the encoded and hashed numbers, as one would keep a "harmless" trace of them."""
    raw = [
        form.encode(encoding)
        for number in NUMBERS
        for form in (number, f"{number[:4]}-{number[4:8]}-{number[8:]}")
        for encoding in ("utf-8", "utf-16-le")
    ]
    digests = [
        hashlib.new(name, one, usedforsecurity=False)
        for one in raw
        for name in ("md5", "sha1", "sha256", "sha512", "blake2b")
    ]
    codes = [base64.b64encode(one).decode().rstrip("=")[:12] for one in raw]
    numbers = [format(int(number), form) for number in NUMBERS for form in ("x", "X")]
    return frozenset(
        [one.hexdigest()[:12] for one in digests]
        + [base64.b64encode(one.digest()).decode()[:12] for one in digests]
        + [one.hex()[:12] for one in raw]
        + codes
        + numbers
    )
