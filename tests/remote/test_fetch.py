"""Pages of a server on this machine: moved, gone, endless, silent, and behind a proxy."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar

import pytest

from mnaudit.remote import MAX_MOVES, Reply, fetch

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = "個人情報保護委員会".encode()
DIGEST = sha256(PAGE).hexdigest()


class Pages(BaseHTTPRequestHandler):
    """A small site; what it was asked for is kept."""

    asked: ClassVar[list[tuple[str, str | None]]] = []
    released: ClassVar[threading.Event] = threading.Event()

    MOVES: ClassVar[dict[str, tuple[int, str]]] = {
        "/moved": (301, "/page"),
        "/moved-308": (308, "/page"),
        "/twice": (301, "/moved"),
        "/detour": (302, "/page"),
        "/detour-then-moved": (302, "/moved"),
        "/moved-then-detour": (301, "/detour"),
        "/moved-away": (301, "/gone"),
        "/loop": (301, "/loop"),
        "/to-a-file": (301, "file:///etc/hosts"),
        "/to-nonsense": (301, "http://[::1/"),
    }

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers.get("User-Agent")))
        path = self.path
        if path in self.MOVES:
            status, where = self.MOVES[path]
            self.send_response(status)
            self.send_header("Location", where)
            self.end_headers()
        elif path in {"/page", "/page?q=1"} or path.startswith("http://"):
            self._answer(200, PAGE)
        elif path == "/short":
            self._answer(200, PAGE, length=len(PAGE) + 7)
        elif path == "/silent":
            self.released.wait(2)
        elif path == "/nowhere":
            self.send_response(301)
            self.end_headers()
        else:
            self._answer({"/gone": 410, "/broken": 500}.get(path, 404), b"")

    def _answer(self, status: int, body: bytes, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        Pages.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    Pages.asked.clear()
    Pages.released.clear()
    with serving() as address:
        yield address


def test_a_page_comes_with_its_digest(site: str) -> None:
    assert fetch(f"{site}/page") == Reply(200, None, DIGEST)


def test_the_request_says_who_asks(site: str) -> None:
    fetch(f"{site}/page?q=1")
    path, agent = Pages.asked[-1]
    assert path == "/page?q=1"
    assert agent is not None
    assert agent.startswith("mnaudit/")


@pytest.mark.parametrize("path", ["/moved", "/moved-308", "/twice"])
def test_a_page_that_moved_for_good_tells_its_new_address(site: str, path: str) -> None:
    assert fetch(site + path) == Reply(200, f"{site}/page", DIGEST)


@pytest.mark.parametrize("path", ["/detour", "/detour-then-moved"])
def test_a_passing_detour_is_no_new_address(site: str, path: str) -> None:
    assert fetch(site + path) == Reply(200, None, DIGEST)


def test_a_detour_after_a_move_leaves_the_move(site: str) -> None:
    assert fetch(f"{site}/moved-then-detour") == Reply(200, f"{site}/detour", DIGEST)


@pytest.mark.parametrize(("path", "status"), [("/gone", 410), ("/absent", 404), ("/broken", 500)])
def test_a_page_that_is_not_there_has_no_digest(site: str, path: str, status: int) -> None:
    assert fetch(site + path) == Reply(status, None, None, f"HTTP {status}")


def test_a_page_that_moved_and_is_gone_is_gone(site: str) -> None:
    reply = fetch(f"{site}/moved-away")
    assert (reply.status, reply.sha256) == (410, None)


def test_a_redirection_to_nowhere_is_an_answer_without_a_page(site: str) -> None:
    assert fetch(f"{site}/nowhere").reason == "HTTP 301"


def test_a_circle_of_redirections_ends(site: str) -> None:
    assert fetch(f"{site}/loop").reason == "too many redirections"
    assert len(Pages.asked) == MAX_MOVES + 1


def test_a_redirection_never_leads_to_a_file(site: str) -> None:
    assert fetch(f"{site}/to-a-file") == Reply(0, reason="scheme")


def test_a_redirection_to_nonsense_is_no_crash(site: str) -> None:
    assert fetch(f"{site}/to-nonsense") == Reply(0, reason="scheme")


def test_only_http_is_spoken() -> None:
    assert fetch("file:///etc/hosts") == Reply(0, reason="scheme")
    assert fetch("ftp://localhost/") == Reply(0, reason="scheme")


def test_a_page_that_is_too_large_is_not_read_to_the_end(site: str) -> None:
    assert fetch(f"{site}/page", max_bytes=len(PAGE) - 1).reason == "too large"
    assert fetch(f"{site}/page", max_bytes=len(PAGE)).sha256 == DIGEST


def test_a_page_that_breaks_off_has_no_digest(site: str) -> None:
    reply = fetch(f"{site}/short")
    assert reply.sha256 is None
    assert reply.reason


def test_a_silent_server_is_left_after_the_timeout(site: str) -> None:
    assert fetch(f"{site}/silent", timeout_seconds=0.1).reason == "TimeoutError"


def test_a_server_that_is_not_there_is_unreachable() -> None:
    with serving() as address:
        pass
    assert fetch(address, timeout_seconds=1).reason == "ConnectionRefusedError"


def test_an_address_that_is_none_is_unreachable() -> None:
    assert fetch("http://exa mple/").sha256 is None
    assert fetch("http://[::1/").sha256 is None


def test_the_proxy_of_the_environment_is_used(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", site)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert fetch("http://ppc.example/page").sha256 == DIGEST
    assert Pages.asked[-1][0] == "http://ppc.example/page"
