"""What an auditor sees and does: a file, a fingerprint, a verdict, and a text for her papers."""

from __future__ import annotations

import json
import time
import unicodedata
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from tests.browser.conftest import complaints
from tests.bundle_corpus import (
    TRAINING,
    corpus,
    good_parts,
    key_of,
    leaf_hashes,
    manifest_statement,
    partial_parts,
)

from mnaudit.messages import entry, phrases
from mnaudit.signing.container import name_defect
from mnaudit.signing.strict_json import fold

if TYPE_CHECKING:
    from pathlib import Path

    from selenium import webdriver
    from tests.browser.conftest import Page

    from mnaudit.messages import Language

FINGERPRINT = key_of("ecdsa-p256").fingerprint
GROUPED = " ".join(FINGERPRINT[at : at + 4] for at in range(0, 64, 4))
NAME = "mihon-20261101.mnaudit.zip"


def words(key: str, language: Language = "ja", **values: object) -> str:
    return phrases("verify_page", language)[key].format(**values)


def good() -> bytes:
    return good_parts("ecdsa-p256").bundle()


def in_ja(page: Page) -> Page:
    page.find("[data-language=ja]").click()
    return page


# The verdict


def test_a_good_bundle_with_its_fingerprint_is_valid(page: Page) -> None:
    in_ja(page).enter(GROUPED.upper())
    page.choose(NAME, good())

    assert page.verdict == "VALID"
    assert page.find(".verdict > .mark").text == "○"
    assert words("valid_full", count=5) in page.find(".verdict").text
    assert words("valid_means") in page.find(".verdict").text


def test_the_page_says_what_it_does_not_check(page: Page) -> None:
    in_ja(page).enter(FINGERPRINT)
    page.choose(NAME, good())

    limits = page.find(".limits").text

    for key in ("limit_reevaluation", "limit_policy", "limit_time", "limit_log"):
        assert words(key) in limits


def test_without_a_fingerprint_nothing_is_valid_until_one_is_entered(page: Page) -> None:
    in_ja(page).choose(NAME, good())

    assert page.verdict == "INDETERMINATE"
    assert page.find(".verdict > .mark").text == "△"
    assert words("intact") in page.find(".verdict").text

    page.enter(FINGERPRINT)
    page.wait(lambda: page.verdict == "VALID")


def test_a_fingerprint_that_cannot_be_read_counts_as_none(page: Page) -> None:
    in_ja(page).choose(NAME, good())
    page.enter(FINGERPRINT[:-1])

    page.wait(lambda: page.find("#pin-error").is_displayed())
    assert page.verdict == "INDETERMINATE"
    assert page.find("#pin").get_attribute("aria-invalid") == "true"


def test_another_fingerprint_is_invalid_and_shows_no_claims(page: Page) -> None:
    in_ja(page).enter("0" * 64)
    page.choose(NAME, good())

    assert page.verdict == "INVALID"
    assert words("wrong_signer") in page.find(".verdict").text
    assert page.texts(".card") == []
    assert "株式会社見本商事" not in page.find("body").text


def test_changed_evidence_is_named(page: Page) -> None:
    parts = good_parts("ecdsa-p256")
    parts.members[TRAINING] = b"kind: other\n"
    in_ja(page).enter(FINGERPRINT)
    page.choose(NAME, parts.bundle())

    assert page.verdict == "INVALID"
    assert TRAINING in page.find(".verdict").text
    assert words("claims_unproven") in page.find("#result").text
    (changed,) = page.texts(".files li.changed b")[:1]
    assert changed == words("file_changed")


def test_undeclared_evidence_is_listed(page: Page) -> None:
    parts = good_parts("ecdsa-p256")
    parts.members["evidence/v.yaml"] = b"x"
    in_ja(page).enter(FINGERPRINT)
    page.choose(NAME, parts.bundle())

    assert page.verdict == "INVALID"
    assert any("evidence/v.yaml" in each for each in page.texts(".files li"))


def test_a_later_verdict_replaces_the_earlier_one(page: Page) -> None:
    in_ja(page).enter(FINGERPRINT)
    page.choose("bad.zip", good()[:-1])
    assert page.verdict == "INVALID"

    page.choose("good.zip", good())
    page.wait(lambda: page.verdict == "VALID")
    page.choose("bad.zip", good()[:-1])
    page.wait(lambda: page.verdict == "INVALID")


