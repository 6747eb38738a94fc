"""The page that an auditor opens is closed to the outside, complete, and the same every time."""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from datetime import date
from hashlib import sha256
from html.parser import HTMLParser
from importlib.resources import files
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from mnaudit.messages import LANGUAGES, codes, phrases
from mnaudit.model.base import Model, Sha256
from mnaudit.report import verification_page as maker
from mnaudit.report.verification_page import SCRIPTS, shape, verification_page
from mnaudit.verify import CHECK_IDS, OUTER_CHECK_IDS

FOLDER = files("mnaudit.report").joinpath("verify_page")
SOURCES = {name: FOLDER.joinpath(name).read_text("utf-8") for name in SCRIPTS}
SCRIPT = "\n".join(SOURCES.values())
TEMPLATE = FOLDER.joinpath("page.html").read_text("utf-8")
# Words that are asked for by a name made at run time.
MADE = {
    *(f"verdict_{name}" for name in ("VALID", "INVALID", "INDETERMINATE")),
    *(f"outcome_{name}" for name in ("passed", "failed", "unknown", "not-applicable")),
    *(f"pin_{name}" for name in ("passed", "failed", "unknown")),
    *(f"file_{name}" for name in ("match", "changed", "missing", "added", "withheld")),
    *("reason_too_large", "reason_no_webcrypto", "reason_no_ed25519", "reason_unexpected"),
    *("minimum", "optional", "minimum_short", "optional_short"),
    *("limit_reevaluation", "limit_policy", "limit_time", "limit_log"),
    *("valid_full", "valid_partial", "waivers", "problems", "withheld"),
    *("wrong_signer", "unknown_signer", "partial_unexpected"),
    *("copied", "copy_by_hand"),
}


