from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mnaudit.model.assessment import Finding, FindingStatus
from mnaudit.model.control import Control, Tier
from mnaudit.model.verdict import Result, Verdict
from mnaudit.report import render

if TYPE_CHECKING:
    from collections.abc import Callable

    from mnaudit.messages import Language
    from mnaudit.model.catalog import Catalog
    from mnaudit.model.view import BundleFacts, ReportView


@pytest.mark.parametrize("language", ["ja", "en"])
def test_text_fits_a_cp932_console(language: Language, view: ReportView) -> None:
    render("text", view, language).decode().encode("cp932")


def test_english_text_with_ascii_marks_is_ascii(with_findings: Callable[..., ReportView]) -> None:
    report = render("text", with_findings(), "en", marks="ascii")

    assert report.isascii()
    assert all(mark in report for mark in (b"[OK]", b"[NG]", b"[??]", b"[--]", b"[WV]"))


def test_the_two_tiers_come_first(view: ReportView) -> None:
    lines = render("text", view, "ja").decode().splitlines()

    assert lines[3].startswith("× 最低限取るべき措置")
    assert lines[5].startswith("    自社の調整により")
    assert lines[6].startswith("× プラスα")


def test_unmet_minimum_rows_come_with_gap_code_and_remedy(view: ReportView) -> None:
    report = render("text", view, "ja").decode()

    assert "× PER-b-01 担当者への教育\n    E0012、E0033 の" in report
    assert "[MN203]\n      対処: " in report


def test_a_row_that_was_not_judged_is_indeterminate_and_never_met(
    with_findings: Callable[..., ReportView],
) -> None:
    report = render("text", with_findings(()), "ja").decode()

    assert "△ PER-b-01 担当者への教育\n    この措置は判定されていません" in report
    assert "○ PER-b-01" not in report


def test_the_ephemeral_key_is_told_only_of_an_ephemeral_key(
    view: ReportView, bundle: BundleFacts
) -> None:
    kept = replace(view, bundle=replace(bundle, ephemeral=False))

    assert "破棄されています" in render("text", view, "ja").decode()
    assert "破棄されています" not in render("text", kept, "ja").decode()


def test_a_verdict_without_passed_checks_names_none(view: ReportView, bundle: BundleFacts) -> None:
    verdict = Verdict(result=Result.INVALID, checks=())
    report = render("text", replace(view, bundle=replace(bundle, verdict=verdict)), "en").decode()

    assert "verdict: verification failed (INVALID)" in report


def test_many_unmet_optional_rows_are_counted(
    catalog: Catalog, with_findings: Callable[..., ReportView]
) -> None:
    first = catalog.controls[0]
    controls = tuple(
        Control.model_validate({**first.model_dump(by_alias=True), "id": f"ORG-a-{number:02}"})
        for number in range(1, 15)
    )
    findings = tuple(
        Finding(control=c.id, tier=Tier.OPTIONAL, status=FindingStatus.NOT_SATISFIED)
        for c in controls
    )
    many = replace(
        with_findings(findings), catalog=catalog.model_copy(update={"controls": controls})
    )

    report = render("text", many, "en").decode()

    assert "ORG-a-10" in report.partition("Optional measures not satisfied")[2]
    assert "  4 more\n" in report
    assert "ORG-a-11" not in report.partition("Optional measures not satisfied")[2]
