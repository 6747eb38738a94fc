"""Somebody changes a bundle; whoever holds the fingerprint finds out, and is told how."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import pytest

from mnaudit.messages import codes
from mnaudit.model.verdict import Outcome, Result
from mnaudit.pipeline import attest, judge_folder, shipped_rules, verify
from mnaudit.signing import container
from mnaudit.signing.keys import Algorithm, generate, load_private
from mnaudit.verify import Basis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mnaudit.signing.keys import SigningKey

ROOT = Path(__file__).parents[2]
RULES = shipped_rules()
KEY = load_private((ROOT / "tests/golden/attest/NEVER-USE-ed25519.pem").read_bytes(), None)
ROGUE = generate(Algorithm.ED25519)

Members = dict[str, bytes]


def made(folder: Path, out: Path, day: date, key: SigningKey = KEY) -> bytes:
    return attest(judge_folder(folder, day, RULES), out, key).read_bytes()


@pytest.fixture(scope="module")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Bundles of the sample company: with the gap, without it, of another day, by another key."""
    folder = tmp_path_factory.mktemp("bundles")
    closed = shutil.copytree(ROOT / "evidence", folder / "evidence")
    shutil.copytree(ROOT / "docs/sample", closed, dirs_exist_ok=True)
    day = date(2026, 3, 31)
    return {
        "gap": made(ROOT / "evidence", folder / "a", day),
        "closed": made(closed, folder / "b", day),
        "later": made(ROOT / "evidence", folder / "c", date(2026, 4, 30)),
        "rogue": made(closed, folder / "d", day, ROGUE),
    }


def unpacked(data: bytes) -> Members:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(members: Members, *, is_honest_about_sums: bool = True) -> bytes:
    """Put members together as the program would, so that only what they are can be wrong."""
    if is_honest_about_sums and container.CHECKSUMS in members:
        digests = {name: sha256(data).hexdigest() for name, data in members.items()}
        del digests[container.CHECKSUMS]
        members = {**members, container.CHECKSUMS: container.checksums(digests)}
    body, directory = bytearray(), bytearray()
    for name in container.ordered(members):
        data = members[name]
        offset = len(body)
        body += container.local_header(name, len(data), crc32(data)) + data
        directory += container.central_header(name, len(data), crc32(data), offset)
    return bytes(body + directory + container.end_record(len(members), len(directory), len(body)))


def failures(path: Path, data: bytes) -> dict[str, str | None]:
    """Verify with the pin of the honest signer; return the codes of what failed."""
    path.write_bytes(data)
    verdict, _ = verify(path, basis=Basis(pin=KEY.fingerprint), rules=RULES)
    failed = {c.id: c.code for c in verdict.checks if c.outcome is Outcome.FAILED}
    assert (verdict.result is Result.VALID) == (not failed)
    assert {*failed.values()} <= {*codes()}
    return failed


def test_what_nobody_touched_is_valid(bundles: dict[str, bytes], tmp_path: Path) -> None:
    for name in ("gap", "closed", "later"):
        assert failures(tmp_path / "a.zip", bundles[name]) == {}
        assert packed(unpacked(bundles[name])) == bundles[name]


@pytest.mark.parametrize("bit", [0x01, 0x20, 0x80])
def test_no_byte_can_be_flipped(bundles: dict[str, bytes], tmp_path: Path, bit: int) -> None:
    data = bundles["gap"]
    positions = {number * (len(data) - 1) // 59 for number in range(60)}

    assert len(positions) == 60
    for at in sorted(positions):
        changed = bytearray(data)
        changed[at] ^= bit
        assert failures(tmp_path / "a.zip", bytes(changed)), at


def test_no_byte_of_a_signed_statement_can_be_flipped_by_somebody_careful(
    bundles: dict[str, bytes], tmp_path: Path
) -> None:
    members = unpacked(bundles["gap"])
    for name in (container.STATUS, container.MANIFEST, container.SIGNER, container.CATALOG):
        data = members[name]
        for number in range(15):
            at = number * (len(data) - 1) // 14
            changed = data[:at] + bytes([data[at] ^ 0x01]) + data[at + 1 :]
            forged = packed({**members, name: changed})
            assert failures(tmp_path / "a.zip", forged), (name, at)


def test_no_member_can_be_dropped(bundles: dict[str, bytes], tmp_path: Path) -> None:
    members = unpacked(bundles["gap"])
    assert len(members) > 40

    for name in members:
        rest = {other: data for other, data in members.items() if other != name}
        failed = failures(tmp_path / "a.zip", packed(rest))
        expected = "evidence-complete" if name.startswith(container.EVIDENCE) else "layout"
        assert expected in failed or "container" in failed, name


@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("evidence/training-record/new.yaml", "evidence-closed"),
        ("evidence/README.md", "evidence-closed"),
        ("判定結果.pdf", "layout"),
        ("evidence.txt", "layout"),
    ],
)
def test_no_member_can_be_added(
    bundles: dict[str, bytes], tmp_path: Path, name: str, check: str
) -> None:
    members = {**unpacked(bundles["gap"]), name: b"kind: training-record\n"}

    assert check in failures(tmp_path / "a.zip", packed(members))


@pytest.mark.parametrize(
    "name", ["../up.yaml", "/top.yaml", "evidence/../x", "a\\b", "evidence/A\x00"]
)
def test_no_member_can_have_a_name_that_leads_elsewhere(
    bundles: dict[str, bytes], tmp_path: Path, name: str
) -> None:
    members = {**unpacked(bundles["gap"]), name: b""}

    assert failures(tmp_path / "a.zip", packed(members))


