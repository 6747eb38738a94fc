"""Certificates and signatures say who they are of, and what they enclose."""

from __future__ import annotations

import pytest
from tests.load.readers.office import holding, read, texts, unread
from tests.scan.numbers import NUMBERS

from mnaudit.load.readers.der import reads
from mnaudit.signing import der

NUMBER = NUMBERS[0]
KEY = der.encode(der.INTEGER, bytes(range(1, 32)) * 2)
ENVELOPED = bytes.fromhex("2a864886f70d010703")


def sequence(*members: bytes) -> bytes:
    return der.encode(der.SEQUENCE, b"".join((KEY, *members)))


@pytest.mark.parametrize(
    ("tag", "encoding"),
    [
        (0x0C, "utf-8"),
        (0x1E, "utf-16-be"),
        (0x1C, "utf-32-be"),
        (0x04, "utf-8"),
        (0x82, "utf-8"),
    ],
    ids=["UTF8String", "BMPString", "UniversalString", "OCTET STRING", "context"],
)
def test_the_words_are_read(tag: int, encoding: str) -> None:
    items = read("a.cer", sequence(der.encode(tag, f"個人番号 {NUMBER}".encode(encoding))))

    assert holding(items, f"個人番号 {NUMBER}")
    assert unread(items) == []


def test_the_number_of_a_key_is_no_text() -> None:
    assert texts(read("a.der", sequence())) == ["a.der", ""]


def test_a_value_in_a_string_of_octets_is_read() -> None:
    inner = sequence(der.encode(0x0C, NUMBER.encode()))

    items = read("a.der", sequence(der.encode(0x04, inner), der.encode(0x03, b"\0" + inner)))

    assert holding(items, f"{NUMBER}\n{NUMBER}")


def test_what_is_enciphered_could_not_be_read() -> None:
    data = sequence(der.encode(der.OBJECT_IDENTIFIER, ENVELOPED))

    assert unread(read("a.p7m", data)) == [("MN505", "encrypted")]


def test_many_octets_of_an_unknown_kind_could_not_be_read() -> None:
    data = sequence(der.encode(der.OCTET_STRING, bytes(range(256)) * 9))

    assert unread(read("a.der", data)) == [("MN504", "unknown format")]


@pytest.mark.parametrize(
    "data",
    [
        der.encode(der.SEQUENCE, b"\x02\x09" + bytes(8)),
        der.encode(der.SEQUENCE, b"\x04\x0a\x30\x08\x02\x09" + bytes(6)),
    ],
    ids=["outside", "inside"],
)
def test_broken_values_are_looked_at_as_bytes(data: bytes) -> None:
    assert all(code == "MN504" for code, _ in unread(read("a.der", data)))


def test_values_in_values_without_end_are_refused() -> None:
    data = KEY
    for _ in range(80):
        data = der.encode(der.SEQUENCE, data)

    assert unread(read("a.der", data)) == [("MN504", "broken")]


@pytest.mark.parametrize("head", [b"", b"\x30", b"\x30\x05", b"\x31\x00", b"\x30\x85" + bytes(5)])
def test_what_is_not_one_value_is_something_else(head: bytes) -> None:
    assert not reads(head)
