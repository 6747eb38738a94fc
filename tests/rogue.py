"""A signer who has the right key and signs what suits him."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from mnaudit import __version__
from mnaudit.attest.bundle import full_members, write_bundle
from mnaudit.attest.manifest import ManifestClaims, listed, manifest_statement, salts_of
from mnaudit.attest.readme import readme_text
from mnaudit.attest.status import Claims, status_statement
from mnaudit.signing import dsse
from mnaudit.signing.canonical import canonical_bytes
from mnaudit.signing.predicates import ManifestRef

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mnaudit.model.assessment import Assessment
    from mnaudit.pipeline import Judged
    from mnaudit.signing.keys import SigningKey

__all__ = ["sign"]


def sign(
    judged: Judged,
    path: Path,
    key: SigningKey,
    *,
    assessment: Assessment | None = None,
    version: str = __version__,
    change: Callable[[dict[str, Any]], object] | None = None,
) -> Path:
    """Write a full bundle of the evidence with any status.

    Args:
        judged: The evidence, and what is true of it.
        path: Where to.
        key: Of the signer.
        assessment: What is claimed instead.
        version: Of the program, as claimed.
        change: Changes the predicate of the status, before it is signed.
    """
    claimed = assessment or judged.assessment
    assert claimed is not None
    kinds = {document.path: document.value["kind"] for document in judged.validation.documents}
    readme, catalog = readme_text(), judged.rules.canonical
    about = listed(judged.tree.files, kinds, catalog=catalog, readme=readme)
    claims = ManifestClaims(salts_of(about, key))
    manifest, tree = manifest_statement(about, claimed.organization, claims)
    ref = ManifestRef(payload_sha256=sha256(manifest).hexdigest(), root=tree.root, size=tree.size)
    status = status_statement(claimed, judged.validation.problems, ref, about, Claims(version))
    if change is not None:
        statement = json.loads(status)
        change(statement["predicate"])
        status = canonical_bytes(statement)
    members = full_members(
        status=dsse.sign(status, key),
        manifest=dsse.sign(manifest, key),
        catalog=catalog,
        readme=readme,
        signer=key.public,
    )
    with path.open("wb") as file:
        write_bundle(file, members, judged.tree.files)
    return path
