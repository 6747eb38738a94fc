"""Which evidence is it about? The evidence manifest: every member of the bundle by its digest.

The read-me and the catalog are subjects like the evidence, so that the signature covers them too.
Specification: ``docs/spec/evidence-manifest-v1.md``.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from mnaudit.errors import InputError
from mnaudit.model.document import DOCUMENT_SUFFIXES, ORGANIZATION_PATH
from mnaudit.signing.container import CATALOG, EVIDENCE, README, find_twin, name_defect
from mnaudit.signing.predicates import ManifestPredicate, Member, dump
from mnaudit.signing.statement import MANIFEST_TYPE, Statement, Subject, build
from mnaudit.signing.strict_json import safe_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Literal

    from mnaudit.model.assessment import OrganizationRef
    from mnaudit.model.document import SourceFile

__all__ = ["manifest_statement"]


def manifest_statement(
    files: Sequence[SourceFile],
    kinds: Mapping[str, str],
    organization: OrganizationRef,
    *,
    catalog: bytes,
    readme: str,
) -> bytes:
    """Return the payload of the manifest.

    Args:
        files: All evidence; paths relative to the evidence folder.
        kinds: The evidence kind of each document that could be read, by path.
        organization: Whose evidence it is.
        catalog: The bytes of ``catalog.json``.
        readme: The text of ``README.txt``.

    Raises:
        InputError: A name is not portable (``MN412``), or two names count as one (``MN413``).
    """
    _refuse_names([EVIDENCE + file.path for file in files])
    about: list[tuple[Member, str]] = [
        _fixed(README, "readme", readme.encode()),
        _fixed(CATALOG, "catalog", catalog),
    ]
    for file in files:
        member = Member(
            name=EVIDENCE + file.path,
            size=file.size,
            role=_role(file.path),
            kind=kinds.get(file.path),
        )
        about.append((member, file.sha256))
    about.sort(key=lambda pair: pair[0].name)
    predicate = ManifestPredicate(
        organization=organization, members=tuple(member for member, _ in about)
    )
    subjects = tuple(Subject(member.name, digest) for member, digest in about)
    return build(Statement(MANIFEST_TYPE, subjects, dump(predicate)))


def _refuse_names(names: list[str]) -> None:
    """Apply the rules of the strict reader before anything is signed."""
    for name in names:
        if defect := name_defect(name):
            raise InputError("MN412", member=safe_key(name), rule=defect)
    if twin := find_twin(names):
        raise InputError("MN413", member=twin[1], other=twin[0])


def _fixed(name: str, role: Literal["readme", "catalog"], data: bytes) -> tuple[Member, str]:
    return Member(name=name, size=len(data), role=role), sha256(data).hexdigest()


def _role(path: str) -> Literal["organization", "document", "attachment"]:
    if path == ORGANIZATION_PATH:
        return "organization"
    return "document" if path.endswith(DOCUMENT_SUFFIXES) else "attachment"
