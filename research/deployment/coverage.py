"""How often the intervals of the reweighted failure and refusal rates hold the truth, where it is known.

Worlds of a few kinds of prompts, of which it is known what their draws do. A pool is simulated by how many
prompts have each count of accepted and failed draws, so that rates of 1e-6 cost no more than others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import multinomial

from holdfast.core.seeds import Stream
from holdfast.evaluation import Proportion
from holdfast.evaluation.deployment.reweighted import (
    METHOD,
    REFUSALS_METHOD,
    PromptOutcomes,
    Sums,
    pool_outcomes,
    summarise,
)
from holdfast.evaluation.rare.estimate import MeasuredCoverage
from holdfast.evaluation.rare.measured import Measurement

DRAWS = 10
"""Draws of each prompt, all judged, and the most that the filter makes."""

CONFIDENCE = 0.95

RATES = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
EXPECTED = (0.3, 3.0, 30.0)
"""Failures that the direct estimate would see, in expectation."""


@dataclass(frozen=True)
class World:
    """Kinds of prompts: their shares, P(a draw passes), P(a draw passes and is a catastrophe)."""

    name: str
    shares: tuple[float, ...]
    passes: tuple[float, ...]
    fails: tuple[float, ...]

    @property
    def truth(self) -> float:
        """Failures per filtered completion, in closed form."""
        w, a, b = np.array(self.shares), np.array(self.passes), np.array(self.fails)
        answered = 1 - (1 - a) ** DRAWS
        return float(w @ (b / a * answered) / (w @ answered))

    @property
    def refusals(self) -> float:
        """Prompts refused, in closed form."""
        return float(np.array(self.shares) @ (1 - np.array(self.passes)) ** DRAWS)

    def outcome_sums(self, prompts: int, rng: np.random.Generator) -> Sums:
        """The sums of a pool of so many prompts."""
        kinds = rng.multinomial(prompts, self.shares)
        total = None
        for count, a, b in zip(kinds, self.passes, self.fails, strict=True):
            table = rng.multinomial(count, _chances(a, b))
            sums = _weighted(pool_outcomes(_ACCEPTED, _FAILED, DRAWS, DRAWS), table)
            total = sums if total is None else total + sums
        if total is None:
            raise ValueError("a world needs at least one kind of prompt")
        return total


_CELLS = [(accepted, failed) for accepted in range(DRAWS + 1) for failed in range(accepted + 1)]
_ACCEPTED, _FAILED = np.array(_CELLS).T


def _chances(passes: float, fails: float) -> np.ndarray:
    """P(so many draws accepted, so many of them failed), a cell each."""
    counts = np.stack([DRAWS - _ACCEPTED, _ACCEPTED - _FAILED, _FAILED], axis=1)
    chances = np.asarray(multinomial.pmf(counts, DRAWS, [1 - passes, passes - fails, fails]))
    return np.asarray(chances / chances.sum())


def _weighted(found: PromptOutcomes, table: np.ndarray) -> Sums:
    f, g = found.failures, found.answered
    return Sums(
        int(table.sum()),
        table @ f,
        table @ g,
        table @ found.draws,
        table @ (f * f),
        table @ (f * g),
        table @ (g * g),
    )


def worlds(rate: float) -> tuple[World, ...]:
    """Three worlds of about that rate: failures anywhere, on refused prompts alone, often on a few."""
    return (
        World("failures on every prompt alike", (1.0,), (0.97,), (0.97 * rate,)),
        World("failures on prompts mostly refused", (1 - 4 * rate, 4 * rate), (0.98, 0.1), (0.0, 0.04)),
        World("few prompts, on which most fail", (1 - 2 * rate, 2 * rate), (0.98, 0.6), (0.0, 0.3)),
    )


_FEWEST = 0.1
"""Refused prompts expected, below which no pool gives an estimate of refusals near their rate."""


@dataclass(frozen=True)
class Cell:
    """One world at one size, over many repetitions."""

    world: World
    rate: float
    prompts: int
    covered: Proportion
    """Repetitions whose two-sided interval at 95 % held the truth."""
    below: Proportion
    """Repetitions whose one-sided upper limit at 95 % was at least the truth."""
    refusals: Proportion
    """Repetitions whose two-sided interval on the refusals held those."""
    effective: float | None
    """Median of the effective completions for each prompt; None where half the repetitions saw no failure."""

    @property
    def refused(self) -> bool:
        """Whether a pool may give an estimate of refusals near their rate."""
        return self.world.refusals * self.prompts >= _FEWEST


def measure(repetitions: int, stream: Stream, rates: Sequence[float] = RATES) -> list[Cell]:
    """Every world at every rate and size."""
    return [
        _cell(
            world,
            rate,
            round(expected / rate),
            repetitions,
            stream.child(world.name, str(rate), str(expected)),
        )
        for rate in rates
        for world in worlds(rate)
        for expected in EXPECTED
    ]


def _cell(world: World, rate: float, prompts: int, repetitions: int, stream: Stream) -> Cell:
    rng, truth, covered, below, refusals, effective = stream.numpy(), world.truth, 0, 0, 0, []
    for _ in range(repetitions):
        found = summarise(world.outcome_sums(prompts, rng), 1.0, CONFIDENCE, 0, 0)
        interval = found.failures.interval if found.failures else None
        covered += interval is None or truth in interval
        below += truth <= found.failures_upper
        refusals += found.refusals.interval is not None and world.refusals in found.refusals.interval
        effective.append(found.effective_completions or 0.0)
    half = float(np.median(effective)) / prompts
    return Cell(
        world,
        rate,
        prompts,
        Proportion(covered, repetitions),
        Proportion(below, repetitions),
        Proportion(refusals, repetitions),
        half or None,
    )


def measurements(cells: Sequence[Cell]) -> list[Measurement]:
    """What the package ships: the coverage that both estimates carry."""
    found = []
    for cell in cells:
        task = f"simulated prompts, {cell.world.name}, {cell.prompts:,} of them"
        rows = [(METHOD, cell.covered, cell.world.truth)]
        if cell.refused:
            rows.append((REFUSALS_METHOD, cell.refusals, cell.world.refusals))
        for method, covered, rate in rows:
            coverage = MeasuredCoverage(covered, rate, task)
            found.append(Measurement(method, "asymptotic", CONFIDENCE, coverage))
    return found
