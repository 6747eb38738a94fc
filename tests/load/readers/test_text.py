"""Text is read in every encoding that it could be in, with the place of every character."""

from __future__ import annotations

import base64
import io
import itertools

import pytest
from hypothesis import given, strategies as st
from tests.load.readers.office import holding, placed, read, texts, unread, zipped
from tests.scan.numbers import NUMBERS

from mnaudit.load.readers import SourceBytes, read_fragments
from mnaudit.load.readers.digits import could_hold, digit_count
from mnaudit.load.readers.encodings import decodings, is_binary, narrow, plain, wide
from mnaudit.load.readers.mapped import Composer, Mapped, Pinned, Source
from mnaudit.load.readers.names import decode_name, member, shown
from mnaudit.load.readers.windows import OVERLAP, WINDOW, Chained, windows
from mnaudit.model.quick_look import QuickLook
from mnaudit.model.scan import Fragment, Place

NUMBER = NUMBERS[0]
LABELED = f"個人番号：{NUMBER}"


@pytest.mark.parametrize(
    "encoding",
    [
        *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"),
        *("cp932", "euc_jp", "iso2022_jp"),
    ],
)
def test_an_encoding_is_found_without_being_told(encoding: str) -> None:
    items = read("a.txt", f"行\n{LABELED}\n".encode(encoding))

    (place, *_) = placed(items, LABELED)
    assert (place.line, place.column) == (2, 1)
    assert unread(items) == []


def test_where_two_encodings_fit_both_are_read() -> None:
    both = "ﾏｲﾅﾝﾊﾞｰ".encode("cp932")

    assert len({text for _, text in decodings(both)}) >= 1
    assert narrow("個人".encode("euc_jp")) == ("cp932", "euc_jp")


def test_what_fits_no_encoding_is_read_in_all_of_them() -> None:
    assert narrow(b"\x81 \xff\x81") == ("utf-8", "cp932", "euc_jp")
    assert holding(read("a.log", b"\xff\xff\x80 " + LABELED.encode()), LABELED)


@pytest.mark.parametrize("data", [b"", b"plain", "日本語".encode(), "日本語".encode("cp932")])
def test_text_is_not_binary(data: bytes) -> None:
    assert not is_binary(data)


def test_controls_become_blanks_and_keep_their_place() -> None:
    assert plain(b"a\x00b\x1fc\td\n") == b"a b c\td\n"


def test_utf_16_without_a_mark_is_told_by_its_units() -> None:
    assert wide("個人番号".encode("utf-16-le")) == (("utf-16-le", 0),)
    assert wide("plain ascii".encode("utf-16-be")) == (("utf-16-be", 0),)
    assert wide(b"plain ascii") == ()
    assert wide(bytes(40)) == ()


@given(st.binary(max_size=300))
def test_any_bytes_have_a_reading(data: bytes) -> None:
    assert narrow(data)
    for _, text in decodings(data):
        assert isinstance(text, str)


def _windows(data: bytes) -> list[tuple[bytes, int, int]]:
    return [(each.data, each.line, each.column) for each in windows(io.BytesIO(data))]


