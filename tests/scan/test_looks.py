"""The quick looks save time and nothing else: what is found is what is found without them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings, strategies as st
from tests.scan.numbers import NUMBERS
from tests.scan.running import scan

from mnaudit.model.quick_look import QuickLook
from mnaudit.scan import one
from mnaudit.validate.scan.words import Names

if TYPE_CHECKING:
    from collections.abc import Callable

    from mnaudit.model.scan import Place, ScanResult

EVERYTHING = QuickLook("")
HEADS = ("氏名", "電話", "個人番号", "更新日", "備考", "伝票番号", "マイナンバー", "郵便番号")
OTHERS = (
    *("03-0000-0000", "2026-04-01", "123-4567", "1234", "00123", "見本", "済", "8", "(12)"),
    *("192.168.1.10", "E0012", "1,200円"),
)


def odd(number: str, first: int, second: int, sign: str) -> str:
    return sign.join((number[:first], number[first:second], number[second:]))


cells = st.one_of(
    st.sampled_from(OTHERS),
    st.builds(
        odd,
        st.sampled_from(NUMBERS),
        st.integers(1, 6),
        st.integers(7, 11),
        st.sampled_from(["", "-", "/", ".", " ", "_"]),
    ),
)
tables = st.integers(2, 5).flatmap(
    lambda width: st.tuples(
        st.lists(st.sampled_from(HEADS), min_size=width, max_size=width),
        st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=4),
    )
)


def divided(mark: str) -> Callable[[list[str], list[list[str]]], str]:
    return lambda head, rows: "".join(mark.join(row) + "\n" for row in (head, *rows))


WRITTEN = {
    "a.csv": divided(","),
    "a.tsv": divided("\t"),
    "blanks.txt": divided("  "),
    "wide.txt": divided("\u3000"),
    "a.md": divided(" | "),
    "a.html": divided("</td><td>"),
}


@pytest.mark.parametrize("name", WRITTEN)
@settings(max_examples=60)
@given(table=tables, encoding=st.sampled_from(["utf-8", "cp932"]))
def test_what_is_found_in_a_table_is_found_without_a_quick_look(
    name: str, table: tuple[list[str], list[list[str]]], encoding: str
) -> None:
    data = WRITTEN[name](*table).encode(encoding)

    assert told(scan(name, data)) == told(slowly(name, data))


PIECES = (
    *(
        "氏名",
        "個人番号",
        "ﾏｲﾅﾝﾊﾞｰ",
        "扶養控除",
        "電話 03-0000-0000",
        "2026-04-01",
        "E0012",
        "abc",
        "id",
    ),
    *("\n", ",", " ", "：", "\t", "(", ")", "-", "8", "&nbsp;", "<b>", "</b>", "\\n", "①"),
)
WIDE = {ord("0") + digit: 0xFF10 + digit for digit in range(10)}


@settings(max_examples=150)
@given(
    parts=st.lists(
        st.sampled_from(PIECES)
        | st.sampled_from(NUMBERS)
        | st.sampled_from(NUMBERS).map(lambda number: number.translate(WIDE))
        | st.sampled_from(NUMBERS).map(" ".join),
        min_size=3,
        max_size=20,
    ),
    encoding=st.sampled_from(["utf-8", "cp932", "utf-16-le"]),
)
def test_what_is_found_in_running_text_is_found_without_a_quick_look(
    parts: list[str], encoding: str
) -> None:
    data = "".join(parts).encode(encoding)

    assert told(scan("a.txt", data)) == told(slowly("a.txt", data))


@pytest.mark.parametrize("division", ["<wbr>", "</b><i>", "&shy;"])
@pytest.mark.parametrize("behind", ["<th>氏名", "<br>（本人）", "欄</th>"])
def test_a_name_that_tags_divide_names_an_odd_number(division: str, behind: str) -> None:
    odd_one = odd(NUMBERS[0], 3, 8, "/")
    page = f"<table><tr><th>個人{division}番号{behind}</tr><tr><td>{odd_one}</tr></table>"

    assert "MN501" in {code for code, _ in told(scan("a.html", page.encode()))}


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "euc_jp"])
@pytest.mark.parametrize("start", ["備考\\n", "備考\\n-", "備考\\r\\n・"])
@pytest.mark.parametrize("number", [NUMBERS[0], NUMBERS[0].translate(WIDE)], ids=["usual", "wide"])
def test_a_number_behind_a_line_end_in_disguise_is_found_in_every_encoding(
    encoding: str, start: str, number: str
) -> None:
    result = scan("a.txt", f"{start}{number}".encode(encoding))

    assert {hit.code for hit in result.hits} == {"MN502"}


def slowly(name: str, data: bytes) -> ScanResult:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(one, "NumberLook", lambda _: EVERYTHING)
        patched.setattr(Names, "may_name", lambda *_: True)
        return scan(name, data)


def told(result: ScanResult) -> list[tuple[str, Place]]:
    return [(hit.code, hit.place) for hit in result.hits]
