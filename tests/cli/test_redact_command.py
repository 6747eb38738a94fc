"""mnaudit redact: what a tombstone says, what changes with it, and what is refused.

No output of any of these runs may show a digit of a number; ``mnaudit`` here looks at all of them.
"""

from __future__ import annotations

import json
import shutil
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.git_repository import Person, Repository
from tests.scan.numbers import NUMBERS

from mnaudit.load.strict_yaml import load
from mnaudit.messages import LANGUAGES
from mnaudit.signing import leaf

if TYPE_CHECKING:
    from tests.cli.conftest import Ended, Program

ROOT = Path(__file__).parents[2]
PEM = ROOT / "tests/golden/attest/NEVER-USE-ed25519.pem"
WHO = ("--requested-by", "E0003 総務課長", "--approved-by", "E0001 監査責任者")
WHY = ("--reason", "名簿に番号が入っていた。")
DOCUMENT = "training-record/2025-04-02-joiners.yaml"
ATTACHMENT = "training-record/files/2025-04-02-joiners-attendance.pdf"
FULL = "out/8000000000001-2026-03-31.mnaudit.zip"
HASH = "0" * 64


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mnaudit.cli.redact.today", lambda: date(2026, 5, 2))


@pytest.fixture
def safe(mnaudit: Program) -> Program:
    """Run the program, and make sure that it shows no number."""

    def run(*arguments: object, **more: Any) -> Ended:
        ended = mnaudit(*arguments, **more)
        assert not any(number in ended.out + ended.err for number in NUMBERS)
        return ended

    return run


def add(program: Program, path: object, *more: object, lang: str = "en") -> Ended:
    return program("redact", "add", path, *WHY, *WHO, *more, lang=lang)


def tombstones(folder: Path = Path("evidence")) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = load((folder / "redactions.yaml").read_bytes())["redactions"]
    return found


def test_a_document_is_replaced_by_a_tombstone(safe: Program, evidence: Path) -> None:
    ended = add(safe, evidence / DOCUMENT, "--discovered", "2026-05-01")

    assert (ended.code, ended.out) == (0, "evidence/redactions.yaml\n")
    assert not (evidence / DOCUMENT).exists()
    (tombstone,) = tombstones()
    assert tombstone["id"] == "2026-05-02-training-record-2025-04-02-joiners"
    assert (tombstone["path"], tombstone["kind"]) == (DOCUMENT, "training-record")
    assert (tombstone["discovered_on"], tombstone["redacted_on"]) == ("2026-05-01", "2026-05-02")
    assert tombstone["approved_by"] == {"code": "E0001", "role": "監査責任者"}
    assert ATTACHMENT in ended.err
    assert "--invert-paths --path" in ended.err


def test_the_commitment_is_no_plain_hash_and_opens_with_the_salt(
    safe: Program, evidence: Path, tmp_path: Path
) -> None:
    data = (evidence / DOCUMENT).read_bytes()

    ended = add(safe, evidence / DOCUMENT, "--salt-out", tmp_path / "salt")

    assert "Keep it apart" in ended.err
    assert (tmp_path / "salt").stat().st_mode & 0o777 == 0o600
    salt = (tmp_path / "salt").read_text().strip()
    digest = sha256(data).hexdigest()
    (tombstone,) = tombstones()
    made = leaf.hash_of(f"evidence/{DOCUMENT}", digest, len(data), salt).hex()
    assert tombstone["commitment"] == {"format": "mnaudit-leaf/v1", "hash": made}
    assert digest not in (evidence / "redactions.yaml").read_text("utf-8")


def test_without_a_place_for_it_the_salt_is_gone_and_differs_every_time(
    safe: Program, evidence: Path, tmp_path: Path
) -> None:
    shutil.copytree(evidence, tmp_path / "again/evidence")

    ended = add(safe, evidence / DOCUMENT)
    add(safe, tmp_path / "again/evidence" / DOCUMENT, "--evidence", tmp_path / "again/evidence")

    assert "salt was not kept" in ended.err
    (one,), (other,) = tombstones(), tombstones(tmp_path / "again/evidence")
    assert one["commitment"] != other["commitment"]


def test_an_attachment_whose_name_is_a_number_is_not_told(safe: Program, evidence: Path) -> None:
    listed = [{"path": f"{NUMBERS[0]}.csv", "sha256": HASH}]
    path = evidence / "training-record/x.json"
    path.write_text(json.dumps({"kind": "training-record", "attachments": listed}))
    (evidence / f"training-record/{NUMBERS[0]}.csv").write_bytes(b"x")

    ended = add(safe, path, "--with-attachments")

    assert ended.code == 0
    assert [each["path"] for each in tombstones()] == ["training-record/x.json", "training-record"]


