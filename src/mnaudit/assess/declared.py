"""What does the organization say of itself where no evidence shows it?

Answers of the newest self-check (自己点検の回答). They are shown beside what was judged and never
change a status: a declaration alone never satisfies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mnaudit.model.assessment import FindingStatus, Gap
from mnaudit.model.periods import last_fresh

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mnaudit.assess.facts import Facts
    from mnaudit.model.assessment import Finding
    from mnaudit.model.catalog import Catalog
    from mnaudit.model.document import Record

__all__ = ["SELF_CHECK", "declare"]

SELF_CHECK: Final = "self-check"
"""The kind by which somebody answers the rows of the sheet."""

_MET: Final = "met"
_OPEN: Final = frozenset({FindingStatus.NOT_SATISFIED, FindingStatus.INDETERMINATE})


def declare(findings: Sequence[Finding], catalog: Catalog, facts: Facts) -> tuple[Finding, ...]:
    """Mark the findings that only a self-check calls met."""
    said = _answers(catalog, facts)
    return tuple(_marked(finding, said) for finding in findings)


def _answers(catalog: Catalog, facts: Facts) -> dict[tuple[str, str], tuple[str, Record]]:
    """Return the newest answer for each control and tier, from self-checks that are fresh."""
    kind = catalog.kind.get(SELF_CHECK)
    age = None if kind is None else kind.freshness
    return {
        (answer["control"], answer["tier"]): (answer["answer"], record)
        for record in facts.of_kind(SELF_CHECK)
        if age is None or facts.as_of <= last_fresh(record.dated_on, age)
        for answer in record.value["data"]["answers"]
    }


def _marked(finding: Finding, said: Mapping[tuple[str, str], tuple[str, Record]]) -> Finding:
    answer, record = said.get((finding.control, finding.tier), ("", None))
    if record is None or answer != _MET or finding.status not in _OPEN:
        return finding
    on = record.dated_on.isoformat()
    remark = Gap(code="MN236", values={"kind": SELF_CHECK, "path": record.path, "on": on})
    return finding.model_copy(
        update={"assurance": "declared", "remarks": (*finding.remarks, remark)}
    )
