"""What is told once for many rows: due soon, remarks, waivers, tailoring, declared answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mnaudit.messages import LANGUAGES
from mnaudit.model.assessment import Finding, FindingStatus, Gap, WaiverResult, WaiverState
from mnaudit.model.control import Tier
from mnaudit.report import render
from mnaudit.report.notices import (
    due_soon,
    due_soon_title,
    idle_waivers,
    risk_counts,
    row_names,
    shared_remarks,
    tailored_notice,
)
from mnaudit.report.sheet import make_sheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from mnaudit.messages import Language
    from mnaudit.model.view import ReportView

LAID_OUT = pytest.mark.parametrize("name", ["text", "markdown", "html"])


def met(control: str, tier: Tier, *remarks: Gap) -> Finding:
    return Finding(control=control, tier=tier, status=FindingStatus.SATISFIED, remarks=remarks)


def due(kind: str, day: str) -> Gap:
    return Gap(code="MN221", requirement=0, values={"kind": kind, "due_on": day, "days": 9})


def test_what_is_due_soon_is_sorted_by_day_and_then_by_kind(
    with_findings: Callable[..., ReportView],
) -> None:
    view = with_findings(
        (
            met("PHY-d-02", Tier.MINIMUM, due("moon-record", "2026-04-09")),
            met("PER-b-03", Tier.MINIMUM, due("training-record", "2026-04-09")),
            met("ORG-a-03", Tier.MINIMUM, due("appointment", "2026-04-09")),
            met("ORG-out-01", Tier.MINIMUM, due("vendor-contract", "2026-04-01")),
        )
    )

    dues = due_soon(view, make_sheet(view, "ja"), "ja")

    assert [(d.day, d.kind) for d in dues] == [
        ("2026-04-01", "委託契約"),
        ("2026-04-09", "担当者等の任命記録"),
        ("2026-04-09", "教育実施・受講記録"),
        ("2026-04-09", "moon-record"),
    ]


def test_rows_that_one_document_meets_are_told_together_and_once(
    with_findings: Callable[..., ReportView],
) -> None:
    lapses = due("training-record", "2026-04-09")
    view = with_findings(
        (
            met("PER-b-01", Tier.MINIMUM, lapses),
            met("PER-b-01", Tier.OPTIONAL, lapses),
            met("PER-b-03", Tier.OPTIONAL, lapses),
        )
    )

    (only,) = due_soon(view, make_sheet(view, "ja"), "ja")

    assert row_names(only.cells, "ja") == "PER-b-01、PER-b-03（プラスα）"
    assert only.left == "9日"


def test_a_finding_that_the_catalog_does_not_have_is_not_due(
    with_findings: Callable[..., ReportView],
) -> None:
    view = with_findings((met("ORG-z-99", Tier.MINIMUM, due("appointment", "2026-04-09")),))

    assert due_soon(view, make_sheet(view, "ja"), "ja") == ()


def test_the_title_says_the_period_of_the_catalog(view: ReportView) -> None:
    longer = replace(view, catalog=view.catalog.model_copy(update={"due_soon": "P3M"}))

    assert due_soon_title(view, "ja") == "60日以内に期限が来るもの"
    assert due_soon_title(longer, "en") == "Due within 3 months"


def test_the_terminal_lists_ten_days_of_what_is_due(
    with_findings: Callable[..., ReportView],
) -> None:
    remarks = (due("appointment", f"2026-04-{day:02}") for day in range(1, 13))
    view = with_findings((met("ORG-a-03", Tier.MINIMUM, *remarks),))

    report = render("text", view, "en").decode()

    assert "- 2026-04-10 (10 days left) Appointment: ORG-a-03\n  2 more\n" in report
    assert "2026-04-11" not in report.partition("Due within")[2]


def test_a_remark_that_many_rows_share_is_told_once(
    with_findings: Callable[..., ReportView],
) -> None:
    late = Gap(code="MN224", requirement=0, values={"paths": ("a.yaml",)})
    view = with_findings(
        tuple(met(control, Tier.MINIMUM, late) for control in ("ORG-a-03", "PER-b-01"))
    )

    (only,) = shared_remarks(view, make_sheet(view, "ja"))

    assert [cell.control for cell in only.cells] == ["ORG-a-03", "PER-b-01"]


def test_the_terminal_tells_a_remark_at_its_first_row_only(
    with_findings: Callable[..., ReportView],
) -> None:
    late = Gap(code="MN224", requirement=0, values={"paths": ("a.yaml",)})
    view = with_findings(
        tuple(
            Finding(
                control=c, tier=Tier.MINIMUM, status=FindingStatus.NOT_SATISFIED, remarks=(late,)
            )
            for c in ("ORG-a-03", "PER-b-01")
        )
    )

    assert render("text", view, "ja").decode().count("[MN224]") == 1


def test_remarks_about_waivers_are_told_with_the_waivers(view: ReportView) -> None:
    codes = {remark.point.code for remark in shared_remarks(view, make_sheet(view, "ja"))}

    assert codes == {"MN220", "MN224"}


def test_only_waivers_without_effect_are_idle(view: ReportView) -> None:
    (idle,) = idle_waivers(view, "en")

    assert (idle.id, idle.row, idle.point.code) == ("handlers-2025", "PER-b-01", "MN242")
    assert "2026-02-28" in idle.point.text


@LAID_OUT
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_idle_waiver_comes_with_its_reason_and_what_to_do(
    name: str, language: Language, view: ReportView
) -> None:
    values = {"waiver": "draft-2026", "since": "2026-01-01", "until": "2026-06-30", "facts": "ab"}
    draft = WaiverResult(
        number=0,
        id="draft-2026",
        control="PER-b-03",
        tier=Tier.OPTIONAL,
        state=WaiverState.UNAPPROVED,
        code="MN241",
        values=dict(values),
    )
    assessment = view.assessment.model_copy(update={"waivers": (draft,)})

    report = render(name, replace(view, assessment=assessment), language).decode()

    assert "draft-2026" in report
    assert "facts: ab" in report.replace("&#58;", ":")


@LAID_OUT
def test_a_waived_row_shows_waiver_end_approver_and_gap(name: str, view: ReportView) -> None:
    report = render(name, view, "ja").decode()

    told = report.rpartition("例外として承認された措置")[2]
    assert "例外承認 rules-2026（2026-09-30 まで、承認者 E0001）" in told
    assert "以降の教育実施・受講記録が1件もありません" in told.partition("効力のない例外承認")[0]


@LAID_OUT
def test_a_declared_answer_is_shown_as_one_without_evidence(name: str, view: ReportView) -> None:
    unmet = tuple(
        finding.model_copy(update={"tier": Tier.MINIMUM})
        for finding in view.assessment.findings
        if finding.assurance == "declared"
    )
    assessment = view.assessment.model_copy(update={"findings": unmet})

    report = render(name, replace(view, assessment=assessment), "ja").decode()

    assert "自己点検では「実施」と回答（証跡なし）: self-check/2026-03-24.yaml" in report
    assert "[MN236]" not in report


def test_a_declared_answer_without_its_file_is_shown_all_the_same(
    with_findings: Callable[..., ReportView],
) -> None:
    finding = Finding(
        control="PER-b-01",
        tier=Tier.MINIMUM,
        status=FindingStatus.INDETERMINATE,
        assurance="declared",
    )

    cells = make_sheet(with_findings((finding,)), "ja").cells(Tier.MINIMUM)

    assert "自己点検では「実施」と回答（証跡なし）" in [cell.declared for cell in cells]


@LAID_OUT
def test_a_tier_with_a_tailored_row_says_so(name: str, view: ReportView) -> None:
    report = render(name, view, "ja").decode()

    assert "緩いか異なる措置が 1 件あります: PHY-d-02" in report


def test_a_tier_without_tailored_rows_says_nothing(view: ReportView) -> None:
    assert tailored_notice(view, Tier.OPTIONAL, "ja") == ""


def test_a_tailored_row_shows_the_reason_of_the_company(view: ReportView) -> None:
    cells = make_sheet(view, "ja").cells(Tier.MINIMUM)

    (told,) = [cell.tailored for cell in cells if cell.tailored]
    assert told.endswith("監査済")


def test_a_tailored_row_without_a_known_reason_is_marked_all_the_same(view: ReportView) -> None:
    bare = replace(view, catalog=view.catalog.model_copy(update={"tailored": ()}))

    cells = make_sheet(bare, "en").cells(Tier.MINIMUM)

    assert any("tailoring asks for less" in cell.tailored for cell in cells)


def test_the_residual_risk_is_counted_from_high_to_not_applicable(view: ReportView) -> None:
    assert risk_counts(view, "ja") == "残存リスク: 高 1  中 0  低 0  該当なし 1"
    assert risk_counts(replace(view, risk=None), "ja") == ""


def test_the_page_has_the_risk_matrix_with_words(view: ReportView) -> None:
    report = render("html", view, "ja").decode()

    assert '<span class="level high">高</span>' in report
    assert '<span class="level not-applicable">該当なし</span>' in report
    assert 'href="#risk"' in report


def test_the_page_has_no_risk_section_without_a_risk_sheet(clean: ReportView) -> None:
    assert 'id="risk"' not in render("html", clean, "ja").decode()


def test_many_gaps_of_a_row_are_counted_in_the_terminal_and_folded_on_the_page(
    with_findings: Callable[..., ReportView],
) -> None:
    gaps = tuple(
        Gap(code="MN228", requirement=n, values={"kind": "appointment", "since": f"2025-03-{n:02}"})
        for n in range(1, 10)
    )
    finding = Finding(
        control="PER-b-01", tier=Tier.MINIMUM, status=FindingStatus.NOT_SATISFIED, gaps=gaps
    )
    view = with_findings((finding,))

    assert "    4 more\n" in render("text", view, "en").decode()
    assert '<details class="more"><summary>4 more</summary>' in render("html", view, "en").decode()


def test_each_group_of_the_sheet_leads_to_its_unmet_rows_first(view: ReportView) -> None:
    report = render("html", view, "ja").decode()

    group = report.partition('id="group-PER"')[2]
    assert group.index('href="#PER-b-01"') < group.index('id="PER-b"')
    assert "満たしていない行はありません" in report.partition('id="group-PHY"')[2]
