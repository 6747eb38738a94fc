"""What does a time-stamp token say, and in which words? Its shape, read strictly.

Nothing here is believed: no signature is checked and no certificate is trusted. The bytes must be
DER throughout, have exactly one signer, and name the certificate of the signer under the signature
(ESSCertID), so that nobody can exchange it for another of the same key.

Source: RFC 3161 §2.4.2 (response and TSTInfo); RFC 5652 §5 (SignedData); RFC 5035 and RFC 5816
(ESSCertIDv2).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha1, sha256, sha384, sha512
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from mnaudit.signing import der

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mnaudit.signing.der import Node

    Hash: TypeAlias = Callable[[bytes], Any]

__all__ = [
    "GRANTED",
    "MAX_CERTIFICATES",
    "SHA256",
    "Info",
    "Token",
    "read_status",
    "read_token",
    "sort_certificates",
]

GRANTED: Final = 0
MAX_CERTIFICATES: Final = 8
SHA256: Final = "2.16.840.1.101.3.4.2.1"

_SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
_TST_INFO: Final = "1.2.840.113549.1.9.16.1.4"
_CONTENT_TYPE: Final = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST: Final = "1.2.840.113549.1.9.4"
_CERTIFICATE_V1: Final = "1.2.840.113549.1.9.16.2.12"
_CERTIFICATE_V2: Final = "1.2.840.113549.1.9.16.2.47"

_LATER_VERSIONS: Final = frozenset({1, 2})
"""X.509 v2 and v3; v1 is not written."""

_HASHES: Final[dict[str, Hash]] = {
    SHA256: sha256,
    "2.16.840.1.101.3.4.2.2": sha384,
    "2.16.840.1.101.3.4.2.3": sha512,
}
"""With what a token may be signed; SHA-1 and MD5 are not among them."""

_SIGNATURES: Final = {
    "1.2.840.113549.1.1.1": tuple(_HASHES),  # RSA, with the hash that is named beside it
    **{f"1.2.840.113549.1.1.{11 + at}": (name,) for at, name in enumerate(_HASHES)},
    **{f"1.2.840.10045.4.3.{2 + at}": (name,) for at, name in enumerate(_HASHES)},
    "1.3.101.112": tuple(_HASHES),  # Ed25519
}
"""How a token may be signed, and with which of the hashes that goes."""

_SIGNED_DATA_VERSION: Final = 3
_SIGNER_VERSION: Final = 1
"""RFC 5652 §5.1 and §5.3, for what is no plain data, and a signer by issuer and number."""

_TIME = re.compile(rb"([0-9]{14})(?:\.([0-9]{0,5}[1-9]))?Z")


@dataclass(frozen=True, slots=True)
class Info:
    """What a TSA says (``TSTInfo``).

    Attributes:
        policy: Under which policy of the TSA, as dotted numbers.
        algorithm: With what the stamped bytes were hashed, as dotted numbers.
        imprint: The hash of the stamped bytes.
        at: When it was stamped (``genTime``), in UTC.
        nonce: What the request asked to be repeated.
    """

    policy: str
    algorithm: str
    imprint: bytes
    at: datetime
    nonce: int | None


@dataclass(frozen=True, slots=True)
class Token:
    """What a TSA says, and who claims to have signed it.

    Attributes:
        info: The content that is signed.
        named: Under the signature: hash functions, and by them the certificate of the signer.
        certificates: Those in the token, in its order: DER, unchecked, not under the signature.
    """

    info: Info
    named: tuple[tuple[Hash, bytes], ...]
    certificates: tuple[bytes, ...]

    def is_by(self, certificate: bytes) -> bool:
        """Tell whether the signed attributes name this certificate (DER)."""
        return all(digest(certificate).digest() == expected for digest, expected in self.named)


def read_status(response: bytes) -> int:
    """Return the PKIStatus of a TimeStampResp.

    Raises:
        ValueError: It is none.
    """
    status, *_ = der.read(response).expect(der.SEQUENCE).members()
    code, *_ = status.expect(der.SEQUENCE).members()
    return code.integer()


def read_token(response: bytes) -> Token:
    """Read the token of a TimeStampResp that was granted.

    Raises:
        ValueError: There is none, or it is not written in the one form that we read.
    """
    _status, token = der.read(response).expect(der.SEQUENCE).members()
    kind, wrapped = token.expect(der.SEQUENCE).members()
    if kind.oid() != _SIGNED_DATA:
        raise ValueError("the token is not SignedData")
    data = wrapped.expect(der.context(0)).only().expect(der.SEQUENCE)
    version, _digests, content, *rest, signers = data.members()
    if version.integer() != _SIGNED_DATA_VERSION:
        raise ValueError("SignedData of another version")
    kind, wrapped = content.expect(der.SEQUENCE).members()
    if kind.oid() != _TST_INFO:
        raise ValueError("the token holds no TSTInfo")
    body = wrapped.expect(der.context(0)).only().expect(der.OCTET_STRING).content
    signer = signers.expect(der.SET).only().expect(der.SEQUENCE)
    return Token(_read_info(body), _read_signer(signer, body), _read_certificates(rest))


def sort_certificates(response: bytes) -> bytes:
    """Return a response with its certificates in the order of DER.

    They are not under the signature, and many authorities write them as they come.

    Raises:
        ValueError: It has no token, or is no DER.
    """
    status, token = der.read(response).expect(der.SEQUENCE).members()
    kind, wrapped = token.expect(der.SEQUENCE).members()
    data = wrapped.only().expect(der.SEQUENCE)
    fields = map(_sorted_if_certificates, data.members())
    signed = der.encode(wrapped.tag, der.encode(der.SEQUENCE, *fields))
    return der.encode(der.SEQUENCE, status.raw, der.encode(der.SEQUENCE, kind.raw, signed))


def _sorted_if_certificates(field: Node) -> bytes:
    if field.tag != der.context(0):
        return field.raw
    return der.encode(field.tag, *sorted(each.raw for each in field.members()))


def _read_certificates(fields: Sequence[Node]) -> tuple[bytes, ...]:
    """Return the certificates; RFC 5652 sorts them, and the second reader insists on it."""
    bag = tuple(
        each.raw for field in fields if field.tag == der.context(0) for each in field.members()
    )
    if len(bag) > MAX_CERTIFICATES:
        raise ValueError(f"more than {MAX_CERTIFICATES} certificates")
    for certificate in bag:
        _check_certificate(certificate)
    return bag


def _check_certificate(certificate: bytes) -> None:
    """Refuse what RFC 5280 §4.1.2 forbids and X.509 readers stumble over in different ways."""
    body, *_signature = der.read(certificate).expect(der.SEQUENCE).members()
    first, *others = body.expect(der.SEQUENCE).members()
    if first.tag == der.context(0):
        if first.only().integer() not in _LATER_VERSIONS:
            raise ValueError("a certificate of an unknown version")
        first, *_ = others
    if first.integer() <= 0:
        raise ValueError("a certificate without a positive number")


def _read_info(body: bytes) -> Info:
    version, policy, imprint, _serial, at, *rest = der.read(body).expect(der.SEQUENCE).members()
    if version.integer() != 1:
        raise ValueError("a TSTInfo of another version")
    algorithm, digest = imprint.expect(der.SEQUENCE).members()
    nonces = [each.integer() for each in rest if each.tag == der.INTEGER]
    return Info(
        policy=policy.oid(),
        algorithm=_algorithm(algorithm),
        imprint=digest.expect(der.OCTET_STRING).content,
        at=_instant(at.expect(der.GENERALIZED_TIME).content),
        nonce=nonces[0] if len(nonces) == 1 else None,
    )


def _read_signer(signer: Node, body: bytes) -> tuple[tuple[Hash, bytes], ...]:
    """Check what the signature is about, and return how it names the certificate of the signer."""
    version, _name, digest, attributes, algorithm, *_signature = signer.members()
    if version.integer() != _SIGNER_VERSION:
        raise ValueError("a SignerInfo of another version")
    kind, *_parameters = algorithm.expect(der.SEQUENCE).members()
    if _algorithm(digest) not in _SIGNATURES.get(kind.oid(), ()):
        # The key decides how it signs; but what nobody reads, anybody could change.
        raise ValueError("a weak or unknown signature algorithm")
    hashed = _hash(digest)
    signed = dict(_attributes(attributes.expect(der.context(0))))
    if _CONTENT_TYPE not in signed or signed[_CONTENT_TYPE].oid() != _TST_INFO:
        raise ValueError("the signature is about something else than a TSTInfo")
    if _MESSAGE_DIGEST not in signed or (
        signed[_MESSAGE_DIGEST].expect(der.OCTET_STRING).content != hashed(body).digest()
    ):
        raise ValueError("the signature is about another TSTInfo")
    named = tuple(_certificate_digests(signed))
    if not named:
        raise ValueError("the signature does not name its certificate")
    return named


def _attributes(attributes: Node) -> Iterator[tuple[str, Node]]:
    seen: set[str] = set()
    for attribute in attributes.members():
        kind, values = attribute.expect(der.SEQUENCE).members()
        name = kind.oid()
        if name in seen:
            raise ValueError("an attribute stands there twice")
        seen.add(name)
        # Those that we do not know may have any number of values.
        if name in {_CONTENT_TYPE, _MESSAGE_DIGEST, _CERTIFICATE_V1, _CERTIFICATE_V2}:
            yield name, values.expect(der.SET).only()


def _certificate_digests(signed: dict[str, Node]) -> Iterator[tuple[Hash, bytes]]:
    """Yield what the attributes say of the certificate of the signer, which they name first."""
    if _CERTIFICATE_V1 in signed:
        # Broken for collisions; but who exchanges a certificate needs a second pre-image.
        digest, *_ = _first_certificate(signed[_CERTIFICATE_V1])
        yield sha1, digest.expect(der.OCTET_STRING).content
    if _CERTIFICATE_V2 in signed:
        first, *others = _first_certificate(signed[_CERTIFICATE_V2])
        # The DEFAULT is SHA-256, which DER leaves out.
        explicit = first.tag == der.SEQUENCE
        digest = others[0] if explicit and others else first
        yield _hash(first) if explicit else sha256, digest.expect(der.OCTET_STRING).content


def _first_certificate(value: Node) -> tuple[Node, ...]:
    """Return the parts of the first ESSCertID of a SigningCertificate."""
    named, *_policies = value.expect(der.SEQUENCE).members()
    first, *_others = named.expect(der.SEQUENCE).members()
    return first.expect(der.SEQUENCE).members()


def _hash(value: Node) -> Hash:
    """Return a hash function that still counts."""
    try:
        return _HASHES[_algorithm(value)]
    except KeyError:
        raise ValueError("a weak or unknown hash function") from None


def _algorithm(value: Node) -> str:
    """Return the name of a hash function, which takes no parameters."""
    name, *parameters = value.expect(der.SEQUENCE).members()
    if [each.raw for each in parameters] not in ([], [b"\x05\x00"]):
        raise ValueError("a hash function with parameters")
    return name.oid()


def _instant(text: bytes) -> datetime:
    """Read a GeneralizedTime: UTC, with seconds, no trailing zero in a fraction (RFC 3161)."""
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError("a time that is not written as RFC 3161 wants it")
    at = datetime.strptime(found[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return at.replace(microsecond=int((found[2] or b"").decode().ljust(6, "0")))
