"""The risk-analysis sheet: the twins of ``controls/risks.yaml`` and ``processes.yaml``, and the result.

Stage × pattern, as in JNSA's process patterns. The sheet is read off an assessment and takes part in
no judgement, so its data is not a part of the catalog and its digest.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from mnaudit.model.assessment import FindingStatus, OrganizationRef
from mnaudit.model.base import Model, Text

__all__ = [
    "Answer",
    "Condition",
    "ControlState",
    "Example",
    "ExampleStage",
    "Fact",
    "FactKind",
    "Foundation",
    "Level",
    "Named",
    "Pattern",
    "Processes",
    "Question",
    "RiskCell",
    "RiskRow",
    "RiskRule",
    "RiskSheet",
    "Risks",
    "RuleLine",
    "Shows",
    "Stage",
]

Stage: TypeAlias = Literal["acquire", "store", "use", "provide", "disclose", "dispose"]
"""The stages of ``processes`` in ``organization.yaml``."""

Pattern: TypeAlias = Literal["paper", "file", "system", "cloud", "outsourced"]
"""In which form numbers are handled, as in ``organization.yaml``."""

Controls: TypeAlias = Annotated[tuple[str, ...], Field(min_length=1)]
Shows: TypeAlias = Literal[
    "reviews",
    "countries",
    "clause-incident-liability",
    "clause-return-or-dispose",
    "clause-reoutsourcing-terms",
    "certificates",
    "assessments",
    "consents",
]
"""What of the evidence answers a question."""


class Level(StrEnum):
    """Residual risk (残存リスク): 低, 中, 高, 該当なし."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    NOT_APPLICABLE = "not-applicable"


class Condition(StrEnum):
    """What a line of the rule asks about a cell."""

    NOT_IN_USE = "not-in-use"
    OWN_MINIMUM_UNMET = "own-minimum-unmet"
    NOTHING_COUNTERS = "nothing-counters"
    OWN_MINIMUM_WAIVED = "own-minimum-waived"
    FOUNDATION_UNMET = "foundation-unmet"
    OPTIONAL_MOSTLY_MISSING = "optional-mostly-missing"
    OTHERWISE = "otherwise"


# Data


class Named(Model):
    """A stage or a pattern with its title."""

    id: str
    title: Text


class RuleLine(Model):
    """One line of the rule: where ``when`` holds, the level is this, for this reason."""

    when: Condition
    level: Level
    text: Text


RiskRule: TypeAlias = tuple[RuleLine, ...]


class Foundation(Model):
    """The controls that every cell rests on (土台)."""

    title: Text
    risks: Annotated[tuple[Text, ...], Field(min_length=1)]
    controls: Controls


class RiskRow(Model):
    """One cell of the matrix as the data has it.

    Attributes:
        beyond_seed: The cell is ours; the slides have no such pattern.
        controls: Ids of the controls that counter its risks.
    """

    stage: Stage
    pattern: Pattern
    beyond_seed: bool = False
    risks: Annotated[tuple[Text, ...], Field(min_length=1)]
    controls: Controls


class Question(Model):
    """A question about cloud services and outsourcing, with the general answer.

    Attributes:
        place: Where the answer stands.
        source: Id of a source in ``controls/sources.yaml``.
        when: Scopes of the catalog of which one must hold.
        shows: What of the evidence answers it for this organization.
    """

    id: str
    question: Text
    answer: Text
    place: Text
    source: str
    when: Annotated[tuple[str, ...], Field(min_length=1)]
    shows: tuple[Shows, ...]
    controls: Controls


class Risks(Model):
    """``controls/risks.yaml``: every stage with every pattern, once."""

    stages: Annotated[tuple[Named, ...], Field(min_length=1)]
    patterns: Annotated[tuple[Named, ...], Field(min_length=1)]
    foundation: Foundation
    rule: RiskRule
    cells: tuple[RiskRow, ...]
    questions: tuple[Question, ...]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        wanted = [(stage.id, pattern.id) for stage in self.stages for pattern in self.patterns]
        if sorted(wanted) != sorted((str(row.stage), str(row.pattern)) for row in self.cells):
            raise ValueError("cells: every stage with every pattern, once")
        if [line.when for line in self.rule] != list(Condition):
            raise ValueError("rule: every condition once, in the order of the model")
        return self


