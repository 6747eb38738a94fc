"""From a bundle to a partial one, for a recipient who may see only some of the evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from mnaudit.errors import ConfigurationError, InputError, TrustError
from mnaudit.load.evidence import read_files
from mnaudit.pipeline.judging import Judged, judge_tree
from mnaudit.pipeline.verifying import evidence_of, reperform

if TYPE_CHECKING:
    from pathlib import Path

    from mnaudit.model.verdict import Verdict
    from mnaudit.pipeline.partial import Part, Selection
    from mnaudit.pipeline.rules import Rules
    from mnaudit.verify import Basis, Verified

__all__ = ["disclose", "outer_members"]

_NO_PIN = "MN422"
"""Nobody said whose key it is: whoever shows her own evidence knows."""


def disclose(
    path: Path, selection: Selection, *, basis: Basis, rules: Rules, out: Path | None
) -> Part:
    """Make a bundle that shows a part of the evidence of another one; it takes no key.

    Args:
        path: The full bundle.
        selection: What to show, and to whom.
        basis: To verify the full bundle by.
        rules: To judge its evidence by.
        out: The folder to write into; None to write nothing.

    Raises:
        ConfigurationError: The file cannot be read (``MN002``), there is nothing of what was
            selected (``MN090``, ``MN091``), or the recipient makes no file name (``MN093``).
        TrustError: The bundle is not sound (``MN092``), or is partial itself (``MN094``).
    """
    from mnaudit.verify import conclude, verify_bundle

    try:
        with path.open("rb") as source:
            verified = verify_bundle(source, basis)
            checks, judged, _ = reperform(verified, rules)
            if verified.disclosure is not None:
                raise TrustError("MN094", path=str(path))
            _refuse_unsound(conclude(verified, checks), path)
            return _disclose(source, verified, judged, selection, out)
    except OSError as error:
        raise ConfigurationError("MN002", path=str(path)) from error


def _refuse_unsound(verdict: Verdict, path: Path) -> None:
    """Make sure that nobody is handed a part of what is not right as a whole."""
    from mnaudit.model.verdict import Outcome

    for check in verdict.checks:
        is_open = check.outcome is Outcome.UNKNOWN and check.code != _NO_PIN
        if check.outcome is Outcome.FAILED or is_open:
            raise TrustError("MN092", path=str(path), check=check.id, reason=str(check.code))


def _disclose(
    source: BinaryIO,
    verified: Verified,
    judged: Judged | None,
    selection: Selection,
    out: Path | None,
) -> Part:
    """Choose, find out what the recipient will be able to derive, and write."""
    from mnaudit.attest.bundle import write_bundle
    from mnaudit.attest.disclosure import disclose, partial_members
    from mnaudit.model.verdict import Disclosed, Outcome
    from mnaudit.pipeline.partial import Part, choose, compare, partial_name
    from mnaudit.signing.container import EVIDENCE
    from mnaudit.signing.predicates import Disclosure, StatusPredicate
    from mnaudit.store.files import replacing

    if judged is None or verified.manifest is None:
        raise ValueError("judged again, and yet not")
    signed = StatusPredicate.model_validate(verified.status)
    name = partial_name(signed, selection.recipient)
    chosen = choose(evidence_of(judged), signed, selection)
    files = [file for file in verified.files if file.path in chosen]
    members = tuple(EVIDENCE + file.path for file in files)
    listing = disclose(verified.manifest, verified.digests, members, selection.recipient)
    read = Disclosure.model_validate_json(listing)
    shown = Disclosed(recipient=read.recipient, shown=len(read.leaves), total=signed.manifest.size)
    again = judge_tree(read_files(files), signed.as_of, judged.rules)
    check, shown = compare(evidence_of(again), signed, read, shown)
    if check.outcome is Outcome.FAILED:
        # The recipient would call it invalid, although nothing is wrong with the whole.
        raise TrustError("MN092", path=name, check=check.id, reason=str(check.code))
    if out is not None:
        outer = partial_members(outer_members(source, verified), listing)
        with replacing(out / name) as file:
            write_bundle(file, outer, files)
    return Part(name, members, shown)


def outer_members(source: BinaryIO, verified: Verified) -> dict[str, bytes]:
    """Return the members that are not evidence, as they were verified."""
    from mnaudit.signing.container import EVIDENCE
    from mnaudit.verify.archive import open_archive

    archive = open_archive(source)
    if {name: entry.sha256 for name, entry in archive.entries.items()} != verified.digests:
        raise InputError("MN443", member=EVIDENCE)
    names = (name for name in archive.entries if not name.startswith(EVIDENCE))
    return {name: archive.read(name) for name in names}
