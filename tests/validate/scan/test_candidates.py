"""Which groups make twelve digits. Numbers are drawn or made of parts; none is anybody's on purpose."""

from __future__ import annotations

import pytest
from tests.scan.numbers import LEADING_ZERO, NUMBERS

from mnaudit.model.scan_rules import Form
from mnaudit.validate.scan.candidates import Candidate, candidates

N = NUMBERS[0]
FOURS = (N[:4], N[4:8], N[8:])

WRITTEN = [
    (N, Form.BARE),
    ("-".join(FOURS), Form.GROUPED),
    (f"{FOURS[0]} {FOURS[1]}-{FOURS[2]}", Form.GROUPED),
    (" ".join(N), Form.BOXED),
    ("|".join(N), Form.BOXED),
    ("\n".join(N), Form.BOXED),
    (" - ".join(" ".join(part) for part in FOURS), Form.BOXED),
    ("\x1f".join(FOURS), Form.SPLIT),
    (",".join(FOURS), Form.SPLIT),
    ("\n".join(FOURS), Form.WRAPPED),
    (f"{N[:7]}\n{N[7:]}", Form.WRAPPED),
    (f"{N[:4]} {N[4:6]}\n{N[6:8]} {N[8:]}", Form.WRAPPED),
    (" ".join((N[:3], N[3:6], N[6:9], N[9:])), Form.LOOSE),
    (f"{N[:6]}-{N[6:]}", Form.LOOSE),
    (LEADING_ZERO[1:], Form.SHORT),
    (f"{N[0]}.{N[1:]}E+11", Form.BARE),
    (":".join(FOURS), Form.GROUPED),
]


def forms(text: str) -> list[tuple[str, bool]]:
    return [(each.form.value, each.is_regular) for each in candidates(text)]


def one(text: str) -> Candidate:
    (found,) = candidates(text)
    return found


def test_odd_forms_can_be_left_out() -> None:
    text = f"x {N[:5]}/{N[5:7]}/{N[7:]} x {N[:3]}/{N[3:6]}/{N[6:9]}/{N[9:]} x {N} x {':'.join(FOURS)} x"

    assert [each.is_regular for each in candidates(text)] == [False, False, True, False]
    assert [each.digits for each in candidates(text, only_regular=True)] == [N]


@pytest.mark.parametrize(
    ("text", "form"), WRITTEN, ids=[chr(97 + at) for at in range(len(WRITTEN))]
)
def test_groups_are_told_by_how_people_write_them(text: str, form: Form) -> None:
    assert form.value in {told for told, _ in forms(f"x {text} x")}


@pytest.mark.parametrize(
    "text",
    [
        f"{N[:5]} {N[5:7]}-{N[7:]}",
        f"{N[:4]},{N[4:6]}\n{N[6:]}",
        f"{N[:5]}\n{N[5:9]}\n{N[9:]}",
        f"{N[:5]},{N[5:7]},{N[7:]}",
        f"{N[:5]} {N[5:7]} {N[7:]}",
        f"{N[:3]} {N[3:5]}\n{N[5:8]} {N[8:]}",
        " ".join(N[:6]) + "-" + "/".join(N[6:]),
    ],
    ids="abcdefg",
)
def test_other_groups_take_a_label(text: str) -> None:
    assert not any(is_regular for _, is_regular in forms(text))


def test_other_groups_in_the_middle_of_digits_are_none() -> None:
    text = f"12 345 {N[:5]} {N[5:7]}-{N[7:]} 9"
    assert N not in {found.digits for found in candidates(text)}


def test_a_group_is_never_cut() -> None:
    assert forms(f"{N}1") == []
    assert forms(f"1{N}") == []


def test_a_mark_of_another_script_is_no_part_of_the_number() -> None:
    found = one(f"①{N}")
    assert (found.start, found.form) == (1, Form.BARE)


def test_digits_that_nobody_sees_anything_between_are_run_together() -> None:
    assert one("\u200b".join(N)).form is Form.BARE
    assert one(N[:6] + "一二三" + N[9:]).form is Form.BARE


def test_too_few_groups_at_the_end_are_none() -> None:
    assert forms("123 4567 12") == []
    assert forms("123 4567-8903") == []
    assert forms("123 4567 " + "8904") == []
    assert forms("0" + N[:10]) == []


def test_a_shortened_number_with_another_exponent_is_none() -> None:
    assert Form.SHORT.value not in {form for form, _ in forms(f"{N[0]}.{N[1:]}E+10")}
    assert forms(f"1.{'0' * 8}5E+10")[-1:] != [("bare", True)]


def test_a_long_row_of_groups_is_something_longer() -> None:
    row = " ".join(["1234"] * 8)
    assert all(found.is_longer for found in candidates(row))
    cards = "-".join(["1234"] * 4)
    assert all(found.is_longer for found in candidates(cards))


def test_numbers_side_by_side_are_not_longer() -> None:
    pair = " ".join((*FOURS, *FOURS))
    assert [found.is_longer for found in candidates(pair)] == [False, True, True, False]
    year = " ".join((*FOURS, "2026"))
    assert next(found.is_longer for found in candidates(year)) is False
    lines = "\n".join(["-".join(FOURS)] * 3)
    assert not any(found.is_longer for found in candidates(lines) if found.form is Form.GROUPED)


def test_neighbors_are_known() -> None:
    found = next(each for each in candidates(f"01 {N} 1999") if each.form is Form.BARE)
    assert found.before is not None
    assert found.after is not None
    assert (found.before.digits, found.before.kind, found.after.digits) == ("01", " ", "1999")


def test_far_digits_are_looked_at_only_where_there_are_enough() -> None:
    filler = "あいうえお " * 500
    text = f"{filler}{N}\n{filler}{'-'.join(FOURS)}{filler * 2}\n{FOURS[0]}:{FOURS[1]}:{FOURS[2]}"
    assert [found.form for found in candidates(text)] == [Form.BARE, Form.GROUPED, Form.GROUPED]


@pytest.mark.parametrize(
    "far", ["0312345678", "1.23456789E+10", f"{N[0]}.{N[1:]}E11", ":".join(FOURS)], ids="abcd"
)
@pytest.mark.parametrize("distance", [2_400, 4_100])
def test_what_stands_behind_a_part_is_found_once_or_not_at_all(far: str, distance: int) -> None:
    text = f"{N}{'a' * (distance - 13)} {far} {'a' * 6_000}"
    starts = [found.start for found in candidates(text)]
    assert starts[0] == 0
    assert len(starts) == len(set(starts)) or Form.LOOSE in {each.form for each in candidates(text)}


def test_work_is_linear_in_the_digits() -> None:
    for pattern in ("1", "1 ", "1234 ", "1234-", "12-34\n", "1\x1f", "1:", "1.1E"):
        few, many = (sum(1 for _ in candidates(pattern * n)) for n in (2_000, 8_000))
        assert many <= 4 * few + 16


def test_nothing_shows_the_digits() -> None:
    shown = repr(one(f"1 {'-'.join(FOURS)} 9"))
    assert not any(part in shown for part in FOURS)
