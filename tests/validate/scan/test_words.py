from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mnaudit.validate.scan.words import Label, Words, fold_name, words_of

if TYPE_CHECKING:
    from mnaudit.validate.scan import ScanRules


@pytest.fixture(scope="module")
def words(rules: ScanRules) -> Words:
    return words_of(rules.data)


LABELS = {
    Label.NUMBER: [
        "個人番号",
        "マイナンバー（12桁）",
        "配偶者の個人番号",
        "my_number",
        "employeeMyNumber",
        "MY NUMBER",
        "ﾏｲﾅﾝﾊﾞｰ",
        "個人番号 欄",
    ],
    Label.OTHER: [
        "伝票番号",
        "社員番号",
        "order_id",
        "orderId",
        "id",
        "電話",
        "Tracking No.",
        "会社法人等番号",
        "法人番号",
        "登録番号",
        "個人番号カード発行番号",
        "updated_at_ts",
    ],
    Label.CONTEXT: ["マイナンバー提出", "本人確認書類", "源泉徴収"],
    Label.WEAK: ["code", "キー"],
    Label.NONE: ["備考", "番号", "氏名", "value", "my_number_submitted", "本人番号", "", "number"],
}


@pytest.mark.parametrize(
    ("text", "label"), [(text, label) for label, texts in LABELS.items() for text in texts]
)
def test_a_label_says_whose_number_it_is(words: Words, text: str, label: Label) -> None:
    assert words.label(text) is label


def test_a_label_is_read_once(words: Words) -> None:
    first = words.label("個人番号")
    assert words.label("個人番号") is first


def test_labels_that_could_be_numbers_are_not_kept(words: Words) -> None:
    for n in range(5_000):
        words.label(f"欄{n % 10}あ{n // 1000}")
        words.label(f"列{chr(0x4E00 + n)}")
    words.label("1234 欄")
    words.label("あ" * 300)
    assert len(words._labels) <= 4_096
    assert not any("1234" in label or len(label) > 200 for label in words._labels)


def test_names_of_programs_are_taken_apart_at_capitals() -> None:
    assert fold_name("orderId") == "order_id"
    assert fold_name("注文ＩＤ") == "注文id"


def test_patterns_are_made_once_for_the_same_data(rules: ScanRules) -> None:
    assert words_of(rules.data) is words_of(rules.data)