@pytest.mark.parametrize("line", [b"a line\n", "行\n".encode(), b"x" * 70 + b"\r\n"])
def test_windows_begin_at_lines_and_overlap(line: bytes) -> None:
    data = line * (3 * WINDOW // len(line))

    found = _windows(data)

    assert len(found) > 2
    for (before, first, _), (after, second, column) in itertools.pairwise(found):
        assert column == 1
        kept = len(before) - (second - first) * len(line)
        assert kept >= OVERLAP
        assert before[-kept:] == after[:kept]


@pytest.mark.parametrize("unit", ["あ", "ab ", "x"])
def test_a_line_longer_than_a_window_keeps_its_columns(unit: str) -> None:
    text = unit * (3 * WINDOW // len(unit.encode())) + NUMBER

    found = _windows(text.encode())

    data, line, column = found[-1]
    assert (line, column + data.decode().index(NUMBER)) == (1, text.index(NUMBER) + 1)
    for data, _, _ in found:
        data.decode()


def test_iso_2022_keeps_its_state_in_the_middle_of_a_line() -> None:
    text = "あ" * WINDOW
    data = text.encode("iso2022_jp")

    last = _windows(data)[-1][0]

    assert set(last.decode("iso2022_jp")) == {"あ"}


def test_a_stream_goes_on_behind_what_was_read_already() -> None:
    stream = Chained(b"abc", io.BytesIO(b"def"))

    assert [stream.read(2), stream.read(2), stream.read(9), stream.read(1)] == [
        b"ab",
        b"c",
        b"def",
        b"",
    ]
    assert Chained(b"", None).read(1) == b""


@pytest.mark.parametrize(
    ("disguised", "plain_text"),
    [
        ("\\u500b\\u4eba 1", "個人 1"),
        ("%E5%80%8B%31%32", "個12"),
        ("&#x31;&#50;&nbsp;3", "12\u00a03"),
        ("\\x31\\x32", "12"),
        ("\\U00000031", "1"),
        ("\\u{31}", "1"),
        ("a\\-b", "a-b"),
        ("\x1b[31m12\x1b[0m", "12"),
        ("1+2", "1 2"),
        ("1\n> 2", "1\n2"),
        ('\\"a\\"\\n1', '"a" 1'),
        ("\\ud842\\udfb7", "\U00020bb7"),
        ("=E5=80=8B=\n=31", "個1"),
        ("a=12=b", "a=12=b"),
        ("1\\,2", "1,2"),
    ],
)
def test_a_disguise_is_taken_off(disguised: str, plain_text: str) -> None:
    assert plain_text in texts(read("a.txt", disguised.encode()))


@pytest.mark.parametrize(
    "text", ["№", "№a%20№b%20№c", "\\u00311", "№a<b>№b</b>№c", 'value="№a" value="№b" value="№c"']
)
def test_a_quick_look_sees_through_what_divides_digits(text: str) -> None:
    for sign, part in zip("abc", (NUMBER[:4], NUMBER[4:8], NUMBER[8:]), strict=True):
        text = text.replace(f"№{sign}", part)
    data = f"<p>{text.replace('№', NUMBER)}</p>".encode()

    source = SourceBytes("a.html", 0, lambda: io.BytesIO(data))
    assert len(texts(list(read_fragments(source, look=_TWELVE)))) > 1


_TWELVE = QuickLook("(?:[0-9] ?){12}")


def test_base64_is_looked_into_although_the_text_holds_nothing() -> None:
    data = b"x " + base64.b64encode(LABELED.encode())
    source = SourceBytes("a.txt", 0, lambda: io.BytesIO(data))

    items = list(read_fragments(source, look=QuickLook("見本")))

    assert [item.place.part for item in items] == ["base64"]


def test_a_character_in_disguise_keeps_its_place() -> None:
    text = f"a\n\\u500b\\u4eba {NUMBER}"

    (place,) = {(each.line, each.column) for each in placed(read("a.txt", text.encode()), NUMBER)}

    assert place == (2, 14)


@pytest.mark.parametrize("how", ["plain", "for URLs", "in lines", "of cp932", "of UTF-16"])
def test_base64_is_looked_into(how: str) -> None:
    encoded = {
        "plain": base64.b64encode(LABELED.encode()),
        "for URLs": base64.urlsafe_b64encode(LABELED.encode()).rstrip(b"="),
        "in lines": base64.encodebytes((LABELED + "、以上のとおり届け出ます。" * 9).encode()),
        "of cp932": base64.b64encode(LABELED.encode("cp932")),
        "of UTF-16": base64.b64encode(LABELED.encode("utf-16-le")),
    }[how]

    (found, *_) = holding(read("a.txt", b"line\nnote = " + encoded), LABELED)

    place = found.at(5)
    assert (place.part, place.line, place.column) == ("base64", 2, 8)
    assert found.fields == ("note =",)


def test_a_file_in_base64_is_opened() -> None:
    encoded = base64.b64encode(zipped({"a.txt": LABELED})).decode()

    (found, *_) = holding(read("a.json", f'{{"file": "{encoded}"}}'.encode()), LABELED)

    assert found.place.members == ("base64", "a.txt")


def test_words_after_base64_do_not_hide_it() -> None:
    encoded = base64.b64encode(LABELED.encode()).decode()

    assert holding(read("a.txt", f"{encoded}\nwords\n".encode()), LABELED)


@pytest.mark.parametrize(
    "noise", ["0123456789abcdef" * 4, "a" * 17, "/usr/share/lib/pythonx", "Q" * 21]
)
def test_what_only_looks_like_base64_is_left_alone(noise: str) -> None:
    assert [item for item in read("a.txt", noise.encode()) if item.place.part == "base64"] == []


def test_digits_of_all_scripts_count() -> None:
    assert digit_count("1\uff11一〇\u2460\u0663a") == 6
    assert could_hold("一二三四五六七八九〇一")
    assert not could_hold("1" * 10)


def test_names_with_many_digits_are_not_shown() -> None:
    assert shown("報告書_2026-04.pdf") == "報告書_2026-04.pdf"
    assert member(f"mynumber_{NUMBER}.pdf", 3) == "#3.pdf"
    assert member(f"a.{NUMBER}", 3) == "#3"
    assert member("", 4) == "#4"
    assert shown("a\u202eb") == "a\ufffdb"


def test_names_are_read_in_old_encodings() -> None:
    assert decode_name("個人".encode("cp932")) == "個人"
    assert decode_name("個人".encode()) == "個人"
    assert decode_name(b"\x81 \xff") == "\ufffd \ufffd"


def test_a_composed_text_knows_where_its_pieces_are_from() -> None:
    source = Source("ab<i>cd\nef", Place("a", line=3, column=5))
    composer = Composer(source)
    composer.copy(0, 2)
    composer.copy(2, 2)
    composer.put("", 2)
    composer.copy(5, 10)

    fragment = composer.fragment()

    assert fragment.text == "abcd\nef"
    where = [(fragment.at(at).line, fragment.at(at).column) for at in (0, 1, 2, 5)]
    assert where == [(3, 5), (3, 6), (3, 10), (4, 1)]


def test_places_without_lines_stay_as_they_are() -> None:
    place = Place("a", part="metadata")

    assert Source("abc", place).at(2) == place
    assert Mapped("abc", place).at(2) == place
    assert Pinned("abc", place).at(2) == place
    assert Fragment("abc", place).at(2) == place
    assert Composer(Source("", place)).fragment().text == ""
