"""Read PowerPoint presentations (PPTX, PPTM): slides, also hidden ones, their notes and comments.

A page is a slide, by its order in the presentation; what belongs to a slide is on its page.

Source: ECMA-376 part 1 §19.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mnaudit.load.readers.office_parts import package_comment, part_id, read_part
from mnaudit.load.readers.office_xml import BROKEN, START, Package, is_package

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zipfile import ZipInfo

    from mnaudit.load.readers.limits import Budget
    from mnaudit.model.scan import Fragment, Place, Unreadable

__all__ = ["fragments", "reads"]

_SUFFIXES: Final = (".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm")
_OWN: Final = (b"ppt/presentation.xml", b"ppt/slides/", b"ppt/_rels/")
_BOOK: Final = "ppt/presentation.xml"
_SHARED: Final = frozenset({"slide", "slideLayout", "slideMaster", "notesMaster", "theme"})


def reads(name: str, head: bytes) -> bool:
    """Tell whether this is a presentation: by its parts, or its name if the parts come late."""
    return is_package(name, head, _OWN, _SUFFIXES)


def fragments(data: bytes, place: Place, budget: Budget) -> Iterator[Fragment | Unreadable]:
    """Read a presentation."""
    package = Package(data, place, budget)
    pages = _pages(package)

    def part(info: ZipInfo) -> Iterator[Fragment | Unreadable]:
        name = info.filename.lstrip("/").casefold()
        page = pages.get(name)
        if page is None:
            return read_part(package, info)
        what = None if name.startswith("ppt/slides/") else part_id(name)
        return read_part(package, info, replace(place, page=page, part=what))

    yield from package_comment(package)
    for info in package.parts:
        yield from package.guarded(info, part)


def _pages(package: Package) -> dict[str, int]:
    """Tell the page of every part that belongs to a slide."""
    pages: dict[str, int] = {}
    open_ = list(_slides(package))
    while open_:
        part, page = open_.pop()
        pages[part] = page
        open_ += [
            (link.target.casefold(), page)
            for link in package.links(part)
            if not link.outside and link.kind not in _SHARED and link.target.casefold() not in pages
        ]
    return pages


def _slides(package: Package) -> Iterator[tuple[str, int]]:
    """Yield (part, page) of the slides in their order."""
    targets = {link.id: link.target for link in package.links(_BOOK)}
    info = package.find(_BOOK)
    if info is None:
        return
    page = 0
    try:
        for kind, name, value in package.events(info):
            if kind == START and name == "sldId":
                page += 1
                key = next((v for k, v in value.items() if k.endswith(":id")), "")
                if key in targets:
                    yield targets[key].casefold(), page
    except BROKEN:  # told when all parts are read
        return
