"""What went wrong in other people's verifiers does not go wrong here: attacks on whole bundles.

Each test is named after an advisory and makes its attack against our code, with the honest case
beside it. Those that need no bundle are in ``tests/signing/test_advisories.py``, those on the
program in ``tests/cli/test_advisories.py``.
"""

from __future__ import annotations

import ast
import hmac
import json
from dataclasses import replace
from datetime import timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.bundle_corpus import ALGORITHMS, corpus
from tests.conformance.test_independent_verifier import findings, partial_findings
from tests.time_authority import ROOT, SIGNER, Party, intermediate, signer, token
from tests.trust_bench import (
    CI,
    CI_NEXT,
    EVIDENCE,
    ISSUED,
    LOG,
    NOW,
    ORIGIN,
    SEEN_AT,
    STAMPED_AT,
    THIEF,
    VERIFIED_AT,
    WITNESSES,
    checkpoint_of,
    entry,
    first_policy,
    following,
    new_key,
    signed,
    statements,
    trust_bench,
    trusting,
)

from mnaudit.attest.history import log_members
from mnaudit.model.assessment import OrganizationRef
from mnaudit.model.instant import instant_text
from mnaudit.model.verdict import Outcome, Result
from mnaudit.signing import container, dsse, note
from mnaudit.signing.dsse import Envelope, Signature, pae
from mnaudit.signing.policy_editing import policy_key, revoke, with_key
from mnaudit.signing.sigstore_bundle import unwrap, wrap
from mnaudit.signing.tlog_proof import read_leaf_hashes, write_leaf_hashes
from mnaudit.signing.trust_policy import MAX_BYTES, Revocation, Role
from mnaudit.verify import Basis
from mnaudit.verify.archive import Archive

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tests.bundle_corpus import Case
    from tests.trust_bench import TrustBench

    from mnaudit.signing.keys import SigningKey

TESTS = Path(__file__).parents[1]

ADVISORIES = {
    "a log entry that is not about this artifact, signature or key": (
        "CVE-2022-36056",
        "CVE-2022-23649",
        "CVE-2026-22703",
        "CVE-2024-51746",
    ),
    "a wrong type, or a payload that cannot be read, reported as verified": (
        "CVE-2022-35929",
        "CVE-2026-39395",
    ),
    "an expired intermediate of a time-stamp authority": ("CVE-2026-24122",),
    "a time that is not held against the window of the key": (
        "CVE-2026-54787",
        "GHSA-wqqc-jjcq-vfxm",
    ),
    "one witness or authority counted twice": ("CVE-2026-49834", "sigstore-go-472"),
    "a certificate picked by its place in a bag": ("CVE-2026-39984",),
    "the signature of a time-stamp not verified": ("CVE-2025-52556",),
    "endless data, or memory without bound": (
        "CVE-2025-66564",
        "CVE-2024-45395",
        "CVE-2024-29902",
        "CVE-2024-29903",
        "CVE-2023-46737",
        "CVE-2023-33958",
    ),
    "thresholds counted wrongly": (
        "CVE-2020-6174",
        "GMS-2022-4197",
        "GHSA-3633-5h82-39pq",
        "CVE-2026-23992",
    ),
    "a policy rolled back, or a version that was not signed kept": (
        "CVE-2020-15163",
        "CVE-2022-29173",
        "CVE-2026-44544",
        "CVE-2024-23332",
    ),
    "thousands of bad signatures": ("CVE-2020-6173",),
    "names that lead out of the folder": ("CVE-2021-41131", "CVE-2026-24137", "CVE-2026-24686"),
    "a configuration read from the work tree or the home": ("CVE-2023-32076",),
    "a replay within its period": ("GHSA-6q78-j78h-pqm2", "GHSA-73jv-h86v-c2vh"),
    "two implementations that read one selector differently": ("GO-2026-5547",),
    "a signature checked over bytes that were written again": ("CVE-2026-44309",),
    "a crash that ends with 0": ("CVE-2026-44310",),
    "keys taken from what is verified": ("CVE-2023-47122",),
    "an algorithm or a key of another kind": (
        "CVE-2022-29217",
        "CVE-2026-48523",
        "CVE-2024-33663",
        "CVE-2024-37568",
    ),
    "lax DER, and signatures of zeros": ("CVE-2019-14859", "CVE-2019-14853", "CVE-2022-21449"),
}
"""By what went wrong. Sources: golang/vulndb, the PyPA advisory database, change logs."""


