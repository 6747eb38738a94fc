"""Keys are read strictly, named by their content, and sign to the same bytes again."""

from __future__ import annotations

import base64
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa, x25519
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given, strategies as st

from mnaudit.errors import ConfigurationError, TrustError
from mnaudit.signing.keys import (
    Algorithm,
    PublicKey,
    SigningKey,
    encrypt,
    generate,
    load_private,
    load_public,
    parse_pin,
)

ORDER_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
# C2SP/CCTV, a key flagged low_order_A.
ORDER_8_Y = int.from_bytes(
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"
)
KEYS = {algorithm: generate(algorithm) for algorithm in Algorithm}
EITHER = pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
FINGERPRINT = "0123456789abcdef" * 4


def plain_pem(key: SigningKey) -> bytes:
    return key._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public_pem(key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey | x25519.X25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@EITHER
def test_a_key_signs_the_same_bytes_again_and_its_public_half_agrees(key: SigningKey) -> None:
    signature = key.sign(b"message")

    assert key.sign(b"message") == signature
    assert key.public.verify(signature, b"message")
    assert not key.public.verify(signature, b"massage")


@EITHER
def test_no_changed_byte_of_a_signature_verifies(key: SigningKey) -> None:
    signature = key.sign(b"message")

    for at in range(len(signature)):
        for flip in (0x01, 0x80, 0xFF):
            changed = bytearray(signature)
            changed[at] ^= flip
            assert not key.public.verify(bytes(changed), b"message")


def test_a_signature_does_not_verify_under_the_key_of_the_other_algorithm() -> None:
    ecdsa, ed25519 = KEYS[Algorithm.ECDSA_P256], KEYS[Algorithm.ED25519]

    assert not ed25519.public.verify(ecdsa.sign(b"message"), b"message")
    assert not ecdsa.public.verify(ed25519.sign(b"message"), b"message")


def test_a_raw_ecdsa_signature_is_refused() -> None:
    key = KEYS[Algorithm.ECDSA_P256]
    r, s = decode_dss_signature(key.sign(b"message"))

    assert not key.public.verify(r.to_bytes(32) + s.to_bytes(32), b"message")


def test_the_mirrored_ecdsa_signature_verifies_so_signatures_identify_nothing() -> None:
    key = KEYS[Algorithm.ECDSA_P256]
    r, s = decode_dss_signature(key.sign(b"message"))

    mirrored = encode_dss_signature(r, ORDER_P256 - s)

    assert mirrored != key.sign(b"message")
    assert key.public.verify(mirrored, b"message")


@EITHER
def test_fingerprint_and_key_id_are_the_digest_of_the_public_key(key: SigningKey) -> None:
    digest = sha256(key.public.der).digest()

    assert key.fingerprint == key.public.fingerprint == digest.hex()
    assert key.keyid == key.public.keyid == base64.b64encode(digest).decode()


@EITHER
def test_the_public_key_survives_the_round_trip(key: SigningKey) -> None:
    assert load_public(key.public_pem.encode()).pem == key.public_pem
    assert load_public(key.public_pem.encode()).algorithm is key.algorithm


def test_a_key_does_not_show_itself() -> None:
    key = KEYS[Algorithm.ED25519]

    assert repr(key) == f"SigningKey(ed25519, {key.fingerprint})"


@EITHER
def test_an_encrypted_key_survives_the_round_trip(key: SigningKey) -> None:
    pem = encrypt(key, "合言葉".encode(), salt=bytes(16), iv=bytes(16))

    assert load_private(pem, "合言葉".encode()).fingerprint == key.fingerprint
    assert pem.startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n")
    assert max(map(len, pem.splitlines())) == 64


def test_the_same_salt_and_iv_give_the_same_file() -> None:
    key = KEYS[Algorithm.ED25519]

    first = encrypt(key, b"secret", salt=b"s" * 16, iv=b"i" * 16)

    assert encrypt(key, b"secret", salt=b"s" * 16, iv=b"i" * 16) == first
    assert encrypt(key, b"secret", salt=b"t" * 16, iv=b"i" * 16) != first


def test_an_empty_passphrase_protects_nothing_and_is_refused() -> None:
    with pytest.raises(ConfigurationError) as caught:
        encrypt(KEYS[Algorithm.ED25519], b"", salt=bytes(16), iv=bytes(16))

    assert caught.value.code == "MN403"


@EITHER
def test_an_unencrypted_key_is_read_without_a_passphrase(key: SigningKey) -> None:
    assert load_private(plain_pem(key), None).fingerprint == key.fingerprint


RSA = rsa.generate_private_key(65537, 2048)
P384 = ec.generate_private_key(ec.SECP384R1())
X25519 = x25519.X25519PrivateKey.generate()
P256 = ec.generate_private_key(ec.SECP256R1())
SEALED = P256.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))


