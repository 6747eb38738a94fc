"""``docs/spec/trust-policy-v1.md`` says what the code does."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from mnaudit.signing import (
    policy_chain,
    policy_defects,
    policy_envelope,
    time_authority,
    trust_policy,
    trust_state,
)
from mnaudit.verify import authority

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "spec" / "trust-policy-v1.md").read_text("utf-8")
MODULES = (policy_chain, policy_defects, policy_envelope, trust_policy, trust_state, authority)


def test_the_page_names_every_reason_for_a_refusal() -> None:
    raised = {
        code for module in MODULES for code in re.findall(r'"(MN4\d\d)"', inspect.getsource(module))
    }

    ours = {code for code in raised if "MN475" <= code <= "MN494"}
    assert ours == {code for code in re.findall(r"MN4\d\d", PAGE) if code >= "MN475"}


def test_the_page_shows_every_field() -> None:
    models = (
        trust_policy.TrustPolicy,
        trust_policy.PolicyKey,
        trust_policy.Revocation,
        trust_policy.RoleKeys,
        trust_policy.VerifierGrant,
        trust_policy.Demands,
        time_authority.TimeAuthority,
        trust_state.TrustState,
    )
    fields = {name for model in models for name in model.model_fields}

    assert sorted(name for name in fields if f'"{name}"' not in PAGE) == []


def test_the_page_has_the_names_and_limits_of_the_code() -> None:
    assert trust_policy.SPEC in PAGE
    assert trust_policy.PAYLOAD_TYPE in PAGE
    assert f"More than {policy_envelope.MAX_SIGNATURES} signatures" in PAGE
    assert trust_policy.MAX_BYTES == 2**20
    for role in trust_policy.Role:
        assert role in PAGE
