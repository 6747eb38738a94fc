"""The report for machines: ``mnaudit/assessment@1``, data only.

The same bytes in every language: codes and values, no sentences (``mnaudit explain CODE`` has
them). Fields are only ever added within ``@1``; ``schema/assessment.schema.json`` is the contract.
"""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING, Any

from mnaudit.report.sentences import HIDDEN

if TYPE_CHECKING:
    from mnaudit.messages import Language
    from mnaudit.model.problem import Problem
    from mnaudit.model.risk import RiskCell, RiskSheet
    from mnaudit.model.view import BundleFacts, ReportView
    from mnaudit.report.sheet import Marks

__all__ = ["SCHEMA", "lay_out", "written"]

SCHEMA = "mnaudit/assessment@1"
"""Name and version of the format."""


def lay_out(view: ReportView, language: Language, marks: Marks) -> str:  # noqa: ARG001 - data has neither
    """Return the JSON document, keys sorted, readable line by line."""
    document = {
        "schema": SCHEMA,
        **view.assessment.model_dump(mode="json"),
        "evidence": view.evidence,
        "documents": view.documents,
        "problems": [_problem(problem) for problem in view.problems],
        "bundle": None if view.bundle is None else _bundle(view.bundle),
        "risk": None if view.risk is None else _risk(view.risk.sheet),
    }
    return written(document)


def written(document: dict[str, Any]) -> str:
    """Return a JSON document with sorted keys, in which nothing is hidden from a reader."""
    text = json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True)
    return "".join(map(_escaped, text)) + "\n"


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "path": problem.path,
        "line": problem.line,
        "column": problem.column,
        "pointer": problem.pointer,
        "values": dict(problem.values),
    }


def _bundle(bundle: BundleFacts) -> dict[str, Any]:
    """Return what the verifier said; the signed status itself stays in the bundle."""
    return {
        "path": bundle.path,
        "fingerprint": bundle.fingerprint,
        "ephemeral": bundle.ephemeral,
        "verdict": {
            "result": bundle.verdict.result.value,
            "checks": [check.model_dump(mode="json") for check in bundle.verdict.checks],
        },
    }


def _risk(sheet: RiskSheet) -> dict[str, Any]:
    """Return the levels with their reasons; ``mnaudit risk --format json`` has the whole sheet."""
    return {
        "counts": {level.value: count for level, count in sheet.counts.items()},
        "foundation": _level(sheet.foundation),
        "cells": [
            {"stage": cell.stage, "pattern": cell.pattern, **_level(cell)} for cell in sheet.cells
        ],
        "answers": [{"question": each.question, "state": each.state} for each in sheet.answers],
    }


def _level(cell: RiskCell) -> dict[str, Any]:
    fields = {"level", "because", "deciding"}
    return cell.model_dump(mode="json", include=fields)


def _escaped(char: str) -> str:
    """Escape what would reorder or hide text on a screen; the value stays the same for parsers.

    Only strings can hold such a character here: JSON's own white space is a line feed.
    """
    if char == "\n" or unicodedata.category(char) not in HIDDEN:
        return char
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[n]:02x}{units[n + 1]:02x}" for n in range(0, len(units), 2))
