"""Archives are opened in memory, member by member, and never believed."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest
from tests.load.readers.office import holding, placed, read, texts, unread, zipped
from tests.scan.numbers import NUMBERS

from mnaudit.load.readers import Limits

if TYPE_CHECKING:
    from types import ModuleType

NUMBER = NUMBERS[0]
DATA = NUMBER.encode()


def tarred(*members: tuple[tarfile.TarInfo, bytes], **how: object) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", **how) as archive:  # type: ignore[call-overload]
        for info, data in members:
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.gz", gzip.compress(DATA, mtime=0)),
        ("a.txt.bz2", bz2.compress(DATA)),
        ("a.xz", lzma.compress(DATA)),
        ("a.tgz", gzip.compress(tarred((tarfile.TarInfo("a.txt"), DATA)), mtime=0)),
        ("a.tar", tarred((tarfile.TarInfo("a.txt"), DATA))),
        ("a.zip", zipped({"b.zip": zipped({"a.txt": DATA})})),
        ("none", gzip.compress(DATA, mtime=0)),
    ],
    ids=["gzip", "bzip2", "xz", "tgz", "tar", "zip in zip", "no name"],
)
def test_a_member_is_read(name: str, data: bytes) -> None:
    items = read(name, data)

    assert holding(items, NUMBER)
    assert unread(items) == []


def test_the_members_of_nested_archives_are_named_from_outside_in() -> None:
    data = zipped({"b.zip": zipped({"dir/a.txt": f"one\n{NUMBER}"})})

    (place,) = placed(read("a.zip", data), NUMBER)
    assert (place.members, place.line) == (("b.zip", "dir/a.txt"), 2)


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_a_name_in_an_old_encoding_is_read(encoding: str) -> None:
    raw = "個人番号.txt".encode(encoding)
    data = zipped({"x" * len(raw): DATA}).replace(b"x" * len(raw), raw)

    (found,) = holding(read("a.zip", data), NUMBER)
    assert found.place.members == ("個人番号.txt",)


def test_comments_are_read() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        info = zipfile.ZipInfo("a.txt")
        info.comment = b"of the member " + DATA
        archive.writestr(info, "-")
        archive.comment = b"of the archive " + DATA

    found = [item.place for item in holding(read("a.zip", file.getvalue()), NUMBER)]

    assert [(place.part, place.members) for place in found] == [
        ("comment", ()),
        ("comment", ("a.txt",)),
    ]


def test_a_folder_is_no_member_to_read() -> None:
    assert unread(read("a.zip", zipped({"dir/": b"", "dir/a.txt": b"-"}))) == []


def test_a_damaged_member_is_read_as_far_as_it_goes() -> None:
    data = bytearray(zipped({"a.txt": DATA * 2_000, "b.txt": DATA}))
    data[14] ^= 0xFF  # the check sum in the local header …
    at = data.index(b"PK\x01\x02")
    data[at + 16] ^= 0xFF  # … and in the directory

    items = read("a.zip", bytes(data))

    assert unread(items) == [("MN504", "broken")]
    assert {item.place.members for item in holding(items, NUMBER)} == {("a.txt",), ("b.txt",)}


def test_bytes_between_members_are_looked_at() -> None:
    data = zipped({"a.txt": b"-"})
    cut = data.index(b"PK\x01\x02")
    grown = bytearray(data[:cut] + b"hidden " + DATA + bytes(20) + data[cut:])
    end = grown.rindex(b"PK\x05\x06")
    start = int.from_bytes(grown[end + 16 : end + 20], "little") + 27 + len(DATA)
    grown[end + 16 : end + 20] = start.to_bytes(4, "little")

    items = read("a.zip", bytes(grown))

    assert [item.place.part for item in holding(items, NUMBER)] == ["binary data"]


def test_a_member_that_the_directory_hides_is_named() -> None:
    data = b"".join([zipped({"hidden.txt": DATA * 9})[:60], zipped({"a.txt": b"-"})])

    assert ("MN504", "hidden member") in unread(read("a.zip", data))


def test_names_links_and_notes_of_a_tar_file_are_read() -> None:
    link = tarfile.TarInfo("link")
    link.type, link.linkname = tarfile.SYMTYPE, f"to {NUMBER}"
    noted = tarfile.TarInfo("a.txt")
    noted.pax_headers = {"comment": f"note {NUMBER}"}

    data = tarred((link, b""), (noted, b"-"), format=tarfile.PAX_FORMAT)

    found = list(holding(read("a.tar", data), NUMBER))
    assert {item.place.part for item in found} == {"metadata"}
    assert {item.place.members for item in found} == {("link",), ("a.txt",)}


def test_a_name_of_a_tar_file_in_an_old_encoding_is_read() -> None:
    info = tarfile.TarInfo("個人番号.txt")

    data = tarred((info, DATA), encoding="cp932", format=tarfile.GNU_FORMAT)

    assert ("個人番号.txt",) in [
        item.place.members for item in holding(read("a.tar", data), NUMBER)
    ]


def test_a_tar_file_cut_off_says_so() -> None:
    data = tarred((tarfile.TarInfo("a.txt"), DATA * 200))[:1500]

    items = read("a.tar", data)

    assert unread(items) != []
    assert holding(items, NUMBER)


def test_an_old_tar_file_is_told_by_the_sum_of_its_header() -> None:
    data = bytearray(tarred((tarfile.TarInfo("a.txt"), DATA), format=tarfile.USTAR_FORMAT))
    data[257:265] = bytes(8)
    data[148:156] = b"%06o\0 " % sum(data[:148] + b" " * 8 + data[156:512])

    assert holding(read("a.old", bytes(data)), NUMBER)


def test_the_notes_of_a_gzip_file_are_read() -> None:
    body = gzip.compress(b"-", mtime=0)[10:]
    head = b"\x1f\x8b\x08\x1c" + bytes(6) + b"\x02\x00xx"

    data = head + b"name " + DATA + b"\0" + b"comment " + DATA + b"\0" + body

    found = holding(read("a.gz", data), NUMBER)
    assert [item.place.part for item in found] == ["file name", "comment"]
    assert read("a.gz", head + b"name without end")


def test_the_pieces_of_a_gzip_file_and_what_follows_are_read() -> None:
    data = gzip.compress(b"one ", mtime=0) + bytes(3) + gzip.compress(DATA, mtime=0)

    items = read("a.gz", data + b"trailing words")

    assert holding(items, f"one {NUMBER}")
    assert holding(items, "trailing words")
    assert unread(items) == []


def test_a_gzip_file_cut_off_is_read_as_far_as_it_goes() -> None:
    words = " ".join(f"word{at}" for at in range(3_000))
    data = gzip.compress(f"{NUMBER} {words}".encode(), mtime=0)

    items = read("a.gz", data[: len(data) // 2])

    assert holding(items, NUMBER)
    assert unread(items) == [("MN504", "broken")]


def test_too_many_pieces_are_refused() -> None:
    data = gzip.compress(b"x", mtime=0) * 60

    assert ("MN506", "members") in unread(read("a.gz", data, Limits(members=50)))


@pytest.mark.parametrize("module", [gzip, bz2, lzma], ids=["gzip", "bzip2", "xz"])
def test_what_unpacks_to_far_more_than_it_is_is_refused(module: ModuleType) -> None:
    data = module.compress(bytes(30_000_000))

    assert unread(read("a", data)) == [("MN506", "ratio")]


def test_a_bomb_beside_a_member_does_not_hide_it() -> None:
    items = read("a.zip", zipped({"bomb": bytes(30_000_000), "a.txt": DATA}))

    assert unread(items) == [("MN506", "ratio")]
    assert holding(items, NUMBER)


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(members=3), "members"),
        (Limits(expanded_bytes=100), "bytes"),
    ],
)
def test_all_members_together_are_limited(limits: Limits, reason: str) -> None:
    data = zipped({f"{at}.txt": b"word " * 20 for at in range(9)})

    assert ("MN506", reason) in unread(read("a.zip", data, limits))


def test_the_members_of_nested_archives_count_together() -> None:
    inner = zipped({f"{at}.txt": b"-" for at in range(5)})
    data = zipped({f"{at}.zip": inner for at in range(5)}).replace(b"PK\x01\x02", b"PK\x01\x02")

    assert ("MN506", "members") in unread(read("a.zip", data, Limits(members=10)))


def test_a_long_member_is_read_if_it_is_text() -> None:
    text = "".join(f"line {at} of a log\n" for at in range(9_000)) + NUMBER

    (place, *_) = placed(
        read("a.gz", gzip.compress(text.encode()), Limits(file_bytes=2**16)), NUMBER
    )
    assert (place.members, place.line) == (("a",), 9_001)


@pytest.mark.parametrize(
    "content",
    [bytes(range(256)) * 999, b"%PDF-1.7\n" + b"x" * 2**17],
    ids=["binary", "another format"],
)
def test_a_long_member_that_is_no_text_is_refused(content: bytes) -> None:
    packed = lzma.compress(content)

    assert ("MN506", "size") in unread(read("a.xz", packed, Limits(file_bytes=2**16, ratio=10**6)))


def test_the_method_of_a_member_may_be_unknown() -> None:
    data = bytearray(zipped({"a.txt": DATA}))
    data[8] = data[data.index(b"PK\x01\x02") + 10] = 97

    assert unread(read("a.zip", bytes(data))) == [("MN504", "compression")]


def test_an_encrypted_member_says_so() -> None:
    data = bytearray(zipped({"a.txt": DATA}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1

    assert unread(read("a.zip", bytes(data))) == [("MN505", "encrypted")]


def test_no_content_stands_in_what_could_not_be_read() -> None:
    items = read("a.zip", zipped({f"{NUMBER}.zip": b"PK\x03\x04" + DATA}))

    assert all(NUMBER not in repr(item) for item in items)
    assert any(NUMBER in text for text in texts(items))
