"""Read archives: ZIP, TAR, gzip, bzip2, xz; every member by the reader of its own kind.

Nothing is extracted to disk. Sizes are those that come out, never those that are promised. What
stands beside the members, comments and names, is looked at as well; what is encrypted or packed in
a way that nobody here knows is named as such.

Sources: APPNOTE.TXT 6.3.10; POSIX pax (IEEE 1003.1); RFC 1952.
"""

from __future__ import annotations

import bz2
import io
import lzma
import tarfile
import zipfile
import zlib
from dataclasses import dataclass, field, replace
from posixpath import splitext
from typing import TYPE_CHECKING, Final, Protocol

from mnaudit.load.readers import text
from mnaudit.load.readers.encodings import is_binary
from mnaudit.load.readers.limits import LimitError
from mnaudit.load.readers.names import decode_name, member, of_member
from mnaudit.model.scan import Fragment, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mnaudit.load.readers.limits import Budget
    from mnaudit.model.scan import Place

__all__ = ["compressed", "compression_of", "is_tar", "tar_members", "unsupported", "zip_members"]

_CHUNK: Final = 2**18
_ENCRYPTED: Final = 0x1
_UTF_8: Final = 0x800
_UNIX_EXTRA: Final = 0x7075
_LOCAL: Final = b"PK\x03\x04"
_CENTRAL: Final = b"PK\x01\x02"
_GAP: Final = 30
"""A local header is no shorter: fewer bytes between members hide none."""

_DESCRIPTOR: Final = 24
_METHODS: Final = frozenset(
    {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA}
)

_UNSUPPORTED: Final = (
    (0, b"7z\xbc\xaf\x27\x1c"),
    (0, b"Rar!\x1a\x07"),
    (2, b"-lh"),
    (2, b"-lz"),
    (0, b"MSCF"),
    (0, b"\x28\xb5\x2f\xfd"),  # Zstandard
    (0, b"\x1f\x9d"),  # compress
    (0, b"LZIP"),
    (0, b"\x04\x22\x4d\x18"),  # LZ4
    (0, b"ISc("),
)


def unsupported(head: bytes) -> bool:
    """Tell whether this is an archive that cannot be opened here."""
    return any(head.startswith(magic, at) for at, magic in _UNSUPPORTED)


def zip_members(data: bytes, place: Place, budget: Budget) -> Iterator[Fragment | Unreadable]:
    """Read a ZIP file: its comment, the names of its members, and what is in them."""
    if data.count(_CENTRAL) > budget.limits.members:
        raise LimitError("members")  # before the library makes an object of each
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        yield from _comment(archive.comment, place, budget)
        covered: list[tuple[int, int]] = [(archive.start_dir, len(data))]
        for ordinal, info in enumerate(archive.infolist(), 1):
            budget.spend(members=1)
            name = _name(info)
            inside = replace(place, members=(*place.members, member(name, ordinal)))
            yield from of_member(name, inside)
            yield from _comment(info.comment, inside, budget)
            covered.append(_extent(data, info))
            if not info.is_dir() or info.file_size:
                yield from _zip_member(archive, info, name, inside, budget)
    yield from _gaps(data, sorted(covered), place, budget)


def _name(info: zipfile.ZipInfo) -> str:
    """Return the name of a member as the person saw it who packed it."""
    if info.flag_bits & _UTF_8:
        return info.orig_filename
    try:
        return decode_name(info.orig_filename.encode("cp437"))
    except UnicodeEncodeError:
        return info.orig_filename


def _comment(comment: bytes, place: Place, budget: Budget) -> Iterator[Fragment | Unreadable]:
    if comment:
        yield from text.fragments(comment, replace(place, part="comment"), budget)


def _zip_member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, place: Place, budget: Budget
) -> Iterator[Fragment | Unreadable]:
    if info.flag_bits & _ENCRYPTED:
        yield Unreadable("MN505", place, "encrypted")
        return
    if info.compress_type not in _METHODS:
        yield Unreadable("MN504", place, "compression")
        return
    try:
        stream = archive.open(info)
    except _BROKEN:
        yield Unreadable("MN504", place, "broken")
        return
    with stream:
        # The library would keep the last piece to itself if the sum is wrong; it is compared below.
        stream._expected_crc = None  # type: ignore[attr-defined]  # noqa: SLF001
        metered = _Metered(stream, info.compress_size, budget)
        yield from _content(name, metered, place, budget)
    if metered.is_whole and metered.crc != info.CRC:
        yield Unreadable("MN504", place, "broken")


