"""From an assessment to a bundle: sign, stamp, log, write."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mnaudit import __version__
from mnaudit.errors import InputError
from mnaudit.pipeline.statements import listed_of, payloads_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from mnaudit.attest.manifest import Listed, ManifestClaims
    from mnaudit.attest.status import Claims, Logged
    from mnaudit.load.log import StoredLog
    from mnaudit.model.assessment import Assessment
    from mnaudit.model.provenance import Provenance
    from mnaudit.pipeline.judging import Judged
    from mnaudit.signing.keys import PublicKey, Signer
    from mnaudit.signing.submitters import SubmitterKey

__all__ = [
    "UNSIGNABLE",
    "Extras",
    "LogPlace",
    "attest",
    "bundle_name",
    "provenance_of",
    "time_stamp",
]


UNSIGNABLE = frozenset({"MN119", "MN120", "MN121", "MN122", "MN123", "MN124", "MN125", "MN128"})
"""Problems of files that never go into a bundle: unsafe names, too large, declared by nobody."""


@dataclass(frozen=True, slots=True)
class LogPlace:
    """Where a status is logged.

    Attributes:
        folder: The log.
        key: Signs the checkpoint; not the key that signs the status.
        at: When the status was judged, in UTC.
        origin: The name of the log, if the policy gives another than the usual one.
        former: Keys of the log that were replaced.
    """

    folder: Path
    key: Signer
    at: datetime
    origin: str | None = None
    former: tuple[PublicKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Extras:
    """What an attestation has besides manifest and status.

    Attributes:
        provenance: How the evidence came into its repository.
        stamp: Gets an RFC 3161 response for a signature; None for no time-stamp.
        log: Where the status is logged.
        policies: The versions of the trust policy, for those who follow its rotation.
    """

    provenance: Provenance | None = None
    stamp: Callable[[bytes], bytes] | None = None
    log: LogPlace | None = None
    policies: Mapping[int, bytes] = field(default_factory=dict)


def attest(judged: Judged, out: Path, key: Signer, extras: Extras | None = None) -> Path:
    """Sign what was judged and write the bundle into the folder ``out``.

    Args:
        judged: What was judged.
        out: Where to.
        key: The key that signs manifest and status.
        extras: What goes beyond the two signatures.

    Returns:
        The path of the bundle.

    Raises:
        InputError: Nothing was judged (``MN146``), or a file cannot be put into a bundle
            (``MN151``); then nothing is written.
    """
    from contextlib import nullcontext

    from mnaudit.attest.bundle import full_members, write_bundle
    from mnaudit.attest.manifest import salts_of
    from mnaudit.attest.readme import readme_text
    from mnaudit.signing import dsse
    from mnaudit.signing.container import policy_member
    from mnaudit.store.files import replacing
    from mnaudit.store.log import locked

    extras = extras or Extras()
    if judged.assessment is None:
        raise InputError("MN146")
    _refuse_unsignable(judged, extras)
    readme = readme_text()
    about = listed_of(judged, readme)
    path = out / bundle_name(judged.assessment)
    with locked(extras.log.folder) if extras.log else nullcontext():
        log = _open_log(extras.log)
        manifest_claims = _manifest_claims(salts_of(about, key), extras.provenance)
        claims = _claims(extras.provenance, log)
        manifest, status = payloads_of(judged, about, manifest_claims, claims)
        sealed = dsse.sign(status, key)
        signature = sealed.signatures[0].sig
        members = full_members(
            status=sealed,
            manifest=dsse.sign(manifest, key),
            catalog=judged.rules.canonical,
            readme=readme,
            signer=key.public,
            tokens=() if extras.stamp is None else (extras.stamp(signature),),
        )
        members |= _sidecar(about, key)
        members |= {policy_member(version): data for version, data in extras.policies.items()}
        if log is not None:
            members |= log.extend(status, key.public, judged.assessment)
        with replacing(path) as file:
            write_bundle(file, members, judged.tree.files)
            if log is not None:
                # Not before the bundle is whole, and not after anybody can have it.
                log.append()
    return path


def _refuse_unsignable(judged: Judged, extras: Extras) -> None:
    """Stop before anything is signed that no verifier would take, or that git would change."""
    problems = [p for p in judged.validation.problems if p.code in UNSIGNABLE]
    if extras.provenance is not None:
        problems += extras.provenance.problems
    if problems:
        raise InputError("MN151", paths=", ".join(sorted({p.path for p in problems})))


def provenance_of(root: Path, judged: Judged, keys: Sequence[SubmitterKey] = ()) -> Provenance:
    """Say of every evidence file which commit brought it, by whom, and who approved it.

    Args:
        root: The evidence folder that was judged.
        judged: What was read from it.
        keys: Who may submit and approve.
    """
    from mnaudit.load.git import read_provenance

    return read_provenance(root, judged.tree.files, keys)


def time_stamp(signature: bytes, *, address: str, nonce: int) -> bytes:
    """Ask a time-stamp authority about a signature, and check that it answered this question.

    Args:
        signature: What to stamp.
        address: Of the authority.
        nonce: 64 fresh random bits.

    Raises:
        InputError: There is no usable answer (``MN451``).
        TrustError: The answer is about something else (``MN450`` to ``MN452``).
    """
    from mnaudit.remote import ask_time
    from mnaudit.signing.timestamp import check_response, time_request

    request = time_request(signature, nonce=nonce)
    return check_response(ask_time(address, request), request)


@dataclass(slots=True)
class _OpenLog:
    """The log while a status is added to it."""

    place: LogPlace
    stored: StoredLog
    logged: Logged
    payload: bytes = b""
    checkpoint: bytes = b""

    def extend(self, payload: bytes, signer: PublicKey, assessment: Assessment) -> dict[str, bytes]:
        """Make the checkpoint with one more entry; return the members that show the entry."""
        from mnaudit.attest.history import LogKeys, extended, log_members, origin_of

        origin = self.place.origin or origin_of(assessment.organization.corporate_number)
        keys = LogKeys(self.place.key, signer, self.place.former)
        before = self.stored.payloads
        self.payload = payload
        self.checkpoint = extended(before, self.stored.checkpoint, payload, origin, keys)
        return log_members([*before, payload], len(before), self.checkpoint)

    def append(self) -> None:
        """Write entry and checkpoint."""
        from mnaudit.store.log import append

        append(self.place.folder, self.logged.sequence, self.payload, self.checkpoint)


def _open_log(place: LogPlace | None) -> _OpenLog | None:
    from mnaudit.attest import history
    from mnaudit.load.log import read_log

    if place is None:
        return None
    stored = read_log(place.folder)
    return _OpenLog(place, stored, history.place(stored.payloads, place.at))


def _manifest_claims(salts: tuple[str, ...], provenance: Provenance | None) -> ManifestClaims:
    from mnaudit.attest.manifest import ManifestClaims
    from mnaudit.signing.container import EVIDENCE

    if provenance is None:
        return ManifestClaims(salts)
    files = {EVIDENCE + path: each for path, each in provenance.files.items()}
    return ManifestClaims(salts, files, provenance.repository)


def _claims(provenance: Provenance | None, log: _OpenLog | None) -> Claims:
    """Return what the status claims; a commit only if the evidence is exactly what is in it."""
    from mnaudit.attest.status import Claims
    from mnaudit.signing.predicates import GitClaim

    state = None if provenance is None else provenance.repository
    git = None
    if state is not None and not state.dirty:
        git = GitClaim(commit=state.commit, object_format=state.object_format)
    return Claims(__version__, git, None if log is None else log.logged)


def _sidecar(about: Sequence[Listed], key: Signer) -> dict[str, bytes]:
    """Return the member for tools of others, if they know the algorithm of the key."""
    from mnaudit.signing.container import SIDECAR
    from mnaudit.signing.model_signing import sidecar
    from mnaudit.signing.statement import Subject

    data = sidecar([Subject(each.name, each.sha256) for each in about], key)
    return {} if data is None else {SIDECAR: data}


def bundle_name(assessment: Assessment) -> str:
    """Return the file name of a bundle: who, and as of which day."""
    return f"{assessment.organization.corporate_number}-{assessment.as_of}.mnaudit.zip"
