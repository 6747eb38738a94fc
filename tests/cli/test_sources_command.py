"""The portal: what is listed, and what a look at the addresses says."""

from __future__ import annotations

import json
import re
import threading
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from mnaudit.cli import main
from mnaudit.load.shipped import shipped
from mnaudit.load.sources import read_sources

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = b"<html>guideline</html>"


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(301)
            self.send_header("Location", "/page")
            self.end_headers()
            return
        self.send_response(200 if self.path == "/page" else 404)
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


class Run:
    """What a run of the program left."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err

    @property
    def data(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    def ran(*arguments: str, lang: str = "ja") -> Run:
        with pytest.raises(SystemExit) as left:
            main(["--lang", lang, "sources", *arguments])
        captured = capsys.readouterr()
        code = left.value.code
        assert isinstance(code, int)
        return Run(code, captured.out, captured.err)

    return ran


def controls(folder: Path, **addresses: str | None) -> str:
    """Write a folder with one source for each address; ``changed`` has another digest."""
    entries = []
    for name, address in addresses.items():
        entry = [
            f"  - id: {name}",
            "    issuer: { ja: 委員会, en: Commission }",
            "    title: { ja: 資料, en: Document }",
            *([] if address is None else [f"    address: {address}"]),
            "    audience: [all]",
            "    topics: [law]",
            "    stages: [use]",
            '    checked_on: "2025-09-24"',
            "    status: seen",
        ]
        if name == "changed":
            entry.append(f"    sha256: {'0' * 64}")
        if name == "same":
            entry.append(f"    sha256: {sha256(PAGE).hexdigest()}")
        entries += entry
    text = "\n".join(["sections: []", "stages: []", "sources:", *entries]) + "\n"
    (folder / "sources.yaml").write_text(text, encoding="utf-8")
    return str(folder)


def test_sources_are_listed_by_audience_and_topic(run: Any) -> None:
    result = run("list", "--audience", "sme", "--topic", "disposal")
    assert result.code == 0
    assert "ppc-guideline-business" in result.out
    assert "nta-taxanswer-2503" in result.out
    assert "ppc-guideline-government" not in result.out


def test_a_stage_comes_with_the_sections_of_the_guideline(run: Any) -> None:
    result = run("list", "--stage", "dispose", lang="en")
    assert "4-3-(3) Limits of collection and storage" in result.out
    assert "#a4-3-3" in result.out
    assert not re.search("[ぁ-んァ-ヶ一-龠]", result.out)


def test_security_control_is_a_stage_of_its_own(run: Any) -> None:
    result = run("list", "--stage", "secure", "--audience", "financial")
    assert "C-a 組織体制の整備" in result.out
    assert "ppc-guideline-business" in result.out


def test_conditions_that_no_source_meets_say_so(run: Any) -> None:
    result = run("list", "--topic", "revision", "--stage", "use", "--audience", "financial")
    assert result.code == 0
    assert (
        run("list", "--topic", "corporate-number", "--stage", "dispose")
        .out.strip()
        .endswith("当てはまる資料はありません。")
    )


def test_a_list_is_data_too(run: Any) -> None:
    data = run("list", "--topic", "leak", "--format", "json").data
    assert data["schema"] == "mnaudit/sources@1"
    assert {"ppc-leak", "law-leak-rules"} <= {source["id"] for source in data["sources"]}


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_source_is_shown_whole(run: Any, lang: str) -> None:
    result = run("show", "ppc-guideline-business", lang=lang)
    assert result.code == 0
    assert "2025-06" in result.out
    assert "#b1-2" in result.out
    assert run("show", "ppc-leak", "--format", "json").data["source"]["id"] == "ppc-leak"


def test_every_source_can_be_shown_in_both_languages(run: Any) -> None:
    for source in read_sources(shipped("controls")).sources:
        assert source.id in run("show", source.id).out
        assert not re.search("[ぁ-んァ-ヶ一-龠]", run("show", source.id, lang="en").out)


def test_an_unknown_source_is_wrong_usage(run: Any) -> None:
    for command in ("show", "check"):
        result = run(command, "hearsay")
        assert result.code == 2
        assert "MN338" in result.err


def test_pages_as_they_were_are_a_pass(run: Any, site: str, tmp_path: Path) -> None:
    folder = controls(tmp_path, plain=f"{site}/page", same=f"{site}/page", none=None)
    result = run("check", "--controls", folder)
    assert result.code == 0
    assert "変わりなし 2" in result.out
    assert "アドレスなし 1" in result.out


@pytest.mark.parametrize(
    ("name", "path"), [("moved", "/moved"), ("changed", "/page"), ("gone", "/nothing")]
)
def test_a_page_that_is_not_as_it_was_is_not_a_pass(
    run: Any, site: str, tmp_path: Path, name: str, path: str
) -> None:
    folder = controls(tmp_path, **{"plain": f"{site}/page", name: f"{site}{path}"})
    result = run("check", "--controls", folder, lang="en")
    assert result.code == 1
    assert f"{name}  {name}" in result.out


def test_a_page_that_moved_tells_where_to(run: Any, site: str, tmp_path: Path) -> None:
    folder = controls(tmp_path, moved=f"{site}/moved")
    result = run("check", "--controls", folder, "--format", "json")
    assert result.code == 1
    (found,) = result.data["sources"]
    assert (found["state"], found["moved_to"]) == ("moved", f"{site}/page")
    assert found["sha256"] == sha256(PAGE).hexdigest()


def test_a_server_that_is_silent_leaves_the_answer_open(run: Any, tmp_path: Path) -> None:
    folder = controls(tmp_path, silent="http://127.0.0.1:9/")
    result = run("check", "--controls", folder, "--timeout", "1", lang="en")
    assert result.code == 3
    assert "unreachable  silent" in result.out


def test_only_the_sources_that_are_named_are_asked(run: Any, site: str, tmp_path: Path) -> None:
    folder = controls(tmp_path, plain=f"{site}/page", gone=f"{site}/x")
    assert run("check", "plain", "--controls", folder).code == 0


def test_progress_is_shown_on_a_terminal_only(
    run: Any, site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = controls(tmp_path, plain=f"{site}/page")
    assert run("check", "--controls", folder).err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    assert "1/1 plain" in run("check", "--controls", folder).err


@pytest.mark.parametrize("text", ["sources: []\n", "sections: [", ""])
def test_sources_that_cannot_be_read_are_wrong_configuration(
    run: Any, tmp_path: Path, text: str
) -> None:
    (tmp_path / "sources.yaml").write_text(text, encoding="utf-8")
    assert run("list", "--controls", str(tmp_path)).code == 2


def test_a_folder_without_sources_is_wrong_configuration(run: Any, tmp_path: Path) -> None:
    result = run("list", "--controls", str(tmp_path))
    assert result.code == 2
    assert "MN300" in result.err


def test_there_are_sources_for_everybody_each_with_a_day_and_a_status() -> None:
    sources = read_sources(shipped("controls"))
    assert len(sources.sources) >= 32
    assert {"all", "large", "sme", "local-government", "financial"} == {
        audience for source in sources.sources for audience in source.audience
    }
    # Where only the name is known there is no address to mislead anybody.
    for source in sources.sources:
        assert source.address or source.status in {"mirror", "unconfirmed"}
    assert len(set(sources.source)) == len(sources.sources)
