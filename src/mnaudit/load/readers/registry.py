"""Open whatever may hold a number (個人番号), and hand out its text piece by piece.

Each format has a module; here is who is asked, and what happens if it fails. A file that is broken,
encrypted, too large or of an unknown kind yields ``Unreadable`` beside what could be read of it:
nothing raises, nothing hangs, nothing counts as clean because nobody could look. Errors of libraries
are dropped, for they quote what they choke on.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, BinaryIO, Final

from mnaudit.errors import MnauditError
from mnaudit.load.readers import archives, binary, der, images, mail, text
from mnaudit.load.readers.delimited import (
    Header,
    aligned_rows,
    csv_rows,
    delimiter_of,
    is_aligned,
    markdown_rows,
    of_row,
    records,
    sql_rows,
)
from mnaudit.load.readers.encodings import decodings
from mnaudit.load.readers.first_look import PIECE, is_dull
from mnaudit.load.readers.keyed import json_values, yaml_values
from mnaudit.load.readers.kinds import Kind, kind_of, office_module, suffix_of
from mnaudit.load.readers.limits import Budget, LimitError, Limits
from mnaudit.load.readers.mapped import Source
from mnaudit.load.readers.markup import html_text, xml_text
from mnaudit.load.readers.names import of_member
from mnaudit.model.scan import Fragment, Place, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mnaudit.load.readers.windows import Readable
    from mnaudit.model.quick_look import Look

__all__ = ["SourceBytes", "read_fragments"]

_HEAD: Final = 2**16
_END_RECORD: Final = b"PK\x05\x06"
_END_WITHIN: Final = 2**16 + 22


@dataclass(frozen=True, slots=True)
class SourceBytes:
    """A file to look at, wherever it is: on the disk, in the index of git, on standard input.

    Attributes:
        path: How the caller names it; itself looked at.
        size: In bytes, as far as known.
        open: Give the bytes, from the first.
    """

    path: str
    size: int
    open: Callable[[], BinaryIO] = field(repr=False)


def read_fragments(
    source: SourceBytes,
    limits: Limits | None = None,
    look: Look | None = None,
) -> Iterator[Fragment | Unreadable]:
    """Yield all text of a file with its place, and what of it could not be read.

    Args:
        source: The file.
        limits: How much may be read and unpacked.
        look: For raw text that could hold a number at all; other text is not handed out.
    """
    budget = Budget(limits or Limits(), _member, look)
    place = Place(source.path)
    if look is None or look.finds(source.path.encode("utf-8", "surrogatepass")):
        yield from of_member(source.path, place)
    try:
        stream = source.open()
    except PermissionError:
        yield Unreadable("MN504", place, "permission")
        return
    except (OSError, MnauditError):
        yield Unreadable("MN504", place, "changed")
        return
    with stream:
        yield from _guarded(source.path, stream, place, budget)


def _member(
    name: str, data: bytes, place: Place, budget: Budget
) -> Iterator[Fragment | Unreadable]:
    return _guarded(name, io.BytesIO(data), place, budget)


def _guarded(
    name: str, stream: Readable, place: Place, budget: Budget
) -> Iterator[Fragment | Unreadable]:
    """Read a file; whatever goes wrong is a thing that could not be read."""
    depth = budget.depth
    try:
        yield from _read(name, stream, place, budget)
    except LimitError as error:
        yield Unreadable("MN506", place, error.reason)
    except MemoryError:
        yield Unreadable("MN506", place, "bytes")
    except OSError:
        yield Unreadable("MN504", place, "changed")
    except Exception:  # noqa: BLE001 - a reader must not fail, and an error may quote what it met
        yield Unreadable("MN504", place, "broken")
    finally:
        budget.depth = depth


def _read(
    name: str, stream: Readable, place: Place, budget: Budget
) -> Iterator[Fragment | Unreadable]:
    data = _take(stream, PIECE)
    if is_dull(name, data, budget.look):
        return
    head = data[:_HEAD]
    modules = office_module(name, head)
    kind = Kind.OFFICE if _office(modules, name, head) else kind_of(name, head)
    limit = budget.limits.structured_bytes if kind in _TEXTS else budget.limits.file_bytes
    if len(data) == PIECE:
        data += _take(stream, limit + 1 - len(data))
    if len(data) <= limit:
        yield from _whole(kind, name, data, place, budget)
    elif kind in _TEXTS:
        structure = _structure(name, head)
        yield from text.streamed(data, stream, place, budget, structure=structure)
    else:
        yield Unreadable("MN506", place, "size")
        yield from binary.strings(data, place, budget)


def _take(stream: Readable, size: int) -> bytes:
    """Read up to ``size`` bytes, fewer only at the end."""
    pieces: list[bytes] = []
    while size > 0 and (piece := stream.read(min(size, PIECE))):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _office(modules: tuple[str, ...], name: str, head: bytes) -> str | None:
    """Return the module that knows a file."""
    for module in modules:
        if import_module(f"{__package__}.{module}").reads(name, head):
            return module
    return None


def _whole(
    kind: Kind, name: str, data: bytes, place: Place, budget: Budget
) -> Iterator[Fragment | Unreadable]:
    """Read a file that is in memory; what its reader gives up is looked at as bytes."""
    try:
        yield from _READERS[kind](name, data, place, budget)
    except (LimitError, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - an error may quote what it met
        yield Unreadable("MN504", place, "broken")
        yield from _salvage(kind, data, place, budget)
    if kind not in _ZIPPED and _END_RECORD in data[-_END_WITHIN:]:
        # A ZIP behind something else: programs that unpack themselves, files that are two at once.
        yield from _salvage(Kind.OFFICE, data, place, budget)


def _salvage(
    kind: Kind, data: bytes, place: Place, budget: Budget
) -> Iterator[Fragment | Unreadable]:
    """Look at what a reader gave up: as an archive if it is one, and as bytes."""
    if kind is Kind.OFFICE and _END_RECORD in data[-_END_WITHIN:]:
        try:
            yield from archives.zip_members(data, place, budget)
        except (LimitError, MemoryError):
            raise
        except Exception:  # noqa: BLE001 - as above
            yield Unreadable("MN504", place, "broken")
    elif kind in _TEXTS:
        yield from text.fragments(data, place, budget)
    else:
        yield from binary.strings(data, place, budget)


def _read_office(
    name: str, data: bytes, place: Place, budget: Budget
) -> Iterator[Fragment | Unreadable]:
    module = _office(office_module(name, data[:_HEAD]), name, data[:_HEAD])
    yield from import_module(f"{__package__}.{module}").fragments(data, place, budget)


def _unreadable(code: str, reason: str) -> Callable[..., Iterator[Fragment | Unreadable]]:
    """Return a reader that says that it cannot read, and looks at the bytes all the same."""

    def read(
        _name: str, data: bytes, place: Place, budget: Budget
    ) -> Iterator[Fragment | Unreadable]:
        yield Unreadable(code, place, reason)
        yield from binary.strings(data, place, budget)

    return read


def _nameless(
    read: Callable[[bytes, Place, Budget], Iterator[Fragment | Unreadable]],
) -> Callable[[str, bytes, Place, Budget], Iterator[Fragment | Unreadable]]:
    """Return a reader that does not ask for the name."""
    return lambda _name, data, place, budget: read(data, place, budget)


def _read_mail(
    _name: str, data: bytes, place: Place, budget: Budget
) -> Iterator[Fragment | Unreadable]:
    return mail.fragments(data, place, budget)


def _read_text(
    name: str, data: bytes, place: Place, budget: Budget
) -> Iterator[Fragment | Unreadable]:
    yield from text.fragments(data, place, budget, structure=_structure(name, data[:_HEAD]))


_MARKDOWN: Final = frozenset({".md", ".markdown", ".mdown"})


def _structure(name: str, head: bytes) -> text.Structure | None:
    """Return how to read the rows of a text, if it has any."""
    start = next((reading for _, reading in decodings(head)), "")
    suffix = suffix_of(name)
    header = Header()
    if suffix not in _MARKDOWN and (delimiter := delimiter_of(start, suffix)):
        return text.Structure(
            lambda source, budget: records(
                source, csv_rows(source.text, delimiter), budget, header
            ),
            decides=True,
        )
    if suffix in _MARKDOWN or "\n|" in start or start.startswith("|"):
        return text.Structure(
            lambda source, budget: records(source, markdown_rows(source.text), budget)
        )
    if is_aligned(start):
        return text.Structure(
            lambda source, budget: records(source, aligned_rows(source.text), budget, header)
        )
    return None


def _keyed(
    values: Callable[[Source, Budget], Iterator[Fragment]], *, context_only: bool = False
) -> Callable[[str, bytes, Place, Budget], Iterator[Fragment | Unreadable]]:
    """Return a reader of text with a structure: as it stands, and by what encloses it."""

    def read(
        _name: str, data: bytes, place: Place, budget: Budget
    ) -> Iterator[Fragment | Unreadable]:
        if not text.may_hold(data, budget):
            yield from text.fragments(data, place, budget)  # for what is encoded in it
            return
        yield from text.fragments(data, place, budget, context_only=context_only)
        for _, reading in decodings(data):
            yield from values(Source(reading, _at_start(place)), budget)

    return read


def _at_start(place: Place) -> Place:
    return Place(
        place.path, place.members, place.page, place.sheet, place.cell, place.part, line=1, column=1
    )


def _sql_values(source: Source, budget: Budget) -> Iterator[Fragment]:
    for columns, cells in sql_rows(source.text):
        names = columns

        def fields(index: int, names: tuple[str, ...] = names) -> tuple[str, ...]:
            return names[index : index + 1]

        yield from of_row(source, cells, fields, budget)


_READERS: Final[
    dict[Kind, Callable[[str, bytes, Place, Budget], Iterator[Fragment | Unreadable]]]
] = {
    Kind.OFFICE: _read_office,
    Kind.ZIP: _nameless(archives.zip_members),
    Kind.TAR: _nameless(archives.tar_members),
    Kind.COMPRESSED: archives.compressed,
    Kind.UNSUPPORTED: _unreadable("MN504", "unknown archive"),
    Kind.CIPHERED: _unreadable("MN505", "encrypted"),
    Kind.POINTER: _unreadable("MN504", "large file not here"),
    Kind.IMAGE: _nameless(images.fragments),
    Kind.MAIL: _read_mail,
    Kind.JSON: _keyed(json_values),
    Kind.YAML: _keyed(yaml_values),
    Kind.HTML: _keyed(html_text, context_only=True),
    Kind.XML: _keyed(xml_text, context_only=True),
    Kind.SQL: _keyed(_sql_values),
    Kind.DER: _nameless(der.fragments),
    Kind.TEXT: _read_text,
    Kind.PLAIN_BINARY: _nameless(binary.strings),
    Kind.BINARY: _nameless(binary.fragments),
}
_TEXTS: Final = frozenset({Kind.JSON, Kind.YAML, Kind.HTML, Kind.XML, Kind.SQL, Kind.TEXT})
_ZIPPED: Final = frozenset({Kind.ZIP, Kind.OFFICE})
