"""The report of a verification: what an auditor files into her working papers (監査調書).

It tells what was verified, when, by what and against what, each check with its outcome, and every
file with its digest, and leaves room for a name and a date. It judges nothing. Whatever comes from
the bundle is made visible and escaped: none of it is trusted just because it is printed here.

Numbers of checks: ``docs/spec/bundle-v1.md``. Verdicts: ETSI EN 319 102-1 §5.1.3.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import date, timedelta, timezone
from functools import cache, partial
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, StrictUndefined

from mnaudit.errors import ConfigurationError
from mnaudit.messages import phrase
from mnaudit.model.instant import instant_text
from mnaudit.model.verdict import Outcome, Result, by_control
from mnaudit.report.as_json import written
from mnaudit.report.as_markdown import escaped
from mnaudit.report.sentences import coded_sentence, day_in_eras, grouped, visible
from mnaudit.report.sheet import STATUSES, check_name, check_reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from jinja2 import Template

    from mnaudit.messages import Language
    from mnaudit.model.verdict import Check, Redacted, Verdict
    from mnaudit.model.verification import VerificationFacts

__all__ = ["FORMATS", "SCHEMA", "render_verification"]

SCHEMA: Final = "mnaudit/verdict@1"

_TEMPLATE: Final = "verification.html.jinja"
_STYLE: Final = "verification.css"
_JAPAN: Final = timezone(timedelta(hours=9))

_MARKS: Final = {
    Outcome.PASSED: "○",
    Outcome.FAILED: "×",
    Outcome.UNKNOWN: "△",
    Outcome.NOT_APPLICABLE: "－",
}
_OF_RESULT: Final = {
    Result.VALID: Outcome.PASSED,
    Result.INVALID: Outcome.FAILED,
    Result.INDETERMINATE: Outcome.UNKNOWN,
}
_OF_TIER: Final = {
    "satisfied": Outcome.PASSED,
    "not-satisfied": Outcome.FAILED,
    "indeterminate": Outcome.UNKNOWN,
}
_WORST: Final = (Outcome.FAILED, Outcome.UNKNOWN, Outcome.PASSED)

# Which checks speak for a member. Everything else has nothing but the check sums.
_EVIDENCE: Final = "evidence/"
_EVIDENCE_CHECKS: Final = ("evidence-digests", "evidence-closed")
_MEMBER_CHECKS: Final = {
    "README.txt": ("readme",),
    "catalog.json": ("catalog-digest",),
    "manifest.sigstore.json": ("manifest-signature",),
    "status.sigstore.json": ("status-signature",),
    "signer.pub.pem": ("signer-key", "same-signer"),
    "disclosure.json": ("disclosure",),
    "evidence.modelsig.sigstore.json": ("sidecar",),
}
_OTHER_CHECKS: Final = ("checksums",)

_LIMITING: Final = ("policy", "time-stamp", "log-entry")
"""The checks without which the verdict means less, and the sentence that says so."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the head: what it is called, what it is, and whether it is a digest."""

    name: str
    value: str
    is_digest: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A check in words."""

    number: int
    name: str
    id: str
    outcome: Outcome
    mark: str
    word: str
    code: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Tier:
    """What the status says of one tier."""

    name: str
    mark: str
    outcome: Outcome
    word: str
    counts: str


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the bundle: its bytes, and whether they are those that were signed for."""

    name: str
    size: str
    sha256: str
    outcome: Outcome
    mark: str
    word: str


@dataclass(frozen=True, slots=True)
class Page:
    """All that is shown, in the words of one language."""

    title: str
    mark: str
    outcome: Outcome
    result: str
    word: str
    meaning: str
    facts: tuple[Fact, ...]
    tiers: tuple[Tier, ...]
    disclosure: tuple[str, ...]
    uncovered: tuple[str, ...]
    redacted: tuple[str, ...]
    checks: tuple[Line, ...]
    members: tuple[Member, ...]
    limits: tuple[str, ...]


def render_verification(
    format: str,  # noqa: A002 - the word of the command line
    verdict: Verdict,
    facts: VerificationFacts,
    language: Language,
) -> bytes:
    """Lay out the report of a verification.

    Args:
        format: A name in ``FORMATS``.
        verdict: All checks; what it says of the bundle is shown only as far as they established it.
        facts: What was verified, and how.
        language: Of the sentences; ``json`` is the same in every language.

    Returns:
        UTF-8; the same bytes for the same values.

    Raises:
        ConfigurationError: There is no such format (``MN007``).
    """
    if format not in FORMATS:
        raise ConfigurationError("MN007", format=format)
    return FORMATS[format](verdict, facts, language).encode("utf-8", "backslashreplace")


