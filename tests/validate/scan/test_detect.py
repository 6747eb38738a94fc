"""What is reported, what is not, and where. Digits come from ``tests.scan.numbers`` only."""

from __future__ import annotations

import logging
from itertools import pairwise, product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings, strategies as st
from tests.scan.numbers import LEADING_ZERO, NUMBERS
from tests.scan.writings import WRITINGS, full_width, grouped

from mnaudit.model.scan import Fragment, Place
from mnaudit.validate.scan.check_digit import check_digit

if TYPE_CHECKING:
    from tests.validate.scan.conftest import Find, FindIn

N = NUMBERS[0]
LABELS = ("個人番号: ", "マイナンバー：", "my number = ", "個人番号は")
LABELED = "MN501 labeled"
FOURS = grouped(" ")


@pytest.mark.parametrize(("label", "writing"), list(product(LABELS, WRITINGS)))
def test_a_labeled_number_is_an_error_however_it_is_written(
    find: Find, label: str, writing: str
) -> None:
    assert find(f"氏名 見本\n{label}{WRITINGS[writing](N)}\n以上")[0].startswith("MN501")


bases = st.text("0123456789", min_size=11, max_size=11).filter(lambda base: set(base) != {"0"})


@settings(max_examples=200)
@given(bases, st.sampled_from(sorted(WRITINGS)), st.sampled_from(LABELS))
def test_any_number_with_a_label_is_found(find: Find, base: str, writing: str, label: str) -> None:
    number = f"{base}{check_digit(base)}"
    counting = {(int(b) - int(a)) % 10 for a, b in pairwise(number)}
    if len(counting) == 1 or writing == "decimal-zero":
        return  # a placeholder
    found = find(f"{label}{WRITINGS[writing](number)} です")
    assert found
    assert found[0].startswith("MN501")


@pytest.mark.parametrize(
    "text",
    [
        "個 人 番 号 {}",
        "ﾏｲﾅﾝﾊﾞｰ {}",
        "マイ・ナンバー {}",
        "まいなんばー {}",
        "\uff2d\uff39　\uff2e\uff35\uff2d\uff22\uff25\uff32：{}",
        "employeeMyNumber={}",
        '{{"my_number": "{}"}}',
        '{{"myNumber":{}}}',
        "kojin_bango: {}",
        "<MyNumber>{}</MyNumber>",
        "個人番号（12桁）：{}",
        "個人番号【本人】 {}",
        "個人番号\n{}",
        "個人番号 ① {}",
        "{}（マイナンバー）",
        "{} が私のマイナンバーです",
        "個人番号又は法人番号 {}",
        "個\u2f08番号 {}",
        "マイナンバーカード {}",
        "氏名,個人番号,備考\n見本,{},なし",
        "| 氏名 | 個人番号 |\n|---|---|\n| 見本 | {} |",
        "[個人番号](https://example.jp/{})",
        "マイナンバー ID{}",
    ],
)
def test_a_name_of_the_number_makes_it_an_error(find: Find, text: str) -> None:
    assert [found.split()[0] for found in find(text.format(N))] == ["MN501"]


@pytest.mark.parametrize(
    "text",
    [
        "源泉徴収票を同封します。見本さんのは {} です。",
        "本人確認\n\n{}",
        "{}\n" + "ありがとうございます。" * 20 + "\nマイナンバー",
        "2026年4月1日 扶養控除等申告書 見本太郎 {}",
        "従業員の番号：{}（通知カードで確認）",
    ],
)
def test_words_that_go_with_the_number_make_it_an_error(find: Find, text: str) -> None:
    assert [found.split()[0] for found in find(text.format(FOURS(N)))] == ["MN501"]


def test_words_beyond_300_characters_are_no_context(find: Find) -> None:
    assert find(f"マイナンバー{'あ' * 400}\n{N}") == ["MN502 alone"]


def test_words_that_are_part_of_a_name_of_a_program_are_no_context(find: Find) -> None:
    assert find(f"my_number_submitted: true\n---\nvalue: {N}\n") == ["MN502 alone"]


