"""ECDSA signatures are those of RFC 6979, appendix A.2.5 (P-256, SHA-256)."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from mnaudit.signing.keys import SigningKey

SECRET = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721


@pytest.mark.parametrize(
    ("message", "r", "s"),
    [
        pytest.param(
            b"sample",
            0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716,
            0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8,
            id="sample",
        ),
        pytest.param(
            b"test",
            0xF1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367,
            0x019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083,
            id="test",
        ),
    ],
)
def test_the_signature_is_that_of_the_vector(message: bytes, r: int, s: int) -> None:
    key = SigningKey(ec.derive_private_key(SECRET, ec.SECP256R1()))

    assert key.sign(message) == encode_dss_signature(r, s)
