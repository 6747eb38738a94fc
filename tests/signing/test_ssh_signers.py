"""Only submitters and reviewers sign commits, each under one name, and nobody's for all."""

from __future__ import annotations

from typing import Any

import pytest
from tests.trust_builder import changed, holding, key, p256, policy

from mnaudit.signing.ssh_signers import allowed_signers, principal_of
from mnaudit.signing.trust_policy import Role

S = key("submitter").fingerprint


def utc(day: str, time: str = "000000") -> str:
    """Return an instant as OpenSSH writes it."""
    return f"{day}{time}Z"


def submitted(**fields: Any) -> str:
    made = holding(policy(), Role.SUBMITTER, "submitter", "hr@example.com")
    return allowed_signers(changed(made, lambda value: value["keys"][S].update(fields)))


def test_only_submitters_and_reviewers_are_listed() -> None:
    made = holding(policy(), Role.SUBMITTER, "submitter", "hr@example.com")
    made = holding(made, Role.REVIEWER, "reviewer", "legal@example.com")
    made = holding(made, Role.REVIEWER, "submitter", "hr@example.com")

    lines = allowed_signers(made).splitlines()

    assert sorted(line.split()[0] for line in lines) == ["hr@example.com", "legal@example.com"]


def test_a_policy_without_submitters_gives_an_empty_file() -> None:
    assert allowed_signers(policy()) == ""


def test_a_line_has_namespace_window_and_key() -> None:
    line = submitted(not_before="2026-04-01T00:00:00Z", not_after="2027-03-31T14:59:59Z")

    principal, options, kind, body = line.split()
    assert principal == "hr@example.com"
    assert options == (
        f'namespaces="git",valid-after="{utc("20260401")}",valid-before="{utc("20270331", "145959")}"'
    )
    assert kind == "ssh-ed25519"
    assert body.startswith("AAAAC3NzaC1lZDI1NTE5")


def test_an_ecdsa_key_is_written_as_openssh_names_it() -> None:
    public = p256("submitter").public

    def swap(value: Any) -> None:
        entry = value["keys"].pop(S) | {"algorithm": "ecdsa-p256", "pem": public.pem}
        value["keys"][public.fingerprint] = entry
        value["roles"]["submitter"]["keys"] = [public.fingerprint]

    made = changed(holding(policy(), Role.SUBMITTER, "submitter", "hr@example.com"), swap)

    assert allowed_signers(made).split()[2] == "ecdsa-sha2-nistp256"


@pytest.mark.parametrize(
    ("not_after", "last"),
    [
        (None, utc("20260701")),
        ("2026-06-01T00:00:00Z", utc("20260601")),
        ("2026-12-01T00:00:00Z", utc("20260701")),
    ],
)
def test_a_superseded_key_ends_at_the_earlier_of_both_ends(
    not_after: str | None, last: str
) -> None:
    fields: dict[str, Any] = {"revoked": {"at": "2026-07-01T00:00:00Z", "reason": "superseded"}}
    if not_after is not None:
        fields["not_after"] = not_after

    assert f'valid-before="{last}"' in submitted(**fields)


def test_a_compromised_key_is_left_out() -> None:
    """The date of a commit is a claim, and the thief chooses it."""
    revoked = {"at": "2026-07-01T00:00:00Z", "reason": "compromised"}

    assert submitted(revoked=revoked) == ""


@pytest.mark.parametrize(
    "owner",
    ["*", "a,b", "a b", "a\n* ", '"a"', "!a", "#a", "総務 課長", "-a", "a?", "cert-authority,x"],
)
def test_an_owner_never_becomes_a_pattern_or_a_second_line(owner: str) -> None:
    assert principal_of(owner, "0123456789abcdef" * 4) == "key-0123456789abcdef"


def test_an_address_is_kept() -> None:
    assert principal_of("first.last+git@example.com", "0" * 64) == "first.last+git@example.com"