class ExampleStage(Model):
    """How an example handles numbers at one stage."""

    patterns: Annotated[tuple[Pattern, ...], Field(min_length=1)]
    text: Text


class Example(Model):
    """One of the seven process examples (業務プロセス例)."""

    no: Annotated[int, Field(ge=1)]
    title: Text
    stages: dict[Stage, ExampleStage]


class Processes(Model):
    """``controls/processes.yaml``."""

    examples: Annotated[tuple[Example, ...], Field(min_length=1)]

    def example(self, no: int) -> Example | None:
        """Return the example with this number."""
        return next((example for example in self.examples if example.no == no), None)


# Result


class ControlState(Model):
    """A countering control and how it stands.

    Attributes:
        minimum: None where nothing was assessed.
        optional: None where nothing was assessed, or the row has no optional tier.
    """

    control: str
    minimum: FindingStatus | None = None
    optional: FindingStatus | None = None


class RiskCell(Model):
    """A cell of the sheet, judged.

    Attributes:
        stage: None for the foundation, as is ``pattern``.
        level: None where nothing was assessed.
        because: The line of the rule that decided.
        deciding: Ids of the controls for which it did.
    """

    stage: Stage | None
    pattern: Pattern | None
    level: Level | None
    because: Condition | None
    deciding: tuple[str, ...] = ()
    controls: tuple[ControlState, ...]


class FactKind(StrEnum):
    """What the evidence says about a question; each is a sentence of ``messages``."""

    REVIEW_ENTRUSTED = "review-entrusted"
    REVIEW_NOT_ENTRUSTED = "review-not-entrusted"
    REVIEW_UNSUPPORTED = "review-unsupported"
    REVIEW_MISSING = "review-missing"
    COUNTRY_SURVEYED = "country-surveyed"
    COUNTRY_NOT_SURVEYED = "country-not-surveyed"
    COUNTRY_HOME_ONLY = "country-home-only"
    CLAUSE_PRESENT = "clause-present"
    CLAUSE_MISSING = "clause-missing"
    CONTRACT_MISSING = "contract-missing"
    CERTIFICATE = "certificate"
    CERTIFICATE_MISSING = "certificate-missing"
    ASSESSMENT = "assessment"
    ASSESSMENT_MISSING = "assessment-missing"
    CONSENT = "consent"
    CONSENT_WRONG = "consent-wrong"
    CONSENT_NONE = "consent-none"
    UNREADABLE = "unreadable"


class Fact(Model):
    """One thing that the evidence says, as a code and values.

    Attributes:
        good: True where it is as it must be, False where something is missing, None where it only
            informs.
        paths: The files it was read from.
    """

    kind: FactKind
    good: bool | None
    values: dict[str, str] = Field(default_factory=dict)
    paths: tuple[str, ...] = ()


class Answer(Model):
    """A question, answered for this organization.

    Attributes:
        state: ``answered``; ``open`` where something is missing; ``not-applicable`` where no scope
            holds; None where nothing was assessed.
    """

    question: str
    state: Literal["answered", "open", "not-applicable"] | None
    facts: tuple[Fact, ...] = ()
    controls: tuple[ControlState, ...]


class RiskSheet(Model):
    """The risk-analysis sheet (リスク分析シート).

    Attributes:
        as_of: None where nothing was assessed, as is ``organization``.
        example: Which process example it shows; None for the organization's own processes.
        cells: Every stage with every pattern, in the order of the data.
        counts: How many cells have each level; empty where nothing was assessed.
    """

    as_of: date | None
    organization: OrganizationRef | None
    example: int | None
    foundation: RiskCell
    cells: tuple[RiskCell, ...]
    in_use: tuple[tuple[Stage, Pattern], ...]
    answers: tuple[Answer, ...]
    counts: dict[Level, int]
