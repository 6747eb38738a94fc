"""A partial bundle shows what was chosen, proves it, and tells nothing of the rest."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st
from tests.attest.conftest import Sample, source_file

from mnaudit.attest.disclosure import partial_members
from mnaudit.signing import leaf, merkle
from mnaudit.signing.keys import Algorithm, generate
from mnaudit.signing.predicates import Disclosure, read_closed

if TYPE_CHECKING:
    from mnaudit.signing.keys import SigningKey

KEY = generate(Algorithm.ED25519)
SHOWN = ("organization.yaml", "training-record/t-2026.yaml")
WITHHELD = ("self-check/2026-10.yaml", "training-record/files/名簿.pdf")


def of_size(count: int) -> Sample:
    """Make a sample whose tree has ``count`` leaves."""
    files = (source_file(f"{number:03}.pdf", b"%d" % number) for number in range(count - 2))
    return Sample(files=tuple(files), kinds={})


def root_of(sample: Sample) -> tuple[bytes, int]:
    tree = json.loads(sample.manifest(KEY))["predicate"]["tree"]
    return bytes.fromhex(tree["root"]), tree["size"]


def is_proven(disclosed: Disclosure, number: int, root: bytes, size: int) -> bool:
    each = disclosed.leaves[number]
    return merkle.verify_inclusion(
        leaf=leaf.hash_of(each.path, each.sha256, each.size, each.salt),
        index=each.index,
        size=size,
        proof=[bytes.fromhex(step) for step in each.proof],
        root=root,
    )


def disclosed_by(sample: Sample, *paths: str) -> Disclosure:
    return read_closed(Disclosure, json.loads(sample.disclosure(KEY, *paths)), "disclosure")


@pytest.mark.parametrize("count", range(2, 40))
def test_every_leaf_of_a_tree_of_any_size_is_proven(count: int) -> None:
    sample = of_size(count)
    root, size = root_of(sample)

    disclosed = disclosed_by(sample, *(file.path for file in sample.files))

    assert size == count
    assert [each.index for each in disclosed.leaves] == list(range(count))
    assert all(is_proven(disclosed, number, root, size) for number in range(count))


@given(st.integers(2, 40), st.data())
def test_a_proof_for_another_place_proves_nothing(count: int, data: st.DataObject) -> None:
    sample = of_size(count)
    root, size = root_of(sample)
    disclosed = disclosed_by(sample, *(file.path for file in sample.files))
    number = data.draw(st.integers(0, count - 1))
    other = data.draw(st.integers(0, 64).filter(lambda at: at != number))
    each = disclosed.leaves[number].model_copy(update={"index": other})
    moved = disclosed.model_copy(update={"leaves": (each,)})

    # The size is that of the signed status: a proof alone may fit trees of several sizes.
    assert not is_proven(moved, 0, root, size)


def test_only_what_was_chosen_is_described(sample: Sample, key: SigningKey) -> None:
    disclosed = json.loads(sample.disclosure(key, *SHOWN))

    assert [each["path"] for each in disclosed["leaves"]] == [
        "README.txt",
        "catalog.json",
        *(f"evidence/{path}" for path in SHOWN),
    ]
    assert [each["index"] for each in disclosed["leaves"]] == [0, 1, 2, 5]
    assert disclosed["recipient"] == "見本銀行"


def test_nothing_but_the_two_unsigned_files_may_be_shown(sample: Sample, key: SigningKey) -> None:
    disclosed = json.loads(sample.disclosure(key))

    assert [each["path"] for each in disclosed["leaves"]] == ["README.txt", "catalog.json"]


def test_manifest_and_sidecar_stay_behind_and_all_else_comes_along() -> None:
    members = {
        "manifest.sigstore.json": b"",
        "evidence.modelsig.sigstore.json": b"",
        "SHA256SUMS": b"",
        "status.sigstore.json": b"s",
        "log/status.tlog-proof": b"l",
        "trust/policy.v1.dsse.json": b"t",
    }

    assert partial_members(members, b"d") == {
        "disclosure.json": b"d",
        "status.sigstore.json": b"s",
        "log/status.tlog-proof": b"l",
        "trust/policy.v1.dsse.json": b"t",
    }


def test_the_same_choice_gives_the_same_bytes(sample: Sample, key: SigningKey) -> None:
    once = sample.partial(key, *SHOWN)

    assert sample.partial(key, *reversed(SHOWN)) == once
    assert Sample().partial(key, *SHOWN) == once


def everything(data: bytes) -> bytes:
    """Return the bytes of a bundle, and once more all that is wrapped in base64 in it."""
    parts = [data]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            parts += [name.encode(), archive.read(name)]
            if name.endswith(".sigstore.json"):
                envelope = json.loads(archive.read(name))["dsseEnvelope"]
                parts.append(base64.b64decode(envelope["payload"]))
    return b"\n".join(parts)


def test_no_name_digest_or_content_of_a_withheld_file_is_in_it(
    sample: Sample, key: SigningKey
) -> None:
    withheld = [file for file in sample.files if file.path in WITHHELD]
    salts = {
        each["name"]: each["salt"]
        for each in json.loads(sample.manifest(key))["predicate"]["members"]
    }

    told = everything(sample.partial(key, *SHOWN))

    assert len(withheld) == 2
    for file in withheld:
        digest, salt = bytes.fromhex(file.sha256), salts[f"evidence/{file.path}"]
        for secret in (
            file.read(),
            file.path.encode(),
            file.path.rpartition("/")[2].encode(),
            json.dumps(file.path.rpartition("/")[2]).strip('"').encode(),
            *(digest, digest.hex().encode(), base64.b64encode(digest)),
            *(bytes.fromhex(salt), salt.encode(), base64.b64encode(bytes.fromhex(salt))),
        ):
            assert secret not in told
        for known in (file.read(), file.path.encode(), file.sha256.encode()):
            # The search itself finds what is there.
            assert known in everything(sample.bundle(key))


def test_a_withheld_file_has_another_leaf_in_the_bundle_of_another_signer(
    sample: Sample, key: SigningKey, other_key: SigningKey
) -> None:
    def siblings(signer: SigningKey) -> set[str]:
        leaves = json.loads(sample.disclosure(signer, *SHOWN))["leaves"]
        return {step for each in leaves for step in each["proof"]}

    assert siblings(key).isdisjoint(siblings(other_key))


def test_somebody_who_knows_a_withheld_file_cannot_find_it_in_the_proofs(
    sample: Sample, key: SigningKey
) -> None:
    """Name, size and content are known; the hash of the leaf is a sibling in a proof."""
    leaves = json.loads(sample.disclosure(key, *SHOWN))["leaves"]
    siblings = {bytes.fromhex(step) for each in leaves for step in each["proof"]}
    salts = {each["salt"] for each in leaves}
    (file,) = (file for file in sample.files if file.path == WITHHELD[0])
    about = (f"evidence/{file.path}", file.sha256, file.size)
    true_salt = json.loads(sample.manifest(key))["predicate"]["members"][3]["salt"]

    guesses = {leaf.hash_of(*about, salt) for salt in {*salts, "0" * 64, file.sha256}}

    assert siblings.isdisjoint(guesses)
    assert leaf.hash_of(*about, true_salt) in siblings
