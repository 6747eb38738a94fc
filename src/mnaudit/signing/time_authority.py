"""Who may say when something was signed? The time-stamp authorities that a trust policy pins.

An authority is its certificates, and nothing in a token can add one. Which policy may be used at
which time is data of the trust policy; whether a token fits is decided in ``timestamp``.

Source: RFC 3161 §2.3 (the certificate of a TSA), RFC 5280 §4.2.1.9 (who may issue certificates).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, StringConstraints, field_validator

from mnaudit.model.base import Model
from mnaudit.model.instant import Instant

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography.x509 import Certificate

__all__ = ["MAX_PEM_CHARS", "TimeAuthority", "TrustedTime", "read_certificates"]

MAX_PEM_CHARS = 16 * 1024

_PolicyOid = Annotated[str, StringConstraints(pattern=r"^[0-2](?:\.(?:0|[1-9][0-9]{0,17})){1,24}$")]


@dataclass(frozen=True, slots=True)
class TrustedTime:
    """When something existed at the latest, said by somebody whom the policy trusts.

    Attributes:
        at: In UTC.
        source: What kind of witness says so.
        owner: Who it is, as the policy names it.
    """

    at: datetime
    source: Literal["tsa", "witness"]
    owner: str


class TimeAuthority(Model):
    """One time-stamp authority (TSA, 時刻認証業務), pinned by its certificates.

    Attributes:
        owner: Who runs it. Two authorities of one owner count as one.
        root_pem: The root at which every chain must end, in the form that we write. Certificates
            between root and signer may follow it, for tokens that leave them out.
        signer_pem: The only certificate that may sign tokens; None allows each one below the root.
        policy_oids: Under which policies a token may be issued, as dotted numbers.
        not_before: Tokens of an earlier time do not count.
        not_after: Tokens of a later time do not count.
    """

    owner: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    root_pem: str
    signer_pem: str | None = None
    policy_oids: Annotated[tuple[_PolicyOid, ...], Field(min_length=1, max_length=32)]
    not_before: Instant | None = None
    not_after: Instant | None = None

    @field_validator("root_pem")
    @classmethod
    def _check_root(cls, value: str) -> str:
        root, *others = read_certificates(value)
        if root.issuer != root.subject or any(each.issuer == each.subject for each in others):
            # OpenSSL takes every self-issued certificate that it is handed for a root.
            raise ValueError("not one root, followed by certificates that are none")
        return value

    @field_validator("signer_pem")
    @classmethod
    def _check_signer(cls, value: str | None) -> str | None:
        if value is not None and len(read_certificates(value)) != 1:
            raise ValueError("not one certificate")
        return value


def read_certificates(pem: str) -> tuple[Certificate, ...]:
    """Return the certificates of a PEM text, one behind the other.

    Raises:
        ValueError: There is none, or a text that is not in the one form that we write.
    """
    # Most commands never see a certificate, and X.509 takes longer to import than all our formats.
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415
    from cryptography.x509 import InvalidVersion, load_pem_x509_certificates  # noqa: PLC0415

    if len(pem) > MAX_PEM_CHARS or not pem.isascii():
        raise ValueError("not the PEM of a few certificates")
    try:
        found = tuple(load_pem_x509_certificates(pem.encode()))
    except InvalidVersion as error:  # no ValueError, unlike all else that is wrong with one
        raise ValueError("a certificate of another version") from error
    if "".join(each.public_bytes(Encoding.PEM).decode() for each in found) != pem:
        # Text around it or other line ends: readers would disagree about what is pinned.
        raise ValueError("not the one form of a certificate")
    return found
