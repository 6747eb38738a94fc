from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from mnaudit.model.scan_rules import Allowance, ScanRules, path_pattern
from mnaudit.validate.scan import Allowances

if TYPE_CHECKING:
    from mnaudit.validate.scan import ScanRules as Rules

ON = date(2026, 4, 1)


def allowances(rules: Rules, *entries: Allowance, on: date = ON) -> Allowances:
    return Allowances(ScanRules(data=rules.data, allowed=entries, on=on))


def entry(path: str, until: date = ON, line: int = 3) -> Allowance:
    return Allowance(path=path, reason="教材の見本", until=until, line=line)


@pytest.mark.parametrize(
    ("glob", "path", "matches"),
    [
        ("docs/*.md", "docs/a.md", True),
        ("docs/*.md", "docs/x/a.md", False),
        ("docs/**", "docs/x/a.md", True),
        ("**/a.md", "a.md", True),
        ("**/a.md", "x/y/a.md", True),
        ("a?.md", "ab.md", True),
        ("a?.md", "a/.md", False),
        ("a.md", "axmd", False),
        ("[a].md", "a.md", False),
    ],
)
def test_a_glob_covers_paths(glob: str, path: str, matches: bool) -> None:  # noqa: FBT001
    assert (path_pattern(glob).fullmatch(path) is not None) is matches


def test_a_place_that_is_allowed_is_covered_until_the_last_day(rules: Rules) -> None:
    allowed = allowances(rules, entry("docs/**"))
    assert allowed.covers("docs/a.md")
    assert not allowed.covers("evidence/a.md")
    assert allowed.problems("mnaudit.toml") == ()


def test_an_expired_allowance_covers_nothing_and_is_told(rules: Rules) -> None:
    allowed = allowances(rules, entry("docs/**", ON - timedelta(days=1)))
    assert not allowed.covers("docs/a.md")
    (told,) = allowed.problems("mnaudit.toml")
    assert (told.code, told.path, told.line, dict(told.values)) == (
        ("MN507", "mnaudit.toml", 3, {"until": "2026-03-31"})
    )


def test_an_allowance_that_nothing_used_is_told_after_a_whole_scan(rules: Rules) -> None:
    allowed = allowances(rules, entry("docs/**"), entry("x", line=9))
    allowed.covers("docs/a.md")
    assert [(each.code, each.line) for each in allowed.problems("t")] == [("MN508", 9)]
    assert allowed.problems("t", is_complete=False) == ()
