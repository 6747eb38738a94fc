"""A time-stamp authority that nobody should trust: certificates and tokens, right and wrong.

Built from the RFCs with a DER encoder and a signature, so that every field can be wrong on its own.
That the right ones are right is said by OpenSSL (``tests/conformance/test_timestamps.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha1, sha256
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from mnaudit.signing import der
from mnaudit.signing.time_authority import TimeAuthority

if TYPE_CHECKING:
    from collections.abc import Sequence

AT = datetime(2026, 4, 1, 3, 0, 0, tzinfo=UTC)
LATER = datetime(2026, 4, 2, tzinfo=UTC)
POLICY = "1.2.392.200000.1"
SIGNATURE = b"the signature of a status"
NONCE = 2**63 + 5

SHA256_OID = "2.16.840.1.101.3.4.2.1"
_ECDSA_SHA256 = "1.2.840.10045.4.3.2"
_SIGNED_DATA = "1.2.840.113549.1.7.2"
TST_INFO = "1.2.840.113549.1.9.16.1.4"
_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_CERTIFICATE_V1 = "1.2.840.113549.1.9.16.2.12"
_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"

STAMPS = (ExtendedKeyUsageOID.TIME_STAMPING,)


@dataclass(frozen=True)
class Party:
    """A key and its certificate."""

    key: Any
    certificate: x509.Certificate

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


def key(number: int) -> ec.EllipticCurvePrivateKey:
    """Return the same key for the same number. NEVER USE."""
    return ec.derive_private_key(number, ec.SECP256R1())


def usage(*, signs: bool = True, certifies: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certifies,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def certify(
    number: int,
    name: str,
    issuer: Party | None = None,
    *,
    ca: bool | None = None,
    usages: Sequence[x509.ObjectIdentifier] = (),
    critical: bool = True,
    begins: int = 2000,
    ends: int = 2150,
    path_length: int | None = None,
    key_usage: x509.KeyUsage | None = None,
    key: Any = None,
    serial: int | None = None,
) -> Party:
    """Make a certificate, of a root if there is no issuer."""
    mine = globals()["key"](number) if key is None else key
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"NEVER USE {name}")])
    signer = mine if issuer is None else issuer.key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.certificate.subject)
        .public_key(mine.public_key())
        .serial_number(serial or number)
        .not_valid_before(datetime(begins, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(ends, 1, 1, tzinfo=UTC))
    )
    if ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca, path_length), critical=True)
    if usages:
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=critical)
    if key_usage is not None:
        builder = builder.add_extension(key_usage, critical=True)
    # OpenSSL wants to see in the certificate who issued it.
    builder = builder.add_extension(
        x509.SubjectKeyIdentifier.from_public_key(mine.public_key()), critical=False
    )
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
    )
    is_deterministic = isinstance(signer, ec.EllipticCurvePrivateKey) or None
    return Party(mine, builder.sign(signer, SHA256(), ecdsa_deterministic=is_deterministic))


def root(number: int = 1, name: str = "root", **how: Any) -> Party:
    good: dict[str, Any] = {"ca": True, "key_usage": usage(certifies=True)}
    return certify(number, name, **(good | how))


def intermediate(issuer: Party, number: int = 2, **how: Any) -> Party:
    good: dict[str, Any] = {"ca": True, "key_usage": usage(signs=False, certifies=True)}
    return certify(number, "intermediate", issuer, **(good | how))


def signer(issuer: Party, number: int = 3, **how: Any) -> Party:
    good: dict[str, Any] = {"usages": STAMPS, "key_usage": usage()}
    return certify(number, "signer", issuer, **(good | how))


ROOT = root()
SIGNER = signer(ROOT)


def authority(**how: Any) -> TimeAuthority:
    """Describe the authority as a trust policy does."""
    good: dict[str, Any] = {"owner": "TSA", "root_pem": ROOT.pem, "policy_oids": (POLICY,)}
    return TimeAuthority(**(good | how))


def attribute(name: str, *values: bytes) -> bytes:
    return der.encode(der.SEQUENCE, der.encode_oid(name), der.encode(der.SET, *values))


def hashed_with(oid: str = SHA256_OID) -> bytes:
    return der.encode(der.SEQUENCE, der.encode_oid(oid))


def octets(data: bytes) -> bytes:
    return der.encode(der.OCTET_STRING, data)


def signing_certificate(certificate: bytes, *, v1: bool = False) -> bytes:
    """Return the attribute that names the certificate of the signer."""
    digest = sha1(certificate).digest() if v1 else sha256(certificate).digest()  # noqa: S324 - RFC 2634 says so
    named = der.encode(der.SEQUENCE, octets(digest))
    value = der.encode(der.SEQUENCE, der.encode(der.SEQUENCE, named))
    return attribute(_CERTIFICATE_V1 if v1 else _CERTIFICATE_V2, value)


def info(
    *,
    signature: bytes = SIGNATURE,
    at: datetime | bytes = AT,
    policy: str = POLICY,
    nonce: int | None = None,
    algorithm: str = SHA256_OID,
    version: int = 1,
    more: Sequence[bytes] = (),
) -> bytes:
    """Return a TSTInfo."""
    imprint = der.encode(der.SEQUENCE, hashed_with(algorithm), octets(sha256(signature).digest()))
    written = at if isinstance(at, bytes) else at.strftime("%Y%m%d%H%M%SZ").encode()
    nonces = () if nonce is None else (der.encode_integer(nonce),)
    return der.encode(
        der.SEQUENCE,
        der.encode_integer(version),
        der.encode_oid(policy),
        imprint,
        der.encode_integer(7),
        der.encode(der.GENERALIZED_TIME, written),
        *nonces,
        *more,
    )


def attributes(body: bytes, by: Party, *, content_type: str = TST_INFO) -> list[bytes]:
    """Return the signed attributes of a good token."""
    return [
        attribute(_CONTENT_TYPE, der.encode_oid(content_type)),
        attribute(_MESSAGE_DIGEST, octets(sha256(body).digest())),
        signing_certificate(by.der),
    ]


def token(
    body: bytes | None = None,
    *,
    by: Party = SIGNER,
    signed: Sequence[bytes] | None = None,
    embedded: Sequence[Party] | None = None,
    named: Party | None = None,
    digest: str = SHA256_OID,
    kind: str = _SIGNED_DATA,
    content: str = TST_INFO,
    signers: int = 1,
    status: int = 0,
    sort: bool = True,
    **what: Any,
) -> bytes:
    """Return a TimeStampResp.

    Args:
        body: The TSTInfo, by default a good one with ``what`` else.
        by: Whose key signs.
        signed: The signed attributes, sorted here.
        embedded: The certificates, by default the one of the signer.
        named: Whose certificate the signer identifier names.
        digest: Of the signature, as it says.
        kind: The content type of the token.
        content: The content type inside it.
        signers: How often the signer info is repeated.
        status: The PKIStatus.
        sort: Whether the certificates are sorted, as DER demands.
        what: Arguments of :func:`info`.
    """
    body = info(**what) if body is None else body
    claims = sorted(attributes(body, by) if signed is None else signed)
    made = by.key.sign(der.encode(der.SET, *claims), ec.ECDSA(SHA256(), deterministic_signing=True))
    identity = (named or by).certificate
    signer_info = der.encode(
        der.SEQUENCE,
        der.encode_integer(1),
        der.encode(
            der.SEQUENCE, identity.issuer.public_bytes(), der.encode_integer(identity.serial_number)
        ),
        hashed_with(digest),
        der.encode(der.context(0), *claims),
        der.encode(der.SEQUENCE, der.encode_oid(_ECDSA_SHA256)),
        octets(made),
    )
    bag = [each.der for each in ((by,) if embedded is None else embedded)]
    bag = sorted(bag) if sort else sorted(bag, reverse=True)
    data = der.encode(
        der.SEQUENCE,
        der.encode_integer(3),
        der.encode(der.SET, hashed_with(digest)),
        der.encode(der.SEQUENCE, der.encode_oid(content), der.encode(der.context(0), octets(body))),
        *((der.encode(der.context(0), *bag),) if bag else ()),
        der.encode(der.SET, *(signer_info,) * signers),
    )
    wrapped = der.encode(der.SEQUENCE, der.encode_oid(kind), der.encode(der.context(0), data))
    return der.encode(der.SEQUENCE, der.encode(der.SEQUENCE, der.encode_integer(status)), wrapped)