def pkcs8_pem(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | x25519.X25519PrivateKey,
) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize(
    ("pem", "passphrase", "code"),
    [
        pytest.param(b"", None, "MN401", id="nothing"),
        pytest.param(KEYS[Algorithm.ED25519].public_pem.encode(), None, "MN401", id="a public key"),
        pytest.param(
            P256.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()),
            None,
            "MN401",
            id="the old form",
        ),
        pytest.param(
            P256.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()),
            None,
            "MN401",
            id="the form of OpenSSH",
        ),
        pytest.param(
            b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
            None,
            "MN401",
            id="damaged",
        ),
        pytest.param(pkcs8_pem(RSA), None, "MN402", id="RSA"),
        pytest.param(pkcs8_pem(P384), None, "MN402", id="another curve"),
        pytest.param(pkcs8_pem(X25519), None, "MN402", id="a key that cannot sign"),
        pytest.param(SEALED, None, "MN403", id="no passphrase"),
        pytest.param(SEALED, b"", "MN403", id="an empty passphrase"),
        pytest.param(SEALED, b"Secret", "MN404", id="a wrong passphrase"),
        pytest.param(pkcs8_pem(P256), b"secret", "MN405", id="a passphrase for nothing"),
    ],
)
def test_a_private_key_that_cannot_be_used_is_refused(
    pem: bytes, passphrase: bytes | None, code: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_private(pem, passphrase)

    assert caught.value.code == code


@pytest.mark.parametrize(
    ("key", "name"),
    [
        pytest.param(RSA.public_key(), "RSA", id="RSA"),
        pytest.param(P384.public_key(), "secp384r1", id="another curve"),
        pytest.param(X25519.public_key(), "X25519", id="a key that cannot sign"),
    ],
)
def test_a_public_key_of_another_type_is_refused_by_name(
    key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey | x25519.X25519PublicKey, name: str
) -> None:
    with pytest.raises(TrustError) as caught:
        load_public(public_pem(key))

    assert (caught.value.code, caught.value.values) == ("MN402", {"type": name})


def spki(raw: str) -> bytes:
    body = base64.b64encode(bytes.fromhex(raw))
    return b"-----BEGIN PUBLIC KEY-----\n%b\n-----END PUBLIC KEY-----\n" % body


@pytest.mark.parametrize(
    ("pem", "code"),
    [
        pytest.param(b"", "MN406", id="nothing"),
        pytest.param(plain_pem(KEYS[Algorithm.ED25519]), "MN406", id="a private key"),
        pytest.param(spki("00"), "MN406", id="damaged"),
        pytest.param(
            spki("3059301306072a8648ce3d020106082a8648ce3d030107034200" + "04" + "01" * 64),
            "MN406",
            id="a point that is not on the curve",
        ),
        pytest.param(spki("300d300806062b0601040163030100"), "MN402", id="an unknown algorithm"),
    ],
)
def test_a_public_key_that_cannot_be_read_is_refused(pem: bytes, code: str) -> None:
    with pytest.raises(TrustError) as caught:
        load_public(pem)

    assert caught.value.code == code


def test_a_private_key_of_an_unknown_algorithm_is_refused() -> None:
    body = base64.b64encode(bytes.fromhex("3011020100300806062b0601040163040200ff"))
    pem = b"-----BEGIN PRIVATE KEY-----\n%b\n-----END PRIVATE KEY-----\n" % body

    with pytest.raises(ConfigurationError) as caught:
        load_private(pem, None)

    assert caught.value.code == "MN402"


@pytest.mark.parametrize(
    "y",
    [
        pytest.param(0, id="order 4"),
        pytest.param(1, id="order 1"),
        pytest.param(2**255 - 20, id="order 2"),
        pytest.param(ORDER_8_Y, id="order 8"),
        pytest.param(2**255 - 19 - ORDER_8_Y, id="order 8, the other side"),
        pytest.param(2**255 - 19, id="zero, not canonical"),
        pytest.param(2**255 - 1, id="the largest, not canonical"),
    ],
)
@pytest.mark.parametrize("sign", [0, 1 << 255], ids=["even", "odd"])
def test_an_ed25519_key_under_which_anyone_can_sign_is_refused(y: int, sign: int) -> None:
    weak = Ed25519PublicKey.from_public_bytes((y | sign).to_bytes(32, "little"))

    with pytest.raises(TrustError) as caught:
        load_public(PublicKey(weak).pem.encode())

    assert caught.value.code == "MN407"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(FINGERPRINT, id="plain"),
        pytest.param(FINGERPRINT.upper(), id="upper case"),
        pytest.param(f" sha256:{FINGERPRINT}\n", id="with its algorithm"),
        pytest.param(f"SHA256: {FINGERPRINT}", id="with its algorithm in upper case"),
        pytest.param(bytes.fromhex(FINGERPRINT).hex(":"), id="colons, as openssl prints it"),
        pytest.param(bytes.fromhex(FINGERPRINT).hex(" ", 4), id="groups"),
        pytest.param(base64.b64encode(bytes.fromhex(FINGERPRINT)).decode(), id="key id"),
    ],
)
def test_a_pin_is_read_as_people_write_it(text: str) -> None:
    assert parse_pin(text) == FINGERPRINT


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(FINGERPRINT[:-1], id="a digit short"),
        pytest.param(FINGERPRINT[:16], id="only its beginning"),
        pytest.param(FINGERPRINT + "00", id="too long"),
        pytest.param("sha1:" + FINGERPRINT, id="another algorithm"),
        pytest.param("\uff10" * 64, id="full-width digits"),
        pytest.param(base64.b64encode(bytes(31)).decode(), id="a short key id"),
        pytest.param(base64.b64encode(bytes(32)).decode()[:-2] + "B=", id="stray bits"),
        pytest.param(base64.b64encode(bytes(32)).decode().rstrip("="), id="no padding"),
    ],
)
def test_a_pin_that_is_not_the_whole_fingerprint_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_pin(text)

    assert caught.value.code == "MN408"


@given(st.text())
def test_no_text_breaks_the_reading_of_pins(text: str) -> None:
    try:
        pin = parse_pin(text)
    except ConfigurationError as error:
        assert error.code == "MN408"  # noqa: PT017 - either outcome is right
    else:
        assert len(bytes.fromhex(pin)) == 32
