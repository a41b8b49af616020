"""Niches: kinds of failures, by phenomenon × length × tactic (after the archive of arXiv 2402.16822)."""

from __future__ import annotations

from typing import NamedTuple

from holdfast.core.snippet import Units, Verdict

WORDS_PER_BIN = 8
"""Snippets whose lengths share a bin of so many words count as equally long."""


class Niche(NamedTuple):
    """A cell of the archive of failures."""

    phenomena: frozenset[str]
    length: int
    tactic: str


def niche_of(origin: Units, units: Units, verdict: Verdict) -> Niche:
    """The niche of a rewrite of the seed `origin`: what the judge saw, how long it is, and what was done."""
    return Niche(verdict.phenomena, len(units) // WORDS_PER_BIN, tactic_of(origin, units))


def tactic_of(origin: Units, units: Units) -> str:
    """How each part differs from the seed's: same, replaced, longer, shorter or reworded; two words."""
    return f"{_change(origin.prompt, units.prompt)} {_change(origin.completion, units.completion)}"


def _change(before: tuple[int, ...], after: tuple[int, ...]) -> str:
    if before == after:
        return "same"
    kept = len(set(before) & set(after))
    if 2 * kept < min(len(set(before)), len(set(after))):
        return "replaced"
    grown = len(after) - len(before)
    return "longer" if grown > 0 else "shorter" if grown < 0 else "reworded"
