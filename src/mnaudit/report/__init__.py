"""The report: one view, laid out for the terminal, machines, pull requests and people.

A format only lays out: it judges nothing, reads no file and no clock. Each is a module with one
function ``lay_out``, imported when it is asked for, so that a text report never loads Jinja.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from mnaudit.errors import ConfigurationError

if TYPE_CHECKING:
    from mnaudit.messages import Language
    from mnaudit.model.view import ReportView
    from mnaudit.report.sheet import Marks

__all__ = ["FORMATS", "render"]

FORMATS = {
    "text": "mnaudit.report.as_text",
    "json": "mnaudit.report.as_json",
    "markdown": "mnaudit.report.as_markdown",
    "html": "mnaudit.report.as_html",
}
"""Where each format is laid out."""


def render(format: str, view: ReportView, language: Language, *, marks: Marks = "glyph") -> bytes:  # noqa: A002 - the word of the command line
    """Lay out a report.

    Args:
        format: A name in ``FORMATS``.
        view: Everything that is shown.
        language: Of the sentences; ``json`` is the same in every language.
        marks: ``ascii`` for terminals that cannot show ○ △ ×; only ``text`` heeds it.

    Returns:
        UTF-8; the same bytes for the same view.

    Raises:
        ConfigurationError: There is no such format.
    """
    if format not in FORMATS:
        raise ConfigurationError("MN007", format=format)
    text: str = import_module(FORMATS[format]).lay_out(view, language, marks)
    return text.encode("utf-8", "backslashreplace")
