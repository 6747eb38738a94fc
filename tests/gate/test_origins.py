"""Evidence passes only if it is known who submitted it and, if asked, that another approved."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, strategies as st

from mnaudit.gate import Demand, Objection, object_to
from mnaudit.messages import LANGUAGES, entry
from mnaudit.model.provenance import (
    Approval,
    CommitSignature,
    FileProvenance,
    Person,
    Provenance,
    Remark,
)

COMMIT, SHORT = "a" * 40, "a" * 10
SIGNED, FOUR_EYES = Demand.SIGNED_SUBMISSIONS, Demand.FOUR_EYES


def origin(
    signature: CommitSignature = CommitSignature.GOOD,
    approval: Approval | None = Approval.SIGNED,
    *,
    four_eyes: bool = True,
) -> FileProvenance:
    has_key = signature not in {CommitSignature.NONE, CommitSignature.UNSUPPORTED}
    return FileProvenance(
        commit=COMMIT,
        author=Person(name="Hanako", mail="hanako@example.jp"),
        signature=signature,
        signer="hanako" if signature is CommitSignature.GOOD else None,
        fingerprint="f" * 64 if has_key else None,
        approver=None if approval is None else "taro",
        approval=approval,
        four_eyes=None if approval is None else four_eyes,
    )


def objections(
    *origins: FileProvenance, demands: tuple[Demand, ...] = (SIGNED, FOUR_EYES), keyed: bool = True
) -> list[tuple[str, str]]:
    files = {f"{number}.yaml": each for number, each in enumerate(origins)}
    found = object_to(files, Provenance(files=files), demands, keyed=keyed)
    return [(each.path, each.code) for each in found]


def test_what_is_signed_and_approved_by_two_passes() -> None:
    assert objections(origin(), origin()) == []


@pytest.mark.parametrize("signature", CommitSignature)
def test_only_a_good_signature_of_a_submitter_passes(signature: CommitSignature) -> None:
    found = objections(origin(signature), demands=(SIGNED,))

    assert (found == []) == (signature is CommitSignature.GOOD)


def test_each_bad_signature_has_its_own_reason() -> None:
    found = objections(*map(origin, CommitSignature), demands=(SIGNED,))

    assert len({code for _, code in found}) == len(CommitSignature) - 1


@pytest.mark.parametrize(
    ("file", "keyed", "codes"),
    [
        (origin(approval=None), True, ["MN257"]),
        (origin(four_eyes=False), True, ["MN258"]),
        (origin(approval=Approval.CLAIMED), True, ["MN259"]),
        (origin(approval=Approval.CLAIMED), False, []),
        (origin(approval=Approval.CLAIMED, four_eyes=False), False, ["MN258"]),
        (origin(CommitSignature.NONE), True, ["MN251"]),
        (origin(CommitSignature.NONE), False, []),
    ],
)
def test_four_eyes_are_two_persons_and_with_keys_two_signatures(
    file: FileProvenance,
    keyed: bool,  # noqa: FBT001 - a row of the table
    codes: list[str],
) -> None:
    found = objections(file, demands=(FOUR_EYES,), keyed=keyed)

    assert [code for _, code in found] == codes


def test_all_objections_are_told_by_path() -> None:
    found = objections(origin(CommitSignature.BAD, None), origin(), origin(CommitSignature.NONE))

    assert found == [("0.yaml", "MN252"), ("0.yaml", "MN257"), ("2.yaml", "MN251")]


def test_a_file_of_unknown_origin_never_passes() -> None:
    remarks = (Remark(code="MN076"), Remark(code="MN077", paths=("b.yaml",)))
    found = object_to(["b.yaml", "a.yaml"], Provenance(remarks=remarks), [FOUR_EYES], keyed=False)

    assert found == (
        Objection(path="a.yaml", code="MN250", values={"reason": "MN076"}),
        Objection(path="b.yaml", code="MN250", values={"reason": "MN077"}),
    )


def test_who_demands_nothing_gets_no_objection() -> None:
    assert object_to(["a.yaml"], Provenance(), [], keyed=False) == ()


@given(
    st.sampled_from(CommitSignature),
    st.sampled_from([None, *Approval]),
    st.booleans(),
    st.booleans(),
)
def test_demanding_more_never_passes_more(
    signature: CommitSignature,
    approval: Approval | None,
    four_eyes: bool,  # noqa: FBT001 - drawn
    keyed: bool,  # noqa: FBT001 - drawn
) -> None:
    file = origin(signature, approval, four_eyes=four_eyes)
    less = {*objections(file, demands=(FOUR_EYES,), keyed=keyed)}
    more = {*objections(file, demands=(SIGNED, FOUR_EYES), keyed=keyed)}

    assert less <= more
    assert {*objections(file, keyed=False)} <= {*objections(file, keyed=True)}


def test_every_sentence_finds_its_values() -> None:
    cases = [
        origin(signature, approval, four_eyes=two)
        for signature, approval, two in product(CommitSignature, [None, *Approval], [True, False])
    ]
    files = {f"{number}.yaml": each for number, each in enumerate(cases)}
    found = object_to(
        [*files, "x"],
        Provenance(files=files, remarks=(Remark(code="MN072"),)),
        [SIGNED, FOUR_EYES],
        keyed=True,
    )

    assert {each.code for each in found} == {f"MN{number}" for number in range(250, 260)}
    for each, language in product(found, LANGUAGES):
        for field in ("text", "remedy"):
            assert entry(each.code, language)[field].format(**each.values)
