"""The objects of a PDF file are looked into without a reader of PDF."""

from __future__ import annotations

import zlib

import pytest
from tests.scan.numbers import NUMBERS

from mnaudit.load.readers.limits import Budget, LimitError, Limits
from mnaudit.load.readers.pdf_objects import Found, objects, texts

NUMBER = NUMBERS[0]


def budget(limits: Limits | None = None) -> Budget:
    return Budget(limits or Limits(), lambda *_: iter(()))


def found(*bodies: bytes) -> list[Found]:
    data = b"".join(b"%d 0 obj\n%b\nendobj\n" % (at, body) for at, body in enumerate(bodies, 1))
    return list(objects(data, budget()))


def stream(content: bytes, described: bytes = b"", *, packed: bool = True) -> bytes:
    if packed:
        content, described = zlib.compress(content), described + b" /Filter /FlateDecode"
    return b"<<" + described + b">>\nstream\n" + content + b"\nendstream"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (rb"(a)", "a"),
        (rb"(a(b)c)", "a(b)c"),
        (rb"(a\(b\)\\)", "a(b)\\"),
        (rb"(\061\0622)", "122"),
        (b"(a\\\nb\\\r\nc)", "abc"),
        (rb"(\n\t\r\x)", "\n\t\rx"),
        (rb"(\9)", "9"),
        (b"(\xfe\xff\x50\x0b)", "個"),
        (b"(\xff\xfe\x0b\x50)", "個"),
        (b"(\xef\xbb\xbf\xe5\x80\x8b)", "個"),
        (b"<FEFF 500B 0031>", "個1"),
        (b"<313233343>", "12340"),
    ],
)
def test_strings_are_decoded(source: bytes, text: str) -> None:
    assert list(texts(b"<< /A " + source + b" >>")) == [("A", text)]


def test_a_name_is_decoded_and_may_be_missing() -> None:
    assert list(texts(b"[/A#20B(x) (y)]")) == [("A B", "x"), ("", "y")]


def test_dictionaries_and_identifiers_are_no_strings() -> None:
    assert not list(texts(b"<< /A << /B 1 >> /ID [<0123456789ABCDEF><0123456789ABCDEF>] >>"))


def test_only_objects_with_many_digits_are_told_and_dates_are_none() -> None:
    number = NUMBER.encode()

    assert found(b"<< /A (" + number + b") /B (b) >>") == [Found(texts=(("A", NUMBER), ("B", "b")))]
    assert not found(b"<< /CreationDate (D:20260401123456+09'00') >>", b"<< /A (1) >>")


def test_objects_in_streams_metadata_and_files_are_told() -> None:
    objects_ = stream(b"<< /A (%b) >>" % NUMBER.encode(), b"/Type /ObjStm")
    metadata = stream(b"\xef\xbb\xbf<?xpacket?><x/>", b"/Type /Metadata", packed=False)
    file = stream(b"a", b"/Type /EmbeddedFile")

    assert found(objects_, metadata, file, stream(b"BT (1) Tj ET")) == [
        Found(texts=(("A", NUMBER),)),
        Found(file=b"\xef\xbb\xbf<?xpacket?><x/>\n", name="metadata.xml"),
        Found(file=b"a", name="embedded"),
    ]


def test_what_is_packed_otherwise_or_broken_is_passed_over() -> None:
    assert not found(stream(b"<x/>", b"/Filter /LZWDecode", packed=False))
    assert not found(b"<< /Filter /FlateDecode >>\nstream\nxx\nendstream")
    assert found(b"<< /Type /EmbeddedFile /Filter /FlateDecode >>\nstream\nxx") == [
        Found(file=b"", name="embedded")
    ]


def test_a_bomb_ends_the_reading() -> None:
    bomb = b"1 0 obj\n" + stream(b"<" + b" " * 30_000_000)

    with pytest.raises(LimitError, match="ratio"):
        list(objects(bomb, budget()))
    with pytest.raises(LimitError, match="bytes"):
        list(objects(bomb, budget(Limits(expanded_bytes=1_000))))


@pytest.mark.parametrize("piece", [b"(", b"(a", b"((a)", b"<", b"/", b"\\", b"(\\", b"1 0 obj "])
def test_endless_beginnings_take_no_endless_time(piece: bytes) -> None:
    assert len(list(objects(piece * 60_000, budget()))) >= 0