def test_its_attachments_go_with_it_on_request(safe: Program, evidence: Path) -> None:
    ended = add(safe, evidence / DOCUMENT, "--with-attachments")

    assert ended.code == 0
    assert not (evidence / ATTACHMENT).exists()
    assert [each["path"] for each in tombstones()] == [DOCUMENT, ATTACHMENT]
    assert "MN125" not in safe("validate", evidence).err


def test_a_dry_run_changes_nothing(safe: Program, evidence: Path) -> None:
    before = {path: path.read_bytes() for path in evidence.rglob("*") if path.is_file()}

    ended = add(safe, evidence / DOCUMENT, "--dry-run")

    assert load(ended.raw)["path"] == DOCUMENT
    assert before == {path: path.read_bytes() for path in evidence.rglob("*") if path.is_file()}


def test_an_attachment_is_taken_out_of_its_document_with_its_digest(
    safe: Program, evidence: Path
) -> None:
    digest = sha256((evidence / ATTACHMENT).read_bytes()).hexdigest()
    before = load((evidence / DOCUMENT).read_bytes())

    ended = add(safe, evidence / ATTACHMENT)

    assert ended.code == 0
    assert DOCUMENT in ended.err
    assert digest not in (evidence / DOCUMENT).read_text("utf-8")
    after = load((evidence / DOCUMENT).read_bytes())
    assert after == {name: value for name, value in before.items() if name != "attachments"}
    (tombstone,) = tombstones()
    assert (tombstone["role"], tombstone["declared_by"]) == ("attachment", [DOCUMENT])
    assert "kind" not in tombstone
    assert safe("validate", evidence).code in {0, 3}


BLOCK = """\
# 研修
kind: training-record
attachments:  # 原本
  - path: a.csv
    sha256: {hash}
  # 名簿
  - sha256: {hash}
    path: b.csv
  - {{ path: c.csv, sha256: {hash} }}
note: 末尾
"""
FLOW = "kind: training-record\nattachments: [{{ path: b.csv, sha256: {hash} }}, {{ path: a.csv, sha256: {hash} }}]\n"


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("name", ["a.csv", "b.csv", "c.csv"])
def test_one_of_several_attachments_goes_and_the_rest_stays_as_it_was(
    safe: Program, evidence: Path, name: str, newline: str
) -> None:
    path = evidence / "training-record/x.yaml"
    path.write_bytes(BLOCK.format(hash=HASH).replace("\n", newline).encode())
    (evidence / f"training-record/{name}").write_bytes(b"x")

    ended = add(safe, evidence / "training-record" / name)

    assert ended.code == 0
    left = [each["path"] for each in load(path.read_bytes())["attachments"]]
    assert left == [each for each in ("a.csv", "b.csv", "c.csv") if each != name]
    assert path.read_bytes().startswith("# 研修".encode())


def test_json_is_written_again_without_the_attachment(safe: Program, evidence: Path) -> None:
    path = evidence / "training-record/x.json"
    listed = [{"path": name, "sha256": HASH} for name in ("a.csv", "b.csv")]
    path.write_text(json.dumps({"kind": "training-record", "attachments": listed}))
    (evidence / "training-record/a.csv").write_bytes(b"x")

    add(safe, evidence / "training-record/a.csv")

    assert json.loads(path.read_bytes())["attachments"] == listed[1:]


def test_what_cannot_be_edited_line_by_line_is_left_to_a_person(
    safe: Program, evidence: Path
) -> None:
    path = evidence / "training-record/x.yaml"
    path.write_text(FLOW.format(hash=HASH))
    (evidence / "training-record/b.csv").write_bytes(b"x")

    ended = add(safe, evidence / "training-record/b.csv")

    assert ended.code == 0
    assert "by hand: training-record/x.yaml" in ended.err
    assert path.read_text() == FLOW.format(hash=HASH)
    assert "--path evidence/training-record/b.csv --path evidence/training-record/x" in ended.err


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("option", ["--reason", "--approved-by", "--requested-by", "--replaced-by"])
def test_a_tombstone_never_holds_a_number(
    safe: Program, evidence: Path, option: str, language: str
) -> None:
    text = f"E0009 {NUMBERS[0]}" if option.endswith("-by") else f"番号 {NUMBERS[0]} があった"
    if option == "--replaced-by":
        text = f"{evidence}/training-record/{NUMBERS[0]}.yaml"

    ended = add(safe, evidence / DOCUMENT, option, text, lang=language)

    assert ended.code == 5
    assert "MN514" in ended.err
    assert option in ended.err
    assert (evidence / DOCUMENT).exists()
    assert not (evidence / "redactions.yaml").exists()


