"""The page is written on request, with the digest that its readers compare."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mnaudit.errors import ExitCode
from mnaudit.report.verification_page import verification_page

if TYPE_CHECKING:
    from tests.cli.conftest import Program


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_it_writes_the_page_and_prints_its_digest(mnaudit: Program, lang: str) -> None:
    told = mnaudit("verify-page", "-o", "out/page.html", lang=lang)

    data = Path("out/page.html").read_bytes()
    assert told.code == ExitCode.SATISFIED
    assert data == verification_page().encode()
    assert told.out == f"{sha256(data).hexdigest()}  out/page.html\n"
    assert "out/page.html" in told.err


def test_the_page_does_not_depend_on_the_language(mnaudit: Program) -> None:
    digests = {mnaudit("verify-page", lang=lang).out for lang in ("ja", "en")}

    assert len(digests) == 1


def test_a_page_that_cannot_be_written_is_said(mnaudit: Program) -> None:
    Path("file").write_text("", "utf-8")

    told = mnaudit("verify-page", "-o", "file/verify.html")

    assert told.code == ExitCode.USAGE
    assert "MN008" in told.err