@pytest.mark.parametrize("form", ["{}", "「{}」", "見本さん {} です"])
def test_a_check_digit_alone_is_a_warning(find: Find, form: str) -> None:
    assert find(form.format(N)) == ["MN502 alone"]
    assert find(form.format(FOURS(N))) == ["MN502 alone"]
    assert find(form.format(full_width(N))) == ["MN502 alone"]


def test_a_labeled_number_with_a_wrong_check_digit_is_a_warning(find: Find) -> None:
    assert find(f"個人番号: {N[:-1]}1") == ["MN502 mistyped"]
    assert find(f"連絡: {N[:-1]}1") == []


def test_placeholders_are_nothing(find: Find) -> None:
    assert find("個人番号: " + "0" * 12) == []
    assert find("マイナンバー：" + "1234 5678 " + "9012") == []


def test_a_lost_leading_zero_is_seen_where_there_is_context(find: Find) -> None:
    lost = LEADING_ZERO[1:]
    assert find(f"個人番号: {lost}") == [LABELED]
    assert find(f'{{"my_number": {lost}}}') == [LABELED]
    assert find(f"マイナンバー {lost[:3]} {lost[3:7]} {lost[7:]}") == ["MN501 adjacent"]
    assert find(f"本人確認の記録 {lost}") == ["MN501 record"]
    assert find(lost) == []


def test_a_number_that_a_spreadsheet_shortened_is_seen(find: Find) -> None:
    exponent = f"{N[0]}.{N[1:]}E+11"
    assert find(exponent, fields=("個人番号",)) == [LABELED]
    zero = LEADING_ZERO[1:]
    assert find(f"個人番号 {zero[0]}.{zero[1:]}e10")[0].startswith("MN501")
    assert find(f"個人番号 {N[0]}.{N[1:9]}E+10") == []
    assert find(f"1.{'1' * 9}E+10 " + "x" * 20) == []


@pytest.mark.parametrize(
    "text",
    [
        "伝票番号：{}",
        "お問い合わせ番号 {}",
        "追跡番号\n{}\n{}",
        "会社法人等番号 {}",
        "電話 {}",
        "注文番号 {}",
        "社員番号: {}",
        "運転免許証（番号 第{}号）",
        "シュレッダー（型番 MN-100、製造番号 {}）",
        "order_id={}",
        '{{"orderId": {}}}',
        "Tracking number: {}",
        "policy number {}",
        "{}（伝票番号）",
        "¥{}",
        "{}円",
        "https://example.jp/articles/{}",
        "{}@example.jp",
        "arn:aws:iam::{}:role/x",
        "0x{}",
        "SN{}",
        "AB-{}",
        "+{}",
        "35.{}",
        "{}.5",
    ],
)
def test_other_numbers_are_not_reported_even_near_context(find: Find, text: str) -> None:
    number = text.format(N, N)
    assert find(f"マイナンバー研修の資料です。ご確認ください。\n{number}\n") == []
    assert find(number) == []


def test_a_label_of_the_number_beats_other_labels(find: Find) -> None:
    assert find(f"伝票番号・個人番号：{N}") == [LABELED]
    assert find(f"社員番号 1001 個人番号 {N}") == ["MN501 adjacent"]
    assert find(f"社員番号: 1001\n個人番号: ¥{N}") == [LABELED]


DAY = "202404010"
STAMP = next(
    f"{DAY}{n:03d}" for n in range(100, 160) if check_digit(f"{DAY}{n:03d}"[:11]) == n % 10
)
YEARS = next(
    f"{a} {b} {c}"
    for a, b, c in product(range(2000, 2027), repeat=3)
    if check_digit(f"{a}{b}{c}"[:11]) == c % 10
)


@pytest.mark.parametrize(
    "text",
    [STAMP, FOURS(STAMP), YEARS, f"backup_{STAMP}.zip"],
    ids=["joined", "fours", "years", "name"],
)
def test_moments_and_years_are_not_reported_near_context(find: Find, text: str) -> None:
    assert find(f"マイナンバー 研修 {text}") == []


