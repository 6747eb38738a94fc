"""Key services are believed in nothing: neither what key they have, nor what they signed."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
import securesystemslib.signer as theirs
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key
from securesystemslib.exceptions import UnsupportedLibraryError
from securesystemslib.signer import (  # type: ignore[attr-defined]  # re-exported
    Signature,
    SSlibKey,
)

from mnaudit.errors import ConfigurationError, TrustError
from mnaudit.load.kms import is_kms_uri, kms_signer
from mnaudit.signing.keys import Algorithm, SigningKey, generate

if TYPE_CHECKING:
    from collections.abc import Callable

URIS = {
    "awskms:alias/mnaudit": ("AWSSigner", ("alias/mnaudit",)),
    "azurekms://vault1.vault.azure.net/keys/signer": ("AzureSigner", ("vault1", "signer")),
    "gcpkms:projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1": (
        "GCPSigner",
        ("projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1",),
    ),
    "hv:signer": ("VaultSigner", ("signer",)),
}
NEWER = {"azurekms", "hv"}
"""Where the service adds the version to the URI."""


@dataclass
class Service:
    """A key service as securesystemslib shows it, with a key of ours inside."""

    key: SigningKey
    uri: str = ""
    sign: Callable[[bytes], bytes] | None = None
    public: Any = None
    places: list[tuple[Any, ...]] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    with_secret: bool = False

    def class_(self) -> Any:
        service = self

        class Fake:
            secret: Any

            @classmethod
            def import_(cls, *place: Any) -> tuple[str, Any]:
                service.places.append(place)
                public = service.public or load_der_public_key(service.key.public.der)
                return service.uri, SSlibKey.from_crypto(public)

            @classmethod
            def from_priv_key_uri(cls, uri: str, _: Any, secret: Any) -> Fake:
                assert uri == service.uri
                cls.secret = secret
                return cls()

            def sign(self, message: bytes) -> Signature:
                if service.with_secret:
                    service.secrets.append(type(self).secret("pin"))
                made = (service.sign or service.key.sign)(message)
                return Signature("-", made.hex())

        return Fake


@pytest.fixture(params=list(Algorithm))
def service(request: pytest.FixtureRequest) -> Service:
    return Service(generate(request.param))


@pytest.fixture
def p256() -> Service:
    return Service(generate(Algorithm.ECDSA_P256), "awskms:k")


def _install(monkeypatch: pytest.MonkeyPatch, service: Service, name: str = "AWSSigner") -> None:
    monkeypatch.setattr(theirs, name, service.class_())


@pytest.mark.parametrize("uri", URIS)
def test_a_key_in_a_service_signs_like_a_key_in_memory(
    monkeypatch: pytest.MonkeyPatch, service: Service, uri: str
) -> None:
    name, place = URIS[uri]
    service.uri = f"{uri}/7" if uri.partition(":")[0] in NEWER else uri
    _install(monkeypatch, service, name)

    signer = kms_signer(uri)

    assert signer.public == service.key.public
    assert signer.public.verify(signer.sign(b"x"), b"x")
    assert service.places == [place]
    assert service.key.fingerprint in repr(signer)


def test_a_token_is_named_by_key_and_label_and_asks_for_its_pin_once(
    monkeypatch: pytest.MonkeyPatch, p256: Service
) -> None:
    p256.uri = "hsm:5?label=a+b"
    p256.with_secret = True
    _install(monkeypatch, p256, "HSMSigner")
    asked: list[int] = []

    def pin() -> str:
        asked.append(1)
        return "4711"

    signer = kms_signer("hsm:5?label=a%20b", pin=pin)
    signer.sign(b"x")
    signer.sign(b"y")

    assert [place[:2] for place in p256.places] == [(5, "a b")]
    assert p256.secrets == ["4711", "4711"]
    assert len(asked) == 1


def test_the_key_of_a_token_without_a_number_is_that_of_the_piv_slot(
    monkeypatch: pytest.MonkeyPatch, p256: Service
) -> None:
    p256.uri = "hsm:2"
    _install(monkeypatch, p256, "HSMSigner")

    kms_signer("hsm:")

    assert p256.places == [(2, None, None)]


def test_an_error_of_the_one_who_is_asked_stays_what_it_is(
    monkeypatch: pytest.MonkeyPatch, p256: Service
) -> None:
    p256.uri = "hsm:2"
    _install(monkeypatch, p256, "HSMSigner")

    def nobody() -> str:
        raise ConfigurationError("MN006", variable="X")

    with pytest.raises(ConfigurationError, match="MN006"):
        kms_signer("hsm:2", pin=nobody).sign(b"x")


def _raw(key: SigningKey, message: bytes) -> bytes:
    r, s = decode_dss_signature(key.sign(message))
    return r.to_bytes(32) + s.to_bytes(32)


@pytest.mark.parametrize(
    "wrong",
    [
        _raw,
        lambda key, message: key.sign(message + b" "),
        lambda _, message: generate(Algorithm.ECDSA_P256).sign(message),
        lambda key, message: key.sign(message) + b"\0",
        lambda _key, _message: b"",
    ],
    ids=["r and s side by side", "of something else", "of another key", "with more", "empty"],
)
def test_a_signature_that_does_not_fit_is_not_used(
    monkeypatch: pytest.MonkeyPatch, p256: Service, wrong: Callable[[SigningKey, bytes], bytes]
) -> None:
    p256.sign = lambda message: wrong(p256.key, message)
    _install(monkeypatch, p256)

    with pytest.raises(TrustError, match="MN058"):
        kms_signer("awskms:k").sign(b"x")


def test_a_service_that_refuses_to_sign_is_told(
    monkeypatch: pytest.MonkeyPatch, p256: Service
) -> None:
    def refuse(_: bytes) -> bytes:
        raise RuntimeError("throttled\nin detail")

    p256.sign = refuse
    _install(monkeypatch, p256)

    with pytest.raises(ConfigurationError, match="MN057") as told:
        kms_signer("awskms:k").sign(b"x")
    assert told.value.values["why"] == "RuntimeError: throttled"


def test_a_service_that_cannot_be_reached_is_told(
    monkeypatch: pytest.MonkeyPatch, p256: Service
) -> None:
    class Away:
        @classmethod
        def import_(cls, _: str) -> None:
            raise TimeoutError

    _install(monkeypatch, p256)
    monkeypatch.setattr(theirs, "AWSSigner", Away)

    with pytest.raises(ConfigurationError, match="MN057") as told:
        kms_signer("awskms:k")
    assert told.value.values["why"] == "TimeoutError"


@pytest.mark.parametrize(
    ("public", "kind"),
    [
        (ec.derive_private_key(7, ec.SECP384R1()).public_key(), "secp384r1"),
        (rsa.generate_private_key(65537, 2048).public_key(), "RSA"),
    ],
    ids=["P-384", "RSA"],
)
def test_a_key_of_another_kind_is_refused(
    monkeypatch: pytest.MonkeyPatch, p256: Service, public: Any, kind: str
) -> None:
    p256.public = public
    _install(monkeypatch, p256)

    with pytest.raises(ConfigurationError, match="MN497") as told:
        kms_signer("awskms:k")
    assert told.value.values["type"] == kind


def test_another_version_of_the_key_than_the_one_named_is_refused(
    monkeypatch: pytest.MonkeyPatch, p256: Service
) -> None:
    p256.uri = "hv:signer/7"
    _install(monkeypatch, p256, "VaultSigner")

    assert kms_signer("hv:signer/7").public == p256.key.public
    for asked in ("hv:signer/6", "hv:signer/70"):
        with pytest.raises(ConfigurationError, match="MN057"):
            kms_signer(asked)


@pytest.mark.parametrize(
    "uri",
    [
        "hsm:two",
        "hsm:2?pin=canary",
        "hsm:2?label=a&pin=canary",
        "hsm:2?label=",
        "hsm:2#canary",
        "hsm://host/2",
        "awskms:",
        "awskms:k?x=canary",
        "azurekms://vault1.example.com/keys/k",
        "azurekms://vault1.vault.azure.net/secrets/k",
        "azurekms:canary",
        "gcpkms:",
        "hv:",
        "hv:signer/newest",
    ],
)
def test_a_uri_with_anything_more_is_refused_and_not_repeated(uri: str) -> None:
    with pytest.raises(ConfigurationError, match="MN056") as told:
        kms_signer(uri)

    assert "canary" not in str(told.value)


def test_without_the_extra_the_remedy_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "securesystemslib.signer", None)

    with pytest.raises(ConfigurationError, match="MN496") as told:
        kms_signer("hsm:2")
    assert told.value.values["package"] == "mnaudit[kms]"


def test_without_the_library_of_the_service_the_remedy_names_it(
    monkeypatch: pytest.MonkeyPatch, p256: Service
) -> None:
    class Bare:
        @classmethod
        def import_(cls, _: str) -> None:
            raise UnsupportedLibraryError("boto3")

    _install(monkeypatch, p256)
    monkeypatch.setattr(theirs, "AWSSigner", Bare)

    with pytest.raises(ConfigurationError, match="MN496") as told:
        kms_signer("awskms:k")
    assert told.value.values["package"] == "securesystemslib[awskms]"


@pytest.mark.parametrize(
    ("text", "is_uri"),
    [("hsm:", True), ("hv:k/1", True), ("key.pem", False), ("./hsm:2", False), ("hsm", False)],
)
def test_a_file_is_told_from_a_uri(text: str, *, is_uri: bool) -> None:
    assert is_kms_uri(text) is is_uri
