"""What the scanner looks at and what it finds: text with its place, hits, and what nobody could read.

A hit knows *where* a number (個人番号) stands, never *what* it is: no field of it could hold one.
Plain dataclasses and no pydantic: millions of fragments are made in one run.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

__all__ = ["Fragment", "Hit", "Place", "ScanResult", "Unreadable"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands.

    Attributes:
        path: The file, as the caller named it.
        members: Names inside containers, outermost first: a ZIP in a mail, a file in the ZIP.
        page: Of a PDF or a slide, from 1.
        sheet: The name of the spreadsheet page.
        cell: The cell, ``B12``.
        part: What it is part of if not the body: an id such as ``comment``, ``metadata`` or
            ``file name``, whose words stand in the messages.
        line: From 1.
        column: In characters, from 1.
    """

    path: str
    members: tuple[str, ...] = ()
    page: int | None = None
    sheet: str | None = None
    cell: str | None = None
    part: str | None = None
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of text to look at.

    Attributes:
        text: May hold a number: never shown, logged or kept.
        place: Of the first character.
        record: Groups the fragments of one row or record; near is what shares it.
        fields: Headers or field names that apply: the column header, the path of keys.
        typed: The id of the number type that a schema declares for this field.
        context_only: Another fragment shows the same text in better order, as the cells of its
            row, and decides; here only a number with context counts.
    """

    text: str = field(repr=False)
    place: Place
    record: str | None = None
    fields: tuple[str, ...] = field(default=(), repr=False)
    typed: str | None = None
    context_only: bool = False

    def at(self, offset: int) -> Place:
        """Return the place of a character of the text, if the first one has a line."""
        place = self.place
        if place.line is None:
            return place
        start = self.text.rfind("\n", 0, offset) + 1
        if start == 0:
            return replace(place, column=(place.column or 1) + offset)
        line = place.line + self.text.count("\n", 0, offset)
        return replace(place, line=line, column=offset - start + 1)


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """A number was found here.

    Attributes:
        code: Of ``messages/codes.toml``: ``MN501``, ``MN502``.
        place: Of its first digit.
        reason: Why it counts as one: an id.
    """

    code: str
    place: Place
    reason: str


@dataclass(frozen=True, slots=True, order=True)
class Unreadable:
    """Something that could not be looked at, and so may hold anything.

    Attributes:
        code: Of ``messages/codes.toml``: ``MN503`` to ``MN506``.
        place: Of what could not be read.
        reason: Why not: an id.
    """

    code: str
    place: Place
    reason: str


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What came of one file.

    Attributes:
        path: The file, as the caller named it.
        hits: Sorted by place.
        unreadable: Sorted by place.
        bytes_read: Of the file itself, not of what was unpacked from it.
    """

    path: str
    hits: tuple[Hit, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    bytes_read: int = 0
