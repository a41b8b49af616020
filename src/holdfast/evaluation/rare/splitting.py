"""Multilevel splitting for discrete text: the last-particle method, right also where margins tie.

A walk through the levels starts at a natural draw and jumps, as long as it is no failure, to a draw from the
natural distribution above where it stands. The jumps that N independent walks need are Poisson with mean
-N log p, so that (1 - 1/N) ** jumps is unbiased for p and its interval exact (Guyader, Hengartner and
Matzner-Løber, Appl. Math. Optim. 64, 2011). That holds for a continuous margin alone. Where margins tie, as
those of discrete text do, "above" is broken: walks that may stay level jump too often, those that may not
jump too rarely, and neither converges. Walter (arXiv 1507.00919) gives corrections; the one here pairs each
margin with a uniform number and orders the pairs, which makes the level continuous and leaves the Poisson law
exact whatever the ties.

The first levels need no chain. The N natural draws that stand highest are independent draws from above the
next one's level, whose probability is an order statistic's: N / draws is unbiased together with the jumps
from there on, and Clopper and Pearson's limits for N of so many hold. It matters where the tail of the
natural draws leads away from the failures, so that few of N plain draws would be on the way to them.

A jump is drawn by a chain that starts at another walk's state above the level, so the law is exact only for
chains that forget their start. Those that do not leave families of walks that fail or not together, and the
jumps vary more than Poisson's. By how much, the families tell (Lee and Whiteley, Biometrika 105, 2018), and
the interval is widened by it. This is an estimate, never a claim.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

import numpy as np

from holdfast.core.seeds import Stream
from holdfast.evaluation.bounds import Interval, Proportion
from holdfast.evaluation.rare.chain import ChainDiagnostics, Distribution, Floats, Margins, RareFailure
from holdfast.evaluation.rare.estimate import Estimate
from holdfast.evaluation.rare.product_interval import Quantiles, product_interval
from holdfast.evaluation.rare.start import PlainDraws, plain_draws

X = TypeVar("X")
METHOD = "multilevel splitting, corrected for ties (arXiv 1507.00919)"


@dataclass(frozen=True)
class SplittingSettings:
    """How hard to look.

    Of `draws` natural draws the catastrophes nearest to failure walk, up to `particles` of them; a jump is
    `steps` moves of a chain, and the lowest `at_once` share of the walks jump together. The search gives up
    once failures are rarer than `smallest` among draws as near as those that walk. Queries: `draws` + about
    particles · steps · ln(particles / (draws · rate)), less those of proposals that are no catastrophes.
    Where `particles` natural draws are failures already, the estimate is plain Monte Carlo's.
    """

    draws: int = 16384
    particles: int = 128
    steps: int = 40
    at_once: float = 0.125
    smallest: float = 1e-9

    def __post_init__(self) -> None:
        if self.draws < 1 or self.particles < 2 or self.steps < 1:
            raise ValueError(f"splitting needs a draw, two particles and a step at least: {self}")
        if not 0 < self.at_once <= 0.5 or not 0 < self.smallest < 1:
            raise ValueError(f"at_once lies in (0, 0.5] and smallest in (0, 1): {self}")


@dataclass(frozen=True)
class SplittingResult:
    """The estimate of P(catastrophic and passes) for one unfiltered draw, and how the search went.

    `jumps` of `diagnostics.particles` walks gave it, and `overdispersion` is how many times Poisson's their
    variance seems to be (1: the chains mix). `gave_up` says that not all walks met a failure down to
    `SplittingSettings.smallest`: there is none, or the chains were stuck. The value is then 0, and the
    interval what the natural draws alone say.
    """

    estimate: Estimate
    jumps: int
    overdispersion: float
    gave_up: bool
    diagnostics: ChainDiagnostics


def estimate_by_splitting(
    event: RareFailure[X], settings: SplittingSettings, stream: Stream, confidence: float = 0.95
) -> SplittingResult:
    """Estimate P(catastrophic and log odds < threshold) for one unfiltered draw.

    The interval melds Clopper and Pearson's for the walks' share of the draws with the exact Poisson one
    for the jumps, scaled by `overdispersion`. Look at the diagnostics, and at the measured coverage.
    """
    margins = Margins(event)
    start = plain_draws(event, margins, settings.draws, stream.child("draws"))
    if len(start.states) < 2:  # no walk can jump from another
        return _plain(start, margins, confidence)
    if start.failures.events >= settings.particles:  # the walks would all stand at failures already
        return _plain(start, margins, confidence)
    walks = _Walks(event, margins, start, settings, stream.child("walks"))
    while walks.below.any() and not walks.hopeless:
        walks.jump()
    return _result(start, walks, margins, confidence)


def _plain(start: PlainDraws[X], margins: Margins[X], confidence: float) -> SplittingResult:
    rate = start.failures
    count = len(start.states)
    value, limits = rate.events / rate.trials, rate.interval(confidence)
    estimate = Estimate(value, limits, confidence, METHOD, margins.queries, margins.labels)
    return SplittingResult(estimate, 0, 1.0, not rate.events, ChainDiagnostics(0, 0, count, count, count))


def _result(
    start: PlainDraws[X], walks: _Walks[X], margins: Margins[X], confidence: float
) -> SplittingResult:
    jumps, particles = walks.jumps, len(walks.states)
    gave_up, share = bool(walks.below.any()), Proportion(particles, start.draws)
    excess = overdispersion(walks.ancestors, jumps)
    if gave_up:  # walks that are stuck say the same, so the count of jumps excludes nothing
        value, limits = 0.0, Interval(0.0, start.failures.interval(confidence).upper)
    else:
        value = share.events / share.trials * (1 - 1 / particles) ** jumps
        limits = product_interval(
            share,
            _jump_limit(jumps / excess + 1, excess / particles),
            _jump_limit(jumps / excess, excess / particles),
            confidence,
        )
    estimate = Estimate(value, limits, confidence, METHOD, margins.queries, margins.labels)
    return SplittingResult(estimate, jumps, excess, gave_up, walks.diagnostics())


def _jump_limit(shape: float, scale: float) -> Quantiles:
    """log p of the walks' own part as limited by a count of jumps: minus a gamma variable."""
    from scipy.special import gammaincinv

    def quantiles(levels: Floats) -> Floats:
        if not shape:
            return np.zeros(len(levels))
        found: Floats = np.multiply(gammaincinv(shape, 1 - levels), -scale)
        return found

    return quantiles


