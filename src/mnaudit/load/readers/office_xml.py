"""Open an office file: the parts of its ZIP, and the XML in them as events.

Own and small, because the libraries for these formats show what a person would see: they leave out
deleted text, hidden sheets, caches, parts that nothing refers to. A scanner must see those too.
No document type is obeyed: an entity is refused, and nothing is ever fetched.

Source: ECMA-376 part 2 (OPC), ODF 1.3 part 2, XML 1.0.
"""

from __future__ import annotations

import codecs
import lzma
import posixpath
import re
import struct
import zlib
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import unquote
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import BadZipFile, ZipFile

from mnaudit.load.readers.digits import could_hold
from mnaudit.load.readers.names import member, of_member
from mnaudit.model.scan import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from zipfile import ZipInfo

    from mnaudit.load.readers.limits import Budget
    from mnaudit.model.scan import Fragment, Place

__all__ = [
    "BROKEN",
    "COMMENT",
    "END",
    "START",
    "TEXT",
    "Event",
    "Link",
    "Package",
    "attribute",
    "events",
    "is_package",
]

START: Final = 0
END: Final = 1
TEXT: Final = 2
COMMENT: Final = 3

Event: TypeAlias = tuple[int, str, Any]
"""Kind, local name (of START and END), and attributes (START) or text (TEXT, COMMENT)."""

BROKEN: Final = (
    BadZipFile,
    EOFError,
    ExpatError,
    LookupError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
    lzma.LZMAError,
    struct.error,
    zlib.error,
)
"""What reading a damaged part may raise."""

_KINDS: Final = (
    b"word/document",
    b"xl/workbook",
    b"xl/worksheets/",
    b"ppt/slides/",
    b"ppt/present",
)
_CHUNK: Final = 64 * 1024
_ENCRYPTED: Final = 0x1
_DECLARED: Final = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_TO_UTF8: Final = {
    "shift_jis": "cp932",
    "windows-31j": "cp932",
    "cp932": "cp932",
    "x-sjis": "cp932",
    "euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp",
}


