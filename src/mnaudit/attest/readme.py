"""What does the read-me in a bundle say? One text in both languages, the same in every bundle."""

from __future__ import annotations

from mnaudit.messages import phrase

__all__ = ["readme_text"]


def readme_text() -> str:
    """Return the text of ``README.txt``: Japanese, then English, with the commands to run."""
    return f"{phrase('bundle.readme', 'ja').strip()}\n\n\n{phrase('bundle.readme', 'en').strip()}\n"
