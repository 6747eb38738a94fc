"""Pictures tell in words what they were taken of; what they show, somebody must look at."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given, strategies as st
from tests.load.readers.office import holding, read, unread
from tests.scan.numbers import NUMBERS

NUMBER = NUMBERS[0]
LABELED = f"個人番号 {NUMBER}"


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + bytes(4)


def png(*chunks: bytes, size: tuple[int, int] = (8, 8)) -> bytes:
    head = chunk(b"IHDR", struct.pack(">II5x", *size))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IEND", b"")


def jpeg(*segments: tuple[int, bytes], size: tuple[int, int] = (8, 8)) -> bytes:
    parts = [
        b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body
        for marker, body in segments
    ]
    frame = b"\xff\xc0\0\x0b\x08" + struct.pack(">HH", *size) + b"\1\1\x11\0"
    return b"\xff\xd8" + b"".join(parts) + frame + b"\xff\xda\0\2" + bytes(9) + b"\xff\xd9"


def exif(tag: int, value: bytes, order: str = "<", kind: int = 7, pointer: int = 0x8769) -> bytes:
    """Write a TIFF structure: a directory with a pointer to another one that has the value."""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    first = struct.pack(f"{order}HHHII", 1, pointer, 4, 1, 26) + bytes(4)
    second = struct.pack(f"{order}HHHII", 1, tag, kind, len(value), 44) + bytes(4)
    return mark + struct.pack(f"{order}I", 8) + first + second + value


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("tag", "value"),
    [
        (0x010E, LABELED.encode()),
        (0x010E, LABELED.encode("cp932")),
        (0x9C9C, LABELED.encode("utf-16-le")),
        (0x9286, b"UNICODE\0" + LABELED.encode("utf-16-le")),
        (0x9286, b"UNICODE\0" + LABELED.encode("utf-16-be")),
        (0x9286, b"JIS\0\0\0\0\0" + LABELED.encode("iso2022_jp")),
        (0x9286, b"ASCII\0\0\0" + LABELED.encode()),
    ],
    ids=["text", "cp932", "Windows", "UNICODE little", "UNICODE big", "JIS", "ASCII"],
)
def test_the_texts_of_exif_are_read(order: str, tag: int, value: bytes) -> None:
    structure = exif(tag, value, order)

    for name, data in (
        ("a.jpg", jpeg((0xE1, b"Exif\0\0" + structure))),
        ("a.png", png(chunk(b"eXIf", structure))),
        ("a.tif", structure),
        ("a.webp", b"RIFF\0\0\0\0WEBPEXIF\0\0\0\0" + structure),
        ("a.heic", b"\0\0\0\x18ftypheic" + bytes(40) + b"Exif\0\0" + structure),
    ):
        assert holding(read(name, data), LABELED), name


def test_jis_without_its_sequence_is_read() -> None:
    full_width = NUMBER.translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    raw = full_width.encode("iso2022_jp")[3:-3]

    assert holding(read("a.tif", exif(0x9286, b"JIS\0\0\0\0\0" + raw)), full_width)


@pytest.mark.parametrize(
    "data",
    [
        png(chunk(b"tEXt", b"Comment\0" + LABELED.encode())),
        png(chunk(b"zTXt", b"Comment\0\0" + zlib.compress(LABELED.encode()))),
        png(chunk(b"iTXt", b"Title\0\0\0ja\0\0" + LABELED.encode())),
        png(chunk(b"iTXt", b"Title\0\1\0ja\0\0" + zlib.compress(LABELED.encode()))),
        jpeg((0xFE, LABELED.encode())),
        jpeg((0xED, b"Photoshop 3.0\0" + LABELED.encode("cp932"))),
        jpeg((0xE1, f"<x:xmpmeta>{LABELED}</x:xmpmeta>".encode())),
        b"GIF89a\x08\0\x08\0" + b"!\xfe\x13" + LABELED.encode(),
        png() + LABELED.encode(),
        b"BM" + bytes(30) + LABELED.encode(),
    ],
    ids=["tEXt", "zTXt", "iTXt", "packed iTXt", "COM", "IPTC", "XMP", "GIF", "behind", "BMP"],
)
def test_words_in_and_behind_a_picture_are_read(data: bytes) -> None:
    found = holding(read("a", data), LABELED)

    assert {item.place.part for item in found} == {"metadata"}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (png(size=(600, 400)), [("MN503", "picture")]),
        (png(size=(16, 16)), []),
        (jpeg(size=(600, 400)), [("MN503", "picture")]),
        (jpeg(size=(16, 16)), []),
        (b"GIF89a\x10\0\x10\0", []),
        (b"GIF89a\xff\0\x10\0", [("MN503", "picture")]),
        (b"GIF8", []),
        (b"II*\0\x08\0\0\0\0\0", [("MN503", "picture")]),
        (b"\xff\xd8\xff", [("MN503", "picture")]),
        (b"\0\0\1\0\1\0\x10\x10\0\0" + bytes(20), [("MN503", "picture")]),
    ],
    ids=[
        "png",
        "small png",
        "jpeg",
        "small jpeg",
        "small gif",
        "gif",
        "no gif",
        "tiff",
        "cut",
        "icon",
    ],
)
def test_a_picture_large_enough_to_show_a_number_must_be_looked_at(
    data: bytes, expected: list[tuple[str, str]]
) -> None:
    assert unread(read("a", data)) == expected


def test_a_packed_text_that_explodes_is_refused() -> None:
    bomb = zlib.compress(bytes(2**25))

    assert ("MN506", "ratio") in unread(read("a.png", png(chunk(b"zTXt", b"a\0\0" + bomb))))


def test_directories_that_bite_their_tail_end() -> None:
    structure = bytearray(exif(0x010E, LABELED.encode()))
    structure[40:44] = struct.pack("<I", 8)

    assert holding(read("a.tif", bytes(structure)), LABELED)


def test_a_pointer_to_many_directories_is_followed() -> None:
    assert holding(read("a.tif", exif(0x010E, LABELED.encode(), pointer=0x014A)), LABELED)


def test_directories_with_too_many_entries_are_refused() -> None:
    data = b"II*\0\x08\0\0\0\xff\xff" + struct.pack("<HHII", 1, 1, 1, 0) * 65_535

    assert ("MN506", "members") in unread(read("a.tif", data + bytes(4)))


@given(st.binary(max_size=200), st.sampled_from(["png", "jpeg", "tiff", "webp"]))
def test_no_picture_is_too_broken(rest: bytes, kind: str) -> None:
    head = {
        "png": b"\x89PNG\r\n\x1a\n",
        "jpeg": b"\xff\xd8\xff\xe1",
        "tiff": b"II*\0\x08\0\0\0",
        "webp": b"RIFF\0\0\0\0WEBPEXIF\0\0\0\0II*\0",
    }[kind]

    assert all(reason != "broken" for _, reason in unread(read("a", head + rest)))
