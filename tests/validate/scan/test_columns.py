"""What the head of a column says, read once for a table and told of every row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.scan.numbers import NUMBERS

from mnaudit.validate.scan.candidates import Candidate, candidates
from mnaudit.validate.scan.columns import Columns
from mnaudit.validate.scan.words import Label, words_of

if TYPE_CHECKING:
    from mnaudit.model.scan_rules import ScanRules

REACH = 6_000


def heads(text: str, rules: ScanRules, reach: int = REACH) -> list[Label]:
    """Return what each candidate stands below, in one look at the table."""
    columns = Columns(text, words_of(rules.data), reach)
    return [columns.head(found) for found in candidates(text)]


def table(head: str, rows: int, row: str = "見本,№,東京") -> str:
    return f"{head}\n" + "".join(
        row.replace("№", NUMBERS[at % len(NUMBERS)]) + "\n" for at in range(rows)
    )


@pytest.mark.parametrize(
    ("head", "label"),
    [
        ("氏名,個人番号,住所", Label.NUMBER),
        ("氏名,伝票番号,住所", Label.OTHER),
        ("氏名,備考,住所", Label.NONE),
    ],
)
def test_every_row_has_the_head_of_its_table(rules: ScanRules, head: str, label: Label) -> None:
    assert heads(table(head, 20), rules) == [label] * 20


def test_a_head_is_told_as_far_as_its_reach_and_no_further(rules: ScanRules) -> None:
    far = heads(table("氏名,個人番号,住所", 90), rules)

    assert far[:60] == [Label.NUMBER] * 60
    assert far[60:] == [Label.NONE] * 30
    near = heads(table("氏名,個人番号,住所", 20), rules, reach=100)
    assert near[0] is Label.NUMBER
    assert near[-1] is Label.NONE


def test_what_is_asked_from_below_is_what_is_asked_from_above(rules: ScanRules) -> None:
    text = table("氏名,個人番号,住所", 70)
    columns = Columns(text, words_of(rules.data), REACH)
    found: list[Candidate] = list(candidates(text))

    upwards = [columns.head(each) for each in reversed(found)]

    assert upwards[::-1] == heads(text, rules)


def test_a_line_that_is_no_row_ends_the_table(rules: ScanRules) -> None:
    text = table("氏名,個人番号,住所", 1) + "以上\n" + table("小計,1", 2)

    assert heads(text, rules)[-2:] == [Label.NONE] * 2


def test_a_row_of_another_table_is_passed_over(rules: ScanRules) -> None:
    text = "氏名,個人番号,住所\n見本,1\n" + f"見本,{NUMBERS[0]},東京\n"

    assert heads(text, rules) == [Label.NUMBER]


def test_the_first_line_and_a_line_without_cells_have_no_head(rules: ScanRules) -> None:
    assert heads(f"見本,{NUMBERS[0]}\n", rules) == [Label.NONE]
    assert heads(f"個人番号\n{NUMBERS[0]}\n", rules) == [Label.NONE]
