"""mnaudit gate: may the pipeline proceed?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mnaudit.cli.options import as_of_option, folder_argument, now, today
from mnaudit.cli.outcome import exit_code, fail_on_option, show_problems
from mnaudit.cli.rules import controls_option, rules_for
from mnaudit.cli.words import BilingualCommand
from mnaudit.errors import ConfigurationError, ExitCode, TrustError
from mnaudit.messages import phrase

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from mnaudit.cli.console import Console
    from mnaudit.gate import Decision, Objection
    from mnaudit.messages import Language
    from mnaudit.model.provenance import Provenance
    from mnaudit.pipeline import Judged
    from mnaudit.signing.submitters import SubmitterKey

__all__ = ["command"]

_SCHEMA = "mnaudit/gate@1"
_FILE = click.Path(path_type=Path, dir_okay=False)


def command(language: Language) -> click.Command:
    """Build the command."""
    return BilingualCommand(
        name="gate",
        language=language,
        help=phrase("help.gate", language),
        params=[
            folder_argument(language),
            as_of_option(language),
            controls_option(language),
            fail_on_option(language),
            click.Option(
                ["--require-signed-submissions", "signed"],
                is_flag=True,
                help=phrase("help.require_signed_submissions", language),
            ),
            click.Option(
                ["--require-four-eyes", "four_eyes"],
                is_flag=True,
                help=phrase("help.require_four_eyes", language),
            ),
            click.Option(
                ["--allowed-signers"], type=_FILE, help=phrase("help.allowed_signers", language)
            ),
            click.Option(["--policy"], type=_FILE, help=phrase("help.gate_policy", language)),
            click.Option(["--trust"], type=_FILE, help=phrase("help.gate_trust", language)),
            click.Option(
                ["--format", "format_"],
                type=click.Choice(["text", "json"]),
                default="text",
                show_default=True,
                help=phrase("help.gate_format", language),
            ),
        ],
        callback=_gate,
    )


@click.pass_obj
def _gate(
    console: Console,
    *,
    evidence: Path,
    as_of: date | None,
    controls: Path | None,
    fail_on: str,
    signed: bool,
    four_eyes: bool,
    allowed_signers: Path | None,
    policy: Path | None,
    trust: Path | None,
    format_: str,
) -> int:
    """Say whether tiers and origins are as demanded, and end accordingly."""
    from mnaudit.gate import Demand, FailOn, decide, object_to
    from mnaudit.pipeline import judge_folder

    named = [path for path in (allowed_signers, policy, trust) if path is not None]
    demands = [Demand.SIGNED_SUBMISSIONS] * signed + [Demand.FOUR_EYES] * four_eyes
    _check_usage(named=len(named), demands=len(demands), signed=signed)
    keys = _keys(allowed_signers, policy, trust, now())
    judged = judge_folder(evidence, as_of or today(), rules_for(console, evidence, controls))
    show_problems(console, judged.validation, evidence)
    if judged.assessment is None:
        return ExitCode.INPUT
    decision = decide(judged.assessment, FailOn(fail_on))
    provenance: Provenance | None = None
    objections: tuple[Objection, ...] = ()
    if demands:
        provenance = _provenance(console, judged, evidence, keys)
        paths = [file.path for file in judged.tree.files]
        objections = object_to(paths, provenance, demands, keyed=bool(named))
    ended = _ended(exit_code(judged, fail_on), provenance, objections)
    if format_ == "json":
        console.rendered("json", _json(ended, decision, provenance, objections))
        return ended
    _tell(console, decision, len(judged.tree.files) if demands else 0, objections)
    if four_eyes and not named:
        console.say("gate.claimed")
    return ended


def _check_usage(*, named: int, demands: int, signed: bool) -> None:
    if named > 1:
        raise ConfigurationError("MN087")
    if signed and not named:
        raise ConfigurationError("MN088")
    if named and not demands:
        raise ConfigurationError("MN089")


def _keys(
    allowed_signers: Path | None, policy: Path | None, trust: Path | None, at: datetime
) -> tuple[SubmitterKey, ...]:
    """Return the keys that count, from the one place that was named."""
    if allowed_signers is not None:
        from mnaudit.load.allowed_signers import read_allowed_signers

        return read_allowed_signers(allowed_signers)
    path = policy or trust
    if path is None:
        return ()
    from mnaudit.load.trust import read_file, read_trust_state
    from mnaudit.model.instant import instant_text
    from mnaudit.signing.policy_chain import accept_first, is_current, parse_policy, stored_policy
    from mnaudit.signing.submitters import submitters_of

    if policy is not None:
        # Whoever names the file vouches for it; it must at least be signed by its own root.
        data = read_file(policy)
        signed = accept_first(data, parse_policy(data).fingerprint)
    else:
        signed = stored_policy(read_trust_state(path))
    found = signed.policy
    if not is_current(found, at):
        raise TrustError(
            "MN490",
            version=found.version,
            issued=instant_text(found.issued),
            expires=instant_text(found.expires),
            at=instant_text(at),
        )
    keys = submitters_of(found)
    if not keys:
        raise ConfigurationError("MN085", path=str(path))
    return keys


def _provenance(
    console: Console, judged: Judged, evidence: Path, keys: Sequence[SubmitterKey]
) -> Provenance:
    """Ask git, and say what keeps it from telling everything."""
    from mnaudit.load.git import read_provenance
    from mnaudit.report.provenance import remark_sentences

    provenance = read_provenance(evidence, judged.tree.files, keys)
    known = {*judged.validation.problems}
    console.problems([each for each in provenance.problems if each not in known], evidence)
    for sentence in remark_sentences(provenance.remarks, console.language):
        console.say("gate.remark", text=sentence)
    return provenance


def _ended(
    ended: ExitCode, provenance: Provenance | None, objections: Sequence[Objection]
) -> ExitCode:
    """Return how the command ends; input that cannot be trusted to be whole wins."""
    if ended not in {ExitCode.SATISFIED, ExitCode.NOT_SATISFIED}:
        return ended
    if provenance is not None and provenance.problems:
        return ExitCode.INPUT
    return ExitCode.NOT_SATISFIED if objections else ended


def _tell(
    console: Console, decision: Decision, files: int, objections: Sequence[Objection]
) -> None:
    """Write the tiers, then the files; ``files`` is 0 if nothing was asked of them."""
    language = console.language
    for tier, status in decision.failed:
        words = {"tier": phrase(f"gate.{tier}", language)}
        words["status"] = phrase(f"gate.{status}", language)
        console.result(phrase("gate.failed", language, **words))
    if decision.passed and not objections:
        said = phrase("gate.passed", language)
        if decision.waived:
            said += phrase("gate.with_waivers", language, count=decision.waived)
        console.result(said)
    if not files:
        return
    if not objections:
        console.result(phrase("gate.no_objections", language, files=files))
        return
    from mnaudit.report.sentences import coded_sentence, visible

    refused = len({objection.path for objection in objections})
    console.result(phrase("gate.objections", language, files=files, count=refused))
    for each in objections:
        text = coded_sentence(each.code, "text", each.values, language)
        line = phrase(
            "gate.objection", language, path=visible(each.path), text=text, code=each.code
        )
        console.result(f"  {line}")


def _json(
    ended: ExitCode,
    decision: Decision,
    provenance: Provenance | None,
    objections: Sequence[Objection],
) -> bytes:
    """Return the answer for programs; sentences are left to them."""
    from mnaudit.report.as_json import written

    repository = None if provenance is None else provenance.repository
    document = {
        "schema": _SCHEMA,
        "passed": ended is ExitCode.SATISFIED,
        "failed": [{"tier": tier, "status": status} for tier, status in decision.failed],
        "waived": decision.waived,
        "objections": [each.model_dump(mode="json") for each in objections],
        "repository": None if repository is None else repository.model_dump(mode="json"),
        "remarks": []
        if provenance is None
        else [remark.model_dump(mode="json") for remark in provenance.remarks],
        "files": {}
        if provenance is None
        else {path: origin.model_dump(mode="json") for path, origin in provenance.files.items()},
    }
    return written(document).encode()
