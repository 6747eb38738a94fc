"""The pages in ``docs/spec`` say what the code does: their examples and numbers are the code's."""

from __future__ import annotations

import base64
import json
import re
import zipfile
from pathlib import Path

import pytest

from mnaudit.signing import container
from mnaudit.verify import CHECK_IDS, OUTER_CHECK_IDS

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "attest" / "bundle-ecdsa-p256.zip"


def page(name: str) -> str:
    return (ROOT / "docs" / "spec" / f"{name}.md").read_text(encoding="utf-8")


def example(name: str) -> object:
    """Return the only JSON block of a page."""
    (block,) = re.findall(r"```json\n(.*?)```", page(name), re.DOTALL)
    return json.loads(block)


@pytest.mark.parametrize(
    ("name", "member"),
    [
        ("evidence-manifest-v1", "manifest.sigstore.json"),
        ("compliance-status-v1", "status.sigstore.json"),
    ],
)
def test_the_example_is_the_payload_of_the_golden_bundle(name: str, member: str) -> None:
    with zipfile.ZipFile(GOLDEN) as archive:
        envelope = json.loads(archive.read(member))["dsseEnvelope"]

    assert example(name) == json.loads(base64.b64decode(envelope["payload"]))


def test_the_example_of_an_envelope_is_that_of_the_golden_bundle() -> None:
    with zipfile.ZipFile(GOLDEN) as archive:
        assert example("bundle-v1") == json.loads(archive.read("status.sigstore.json"))


def test_the_checks_have_the_numbers_and_the_order_of_the_code() -> None:
    rows = re.findall(r"^\| (\d+) \| `([a-z-]+)` \|", page("bundle-v1"), re.MULTILINE)

    ids = CHECK_IDS + OUTER_CHECK_IDS
    assert rows == [(str(number), name) for number, name in enumerate(ids, start=1)]


def test_the_limits_are_those_of_the_code() -> None:
    text = page("bundle-v1")

    assert f"{container.MAX_TOTAL_BYTES // 2**20} MiB for the file" in text
    assert f"{container.MAX_MEMBER_BYTES // 2**20} MiB for a member" in text
    assert f"{container.MAX_SIGNED_BYTES // 2**20} MiB for each of the" in text
    assert f"{container.MAX_MEMBERS:_}".replace("_", " ") + " members" in text
    assert f"{container.MAX_NAME_BYTES} bytes for a name" in text
