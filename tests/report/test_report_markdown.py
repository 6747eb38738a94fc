from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from mnaudit.report import render
from mnaudit.report.as_markdown import escaped

if TYPE_CHECKING:
    from mnaudit.model.view import BundleFacts, ReportView


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<img src=x>", "&lt;img src=x&gt;"),
        ("a|b", "a\\|b"),
        ("`x` *y* _z_ [l](u) # ~", "\\`x\\` \\*y\\* \\_z\\_ \\[l\\](u) \\# \\~"),
        ("https://evil.example", "https&#58;//evil.example"),
        ("www.evil.example", "www&#46;evil.example"),
        ("@everyone", "&#64;everyone"),
        ("back\\slash", "back\\\\slash"),
        ("a&b", "a&amp;b"),
    ],
    ids=["html", "table", "markup", "link", "bare link", "mention", "backslash", "entity"],
)
def test_text_cannot_become_markup(text: str, shown: str) -> None:
    assert escaped(text) == shown


def test_every_table_row_has_the_columns_of_its_head(view: ReportView) -> None:
    lines = render("markdown", view, "ja").decode().splitlines()

    tables = "\n".join(line if line.startswith("|") else "" for line in lines).split("\n\n")
    counts = [{row.count("|") for row in table.split("\n") if row} for table in tables]
    assert [len(count) for count in counts if count] == [1, 1, 1]


def test_the_full_table_is_folded(view: ReportView) -> None:
    report = render("markdown", view, "ja").decode()

    assert report.count("<details>") == report.count("</details>") == 3
    assert "<summary>すべての措置（6 行）</summary>" in report


def test_the_summary_comes_before_everything_that_is_folded(view: ReportView) -> None:
    report = render("markdown", view, "en").decode()

    assert report.index("### Minimum measures not satisfied") < report.index("<details>")


def test_a_key_that_is_kept_is_not_called_ephemeral(view: ReportView, bundle: BundleFacts) -> None:
    kept = replace(view, bundle=replace(bundle, ephemeral=False))

    assert "made for this run only" not in render("markdown", kept, "en").decode()


def test_a_day_before_heisei_has_no_era(view: ReportView) -> None:
    assessment = view.assessment.model_copy(update={"as_of": date(1980, 1, 1)})
    old = replace(view, assessment=assessment)

    assert "基準日 1980-01-01\n" in render("markdown", old, "ja").decode()
    assert "基準日 1980-01-01\n" in render("text", old, "ja").decode()
    assert ">1980-01-01</time>" in render("html", old, "ja").decode()
