"""The steps joined: the API for other programs.

``judge_folder`` is load → validate → assess; ``attest`` signs what was judged; ``verify`` checks a
bundle and judges its evidence again; ``view`` gathers what a report shows. Every function takes
the day as an argument: this module has no clock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date as day
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from mnaudit import __version__
from mnaudit.errors import ConfigurationError, InputError
from mnaudit.load.data import read_schema, schema_names
from mnaudit.load.evidence import read_documents, read_files, read_folder
from mnaudit.model.document import ORGANIZATION_PATH
from mnaudit.validate.evidence import Validation, validate
from mnaudit.validate.schema import Schemas

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from mnaudit.attest.status import Claims
    from mnaudit.model.assessment import Assessment
    from mnaudit.model.catalog import Catalog
    from mnaudit.model.document import Document, Tree
    from mnaudit.model.problem import Problem
    from mnaudit.model.risk import Pattern, Risks, RiskSheet, Stage
    from mnaudit.model.verdict import Check, Verdict
    from mnaudit.model.view import BundleFacts, ReportView, RiskFacts
    from mnaudit.model.waiver import WaiverFile
    from mnaudit.signing.keys import SigningKey
    from mnaudit.verify import Verified

__all__ = [
    "Judged",
    "Rules",
    "assess_risk",
    "attest",
    "bundle_name",
    "judge_folder",
    "rules_of",
    "schemas_of",
    "shipped_rules",
    "tailor_rules",
    "tailored_rules",
    "validate_folder",
    "validate_paths",
    "verify",
    "view",
]

UNSIGNABLE = frozenset({"MN119", "MN120", "MN121", "MN122", "MN123", "MN124", "MN125", "MN128"})
"""Problems of files that never go into a bundle: unsafe names, too large, declared by nobody."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that decides a judgement, except the evidence and the day.

    Attributes:
        catalog: The controls.
        canonical: The bytes that ``catalog.sha256`` is of; they travel in the bundle.
        schemas: What documents must look like.
        controls: The folder that the catalog was read from, with the tables beside it; they judge
            nothing.
    """

    catalog: Catalog
    canonical: bytes
    schemas: Schemas
    controls: Traversable | None = None


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


def shipped_rules() -> Rules:
    """Return the rules that came with this program."""
    from mnaudit.load.shipped import shipped

    return rules_of(shipped("controls"), shipped("schema"))


def rules_of(controls: Traversable, schema: Traversable) -> Rules:
    """Read rules from the folders ``controls/`` and ``schema/``.

    Raises:
        ConfigurationError: A file cannot be read or does not fit.
    """
    from mnaudit.load.catalog import read_catalog

    catalog, canonical = read_catalog(controls, schema)
    return Rules(catalog, canonical, schemas_of(schema), controls)


def tailor_rules(rules: Rules, folder: Path) -> tuple[Rules, tuple[Problem, ...]]:
    """Apply a company's own ``controls/`` to the rules.

    Returns:
        The rules with the tailoring, and no problems; or the rules as they were, and everything
        that keeps the tailoring from being applied. Paths are relative to ``folder``.

    Raises:
        ConfigurationError: There is no ``tailoring.yaml`` (``MN340``), or a file cannot be opened.
    """
    from mnaudit.load.overlay import read_overlay
    from mnaudit.validate.overlay import overlay_value

    documents, unread = read_overlay(folder)
    problems = unread or _tailoring_problems(rules, documents)
    if problems:
        return rules, tuple(problems)
    return _with_tailoring(rules, overlay_value(documents)), ()


def tailored_rules(rules: Rules, folder: Path) -> Rules:
    """Apply a company's own ``controls/`` to the rules, or fail.

    Raises:
        ConfigurationError: It cannot be applied (``MN340``, ``MN347``).
    """
    tailored, problems = tailor_rules(rules, folder)
    if problems:
        first = problems[0]
        place = f"{first.path}:{first.line}:{first.column}"
        more = len(problems) - 1
        raise ConfigurationError("MN347", path=place, reason=first.code, more=more)
    return tailored


def _tailoring_problems(rules: Rules, documents: Sequence[Document]) -> list[Problem]:
    from mnaudit.model.schema_fields import SchemaFields
    from mnaudit.signing.strict_json import parse
    from mnaudit.validate.overlay import check_overlay

    fields = SchemaFields(parse(rules.canonical)["schemas"])
    return check_overlay(documents, rules.catalog, rules.schemas, fields)


def _with_tailoring(rules: Rules, value: dict[str, Any]) -> Rules:
    """Return rules whose canonical bytes are those of the catalog, with the tailoring beside it."""
    from mnaudit.assess.tailor import tailor
    from mnaudit.model.tailoring import Tailoring
    from mnaudit.signing.canonical import canonical_bytes
    from mnaudit.signing.strict_json import parse

    canonical = canonical_bytes({**parse(rules.canonical), "tailoring": value})
    digest = sha256(canonical).hexdigest()
    catalog = tailor(rules.catalog, Tailoring.model_validate(value), digest)
    return Rules(catalog, canonical, rules.schemas, rules.controls)


def _tailored_alike(rules: Rules, theirs: bytes) -> Rules:
    """Return our rules with the tailoring of a bundle, if it extends exactly our catalog.

    The tailoring is part of what was signed, loosens visibly, and is checked here as in a folder.
    """
    from mnaudit.model.document import Document, SourceFile
    from mnaudit.signing.canonical import canonical_bytes
    from mnaudit.signing.strict_json import StrictJsonError, parse

    try:
        raw = parse(theirs)
    except StrictJsonError:
        return rules
    value = raw.pop("tailoring", None) if isinstance(raw, dict) else None
    if not isinstance(value, dict) or canonical_bytes(raw) != rules.canonical:
        return rules
    file = SourceFile("tailoring.yaml", 0, "", lambda: b"")
    document = Document(file, value, lambda _, *, key=False: (0, 0))  # noqa: ARG005 - the protocol's name
    if _tailoring_problems(rules, [document]):
        return rules
    return _with_tailoring(rules, value)


def schemas_of(schema: Traversable) -> Schemas:
    """Return the schemas of a folder, each read when it is first asked for."""
    return Schemas(schema_names(schema), lambda name: read_schema(schema, name))


def validate_folder(root: Path, schemas: Schemas, *, cross_check: bool = False) -> Validation:
    """Validate a whole evidence folder.

    Raises:
        ConfigurationError: There is no such folder (``MN002``).
        InputError: There is nothing in it (``MN150``).
    """
    return validate(_filled(root), schemas, cross_check=cross_check)


def validate_paths(
    root: Path, paths: Sequence[Path], schemas: Schemas, *, cross_check: bool = False
) -> Validation:
    """Validate single documents of the evidence folder ``root``, with their attachments.

    What only the whole folder can tell (duplicate ids, undeclared files) is not looked at.
    """
    tree = read_documents(root, paths)
    return validate(tree, schemas, cross_check=cross_check, whole=False)


def judge_folder(root: Path, as_of: date, rules: Rules, *, cross_check: bool = False) -> Judged:
    """Load, validate and assess an evidence folder.

    Raises:
        ConfigurationError: There is no such folder (``MN002``).
        InputError: There is nothing to judge (``MN150``): never green.
    """
    return _judge(_filled(root), as_of, rules, cross_check=cross_check)


def attest(judged: Judged, out: Path, key: SigningKey) -> Path:
    """Sign what was judged and write the bundle into the folder ``out``.

    Returns:
        The path of the bundle.

    Raises:
        InputError: Nothing was judged (``MN146``), or a file cannot be put into a bundle
            (``MN151``); then nothing is written.
    """
    from mnaudit.attest.bundle import write_bundle
    from mnaudit.attest.readme import readme_text
    from mnaudit.attest.status import Claims
    from mnaudit.store.files import replacing

    if judged.assessment is None:
        raise InputError("MN146")
    refused = sorted({p.path for p in judged.validation.problems if p.code in UNSIGNABLE})
    if refused:
        raise InputError("MN151", paths=", ".join(refused))
    readme = readme_text()
    manifest, status = _payloads(judged, judged.assessment, Claims(__version__), readme)
    path = out / bundle_name(judged.assessment)
    with replacing(path) as file:
        write_bundle(
            file,
            status_payload=status,
            manifest_payload=manifest,
            catalog=judged.rules.canonical,
            files=judged.tree.files,
            key=key,
            readme=readme,
        )
    return path


def bundle_name(assessment: Assessment) -> str:
    """Return the file name of a bundle: who, and as of which day."""
    return f"{assessment.organization.corporate_number}-{assessment.as_of}.mnaudit.zip"


def verify(path: Path, *, pin: str | None, rules: Rules) -> tuple[Verdict, Judged | None]:
    """Verify a bundle, and judge its evidence again by the verifier's own rules.

    Nothing in the bundle and nothing around it influences the verifier: keys come from ``pin``,
    rules from ``rules``.

    Returns:
        The verdict, and the evidence as judged again where that was possible.

    Raises:
        ConfigurationError: The file cannot be read (``MN002``).
    """
    from mnaudit.verify import conclude, verify_bundle

    try:
        with path.open("rb") as source:
            verified = verify_bundle(source, pin=pin)
            checks, judged = _reperform(verified, rules)
            return conclude(verified, checks), judged
    except OSError as error:
        raise ConfigurationError("MN002", path=str(path)) from error


def view(judged: Judged, evidence: str, bundle: BundleFacts | None = None) -> ReportView:
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


def _filled(root: Path) -> Tree:
    tree = read_folder(root)
    if not any(file.path != ORGANIZATION_PATH for file in tree.files) and not tree.problems:
        raise InputError("MN150", path=str(root))
    return tree


def _judge(tree: Tree, as_of: date, rules: Rules, *, cross_check: bool = False) -> Judged:
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


def _payloads(
    judged: Judged, assessment: Assessment, claims: Claims, readme: str
) -> tuple[bytes, bytes]:
    """Return the payloads of manifest and status: a function of evidence, rules, day, claims."""
    from mnaudit.attest.manifest import manifest_statement
    from mnaudit.attest.status import status_statement

    kinds = {document.path: str(document.value["kind"]) for document in judged.validation.documents}
    manifest = manifest_statement(
        judged.tree.files,
        kinds,
        assessment.organization,
        catalog=judged.rules.canonical,
        readme=readme,
    )
    status = status_statement(
        assessment, judged.validation.problems, sha256(manifest).hexdigest(), claims
    )
    return manifest, status


def _reperform(verified: Verified, rules: Rules) -> tuple[list[Check], Judged | None]:
    """Judge the bundled evidence again and compare the signed status byte for byte.

    The verifier's own rules decide. A bundle made with other rules cannot be judged again by
    rules that it brings itself: then the outcome is unknown, and the verdict INDETERMINATE.
    """
    from mnaudit.attest.status import claims_of
    from mnaudit.model.verdict import Check, Outcome

    if verified.status is None or not (verified.files and verified.catalog and verified.readme):
        return [], None
    known = Check(id="catalog-known", outcome=Outcome.PASSED)
    rules = _tailored_alike(rules, verified.catalog)
    theirs = sha256(verified.catalog).hexdigest()
    if theirs != rules.catalog.sha256:
        named = verified.status["catalog"]
        values = {"id": named["id"], "version": named["version"]}
        return [Check(id=known.id, outcome=Outcome.UNKNOWN, code="MN442", values=values)], None
    as_of = day.fromisoformat(verified.status["as_of"])
    judged = _judge(read_files(verified.files), as_of, rules)
    again = Check(id="reevaluation", outcome=Outcome.FAILED, code="MN440")
    if judged.assessment is not None:
        claims, readme = claims_of(verified.status), verified.readme.decode()
        _, status = _payloads(judged, judged.assessment, claims, readme)
        if status == verified.status_payload:
            again = Check(id=again.id, outcome=Outcome.PASSED)
    return [known, again], judged
