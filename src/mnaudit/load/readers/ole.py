"""Read compound files (OLE2): Office 97 to 2003, encrypted Office files, Outlook mails, embedded objects.

What is understood is read; out of every other stream text is picked, and if nothing in the file is
understood, that is said (``MN504``).

Source: [MS-CFB]; [MS-OFFCRYPTO] 2.3.1 (``EncryptedPackage``); [MS-OXMSG] 2.2.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mnaudit.load.readers.binary_office import (
    EncryptedError,
    document_text,
    presentation_text,
    remains,
)
from mnaudit.load.readers.compound import MAGIC, read_streams
from mnaudit.load.readers.flow import Flow
from mnaudit.load.readers.strings import strings
from mnaudit.load.readers.vba import modules
from mnaudit.load.readers.xls import read_workbook
from mnaudit.model.scan import Fragment, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mnaudit.load.readers.compound import Stream
    from mnaudit.load.readers.limits import Budget
    from mnaudit.model.scan import Place

__all__ = ["fragments", "reads"]

_ENCRYPTED: Final = frozenset({"EncryptedPackage", "EncryptionInfo", "EncryptedSummary"})
_BOOKS: Final = frozenset({"Workbook", "Book"})
_WORD_STREAMS: Final = frozenset({"WordDocument", "0Table", "1Table"})
_PICTURES: Final = frozenset({"Pictures", "Data"})
_PICTURE: Final = re.compile(rb"\xff\xd8\xff[\xe0-\xef]|\x89PNG\r\n")
_PICTURE_BYTES: Final = 20_000
_MAIL: Final = "__properties_version1.0"
_MAIL_TEXT: Final = re.compile(r"__substg1\.0_[0-9A-F]{4}(001[EF])")
_MAIL_HTML: Final = re.compile(r"__substg1\.0_1013(?:0102|001[EF])")
_MAIL_FILE: Final = "__substg1.0_37010102"
_NATIVE: Final = "\x01Ole10Native"
_PACKAGES: Final = {"Package": "package.zip", "CONTENTS": "contents", "Contents": "contents"}


def reads(_name: str, head: bytes) -> bool:
    """Tell whether this is a compound file."""
    return head.startswith(MAGIC)


def fragments(data: bytes, place: Place, budget: Budget) -> Iterator[Fragment | Unreadable]:
    """Read a compound file."""
    streams = tuple(read_streams(data, budget))
    names = frozenset(stream.name for stream in streams)
    if names & _ENCRYPTED:
        yield Unreadable("MN505", place, "encrypted")
        return
    by_name = {stream.name: stream.data for stream in streams}
    understood = False
    if "WordDocument" in names:
        understood = True
        yield from _document(by_name, place)
    if "PowerPoint Document" in names:
        understood = True
        yield from _presentation(by_name, place)
    for stream in streams:
        if stream.name in _BOOKS:
            understood = True
            yield from read_workbook(stream.data, place, budget)
        elif stream.name in _PACKAGES or stream.name == _NATIVE:
            understood = True
            yield from _embedded(stream, place, budget)
        else:
            yield from _other(stream, names, place, budget)
    if not understood and _MAIL not in names:
        yield Unreadable("MN504", place, "unknown format")


def _document(streams: Mapping[str, bytes], place: Place) -> Iterator[Fragment | Unreadable]:
    try:
        yield from _flowing(document_text(streams), place)
    except EncryptedError:
        yield Unreadable("MN505", place, "encrypted")
        return
    for text in remains(streams):
        yield Fragment(text, replace(place, part="earlier version"))


def _presentation(streams: Mapping[str, bytes], place: Place) -> Iterator[Fragment | Unreadable]:
    try:
        yield from _flowing(presentation_text(streams["PowerPoint Document"]), place)
    except EncryptedError:
        yield Unreadable("MN505", place, "encrypted")


def _flowing(text: str, place: Place) -> Iterator[Fragment]:
    flow = Flow(place)
    for line in text.splitlines(keepends=True):
        flow.write(line)
        yield from flow.full()
    yield from flow.rest()


def _embedded(stream: Stream, place: Place, budget: Budget) -> Iterator[Fragment | Unreadable]:
    """Read a file that is kept in a stream as it is, or behind its name."""
    if stream.name == _NATIVE:
        name, data = _native(stream.data)
    else:
        name, data = _PACKAGES[stream.name], stream.data
    yield from budget.inside(name, data, replace(place, part="embedded file"))


def _native(data: bytes) -> tuple[str, bytes]:
    """Read an object of the packager: names, then the file ([MS-OLEDS] 2.3.6 and practice)."""
    _, _, rest = data[6:].partition(b"\0")
    path, _, rest = rest.partition(b"\0")
    skipped = 8 + int.from_bytes(rest[4:8], "little")
    size = int.from_bytes(rest[skipped : skipped + 4], "little")
    content = rest[skipped + 4 : skipped + 4 + size]
    if not content:
        return "embedded", data[4:]
    name = path.decode("cp932", "replace").replace("\\", "/").rpartition("/")[2]
    return name, content


def _other(
    stream: Stream, names: frozenset[str], place: Place, budget: Budget
) -> Iterator[Fragment | Unreadable]:
    """Pick text out of any stream."""
    found = _MAIL_TEXT.fullmatch(stream.name)
    if _MAIL in names and stream.name == _MAIL_FILE:
        yield from budget.inside("attachment", stream.data, replace(place, part="attachment"))
    elif _MAIL in names and _MAIL_HTML.fullmatch(stream.name):
        yield from budget.inside("body.html", stream.data, replace(place, part="message"))
    elif _MAIL in names and found:
        encoding = "utf-16-le" if found[1] == "001F" else "cp932"
        text = stream.data.decode(encoding, "replace")
        yield from _flowing(text, replace(place, part="message"))
    elif stream.name in _PICTURES and len(stream.data) >= _PICTURE_BYTES:
        if _PICTURE.search(stream.data):
            yield Unreadable("MN503", place, "picture")
    elif stream.name not in _WORD_STREAMS and stream.name != "PowerPoint Document":
        for text in modules(stream.data, budget):
            yield Fragment(text, replace(place, part="macro", line=1))
        part = "metadata" if stream.name.startswith("\x05") else "other part"
        for text in strings(stream.data):
            yield Fragment(text, replace(place, part=part))