class _EntityError(ValueError):
    """The document type declares an entity: the beginning of a bomb. Holds no content."""


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship of a part.

    Attributes:
        id: As the part names it.
        kind: The last word of its type: ``worksheet``, ``comments``, ``hyperlink`` …
        target: The part meant, without a leading slash; the address if it is outside.
        outside: Whether the target is no part of the package.
    """

    id: str
    kind: str
    target: str
    outside: bool


def is_package(name: str, head: bytes, own: Sequence[bytes], suffixes: tuple[str, ...]) -> bool:
    """Tell whether a ZIP is a document of a kind.

    Args:
        name: Of the file: decides only if the parts of no kind are in sight.
        head: How the file begins.
        own: Names of parts that only this kind has.
        suffixes: Of files of this kind.
    """
    if not head.startswith(b"PK\x03\x04"):
        return False
    if any(part in head for part in own):
        return True
    return name.casefold().endswith(suffixes) and not any(part in head for part in _KINDS)


class Package:
    """A ZIP whose members are the parts of one document.

    Attributes:
        place: Of the document.
        budget: What may still be unpacked.
        parts: All members that are files, doubles included, in the order of the directory.
    """

    def __init__(self, data: bytes, place: Place, budget: Budget) -> None:
        self.place = place
        self.budget = budget
        self._zip = ZipFile(BytesIO(data))
        infos = self._zip.infolist()
        budget.spend(members=len(infos))
        self.parts = tuple(info for info in infos if not info.is_dir())
        self._by_name = {_plain(info.filename): info for info in self.parts}
        self._ordinals = {id(info): number for number, info in enumerate(self.parts, 1)}
        self.comment = self._zip.comment

    def find(self, name: str) -> ZipInfo | None:
        """Return the part of that name, as office programs look for it: whatever its case."""
        return self._by_name.get(_plain(name))

    def at(self, info: ZipInfo) -> Place:
        """Return the place of a part as a member, for parts that are files of their own."""
        name = member(info.filename, self._ordinals[id(info)])
        return replace(self.place, members=(*self.place.members, name))

    def chunks(self, info: ZipInfo) -> Iterator[bytes]:
        """Unpack a part piece by piece, within the budget."""
        unpacked = 0
        with self._zip.open(info) as file:
            while chunk := file.read(_CHUNK):
                unpacked += len(chunk)
                self.budget.spend(bytes_=len(chunk))
                self.budget.check_ratio(info.compress_size, unpacked)
                yield chunk

    def read(self, info: ZipInfo) -> bytes:
        """Unpack a part."""
        return b"".join(self.chunks(info))

    def events(self, info: ZipInfo) -> Iterator[Event]:
        """Unpack a part and parse it as XML."""
        return events(self.chunks(info))

    def guarded(
        self, info: ZipInfo, read: Callable[[ZipInfo], Iterable[Fragment | Unreadable]]
    ) -> Iterator[Fragment | Unreadable]:
        """Read a part; if it is broken, say so and let the others be read."""
        if could_hold(info.filename):  # other names are those of the format
            yield from of_member(info.filename, self.at(info))
        if info.flag_bits & _ENCRYPTED:
            yield Unreadable("MN505", self.at(info), "encrypted")
            return
        try:
            yield from read(info)
        except BROKEN:
            yield Unreadable("MN504", self.at(info), "broken")

    def inside(self, info: ZipInfo) -> Iterator[Fragment | Unreadable]:
        """Read a part as a file of its own."""
        return self.budget.inside(info.filename, self.read(info), self.at(info))

    def links(self, part: str) -> tuple[Link, ...]:
        """Read the relationships of a part (ECMA-376 part 2 §6.5); those of the package of ''.

        Broken ones are none: the reader of all parts comes to them again and says so.
        """
        folder, name = posixpath.split(part)
        info = self.find(posixpath.join(folder, "_rels", f"{name}.rels"))
        if info is None:
            return ()
        found: list[Link] = []
        try:
            for kind, name, value in self.events(info):
                if kind == START and name == "Relationship":
                    found.append(_link(folder, value))
        except BROKEN:
            return ()
        return tuple(found)


def _link(folder: str, value: dict[str, str]) -> Link:
    outside = value.get("TargetMode") == "External"
    target = value.get("Target", "")
    if not outside:
        joined = posixpath.normpath(posixpath.join("/", folder, unquote(target)))
        target = joined.lstrip("/")
    return Link(value.get("Id", ""), value.get("Type", "").rpartition("/")[2], target, outside)


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


def attribute(attributes: dict[str, str], name: str, default: str = "") -> str:
    """Return an attribute by its local name, whatever its prefix."""
    if name in attributes:
        return attributes[name]
    suffix = f":{name}"
    return next((value for key, value in attributes.items() if key.endswith(suffix)), default)


def events(chunks: Iterable[bytes]) -> Iterator[Event]:
    """Parse XML as a stream.

    Raises:
        ExpatError: It is not well formed.
        ValueError: It declares an entity, or its bytes are not of its encoding.
        LookupError: Nobody knows its encoding.
    """
    pending: list[Event] = []
    parser = ParserCreate()
    parser.buffer_text = True
    names: dict[str, str] = {}

    def local(name: str) -> str:
        known = names.get(name)
        if known is None:
            known = names[name] = name.rpartition(":")[2]
        return known

    def start(name: str, attributes: dict[str, str]) -> None:
        pending.append((START, local(name), attributes))

    def end(name: str) -> None:
        pending.append((END, local(name), None))

    def text(data: str) -> None:
        pending.append((TEXT, "", data))

    def comment(data: str) -> None:
        pending.append((COMMENT, "", data))

    def entity(*_: object) -> None:
        raise _EntityError

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.CommentHandler = comment
    parser.EntityDeclHandler = entity
    for chunk in _growing(_for_expat(chunks), pending):
        parser.Parse(chunk, False)  # noqa: FBT003 - the parameter has no name
        yield from pending
    parser.Parse(b"", True)  # noqa: FBT003
    yield from pending


def _growing(chunks: Iterable[bytes], pending: list[Event]) -> Iterator[bytes]:
    """Join chunks while they bring no event, and clear the events that were brought.

    Expat before 2.6 starts anew at every chunk of one endless token (CVE-2023-52425); chunks that
    double make that linear.
    """
    wanted, held = 0, bytearray()
    for chunk in chunks:
        held += chunk
        if len(held) >= wanted:
            yield bytes(held)
            wanted = 0 if pending else 2 * max(wanted, len(held))
            pending.clear()
            held.clear()
    yield bytes(held)
    pending.clear()


def _for_expat(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Turn an encoding that expat does not know, such as Shift_JIS, into UTF-8."""
    pieces = iter(chunks)
    head = next(pieces, b"")
    declared = _DECLARED.match(head)
    codec = _TO_UTF8.get(declared[1].decode("ascii").lower()) if declared else None
    if declared is None or codec is None:
        yield head
        yield from pieces
        return
    decoder = codecs.getincrementaldecoder(codec)("strict")
    yield decoder.decode(head).encode("utf-8").replace(declared[1], b"utf-8", 1)
    for piece in pieces:
        yield decoder.decode(piece).encode("utf-8")
    yield decoder.decode(b"", final=True).encode("utf-8")
