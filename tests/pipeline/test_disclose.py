"""A part of a bundle is shown; whoever gets it derives again what can be derived from it."""

from __future__ import annotations

import base64
import io
import json
import shutil
import zipfile
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

import pytest
from tests.rogue import sign

from mnaudit.assess.assessment import summarize
from mnaudit.assess.reading import kinds_of
from mnaudit.attest.disclosure import disclose as listed, partial_members
from mnaudit.errors import ConfigurationError, InputError, TrustError
from mnaudit.model.assessment import FindingStatus, TierStatus
from mnaudit.model.control import Tier
from mnaudit.model.verdict import Outcome, Result, by_control
from mnaudit.model.waiver import facts_of
from mnaudit.pipeline import attest, disclose, judge_folder, verify
from mnaudit.pipeline.disclosing import outer_members
from mnaudit.pipeline.partial import Selection
from mnaudit.signing import container
from mnaudit.signing.canonical import canonical_bytes
from mnaudit.signing.keys import Algorithm, generate
from mnaudit.signing.predicates import ManifestPredicate, read_predicate
from mnaudit.signing.statement import MANIFEST_TYPE, read
from mnaudit.verify import Basis, verify_bundle

if TYPE_CHECKING:
    from collections.abc import Callable

    from mnaudit.model.assessment import Assessment
    from mnaudit.model.verdict import Verdict
    from mnaudit.pipeline import Judged, Rules
    from mnaudit.pipeline.partial import Part
    from mnaudit.signing.keys import SigningKey

ROOT = Path(__file__).parents[2]
OTHER = generate(Algorithm.ED25519)
TRAINING = ("PER-b-01 minimum", "PER-b-01 optional")
DOCUMENT = "evidence/training-record/2025-11-06-handlers.yaml"

Members = dict[str, bytes]


@pytest.fixture(scope="session")
def judged(rules: Rules, as_of: date) -> Judged:
    return judge_folder(ROOT / "evidence", as_of, rules)


