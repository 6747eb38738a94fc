"""Notes of other people: the example of Go's sumdb/note, and keys of logs that are in use."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mnaudit.errors import TrustError
from mnaudit.signing.keys import PublicKey, load_public
from mnaudit.signing.note import (
    Checkpoint,
    Note,
    SignatureType,
    is_signed,
    key_id,
    read_checkpoint,
    read_note,
    vkey,
)

# golang.org/x/mod/sumdb/note, package documentation (BSD-3-Clause).
PERSON = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SAYING = """If you think cryptography is the answer to your problem,
then you don't know what your problem is.

\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""
# golang.org/x/mod/sumdb: the key of the checksum database.
SUMDB = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
# c2sp.org/tlog-cosignature: the example, whose keys are not told.
COSIGNED = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
\u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""


def key_of(text: str) -> tuple[str, PublicKey]:
    name, _, encoded = text.split("+", 2)
    raw = Ed25519PublicKey.from_public_bytes(base64.b64decode(encoded)[1:])
    return name, load_public(raw.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


@pytest.mark.parametrize("text", [PERSON, SUMDB])
def test_a_key_of_others_is_written_as_they_write_it(text: str) -> None:
    name, key = key_of(text)

    assert vkey(name, key, SignatureType.ED25519) == text
    assert key_id(name, key, SignatureType.ED25519).hex() == text.split("+")[1]


def test_the_example_of_go_is_signed() -> None:
    name, key = key_of(PERSON)

    assert is_signed(read_note(SAYING.encode()), name, key)


def test_the_example_of_go_is_not_signed_after_a_change() -> None:
    name, key = key_of(PERSON)
    changed = read_note(SAYING.replace("your problem is", "my problem is").encode())

    with pytest.raises(TrustError, match="MN467"):
        is_signed(changed, name, key)


def test_the_example_of_a_cosigned_checkpoint_is_read() -> None:
    note = read_note(COSIGNED.encode())

    assert [each.name for each in note.signatures] == [
        "example.com/behind-the-sofa",
        "witness.example.com/w1",
    ]
    # Eight bytes of time, and the signature behind it.
    assert int.from_bytes(note.signatures[1].data[:8]) == 1679315147
    assert len(note.signatures[1].data) == 72


def test_a_log_of_twenty_million_entries_is_none_of_ours() -> None:
    # Ours has names of six digits. The form is the same.
    small = COSIGNED.replace("20852163", "208521")

    with pytest.raises(TrustError, match="MN460"):
        read_checkpoint(read_note(COSIGNED.encode()))
    found = read_checkpoint(Note(read_note(small.encode()).text, ()))
    assert isinstance(found, Checkpoint)
    assert (found.origin, found.size) == ("example.com/behind-the-sofa", 208521)
