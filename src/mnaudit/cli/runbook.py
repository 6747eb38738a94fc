"""The guided way out after a leak: what to do, in this order, with the commands to type.

The steps are those of ``docs/leak-runbook.md``; every command of theirs is executed by a test, on
a real repository. Whether a leak is reported is for the company to decide: only days are counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mnaudit.messages import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from mnaudit.messages import Language

__all__ = ["STEPS", "lines"]

STEPS: Final[dict[str, tuple[str, ...]]] = {
    "stop": (),
    "duties": ("mnaudit deadline leak --discovered DATE",),
    "find": ("mnaudit scan --history",),
    "redact": (
        (
            'mnaudit redact add evidence/PATH --reason "REASON" --discovered DATE'
            ' --requested-by "E0003 ROLE" --approved-by "E0001 ROLE"'
            " --bundle OLD.mnaudit.zip --log status"
        ),
        "git add --all evidence",
        'git commit -m "redact"',
    ),
    "rewrite": (
        "git fetch --all --tags",
        "git stash clear",
        (
            "git filter-repo --sensitive-data-removal --no-fetch --force"
            " --invert-paths --path evidence/PATH"
        ),
    ),
    "tags": ("git tag --delete TAG", "git tag -s TAG -m TAG COMMIT"),
    "clean": (
        "git reflog expire --expire=now --all",
        "git gc --prune=now",
        "git lfs prune --force",
    ),
    "check": (
        "mnaudit redact check --history --log status",
        "mnaudit scan --history",
    ),
    "publish": ("git push --force --all", "git push --force --tags"),
    "others": ("git clone URL",),
    "statement": (
        "mnaudit redact rewritten",
        "git add evidence/redactions.yaml",
        'git commit -S -m "history rewritten"',
        "mnaudit attest --key KEY --log status --log-key LOG-KEY",
    ),
    "bundles": ("mnaudit bundle OLD.mnaudit.zip --for NAME --without PATH",),
}
"""Each step with its commands. Words in capitals are the user's own."""


def lines(language: Language, known_on: date) -> Iterator[str]:
    """Yield the guide.

    Args:
        language: Of the sentences.
        known_on: The day on which any unit of the organization knew.
    """
    yield phrase("runbook.title", language)
    yield ""
    yield phrase("runbook.intro", language)
    for number, (step, commands) in enumerate(STEPS.items(), start=1):
        yield ""
        yield f"{number}. {phrase(f'runbook.{step}', language)}"
        yield f"   {phrase(f'runbook.{step}_text', language)}"
        if step == "duties":
            yield from (f"   {line}" for line in _deadlines(language, known_on))
        yield from (f"   $ {command}" for command in commands)


def _deadlines(language: Language, known_on: date) -> Iterator[str]:
    """Yield the deadlines, unless the day lies outside of what the law and the calendar cover."""
    from mnaudit.assess.law.calendar import holidays_of_japan
    from mnaudit.assess.law.leak import leak_deadlines
    from mnaudit.cli.deadline import day_in_words
    from mnaudit.load.shipped import shipped
    from mnaudit.load.tables import read_law

    rule, table = read_law(shipped("controls")).leak, holidays_of_japan()
    if known_on < rule.since or known_on.year >= table.last_year:
        return
    usual = leak_deadlines(rule, known_on, table)
    wrongful = leak_deadlines(rule, known_on, table, situations=["wrongful-purpose"])
    start = day_in_words(usual.preliminary_from, language)
    end = day_in_words(usual.preliminary_by, language)
    yield phrase("runbook.duties_days", language, day=day_in_words(known_on, language))
    yield f"  {phrase('deadline.preliminary', language, start=start, end=end)}"
    for found in (usual, wrongful):
        day = day_in_words(found.final_by, language)
        yield f"  {phrase('deadline.final', language, day=day, days=found.final_days)}"
