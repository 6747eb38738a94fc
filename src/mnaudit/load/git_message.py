"""What of the file of a commit message will git keep?

An editor is shown more than the message: comments about what is committed, and with ``commit -v``
the difference itself, in which a number that is being *removed* stands.

Source: git-commit(1) "--cleanup", "--verbose".
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["kept_message"]

_SCISSORS: Final = re.compile(rb"^\S -{24} >8 -{24}\r?$", re.MULTILINE)


def kept_message(data: bytes, *, edited: bool) -> bytes:
    """Return the part that is kept, from the first line on.

    Args:
        data: The file that git gives to its ``commit-msg`` hook.
        edited: Whether an editor was opened; if not, git keeps lines with ``#``, too.

    Returns:
        Rather too much: comments that stand among the lines are left in, since how git cleans up
        may be configured.
    """
    if not edited:
        return data
    cut = _SCISSORS.search(data)
    text = data if cut is None else data[: cut.start()]
    return _without_last_comments(text)


def _without_last_comments(text: bytes) -> bytes:
    lines = text.splitlines(keepends=True)
    while lines and (lines[-1].startswith(b"#") or not lines[-1].strip()):
        lines.pop()
    return b"".join(lines)
