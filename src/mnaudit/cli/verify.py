"""mnaudit verify: is this bundle what it says, and by whom?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mnaudit.cli.console import grouped, visible
from mnaudit.cli.options import now
from mnaudit.cli.words import BilingualCommand
from mnaudit.errors import ConfigurationError, ExitCode
from mnaudit.messages import entry, join, phrase, phrases

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from mnaudit.cli.console import Console
    from mnaudit.messages import Language
    from mnaudit.model.verdict import Check, Redacted, Verdict

__all__ = ["command"]

NOT_CHECKED = "MN439"
"""The code of a check that was not made because one before it did not pass."""

_REPORTS = ("json", "markdown", "html")


def command(language: Language) -> click.Command:
    """Build the command."""
    return BilingualCommand(
        name="verify",
        language=language,
        help=phrase("help.verify", language),
        params=[
            click.Argument(
                ["bundle"],
                type=click.Path(path_type=Path),
                help=phrase("help.bundle_file", language),
            ),
            click.Option(["--pin"], help=phrase("help.pin", language)),
            click.Option(
                ["--trust"],
                type=click.Path(path_type=Path, dir_okay=False),
                help=phrase("help.verify_trust", language),
            ),
            click.Option(["--partial"], is_flag=True, help=phrase("help.partial", language)),
            click.Option(["--past"], is_flag=True, help=phrase("help.past", language)),
            click.Option(
                ["--redactions"],
                type=click.Path(path_type=Path, dir_okay=False),
                help=phrase("help.redactions", language),
            ),
            click.Option(
                ["--format", "format_"],
                type=click.Choice(["text", "json"]),
                default="text",
                show_default=True,
                help=phrase("help.format", language),
            ),
            click.Option(
                ["--report", "reports"],
                multiple=True,
                metavar="FORMAT=PATH",
                help=phrase("help.verify_report", language),
            ),
        ],
        callback=_verify,
    )


@click.pass_obj
def _verify(
    console: Console,
    *,
    bundle: Path,
    pin: str | None,
    trust: Path | None,
    partial: bool,
    past: bool,
    format_: str,
    reports: tuple[str, ...],
    redactions: Path | None,
) -> int:
    """Name every check and the verdict; exit 0 only for VALID."""
    from mnaudit.model.verdict import Result
    from mnaudit.pipeline import verification_facts
    from mnaudit.report.verification import render_verification
    from mnaudit.signing.keys import parse_pin
    from mnaudit.store.files import write

    at = now()
    pinned = None if pin is None else parse_pin(pin)
    wanted = [_target(report) for report in reports]
    if trust is None:
        verdict = _by_pin(bundle, pinned, partial=partial)
    elif pinned is None:
        verdict = _by_trust(console, bundle, trust, at, partial=partial, past=past)
    else:
        raise ConfigurationError("MN017")
    if redactions is not None:
        verdict = _explained(verdict, redactions)
    if format_ == "json" or wanted:
        facts = verification_facts(bundle, verdict, at=at, pin=pinned)
        if format_ == "json":
            page = render_verification("json", verdict, facts, console.language)
            console.rendered("json", page)
        for name, path in wanted:
            write(path, render_verification(name, verdict, facts, console.language))
            console.say("run.written", report=visible(path.as_posix()))
    if format_ == "text":
        for line in _as_text(verdict, console):
            console.result(visible(line))  # a bundle may hold names that deceive
    return ExitCode.SATISFIED if verdict.result is Result.VALID else ExitCode.TRUST


def _by_pin(bundle: Path, pin: str | None, *, partial: bool) -> Verdict:
    """Verify by the fingerprint of one key, or of none."""
    from mnaudit.pipeline import shipped_rules, verify
    from mnaudit.verify.basis import Basis

    return verify(bundle, basis=Basis(pin=pin, partial=partial), rules=shipped_rules())[0]


def _by_trust(
    console: Console, bundle: Path, trust: Path, at: datetime, *, partial: bool, past: bool
) -> Verdict:
    """Verify by the trust state, and remember what was accepted."""
    from mnaudit.load.trust import read_trust_state
    from mnaudit.pipeline import shipped_rules, verify_by_trust
    from mnaudit.store.trust import changing, write_trust_state

    rules = shipped_rules()
    read_trust_state(trust)  # if there is none, say so before anything else
    with changing(trust):
        before = read_trust_state(trust)
        verdict, _, after = verify_by_trust(
            bundle, trust=before, at=at, rules=rules, partial=partial, past=past
        )
        if after != before:
            write_trust_state(trust, after)
            console.say("verify.remembered", state=visible(trust.as_posix()))
    return verdict


def _explained(verdict: Verdict, redactions: Path) -> Verdict:
    """Say which leaves of the verified status the tombstones of today account for."""
    from mnaudit.cli.redacting import named_redactions
    from mnaudit.signing.redaction import redacted_files

    known = named_redactions(redactions)
    told = redacted_files(known, verdict.status, verdict.status_sha256)
    here = tuple(each for each in told if each.leaf is not None)
    return verdict.model_copy(update={"redacted": here})


def _target(report: str) -> tuple[str, Path]:
    """Read FORMAT=PATH."""
    name, _, path = report.partition("=")
    if name not in _REPORTS or not path:
        raise ConfigurationError("MN012", detail=f"--report {report}")
    return name, Path(path)


def _as_text(verdict: Verdict, console: Console) -> Iterator[str]:
    from mnaudit.model.instant import instant_text

    yield from _checks_as_text(verdict.checks, console)
    yield from _status_as_text(verdict, console)
    if verdict.signed_at is not None:
        at = instant_text(verdict.signed_at)
        yield phrase("verify.time", console.language, time=at)
    if (logged := verdict.logged) is not None:
        values = {"origin": logged.origin, "index": logged.index, "size": logged.size}
        yield phrase("verify.logged", console.language, **values)
    if verdict.signed_by is not None:
        values = {"owner": verdict.signed_by, "version": verdict.policy_version or 0}
        yield phrase("verify.signed_by", console.language, **values)
    if verdict.fingerprint is not None:
        shown = grouped(verdict.fingerprint)
        yield phrase("verify.fingerprint", console.language, fingerprint=shown)
    yield phrase(f"verify.{verdict.result}", console.language)


def _checks_as_text(checks: tuple[Check, ...], console: Console) -> Iterator[str]:
    """Yield a line for each check that was made, and one for each group of others.

    Each has the number by which ``docs/spec/bundle-v1.md`` names it.
    """
    from mnaudit.model.verdict import Outcome

    marks = phrases(f"marks_{console.marks}", console.language)
    known = phrases("checks", console.language)
    names = {each.id: f"{number} {known[each.id]}" for number, each in enumerate(checks, start=1)}
    skipped = [each for each in checks if each.code == NOT_CHECKED]
    unasked = [each for each in checks if each.outcome is Outcome.NOT_APPLICABLE]
    for check in checks:
        if check in skipped or check in unasked:
            continue
        line = f"{marks[check.outcome]} {names[check.id]}"
        if check.code is None:
            yield line
            continue
        sentences = entry(check.code, console.language)
        yield f"{line}  [{check.code}] {sentences['text'].format(**check.values)}"
        remedy = sentences["remedy"].format(**check.values)
        yield f"    {phrase('console.remedy', console.language)}: {remedy}"
    for key, several in (("verify.skipped", skipped), ("verify.unasked", unasked)):
        if several:
            listed = join((names[each.id] for each in several), console.language)
            yield phrase(key, console.language, checks=listed)


def _status_as_text(verdict: Verdict, console: Console) -> Iterator[str]:
    """Yield what the status says, if its signature is good, and how much of it is shown."""
    from mnaudit.model.verdict import by_control

    status, disclosed = verdict.status, verdict.disclosed
    if status is None:
        return
    tiers = {
        tier: phrase(f"gate.{status['tiers'][tier]['status']}", console.language)
        for tier in ("minimum", "optional")
    }
    yield ""
    yield phrase(
        "verify.status",
        console.language,
        name=status["organization"]["name"],
        number=status["organization"]["corporate_number"],
        as_of=status["as_of"],
        **tiers,
    )
    if verdict.redacted:
        yield _redacted_as_text(verdict.redacted, console.language)
    if disclosed is not None:
        yield phrase(
            "verify.disclosed",
            console.language,
            recipient=disclosed.recipient,
            shown=disclosed.shown,
            total=disclosed.total,
            withheld=disclosed.total - disclosed.shown,
        )
        covered = len(disclosed.covered)
        total = covered + len(disclosed.uncovered)
        yield phrase("verify.covered", console.language, covered=covered, total=total)
        if disclosed.uncovered:
            listed = join(by_control(disclosed.uncovered), console.language)
            yield phrase("verify.uncovered", console.language, findings=listed)


def _redacted_as_text(redacted: tuple[Redacted, ...], language: Language) -> str:
    """Say what was removed, when, and who approved it."""
    which = (
        phrase(
            "redact.told_one" if each.leaf is None else "redact.told_leaf",
            language,
            day=each.redacted_on,
            approver=each.approved_by,
            leaf=each.leaf,
        )
        for each in redacted
    )
    return phrase("redact.told", language, count=len(redacted), which=join(which, language))
