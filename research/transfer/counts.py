"""What the study of transfer counts: attempts broken, failures that still pass, gains over the control."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from holdfast.core.snippet import Snippet
from holdfast.evaluation import (
    Pairs,
    Proportion,
    RateDifference,
    TransferCount,
    TransferMatrix,
    transfer_matrix,
)
from holdfast.evaluation.bounds import Interval
from holdfast.evaluation.differences import paired_difference
from research.transfer.arms import CONTROL, FIRST, Trained

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Attacked:
    """What one attack did to one model: queries to each start's first failure (None: not broken).

    `failures` are those found, one a start; `replayed` says how many of those found on the first classifier
    still pass this one, None for the first itself, as `trained` is.
    """

    task: str
    seed: int
    arm: str
    attack: str
    queries: tuple[int | None, ...]
    failures: tuple[Snippet | None, ...]
    trained: Trained | None
    replayed: Proportion | None = None

    def broken(self, budget: int) -> list[bool]:
        """Which starts the attack broke within so many queries each."""
        return [q is not None and q <= budget for q in self.queries]

    def fresh(self, budget: int) -> Proportion:
        """How many."""
        broken = self.broken(budget)
        return Proportion(sum(broken), len(broken))


def matrix_of(cells: Sequence[Attacked], budget: int | None) -> TransferMatrix:
    """Over all campaigns: fresh attempts within a budget, or without one the failures that were replayed."""
    counts = []
    for arm, attack in dict.fromkeys((cell.arm, cell.attack) for cell in cells):
        own = [cell for cell in cells if (cell.arm, cell.attack) == (arm, attack)]
        parts = [cell.replayed if budget is None else cell.fresh(budget) for cell in own]
        known = [part for part in parts if part is not None]
        if known:
            counts.append(
                TransferCount(arm, attack, "replayed" if budget is None else "fresh", pooled(known))
            )
    mode = counts[0].mode
    return transfer_matrix(counts, mode, first=FIRST, confidence=CONFIDENCE)


def pooled(parts: Iterable[Proportion]) -> Proportion:
    """All of them as one."""
    given = list(parts)
    return Proportion(sum(part.events for part in given), sum(part.trials for part in given))


Gains = dict[tuple[str, str], RateDifference]
"""(arm, attack) → the control's rate less the arm's."""


def gains_over_control(cells: Sequence[Attacked], budget: int, tables: int = 1) -> Gains:
    """How much less often each attack breaks each arm than the control.

    The limits hold for all cells of so many such tables at once (Bonferroni).
    """
    known = {(cell.arm, cell.attack, cell.seed): cell for cell in cells}
    arms = [arm for arm in dict.fromkeys(cell.arm for cell in cells) if arm not in (FIRST, CONTROL)]
    places = [(arm, attack) for arm in arms for attack in dict.fromkeys(cell.attack for cell in cells)]
    each = 1 - (1 - CONFIDENCE) / max(1, len(places) * tables)
    seeds = list(dict.fromkeys(cell.seed for cell in cells))
    return {
        (arm, attack): paired_difference(
            _pairs([(known[CONTROL, attack, s], known[arm, attack, s]) for s in seeds], budget), each
        )
        for arm, attack in places
    }


def _pairs(both: Sequence[tuple[Attacked, Attacked]], budget: int) -> Pairs:
    """Start by start, what broke the first and what the second."""
    broken = [
        pair
        for first, second in both
        for pair in zip(first.broken(budget), second.broken(budget), strict=True)
    ]
    return Pairs(
        len(broken), broken.count((True, True)), broken.count((True, False)), broken.count((False, True))
    )


@dataclass(frozen=True)
class MeanGain:
    """How many points fewer are broken than on the control, in the mean of many cells, with limits."""

    points: float
    limits: Interval


def mean_gain(cells: Sequence[Attacked], budget: int, *, own: bool) -> MeanGain | None:
    """Over the arms that meet their own attack, or over those that meet another's; None without any.

    The cells share their starts, so each start's mean over the cells is one observation, and the limits are
    Student's: approximate.
    """
    from scipy.special import stdtrit

    known = {(cell.arm, cell.attack, cell.seed): np.array(cell.broken(budget), dtype=float) for cell in cells}
    met = [key for key in known if key[0] not in (FIRST, CONTROL) and (key[0] == key[1]) == own]
    seeds = list(dict.fromkeys(cell.seed for cell in cells))
    by_seed = [
        np.mean([known[CONTROL, key[1], s] - known[key] for key in met if key[2] == s], axis=0)
        for s in seeds
        if met
    ]
    if not by_seed:
        return None
    starts = 100 * np.concatenate(by_seed)
    half = float(stdtrit(len(starts) - 1, (1 + CONFIDENCE) / 2) * starts.std(ddof=1)) / len(starts) ** 0.5
    middle = float(starts.mean())
    return MeanGain(middle, Interval(max(-100.0, middle - half), min(100.0, middle + half)))
