"""Whatever is given, the registry hands out its text or says that it could not be read."""

from __future__ import annotations

import gzip
import io
from typing import TYPE_CHECKING

import pytest
from tests.load.readers.office import holding, read, texts, unread, zipped
from tests.scan.numbers import NUMBERS

from mnaudit.errors import InputError
from mnaudit.load.readers import Limits, SourceBytes, read_fragments, registry
from mnaudit.load.readers.kinds import Kind, kind_of
from mnaudit.model.quick_look import QuickLook
from mnaudit.model.scan import Fragment, Unreadable

if TYPE_CHECKING:
    from typing import BinaryIO

NUMBER = NUMBERS[0]


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("a.txt", b"PK\x03\x04", Kind.ZIP),
        ("a.zip", b"plain words", Kind.TEXT),
        ("a.txt", b"\x1f\x8b\x08", Kind.COMPRESSED),
        ("a", b"7z\xbc\xaf\x27\x1c", Kind.UNSUPPORTED),
        ("a", b"\x89PNG\r\n\x1a\n", Kind.IMAGE),
        ("a.txt", b"-----BEGIN PGP MESSAGE-----\n", Kind.CIPHERED),
        ("a.pdf", b"version https://git-lfs.github.com/spec/v1\n", Kind.POINTER),
        ("a", b"From: a\nSubject: b\nMIME-Version: 1.0\n\n", Kind.MAIL),
        ("a.eml", b"anything", Kind.MAIL),
        ("a.json", b"anything", Kind.JSON),
        ("a", b'{"a": 1}', Kind.JSON),
        ("a", b"[[1, 2]]", Kind.JSON),
        ("a.yml", b"a: 1\n", Kind.YAML),
        ("a", b"<!DOCTYPE html><p>", Kind.HTML),
        ("a", b"<?xml version='1.0'?><a/>", Kind.XML),
        ("a", "<個人/>".encode(), Kind.TEXT),
        ("a", b"-- dump\nINSERT INTO a VALUES (1);", Kind.SQL),
        ("a.csv", b"a,b\n", Kind.TEXT),
        ("a", b"\x00\x01\x02\x03\x04\x05\x06\x07\x11", Kind.BINARY),
        ("a", b"", Kind.TEXT),
        ("._a", b"\0\5\x16\7" + bytes(40), Kind.PLAIN_BINARY),
        ("a", b"\x30\x0a\x02\x08" + bytes(8), Kind.DER),
    ],
)
def test_a_file_is_what_it_begins_with(name: str, head: bytes, kind: Kind) -> None:
    assert kind_of(name, head) is kind


def test_the_name_of_a_file_is_text_to_look_at() -> None:
    names = [item for item in read("dir/a.txt", b"") if isinstance(item, Fragment)]

    assert [(item.text, item.place.part) for item in names] == [("dir/a.txt", "file name")]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (PermissionError(), "permission"),
        (FileNotFoundError(), "changed"),
        (InputError("MN119", path="a"), "changed"),
    ],
)
def test_a_file_that_cannot_be_opened_could_not_be_read(error: Exception, reason: str) -> None:
    def refuse() -> BinaryIO:
        raise error

    assert unread(list(read_fragments(SourceBytes("a", 1, refuse)))) == [("MN504", reason)]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OSError(), ("MN504", "changed")),
        (MemoryError(), ("MN506", "bytes")),
        (ValueError("invalid literal"), ("MN504", "broken")),
    ],
)
def test_a_file_that_fails_while_it_is_read_could_not_be_read(
    error: Exception, expected: tuple[str, str]
) -> None:
    class Failing(io.BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            raise error

    assert unread(list(read_fragments(SourceBytes("a", 1, Failing)))) == [expected]


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.gpg", b"-----BEGIN PGP MESSAGE-----\n\n", ("MN505", "encrypted")),
        ("a.7z", b"7z\xbc\xaf\x27\x1c" + bytes(20), ("MN504", "unknown archive")),
        (
            "a.pdf",
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
            ("MN504", "large file not here"),
        ),
        ("a.db", b"SQLite format 3\0" + bytes(range(32)) * 8, ("MN504", "unknown format")),
        ("a.zip", b"PK\x03\x04 and no more", ("MN504", "broken")),
    ],
)
def test_what_nobody_can_read_says_so(name: str, data: bytes, expected: tuple[str, str]) -> None:
    assert expected in unread(read(name, data))


@pytest.mark.parametrize("encoding", ["ascii", "utf-16-le", "utf-16-be"])
def test_text_in_bytes_of_an_unknown_kind_is_looked_at_all_the_same(encoding: str) -> None:
    data = b"\x01\x02\x03\x04\x05\x06" * 9 + f"number {NUMBER} end".encode(encoding) + bytes(9)

    items = read("a.db", data)

    assert holding(items, NUMBER)
    assert unread(items) == [("MN504", "unknown format")]


def test_a_zip_behind_a_program_is_opened() -> None:
    items = read("setup.exe", b"MZ" + bytes(500) + zipped({"a.txt": NUMBER}))

    assert [item.place.members for item in holding(items, NUMBER)] == [("a.txt",)]


