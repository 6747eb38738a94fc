"""From a bundle to a verdict: check it, judge its evidence again, compare."""

from __future__ import annotations

from datetime import date as day
from hashlib import sha256
from typing import TYPE_CHECKING

from mnaudit import __version__
from mnaudit.errors import ConfigurationError
from mnaudit.load.evidence import read_files
from mnaudit.pipeline.judging import Judged, _waivers, judge_tree
from mnaudit.pipeline.rules import Rules, tailored_alike
from mnaudit.pipeline.statements import listed_of, payloads_of

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from mnaudit.model.verdict import Check, Disclosed, Redacted, Verdict
    from mnaudit.model.verification import VerificationFacts
    from mnaudit.pipeline.partial import Evidence
    from mnaudit.signing.trust_state import TrustState
    from mnaudit.verify import Basis, Verified

__all__ = ["evidence_of", "reperform", "verification_facts", "verify", "verify_by_trust"]


def verify(path: Path, *, basis: Basis, rules: Rules) -> tuple[Verdict, Judged | None]:
    """Verify a bundle, and judge its evidence again by the verifier's own rules.

    Nothing in the bundle and nothing around it influences the verifier: keys come from ``basis``,
    rules from ``rules``.

    Returns:
        The verdict, and the evidence as judged again where that was possible.

    Raises:
        ConfigurationError: The file cannot be read (``MN002``).
    """
    _, verdict, judged = _verify(path, basis, rules)
    return verdict, judged


def verify_by_trust(
    path: Path,
    *,
    trust: TrustState,
    at: datetime,
    rules: Rules,
    partial: bool = False,
    past: bool = False,
) -> tuple[Verdict, Judged | None, TrustState]:
    """Verify a bundle by what was accepted before, and say what to remember from now on.

    Args:
        path: The bundle.
        trust: The policy and the checkpoint that this verifier accepted before.
        at: Her clock, in UTC.
        rules: Her own.
        partial: Whether a bundle that withholds evidence is acceptable.
        past: Whether the status may be about a day long past.

    Returns:
        The verdict, the evidence as judged again, and the trust state to keep: a newer one only
        after VALID.

    Raises:
        ConfigurationError: The file cannot be read (``MN002``).
    """
    from mnaudit.model.verdict import Result
    from mnaudit.verify.authority import advanced
    from mnaudit.verify.basis import Basis

    basis = Basis(trust=trust, at=at, partial=partial, past=past)
    verified, verdict, judged = _verify(path, basis, rules)
    if verdict.result is Result.VALID:
        trust = advanced(trust, verified.policy_envelope, verified.checkpoint)
    return verdict, judged, trust


def verification_facts(
    path: Path, verdict: Verdict, *, at: datetime, pin: str | None
) -> VerificationFacts:
    """Gather what an auditor files beside a verdict.

    Args:
        path: The bundle that was verified.
        verdict: What was found.
        at: When.
        pin: The fingerprint that she brought along.

    Raises:
        ConfigurationError: The file cannot be read (``MN002``).
    """
    from hashlib import file_digest
    from zipfile import ZipFile

    from mnaudit.model.verification import VerificationFacts

    try:
        with path.open("rb") as source:
            digest = file_digest(source, "sha256").hexdigest()
            # Only what our own reader has read from end to end is given to a lenient one.
            sizes = (
                {each.filename: each.file_size for each in ZipFile(source).infolist()}
                if verdict.files
                else {}
            )
        size = path.stat().st_size
    except OSError as error:
        raise ConfigurationError("MN002", path=str(path)) from error
    return VerificationFacts(
        name=path.name,
        sha256=digest,
        size=size,
        at=at,
        version=__version__,
        pin=pin,
        policy_sha256=verdict.policy_sha256,
        sizes=sizes,
    )