def test_a_name_that_is_a_number_is_never_told(safe: Program, evidence: Path) -> None:
    path = evidence / f"training-record/{NUMBERS[0]}.csv"
    path.write_bytes(b"x")

    ended = add(safe, path)

    assert ended.code == 0
    assert not path.exists()
    (tombstone,) = tombstones()
    assert (tombstone["path"], tombstone["name_withheld"]) == ("training-record", True)
    assert NUMBERS[0] not in (evidence / "redactions.yaml").read_text("utf-8")
    assert "withheld" in safe("redact", "check", evidence).out


def test_a_folder_that_is_a_number_is_not_told_either(safe: Program, evidence: Path) -> None:
    path = evidence / NUMBERS[0] / "x.csv"
    path.parent.mkdir()
    path.write_bytes(b"x")

    ended = add(safe, path)

    assert ended.code == 2
    assert "MN515" in ended.err


def test_a_document_that_was_cleaned_in_place_stays(safe: Program, evidence: Path) -> None:
    path = evidence / "organization.yaml"

    ended = add(safe, path, "--replaced-by", path)

    assert ended.code == 0
    assert path.exists()
    assert tombstones()[0]["replaced_by"] == "organization.yaml"
    assert safe("redact", "check", evidence).code == 0


@pytest.mark.parametrize(
    ("path", "more", "reason"),
    [
        pytest.param("../x.yaml", (), "outside", id="outside"),
        pytest.param("training-record", (), "no file", id="a folder"),
        pytest.param("training-record/none.yaml", (), "absent", id="not there"),
    ],
)
def test_what_is_no_file_of_the_folder_has_no_tombstone(
    safe: Program, evidence: Path, path: str, more: tuple[str, ...], reason: str
) -> None:
    ended = add(safe, evidence / path, *more)

    assert ended.code == 2
    assert f"MN515]: this cannot be redacted ({reason})" in ended.err


def test_a_link_is_no_file(safe: Program, evidence: Path) -> None:
    (evidence / "link.csv").symlink_to(evidence / DOCUMENT)

    assert "no file" in add(safe, evidence / "link.csv").err


def test_a_file_has_one_tombstone_and_others_get_ids_of_their_own(
    safe: Program, evidence: Path
) -> None:
    add(safe, evidence / DOCUMENT)
    again = add(safe, evidence / DOCUMENT)
    for name in ("甲.csv", "乙.csv"):
        (evidence / "training-record" / name).write_bytes(b"x")
        add(safe, evidence / "training-record" / name)

    assert "twice" in again.err
    ids = [each["id"] for each in tombstones()]
    assert ids[1:] == ["2026-05-02-training-record", "2026-05-02-training-record-2"]


