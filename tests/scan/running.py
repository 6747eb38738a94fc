"""The one place of the corpus that knows the scanner's functions.

The tests speak of codes and places; should the program's functions change, this file follows.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from mnaudit.load.scan_rules import read_scan_rules
from mnaudit.load.shipped import shipped
from mnaudit.scan import scan_bytes

if TYPE_CHECKING:
    from tests.scan.placements import Placement

    from mnaudit.model.scan import Place, ScanResult
    from mnaudit.validate.scan import ScanRules

__all__ = ["RANK", "found", "missing", "scan", "scanned"]

_ON = date(2026, 4, 1)
RANK = {"": 0, "MN502": 1, "MN501": 2}


@cache
def _rules() -> ScanRules:
    rules, problems = read_scan_rules(shipped("controls"), None, _ON)
    assert not problems
    return rules


def scan(name: str, data: bytes) -> ScanResult:
    """Scan one file with the rules as shipped, without an allow-list."""
    return scan_bytes(name, data, _rules())


@cache
def scanned(placement: Placement) -> ScanResult:
    """Scan a placement, once for all tests."""
    return scan(placement.name, placement.build())


def found(result: ScanResult) -> str:
    """Return the worst code of the hits, or nothing."""
    return max((hit.code for hit in result.hits), key=RANK.__getitem__, default="")


def missing(placement: Placement, result: ScanResult) -> str:
    """Say what is wrong with the result in words without content, or nothing."""
    code = found(result)
    if code != placement.expected:
        return f"expected {placement.expected}, got {code or 'nothing'}{_unread(result)}"
    places = [hit.place for hit in result.hits if hit.code == code]
    if any(_is_at(place, placement.where) for place in places):
        return ""
    return f"found, but the place is wrong in {', '.join(placement.where)}"


def _is_at(place: Place, where: object) -> bool:
    return all(getattr(place, name) == value for name, value in dict(where).items())  # type: ignore[call-overload]  # a mapping


def _unread(result: ScanResult) -> str:
    return "".join(f", {one.code} {one.reason}" for one in result.unreadable)