def _verify(path: Path, basis: Basis, rules: Rules) -> tuple[Verified, Verdict, Judged | None]:
    from mnaudit.verify import conclude, verify_bundle

    try:
        with path.open("rb") as source:
            verified = verify_bundle(source, basis)
            checks, judged, disclosed = reperform(verified, rules)
            verdict = conclude(verified, checks, disclosed)
            return verified, verdict.model_copy(update={"redacted": _redacted(judged)}), judged
    except OSError as error:
        raise ConfigurationError("MN002", path=str(path)) from error


def _redacted(judged: Judged | None) -> tuple[Redacted, ...] | None:
    """Return what the tombstones of the bundle itself say; None if it has none."""
    from mnaudit.signing.redaction import redacted_files
    from mnaudit.validate.redactions import redactions_of

    document = None if judged is None else judged.validation.redactions
    if document is None:
        return None
    return redacted_files(redactions_of(document).redactions, None, None)


def reperform(
    verified: Verified, rules: Rules
) -> tuple[list[Check], Judged | None, Disclosed | None]:
    """Judge the bundled evidence again and compare with what was signed.

    The verifier's own rules decide. A bundle made with other rules cannot be judged again by
    rules that it brings itself: then the outcome is unknown, and the verdict INDETERMINATE.
    """
    from mnaudit.model.verdict import Check, Outcome

    disclosed = _disclosed(verified)
    if verified.status is None or not (verified.files and verified.catalog and verified.readme):
        return [], None, disclosed
    known = Check(id="catalog-known", outcome=Outcome.PASSED)
    rules = tailored_alike(rules, verified.catalog)
    theirs = sha256(verified.catalog).hexdigest()
    if theirs != rules.catalog.sha256:
        named = verified.status["catalog"]
        values = {"id": named["id"], "version": named["version"]}
        unknown = Check(id=known.id, outcome=Outcome.UNKNOWN, code="MN442", values=values)
        return [unknown], None, disclosed
    as_of = day.fromisoformat(verified.status["as_of"])
    judged = judge_tree(read_files(verified.files), as_of, rules)
    if disclosed is not None:
        again, disclosed = _compare_shown(verified, judged, disclosed)
    else:
        again = _compare_all(verified, judged)
    return [known, again], judged, disclosed


def _compare_all(verified: Verified, judged: Judged) -> Check:
    """Derive the signed status again, byte for byte."""
    from mnaudit.attest import manifest, status
    from mnaudit.model.verdict import Check, Outcome

    failed = Check(id="reevaluation", outcome=Outcome.FAILED, code="MN440")
    if judged.assessment is None or verified.manifest is None or verified.status is None:
        return failed
    about = listed_of(judged, verified.readme.decode())
    if len(about) != len(verified.manifest.members):
        return failed
    claims = manifest.claims_of(verified.manifest), status.claims_of(verified.status)
    _, derived = payloads_of(judged, about, *claims)
    if derived != verified.status_payload:
        return failed
    return Check(id=failed.id, outcome=Outcome.PASSED)


def _disclosed(verified: Verified) -> Disclosed | None:
    """Return how much a partial bundle shows; None for a full one."""
    from mnaudit.model.verdict import Disclosed

    if verified.disclosure is None or verified.status is None:
        return None
    return Disclosed(
        recipient=verified.disclosure.recipient,
        shown=len(verified.disclosure.leaves),
        total=verified.status["manifest"]["size"],
    )


def _compare_shown(
    verified: Verified, judged: Judged, disclosed: Disclosed
) -> tuple[Check, Disclosed]:
    """Derive the findings again whose evidence is all there."""
    from mnaudit.pipeline.partial import compare
    from mnaudit.signing.predicates import StatusPredicate

    if verified.disclosure is None:
        raise ValueError("not a partial bundle")
    signed = StatusPredicate.model_validate(verified.status)
    return compare(evidence_of(judged), signed, verified.disclosure, disclosed)


def evidence_of(judged: Judged) -> Evidence:
    """Return what choosing and comparing of partial bundles look at."""
    from mnaudit.pipeline.partial import Evidence

    waivers = _waivers(judged.validation)
    catalog = judged.rules.catalog
    return Evidence(judged.tree, judged.validation, judged.assessment, waivers, catalog)
