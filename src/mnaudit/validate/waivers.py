"""Do the waivers make sense, and are any of them out of date?

What no schema can say: ids are unique, the organization is ours, nobody approves an exception of
their own, none lasts longer than twelve months. A waiver that is refused has no effect; the others
of the file keep theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mnaudit.model.assessment import WaiverState
from mnaudit.model.problem import problem
from mnaudit.model.waiver import Waivers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mnaudit.model.assessment import WaiverResult
    from mnaudit.model.document import Document
    from mnaudit.model.problem import Problem

__all__ = ["check_waivers", "waiver_problems"]

_DEFECTS = {WaiverState.EXPIRED: "until", WaiverState.UNKNOWN: "control"}
"""What became of a waiver that is a defect of the file, and the field that shows it."""

_FIELDS = {"MN248": "approver", "MN249": "until"}


def check_waivers(document: Document, corporate_number: str | None) -> Iterator[Problem]:
    """Yield what is wrong in ``waivers.yaml`` beyond its schema.

    Args:
        document: The file; it matches its schema.
        corporate_number: Of the organization that the folder belongs to, if that is known.
    """
    file = Waivers.model_validate(document.value)
    if corporate_number is not None and file.organization != corporate_number:
        pointer = "/organization"
        yield problem("MN141", document.path, document.locate(pointer), pointer)
    seen: set[str] = set()
    for number, waiver in enumerate(file.waivers):
        if waiver.id in seen:
            pointer = f"/waivers/{number}/id"
            at = document.locate(pointer)
            yield problem("MN140", document.path, at, pointer, other=document.path)
        seen.add(waiver.id)
        if waiver.refusal is not None:
            pointer = f"/waivers/{number}/{_FIELDS[waiver.refusal]}"
            at = document.locate(pointer)
            since, until = waiver.since.isoformat(), waiver.until.isoformat()
            yield problem(
                waiver.refusal,
                document.path,
                at,
                pointer,
                waiver=waiver.id,
                since=since,
                until=until,
            )


def waiver_problems(document: Document, results: Iterable[WaiverResult]) -> Iterator[Problem]:
    """Yield what became of waivers and must be mended in the file: expired, or for nothing known.

    Args:
        document: ``waivers.yaml``.
        results: What the assessment says of its waivers.
    """
    for result in results:
        if result.state in _DEFECTS:
            pointer = f"/waivers/{result.number}/{_DEFECTS[result.state]}"
            at = document.locate(pointer)
            told = {name: str(value) for name, value in result.values.items()}
            yield problem(result.code, document.path, at, pointer, **told)