@pytest.fixture(scope="session")
def full(judged: Judged, key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return attest(judged, tmp_path_factory.mktemp("full"), key)


@pytest.fixture(scope="session")
def partial(
    full: Path, rules: Rules, key: SigningKey, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """What PER-b-01 reads, for a bank."""
    out = tmp_path_factory.mktemp("partial")
    selection = Selection("見本銀行", controls=("PER-b-01",))
    part = disclose(full, selection, basis=Basis(pin=key.fingerprint), rules=rules, out=out)
    return out / part.name


@pytest.fixture
def show(full: Path, rules: Rules, key: SigningKey) -> Callable[..., Part]:
    """Return what a selection of the full bundle shows; nothing is written."""

    def shown(**selection: Any) -> Part:
        chosen = Selection("x", **selection)
        return disclose(full, chosen, basis=Basis(pin=key.fingerprint), rules=rules, out=None)

    return shown


def checked(path: Path, rules: Rules, key: SigningKey, *, partial: bool = True) -> Verdict:
    basis = Basis(pin=key.fingerprint, partial=partial)
    return verify(path, basis=basis, rules=rules)[0]


@pytest.fixture
def made(
    rules: Rules, key: SigningKey, as_of: date, tmp_path: Path
) -> Callable[[Path, Selection], Path]:
    """Judge and sign a folder of evidence, and write a part of the bundle."""

    def make(evidence: Path, selection: Selection) -> Path:
        path = attest(judge_folder(evidence, as_of, rules), tmp_path / "full", key)
        part = disclose(path, selection, basis=Basis(), rules=rules, out=tmp_path)
        return tmp_path / part.name

    return make


@pytest.fixture
def found(rules: Rules, key: SigningKey, tmp_path: Path) -> Callable[[Members | Path], Verdict]:
    """Verify a part, or members that somebody put together."""

    def verify_it(what: Members | Path) -> Verdict:
        path = what if isinstance(what, Path) else tmp_path / "put-together.zip"
        if not isinstance(what, Path):
            path.write_bytes(packed(what))
        return checked(path, rules, key)

    return verify_it


def failed(verdict: Verdict) -> dict[str, str | None]:
    return {c.id: c.code for c in verdict.checks if c.outcome is Outcome.FAILED}


def unpacked(path: Path) -> Members:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(members: Members) -> bytes:
    """Put members together as the program would, with check sums that fit."""
    digests = {n: sha256(data).hexdigest() for n, data in members.items() if n != "SHA256SUMS"}
    members = {**members, "SHA256SUMS": container.checksums(digests)}
    body, directory = bytearray(), bytearray()
    for name in container.ordered(members):
        data = members[name]
        offset = len(body)
        body += container.local_header(name, len(data), crc32(data)) + data
        directory += container.central_header(name, len(data), crc32(data), offset)
    return bytes(body + directory + container.end_record(len(members), len(directory), len(body)))


# What is shown


def test_a_control_shows_all_that_its_findings_read(show: Callable[..., Part]) -> None:
    part = show(controls=("PER-b-01",))

    folders = {member.split("/")[1] for member in part.members}
    assert folders == {"appointment", "organization.yaml", "self-check", "training-record"}
    assert {*TRAINING} <= {*part.disclosed.covered}
    assert DOCUMENT in part.members
    assert "evidence/training-record/files/2025-11-06-handlers-attendance.pdf" in part.members
    assert part.disclosed.shown == len(part.members) + 2


def test_one_tier_of_a_control_can_be_shown_alone(show: Callable[..., Part]) -> None:
    part = show(controls=("ORG-out-02",), tier=Tier.MINIMUM)

    assert "ORG-out-02 minimum" in part.disclosed.covered
    assert len(part.members) < len(show(controls=("ORG-out-02",)).members) + 1


def test_every_control_of_the_catalog_can_be_shown_so_that_it_is_derived_again(
    show: Callable[..., Part], rules: Rules
) -> None:
    for control in rules.catalog.controls[::6]:
        part = show(controls=(control.id,))

        assert control.id in {name.split()[0] for name in part.disclosed.covered}
        assert control.id not in {name.split()[0] for name in part.disclosed.uncovered}


def test_a_kind_shows_all_documents_of_it_with_their_attachments(
    show: Callable[..., Part], judged: Judged
) -> None:
    part = show(kinds=("vendor-contract",))

    shown = {member.removeprefix("evidence/") for member in part.members}
    contracts = {
        d.path for d in judged.validation.documents if d.value["kind"] == "vendor-contract"
    }
    assert contracts <= shown
    assert shown - contracts >= {"organization.yaml"}
    assert all(path.startswith(("vendor-contract/", "organization.yaml")) for path in shown)


def test_an_attachment_is_shown_with_its_document_and_all_that_belongs_to_it(
    show: Callable[..., Part],
) -> None:
    part = show(globs=("training-record/files/2025-11-06-handlers-handout.pdf",))

    assert part.members == (
        "evidence/organization.yaml",
        DOCUMENT,
        "evidence/training-record/files/2025-11-06-handlers-attendance.pdf",
        "evidence/training-record/files/2025-11-06-handlers-handout.pdf",
    )
    assert not {*TRAINING} & {*part.disclosed.covered}


def test_without_a_selection_only_the_status_and_the_organization_are_shown(
    show: Callable[..., Part],
) -> None:
    part = show()

    assert part.members == ("evidence/organization.yaml",)
    # What does not apply can be told from organization.yaml alone.
    assert part.disclosed.covered == () or all(part.disclosed.covered)


def test_everything_can_be_shown(show: Callable[..., Part], judged: Judged) -> None:
    part = show(globs=("*",))

    assert len(part.members) == len(judged.tree.files)
    assert part.disclosed.shown == part.disclosed.total
    assert part.disclosed.uncovered == ()


@pytest.mark.parametrize(
    ("selection", "code", "what"),
    [
        ({"controls": ("PER-b-1",)}, "MN091", "PER-b-1"),
        ({"controls": ("PHY-d-02",), "tier": Tier.OPTIONAL}, "MN091", "PHY-d-02 optional"),
        ({"kinds": ("training",)}, "MN091", "training"),
        ({"globs": ("training_record/*",)}, "MN090", "--path training_record/*"),
    ],
    ids=["control", "tier", "kind", "path"],
)
def test_a_selection_of_nothing_is_refused(
    show: Callable[..., Part], selection: dict[str, Any], code: str, what: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        show(**selection)

    assert (caught.value.code, caught.value.values) == (code, {"what": what})


def test_a_known_kind_without_any_evidence_is_refused(
    evidence: Path, rules: Rules, as_of: date, key: SigningKey, tmp_path: Path
) -> None:
    shutil.rmtree(evidence / "vendor-contract")
    path = attest(judge_folder(evidence, as_of, rules), tmp_path / "out", key)

    with pytest.raises(ConfigurationError) as caught:
        disclose(
            path,
            Selection("x", kinds=("vendor-contract",)),
            basis=Basis(),
            rules=rules,
            out=None,
        )

    assert caught.value.code == "MN090"


# The file


def test_it_is_named_by_organization_day_and_recipient(partial: Path) -> None:
    assert partial.name == "8000000000001-2026-03-31-for-見本銀行.mnaudit.zip"
    assert [path.name for path in partial.parent.iterdir()] == [partial.name]


@pytest.mark.parametrize(
    ("recipient", "slug"),
    [("A / B", "A-B"), ("見本 銀行", "見本-銀行"), ("か\u3099", "が"), (" x. ", "x")],
)
def test_a_recipient_becomes_a_portable_part_of_the_name(
    full: Path, rules: Rules, recipient: str, slug: str
) -> None:
    part = disclose(full, Selection(recipient), basis=Basis(), rules=rules, out=None)

    assert part.name == f"8000000000001-2026-03-31-for-{slug}.mnaudit.zip"
    assert part.disclosed.recipient == recipient


@pytest.mark.parametrize("recipient", ["", "...", "/", "x" * 201, "あ" * 80, "a\u202eb", "a\x07"])
def test_a_recipient_that_makes_no_file_name_is_refused(
    full: Path, rules: Rules, recipient: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        disclose(full, Selection(recipient), basis=Basis(), rules=rules, out=None)

    assert caught.value.code == "MN093"


def test_the_same_choice_gives_the_same_bytes(
    full: Path, partial: Path, rules: Rules, tmp_path: Path
) -> None:
    selection = Selection("見本銀行", controls=("PER-b-01", "PER-b-01"))

    part = disclose(full, selection, basis=Basis(), rules=rules, out=tmp_path)

    assert (tmp_path / part.name).read_bytes() == partial.read_bytes()


def told(path: Path) -> bytes:
    """Return everything that stands in a bundle, payloads decoded."""
    parts = [path.read_bytes()]
    for name, data in unpacked(path).items():
        parts.append(data)
        if name.endswith(".sigstore.json"):
            parts.append(base64.b64decode(json.loads(data)["dsseEnvelope"]["payload"]))
    return b"\n".join(parts)


def test_nothing_names_a_withheld_file_or_its_digest_or_its_salt(
    full: Path, partial: Path, judged: Judged
) -> None:
    manifest = json.loads(unpacked(full)["manifest.sigstore.json"])["dsseEnvelope"]["payload"]
    members = json.loads(base64.b64decode(manifest))["predicate"]["members"]
    salts = {member["name"]: member["salt"] for member in members}
    shown = unpacked(partial)
    withheld = [file for file in judged.tree.files if f"evidence/{file.path}" not in shown]
    text = told(partial)

    assert len(withheld) > 100
    for file in withheld:
        assert file.path.encode() not in text
        for secret in (file.sha256, salts[f"evidence/{file.path}"]):
            raw = bytes.fromhex(secret)
            assert secret.encode() not in text
            assert raw not in text
            assert base64.b64encode(raw) not in text


# Verifying it


def test_whoever_expects_a_part_finds_it_valid(
    partial: Path, rules: Rules, key: SigningKey
) -> None:
    verdict = checked(partial, rules, key)

    assert verdict.result is Result.VALID
    assert verdict.disclosed is not None
    assert verdict.disclosed.recipient == "見本銀行"
    assert {*TRAINING} <= {*verdict.disclosed.covered}
    total = len(verdict.disclosed.covered) + len(verdict.disclosed.uncovered)
    assert verdict.status is not None
    assert total == len(verdict.status["findings"])


def test_whoever_does_not_expect_a_part_is_told(
    partial: Path, rules: Rules, key: SigningKey
) -> None:
    verdict = checked(partial, rules, key, partial=False)

    assert verdict.result is Result.INDETERMINATE
    assert failed(verdict) == {}
    assert "MN449" in {check.code for check in verdict.checks}


def test_without_organization_yaml_nothing_can_be_derived_again(
    partial: Path, rules: Rules, key: SigningKey, tmp_path: Path
) -> None:
    members = unpacked(partial)
    listing = json.loads(members["disclosure.json"])
    del members["evidence/organization.yaml"]
    listing["leaves"] = [
        leaf for leaf in listing["leaves"] if leaf["path"] != "evidence/organization.yaml"
    ]
    members["disclosure.json"] = canonical_bytes(listing)
    path = tmp_path / "a.zip"
    path.write_bytes(packed(members))

    verdict = checked(path, rules, key)

    assert verdict.result is Result.INDETERMINATE
    assert verdict.disclosed is not None
    assert verdict.disclosed.covered == ()
    assert len(verdict.disclosed.uncovered) > 100


# Attacks by whoever has no key


def relisted(change: Callable[[Any], object]) -> Callable[[Members], Members]:
    """Change the disclosure, and write it as it should be written."""

    def attack(members: Members) -> Members:
        listing = json.loads(members["disclosure.json"])
        change(listing["leaves"])
        return {**members, "disclosure.json": canonical_bytes(listing)}

    return attack


def dropped_everywhere(members: Members) -> Members:
    """Drop a document from the files and the list: that is a smaller disclosure, and fine."""
    rest = {name: data for name, data in members.items() if name != DOCUMENT}
    return relisted(lambda leaves: leaves.remove(next(x for x in leaves if x["path"] == DOCUMENT)))(
        rest
    )


def swapped(members: Members) -> Members:
    other = "evidence/training-record/2025-05-20-handlers.yaml"
    return {**members, DOCUMENT: members[other], other: members[DOCUMENT]}


ATTACKS: dict[str, tuple[Callable[[Members], Members], str]] = {
    "a file dropped": (
        lambda members: {n: d for n, d in members.items() if n != DOCUMENT},
        "evidence-complete",
    ),
    "a file added": (lambda members: {**members, "evidence/x.yaml": b"a: 1\n"}, "evidence-closed"),
    "a file changed": (
        lambda members: {**members, DOCUMENT: members[DOCUMENT] + b"\n"},
        "evidence-digests",
    ),
    "two files swapped": (swapped, "evidence-digests"),
    "another place": (relisted(lambda leaves: leaves[5].update(index=0)), "disclosure"),
    "one place twice": (
        relisted(lambda leaves: leaves[5].update(index=leaves[4]["index"])),
        "disclosure",
    ),
    "another salt": (relisted(lambda leaves: leaves[5].update(salt="0" * 64)), "disclosure"),
    "another digest": (relisted(lambda leaves: leaves[5].update(sha256="0" * 64)), "disclosure"),
    "another size": (relisted(lambda leaves: leaves[5].update(size=1)), "disclosure"),
    "a proof cut off": (relisted(lambda leaves: leaves[5]["proof"].pop()), "disclosure"),
    "a proof too long": (
        relisted(lambda leaves: leaves[5]["proof"].append("0" * 64)),
        "disclosure",
    ),
    "no proof": (relisted(lambda leaves: leaves[5].update(proof=[])), "disclosure"),
    "another read-me": (lambda members: {**members, "README.txt": b"x"}, "readme"),
    "another catalog": (lambda members: {**members, "catalog.json": b"{}"}, "catalog-digest"),
    "the list of another form": (
        lambda members: {**members, "disclosure.json": members["disclosure.json"] + b"\n"},
        "disclosure",
    ),
    "no list": (lambda members: {**members, "disclosure.json": b"?"}, "disclosure"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_no_change_by_somebody_without_the_key_is_taken(
    partial: Path, rules: Rules, key: SigningKey, tmp_path: Path, name: str
) -> None:
    attack, check = ATTACKS[name]
    path = tmp_path / "a.zip"
    path.write_bytes(packed(attack(unpacked(partial))))

    verdict = checked(path, rules, key)

    assert verdict.result is Result.INVALID
    assert check in failed(verdict)


def test_somebody_who_drops_a_document_with_its_proof_only_covers_less(
    partial: Path, rules: Rules, key: SigningKey, tmp_path: Path
) -> None:
    """Whoever passes it on can withhold more, but cannot make a finding look better by it."""
    path = tmp_path / "a.zip"
    path.write_bytes(packed(dropped_everywhere(unpacked(partial))))

    verdict = checked(path, rules, key)

    assert verdict.disclosed is not None
    assert not {*TRAINING} & {*verdict.disclosed.covered}
    assert failed(verdict) == {}


@pytest.mark.parametrize("name", ["manifest.sigstore.json", "evidence.modelsig.sigstore.json"])
def test_what_lists_everything_has_no_place_in_a_part(
    full: Path, partial: Path, found: Callable[[Members | Path], Verdict], name: str
) -> None:
    verdict = found({**unpacked(partial), name: unpacked(full)[name]})

    assert failed(verdict) == {"layout": "MN417"}


@pytest.mark.parametrize("name", ["disclosure.json", "status.sigstore.json"])
def test_a_leaf_of_another_bundle_belongs_to_no_other(
    partial: Path,
    evidence: Path,
    found: Callable[[Members | Path], Verdict],
    made: Callable[[Path, Selection], Path],
    name: str,
) -> None:
    changed = evidence / "training-record/2025-11-06-handlers.yaml"
    changed.write_bytes(changed.read_bytes() + b"# changed\n")
    theirs = unpacked(made(evidence, Selection("見本銀行", controls=("PER-b-01",))))

    assert "disclosure" in failed(found({**unpacked(partial), name: theirs[name]}))


def test_no_byte_of_a_part_can_be_flipped(
    full: Path, rules: Rules, key: SigningKey, tmp_path: Path
) -> None:
    part = disclose(full, Selection("x"), basis=Basis(), rules=rules, out=tmp_path)
    good = (tmp_path / part.name).read_bytes()
    path = tmp_path / "a.zip"
    catalog = good.index(b"catalog.json{")
    behind = good.index(b"PK", catalog)
    # Most of it is the catalog, where all bytes are alike.
    places = [*range(0, catalog, 7), *range(behind, len(good), 23), (catalog + behind) // 2]

    for at in places:
        changed = bytearray(good)
        changed[at] ^= 0x01
        path.write_bytes(changed)
        assert checked(path, rules, key).result is not Result.VALID, at


# Attacks by the signer


@pytest.fixture
def rogue(judged: Judged, key: SigningKey, tmp_path: Path) -> Callable[..., Path]:
    """Sign what somebody wants to be true."""

    def signs(about: Judged = judged, **claims: Any) -> Path:
        return sign(about, tmp_path / "rogue.zip", key, **claims)

    return signs


def better(judged: Judged, *controls: str) -> Assessment:
    """Claim that these controls are satisfied."""
    assert judged.assessment is not None
    findings = tuple(
        finding.model_copy(
            update={"status": FindingStatus.SATISFIED, "gaps": (), "assurance": "evidenced"}
        )
        if finding.control in controls
        else finding
        for finding in judged.assessment.findings
    )
    tiers = tuple(summarize(tier, findings) for tier in Tier)
    return judged.assessment.model_copy(update={"findings": findings, "tiers": tiers})


def rogue_part(bundle: Path, honest: Path) -> Members:
    """Show as much of a bundle that our program would refuse to divide as an honest one does."""
    members = unpacked(bundle)
    payload = json.loads(members["manifest.sigstore.json"])["dsseEnvelope"]["payload"]
    statement = read(base64.b64decode(payload), MANIFEST_TYPE)
    manifest = read_predicate(ManifestPredicate, statement.predicate)
    digests = {subject.name: subject.sha256 for subject in statement.subjects}
    shown = [name for name in unpacked(honest) if name.startswith("evidence/")]
    listing = listed(manifest, digests, shown, "見本銀行")
    outer = {n: d for n, d in members.items() if not n.startswith("evidence/")}
    return {**partial_members(outer, listing), **{name: members[name] for name in shown}}


def test_a_rogue_signer_is_found_out_by_the_evidence_that_is_shown(
    judged: Judged,
    rogue: Callable[..., Path],
    partial: Path,
    found: Callable[[Members | Path], Verdict],
) -> None:
    """Satisfied is signed, and the documents that are shown say otherwise."""
    bundle = rogue(assessment=better(judged, "PER-b-01"))

    verdict = found(rogue_part(bundle, partial))

    assert verdict.result is Result.INVALID
    assert failed(verdict) == {"reevaluation": "MN400"}
    (check,) = (c for c in verdict.checks if c.outcome is Outcome.FAILED)
    assert str(check.values["finding"]).startswith("PER-b-01")


def test_a_lie_about_withheld_evidence_is_not_found_out_but_named_as_not_looked_at(
    judged: Judged,
    rogue: Callable[..., Path],
    partial: Path,
    found: Callable[[Members | Path], Verdict],
) -> None:
    bundle = rogue(assessment=better(judged, "TEC-a-01"))

    verdict = found(rogue_part(bundle, partial))

    assert failed(verdict) == {}
    assert verdict.disclosed is not None
    assert "TEC-a-01 minimum" in verdict.disclosed.uncovered


@pytest.mark.parametrize(
    "lie",
    [
        pytest.param(lambda s: s["findings"].pop(-1), id="a finding left out"),
        pytest.param(
            lambda s: s["tiers"]["minimum"].update(status=TierStatus.SATISFIED), id="a better tier"
        ),
        pytest.param(lambda s: s.update(sme=True), id="lighter rules"),
        pytest.param(lambda s: s["documents"].pop("training-record"), id="no documents"),
        pytest.param(lambda s: s.update(valid_until="2099-12-31"), id="for ever"),
    ],
)
def test_a_lie_that_nothing_withheld_can_excuse_is_found_out(
    rogue: Callable[..., Path],
    partial: Path,
    found: Callable[[Members | Path], Verdict],
    lie: Callable[[dict[str, Any]], object],
) -> None:
    verdict = found(rogue_part(rogue(change=lie), partial))

    assert failed(verdict) == {"reevaluation": "MN440"}


def test_an_organization_that_cannot_be_read_cannot_have_been_judged(
    evidence: Path,
    judged: Judged,
    rules: Rules,
    rogue: Callable[..., Path],
    found: Callable[[Members | Path], Verdict],
) -> None:
    (evidence / "organization.yaml").write_text("organization: 1\n", encoding="utf-8")
    broken = judge_folder(evidence, date(2026, 3, 31), rules)
    bundle = rogue(replace(broken, assessment=judged.assessment))
    honest = evidence.parent / "honest.zip"
    honest.write_bytes(packed({"evidence/organization.yaml": b""}))

    assert failed(found(rogue_part(bundle, honest))) == {"reevaluation": "MN440"}


# What is not divided


def test_a_bundle_that_is_not_sound_is_not_divided(
    full: Path, rules: Rules, tmp_path: Path
) -> None:
    members = unpacked(full)
    path = tmp_path / "a.zip"
    path.write_bytes(packed({**members, DOCUMENT: members[DOCUMENT] + b"\n"}))

    with pytest.raises(TrustError) as caught:
        disclose(path, Selection("x"), basis=Basis(), rules=rules, out=tmp_path)

    assert caught.value.code == "MN092"
    assert caught.value.values["check"] == "evidence-digests"
    assert caught.value.values["reason"] == "MN433"
    assert [each.name for each in tmp_path.iterdir()] == ["a.zip"]


def test_a_bundle_of_another_signer_is_not_divided(full: Path, rules: Rules) -> None:
    with pytest.raises(TrustError) as caught:
        disclose(full, Selection("x"), basis=Basis(pin=OTHER.fingerprint), rules=rules, out=None)

    assert caught.value.values["check"] == "pin"


def test_a_rogue_bundle_is_not_divided(
    judged: Judged, rogue: Callable[..., Path], rules: Rules
) -> None:
    bundle = rogue(assessment=better(judged, "PER-b-01"))

    with pytest.raises(TrustError) as caught:
        disclose(bundle, Selection("x"), basis=Basis(), rules=rules, out=None)

    assert caught.value.values["reason"] == "MN440"


def test_a_bundle_by_other_rules_is_not_divided(full: Path, rules: Rules) -> None:
    catalog = rules.catalog.model_copy(update={"sha256": "0" * 64})
    others = replace(rules, catalog=catalog)

    with pytest.raises(TrustError) as caught:
        disclose(full, Selection("x"), basis=Basis(), rules=others, out=None)

    assert caught.value.values["reason"] == "MN442"


def test_a_part_is_not_divided_again(partial: Path, rules: Rules) -> None:
    with pytest.raises(TrustError) as caught:
        disclose(partial, Selection("x"), basis=Basis(partial=True), rules=rules, out=None)

    assert caught.value.code == "MN094"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, rules: Rules) -> None:
    with pytest.raises(ConfigurationError) as caught:
        disclose(tmp_path / "no.zip", Selection("x"), basis=Basis(), rules=rules, out=None)

    assert caught.value.code == "MN002"


def test_a_bundle_that_changes_meanwhile_is_noticed(full: Path) -> None:
    with full.open("rb") as source:
        verified = verify_bundle(source, Basis())
    members = unpacked(full)
    members["README.txt"] += b"\n"

    with pytest.raises(InputError) as caught:
        outer_members(io.BytesIO(packed(members)), verified)

    assert caught.value.code == "MN443"


# Broken evidence and waivers


def test_a_broken_document_is_shown_with_its_kind_so_that_the_doubt_can_be_derived(
    evidence: Path, rules: Rules, key: SigningKey, as_of: date, tmp_path: Path
) -> None:
    broken = evidence / "training-record/2025-11-06-handlers.yaml"
    broken.write_text(broken.read_text(encoding="utf-8") + "unknown: 1\n", encoding="utf-8")
    odd = "kind: training-record\nattachments: [1, {path: 2}, {}]\n"
    (evidence / "training-record/odd.yaml").write_text(odd, encoding="utf-8")
    path = attest(judge_folder(evidence, as_of, rules), tmp_path / "full", key)
    selection = Selection("x", controls=("PER-b-01",))

    part = disclose(path, selection, basis=Basis(), rules=rules, out=tmp_path)
    other = disclose(
        path, Selection("x", kinds=("vendor-contract",)), basis=Basis(), rules=rules, out=None
    )

    assert DOCUMENT in part.members
    assert {*TRAINING} <= {*part.disclosed.covered}
    # Somebody who is not shown the broken file cannot know what it would have been.
    assert not other.disclosed.covered
    assert checked(tmp_path / part.name, rules, key).result is Result.VALID


def test_an_attachment_of_a_document_that_cannot_be_read_comes_with_it(
    evidence: Path, rules: Rules, key: SigningKey, as_of: date, tmp_path: Path
) -> None:
    (evidence / "training-record/2025-11-06-handlers.yaml").write_text("a: [", encoding="utf-8")
    path = attest(judge_folder(evidence, as_of, rules), tmp_path / "full", key)
    name = "training-record/files/2025-11-06-handlers-handout.pdf"

    part = disclose(path, Selection("x", globs=(name,)), basis=Basis(), rules=rules, out=tmp_path)

    assert {DOCUMENT, f"evidence/{name}"} <= {*part.members}
    assert failed(checked(tmp_path / part.name, rules, key)) == {}


POLICY = "basic-policy/2025-06-25-policy.yaml"


@pytest.fixture
def waived(evidence: Path, judged: Judged) -> str:
    """Waive the first unmet finding of the sample company; what is done instead is the policy."""
    assert judged.assessment is not None
    finding = next(
        each
        for each in judged.assessment.findings
        if each.status is FindingStatus.NOT_SATISFIED and each.tier is Tier.MINIMUM
    )
    waiver = {
        "id": "until-summer",
        "control": finding.control,
        "tier": "minimum",
        "reason": "夏までに是正します。",
        "owner": {"code": "E0002", "role": "総務部長"},
        "approver": {"code": "E0001", "role": "代表取締役"},
        "approved_on": "2026-01-10",
        "from": "2026-01-10",
        "until": "2026-06-30",
        "facts": facts_of(finding.gaps),
        "compensating": [POLICY],
    }
    value = {"organization": "8000000000001", "waivers": [waiver]}
    (evidence / "waivers.yaml").write_text(json.dumps(value), encoding="utf-8")
    return finding.control


def test_what_a_waiver_rests_on_is_shown_with_its_control(
    evidence: Path,
    waived: str,
    made: Callable[[Path, Selection], Path],
    found: Callable[[Members | Path], Verdict],
) -> None:
    path = made(evidence, Selection("x", controls=(waived,)))

    verdict = found(path)

    assert {"evidence/waivers.yaml", f"evidence/{POLICY}"} <= {*unpacked(path)}
    assert verdict.result is Result.VALID
    assert verdict.disclosed is not None
    assert f"{waived} minimum" in verdict.disclosed.covered


def test_a_waived_finding_is_not_covered_without_what_its_waiver_rests_on(
    evidence: Path,
    waived: str,
    rules: Rules,
    made: Callable[[Path, Selection], Path],
    found: Callable[[Members | Path], Verdict],
) -> None:
    catalog = rules.catalog
    kinds = kinds_of(catalog, waived, Tier.MINIMUM, sme=False, status=FindingStatus.WAIVED)
    path = made(evidence, Selection("x", kinds=tuple(sorted(kinds - {"basic-policy"}))))

    verdict = found(path)

    assert verdict.result is Result.VALID
    assert verdict.disclosed is not None
    assert f"{waived} minimum" in verdict.disclosed.uncovered
    assert f"evidence/{POLICY}" not in unpacked(path)


def test_a_waived_finding_is_not_covered_without_the_file_of_waivers(
    evidence: Path,
    waived: str,
    made: Callable[[Path, Selection], Path],
    found: Callable[[Members | Path], Verdict],
) -> None:
    members = unpacked(made(evidence, Selection("x", controls=(waived,))))
    listing = json.loads(members["disclosure.json"])
    del members["evidence/waivers.yaml"]
    listing["leaves"] = [x for x in listing["leaves"] if x["path"] != "evidence/waivers.yaml"]

    verdict = found({**members, "disclosure.json": canonical_bytes(listing)})

    assert failed(verdict) == {}
    assert verdict.disclosed is not None
    assert f"{waived} minimum" in verdict.disclosed.uncovered


def test_findings_are_named_shortly() -> None:
    findings = ("A minimum", "A optional", "B minimum", "C optional")

    assert by_control(findings) == ("A", "B minimum", "C optional")
