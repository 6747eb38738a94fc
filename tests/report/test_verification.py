"""The report that an auditor files: complete, the same in every format, and deaf to its input."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime
from hashlib import sha256
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from mnaudit.errors import ConfigurationError
from mnaudit.messages import LANGUAGES, phrases
from mnaudit.model.verdict import Check, Disclosed, Logged, Outcome, Redacted, Result, Verdict
from mnaudit.model.verification import VerificationFacts
from mnaudit.report.verification import FORMATS, render_verification

if TYPE_CHECKING:
    from collections.abc import Callable

    from mnaudit.messages import Language

FINGERPRINT = "0f1e2d3c4b5a6978" * 4
DIGEST = "5f3b1c9e" * 8
AT = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)
NAMES = (
    "README.txt",
    "SHA256SUMS",
    "catalog.json",
    "evidence/organization.yaml",
    "evidence/教育研修/2026.yaml",
    "log/status.tlog-proof",
    "manifest.sigstore.json",
    "mimetype",
    "signer.pub.pem",
    "status.sigstore.json",
    "trust/policy.v2.dsse.json",
)
IDS = (
    "container",
    "layout",
    "signer-key",
    "pin",
    "manifest-envelope",
    "status-envelope",
    "same-signer",
    "manifest-signature",
    "status-signature",
    "manifest-statement",
    "status-statement",
    "manifest-binding",
    "manifest-tree",
    "disclosure",
    "evidence-digests",
    "evidence-complete",
    "evidence-closed",
    "catalog-digest",
    "readme",
    "checksums",
    "sidecar",
    "policy",
    "signer-authorized",
    "time-stamp",
    "log-entry",
    "log-signed",
    "log-witnessed",
    "signer-in-time",
    "log-continues",
    "status-current",
    "catalog-known",
    "reevaluation",
)

each_language = pytest.mark.parametrize("language", LANGUAGES)


def status(**how: Any) -> dict[str, Any]:
    counts = {"satisfied": 41, "not-satisfied": 1, "indeterminate": 0, "waived": 1}
    return {
        "organization": {"name": "株式会社みほん", "corporate_number": "8000000000001"},
        "catalog": {"id": "urn:mnaudit:catalog:employer", "version": "1.0.0", "sha256": DIGEST},
        "as_of": "2026-03-31",
        "tiers": {
            "minimum": {"status": "not-satisfied", "counts": counts},
            "optional": {"status": "satisfied", "counts": {"satisfied": 12, "not-satisfied": 0}},
        },
    } | how


def facts(**how: Any) -> VerificationFacts:
    given: dict[str, Any] = {
        "name": "mihon-2026-03.mnaudit.zip",
        "sha256": DIGEST,
        "size": 1234567,
        "at": AT,
        "version": "0.4.0",
        "sizes": {name: 100 * len(name) for name in NAMES if name != "mimetype"},
    }
    return VerificationFacts(**(given | how))


def verdict(result: Result = Result.VALID, *ended: Check, **how: Any) -> Verdict:
    """Return a verdict in which all checks passed but those that are given."""
    others = {check.id: check for check in ended}
    given: dict[str, Any] = {
        "result": result,
        "checks": tuple(others.get(id_, Check(id=id_, outcome=Outcome.PASSED)) for id_ in IDS),
        "fingerprint": FINGERPRINT,
        "status": status(),
        "status_sha256": DIGEST[::-1],
        "files": dict.fromkeys(NAMES, DIGEST),
    }
    return Verdict(**(given | how))


def ended(id_: str, outcome: Outcome, code: str, **values: str | int) -> Check:
    return Check(id=id_, outcome=outcome, code=code, values=values)


BY_PIN = (
    ended("disclosure", Outcome.NOT_APPLICABLE, "MN447"),
    ended("policy", Outcome.NOT_APPLICABLE, "MN481"),
    ended("time-stamp", Outcome.NOT_APPLICABLE, "MN453", count=0),
    ended("log-entry", Outcome.NOT_APPLICABLE, "MN447"),
)
VIEWS: dict[str, tuple[Verdict, VerificationFacts]] = {
    "valid": (
        verdict(policy_version=2, signed_at=AT),
        facts(policy_sha256=FINGERPRINT[::-1]),
    ),
    "pinned": (verdict(Result.VALID, *BY_PIN), facts(pin=FINGERPRINT)),
    "invalid": (
        verdict(
            Result.INVALID,
            *BY_PIN,
            ended(
                "evidence-digests",
                Outcome.FAILED,
                "MN433",
                member="evidence/organization.yaml",
                count=1,
            ),
            ended("reevaluation", Outcome.UNKNOWN, "MN439", check="evidence-digests"),
        ),
        facts(pin=FINGERPRINT),
    ),
    "indeterminate": (
        verdict(
            Result.INDETERMINATE,
            *BY_PIN,
            ended("pin", Outcome.UNKNOWN, "MN422", actual=FINGERPRINT),
        ),
        facts(),
    ),
    "partial": (
        verdict(
            disclosed=Disclosed(
                recipient="株式会社いたく 監査室",
                shown=4,
                total=120,
                covered=("ORG-a-01 minimum",),
                uncovered=("ORG-a-02 minimum", "TEC-a-01 optional"),
            ),
            files=dict.fromkeys((*NAMES, "disclosure.json"), DIGEST),
        ),
        facts(pin=FINGERPRINT),
    ),
    "all-covered": (
        verdict(disclosed=Disclosed(recipient="みほん", shown=4, total=5, covered=("ORG-a-01",))),
        facts(pin=FINGERPRINT),
    ),
    "logged": (
        verdict(
            policy_version=2,
            signed_by="CI <b>",
            logged=Logged(origin="8000000000001/mnaudit/status", index=3, size=12, root=DIGEST),
        ),
        facts(policy_sha256=FINGERPRINT[::-1]),
    ),
    "redacted": (
        verdict(
            redacted=(
                Redacted(
                    id="roster-2026-05",
                    path="training-record/名簿.csv",
                    redacted_on="2026-05-02",
                    approved_by="監査責任者",
                ),
                Redacted(
                    id="log-2026-05",
                    path="access-log/<b>\u202e.csv",
                    redacted_on="2026-05-03",
                    approved_by="監査<責任者>",
                    leaf=17,
                ),
            )
        ),
        facts(pin=FINGERPRINT),
    ),
    "no-container": (
        verdict(
            Result.INVALID,
            checks=(
                ended("container", Outcome.FAILED, "MN410", field="size"),
                ended("layout", Outcome.UNKNOWN, "MN439", check="container"),
            ),
            fingerprint=None,
            status=None,
            status_sha256=None,
            files={},
        ),
        facts(),
    ),
}
SUFFIX = {"json": "json", "markdown": "md", "html": "html"}


def shown(view: str, format_: str, language: Language) -> str:
    return render_verification(format_, *VIEWS[view], language).decode()


@each_language
@pytest.mark.parametrize("format_", ["markdown", "html"])
@pytest.mark.parametrize("view", ["valid", "invalid", "partial"])
def test_the_report_stays_as_it_is(
    view: str, format_: str, language: Language, golden: Callable[[str, bytes], None]
) -> None:
    page = render_verification(format_, *VIEWS[view], language)

    golden(f"verification/{view}.{language}.{SUFFIX[format_]}", page)


@pytest.mark.parametrize("view", VIEWS)
def test_the_data_are_the_same_in_every_language(view: str) -> None:
    assert shown(view, "json", "ja") == shown(view, "json", "en")


def test_the_data_hold_the_verdict_and_the_facts() -> None:
    data = json.loads(shown("valid", "json", "ja"))

    assert data["schema"] == "mnaudit/verdict@1"
    assert data["bundle"] == "mihon-2026-03.mnaudit.zip"
    assert data["result"] == "VALID"
    assert [check["id"] for check in data["checks"]] == list(IDS)
    assert data["verification"]["sha256"] == DIGEST
    assert data["verification"]["at"] == "2026-04-01T03:00:00Z"
    assert data["verification"]["policy_sha256"] == FINGERPRINT[::-1]
    assert "pin" not in data["verification"]


def test_another_format_is_refused() -> None:
    with pytest.raises(ConfigurationError) as caught:
        render_verification("pdf", *VIEWS["valid"], "ja")
    assert caught.value.code == "MN007"


@each_language
@pytest.mark.parametrize("format_", ["markdown", "html"])
@pytest.mark.parametrize("view", VIEWS)
def test_the_page_says_what_was_verified_and_when(
    view: str, format_: str, language: Language
) -> None:
    page = shown(view, format_, language)
    found, made = VIEWS[view]

    assert found.result in page
    assert phrases("verification", language)[f"word_{found.result}"] in page
    assert "2026-04-01T03:00:00Z" in page
    assert "2026-04-01 12:00:00" in page
    assert "1,234,567" in page
    assert made.version in page
    assert " ".join(re.findall("....", made.sha256)) in page


@each_language
@pytest.mark.parametrize("format_", ["markdown", "html"])
@pytest.mark.parametrize("view", VIEWS)
def test_every_check_and_every_file_is_listed(view: str, format_: str, language: Language) -> None:
    page, found = shown(view, format_, language), VIEWS[view][0]

    assert all(check.id in page for check in found.checks)
    assert all(check.code in page for check in found.checks if check.code)
    assert all(name.rpartition("/")[2] in page for name in found.files)
    assert page.count(DIGEST) >= len(found.files)


@each_language
def test_checks_are_numbered_as_in_the_specification(language: Language) -> None:
    rows = re.findall(
        r"^\| ([0-9]+) \| .+ <code>([a-z-]+)</code> \|",
        shown("valid", "markdown", language),
        re.MULTILINE,
    )

    assert rows == [(str(number), id_) for number, id_ in enumerate(IDS, start=1)]


@each_language
@pytest.mark.parametrize("format_", ["markdown", "html"])
def test_there_is_room_for_a_name_and_a_date(format_: str, language: Language) -> None:
    page, words = shown("valid", format_, language), phrases("verification", language)

    for blank in ("paper", "signer_name", "signer_office", "signer_sign", "signer_date"):
        assert words[blank] in page


@each_language
def test_the_limits_are_those_of_what_was_looked_at(language: Language) -> None:
    words = phrases("verification", language)
    always = {"limit_self_check", "limit_facts", "limit_omitted"}
    alone = {"limit_policy", "limit_time-stamp", "limit_log-entry"}

    def said(view: str) -> set[str]:
        page = shown(view, "html", language)
        return {key for key in words if key.startswith("limit_") and words[key] in page}

    assert said("valid") == always
    assert said("pinned") == always | alone
    assert said("partial") == always | {"limit_partial"}
    assert said("no-container") == always | alone


@each_language
@pytest.mark.parametrize("format_", ["markdown", "html"])
def test_what_was_redacted_is_listed_with_its_approver(format_: str, language: Language) -> None:
    page, words = shown("redacted", format_, language), phrases("verification", language)

    assert words["redacted"] in page
    assert words["redacted_note"] in page
    assert "監査責任者" in page
    assert "roster-2026-05" in re.sub(r"\\", "", page)
    assert "葉 17" in page if language == "ja" else "leaf 17" in page
    assert "<b>" not in page.partition(words["redacted"])[2].partition(words["checks"])[0]
    assert "\u202e" not in page
    assert words["redacted"] not in shown("valid", format_, language)


@each_language
@pytest.mark.parametrize("format_", ["markdown", "html"])
def test_the_signer_and_the_place_in_the_log_are_named(format_: str, language: Language) -> None:
    page = shown("logged", format_, language)
    page = re.sub(r"\\(.)", r"\1", page)

    assert "CI &lt;b&gt;" in page
    assert "8000000000001/mnaudit/status" in page
    assert ("3 番" if language == "ja" else "3 (counted from 0, of 12)") in page
    assert " ".join(re.findall("....", DIGEST)) in page


@each_language
@pytest.mark.parametrize("format_", ["markdown", "html"])
def test_a_control_is_named_once_if_neither_tier_was_derived_again(
    format_: str, language: Language
) -> None:
    both = Disclosed(recipient="x", shown=1, total=9, uncovered=("A-01 minimum", "A-01 optional"))
    page = render_verification(format_, verdict(disclosed=both), facts(), language).decode()

    assert page.replace("\\", "").count("A-01") == 1


def test_the_data_number_the_checks() -> None:
    checks = json.loads(shown("valid", "json", "ja"))["checks"]

    assert [check["number"] for check in checks] == list(range(1, 33))


def test_without_a_pin_the_report_says_that_nobody_knows_the_signer() -> None:
    words = phrases("verification", "ja")

    assert words["value_nothing_pinned"] in shown("indeterminate", "html", "ja")
    assert words["value_nothing_pinned"] not in shown("valid", "html", "ja")
    assert words["value_nothing_pinned"] not in shown("pinned", "html", "ja")


# Which files match


def marks(found: Verdict) -> dict[str, str]:
    """Return the word beside every file of the Markdown report."""
    page = render_verification("markdown", found, facts(), "en").decode()
    rows = re.findall(
        rf"^\| (\S+) \| [0-9,]* \| <code>{DIGEST}</code> \| . (\w+) \|$", page, re.MULTILINE
    )
    return {re.sub(r"\\", "", name): word for name, word in rows}


ONE = "evidence/organization.yaml"
OTHER = "evidence/教育研修/2026.yaml"


def test_all_files_of_a_good_bundle_match() -> None:
    assert set(marks(VIEWS["valid"][0]).values()) == {"matches"}
    assert set(marks(VIEWS["valid"][0])) == set(NAMES)


def test_the_one_file_that_differs_is_named() -> None:
    found = marks(VIEWS["invalid"][0])

    assert found.pop(ONE) == "differs"
    assert set(found.values()) == {"matches"}


def test_of_several_files_that_differ_only_the_first_is_known() -> None:
    wrong = ended("evidence-digests", Outcome.FAILED, "MN433", member=ONE, count=2)
    found = marks(verdict(Result.INVALID, wrong))

    assert (found[ONE], found[OTHER], found["README.txt"]) == ("differs", "unknown", "matches")


def test_a_file_that_nobody_declared_differs() -> None:
    wrong = ended("evidence-closed", Outcome.FAILED, "MN435", member=OTHER, count=1)
    found = marks(verdict(Result.INVALID, wrong))

    assert (found[ONE], found[OTHER]) == ("matches", "differs")


@pytest.mark.parametrize(
    ("id_", "names"),
    [
        ("readme", {"README.txt"}),
        ("catalog-digest", {"catalog.json"}),
        ("manifest-signature", {"manifest.sigstore.json"}),
        ("status-signature", {"status.sigstore.json"}),
        ("same-signer", {"signer.pub.pem"}),
        (
            "checksums",
            {"SHA256SUMS", "mimetype", "log/status.tlog-proof", "trust/policy.v2.dsse.json"},
        ),
    ],
)
@pytest.mark.parametrize(
    ("outcome", "word"), [(Outcome.FAILED, "differs"), (Outcome.UNKNOWN, "unknown")]
)
def test_a_file_is_as_good_as_the_checks_about_it(
    id_: str, names: set[str], outcome: Outcome, word: str
) -> None:
    found = marks(verdict(Result.INVALID, Check(id=id_, outcome=outcome)))

    assert {name for name, said in found.items() if said == word} == names


def test_a_file_about_which_no_check_was_made_is_unknown() -> None:
    assert set(marks(verdict(checks=())).values()) == {"unknown"}
    assert set(marks(verdict(checks=tuple(
        ended(id_, Outcome.NOT_APPLICABLE, "MN453", count=0) for id_ in IDS
    ))).values()) == {"unknown"}  # fmt: skip


# What a bundle could do to the page


EVIL = "<script>alert(1)</script>|\u202egnp.exe\n# [x](javascript:x) `y` @z"


class Tags(HTMLParser):
    """Collects every tag and attribute of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def evil() -> tuple[Verdict, VerificationFacts]:
    organization = {"name": EVIL, "corporate_number": EVIL}
    catalog = {"id": EVIL, "version": EVIL, "sha256": DIGEST}
    found = verdict(
        Result.INVALID,
        checks=(
            ended("evidence-closed", Outcome.FAILED, "MN435", member=EVIL, count=1),
            ended(EVIL, Outcome.FAILED, EVIL, member=EVIL),
        ),
        status=status(organization=organization, catalog=catalog),
        files={EVIL: EVIL, f"evidence/{EVIL}": DIGEST},
        disclosed=Disclosed(recipient=EVIL, shown=1, total=2, uncovered=(EVIL,)),
    )
    return found, facts(name=EVIL, version=EVIL)


