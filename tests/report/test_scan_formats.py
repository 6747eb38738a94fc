"""A scan in every format: where it is, how grave, what to do; for people and for programs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from mnaudit.load.data import read_schema
from mnaudit.load.shipped import shipped
from mnaudit.messages import LANGUAGES, phrase
from mnaudit.model.scan import Place
from mnaudit.model.scan_report import Finding, ScanReport
from mnaudit.report.scan import SCAN_FORMATS, render_scan

TEXT = Finding("MN501", "error", "hit", Place("evidence/a.yaml", line=3, column=14), "label")
CELL = Finding(
    "MN501",
    "error",
    "hit",
    Place("b.zip", ("名簿.xlsx",), sheet="社員", cell="B12", part="file name"),
    "label",
)
DOUBT = Finding("MN502", "warning", "hit", Place("log.txt", line=7), "alone")
LOST = Finding("MN504", "error", "unreadable", Place("c.pdf", page=2), "broken")
OLD = Finding("MN501", "error", "hit", Place("hr/a b.txt", line=1, column=1), "label", "abcdef")
MESSAGE = Finding("MN501", "error", "hit", Place("", part="commit message"), "label", "abcdef")
CUT = Finding("MN522", "error", "unreadable", Place("", part="history"), "shallow")
ALL = ScanReport("history", (TEXT, CELL, DOUBT, LOST, OLD, MESSAGE, CUT), 9, 4096, 2)
CLEAN = ScanReport("paths", (), 3, 10)


def rendered(format_: str, report: ScanReport, language: Any = "en") -> str:
    return render_scan(format_, report, language).decode()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("format_", SCAN_FORMATS)
def test_a_report_is_the_same_bytes_every_time(format_: str, language: Any) -> None:
    once = render_scan(format_, ALL, language)

    assert once == render_scan(format_, ALL, language)
    assert once.endswith(b"\n")


# For people


def test_each_place_has_a_line_of_its_own() -> None:
    lines = rendered("text", ALL).splitlines()

    starts = [line.split(": ")[0] for line in lines[: len(ALL.findings)]]
    assert starts == [
        "evidence/a.yaml:3:14",
        "b.zip > 名簿.xlsx (sheet 社員, cell B12, file name)",
        "log.txt:7",
        "c.pdf (page 2)",
        "abcdef:hr/a b.txt:1:1",
        "abcdef (commit message)",
        "(history of git)",
    ]
    assert "error[MN501]" in lines[0]
    assert "warning[MN502]" in lines[2]


def test_a_remedy_is_told_once_for_each_code_errors_first() -> None:
    text = rendered("text", ALL)

    heads = [line for line in text.splitlines() if line.startswith(("error[", "warning["))]
    assert [head.split(": ")[0] for head in heads] == [
        "error[MN501] 4",
        "error[MN504] 1",
        "error[MN522] 1",
        "warning[MN502] 1",
    ]
    assert text.count("= more: mnaudit explain MN501") == 1


def test_the_last_line_says_what_it_came_to() -> None:
    assert rendered("text", CLEAN).splitlines() == [
        phrase("scan.clean", "en", files=3, errors=0, warnings=0, unreadable=0)
    ]
    assert rendered("text", ALL).splitlines()[-1] == phrase(
        "scan.found", "en", files=9, errors=6, warnings=1, unreadable=2
    ) + phrase("scan.left_out", "en", count=2)


def test_japanese_places_are_japanese() -> None:
    text = rendered("text", ALL, "ja")

    assert "b.zip > 名簿.xlsx （シート「社員」、セル B12、ファイル名）: エラー[MN501]" in text
    assert "（git の履歴）: エラー[MN522]" in text


def test_a_name_cannot_reorder_or_break_a_line() -> None:
    evil = Finding("MN501", "error", "hit", Place("a\n\u202eb.txt"), "label")

    for format_ in SCAN_FORMATS:
        text = rendered(format_, ScanReport("paths", (evil,)))
        assert "\u202e" not in text
        assert "a\nb" not in text


def test_an_unknown_id_stands_for_itself() -> None:
    strange = Finding("MN504", "error", "unreadable", Place("a", part="sleeve"), "ate it")

    line = rendered("text", ScanReport("paths", (strange,))).splitlines()[0]

    assert line == "a (sleeve): error[MN504] ate it"


# For programs


@pytest.mark.parametrize("report", [ALL, CLEAN])
def test_json_keeps_its_contract(report: ScanReport) -> None:
    schema = read_schema(shipped("schema"), "scan-report.schema.json")

    document = json.loads(rendered("json", report))

    Draft202012Validator(schema).validate(document)
    assert document["schema"] == "mnaudit/scan@1"
    assert len(document["findings"]) == len(report.findings)
    assert rendered("json", report, "ja") == rendered("json", report, "en")


def test_json_says_everything_that_is_known() -> None:
    document = json.loads(rendered("json", ALL))

    assert document["outcome"] == "found"
    assert document["findings"][1] == {
        "code": "MN501",
        "level": "error",
        "kind": "hit",
        "reason": "label",
        "commit": None,
        "place": {
            "path": "b.zip",
            "members": ["名簿.xlsx"],
            "page": None,
            "sheet": "社員",
            "cell": "B12",
            "part": "file name",
            "line": None,
            "column": None,
        },
    }


def sarif(report: ScanReport) -> Any:
    [run] = json.loads(rendered("sarif", report))["runs"]
    return run


def test_sarif_has_a_rule_for_each_code_and_a_result_for_each_place() -> None:
    run = sarif(ALL)

    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["MN501", "MN504", "MN522", "MN502"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == [
        finding.code for finding in ALL.findings
    ]
    assert [result["level"] for result in run["results"]] == [f.level for f in ALL.findings]
    assert all(rule["help"]["text"] and rule["fullDescription"]["text"] for rule in rules)


def test_sarif_tells_lines_only_of_files_that_are_there() -> None:
    results = sarif(ALL)["results"]

    physical = [result["locations"][0].get("physicalLocation") for result in results]
    assert physical[0] == {
        "artifactLocation": {"uri": "evidence/a.yaml"},
        "region": {"startLine": 3, "startColumn": 14},
    }
    assert physical[1] == {"artifactLocation": {"uri": "b.zip"}}
    assert physical[2]["region"] == {"startLine": 7}
    assert physical[4] == {"artifactLocation": {"uri": "hr/a%20b.txt"}}
    assert physical[5] is None


def test_sarif_fingerprints_are_words_and_differ() -> None:
    results = sarif(ScanReport("paths", (TEXT, TEXT, CELL)))["results"]

    prints = [result["partialFingerprints"]["primaryLocationLineHash"] for result in results]
    assert prints == [
        "MN501:evidence/a.yaml:1",
        "MN501:evidence/a.yaml:2",
        "MN501:b.zip > 名簿.xlsx:1",
    ]


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a/b.txt", "a/b.txt"),
        ("名.txt", "%E5%90%8D.txt"),
        ("c:d/e#?%", "c%3Ad/e%23%3F%25"),
        ("/tmp/a", "file:///tmp/a"),  # noqa: S108 - a name
        ("a\\b", "a/b"),
        ("a\udcff", "a%FF"),
    ],
)
def test_a_path_is_a_uri(path: str, uri: str) -> None:
    finding = Finding("MN501", "error", "hit", Place(path), "label")

    [result] = sarif(ScanReport("paths", (finding,)))["results"]

    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_github_shows_the_worst_first_and_says_how_many_more_there_are() -> None:
    many = [Finding("MN501", "error", "hit", Place(f"f{n}"), "label") for n in range(12)]

    lines = rendered("github", ScanReport("paths", (DOUBT, *many))).splitlines()

    assert [line.split("::")[1].split(" ")[0] for line in lines[:-1]] == [
        *["error"] * 10,
        "warning",
    ]
    assert lines[9] == f"::error::{phrase('scan.more', 'en', count=3)}"


def test_github_annotations_point_to_the_line() -> None:
    lines = rendered("github", ALL).splitlines()

    assert lines[0].startswith("::error title=MN501,file=evidence/a.yaml,line=3,col=14::")
    assert lines[1].startswith("::error title=MN501,file=b.zip::b.zip > ")
    assert lines[3].startswith("::error title=MN501::abcdef:hr/a b.txt:1:1")
    assert lines[-2].startswith("::warning title=MN502,file=log.txt,line=7::")


def test_github_commands_cannot_be_smuggled_in() -> None:
    evil = Finding("MN501", "error", "hit", Place("a,line=1::x%0A::error::"), "label")
    broken = Finding("MN501", "error", "hit", Place("a\r\n::error::"), "label")

    first, second, _ = rendered("github", ScanReport("paths", (evil, broken))).splitlines()

    assert first.startswith(
        "::error title=MN501,file=a%2Cline=1%3A%3Ax%250A%3A%3Aerror%3A%3A::a,line=1::x%250A::error::"
    )
    assert second.startswith("::error title=MN501::a\\u000d\\u000a::error::")
