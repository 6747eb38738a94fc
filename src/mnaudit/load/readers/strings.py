"""Pick what looks like text out of bytes of an unknown kind, as ``strings`` of Unix does.

ASCII with the Japanese encodings of old, and UTF-16 of both orders; what is found is no promise that
nothing else was there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mnaudit.load.readers.digits import could_hold

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["strings"]

_NARROW: Final = re.compile(rb"[\t\n\r\x20-\x7e\x80-\xfc]{3,}")
_WIDE: Final = {
    "utf-16-le": re.compile(rb"(?:[\t\n\r\x20-\x7e]\x00|[\x00-\xff][\x20\x30\x4e-\x9f\xff]){3,}"),
    "utf-16-be": re.compile(rb"(?:\x00[\t\n\r\x20-\x7e]|[\x20\x30\x4e-\x9f\xff][\x00-\xff]){3,}"),
}


def strings(data: bytes) -> Iterator[str]:
    """Yield the runs of text, one a line, once for each encoding in which they have many digits."""
    yield from _joined(run[0].decode("cp932", "replace") for run in _NARROW.finditer(data))
    for encoding, pattern in _WIDE.items():
        yield from _joined(run[0].decode(encoding, "replace") for run in pattern.finditer(data))


def _joined(runs: Iterator[str]) -> Iterator[str]:
    text = "\n".join(runs)
    if could_hold(text):
        yield text