def _as_json(verdict: Verdict, facts: VerificationFacts, language: Language) -> str:
    del language  # data has none
    return written(
        {
            "schema": SCHEMA,
            "bundle": facts.name,
            **verdict.model_dump(mode="json", exclude_none=True),
            "checks": [
                {"number": number, **check.model_dump(mode="json", exclude_none=True)}
                for number, check in enumerate(verdict.checks, start=1)
            ],
            "verification": facts.model_dump(mode="json", exclude_none=True),
        }
    )


def _as_html(verdict: Verdict, facts: VerificationFacts, language: Language) -> str:
    style = _read(_STYLE)
    page: str = _template().render(
        page=_Maker(verdict, facts, language).page(),
        language=language,
        style=style,
        # Only this style sheet, not even another one inside the page.
        style_hash=base64.b64encode(sha256(style.encode()).digest()).decode(),
        t=partial(_phrase, language),
    )
    return page


def _as_markdown(verdict: Verdict, facts: VerificationFacts, language: Language) -> str:
    page = _Maker(verdict, facts, language).page()
    return "\n".join(_markdown_lines(page, partial(_phrase, language))) + "\n"


FORMATS: Final[dict[str, Callable[[Verdict, VerificationFacts, Language], str]]] = {
    "json": _as_json,
    "markdown": _as_markdown,
    "html": _as_html,
}
"""How each format is laid out."""


