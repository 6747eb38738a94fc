"""Which file goes to the auditor? One ZIP with the signed statements and all that they speak of.

Specification: ``docs/spec/bundle-v1.md``.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO
from zlib import crc32

from mnaudit.errors import InputError
from mnaudit.signing import container, dsse, sigstore_bundle

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mnaudit.model.document import SourceFile
    from mnaudit.signing.keys import SigningKey

__all__ = ["write_bundle"]


def write_bundle(
    out: BinaryIO,
    *,
    status_payload: bytes,
    manifest_payload: bytes,
    catalog: bytes,
    files: Sequence[SourceFile],
    key: SigningKey,
    readme: str,
) -> None:
    """Sign both payloads and write the bundle; the memory it takes is that of the largest file.

    The payloads must be those made of the same ``catalog``, ``files`` and ``readme``; a verifier
    finds out if they are not.

    Raises:
        InputError: A verifier would refuse this much (``MN409``); nothing is written then. Or a
            file changed since it was read.
    """
    small: dict[str, bytes] = {
        container.MIMETYPE: container.MEDIA_TYPE,
        container.README: readme.encode(),
        container.CATALOG: catalog,
        container.MANIFEST: sigstore_bundle.wrap(dsse.sign(manifest_payload, key)),
        container.SIGNER: key.public_pem.encode(),
        container.STATUS: sigstore_bundle.wrap(dsse.sign(status_payload, key)),
    }
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
        is_signed = name in container.SIGNED_MEMBERS
        limit = container.MAX_SIGNED_BYTES if is_signed else container.MAX_MEMBER_BYTES
        if size > limit:
            raise InputError("MN409", member=name, limit=limit)
    total = sum(
        size + container.LOCAL.size + container.CENTRAL.size + 2 * len(name.encode())
        for name, size in sizes.items()
    )
    if total + container.END.size > container.MAX_TOTAL_BYTES:
        raise InputError("MN409", member=container.EVIDENCE, limit=container.MAX_TOTAL_BYTES)