def test_a_bundle_beyond_the_limit_of_the_page_gets_no_verdict(page: Page) -> None:
    in_ja(page).enter(FINGERPRINT)
    page.choose(NAME, bytes(50 * 2**20 + 1))

    assert page.verdict == "INDETERMINATE"
    assert words("reason_too_large", limit="50 MB") in page.find(".verdict").text


def test_a_browser_without_ed25519_says_so(page: Page) -> None:
    page.driver.execute_script(
        """
        const original = crypto.subtle.importKey.bind(crypto.subtle);
        crypto.subtle.importKey = (format, data, how, ...rest) =>
          how.name === 'Ed25519'
            ? Promise.reject(new DOMException('no', 'NotSupportedError'))
            : original(format, data, how, ...rest);
        """
    )
    in_ja(page).enter(key_of("ed25519").fingerprint)
    page.choose(NAME, good_parts("ed25519").bundle())

    assert page.verdict == "INDETERMINATE"
    assert words("reason_no_ed25519") in page.find(".verdict").text


# Partial bundles


def test_a_partial_bundle_says_what_is_shown_and_what_is_withheld(page: Page) -> None:
    in_ja(page).enter(FINGERPRINT)
    page.choose(NAME, partial_parts("ecdsa-p256").bundle())
    assert page.verdict == "INDETERMINATE"
    assert words("partial_unexpected", shown=3, total=5) in page.find(".verdict").text

    page.find("#partial").click()

    page.wait(lambda: page.verdict == "VALID")
    shown = words("disclosure_says", recipient="監査人", shown=3, total=5, withheld=2)
    assert shown in page.find("#result").text
    assert words("withheld_leaf", index=3) in page.find("#result").text


def test_members_that_are_not_examined_are_named(page: Page) -> None:
    parts = good_parts("ecdsa-p256")
    parts.members["trust/policy.v1.dsse.json"] = b"{}"
    in_ja(page).enter(FINGERPRINT)
    page.choose(NAME, parts.bundle())

    assert page.verdict == "VALID"
    assert words("limit_members", members="trust/policy.v1.dsse.json") in page.find(".limits").text


# What is shown


def test_the_claims_of_the_status_are_shown(page: Page) -> None:
    in_ja(page).enter(FINGERPRINT)
    page.choose(NAME, good())

    text = page.find("#result").text

    for claim in (
        "株式会社見本商事",
        "8000000000001",
        "2026-11-01",
        "mnaudit 1.0.0 (2025-06)",
        "教育",
    ):
        assert claim in text
    assert page.find(".digits").text.split() == GROUPED.split()
    assert phrases("status", "ja")["tier_waived"] in text
    assert "E0012、E0033" in text
    assert words("self_check") in text


def test_both_languages_are_whole(page: Page) -> None:
    page.enter(FINGERPRINT)
    page.choose(NAME, good())

    page.find("[data-language=en]").click()
    assert words("verdict_VALID", "en") in page.find(".verdict").text
    assert page.find("html").get_attribute("lang") == "en"
    page.find("[data-language=ja]").click()
    assert words("verdict_VALID", "ja") in page.find(".verdict").text
    assert "undefined" not in page.find("body").text


def test_every_check_is_numbered_and_its_reason_told(page: Page) -> None:
    in_ja(page).enter(FINGERPRINT)
    page.choose(NAME, good_parts("ecdsa-p256").bundle()[:-1])

    checks = page.texts(".checks li")

    assert checks[0].split("\n")[1].startswith("1. ")
    assert entry("MN410", "ja")["text"].format(field="end record") in checks[0]
    assert len(checks) == 21


def test_names_and_texts_of_the_bundle_never_become_markup(page: Page) -> None:
    evil = "<img src=x onerror=alert(1)>\u202egnp.exe"
    parts = good_parts("ecdsa-p256")
    parts.change("manifest", lambda s: s["predicate"]["organization"].update(name=evil))
    parts.change("status", lambda s: s["predicate"]["organization"].update(name=evil))
    in_ja(page).enter(FINGERPRINT)
    page.choose(NAME, parts.bundle())

    assert page.verdict == "VALID"
    assert "<img src=x onerror=alert(1)>\\u202egnp.exe" in page.find("#result").text
    assert page.texts("img") == []


def test_a_status_that_names_the_parts_of_javascript_is_shown_as_text(page: Page) -> None:
    def change(statement: Any) -> None:
        values = statement["predicate"]["findings"][1]["gaps"][0]["values"]
        values |= {"constructor": "x", "toString": "y", "__proto__": "z"}
        statement["predicate"]["findings"][0]["control"] = "__proto__"

    parts = good_parts("ecdsa-p256")
    parts.change("status", change)
    in_ja(page).enter(FINGERPRINT)
    page.choose(NAME, parts.bundle())

    assert page.verdict == "VALID"
    assert "__proto__" in page.find(".measures").text


