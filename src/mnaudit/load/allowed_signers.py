"""Read OpenSSH's ``allowed_signers``: whose keys may sign commits?

The file that ``git verify-commit`` uses (``gpg.ssh.allowedSignersFile``). Stricter than OpenSSH
where it must name one person: no certificate authorities, no wildcards in names. A key with a
``namespaces`` option that leaves out ``git`` signs no commits and is left out.

Source: ssh-keygen(1), "ALLOWED SIGNERS".
"""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime, timedelta, timezone
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from mnaudit.errors import ConfigurationError, TrustError
from mnaudit.signing.sshsig import read_key
from mnaudit.signing.submitters import SubmitterKey

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["parse_allowed_signers", "read_allowed_signers"]

_MAX_BYTES: Final = 1024 * 1024
_WORD: Final = re.compile(r'(?:[^\s"]|"(?:[^"\\]|\\.)*")+')
_OPTION: Final = re.compile(r'([A-Za-z-]+)(?:="((?:[^"\\]|\\.)*)")?')
_KEY_TYPE: Final = re.compile(r"(?:ssh|ecdsa|sk)-[a-z0-9@.-]+")
_WILD: Final = re.compile(r"[*?!]")
_TIME: Final = re.compile(r"([0-9]{8})(?:([0-9]{4})([0-9]{2})?)?(Z?)")
_JAPAN: Final = timezone(timedelta(hours=9))
_NAMESPACE: Final = "git"


def read_allowed_signers(path: Path) -> tuple[SubmitterKey, ...]:
    """Read the file.

    Raises:
        ConfigurationError: It cannot be opened (``MN002``), a line cannot be read (``MN082``), is
            about a certificate authority (``MN083``) or a key that we do not check (``MN084``),
            no key may sign commits (``MN085``), or one key has two owners (``MN086``).
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES)
    except OSError as error:
        raise ConfigurationError("MN002", path=str(path)) from error
    return parse_allowed_signers(data, str(path))


def parse_allowed_signers(data: bytes, name: str) -> tuple[SubmitterKey, ...]:
    """Read the content of the file ``name``; raises as :func:`read_allowed_signers` does."""
    keys: list[SubmitterKey] = []
    owners: dict[str, str] = {}
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        for key in _key(line, name, number):
            # Two persons with one key would be the four eyes of one.
            if owners.setdefault(key.key.fingerprint, key.owner) != key.owner:
                raise ConfigurationError("MN086", path=name, line=number)
            keys.append(key)
    if not keys:
        raise ConfigurationError("MN085", path=name)
    return tuple(keys)


def _key(line: str, name: str, number: int) -> Iterator[SubmitterKey]:
    """Yield the key of a line, unless it signs no commits."""
    words = _WORD.findall(line)
    if words[1:] and not _KEY_TYPE.fullmatch(words[1]):
        options = _options(words.pop(1), name, number)
    else:
        options = {}
    if "cert-authority" in options:
        raise ConfigurationError("MN083", path=name, line=number)
    if len(words) < 3:  # noqa: PLR2004 - names, type, key
        raise ConfigurationError("MN082", path=name, line=number)
    owner = words[0].replace('"', "").split(",")[0]
    try:
        key = read_key(base64.b64decode(words[2], validate=True))
    except (TrustError, ValueError) as error:
        raise ConfigurationError("MN082", path=name, line=number) from error
    if key is None or not _KEY_TYPE.fullmatch(words[1]):
        raise ConfigurationError("MN084", path=name, line=number, type=words[1])
    if not owner or _WILD.search(words[0]):
        raise ConfigurationError("MN082", path=name, line=number)
    if _signs_commits(options.get("namespaces")):
        yield SubmitterKey(
            owner=owner,
            key=key,
            not_before=_time(options.get("valid-after"), name, number),
            not_after=_time(options.get("valid-before"), name, number),
        )


def _options(word: str, name: str, number: int) -> dict[str, str]:
    """Read ``namespaces="git",valid-before="20270331Z"``."""
    options: dict[str, str] = {}
    rest = word
    while rest:
        found = _OPTION.match(rest)
        key = found[1].lower() if found else ""
        flag = key == "cert-authority"
        known = flag or key in {"namespaces", "valid-after", "valid-before"}
        if found is None or not known or key in options or flag != (found[2] is None):
            raise ConfigurationError("MN082", path=name, line=number)
        options[key] = (found[2] or "").replace('\\"', '"')
        rest = rest[found.end() :]
        if rest and not (rest.startswith(",") and rest[1:]):
            raise ConfigurationError("MN082", path=name, line=number)
        rest = rest[1:]
    return options


def _signs_commits(namespaces: str | None) -> bool:
    """Match a pattern list as ssh_config(5) does: one negated match rules out all others."""
    if namespaces is None:
        return True
    patterns = [pattern.strip() for pattern in namespaces.split(",")]
    ruled_out = any(fnmatchcase(_NAMESPACE, p[1:]) for p in patterns if p.startswith("!"))
    return not ruled_out and any(fnmatchcase(_NAMESPACE, pattern) for pattern in patterns)


def _time(text: str | None, name: str, number: int) -> datetime | None:
    """Read ``YYYYMMDD[HHMM[SS]][Z]``; without Z it is Japan's, wherever this runs."""
    if text is None:
        return None
    found = _TIME.fullmatch(text)
    if found is None:
        raise ConfigurationError("MN082", path=name, line=number)
    digits = found[1] + (found[2] or "0000") + (found[3] or "00")
    try:
        local = datetime.strptime(digits, "%Y%m%d%H%M%S").replace(
            tzinfo=UTC if found[4] else _JAPAN
        )
    except ValueError as error:
        raise ConfigurationError("MN082", path=name, line=number) from error
    return local.astimezone(UTC)