def test_a_large_file_that_is_no_text_is_refused_and_its_strings_are_read() -> None:
    data = b"\x89PNG\r\n\x1a\n" + bytes(2**17) + NUMBER.encode() + bytes(2**17)

    items = read("a.png", data, Limits(file_bytes=2**17 + 1000))

    assert unread(items) == [("MN506", "size")]
    assert holding(items, NUMBER)


def test_an_office_file_that_is_broken_is_opened_as_an_archive() -> None:
    data = zipped({"xl/workbook.xml": "<open", "xl/worksheets/sheet1.xml": f"<a>{NUMBER}</a>"})

    items = read("a.xlsx", data)

    assert ("MN504", "broken") in unread(items)
    assert holding(items, NUMBER)


def test_a_reader_that_fails_leaves_the_bytes_to_look_at(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise KeyError(NUMBER)

    monkeypatch.setitem(registry._READERS, Kind.HTML, fail)

    items = read("a.html", f"<p>{NUMBER}</p>".encode())

    assert unread(items) == [("MN504", "broken")]
    assert holding(items, NUMBER)
    assert all(NUMBER not in repr(item) for item in items)


def test_text_is_read_whatever_its_size() -> None:
    filler = "a line of a log without anything in it\n" * 40_000
    data = f"{filler}{NUMBER}\n{filler}".encode()

    (found, *_) = holding(read("a.log", data, Limits(structured_bytes=2**17)), NUMBER)

    assert found.at(found.text.index(NUMBER)).line == 40_001


def test_a_large_table_is_read_by_rows_under_its_header() -> None:
    filler = "佐藤花子,東京都\n" * 90_000
    data = f"氏名,個人番号\n{filler}鈴木,{NUMBER}\n".encode("cp932")

    found = holding(read("a.csv", data, Limits(structured_bytes=2**17)), NUMBER)

    assert {item.fields[0] for item in found if item.record} == {"個人番号"}


def test_large_utf_16_is_read_in_windows() -> None:
    data = f"{'行' * 30}\n".encode("utf-16-le") * 9_000 + NUMBER.encode("utf-16-le")

    (found, *_) = holding(read("a.log", b"\xff\xfe" + data, Limits(structured_bytes=2**17)), NUMBER)

    assert found.at(found.text.index(NUMBER)).line == 9_001


def test_members_are_limited_in_depth() -> None:
    data = NUMBER.encode()
    for _ in range(6):
        data = gzip.compress(data, mtime=0)

    assert unread(read("a.gz", data, Limits(depth=3))) == [("MN506", "depth")]


def test_fragments_are_limited() -> None:
    rows = "".join(f"{NUMBER},{at}\n" for at in range(200))

    assert ("MN506", "fragments") in unread(read("a.csv", rows.encode(), Limits(fragments=100)))


def test_what_a_quick_look_does_not_find_is_not_handed_out() -> None:
    text = "個人番号 ".encode() + NUMBER.encode()
    source = SourceBytes(f"{NUMBER}.txt", len(text), lambda: io.BytesIO(text))

    assert texts(list(read_fragments(source, look=QuickLook("見本")))) == []
    assert texts(list(read_fragments(source, look=QuickLook(NUMBER)))) == [
        f"{NUMBER}.txt",
        text.decode(),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "euc_jp", "utf-16"])
def test_a_quick_look_is_asked_for_each_plausible_encoding(encoding: str) -> None:
    source = SourceBytes("a.txt", 0, lambda: io.BytesIO("個人番号".encode(encoding)))

    assert holding(list(read_fragments(source, look=QuickLook("番号"))), "個人")
    assert not list(read_fragments(source, look=QuickLook("見本")))


def test_no_fragment_shows_its_text() -> None:
    for item in read("a.csv", f"氏名,個人番号\n佐藤,{NUMBER}\n".encode()):
        assert NUMBER not in repr(item)
        assert not isinstance(item, Unreadable)


@pytest.mark.parametrize(
    "pattern",
    [
        *("<", "<!--", '<a b="', "<td>1", "&", "&#49;", "[", '"', '\\"', '{"a":', "- ", "a:\n"),
        *("'", '"a""', "|", "> ", "1\n> ", "INSERT INTO a VALUES ('", "CREATE TABLE a (", "(1,"),
        *("%31", "\\u0031", "\\", "=31", "QUJD", "\x1b$B", "\xff", "\0", "1\0", "From a\nX: y\n"),
        *("=?utf-8?b?MTIz?= ", "Content-Type: multipart/mixed; boundary=a\n\n--a\n", "    ", "\n"),
    ],
    ids=ascii,
)
def test_nothing_repeated_many_times_takes_long(pattern: str) -> None:
    data = (pattern * (20_000 // len(pattern))).encode("latin-1")

    for name in ("a.html", "a.xml", "a.json", "a.yaml", "a.csv", "a.md", "a.sql", "a.eml", "a.txt"):
        for item in read(name, data):
            assert isinstance(item, Unreadable) or item.at(len(item.text)).path == name
