"""What was judged becomes two payloads: a function of evidence, rules, day and claims.

The signer makes them to sign, the verifier to compare.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from mnaudit.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mnaudit.attest.manifest import Listed, ManifestClaims
    from mnaudit.attest.status import Claims
    from mnaudit.pipeline.judging import Judged

__all__ = ["listed_of", "payloads_of"]


def listed_of(judged: Judged, readme: str) -> tuple[Listed, ...]:
    """Return what the manifest of a judged folder lists."""
    from mnaudit.attest.manifest import listed

    kinds = {document.path: str(document.value["kind"]) for document in judged.validation.documents}
    return listed(judged.tree.files, kinds, catalog=judged.rules.canonical, readme=readme)


def payloads_of(
    judged: Judged, about: Sequence[Listed], manifest_claims: ManifestClaims, claims: Claims
) -> tuple[bytes, bytes]:
    """Return the payloads of manifest and status: a function of evidence, rules, day, claims."""
    from mnaudit.attest.manifest import manifest_statement
    from mnaudit.attest.status import status_statement
    from mnaudit.signing.predicates import ManifestRef

    assessment = judged.assessment
    if assessment is None:
        raise InputError("MN146")
    manifest, tree = manifest_statement(about, assessment.organization, manifest_claims)
    ref = ManifestRef(payload_sha256=sha256(manifest).hexdigest(), root=tree.root, size=tree.size)
    return manifest, status_statement(assessment, judged.validation.problems, ref, about, claims)
