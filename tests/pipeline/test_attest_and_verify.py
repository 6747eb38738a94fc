"""What was judged is signed, and whoever verifies it judges it again."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.rogue import sign

from mnaudit.errors import ConfigurationError, InputError
from mnaudit.load.evidence import read_files
from mnaudit.model.assessment import Assessment, FindingStatus, TierStatus
from mnaudit.model.control import Tier
from mnaudit.model.verdict import Outcome, Result
from mnaudit.pipeline import (
    Judged,
    attest,
    bundle_name,
    judge_folder,
    rules_of,
    shipped_rules,
    verify,
)
from mnaudit.signing.keys import Algorithm, generate
from mnaudit.verify import Basis

if TYPE_CHECKING:
    from collections.abc import Callable

    from mnaudit.model.verdict import Verdict
    from mnaudit.pipeline import Rules
    from mnaudit.signing.keys import SigningKey

ROOT = Path(__file__).parents[2]
OTHER = generate(Algorithm.ED25519)


@pytest.fixture
def judged(evidence: Path, rules: Rules, as_of: date) -> Judged:
    return judge_folder(evidence, as_of, rules)


@pytest.fixture
def bundle(judged: Judged, tmp_path: Path, key: SigningKey) -> Path:
    return attest(judged, tmp_path / "out", key)


def ended(verdict: Verdict, outcome: Outcome) -> dict[str, str | None]:
    return {check.id: check.code for check in verdict.checks if check.outcome is outcome}


def test_the_bundle_is_named_by_organization_and_day(bundle: Path, judged: Judged) -> None:
    assert judged.assessment is not None
    assert bundle.name == bundle_name(judged.assessment)
    assert bundle.name == "8000000000001-2026-03-31.mnaudit.zip"
    assert [path.name for path in bundle.parent.iterdir()] == [bundle.name]


def test_the_same_input_and_key_give_the_same_bytes(
    bundle: Path, evidence: Path, tmp_path: Path, as_of: date, key: SigningKey
) -> None:
    elsewhere = shutil.copytree(evidence, tmp_path / "別の場所")
    again = rules_of(ROOT / "controls", ROOT / "schema")

    second = attest(judge_folder(elsewhere, as_of, again), tmp_path / "b", key)

    assert second.read_bytes() == bundle.read_bytes()


def test_ed25519_is_deterministic_too(judged: Judged, tmp_path: Path) -> None:
    first, second = (attest(judged, tmp_path / name, OTHER).read_bytes() for name in "ab")

    assert first == second


def test_another_day_gives_another_bundle(
    bundle: Path, evidence: Path, tmp_path: Path, rules: Rules, key: SigningKey
) -> None:
    judged = judge_folder(evidence, date(2026, 4, 1), rules)

    assert attest(judged, tmp_path / "out", key).name != bundle.name


def test_with_the_pin_the_bundle_is_valid(bundle: Path, rules: Rules, key: SigningKey) -> None:
    verdict, judged = verify(bundle, basis=Basis(pin=key.fingerprint), rules=rules)

    assert verdict.result is Result.VALID
    assert not ended(verdict, Outcome.FAILED) | ended(verdict, Outcome.UNKNOWN)
    assert {"pin", "manifest-tree", "reevaluation"} <= ended(verdict, Outcome.PASSED).keys()
    assert verdict.fingerprint == key.fingerprint
    assert judged is not None
    assert judged.assessment is not None
    assert verdict.status is not None
    assert verdict.status["tiers"]["minimum"]["status"] == "not-satisfied"


def test_a_bundle_without_a_gap_is_as_valid_as_one_with(
    closed: Path, tmp_path: Path, rules: Rules, as_of: date, key: SigningKey
) -> None:
    bundle = attest(judge_folder(closed, as_of, rules), tmp_path / "out", key)

    verdict, _ = verify(bundle, basis=Basis(pin=key.fingerprint), rules=rules)

    assert verdict.result is Result.VALID
    assert verdict.status is not None
    assert verdict.status["tiers"]["minimum"]["status"] == "satisfied"


def test_without_a_pin_nobody_knows_who_signed(bundle: Path, rules: Rules) -> None:
    verdict, judged = verify(bundle, basis=Basis(), rules=rules)

    assert verdict.result is Result.INDETERMINATE
    assert ended(verdict, Outcome.UNKNOWN) == {"pin": "MN422"}
    assert ended(verdict, Outcome.FAILED) == {}
    assert judged is not None


def test_with_the_pin_of_another_the_bundle_is_invalid(bundle: Path, rules: Rules) -> None:
    verdict, judged = verify(bundle, basis=Basis(pin=OTHER.fingerprint), rules=rules)

    assert verdict.result is Result.INVALID
    assert ended(verdict, Outcome.FAILED) == {"pin": "MN421"}
    assert verdict.status is None
    assert judged is None


def test_unreadable_evidence_is_signed_and_judged_again_as_unreadable(
    closed: Path, tmp_path: Path, rules: Rules, as_of: date, key: SigningKey
) -> None:
    (closed / "training-record/2026-02-20-handlers-follow-up.yaml").write_bytes(b"a: [")

    bundle = attest(judge_folder(closed, as_of, rules), tmp_path / "out", key)
    verdict, _ = verify(bundle, basis=Basis(pin=key.fingerprint), rules=rules)

    assert verdict.result is Result.VALID
    assert verdict.status is not None
    assert verdict.status["tiers"]["minimum"]["status"] == "indeterminate"
    assert verdict.status["problems"]


def link(evidence: Path) -> None:
    (evidence / "training-record/a.yaml").symlink_to("2025-11-06-handlers.yaml")


def undeclared(evidence: Path) -> None:
    (evidence / "training-record/files/a.pdf").write_bytes(b"%PDF-1.7\n")


def unsafe_name(evidence: Path) -> None:
    (evidence / "training-record/aux.yaml").write_bytes(b"a: 1\n")


def twins(evidence: Path) -> None:
    (evidence / "training-record/2025-11-06-HANDLERS.yaml").write_bytes(b"a: 1\n")


def huge(evidence: Path) -> None:
    (evidence / "training-record/a.yaml").write_bytes(b"#" * (20 * 1024 * 1024 + 1))


@pytest.mark.parametrize("spoil", [link, undeclared, unsafe_name, twins, huge])
def test_what_cannot_go_into_a_bundle_stops_the_signing_and_nothing_is_written(
    evidence: Path, tmp_path: Path, rules: Rules, key: SigningKey, spoil: Callable[[Path], None]
) -> None:
    spoil(evidence)
    judged = judge_folder(evidence, date(2026, 3, 31), rules)

    with pytest.raises(InputError) as caught:
        attest(judged, tmp_path / "out", key)

    assert caught.value.code == "MN151"
    assert "training-record/" in str(caught.value.values["paths"])
    assert not (tmp_path / "out").exists()


def test_nothing_judged_is_nothing_to_sign(
    evidence: Path, tmp_path: Path, rules: Rules, as_of: date, key: SigningKey
) -> None:
    (evidence / "organization.yaml").unlink()

    with pytest.raises(InputError) as caught:
        attest(judge_folder(evidence, as_of, rules), tmp_path / "out", key)

    assert caught.value.code == "MN146"
    assert not (tmp_path / "out").exists()


def test_evidence_that_changes_between_judging_and_signing_is_not_signed(
    judged: Judged, evidence: Path, tmp_path: Path, key: SigningKey
) -> None:
    path = evidence / "training-record/2025-11-06-handlers.yaml"
    path.write_bytes(path.read_bytes().replace(b"score: 90", b"score: 99"))

    with pytest.raises(InputError) as caught:
        attest(judged, tmp_path / "out", key)

    assert caught.value.code == "MN119"
    assert list((tmp_path / "out").iterdir()) == []


def test_a_bundle_made_by_other_controls_is_indeterminate(
    closed: Path, tmp_path: Path, rules: Rules, as_of: date, key: SigningKey
) -> None:
    controls = shutil.copytree(ROOT / "controls", tmp_path / "controls")
    path = controls / "personnel/per-b.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("max_age: P12M", "max_age: P120M"), encoding="utf-8")
    loose = rules_of(controls, ROOT / "schema")
    bundle = attest(judge_folder(closed, as_of, loose), tmp_path / "out", key)

    verdict, judged = verify(bundle, basis=Basis(pin=key.fingerprint), rules=rules)

    assert verdict.result is Result.INDETERMINATE
    assert ended(verdict, Outcome.UNKNOWN) == {"catalog-known": "MN442", "reevaluation": "MN441"}
    assert judged is None
    # Who has the same controls can say more.
    assert verify(bundle, basis=Basis(pin=key.fingerprint), rules=loose)[0].result is Result.VALID


def better(judged: Judged) -> Assessment:
    """Return the assessment with the gap closed by a stroke of the pen."""
    honest = judged.assessment
    assert honest is not None
    minimum, optional = honest.tiers
    counts = {
        **minimum.counts,
        FindingStatus.SATISFIED: minimum.counts[FindingStatus.SATISFIED] + 1,
        FindingStatus.NOT_SATISFIED: 0,
    }
    tier = minimum.model_copy(update={"status": TierStatus.SATISFIED, "counts": counts})
    findings = tuple(
        finding.model_copy(update={"status": FindingStatus.SATISFIED, "gaps": ()})
        if (finding.control, finding.tier) == ("PER-b-01", Tier.MINIMUM)
        else finding
        for finding in honest.findings
    )
    return honest.model_copy(update={"tiers": (tier, optional), "findings": findings})


def test_a_status_that_the_evidence_does_not_give_is_invalid_whoever_signed_it(
    judged: Judged, tmp_path: Path, rules: Rules, key: SigningKey
) -> None:
    bundle = sign(judged, tmp_path / "rogue.zip", key, assessment=better(judged))

    verdict, again = verify(bundle, basis=Basis(pin=key.fingerprint), rules=rules)

    assert verdict.result is Result.INVALID
    assert ended(verdict, Outcome.FAILED) == {"reevaluation": "MN440"}
    assert again is not None
    assert again.assessment == judged.assessment


def test_the_rogue_signer_of_this_test_can_also_sign_honestly(
    judged: Judged, tmp_path: Path, rules: Rules, key: SigningKey
) -> None:
    bundle = sign(judged, tmp_path / "honest.zip", key)

    assert verify(bundle, basis=Basis(pin=key.fingerprint), rules=rules)[0].result is Result.VALID


@pytest.mark.parametrize(
    "change",
    [
        {"as_of": date(2026, 3, 30)},
        {"sme": True},
    ],
    ids=["another day", "lighter rules"],
)
def test_no_fact_of_the_status_can_be_changed(
    judged: Judged, tmp_path: Path, rules: Rules, key: SigningKey, change: dict[str, object]
) -> None:
    assert judged.assessment is not None
    changed = judged.assessment.model_copy(update=change)

    bundle = sign(judged, tmp_path / "rogue.zip", key, assessment=changed)
    verdict, _ = verify(bundle, basis=Basis(pin=key.fingerprint), rules=rules)

    assert verdict.result is Result.INVALID
    assert ended(verdict, Outcome.FAILED) == {"reevaluation": "MN440"}


def test_the_version_of_the_signer_is_a_claim_that_any_verifier_can_reproduce(
    judged: Judged, tmp_path: Path, rules: Rules, key: SigningKey
) -> None:
    bundle = sign(judged, tmp_path / "other.zip", key, version="9.9.9")

    assert verify(bundle, basis=Basis(pin=key.fingerprint), rules=rules)[0].result is Result.VALID


def test_evidence_without_an_organization_cannot_have_been_judged(
    judged: Judged, tmp_path: Path, rules: Rules, key: SigningKey
) -> None:
    files = tuple(file for file in judged.tree.files if file.path != "organization.yaml")
    tree = read_files(files)
    rogue = Judged(tree, judged.validation, judged.rules, judged.assessment)

    bundle = sign(rogue, tmp_path / "rogue.zip", key)
    verdict, again = verify(bundle, basis=Basis(pin=key.fingerprint), rules=rules)

    assert verdict.result is Result.INVALID
    assert ended(verdict, Outcome.FAILED) == {"reevaluation": "MN440"}
    assert again is not None
    assert again.assessment is None


def test_a_file_that_cannot_be_read_is_no_bundle(tmp_path: Path, rules: Rules) -> None:
    for path in (tmp_path / "absent.zip", tmp_path):
        with pytest.raises(ConfigurationError) as caught:
            verify(path, basis=Basis(), rules=rules)
        assert (caught.value.code, caught.value.values) == ("MN002", {"path": str(path)})


def test_a_file_of_something_else_is_invalid(tmp_path: Path, rules: Rules) -> None:
    (tmp_path / "a.zip").write_bytes(b"no bundle")

    verdict, judged = verify(tmp_path / "a.zip", basis=Basis(), rules=rules)

    assert verdict.result is Result.INVALID
    assert judged is None


def test_nothing_of_the_working_directory_is_used(
    bundle: Path,
    tmp_path: Path,
    key: SigningKey,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hostile = tmp_path / "hostile"
    for name in ("organization.yaml", "controls/catalog.yaml", "schema/envelope.schema.json"):
        (hostile / name).parent.mkdir(parents=True, exist_ok=True)
        (hostile / name).write_bytes(b"\xff")
    monkeypatch.chdir(hostile)

    verdict, _ = verify(bundle, basis=Basis(pin=key.fingerprint), rules=shipped_rules())

    assert verdict.result is Result.VALID