@cache
def named_tests() -> str:
    """Return the names of all these tests, with the ids of their parameters."""
    names = []
    for path in TESTS.rglob("test_advisories*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                names.append(node.name.replace("_", "-"))
                names += [
                    keyword.value.value
                    for decorator in node.decorator_list
                    for call in ast.walk(decorator)
                    if isinstance(call, ast.Call)
                    for keyword in call.keywords
                    if keyword.arg == "id"
                    if isinstance(keyword.value, ast.Constant)
                    if isinstance(keyword.value.value, str)
                ]
    return "\n".join(names).lower()


@pytest.mark.parametrize(
    "advisory", [advisory for advisories in ADVISORIES.values() for advisory in advisories]
)
def test_every_advisory_has_a_test_that_is_named_after_it(advisory: str) -> None:
    assert advisory.lower() in named_tests()


def test_the_honest_bundle_is_valid_and_no_check_is_left_out() -> None:
    bench = trust_bench()

    left_out = {c.id for c in bench.examine().checks if c.outcome is not Outcome.PASSED}
    # It is no partial bundle, and its policy stands in for a pin.
    assert (bench.result(), left_out) == (Result.VALID, {"pin", "disclosure"})


# A log entry that is not about this status


def other_status(bench: TrustBench) -> tuple[bytes, bytes]:
    """Return an honest status of other evidence by the same key, and the log that has it."""
    poorer = {name: data for name, data in EVIDENCE.items() if "t-2026" not in name}
    _, _, status = statements(poorer, CI, entry(1, bench.earlier[0]))
    return status, checkpoint_of([*bench.earlier, status])


def stapled_proof(bench: TrustBench) -> None:
    status, checkpoint = other_status(bench)
    bench.members |= log_members([*bench.earlier, status], 1, checkpoint)


def stapled_proof_of_an_earlier_entry(bench: TrustBench) -> None:
    payloads = [*bench.earlier, bench.status_payload]
    bench.members |= log_members(payloads, 0, checkpoint_of(payloads))


def hashes_of_another_log(bench: TrustBench) -> None:
    hashes = list(read_leaf_hashes(bench.members[container.LOG_HASHES]))
    hashes[0] = b"\0" * 32
    bench.members[container.LOG_HASHES] = write_leaf_hashes(hashes)


def a_checkpoint_of_another_log(bench: TrustBench) -> None:
    proof = bench.members[container.LOG_PROOF]
    _, checkpoint = other_status(bench)
    head, _, _ = proof.partition(b"\n\n")
    bench.members[container.LOG_PROOF] = head + b"\n\n" + checkpoint


def the_log_key_of_a_stranger(bench: TrustBench) -> None:
    bench.log(log=THIEF)


@pytest.mark.parametrize(
    ("attack", "trouble"),
    [
        pytest.param(stapled_proof, {"log-entry": "MN471"}, id="CVE-2022-36056"),
        pytest.param(
            stapled_proof_of_an_earlier_entry, {"log-entry": "MN471"}, id="CVE-2022-23649"
        ),
        pytest.param(hashes_of_another_log, {"log-entry": "MN466"}, id="CVE-2026-22703"),
        pytest.param(
            a_checkpoint_of_another_log, {"log-entry": "MN466"}, id="CVE-2026-22703-checkpoint"
        ),
        pytest.param(the_log_key_of_a_stranger, {"log-signed": "MN467"}, id="CVE-2024-51746"),
    ],
)
def test_a_log_entry_that_is_not_bound_to_this_status_is_refused(
    attack: Callable[[TrustBench], None], trouble: dict[str, str]
) -> None:
    bench = trust_bench()
    assert bench.trouble() == {}

    attack(bench)

    assert bench.trouble() == trouble
    assert bench.result() is Result.INVALID


# Types and payloads


@pytest.mark.parametrize("member", ["manifest", "status"])
def test_cve_2022_35929_a_signed_statement_of_another_type_is_refused(member: str) -> None:
    bench = trust_bench()
    statement = bench.payload(member)
    bench.sign(member, statement)
    honest = bench.trouble()
    statement["predicateType"] = "https://example.com/approved/v1"
    bench.sign(member, statement)

    assert f"{member}-statement" not in honest
    assert bench.trouble()[f"{member}-statement"] == "MN430"
    assert bench.result() is Result.INVALID


@pytest.mark.parametrize(
    "garbage",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"OK", id="no JSON"),
        pytest.param(b"null", id="null"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"{}", id="an empty object"),
        pytest.param(b"\xff\xfe{\0}\0", id="UTF-16"),
        pytest.param(b"[" * 100_000, id="deeper than any stack"),
        pytest.param(b'{"_type":NaN}', id="not a number"),
    ],
)
def test_cve_2026_39395_a_signed_payload_that_cannot_be_read_is_refused(garbage: bytes) -> None:
    bench = trust_bench(optional=False, time_stamp=False, log=False, witnesses=0)
    bench.basis = Basis(pin=CI.fingerprint)
    assert bench.result() is Result.VALID

    bench.sign("status", garbage)

    assert bench.trouble()["status-statement"] in {"MN427", "MN429"}
    assert (bench.result(), bench.examine().status) == (Result.INVALID, None)


