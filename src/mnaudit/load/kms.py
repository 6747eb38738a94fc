"""Sign with a key that never leaves its token: PKCS#11 and the key services of the clouds.

An adapter to the signers of ``securesystemslib``, which is installed only with the extra
``mnaudit[kms]`` and imported only here. Nothing that it says is believed: the public key is read
again by our own rules, and every signature is checked before it is used.

Source: securesystemslib 1.6, ``signer`` (URIs, ``import_`` and ``from_priv_key_uri``).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import unquote_plus

from mnaudit.errors import ConfigurationError, TrustError
from mnaudit.signing.keys import load_public

if TYPE_CHECKING:
    from mnaudit.signing.keys import PublicKey, Signer

__all__ = ["AskPin", "is_kms_uri", "kms_signer"]

AskPin: TypeAlias = Callable[[], str]

_KINDS: Final = {
    "hsm": ("HSMSigner", "mnaudit[kms]"),
    "awskms": ("AWSSigner", "securesystemslib[awskms]"),
    "azurekms": ("AzureSigner", "securesystemslib[azurekms]"),
    "gcpkms": ("GCPSigner", "securesystemslib[gcpkms]"),
    "hv": ("VaultSigner", "securesystemslib[vault]"),
}
"""By scheme of the URI: the class in securesystemslib, and what must be installed for it."""

_PLACES: Final = {
    "hsm": re.compile(r"hsm:([0-9]{0,9})(?:\?label=([^?&=#]+))?"),
    "awskms": re.compile(r"awskms:([^?#]+)"),
    "azurekms": re.compile(r"azurekms://([^/.]+)\.vault\.azure\.net/keys/([^/?#]+)(?:/[^/?#]+)?"),
    "gcpkms": re.compile(r"gcpkms:([^?#]+)"),
    "hv": re.compile(r"hv:([^/?#]+)(?:/[0-9]+)?"),
}
_PIV_SIGNATURE: Final = 2  # the slot that securesystemslib takes for ``hsm:``
_MAX_REASON: Final = 200
_ED25519_PREFIX: Final = bytes.fromhex("302a300506032b6570032100")  # RFC 8410 §4


def is_kms_uri(text: str) -> bool:
    """Tell whether ``--key`` names a key in a token or service rather than a file."""
    scheme, colon, _ = text.partition(":")
    return bool(colon) and scheme in _KINDS


def kms_signer(uri: str, *, pin: AskPin | None = None) -> Signer:
    """Return a signer for a URI: ``hsm:``, ``awskms:``, ``azurekms:``, ``gcpkms:`` or ``hv:``.

    Args:
        uri: As securesystemslib writes it; for a token ``hsm:KEYID?label=TOKEN``.
        pin: Asks for the PIN of a token, at most once.

    Raises:
        ConfigurationError: The URI cannot be read (``MN056``), a library is missing (``MN496``),
            the key is not P-256 or Ed25519 (``MN497``), or the service refuses (``MN057``).
    """
    scheme = uri.partition(":")[0]
    name, package = _KINDS[scheme]
    place = _place(scheme, uri)
    try:
        kind = getattr(import_module("securesystemslib.signer"), name)
        missing: type[Exception] = import_module(
            "securesystemslib.exceptions"
        ).UnsupportedLibraryError
    except ImportError as error:
        raise ConfigurationError("MN496", scheme=scheme, package="mnaudit[kms]") from error

    # A token wants its PIN for every signature anew, but nobody wants to be asked twice.
    ask = None if pin is None else cache(pin)
    secret = None if ask is None else lambda _: ask()
    try:
        if scheme == "hsm":
            found, theirs = kind.import_(*place, secret)
        else:
            found, theirs = kind.import_(*place)
            _refuse_another_version(scheme, uri, found)
        public = _public_key(scheme, theirs)
        return _KmsSigner(scheme, public, kind.from_priv_key_uri(found, theirs, secret), ask)
    except missing as error:
        raise ConfigurationError("MN496", scheme=scheme, package=package) from error
    except (ConfigurationError, TrustError):
        raise
    except Exception as error:  # each service has errors of its own, and of its network
        raise ConfigurationError("MN057", scheme=scheme, why=_reason(error)) from error


@dataclass(frozen=True, slots=True)
class _KmsSigner:
    """A key elsewhere, as a ``Signer``."""

    scheme: str
    public: PublicKey
    theirs: Any
    ask: AskPin | None

    def __repr__(self) -> str:
        return f"KmsSigner({self.scheme}, {self.public.fingerprint})"

    def sign(self, message: bytes) -> bytes:
        """Sign, and check what came back: services have returned r‖s, or signed a hash twice.

        Raises:
            ConfigurationError: The service refuses (``MN057``).
            TrustError: What came back is no signature of this key (``MN058``).
        """
        if self.scheme == "hsm" and self.ask is not None:
            self.ask()  # before the library does, which would make an error of its own of ours
        try:
            made = bytes.fromhex(self.theirs.sign(message).signature)
        except Exception as error:
            raise ConfigurationError("MN057", scheme=self.scheme, why=_reason(error)) from error
        if not self.public.verify(made, message):
            raise TrustError("MN058", scheme=self.scheme)
        return made


def _place(scheme: str, uri: str) -> tuple[Any, ...]:
    """Return where the key is, as ``import_`` of the signer takes it.

    The URI is never repeated in a message: somebody may have put a PIN into it.
    """
    found = _PLACES[scheme].fullmatch(uri)
    if found is None:
        raise ConfigurationError("MN056", scheme=scheme)
    if scheme != "hsm":
        return found.groups()
    label = None if found[2] is None else unquote_plus(found[2])
    return int(found[1] or _PIV_SIGNATURE), label


def _refuse_another_version(scheme: str, asked: str, found: str) -> None:
    """Refuse to sign with the newest version of a key when another one was named."""
    if found != asked and not found.startswith(f"{asked}/"):
        raise ConfigurationError("MN057", scheme=scheme, why=f"!= {found}")


def _public_key(scheme: str, theirs: Any) -> PublicKey:
    """Read the public key again, by the rules for every other key."""
    text = theirs.keyval["public"]
    if theirs.keytype == "ed25519":
        return load_public(_pem(_ED25519_PREFIX + bytes.fromhex(text)))
    try:
        return load_public(text.encode())
    except TrustError as error:
        kind = str(error.values.get("type", theirs.keytype))
        raise ConfigurationError("MN497", scheme=scheme, type=kind) from error


def _pem(der: bytes) -> bytes:
    body = base64.b64encode(der)
    return b"-----BEGIN PUBLIC KEY-----\n" + body + b"\n-----END PUBLIC KEY-----\n"


def _reason(error: Exception) -> str:
    """Return the first line of an error of another library, and its kind."""
    text = str(error).partition("\n")[0][:_MAX_REASON]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