def without_the_gap(mine: Members, theirs: Members) -> Members:
    """Take the better status of the other bundle."""
    return {**mine, container.STATUS: theirs[container.STATUS]}


def with_their_manifest(mine: Members, theirs: Members) -> Members:
    return {**mine, container.MANIFEST: theirs[container.MANIFEST]}


def with_both_statements(mine: Members, theirs: Members) -> Members:
    both = {name: theirs[name] for name in (container.STATUS, container.MANIFEST)}
    return {**mine, **both}


def with_their_evidence(mine: Members, theirs: Members) -> Members:
    fixed = {n: d for n, d in mine.items() if not n.startswith(container.EVIDENCE)}
    return {**fixed, **{n: d for n, d in theirs.items() if n.startswith(container.EVIDENCE)}}


@pytest.mark.parametrize("other", ["closed", "rogue"])
@pytest.mark.parametrize(
    "swap", [without_the_gap, with_their_manifest, with_both_statements, with_their_evidence]
)
def test_no_part_of_another_bundle_fits(
    bundles: dict[str, bytes],
    tmp_path: Path,
    other: str,
    swap: Callable[[Members, Members], Members],
) -> None:
    mine, theirs = unpacked(bundles["gap"]), unpacked(bundles[other])
    mixed = swap(mine, theirs)

    assert mixed not in (mine, theirs)
    assert failures(tmp_path / "a.zip", packed(mixed))


def test_a_status_of_the_same_evidence_on_another_day_is_the_bundle_of_that_day(
    bundles: dict[str, bytes],
) -> None:
    mixed = without_the_gap(unpacked(bundles["gap"]), unpacked(bundles["later"]))

    assert packed(mixed) == bundles["later"]


def test_the_status_of_another_bundle_is_told_as_such(
    bundles: dict[str, bytes], tmp_path: Path
) -> None:
    mixed = without_the_gap(unpacked(bundles["gap"]), unpacked(bundles["closed"]))

    assert failures(tmp_path / "a.zip", packed(mixed))["manifest-binding"] == "MN431"


def test_a_bundle_that_somebody_else_signed_is_told_as_such(
    bundles: dict[str, bytes], tmp_path: Path
) -> None:
    assert failures(tmp_path / "a.zip", bundles["rogue"]) == {"pin": "MN421"}


def test_a_key_that_was_put_in_does_not_become_the_signer(
    bundles: dict[str, bytes], tmp_path: Path
) -> None:
    members = {**unpacked(bundles["rogue"]), container.SIGNER: KEY.public.pem.encode()}

    assert failures(tmp_path / "a.zip", packed(members))


def mangled(data: bytes) -> Iterator[tuple[str, bytes]]:
    members = unpacked(data)
    yield "behind it", data + b"\0"
    yield "before it", b"#!/bin/sh\n" + data
    yield "cut off", data[:-1]
    yield "cut in half", data[: len(data) // 2]
    yield "twice", data + data
    yield "nothing", b""
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        again = io.BytesIO()
        with zipfile.ZipFile(again, "w", method) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        yield f"packed again ({method})", again.getvalue()
    again = io.BytesIO(data)
    with zipfile.ZipFile(again, "a") as archive:
        archive.writestr("evidence/training-record/new.yaml", b"a: 1\n")
    yield "appended to", again.getvalue()
    again = io.BytesIO(data)
    with zipfile.ZipFile(again, "a") as archive:
        archive.comment = b"genuine"
    yield "commented", again.getvalue()


def test_no_other_packing_is_taken(bundles: dict[str, bytes], tmp_path: Path) -> None:
    for how, data in mangled(bundles["gap"]):
        assert failures(tmp_path / "a.zip", data), how


def test_sums_that_were_not_made_anew_are_told(bundles: dict[str, bytes], tmp_path: Path) -> None:
    members = unpacked(bundles["gap"])
    members[container.README] += b"\n"

    failed = failures(tmp_path / "a.zip", packed(members, is_honest_about_sums=False))

    assert {"readme", "checksums"} <= failed.keys()


def test_every_attack_ends_the_command_with_4_and_a_reason(
    bundles: dict[str, bytes], tmp_path: Path
) -> None:
    data = bundles["gap"]
    members = unpacked(data)
    flipped = bytearray(data)
    flipped[len(data) // 2] ^= 0x01
    dropped = {n: d for n, d in members.items() if not n.endswith("2025-11-06-handlers.yaml")}
    attacks = {
        "flipped": bytes(flipped),
        "dropped": packed(dropped),
        "added": packed({**members, "evidence/new.yaml": b"a: 1\n"}),
        "swapped": packed(without_the_gap(members, unpacked(bundles["closed"]))),
        "rogue": bundles["rogue"],
    }

    for name, changed in attacks.items():
        path = tmp_path / f"{name}.zip"
        path.write_bytes(changed)
        command = ["verify", path, "--pin", KEY.fingerprint, "--format", "json"]
        ended = subprocess.run(
            [sys.executable, "-m", "mnaudit", *map(str, command)],
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
            capture_output=True,
            check=False,
        )
        verdict = json.loads(ended.stdout)
        assert (ended.returncode, ended.stderr) == (4, b""), name
        assert verdict["result"] == "INVALID"
        assert [c["code"] for c in verdict["checks"] if c["outcome"] == "failed"], name
