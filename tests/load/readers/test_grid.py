"""The labels of a cell stand beside it, above it, at the head of its column, and over the table."""

from __future__ import annotations

from mnaudit.load.readers.grid import Cell, Grid, Merge, Stack


def labels(grid: Grid, number: int, *texts: str) -> list[tuple[str, ...]]:
    cells = [Cell(at, text) for at, text in enumerate(texts, 1) if text]
    return [fields for _, fields in grid.row(number, cells)]


def test_the_nearest_label_comes_first() -> None:
    grid = Grid()
    labels(grid, 1, "台帳")
    labels(grid, 2, "氏名", "番号")
    labels(grid, 3, "佐藤", "未提出")

    assert labels(grid, 4, "鈴木", "9")[1] == ("鈴木", "未提出", "番号", "台帳")


def test_digits_and_long_texts_are_no_labels() -> None:
    grid = Grid()
    labels(grid, 1, "12345", "あ" * 200, "090-1234-5678 電話", "  ", "第3項")

    assert labels(grid, 2, "1", "2", "3", "4", "5") == [(), (), (), (), ("第3項",)]


def test_a_column_has_three_heads_at_most() -> None:
    grid = Grid()
    for number in range(1, 7):
        labels(grid, number, "x", "見出し" + "あいうえおか"[number - 1])

    assert grid.labels(2) == ("見出しか", "見出しあ", "見出しい", "見出しう")


def test_a_merged_area_may_be_told_late() -> None:
    grid = Grid()
    grid.merge(Merge(1, 1, 3, 2))
    labels(grid, 1, "個人番号")

    assert labels(grid, 3, "", "", "7") == [("個人番号",)]
    assert grid.labels(2) == ("個人番号", "個人番号")[:1]


def test_a_merged_area_without_end_is_cut() -> None:
    grid = Grid([Merge(1, 1, 2**20, 2**14)])
    labels(grid, 1, "個人番号", "氏名")

    assert grid.labels(250)
    assert not grid.labels(10_000)


def pile(*texts: str, step: int = 1) -> list[Stack]:
    grid = Grid()
    stacks: list[Stack] = []
    for at, text in enumerate(texts):
        stacks += grid.stacks(1 + at * step)
        labels(grid, 1 + at * step, "", text)
    return [*stacks, *grid.stacks(len(texts) * step + 2), *grid.stacks()]


def test_twelve_digits_below_each_other_are_a_stack() -> None:
    assert [stack.text for stack in pile(*"1" * 12)] == ["\n".join("1" * 12)]
    assert [(stack.row, stack.column) for stack in pile("1234", "567", "9018")] == [(1, 2)]
    assert pile("1234", "567", "9018")[0].text == "1234\n0567\n9018"
    assert pile("123456", "789018")[0].text == "123456\n789018"


def test_more_or_fewer_digits_or_a_gap_are_none() -> None:
    assert not pile(*"1" * 13)
    assert not pile(*"1" * 40)
    assert not pile(*"1" * 11)
    assert not pile("123456789018")
    assert not pile("1234", "5678", "9018", step=2)
    assert not pile("2019", "2020", "2021", "2022")