@pytest.mark.parametrize("text", [STAMP, FOURS(STAMP), YEARS], ids=["joined", "fours", "years"])
def test_a_labeled_number_may_look_like_a_moment(find: Find, text: str) -> None:
    assert find(f"個人番号：{text}") == [LABELED]


def test_a_moment_in_a_tag_is_none(find: Find) -> None:
    assert find(f"image: registry/mynumber:{STAMP}") == []


def test_a_longer_number_is_something_else(find: Find) -> None:
    assert find(f"マイナンバーの件 {N}1") == []
    assert find(f"マイナンバーの件 {grouped('-')(N)}-0001") == []
    assert find("マイナンバーの件 4111 " + "1111 1111 1111") == []
    corporate = "7-0000-1205-" + "0002"
    assert find(f"マイナンバーの件 {corporate}") == []


def test_two_numbers_on_one_line_are_both_found(find: Find) -> None:
    text = f"マイナンバー一覧\n見本 {FOURS(N)} {FOURS(NUMBERS[1])}\n"
    assert find(text) == ["MN501 near", "MN501 near"]


def test_a_series_without_context_is_other_numbers_if_most_fail(find: Find) -> None:
    wrong = [f"{n:012d}" for n in range(700, 740) if check_digit(f"{n:012d}"[:11]) != n % 10]
    lines = "\n".join(f"{n}{n}"[-12:].replace("0000", "4711") for n in wrong)
    assert find(f"{lines}\n{N}\n") == []


def test_a_series_of_right_numbers_is_reported(find: Find) -> None:
    assert find("\n".join(f"見本 {number}" for number in NUMBERS)) == ["MN502 alone"] * 5


def test_one_of_many_strings_near_context_is_not_reported(find: Find) -> None:
    others = "\n".join(
        f"行 98765432{n:04d}" for n in range(30) if check_digit(f"98765432{n:03d}") != n % 10
    )
    assert find(f"マイナンバーの件\n{others}\n行 {N}\n") == []


def test_the_column_of_a_plain_table_says_what_it_holds(find: Find) -> None:
    rows = f"発送日 伝票番号 宛名\n04/01 {N} 見本\n04/02 {NUMBERS[1]} 見本\n"
    assert find(f"マイナンバー収集書類の発送\n{rows}") == []


def test_a_file_named_after_the_number_with_a_series_is_an_error(find: Find) -> None:
    numbers = "\n".join(f"見本 {number}" for number in NUMBERS)
    assert find(numbers, name="マイナンバー一覧.txt") == ["MN501 place"] * 5
    assert find(f"見本 {N}", name="マイナンバー.txt") == ["MN502 place"]


def test_the_name_of_a_file_is_looked_at_itself(find_in: FindIn) -> None:
    name = Fragment(f"見本_{N}.pdf", Place("x", part="file name"))
    assert [hit.reason for hit in find_in([name])] == ["alone"]


def cells(*texts: str, row: int = 2, heads: tuple[str, ...] = ()) -> list[Fragment]:
    return [
        Fragment(
            text,
            Place("r.xlsx", sheet="s", cell=f"{'ABCDEFGHIJKLMNOP'[at]}{row}"),
            record=f"s {row}",
            fields=(heads[at],) if at < len(heads) else (),
        )
        for at, text in enumerate(texts)
    ]


def test_a_number_split_over_cells_is_found_with_its_label(find_in: FindIn) -> None:
    three = (N[:4], N[4:8], N[8:])
    assert [hit.code for hit in find_in(cells("個人番号", *three))] == ["MN501"]
    assert [hit.code for hit in find_in(cells("個人番号", *N))] == ["MN501"]
    assert [hit.code for hit in find_in(cells("個人番号", N[:11], N[11:]))] == ["MN501"]
    assert [hit.code for hit in find_in(cells("個人番号", "見本", *three))] == ["MN501"]
    assert find_in(cells("売上の推移", *three)) == []