# What she takes with her


def test_the_record_for_the_working_papers_tells_everything(page: Page) -> None:
    data = good()
    in_ja(page).enter(FINGERPRINT)
    page.choose(NAME, data)

    record = str(page.find("#record").get_property("value"))

    for part in (NAME, sha256(data).hexdigest(), GROUPED, "VALID", "2026-11-01", "8000000000001"):
        assert part in record
    assert words("record_limits") in record


def test_the_record_of_an_invalid_bundle_names_the_check(page: Page) -> None:
    in_ja(page).enter("0" * 64)
    page.choose(NAME, good())

    record = str(page.find("#record").get_property("value"))

    assert "INVALID" in record
    assert phrases("checks", "ja")["pin"] in record


def test_the_button_copies_the_record(page: Page) -> None:
    in_ja(page).enter(FINGERPRINT)
    page.choose(NAME, good())

    page.find(".actions button").click()

    page.wait(lambda: page.texts(".told")[0] == words("copied"))


def test_a_file_that_matches_can_be_saved_as_it_was_checked(
    page: Page, driver: webdriver.Chrome, tmp_path: Path
) -> None:
    saved = tmp_path / "saved"
    saved.mkdir()
    driver.execute_cdp_cmd(
        "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(saved)}
    )
    in_ja(page).enter(FINGERPRINT)
    page.choose(NAME, good())

    page.find(".measures .files button").click()

    page.wait(lambda: [each.name for each in saved.iterdir()] == ["t-2026.yaml"])
    assert (saved / "t-2026.yaml").read_bytes() == b"kind: training-record\n"


# Access


@pytest.mark.parametrize("width", [400, 1000])
def test_nothing_is_wider_than_the_window(page: Page, width: int) -> None:
    page.driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500},
    )
    page.enter("0" * 64)
    page.choose(NAME, good())
    page.enter(FINGERPRINT)
    page.wait(lambda: page.verdict == "VALID")

    assert page.driver.execute_script("return document.documentElement.scrollWidth") <= width
    page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_every_field_has_a_label_and_the_verdict_is_announced(page: Page) -> None:
    unlabelled = page.driver.execute_script(
        "return [...document.querySelectorAll('input')].filter((each) => !each.labels.length).length"
    )

    assert unlabelled == 0
    assert page.find("#verdict").get_attribute("aria-live") == "polite"


