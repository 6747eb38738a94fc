"""A token counts only if everything about it is right; each wrong thing has its reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed448, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID
from hypothesis import given, settings, strategies as st
from tests.time_authority import (
    AT,
    LATER,
    NONCE,
    POLICY,
    ROOT,
    SIGNATURE,
    SIGNER,
    STAMPS,
    attribute,
    attributes,
    authority,
    certify,
    hashed_with,
    info,
    intermediate,
    octets,
    root,
    signer,
    signing_certificate,
    token,
    usage,
)

from mnaudit.errors import TrustError
from mnaudit.signing import der
from mnaudit.signing.time_authority import TrustedTime
from mnaudit.signing.timestamp import (
    CLOCK_TOLERANCE,
    MAX_RESPONSE_BYTES,
    MAX_TOKENS,
    check_response,
    time_request,
    verify_token,
    verify_tokens,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.time_authority import Party

    from mnaudit.signing.time_authority import TimeAuthority

GOOD = token(nonce=NONCE)
SHA1_OID, SHA384_OID = "1.3.14.3.2.26", "2.16.840.1.101.3.4.2.2"
V2 = "1.2.840.113549.1.9.16.2.47"
DATA = "1.2.840.113549.1.7.1"


def refusal(
    response: bytes,
    *authorities: TimeAuthority,
    signature: bytes = SIGNATURE,
    at: datetime = LATER,
) -> tuple[str, dict[str, str | int]]:
    """Return why a token is refused."""
    with pytest.raises(TrustError) as caught:
        verify_token(response, signature, authorities or (authority(),), at=at)
    return caught.value.code, caught.value.values


def accepted(response: bytes, *authorities: TimeAuthority) -> TrustedTime:
    return verify_token(response, SIGNATURE, authorities or (authority(),), at=LATER)


# What counts


def test_a_good_token_tells_when_and_by_whom() -> None:
    assert accepted(GOOD) == TrustedTime(AT, "tsa", "TSA")


def test_a_token_may_leave_out_a_certificate_that_the_policy_pins() -> None:
    assert accepted(token(embedded=()), authority(signer_pem=SIGNER.pem)).at == AT


def test_a_pinned_signer_may_be_in_the_token_as_well() -> None:
    assert accepted(token(), authority(signer_pem=SIGNER.pem)).at == AT


def test_a_chain_may_stand_in_the_token() -> None:
    between = intermediate(ROOT)
    leaf = signer(between)

    assert accepted(token(by=leaf, embedded=(leaf, between))).at == AT
    assert accepted(token(by=leaf, embedded=(ROOT, leaf, between))).at == AT


def test_the_policy_may_have_the_certificate_that_a_token_leaves_out() -> None:
    between = intermediate(ROOT)
    leaf = signer(between)

    assert accepted(token(by=leaf), authority(root_pem=ROOT.pem + between.pem)).at == AT


def test_a_certificate_needs_to_hold_at_the_time_of_the_token_only() -> None:
    leaf = signer(ROOT, ends=2027)
    token_ = token(by=leaf)

    late = datetime(2040, 1, 1, tzinfo=UTC)
    assert verify_token(token_, SIGNATURE, (authority(),), at=late).at == AT


def test_a_fraction_of_a_second_is_kept() -> None:
    assert accepted(token(at=b"20260401030000.25Z")).at == AT + timedelta(milliseconds=250)


@pytest.mark.parametrize(
    "signed",
    [
        pytest.param(
            lambda body: [*attributes(body, SIGNER), attribute("1.2.3.4")], id="an unknown one"
        ),
        pytest.param(
            lambda body: [
                *attributes(body, SIGNER)[:2],
                signing_certificate(SIGNER.der, v1=True),
            ],
            id="the certificate by SHA-1",
        ),
        pytest.param(
            lambda body: [*attributes(body, SIGNER), signing_certificate(SIGNER.der, v1=True)],
            id="the certificate in both ways",
        ),
    ],
)
def test_other_attributes_under_the_signature_do_no_harm(signed: Any) -> None:
    body = info()

    assert accepted(token(body, signed=signed(body))).at == AT


def test_certificates_that_have_nothing_to_do_with_it_change_nothing() -> None:
    stranger = certify(9, "stranger")

    assert accepted(token(embedded=(SIGNER, stranger))).at == AT


def test_the_first_authority_that_allows_the_token_is_named() -> None:
    one = authority(owner="one", policy_oids=("1.2.3",))
    two, three = authority(owner="two"), authority(owner="three")

    assert accepted(GOOD, one, two, three).owner == "two"


# What it is about


def test_the_token_of_another_signature_is_refused() -> None:
    assert refusal(GOOD, signature=b"another") == ("MN452", {"field": "messageImprint"})


def test_an_imprint_by_another_hash_is_refused() -> None:
    assert refusal(token(algorithm=SHA384_OID))[0] == "MN452"


def test_a_time_that_has_not_come_is_refused_beyond_the_tolerance() -> None:
    edge = AT - CLOCK_TOLERANCE

    assert verify_token(GOOD, SIGNATURE, (authority(),), at=edge).at == AT
    assert refusal(GOOD, at=edge - timedelta(seconds=1)) == (
        "MN457",
        {"time": "2026-04-01T03:00:00Z", "at": "2026-04-01T02:54:59Z"},
    )


# Who said it


def test_an_authority_that_the_policy_does_not_have_is_refused() -> None:
    other = root(11, "other root")

    assert refusal(GOOD, authority(root_pem=other.pem))[0] == "MN454"
    assert refusal(token(by=signer(other)))[0] == "MN454"


def test_a_signer_that_vouches_for_himself_is_refused() -> None:
    himself = certify(12, "himself", usages=STAMPS)

    assert refusal(token(by=himself))[0] == "MN454"


def test_a_root_in_the_token_is_believed_by_nobody() -> None:
    other = root(11, "other root")
    leaf = signer(other)

    assert refusal(token(by=leaf, embedded=(leaf, other)))[0] == "MN454"


def test_a_root_of_the_same_name_with_another_key_is_refused() -> None:
    twin = root(13, "root")

    assert refusal(token(by=signer(twin)))[0] == "MN454"


def test_another_signer_below_the_same_root_is_refused_if_one_is_pinned() -> None:
    other = signer(ROOT, 14)

    assert accepted(token(by=other)).at == AT
    assert refusal(token(by=other), authority(signer_pem=SIGNER.pem))[0] == "MN454"


def test_the_window_of_the_authority_counts_at_the_time_of_the_token() -> None:
    second = timedelta(seconds=1)

    assert accepted(GOOD, authority(not_before=AT, not_after=AT)).at == AT
    assert refusal(GOOD, authority(not_before=AT + second))[0] == "MN454"
    assert refusal(GOOD, authority(not_after=AT - second))[0] == "MN454"


def test_another_policy_of_the_authority_is_refused() -> None:
    assert refusal(token(policy="1.2.392.200000.2")) == (
        "MN455",
        {"policy": "1.2.392.200000.2", "owner": "TSA"},
    )


@pytest.mark.parametrize(
    "how",
    [{"begins": 2027}, {"ends": 2026}],
    ids=["not yet valid", "expired"],
)
def test_a_chain_that_does_not_hold_at_the_time_of_the_token_is_refused(
    how: dict[str, Any],
) -> None:
    old_root = root(15, "old root", **how)
    between = intermediate(ROOT, **how)
    below = signer(between)

    assert refusal(token(by=signer(ROOT, **how)))[0] == "MN454"
    assert refusal(token(by=below, embedded=(below, between)))[0] == "MN454"
    assert refusal(token(by=signer(old_root)), authority(root_pem=old_root.pem))[0] == "MN454"


@pytest.mark.parametrize(
    "how",
    [{"ca": False}, {"ca": None}, {"key_usage": usage()}],
    ids=["no CA", "says nothing", "may not sign certificates"],
)
def test_a_certificate_that_may_not_issue_does_not_carry_a_chain(how: dict[str, Any]) -> None:
    between = intermediate(ROOT, **how)
    leaf = signer(between)

    assert refusal(token(by=leaf, embedded=(leaf, between)))[0] == "MN454"


def test_a_chain_that_is_longer_than_its_root_allows_is_refused() -> None:
    short = root(16, "short root", path_length=0)
    between = intermediate(short)
    leaf = signer(between)

    assert refusal(token(by=leaf, embedded=(leaf, between)), authority(root_pem=short.pem))[0] == (
        "MN454"
    )


def test_a_signer_issues_no_signers() -> None:
    below = signer(SIGNER, 17)

    assert refusal(token(by=below, embedded=(below, SIGNER)))[0] == "MN454"


@pytest.mark.parametrize(
    ("how", "rule"),
    [
        ({"usages": ()}, "extendedKeyUsage"),
        ({"critical": False}, "extendedKeyUsage"),
        ({"usages": (ExtendedKeyUsageOID.SERVER_AUTH,)}, "extendedKeyUsage"),
        ({"usages": (*STAMPS, ExtendedKeyUsageOID.SERVER_AUTH)}, "extendedKeyUsage"),
        ({"ca": True, "key_usage": None}, "basicConstraints"),
        ({"key_usage": usage(certifies=True)}, "keyUsage"),
        ({"key_usage": usage(signs=False)}, "keyUsage"),
        ({"key": rsa.generate_private_key(65537, 1024)}, "key"),  # noqa: S505 - to be refused
        ({"key": ed448.Ed448PrivateKey.generate()}, "key"),
    ],
    ids=[
        "no purpose",
        "not critical",
        "another purpose",
        "one more purpose",
        "a CA",
        "may sign certificates",
        "may not sign",
        "a short RSA key",
        "a curve that nobody names",
    ],
)
def test_an_unfit_certificate_is_refused(how: dict[str, Any], rule: str) -> None:
    leaf = signer(ROOT, **how)
    response = token(by=SIGNER, named=leaf, embedded=(leaf,), signed=attributes(info(), leaf))

    assert refusal(response) == ("MN456", {"rule": rule})


@pytest.mark.parametrize(
    "key",
    [rsa.generate_private_key(65537, 2048), ed25519.Ed25519PrivateKey.generate()],
    ids=["RSA", "Ed25519"],
)
def test_a_fit_certificate_with_a_signature_of_another_key_is_refused(key: Any) -> None:
    leaf = signer(ROOT, key=key, ca=False, key_usage=None)
    response = token(by=SIGNER, named=leaf, embedded=(leaf,), signed=attributes(info(), leaf))

    assert refusal(response)[0] == "MN454"


def test_a_certificate_that_names_a_purpose_twice_is_unfit() -> None:
    # Readers disagree about which one counts.
    body, algorithm, signature = der.read(SIGNER.der).members()
    *fields, extensions = body.members()
    doubled = der.encode(der.SEQUENCE, extensions.only().content * 2)
    wrong = der.encode(
        der.SEQUENCE,
        der.encode(
            der.SEQUENCE, *(each.raw for each in fields), der.encode(extensions.tag, doubled)
        ),
        algorithm.raw,
        signature.raw,
    )

    assert refusal(with_certificate(wrong)) == ("MN456", {"rule": "extendedKeyUsage"})


@pytest.mark.parametrize("name", ["1.2.840.10045.4.1", "1.2.3.4"], ids=["SHA-1", "unknown"])
def test_a_certificate_that_was_issued_with_a_weak_hash_is_unfit(name: str) -> None:
    body, _, signature = der.read(SIGNER.der).members()
    version, serial, _, *others = body.members()
    weak = der.encode(der.SEQUENCE, der.encode_oid(name))
    fields = (version.raw, serial.raw, weak, *(each.raw for each in others))
    wrong = der.encode(der.SEQUENCE, der.encode(der.SEQUENCE, *fields), weak, signature.raw)

    assert refusal(with_certificate(wrong)) == ("MN456", {"rule": "key"})


def common_name(tag: int, text: bytes) -> bytes:
    """Return a Name whose only part is of any kind of string."""
    part = der.encode(der.SEQUENCE, der.encode_oid("2.5.4.3"), der.encode(tag, text))
    return der.encode(der.SEQUENCE, der.encode(der.SET, part))


COMMON_NAME_THAT_IS_NO_TEXT = common_name(0x0C, b"\xff")
COMMON_NAME_OF_AN_UNKNOWN_KIND = common_name(0xDB, b"root")


def certificate_with(at: int, field: bytes) -> bytes:
    """Return the certificate of the signer with another field, which nobody signed."""
    body, algorithm, signature = der.read(SIGNER.der).members()
    fields = [each.raw for each in body.members()]
    fields[at] = field
    return der.encode(der.SEQUENCE, der.encode(der.SEQUENCE, *fields), algorithm.raw, signature.raw)


@pytest.mark.parametrize(
    "certificate",
    [
        der.encode(der.SEQUENCE, der.encode(der.NULL)),
        certificate_with(0, der.encode(der.context(0), der.encode_integer(4))),
        certificate_with(1, der.encode_integer(0)),
        certificate_with(1, der.encode_integer(-3)),
        certificate_with(3, der.encode(der.SEQUENCE, octets(b"no name"))),
        certificate_with(3, COMMON_NAME_THAT_IS_NO_TEXT),
        certificate_with(3, COMMON_NAME_OF_AN_UNKNOWN_KIND),
    ],
    ids=[
        "nothing of it",
        "another version",
        "number zero",
        "a negative number",
        "no issuer",
        "no text",
        "an unknown kind of text",
    ],
)
def test_bytes_that_are_no_certificate_are_refused(certificate: bytes) -> None:
    assert refusal(with_certificate(certificate))[0] == "MN450"


def test_a_certificate_without_a_version_is_of_the_first() -> None:
    body, algorithm, signature = der.read(SIGNER.der).members()
    fields = [each.raw for each in body.members()[1:7]]
    first = der.encode(
        der.SEQUENCE, der.encode(der.SEQUENCE, *fields), algorithm.raw, signature.raw
    )

    assert refusal(with_certificate(first)) == ("MN456", {"rule": "extendedKeyUsage"})


def with_certificate(data: bytes) -> bytes:
    """Return a token whose signed attributes name these bytes, which stand in it."""

    class Foreign:
        """Bytes that are called a certificate."""

        key, certificate, der = SIGNER.key, SIGNER.certificate, data

    party: Any = Foreign()
    return token(by=party)


# The signature


def test_a_broken_signature_is_refused() -> None:
    # rfc3161-client before 1.0.3 did not look at it at all.
    assert refusal(GOOD[:-1] + bytes((GOOD[-1] ^ 1,)))[0] == "MN454"


def test_a_changed_time_is_refused() -> None:
    changed = GOOD.replace(b"20260401030000Z", b"20250401030000Z")

    assert changed != GOOD
    assert refusal(changed) == ("MN450", {"detail": "the signature is about another TSTInfo"})


def test_a_certificate_for_the_same_key_cannot_take_the_place_of_the_signed_one() -> None:
    # The same key, certified once more for longer: the attributes under the signature say which.
    again = signer(ROOT, serial=99)
    swapped = token(named=again, embedded=(again,))

    assert refusal(swapped)[0] == "MN454"


def test_the_identifier_outside_the_signature_must_name_the_same_certificate() -> None:
    again = signer(ROOT, serial=99)

    assert refusal(token(named=again, embedded=(again, SIGNER)))[0] == "MN454"


def test_a_certificate_put_into_the_bag_is_never_taken_for_the_signer() -> None:
    # CVE-2026-39984: the verifier took the first certificate that nobody had issued with.
    evil = certify(20, "evil", usages=STAMPS)
    body = info()
    response = token(
        body, by=evil, named=SIGNER, embedded=(evil, SIGNER), signed=attributes(body, SIGNER)
    )

    assert refusal(response)[0] == "MN454"


# Shape


def _cut(which: str) -> bytes:
    body = info()
    kept = {
        "contentType": attributes(body, SIGNER)[1:],
        "messageDigest": attributes(body, SIGNER)[::2],
        "signingCertificate": attributes(body, SIGNER)[:2],
    }
    return token(body, signed=kept[which])


def _signed(*wrong: bytes) -> bytes:
    body = info()
    return token(body, signed=[*attributes(body, SIGNER)[:2], *wrong])


def _named(*parts: bytes) -> bytes:
    """Return a signing-certificate attribute with these parts of an ESSCertID."""
    first = der.encode(der.SEQUENCE, *parts)
    return attribute(V2, der.encode(der.SEQUENCE, der.encode(der.SEQUENCE, first)))


SHAPES: dict[str, bytes] = {
    "nothing": b"",
    "no DER": b"\x30\x80\x00\x00",
    "cut off": GOOD[:-1],
    "something behind": GOOD + b"\x00",
    "too much inside": der.encode(der.SEQUENCE, der.read(GOOD).content, der.encode(der.NULL)),
    "granted without a token": der.encode(
        der.SEQUENCE, der.encode(der.SEQUENCE, der.encode_integer(0))
    ),
    "no SignedData": token(kind=DATA),
    "no TSTInfo": token(content=DATA),
    "signed as another content": token(signed=attributes(info(), SIGNER, content_type=DATA)),
    "no content type": _cut("contentType"),
    "no message digest": _cut("messageDigest"),
    "no signing certificate": _cut("signingCertificate"),
    "an attribute twice": _signed(signing_certificate(SIGNER.der), signing_certificate(SIGNER.der)),
    "an attribute with two values": _signed(attribute(V2, octets(b""), octets(b""))),
    "named by SHA-1 in the new way": _signed(_named(hashed_with(SHA1_OID), octets(b"x" * 20))),
    "a hash without its name": _signed(_named(hashed_with())),
    "no signer": token(signers=0),
    "two signers": token(signers=2),
    "a weak hash": token(digest=SHA1_OID),
    "a hash with parameters": token(
        signed=[
            *attributes(info(), SIGNER)[:2],
            _named(der.encode(der.SEQUENCE, der.encode_oid(SHA384_OID), octets(b"")), octets(b"")),
        ]
    ),
    "another version": token(version=2),
    "a time in another zone": token(at=b"20260401120000+0900"),
    "a time with a trailing zero": token(at=b"20260401030000.10Z"),
    "a time without minutes": token(at=b"2026040103Z"),
    "a time that does not exist": token(at=b"20260231030000Z"),
    "too many certificates": token(
        embedded=(SIGNER, *(certify(30 + n, f"stranger {n}") for n in range(8)))
    ),
    "too large": token(embedded=(SIGNER,)) + bytes(MAX_RESPONSE_BYTES),
}


@pytest.mark.parametrize("response", SHAPES.values(), ids=SHAPES)
def test_a_token_of_the_wrong_shape_cannot_be_read(response: bytes) -> None:
    assert refusal(response)[0] == "MN450"


def test_unsorted_certificates_are_said_to_be_unsorted() -> None:
    # What `certs = …` of `openssl ts` writes; OpenSSL itself takes it.
    between = intermediate(ROOT)
    leaf = signer(between)
    response = token(by=leaf, embedded=(leaf, between), sort=False)

    assert refusal(response) == (
        "MN450",
        {"detail": "the certificates in it are not sorted as DER demands"},
    )


@pytest.mark.parametrize("status", [1, 2, 3, 4, 5, -1, 2**40])
def test_only_a_granted_token_counts(status: int) -> None:
    assert refusal(token(status=status)) == ("MN451", {"reason": f"PKIStatus {status}"})


@settings(max_examples=300, deadline=None)
@given(at=st.integers(0, len(GOOD) - 1), bit=st.integers(0, 7))
def test_a_flipped_bit_never_moves_the_time(at: int, bit: int) -> None:
    changed = GOOD[:at] + bytes((GOOD[at] ^ 1 << bit,)) + GOOD[at + 1 :]
    try:
        found = accepted(changed)
    except TrustError:
        return
    assert found == TrustedTime(AT, "tsa", "TSA")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_an_answer_or_a_refusal(data: bytes) -> None:
    assert refusal(data)[0] in {"MN450", "MN451"}


# Several


def both(tokens: Sequence[bytes], *authorities: TimeAuthority) -> tuple[TrustedTime, ...]:
    return verify_tokens(tokens, SIGNATURE, authorities or (authority(),), at=LATER)


OTHER_ROOT = root(40, "second root")
OTHER = signer(OTHER_ROOT, 41)
OTHERS = authority(owner="second", root_pem=OTHER_ROOT.pem)


def test_tokens_of_two_authorities_count_twice_the_earliest_first() -> None:
    late = token(by=SIGNER, at=AT + timedelta(hours=1))

    assert both([late, token(by=OTHER)], authority(), OTHERS) == (
        TrustedTime(AT, "tsa", "second"),
        TrustedTime(AT + timedelta(hours=1), "tsa", "TSA"),
    )


def test_one_authority_twice_counts_once() -> None:
    later = token(at=AT + timedelta(seconds=1))

    assert both([later, GOOD, GOOD]) == (TrustedTime(AT, "tsa", "TSA"),)


def test_two_keys_of_one_owner_count_once() -> None:
    same = authority(owner="TSA", root_pem=OTHER_ROOT.pem)

    assert len(both([GOOD, token(by=OTHER)], authority(), same)) == 1


def test_one_key_under_two_owners_counts_once() -> None:
    # sigstore-go #633: one authority, listed and certified twice.
    twin: Party = signer(OTHER_ROOT, 42, key=SIGNER.key)

    assert len(both([GOOD, token(by=twin)], authority(), OTHERS)) == 1


def test_a_bad_token_beside_a_good_one_fails() -> None:
    with pytest.raises(TrustError) as caught:
        both([GOOD, token(signature=b"another")])
    assert caught.value.code == "MN452"


def test_many_tokens_are_refused_unread() -> None:
    assert len(both([GOOD] * MAX_TOKENS)) == 1
    with pytest.raises(TrustError) as caught:
        both([GOOD] * (MAX_TOKENS + 1))
    assert caught.value.code == "MN450"


def test_without_tokens_there_is_no_time() -> None:
    assert both([]) == ()


# Asking


REQUEST = time_request(SIGNATURE, nonce=NONCE)


def test_the_answer_to_our_request_is_kept_as_it_came() -> None:
    assert check_response(GOOD, REQUEST) == GOOD


def test_certificates_that_came_unsorted_are_sorted() -> None:
    between = intermediate(ROOT)
    leaf = signer(between)
    chain: dict[str, Any] = {"by": leaf, "embedded": (leaf, between), "nonce": NONCE}

    assert check_response(token(**chain, sort=False), REQUEST) == token(**chain)


@pytest.mark.parametrize("response", SHAPES.values(), ids=SHAPES)
def test_an_answer_that_cannot_be_read_is_not_kept(response: bytes) -> None:
    with pytest.raises(TrustError) as caught:
        check_response(response, REQUEST)
    assert caught.value.code in {"MN450", "MN452"}


@pytest.mark.parametrize(
    ("response", "field"),
    [
        (token(nonce=NONCE, signature=b"another"), "messageImprint"),
        (token(nonce=NONCE, algorithm=SHA384_OID), "messageImprint"),
        (token(nonce=NONCE + 1), "nonce"),
        (token(), "nonce"),
    ],
    ids=["another signature", "another hash", "another nonce", "no nonce"],
)
def test_the_answer_to_another_request_is_refused(response: bytes, field: str) -> None:
    with pytest.raises(TrustError) as caught:
        check_response(response, REQUEST)
    assert (caught.value.code, caught.value.values) == ("MN452", {"field": field})


def test_a_refusal_of_the_authority_is_told() -> None:
    with pytest.raises(TrustError) as caught:
        check_response(token(status=2), REQUEST)
    assert (caught.value.code, caught.value.values) == ("MN451", {"reason": "PKIStatus 2"})


def test_the_same_question_is_the_same_bytes() -> None:
    assert time_request(SIGNATURE, nonce=NONCE) == REQUEST
    assert time_request(SIGNATURE, nonce=NONCE + 1) != REQUEST


def test_the_policy_of_the_fixtures_is_an_example() -> None:
    assert POLICY.startswith("1.2.392.200000.")
    purpose = SIGNER.certificate.extensions.get_extension_for_oid(ExtensionOID.EXTENDED_KEY_USAGE)
    assert purpose.value == x509.ExtendedKeyUsage(STAMPS)
    assert ROOT.certificate.subject != SIGNER.certificate.subject
