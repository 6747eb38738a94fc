"""The scan as SARIF 2.1.0, for code scanning.

A fingerprint is told in words (code, file, how many before it), never computed from the line: a
hash of a line whose only unknown is a number (個人番号) would give it away, and who reads SARIF
computes one from the line if there is none.
Source: OASIS SARIF 2.1.0 §3.28 "location", §3.27.17 "partialFingerprints", §3.4.3 "uri".
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from mnaudit.messages import LANGUAGES
from mnaudit.report.as_json import written
from mnaudit.report.scan_words import place_in_words, reason_in_words, sentence

if TYPE_CHECKING:
    from mnaudit.messages import Language
    from mnaudit.model.scan_report import Finding, ScanReport

__all__ = ["lay_out"]

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_UNRESERVED: Final = frozenset(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/"
)


def lay_out(report: ScanReport, language: Language) -> str:
    """Return the log."""
    codes = list(report.counts)
    counted: Counter[str] = Counter()
    results = []
    for finding in report.findings:
        name = f"{finding.code}:{_INTO.join((finding.place.path, *finding.place.members))}"
        counted[name] += 1
        result = _result(finding, codes.index(finding.code), language)
        # The two names by which GitHub knows one; it would compute its own from the line.
        result["partialFingerprints"] = {
            "primaryLocationLineHash": f"{name}:{counted[name]}",
            "mnauditPlace/v1": f"{name}:{counted[name]}",
        }
        results.append(result)
    driver = {
        "name": "mnaudit",
        "rules": [_rule(code, report, language) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True}],
        "results": results,
    }
    return written({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


_INTO: Final = " > "


def _rule(code: str, report: ScanReport, language: Language) -> dict[str, Any]:
    first = next(finding for finding in report.findings if finding.code == code)
    other = next(each for each in LANGUAGES if each != language)
    return {
        "id": code,
        "shortDescription": {"text": sentence(report, code, "text", language)},
        "fullDescription": {"text": sentence(report, code, "why", language)},
        "help": {"text": sentence(report, code, "remedy", language)},
        "defaultConfiguration": {"level": first.level},
        "properties": {
            "tags": ["privacy", "security"],
            f"fullDescription.{other}": sentence(report, code, "why", other),
        },
    }


def _result(finding: Finding, index: int, language: Language) -> dict[str, Any]:
    told = f"{place_in_words(finding, language)}: {reason_in_words(finding.reason, language)}"
    return {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": finding.level,
        "message": {"text": told},
        "locations": [_location(finding, language)],
    }


def _location(finding: Finding, language: Language) -> dict[str, Any]:
    place = finding.place
    told = {"fullyQualifiedName": place_in_words(finding, language)}
    if not place.path:
        return {"logicalLocations": [told]}
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(place.path)}}
    if place.line is not None and not place.members and finding.commit is None:
        physical["region"] = {"startLine": place.line}
        if place.column is not None:
            physical["region"]["startColumn"] = place.column
    return {"physicalLocation": physical, "logicalLocations": [told]}


def _uri(path: str) -> str:
    """Return a path as a relative reference (RFC 3986 §4.2); ``urllib`` is not for pure code."""
    data = path.replace("\\", "/").encode("utf-8", "surrogateescape")
    text = "".join(chr(each) if each in _UNRESERVED else f"%{each:02X}" for each in data)
    # A colon in the first segment would read as a scheme; it is escaped above.
    return f"file://{text}" if text.startswith("/") else text
