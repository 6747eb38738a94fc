"""What is checked, in which order, and what does each check rest on?

Each check either passes silently or raises ``TrustError`` with the reason. A check whose ground
did not pass is not run, and says so; one that the bundle or the basis does not call for is not
applicable, and says so too. The numbers are those of ``docs/spec/bundle-v1.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO, Final

from mnaudit.errors import TrustError
from mnaudit.model.verdict import Check, Outcome
from mnaudit.signing import (
    container,
    dsse,
    leaf,
    merkle,
    model_signing,
    sigstore_bundle,
    statement,
)
from mnaudit.signing.canonical import canonical_bytes
from mnaudit.signing.keys import load_public
from mnaudit.signing.predicates import (
    DisclosedLeaf,
    Disclosure,
    ManifestPredicate,
    Member,
    StatusPredicate,
    Tree,
    read_closed,
    read_predicate,
)
from mnaudit.signing.statement import Subject
from mnaudit.signing.strict_json import StrictJsonError, parse
from mnaudit.verify import authority, history, time
from mnaudit.verify.archive import Archive, open_archive
from mnaudit.verify.basis import NotAskedError, UndecidedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mnaudit.signing.dsse import Envelope
    from mnaudit.signing.keys import PublicKey
    from mnaudit.signing.time_authority import TrustedTime
    from mnaudit.signing.trust_policy import TrustPolicy
    from mnaudit.verify.basis import Basis

__all__ = ["CHECK_IDS", "Examination"]


@dataclass(slots=True)
class Examination:
    """One bundle on the table: what the checks have established so far.

    Attributes:
        is_partial: The bundle withholds evidence: it has a disclosure in the place of a manifest.
        envelopes: By member, those that could be read.
        tokens: By member, the time-stamps beside the envelope.
        payloads: By member, those whose signature is good.
        members: What belongs to the bundle and is shown, in order.
        digests: By member, the SHA-256 that is signed for.
        policy: The newest trust policy that the verifier may rely on.
        policy_envelope: What it was read from.
        checkpoint: The signed note of the log, if there is one.
        signed_at: When the status was signed at the latest, if somebody trusted says so.
    """

    source: BinaryIO
    basis: Basis
    archive: Archive = field(init=False)
    is_partial: bool = False
    key: PublicKey = field(init=False)
    envelopes: dict[str, Envelope] = field(default_factory=dict)
    tokens: dict[str, tuple[bytes, ...]] = field(default_factory=dict)
    payloads: dict[str, bytes] = field(default_factory=dict)
    manifest: ManifestPredicate = field(init=False)
    status: StatusPredicate = field(init=False)
    subject: str = field(init=False)
    disclosure: Disclosure | None = None
    members: tuple[Member | DisclosedLeaf, ...] = field(init=False)
    digests: dict[str, str] = field(init=False)
    policy: TrustPolicy = field(init=False)
    policy_envelope: bytes = b""
    checkpoint: str | None = None
    signed_at: TrustedTime | None = None
    passed: set[str] = field(default_factory=set)
    not_applicable: set[str] = field(default_factory=set)

    def run(self) -> tuple[Check, ...]:
        """Run all checks in their order."""
        return tuple(map(self._run, _CHECKS))

    def established(self, *ids: str) -> bool:
        """Tell whether all these checks passed, or had nothing to look at."""
        return all(each in self.passed or each in self.not_applicable for each in ids)

    def _run(self, step: _Step) -> Check:
        missing = next((need for need in step.needs if not self.established(need)), None)
        if missing is not None:
            return _ended(step, Outcome.UNKNOWN, "MN439", check=missing)
        try:
            step.look(self)
        except NotAskedError as error:
            self.not_applicable.add(step.id)
            return _ended(step, Outcome.NOT_APPLICABLE, error.code, **error.values)
        except UndecidedError as error:
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


def _ended(step: _Step, outcome: Outcome, code: str, **values: str | int) -> Check:
    about: dict[str, str | int] = {"member": step.member} if step.member else {}
    return Check(id=step.id, outcome=outcome, code=code, values=about | values)


def _container(on: Examination) -> None:
    """1. The file is a ZIP that we could have written: strict reader, every header as specified."""
    on.archive = open_archive(on.source)


def _layout(on: Examination) -> None:
    """2. The fixed members are there, all others are known or evidence, and they stand in order."""
    names = list(on.archive.entries)
    on.is_partial = container.DISCLOSURE in on.archive.entries
    fixed = container.PARTIAL_MEMBERS if on.is_partial else container.FIXED_MEMBERS
    for name in fixed:
        if name not in on.archive.entries:
            raise TrustError("MN416", member=name)
    for name, due in zip(names, container.ordered(names), strict=True):
        # The sidecar lists everything: in a partial bundle nobody could check it.
        is_known = name in fixed or (
            container.is_optional(name) and not (on.is_partial and name == container.SIDECAR)
        )
        if not (name.startswith(container.EVIDENCE) or is_known):
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
    actual, pin = on.key.fingerprint, on.basis.pin
    if pin is None and on.basis.trust is not None:
        # The policy says whose key it is: checks 22 and 23.
        raise NotAskedError("MN444")
    if pin is None:
        # Anyone can sign with a key of his own: nobody has said whose key this is.
        raise UndecidedError("MN422", actual=actual)
    if actual != pin:
        raise TrustError("MN421", expected=pin, actual=actual)


def _envelope(member: str, on: Examination) -> None:
    """5, 6. The member is a Sigstore bundle v0.3 with one signature, canonically written."""
    if on.is_partial and member == container.MANIFEST:
        raise NotAskedError("MN445")
    bundle = sigstore_bundle.unwrap(on.archive.read(member))
    if bundle.tokens and member != container.STATUS:
        # Nobody would look at them.
        raise TrustError("MN423", field="timestampVerificationData")
    on.envelopes[member] = bundle.envelope
    on.tokens[member] = bundle.tokens


def _same_signer(on: Examination) -> None:
    """7. Both envelopes name the key of ``signer.pub.pem`` by its recomputed id."""
    for member, envelope in on.envelopes.items():
        if envelope.signatures[0].keyid != on.key.keyid:
            raise TrustError("MN425", member=member)


def _signature(member: str, on: Examination) -> None:
    """8, 9. The signature over type and payload is by that key."""
    if member not in on.envelopes:
        raise NotAskedError("MN445")
    on.payloads[member] = dsse.verify(on.envelopes[member], on.key)


def _manifest_statement(on: Examination) -> None:
    """10. The payload is a canonical in-toto Statement with our manifest predicate."""
    _demand_manifest(on)
    said = statement.read(on.payloads[container.MANIFEST], statement.MANIFEST_TYPE)
    manifest = read_predicate(ManifestPredicate, said.predicate)
    if [subject.name for subject in said.subjects] != [each.name for each in manifest.members]:
        raise TrustError("MN429", field="predicate.members")
    on.manifest = manifest
    on.members = manifest.members
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
    if on.subject != on.status.manifest.payload_sha256:
        raise TrustError("MN431")
    _demand_manifest(on)
    if sha256(on.payloads[container.MANIFEST]).hexdigest() != on.subject:
        raise TrustError("MN431")
    if on.status.organization != on.manifest.organization:
        raise TrustError("MN432")


def _tree(on: Examination) -> None:
    """13. The root in both statements is that of the tree over the listed members."""
    _demand_manifest(on)
    hashes = [
        leaf.hash_of(each.name, on.digests[each.name], each.size, each.salt)
        for each in on.manifest.members
    ]
    tree = Tree(root=merkle.root(hashes).hex(), size=len(hashes), leaf=leaf.LEAF_FORMAT)
    named = on.status.manifest
    if tree != on.manifest.tree or (tree.root, tree.size) != (named.root, named.size):
        raise TrustError("MN446")


def _disclosure(on: Examination) -> None:
    """14. Every file that is shown is a leaf of the tree that the status names."""
    if not on.is_partial:
        raise NotAskedError("MN447")
    data = on.archive.read(container.DISCLOSURE)
    try:
        value = parse(data)
    except StrictJsonError as error:
        raise TrustError("MN427", line=error.line, column=error.column) from error
    shown = read_closed(Disclosure, value, "disclosure")
    if canonical_bytes(value) != data:
        raise TrustError("MN428")
    named = on.status.manifest
    for each in shown.leaves:
        if not merkle.verify_inclusion(
            leaf=leaf.hash_of(each.path, each.sha256, each.size, each.salt),
            index=each.index,
            size=named.size,
            proof=[bytes.fromhex(step) for step in each.proof],
            root=bytes.fromhex(named.root),
        ):
            raise TrustError("MN448", member=each.path)
    on.disclosure = shown
    on.members = shown.leaves
    on.digests = {each.path: each.sha256 for each in shown.leaves}
    if not on.basis.partial:
        # Whoever did not expect it could take what is shown for all there is.
        raise UndecidedError("MN449", shown=len(shown.leaves), total=named.size)


def _evidence_digests(on: Examination) -> None:
    """15. Every declared evidence file in the container has the declared digest and size."""
    entries = on.archive.entries
    wrong = [
        name
        for name, size in _evidence(on)
        if (entry := entries.get(name)) is not None
        and (entry.sha256, entry.size) != (on.digests[name], size)
    ]
    _refuse_if_any(wrong, "MN433")


def _evidence_complete(on: Examination) -> None:
    """16. Every declared evidence file is in the container."""
    names = (name for name, _ in _evidence(on))
    _refuse_if_any([name for name in names if name not in on.archive.entries], "MN434")


def _evidence_closed(on: Examination) -> None:
    """17. Every evidence file in the container is declared."""
    present = (name for name in on.archive.entries if name.startswith(container.EVIDENCE))
    _refuse_if_any([name for name in present if name not in on.digests], "MN435")


def _catalog_digest(on: Examination) -> None:
    """18. ``catalog.json`` is the one that the manifest lists and the status names."""
    _compare_fixed(on, container.CATALOG, "MN436")
    if on.archive.entries[container.CATALOG].sha256 != on.status.catalog.sha256:
        raise TrustError("MN436")


def _readme(on: Examination) -> None:
    """19. ``README.txt`` is the one that the manifest lists, and UTF-8."""
    _compare_fixed(on, container.README, "MN437")
    try:
        on.archive.read(container.README).decode()
    except UnicodeDecodeError as error:
        raise TrustError("MN437") from error


def _checksums(on: Examination) -> None:
    """20. ``SHA256SUMS`` lists all other members, and nothing else, as they are."""
    entries = on.archive.entries
    digests = {name: each.sha256 for name, each in entries.items() if name != container.CHECKSUMS}
    if on.archive.read(container.CHECKSUMS) != container.checksums(digests):
        raise TrustError("MN438")


def _sidecar(on: Examination) -> None:
    """21. What third-party tools read says the same as the manifest, by the same key."""
    if container.SIDECAR not in on.archive.entries:
        raise NotAskedError("MN447")
    _demand_manifest(on)
    subjects = [Subject(name, on.digests[name]) for name, _ in _evidence(on)]
    model_signing.check_sidecar(on.archive.read(container.SIDECAR), subjects, on.key)


def _demand_manifest(on: Examination) -> None:
    if on.is_partial:
        raise NotAskedError("MN445")


def _compare_fixed(on: Examination, name: str, code: str) -> None:
    entry = on.archive.entries[name]
    declared = dict(map(_name_and_size, on.members))
    if (entry.sha256, entry.size) != (on.digests[name], declared[name]):
        raise TrustError(code)


def _evidence(on: Examination) -> Iterable[tuple[str, int]]:
    return (
        (name, size)
        for name, size in map(_name_and_size, on.members)
        if name.startswith(container.EVIDENCE)
    )


def _name_and_size(member: Member | DisclosedLeaf) -> tuple[str, int]:
    return (member.name if isinstance(member, Member) else member.path), member.size


def _refuse_if_any(names: list[str], code: str) -> None:
    if names:
        raise TrustError(code, member=names[0], count=len(names))


_M, _S, _D = container.MANIFEST, container.STATUS, container.DISCLOSURE
_MEMBERS: Final = ("manifest-statement", "disclosure")
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
    _Step("manifest-tree", ("manifest-binding",), _tree),
    _Step("disclosure", ("status-statement", "manifest-binding"), _disclosure, _D),
    _Step("evidence-digests", _MEMBERS, _evidence_digests),
    _Step("evidence-complete", _MEMBERS, _evidence_complete),
    _Step("evidence-closed", _MEMBERS, _evidence_closed),
    _Step("catalog-digest", (*_MEMBERS, "status-statement"), _catalog_digest),
    _Step("readme", _MEMBERS, _readme),
    _Step("checksums", ("layout",), _checksums),
    _Step("sidecar", ("manifest-statement",), _sidecar),
    _Step("policy", ("status-statement",), authority.policy),
    _Step("signer-authorized", ("policy", "signer-key"), authority.signer_authorized),
    _Step("time-stamp", ("policy",), time.time_stamp),
    _Step("log-entry", ("status-statement",), history.log_entry),
    _Step("log-signed", ("policy", "log-entry"), history.log_signed),
    _Step("log-witnessed", ("log-signed",), history.log_witnessed),
    # Behind the witnesses: their time is an upper bound too.
    _Step("signer-in-time", ("signer-authorized", "time-stamp"), authority.signer_in_time),
    _Step("log-continues", ("log-signed",), history.log_continues),
    _Step("status-current", ("policy", "status-statement"), history.status_current),
)

CHECK_IDS: Final = tuple(step.id for step in _CHECKS)
"""The checks that need nothing but the bundle and the basis, in their order."""
