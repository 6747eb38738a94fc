"""Everything that requirements are judged against, sorted once.

Records are grouped by kind and ordered by day and path, so that the order in which files were
read never matters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mnaudit.assess.fields import day_at
from mnaudit.model.document import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from mnaudit.model.catalog import Catalog, Kind
    from mnaudit.model.document import Document, Unreadable
    from mnaudit.model.waiver import WaiverFile

__all__ = ["Facts", "gather", "record_of"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known on the assessment date.

    Attributes:
        organization: ``organization.yaml`` as a value.
        records: By kind, those dated on or before ``as_of``, by day and path.
        future: By kind, those dated later: they prove nothing yet.
        unreadable: By path.
        waivers: The waivers of the folder, if it has any.
    """

    as_of: date
    organization: Mapping[str, Any]
    records: Mapping[str, tuple[Record, ...]]
    future: Mapping[str, tuple[Record, ...]]
    unreadable: tuple[Unreadable, ...]
    waivers: WaiverFile | None = None

    def of_kind(self, kind: str) -> tuple[Record, ...]:
        """Return the records of a kind."""
        return self.records.get(kind, ())

    def doubtful(self, kind: str) -> tuple[str, ...]:
        """Return the paths of unreadable files that may be of this kind, sorted."""
        return tuple(file.path for file in self.unreadable if file.kind in (kind, None))


def gather(
    catalog: Catalog,
    organization: Mapping[str, Any],
    documents: Iterable[Document],
    unreadable: Iterable[Unreadable],
    as_of: date,
    *,
    waivers: WaiverFile | None = None,
) -> Facts:
    """Sort valid evidence documents by kind and day.

    Args:
        catalog: Tells by which field each kind is dated.
        organization: ``organization.yaml`` as a value.
        documents: Valid evidence documents, in any order.
        unreadable: Files that could not be used.
        as_of: The assessment date.
        waivers: The waivers of the folder, if it has any.
    """
    records: dict[str, list[Record]] = {}
    future: dict[str, list[Record]] = {}
    for document in documents:
        record = record_of(document, catalog.kind[document.value["kind"]])
        group = records if record.dated_on <= as_of else future
        group.setdefault(record.kind, []).append(record)
    return Facts(
        as_of=as_of,
        organization=organization,
        records=_ordered(records),
        future=_ordered(future),
        unreadable=tuple(sorted(unreadable, key=lambda file: file.path)),
        waivers=waivers,
    )


def record_of(document: Document, kind: Kind) -> Record:
    """Date a valid document: by its kind's own field, else ``issued_on``, else the period's end."""
    value = document.value
    dated_on = (
        day_at(value, kind.dated_by) or day_at(value, "issued_on") or day_at(value, "period.to")
    )
    if dated_on is None:  # the envelope demands issued_on or period
        raise ValueError(document.path)
    return Record(document.path, document.file.sha256, kind.id, dated_on, value)


def _ordered(groups: dict[str, list[Record]]) -> dict[str, tuple[Record, ...]]:
    return {
        kind: tuple(sorted(records, key=lambda record: (record.dated_on, record.path)))
        for kind, records in groups.items()
    }
