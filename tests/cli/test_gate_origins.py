"""The gate asks where evidence comes from, in a repository as a company has it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.git_repository import Person, Repository, allowed_signers, new_key

from mnaudit.load.allowed_signers import read_allowed_signers
from mnaudit.model.assessment import OrganizationRef
from mnaudit.signing.keys import load_private
from mnaudit.signing.policy_chain import add_signature, first_state, parse_policy
from mnaudit.signing.policy_envelope import wrap_policy
from mnaudit.signing.trust_policy import (
    Demands,
    PolicyKey,
    Role,
    RoleKeys,
    TrustPolicy,
    VerifierGrant,
    dump_policy,
)
from mnaudit.signing.trust_state import dump_state

if TYPE_CHECKING:
    from tests.cli.conftest import Program

    from mnaudit.messages import Language

KEY_FILES = Path(__file__).parents[1] / "golden/attest"
DAY = "--as-of=2026-03-31"
SIGNED, FOUR_EYES = "--require-signed-submissions", "--require-four-eyes"
JIRO = Person("Jiro", "jiro@example.jp")


@pytest.fixture(scope="session")
def people(tmp_path_factory: pytest.TempPathFactory) -> tuple[Person, Person]:
    folder = tmp_path_factory.mktemp("keys")
    return (
        Person("Hanako", "hanako@example.jp", new_key(folder, "hanako")),
        Person("Taro", "taro@example.jp", new_key(folder, "taro", "ecdsa")),
    )


@pytest.fixture
def company(closed: Path, people: tuple[Person, Person]) -> Repository:
    """All evidence, submitted by one and merged by another, both by signature."""
    repository = Repository(closed.parent)
    allowed_signers(closed.parent / "allowed_signers", *people)
    repository.git("init", "--quiet", "-b", "main")
    (closed.parent / ".git/info/exclude").write_text("/allowed_signers\n/*.json\n/evidence\n")
    repository.commit(JIRO, "notes")
    (closed.parent / ".git/info/exclude").write_text("/allowed_signers\n/*.json\n")
    repository.git("switch", "--quiet", "-c", "submission")
    repository.commit(people[0])
    repository.git("switch", "--quiet", "main")
    repository.merge(people[1], "submission")
    return repository


KEYS = "--allowed-signers=allowed_signers"


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_what_one_signed_and_another_merged_passes(
    mnaudit: Program, company: Repository, lang: Language
) -> None:
    told = mnaudit("gate", company.evidence, DAY, SIGNED, FOUR_EYES, KEYS, lang=lang)

    assert told.code == 0
    assert len(told.out.splitlines()) == 2
    assert not told.err


def test_one_unsigned_file_closes_the_gate_and_is_named(
    mnaudit: Program, company: Repository
) -> None:
    company.submit(JIRO, "vendor-contract/README.txt", "a note is no evidence")
    path = next(company.evidence.glob("appointment/*.yaml"))
    company.submit(JIRO, f"appointment/{path.name}", path.read_bytes() + b"# more\n")

    told = mnaudit("gate", company.evidence, DAY, SIGNED, FOUR_EYES, KEYS)

    assert told.code == 1
    first, *rest = told.out.splitlines()
    assert first.startswith("failed: 1 of ")
    assert [line.rpartition(" ")[2] for line in rest] == ["[MN251]", "[MN257]"]
    assert all(f"appointment/{path.name}: " in line for line in rest)


def test_a_failed_tier_and_failed_origins_are_both_told(
    mnaudit: Program, company: Repository
) -> None:
    company.submit(JIRO, "organization.yaml", b"# more\n" + organization(company))

    told = mnaudit("gate", company.evidence, "--as-of=2028-03-31", SIGNED, KEYS)

    assert told.code == 1
    assert told.out.count("failed: ") == 2
    assert "passed" not in told.out


def organization(company: Repository) -> bytes:
    return (company.evidence / "organization.yaml").read_bytes()


def phrase_of_claims(err: str) -> bool:
    return "only what the commits say" in err


def test_without_keys_four_eyes_rest_on_claims_and_that_is_said(
    mnaudit: Program, company: Repository
) -> None:
    told = mnaudit("gate", company.evidence, DAY, FOUR_EYES)

    assert told.code == 0
    assert phrase_of_claims(told.err)


def test_with_keys_a_claimed_approval_does_not_count(
    mnaudit: Program, company: Repository, people: tuple[Person, Person]
) -> None:
    allowed_signers(company.root / "allowed_signers", people[0])

    told = mnaudit("gate", company.evidence, DAY, SIGNED, FOUR_EYES, KEYS)

    assert told.code == 1
    assert "[MN259]" in told.out
    assert "[MN251]" not in told.out


def test_evidence_outside_of_git_passes_only_without_demands(
    mnaudit: Program, closed: Path
) -> None:
    told = mnaudit("gate", closed, DAY, FOUR_EYES)

    assert told.code == 1
    assert "(MN072) [MN250]" in told.out
    assert "[MN072]" in told.err
    assert mnaudit("gate", closed, DAY).code == 0


def test_a_trap_of_git_is_invalid_input(mnaudit: Program, company: Repository) -> None:
    (company.root / ".gitattributes").write_text("*.pdf ident\n")
    company.commit(JIRO)

    told = mnaudit("gate", company.evidence, DAY, FOUR_EYES)

    assert told.code == 3
    assert "error[MN070]" in told.err
    assert mnaudit("gate", company.evidence, DAY).code == 0


def test_invalid_evidence_stays_invalid_input(mnaudit: Program, company: Repository) -> None:
    company.submit(JIRO, "appointment/broken.yaml", "a: [")

    told = mnaudit("gate", company.evidence, DAY, SIGNED, KEYS)

    assert told.code == 3
    assert "appointment/broken.yaml: " in told.out


def document(out: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(out)
    return value


def test_the_json_form_has_everything(mnaudit: Program, company: Repository) -> None:
    path = next(company.evidence.glob("appointment/*.yaml"))
    company.put(f"appointment/{path.name}", path.read_bytes() + b"# more\n")

    told = mnaudit("gate", company.evidence, DAY, SIGNED, FOUR_EYES, KEYS, "--format=json")
    found = document(told.out)

    name = f"appointment/{path.name}"
    assert told.code == 1
    assert found["schema"] == "mnaudit/gate@1"
    assert (found["passed"], found["failed"]) == (False, [])
    assert found["objections"] == [{"code": "MN250", "path": name, "values": {"reason": "MN077"}}]
    assert found["remarks"] == [{"code": "MN077", "paths": [name]}]
    assert found["repository"]["dirty"] is True
    assert name not in found["files"]
    assert found["files"]["organization.yaml"]["approval"] == "signed"


def test_the_json_form_without_demands_asks_nothing_of_git(
    mnaudit: Program, closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")

    told = mnaudit("gate", closed, DAY, "--format=json")

    assert told.code == 0
    assert document(told.out) == {
        "schema": "mnaudit/gate@1",
        "passed": True,
        "failed": [],
        "waived": 0,
        "objections": [],
        "repository": None,
        "remarks": [],
        "files": {},
    }


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([SIGNED], "MN088"),
        ([KEYS], "MN089"),
        ([SIGNED, KEYS, "--policy=p"], "MN087"),
        ([SIGNED, "--trust=t", "--policy=p"], "MN087"),
        ([SIGNED, "--allowed-signers=nothing"], "MN002"),
        ([SIGNED, "--policy=nothing"], "MN002"),
        ([SIGNED, "--trust=nothing"], "MN002"),
    ],
)
def test_what_makes_no_sense_together_is_refused(
    mnaudit: Program, arguments: list[str], code: str
) -> None:
    told = mnaudit("gate", DAY, *arguments)

    assert told.code == 2
    assert f"error[{code}]" in told.err
    assert not told.out


# The keys of a trust policy


def policy_file(
    company: Repository, key: Path, *, last: datetime, roles: tuple[Role, Role]
) -> Path:
    """Write a policy that gives the two keys of the company a role each, and its trust state."""
    root = load_private(key.read_bytes(), None)
    people = read_allowed_signers(company.root / "allowed_signers")
    keys = {each.key.fingerprint: (each.key, each.owner) for each in people}
    ci = load_private((KEY_FILES / "NEVER-USE-ecdsa-p256.pem").read_bytes(), None)
    keys |= {root.fingerprint: (root.public, "director"), ci.fingerprint: (ci.public, "machine")}
    given = {Role.ROOT: root.fingerprint, Role.CI: ci.fingerprint} | dict(
        zip(roles, [each.key.fingerprint for each in people], strict=True)
    )
    policy = TrustPolicy(
        spec="urn:mnaudit:trust-policy:v1",
        version=1,
        issued=datetime(2020, 1, 1, tzinfo=UTC),
        expires=last,
        organization=OrganizationRef(corporate_number="8000000000001", name="株式会社見本商事"),
        keys={
            name: PolicyKey(algorithm=each.algorithm, pem=each.pem, owner=owner)
            for name, (each, owner) in sorted(keys.items())
        },
        roles={role: RoleKeys(keys=(name,), threshold=1) for role, name in given.items()},
        verifiers=(VerifierGrant(key=ci.fingerprint, verifier="urn:mnaudit:verifier"),),
        predicate_types=("x",),
        max_status_age="P1Y",
        time_authorities=(),
        demands=Demands(time_stamp=False, log=False, witnesses=0),
    )
    path = company.root / "policy.json"
    path.write_bytes(wrap_policy(add_signature(policy, None, root)))
    state = first_state(parse_policy(path.read_bytes()))
    (company.root / "trust.json").write_bytes(dump_state(state))
    return path


FAR = datetime(2999, 1, 1, tzinfo=UTC)
PEOPLE = (Role.SUBMITTER, Role.REVIEWER)


@pytest.mark.parametrize("option", ["--policy=policy.json", "--trust=trust.json"])
def test_the_roles_of_a_policy_decide(
    mnaudit: Program, company: Repository, key: Path, option: str
) -> None:
    policy_file(company, key, last=FAR, roles=PEOPLE)
    assert mnaudit("gate", company.evidence, DAY, SIGNED, FOUR_EYES, option).code == 0

    policy_file(company, key, last=FAR, roles=(Role.REVIEWER, Role.SUBMITTER))
    told = mnaudit("gate", company.evidence, DAY, SIGNED, FOUR_EYES, option)
    assert told.code == 1
    assert {line.rpartition(" ")[2] for line in told.out.splitlines()[1:]} == {
        "[MN253]",
        "[MN259]",
    }


def test_an_expired_policy_is_broken_trust(
    mnaudit: Program, company: Repository, key: Path
) -> None:
    policy_file(company, key, last=datetime(2021, 1, 1, tzinfo=UTC), roles=PEOPLE)

    told = mnaudit("gate", company.evidence, DAY, SIGNED, "--policy=policy.json")

    assert told.code == 4
    assert "error[MN490]" in told.err


def test_a_policy_that_its_root_did_not_sign_is_broken_trust(
    mnaudit: Program, company: Repository, key: Path
) -> None:
    path = policy_file(company, key, last=FAR, roles=PEOPLE)
    good = parse_policy(path.read_bytes())
    forged = good.policy.model_copy(update={"expires": FAR.replace(year=2998)})
    # The signature is that of the root, over another policy.
    path.write_bytes(wrap_policy(replace(good.envelope, payload=dump_policy(forged))))

    told = mnaudit("gate", company.evidence, DAY, SIGNED, "--policy=policy.json")

    assert told.code == 4
    assert "error[MN486]" in told.err


def test_a_policy_without_submitters_is_refused(
    mnaudit: Program, company: Repository, key: Path
) -> None:
    policy_file(company, key, last=FAR, roles=(Role.LOG, Role.AUDITOR))

    told = mnaudit("gate", company.evidence, DAY, SIGNED, "--policy=policy.json")

    assert told.code == 2
    assert "error[MN085]" in told.err
