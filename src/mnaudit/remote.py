"""The only code that speaks to the network: one page, asked for politely and within limits.

Proxies of the environment are honored (``HTTPS_PROXY``, ``NO_PROXY``), certificates are checked,
only http and https are spoken, and an answer may neither be endless nor take for ever. A page is
hashed and thrown away; an answer to a question is handed back as bytes. Neither is believed in.
"""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urljoin, urlsplit

from mnaudit import __version__
from mnaudit.errors import InputError

__all__ = [
    "MAX_ANSWER_BYTES",
    "MAX_BYTES",
    "MAX_MOVES",
    "TIMEOUT_SECONDS",
    "Answer",
    "Reply",
    "ask_time",
    "fetch",
    "post",
]

MAX_BYTES = 32 * 1024 * 1024
TIMEOUT_SECONDS = 20.0
MAX_MOVES = 5
MAX_ANSWER_BYTES = 64 * 1024
"""Of the answer to a question; a time-stamp has a few thousand."""

_CHUNK = 64 * 1024
_MOVED = frozenset({301, 302, 303, 307, 308})
_FOR_GOOD = frozenset({301, 308})

_AGENT = f"mnaudit/{__version__}"
_TIME_QUERY = "application/timestamp-query"
_TIME_REPLY = "application/timestamp-reply"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server said about a page.

    Attributes:
        status: The HTTP status of the last answer; 0 if there was none.
        address: Where the page is now, if the server says that it moved for good; else None.
        sha256: Of the whole page; None if it did not come, or not whole.
        reason: Why there is no page, as a word of the program (``TimeoutError``); else empty.
    """

    status: int
    address: str | None = None
    sha256: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said to a question.

    Attributes:
        status: The HTTP status; 0 if there was no answer.
        body: All of it; None if it did not come, or not whole.
        media_type: What the server calls it, in lower case and without parameters.
        reason: Why there is no body, as a word of the program (``TimeoutError``); else empty.
    """

    status: int
    body: bytes | None = None
    media_type: str = ""
    reason: str = ""


def fetch(
    address: str, *, timeout_seconds: float = TIMEOUT_SECONDS, max_bytes: int = MAX_BYTES
) -> Reply:
    """Ask for a page, following it where it moved.

    Args:
        address: http or https.
        timeout_seconds: For every single wait for the server.
        max_bytes: A larger page is not read to the end and counts as unreachable.

    Returns:
        What was found. This never raises for what a server or a network does.
    """
    now, for_good = address, True
    settled: str | None = None
    for _ in range(MAX_MOVES + 1):
        if not _is_spoken(now):
            return Reply(0, reason="scheme")
        if now != address and for_good:
            settled = now
        try:
            with _opener().open(_request(now), timeout=timeout_seconds) as answer:
                return _read(answer, settled, max_bytes)
        except urllib.error.HTTPError as error:
            with error:
                where = error.headers.get("Location")
                if error.code not in _MOVED or where is None:
                    return Reply(error.code, settled, reason=f"HTTP {error.code}")
                now = _joined(now, where)
                # After a detour that is not for good, nothing that follows is a new address.
                for_good = for_good and error.code in _FOR_GOOD
        except (OSError, http.client.HTTPException, ValueError) as error:
            return Reply(0, settled, reason=_reason(error))
    return Reply(0, settled, reason="too many redirections")


def post(
    address: str,
    body: bytes,
    *,
    media_type: str,
    timeout_seconds: float = TIMEOUT_SECONDS,
    max_bytes: int = MAX_ANSWER_BYTES,
) -> Answer:
    """Ask a question, once and there only: a question is never sent on to where somebody points.

    Args:
        address: http or https.
        body: The question.
        media_type: Of the question.
        timeout_seconds: For every single wait for the server.
        max_bytes: A larger answer is not read to the end and counts as none.

    Returns:
        What was said. This never raises for what a server or a network does.
    """
    if not _is_spoken(address):
        return Answer(0, reason="scheme")
    headers = {"User-Agent": _AGENT, "Content-Type": media_type}
    try:
        request = urllib.request.Request(address, body, headers)  # noqa: S310 - checked above
        with _opener().open(request, timeout=timeout_seconds) as answer:
            said = _read_whole(answer, max_bytes)
            kind = answer.headers.get_content_type()
            return Answer(answer.status, said, kind, "" if said is not None else "incomplete")
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, reason=f"HTTP {error.code}")
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer(0, reason=_reason(error))


def ask_time(address: str, request: bytes, *, timeout_seconds: float = TIMEOUT_SECONDS) -> bytes:
    """Ask a time-stamp authority (RFC 3161 §3.4, over HTTP).

    Only a hash leaves the company. Without TLS nobody can forge the answer either: it is signed.

    Args:
        address: Of the authority, http or https.
        request: DER TimeStampReq.
        timeout_seconds: For every single wait for the authority.

    Returns:
        What came back: a DER TimeStampResp, as the authority says; unchecked.

    Raises:
        InputError: Nothing usable came back (``MN451``).
    """
    said = post(address, request, media_type=_TIME_QUERY, timeout_seconds=timeout_seconds)
    if said.body is None:
        raise InputError("MN451", reason=said.reason)
    if said.media_type != _TIME_REPLY:
        # The page of a proxy, most likely. What it is called is not repeated.
        raise InputError("MN451", reason="media type")
    return said.body


def _joined(address: str, where: str) -> str:
    """Return where a redirection leads; an address that is none is not spoken either."""
    try:
        return urljoin(address, where)
    except ValueError:
        return ""


def _is_spoken(address: str) -> bool:
    try:
        return urlsplit(address).scheme in {"http", "https"}
    except ValueError:
        return False


def _opener() -> urllib.request.OpenerDirector:
    """Build what opens pages: no file:, no ftp:, no data:, no cookies.

    Nor does it follow a redirection: whether a page moved for good must be seen.
    """
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


def _request(address: str) -> urllib.request.Request:
    headers = {"User-Agent": f"mnaudit/{__version__} (sources check)", "Accept": "*/*"}
    return urllib.request.Request(address, headers=headers)  # noqa: S310 - the caller checks the scheme


def _read(answer: Any, settled: str | None, max_bytes: int) -> Reply:
    digest, size = sha256(), 0
    while chunk := answer.read(_CHUNK):
        size += len(chunk)
        if size > max_bytes:
            return Reply(answer.status, settled, reason="too large")
        digest.update(chunk)
    expected = answer.headers.get("Content-Length", "")
    if expected.isascii() and expected.isdigit() and int(expected) != size:
        return Reply(answer.status, settled, reason="incomplete")
    return Reply(answer.status, settled, digest.hexdigest())


def _read_whole(answer: Any, max_bytes: int) -> bytes | None:
    """Return the body; None if it is too large or breaks off."""
    said: bytes = answer.read(max_bytes + 1)
    expected = answer.headers.get("Content-Length", "")
    is_cut = expected.isascii() and expected.isdigit() and int(expected) != len(said)
    return None if is_cut or len(said) > max_bytes else said


def _reason(error: Exception) -> str:
    """Name what went wrong without repeating what a server said."""
    inner = error.reason if isinstance(error, urllib.error.URLError) else error
    return type(inner).__name__ if isinstance(inner, Exception) else type(error).__name__