class _Maker:
    """Holds what every part of the page is made from."""

    def __init__(self, verdict: Verdict, facts: VerificationFacts, language: Language) -> None:
        self.verdict = verdict
        self.facts = facts
        self.language = language
        self.outcomes = {check.id: check for check in verdict.checks}
        self.t = partial(_phrase, language)

    def page(self) -> Page:
        result = self.verdict.result
        outcome = _OF_RESULT[result]
        return Page(
            title=self.t("title"),
            mark=_MARKS[outcome],
            outcome=outcome,
            result=result.value,
            word=self.t(f"word_{result}"),
            meaning=self.t(f"meaning_{result}"),
            facts=tuple(self.head()),
            tiers=tuple(self.tiers()),
            disclosure=tuple(self.disclosure()),
            uncovered=by_control(self.verdict.disclosed.uncovered)
            if self.verdict.disclosed
            else (),
            redacted=tuple(map(self.tombstone, self.verdict.redacted or ())),
            checks=tuple(map(self.line, range(1, len(self.verdict.checks) + 1))),
            members=tuple(map(self.member, sorted(self.verdict.files))),
            limits=tuple(self.limits()),
        )

    def head(self) -> Iterator[Fact]:
        """Yield what was verified, when, by what and against what."""
        status, verdict, facts = self.verdict.status, self.verdict, self.facts
        if status is not None:
            yield self.fact("organization", **_named(status))
            yield self.fact("as_of", day=self.day(str(status["as_of"])))
            yield self.fact("catalog", **_catalog(status))
        yield self.fact("file", name=facts.name, size=f"{facts.size:,}")
        yield self.digest("file_sha256", facts.sha256)
        yield self.fact("at", time=self.moment(facts.at))
        yield self.fact("version", version=facts.version)
        if facts.pin is not None:
            yield self.digest("pin", facts.pin)
        if verdict.policy_version is not None:
            yield self.fact("policy", version=verdict.policy_version)
        if facts.policy_sha256 is not None:
            yield self.digest("policy_sha256", facts.policy_sha256)
        if facts.pin is None and verdict.policy_version is None:
            yield self.fact("nothing_pinned")
        if verdict.signed_by is not None:
            yield self.fact("signed_by", owner=verdict.signed_by)
        if verdict.fingerprint is not None:
            yield self.digest("signer", verdict.fingerprint)
        if verdict.status_sha256 is not None:
            yield self.digest("status_sha256", verdict.status_sha256)
        if verdict.signed_at is not None:
            yield self.fact("signed_at", time=self.moment(verdict.signed_at))
        if (logged := verdict.logged) is not None:
            yield self.fact("log", origin=logged.origin, index=logged.index, size=logged.size)
            yield self.digest("log_root", logged.root)

    def fact(self, key: str, /, **values: object) -> Fact:
        shown = {name: visible(str(value)) for name, value in values.items()}
        return Fact(self.t(f"name_{key}"), self.t(f"value_{key}", **shown))

    def digest(self, key: str, digits: str) -> Fact:
        return Fact(self.t(f"name_{key}"), grouped(digits), is_digest=True)

    def day(self, text: str) -> str:
        """Return a day, in Japanese with its year of the era."""
        era = day_in_eras(date.fromisoformat(text), self.language)
        return text if era is None else self.t("with_era", day=text, era=era)

    def moment(self, at: datetime) -> str:
        """Return an instant in UTC and as the clocks in Japan show it."""
        japan = at.astimezone(_JAPAN).strftime("%Y-%m-%d %H:%M:%S")
        return self.t("moment", utc=instant_text(at), japan=japan)

    def tiers(self) -> Iterator[Tier]:
        """Yield what the status says: the claim of the submitter, judged again only if VALID."""
        if self.verdict.status is None:
            return
        for name, tier in sorted(self.verdict.status["tiers"].items()):
            status = str(tier["status"])
            outcome = _OF_TIER[status]
            counts = (
                self.t("count", status=phrase(f"status.{each}", self.language), count=number)
                for each in STATUSES
                if (number := int(tier["counts"].get(each, 0)))
            )
            yield Tier(
                phrase(f"report.{name}", self.language),
                _MARKS[outcome],
                outcome,
                phrase(f"status.tier_{status}", self.language),
                self.t("list_join").join(counts),
            )

    def disclosure(self) -> Iterator[str]:
        """Yield how much of the evidence was shown."""
        disclosed = self.verdict.disclosed
        if disclosed is None:
            return
        yield self.t("recipient", recipient=visible(disclosed.recipient))
        withheld = disclosed.total - disclosed.shown
        yield self.t("shown", shown=disclosed.shown, total=disclosed.total, withheld=withheld)
        covered, uncovered = len(disclosed.covered), len(disclosed.uncovered)
        yield self.t("covered", covered=covered, total=covered + uncovered)

    def tombstone(self, redacted: Redacted) -> str:
        """Say what was removed, when and by whose approval, and whether a proof shows its leaf."""
        values = {
            "path": visible(redacted.path),
            "day": self.day(redacted.redacted_on),
            "approver": visible(redacted.approved_by),
            "id": visible(redacted.id),
        }
        if redacted.leaf is None:
            return self.t("tombstone", **values)
        return self.t("tombstone_leaf", leaf=redacted.leaf, **values)

    def line(self, number: int) -> Line:
        check = self.verdict.checks[number - 1]
        return Line(
            number=number,
            name=check_name(check, self.language),
            id=visible(check.id),
            outcome=check.outcome,
            mark=_MARKS[check.outcome],
            word=self.t(f"outcome_{check.outcome}"),
            code=visible(check.code or ""),
            reason=check_reason(check, self.language),
            remedy=self.remedy(check),
        )

    def remedy(self, check: Check) -> str:
        """Return what to do, where something is to be done."""
        if check.code is None or check.outcome is Outcome.NOT_APPLICABLE:
            return ""
        return coded_sentence(check.code, "remedy", check.values, self.language)

    def member(self, name: str) -> Member:
        outcome = self.outcome_of(name)
        size = self.facts.sizes.get(name)
        return Member(
            name=visible(name),
            size="" if size is None else f"{size:,}",
            sha256=visible(self.verdict.files[name]),
            outcome=outcome,
            mark=_MARKS[outcome],
            word=self.t(f"member_{outcome}"),
        )

    def outcome_of(self, name: str) -> Outcome:
        """Tell whether a member is what was signed for: the worst of the checks about it."""
        is_evidence = name.startswith(_EVIDENCE)
        ids = _EVIDENCE_CHECKS if is_evidence else _MEMBER_CHECKS.get(name, _OTHER_CHECKS)
        found = {self.about(name, each) for each in ids}
        return next((each for each in _WORST if each in found), Outcome.UNKNOWN)

    def about(self, name: str, check_id: str) -> Outcome:
        """Return the outcome of a check for one member; it names the first of those it found."""
        check = self.outcomes.get(check_id)
        if check is None:
            return Outcome.UNKNOWN
        if check.outcome is not Outcome.FAILED or check.values.get("member", name) == name:
            return check.outcome
        # It is about another member; about how many more, it says, but not which.
        return Outcome.PASSED if check.values.get("count") == 1 else Outcome.UNKNOWN

    def limits(self) -> Iterator[str]:
        """Yield what the verdict does not mean."""
        yield from (self.t(f"limit_{name}") for name in ("self_check", "facts", "omitted"))
        if self.verdict.disclosed is not None:
            yield self.t("limit_partial")
        for name in _LIMITING:
            check = self.outcomes.get(name)
            if check is None or check.outcome is not Outcome.PASSED:
                yield self.t(f"limit_{name}")
        yield self.t("limit_moment", time=self.moment(self.facts.at))