class _Stream(Protocol):
    """What members are read from."""

    def read(self, size: int, /) -> bytes:
        """Return up to ``size`` bytes; nothing at the end."""


_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    OSError,
    EOFError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)
"""What the libraries raise when they meet a damaged member."""


@dataclass(slots=True)
class _Metered:
    """A stream that pays for what it reads, and ends where it is damaged.

    Attributes:
        crc: The check sum (CRC-32) of what was read.
        is_broken: Whether it ended before its end.
        is_whole: Whether it was read to its end.
    """

    stream: _Stream = field(repr=False)
    packed: int
    budget: Budget
    size: int = 0
    crc: int = 0
    is_broken: bool = False
    is_whole: bool = False

    def read(self, size: int, /) -> bytes:
        """Return up to ``size`` bytes; nothing at the end.

        Raises:
            LimitError: It is far larger than what it is packed in, or too much altogether.
        """
        if self.is_broken:
            return b""
        try:
            piece = self.stream.read(min(size, _CHUNK))
        except _BROKEN:
            self.is_broken = True
            return b""
        self.is_whole = not piece
        self.crc = zlib.crc32(piece, self.crc)
        self.size += len(piece)
        self.budget.spend(bytes_=len(piece))
        self.budget.check_ratio(self.packed, self.size)
        return piece


def _content(
    name: str, stream: _Metered, place: Place, budget: Budget
) -> Iterator[Fragment | Unreadable]:
    """Read what is in a member: what is too long for memory only if it is text."""
    pieces: list[bytes] = []
    try:
        while stream.size <= budget.limits.file_bytes and (piece := stream.read(_CHUNK)):
            pieces.append(piece)
        data = b"".join(pieces)
        if stream.size <= budget.limits.file_bytes:
            yield from budget.inside(name, data, place)
        elif is_binary(data) or not is_plain(data):
            yield Unreadable("MN506", place, "size")
        else:
            yield from text.streamed(data, stream, place, budget)
    except LimitError as error:
        if error.reason != "ratio":
            raise
        yield Unreadable("MN506", place, error.reason)
    if stream.is_broken:
        yield Unreadable("MN504", place, "broken")


def is_plain(data: bytes) -> bool:
    """Tell whether data has no mark of a container, so that it can be read as text."""
    return not (unsupported(data) or compression_of(data) or data.startswith((_LOCAL, b"%PDF")))


def _extent(data: bytes, info: zipfile.ZipInfo) -> tuple[int, int]:
    """Return where a member lies in the file."""
    header = data[info.header_offset : info.header_offset + _GAP]
    names = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    return info.header_offset, info.header_offset + _GAP + names + info.compress_size


def _gaps(
    data: bytes, covered: list[tuple[int, int]], place: Place, budget: Budget
) -> Iterator[Fragment | Unreadable]:
    """Look at what lies between the members: another program may see members there."""
    behind = 0
    for start, end in covered:
        gap = data[behind:start]
        if len(gap) > _DESCRIPTOR:
            if _LOCAL in gap:
                yield Unreadable("MN504", place, "hidden member")
            yield from text.fragments_narrow(gap, replace(place, part="binary data"), budget)
        behind = max(behind, end)


def is_tar(head: bytes) -> bool:
    """Tell whether this is a TAR file: by its mark, or by the sum over its first header."""
    if head[257:262] == b"ustar":
        return True
    try:
        stored = int(head[148:156].strip(b" \0") or b"-", 8)
    except ValueError:
        return False
    block = head[:148] + b" " * 8 + head[156:512]
    return len(block) == tarfile.BLOCKSIZE and sum(block) == stored


def tar_members(data: bytes, place: Place, budget: Budget) -> Iterator[Fragment | Unreadable]:
    """Read a TAR file: names, links, notes, and what is in its members."""
    with tarfile.open(
        fileobj=io.BytesIO(data), mode="r:", encoding="utf-8", errors="surrogateescape"
    ) as archive:
        ordinal = 0
        while info := archive.next():
            ordinal += 1
            budget.spend(members=1)
            name = _posix_name(info.name)
            inside = replace(place, members=(*place.members, member(name, ordinal)))
            yield from of_member(name, inside)
            notes = [info.linkname, info.uname, info.gname]
            notes += [str(note) for key, note in info.pax_headers.items() if key not in _TIMES]
            told = _posix_name("\n".join(note for note in notes if note))
            yield from text.of_text(told, replace(inside, part="metadata"), budget)
            if info.isreg() and (stream := archive.extractfile(info)):
                yield from _content(name, _Metered(stream, info.size, budget), inside, budget)
        if ordinal == 0 or archive.offset > len(data):
            yield Unreadable("MN504", place, "broken")


