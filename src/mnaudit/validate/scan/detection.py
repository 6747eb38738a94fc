"""Is there an Individual Number (個人番号) in these fragments, and where?

The check digit alone decides nothing: one random string in ten has the right one. What decides is the
context, then the form, then what else the digits could be, and, where there is no context, whether
their siblings are such numbers, too. A number that is labeled is always reported. The table of codes
and the words are data: ``controls/individual-number.yaml``.

Digits live in :class:`~mnaudit.validate.scan.candidates.Candidate` while their block is judged; a hit
holds a place and a reason, and nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from mnaudit.model.scan import Hit
from mnaudit.model.scan_rules import Context, Form
from mnaudit.validate.scan.blocks import blocks, container_of
from mnaudit.validate.scan.candidates import candidates
from mnaudit.validate.scan.characters import fold
from mnaudit.validate.scan.look_alikes import rule_of
from mnaudit.validate.scan.prefilter import may_be_any, may_be_regular
from mnaudit.validate.scan.siblings import Crowd, Family, Tally, family_of
from mnaudit.validate.scan.surroundings import Surroundings
from mnaudit.validate.scan.words import Label, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mnaudit.model.scan import Fragment, Place
    from mnaudit.model.scan_rules import Code, ScanRules
    from mnaudit.validate.scan.blocks import Block, Container
    from mnaudit.validate.scan.candidates import Candidate
    from mnaudit.validate.scan.words import Words

__all__ = ["detect"]

_MOST: Final = 10_000
"""Hits without a label that are kept of one family; their number still counts."""


@dataclass(slots=True, repr=False)
class _Found:
    """A hit that waits for its siblings."""

    hit: Hit
    family: Family
    needs: str
    """``""``, ``series`` of a hit without context, ``crowd`` of one that no label names."""
    is_plain: bool
    is_second: bool = False


@dataclass(slots=True, repr=False)
class _File:
    """What is known of one file or member while its fragments come."""

    name: tuple[str, tuple[str, ...]]
    found: dict[Family, list[_Found]] = field(default_factory=lambda: defaultdict(list))
    siblings: dict[Family, Tally] = field(default_factory=lambda: defaultdict(Tally))
    forms: dict[tuple[str, bool], Tally] = field(default_factory=lambda: defaultdict(Tally))
    cleared: set[Place] = field(default_factory=set)
    """Of cells and fields that are understood."""
    otherwise: set[Place] = field(default_factory=set)
    """Of those that are called something else."""
    relabeled: set[Place] = field(default_factory=set)
    """Of what text in better order calls something else."""


def detect(fragments: Iterable[Fragment], rules: ScanRules) -> Iterator[Hit]:
    """Yield what is found, file by file; within a file by place.

    Args:
        fragments: Of one or more files; those of one file, one member and one sheet in a row.
        rules: What counts.
    """
    detector = _Detector(rules)
    file: _File | None = None
    for container, block in blocks(fragments):
        if file is None or file.name != container[:2]:
            if file is not None:
                yield from detector.settle(file)
            file = _File((container[0], container[1]))
        detector.judge(block, container, file)
    if file is not None:
        yield from detector.settle(file)


class _Detector:
    """Judges blocks by one set of rules."""

    def __init__(self, rules: ScanRules) -> None:
        self._data = rules.data
        self._types = {each.id for each in rules.data.types}
        self._names: dict[Container, bool] = {}

    @cached_property
    def _words(self) -> Words:
        # Most of what is scanned has no twelve digits, and the patterns take a while to make.
        return words_of(self._data)

    @cached_property
    def _hides(self) -> list[tuple[Callable[[str, Candidate], bool], frozenset[Context]]]:
        return [(rule_of(each.id), frozenset(each.hides)) for each in self._data.look_alikes]

    def judge(self, block: Block, container: Container, file: _File) -> None:
        """Judge every candidate of a block that the block before did not."""
        if not may_be_any(block.text):
            return
        around = Surroundings(block, self._words, self._data.reach)
        if not around.has_names and not may_be_regular(block.text):
            return
        crowd = Crowd(block, around, self._data.siblings)
        weighed: list[tuple[Candidate, _Found]] = []
        taken = -1
        for found in candidates(block.text, only_regular=not around.has_names):
            if not block.fresh <= found.start < block.settled:
                continue
            at = block.index(found.start)
            fragment = block.fragments[at]
            family = family_of(fragment, found)
            if not found.is_valid and not found.is_regular:
                continue
            if not found.is_valid:
                crowd.add_wrong(found, family)
                self._mistyped(block, around, found, file, family)
            elif found.start >= taken:
                context = around.context(found, at)
                told = self._judged(block, container, around, found, context)
                if told is None:
                    self._clear(block, around, found, file)
                    continue
                code, reason, needs = told
                taken = found.end if context is not Context.ALONE else taken
                hit = Hit(code, block.place(found.start), reason)
                kept = _Found(
                    hit, family, needs, not _is_structured(fragment), fragment.context_only
                )
                if needs:
                    crowd.add_right(found, family)
                if needs == "crowd":
                    weighed.append((found, kept))
                else:
                    self._keep(file, kept)
        for found, kept in weighed:
            if crowd.is_one_of_many(found, kept.family, is_line=kept.hit.reason == Context.RECORD):
                self._clear(block, around, found, file)
            else:
                self._keep(file, kept)
        crowd.count(file.siblings, file.forms)

    def _judged(
        self,
        block: Block,
        container: Container,
        around: Surroundings,
        found: Candidate,
        context: Context,
    ) -> tuple[Code, str, str] | None:
        """Return code, reason and what else it takes; None if it is something else."""
        fragment = block.fragments[block.index(found.start)]
        if context is Context.ALONE and fragment.context_only:
            return None
        if context not in _DIRECT:
            if not found.is_regular or fragment.typed in self._types:
                return None
            label = around.label(found)
            if label is Label.OTHER or (label is Label.WEAK and context is Context.ALONE):
                return None
        if any(context in hides and rule(block.text, found) for rule, hides in self._hides):
            return None
        if context is Context.ALONE and self._is_named(container):
            context = Context.PLACE
        code = self._data.severity.get(context, {}).get(found.form)
        if code is None:
            return None
        needs = "" if context in _DIRECT else "series" if context in _NAKED else "crowd"
        return code, context.value, needs

    def _mistyped(
        self, block: Block, around: Surroundings, found: Candidate, file: _File, family: Family
    ) -> None:
        """Keep a number that is named so, and whose check digit is wrong."""
        code = self._data.severity.get(Context.LABELED, {}).get(Form.MISTYPED)
        if code is None or not found.is_regular or found.is_longer or found.form not in _NAMEABLE:
            return
        if not around.is_named(found):
            if around.is_called_otherwise(found):
                file.otherwise.add(block.place(found.start))
            return
        if any(rule(block.text, found) for rule, _ in self._hides):
            return
        hit = Hit(code, block.place(found.start), Form.MISTYPED.value)
        fragment = block.fragments[block.index(found.start)]
        self._keep(file, _Found(hit, family, "", not _is_structured(fragment)))

    def _keep(self, file: _File, found: _Found) -> None:
        kept = file.found[found.family]
        if len(kept) < _MOST or not found.needs:
            kept.append(found)

    def _clear(self, block: Block, around: Surroundings, found: Candidate, file: _File) -> None:
        """Note that a cell or a field was understood, which its line as plain text may not be."""
        fragment = block.fragments[block.index(found.start)]
        place = block.place(found.start)
        if _is_structured(fragment):
            is_other = around.is_called_otherwise(found)
            if is_other or not fragment.context_only:
                file.cleared.add(place)
            if is_other:
                file.otherwise.add(place)
        elif not fragment.context_only and around.label(found) is Label.OTHER:
            file.relabeled.add(place)

    def _is_named(self, container: Container) -> bool:
        """Tell whether the file, the member or the sheet is named after the number."""
        if container not in self._names:
            if len(self._names) > _MOST:
                self._names.clear()
            path, members, sheet, part = container
            names = (*path.rsplit("/", 2)[-2:], *members, sheet or "")
            self._names[container] = part != "file name" and any(
                self._words.number.search(fold(name)) for name in names
            )
        return self._names[container]

    def _lesser(self, code: str) -> str:
        """Return the code of a few numbers in a file that is only named after them."""
        return self._data.severity.get(Context.ALONE, {}).get(Form.BARE, code)

    def settle(self, file: _File) -> Iterator[Hit]:
        """Yield the hits of a file, once all siblings are known."""
        rules = self._data.siblings
        hits: set[Hit] = set()
        for family, kept in file.found.items():
            own = file.siblings[family]
            for each in kept:
                form = file.forms[family.form, family.is_secondary]
                if _is_overruled(each, file):
                    continue
                if each.needs == "series" and not (own.is_series(rules) or form.are_right(rules)):
                    continue
                if each.hit.reason == Context.PLACE and not (
                    own.is_series(rules) or form.is_series(rules)
                ):
                    hits.add(replace(each.hit, code=self._lesser(each.hit.code)))
                else:
                    hits.add(each.hit)
        yield from sorted(hits, key=lambda hit: (_order(hit.place), hit.code, hit.reason))


_DIRECT: Final = frozenset({Context.LABELED, Context.ADJACENT})
_NAKED: Final = frozenset({Context.PLACE, Context.ALONE})
_NAMEABLE: Final = frozenset({Form.BARE, Form.GROUPED, Form.BOXED, Form.WRAPPED})
"""Forms that are a number even if the check digit is wrong."""


def _is_overruled(found: _Found, file: _File) -> bool:
    """Tell whether another look at the same digits knows better what they are."""
    place = found.hit.place
    if found.is_plain and place in file.otherwise:
        return True
    if not found.needs:
        return False
    return (found.is_plain and place in file.cleared) or (
        found.is_second and place in file.relabeled
    )


def _is_structured(fragment: Fragment) -> bool:
    """Tell whether a fragment is a cell or a field, and not text as it runs."""
    return fragment.record is not None or bool(fragment.fields)


def _order(place: Place) -> tuple[object, ...]:
    """Return a key that sorts places, of which some parts are not known."""
    return (
        *container_of(place)[:2],
        place.sheet or "",
        place.part or "",
        place.page or 0,
        place.line or 0,
        place.column or 0,
        place.cell or "",
    )
