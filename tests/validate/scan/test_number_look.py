from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.scan.numbers import NUMBERS

from mnaudit.validate.scan import NumberLook

if TYPE_CHECKING:
    from mnaudit.model.scan_rules import ScanRules

NUMBER = NUMBERS[0]
ODD = f"{NUMBER[:5]}/{NUMBER[5:7]}/{NUMBER[7:]}"
"""Groups that nobody uses."""


@pytest.fixture
def look(rules: ScanRules) -> NumberLook:
    return NumberLook(rules.data)


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "utf-16-le"])
def test_an_odd_form_is_looked_at_where_the_text_names_it(look: NumberLook, encoding: str) -> None:
    assert look.finds(f"個人番号 {ODD}".encode(encoding), encoding)
    assert look.finds(f"ﾏｲﾅﾝﾊﾞｰ {ODD}".encode(encoding), encoding)
    assert not look.finds(f"内線 {ODD}".encode(encoding), encoding)


@pytest.mark.parametrize(
    "text", [NUMBER, f"{NUMBER[:4]}-{NUMBER[4:8]}-{NUMBER[8:]}", "No" + NUMBER]
)
def test_a_usual_form_is_looked_at_anywhere(look: NumberLook, text: str) -> None:
    assert look.finds(f"内線 {text} です".encode())


@pytest.mark.parametrize(
    "text",
    [
        "電話 03-0000-0000,2026-04-01",
        "123-4567\n00123,見本",
        "192.168.100.200 - - GET",
        "/srv/2014/12345678.pdf",
        f"ab{NUMBER}cd",
        f"f-{NUMBER[:4]}-{NUMBER[4:8]}-{NUMBER[8:]}-0000",
    ],
    ids=["phone", "postal code", "address", "path", "digest", "uuid"],
)
def test_other_everyday_digits_are_not(look: NumberLook, text: str) -> None:
    assert not look.finds(text.encode())


def test_a_head_says_what_its_table_is_about(look: NumberLook) -> None:
    assert look.is_about("氏名,個人番号\n".encode("cp932"), "cp932")
    assert not look.is_about("氏名,電話\n".encode())


@pytest.mark.parametrize(
    "title",
    [
        "個人番号の取扱いに関する規程",
        "# マイナンバー管理台帳",
        "個人番号利用事務",
        "my_number_submitted: true",
        "第3条 個人番号を取り扱う者は",
    ],
)
def test_a_word_of_another_name_names_no_number(look: NumberLook, title: str) -> None:
    assert not look.finds(f"{title}\n内線 {ODD}".encode())
    assert not look.is_about(title.encode())


@pytest.mark.parametrize(
    "label",
    [
        *(
            "個人番号",
            "個人番号記入欄",
            "個人番号（本人）",
            "個人番号一",
            "個人番号欄1",
            "Individual Number is",
        ),
        *("個人 番号を", "個人番号\u3000", "【マイナンバー】", "\uff2dy Number", "kojin_bango_"),
    ],
)
def test_a_label_names_a_number_wherever_it_stands(look: NumberLook, label: str) -> None:
    assert look.finds(f"氏名 {label}\n見本\n{ODD}".encode())
    assert look.is_about(label.encode())


@pytest.mark.parametrize(
    "said",
    [
        "が、私の個人番号として届け出る番号",
        "）は個人番号とする",
        "<= my number here",
        " = マイナンバーだ",
    ],
)
def test_what_a_sentence_says_of_a_number_names_it(look: NumberLook, said: str) -> None:
    assert look.finds(f"{ODD}{said}".encode())


def test_an_unknown_encoding_is_never_ruled_out(look: NumberLook) -> None:
    assert look.finds(NUMBER.encode(), "no such encoding")
    assert look.is_about(b"1", "no such encoding")
