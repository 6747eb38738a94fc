"""How large is the residual risk of each stage and form, given the assessment?

The rule is an ordered table of ``controls/risks.yaml``: the first line that holds decides. Whatever
is not known counts as not met, so an unreadable file never lowers a risk (docs/adr/0020).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mnaudit.errors import ConfigurationError
from mnaudit.model.assessment import FindingStatus
from mnaudit.model.control import Tier
from mnaudit.model.risk import Condition, ControlState, Level, RiskCell, RiskSheet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from mnaudit.model.assessment import Assessment
    from mnaudit.model.catalog import Catalog
    from mnaudit.model.risk import Answer, Pattern, Risks, RuleLine, Stage

__all__ = ["States", "check_references", "risk_sheet", "states_of"]

_MET = frozenset({FindingStatus.SATISFIED, FindingStatus.WAIVED})
_APPLIES = frozenset(FindingStatus) - {FindingStatus.NOT_APPLICABLE}


@dataclass(frozen=True, slots=True)
class States:
    """How every control stands.

    Attributes:
        minimum: By control; empty where nothing was assessed.
        optional: By control; without those that have no optional tier.
    """

    minimum: Mapping[str, FindingStatus] = field(default_factory=dict)
    optional: Mapping[str, FindingStatus] = field(default_factory=dict)

    def of(self, controls: Iterable[str]) -> tuple[ControlState, ...]:
        """Return the states of some controls, in their order."""
        return tuple(
            ControlState(control=c, minimum=self.minimum.get(c), optional=self.optional.get(c))
            for c in controls
        )


def states_of(assessment: Assessment) -> States:
    """Return how every control stands in an assessment."""
    found: dict[Tier, dict[str, FindingStatus]] = {tier: {} for tier in Tier}
    for finding in assessment.findings:
        found[finding.tier][finding.control] = finding.status
    return States(found[Tier.MINIMUM], found[Tier.OPTIONAL])


def check_references(risks: Risks, catalog: Catalog) -> None:
    """Refuse a risk sheet that names controls or scopes that the catalog does not have.

    Left out in silence, a missing control would lower the risk that it counters.

    Raises:
        ConfigurationError: ``MN350``, with all of them.
    """
    named = {*risks.foundation.controls}
    scopes: set[str] = set()
    for row in risks.cells:
        named |= {*row.controls}
    for question in risks.questions:
        named |= {*question.controls}
        scopes |= {*question.when}
    if unknown := sorted(named - catalog.control.keys()) + sorted(scopes - catalog.scope.keys()):
        raise ConfigurationError("MN350", ids=", ".join(unknown), count=len(unknown))


def risk_sheet(
    risks: Risks,
    in_use: Mapping[Stage, Sequence[Pattern]],
    *,
    assessment: Assessment | None = None,
    answers: tuple[Answer, ...] = (),
    example: int | None = None,
) -> RiskSheet:
    """Judge every cell.

    Args:
        risks: The data; its references were checked.
        in_use: The forms of each stage, from ``organization.yaml`` or an example.
        assessment: Without one, the sheet shows risks and controls and judges nothing.
        answers: To the questions of the data.
        example: The number of the process example that ``in_use`` is from.
    """
    states = None if assessment is None else states_of(assessment)
    known = states or States()
    base = known.of(risks.foundation.controls)
    cells = tuple(
        _cell(
            risks,
            states,
            base,
            known.of(row.controls),
            place=(row.stage, row.pattern),
            used=row.pattern in in_use.get(row.stage, ()),
        )
        for row in risks.cells
    )
    levels = [cell.level for cell in cells]
    return RiskSheet(
        as_of=None if assessment is None else assessment.as_of,
        organization=None if assessment is None else assessment.organization,
        example=example,
        foundation=_cell(risks, states, (), base, place=(None, None), used=True),
        cells=cells,
        in_use=tuple(
            (row.stage, row.pattern)
            for row in risks.cells
            if row.pattern in in_use.get(row.stage, ())
        ),
        answers=answers,
        counts={level: levels.count(level) for level in Level} if states is not None else {},
    )


def _cell(
    risks: Risks,
    states: States | None,
    base: tuple[ControlState, ...],
    own: tuple[ControlState, ...],
    *,
    place: tuple[Stage | None, Pattern | None],
    used: bool,
) -> RiskCell:
    stage, pattern = place
    if states is None and used:
        return RiskCell(stage=stage, pattern=pattern, level=None, because=None, controls=own)
    line, deciding = _decision(risks.rule, _View(used=used, own=own, base=base))
    return RiskCell(
        stage=stage,
        pattern=pattern,
        level=line.level,
        because=line.when,
        deciding=deciding,
        controls=own,
    )


@dataclass(frozen=True, slots=True)
class _View:
    """What the rule looks at in one cell."""

    used: bool
    own: tuple[ControlState, ...]
    base: tuple[ControlState, ...]


def _decision(rule: Sequence[RuleLine], view: _View) -> tuple[RuleLine, tuple[str, ...]]:
    """Return the first line that holds, and the controls for which it does."""
    for line in rule[:-1]:
        found = _CONDITIONS[line.when](view)
        if found is not None:
            return line, found
    return rule[-1], ()


def _not_in_use(view: _View) -> tuple[str, ...] | None:
    return None if view.used else ()


def _own_minimum_unmet(view: _View) -> tuple[str, ...] | None:
    return _unmet(view.own)


def _nothing_counters(view: _View) -> tuple[str, ...] | None:
    return None if any(state.minimum in _APPLIES for state in view.own) else ()


def _own_minimum_waived(view: _View) -> tuple[str, ...] | None:
    return _waived(view.own)


def _foundation_unmet(view: _View) -> tuple[str, ...] | None:
    """What is waived is accepted, not done: it supports no cell either."""
    return _unmet(view.base) or _waived(view.base)


def _optional_mostly_missing(view: _View) -> tuple[str, ...] | None:
    """Half is not most. A waived optional measure is missing all the same."""
    asked = [s for s in view.own if s.optional in _APPLIES]
    missing = [s.control for s in asked if s.optional is not FindingStatus.SATISFIED]
    return tuple(missing) if asked and 2 * len(missing) >= len(asked) else None


def _unmet(states: Iterable[ControlState]) -> tuple[str, ...] | None:
    """Return the controls whose minimum applies and is not known to be met; None if all are met."""
    found = (s.control for s in states if s.minimum not in _MET | {FindingStatus.NOT_APPLICABLE})
    return tuple(found) or None


def _waived(states: Iterable[ControlState]) -> tuple[str, ...] | None:
    return tuple(s.control for s in states if s.minimum is FindingStatus.WAIVED) or None


_CONDITIONS: dict[Condition, Callable[[_View], tuple[str, ...] | None]] = {
    Condition.NOT_IN_USE: _not_in_use,
    Condition.OWN_MINIMUM_UNMET: _own_minimum_unmet,
    Condition.NOTHING_COUNTERS: _nothing_counters,
    Condition.OWN_MINIMUM_WAIVED: _own_minimum_waived,
    Condition.FOUNDATION_UNMET: _foundation_unmet,
    Condition.OPTIONAL_MOSTLY_MISSING: _optional_mostly_missing,
}
"""What each condition finds: the controls for which it holds, or None where it does not."""