@pytest.mark.parametrize(
    ("more", "code", "ends"),
    [
        pytest.param(("--approved-by", "E0003 課長"), "MN511", 3, id="own approval"),
        pytest.param(("--discovered", "2026-05-03"), "MN512", 3, id="not known yet"),
        pytest.param(("--approved-by", "E0001"), "MN012", 2, id="no role"),
        pytest.param(("--id", "X"), "MN517", 3, id="no id"),
        pytest.param(("--bundle", "none.zip"), "MN002", 2, id="no bundle"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_written(
    safe: Program, evidence: Path, more: tuple[str, ...], code: str, ends: int
) -> None:
    ended = add(safe, evidence / DOCUMENT, *more)

    assert (ended.code, code in ended.err) == (ends, True), ended.err
    assert (evidence / DOCUMENT).exists()
    assert not (evidence / "redactions.yaml").exists()


@pytest.mark.parametrize(
    "text",
    ["- [", "organization: x\n", "organization: '8000000000001'\nredactions: [{}]\n"],
    ids=["no YAML", "no shape", "no tombstone"],
)
def test_a_broken_file_is_not_written_to(safe: Program, evidence: Path, text: str) -> None:
    (evidence / "redactions.yaml").write_text(text)

    ended = add(safe, evidence / DOCUMENT)

    assert (ended.code, "MN517" in ended.err) == (3, True)
    assert (evidence / "redactions.yaml").read_text() == text


def test_without_an_organization_nobody_knows_whose_tombstones_they_are(
    safe: Program, evidence: Path
) -> None:
    (evidence / "organization.yaml").unlink()

    assert "MN146" in add(safe, evidence / DOCUMENT).err


@pytest.fixture
def full(mnaudit: Program, evidence: Path, key: Path) -> str:
    assert mnaudit("attest", evidence, "--as-of", "2026-03-31", "--key", key).code == 0
    return FULL


def test_a_bundle_gives_the_leaf_even_of_a_file_that_is_gone(
    safe: Program, evidence: Path, full: str
) -> None:
    (evidence / DOCUMENT).unlink()

    ended = add(safe, evidence / DOCUMENT, "--bundle", full)

    assert ended.code == 0
    (tombstone,) = tombstones()
    (covered,) = tombstone["statuses"]
    assert covered["as_of"] == "2026-03-31"
    assert covered["leaf"]["hash"] == tombstone["commitment"]["hash"]
    assert "salt" not in ended.err


def test_a_bundle_without_the_file_is_no_part_of_it(
    safe: Program, evidence: Path, full: str
) -> None:
    (evidence / "training-record/new.csv").write_bytes(b"x")

    ended = add(safe, evidence / "training-record/new.csv", "--bundle", full)

    assert (ended.code, tombstones()[0]["statuses"]) == (0, [])


def test_a_bundle_that_is_none_gives_nothing(safe: Program, evidence: Path) -> None:
    Path("broken.zip").write_bytes(b"x")

    ended = add(safe, evidence / DOCUMENT, "--bundle", "broken.zip")

    assert (ended.code, "MN516" in ended.err) == (4, True)


def test_an_old_status_is_shown_without_the_file_and_says_so(
    safe: Program, evidence: Path, full: str
) -> None:
    add(safe, evidence / DOCUMENT, "--bundle", full)

    part = safe("bundle", full, "--for", "bank", "--without", DOCUMENT)
    redactions = ("--redactions", evidence / "redactions.yaml")
    shown = safe("verify", part.out.strip(), "--partial", *redactions)
    machine = safe("verify", part.out.strip(), "--partial", *redactions, "--format", "json")

    assert "257 of 261" in part.err or "258 of 261" in part.err or "259 of 261" in part.err
    assert "△ 1 redacted (2026-05-02, approved by 監査責任者, leaf " in shown.out
    (told,) = json.loads(machine.out)["redacted"]
    assert told["path"] == DOCUMENT
    other = safe("bundle", full, "--for", "x", "--without", "none/*")
    assert (other.code, "--without none/*" in other.err) == (2, True)
    none = safe("verify", full, "--redactions", "none.yaml")
    assert (none.code, "MN002" in none.err) == (2, True)


def in_git(evidence: Path) -> Repository:
    repository = Repository(evidence.parent)
    repository.git("init", "--quiet", "-b", "main")
    repository.commit(Person("somu", "somu@example.co.jp"))
    return repository


def test_the_log_names_statuses_whose_commit_had_the_file(
    safe: Program, evidence: Path, key: Path, tmp_path: Path
) -> None:
    in_git(evidence)
    log_key = tmp_path / "log.pem"
    secret = {"MNAUDIT_SIGNING_KEY_PASSPHRASE": "x", "MNAUDIT_LOG_KEY_PASSPHRASE": "x"}
    safe("keys", "new", "-o", log_key, "--algorithm", "ed25519", **secret)
    del secret["MNAUDIT_SIGNING_KEY_PASSPHRASE"]  # of the other key, which has none
    signed = ("--as-of", "2026-03-31", "--key", key, "--log", "status", "--log-key", log_key)
    for options in ((), ("--no-provenance",)):
        ended = safe("attest", evidence, *signed, *options, **secret)
        assert ended.code == 0, ended.err

    ended = add(safe, evidence / DOCUMENT, "--log", "status")

    assert ended.code == 0, ended.err
    (covered,) = tombstones()[0]["statuses"]
    assert (covered["sequence"], "leaf" in covered) == (0, False)
    assert "Of 1 entries" in ended.err
    checked = safe("redact", "check", evidence, "--log", "status")
    assert "MN519" not in checked.out


def test_a_log_that_does_not_fit_is_broken_trust(
    safe: Program, evidence: Path, tmp_path: Path
) -> None:
    add(safe, evidence / DOCUMENT)
    path = evidence / "redactions.yaml"
    status = f'      - payload_sha256: "{HASH}"\n        as_of: "2026-03-31"\n        sequence: 0\n'
    path.write_text(
        path.read_text("utf-8").replace("    statuses: []\n", f"    statuses:\n{status}"), "utf-8"
    )

    ended = safe("redact", "check", evidence, "--log", tmp_path / "status")
    machine = safe("redact", "check", evidence, "--log", "status", "--format", "json")

    assert (ended.code, "MN519" in ended.out) == (4, True)
    assert json.loads(machine.out)["log"][0]["code"] == "MN519"


def test_they_are_listed_for_people_and_for_programs(
    safe: Program, evidence: Path, full: str
) -> None:
    add(safe, evidence / DOCUMENT, "--bundle", full, "--replaced-by", evidence / "x.yaml")

    text = safe("redact", "list", evidence, lang="ja")
    machine = safe("redact", "list", evidence, "--format", "json")

    assert f"{DOCUMENT} は墨消し済み（2026-05-02、承認: 監査責任者）" in text.out
    assert "理由: 名簿に番号が入っていた。" in text.out
    assert "差し替えた文書: x.yaml" in text.out
    told = json.loads(machine.out)
    assert told["schema"] == "mnaudit/redactions@1"
    assert told["redactions"][0]["path"] == DOCUMENT


def test_without_tombstones_there_is_nothing_to_list_or_to_check(
    safe: Program, evidence: Path
) -> None:
    listed, checked = safe("redact", "list", evidence), safe("redact", "check", evidence)

    assert (listed.code, listed.out, checked.code, checked.out) == (0, "", 0, "")
    assert "no tombstones" in listed.err
    assert safe("redact", "list", "nowhere").code == 2


def test_outside_of_git_only_the_work_tree_is_looked_at(safe: Program, evidence: Path) -> None:
    add(safe, evidence / DOCUMENT)

    clean = safe("redact", "check", evidence)
    (evidence / DOCUMENT).write_bytes(b"x")
    back = safe("redact", "check", evidence)
    history = safe("redact", "check", evidence, "--history")

    assert (clean.code, back.code) == (0, 5)
    assert "MN518" in back.out
    assert (history.code, "MN072" in history.err) == (3, True)


def test_in_git_index_and_history_are_looked_at(safe: Program, evidence: Path) -> None:
    repository = in_git(evidence)
    add(safe, evidence / DOCUMENT)

    ended = safe("redact", "check", evidence, "--format", "json")
    repository.git("add", "--all")
    staged = safe("redact", "check", evidence, "--format", "json")

    where = {each["where"]: each["left"] for each in json.loads(ended.out)["places"]}
    assert where == {"work-tree": 0, "index": 1, "history": 1}
    where = {each["where"]: each["left"] for each in json.loads(staged.out)["places"]}
    assert where == {"work-tree": 0, "index": 0, "history": 1}
    assert (ended.code, staged.code) == (5, 5)


def test_before_and_after_are_noted_once(safe: Program, evidence: Path) -> None:
    add(safe, evidence / DOCUMENT)
    nothing = safe("redact", "rewritten", evidence)
    Path("map").write_text(f"{'ab' * 20} {'cd' * 20} refs/heads/main\n")

    first = safe("redact", "rewritten", evidence, "--ref-map", "map")
    again = safe("redact", "rewritten", evidence, "--ref-map", "map")

    assert (nothing.code, first.code, again.code) == (2, 0, 0)
    head = {"ref": "refs/heads/main", "old": "ab" * 20, "new": "cd" * 20}
    assert tombstones()[0]["rewritten"] == {"on": "2026-05-02", "heads": [head]}
    assert "in 0 tombstones" in again.err
    assert "history rewritten: 2026-05-02" in safe("redact", "list", evidence).out


def test_before_and_after_are_not_noted_where_they_do_not_fit(
    safe: Program, evidence: Path
) -> None:
    Path("map").write_text(f"{'ab' * 20} {'cd' * 20} refs/heads/main\n")
    none = safe("redact", "rewritten", evidence, "--ref-map", "map")
    add(safe, evidence / DOCUMENT)
    Path("map").write_text(f"{'ab' * 20} {'cd' * 20} refs/heads/{'x' * 300}\n")

    long = safe("redact", "rewritten", evidence, "--ref-map", "map")

    assert (none.code, "MN515" in none.err) == (2, True)
    assert (long.code, "MN517" in long.err) == (3, True)


def test_explaining_a_number_goes_on_with_what_to_do(
    mnaudit: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mnaudit.cli.explain.today", lambda: date(2026, 11, 2))

    told = mnaudit("explain", "MN501", lang="ja").out

    assert "個人番号が入っていたときの手引き" in told
    assert "2026-12-01" in told
    assert "mnaudit redact add" in told
