"""The page says of every bundle what the Python verifier says, check by check."""

from __future__ import annotations

import base64
import io
import json
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from tests.bundle_corpus import ALGORITHMS, corpus, good_parts, key_of, partial_parts

from mnaudit.signing.canonical import canonical_bytes
from mnaudit.signing.keys import load_private
from mnaudit.verify import Basis, verify_bundle

if TYPE_CHECKING:
    from tests.browser.conftest import Page
    from tests.bundle_corpus import Case, Parts

# Every byte of the bundle in turn; returns the places where the verdict was not INVALID.
FLIP = """
const done = arguments[arguments.length - 1];
const [text, pin, partial, flip] = arguments;
const good = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
(async () => {
  const survivors = [];
  for (let at = 0; at < good.length; at += 1) {
    const changed = good.slice();
    changed[at] ^= flip;
    const { verdict } = await mnauditVerify(changed, pin, partial);
    if (verdict !== 'INVALID') survivors.push(at);
  }
  return { count: good.length, survivors };
})().then(done, (error) => done(String(error)));
"""
# The same, behind the check sums of the container: only digests and signatures can notice.
FLIP_MEMBERS = """
const done = arguments[arguments.length - 1];
const [texts, pin, partial] = arguments;
(async () => {
  const survivors = [];
  for (const [at, text] of texts.entries()) {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const { verdict } = await mnauditVerify(bytes, pin, partial);
    if (verdict !== 'INVALID') survivors.push(at);
  }
  return survivors;
})().then(done, (error) => done(String(error)));
"""


GOLDEN = Path(__file__).parents[1] / "golden" / "attest"

# What a field of a signed statement might be replaced by.
ODD: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2**53 - 1, [], {}, [0], ["x"], [[]], {"x": 1}, {"": ""}),
    *(
        "",
        "x",
        "0",
        "0" * 64,
        "F" * 64,
        "2026-02-28",
        "2026-02-30",
        "2026-2-3",
        "leaf:0",
        "a" * 300,
    ),
    *("\u0000", "\u2028", "\ud7ff", "\uffff", "\U0010ffff", "2026-02-28T00:00:00Z", "satisfied"),
)


def outcomes_in_python(case: Case) -> dict[str, str]:
    return outcomes(case.data, case.pin, partial=case.partial)


def outcomes(data: bytes, pin: str | None, *, partial: bool) -> dict[str, str]:
    verified = verify_bundle(io.BytesIO(data), Basis(pin=pin, partial=partial))
    return {check.id: check.outcome.value for check in verified.checks}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_bundle_of_the_corpus_gets_the_same_verdict_and_outcomes(
    page: Page, algorithm: str
) -> None:
    differences: dict[str, Any] = {}
    for case in corpus(algorithm):
        found = page.verify(case.data, case.pin, partial=case.partial)
        due = outcomes_in_python(case)
        outcomes = {check["id"]: check["outcome"] for check in found["checks"]}
        different = {name: (due[name], it) for name, it in outcomes.items() if due[name] != it}
        if found["verdict"] != case.result.value or different:
            differences[case.name] = (found["verdict"], case.result.value, different)

    assert differences == {}


def test_the_checks_have_the_names_and_the_order_of_the_specification(page: Page) -> None:
    case = corpus("ed25519")[0]

    names = [check["id"] for check in page.verify(case.data, case.pin)["checks"]]

    assert names == list(outcomes_in_python(case))[: len(names)]


@pytest.mark.parametrize("flip", [0x01, 0xFF], ids=hex)
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_no_changed_byte_anywhere_in_the_file_is_accepted(
    page: Page, algorithm: str, flip: int
) -> None:
    data = good_parts(algorithm).bundle()
    pin = key_of(algorithm).fingerprint

    found = page.run(FLIP, base64.b64encode(data).decode(), pin, False, flip)  # noqa: FBT003 - JavaScript

    assert found == {"count": len(data), "survivors": []}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("partial", [False, True], ids=["full", "partial"])
