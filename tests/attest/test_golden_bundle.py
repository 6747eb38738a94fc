"""The bytes of a bundle never change by accident: fixed input, fixed key, golden bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.attest.conftest import Sample

    from mnaudit.signing.keys import SigningKey


def test_the_bundle_is_golden(
    sample: Sample, key: SigningKey, golden: Callable[[str, bytes], None]
) -> None:
    golden(f"attest/bundle-{key.algorithm}.zip", sample.bundle(key))


def test_the_partial_bundle_is_golden(
    sample: Sample, key: SigningKey, golden: Callable[[str, bytes], None]
) -> None:
    shown = ("organization.yaml", "training-record/t-2026.yaml")

    golden(f"attest/partial-{key.algorithm}.zip", sample.partial(key, *shown))
