"""What the security model promises is there: its checks, codes and modules, and its tests."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.bundle_corpus import corpus
from tests.trust_bench import first_policy, trust_bench

from mnaudit.messages import codes
from mnaudit.model.verdict import Result
from mnaudit.signing import container
from mnaudit.verify import CHECK_IDS, OUTER_CHECK_IDS, Basis

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/security-model.md").read_text("utf-8")

ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for section in re.split(r"^(?=### )", PAGE.partition("## Attackers")[2], flags=re.MULTILINE)[1:]
    for line in section.partition("\n## ")[0].splitlines()
    if line.startswith("| ") and not line.startswith("| attack |")
]


def names_in(path: Path) -> set[str]:
    found = ast.parse(path.read_bytes()).body
    return {node.name for node in found if isinstance(node, ast.FunctionDef)}


def test_every_attack_has_what_stops_it_where_and_a_test() -> None:
    assert len(ROWS) > 40
    assert all(len(row) == 4 and all(row) for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_row_names_what_there_is(row: list[str]) -> None:
    _, stops, where, shown = row
    ids = re.findall(r"`([a-z-]+)`", stops)
    path, _, name = shown.strip("`").partition("::")

    assert set(ids) <= {*CHECK_IDS, *OUTER_CHECK_IDS}
    assert set(re.findall(r"MN\d{3}", stops)) <= {*codes()}
    assert (ROOT / "src/mnaudit" / where.strip("`")).is_file()
    assert name in names_in(ROOT / path)


def test_every_check_of_trust_stops_some_attack() -> None:
    named = {each for row in ROWS for each in re.findall(r"`([a-z-]+)`", row[1])}
    trust = {"policy", "signer-authorized", "signer-in-time", "time-stamp", "status-current"}
    log = {"log-entry", "log-witnessed", "log-continues"}

    assert trust | log | {"pin", "reevaluation", "disclosure", "container"} <= named


@pytest.mark.parametrize("demanded", [True, False], ids=["demanded", "seen before"])
def test_a_log_that_is_demanded_cannot_be_left_out(*, demanded: bool) -> None:
    demands: dict[str, Any] = {"time_stamp": False, "log": demanded, "witnesses": 0}
    bench = trust_bench(**demands)
    if demanded:
        bench.trusting(first_policy(**demands))
    for name in ("trust/policy.v1.dsse.json", "trust/policy.v2.dsse.json"):
        del bench.members[name]
    assert bench.result() is Result.VALID

    for name in (container.LOG_PROOF, container.LOG_HASHES):
        del bench.members[name]

    assert bench.trouble()["log-entry"] == "MN474"
    assert bench.result() is Result.INDETERMINATE


def test_a_part_is_not_taken_for_the_whole() -> None:
    cases = {case.name: case for case in corpus("ed25519")}
    whole, part = cases["a good bundle under another pin"], cases["a partial bundle"]
    bench = trust_bench()
    bench.basis = Basis(pin=part.pin, partial=True)
    assert (bench.result(part.data), bench.result(whole.data)) == (Result.VALID, Result.VALID)

    bench.basis = replace(bench.basis, partial=False)

    assert (bench.result(part.data), bench.trouble(part.data)) == (
        Result.INDETERMINATE,
        {"disclosure": "MN449"},
    )
