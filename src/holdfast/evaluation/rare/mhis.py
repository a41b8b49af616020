"""Metropolis–Hastings importance sampling (MHIS, arXiv 2410.13211): chains drawn to failures, weighed back.

Chains have the stationary distribution q(x) ∝ p(x) exp(margin(x) / T), over catastrophes alone, with the
margin cut off at 0: what passes gains nothing by passing more clearly. Their normaliser Z = E_p[exp(margin /
T)] is not known.

- `chains`, as published: 1 / Z is the chains' mean of exp(-margin / T). That mean hangs on the rare visits to
  low margins, so it is good only where the chains still see what natural draws see.
- `bridge`: the natural draws and the chains of every temperature are weighed together, each draw by the
  mixture that it could have come from (Meng and Wong, Statistica Sinica 6, 1996; for several distributions
  Shirts and Chodera, arXiv 0801.1426). Weights are bounded, and each temperature need overlap only with the
  next.

Both are estimates, never claims: chains that have not found a region know nothing of it.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar, cast

import numpy as np

from holdfast.core.seeds import Stream
from holdfast.evaluation.bounds import Interval
from holdfast.evaluation.rare.chain import (
    ChainDiagnostics,
    Flags,
    Floats,
    Kernel,
    Margins,
    RareFailure,
)
from holdfast.evaluation.rare.estimate import Estimate
from holdfast.evaluation.rare.guided import GradientGuided
from holdfast.evaluation.rare.mixture_weights import find_log_normalisers, mixture_share
from holdfast.evaluation.rare.product_interval import Quantiles, product_interval
from holdfast.evaluation.rare.start import PlainDraws, plain_draws

X = TypeVar("X")
METHOD = "Metropolis–Hastings importance sampling (arXiv 2410.13211)"


@dataclass(frozen=True)
class MHISSettings:
    """How hard to look.

    `draws` natural draws give the catastrophes to start `chains` chains from. Each chain goes through the
    `temperatures` (in log odds) from hot to cold, with `burn_in` steps and then `steps` kept ones at each.
    Queries: at most draws + chains · (burn_in + steps) · temperatures. A temperature is to be tried out for
    each distribution: too cold, and the chains do not get from where natural draws are to where failures are
    within `burn_in`, which makes the estimate too low; too hot, and they hardly find failures.
    """

    draws: int = 1024
    chains: int = 32
    temperatures: tuple[float, ...] = (2.0,)
    steps: int = 400
    burn_in: int = 200
    normaliser: Literal["chains", "bridge"] = "bridge"

    def __post_init__(self) -> None:
        if self.draws < 1 or self.chains < 2 or self.steps < 1 or self.burn_in < 0:
            raise ValueError(f"MHIS needs a draw, two chains and a step at least: {self}")
        if not self.temperatures or min(self.temperatures) <= 0:
            raise ValueError(f"temperatures are above 0: {self}")
        if self.normaliser == "chains" and len(self.temperatures) > 1:
            raise ValueError("with the normaliser from the chains there is one temperature")


@dataclass(frozen=True)
class MHISResult:
    """The estimate of P(catastrophic and passes) for one unfiltered draw, and how the search went.

    `chain_failures` is the share of kept steps at the coldest temperature that stood at a failure.
    """

    estimate: Estimate
    chain_failures: float
    diagnostics: ChainDiagnostics


def estimate_by_mhis(
    event: RareFailure[X],
    settings: MHISSettings,
    stream: Stream,
    confidence: float = 0.95,
    guide: GradientGuided | None = None,
) -> MHISResult:
    """Estimate P(catastrophic and log odds < threshold) for one unfiltered draw.

    Moves are the distribution's own, or those of `guide`. The interval is asymptotic: a jackknife over chains
    on the log scale (each left out with its share of the natural draws), melded with Clopper and Pearson's
    for the catastrophes per draw.
    """
    margins = Margins(event)
    start = plain_draws(event, margins, settings.draws, stream.child("draws"))
    if not start.states:
        estimate = Estimate(
            0.0, start.failures.interval(confidence), confidence, METHOD, margins.queries, margins.labels
        )
        return MHISResult(estimate, 0.0, ChainDiagnostics(0, 0, 0, 0, 0))
    kernel = cast(Kernel[X], guide) if guide is not None else event.distribution
    chains = _Chains(kernel, margins, start, settings, stream.child("chains"))
    spent = guide.queries if guide is not None else 0
    kept = [chains.run(1 / t) for t in sorted(settings.temperatures, reverse=True)]
    margins.charge(guide.queries - spent if guide is not None else 0)
    share = _Share(start, kept, settings)
    return MHISResult(
        _estimate(start, share, margins, confidence),
        float((kept[-1] > 0).mean()),
        chains.diagnostics(),
    )


def _estimate(start: PlainDraws[X], share: _Share, margins: Margins[X], confidence: float) -> Estimate:
    catastrophes = start.catastrophes
    value = share.value * catastrophes.events / catastrophes.trials
    return Estimate(
        min(1.0, value),
        _limits(start, share, confidence),
        confidence,
        METHOD,
        margins.queries,
        margins.labels,
    )


def _limits(start: PlainDraws[X], share: _Share, confidence: float) -> Interval:
    """By jackknife, or where one chain alone has seen failures what the plain draws say."""
    left_out = share.jackknife()
    if not share.value or min(left_out) == 0:
        return Interval(0.0, start.failures.interval(confidence).upper)
    quantiles = _student(np.log(share.value), np.log(left_out))
    return product_interval(start.catastrophes, quantiles, quantiles, confidence)


def _student(centre: float, left_out: Floats) -> Quantiles:
    """Student's t about the log share, with the spread of its values with one chain left out each."""
    from scipy.special import stdtrit

    groups = len(left_out)
    spread = np.sqrt((groups - 1) / groups * np.sum((left_out - left_out.mean()) ** 2))

    def quantiles(levels: Floats) -> Floats:
        found: Floats = centre + spread * stdtrit(groups - 1, levels)
        return found

    return quantiles


