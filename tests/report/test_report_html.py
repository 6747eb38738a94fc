from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from mnaudit.messages import LANGUAGES
from mnaudit.model.assessment import EvidenceRef, Finding, FindingStatus, Gap
from mnaudit.model.control import Tier
from mnaudit.report import render
from mnaudit.report.sheet import MARKS, make_sheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from mnaudit.messages import Language
    from mnaudit.model.catalog import Catalog
    from mnaudit.model.view import BundleFacts, ReportView

HOSTILE = """<script>alert(1)</script>"'><img src=x onerror=y>"""
VOID = {"meta", "br", "link", "img", "input", "hr"}


class Page(HTMLParser):
    """Reads a page and notes its elements; unbalanced tags are an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Language:
    value: Language = request.param
    return value


@pytest.fixture
def page(view: ReportView, language: Language) -> Page:
    return Page(render("html", view, language).decode())


def test_the_page_has_no_script_and_loads_nothing(page: Page) -> None:
    tags = {tag for tag, _ in page.elements}
    loading = {"src", "srcset", "action", "data", "poster", "background"}

    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
    for _, attributes in page.elements:
        assert not loading & attributes.keys()
        assert not any(name.startswith("on") for name in attributes)
        assert (attributes.get("href") or "#").startswith("#")


def test_the_page_names_no_address_and_no_style_from_elsewhere(
    view: ReportView, language: Language
) -> None:
    report = render("html", view, language).decode()

    assert "://" not in report
    assert "url(" not in report
    assert "@import" not in report


def test_the_policy_of_the_page_forbids_everything_but_its_own_style(page: Page) -> None:
    policies = [meta for meta in page.all("meta") if meta.get("http-equiv")]

    assert [(p["http-equiv"], p["content"]) for p in policies] == [
        ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
    ]


def test_the_page_is_well_formed_and_says_its_language(page: Page, language: Language) -> None:
    assert page.open == []
    assert page.all("html") == [{"lang": language}]


def test_ids_are_unique_and_every_inner_link_arrives(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    targets = {str(attributes["href"])[1:] for attributes in page.all("a")}
    labels = {a["aria-labelledby"] for _, a in page.elements if "aria-labelledby" in a}

    assert len(ids) == len(set(ids))
    assert targets | labels <= set(ids)


def test_every_state_of_every_cell_is_a_glyph_with_a_label(
    page: Page, view: ReportView, language: Language
) -> None:
    marks = [
        (a.get("class"), a.get("aria-label")) for a in page.all("span") if a.get("role") == "img"
    ]

    for cell in make_sheet(view, language).cells():
        assert (f"mark {cell.status}", cell.label) in marks
    assert all(label for _, label in marks)
    assert all(glyph in page.text for glyph in MARKS["glyph"].values())


def test_the_sheet_has_two_columns_minimum_and_optional(page: Page, language: Language) -> None:
    cells = [a.get("data-label") for a in page.all("td") if a.get("role") == "cell"]

    expected = ("最低限", "プラスα") if language == "ja" else ("Minimum", "Optional")
    assert cells[0:2] == list(expected)
    assert cells.count(expected[0]) == 6
    assert cells.count(expected[1]) == 5


def test_unmet_minimum_rows_come_before_the_sheet(view: ReportView) -> None:
    report = render("html", view, "ja").decode()

    assert report.index('id="unmet"') < report.index('id="undecided"') < report.index('id="sheet"')


def test_both_languages_show_the_same_rows_and_no_other_language(view: ReportView) -> None:
    ja, en = (Page(render("html", view, language).decode()) for language in LANGUAGES)

    def ids(page: Page) -> list[str | None]:
        return [a["id"] for _, a in page.elements if "id" in a]

    assert ids(ja) == ids(en)
    kana = set(re.findall(r"[ぁ-んァ-ヴ]+", en.text))
    assert kana == set()


def test_hostile_text_stays_text(
    with_findings: Callable[..., ReportView], language: Language, bundle: BundleFacts
) -> None:
    finding = Finding(
        control="PER-b-01",
        tier=Tier.MINIMUM,
        status=FindingStatus.NOT_SATISFIED,
        gaps=(Gap(code="MN205", requirement=0, values={"path": HOSTILE, "pointer": HOSTILE}),),
        evidence=(EvidenceRef(path=HOSTILE, sha256="ab" * 32),),
    )
    view = with_findings((finding,), name=HOSTILE)
    view = replace(view, evidence=HOSTILE, bundle=replace(bundle, path=HOSTILE))

    page = Page(render("html", view, language).decode())

    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "img"}
    assert page.text.count(HOSTILE) >= 5


def test_a_clean_assessment_says_so(clean: ReportView) -> None:
    page = Page(render("html", clean, "ja").decode())

    assert "満たしていないものはありません" in page.text
    assert "この報告書には署名がありません" in page.text
    assert not {"undecided", "problems", "waived", "remarks"} & {
        a.get("id") for _, a in page.elements
    }


def test_a_path_with_spaces_is_quoted_in_the_command(view: ReportView, bundle: BundleFacts) -> None:
    spaced = replace(view, bundle=replace(bundle, path="my out/a.zip", ephemeral=False))

    page = Page(render("html", spaced, "en").decode())

    assert "mnaudit verify 'my out/a.zip' --pin" in page.text


def test_the_command_never_pins_the_fingerprint_of_the_report_itself(
    page: Page, bundle: BundleFacts
) -> None:
    assert bundle.fingerprint not in page.text
    assert bundle.fingerprint[:4] in page.text


def test_an_sme_is_named_as_one(view: ReportView) -> None:
    sme = replace(view, assessment=view.assessment.model_copy(update={"sme": True}))

    assert "中小規模事業者の特例" in render("html", sme, "ja").decode()


def test_rows_beyond_the_circled_numbers_and_scopes_unknown_to_the_catalog_are_shown(
    view: ReportView, catalog: Catalog
) -> None:
    first = catalog.controls[0].model_copy(update={"id": "ORG-a-51"})
    odd = catalog.model_copy(update={"controls": (first,)})
    finding = Finding(
        control="ORG-a-51", tier=Tier.OPTIONAL, status=FindingStatus.NOT_APPLICABLE, reason="moon"
    )
    assessment = view.assessment.model_copy(update={"findings": (finding,)})

    sheet = make_sheet(replace(view, catalog=odd, assessment=assessment), "ja")

    assert sheet.rows[0].optional is not None
    assert (sheet.rows[0].optional.number, sheet.rows[0].optional.note) == ("51", "moon")