@each_language
def test_nothing_in_a_bundle_becomes_markup(language: Language) -> None:
    page = render_verification("html", *evil(), language).decode()

    assert "<script" not in page
    assert "\u202e" not in page
    assert {tag for tag, _ in Tags(page).found} == {
        tag for tag, _ in Tags(shown("partial", "html", language)).found
    }


@each_language
def test_nothing_in_a_bundle_becomes_markdown(language: Language) -> None:
    page = render_verification("markdown", *evil(), language).decode()

    assert "<script" not in page
    assert "\u202e" not in page
    assert not re.search(r"(?<!\\)[\[\]]|(?<!\\)`", page)
    heads = [line for line in page.splitlines() if line.startswith("#")]
    assert len(heads) == len(
        [line for line in shown("partial", "markdown", language).splitlines() if line[:1] == "#"]
    )


def test_nothing_in_a_bundle_hides_in_the_data() -> None:
    page = render_verification("json", *evil(), "ja").decode()

    assert "\u202e" not in page
    assert json.loads(page)["bundle"] == EVIL


@each_language
@pytest.mark.parametrize("view", VIEWS)
def test_the_page_loads_and_runs_nothing(view: str, language: Language) -> None:
    page = shown(view, "html", language)
    tags = Tags(page).found

    assert not {"script", "link", "img", "iframe", "form", "a", "object"} & {t for t, _ in tags}
    assert not [name for _, attributes in tags for name in attributes if name.startswith("on")]
    assert not [name for _, attributes in tags for name in attributes if name == "style"]
    assert "://" not in page
    (policy,) = (
        str(attributes["content"])
        for tag, attributes in tags
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )
    (style,) = re.findall(r"<style>(.*)</style>", page, re.DOTALL)
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


@each_language
def test_all_sentences_of_the_report_are_used(language: Language) -> None:
    pages = "".join(shown(view, format_, language) for view in VIEWS for format_ in SUFFIX)

    def pattern(sentence: str) -> str:
        return re.sub(r"\\\{\w+\\\}", ".*?", re.escape(sentence))

    words = phrases("verification", language)
    unused = [key for key, said in words.items() if not re.search(pattern(said), pages)]
    assert unused == []


@pytest.mark.parametrize("format_", FORMATS)
def test_the_same_values_give_the_same_bytes(format_: str) -> None:
    assert shown("partial", format_, "ja") == shown("partial", format_, "ja")
