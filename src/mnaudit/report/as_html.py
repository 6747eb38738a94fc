"""The report for people: one static page that can be mailed, printed and opened offline.

No script, nothing loaded from elsewhere, and a policy in the page that forbids both. State is
carried by the mark and its label; color only decorates. Every value is made visible and escaped
on its way into the page, wherever it comes from.
"""

from __future__ import annotations

import shlex
from functools import cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined

from mnaudit.messages import phrase
from mnaudit.model.assessment import FindingStatus
from mnaudit.model.control import Tier
from mnaudit.report.notices import (
    due_soon,
    due_soon_title,
    idle_waivers,
    shared_remarks,
    tailored_notice,
)
from mnaudit.report.provenance import origins
from mnaudit.report.risk_page import RISK_STYLE, RiskView, risk_section
from mnaudit.report.sentences import day_in_eras, grouped, in_language, tier_in_words, visible
from mnaudit.report.sheet import CHECK_MARKS, MARKS, STATUSES, check_name, check_reason, make_sheet

if TYPE_CHECKING:
    from jinja2 import Template

    from mnaudit.messages import Language
    from mnaudit.model.view import ReportView
    from mnaudit.report.sheet import Marks

__all__ = ["TEMPLATE", "lay_out"]

TEMPLATE = "report.html.jinja"


def lay_out(view: ReportView, language: Language, marks: Marks) -> str:  # noqa: ARG001 - a page is UTF-8
    """Return the page."""
    sheet = make_sheet(view, language)
    page: str = _template().render(
        view=view,
        assessment=view.assessment,
        language=language,
        sheet=sheet,
        tailored={tier: tailored_notice(view, tier, language) for tier in Tier},
        dues=due_soon(view, sheet, language),
        dues_title=due_soon_title(view, language),
        idle_waivers=idle_waivers(view, language),
        remarked=shared_remarks(view, sheet),
        risk=_risk(view, language),
        risk_style=RISK_STYLE,
        origins=origins(view, language),
        catalog_title=in_language(view.catalog.title, language),
        guideline=in_language(view.catalog.guideline, language),
        era=day_in_eras(view.assessment.as_of, language),
        marks=MARKS["glyph"],
        check_marks=CHECK_MARKS,
        statuses=STATUSES,
        minimum=Tier.MINIMUM,
        optional=Tier.OPTIONAL,
        status=FindingStatus,
        t=partial(_phrase, language, "report"),
        word=partial(_phrase, language, "status"),
        tier_words=partial(tier_in_words, language=language),
        check_name=partial(check_name, language=language),
        check_reason=partial(check_reason, language=language),
        grouped=grouped,
        quoted=shlex.quote,
    )
    return page


def _risk(view: ReportView, language: Language) -> str:
    """Return the risk sheet as a section of the page, escaped there; empty without one."""
    if view.risk is None:
        return ""
    return risk_section(RiskView(view.risk.sheet, view.risk.risks, view.catalog), language)


def _phrase(language: Language, section: str, name: str, /, **values: object) -> str:
    return phrase(f"{section}.{name}", language, **values)


@cache
def _template() -> Template:
    """Compile the template once. A name that it misspells is an error, never an empty cell."""
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_made_visible,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.from_string(files(__package__).joinpath(TEMPLATE).read_text("utf-8"))


def _made_visible(value: object) -> object:
    """Show the hidden characters of whatever an expression of the template yields."""
    # What a macro returns is markup whose values were made visible and escaped before.
    return visible(value) if isinstance(value, str) and not hasattr(value, "__html__") else value