class Page(HTMLParser):
    """The elements of the page, and the text in its script and style."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, str] = {}
        self._open = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open = tag

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the signature of HTMLParser
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open in {"script", "style"}:
            self.inside[self._open] = self.inside.get(self._open, "") + data

    @property
    def policy(self) -> dict[str, str]:
        """The content security policy, by directive."""
        (content,) = (
            attributes["content"] or ""
            for tag, attributes in self.elements
            if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
        )
        pairs = (each.strip().partition(" ") for each in content.split(";"))
        return {name: value for name, _, value in pairs}


PAGE = Page(verification_page())


# The policy


@pytest.mark.parametrize("part", ["script", "style"])
def test_the_policy_names_the_digest_of_what_the_page_brings(part: str) -> None:
    digest = base64.b64encode(sha256(PAGE.inside[part].encode()).digest()).decode()

    assert PAGE.policy[f"{part}-src"] == f"'sha256-{digest}'"


def test_the_policy_forbids_everything_else() -> None:
    assert PAGE.policy["default-src"] == "'none'"
    assert PAGE.policy["base-uri"] == "'none'"
    assert PAGE.policy["form-action"] == "'none'"
    assert PAGE.policy["require-trusted-types-for"] == "'script'"
    assert PAGE.policy["trusted-types"] == "'none'"
    assert not re.search(r"unsafe|\*|https?:|data:|blob:", str(PAGE.policy))


def test_the_policy_comes_before_anything_that_it_governs() -> None:
    tags = [tag for tag, _ in PAGE.elements]
    (at,) = (
        at
        for at, (_, attributes) in enumerate(PAGE.elements)
        if attributes.get("http-equiv") == "Content-Security-Policy"
    )

    assert at < tags.index("style") < tags.index("script")
    assert Counter(tags)["script"] == Counter(tags)["style"] == 1


def test_nothing_is_loaded_and_nothing_leads_away() -> None:
    for tag, attributes in PAGE.elements:
        assert tag not in {"link", "img", "iframe", "object", "embed", "base", "a", "form"}
        assert not attributes.keys() & {"src", "href", "action", "style", "srcset"}
        assert not any(name.startswith("on") for name in attributes)
    style = PAGE.inside["style"]
    assert not re.search(r"url\(|@import|@font-face|https?:", style)
    addresses = set(re.findall(r"https?://[^\s'\"\\]+", SCRIPT))
    # Names of types, which nobody looks up.
    assert addresses == {
        "https://in-toto.io/Statement/v1",
        "https://model_signing/signature/v1.0",
    }


@pytest.mark.parametrize(
    "danger",
    [
        r"\beval\b",
        r"\bFunction\(",
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write",
        r"\bfetch\b|XMLHttpRequest|WebSocket|EventSource|sendBeacon|\bimport\(",
        r"localStorage|sessionStorage|indexedDB|document\.cookie",
        r"setAttribute\('(?:on|style|src|href)",
        r"Math\.random|__proto__|\.constructor\b",
    ],
)
def test_the_script_does_nothing_of_this_kind(danger: str) -> None:
    assert re.findall(danger, SCRIPT) == []


# The script


def test_every_part_of_the_script_is_in_the_page() -> None:
    there = {each.name for each in FOLDER.iterdir() if each.name.endswith(".js")}

    assert there == set(SCRIPTS)
    assert all(text in PAGE.inside["script"] for text in SOURCES.values())


def test_no_name_of_the_script_is_declared_twice() -> None:
    # In one scope the second function of a name would silently replace the first.
    pattern = r"^(?:async )?(?:function|const|let|class) (\w+)"
    names = Counter(re.findall(pattern, SCRIPT, re.MULTILINE))

    assert len(names) > 100
    assert [name for name, count in names.items() if count > 1] == []


def test_no_sentence_can_end_the_script() -> None:
    literal = maker._literal({"a": "</script><!--", "b": "\u2028"})

    assert "<" not in literal
    assert json.loads(literal) == {"a": "</script><!--", "b": "\u2028"}
    assert PAGE.inside["script"].endswith("})();\n")


def test_the_page_is_the_same_every_time() -> None:
    assert verification_page() == verification_page()
    assert "\r" not in verification_page()
    assert "@@" not in verification_page()


def test_the_page_is_small() -> None:
    assert len(verification_page().encode()) < 300_000


def test_the_checks_are_those_of_the_program_in_their_order() -> None:
    made = re.findall(r"^  \['([a-z-]+)', (?:\[|MEMBER)", SOURCES["checks.js"], re.MULTILINE)
    block = re.search(r"const LEFT_OUT = \[(.*?)\];", SOURCES["checks.js"], re.DOTALL)
    assert block is not None
    left_out = re.findall(r"'([a-z-]+)'", block[1])

    # None may be missing: what is not made is said to be left out.
    assert set(made) | set(left_out) == {*CHECK_IDS, *OUTER_CHECK_IDS}
    assert made == list(CHECK_IDS)[: len(made)]


# Words


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_that_is_said_exists_and_none_is_left_over(language: str) -> None:
    said = set(re.findall(r"\bsay\(\s*'(\w+)'", SCRIPT))
    said |= set(re.findall(r'data-word="(\w+)"', TEMPLATE))
    own = re.findall(r"say\(disclosure \? '(\w+)' : '(\w+)'", SCRIPT)
    said |= {word for pair in own for word in pair} | MADE
    of_the_command = {"written"}

    known = phrases("verify_page", "ja" if language == "ja" else "en").keys()

    assert known - of_the_command == said


def test_every_reason_of_a_check_has_a_sentence() -> None:
    used = set(re.findall(r"'(MN[0-9]{3})'", SCRIPT))

    assert used <= set(codes())


def test_every_placeholder_of_a_word_gets_a_value() -> None:
    calls = dict(re.findall(r"say\('(\w+)', \{ ([^}]*) \}\)", SCRIPT))
    for name, values in calls.items():
        given = set(re.findall(r"(\w+)(?:,|:| *$)", values))
        wanted = set(re.findall(r"\{(\w+)\}", phrases("verify_page", "en")[name]))
        assert wanted <= given, name


# Shapes


class _Inner(Model):
    digest: Sha256
    day: date


class _Outer(Model):
    name: Annotated[str, Field(min_length=1, max_length=9)]
    choice: Literal["a", "b"]
    one: Literal["x"]
    inner: _Inner
    count: Annotated[int, Field(ge=0)]
    values: dict[str, str | int | tuple[str, ...]]
    by_choice: dict[Literal["a", "b"], bool]
    several: Annotated[tuple[int, ...], Field(max_length=3)] = ()
    maybe: _Inner | None = None


def test_a_model_becomes_a_closed_shape() -> None:
    inner = {
        "is": "object",
        "fields": {"digest": {"is": "text", "pattern": "^[0-9a-f]{64}$"}, "day": {"is": "day"}},
        "required": ["day", "digest"],
        "defaults": {},
    }

    assert shape(_Outer) == {
        "is": "object",
        "fields": {
            "name": {"is": "text", "min": 1, "max": 9},
            "choice": {"is": "choice", "of": ["a", "b"]},
            "one": {"is": "choice", "of": ["x"]},
            "inner": inner,
            "count": {"is": "integer", "min": 0},
            "values": {
                "is": "map",
                "each": {
                    "is": "either",
                    "of": [
                        {"is": "text"},
                        {"is": "integer"},
                        {"is": "list", "each": {"is": "text"}},
                    ],
                },
            },
            "by_choice": {
                "is": "map",
                "each": {"is": "boolean"},
                "keys": {"is": "choice", "of": ["a", "b"]},
            },
            "several": {"is": "list", "each": {"is": "integer"}, "max": 3},
            "maybe": inner,
        },
        "required": ["by_choice", "choice", "count", "inner", "name", "one", "values"],
        "defaults": {"several": [], "maybe": None},
    }


class _Float(Model):
    value: float


class _Multiple(Model):
    value: Annotated[int, Field(multiple_of=5)]


class _Anything(Model):
    value: Any


@pytest.mark.parametrize("model", [_Float, _Multiple, _Anything])
def test_a_model_that_the_page_could_not_check_is_refused(model: type[Model]) -> None:
    with pytest.raises(ValueError, match="no shape"):
        shape(model)