def test_cve_2022_35929_a_payload_type_of_others_is_refused_although_its_signature_is_good() -> (
    None
):
    bench = trust_bench()
    kind, payload = "application/vnd.mnaudit.trust-policy+json", bench.status_payload
    made = Signature(CI.keyid, CI.sign(pae(kind, payload)))
    bench.members[container.STATUS] = wrap(Envelope(kind, payload, (made,)))

    assert bench.trouble()["status-signature"] == "MN423"
    assert bench.result() is Result.INVALID


# Time


def test_cve_2026_24122_an_intermediate_that_had_expired_is_refused() -> None:
    bench = trust_bench()

    def stamped_below(middle: Party) -> dict[str, str | None]:
        leaf = signer(middle, 30)
        stamp = token(by=leaf, embedded=(leaf, middle), signature=bench.signature, at=STAMPED_AT)
        bench.stamp(stamp)
        return bench.trouble()

    assert stamped_below(intermediate(ROOT, 20)) == {}
    assert stamped_below(intermediate(ROOT, 21, ends=2026)) == {"time-stamp": "MN454"}
    # A log, and witnesses who say the same time, do not make up for it.
    assert bench.result() is Result.INVALID


@pytest.mark.parametrize(
    ("window", "trouble"),
    [
        pytest.param({}, {}, id="CVE-2026-54787-within"),
        pytest.param(
            {"not_after": STAMPED_AT + timedelta(hours=1)}, {}, id="CVE-2026-54787-expired since"
        ),
        pytest.param(
            {"not_after": STAMPED_AT - timedelta(seconds=1)},
            {"signer-in-time": "MN493"},
            id="CVE-2026-54787",
        ),
        pytest.param(
            {"not_before": STAMPED_AT + timedelta(seconds=1)},
            {"signer-in-time": "MN493"},
            id="GHSA-wqqc-jjcq-vfxm",
        ),
    ],
)
def test_a_key_is_judged_at_the_time_of_the_signature(
    window: dict[str, datetime], trouble: dict[str, str]
) -> None:
    bench, policy = trust_bench(), first_policy()
    entry_now = policy_key(CI.public, "CI", **window)
    policy = policy.model_copy(update={"keys": {**policy.keys, CI.fingerprint: entry_now}})
    for name in ("trust/policy.v1.dsse.json", "trust/policy.v2.dsse.json"):
        del bench.members[name]
    bench.trusting(policy, checkpoint_of(bench.earlier))

    assert bench.trouble() == trouble


def test_cve_2026_54787_a_key_that_was_out_of_its_window_is_not_saved_by_what_the_status_claims() -> (
    None
):
    bench, policy = trust_bench(), first_policy()
    at = Revocation(at=VERIFIED_AT + timedelta(minutes=30), reason="compromised")
    # The status says that it is half an hour older than the theft, its token that it is younger.
    bench.members["trust/policy.v2.dsse.json"] = signed(
        following(revoke(policy, CI.fingerprint, at))
    )

    assert bench.trouble() == {"signer-in-time": "MN493"}


# Distinct witnesses and authorities


def test_cve_2026_49834_a_witness_does_not_count_twice() -> None:
    bench = trust_bench(witnesses=2)
    bench.log(seen=WITNESSES)
    assert bench.trouble() == {}

    bench.log(seen=WITNESSES[:1])
    assert bench.trouble() == {"log-witnessed": "MN470"}
    assert bench.result() is Result.INDETERMINATE

    checkpoint = bench.log(seen=WITNESSES[:1])
    text = note.read_note(checkpoint).text
    again = note.cosign(text, WITNESSES[0], SEEN_AT + timedelta(seconds=1))
    twice = checkpoint + note.write_signature(again).encode()
    bench.members[container.LOG_PROOF] = bench.members[container.LOG_PROOF].replace(
        checkpoint, twice
    )
    assert bench.trouble() == {"log-entry": "MN460"}
    assert bench.result() is Result.INVALID


def test_cve_2026_49834_two_keys_of_one_person_are_one_witness() -> None:
    bench = trust_bench(witnesses=2)
    second = new_key("second key of auditor 1")
    more = with_key(
        first_policy(witnesses=2),
        Role.WITNESS,
        second.fingerprint,
        policy_key(second.public, "Auditor  1"),
    )
    bench.members["trust/policy.v2.dsse.json"] = signed(following(more))
    bench.log(seen=(WITNESSES[0], second))

    assert bench.trouble() == {"log-witnessed": "MN470"}


