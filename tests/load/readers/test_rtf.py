"""Rich text is read as it shows, in the encodings that it names."""

from __future__ import annotations

import pytest
from tests.load.readers.office import compound_file, holding, placed, read, texts, unread
from tests.scan.numbers import NUMBERS

from mnaudit.model.scan import Fragment

NUMBER = NUMBERS[0]


def rtf(body: str | bytes, head: str = r"\ansi\ansicpg932\deff0") -> bytes:
    raw = body if isinstance(body, bytes) else body.encode("ascii")
    return rb"{\rtf1" + head.encode("ascii") + raw + b"}"


def escaped(text: str, encoding: str = "cp932") -> str:
    return "".join(f"\\'{byte:02x}" for byte in text.encode(encoding))


def flow(data: bytes) -> str:
    return "".join(
        texts([one for one in read("a.rtf", data) if isinstance(one, Fragment) and one.place.line])
    )


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r" 1234{\b 5678}9018", NUMBER),
        (r"\par 1\par\pard 2", "\n1\n2"),
        (r" a\tab b\cell c\row d\line e", "a\tb\tc\nd\ne"),
        (r" a\~b\_c\-d\\e\{f\}", "a b-cd\\e{f}"),
        (r" a\endash b", "a-b"),
        (rf" {escaped('個人番号')}1", "個人番号1"),
        (r"\u20491?\u20154?\u30058?\u21495?1", "個人番号1"),
        (r"\uc0\u20491\u20154 1", "個人1"),
        (r"\uc2\u20491 xx1", "個1"),
        (r"\u-10179?\u-8704?", "😀"),
        (r"\u-10179?a", "�a"),
        (
            r"{\fonttbl{\f0\fcharset128 Mincho;}{\f1\fcharset0 Arial;}}\f0 "
            + escaped("番")
            + r"\f1 \'e9",
            "番é",
        ),
        (r"{\colortbl;\red0;}{\stylesheet{\s1 Heading;}}a", "a"),
        (r"{\info{\title a}}b", "ab"),
        (r"{\*\unknown a}b", "ab"),
        (r"{\bin5 }}}}}a", "a"),
    ],
)
def test_text_is_read_as_it_shows(body: str, text: str) -> None:
    assert flow(rtf(body)) == text


def test_lines_are_counted() -> None:
    (place,) = placed(read("a.rtf", rtf(rf"{escaped('個人番号')}\par {NUMBER}")), NUMBER)

    assert (place.line, place.column) == (2, 1)


def test_bytes_that_are_not_escaped_are_read_in_the_encoding() -> None:
    assert flow(rtf(" 個人番号".encode("cp932"))) == "個人番号"


@pytest.mark.parametrize(("page", "text"), [("1252", "é"), ("9999", "・")])
def test_a_code_page_that_nobody_knows_is_japanese(page: str, text: str) -> None:
    assert (
        flow(
            rtf(
                rf" \'{text.encode('cp1252' if page == '1252' else 'cp932').hex()[:2]}"
                + (r"\'45" if page != "1252" else ""),
                rf"\ansi\ansicpg{page}",
            )
        )
        == text
    )


@pytest.mark.parametrize(
    ("goal", "told"),
    [
        (r"\picwgoal5000\pichgoal4000", [("MN503", "picture")]),
        (r"\picwgoal5000\pichgoal500", []),
        ("", [("MN503", "picture")]),
    ],
)
def test_a_large_picture_must_be_looked_at(goal: str, told: list[tuple[str, str]]) -> None:
    items = read("a.rtf", rtf(rf"{{\pict{goal}\pngblip 89504e47}}a"))

    assert unread(items) == told


def test_an_embedded_object_is_read() -> None:
    inner = compound_file(
        {"Package": b"PK\x05\x06" + bytes(18), "Foo": f"個人番号 {NUMBER}".encode("cp932")}
    )
    data = rtf(rf"{{\object{{\*\objdata 0105{inner.hex()}a}}}}a")

    assert holding(read("a.rtf", data), NUMBER)


@pytest.mark.parametrize("cut", [rb"{\rtf1 a", rb"{\rtf1 a}\ "[:-1], rb"{\rtf1 {a}"])
def test_braces_that_do_not_close_are_told_after_what_was_read(cut: bytes) -> None:
    items = read("a.rtf", cut)

    assert texts(items)[-1] == "a"
    assert unread(items) == [("MN504", "broken")]


def test_endless_braces_are_no_reason_to_fail() -> None:
    assert flow(rtf("{" * 100_000 + "a" + "}" * 100_000)) == "a"
