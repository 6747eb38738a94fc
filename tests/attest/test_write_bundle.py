"""One evidence folder, one key: one sequence of bytes, readable by any tool for ZIP files."""

from __future__ import annotations

import io
import zipfile
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from mnaudit.attest.readme import readme_text
from mnaudit.errors import InputError
from mnaudit.model.document import SourceFile
from mnaudit.signing import container

if TYPE_CHECKING:
    from tests.attest.conftest import Sample

    from mnaudit.signing.keys import SigningKey


def opened(data: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(data))


def sized(path: str, size: int) -> SourceFile:
    """Make a file that claims a size; it must never be read."""
    return SourceFile(path, size, "0" * 64, lambda: pytest.fail("read"))


def test_the_same_input_and_key_give_the_same_bytes(sample: Sample, key: SigningKey) -> None:
    assert sample.bundle(key) == sample.bundle(key)


def test_the_standard_library_reads_it_and_finds_it_sound(sample: Sample, key: SigningKey) -> None:
    with opened(sample.bundle(key)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            "mimetype",
            "README.txt",
            "SHA256SUMS",
            "catalog.json",
            "evidence/organization.yaml",
            "evidence/self-check/2026-10.yaml",
            "evidence/training-record/files/名簿.pdf",
            "evidence/training-record/t-2026.yaml",
            "manifest.sigstore.json",
            "signer.pub.pem",
            "status.sigstore.json",
        ]
        assert archive.read("evidence/training-record/files/名簿.pdf") == b"%PDF-1.7\n"


def test_every_member_is_a_stored_regular_file_without_a_time(
    sample: Sample, key: SigningKey
) -> None:
    with opened(sample.bundle(key)) as archive:
        for member in archive.infolist():
            assert member.compress_type == zipfile.ZIP_STORED
            assert member.date_time == (1980, 1, 1, 0, 0, 0)
            assert member.external_attr >> 16 == 0o100644
            assert member.create_system == 3
            assert member.flag_bits == 0x800
            assert member.extra == b""


def test_the_media_type_can_be_seen_at_a_fixed_place(sample: Sample, key: SigningKey) -> None:
    data = sample.bundle(key)

    assert data[30:72] == b"mimetypeapplication/vnd.mnaudit.bundle+zip"


def test_the_check_sums_name_all_other_members(sample: Sample, key: SigningKey) -> None:
    with opened(sample.bundle(key)) as archive:
        lines = archive.read("SHA256SUMS").decode().splitlines()

        assert lines == sorted(lines, key=lambda line: line[66:])
        assert {line[66:]: line[:64] for line in lines} == {
            name: sha256(archive.read(name)).hexdigest()
            for name in archive.namelist()
            if name != "SHA256SUMS"
        }


def test_a_file_that_no_verifier_would_take_is_not_read(sample: Sample, key: SigningKey) -> None:
    sample.files = (sized("video.mp4", container.MAX_MEMBER_BYTES + 1),)

    with pytest.raises(InputError) as caught:
        sample.bundle(key)

    assert caught.value.code == "MN409"
    assert caught.value.values == {
        "member": "evidence/video.mp4",
        "limit": container.MAX_MEMBER_BYTES,
    }


def test_files_that_are_too_large_together_are_not_read(sample: Sample, key: SigningKey) -> None:
    sample.files = tuple(sized(f"{n}.mp4", container.MAX_MEMBER_BYTES) for n in range(8))

    with pytest.raises(InputError) as caught:
        sample.bundle(key)

    assert caught.value.values["limit"] == container.MAX_TOTAL_BYTES


def test_too_many_files_are_not_read(
    sample: Sample, key: SigningKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(container, "MAX_MEMBERS", 9)

    with pytest.raises(InputError) as caught:
        sample.bundle(key)

    assert caught.value.values["limit"] == 9


def test_a_manifest_that_no_verifier_would_parse_is_not_written(
    sample: Sample, key: SigningKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(container, "MAX_SIGNED_BYTES", 100)

    with pytest.raises(InputError) as caught:
        sample.bundle(key)

    assert caught.value.values["member"] == "manifest.sigstore.json"


def test_the_read_me_has_both_languages_and_the_commands() -> None:
    text = readme_text()

    assert "証跡" in text
    assert "sha256sum -c SHA256SUMS" in text
    assert "openssl" in text