def test_cve_2026_49834_one_witness_of_two_cannot_date_a_theft_back() -> None:
    bench = trust_bench(witnesses=2, time_stamp=False)
    policy = first_policy(witnesses=2, time_stamp=False)
    theft = Revocation(at=SEEN_AT - timedelta(hours=3), reason="compromised")
    bench.members["trust/policy.v1.dsse.json"] = signed(policy)
    bench.members["trust/policy.v2.dsse.json"] = signed(
        following(revoke(policy, CI.fingerprint, theft))
    )
    bench.trusting(policy, checkpoint_of(bench.earlier))
    bench.stamp()

    def result(first: datetime, second: datetime) -> Result:
        """Let a status that claims to be from before the theft be seen at these times."""
        bench.claim(time_verified=instant_text(theft.at - timedelta(hours=2)))
        bench.stamp()
        payloads = [*bench.earlier, bench.status_payload]
        text = note.read_note(checkpoint_of(payloads)).text
        lines = (
            note.sign(text, ORIGIN, LOG),
            note.cosign(text, WITNESSES[0], first),
            note.cosign(text, WITNESSES[1], second),
        )
        checkpoint = note.write_note(note.Note(text, lines))
        bench.members |= log_members(payloads, 1, checkpoint)
        return bench.result()

    before, after = theft.at - timedelta(hours=1), theft.at + timedelta(hours=1)
    assert result(before, before) is Result.VALID
    assert result(before, after) is Result.INVALID
    assert result(after, before) is Result.INVALID


def test_sigstore_go_472_the_log_is_not_its_own_witness() -> None:
    bench = trust_bench()
    bench.log(seen=(LOG,))

    assert bench.trouble() == {"log-witnessed": "MN470"}


# Certificates and signatures of time-stamps


def test_cve_2026_39984_the_order_of_a_bag_does_not_choose_the_certificate() -> None:
    bench = trust_bench()
    # Same name and same number as the signer, but self-made, and with a key of the attacker.
    rogue = signer(Party(ROOT.key, ROOT.certificate), 66, serial=3)
    self_made = signer(Party(rogue.key, ROOT.certificate), 66, serial=3)
    for sort in (True, False):
        for bag in ((self_made, SIGNER), (SIGNER, self_made), (self_made,)):
            stamp = token(
                by=self_made,
                named=SIGNER,
                embedded=bag,
                sort=sort,
                signature=bench.signature,
                at=STAMPED_AT,
            )
            bench.stamp(stamp)
            assert bench.trouble()["time-stamp"] in {"MN450", "MN454"}

    # The honest token with the double beside it is refused as well: OpenSSL could take either.
    bench.stamp(token(embedded=(self_made, SIGNER), signature=bench.signature, at=STAMPED_AT))
    assert bench.trouble() == {"time-stamp": "MN454"}
    other = intermediate(ROOT, 22)
    bench.stamp(token(embedded=(other, SIGNER), signature=bench.signature, at=STAMPED_AT))
    assert bench.trouble() == {}


def test_cve_2025_52556_a_time_stamp_whose_signature_is_broken_is_refused() -> None:
    bench = trust_bench()
    good = token(signature=bench.signature, at=STAMPED_AT)
    bench.stamp(good)
    assert bench.trouble() == {}

    bench.stamp(good[:-1] + bytes([good[-1] ^ 1]))

    assert bench.trouble() == {"time-stamp": "MN454"}
    assert bench.result() is Result.INVALID


# Limits


def many_tokens(bench: TrustBench) -> None:
    bench.stamp(*[token(signature=bench.signature, at=STAMPED_AT)] * 9)


def a_large_token(bench: TrustBench) -> None:
    bench.stamp(b"\x30\x84\x7f\xff\xff\xff" + b"\0" * (65 * 1024))


def many_cosignatures(bench: TrustBench) -> None:
    proof = bench.members[container.LOG_PROOF]
    line = note.write_signature(note.NoteSignature("w", b"\0\0\0\0", b"\0" * 72)).encode()
    bench.members[container.LOG_PROOF] = proof + line * 100


def many_steps(bench: TrustBench) -> None:
    proof = bench.members[container.LOG_PROOF]
    head, _, rest = proof.partition(b"\n\n")
    bench.members[container.LOG_PROOF] = (
        head + b"\n" + b"\n".join([b"A" * 43 + b"="] * 1000) + b"\n\n" + rest
    )


def a_tree_of_endless_size(bench: TrustBench) -> None:
    status = bench.payload("status")
    status["predicate"]["manifest"]["size"] = 2**53 - 1
    bench.sign("status", status)


def many_members(bench: TrustBench) -> None:
    bench.members |= {f"evidence/{number}": b"" for number in range(20_001)}


