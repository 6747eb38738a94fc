"""Tombstones: who may make one, what they leave open, and that no number gets into one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st
from tests.scan.numbers import NUMBERS

from mnaudit.model.document import Document, SourceFile, Unreadable
from mnaudit.validate.redactions import (
    check_redactions,
    may_hold_number,
    redacted_documents,
    redactions_of,
)

OURS = "8000000000001"


def tombstone(**more: Any) -> dict[str, Any]:
    found = {
        "id": "b-2026",
        "path": "training-record/b.yaml",
        "role": "document",
        "kind": "training-record",
        "reason": "番号が入っていた。",
        "discovered_on": "2026-05-01",
        "redacted_on": "2026-05-02",
        "requested_by": {"code": "E0003", "role": "総務課長"},
        "approved_by": {"code": "E0001", "role": "監査責任者"},
        "statuses": [],
        **more,
    }
    return {name: value for name, value in found.items() if value is not None}


def document(*tombstones: dict[str, Any], organization: str = OURS) -> Document:
    value = {"organization": organization, "redactions": list(tombstones)}
    file = SourceFile("redactions.yaml", 0, "ab" * 32, lambda: b"")
    return Document(file, value, lambda _, *, key=False: (1, int(key)))


def codes(*tombstones: dict[str, Any], paths: tuple[str, ...] = (), **more: str) -> list[str]:
    found = check_redactions(document(*tombstones, **more), OURS, paths)
    return [each.code for each in found]


def test_every_tombstone_is_told_with_its_day_and_its_approver() -> None:
    (found,) = check_redactions(document(tombstone()), OURS, ())

    assert (found.code, found.pointer) == ("MN510", "/redactions/0/id")
    told = dict(found.values)
    assert told["day"] == "2026-05-02"
    assert told["approver"] == "監査責任者 E0001"
    assert told["removed"] == "training-record/b.yaml"


@pytest.mark.parametrize(
    ("tombstones", "code"),
    [
        pytest.param([tombstone(), tombstone(path="c.yaml")], "MN140", id="the same id twice"),
        pytest.param(
            [tombstone(approved_by={"code": "E0003", "role": "課長"})], "MN511", id="own approval"
        ),
        pytest.param([tombstone(redacted_on="2026-04-30")], "MN512", id="before anybody knew"),
    ],
)
def test_a_tombstone_that_makes_no_sense_is_a_problem(
    tombstones: list[dict[str, Any]], code: str
) -> None:
    assert code in codes(*tombstones)


def test_tombstones_of_another_organization_are_a_problem() -> None:
    assert codes(tombstone(), organization="7000012050002") == ["MN141", "MN510"]
    found = check_redactions(document(tombstone()), None, ())
    assert [each.code for each in found] == ["MN510"]


def test_a_removed_file_must_be_gone_unless_a_clean_one_has_its_name() -> None:
    path = "training-record/b.yaml"

    assert codes(tombstone(), paths=(path,)) == ["MN513", "MN510"]
    assert codes(tombstone(replaced_by=path), paths=(path,)) == ["MN510"]
    hidden = tombstone(path="training-record", name_withheld=True)
    assert codes(hidden, paths=("training-record",)) == ["MN510"]


def test_a_removed_document_stays_open_until_a_valid_one_replaces_it() -> None:
    """Else a redaction could hide what speaks against somebody."""
    replaced = tombstone(replaced_by="training-record/c.yaml")
    attachment = tombstone(role="attachment", kind=None)

    gone = Unreadable("training-record/b.yaml", "training-record")
    assert redacted_documents(document(tombstone()), ()) == (gone,)
    assert redacted_documents(document(replaced), ()) == (gone,)
    assert redacted_documents(document(replaced), {"training-record/c.yaml"}) == ()
    assert redacted_documents(document(attachment), ()) == ()


def test_what_nobody_knows_the_kind_of_could_be_anything() -> None:
    (gone,) = redacted_documents(document(tombstone(kind=None)), ())

    assert gone.kind is None


def test_tombstones_come_as_values_with_the_digest_of_their_file() -> None:
    file = redactions_of(document(tombstone()))

    assert (file.path, file.sha256) == ("redactions.yaml", "ab" * 32)
    assert file.redactions[0].approved_by.role == "監査責任者"


FULL_WIDTH = {ord("0") + value: 0xFF10 + value for value in range(10)}
KANJI = str.maketrans("0123456789", "〇一二三四五六七八九")


@pytest.mark.parametrize("which", range(len(NUMBERS)), ids=lambda which: f"number {which}")
@pytest.mark.parametrize(
    "written",
    [
        lambda number: number,
        lambda number: f"名簿/{number}.csv",
        lambda number: f"{number[:4]}-{number[4:8]}-{number[8:]}",
        lambda number: f"{number[:4]} {number[4:8]}\u3000{number[8:]}",
        lambda number: f"{number[:4]}_{number[4:8]}\u2212{number[8:]}",
        lambda number: number.translate(FULL_WIDTH),
        lambda number: f"番号は{number.translate(KANJI)}でした",
        lambda number: f"9{number}",
    ],
    ids=["plain", "path", "hyphens", "spaces", "others", "full width", "kanji", "run together"],
)
def test_a_number_is_noticed_however_it_is_written(which: int, written: Any) -> None:
    assert may_hold_number(written(NUMBERS[which]))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "training-record/2026-05-02-joiners.yaml",
        "E0003 総務課長",
        "2026年5月2日に発見",
        "ab" * 32,
    ],
)
def test_what_people_write_is_let_through(text: str) -> None:
    assert not may_hold_number(text)


@given(st.text(max_size=60))
def test_no_text_breaks_the_search(text: str) -> None:
    assert may_hold_number(text) in {True, False}
