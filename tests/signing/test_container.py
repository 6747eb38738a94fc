"""Names that some system would not keep, and names that some system takes for one."""

from __future__ import annotations

import pytest

from mnaudit.signing.container import (
    checksums,
    find_twin,
    is_optional,
    name_defect,
    ordered,
    policy_member,
)


@pytest.mark.parametrize(
    "name",
    [
        "mimetype",
        "evidence/training-record/2026年度 教育記録（全員）.yaml",
        "evidence/a.b/.hidden",
        "evidence/console.txt",
        "evidence/" + "あ" * 85,
    ],
)
def test_a_name_that_every_system_keeps_is_good(name: str) -> None:
    assert name_defect(name) is None


@pytest.mark.parametrize(
    ("name", "defect"),
    [
        pytest.param("e\u0301vidence", "normalization", id="NFD"),
        pytest.param("", "segment", id="empty"),
        pytest.param("/etc/passwd", "segment", id="absolute"),
        pytest.param("evidence/../../x", "segment", id="parent"),
        pytest.param("evidence/./x", "segment", id="same folder"),
        pytest.param("evidence//x", "segment", id="double slash"),
        pytest.param("evidence/", "segment", id="folder"),
        pytest.param("evidence/x.", "segment", id="dot at the end"),
        pytest.param("evidence/x /y", "segment", id="space at the end"),
        pytest.param("evidence\\x", "character", id="backslash"),
        pytest.param("C:/x", "character", id="drive"),
        pytest.param("evidence/x\n", "character", id="line break"),
        pytest.param("evidence/x\x00.yaml", "character", id="null byte"),
        pytest.param("evidence/\u202eexe.yaml", "character", id="right to left"),
        pytest.param("evidence/a\u200bb", "character", id="zero width"),
        pytest.param("evidence/NUL", "device", id="device"),
        pytest.param("evidence/com1.yaml", "device", id="device with a suffix"),
        pytest.param("evidence/" + "あ" * 86, "length", id="long segment"),
        pytest.param("evidence" + "/" + "x/" * 508 + "x", "length", id="long name"),
    ],
)
def test_any_other_name_is_refused_with_the_reason(name: str, defect: str) -> None:
    assert name_defect(name) == defect


def test_different_names_have_no_twin() -> None:
    assert find_twin(["a", "b/a", "b/c", "d"]) is None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param("a", "a", id="equal"),
        pytest.param("a.yaml", "A.YAML", id="case"),
        pytest.param("教育1.yaml", "教育１.yaml", id="width"),
        pytest.param("ß", "SS", id="case folding"),
        pytest.param("a", "a/b", id="file and folder"),
        pytest.param("a/b", "a", id="folder and file"),
        pytest.param("A", "a/b/c", id="file and folder in another case"),
    ],
)
def test_names_that_some_system_takes_for_one_are_twins(first: str, second: str) -> None:
    assert find_twin(["x", first, second]) == (first, second)


def test_the_media_type_comes_first_and_the_rest_in_the_order_of_its_bytes() -> None:
    names = ["b", "あ", "README.txt", "mimetype", "evidence/a", "\U00020000", "\uff5e"]

    order = ordered(names)

    assert order[0] == "mimetype"
    assert order[1:] == sorted(order[1:], key=str.encode)


def test_check_sums_are_written_as_sha256sum_reads_them() -> None:
    assert checksums({"b": "1" * 64, "a": "0" * 64}) == b"%b  a\n%b  b\n" % (b"0" * 64, b"1" * 64)


@pytest.mark.parametrize(
    "name",
    [
        "evidence.modelsig.sigstore.json",
        "log/status.tlog-proof",
        "log/leaf-hashes",
        "trust/policy.v1.dsse.json",
        policy_member(42),
    ],
)
def test_a_member_that_a_bundle_may_have_is_optional(name: str) -> None:
    assert is_optional(name)


@pytest.mark.parametrize(
    "name",
    [
        "log/",
        "log/checkpoint",
        "log/leaf-hashes.bak",
        "trust/policy.v0.dsse.json",
        "trust/policy.v01.dsse.json",
        "trust/policy.v1000000.dsse.json",
        "trust/policy.v1.dsse.json\n",
        "trust/policy.v\u0661.dsse.json",
        "trust/root.json",
        "disclosure.json",
        "manifest.sigstore.json",
        "evidence/a",
    ],
)
def test_any_other_member_is_not_optional(name: str) -> None:
    assert not is_optional(name)
