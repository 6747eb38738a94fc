"""An authority is pinned by its certificates, in one spelling, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import ValidationError
from tests.time_authority import ROOT, SIGNER, authority, intermediate, root

from mnaudit.signing.time_authority import MAX_PEM_CHARS, TimeAuthority, read_certificates

BETWEEN = intermediate(ROOT)
KEY = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----\n"


def test_an_authority_is_written_as_it_was_read() -> None:
    written = {
        "owner": "TSA",
        "root_pem": ROOT.pem + BETWEEN.pem,
        "signer_pem": SIGNER.pem,
        "policy_oids": ["1.2.392.200000.1"],
        "not_before": "2026-01-01T00:00:00Z",
        "not_after": "2036-01-01T00:00:00Z",
    }

    assert TimeAuthority.model_validate(written).model_dump(mode="json") == written


def test_only_the_root_and_the_policies_are_needed() -> None:
    assert authority().signer_pem is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"owner": ""},
        {"root_pem": ""},
        {"root_pem": KEY},
        {"root_pem": SIGNER.pem},
        {"root_pem": BETWEEN.pem + ROOT.pem},
        {"root_pem": ROOT.pem + root(5, "second").pem},
        {"root_pem": ROOT.pem + "\n"},
        {"root_pem": "a root\n" + ROOT.pem},
        {"root_pem": ROOT.pem.replace("\n", "\r\n")},
        {"root_pem": ROOT.pem + KEY},
        {"root_pem": "根\n" + ROOT.pem},
        {"root_pem": ROOT.pem + BETWEEN.pem * (MAX_PEM_CHARS // 500)},
        {"signer_pem": ""},
        {"signer_pem": SIGNER.pem + BETWEEN.pem},
        {"policy_oids": ()},
        {"policy_oids": ("1.02",)},
        {"policy_oids": ("any",)},
        {"policy_oids": ("3.1",)},
        {"not_before": "2026-01-01"},
        {"not_before": "2026-01-01T00:00:00+09:00"},
        {"not_before": datetime(2026, 1, 1)},  # noqa: DTZ001 - to be refused
        {"not_before": 0},
        {"tsa": "x"},
    ],
)
def test_what_is_pinned_otherwise_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        authority(**wrong)


def test_an_instant_of_another_zone_is_taken_to_utc() -> None:
    japan = timezone(timedelta(hours=9))
    found = authority(not_before=datetime(2026, 1, 1, 9, tzinfo=japan))

    assert found.not_before == datetime(2026, 1, 1, tzinfo=UTC)


def test_certificates_are_read_in_their_order() -> None:
    assert read_certificates(ROOT.pem + BETWEEN.pem) == (ROOT.certificate, BETWEEN.certificate)