def _named(status: dict[str, Any]) -> dict[str, str]:
    organization = status["organization"]
    return {"name": organization["name"], "number": organization["corporate_number"]}


def _catalog(status: dict[str, Any]) -> dict[str, str]:
    catalog = status["catalog"]
    return {"id": catalog["id"], "version": catalog["version"]}


def _markdown_lines(page: Page, t: Callable[..., str]) -> Iterator[str]:
    yield from (f"# {page.title}", "")
    yield from (f"**{page.mark} {page.result}: {page.word}**", "", page.meaning)
    yield from ("", f"## {t('what')}", "", f"| {t('item')} | {t('content')} |", "| --- | --- |")
    for fact in page.facts:
        value = _fixed(fact.value) if fact.is_digest else escaped(fact.value)
        yield f"| {fact.name} | {value} |"
    if page.tiers:
        yield from ("", f"## {t('tiers')}", "", t("tiers_note"), "")
        for tier in page.tiers:
            yield f"- {tier.mark} {t('colon', name=tier.name, value=tier.word)} ({tier.counts})"
    if page.disclosure:
        yield from ("", f"## {t('disclosure')}", "")
        yield from (f"- {escaped(line)}" for line in page.disclosure)
        if page.uncovered:
            named = t("list_join").join(map(escaped, page.uncovered))
            yield f"- {t('colon', name=t('uncovered'), value=named)}"
    if page.redacted:
        yield from ("", f"## {t('redacted')}", "", t("redacted_note"), "")
        yield from (f"- {escaped(line)}" for line in page.redacted)
    yield from ("", f"## {t('checks')}", "", t("checks_note"), "")
    yield f"| {t('number')} | {t('check')} | {t('outcome')} | {t('reason')} |"
    yield "| --- | --- | --- | --- |"
    for line in page.checks:
        reason = "<br>".join(escaped(each) for each in (_coded(line), line.remedy) if each)
        name = f"{escaped(line.name)} {_fixed(line.id)}"
        yield f"| {line.number} | {name} | {line.mark} {line.word} | {reason} |"
    if page.members:
        yield from ("", f"## {t('files')}", "", t("files_note"), "")
        yield f"| {t('file')} | {t('size')} | SHA-256 | {t('outcome')} |"
        yield "| --- | ---: | --- | --- |"
        for member in page.members:
            yield (
                f"| {escaped(member.name)} | {member.size} | {_fixed(member.sha256)} "
                f"| {member.mark} {member.word} |"
            )
    yield from ("", f"## {t('limits')}", "")
    yield from (f"- {escaped(limit)}" for limit in page.limits)
    yield from ("", f"## {t('signature')}", "")
    blanks = ("paper", "signer_name", "signer_office", "signer_sign", "signer_date")
    yield from (f"| {t('item')} | {t('content')} |", "| --- | --- |")
    yield from (f"| {t(blank)} | |" for blank in blanks)


def _fixed(text: str) -> str:
    """Return text of fixed width; between backticks, a backtick in it would end it."""
    return f"<code>{escaped(text)}</code>"


def _coded(line: Line) -> str:
    return f"[{line.code}] {line.reason}" if line.code else ""


def _phrase(language: Language, name: str, /, **values: object) -> str:
    return phrase(f"verification.{name}", language, **values)


def _read(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


@cache
def _template() -> Template:
    """Compile the template once. A name that it misspells is an error, never an empty cell."""
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_made_visible,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.from_string(_read(_TEMPLATE))


def _made_visible(value: object) -> object:
    """Show the hidden characters of whatever an expression of the template yields."""
    # The style sheet is ours, and markup already.
    return visible(value) if isinstance(value, str) and not hasattr(value, "__html__") else value
