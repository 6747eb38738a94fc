"""Read PDF files: every page, and all that is on no page.

PDFium reads them in a process of its own (``pdf_worker``), for a file made to crash it must end as
``MN504`` and not with us. What PDFium does not show, such as older versions of the file that it still
contains, is looked up in the bytes (``pdf_objects``). A page that is a picture needs a person's eyes
(``MN503``).

Source: ISO 32000-2.
"""

from __future__ import annotations

import atexit
import base64
import json
import os
import re
import struct
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from mnaudit.load.readers import pdf_worker
from mnaudit.load.readers.digits import could_hold
from mnaudit.load.readers.names import member, of_member
from mnaudit.load.readers.pdf_objects import objects
from mnaudit.load.readers.pdf_worker import Item
from mnaudit.model.scan import Fragment, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mnaudit.load.readers.limits import Budget
    from mnaudit.model.scan import Place

__all__ = ["close", "fragments", "reads"]

_MAGIC: Final = b"%PDF-"
_MAGIC_WITHIN: Final = 1_024
_SECONDS: Final = 120.0
"""Per file and version. A clock, for nothing in PDFium counts its work; 5,000 pages take a minute."""

_END_OF_FILE: Final = re.compile(rb"%%EOF\s{0,2}")
_DATE: Final = re.compile(r"D:[\d+\-Z']*")
_VERSIONS: Final = 12
_FRAME: Final = struct.Struct("<Q")
_SHORT: Final = 4
_CODES: Final = {
    "encrypted": "MN505",
    "scan": "MN503",
    "picture": "MN503",
    "unmapped text": "MN503",
    "pages": "MN506",
    "outline": "MN506",
    "time": "MN506",
    "bytes": "MN506",
}
_PARTS: Final = {
    "annotation": "annotation",
    "field": "form field",
    "label": "page label",
    "metadata": "metadata",
    "outline": "outline",
    "script": "script",
}


def reads(_name: str, head: bytes) -> bool:
    """Tell whether this is a PDF file; the mark may come a little late."""
    return _MAGIC in head[:_MAGIC_WITHIN]


def fragments(data: bytes, place: Place, budget: Budget) -> Iterator[Fragment | Unreadable]:
    """Read a PDF file, its earlier versions and its attachments."""
    if find_spec("pypdfium2") is None:
        yield Unreadable("MN504", place, "no reader")
        return
    reader = _Reader(place, budget)
    for item in _READING.ask(data, budget, _SECONDS):
        yield from reader.take(item)
    yield from reader.fields()
    if b"/Encrypt" not in data:
        yield from reader.hidden(data)
    yield from _earlier(data, reader, budget)


def _earlier(data: bytes, reader: _Reader, budget: Budget) -> Iterator[Fragment | Unreadable]:
    """Read the versions before the last: a change is appended, and the file before it remains."""
    ends = [found.end() for found in _END_OF_FILE.finditer(data)][:-1]
    if len(ends) > _VERSIONS:
        yield Unreadable("MN506", reader.place, "versions")
    for end in ends[-_VERSIONS:]:
        for item in _READING.ask(data[:end], budget, _SECONDS):
            yield from reader.take_earlier(item)


