"""Errors meant for people: what is wrong, where, and what to do about it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class HoldfastWarning(UserWarning):
    """Something a user should know that does not stop the work."""


class HoldfastError(Exception):
    """The work failed for a reason that is not the user's mistake (exit code 1)."""

    exit_code = 1


class UserError(HoldfastError):
    """The user's mistake, told in one line: what, where, what to do (exit code 2)."""

    exit_code = 2


class SpentError(HoldfastError):
    """The system under test takes no more questions: what may be spent on it is spent."""


def unknown(kind: str, name: str, known: Iterable[str]) -> UserError:
    """The error for a name that does not exist, with the nearest one that does."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    hint = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(names) or 'none'}"
    return UserError(f"unknown {kind} '{name}'; {hint}")