@pytest.mark.parametrize(
    ("attack", "check"),
    [
        pytest.param(many_tokens, "status-envelope", id="CVE-2025-66564"),
        pytest.param(a_large_token, "time-stamp", id="CVE-2024-29902"),
        pytest.param(many_cosignatures, "log-entry", id="CVE-2024-29903"),
        pytest.param(many_steps, "log-entry", id="CVE-2024-45395"),
        pytest.param(a_tree_of_endless_size, "manifest-tree", id="CVE-2023-46737"),
        pytest.param(many_members, "container", id="CVE-2023-33958"),
    ],
)
def test_what_has_no_end_is_refused(attack: Callable[[TrustBench], None], check: str) -> None:
    bench = trust_bench()
    assert bench.trouble() == {}

    attack(bench)

    assert check in bench.trouble()
    assert bench.result() is Result.INVALID


def test_cve_2023_46737_a_policy_that_is_too_large_is_not_even_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = trust_bench()
    bench.members["trust/policy.v3.dsse.json"] = b"[" * (MAX_BYTES + 1)
    read, sizes = Archive.read, []

    def recording(archive: Archive, name: str) -> bytes:
        data = read(archive, name)
        sizes.append(len(data))
        return data

    monkeypatch.setattr(Archive, "read", recording)

    assert bench.trouble()["policy"] == "MN476"
    assert max(sizes) <= MAX_BYTES


# Policies in a bundle


def test_cve_2022_29173_an_older_policy_in_the_bundle_brings_no_key_back() -> None:
    bench, policy = trust_bench(), first_policy()
    revoked = revoke(policy, CI.fingerprint, Revocation(at=ISSUED, reason="compromised"))
    newer = following(revoked)
    bench.basis = replace(bench.basis, trust=trusting(policy, checkpoint_of(bench.earlier)))
    assert bench.trouble() == {}

    # The auditor knows the second version; the bundle has only the first, where all was well.
    state = trusting(policy, checkpoint_of(bench.earlier))
    bench.basis = replace(
        bench.basis, trust=state.model_copy(update={"policy": signed(newer).decode()})
    )
    del bench.members["trust/policy.v2.dsse.json"]

    assert bench.trouble() == {"signer-in-time": "MN493"}
    assert bench.verdict().policy_version == 2


def test_cve_2024_23332_a_version_that_the_root_did_not_sign_is_not_kept() -> None:
    bench, policy = trust_bench(), first_policy()
    second = with_key(policy, Role.CI, THIEF.fingerprint, policy_key(THIEF.public, "CI"))
    # The middle one is nobody's, the one after it is signed by the roots of the first.
    bench.members["trust/policy.v2.dsse.json"] = signed(following(second), THIEF)
    bench.members["trust/policy.v3.dsse.json"] = signed(following(following(policy)))

    assert bench.trouble()["policy"] == "MN486"
    assert (bench.verdict().policy_version, bench.examine().policy_envelope) == (None, b"")
    assert bench.result() is Result.INVALID


def test_cve_2024_23332_the_middle_version_cannot_be_skipped() -> None:
    bench, policy = trust_bench(), first_policy()
    del bench.members["trust/policy.v2.dsse.json"]
    bench.members["trust/policy.v3.dsse.json"] = signed(following(following(policy)))

    assert bench.trouble()["policy"] == "MN487"


# Names

EVIL = (
    "../up.yaml",
    "evidence/../../up.yaml",
    "/etc/up.yaml",
    "C:/up.yaml",
    "evidence\\..\\up.yaml",
    "evidence/./up.yaml",
    "evidence//up.yaml",
    "evidence/up.yaml/",
    "evidence/nul",
    "evidence/up.yaml:stream",
    "evidence/\u202egpj.exe",
    "trust/../policy.v1.dsse.json",
)


@pytest.mark.parametrize("name", [pytest.param(name, id=ascii(name)) for name in EVIL])
def test_cve_2021_41131_no_member_has_a_name_that_leads_elsewhere(name: str) -> None:
    bench = trust_bench()
    bench.members[name] = b"x"

    assert bench.trouble()["container"] in {"MN412", "MN413"}
    assert bench.result() is Result.INVALID


@pytest.mark.parametrize("name", [pytest.param(name, id=ascii(name)) for name in EVIL])
def test_cve_2026_24137_no_signed_manifest_names_a_file_elsewhere(name: str) -> None:
    bench = trust_bench()
    manifest = bench.payload("manifest")
    manifest["subject"][-1]["name"] = name
    manifest["predicate"]["members"][-1]["name"] = name
    bench.sign("manifest", manifest)

    assert bench.trouble()["manifest-statement"] == "MN429"
    assert bench.result() is Result.INVALID


