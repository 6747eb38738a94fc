"""Which files may this recipient see? A partial bundle: some leaves, and their way to the root.

It is made from a full bundle and needs no key: the status that was signed names the root of the
tree, and each file that is shown brings the proof that it is a leaf of it.
Specification: ``docs/spec/bundle-v1.md``, "Partial bundles".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mnaudit.signing import container, leaf, merkle
from mnaudit.signing.canonical import canonical_bytes
from mnaudit.signing.container import CATALOG, README
from mnaudit.signing.predicates import DisclosedLeaf, Disclosure, dump

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from mnaudit.signing.predicates import ManifestPredicate

__all__ = ["disclose", "partial_members"]

_DISCLOSURE_FORMAT: Final = "mnaudit-disclosure/v1"


def disclose(
    manifest: ManifestPredicate,
    digests: Mapping[str, str],
    names: Collection[str],
    recipient: str,
) -> bytes:
    """Return ``disclosure.json``.

    Args:
        manifest: Of the full bundle, verified.
        digests: The SHA-256 of every member that it lists.
        names: The members to show; read-me and catalog are always shown.
        recipient: For whom.
    """
    hashes = [
        leaf.hash_of(each.name, digests[each.name], each.size, each.salt)
        for each in manifest.members
    ]
    shown = {README, CATALOG, *names}
    chosen = [index for index, each in enumerate(manifest.members) if each.name in shown]
    proofs = merkle.inclusion_proofs(hashes, chosen)
    leaves = tuple(
        DisclosedLeaf(
            index=index,
            path=member.name,
            sha256=digests[member.name],
            size=member.size,
            salt=member.salt,
            proof=tuple(step.hex() for step in proof),
        )
        for index, proof in zip(chosen, proofs, strict=True)
        for member in (manifest.members[index],)
    )
    return canonical_bytes(
        dump(Disclosure(v=_DISCLOSURE_FORMAT, recipient=recipient, leaves=leaves))
    )


def partial_members(members: Mapping[str, bytes], disclosure: bytes) -> dict[str, bytes]:
    """Return the members of a partial bundle, except evidence and check sums.

    The manifest stays behind, and with it the sidecar: both list every file by its bare digest,
    and a digest without a salt tells whether a guess at the content is right.

    Args:
        members: Those of the full bundle that are not evidence.
        disclosure: ``disclosure.json``.
    """
    left = {container.MANIFEST, container.SIDECAR, container.CHECKSUMS}
    kept = {name: data for name, data in members.items() if name not in left}
    return kept | {container.DISCLOSURE: disclosure}
