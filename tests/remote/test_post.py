"""Questions to a server on this machine, and what may come back."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar

import pytest
from tests.time_authority import LATER, NONCE, SIGNATURE, authority, token

from mnaudit.errors import InputError
from mnaudit.remote import Answer, ask_time, post
from mnaudit.signing.timestamp import check_response, time_request, verify_token

if TYPE_CHECKING:
    from collections.abc import Iterator

QUESTION = time_request(SIGNATURE, nonce=NONCE)
REPLY = token(nonce=NONCE)
TYPE = "application/timestamp-reply"


class Authority(BaseHTTPRequestHandler):
    """Answers as a time-stamp authority does, or wrongly; what it was asked is kept."""

    asked: ClassVar[list[tuple[str, str | None, str | None, bytes]]] = []
    released: ClassVar[threading.Event] = threading.Event()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        kind, agent = self.headers.get("Content-Type"), self.headers.get("User-Agent")
        self.asked.append((self.path, kind, agent, body))
        match self.path:
            case "/silent":
                self.released.wait(2)
            case "/moved":
                self._answer(307, b"", location="/tsa")
            case "/short":
                self._answer(200, REPLY, length=len(REPLY) + 1)
            case "/page":
                self._answer(200, b"<html>", kind="text/html; charset=utf-8")
            case "/parameters":
                self._answer(200, REPLY, kind=f"{TYPE.upper()}; a=b")
            case "/chunks":
                self._answer(200, REPLY, length=None)
            case "/refused":
                self._answer(403, b"no contract")
            case _:
                self._answer(200, REPLY)

    def _answer(
        self,
        status: int,
        body: bytes,
        *,
        kind: str = TYPE,
        length: int | None = -1,
        location: str | None = None,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if length is not None:
            self.send_header("Content-Length", str(len(body) if length < 0 else length))
        if location is not None:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    Authority.asked.clear()
    Authority.released.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Authority)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    Authority.released.set()
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_question_arrives_as_it_was_asked(site: str) -> None:
    answer = post(f"{site}/tsa", QUESTION, media_type="application/timestamp-query")

    ((path, kind, agent, body),) = Authority.asked
    assert (path, kind, body) == ("/tsa", "application/timestamp-query", QUESTION)
    assert agent is not None
    assert agent.startswith("mnaudit/")
    assert answer == Answer(200, REPLY, TYPE)


def test_an_answer_without_a_length_ends_where_it_ends(site: str) -> None:
    assert post(f"{site}/chunks", b"", media_type="x/y").body == REPLY


def test_an_answer_that_is_too_large_is_none(site: str) -> None:
    at_most = post(f"{site}/tsa", b"", media_type="x/y", max_bytes=len(REPLY))
    less = post(f"{site}/tsa", b"", media_type="x/y", max_bytes=len(REPLY) - 1)

    assert at_most.body == REPLY
    assert (less.body, less.reason) == (None, "incomplete")


def test_an_endless_answer_is_left(site: str) -> None:
    assert post(f"{site}/chunks", b"", media_type="x/y", max_bytes=10).reason == "incomplete"


@pytest.mark.parametrize(
    ("path", "status", "reason"),
    [
        ("/short", 200, "incomplete"),
        ("/refused", 403, "HTTP 403"),
        ("/moved", 307, "HTTP 307"),
    ],
)
def test_what_is_no_answer_says_why(site: str, path: str, status: int, reason: str) -> None:
    answer = post(site + path, QUESTION, media_type="x/y")

    assert (answer.status, answer.body, answer.reason) == (status, None, reason)


def test_a_question_is_not_sent_on_to_another_place(site: str) -> None:
    post(f"{site}/moved", QUESTION, media_type="x/y")

    assert [asked[0] for asked in Authority.asked] == ["/moved"]


def test_a_silent_server_is_left_after_the_timeout(site: str) -> None:
    answer = post(f"{site}/silent", b"", media_type="x/y", timeout_seconds=0.1)

    assert answer == Answer(0, reason="TimeoutError")


@pytest.mark.parametrize("address", ["file:///etc/hosts", "ftp://localhost/", "http://[::1/", ""])
def test_only_http_is_spoken(address: str) -> None:
    assert post(address, b"", media_type="x/y") == Answer(0, reason="scheme")


def test_an_address_that_is_none_is_no_crash() -> None:
    assert post("http://exa mple/", b"", media_type="x/y").body is None


def test_an_authority_that_is_asked_gives_a_token(site: str) -> None:
    kept = check_response(ask_time(f"{site}/tsa", QUESTION), QUESTION)

    assert verify_token(kept, SIGNATURE, (authority(),), at=LATER).owner == "TSA"


def test_parameters_of_a_media_type_do_not_matter(site: str) -> None:
    assert ask_time(f"{site}/parameters", QUESTION) == REPLY


@pytest.mark.parametrize(
    ("path", "reason"),
    [("/page", "media type"), ("/refused", "HTTP 403"), ("/short", "incomplete")],
)
def test_an_authority_that_gives_none_is_named_by_the_reason(
    site: str, path: str, reason: str
) -> None:
    with pytest.raises(InputError) as caught:
        ask_time(site + path, QUESTION)
    assert (caught.value.code, caught.value.values) == ("MN451", {"reason": reason})
