"""When did this signature exist at the latest? Time-stamps (RFC 3161) over signature bytes.

A token counts only if it is about exactly this signature, was signed by an authority that the trust
policy pins, under a policy that it allows, and held at the time that it names. Two readers look at
every token: ours for the shape, and OpenSSL (by ``rfc3161-client``) for signature and chain; what
only one of them accepts is refused. Nothing here asks for a time-stamp; the caller brings chance,
clock and network. Import this module only when there is a token: X.509 is slow to import.

Source: RFC 3161 §2.2 to §2.4; RFC 5816; RFC 5280 §4.2.1.3, §4.2.1.9, §4.2.1.12.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import MD5, SHA1
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID
from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

from mnaudit.errors import TrustError
from mnaudit.model.instant import instant_text
from mnaudit.signing import der
from mnaudit.signing.time_authority import TrustedTime, read_certificates
from mnaudit.signing.timestamp_token import (
    GRANTED,
    SHA256,
    read_status,
    read_token,
    sort_certificates,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rfc3161_client import TimeStampResponse

    from mnaudit.signing.time_authority import TimeAuthority
    from mnaudit.signing.timestamp_token import Token

__all__ = [
    "CLOCK_TOLERANCE",
    "MAX_RESPONSE_BYTES",
    "MAX_TOKENS",
    "check_response",
    "time_request",
    "verify_token",
    "verify_tokens",
]

MAX_RESPONSE_BYTES: Final = 64 * 1024
MAX_TOKENS: Final = 8

CLOCK_TOLERANCE: Final = timedelta(minutes=5)
"""How much the clocks of signer, authority and verifier may differ. Who would backdate gains
nothing from minutes; who verifies right after signing would be refused without it."""

_LEAST_RSA_BITS: Final = 2048
_LEAST_EC_BITS: Final = 256


@dataclass(frozen=True, slots=True)
class _Accepted:
    """A time, and the key that said it."""

    time: TrustedTime
    key: bytes


def time_request(signature: bytes, *, nonce: int) -> bytes:
    """Return what to ask an authority: a DER TimeStampReq over the SHA-256 of a signature.

    Args:
        signature: The bytes of the signature of an envelope.
        nonce: 64 or more fresh random bits, so that nobody can answer with an old token.
    """
    imprint = der.encode(
        der.SEQUENCE,
        der.encode(der.SEQUENCE, der.encode_oid(SHA256), der.encode(der.NULL)),
        der.encode(der.OCTET_STRING, sha256(signature).digest()),
    )
    wants_certificate = der.encode(der.BOOLEAN, b"\xff")
    return der.encode(
        der.SEQUENCE, der.encode_integer(1), imprint, der.encode_integer(nonce), wants_certificate
    )


def check_response(response: bytes, request: bytes) -> bytes:
    """Check that an authority answered this request, and return the answer as it is to be kept.

    Its certificates are sorted as DER demands, or nobody could read the bundle later (c2pa-rs
    #1590). The caller still has to hold it against the trust policy (:func:`verify_token`).

    Args:
        response: What came back: DER TimeStampResp.
        request: What :func:`time_request` made.

    Raises:
        TrustError: It cannot be read (``MN450``), was not granted (``MN451``), or answers another
            request (``MN452``).
    """
    kept = _sorted(response)
    info = _read(kept)[0].info
    _version, imprint, nonce, _wants_certificate = der.read(request).members()
    if (info.algorithm, info.imprint) != (SHA256, imprint.members()[1].content):
        raise TrustError("MN452", field="messageImprint")
    if info.nonce != nonce.integer():
        raise TrustError("MN452", field="nonce")
    return kept


def verify_tokens(
    tokens: Sequence[bytes],
    signature: bytes,
    authorities: Sequence[TimeAuthority],
    *,
    at: datetime,
) -> tuple[TrustedTime, ...]:
    """Return the times of all tokens, the earliest first, one for each authority.

    A bad token beside a good one fails: whoever put it there, something is wrong. Two tokens of one
    owner, or of one key under two names, are one witness (sigstore-go #633).

    Args:
        tokens: DER TimeStampResp, as they stand in the bundle.
        signature: What they must be about.
        authorities: Of the trust policy.
        at: The time of the verification, aware.

    Raises:
        TrustError: As :func:`verify_token`; too many tokens are ``MN450``.
    """
    if len(tokens) > MAX_TOKENS:
        raise TrustError("MN450", detail=f"more than {MAX_TOKENS} tokens")
    accepted = [_verify(token, signature, authorities, at) for token in tokens]
    distinct: list[_Accepted] = []
    for each in sorted(accepted, key=lambda each: (each.time.at, each.time.owner)):
        if all(each.key != other.key and each.time.owner != other.time.owner for other in distinct):
            distinct.append(each)
    return tuple(each.time for each in distinct)


def verify_token(
    response: bytes, signature: bytes, authorities: Sequence[TimeAuthority], *, at: datetime
) -> TrustedTime:
    """Return when an authority of the policy saw this signature.

    Args:
        response: DER TimeStampResp.
        signature: What it must be about.
        authorities: Of the trust policy.
        at: The time of the verification, aware.

    Raises:
        TrustError: The token cannot be read (``MN450``), was not granted (``MN451``), is about
            other bytes (``MN452``), is not signed by a pinned authority (``MN454``), was issued
            under another policy (``MN455``), by an unfit certificate (``MN456``), or at a time
            that is not yet (``MN457``).
    """
    return _verify(response, signature, authorities, at).time


def _verify(
    response: bytes, signature: bytes, authorities: Sequence[TimeAuthority], at: datetime
) -> _Accepted:
    token, decoded = _read(response)
    info = token.info
    if (info.algorithm, info.imprint) != (SHA256, sha256(signature).digest()):
        # A token of another signature, stapled on (CVE-2022-36056 and its kin).
        raise TrustError("MN452", field="messageImprint")
    if info.at > at + CLOCK_TOLERANCE:
        raise TrustError("MN457", time=instant_text(info.at), at=instant_text(at))
    leaves = [(each, _leaf(each, token, decoded)) for each in authorities]
    vouching = [
        (authority, leaf)
        for authority, leaf in leaves
        if leaf is not None and _is_in_time(authority, info.at) and _holds(authority, leaf, decoded)
    ]
    if not vouching:
        raise TrustError("MN454", time=instant_text(info.at))
    allowed = [each for each in vouching if info.policy in each[0].policy_oids]
    if not allowed:
        raise TrustError("MN455", policy=info.policy, owner=vouching[0][0].owner)
    # The one that the policy names first, should two share a root.
    authority, leaf = allowed[0]
    key = leaf.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return _Accepted(TrustedTime(info.at, "tsa", authority.owner), key)


def _read(response: bytes) -> tuple[Token, TimeStampResponse]:
    """Read a granted token with both readers."""
    if len(response) > MAX_RESPONSE_BYTES:
        raise TrustError("MN450", detail=f"more than {MAX_RESPONSE_BYTES} bytes")
    try:
        status = read_status(response)
        if status != GRANTED:
            raise TrustError("MN451", reason=f"PKIStatus {status}")
        return read_token(response), decode_timestamp_response(response)
    except ValueError as error:
        raise TrustError("MN450", detail=_detail(error)) from error


def _sorted(response: bytes) -> bytes:
    """Sort the certificates of a response; leave it alone if it cannot be read."""
    try:
        return sort_certificates(response) if len(response) <= MAX_RESPONSE_BYTES else response
    except ValueError:
        return response


def _detail(error: Exception) -> str:
    """Say what the reader stumbled over, without repeating the input."""
    text = str(error)
    if "InvalidSetOrdering" in text:
        # OpenSSL's own `certs = …` writes this; other readers refuse it (c2pa-rs #1590).
        return "the certificates in it are not sorted as DER demands"
    return text if text.isascii() and text.isprintable() and len(text) < 80 else "no token"  # noqa: PLR2004


def _is_in_time(authority: TimeAuthority, at: datetime) -> bool:
    """Tell whether the policy trusts this authority for tokens of this time."""
    begins, ends = authority.not_before, authority.not_after
    return (begins is None or begins <= at) and (ends is None or at <= ends)


def _leaf(
    authority: TimeAuthority, token: Token, decoded: TimeStampResponse
) -> x509.Certificate | None:
    """Return the certificate that the signature names, if this authority may use it.

    Never the first of the bag, whose order anybody can choose (CVE-2026-39984): it must have the
    digest under the signature, and the name and number by which OpenSSL looks for it.
    """
    bag = token.certificates
    if authority.signer_pem is not None:
        (pinned,) = read_certificates(authority.signer_pem)
        bag = (pinned.public_bytes(Encoding.DER),)
    named = [certificate for certificate in bag if token.is_by(certificate)]
    if not named:
        return None
    try:
        leaf = x509.load_der_x509_certificate(named[0])
        (signer,) = decoded.signed_data.signer_infos
        is_same = (leaf.issuer, leaf.serial_number) == (signer.issuer, signer.serial_number)
    except _UNREADABLE as error:
        raise TrustError("MN450", detail="the certificate of the signer") from error
    return leaf if is_same else None


def _holds(authority: TimeAuthority, leaf: x509.Certificate, decoded: TimeStampResponse) -> bool:
    """Ask OpenSSL: do signature and chain hold, up to the pinned root, at the time of the token?

    Raises:
        TrustError: The certificate is not one that may stamp time (``MN456``).
    """
    _check_leaf(leaf)
    root, *intermediates = read_certificates(authority.root_pem)
    # Never hand it a signer from the token: it would take a self-signed one for a root.
    pinned = None if authority.signer_pem is None else leaf
    builder = VerifierBuilder(tsa_certificate=pinned, intermediates=intermediates, roots=[root])
    try:
        return builder.build().verify(decoded, decoded.tst_info.message_imprint.message)
    except (VerificationError, *_UNREADABLE):
        return False


def _check_leaf(leaf: x509.Certificate) -> None:
    """Refuse a certificate that is good for more than time-stamps, or that a CA could be."""
    for rule, is_met in _LEAF_RULES.items():
        try:
            met = is_met(leaf)
        except _UNREADABLE:
            met = False
        if not met:
            raise TrustError("MN456", rule=rule)


def _is_for_time_only(leaf: x509.Certificate) -> bool:
    """RFC 3161 §2.3: one purpose, and critical. A purpose more, and a web server stamps time."""
    usage = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    return usage.critical and list(usage.value) == [ExtendedKeyUsageOID.TIME_STAMPING]


def _is_end_entity(leaf: x509.Certificate) -> bool:
    try:
        return not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return True


def _only_signs(leaf: x509.Certificate) -> bool:
    try:
        usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    signs = usage.digital_signature or usage.content_commitment
    return signs and not (usage.key_cert_sign or usage.crl_sign)


def _is_strong(leaf: x509.Certificate) -> bool:
    """Tell whether CRYPTREC still recommends the key, and the hash under the certificate."""
    if isinstance(leaf.signature_hash_algorithm, (MD5, SHA1)):
        return False
    match leaf.public_key():
        case rsa.RSAPublicKey() as key:
            return key.key_size >= _LEAST_RSA_BITS
        case ec.EllipticCurvePublicKey() as key:
            return key.key_size >= _LEAST_EC_BITS
        case key:
            return isinstance(key, Ed25519PublicKey)


_UNREADABLE: Final = (
    KeyError,  # a name of a string type that cryptography has no word for
    ValueError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.ExtensionNotFound,
    x509.UnsupportedGeneralNameType,
)

_LEAF_RULES: Final = {
    "extendedKeyUsage": _is_for_time_only,
    "basicConstraints": _is_end_entity,
    "keyUsage": _only_signs,
    "key": _is_strong,
}
