"""Is this container written as ``attest`` writes it, to the byte? A strict reader of ZIP files.

Lenient readers keep the last of two members with one name, ignore what stands before, between and
behind members, and believe one header while another tool believes the other. Here no byte is left
to choose: each header must be the one that follows from name, size and check sum, and the members
must lie side by side from the first byte on. Nothing is extracted.

Specification: ``docs/spec/bundle-v1.md``.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO, Final
from zlib import crc32

from mnaudit.errors import InputError, TrustError
from mnaudit.signing import container
from mnaudit.signing.strict_json import safe_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Archive", "Entry", "open_archive"]

_CHUNK: Final = 2**16

# The fields of a central header that are fixed, and what a wrong one is called.
_FIXED_FIELDS: Final = (
    (1, "version"),
    (2, "version"),
    (3, "flags"),
    (4, "compression"),
    (5, "timestamp"),
    (6, "timestamp"),
    (11, "extra field"),
    (12, "comment"),
    (13, "disk"),
    (14, "attributes"),
    (15, "attributes"),
)
_PATTERN: Final = container.CENTRAL.unpack(container.central_header("", 0, 0, 0))


@dataclass(frozen=True, slots=True)
class Entry:
    """A member: where its bytes are, and what they are.

    Attributes:
        offset: Of its first byte in the container.
        size: In bytes.
        sha256: Of its bytes, 64 hex digits.
    """

    offset: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Archive:
    """The members of a container that was read once from end to end.

    Attributes:
        entries: By name, in the order of the container.
    """

    source: BinaryIO
    entries: Mapping[str, Entry]

    def read(self, name: str) -> bytes:
        """Return the bytes of a member.

        Raises:
            InputError: The container changed since it was opened (``MN443``).
        """
        entry = self.entries[name]
        self.source.seek(entry.offset)
        data = self.source.read(entry.size)
        if sha256(data).hexdigest() != entry.sha256:
            raise InputError("MN443", member=name)
        return data


@dataclass(frozen=True, slots=True)
class _Header:
    """What a central header says of a member."""

    name: str
    crc: int
    size: int
    offset: int

    @property
    def local(self) -> bytes:
        """The local header that must stand before the bytes."""
        return container.local_header(self.name, self.size, self.crc)


def open_archive(source: BinaryIO) -> Archive:
    """Read a container from end to end.

    Args:
        source: Seekable; must stay open as long as the archive is read from.

    Raises:
        TrustError: It is cut off, has bytes too many or is none of ours (``MN410``), a header
            deviates (``MN411``), a name is not portable (``MN412``) or taken (``MN413``), it is
            too large (``MN414``), or the bytes of a member are damaged (``MN415``).
    """
    size = source.seek(0, io.SEEK_END)
    if size > container.MAX_TOTAL_BYTES:
        raise _too_large("bytes", container.MAX_TOTAL_BYTES)
    headers = _directory(source, size)
    if twin := container.find_twin(header.name for header in headers):
        raise TrustError("MN413", member=safe_key(twin[1]), other=safe_key(twin[0]))
    entries: dict[str, Entry] = {}
    source.seek(0)
    for header in headers:
        # `_directory` made sure that local headers and bytes tile the file up to the directory.
        if source.read(len(header.local)) != header.local:
            raise TrustError("MN411", member=header.name, field="local header")
        offset = header.offset + len(header.local)
        entries[header.name] = Entry(offset, header.size, _digest(source, header))
    return Archive(source, entries)


def _directory(source: BinaryIO, size: int) -> list[_Header]:
    """Read the central directory, which must fill the space between members and end record."""
    end_at = size - container.END.size
    if end_at < 0:
        raise TrustError("MN410", field="size")
    source.seek(end_at)
    end = source.read(container.END.size)
    count, length, start = container.END.unpack(end)[4:7]
    if end != container.end_record(count, length, start):
        # Trailing bytes, a comment, more disks, or no ZIP at all.
        raise TrustError("MN410", field="end record")
    if count > container.MAX_MEMBERS:
        raise _too_large("members", container.MAX_MEMBERS)
    if start + length != end_at:
        # Bytes before or between, ZIP64, or a signature block.
        raise TrustError("MN410", field="central directory")
    if length > count * (container.CENTRAL.size + container.MAX_NAME_BYTES):
        raise TrustError("MN410", field="central directory")
    source.seek(start)
    headers: list[_Header] = []
    expected = 0
    for header in _headers(source.read(length), count):
        if header.offset != expected:
            # A gap, an overlap, a prefix, or another order.
            raise TrustError("MN411", member=header.name, field="offset")
        expected += len(header.local) + header.size
        headers.append(header)
    if expected != start:
        raise TrustError("MN410", field="central directory")
    return headers


def _headers(directory: bytes, count: int) -> Iterator[_Header]:
    """Read ``count`` central headers, which must fill the directory."""
    at = 0
    for _ in range(count):
        behind = at + container.CENTRAL.size
        if behind > len(directory):
            raise TrustError("MN410", field="central directory")
        fields = container.CENTRAL.unpack_from(directory, at)
        at = behind + fields[10]
        if fields[0] != _PATTERN[0] or at > len(directory):
            raise TrustError("MN410", field="central directory")
        name = _name(directory[behind:at])
        for index, field in _FIXED_FIELDS:
            if fields[index] != _PATTERN[index]:
                raise TrustError("MN411", member=name, field=field)
        crc, packed, size = fields[7:10]
        if packed != size:
            raise TrustError("MN411", member=name, field="compression")
        if size > (limit := container.limit_of(name)):
            raise _too_large(name, limit)
        yield _Header(name, crc, size, fields[16])
    if at != len(directory):
        raise TrustError("MN410", field="central directory")


def _name(raw: bytes) -> str:
    """Read a name that every system keeps as it is."""
    try:
        name = raw.decode()
    except UnicodeDecodeError as error:
        raise TrustError("MN412", member="?", rule="encoding") from error
    if defect := container.name_defect(name):
        raise TrustError("MN412", member=safe_key(name), rule=defect)
    return name


def _digest(source: BinaryIO, header: _Header) -> str:
    """Read the bytes of a member in pieces and return their SHA-256."""
    crc, digest, left = 0, sha256(), header.size
    while left and (piece := source.read(min(_CHUNK, left))):
        crc = crc32(piece, crc)
        digest.update(piece)
        left -= len(piece)
    if left or crc != header.crc:
        raise TrustError("MN415", member=header.name)
    return digest.hexdigest()


def _too_large(what: str, limit: int) -> TrustError:
    return TrustError("MN414", what=what, limit=limit)
