"""The corpus that the page in the browser is held against gets the same verdicts from Python."""

from __future__ import annotations

import io

import pytest
from tests.bundle_corpus import ALGORITHMS, Case, corpus

from mnaudit.model.verdict import Check, Outcome, Result
from mnaudit.verify import OUTER_CHECK_IDS, Basis, conclude, verify_bundle

CASES = [
    pytest.param(case, id=f"{name} - {case.name}") for name in ALGORITHMS for case in corpus(name)
]
OUTER = tuple(Check(id=name, outcome=Outcome.PASSED) for name in OUTER_CHECK_IDS)


@pytest.mark.parametrize("case", CASES)
def test_every_bundle_of_the_corpus_gets_its_verdict(case: Case) -> None:
    verified = verify_bundle(io.BytesIO(case.data), Basis(pin=case.pin, partial=case.partial))

    assert conclude(verified, OUTER).result is case.result
    failed = {check.id for check in verified.checks if check.outcome is Outcome.FAILED}
    if case.result is Result.INVALID:
        assert case.check in failed
    else:
        assert failed == set()


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_the_corpus_is_large_and_its_names_are_distinct(algorithm: str) -> None:
    names = [case.name for case in corpus(algorithm)]

    assert len(names) == len(set(names)) > 200
    assert {case.result for case in corpus(algorithm)} == set(Result)
