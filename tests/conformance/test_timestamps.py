"""OpenSSL and we agree which time-stamps are good, whoever made them."""

from __future__ import annotations

import subprocess
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID
from tests.time_authority import (
    AT,
    LATER,
    NONCE,
    POLICY,
    ROOT,
    SIGNATURE,
    SIGNER,
    STAMPS,
    attributes,
    authority,
    certify,
    info,
    intermediate,
    root,
    signer,
    signing_certificate,
    token,
)

from mnaudit.errors import TrustError
from mnaudit.remote import ask_time
from mnaudit.signing.timestamp import check_response, time_request, verify_token
from mnaudit.signing.timestamp_token import read_token

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.time_authority import Party

FAR = datetime(2149, 1, 1, tzinfo=UTC)
REQUEST = time_request(SIGNATURE, nonce=NONCE)
BETWEEN = intermediate(ROOT)
BELOW = signer(BETWEEN)


def openssl(*arguments: str | Path, folder: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["openssl", *map(str, arguments)],
        cwd=folder,
        capture_output=True,
        check=False,
        timeout=60,
    )


# Our reader against theirs


def is_good_to_openssl(response: bytes, folder: Path) -> bool:
    (folder / "token.tsr").write_bytes(response)
    (folder / "signature").write_bytes(SIGNATURE)
    (folder / "root.pem").write_text(ROOT.pem)
    when = ("-attime", str(int(AT.timestamp())))
    files = ("-data", "signature", "-in", "token.tsr", "-CAfile", "root.pem")
    return b"Verification: OK" in openssl("ts", "-verify", *files, *when, folder=folder).stdout


def is_good_to_us(response: bytes) -> bool:
    try:
        verify_token(response, SIGNATURE, (authority(),), at=LATER)
    except TrustError:
        return False
    return True


def by(party: Party, *embedded: Party, named: Party | None = None) -> bytes:
    body = info()
    claims = attributes(body, named or party)
    return token(body, by=party, embedded=embedded or (party,), named=named, signed=claims)


GOOD = token()
AGAIN = signer(ROOT, serial=99)
ALIKE: dict[str, tuple[bytes, bool]] = {
    "good": (GOOD, True),
    "with a nonce": (token(nonce=NONCE), True),
    "with a fraction": (token(at=b"20260401030000.25Z"), True),
    "a chain": (by(BELOW, BELOW, BETWEEN), True),
    "the root in it": (by(BELOW, BELOW, BETWEEN, ROOT), True),
    "a stranger in it": (by(SIGNER, SIGNER, certify(9, "stranger")), True),
    "named by SHA-1": (
        token(signed=[*attributes(info(), SIGNER)[:2], signing_certificate(SIGNER.der, v1=True)]),
        True,
    ),
    "a chain without its middle": (by(BELOW), False),
    "another signature": (token(signature=b"another"), False),
    "another hash": (token(algorithm="2.16.840.1.101.3.4.2.2"), False),
    "another root": (by(signer(root(11, "other root"))), False),
    "a root of the same name": (by(signer(root(13, "root"))), False),
    "himself": (by(certify(12, "himself", usages=STAMPS)), False),
    "no certificate": (token(embedded=()), False),
    "broken signature": (GOOD[:-1] + bytes((GOOD[-1] ^ 1,)), False),
    "changed time": (GOOD.replace(b"20260401030000Z", b"20250401030000Z"), False),
    "signed for the same key, certified again": (token(named=AGAIN, embedded=(AGAIN,)), False),
    "a CA that is none": (by(signer(SIGNER, 17), signer(SIGNER, 17), SIGNER), False),
    "expired signer": (by(signer(ROOT, ends=2026)), False),
    "signer of next year": (by(signer(ROOT, begins=2027)), False),
    "expired middle": (
        by(signer(intermediate(ROOT, ends=2026)), intermediate(ROOT, ends=2026)),
        False,
    ),
    "no purpose": (by(signer(ROOT, usages=())), False),
    "purpose not critical": (by(signer(ROOT, critical=False)), False),
    "another purpose": (by(signer(ROOT, usages=(ExtendedKeyUsageOID.SERVER_AUTH,))), False),
    "one more purpose": (
        by(signer(ROOT, usages=(*STAMPS, ExtendedKeyUsageOID.SERVER_AUTH))),
        False,
    ),
    "no signer": (token(signers=0), False),
    "two signers": (token(signers=2), False),
    "not granted": (token(status=2), False),
    "other content": (token(content="1.2.840.113549.1.7.1"), False),
    "no signing certificate": (token(signed=attributes(info(), SIGNER)[:2]), False),
    "nothing": (b"", False),
    "cut off": (GOOD[:-1], False),
}


