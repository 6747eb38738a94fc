"""The container is written as specified, to the byte, or it is refused with the reason."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import TYPE_CHECKING
from zlib import crc32

import pytest
from hypothesis import given, strategies as st

from mnaudit.errors import InputError, TrustError
from mnaudit.signing import container
from mnaudit.verify.archive import open_archive

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.verify.conftest import Bench

END = 22


def write(
    *members: tuple[str, bytes],
    central: Callable[[bytes], bytes] = bytes,
    local: Callable[[bytes], bytes] = bytes,
) -> bytearray:
    """Write a container; the headers can be tampered with."""
    body, directory = bytearray(), bytearray()
    for name, data in members:
        offset = len(body)
        body += local(container.local_header(name, len(data), crc32(data))) + data
        directory += central(container.central_header(name, len(data), crc32(data), offset))
    return body + directory + container.end_record(len(members), len(directory), len(body))


def patched(at: int, value: bytes) -> Callable[[bytes], bytes]:
    """Overwrite a part of a header."""
    return lambda header: header[:at] + value + header[at + len(value) :]


def refusal(data: bytes) -> tuple[str, dict[str, str | int]]:
    with pytest.raises(TrustError) as caught:
        open_archive(io.BytesIO(data))
    return caught.value.code, caught.value.values


GOOD = write(("a", b"1"), ("b", b""), ("c/d", b"23"))


def test_a_good_container_gives_its_members_in_their_order() -> None:
    archive = open_archive(io.BytesIO(GOOD))

    assert list(archive.entries) == ["a", "b", "c/d"]
    assert [archive.read(name) for name in archive.entries] == [b"1", b"", b"23"]


def test_an_empty_container_is_a_good_container_of_nothing() -> None:
    assert not open_archive(io.BytesIO(write())).entries


@given(st.dictionaries(st.text("abc", min_size=1), st.binary(), max_size=5))
def test_every_container_that_we_write_is_read_back(members: dict[str, bytes]) -> None:
    archive = open_archive(io.BytesIO(write(*members.items())))

    assert {name: archive.read(name) for name in archive.entries} == members


@pytest.mark.parametrize(
    ("data", "field"),
    [
        pytest.param(b"", "size", id="nothing"),
        pytest.param(b"PK\5\6", "size", id="cut off"),
        pytest.param(b"%PDF-1.7" + b" " * 100, "end record", id="no ZIP"),
        pytest.param(GOOD[:-1], "end record", id="a byte short"),
        pytest.param(GOOD + b"\0", "end record", id="a byte behind"),
        pytest.param(GOOD[:-2] + b"\3\0abc", "end record", id="a comment"),
        pytest.param(b"#!/bin/sh\n" + GOOD, "central directory", id="a program in front"),
        pytest.param(GOOD[:-END] + b"\0" + GOOD[-END:], "central directory", id="a hidden byte"),
        pytest.param(
            GOOD[:-END] + container.end_record(2, *struct.unpack_from("<2L", GOOD, len(GOOD) - 10)),
            "central directory",
            id="fewer members than in the directory",
        ),
        pytest.param(
            GOOD[:-END] + container.end_record(4, *struct.unpack_from("<2L", GOOD, len(GOOD) - 10)),
            "central directory",
            id="more members than in the directory",
        ),
        pytest.param(
            bytes(10**5) + container.end_record(1, 10**5, 0),
            "central directory",
            id="a directory that is larger than its members",
        ),
        pytest.param(
            bytes(100) + container.end_record(1, 100, 0), "central directory", id="no headers"
        ),
        pytest.param(
            write(("a", b""), central=patched(28, b"\xff\0")), "central directory", id="long name"
        ),
        pytest.param(
            bytearray(b"x") + container.end_record(0, 0, 1),
            "central directory",
            id="bytes without a member",
        ),
    ],
)
def test_anything_but_one_whole_container_is_refused(data: bytes, field: str) -> None:
    assert refusal(bytes(data)) == ("MN410", {"field": field})


@pytest.mark.parametrize(
    ("at", "value", "field"),
    [
        pytest.param(4, b"\x14\0", "version", id="made by DOS"),
        pytest.param(6, b"\x2d\0", "version", id="needs ZIP64"),
        pytest.param(8, b"\1\x08", "flags", id="encrypted"),
        pytest.param(8, b"\x08\x08", "flags", id="data descriptor"),
        pytest.param(8, b"\0\0", "flags", id="name in another encoding"),
        pytest.param(10, b"\x08\0", "compression", id="deflated"),
        pytest.param(12, b"\1\0", "timestamp", id="a time"),
        pytest.param(14, b"\x22\0", "timestamp", id="a day"),
        pytest.param(20, b"\2\0\0\0", "compression", id="two sizes"),
        pytest.param(32, b"\1\0", "comment", id="a comment"),
        pytest.param(34, b"\1\0", "disk", id="another disk"),
        pytest.param(36, b"\1\0", "attributes", id="text"),
        pytest.param(38, b"\0\0\xff\xa1", "attributes", id="a symbolic link"),
        pytest.param(38, b"\0\0\xed\x81", "attributes", id="a program"),
        pytest.param(38, b"\x10\0\xed\x41", "attributes", id="a folder"),
        pytest.param(30, b"\4\0", "extra field", id="an extra field"),
        pytest.param(42, b"\1\0\0\0", "offset", id="a gap"),
    ],
)
def test_a_central_header_that_deviates_is_refused_by_name(
    at: int, value: bytes, field: str
) -> None:
    data = write(("a", b"1"), central=patched(at, value))

    assert refusal(bytes(data)) == ("MN411", {"member": "a", "field": field})


@pytest.mark.parametrize("at", range(31))
def test_a_local_header_that_differs_from_the_central_one_is_refused(at: int) -> None:
    header = container.local_header("a", 1, crc32(b"1"))
    data = write(("a", b"1"), local=patched(at, bytes([header[at] ^ 1])))

    assert refusal(bytes(data)) == ("MN411", {"member": "a", "field": "local header"})


def test_two_members_may_not_share_their_bytes() -> None:
    directory = container.central_header("a", 0, 0, 0) + container.central_header("b", 0, 0, 0)
    body = container.local_header("a", 0, 0)
    end = container.end_record(2, len(directory), len(body))

    code, values = refusal(body + directory + end)

    assert (code, values) == ("MN411", {"member": "b", "field": "offset"})


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        pytest.param("../x", "segment", id="parent"),
        pytest.param("/x", "segment", id="absolute"),
        pytest.param("x/", "segment", id="folder"),
        pytest.param("a\\b", "character", id="backslash"),
        pytest.param("a\x1b[31m", "character", id="escape sequence"),
        pytest.param("e\u0301", "normalization", id="NFD"),
    ],
)
def test_a_name_that_some_system_would_not_keep_is_refused(name: str, rule: str) -> None:
    code, values = refusal(bytes(write((name, b""))))

    assert (code, values["rule"]) == ("MN412", rule)
    assert str(values["member"]).isprintable()


def test_a_name_that_is_not_utf_8_is_refused() -> None:
    data = write(("a", b""), central=patched(46, b"\xff"))

    assert refusal(bytes(data)) == ("MN412", {"member": "?", "rule": "encoding"})


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(("a", "a"), id="equal"),
        pytest.param(("a", "A"), id="case"),
        pytest.param(("a", "ａ"), id="width"),  # noqa: RUF001 - that is the point
        pytest.param(("a", "a/b"), id="file and folder"),
    ],
)
def test_two_members_with_one_name_are_refused(names: tuple[str, str]) -> None:
    assert refusal(bytes(write(*((name, b"") for name in names))))[0] == "MN413"


def test_a_container_beyond_the_limit_is_refused_unread() -> None:
    class Huge(io.BytesIO):
        def seek(self, offset: int, whence: int = 0) -> int:
            return container.MAX_TOTAL_BYTES + 1 if whence else super().seek(offset)

        def read(self, size: int | None = -1) -> bytes:
            raise AssertionError(size)

    with pytest.raises(TrustError) as caught:
        open_archive(Huge())

    assert caught.value.values == {"what": "bytes", "limit": container.MAX_TOTAL_BYTES}


def test_a_member_beyond_the_limit_is_refused_unread() -> None:
    size = container.MAX_MEMBER_BYTES + 1
    claimed = size.to_bytes(4, "little")
    data = write(("a", b""), central=patched(20, claimed * 2))

    assert refusal(bytes(data)) == ("MN414", {"what": "a", "limit": container.MAX_MEMBER_BYTES})


def test_more_members_than_the_limit_are_refused_unread() -> None:
    end = container.end_record(container.MAX_MEMBERS + 1, 0, 0)

    assert refusal(end) == ("MN414", {"what": "members", "limit": container.MAX_MEMBERS})


def test_damaged_bytes_are_refused() -> None:
    data = write(("a", b"12345"))
    data[33] ^= 1

    assert refusal(bytes(data)) == ("MN415", {"member": "a"})


def test_a_source_that_ends_too_early_is_refused() -> None:
    class Short(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return b"" if self.tell() == 31 else super().read(size)

    with pytest.raises(TrustError) as caught:
        open_archive(Short(bytes(GOOD)))

    assert (caught.value.code, caught.value.values) == ("MN415", {"member": "a"})


def test_a_member_that_changed_since_it_was_checked_is_not_handed_out() -> None:
    source = io.BytesIO(bytes(GOOD))
    archive = open_archive(source)
    source.getbuffer()[31] ^= 1

    with pytest.raises(InputError) as caught:
        archive.read("a")

    assert (caught.value.code, caught.value.values) == ("MN443", {"member": "a"})


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    with pytest.raises(TrustError):
        open_archive(io.BytesIO(data))


@given(st.data())
def test_no_splicing_breaks_the_reader(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(GOOD)))
    stop = data.draw(st.integers(start, len(GOOD)))
    spliced = bytes(GOOD[:start]) + data.draw(st.binary(max_size=60)) + bytes(GOOD[stop:])

    try:
        archive = open_archive(io.BytesIO(spliced))
    except TrustError as error:
        assert error.code.startswith("MN41")  # noqa: PT017 - either outcome is right
    else:
        assert spliced == bytes(write(*((name, archive.read(name)) for name in archive.entries)))


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_bundle_that_was_packed_again_by_another_tool_is_refused(
    bench: Bench, compression: int
) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, member in bench.members.items():
            archive.writestr(zipfile.ZipInfo(name), member, compression)

    assert refusal(out.getvalue())[0] == "MN411"
