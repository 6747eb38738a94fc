"""Names that mean the same file on every system, or no evidence.

A bundle made on Linux is checked on Windows and macOS. There ``A.yaml`` and ``a.yaml`` are one
file, ``aux.yaml`` is a device, and a name typed in decomposed kana is another name. Such names
are refused, never rewritten: the name is signed as it is.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from mnaudit.load.text import FORBIDDEN
from mnaudit.model.problem import problem
from mnaudit.signing.container import EVIDENCE, name_defect
from mnaudit.signing.strict_json import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mnaudit.model.problem import Problem

__all__ = ["check_paths", "is_ignored", "shown_path", "with_parents"]

_IGNORED = re.compile(r"(?:.*/)?(?:\.[^/]*(?:/.*)?|README[^/]*\.(?:md|txt))", re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")


def is_ignored(path: str) -> bool:
    """Tell whether a file is a note beside the evidence: README, or anything behind a dot."""
    return not path.startswith(("./", "../")) and _IGNORED.fullmatch(path) is not None


def shown_path(path: str) -> str:
    """Return a path as a message may show it: without controls and broken characters."""
    return FORBIDDEN.sub("\ufffd", path)


def check_paths(paths: Iterable[str]) -> list[Problem]:
    """Return what is wrong with names, alone and beside each other.

    Args:
        paths: Of files, relative to the evidence folder, with ``/``.

    Returns:
        Sorted problems: ``MN121`` name not allowed, ``MN123`` not NFC, ``MN122`` two names that
        are one on some system (each of the two has its own problem).
    """
    found = []
    sound: Counter[str] = Counter()
    for path in paths:
        code = _defect(path)
        if code is None:
            sound[path] += 1
        else:
            found.append(problem(code, shown_path(path)))
    found += _twins(sound)
    return sorted(set(found))


def with_parents(path: str) -> tuple[str, ...]:
    """Return a path after all the folders that it is in: ``a``, ``a/b``, ``a/b/c``."""
    parts = path.split("/")
    return tuple("/".join(parts[:count]) for count in range(1, len(parts) + 1))


def _defect(path: str) -> str | None:
    if _SURROGATE.search(path):
        return "MN121"
    defect = name_defect(EVIDENCE + path)
    if defect is None:
        return None
    return "MN123" if defect == "normalization" else "MN121"


def _twins(counted: Counter[str]) -> Iterator[Problem]:
    """Yield names that differ only for some systems: in case, in width, or as file and folder."""
    spellings: defaultdict[str, set[str]] = defaultdict(set)
    folders: dict[str, tuple[str, ...]] = {"": ()}
    for path in counted:
        spellings[fold(path)].add(path)
        parent = path.rpartition("/")[0]
        if parent not in folders:
            folders[parent] = with_parents(parent)
            for folder in folders[parent]:
                # The slash keeps a folder apart from a file of the same name.
                spellings[fold(folder)].add(f"{folder}/")
    for path, count in counted.items():
        if count > 1:
            yield problem("MN122", path, twin=path)
        mine = [path, *(f"{folder}/" for folder in folders[path.rpartition("/")[0]])]
        for name in mine:
            same = spellings[fold(name.removesuffix("/"))]
            if len(same) > 1:
                yield problem("MN122", path, twin=min(same - {name}))
