"""A bundle has one spelling; whatever other tools overlook is refused."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st

from mnaudit.errors import TrustError
from mnaudit.signing.canonical import canonical_bytes
from mnaudit.signing.dsse import sign
from mnaudit.signing.keys import Algorithm, generate
from mnaudit.signing.sigstore_bundle import MAX_TOKENS, SigstoreBundle, unwrap, wrap

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = generate(Algorithm.ED25519)
ENVELOPE = sign(b'{"a":1}', KEY)
BUNDLE = wrap(ENVELOPE)


def test_an_envelope_survives_the_round_trip() -> None:
    assert unwrap(BUNDLE) == SigstoreBundle(ENVELOPE)


def test_it_has_the_fields_that_other_tools_need() -> None:
    assert json.loads(BUNDLE) == {
        "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
        "verificationMaterial": {"publicKey": {"hint": KEY.keyid}, "tlogEntries": []},
        "dsseEnvelope": {
            "payload": "eyJhIjoxfQ==",
            "payloadType": "application/vnd.in-toto+json",
            "signatures": [
                {
                    "keyid": KEY.keyid,
                    "sig": base64.b64encode(ENVELOPE.signatures[0].sig).decode(),
                }
            ],
        },
    }


def test_time_stamps_survive_the_round_trip_in_their_order() -> None:
    tokens = (b"0\x03second", b"0\x03first")

    assert unwrap(wrap(ENVELOPE, tokens)) == SigstoreBundle(ENVELOPE, tokens)


def stamped(*stamps: object) -> dict[str, object]:
    return {"rfc3161Timestamps": list(stamps)}


@pytest.mark.parametrize(
    "stamps",
    [
        pytest.param(stamped(), id="an empty list that is left out"),
        pytest.param(None, id="null"),
        pytest.param({"rfc3161Timestamps": {}}, id="no list"),
        pytest.param(stamped() | {"extra": []}, id="an unknown field"),
        pytest.param(stamped("AAAA"), id="no object"),
        pytest.param(stamped({}), id="no token"),
        pytest.param(stamped({"signedTimestamp": 1}), id="a number for a token"),
        pytest.param(stamped({"signedTimestamp": "AAA"}), id="no padding"),
        pytest.param(stamped({"signedTimestamp": "AAAA", "x": 1}), id="unknown field of a token"),
        pytest.param(
            stamped(*({"signedTimestamp": "AAAA"} for _ in range(MAX_TOKENS + 1))), id="too many"
        ),
    ],
)
def test_time_stamps_of_another_form_are_refused(stamps: object) -> None:
    with pytest.raises(TrustError) as caught:
        unwrap(changed(set_in("verificationMaterial", "timestampVerificationData", to=stamps)))

    assert caught.value.code == "MN423"


def changed(change: Callable[[Any], None]) -> bytes:
    value = json.loads(BUNDLE)
    change(value)
    return canonical_bytes(value)


def set_in(*path: str | int, to: object) -> Callable[[Any], None]:
    def change(value: Any) -> None:
        for step in path[:-1]:
            value = value[step]
        value[path[-1]] = to

    return change


SIG = ("dsseEnvelope", "signatures", 0, "sig")


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        pytest.param(set_in("mediaType", to="v0.4"), "MN423", "mediaType", id="another version"),
        pytest.param(set_in("extra", to=1), "MN423", "bundle", id="unknown field"),
        pytest.param(lambda value: value.pop("mediaType"), "MN423", "bundle", id="missing field"),
        pytest.param(
            set_in("verificationMaterial", "tlogEntries", to=[{}]),
            "MN423",
            "tlogEntries",
            id="a log entry that nobody checks",
        ),
        pytest.param(
            lambda value: value["verificationMaterial"].pop("tlogEntries"),
            "MN423",
            "verificationMaterial",
            id="no log entries at all",
        ),
        pytest.param(
            set_in("verificationMaterial", "publicKey", to=[]), "MN423", "publicKey", id="no hint"
        ),
        pytest.param(
            set_in("verificationMaterial", "publicKey", "hint", to=1), "MN423", "hint", id="number"
        ),
        pytest.param(
            set_in("dsseEnvelope", "signatures", to={}), "MN423", "signatures", id="no list"
        ),
        pytest.param(set_in("dsseEnvelope", "signatures", to=[]), "MN424", None, id="unsigned"),
        pytest.param(
            set_in("dsseEnvelope", "signatures", to=[1, 2]), "MN424", None, id="two signatures"
        ),
        pytest.param(
            set_in("dsseEnvelope", "signatures", to=[1]), "MN423", "signatures", id="no object"
        ),
        pytest.param(
            set_in("verificationMaterial", "publicKey", "hint", to="AAAA"),
            "MN425",
            None,
            id="the hint is not the key id",
        ),
        pytest.param(
            set_in("dsseEnvelope", "payload", to=1), "MN423", "payload", id="no text as payload"
        ),
        pytest.param(
            set_in("dsseEnvelope", "payload", to="eyJhIjoxfQ"), "MN423", "payload", id="no padding"
        ),
        pytest.param(
            set_in("dsseEnvelope", "payload", to="eyJhIjoxfR=="),
            "MN423",
            "payload",
            id="stray bits",
        ),
        pytest.param(
            set_in("dsseEnvelope", "payload", to="eyJh\nIjoxfQ=="),
            "MN423",
            "payload",
            id="line break",
        ),
        pytest.param(set_in(*SIG, to="_-=="), "MN423", "sig", id="the alphabet of URLs"),
        pytest.param(set_in(*SIG, to="é"), "MN423", "sig", id="not ASCII"),
    ],
)
def test_a_deviation_is_refused_by_name(
    change: Callable[[Any], None], code: str, field: str | None
) -> None:
    with pytest.raises(TrustError) as caught:
        unwrap(changed(change))

    assert caught.value.code == code
    assert caught.value.values.get("field") == field


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(BUNDLE + b"\n", "MN428", id="a line break at the end"),
        pytest.param(json.dumps(json.loads(BUNDLE)).encode(), "MN428", id="blanks and order"),
        pytest.param(b"\xef\xbb\xbf" + BUNDLE, "MN427", id="a byte order mark"),
        pytest.param(BUNDLE[:-1], "MN427", id="cut off"),
        pytest.param(BUNDLE[:-1] + b',"MEDIATYPE":1}', "MN427", id="case twin"),
        pytest.param(b"[" * 100_000, "MN427", id="deep"),
        pytest.param(b"", "MN427", id="nothing"),
        pytest.param(b"null", "MN423", id="null"),
    ],
)
def test_another_spelling_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(TrustError) as caught:
        unwrap(data)

    assert caught.value.code == code


@given(st.integers(0, len(BUNDLE) - 1), st.integers(1, 255))
def test_no_changed_byte_gives_the_same_envelope(at: int, flip: int) -> None:
    data = bytearray(BUNDLE)
    data[at] ^= flip

    try:
        assert unwrap(bytes(data)) != SigstoreBundle(ENVELOPE)
    except TrustError as error:
        assert error.code.startswith("MN4")  # noqa: PT017 - either outcome is right
