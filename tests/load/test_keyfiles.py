"""A private key or passphrase that others can read, or own, is not used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mnaudit.errors import ConfigurationError
from mnaudit.load.keyfiles import read_passphrase, read_private_key, read_public_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PEM = b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "a.pem"
    path.write_bytes(PEM)
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700])
def test_a_key_of_its_owner_alone_is_read(key: Path, mode: int) -> None:
    key.chmod(mode)

    assert read_private_key(key) == PEM


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601, 0o610, 0o666])
def test_a_key_that_others_can_reach_is_refused(key: Path, mode: int) -> None:
    key.chmod(mode)

    with pytest.raises(ConfigurationError) as caught:
        read_private_key(key)

    assert (caught.value.code, caught.value.values) == ("MN004", {"path": str(key)})


def test_a_public_key_may_be_read_by_everybody(key: Path) -> None:
    key.chmod(0o644)

    assert read_public_key(key) == PEM


@pytest.mark.parametrize("read", [read_private_key, read_passphrase])
def test_a_secret_in_the_file_of_another_user_is_refused(
    key: Path, monkeypatch: pytest.MonkeyPatch, read: Callable[[Path], bytes]
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: key.stat().st_uid + 1)

    with pytest.raises(ConfigurationError) as caught:
        read(key)

    assert (caught.value.code, caught.value.values) == ("MN055", {"path": str(key)})
    assert read_public_key(key) == PEM


@pytest.mark.parametrize(
    ("content", "passphrase"),
    [
        (b"word", b"word"),
        (b"word\n", b"word"),
        (b"word\r\n", b"word"),
        (b" word \n\n", b" word \n"),
        ("秘密\n".encode(), "秘密".encode()),
        (b"", b""),
    ],
)
def test_a_passphrase_ends_before_the_last_line_break(
    key: Path, content: bytes, passphrase: bytes
) -> None:
    key.write_bytes(content)

    assert read_passphrase(key) == passphrase


def test_a_passphrase_that_others_can_read_is_refused(key: Path) -> None:
    key.chmod(0o644)

    with pytest.raises(ConfigurationError, match="MN004"):
        read_passphrase(key)


@pytest.mark.parametrize("read", [read_private_key, read_public_key])
@pytest.mark.parametrize("name", ["absent.pem", "."])
def test_a_key_that_is_not_there_or_is_a_folder_is_told(
    tmp_path: Path, read: object, name: str
) -> None:
    assert callable(read)

    with pytest.raises(ConfigurationError) as caught:
        read(tmp_path / name)

    assert caught.value.code == "MN003"
    assert caught.value.values["why"]


def test_no_more_is_read_than_a_key_can_be(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b"a" * 1_000_000)

    assert len(read_public_key(tmp_path / "big")) == 64 * 1024
