"""Bytes that two readers could read in two ways are no DER."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st

from mnaudit.signing import der

if TYPE_CHECKING:
    from collections.abc import Callable


@given(st.integers(-(2**70), 2**70))
def test_a_number_comes_back(value: int) -> None:
    assert der.read(der.encode_integer(value)).integer() == value


@pytest.mark.parametrize(
    ("value", "encoded"),
    [(0, "020100"), (127, "02017f"), (128, "02020080"), (256, "02020100"), (-128, "020180"), (-129, "0202ff7f")],
)  # fmt: skip
def test_numbers_are_written_as_x690_shows(value: int, encoded: str) -> None:
    assert der.encode_integer(value).hex() == encoded


@given(
    st.integers(0, 1).flatmap(lambda first: st.tuples(st.just(first), st.integers(0, 39)))
    | st.tuples(st.just(2), st.integers(0, 2**40)),
    st.lists(st.integers(0, 2**70), max_size=6),
)
def test_a_name_comes_back(head: tuple[int, int], rest: list[int]) -> None:
    dotted = ".".join(map(str, (*head, *rest)))

    assert der.read(der.encode_oid(dotted)).oid() == dotted


def test_names_are_written_as_x690_shows() -> None:
    # X.690 §8.19.5 example and the OID of SHA-256.
    assert der.encode_oid("2.999.3").hex() == "0603883703"
    assert der.encode_oid("2.16.840.1.101.3.4.2.1").hex() == "0609608648016503040201"


@given(st.binary(max_size=70_000))
def test_contents_of_any_length_come_back(content: bytes) -> None:
    node = der.read(der.encode(der.OCTET_STRING, content))

    assert (node.tag, node.content) == (der.OCTET_STRING, content)


@given(st.binary(max_size=40))
def test_what_is_read_is_written_the_same(data: bytes) -> None:
    try:
        node = der.read(data)
    except ValueError:
        return
    assert der.encode(node.tag, node.content) == data == node.raw


def test_members_are_those_inside() -> None:
    inside = (der.encode_integer(5), der.encode(der.NULL))

    assert tuple(each.raw for each in der.read(der.encode(der.SET, *inside)).members()) == inside


@pytest.mark.parametrize(
    "data",
    ["", "30", "3001", "300100ff", "30800000", "30820001", "308100", "30810100", "30850000000000", "1f0100", "bf810100"],
    ids=[
        "nothing", "no length", "cut off", "something behind", "indefinite", "length cut off",
        "long form of zero", "long form of one", "too long a length", "large tag", "large tag again",
    ],
)  # fmt: skip
def test_what_is_no_der_is_refused(data: str) -> None:
    with pytest.raises(ValueError, match=r"value|length"):
        der.read(bytes.fromhex(data))


@pytest.mark.parametrize(
    ("data", "read"),
    [
        ("02020001", der.Node.integer),
        ("0200", der.Node.integer),
        ("040101", der.Node.integer),
        ("0600", der.Node.oid),
        ("060180", der.Node.oid),
        ("06032a8001", der.Node.oid),
        ("06022a80", der.Node.oid),
        ("040101", der.Node.oid),
        ("3000", der.Node.only),
        ("30040500" + "0500", der.Node.only),
        ("30020501", der.Node.members),
    ],
    ids=[
        "padded number", "empty number", "no number", "empty name", "name that ends nowhere",
        "padded arc", "arc that ends nowhere", "no name", "nothing inside", "two inside",
        "broken inside",
    ],
)  # fmt: skip
def test_what_was_expected_and_is_not_there_is_refused(
    data: str, read: Callable[[der.Node], object]
) -> None:
    node = der.read(bytes.fromhex(data))
    with pytest.raises(ValueError, match=r"."):
        read(node)


def test_a_tag_that_was_expected_is_the_value_itself() -> None:
    node = der.read(der.encode(der.context(0), der.encode(der.NULL)))

    assert node.expect(0xA0) is node
    assert node.only().expect(der.NULL).content == b""
