"""Exceptions and exit codes.

Three kinds, never mixed: a ``Problem`` is a defect in someone's file (a value, collected); a
``Finding`` is a judgement (a value); an exception is misuse or broken trust, and derives from
:class:`MnauditError`. Names of exceptions end in ``Error``.
"""

from __future__ import annotations

from enum import IntEnum

__all__ = [
    "ConfigurationError",
    "ExitCode",
    "InputError",
    "MnauditError",
    "TrustError",
]


class ExitCode(IntEnum):
    """How a command ends; the same for every command and format."""

    SATISFIED = 0
    NOT_SATISFIED = 1
    USAGE = 2
    INPUT = 3
    TRUST = 4
    PRIVACY = 5
    INTERNAL = 70
    INTERRUPTED = 130


class MnauditError(Exception):
    """Base of all exceptions of mnaudit. Never raised itself.

    Attributes:
        code: A code of ``messages``.
        values: What the sentence shows.
        exit_code: How the command ends.
    """

    exit_code = ExitCode.INTERNAL

    def __init__(self, code: str, /, **values: str | int) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values


class ConfigurationError(MnauditError):
    """Wrong usage or configuration: a folder that is not there, a key that cannot be read."""

    exit_code = ExitCode.USAGE


class InputError(MnauditError):
    """The input as a whole cannot be used, or there is nothing to judge."""

    exit_code = ExitCode.INPUT


class TrustError(MnauditError):
    """A signature, a key or the integrity of a bundle failed."""

    exit_code = ExitCode.TRUST
