"""How often the limits of `holdfast traffic estimate` hold, in logs whose misses are known.

`python -m research.traffic --out docs/results` writes `traffic.md` and `traffic.csv`. Each repetition draws
labels from one log as `holdfast traffic plan` does, and asks whether the true rate lies within the limits.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from holdfast.core.csv_text import csv_text
from holdfast.core.files import write_text
from holdfast.core.seeds import Stream
from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.traffic import Cell, allocation, miss_rate

COMMAND = "python -m research.traffic"
ROWS = tuple(2**level for level in (14, 13, 12, 11, 10, 9, 8, 8))
"""A log of 32,768 rows that passed, in eight bands."""
SHAPES = {
    "near the threshold": (0, 0, 0, 1, 2, 4, 8, 16),
    "everywhere alike": ROWS,
    "far from the threshold": (1, 0, 0, 0, 0, 0, 0, 0),
}
"""Where misses are: their shares by band."""
RATES = (0.02, 0.005, 0.001)
LABELS = (200, 1000)
UNIFORM = (0.5, 0.1)
CONFIDENCE = 0.95


@dataclass(frozen=True)
class World:
    """A log and a plan for it."""

    shape: str
    rate: float
    labels: int
    uniform_share: float

    @property
    def missed(self) -> list[int]:
        """How many misses each band has."""
        shares = np.array(SHAPES[self.shape], dtype=float)
        wanted = self.rate * sum(ROWS) * shares / shares.sum()
        return [min(rows, round(count)) for rows, count in zip(ROWS, wanted, strict=True)]


@dataclass(frozen=True)
class Outcome:
    """How often, in so many repetitions, the truth lay above the limits, or below them."""

    world: World
    truth: float
    above: int
    below: int
    repetitions: int
    upper: float
    """The mean of the upper limits."""


def worlds() -> Iterator[World]:
    """Every case."""
    for shape in SHAPES:
        for rate in RATES:
            for labels in LABELS:
                for uniform in UNIFORM:
                    yield World(shape, rate, labels, uniform)


def simulate(world: World, repetitions: int, stream: Stream) -> Outcome:
    """Draw labels again and again."""
    drawn = allocation(world.labels, ROWS, world.uniform_share)
    random, missed = stream.child(str(world)).numpy(), world.missed
    counts = np.stack(
        [
            random.hypergeometric(m, n - m, d, repetitions)
            for m, n, d in zip(missed, ROWS, drawn, strict=True)
        ],
        axis=1,
    )
    truth, above, below, uppers = sum(missed) / sum(ROWS), 0, 0, 0.0
    for seen, times in Counter(map(tuple, counts.tolist())).items():
        cells = [Cell(n, d, k) for n, d, k in zip(ROWS, drawn, seen, strict=True)]
        limits = miss_rate(cells, CONFIDENCE).limits
        above += times * (truth > limits.upper)
        below += times * (truth < limits.lower)
        uppers += times * limits.upper
    return Outcome(world, truth, above, below, repetitions, uppers / repetitions)


def page(outcomes: Sequence[Outcome], how: str) -> str:
    """The page."""
    worst = max(outcomes, key=lambda o: o.above + o.below)
    share = Proportion(worst.above + worst.below, worst.repetitions)
    limits = share.interval()
    lines = [
        "# Do the limits of traffic estimates hold?",
        "",
        f"In the worst of {len(outcomes)} cases the miss rate lay outside its {CONFIDENCE:.0%} limits in"
        f" {share.rate:.2%} of {share.trials:,} simulated plans ({limits.lower:.2%} to {limits.upper:.2%};"
        f" allowed: {1 - CONFIDENCE:.0%}).",
        "",
        f"A log of {sum(ROWS):,} rows that passed, in eight bands; a known number of misses stand near the"
        " threshold, everywhere alike, or far from it. Labels are drawn as by `holdfast traffic plan`.",
        "",
        "| misses | true rate | labels | uniform share | truth above | truth below | mean upper limit |",
        "|---|---:|---:|---:|---:|---:|---:|",
        *(
            f"| {o.world.shape} | {o.truth:.2%} | {o.world.labels:,} | {o.world.uniform_share:g} |"
            f" {o.above / o.repetitions:.2%} | {o.below / o.repetitions:.2%} | {o.upper:.2%} |"
            for o in outcomes
        ),
        "",
        f"Made by `{how}`. Counts: [traffic.csv](traffic.csv).",
        "",
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run it from the command line."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--repetitions", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("docs/results"))
    given = parser.parse_args(arguments)
    stream = Stream(given.seed).child("traffic limits")
    outcomes = [simulate(world, given.repetitions, stream) for world in worlds()]
    how = f"{COMMAND} --repetitions {given.repetitions} --seed {given.seed}"
    names = ("misses", "true_rate", "labels", "uniform_share", "above", "below", "repetitions", "mean_upper")
    rows = [
        (
            o.world.shape,
            o.truth,
            o.world.labels,
            o.world.uniform_share,
            o.above,
            o.below,
            o.repetitions,
            f"{o.upper:.6f}",
        )
        for o in outcomes
    ]
    write_text(given.out / "traffic.csv", csv_text(names, rows))
    write_text(given.out / "traffic.md", page(outcomes, how))
    print(f"written: {given.out / 'traffic.md'}")


if __name__ == "__main__":
    main()