class _Reader:
    """Turns items into fragments.

    Attributes:
        place: Of the file.
    """

    def __init__(self, place: Place, budget: Budget) -> None:
        self.place = place
        self._budget = budget
        self._seen: set[str] = set()
        self._files: set[bytes] = set()
        self._fields: list[Item] = []

    def take(self, item: Item) -> Iterator[Fragment | Unreadable]:
        """Take an item in."""
        place = replace(self.place, page=item.page)
        if item.kind == "unreadable":
            yield Unreadable(_CODES.get(item.text, "MN504"), place, item.text)
            return
        self._budget.spend(bytes_=len(item.text))
        if item.kind in {"attachment", "xml"}:
            yield from self._file(item.name or "form.xml", base64.b64decode(item.text))
            return
        self._seen.add(item.text)
        if item.kind == "metadata" and _DATE.fullmatch(item.text):
            return
        if item.kind == "field":
            self._fields.append(item)
        elif item.kind in {"text", "order"}:
            yield Fragment(item.text, place)
        elif item.kind == "cell":
            fields = tuple(item.name.split("\n"))
            yield Fragment(item.text, place, fields=fields, context_only=True)
        else:
            names = tuple(item.name.split("\n")) if item.name else ()
            yield Fragment(item.text, replace(place, part=_PARTS[item.kind]), fields=names)

    def take_earlier(self, item: Item) -> Iterator[Fragment | Unreadable]:
        """Take an item of an earlier version in, if the last version does not show the same."""
        if item.kind in {"attachment", "xml"}:
            yield from self.take(item)
        elif item.kind != "unreadable" and item.text not in self._seen:
            self._budget.spend(bytes_=len(item.text))
            self._seen.add(item.text)
            place = replace(self.place, page=item.page, part="earlier version")
            yield Fragment(item.text, place, fields=tuple(item.name.split("\n")))

    def fields(self) -> Iterator[Fragment]:
        """Hand out the form fields; boxes for single digits that follow each other are one record."""
        group = 0
        for number, item in enumerate(self._fields):
            before = self._fields[number - 1] if number else item
            is_box = len(item.text) <= _SHORT and len(before.text) <= _SHORT
            if not is_box or before.page != item.page:
                group += 1
            place = replace(self.place, page=item.page, part="form field")
            names = tuple(name for name in item.name.split("\n") if name)
            yield Fragment(item.text, place, record=f"form {group}", fields=names)

    def hidden(self, data: bytes) -> Iterator[Fragment | Unreadable]:
        """Hand out what stands in the objects of the file and nobody has shown yet."""
        for found in objects(data, self._budget):
            if found.file is not None:
                yield from self._file(found.name, found.file)
                continue
            fresh = [pair for pair in found.texts if pair[1].strip() and pair[1] not in self._seen]
            self._seen.update(text for _, text in fresh)
            if any(could_hold(text) for _, text in fresh):
                lines = "\n".join(f"{name} {text}" for name, text in fresh)
                yield Fragment(lines, replace(self.place, part="other part"))

    def _file(self, name: str, data: bytes) -> Iterator[Fragment | Unreadable]:
        digest = sha256(data).digest()
        if digest in self._files:
            return
        self._files.add(digest)
        shown = member(name, len(self._files))
        place = replace(self.place, members=(*self.place.members, shown))
        yield from of_member(name, place)
        yield from self._budget.inside(name, data, place)


class _Worker:
    """A process that reads PDF files, one after the other."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and file
            [sys.executable, "-I", str(Path(pdf_worker.__file__)), json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    @property
    def is_usable(self) -> bool:
        """Whether it runs and is ours: a fork must not talk to the process of its parent."""
        return self.owner == os.getpid() and self._process.poll() is None

    def ask(self, data: bytes) -> Iterator[Item]:
        """Send a file and hand out the answers.

        Raises:
            OSError: The process has ended.
            EOFError: It ended in the middle.
        """
        source, target = self._process.stdin, self._process.stdout
        if source is None or target is None:  # pragma: no cover - both were asked for
            raise OSError
        source.write(_FRAME.pack(len(data)))
        source.write(data)
        source.flush()
        while size := _FRAME.unpack(_exactly(target, _FRAME.size))[0]:
            yield Item(*json.loads(_exactly(target, size)))

    def kill_as(self, late: threading.Event) -> None:
        """End the process, whatever it does, and tell that it was late."""
        late.set()
        self._process.kill()

    def close(self) -> None:
        """End the process and forget it."""
        if self.owner != os.getpid():
            return
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(OSError):  # what was not yet sent is not wanted any more
                    stream.close()
        self._process.wait()


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


class _Reading:
    """The process in use, if there is one, and who may talk to it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._worker: _Worker | None = None
        atexit.register(self.close)

    def ask(self, data: bytes, budget: Budget, seconds: float) -> list[Item]:
        """Return what is in a file; if the process dies of it, what was found so far and that."""
        with self._lock:
            worker = self._ready()
            late = threading.Event()
            timer = threading.Timer(seconds, worker.kill_as, (late,))
            timer.start()
            items: list[Item] = []
            left = budget.left_bytes
            try:
                for item in worker.ask(data):
                    items.append(item)
                    left -= len(item.text)
                    if left < 0:
                        self._drop()
                        return [*items[:-1], Item("unreadable", None, "bytes")]
            except (OSError, EOFError):
                self._drop()
                items.append(Item("unreadable", None, "time" if late.is_set() else "crashed"))
            finally:
                timer.cancel()
            return items

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._drop()

    def _ready(self) -> _Worker:
        if self._worker is None or not self._worker.is_usable:
            self._drop()
            self._worker = _Worker()
        return self._worker

    def _drop(self) -> None:
        if self._worker is not None:
            self._worker.close()
            self._worker = None


_READING: Final = _Reading()


def close() -> None:
    """End the process that reads PDF files; the next file starts another."""
    _READING.close()
