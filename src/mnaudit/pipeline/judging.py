"""From a folder to an assessment: load, validate, assess; and what a report shows of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mnaudit.errors import InputError
from mnaudit.load.evidence import read_documents, read_folder
from mnaudit.model.document import ORGANIZATION_PATH
from mnaudit.validate.evidence import Validation, validate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from mnaudit.model.assessment import Assessment
    from mnaudit.model.document import Tree
    from mnaudit.model.provenance import Provenance
    from mnaudit.model.risk import Pattern, Risks, RiskSheet, Stage
    from mnaudit.model.view import BundleFacts, ReportView, RiskFacts
    from mnaudit.model.waiver import WaiverFile
    from mnaudit.pipeline.rules import Rules
    from mnaudit.validate.schema import Schemas

__all__ = [
    "Judged",
    "assess_risk",
    "judge_folder",
    "judge_tree",
    "read_part",
    "read_tree",
    "validate_folder",
    "validate_paths",
    "validate_tree",
    "view",
]


@dataclass(frozen=True, slots=True)
class Judged:
    """An evidence folder after load → validate → assess.

    Attributes:
        assessment: None if ``organization.yaml`` is missing or invalid: nothing can be judged.
    """

    tree: Tree
    validation: Validation
    rules: Rules
    assessment: Assessment | None


def read_part(root: Path, paths: Sequence[Path]) -> Tree:
    """Read single documents of the evidence folder ``root``, with their attachments."""
    return read_documents(root, paths)


def validate_tree(
    tree: Tree, schemas: Schemas, *, cross_check: bool = False, whole: bool = True
) -> Validation:
    """Validate what was read.

    Args:
        tree: A whole folder, or some documents of one.
        schemas: What documents must look like.
        cross_check: Whether the second schema engine must agree.
        whole: Whether ``tree`` is a whole folder. What only that can tell (duplicate ids,
            undeclared files) is not looked at otherwise.
    """
    return validate(tree, schemas, cross_check=cross_check, whole=whole)


def validate_folder(root: Path, schemas: Schemas, *, cross_check: bool = False) -> Validation:
    """Validate a whole evidence folder; raises as :func:`read_tree` does."""
    return validate_tree(read_tree(root), schemas, cross_check=cross_check)


def validate_paths(
    root: Path, paths: Sequence[Path], schemas: Schemas, *, cross_check: bool = False
) -> Validation:
    """Validate single documents of the evidence folder ``root``, with their attachments."""
    tree = read_part(root, paths)
    return validate_tree(tree, schemas, cross_check=cross_check, whole=False)


def judge_folder(root: Path, as_of: date, rules: Rules, *, cross_check: bool = False) -> Judged:
    """Load, validate and assess an evidence folder.

    Raises:
        ConfigurationError: There is no such folder (``MN002``).
        InputError: There is nothing to judge (``MN150``): never green.
    """
    return judge_tree(read_tree(root), as_of, rules, cross_check=cross_check)


def view(
    judged: Judged,
    evidence: str,
    bundle: BundleFacts | None = None,
    provenance: Provenance | None = None,
) -> ReportView:
    """Gather what a report shows.

    Raises:
        InputError: Nothing was judged (``MN146``).
    """
    from mnaudit.model.view import ReportView

    if judged.assessment is None:
        raise InputError("MN146")
    return ReportView(
        assessment=judged.assessment,
        catalog=judged.rules.catalog,
        problems=judged.validation.problems,
        evidence=evidence,
        documents=len(judged.validation.documents),
        bundle=bundle,
        risk=_risk(judged),
        paths=tuple(file.path for file in judged.tree.files),
        provenance=provenance,
    )


def assess_risk(
    judged: Judged,
    risks: Risks,
    *,
    in_use: Mapping[Stage, Sequence[Pattern]] | None = None,
    example: int | None = None,
) -> RiskSheet:
    """Return the risk-analysis sheet of a judged folder.

    Args:
        judged: A folder with an assessment.
        risks: ``controls/risks.yaml``.
        in_use: The forms of each stage; without it, those of the organization.
        example: The number of the process example that ``in_use`` is from.

    Raises:
        ConfigurationError: The data names a control that the catalog does not have (``MN350``).
        InputError: Nothing was judged (``MN146``).
    """
    from mnaudit.assess.facts import gather
    from mnaudit.assess.risk import check_references, risk_sheet, states_of
    from mnaudit.assess.risk_answers import answer_questions

    assessment, validation, catalog = judged.assessment, judged.validation, judged.rules.catalog
    if assessment is None or validation.organization is None:
        raise InputError("MN146")
    check_references(risks, catalog)
    organization = validation.organization.value
    documents, unreadable = validation.documents, validation.unreadable
    facts = gather(catalog, organization, documents, unreadable, assessment.as_of)
    return risk_sheet(
        risks,
        organization["processes"] if in_use is None else in_use,
        assessment=assessment,
        answers=answer_questions(risks, catalog, states_of(assessment), facts),
        example=example,
    )


def _risk(judged: Judged) -> RiskFacts | None:
    """Return the residual risk of a judged folder; None if the catalog comes without risks."""
    from mnaudit.load.tables import read_risks
    from mnaudit.model.view import RiskFacts

    controls = judged.rules.controls
    if controls is None or not (controls / "risks.yaml").is_file():
        return None
    risks = read_risks(controls)
    return RiskFacts(assess_risk(judged, risks), risks)


def read_tree(root: Path) -> Tree:
    """Read an evidence folder.

    Raises:
        ConfigurationError: There is no such folder (``MN002``).
        InputError: There is nothing in it (``MN150``).
    """
    tree = read_folder(root)
    if not any(file.path != ORGANIZATION_PATH for file in tree.files) and not tree.problems:
        raise InputError("MN150", path=str(root))
    return tree


def judge_tree(tree: Tree, as_of: date, rules: Rules, *, cross_check: bool = False) -> Judged:
    """Validate and assess evidence that was read already."""
    from mnaudit.assess.assessment import assess
    from mnaudit.assess.facts import gather
    from mnaudit.validate.waivers import waiver_problems

    validation = validate(tree, rules.schemas, cross_check=cross_check)
    if validation.organization is None:
        return Judged(tree, validation, rules, None)
    facts = gather(
        rules.catalog,
        validation.organization.value,
        validation.documents,
        validation.unreadable,
        as_of,
        waivers=_waivers(validation),
    )
    assessment = assess(rules.catalog, facts)
    if validation.waivers is not None:
        problems = waiver_problems(validation.waivers, assessment.waivers)
        validation = replace(validation, problems=tuple(sorted({*validation.problems, *problems})))
    return Judged(tree, validation, rules, assessment)


def _waivers(validation: Validation) -> WaiverFile | None:
    """Return the waivers as values; a file with another organization's number is not ours."""
    from mnaudit.model.waiver import WaiverFile, Waivers

    document, organization = validation.waivers, validation.organization
    if document is None or organization is None:
        return None
    waivers = Waivers.model_validate(document.value)
    if waivers.organization != organization.value["organization"]:
        return None
    return WaiverFile(document.path, document.file.sha256, waivers.waivers)
