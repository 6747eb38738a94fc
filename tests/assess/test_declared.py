"""What a self-check says is shown, and never enough."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from mnaudit.assess.declared import declare
from mnaudit.model.assessment import Finding, FindingStatus
from mnaudit.model.catalog import Kind
from mnaudit.model.control import Tier


class Catalog:
    """As much of a catalog as is asked for."""

    def __init__(self, freshness: str | None = "P12M", *, known: bool = True) -> None:
        text = {"ja": "自己点検", "en": "Self-check"}
        value = {
            "id": "self-check",
            "title": text,
            "description": text,
            "signatory": text,
            "freshness": freshness,
            "retention": "P3Y",
        }
        self.kind = {"self-check": Kind.model_validate(value)} if known else {}


@pytest.fixture
def said(record: Any) -> Any:
    def build(on: str, answer: str, tier: str = "minimum", control: str = "PER-b-01") -> Any:
        answers = [{"control": control, "tier": tier, "answer": answer}]
        return record("self-check", on, answers=answers)

    return build


def shown(status: str, catalog: Any, facts: Any) -> Finding:
    judged = Finding(control="PER-b-01", tier=Tier.MINIMUM, status=FindingStatus(status))
    (found,) = declare([judged], catalog, facts)
    assert found.status is judged.status
    return found


@pytest.mark.parametrize("status", ["not-satisfied", "indeterminate"])
def test_what_is_said_to_be_done_and_is_not_shown_is_declared(
    status: str, said: Any, facts: Any
) -> None:
    found = shown(status, Catalog(), facts(said("2026-01-10", "met")))

    assert found.assurance == "declared"
    (remark,) = found.remarks
    assert remark.code == "MN236"
    assert remark.values["path"] == "self-check/2026-01-10.yaml"
    assert remark.values["on"] == "2026-01-10"


@pytest.mark.parametrize("status", ["satisfied", "not-applicable", "waived"])
def test_where_it_does_not_matter_it_is_not_told(status: str, said: Any, facts: Any) -> None:
    assert shown(status, Catalog(), facts(said("2026-01-10", "met"))).remarks == ()


@pytest.mark.parametrize("answer", ["partial", "unmet", "not-applicable"])
def test_other_answers_declare_nothing(answer: str, said: Any, facts: Any) -> None:
    assert shown("not-satisfied", Catalog(), facts(said("2026-01-10", answer))).assurance is None


def test_the_newest_answer_counts(said: Any, facts: Any) -> None:
    both = facts(said("2026-01-10", "met"), said("2026-02-10", "unmet"))

    assert shown("not-satisfied", Catalog(), both).assurance is None


def test_an_answer_for_another_tier_or_row_is_not_taken(said: Any, facts: Any) -> None:
    other = [
        said("2026-01-10", "met", tier="optional"),
        said("2026-01-11", "met", control="PER-b-02"),
    ]

    assert shown("not-satisfied", Catalog(), facts(*other)).assurance is None


def test_an_old_self_check_declares_nothing(said: Any, facts: Any) -> None:
    old = facts(said("2025-03-30", "met"))

    assert shown("not-satisfied", Catalog(), old).assurance is None
    assert shown("not-satisfied", Catalog(freshness=None), old).assurance == "declared"
    assert shown("not-satisfied", Catalog(known=False), old).assurance == "declared"


def test_what_is_dated_later_declares_nothing(said: Any, facts: Any) -> None:
    later = facts(said("2026-04-01", "met"), as_of=date(2026, 3, 31))

    assert shown("not-satisfied", Catalog(), later).assurance is None