@pytest.mark.parametrize(
    "name", ["trust/policy.v0.dsse.json", "trust/policy.v1.dsse.json.bak", "log/checkpoint", "x/y"]
)
def test_cve_2026_24686_no_member_is_outside_the_layout(name: str) -> None:
    bench = trust_bench()
    bench.members[name] = b"x"

    assert bench.trouble()["layout"] == "MN417"


# Replays


def test_ghsa_6q78_j78h_pqm2_the_manifest_of_another_status_is_refused() -> None:
    bench = trust_bench()
    older = {name: data for name, data in EVIDENCE.items() if "t-2026" not in name}
    fixed, manifest, _ = statements(older, CI, {})
    assert bench.trouble() == {}

    bench.sign("manifest", manifest)
    bench.members = {k: v for k, v in bench.members.items() if k not in EVIDENCE} | older | fixed

    assert bench.trouble() == {"manifest-binding": "MN431"}


def test_ghsa_6q78_j78h_pqm2_the_status_of_another_manifest_is_refused() -> None:
    bench = trust_bench()
    poorer = {name: data for name, data in EVIDENCE.items() if "t-2026" not in name}
    _, _, status = statements(poorer, CI, entry(1, bench.earlier[0]))
    bench.sign("status", json.loads(status))
    bench.stamp(token(signature=bench.signature, at=STAMPED_AT))
    bench.log()

    assert bench.trouble() == {"manifest-binding": "MN431"}


def test_ghsa_73jv_h86v_c2vh_an_old_status_is_not_taken_for_a_current_one() -> None:
    bench = trust_bench()
    day = bench.basis.at
    assert day is not None
    assert bench.result() is Result.VALID

    # Nothing is forged: the bundle is shown again half a year later.
    bench.basis = replace(bench.basis, at=day + timedelta(days=200))

    assert bench.trouble() == {"status-current": "MN472"}
    assert bench.result() is Result.INDETERMINATE


def test_ghsa_73jv_h86v_c2vh_a_status_from_before_the_last_one_seen_is_a_rollback() -> None:
    bench = trust_bench()
    newest = checkpoint_of([*bench.earlier, bench.status_payload, bench.earlier[0]])
    bench.trusting(first_policy(), newest)

    assert bench.trouble() == {"log-continues": "MN468"}
    assert bench.result() is Result.INVALID


@pytest.mark.parametrize("past", [False, True])
def test_ghsa_73jv_h86v_c2vh_a_status_of_a_day_to_come_is_refused(*, past: bool) -> None:
    bench = trust_bench(optional=False, time_stamp=False, log=False, witnesses=0)
    bench.trusting(first_policy(time_stamp=False, log=False, witnesses=0))
    bench.basis = replace(bench.basis, past=past)
    unlogged = {"sequence": None, "previous": None, "time_verified": None}

    def trouble(day: str) -> dict[str, str | None]:
        bench.claim(as_of=day, **unlogged)
        bench.stamp()
        return bench.trouble()

    assert trouble("2026-04-02") == {}
    # Signed today, to look fresh in ten years.
    assert trouble("2036-04-02") == {"status-current": "MN473"}


@pytest.mark.parametrize(
    "at",
    [
        "2026-02-30T00:00:00Z",
        "2026-04-01T24:00:00Z",
        "2026-04-01T00:00:60Z",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
    ],
)
def test_cve_2026_44310_a_time_that_no_calendar_has_is_refused_and_no_crash(at: str) -> None:
    for basis in (Basis(pin=CI.fingerprint, at=NOW), trust_bench().basis):
        bench = trust_bench()
        bench.basis = basis
        bench.claim(time_verified=at)

        assert bench.result() is Result.INVALID


def test_a_status_of_another_organization_is_refused_although_the_same_key_signed_it() -> None:
    bench = trust_bench()
    other = OrganizationRef(corporate_number="7000000000002", name="別の会社")
    bench.trusting(first_policy().model_copy(update={"organization": other}))
    for name in ("trust/policy.v1.dsse.json", "trust/policy.v2.dsse.json"):
        del bench.members[name]

    assert bench.trouble()["policy"] == "MN489"
    assert bench.examine().status is None


