"""Which files are shown to whom, and which findings can be derived from them?

Joins the steps for partial bundles: what to show so that a finding can be derived again, and what
follows from the files that are shown. The pipeline reads and writes.

Specification: ``docs/spec/bundle-v1.md``, "Partial bundles".
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fnmatch import fnmatchcase
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, Final

from mnaudit.assess.assessment import summarize
from mnaudit.assess.reading import kinds_of
from mnaudit.attest.status import claims_of, leaves_of, status_predicate, tier_results, valid_until
from mnaudit.errors import ConfigurationError
from mnaudit.model.control import Tier
from mnaudit.model.document import ORGANIZATION_PATH, REDACTIONS_PATH
from mnaudit.model.verdict import Check, Disclosed, Outcome
from mnaudit.signing.container import name_defect
from mnaudit.signing.predicates import StatusPredicate, dump
from mnaudit.validate.evidence import WAIVERS_PATH
from mnaudit.verify.partial import REEVALUATION, Shown, compare_shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from mnaudit.model.assessment import Assessment
    from mnaudit.model.catalog import Catalog
    from mnaudit.model.document import Document, Tree
    from mnaudit.model.waiver import WaiverFile
    from mnaudit.signing.predicates import Disclosure, FindingResult
    from mnaudit.validate.evidence import Validation
    from mnaudit.verify.partial import Place

__all__ = ["Evidence", "Part", "Selection", "choose", "compare", "partial_name"]

_ALWAYS: Final = (ORGANIZATION_PATH, WAIVERS_PATH, REDACTIONS_PATH)
_UNSAFE: Final = re.compile(r'[\s/\\:*?"<>|]+')
_MAX_RECIPIENT: Final = 200


@dataclass(frozen=True, slots=True)
class Evidence:
    """Files of a bundle, as judged by the verifier's own rules.

    Attributes:
        assessment: None if nothing could be judged.
    """

    tree: Tree
    validation: Validation
    assessment: Assessment | None
    waivers: WaiverFile | None
    catalog: Catalog


@dataclass(frozen=True, slots=True)
class Selection:
    """What somebody wants to show, and to whom.

    Attributes:
        recipient: A label, which nobody signs.
        controls: Everything that these controls read.
        tier: Only in this tier of them; None for both.
        kinds: All documents of these kinds.
        globs: Files below ``evidence/`` whose path matches; ``*`` matches ``/`` too.
        without: Files that are not shown, whatever else is chosen, in the same form. If nothing
            is chosen, everything else is shown.
    """

    recipient: str
    controls: tuple[str, ...] = ()
    tier: Tier | None = None
    kinds: tuple[str, ...] = ()
    globs: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A partial bundle.

    Attributes:
        name: Of the file.
        members: The evidence that is shown, by the names of the members.
        disclosed: How much that is, and which findings can be derived again from it.
    """

    name: str
    members: tuple[str, ...]
    disclosed: Disclosed


def choose(evidence: Evidence, signed: StatusPredicate, selection: Selection) -> frozenset[str]:
    """Return the paths of the files to be shown.

    With a document its attachments are shown, and with an attachment the documents that declare
    it: one without the other would be a defect that the evidence does not have.

    Args:
        evidence: All of it.
        signed: The status over it.
        selection: What to show.

    Raises:
        ConfigurationError: The catalog has no such control or kind (``MN091``), or there is no
            such file (``MN090``).
    """
    paths = {file.path for file in evidence.tree.files}
    chosen = {path for path in _ALWAYS if path in paths}
    for glob in selection.globs:
        found = {path for path in paths if fnmatchcase(path, glob)}
        chosen |= _some(found, f"--path {glob}")
    for kind in selection.kinds:
        if kind not in evidence.catalog.kind:
            raise ConfigurationError("MN091", what=kind)
        chosen |= _some(_of_kinds(evidence.validation, {kind}), f"--kind {kind}")
    for control in selection.controls:
        chosen |= _read_by(evidence, signed, control, selection.tier)
    if selection.without:
        wanted = bool(selection.globs or selection.kinds or selection.controls)
        chosen = (chosen if wanted else paths) - _withheld(evidence, paths, selection.without)
    return frozenset(_closed(evidence, chosen) & paths)


