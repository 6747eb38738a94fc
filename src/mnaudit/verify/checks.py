"""What is checked, in which order, and what does each check rest on?

Each check either passes silently or raises ``TrustError`` with the reason. A check whose ground
did not pass is not run, and says so. The numbers are those of ``docs/spec/bundle-v1.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO, Final

from mnaudit.errors import TrustError
from mnaudit.model.verdict import Check, Outcome
from mnaudit.signing import container, dsse, sigstore_bundle, statement
from mnaudit.signing.keys import load_public
from mnaudit.signing.predicates import (
    ManifestPredicate,
    Member,
    StatusPredicate,
    read_predicate,
)
from mnaudit.verify.archive import Archive, open_archive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mnaudit.signing.dsse import Envelope
    from mnaudit.signing.keys import PublicKey

__all__ = ["CHECK_IDS", "Examination"]


@dataclass(slots=True)
class Examination:
    """One bundle on the table: what the checks have established so far.

    Attributes:
        payloads: By member, those whose signature is good.
        digests: By member, the SHA-256 that the manifest states.
    """

    source: BinaryIO
    pin: str | None
    archive: Archive = field(init=False)
    key: PublicKey = field(init=False)
    envelopes: dict[str, Envelope] = field(default_factory=dict)
    payloads: dict[str, bytes] = field(default_factory=dict)
    manifest: ManifestPredicate = field(init=False)
    status: StatusPredicate = field(init=False)
    subject: str = field(init=False)
    digests: dict[str, str] = field(init=False)
    passed: set[str] = field(default_factory=set)

    def run(self) -> tuple[Check, ...]:
        """Run all checks in their order."""
        return tuple(map(self._run, _CHECKS))

    def established(self, *ids: str) -> bool:
        """Tell whether all these checks passed."""
        return self.passed.issuperset(ids)

    def _run(self, step: _Step) -> Check:
        missing = next((need for need in step.needs if need not in self.passed), None)
        if missing is not None:
            return _ended(step, Outcome.UNKNOWN, "MN439", check=missing)
        try:
            step.look(self)
        except _UndecidedError as error:
            return _ended(step, Outcome.UNKNOWN, error.code, **error.values)
        except TrustError as error:
            return _ended(step, Outcome.FAILED, error.code, **error.values)
        self.passed.add(step.id)
        return Check(id=step.id, outcome=Outcome.PASSED)


@dataclass(frozen=True, slots=True)
class _Step:
    """A check: its name, the checks it rests on, the member it is about, and what it does."""

    id: str
    needs: tuple[str, ...]
    look: Callable[[Examination], None]
    member: str = ""


class _UndecidedError(TrustError):
    """Nothing is wrong, but the verifier does not know enough. Never leaves this module."""


def _ended(step: _Step, outcome: Outcome, code: str, **values: str | int) -> Check:
    about: dict[str, str | int] = {"member": step.member} if step.member else {}
    return Check(id=step.id, outcome=outcome, code=code, values=about | values)


def _container(on: Examination) -> None:
    """1. The file is a ZIP that we could have written: strict reader, every header as specified."""
    on.archive = open_archive(on.source)


def _layout(on: Examination) -> None:
    """2. The fixed members are there, all others are evidence, and they stand in order."""
    names = list(on.archive.entries)
    for name in container.FIXED_MEMBERS:
        if name not in on.archive.entries:
            raise TrustError("MN416", member=name)
    for name, due in zip(names, container.ordered(names), strict=True):
        if not name.startswith(container.EVIDENCE) and name not in container.FIXED_MEMBERS:
            raise TrustError("MN417", member=name)
        if name != due:
            raise TrustError("MN418", member=name)
    if on.archive.read(container.MIMETYPE) != container.MEDIA_TYPE:
        raise TrustError("MN419", member=container.MIMETYPE)


def _signer_key(on: Examination) -> None:
    """3. ``signer.pub.pem`` is one P-256 or Ed25519 key, in the one form that we write."""
    pem = on.archive.read(container.SIGNER)
    key = load_public(pem)
    if key.pem.encode() != pem:
        raise TrustError("MN420")
    on.key = key


def _pin(on: Examination) -> None:
    """4. The key is the one whose fingerprint the verifier got from somewhere else."""
    actual = on.key.fingerprint
    if on.pin is None:
        # Anyone can sign with a key of his own: nobody has said whose key this is.
        raise _UndecidedError("MN422", actual=actual)
    if actual != on.pin:
        raise TrustError("MN421", expected=on.pin, actual=actual)


def _envelope(member: str, on: Examination) -> None:
    """5, 6. The member is a Sigstore bundle v0.3 with one signature, canonically written."""
    on.envelopes[member] = sigstore_bundle.unwrap(on.archive.read(member))


def _same_signer(on: Examination) -> None:
    """7. Both envelopes name the key of ``signer.pub.pem`` by its recomputed id."""
    for member, envelope in on.envelopes.items():
        if envelope.signatures[0].keyid != on.key.keyid:
            raise TrustError("MN425", member=member)


def _signature(member: str, on: Examination) -> None:
    """8, 9. The signature over type and payload is by that key."""
    on.payloads[member] = dsse.verify(on.envelopes[member], on.key)


def _manifest_statement(on: Examination) -> None:
    """10. The payload is a canonical in-toto Statement with our manifest predicate."""
    said = statement.read(on.payloads[container.MANIFEST], statement.MANIFEST_TYPE)
    manifest = read_predicate(ManifestPredicate, said.predicate)
    if [subject.name for subject in said.subjects] != [each.name for each in manifest.members]:
        raise TrustError("MN429", field="predicate.members")
    on.manifest = manifest
    on.digests = {subject.name: subject.sha256 for subject in said.subjects}


def _status_statement(on: Examination) -> None:
    """11. The payload is a canonical in-toto Statement with our status predicate."""
    said = statement.read(on.payloads[container.STATUS], statement.STATUS_TYPE)
    on.status = read_predicate(StatusPredicate, said.predicate)
    if len(said.subjects) != 1 or said.subjects[0].name != statement.MANIFEST_SUBJECT:
        raise TrustError("MN429", field="subject.name")
    on.subject = said.subjects[0].sha256


def _manifest_binding(on: Examination) -> None:
    """12. The status is about this manifest and this organization."""
    actual = sha256(on.payloads[container.MANIFEST]).hexdigest()
    if not actual == on.subject == on.status.manifest.payload_sha256:
        raise TrustError("MN431")
    if on.status.organization != on.manifest.organization:
        raise TrustError("MN432")


def _evidence_digests(on: Examination) -> None:
    """13. Every declared evidence file in the container has the declared digest and size."""
    entries = on.archive.entries
    wrong = [
        member.name
        for member in _evidence(on)
        if (entry := entries.get(member.name)) is not None
        and (entry.sha256, entry.size) != (on.digests[member.name], member.size)
    ]
    _refuse_if_any(wrong, "MN433")


def _evidence_complete(on: Examination) -> None:
    """14. Every declared evidence file is in the container."""
    names = (member.name for member in _evidence(on))
    _refuse_if_any([name for name in names if name not in on.archive.entries], "MN434")


def _evidence_closed(on: Examination) -> None:
    """15. Every evidence file in the container is declared."""
    present = (name for name in on.archive.entries if name.startswith(container.EVIDENCE))
    _refuse_if_any([name for name in present if name not in on.digests], "MN435")


def _catalog_digest(on: Examination) -> None:
    """16. ``catalog.json`` is the one that the manifest lists and the status names."""
    _compare_fixed(on, container.CATALOG, "MN436")
    if on.archive.entries[container.CATALOG].sha256 != on.status.catalog.sha256:
        raise TrustError("MN436")


def _readme(on: Examination) -> None:
    """17. ``README.txt`` is the one that the manifest lists, and UTF-8."""
    _compare_fixed(on, container.README, "MN437")
    try:
        on.archive.read(container.README).decode()
    except UnicodeDecodeError as error:
        raise TrustError("MN437") from error


def _checksums(on: Examination) -> None:
    """18. ``SHA256SUMS`` lists all other members, and nothing else, as they are."""
    entries = on.archive.entries
    digests = {name: each.sha256 for name, each in entries.items() if name != container.CHECKSUMS}
    if on.archive.read(container.CHECKSUMS) != container.checksums(digests):
        raise TrustError("MN438")


def _compare_fixed(on: Examination, name: str, code: str) -> None:
    entry = on.archive.entries[name]
    declared = {member.name: member.size for member in on.manifest.members}
    if (entry.sha256, entry.size) != (on.digests[name], declared[name]):
        raise TrustError(code)


def _evidence(on: Examination) -> Iterable[Member]:
    return (each for each in on.manifest.members if each.name.startswith(container.EVIDENCE))


def _refuse_if_any(names: list[str], code: str) -> None:
    if names:
        raise TrustError(code, member=names[0], count=len(names))


_M, _S = container.MANIFEST, container.STATUS
_CHECKS: Final = (
    _Step("container", (), _container),
    _Step("layout", ("container",), _layout),
    _Step("signer-key", ("layout",), _signer_key),
    _Step("pin", ("signer-key",), _pin),
    _Step("manifest-envelope", ("layout",), partial(_envelope, _M), _M),
    _Step("status-envelope", ("layout",), partial(_envelope, _S), _S),
    _Step("same-signer", ("signer-key", "manifest-envelope", "status-envelope"), _same_signer),
    _Step("manifest-signature", ("same-signer",), partial(_signature, _M), _M),
    _Step("status-signature", ("same-signer",), partial(_signature, _S), _S),
    _Step("manifest-statement", ("manifest-signature",), _manifest_statement, _M),
    _Step("status-statement", ("status-signature",), _status_statement, _S),
    _Step("manifest-binding", ("manifest-statement", "status-statement"), _manifest_binding),
    _Step("evidence-digests", ("manifest-statement",), _evidence_digests),
    _Step("evidence-complete", ("manifest-statement",), _evidence_complete),
    _Step("evidence-closed", ("manifest-statement",), _evidence_closed),
    _Step("catalog-digest", ("manifest-statement", "status-statement"), _catalog_digest),
    _Step("readme", ("manifest-statement",), _readme),
    _Step("checksums", ("layout",), _checksums),
)

CHECK_IDS: Final = tuple(step.id for step in _CHECKS)
"""The checks that need nothing but the bundle and the pin, in their order."""
