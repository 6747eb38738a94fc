"""The tables of ``docs/scan.md`` are those of the data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mnaudit.model.scan_rules import Context, Form

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mnaudit.model.scan_rules import ScanData
    from mnaudit.validate.scan import ScanRules

PAGE = Path(__file__).resolve().parents[3] / "docs" / "scan.md"


def codes(data: ScanData) -> Iterator[str]:
    """Return the table of codes, a line for each context."""
    yield "| | " + " | ".join(Form) + " |"
    yield "|---|" + "---|" * len(Form)
    for context in Context:
        row = data.severity.get(context, {})
        yield f"| `{context}` | " + " | ".join(row.get(form, "—") for form in Form) + " |"


def look_alikes(data: ScanData) -> Iterator[str]:
    """Return the table of look-alikes."""
    yield "| what | not reported when |"
    yield "|---|---|"
    for each in data.look_alikes:
        yield f"| {each.title.en} | {', '.join(f'`{context}`' for context in each.hides)} |"


def test_the_page_shows_the_table_of_codes(rules: ScanRules) -> None:
    assert "\n".join(codes(rules.data)) in PAGE.read_text(encoding="utf-8")


def test_the_page_shows_every_look_alike(rules: ScanRules) -> None:
    assert "\n".join(look_alikes(rules.data)) in PAGE.read_text(encoding="utf-8")


def test_the_page_says_how_far_words_reach(rules: ScanRules) -> None:
    assert f"{rules.data.reach.near} characters" in PAGE.read_text(encoding="utf-8")
