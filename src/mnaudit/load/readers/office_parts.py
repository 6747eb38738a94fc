"""Read the parts of an office file that its own reader does not know by name: all of them.

Every member of the ZIP is looked at, whether something refers to it or not. XML is written down,
pictures and embedded files go to the readers of their own kind, the text of macros and drawings of
old is picked out of their bytes.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mnaudit.load.readers.office_text import Walk
from mnaudit.load.readers.strings import strings
from mnaudit.load.readers.vba import macro_text
from mnaudit.model.scan import Fragment, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from zipfile import ZipInfo

    from mnaudit.load.readers.office_xml import Package
    from mnaudit.model.scan import Place

__all__ = ["package_comment", "part_id", "read_part", "read_xml"]

_IMAGES: Final = (".png", ".jpg", ".jpeg", ".jpe", ".gif", ".tif", ".tiff", ".bmp", ".webp", ".jxr")
_XML: Final = (".xml", ".rels", ".vml", ".rdf")
_FONTS: Final = (".odttf", ".fntdata", ".ttf", ".otf")
_DRAWINGS: Final = (".emf", ".wmf")
_SETTINGS: Final = re.compile(r"printersettings\d*\.bin$|/activex\d*\.bin$|origin\.sigs$")
_MACROS: Final = re.compile(r"vbaproject\.bin$")
_PARTS: Final = (
    ("/_rels/", "link"),
    ("docprops/", "metadata"),
    ("meta.xml", "metadata"),
    ("customxml/", "custom data"),
    ("/header", "header"),
    ("/footer", "footer"),
    ("/footnotes", "footnote"),
    ("/endnotes", "footnote"),
    ("comment", "comment"),
    ("/persons/", "comment"),
    ("/charts/", "chart"),
    ("/diagrams/", "drawing"),
    ("drawing", "drawing"),
    ("/pivot", "pivot cache"),
    ("/externallinks/", "external link"),
    ("/connections", "external link"),
    ("/querytables/", "external link"),
    ("/tables/", "table"),
    ("/notesslides/", "notes"),
    ("/slidemasters/", "master"),
    ("/slidelayouts/", "master"),
    ("/notesmasters/", "master"),
    ("/handoutmasters/", "master"),
    ("/glossary/", "building block"),
    ("xl/workbook.xml", "defined name"),
    ("settings", "settings"),
    ("styles", "settings"),
)
_LETTERHEADS: Final = frozenset({"header", "footer", "master"})


def part_id(name: str) -> str:
    """Name what a part holds, by an id of the messages."""
    lower = f"/{name.casefold()}"
    return next((part for piece, part in _PARTS if piece in lower), "other part")


def read_part(
    package: Package, info: ZipInfo, place: Place | None = None
) -> Iterator[Fragment | Unreadable]:
    """Read any part.

    Args:
        package: Where it is.
        info: The part.
        place: Of its text; by default the document with the part's id.
    """
    lower = info.filename.casefold()
    if lower == "mimetype":
        yield Fragment(package.read(info).decode("latin-1"), package.at(info))
    elif lower.endswith(_XML):
        yield from read_xml(package, info, place)
    elif lower.endswith(_FONTS):
        return
    elif _MACROS.search(lower):
        for text in macro_text(package.read(info), package.budget):
            yield Fragment(text, replace(package.place, part="macro", line=1))
    elif lower.endswith(_DRAWINGS) or _SETTINGS.search(lower):
        for text in strings(package.read(info)):
            yield Fragment(text, package.at(info))
    elif lower.endswith(_IMAGES):
        # Its metadata; whether somebody must look at it is decided by how large it is shown.
        for item in package.inside(info):
            if not (isinstance(item, Unreadable) and item.code == "MN503"):
                yield item
    else:
        yield from package.inside(info)


def read_xml(
    package: Package,
    info: ZipInfo,
    place: Place | None = None,
    read: Callable[[Walk], Iterator[Fragment]] | None = None,
) -> Iterator[Fragment | Unreadable]:
    """Write down a part that is XML, and tell if it shows a large picture."""
    part = part_id(info.filename)
    walk = Walk(place or replace(package.place, part=part), info.filename)
    yield from read(walk) if read else walk.read(package.events(info))
    if walk.pictures and part not in _LETTERHEADS:
        yield Unreadable("MN503", replace(place or package.place, line=None), "picture")


def package_comment(package: Package) -> Iterator[Fragment]:
    """Hand out the comment of the ZIP itself."""
    if package.comment:
        text = package.comment.decode("utf-8", "replace")
        yield Fragment(text, replace(package.place, part="comment"))