def test_no_changed_byte_of_a_member_is_accepted_by_right_check_sums(
    page: Page, algorithm: str, *, partial: bool
) -> None:
    make = partial_parts if partial else good_parts
    # The name of the recipient is a label that nobody signed; all else of the disclosure is bound.
    names = [name for name in make(algorithm).members if name != "SHA256SUMS"]
    texts, places = [], []
    for name in names:
        data = make(algorithm).members[name]
        free = label(data) if name == "disclosure.json" else range(0)
        step = max(1, len(data) // 150)  # every byte of the small ones, some of the large ones
        for at in (at for at in range(0, len(data), step) if at not in free):
            parts = make(algorithm)
            parts.members[name] = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
            texts.append(base64.b64encode(parts.bundle()).decode())
            places.append((name, at))

    survivors = page.run(FLIP_MEMBERS, texts, key_of(algorithm).fingerprint, partial)

    assert [places[at] for at in survivors] == []


def label(disclosure: bytes) -> range:
    """Where the name of the recipient stands."""
    before = b'"recipient":"'
    start = disclosure.index(before) + len(before)
    return range(start, disclosure.index(b'"', start))


# Bundles that nobody thought of


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where something stands in a JSON value."""
    found = [at] if at else []
    children = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, child in children:
        found += places(child, (*at, key))
    return found


def spoiled(value: Any, chance: Random) -> Any:
    """Replace, remove, repeat or add something somewhere."""
    changed = deepcopy(value)
    *path, last = chance.choice(places(changed))
    holder = changed
    for key in path:
        holder = holder[key]
    match chance.choice(("replace", "replace", "remove", "add", "repeat")):
        case "remove":
            del holder[last]
        case "add" if isinstance(holder, dict):
            holder[chance.choice(("x", "git", "reason", "kind", "tailored"))] = chance.choice(ODD)
        case "repeat" if isinstance(holder, list):
            holder.insert(last, deepcopy(holder[last]))
        case _:
            holder[last] = chance.choice(ODD)
    return changed


def spoil(parts: Parts, chance: Random) -> None:
    """Spoil one JSON value of a bundle, and sign it as a careless signer would."""
    name = chance.choice(
        [*(("disclosure",) if "disclosure.json" in parts.members else ("manifest",)), "status"]
    )
    if name == "disclosure":
        value = json.loads(parts.members["disclosure.json"])
        parts.members["disclosure.json"] = canonical_bytes(spoiled(value, chance))
    elif chance.random() < 0.25:
        member = f"{name}.sigstore.json"
        parts.members[member] = canonical_bytes(spoiled(json.loads(parts.members[member]), chance))
    else:
        parts.sign(name, spoiled(parts.payload(name), chance))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("partial", [False, True], ids=["full", "partial"])
def test_bundles_spoiled_by_chance_get_the_same_outcomes(
    page: Page, algorithm: str, *, partial: bool
) -> None:
    chance = Random(f"{algorithm} {partial}")  # noqa: S311 - the same on every run
    pin = key_of(algorithm).fingerprint
    differences = []
    for number in range(400):
        parts = (partial_parts if partial else good_parts)(algorithm)
        spoil(parts, chance)
        data = parts.bundle()
        due = outcomes(data, pin, partial=partial)
        found = page.verify(data, pin, partial=partial)["checks"]
        wrong = {c["id"]: (due[c["id"]], c) for c in found if due[c["id"]] != c["outcome"]}
        if wrong:
            differences.append((number, wrong))

    assert differences == []


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("kind", ["bundle", "partial"])
def test_what_the_program_wrote_is_valid(page: Page, algorithm: str, kind: str) -> None:
    key = load_private((GOLDEN / f"NEVER-USE-{algorithm}.pem").read_bytes(), None)
    data = (GOLDEN / f"{kind}-{algorithm}.zip").read_bytes()

    found = page.verify(data, key.fingerprint, partial=kind == "partial")

    assert found["verdict"] == "VALID", found["checks"]
