"""A trust policy on the terminal: for the eyes, and for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mnaudit.cli.console import grouped, visible
from mnaudit.messages import entry, join, phrase
from mnaudit.model.instant import instant_text
from mnaudit.signing.policy_chain import root_owners
from mnaudit.signing.policy_defects import person
from mnaudit.signing.trust_policy import Role, dump_policy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mnaudit.messages import Language
    from mnaudit.signing.policy_chain import SignedPolicy
    from mnaudit.signing.policy_defects import Defect
    from mnaudit.signing.trust_policy import PolicyKey, TrustPolicy

__all__ = ["as_json", "as_text"]


def as_json(signed: SignedPolicy, defects: Sequence[Defect]) -> bytes:
    """Return the policy with what was found out about it."""
    import orjson

    value = {
        "schema": "mnaudit/trust-policy@1",
        "fingerprint": signed.fingerprint,
        "policy": json.loads(dump_policy(signed.policy)),
        "signed_by": _signers(signed, defects),
        "defects": [{"code": each.code, "values": dict(each.values)} for each in defects],
    }
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)


def as_text(signed: SignedPolicy, defects: Sequence[Defect], language: Language) -> Iterator[str]:
    """Yield the lines of a summary. Names are made visible: they must not deceive."""
    for line in _lines(signed, defects, language):
        yield visible(line)


def _lines(signed: SignedPolicy, defects: Sequence[Defect], language: Language) -> Iterator[str]:
    def say(key: str, **values: Any) -> str:
        return phrase(f"trust.{key}", language, **values)

    policy = signed.policy
    organization = policy.organization
    yield say(
        "title",
        version=policy.version,
        name=organization.name,
        number=organization.corporate_number,
    )
    yield say("period", issued=instant_text(policy.issued), expires=instant_text(policy.expires))
    yield say("fingerprint", fingerprint=grouped(signed.fingerprint))
    signers = _signers(signed, defects)
    threshold = policy.roles[Role.ROOT].threshold if Role.ROOT in policy.roles else 0
    names = join(signers, language) if signers else "-"
    yield say("signed", have=len(signers), need=threshold, names=names)
    for role in Role:
        if role in policy.roles:
            yield say("role", role=role, need=policy.roles[role].threshold)
            yield from (_key_line(policy, name, language) for name in policy.keys_of(role))
    for authority in policy.time_authorities:
        oids = join(list(authority.policy_oids), language)
        yield say("authority", owner=authority.owner, oids=oids)
    if policy.log_origin is not None:
        yield say("log", origin=policy.log_origin)
    yield say("age", period=policy.max_status_age)
    demands = policy.demands
    yield say(
        "demands",
        time_stamp=say("yes" if demands.time_stamp else "no"),
        log=say("yes" if demands.log else "no"),
        witnesses=demands.witnesses,
    )
    for defect in defects:
        text = entry(defect.code, language)["text"].format(**dict(defect.values))
        yield say("defect", code=defect.code, text=text)


def _key_line(policy: TrustPolicy, name: str, language: Language) -> str:
    if name not in policy.keys:
        return phrase("trust.unknown_key", language, fingerprint=grouped(name))
    key = policy.keys[name]
    line = phrase(
        "trust.key",
        language,
        owner=key.owner,
        algorithm=key.algorithm,
        fingerprint=grouped(name),
    )
    return "".join((line, *_limits(key, language)))


def _limits(key: PolicyKey, language: Language) -> Iterator[str]:
    if key.not_before is not None:
        yield phrase("trust.not_before", language, at=instant_text(key.not_before))
    if key.not_after is not None:
        yield phrase("trust.not_after", language, at=instant_text(key.not_after))
    if key.revoked is not None:
        word = f"trust.{key.revoked.reason}"
        yield phrase(word, language, at=instant_text(key.revoked.at))


def _signers(signed: SignedPolicy, defects: Sequence[Defect]) -> list[str]:
    """Return the root owners whose signatures are good; of a policy with defects nobody's."""
    if defects:
        return []
    good, policy = root_owners(signed, signed.policy), signed.policy
    owners = {policy.keys[name].owner for name in policy.keys_of(Role.ROOT)}
    return sorted(owner for owner in owners if person(owner) in good)
