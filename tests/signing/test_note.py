"""Notes, checkpoints and cosignatures: one spelling, and no trust in what a note says of itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st
from tests.trust_bench import CI, LOG, THIEF, WITNESSES

from mnaudit.errors import ConfigurationError, TrustError
from mnaudit.signing.note import (
    MAX_NOTE_BYTES,
    MAX_SIGNATURES,
    Checkpoint,
    Note,
    NoteSignature,
    SignatureType,
    add_signature,
    cosign,
    cosigned_at,
    is_name,
    is_signed,
    key_id,
    read_checkpoint,
    read_note,
    read_signature,
    sign,
    vkey,
    with_signatures_of,
    witness_name,
    write_checkpoint,
    write_note,
    write_signature,
)

ROOT = bytes(range(32))
TEXT = write_checkpoint(Checkpoint("log.example", 5, ROOT))
AT = datetime(2026, 4, 1, 2, 3, 4, tzinfo=UTC)
WITNESS = WITNESSES[0]
NOTE = Note(TEXT, (sign(TEXT, "log.example", LOG), cosign(TEXT, WITNESS, AT)))
GOOD = write_note(NOTE)

NAMES = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1
).filter(is_name)
LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"]))


@given(
    st.lists(LINES, min_size=1),
    st.lists(st.tuples(NAMES, st.binary(min_size=4, max_size=4)), min_size=1, unique=True),
    st.binary(min_size=1),
)
def test_every_note_is_read_as_it_was_written(
    lines: list[str], signers: list[tuple[str, bytes]], data: bytes
) -> None:
    text = "".join(f"{line}\n" for line in [*lines, "end"])
    note = Note(text, tuple(NoteSignature(name, kid, data) for name, kid in signers[:100]))

    assert read_note(write_note(note)) == note


@given(st.binary() | st.tuples(st.just(GOOD), st.binary()).map(b"".join))
def test_what_can_be_read_is_spelled_in_the_one_way(data: bytes) -> None:
    try:
        note = read_note(data)
    except TrustError:
        return

    assert write_note(note) == data


def test_a_checkpoint_tells_log_size_and_root() -> None:
    assert read_checkpoint(read_note(GOOD)) == Checkpoint("log.example", 5, ROOT)
    assert TEXT == "log.example\n5\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"


def test_the_log_and_its_witness_are_recognized() -> None:
    note = read_note(GOOD)

    assert is_signed(note, "log.example", LOG.public)
    assert cosigned_at(note, WITNESS.public) == AT


def test_other_keys_and_names_are_not() -> None:
    note = read_note(GOOD)

    assert not is_signed(note, "log.example", THIEF.public)
    assert not is_signed(note, "other.example", LOG.public)
    assert not is_signed(note, witness_name(WITNESS.public), WITNESS.public)
    assert cosigned_at(note, LOG.public) is None


def test_a_key_of_another_kind_signs_no_notes() -> None:
    assert not is_signed(NOTE, "log.example", CI.public)
    with pytest.raises(ConfigurationError) as caught:
        sign(TEXT, "log.example", CI)
    assert caught.value.code == "MN066"
    with pytest.raises(ConfigurationError) as caught:
        cosign(TEXT, CI, AT)
    assert caught.value.code == "MN066"


def test_a_changed_text_is_refused() -> None:
    changed = Note(TEXT.replace("5", "6"), NOTE.signatures)

    with pytest.raises(TrustError, match="MN467"):
        is_signed(changed, "log.example", LOG.public)
    with pytest.raises(TrustError, match="MN467"):
        cosigned_at(changed, WITNESS.public)


def test_the_time_of_a_cosignature_is_signed() -> None:
    log, made = NOTE.signatures
    later = (int.from_bytes(made.data[:8]) + 1).to_bytes(8)
    changed = Note(TEXT, (log, NoteSignature(made.name, made.key_id, later + made.data[8:])))

    with pytest.raises(TrustError, match="MN467"):
        cosigned_at(changed, WITNESS.public)


@pytest.mark.parametrize("seconds", [2**64 - 1, 2**62, 300_000_000_000])
def test_a_time_beyond_the_calendar_is_refused(seconds: int) -> None:
    made = NOTE.signatures[1]
    beyond = NoteSignature(made.name, made.key_id, seconds.to_bytes(8) + made.data[8:])

    with pytest.raises(TrustError, match="MN467"):
        cosigned_at(Note(TEXT, (beyond,)), WITNESS.public)


@pytest.mark.parametrize("data", [b"", b"\0" * 7, b"\0" * 71, b"\0" * 73])
def test_a_cosignature_of_another_length_is_refused(data: bytes) -> None:
    made = NOTE.signatures[1]
    odd = NoteSignature(made.name, made.key_id, data or b"\0")

    with pytest.raises(TrustError, match="MN467"):
        cosigned_at(Note(TEXT, (odd,)), WITNESS.public)


def test_a_cosignature_is_no_signature_of_a_log() -> None:
    # The same key and name, for the other purpose: another key id, and another message.
    as_log = Note(TEXT, (cosign(TEXT, LOG, AT),))

    assert not is_signed(as_log, witness_name(LOG.public), LOG.public)


def test_a_newer_signature_of_a_signer_takes_the_place_of_the_older() -> None:
    newer = cosign(TEXT, WITNESS, AT.replace(hour=3))

    note = add_signature(NOTE, newer)

    assert note.signatures == (NOTE.signatures[0], newer)


def test_a_key_can_be_given_to_other_tools() -> None:
    kind = SignatureType.COSIGNATURE
    name, hint, encoded = vkey("w.example", WITNESS.public, kind).split("+", 2)

    assert name == "w.example"
    assert bytes.fromhex(hint) == key_id("w.example", WITNESS.public, kind)
    assert len(encoded) == 44


@pytest.mark.parametrize(
    ("data", "field"),
    [
        pytest.param(b"", "signatures", id="nothing"),
        pytest.param(TEXT.encode(), "signatures", id="no signature"),
        pytest.param(TEXT.encode() + b"\n", "signatures", id="no signature line"),
        pytest.param(b"\n" + GOOD[len(TEXT) :], "signatures", id="no text"),
        pytest.param(GOOD[:-1], "signatures", id="no line feed at the end"),
        pytest.param(GOOD + b"\n", "signatures", id="an empty line at the end"),
        pytest.param(GOOD + GOOD.splitlines(keepends=True)[-1], "signatures", id="a signer twice"),
        pytest.param(GOOD.replace(b"\n", b"\r\n"), "character", id="CRLF"),
        pytest.param(GOOD.replace(b"log", b"lo\0g"), "character", id="a control character"),
        pytest.param(GOOD.replace(b"log", b"l\tg"), "character", id="a tab"),
        pytest.param(GOOD.replace(b"log", b"l\xffg"), "encoding", id="not UTF-8"),
        pytest.param(b"a" * MAX_NOTE_BYTES + GOOD, "size", id="too large"),
        pytest.param(GOOD.replace("\u2014".encode(), b"-"), "signatures", id="a hyphen"),
        pytest.param(GOOD[:-2] + b" \n", "signatures", id="a blank at the end"),
        pytest.param(GOOD.replace(b"=\n", b"\n"), "signatures", id="no padding"),
        pytest.param(TEXT.encode() + "\n\u2014 x AAAAAA==\n".encode(), "signatures", id="no data"),
        pytest.param(
            TEXT.encode() + "\n\u2014 x AAAAAB==\n".encode(), "signatures", id="stray bits"
        ),
        pytest.param(TEXT.encode() + "\n\u2014 a+b AAAAAAA=\n".encode(), "signatures", id="a plus"),
        pytest.param(
            TEXT.encode() + "\n\u2014 a\u3000b AAAAAAA=\n".encode(), "signatures", id="wide blank"
        ),
        pytest.param(
            TEXT.encode()
            + b"\n"
            + b"".join(f"\u2014 x{n} AAAAAAA=\n".encode() for n in range(MAX_SIGNATURES + 1)),
            "signatures",
            id="too many",
        ),
    ],
)
def test_a_note_that_is_written_in_another_way_is_refused(data: bytes, field: str) -> None:
    with pytest.raises(TrustError) as caught:
        read_note(data)

    assert (caught.value.code, caught.value.values) == ("MN460", {"field": field})


def test_sixteen_signatures_are_no_problem() -> None:
    lines = b"".join(f"\u2014 x{n} AAAAAAA=\n".encode() for n in range(MAX_SIGNATURES))

    assert len(read_note(TEXT.encode() + b"\n" + lines).signatures) == MAX_SIGNATURES


@pytest.mark.parametrize(
    ("text", "field"),
    [
        pytest.param("log.example\n5\n", "lines", id="no root"),
        pytest.param(TEXT + "more\n", "lines", id="an extension"),
        pytest.param(TEXT.replace("log.example", ""), "origin", id="no origin"),
        pytest.param(TEXT.replace("log.example", "a b"), "origin", id="a blank"),
        pytest.param(TEXT.replace("5", "0", 1), "size", id="an empty log"),
        pytest.param(TEXT.replace("5", "05", 1), "size", id="a leading zero"),
        pytest.param(TEXT.replace("5", "+5", 1), "size", id="a sign"),
        pytest.param(TEXT.replace("5", "\u0665", 1), "size", id="another digit"),
        pytest.param(TEXT.replace("5", "1000000", 1), "size", id="too large"),
        pytest.param(TEXT.replace("Hh8=", "Hh9="), "root", id="stray bits"),
        pytest.param(TEXT.replace("AAEC", ""), "root", id="too short"),
        pytest.param(TEXT.replace("AAEC", "A-EC"), "root", id="another alphabet"),
    ],
)
def test_a_text_that_is_no_checkpoint_is_refused(text: str, field: str) -> None:
    with pytest.raises(TrustError) as caught:
        read_checkpoint(Note(text, NOTE.signatures))

    assert (caught.value.code, caught.value.values) == ("MN460", {"field": field})


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 7))
def test_a_note_with_one_bit_changed_is_never_fully_signed(at: int, bit: int) -> None:
    wrong = bytearray(GOOD)
    wrong[at] ^= 1 << bit

    try:
        note = read_note(bytes(wrong))
        both = is_signed(note, "log.example", LOG.public) and cosigned_at(note, WITNESS.public)
    except TrustError:
        return

    assert not both


def test_a_line_is_read_as_it_was_written() -> None:
    made = NOTE.signatures[1]

    assert read_signature(write_signature(made).removesuffix("\n")) == made


def test_a_note_that_nobody_could_read_is_not_written() -> None:
    many = tuple(NoteSignature(f"x{n}", bytes(4), b"x") for n in range(MAX_SIGNATURES + 1))

    with pytest.raises(TrustError, match="MN460"):
        write_note(Note(TEXT, many))
    with pytest.raises(TrustError, match="MN460"):
        write_note(Note(TEXT, (NoteSignature("x" * MAX_NOTE_BYTES, bytes(4), b"x"),)))


def test_signatures_over_the_same_text_are_brought_together() -> None:
    one, other = Note(TEXT, NOTE.signatures[:1]), Note(TEXT, NOTE.signatures[1:])

    assert with_signatures_of(other, one) == NOTE
    assert with_signatures_of(other, Note("another text\n", one.signatures)) == other