# Two implementations


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_go_2026_5547_what_we_accept_the_verifier_of_a_stranger_accepts(
    algorithm: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.zip"

    def stranger(case: Case) -> set[str]:
        """Return what the other verifier finds, which shares no code with ours."""
        path.write_bytes(case.data)
        is_partial = b"disclosure.json" in case.data
        try:
            return {*(partial_findings if is_partial else findings)(path)}
        # It was not written for hostile input: how it fails does not matter.
        except Exception as error:  # noqa: BLE001
            return {type(error).__name__}

    found = {case.name: (case.result, stranger(case)) for case in corpus(algorithm)}

    # Members that it does not know are no contradiction.
    ours = {name: what - {"layout"} for name, (result, what) in found.items() if result == "VALID"}
    assert {name: what for name, what in ours.items() if what} == {}
    caught = [name for name, (result, what) in found.items() if result == "INVALID" and what]
    assert len(caught) > 60


# Bytes


@pytest.mark.parametrize(
    "rewrite",
    [
        pytest.param(lambda data: json.dumps(json.loads(data)).encode(), id="spaces"),
        pytest.param(lambda data: data + b"\n", id="a line feed"),
        pytest.param(lambda data: data.replace(b"true", b"true ", 1), id="a space"),
        pytest.param(lambda data: data.replace(b"2026-04", b"2026\\u002d04", 1), id="an escape"),
        pytest.param(lambda data: b'{"predicateType":"x",' + data[1:], id="a key twice"),
    ],
)
def test_cve_2026_44309_bytes_that_mean_the_same_are_not_the_same(
    rewrite: Callable[[bytes], bytes],
) -> None:
    bench = trust_bench()
    payload, good = bench.status_payload, unwrap(bench.members[container.STATUS]).envelope
    other = rewrite(payload)
    assert other != payload

    # The signature over one spelling does not cover the other …
    bench.members[container.STATUS] = wrap(replace(good, payload=other))
    assert bench.trouble()["status-signature"] == "MN426"

    # … and a signature over the other spelling does not make it ours.
    bench.sign("status", other)
    assert bench.trouble()["status-statement"] in {"MN427", "MN428"}
    assert bench.result() is Result.INVALID


# Keys in the bundle


def taken_over(bench: TrustBench, key: SigningKey) -> None:
    """Do all that somebody can do who has no key of the company: even a policy of her own."""
    members = bench.members
    for name in ("manifest", "status"):
        bench.sign(name, bench.payload(name), key)
    members[container.SIGNER] = key.public_pem.encode()
    members.pop(container.SIDECAR, None)
    bench.log(log=key, seen=(new_key("friend"),))
    policy = with_key(first_policy(), Role.CI, key.fingerprint, policy_key(key.public, "CI"))
    for version in (1, 2):
        wanted = policy if version == 1 else following(policy)
        members[container.policy_member(version)] = signed(wanted, key, new_key("friend"))


@pytest.mark.parametrize(
    ("basis", "result"),
    [
        (Basis(), Result.INDETERMINATE),
        (Basis(pin=CI.fingerprint), Result.INVALID),
        (Basis(trust=trusting(first_policy()), at=NOW), Result.INVALID),
        (Basis(pin=THIEF.fingerprint, trust=trusting(first_policy()), at=NOW), Result.INVALID),
    ],
    ids=["nothing", "a pin", "a policy", "a wrong pin and a policy"],
)
def test_cve_2023_47122_keys_that_come_with_the_bundle_make_nothing_good(
    basis: Basis, result: Result
) -> None:
    bench = trust_bench()
    taken_over(bench, THIEF)
    bench.basis = basis

    assert bench.result() is result


def test_cve_2023_47122_a_signer_whom_the_newest_policy_names_is_good() -> None:
    bench = trust_bench(CI_NEXT)
    policy = first_policy()
    admitted = with_key(policy, Role.CI, CI_NEXT.fingerprint, policy_key(CI_NEXT.public, "CI"))
    bench.trusting(policy, checkpoint_of(bench.earlier))
    bench.members["trust/policy.v1.dsse.json"] = signed(policy)
    bench.members["trust/policy.v2.dsse.json"] = signed(following(admitted))
    assert bench.trouble() == {}

    # The same, admitted by the thief himself.
    bench.members["trust/policy.v2.dsse.json"] = signed(following(admitted), CI_NEXT, THIEF)
    assert bench.trouble()["policy"] == "MN486"


# Algorithms


def resigned_with(bench: TrustBench, signature: bytes) -> None:
    envelope = unwrap(bench.members[container.STATUS]).envelope
    made = Signature(envelope.signatures[0].keyid, signature)
    bench.members[container.STATUS] = wrap(replace(envelope, signatures=(made,)))


def message(bench: TrustBench) -> bytes:
    return pae(dsse.PAYLOAD_TYPE, bench.status_payload)


def hmac_with(form: Encoding) -> Callable[[TrustBench], bytes]:
    """Return a MAC with the public key as its secret, as readers accept who ask the message."""

    def forged(bench: TrustBench) -> bytes:
        key = bench.key.public.pem.encode()
        if form is Encoding.DER:
            key = bench.key.public.der
        return hmac.new(key, message(bench), sha256).digest()

    return forged


@pytest.mark.parametrize(
    "forge",
    [
        pytest.param(hmac_with(Encoding.PEM), id="CVE-2022-29217-PEM as HMAC secret"),
        pytest.param(hmac_with(Encoding.DER), id="CVE-2024-37568-DER as HMAC secret"),
        pytest.param(lambda _: b"", id="CVE-2026-48523-no signature"),
        pytest.param(
            lambda bench: new_key("x", p256=True).sign(message(bench)), id="P-256 of a stranger"
        ),
        pytest.param(lambda bench: new_key("x").sign(message(bench)), id="Ed25519 of a stranger"),
        pytest.param(
            lambda bench: bench.key.sign(sha256(message(bench)).digest()), id="hashed before"
        ),
        pytest.param(lambda bench: bench.key.sign(bench.status_payload), id="without the type"),
    ],
)
@pytest.mark.parametrize("p256", [True, False], ids=["P-256", "Ed25519"])
def test_the_algorithm_is_that_of_the_key(
    forge: Callable[[TrustBench], bytes], *, p256: bool
) -> None:
    key = CI if p256 else new_key("ci of ed25519")
    bench = trust_bench(key)
    bench.basis = Basis(pin=key.fingerprint)
    bench.stamp()
    resigned_with(bench, key.sign(message(bench)))
    assert bench.result() is Result.VALID

    resigned_with(bench, forge(bench))

    assert bench.trouble() == {"status-signature": "MN426"}


@pytest.mark.parametrize("p256", [True, False], ids=["P-256", "Ed25519"])
def test_cve_2024_33663_a_key_in_the_format_of_ssh_is_no_key(*, p256: bool) -> None:
    key = CI if p256 else new_key("ci of ed25519")
    bench = trust_bench(key)
    bench.basis = Basis(pin=key.fingerprint)
    line = key.public._key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    bench.members[container.SIGNER] = line + b"\n"

    assert bench.trouble()["signer-key"] == "MN406"
    assert bench.result() is Result.INVALID


# DER

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def raw(good: bytes) -> bytes:
    r, s = decode_dss_signature(good)
    return r.to_bytes(32) + s.to_bytes(32)


@pytest.mark.parametrize(
    "forge",
    [
        pytest.param(lambda _: encode_dss_signature(0, 0), id="CVE-2022-21449-r and s are 0"),
        pytest.param(lambda _: encode_dss_signature(0, 1), id="CVE-2022-21449-r is 0"),
        pytest.param(lambda _: encode_dss_signature(1, 0), id="CVE-2022-21449-s is 0"),
        pytest.param(
            lambda _: encode_dss_signature(ORDER, ORDER), id="CVE-2022-21449-r and s are the order"
        ),
        pytest.param(
            lambda good: encode_dss_signature(
                decode_dss_signature(good)[0] + ORDER, decode_dss_signature(good)[1]
            ),
            id="CVE-2019-14859-r is too large",
        ),
        pytest.param(lambda good: good + b"\0", id="CVE-2019-14859-a byte behind"),
        pytest.param(
            lambda good: bytes([0x30, 0x81, good[1]]) + good[2:], id="CVE-2019-14859-long length"
        ),
        pytest.param(
            lambda good: bytes([0x30, good[1] + 1, 2, good[3] + 1, 0]) + good[4:],
            id="CVE-2019-14859-a zero before r",
        ),
        pytest.param(lambda _: b"\x30\x80\x02\x01\x01\x02\x01\x01\0\0", id="CVE-2019-14853-BER"),
        pytest.param(lambda _: b"\x30", id="CVE-2019-14853-cut off"),
        pytest.param(lambda _: b"\x30\x06\x02\x01\x81\x02\x01\x81", id="CVE-2019-14853-negative"),
        pytest.param(raw, id="raw"),
    ],
)
def test_a_signature_that_is_no_good_der_is_refused(forge: Callable[[bytes], bytes]) -> None:
    bench = trust_bench()
    good = bench.signature
    assert bench.trouble() == {}

    resigned_with(bench, forge(good))

    assert bench.trouble()["status-signature"] == "MN426"
    assert bench.result() is Result.INVALID


def test_the_mirrored_signature_of_ecdsa_is_good_but_nothing_hangs_on_it() -> None:
    bench = trust_bench()
    before = bench.verdict().status_sha256
    r, s = decode_dss_signature(bench.signature)

    resigned_with(bench, encode_dss_signature(r, ORDER - s))

    # Anyone can make it. It is the same status, but the time-stamp was over the other one.
    assert bench.trouble() == {"time-stamp": "MN459"}
    assert bench.verdict().status_sha256 == before
    bench.stamp(token(signature=CI.sign(b"another"), at=STAMPED_AT))
    assert bench.trouble() == {"time-stamp": "MN452"}