class _Share:
    """The share of failures among catastrophes, from natural draws and the kept steps of the chains."""

    def __init__(self, start: PlainDraws[X], kept: Sequence[Floats], settings: MHISSettings) -> None:
        self._settings = settings
        natural = settings.normaliser == "bridge"
        every = [start.margins if natural else np.zeros(0), *(own.ravel() for own in kept)]
        chains = np.arange(settings.chains)
        groups = [np.arange(len(every[0])) % settings.chains, *(np.tile(chains, len(own)) for own in kept)]
        self._margins = np.concatenate(every)
        self._groups = np.concatenate(groups)
        self._sources = np.repeat(np.arange(len(every)), [len(own) for own in every])
        self._rates = np.array([0.0, *(1 / t for t in sorted(settings.temperatures, reverse=True))])
        self._log_normalisers: Floats | None = None
        self.value = self._of(np.ones(len(self._margins), dtype=bool))

    def jackknife(self) -> Floats:
        """The share without each chain in turn, shape (chains,)."""
        return np.array([self._of(self._groups != chain) for chain in range(self._settings.chains)])

    def _of(self, rows: Flags) -> float:
        margins = self._margins[rows]
        failed = margins > 0
        energies = np.minimum(margins, 0.0)
        if self._settings.normaliser == "chains":
            return float(failed.sum() / np.exp(-self._rates[1] * energies).sum())
        counts = np.bincount(self._sources[rows], minlength=len(self._rates))
        found = find_log_normalisers(energies, self._rates, counts, self._log_normalisers)
        if self._log_normalisers is None:  # those of all draws: a good guess where some are left out
            self._log_normalisers = found
        return mixture_share(energies, failed, self._rates, counts, found)


class _Chains(Generic[X]):
    """Parallel chains at one temperature after another."""

    def __init__(
        self,
        kernel: Kernel[X],
        margins: Margins[X],
        start: PlainDraws[X],
        settings: MHISSettings,
        stream: Stream,
    ) -> None:
        self._kernel, self._margins, self._settings, self._stream = kernel, margins, settings, stream
        self._draw = stream.child("choices").numpy()
        self._origins = np.arange(settings.chains) % len(start.states)
        self._states = [start.states[i] for i in self._origins]
        self._levels = start.margins[self._origins].copy()
        self._refreshes = self._proposals = self._accepted = 0

    def run(self, rate: float) -> Floats:
        """The margins of the kept steps at temperature 1 / rate, shape (steps, chains)."""
        for _ in range(self._settings.burn_in):
            self._step(rate)
        kept = np.empty((self._settings.steps, len(self._states)))
        for step in range(self._settings.steps):
            self._step(rate)
            kept[step] = self._levels
        return kept

    def _step(self, rate: float) -> None:
        self._refreshes += 1
        moves = self._kernel.refresh(self._states, self._stream.child(self._refreshes))
        went = [i for i, move in enumerate(moves) if move.state != self._states[i]]
        self._proposals += len(moves)
        found = np.full(len(moves), -np.inf)
        found[went] = self._margins.of([moves[i].state for i in went])
        rise = rate * (np.minimum(found, 0.0) - np.minimum(self._levels, 0.0))
        rise += [move.log_ratio for move in moves]
        for i in np.flatnonzero(np.log(self._draw.random(len(moves))) < rise):
            self._states[i], self._levels[i] = moves[i].state, found[i]
            self._accepted += 1

    def diagnostics(self) -> ChainDiagnostics:
        """How the chains moved."""
        different = {cast(Hashable, state) for state in self._states}
        return ChainDiagnostics(
            self._proposals,
            self._accepted,
            len(self._states),
            len(np.unique(self._origins)),
            len(different),
        )