CONTRAST = """
const parse = (color) => color.match(/[0-9.]+/g).map(Number);
const light = ([r, g, b]) => [r, g, b].map((part) => part / 255)
  .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
const ground = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const color = parse(getComputedStyle(at).backgroundColor);
    if (color.length === 3 || color[3] > 0) return color;
  }
  return [255, 255, 255];
};
const weak = [];
for (const element of document.querySelectorAll('body *')) {
  const texts = [...element.childNodes].filter((node) => node.nodeType === 3 && node.data.trim());
  if (!texts.length || !element.checkVisibility() || element.tagName === 'SCRIPT') continue;
  const pair = [light(parse(getComputedStyle(element).color)), light(ground(element))].sort((a, b) => b - a);
  const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
  if (ratio < 4.5) weak.push(`${element.className}: ${texts[0].data.trim()} ${ratio}`);
}
return weak;
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "name", ["a good bundle", "changed evidence", "a good bundle without a pin"]
)
def test_text_stands_out_from_its_ground(page: Page, scheme: str, name: str) -> None:
    page.driver.execute_cdp_cmd(
        "Emulation.setEmulatedMedia",
        {"features": [{"name": "prefers-color-scheme", "value": scheme}]},
    )
    case = next(case for case in corpus("ecdsa-p256") if case.name == name)
    if case.pin:
        page.enter(case.pin)
    page.choose(NAME, case.data)
    page.driver.execute_script(
        "for (const each of document.querySelectorAll('details')) each.open = true;"
    )

    assert page.driver.execute_script(CONTRAST) == []
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


# Against Python


def assigned() -> list[str]:
    """All characters that the Unicode of Python knows, without surrogates and private ones."""
    points = [*range(0xD800), *range(0xE000, 0x110000)]
    return [c for c in map(chr, points) if unicodedata.category(c) not in {"Cn", "Co"}]


def run_part(page: Page, expression: str, argument: object) -> Any:
    """Run a part of the script by itself."""
    folder = files("mnaudit.report").joinpath("verify_page")
    parts = [
        folder.joinpath(name).read_text("utf-8") for name in ("bytes.js", "archive.js", "keys.js")
    ]
    return page.driver.execute_script("\n".join([*parts, f"return {expression};"]), argument)


def test_look_alikes_are_one_name_for_both(page: Page) -> None:
    chars = assigned()
    theirs = run_part(page, "Array.from(arguments[0], fold)", chars)

    # The forms may differ (Cherokee folds upwards here); which characters are equal may not.
    pairs = {(fold(char), other) for char, other in zip(chars, theirs, strict=True)}

    assert len(pairs) == len({ours for ours, _ in pairs}) == len({other for _, other in pairs})


def test_the_same_characters_are_allowed_in_names(page: Page) -> None:
    names = [f"evidence/a{char}b" for char in assigned()]
    theirs = run_part(page, "arguments[0].map(nameDefect)", names)

    different = [n for n, other in zip(names, theirs, strict=True) if name_defect(n) != other]

    assert different == []


def test_fingerprints_are_read_as_people_write_them(page: Page) -> None:
    written = [FINGERPRINT, GROUPED, f"sha256:{FINGERPRINT.upper()}", ":".join(GROUPED.split())]
    written += [key_of("ecdsa-p256").keyid, f"  {GROUPED}\n"]
    wrong = ["", "x", FINGERPRINT[1:], f"{FINGERPRINT}0", key_of("ecdsa-p256").keyid[:-1]]

    assert run_part(page, "arguments[0].map(parsePin)", written) == [FINGERPRINT] * len(written)
    assert run_part(page, "arguments[0].map(parsePin)", wrong) == [None] * len(wrong)


# Size


def test_a_bundle_of_50_mb_and_500_files_is_verified(page: Page) -> None:
    parts = good_parts("ecdsa-p256", with_sidecar=False)
    block = bytes(range(256)) * 390
    signed = {name: parts.members[name] for name in ("README.txt", "catalog.json")}
    signed |= {f"evidence/{number:04}.bin": b"%d" % number + block for number in range(500)}
    for name in [name for name in parts.members if name.startswith("evidence/")]:
        del parts.members[name]
    parts.members |= signed
    manifest = manifest_statement(signed)
    assert len(leaf_hashes(manifest)) == 502
    parts.sign("manifest", manifest)
    parts.bind()
    data = parts.bundle()
    assert 49e6 < len(data) < 50 * 2**20
    in_ja(page).enter(key_of("ecdsa-p256").fingerprint)

    start = time.monotonic()
    page.choose(NAME, data)
    print(json.dumps({"seconds": round(time.monotonic() - start, 2), "bytes": len(data)}))  # noqa: T201

    assert page.verdict == "VALID"
    assert words("valid_full", count=502) in page.find(".verdict").text


# What can go wrong in the page itself


def test_without_webcrypto_nothing_is_said_of_the_bundle(page: Page) -> None:
    page.driver.execute_script("Object.defineProperty(crypto, 'subtle', { value: undefined });")
    in_ja(page).enter(FINGERPRINT)
    page.choose(NAME, good())

    assert page.verdict == "INDETERMINATE"
    assert words("reason_no_webcrypto") in page.find(".verdict").text


def test_an_error_of_the_page_is_a_failed_check_and_never_a_pass(page: Page) -> None:
    page.driver.execute_script(
        "crypto.subtle.verify = () => Promise.reject(new Error('out of memory'));"
    )
    in_ja(page).enter(FINGERPRINT)
    page.choose(NAME, good())

    assert page.verdict == "INVALID"
    assert words("reason_unexpected", detail="Error: out of memory") in page.find(".verdict").text


def test_an_error_of_the_layout_leaves_no_verdict_of_before(page: Page) -> None:
    in_ja(page).enter(FINGERPRINT)
    page.choose(NAME, good())
    page.driver.execute_script(
        "Date.prototype.getTimezoneOffset = () => { throw new Error('lost'); };"
    )

    page.find("#partial").click()

    page.wait(lambda: page.texts(".verdict") == [])
    assert page.texts(".card") == []


def test_a_script_that_is_not_of_the_page_does_not_run(page: Page) -> None:
    page.driver.execute_script(
        """
        const script = document.createElement('script');
        try { script.textContent = 'window.intruded = true'; document.body.append(script); } catch {}
        """
    )

    assert page.driver.execute_script("return window.intruded === undefined")
    # The browser tells of the attempt: nobody but this test may cause that.
    assert complaints(page.driver) != []