_TIMES: Final = frozenset({"mtime", "atime", "ctime", "size", "uid", "gid"})


def _posix_name(name: str) -> str:
    try:
        return decode_name(name.encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError:
        return name.encode("utf-8", "replace").decode()


_GZIP: Final = 31
"""For zlib: a header of gzip, and the largest window."""

_PACKED: Final = 2**12
_COMPRESSIONS: Final = (
    (b"\x1f\x8b\x08", ".gz"),
    (b"BZh", ".bz2"),
    (b"\xfd7zXZ\0", ".xz"),
)
_SUFFIXES: Final = {
    ".tgz": ".tar",
    ".tbz": ".tar",
    ".tbz2": ".tar",
    ".txz": ".tar",
    ".svgz": ".svg",
}


def compression_of(head: bytes) -> str | None:
    """Tell how a single file is compressed, by the usual suffix."""
    return next((suffix for magic, suffix in _COMPRESSIONS if head.startswith(magic)), None)


def compressed(
    name: str, data: bytes, place: Place, budget: Budget
) -> Iterator[Fragment | Unreadable]:
    """Read a compressed file: what the header says, and what is in it."""
    kind = compression_of(data)
    stem, suffix = splitext(name)
    inner = stem + _SUFFIXES.get(suffix.casefold(), "") if suffix else name
    budget.spend(members=1)
    inside = replace(place, members=(*place.members, member(inner.rpartition("/")[2], 1)))
    if kind == ".gz":
        yield from _gzip_notes(data, inside, budget)
    stream = _opened(data, kind, budget)
    yield from _content(inner, _Metered(stream, len(data), budget), inside, budget)
    if isinstance(stream, _Gzip) and stream.trailing:
        yield from text.fragments_narrow(
            stream.trailing, replace(place, part="binary data"), budget
        )


def _opened(data: bytes, kind: str | None, budget: Budget) -> _Stream:
    stream = io.BytesIO(data)
    if kind == ".bz2":
        return bz2.BZ2File(stream)
    if kind == ".xz":
        return lzma.LZMAFile(stream)
    return _Gzip(data, budget.limits.members)


class _Gzip:
    """The members of a gzip file, one after the other.

    Attributes:
        trailing: What stands behind them and is none.
    """

    def __init__(self, data: bytes, most: int) -> None:
        self._data = data
        self._at = 0
        self._most = most
        self._inflate = zlib.decompressobj(_GZIP)
        self.trailing = b""

    def read(self, size: int, /) -> bytes:
        """Return up to ``size`` bytes; nothing at the end.

        Raises:
            zlib.error: It is damaged.
            EOFError: It is cut off.
            LimitError: It has too many members.
        """
        while True:
            if self._inflate.eof and not self._next():
                return b""
            packed = self._inflate.unconsumed_tail
            if not packed:
                packed = self._data[self._at : self._at + _PACKED]
                self._at += len(packed)
            piece = self._inflate.decompress(packed, size)
            if piece:
                return piece
            if not packed and not self._inflate.eof:
                raise EOFError

    def _next(self) -> bool:
        """Go to the next member, if there is one."""
        self._at -= len(self._inflate.unused_data)
        while self._data.startswith(b"\0", self._at):
            self._at += 1  # zeros are padding
        if not self._data.startswith(_COMPRESSIONS[0][0], self._at):
            self.trailing, self._at = self._data[self._at :] or self.trailing, len(self._data)
            return False
        self._most -= 1
        if self._most < 0:
            raise LimitError("members")
        self._inflate = zlib.decompressobj(_GZIP)
        return True


def _gzip_notes(data: bytes, place: Place, budget: Budget) -> Iterator[Fragment | Unreadable]:
    """Look at the name and the comment in the header of a gzip file (RFC 1952 §2.3)."""
    flags, at = data[3], 10
    if flags & 4:
        at += 2 + int.from_bytes(data[at : at + 2], "little")
    for flag, part in ((8, "file name"), (16, "comment")):
        if flags & flag:
            end = data.find(b"\0", at)
            if end < 0:
                return
            note = decode_name(data[at:end])
            yield from text.of_text(note, replace(place, part=part), budget)
            at = end + 1
