"""Scan one thing: read it, look for a number (個人番号), and keep where it stands, never what.

Whatever goes wrong in a reader is a thing that could not be read, and never a clean file.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mnaudit.errors import InputError
from mnaudit.load.readers import Limits, SourceBytes, read_fragments
from mnaudit.model.scan import Fragment, Hit, Place, ScanResult, Unreadable
from mnaudit.model.scan_report import place_order
from mnaudit.model.scan_source import NAMES
from mnaudit.scan.names import shown_name
from mnaudit.validate.scan import NumberLook, detect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mnaudit.model.scan_rules import ScanRules
    from mnaudit.model.scan_source import ScanSource

__all__ = ["scan_source"]

_MESSAGE: Final = "message.txt"
"""As what a message or the target of a link is read."""
_LEAVING: Final = (KeyboardInterrupt, SystemExit, GeneratorExit)
_FAILURES: Final[dict[type[BaseException], tuple[str, str]]] = {
    MemoryError: ("MN506", "memory"),
    RecursionError: ("MN506", "depth"),
    PermissionError: ("MN504", "permission"),
    InputError: ("MN504", "changed"),
    OSError: ("MN504", "changed"),
}


def scan_source(source: ScanSource, rules: ScanRules) -> ScanResult:
    """Scan one thing. Never raises: what could not be read is part of the result."""
    unreadable: list[Unreadable] = []
    hits: list[Hit] = []
    try:
        hits.extend(detect(_fragments(source, rules, unreadable), rules))
    except _LEAVING:
        raise
    except BaseException as error:  # noqa: BLE001 - not even a defect of ours looks like a clean file
        unreadable.append(_failed(source, error))
    return _result(source, hits, unreadable, rules)


def _fragments(
    source: ScanSource, rules: ScanRules, unreadable: list[Unreadable]
) -> Iterator[Fragment]:
    """Yield what is to be looked at, and note what nobody could read."""
    if source.part in NAMES:
        yield Fragment(source.path, Place(source.path, part=source.part))
        return
    if source.open is None:
        if source.named:
            yield Fragment(source.path, Place(source.path, part="file name"))
        unreadable.append(Unreadable("MN504", Place(source.path), source.reason))
        return
    try:
        # What is no file has no format either, whatever its path is called.
        path = source.path if source.part is None else _MESSAGE
        opened = SourceBytes(path, source.size, source.open)
        for each in read_fragments(opened, Limits(), look=NumberLook(rules.data)):
            if isinstance(each, Unreadable):
                unreadable.append(each)
            else:
                yield each
    except _LEAVING:
        raise
    # A panic of Rust is no Exception.
    except BaseException as error:  # noqa: BLE001 - what a reader stumbles over was not read
        unreadable.append(_failed(source, error))


def _failed(source: ScanSource, error: BaseException) -> Unreadable:
    """Return why something was not read; the words of the error could quote it."""
    code, reason = next(
        (told for kind, told in _FAILURES.items() if isinstance(error, kind)), ("MN504", "defect")
    )
    return Unreadable(code, Place(source.path), reason)


def _result(
    source: ScanSource, hits: Sequence[Hit], unreadable: Sequence[Unreadable], rules: ScanRules
) -> ScanResult:
    """Return what came of it: one hit for each place, sorted, and no name with a number."""
    path = shown_name(source.path, rules)
    if not hits and not unreadable:
        return ScanResult(path, bytes_read=source.size)

    def placed(place: Place) -> Place:
        return replace(
            place,
            path=path,
            members=tuple(shown_name(name, rules) for name in place.members),
            sheet=None if place.sheet is None else shown_name(place.sheet, rules),
            part=place.part if source.part is None or _is_own_name(place) else source.part,
        )

    # The name of a file that git keeps is a source of its own: it is told once, not once a version.
    own = [
        hit for hit in hits if source.named or source.part in NAMES or not _is_own_name(hit.place)
    ]
    # The same text may come in several forms; the gravest counts, which has the lowest number.
    worst: dict[Place, Hit] = {}
    for hit in sorted(own, key=lambda hit: hit.code, reverse=True):
        worst[placed(hit.place)] = replace(hit, place=placed(hit.place))
    lost = {replace(each, place=placed(each.place)) for each in unreadable}
    return ScanResult(
        path,
        tuple(sorted(worst.values(), key=lambda hit: place_order(hit.place))),
        tuple(sorted(lost, key=lambda each: (place_order(each.place), each.code, each.reason))),
        source.size,
    )


def _is_own_name(place: Place) -> bool:
    return place.part == "file name" and not place.members
