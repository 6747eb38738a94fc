from __future__ import annotations

import pytest
from hypothesis import given, strategies as st
from tests.scan.numbers import NUMBERS
from tests.scan.writings import WRITINGS

from mnaudit.validate.scan.candidates import Candidate, candidates
from mnaudit.validate.scan.look_alikes import BY_TEXT
from mnaudit.validate.scan.prefilter import ANY_FORM, may_be_regular

ENCODINGS = ("utf-8", "cp932", "euc_jp", "iso2022_jp", "utf-16-le", "utf-16-be", "utf-32-le")
NUMBER = NUMBERS[0]

pieces = st.lists(
    st.sampled_from(
        (
            *("1", "23", "4567", "890", "\uff11\uff12", "三四", "〇", "①", "\U0001d7cf", "٣"),
            *(" ", "-", "－", "\n", "　", "ー", ".", ",", "\t", "\u200b", "(", '"', ":", "："),
            *(
                "年",
                "の",
                "a",
                "😀",
                "2026-04-01",
                "192.0.2.1",
                "12345678901",
                "\uff18\uff19",
                "\x1f",
            ),
            *("1.23456789E+11", "  \n ", " " * 13),
        )
    ),
    max_size=40,
)


@pytest.mark.parametrize("writing", WRITINGS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_no_way_of_writing_a_number_is_ruled_out(writing: str, encoding: str) -> None:
    text = f"氏名 見本\n個人番号 {WRITINGS[writing](NUMBER)}\nその他の事項\n"
    assert ANY_FORM.finds(text.encode(encoding), encoding)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_full_width_digits_are_seen_in_every_encoding(encoding: str) -> None:
    text = WRITINGS["full-width-by-ideographic-space"](NUMBER)
    assert ANY_FORM.finds(text.encode(encoding), encoding)


@given(pieces)
def test_what_makes_a_candidate_is_never_ruled_out(parts: list[str]) -> None:
    text = "".join(parts)
    found = list(candidates(text))
    assert not found or ANY_FORM.finds(text.encode())
    free = [each for each in found if each.is_regular and not _is_part(text, each)]
    assert not free or may_be_regular(text)


def _is_part(text: str, found: Candidate) -> bool:
    """Tell whether a candidate is part of a code, or of a longer row of groups."""
    return found.is_longer or BY_TEXT["glued"](text, found)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "organization: " + '"80000' + '00000001"\n',
        "issued_on: 2026-04-01\nprepared_by: { code: E0012 }\n",
        "2026-04-01T09:30:12.123+09:00 INFO 200\n2026-04-01T09:30:13.456+09:00 INFO 4012\n",
        '192.0.2.15 - - "GET /a" 200 512\n192.0.2.16 - - "GET /b" 404 4012\n',
        "電話 03-0000-0000\n内線 123\n",
        "令和八年四月一日、第三者に提供しない。一つ、二つ。\n",
    ],
    ids=["empty", "corporate", "record", "log", "addresses", "phone", "kanji"],
)
def test_everyday_text_is_ruled_out(text: str) -> None:
    assert not ANY_FORM.finds(text.encode())


def test_a_corporate_number_beside_a_number_rules_nothing_out() -> None:
    corporate = "80000" + "00000001"
    assert ANY_FORM.finds(f"{corporate}\n{NUMBER}".encode())
    assert ANY_FORM.finds(f"{corporate} {NUMBER}".encode())
    assert ANY_FORM.finds(f"1 {NUMBER}".encode())


def test_a_number_over_a_line_end_is_not_ruled_out() -> None:
    assert ANY_FORM.finds(f"番号は {NUMBER[:7]}\n{NUMBER[7:]} です".encode())


def test_digits_of_other_scripts_are_seen() -> None:
    assert ANY_FORM.finds("".join(chr(0x660 + int(digit)) for digit in NUMBER).encode())
    assert ANY_FORM.finds("".join(chr(0x1D7CE + int(digit)) for digit in NUMBER).encode())


def test_an_unknown_encoding_is_never_ruled_out() -> None:
    assert ANY_FORM.finds(b"1", "no such encoding")


@given(st.binary(max_size=300), st.sampled_from([*ENCODINGS, "ascii"]))
def test_any_bytes_get_an_answer(data: bytes, encoding: str) -> None:
    assert ANY_FORM.finds(data, encoding) in {True, False}