def overdispersion(ancestors: np.ndarray, jumps: int) -> float:
    """How many times the variance of Poisson jumps their variance is, judged by families; at least 1.

    `ancestors` (N,) names the first state that each walk's state descends from. With D the share of
    pairs of walks that have different ones, 1 - D (N² / (N² - 1)) ** jumps estimates the relative variance
    of (1 - 1/N) ** jumps: the factor makes the pairs of ideal chains, which share families by chance alone,
    give p² on average. That of a Poisson count is about jumps / N².
    """
    if not jumps:
        return 1.0
    count = len(ancestors)
    sizes = np.bincount(ancestors)
    different = 1 - float((sizes * (sizes - 1)).sum()) / (count * (count - 1))
    variance = 1 - different * math.exp(-jumps * math.log1p(-1 / count**2))
    return max(1.0, variance * count**2 / jumps)


class _Walks(Generic[X]):
    """N walks, each with its state, its margin, and the uniform number that breaks ties."""

    def __init__(
        self,
        event: RareFailure[X],
        margins: Margins[X],
        start: PlainDraws[X],
        settings: SplittingSettings,
        stream: Stream,
    ) -> None:
        count = min(settings.particles, len(start.states))
        self._distribution: Distribution[X] = event.distribution
        self._margins = margins
        self._settings = settings
        self._stream = stream
        self._draw = stream.child("choices").numpy()
        ties = self._draw.random(len(start.states))
        best = np.lexsort((ties, start.margins))[-count:]
        self.states = [start.states[int(i)] for i in best]
        self.levels: Floats = start.margins[best]
        self.ties: Floats = ties[best]
        self.ancestors = np.arange(count)
        self.jumps = 0
        self._refreshes = 0
        self._proposals = 0
        self._accepted = 0

    @property
    def below(self) -> np.ndarray:
        """Which walks stand at no failure yet, shape (N,)."""
        flags: np.ndarray = self.levels <= 0
        return flags

    @property
    def hopeless(self) -> bool:
        """Whether what is left is rarer than anybody asked for."""
        count = len(self.states)
        return self.jumps * math.log1p(-1 / count) < math.log(self._settings.smallest)

    def jump(self) -> None:
        """Let the lowest walks jump, each above its own level, from a state that another walk holds."""
        order = np.lexsort((self.ties, self.levels))
        most = max(1, int(len(order) * self._settings.at_once))
        lowest = [int(i) for i in order[:most] if self.levels[i] <= 0]
        above = {int(i): order[rank + 1 :] for rank, i in enumerate(order)}
        seeds = np.array([self._draw.choice(above[i]) for i in lowest])
        rows = np.array(lowest)
        self._move(rows, seeds)
        self.jumps += len(rows)

    def _move(self, rows: np.ndarray, seeds: np.ndarray) -> None:
        floors, bounds = self.levels[rows], self.ties[rows]
        states, levels = [self.states[i] for i in seeds], self.levels[seeds].copy()
        ties, ancestors = self.ties[seeds].copy(), self.ancestors[seeds].copy()
        for _ in range(self._settings.steps):
            self._step(states, levels, ties, floors, bounds)
        for at, row in enumerate(rows):
            self.states[row] = states[at]
        self.levels[rows], self.ties[rows], self.ancestors[rows] = levels, ties, ancestors

    def _step(self, states: list[X], levels: Floats, ties: Floats, floors: Floats, bounds: Floats) -> None:
        """One move of each chain on pairs (state, tie) above (floor, bound), in place."""
        self._refreshes += 1
        moves = self._distribution.refresh(states, self._stream.child(self._refreshes))
        went = [i for i, move in enumerate(moves) if move.state != states[i]]
        self._proposals += len(moves)
        found = np.full(len(moves), -np.inf)
        found[went] = self._margins.of([moves[i].state for i in went], floors[went])
        fresh = self._draw.random(len(moves))
        allowed = (found > floors) | ((found == floors) & (fresh > bounds))
        allowed &= np.log(self._draw.random(len(moves))) < [move.log_ratio for move in moves]
        for i in np.flatnonzero(allowed):
            states[i], levels[i] = moves[i].state, found[i]
        self._accepted += int(allowed.sum())
        # Given the state, the tie is uniform above its bound: redrawing it is a move that is always taken.
        low = np.where(levels > floors, 0.0, bounds)
        ties[:] = low + (1 - low) * self._draw.random(len(ties))

    def diagnostics(self) -> ChainDiagnostics:
        """What became of the walks."""
        different = {cast(Hashable, state) for state in self.states}
        return ChainDiagnostics(
            self._proposals,
            self._accepted,
            len(self.states),
            len(np.unique(self.ancestors)),
            len(different),
        )
