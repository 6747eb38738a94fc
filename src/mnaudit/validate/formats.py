"""The formats that schemas may name: one implementation, given to both engines.

A callable overrides what an engine has built in, so ``date`` means the same everywhere. A format
that is not listed here is an error (``MN312``), never ignored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mnaudit.model.corporate_number import is_corporate_number
from mnaudit.model.day import parse_day

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FORMATS", "is_date"]


def is_date(text: str) -> bool:
    """Tell whether ``text`` is a real calendar day, YYYY-MM-DD in ASCII digits, 1900 to 2199.

    Source: RFC 3339 ``full-date``, narrowed.
    """
    return parse_day(text) is not None


FORMATS: dict[str, Callable[[str], bool]] = {
    "date": is_date,
    # 平成26年財務省令第70号 第2条
    "jp-corporate-number": is_corporate_number,
}
