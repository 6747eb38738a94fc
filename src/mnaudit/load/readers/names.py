"""Names of files and members: looked at like any text, and shown only if they give nothing away.

A name that holds many digits could be the number itself: it is shown by its position instead.
"""

from __future__ import annotations

import re
from dataclasses import replace
from posixpath import splitext
from typing import TYPE_CHECKING, Final

from mnaudit.load.paths import shown_path
from mnaudit.load.readers.digits import digit_count
from mnaudit.model.scan import Fragment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mnaudit.model.scan import Place

__all__ = ["decode_name", "is_telling", "member", "of_member", "shown"]

_TELLING: Final = 11
"""As many digits as can be an Individual Number that lost its leading zero."""

_PLAIN_SUFFIX: Final = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,4}")


def is_telling(name: str) -> bool:
    """Tell whether a name has so many digits that one of them could be a number."""
    return digit_count(name) >= _TELLING


def shown(name: str, instead: str = "#") -> str:
    """Return a name as it may be shown: without controls, and without a number."""
    if not is_telling(name):
        return shown_path(name)
    suffix = splitext(name)[1]
    return instead + (suffix if _PLAIN_SUFFIX.fullmatch(suffix) else "")


def member(name: str, ordinal: int) -> str:
    """Return a member's name for ``Place.members``.

    Args:
        name: As the container says.
        ordinal: Its position, from 1, which stands for a name that cannot be shown: ``#3.pdf``.
    """
    return shown(name, f"#{ordinal}") if name else f"#{ordinal}"


def of_member(name: str, place: Place) -> Iterator[Fragment]:
    """Yield the name of a member as text to look at.

    Args:
        name: As the container says.
        place: Of the member.
    """
    if name:
        yield Fragment(name, replace(place, part="file name", line=None, column=None))


def decode_name(raw: bytes) -> str:
    """Read the bytes of a name in the encodings of old and new archivers."""
    for encoding in ("utf-8", "cp932", "euc_jp"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace")
