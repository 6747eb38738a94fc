"""Which file goes to the auditor? One ZIP with the signed statements and all that they speak of.

Specification: ``docs/spec/bundle-v1.md``.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO
from zlib import crc32

from mnaudit.errors import InputError
from mnaudit.signing import container, sigstore_bundle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mnaudit.model.document import SourceFile
    from mnaudit.signing.dsse import Envelope
    from mnaudit.signing.keys import PublicKey

__all__ = ["full_members", "write_bundle"]


def full_members(
    *,
    status: Envelope,
    manifest: Envelope,
    catalog: bytes,
    readme: str,
    signer: PublicKey,
    tokens: Sequence[bytes] = (),
) -> dict[str, bytes]:
    """Return the members that every full bundle has, except evidence and check sums.

    Args:
        status: The signed status.
        manifest: The signed manifest that it is about.
        catalog: The bytes of ``catalog.json``.
        readme: The text of ``README.txt``.
        signer: The key of both signatures.
        tokens: RFC 3161 responses over the signature of the status.
    """
    return {
        container.MIMETYPE: container.MEDIA_TYPE,
        container.README: readme.encode(),
        container.CATALOG: catalog,
        container.MANIFEST: sigstore_bundle.wrap(manifest),
        container.SIGNER: signer.pem.encode(),
        container.STATUS: sigstore_bundle.wrap(status, tokens),
    }


def write_bundle(out: BinaryIO, members: Mapping[str, bytes], files: Sequence[SourceFile]) -> None:
    """Write members, evidence and check sums; the memory it takes is that of the largest file.

    Args:
        out: Where to.
        members: Everything that is not evidence, by name, without ``SHA256SUMS``. They must belong
            to the same evidence; a verifier finds out if they do not.
        files: The evidence.

    Raises:
        InputError: A verifier would refuse this much (``MN409``); nothing is written then. Or a
            file changed since it was read.
    """
    small = dict(members)
    digests = {name: sha256(data).hexdigest() for name, data in small.items()}
    digests |= {container.EVIDENCE + file.path: file.sha256 for file in files}
    small[container.CHECKSUMS] = container.checksums(digests)
    sizes = {name: len(data) for name, data in small.items()}
    sizes |= {container.EVIDENCE + file.path: file.size for file in files}
    _refuse_what_no_verifier_takes(sizes)
    read: dict[str, Callable[[], bytes]] = {
        container.EVIDENCE + file.path: file.read for file in files
    }
    directory = bytearray()
    offset = 0
    for name in container.ordered(sizes):
        data = small[name] if name in small else read[name]()
        crc = crc32(data)
        header = container.local_header(name, len(data), crc)
        directory += container.central_header(name, len(data), crc, offset)
        out.write(header)
        out.write(data)
        offset += len(header) + len(data)
    out.write(directory)
    out.write(container.end_record(len(sizes), len(directory), offset))


def _refuse_what_no_verifier_takes(sizes: dict[str, int]) -> None:
    """Apply the limits of the strict reader before anything is written."""
    if len(sizes) > container.MAX_MEMBERS:
        raise InputError("MN409", member=container.EVIDENCE, limit=container.MAX_MEMBERS)
    for name, size in sizes.items():
        if size > (limit := container.limit_of(name)):
            raise InputError("MN409", member=name, limit=limit)
    total = sum(
        size + container.LOCAL.size + container.CENTRAL.size + 2 * len(name.encode())
        for name, size in sizes.items()
    )
    if total + container.END.size > container.MAX_TOTAL_BYTES:
        raise InputError("MN409", member=container.EVIDENCE, limit=container.MAX_TOTAL_BYTES)
