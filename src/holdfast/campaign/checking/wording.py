"""Cautions and counts in few words."""

from __future__ import annotations

from holdfast.campaign.checking.records import Caution


def weak(what: str, do: str = "") -> Caution:
    """A caution that weakens later results."""
    return Caution(weight="weak", what=what, do=do)


def note(what: str, do: str = "") -> Caution:
    """A caution that is good to know."""
    return Caution(weight="note", what=what, do=do)


def many(count: int, what: str) -> str:
    """`1 text`, `2,000 texts`."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def of(count: int, rows: int) -> str:
    """`3 of 2,000 texts`."""
    return f"{count:,} of {many(rows, 'text')}"