def test_a_column_under_its_header_is_found(find_in: FindIn) -> None:
    heads = ("社員番号", "氏名", "個人番号")
    found = find_in(cells("1001", "見本", N, heads=heads))
    assert [(hit.code, hit.reason, hit.place.cell) for hit in found] == [("MN501", "labeled", "C2")]
    assert find_in(cells(N, "見本", "マイナンバー提出済", heads=heads)) == []


def test_thousands_in_a_column_of_the_number_are_found(find_in: FindIn) -> None:
    found = find_in(cells("03-0000-0000", f"{int(N):,}", heads=("電話", "個人番号")))
    assert [hit.code for hit in found] == ["MN501"]


def test_a_column_of_other_numbers_is_not_reported_beside_the_word(find_in: FindIn) -> None:
    rows: list[Fragment] = []
    for row in range(2, 30):
        number = N if row == 9 else f"98765432{row:04d}"
        rows += cells(number, "マイナンバー提出済", row=row)
    wrong = sum(check_digit(f"98765432{row:04d}"[:11]) != row % 10 for row in range(2, 30))
    assert wrong > 20
    assert [hit.place.cell for hit in find_in(rows)] == []


def test_a_declared_type_says_that_it_is_another_number(find_in: FindIn) -> None:
    place = Place("x.yaml", line=3, column=5)
    typed = Fragment(N, place, fields=("registration",), typed="registry-number")
    assert find_in([typed]) == []
    labeled = Fragment(N, place, fields=("my_number",), typed="registry-number")
    assert len(find_in([labeled])) == 1


def test_a_field_that_is_understood_clears_its_place_in_the_text(find_in: FindIn) -> None:
    text = f"マイナンバー提出一覧\nx,{N}\n"
    raw = Fragment(text, Place("a.csv", line=1, column=1), context_only=True)
    cell = Fragment(N, Place("a.csv", line=2, column=3), record="2", fields=("注文番号",))
    assert find_in([raw, cell]) == []
    assert [hit.reason for hit in find_in([raw])] == ["near"]
    alone = Fragment(N, Place("a.csv", line=1, column=1), context_only=True)
    assert find_in([alone]) == []


def test_a_label_in_the_paragraph_before_is_seen(find_in: FindIn) -> None:
    paragraphs = [
        Fragment("個人番号", Place("a.docx", line=1, column=1)),
        Fragment(N, Place("a.docx", line=2, column=1)),
        Fragment("別の部分", Place("a.docx", part="comment", line=1, column=1)),
        Fragment(N, Place("b.docx", line=1, column=1)),
    ]
    found = [(hit.code, hit.place.path, hit.place.line) for hit in find_in(paragraphs)]
    assert found == [("MN501", "a.docx", 2), ("MN502", "b.docx", 1)]


def test_a_formula_of_a_row_belongs_to_the_row(find_in: FindIn) -> None:
    row = cells("個人番号", "見本")
    formula = Fragment(
        f'"{N}"', Place("r.xlsx", sheet="s", cell="B2", part="formula"), record="s 2"
    )
    assert [hit.code for hit in find_in([*row, formula])] == ["MN501"]


def test_many_small_fragments_are_one_text(find_in: FindIn) -> None:
    filler = [Fragment("あ" * 99, Place("a.pdf", page=1, line=n, column=1)) for n in range(1, 2000)]
    label = Fragment("個人番号", Place("a.pdf", page=1, line=2000, column=1))
    number = Fragment(N, Place("a.pdf", page=1, line=2001, column=1))
    rest = [Fragment("い" * 99, Place("a.pdf", page=2, line=n, column=1)) for n in range(1, 900)]
    found = find_in([*filler, label, number, *rest])
    assert [(hit.code, hit.place.line) for hit in found] == [("MN501", 2001)]


