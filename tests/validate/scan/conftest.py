"""The scanner with the rules as shipped: text in, codes and reasons out."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Protocol

import pytest

from mnaudit.load.scan_rules import read_scan_rules
from mnaudit.load.shipped import shipped
from mnaudit.model.scan import Fragment, Hit, Place
from mnaudit.validate.scan import detect

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mnaudit.validate.scan import ScanRules

ON = date(2026, 4, 1)


class Find(Protocol):
    """Scan one text, or fragments."""

    def __call__(self, text: str, *, name: str = ..., fields: tuple[str, ...] = ...) -> list[str]:
        """Return ``code reason`` of every hit."""


@pytest.fixture(scope="session")
def rules() -> ScanRules:
    found, problems = read_scan_rules(shipped("controls"), None, ON)
    assert problems == ()
    return found


@pytest.fixture(scope="session")
def find(rules: ScanRules) -> Find:
    def run(text: str, *, name: str = "memo.txt", fields: tuple[str, ...] = ()) -> list[str]:
        fragment = Fragment(text, Place(name, line=1, column=1), fields=fields)
        return [f"{hit.code} {hit.reason}" for hit in detect([fragment], rules)]

    return run


class FindIn(Protocol):
    def __call__(self, fragments: Iterable[Fragment]) -> list[Hit]: ...


@pytest.fixture(scope="session")
def find_in(rules: ScanRules) -> FindIn:
    return lambda fragments: list(detect(fragments, rules))
