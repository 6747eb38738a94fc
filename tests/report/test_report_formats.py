"""What holds for every format: known names, same bytes, golden files, no hidden characters."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from typing import TYPE_CHECKING

import pytest

from mnaudit.errors import ConfigurationError
from mnaudit.messages import LANGUAGES
from mnaudit.model.assessment import EvidenceRef, Finding, FindingStatus, Gap
from mnaudit.model.control import Tier
from mnaudit.report import FORMATS, render

if TYPE_CHECKING:
    from collections.abc import Callable

    from mnaudit.messages import Language
    from mnaudit.model.view import ReportView

SUFFIXES = {"text": "txt", "json": "json", "markdown": "md", "html": "html"}
HOSTILE = (
    "training-record/\u202elmth.<script>alert(1)</script>|@all`*_\n\x1b[2Jhttps://evil.example"
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_the_golden_one(
    name: str, language: Language, view: ReportView, golden: Callable[[str, bytes], None]
) -> None:
    golden(f"report/{name}.{language}.{SUFFIXES[name]}", render(name, view, language))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FORMATS)
def test_every_format_of_a_clean_unsigned_assessment_is_the_golden_one(
    name: str, language: Language, clean: ReportView, golden: Callable[[str, bytes], None]
) -> None:
    golden(f"report/clean-{name}.{language}.{SUFFIXES[name]}", render(name, clean, language))


def test_an_unknown_format_is_refused(view: ReportView) -> None:
    with pytest.raises(ConfigurationError) as refused:
        render("pdf", view, "ja")

    assert refused.value.code == "MN007"
    assert refused.value.values == {"format": "pdf"}


def test_the_text_report_does_not_load_jinja() -> None:
    script = "import sys, mnaudit.report.as_text, mnaudit.report; print('jinja2' in sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FORMATS)
def test_hidden_characters_from_evidence_never_reach_a_report(
    name: str, language: Language, with_findings: Callable[..., ReportView]
) -> None:
    finding = Finding(
        control="PER-b-01",
        tier=Tier.MINIMUM,
        status=FindingStatus.NOT_SATISFIED,
        reason=HOSTILE,
        gaps=(Gap(code="MN205", requirement=0, values={"path": HOSTILE, "pointer": HOSTILE}),),
        remarks=(Gap(code="MN224", requirement=0, values={"paths": (HOSTILE,)}),),
        evidence=(EvidenceRef(path=HOSTILE, sha256="ab" * 32),),
    )

    report = render(name, with_findings((finding,), name=HOSTILE), language).decode()

    hidden = {c for c in report if unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp"}}
    assert hidden == {"\n"}
    assert "\\u202e" in report


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["text", "markdown", "html"])
def test_no_placeholder_is_left_open(name: str, language: Language, view: ReportView) -> None:
    report = render(name, view, language).decode()

    assert "{kind}" not in report
    assert "{since}" not in report
    assert not any(f"{{{word}}}" in report for word in ("missing", "paths", "population"))


@pytest.mark.parametrize("name", ["text", "markdown", "html"])
def test_no_format_shows_a_percentage(name: str, clean: ReportView) -> None:
    report = render(name, clean, "en").decode()

    body = report.partition("</style>")[2] or report
    assert "%" not in body
