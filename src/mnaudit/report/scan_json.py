"""The scan for machines: ``mnaudit/scan@1``, data only.

The same bytes in every language. Fields are only ever added within ``@1``;
``schema/scan-report.schema.json`` is the contract.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from mnaudit.report.as_json import written

if TYPE_CHECKING:
    from mnaudit.messages import Language
    from mnaudit.model.problem import Problem
    from mnaudit.model.scan_report import Finding, ScanReport

__all__ = ["SCHEMA", "lay_out"]

SCHEMA = "mnaudit/scan@1"
"""Name and version of the format."""


def lay_out(report: ScanReport, language: Language) -> str:  # noqa: ARG001 - data has none
    """Return the JSON document, keys sorted, readable line by line."""
    return written(
        {
            "schema": SCHEMA,
            "what": report.what,
            "outcome": report.outcome.value,
            "strict": report.strict,
            "files": report.files,
            "bytes_read": report.bytes_read,
            "left_out": report.left_out,
            "problems": [_problem(problem) for problem in report.problems],
            "findings": [_finding(finding) for finding in report.findings],
        }
    )


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "path": problem.path,
        "line": problem.line,
        "values": dict(problem.values),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "level": finding.level,
        "kind": finding.kind,
        "reason": finding.reason,
        "commit": finding.commit,
        "place": {**asdict(finding.place), "members": list(finding.place.members)},
    }
