"""What went wrong in other people's verifiers does not go wrong here: policies, times, notes.

The table of advisories is in ``tests/verify/test_advisories.py``.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, date, datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.time_authority import (
    LATER,
    ROOT,
    SIGNATURE,
    SIGNER,
    authority,
    key as number_key,
    signer,
    token,
)
from tests.trust_bench import (
    CI,
    ROOTS,
    THIEF,
    first_policy,
    following,
    new_key,
    signed,
    trusting,
)

from mnaudit.errors import TrustError
from mnaudit.signing import note, strict_json
from mnaudit.signing.canonical import canonical_bytes
from mnaudit.signing.dsse import Envelope, Signature, pae
from mnaudit.signing.keys import PublicKey, load_public
from mnaudit.signing.policy_chain import (
    accept_first,
    accept_next,
    add_signature,
    newest,
    parse_policy,
    stored_policy,
)
from mnaudit.signing.policy_editing import policy_key, revoke, with_key
from mnaudit.signing.policy_envelope import MAX_SIGNATURES, unwrap_policy, wrap_policy
from mnaudit.signing.status_log import day_in_japan
from mnaudit.signing.timestamp import MAX_RESPONSE_BYTES, MAX_TOKENS, verify_token, verify_tokens
from mnaudit.signing.tlog_proof import read_leaf_hashes, read_tlog_proof
from mnaudit.signing.trust_policy import (
    MAX_BYTES,
    PAYLOAD_TYPE,
    Revocation,
    Role,
    RoleKeys,
    TrustPolicy,
    dump_policy,
    fingerprint_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

POLICY = first_policy()


def fingerprint(policy: TrustPolicy) -> str:
    return fingerprint_of(dump_policy(policy))


def code_of(act: Callable[[], object]) -> str | None:
    """Return why something is refused; None if it is not."""
    try:
        act()
    except TrustError as error:
        return error.code
    return None


def pinned(data: bytes, policy: TrustPolicy = POLICY) -> str | None:
    return code_of(lambda: accept_first(data, fingerprint(policy)))


def with_signatures(policy: TrustPolicy, *signatures: Signature) -> bytes:
    return wrap_policy(Envelope(PAYLOAD_TYPE, dump_policy(policy), signatures))


def by_root(number: int, policy: TrustPolicy = POLICY) -> Signature:
    root = ROOTS[number]
    return Signature(root.keyid, root.sign(pae(PAYLOAD_TYPE, dump_policy(policy))))


def rewritten(change: Callable[[Any], None]) -> bytes:
    """Return a policy that no editor makes, signed by two roots."""
    value = json.loads(dump_policy(POLICY))
    change(value)
    payload = canonical_bytes(value)
    made = [Signature(k.keyid, k.sign(pae(PAYLOAD_TYPE, payload))) for k in ROOTS[:2]]
    return wrap_policy(Envelope(PAYLOAD_TYPE, payload, tuple(made)))


# Thresholds


def test_two_roots_of_three_are_enough() -> None:
    for pair in ((0, 1), (0, 2), (1, 2)):
        assert pinned(with_signatures(POLICY, *map(by_root, pair))) is None
    assert pinned(with_signatures(POLICY, by_root(0))) == "MN486"
    assert pinned(with_signatures(POLICY)) == "MN486"


@pytest.mark.parametrize(
    "signatures",
    [
        pytest.param((by_root(0), by_root(0)), id="CVE-2020-6174-one signature twice"),
        pytest.param(
            (by_root(0), Signature(ROOTS[1].keyid, by_root(0).sig)),
            id="CVE-2020-6174-under the id of another key",
        ),
        pytest.param(
            (by_root(0), Signature("", by_root(0).sig), Signature("x", by_root(0).sig)),
            id="GHSA-3633-5h82-39pq-under ids of nobody",
        ),
        pytest.param(
            (by_root(0), Signature(ROOTS[0].fingerprint, by_root(0).sig)),
            id="GHSA-3633-5h82-39pq-under the other spelling of its id",
        ),
        pytest.param(
            (
                by_root(0),
                Signature(THIEF.keyid, THIEF.sign(pae(PAYLOAD_TYPE, dump_policy(POLICY)))),
            ),
            id="a stranger",
        ),
        pytest.param(
            (by_root(0), Signature(CI.keyid, CI.sign(pae(PAYLOAD_TYPE, dump_policy(POLICY))))),
            id="a key of another role",
        ),
    ],
)
def test_one_key_is_one_signature(signatures: tuple[Signature, ...]) -> None:
    assert pinned(with_signatures(POLICY, *signatures)) == "MN486"


def threshold(number: int) -> Callable[[Any], None]:
    def change(value: Any) -> None:
        value["roles"]["root"]["threshold"] = number

    return change


@pytest.mark.parametrize(
    ("number", "code"),
    [
        pytest.param(0, "MN482", id="CVE-2026-23992-nobody need sign"),
        pytest.param(-1, "MN475", id="CVE-2026-23992-fewer than nobody"),
        pytest.param(4, "MN482", id="more than there are"),
        pytest.param(2**64, "MN476", id="more than an integer holds"),
    ],
)
def test_a_threshold_that_protects_nothing_is_refused(number: int, code: str) -> None:
    honest = rewritten(threshold(2))
    assert pinned(honest) is None
    envelope = unwrap_policy(honest)
    forged = envelope.payload.replace(b'"threshold":2', f'"threshold":{number}'.encode())
    made = Envelope(PAYLOAD_TYPE, forged, envelope.signatures)

    assert code_of(lambda: parse_policy(wrap_policy(made))) == code


def test_gms_2022_4197_one_key_under_two_ids_is_refused() -> None:
    def change(value: Any) -> None:
        first = ROOTS[0].fingerprint
        double = first[:-1] + ("0" if first[-1] != "0" else "1")
        value["keys"][double] = value["keys"][first]
        value["roles"]["root"]["keys"] = sorted([first, double])

    assert code_of(lambda: parse_policy(rewritten(change))) == "MN478"


def test_gms_2022_4197_two_keys_of_one_person_are_one_signature() -> None:
    second = new_key("second key of root 0")
    more = with_key(
        POLICY, Role.ROOT, second.fingerprint, policy_key(second.public, "\uff32oot  0")
    )
    made = Signature(second.keyid, second.sign(pae(PAYLOAD_TYPE, dump_policy(more))))

    assert pinned(with_signatures(more, by_root(0, more), made), more) == "MN486"
    assert pinned(with_signatures(more, by_root(0, more), by_root(1, more)), more) is None


def test_cve_2020_6173_too_many_signatures_are_refused_before_any_is_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_at: list[PublicKey] = []
    verify = PublicKey.verify

    def recording(key: PublicKey, signature: bytes, message: bytes) -> bool:
        looked_at.append(key)
        return verify(key, signature, message)

    monkeypatch.setattr(PublicKey, "verify", recording)
    bad = Signature(ROOTS[0].keyid, b"\0" * 64)

    assert pinned(with_signatures(POLICY, *[bad] * MAX_SIGNATURES * 100)) == "MN477"
    assert looked_at == []
    good = (by_root(0), by_root(1))
    assert pinned(with_signatures(POLICY, *[bad] * (MAX_SIGNATURES - 2), *good)) is None
    assert len(looked_at) == MAX_SIGNATURES


# Rollback


def test_cve_2020_15163_a_policy_counts_only_as_the_next_one_after_the_one_before() -> None:
    first = accept_first(signed(POLICY), fingerprint(POLICY))
    second = following(POLICY)
    third = following(second)

    assert accept_next(first, signed(second)).policy.version == 2
    assert code_of(lambda: accept_next(first, signed(third))) == "MN487"
    assert code_of(lambda: accept_next(first, signed(POLICY))) == "MN488"
    # A root that was replaced does not replace itself back.
    new_roots = tuple(new_key(f"new root {number}") for number in range(2))
    replaced = second.model_copy(
        update={
            "keys": {
                **{k: v for k, v in second.keys.items() if k not in POLICY.keys_of(Role.ROOT)},
                **{
                    k.fingerprint: policy_key(k.public, f"new {n}") for n, k in enumerate(new_roots)
                },
            },
            "roles": {
                **second.roles,
                Role.ROOT: RoleKeys(
                    keys=tuple(sorted(k.fingerprint for k in new_roots)), threshold=2
                ),
            },
        }
    )
    assert code_of(lambda: accept_next(first, signed(replaced))) == "MN486"
    assert code_of(lambda: accept_next(first, signed(replaced, *new_roots))) == "MN486"
    accepted = accept_next(first, signed(replaced, *ROOTS[:2], *new_roots))
    assert code_of(lambda: accept_next(accepted, signed(following(replaced)))) == "MN486"
    assert code_of(lambda: accept_next(accepted, signed(following(replaced), *new_roots))) is None


def test_cve_2026_44544_an_older_policy_that_is_still_good_is_refused() -> None:
    second = following(POLICY)
    remembered = trusting(POLICY).model_copy(update={"policy": signed(second).decode()})
    current = stored_policy(remembered)

    assert code_of(lambda: accept_next(current, signed(POLICY))) == "MN488"
    # Another second version, signed by as many roots: the one that was accepted stays.
    other = second.model_copy(update={"expires": second.expires + timedelta(days=1)})
    assert code_of(lambda: newest(current, {2: signed(other)})) == "MN488"
    assert newest(current, {1: signed(POLICY), 2: signed(second)}) == current
    # Signatures of other roots over the same bytes are no other version.
    assert newest(current, {2: signed(second, ROOTS[1], ROOTS[2])}) == current


def test_cve_2020_15163_roots_that_were_retired_do_not_date_a_policy_back() -> None:
    new_roots = tuple(new_key(f"new root {number}") for number in range(2))
    retired = Revocation(at=POLICY.issued + timedelta(days=5), reason="superseded")
    second = following(POLICY)
    for root in ROOTS[:2]:
        second = revoke(second, root.fingerprint, retired)
    for number, root in enumerate(new_roots):
        entry = policy_key(root.public, f"new {number}")
        second = with_key(second, Role.ROOT, root.fingerprint, entry)
    first = accept_first(signed(POLICY), fingerprint(POLICY))
    current = accept_next(first, signed(second, *ROOTS[:2], *new_roots))
    third = following(second)
    back = third.model_copy(update={"issued": retired.at - timedelta(days=1)})

    assert code_of(lambda: accept_next(current, signed(third, *new_roots))) is None
    assert code_of(lambda: accept_next(current, signed(third, *ROOTS[:2]))) == "MN486"
    assert code_of(lambda: accept_next(current, signed(back, *ROOTS[:2]))) == "MN484"


def test_cve_2026_44544_the_name_of_a_file_does_not_make_it_newer() -> None:
    first = accept_first(signed(POLICY), fingerprint(POLICY))

    assert code_of(lambda: newest(first, {2: signed(POLICY)})) == "MN488"
    assert code_of(lambda: newest(first, {3: signed(following(POLICY))})) == "MN487"


# Times


def test_sigstore_go_472_two_tokens_of_one_authority_are_one_time() -> None:
    once, twice = token(), token(at=LATER - timedelta(hours=1))
    at = LATER

    assert len(verify_tokens([once, twice], SIGNATURE, [authority()], at=at)) == 1
    # One key under two names, and one name with two keys.
    both = [authority(), authority(owner="TSA 2")]
    assert len(verify_tokens([once, twice], SIGNATURE, both, at=at)) == 1
    second = signer(ROOT, 40)
    by_second = token(by=second)
    assert len(verify_tokens([once, by_second], SIGNATURE, [authority()], at=at)) == 1
    pinned_each = [
        authority(signer_pem=SIGNER.pem),
        authority(owner="TSA 2", signer_pem=second.pem),
    ]
    assert len(verify_tokens([once, by_second], SIGNATURE, pinned_each, at=at)) == 2


def test_cve_2025_52556_a_token_that_the_authority_did_not_sign_is_refused() -> None:
    rogue = signer(ROOT, 50, key=number_key(51), serial=3)

    def judged(response: bytes) -> str | None:
        return code_of(lambda: verify_token(response, SIGNATURE, [authority()], at=LATER))

    good = token()
    assert judged(good) is None
    accepted = [
        at
        for at in range(len(good))
        if judged(good[:at] + bytes([good[at] ^ 0x01]) + good[at + 1 :]) is None
    ]
    # Only bytes that nobody signs and nobody reads could be free; there are none.
    assert accepted == []
    pinned_signer = authority(signer_pem=SIGNER.pem)
    foreign = token(by=rogue, named=SIGNER)
    assert code_of(lambda: verify_token(foreign, SIGNATURE, [pinned_signer], at=LATER)) == "MN454"


# Limits


@pytest.mark.parametrize(
    ("read", "data"),
    [
        pytest.param(parse_policy, b"{" * (MAX_BYTES + 1), id="CVE-2024-29902-a policy"),
        pytest.param(note.read_note, b"x\n" * 100_000, id="CVE-2024-29903-a note"),
        pytest.param(
            note.read_note,
            b"x\n1\nx\n\n" + "\u2014 w AAAAAAAA\n".encode() * 1000,
            id="CVE-2024-29903-cosignatures",
        ),
        pytest.param(read_tlog_proof, b"c2sp.org/tlog-proof@v1\n" * 10_000, id="a proof"),
        pytest.param(read_leaf_hashes, b"A" * (46 * 10**6), id="CVE-2024-45395-hashes"),
    ],
)
def test_what_is_too_large_is_refused_unread(read: Callable[[bytes], object], data: bytes) -> None:
    assert code_of(lambda: read(data)) in {"MN460", "MN461", "MN476"}


def test_cve_2025_66564_a_token_has_a_limit_before_it_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[bytes] = []
    monkeypatch.setattr("mnaudit.signing.timestamp.read_status", read.append)
    large = token() + b"\0" * MAX_RESPONSE_BYTES

    assert (
        code_of(lambda: verify_token(large, SIGNATURE, [authority()], at=LATER)),
        code_of(
            lambda: verify_tokens([b""] * (MAX_TOKENS + 1), SIGNATURE, [authority()], at=LATER)
        ),
    ) == ("MN450", "MN450")
    assert read == []


def test_cve_2023_33958_json_has_limits_of_size_depth_and_digits() -> None:
    for data in (b"[" * 33 + b"]" * 33, b"1" * 17, b" " * (16 * 2**20 + 1)):
        with pytest.raises(strict_json.StrictJsonError):
            strict_json.parse(data)
    assert strict_json.parse(b"[" * 32 + b"]" * 32) is not None


# Crashes


def test_cve_2026_44310_no_byte_of_a_certificate_crashes_the_reader_of_a_policy() -> None:
    der = ROOT.der

    def judged(certificate: bytes) -> str | None:
        text = base64.encodebytes(certificate).decode().replace("\n", "")
        lines = "\n".join(text[at : at + 64] for at in range(0, len(text), 64))

        def exchange(value: Any) -> None:
            whole = f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n"
            value["time_authorities"][0]["root_pem"] = whole

        return code_of(lambda: parse_policy(rewritten(exchange)))

    assert judged(der) is None
    # Nobody has signed for it when it is read. So it may be refused or taken, but must not crash.
    for at in range(len(der)):
        assert judged(der[:at] + bytes([der[at] ^ 0x04]) + der[at + 1 :]) in {None, "MN475"}


def test_cve_2026_44310_the_last_hours_of_the_calendar_crash_no_log() -> None:
    assert day_in_japan(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)) == date.max
    assert day_in_japan(datetime(1, 1, 1, tzinfo=UTC)) == date.min


# Keys of another kind


def pem(key: Any) -> bytes:
    made: bytes = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return made


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(
            CI.public._key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH),
            "MN406",
            id="CVE-2024-33663-OpenSSH",
        ),
        pytest.param(CI.public.der, "MN406", id="CVE-2024-37568-DER"),
        pytest.param(b"secret", "MN406", id="CVE-2022-29217-a secret"),
        pytest.param(SIGNER.pem.encode(), "MN406", id="a certificate"),
        pytest.param(pem(ec.derive_private_key(7, ec.SECP256K1())), "MN402", id="secp256k1"),
        pytest.param(pem(ec.derive_private_key(7, ec.SECP384R1())), "MN402", id="P-384"),
        pytest.param(pem(rsa.generate_private_key(65537, 2048)), "MN402", id="RSA"),
        pytest.param(pem(ed448.Ed448PrivateKey.generate()), "MN402", id="Ed448"),
    ],
)
def test_a_key_of_another_kind_is_no_key(data: bytes, code: str) -> None:
    assert code_of(lambda: load_public(CI.public.pem.encode())) is None
    assert code_of(lambda: load_public(data)) == code


def test_cve_2026_48523_the_algorithm_that_a_policy_states_does_not_decide() -> None:
    def lie(value: Any) -> None:
        value["keys"][CI.fingerprint]["algorithm"] = "ed25519"

    def invent(value: Any) -> None:
        value["keys"][CI.fingerprint]["algorithm"] = "none"

    assert code_of(lambda: parse_policy(rewritten(lie))) == "MN479"
    assert code_of(lambda: parse_policy(rewritten(invent))) == "MN475"


# Bytes


def test_cve_2026_44309_a_policy_that_is_written_in_another_way_is_refused() -> None:
    payload = dump_policy(POLICY)
    pin = sha256(payload).hexdigest()
    for other in (json.dumps(json.loads(payload)).encode(), payload + b"\n", b" " + payload):
        made = [Signature(k.keyid, k.sign(pae(PAYLOAD_TYPE, other))) for k in ROOTS[:2]]
        data = wrap_policy(Envelope(PAYLOAD_TYPE, other, tuple(made)))
        assert code_of(partial(accept_first, data, pin)) == "MN476"
    # Nor may the envelope be.
    assert code_of(lambda: unwrap_policy(signed(POLICY) + b"\n")) == "MN476"


def test_cve_2022_35929_a_signed_status_is_no_policy() -> None:
    value = json.loads(signed(POLICY))
    value["payloadType"] = "application/vnd.in-toto+json"
    payload = base64.b64decode(value["payload"])
    for number, root in enumerate(ROOTS[:2]):
        made = root.sign(pae(value["payloadType"], payload))
        value["signatures"][number] = {
            "keyid": root.keyid,
            "sig": base64.b64encode(made).decode(),
        }

    assert code_of(lambda: parse_policy(canonical_bytes(value))) == "MN475"
    # And a signature that was made for another type is none for a policy.
    value["payloadType"] = PAYLOAD_TYPE
    assert pinned(canonical_bytes(value)) == "MN486"


def test_add_signature_never_carries_a_signature_over_to_other_bytes() -> None:
    envelope = add_signature(POLICY, None, ROOTS[0])
    changed = POLICY.model_copy(update={"max_status_age": "P1Y"})

    assert len(add_signature(changed, envelope, ROOTS[1]).signatures) == 1
