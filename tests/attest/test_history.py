"""The next entry of a log: it follows, or nothing is signed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from tests.log_bench import FIRST, KEYS, changed, company, resigned
from tests.trust_bench import CI, LOG, ORIGIN, THIEF

from mnaudit.attest import history
from mnaudit.attest.history import LogKeys, extended, log_members, origin_of, place
from mnaudit.attest.status import Logged
from mnaudit.errors import ConfigurationError, MnauditError, TrustError
from mnaudit.signing import merkle
from mnaudit.signing.container import LOG_HASHES, LOG_PROOF
from mnaudit.signing.note import is_signed, read_checkpoint, read_note
from mnaudit.signing.status_log import leaf_hashes
from mnaudit.signing.tlog_proof import read_leaf_hashes, read_tlog_proof


def test_the_first_entry_names_none_before_it() -> None:
    assert place([], FIRST) == Logged(0, None, "2026-04-01T02:00:00Z")


def test_every_later_entry_names_the_one_before_it() -> None:
    made = company(2)

    assert place(made.payloads, datetime(2026, 5, 1, tzinfo=UTC)) == Logged(
        2, sha256(made.payloads[1]).hexdigest(), "2026-05-01T00:00:00Z"
    )


def test_the_log_of_an_organization_has_a_name() -> None:
    assert origin_of("8000000000001") == ORIGIN


def test_the_checkpoint_is_over_all_entries_and_signed_by_the_log() -> None:
    made = company(3)

    note = read_note(made.note)

    found = read_checkpoint(note)
    assert (found.origin, found.size) == (ORIGIN, 3)
    assert found.root == merkle.root(leaf_hashes(made.payloads))
    assert is_signed(note, ORIGIN, LOG.public)


def test_the_same_entries_give_the_same_bytes() -> None:
    assert company(3).note == company(3).note


def test_a_bundle_shows_its_entry_and_the_hashes_of_all() -> None:
    made = company(5)

    members = log_members(made.payloads, 3, made.note)

    proof, hashes = read_tlog_proof(members[LOG_PROOF]), read_leaf_hashes(members[LOG_HASHES])
    assert hashes == leaf_hashes(made.payloads)
    assert (proof.index, proof.note) == (3, made.note)
    assert merkle.verify_inclusion(
        leaf=hashes[3], index=3, size=5, proof=proof.path, root=merkle.root(hashes)
    )


def test_a_bundle_shows_no_log_that_does_not_fit_its_checkpoint() -> None:
    made = company(3)

    with pytest.raises(TrustError, match="MN466"):
        log_members(made.payloads[:2], 1, made.note)


def test_one_key_for_statuses_and_log_is_refused() -> None:
    keys = LogKeys(LOG, LOG.public)

    with pytest.raises(ConfigurationError, match="MN066"):
        extended([], None, company(1).payloads[0], ORIGIN, keys)


def test_a_log_key_of_another_kind_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="MN066"):
        extended([], None, company(1).payloads[0], ORIGIN, LogKeys(CI, LOG.public))


def test_a_log_may_get_another_key_in_good_order() -> None:
    made, last = company(2), company(3).payloads[2]
    keys = LogKeys(THIEF, CI.public, former=(LOG.public,))

    note = read_note(extended(made.payloads, made.note, last, ORIGIN, keys))

    assert is_signed(note, ORIGIN, THIEF.public)


def test_a_log_that_grew_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    made, last = company(2), company(3).payloads[2]
    monkeypatch.setattr(history, "MAX_SIZE", 2)

    with pytest.raises(TrustError, match="MN466"):
        extended(made.payloads, made.note, last, ORIGIN, KEYS)


LAST = company(3).payloads[2]
BEFORE = FIRST - timedelta(days=1)


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        pytest.param(b"{}", "MN462", id="no status"),
        pytest.param(changed(LAST, sequence=None, previous=None, time_verified=None), "MN462"),
        pytest.param(changed(LAST, sequence=3), "MN463", id="another number"),
        pytest.param(changed(LAST, previous="0" * 64), "MN464", id="another one before"),
        pytest.param(
            changed(LAST, time_verified="2026-03-31T00:00:00Z", as_of="2026-03-31"),
            "MN465",
            id="backdated",
        ),
        pytest.param(changed(LAST, as_of="2026-12-31"), "MN473", id="a day to come"),
        pytest.param(
            changed(LAST, organization={"corporate_number": "1000000000009", "name": "x"}),
            "MN462",
            id="another organization",
        ),
    ],
)
def test_a_status_that_does_not_follow_is_not_signed(payload: bytes, code: str) -> None:
    made = company(2)

    with pytest.raises(TrustError) as caught:
        extended(made.payloads, made.note, payload, ORIGIN, KEYS)

    assert caught.value.code == code


def refusal(payloads: list[bytes], checkpoint: bytes | None, origin: str = ORIGIN) -> str:
    with pytest.raises(MnauditError) as caught:
        extended(payloads, checkpoint, LAST, origin, KEYS)
    return caught.value.code


def test_nothing_is_appended_to_a_log_that_somebody_changed() -> None:
    made = company(2)
    edited = [made.payloads[0], changed(made.payloads[1], sme=False)]

    assert refusal(edited, made.note) == "MN466"
    assert refusal(made.payloads[:1], made.note) == "MN466"
    assert refusal(made.payloads, None) == "MN466"
    assert refusal([], made.note) == "MN466"
    assert refusal(made.payloads, resigned(made.payloads, key=THIEF)) == "MN467"
    assert refusal(made.payloads, made.note, "other/log") == "MN467"
    assert refusal(made.payloads, b"nonsense") == "MN460"