@pytest.mark.parametrize(("response", "good"), ALIKE.values(), ids=ALIKE)
def test_openssl_and_we_give_the_same_verdict(response: bytes, good: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a verdict
    assert (is_good_to_us(response), is_good_to_openssl(response, tmp_path)) == (good, good)


STRICTER: dict[str, bytes] = {
    "unsorted certificates": token(by=BELOW, embedded=(BELOW, BETWEEN), sort=False),
    "granted with changes": token(status=1),
    "another policy": token(policy="1.2.392.200000.2"),
    "signed with SHA-1 as it says": token(digest="1.3.14.3.2.26"),
    "something behind": GOOD + b"\x00",
}


@pytest.mark.parametrize("response", STRICTER.values(), ids=STRICTER)
def test_we_refuse_more_than_openssl_does(response: bytes) -> None:
    assert not is_good_to_us(response)


def test_openssl_takes_certificates_in_any_order(tmp_path: Path) -> None:
    # The trap: what OpenSSL writes and reads, the second reader refuses. We say so plainly.
    assert is_good_to_openssl(STRICTER["unsorted certificates"], tmp_path)


# Their writer, our reader


def make_authority(folder: Path, *, certificates: Sequence[Party] = (), more: str = "") -> None:
    """Set up `openssl ts -reply` in a folder."""
    private = SIGNER.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "tsa.key").write_bytes(private)
    (folder / "tsa.pem").write_text(SIGNER.pem)
    (folder / "root.pem").write_text(ROOT.pem)
    (folder / "serial").write_text("01\n")
    lines = [
        "[tsa]",
        "default_tsa = authority",
        "[authority]",
        "serial = serial",
        "signer_cert = tsa.pem",
        "signer_key = tsa.key",
        "signer_digest = sha256",
        f"default_policy = {POLICY}",
        "digests = sha256",
        "ess_cert_id_alg = sha256",
        more,
    ]
    if certificates:
        (folder / "chain.pem").write_text("".join(each.pem for each in certificates))
        lines.append("certs = chain.pem")
    (folder / "tsa.cnf").write_text("\n".join(lines) + "\n")


def answer(folder: Path, request: bytes) -> bytes:
    (folder / "request.tsq").write_bytes(request)
    asked = ("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "request.tsq")
    done = openssl(*asked, "-out", "reply.tsr", folder=folder)
    assert done.returncode == 0, done.stderr
    return (folder / "reply.tsr").read_bytes()


class Site(BaseHTTPRequestHandler):
    """A time-stamp authority over HTTP (RFC 3161 §3.4), with OpenSSL behind it."""

    folder: ClassVar[Path]

    def do_POST(self) -> None:
        assert self.headers["Content-Type"] == "application/timestamp-query"
        said = answer(self.folder, self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    make_authority(tmp_path)
    Site.folder = tmp_path
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_authority_on_openssl_answers_our_question(site: str) -> None:
    kept = check_response(ask_time(site, REQUEST), REQUEST)

    assert verify_token(kept, SIGNATURE, (authority(),), at=FAR).owner == "TSA"


@pytest.mark.parametrize(
    "more",
    [
        "",
        "clock_precision_digits = 3\naccuracy = secs:1, millisecs:500",
        "ordering = yes\ntsa_name = yes",
        "ess_cert_id_chain = yes",
        "ess_cert_id_alg = sha1",
        "ess_cert_id_alg = sha512",
        "signer_digest = sha512",
    ],
)
def test_every_kind_of_token_of_openssl_is_read(more: str, tmp_path: Path) -> None:
    make_authority(tmp_path, more=more)
    response = answer(tmp_path, REQUEST)

    kept = check_response(response, REQUEST)
    assert verify_token(kept, SIGNATURE, (authority(),), at=FAR).at == read_token(kept).info.at


def test_the_time_that_we_read_is_the_one_that_openssl_prints(tmp_path: Path) -> None:
    make_authority(tmp_path)
    response = answer(tmp_path, REQUEST)

    printed = openssl("ts", "-reply", "-in", "reply.tsr", "-text", folder=tmp_path).stdout.decode()
    (line,) = (line for line in printed.splitlines() if line.startswith("Time stamp: "))
    shown = datetime.strptime(line, "Time stamp: %b %d %H:%M:%S %Y GMT").replace(tzinfo=UTC)
    assert read_token(response).info.at == shown


def test_our_question_is_what_openssl_asks(tmp_path: Path) -> None:
    (tmp_path / "signature").write_bytes(SIGNATURE)
    asked = ("ts", "-query", "-data", "signature", "-sha256", "-cert", "-no_nonce")
    openssl(*asked, "-out", "request.tsq", folder=tmp_path)

    theirs = (tmp_path / "request.tsq").read_bytes()
    nonce = REQUEST[len(theirs) - 3 : -3]
    assert bytes((0x30, theirs[1] + len(nonce))) + theirs[2:-3] + nonce + theirs[-3:] == REQUEST


def test_a_refusal_of_openssl_is_told(tmp_path: Path) -> None:
    make_authority(tmp_path, more="digests = sha512")
    with pytest.raises(TrustError) as caught:
        check_response(answer(tmp_path, REQUEST), REQUEST)
    assert (caught.value.code, caught.value.values) == ("MN451", {"reason": "PKIStatus 2"})


def test_a_chain_that_openssl_writes_unsorted_is_sorted_to_be_kept(tmp_path: Path) -> None:
    make_authority(tmp_path, certificates=(ROOT,))
    response = answer(tmp_path, REQUEST)
    assert list(read_token(response).certificates) == [SIGNER.der, ROOT.der]
    assert sorted([SIGNER.der, ROOT.der]) == [ROOT.der, SIGNER.der]

    with pytest.raises(TrustError) as caught:
        verify_token(response, SIGNATURE, (authority(),), at=FAR)
    assert caught.value.values == {"detail": "the certificates in it are not sorted as DER demands"}
    kept = check_response(response, REQUEST)
    assert verify_token(kept, SIGNATURE, (authority(),), at=FAR).owner == "TSA"
    # OpenSSL, who wrote it, finds nothing amiss either; the clock of its token is the real one.
    (tmp_path / "kept.tsr").write_bytes(kept)
    (tmp_path / "signature").write_bytes(SIGNATURE)
    files = ("-data", "signature", "-in", "kept.tsr", "-CAfile", "root.pem")
    assert b"Verification: OK" in openssl("ts", "-verify", *files, folder=tmp_path).stdout
