"""Which evidence is it about? The evidence manifest: every member of the bundle by its digest.

The read-me and the catalog are subjects like the evidence, so that the signature covers them too.
The same members are the leaves of a tree with salts, so that a file can be shown alone later.
Specification: ``docs/spec/evidence-manifest-v1.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from mnaudit.errors import InputError
from mnaudit.model.document import DOCUMENT_SUFFIXES, ORGANIZATION_PATH
from mnaudit.signing import leaf, merkle
from mnaudit.signing.container import CATALOG, EVIDENCE, README, find_twin, name_defect
from mnaudit.signing.predicates import ManifestPredicate, Member, Tree, dump
from mnaudit.signing.statement import MANIFEST_TYPE, Statement, Subject, build
from mnaudit.signing.strict_json import safe_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Literal

    from mnaudit.model.assessment import OrganizationRef
    from mnaudit.model.document import SourceFile
    from mnaudit.model.provenance import FileProvenance, RepositoryProvenance
    from mnaudit.signing.keys import Signer

__all__ = ["Listed", "ManifestClaims", "claims_of", "listed", "manifest_statement", "salts_of"]


@dataclass(frozen=True, slots=True)
class Listed:
    """One member to be listed: what it is, before it gets a salt."""

    name: str
    sha256: str
    size: int
    role: Literal["readme", "catalog", "organization", "document", "attachment"]
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class ManifestClaims:
    """What the signer says of the members, and nobody can derive again from them.

    Attributes:
        salts: One for each member, in their order.
        provenance: How the evidence came into the repository, by the name of the member.
        repository: The state of the repository; None if the evidence was in none.
    """

    salts: tuple[str, ...]
    provenance: Mapping[str, FileProvenance] = field(default_factory=dict)
    repository: RepositoryProvenance | None = None


def claims_of(manifest: ManifestPredicate) -> ManifestClaims:
    """Return the claims of a verified manifest, to derive the same bytes again."""
    return ManifestClaims(
        tuple(member.salt for member in manifest.members),
        {m.name: m.provenance for m in manifest.members if m.provenance is not None},
        manifest.repository,
    )


def listed(
    files: Sequence[SourceFile], kinds: Mapping[str, str], *, catalog: bytes, readme: str
) -> tuple[Listed, ...]:
    """Return everything that a manifest lists, in its order.

    Args:
        files: All evidence; paths relative to the evidence folder.
        kinds: The evidence kind of each document that could be read, by path.
        catalog: The bytes of ``catalog.json``.
        readme: The text of ``README.txt``.

    Raises:
        InputError: A name is not portable (``MN412``), or two names count as one (``MN413``).
    """
    _refuse_names([EVIDENCE + file.path for file in files])
    evidence = (
        Listed(EVIDENCE + file.path, file.sha256, file.size, _role(file.path), kinds.get(file.path))
        for file in files
    )
    about = [
        _fixed(README, "readme", readme.encode()),
        _fixed(CATALOG, "catalog", catalog),
        *evidence,
    ]
    return tuple(sorted(about, key=lambda each: each.name))


def salts_of(about: Sequence[Listed], key: Signer) -> tuple[str, ...]:
    """Return the salts of the members, in their order."""
    secret = leaf.secret(key, ((each.name, each.sha256) for each in about))
    return tuple(leaf.salt(secret, each.name, each.sha256) for each in about)


def manifest_statement(
    about: Sequence[Listed], organization: OrganizationRef, claims: ManifestClaims
) -> tuple[bytes, Tree]:
    """Return the payload of the manifest, and its tree.

    Args:
        about: What is listed, in its order.
        organization: Whose evidence it is.
        claims: With as many salts.
    """
    salted = tuple(zip(about, claims.salts, strict=True))
    hashes = [leaf.hash_of(each.name, each.sha256, each.size, salt) for each, salt in salted]
    tree = Tree(root=merkle.root(hashes).hex(), size=len(hashes), leaf=leaf.LEAF_FORMAT)
    members = tuple(
        Member(
            name=each.name,
            size=each.size,
            role=each.role,
            salt=salt,
            kind=each.kind,
            provenance=claims.provenance.get(each.name),
        )
        for each, salt in salted
    )
    predicate = ManifestPredicate(
        organization=organization, members=members, tree=tree, repository=claims.repository
    )
    subjects = tuple(Subject(each.name, each.sha256) for each in about)
    return build(Statement(MANIFEST_TYPE, subjects, dump(predicate))), tree


def _refuse_names(names: list[str]) -> None:
    """Apply the rules of the strict reader before anything is signed."""
    for name in names:
        if defect := name_defect(name):
            raise InputError("MN412", member=safe_key(name), rule=defect)
    if twin := find_twin(names):
        raise InputError("MN413", member=twin[1], other=twin[0])


def _fixed(name: str, role: Literal["readme", "catalog"], data: bytes) -> Listed:
    return Listed(name, sha256(data).hexdigest(), len(data), role)


def _role(path: str) -> Literal["organization", "document", "attachment"]:
    if path == ORGANIZATION_PATH:
        return "organization"
    return "document" if path.endswith(DOCUMENT_SUFFIXES) else "attachment"