def compare(
    evidence: Evidence, signed: StatusPredicate, disclosure: Disclosure, disclosed: Disclosed
) -> tuple[Check, Disclosed]:
    """Derive the findings again whose evidence is all there, and compare them.

    Args:
        evidence: What is shown.
        signed: The status, verified.
        disclosure: Which leaves are shown.
        disclosed: To be filled in.
    """
    leaves = leaves_of((leaf.index, leaf.path) for leaf in disclosure.leaves)
    assessment = evidence.assessment
    if ORGANIZATION_PATH not in leaves:
        names = tuple(f"{finding.control} {finding.tier}" for finding in signed.findings)
        unknown = Check(id=REEVALUATION, outcome=Outcome.UNKNOWN, code="MN441")
        return unknown, disclosed.model_copy(update={"uncovered": names})
    if assessment is None:
        # What is wrong with organization.yaml here was wrong with it when it was signed.
        return Check(id=REEVALUATION, outcome=Outcome.FAILED, code="MN440"), disclosed
    kinds = {leaves[each.path]: str(each.value["kind"]) for each in evidence.validation.documents}
    status = status_predicate(
        assessment,
        evidence.validation.problems,
        signed.manifest,
        leaves=leaves,
        kinds=kinds.values(),
        claims=claims_of(dump(signed)),
    )
    minimum, optional = (summarize(tier, signed.findings) for tier in Tier)
    shown = Shown(
        status=status,
        kinds=kinds,
        reads=lambda finding: _reads(evidence.catalog, signed, finding),
        tiers=tier_results(minimum, optional),
        valid_until=valid_until(signed.findings),
        waivers=leaves.get(WAIVERS_PATH),
        uncompensated=frozenset(_uncompensated(evidence.waivers, leaves)),
    )
    return compare_shown(signed, shown, disclosed)


def partial_name(status: StatusPredicate, recipient: str) -> str:
    """Return the file name of a partial bundle: who, as of which day, and for whom.

    Raises:
        ConfigurationError: The recipient gives no name that every system keeps (``MN093``).
    """
    slug = _UNSAFE.sub("-", unicodedata.normalize("NFC", recipient)).strip("-. ")
    number = status.organization.corporate_number
    name = f"{number}-{status.as_of}-for-{slug}.mnaudit.zip"
    if not slug or len(recipient) > _MAX_RECIPIENT or name_defect(name):
        raise ConfigurationError("MN093", recipient=recipient)
    return name


def _some(found: set[str], what: str) -> set[str]:
    """Refuse a choice of nothing: it is a misspelling."""
    if not found:
        raise ConfigurationError("MN090", what=what)
    return found


def _of_kinds(validation: Validation, kinds: Collection[str]) -> set[str]:
    """Return the documents of these kinds, those included that could not be used."""
    good = {each.path for each in validation.documents if each.value["kind"] in kinds}
    return good | {each.path for each in validation.unreadable if each.kind in kinds}


def _read_by(
    evidence: Evidence, signed: StatusPredicate, control: str, tier: Tier | None
) -> set[str]:
    """Return the documents that a control reads, and what its waivers rest on."""
    findings = [
        finding
        for finding in signed.findings
        if finding.control == control and tier in {None, finding.tier}
    ]
    if not findings:
        what = control if tier is None else f"{control} {tier}"
        raise ConfigurationError("MN091", what=what)
    found: set[str] = set()
    for finding in findings:
        found |= _of_kinds(evidence.validation, _reads(evidence.catalog, signed, finding))
        place = (finding.control, finding.tier.value)
        found.update(path for where, path in _compensating(evidence.waivers) if where == place)
    return found


def _reads(catalog: Catalog, signed: StatusPredicate, finding: FindingResult) -> frozenset[str]:
    return kinds_of(catalog, finding.control, finding.tier, sme=signed.sme, status=finding.status)


def _compensating(waivers: WaiverFile | None) -> Iterator[tuple[Place, str]]:
    for waiver in () if waivers is None else waivers.waivers:
        for path in waiver.compensating or ():
            yield (waiver.control, waiver.tier), path


def _uncompensated(waivers: WaiverFile | None, shown: Collection[str]) -> Iterator[Place]:
    return (place for place, path in _compensating(waivers) if path not in shown)


def _withheld(evidence: Evidence, paths: Collection[str], globs: Iterable[str]) -> set[str]:
    """Return files with everything that would bring them along: their documents, attachments."""
    hidden: set[str] = set()
    for glob in globs:
        hidden |= _some({path for path in paths if fnmatchcase(path, glob)}, f"--without {glob}")
    while (grown := _closed(evidence, hidden)) != hidden:
        hidden = grown
    return hidden


def _closed(evidence: Evidence, chosen: set[str]) -> set[str]:
    """Add attachments to their documents and documents to their attachments."""
    declared = {document.path: set(_declared(document)) for document in evidence.tree.documents}
    known = set[str]().union(*declared.values())
    for path in sorted(chosen - known - declared.keys()):
        # A file that nobody declares belongs to a document of its folder that cannot be read.
        folder = path.partition("/")[0]
        broken = (each.path for each in evidence.validation.unreadable)
        chosen = chosen | {each for each in broken if each.partition("/")[0] == folder}
    chosen = chosen | {path for path, files in declared.items() if files & chosen}
    return chosen.union(*(declared.get(path, set()) for path in chosen))


def _declared(document: Document) -> Iterable[str]:
    """Yield the attachments of a document, which may be of any shape."""
    declared = document.value.get("attachments")
    for attachment in declared if isinstance(declared, list) else ():
        path = attachment.get("path") if isinstance(attachment, dict) else None
        if isinstance(path, str):
            yield normpath(join(dirname(document.path), path))