@pytest.mark.parametrize("at", [10, 30_000, 38_700, 39_000, 39_600, 39_990, 60_000])
def test_a_number_in_overlapping_windows_is_found_once(find_in: FindIn, at: int) -> None:
    line = "あいうえおかきくけこさしすせそたちつてと\n"
    text = (line * 4000)[: at // 21 * 21] + f"個人番号 {N}\n" + line * 4000
    first, second = text[:40_000], text[38_500:80_000]
    starts = text[:38_500]
    place = Place("a.txt", line=starts.count("\n") + 1, column=38_500 - starts.rfind("\n"))
    windows = [Fragment(first, Place("a.txt", line=1, column=1)), Fragment(second, place)]
    found = find_in(windows)
    assert [(hit.code, hit.place.line) for hit in found] == [("MN501", at // 21 + 1)]


def test_a_hit_knows_where_and_never_what(
    find_in: FindIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    text = f"氏名 見本\n  個人番号: {FOURS(N)}\n"
    fragment = Fragment(text, Place("a.txt", line=1, column=1), fields=(N,))
    hits = find_in([fragment])
    assert [(hit.place.line, hit.place.column) for hit in hits] == [(2, 9)]
    shown = f"{hits!r} {fragment!r} {caplog.text}"
    assert not any(part in shown for part in (N[:4], N[4:8], N[8:], N[:3], N[9:]))


def test_the_place_in_one_long_line_is_the_column(find_in: FindIn) -> None:
    (hit,) = find_in([Fragment(f"個人番号 {N}", Place("a.txt", line=7, column=11))])
    assert (hit.place.line, hit.place.column) == (7, 16)


def test_nothing_to_look_at_is_nothing_found(find_in: FindIn) -> None:
    assert find_in([]) == []


def test_long_texts_without_lines_are_looked_at_one_by_one(find_in: FindIn) -> None:
    text = "あいう" * 15_000 + f"個人番号 {N}"
    found = find_in([Fragment(text, Place("a.bin")), Fragment(text, Place("a.bin"))])
    assert [hit.place for hit in found] == [Place("a.bin")]


def test_all_numbers_of_a_record_have_its_context(find_in: FindIn) -> None:
    found = find_in(cells("本人確認", N, "控え", NUMBERS[1]))
    assert [(hit.reason, hit.place.cell) for hit in found] == [("record", "B2"), ("record", "D2")]


def test_siblings_with_names_of_their_own_do_not_count(find: Find) -> None:
    others = "".join(f"伝票番号 98765432{n:04d}\n" for n in range(12))
    assert find(f"マイナンバーの件\n{others}見本 {N}\n") == ["MN501 near"]


def test_a_table_in_text_may_have_lines_of_another_shape(find: Find) -> None:
    table = f"氏名,個人番号,備考\n見本,1234,なし\n注,見\n見本,{N},なし\n"
    assert find(f"一覧\n{table}") == [LABELED]


def test_the_head_of_a_table_reaches_sixty_rows(find: Find) -> None:
    rows = "".join(f"{n} 見本\n" for n in range(70))
    assert find(f"x\n番号 伝票番号\n{rows}8 {N}\n") == ["MN502 alone"]
    assert find(f"x\n番号 伝票番号\n{rows[:200]}\n8 {N}\n") != [LABELED]


def test_what_is_kept_of_one_family_is_bounded(find: Find, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mnaudit.validate.scan.detection._MOST", 3)
    assert len(find("\n".join(NUMBERS))) == 3
    assert len(find("\n".join(f"個人番号 {number}" for number in NUMBERS))) == 5


def test_names_of_files_are_not_kept_for_ever(
    find_in: FindIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mnaudit.validate.scan.detection._MOST", 1)
    many = [Fragment(N, Place(f"マイナンバー/{name}.txt")) for name in "abcd"]
    assert [hit.code for hit in find_in(many)] == ["MN502"] * 4


@given(st.text(max_size=400))
def test_any_text_gets_an_answer(find: Find, text: str) -> None:
    assert isinstance(find(text), list)


alphabet = st.sampled_from(
    [*"0123456789 -.,_/|\n\t:+()E年円", "\uff11", "一", "①", "個人番号", "my_number", N, "\x1f"]
)


@settings(max_examples=300)
@given(st.lists(alphabet, max_size=120).map("".join))
def test_any_text_of_digits_and_separators_gets_an_answer(find: Find, text: str) -> None:
    for found in find(text):
        assert found.split()[0] in {"MN501", "MN502"}
