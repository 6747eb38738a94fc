from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator

from mnaudit.model.assessment import Assessment, EvidenceRef, Finding, FindingStatus
from mnaudit.model.control import Tier
from mnaudit.report import render
from mnaudit.report.as_json import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable

    from mnaudit.model.view import ReportView

CONTRACT: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "schema/assessment.schema.json").read_text("utf-8")
)


@pytest.fixture(params=["view", "clean"])
def document(request: pytest.FixtureRequest) -> dict[str, Any]:
    view: ReportView = request.getfixturevalue(request.param)
    value: dict[str, Any] = json.loads(render("json", view, "ja"))
    return value


def errors(value: dict[str, Any]) -> list[str]:
    validator = jsonschema_rs.Draft202012Validator(
        CONTRACT, ignore_unknown_formats=True, validate_formats=False
    )
    return [error.message for error in validator.iter_errors(value)]


def test_the_contract_is_a_json_schema() -> None:
    Draft202012Validator.check_schema(CONTRACT)


def test_the_document_meets_its_contract_in_both_engines(document: dict[str, Any]) -> None:
    assert errors(document) == []
    assert list(Draft202012Validator(CONTRACT).iter_errors(document)) == []


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "mnaudit/assessment@2"},
        {"unknown": 1},
        {"tiers": []},
        {"bundle": {}},
        {"findings": [{}]},
    ],
    ids=["other version", "unknown field", "no tiers", "empty bundle", "empty finding"],
)
def test_the_contract_refuses_other_documents(
    change: dict[str, Any], document: dict[str, Any]
) -> None:
    assert errors({**document, **change})


def test_the_document_names_its_version(document: dict[str, Any]) -> None:
    assert document["schema"] == SCHEMA == "mnaudit/assessment@1"


def test_the_document_is_the_same_in_every_language(view: ReportView) -> None:
    assert render("json", view, "ja") == render("json", view, "en", marks="ascii")


def test_the_assessment_can_be_read_back(view: ReportView) -> None:
    document = json.loads(render("json", view, "ja"))

    fields = {name: document[name] for name in Assessment.model_fields}
    assert Assessment.model_validate(fields) == view.assessment


def test_keys_are_sorted(view: ReportView) -> None:
    document = json.loads(render("json", view, "ja"))

    assert list(document) == sorted(document)


def test_hidden_characters_are_escaped_and_keep_their_value(
    with_findings: Callable[..., ReportView],
) -> None:
    path = "a\u202eb\x7f\U000e0041/研修.pdf"
    finding = Finding(
        control="PER-b-01",
        tier=Tier.MINIMUM,
        status=FindingStatus.SATISFIED,
        evidence=(EvidenceRef(path=path, sha256="ab" * 32),),
    )

    report = render("json", with_findings((finding,)), "ja")

    assert json.loads(report)["findings"][0]["evidence"][0]["path"] == path
    assert b"a\\u202eb\\u007f\\udb40\\udc41/" in report
    assert "研修.pdf".encode() in report
