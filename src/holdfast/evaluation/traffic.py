"""How often live traffic is missed: which rows of a log to label, and what their labels say of all rows.

A *miss* is a catastrophe that the filter let pass. The rows of a log that passed are divided into *bands* by
their score, each half as large as the one below it, since misses stand more often just under the threshold.
A part of the labels is drawn in proportion to the bands (the *uniform share*, a defence against misses that
the score does not see: Hesterberg, Technometrics 37, 1995), the rest evenly over the bands.

Within a band rows are drawn without replacement. The count of misses among them is then a sum of independent
events (Vatutin and Mikhailov, Theory of Probability and its Applications 27, 1982), so that the limits of
`strata`, and exact binomial ones, hold; a band that was labelled whole is known. The limits hold for the
rows of this log, whatever the judge of the labels is worth, and say nothing of other weeks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.core.errors import UserError
from holdfast.evaluation.bounds import Interval, Proportion
from holdfast.evaluation.strata import stratified_rate

Counts = NDArray[np.int64]

MOST_BANDS = 8
"""The highest band then holds at least one row in 128."""


def band_ends(histogram: Counts, most: int = MOST_BANDS) -> tuple[int, ...]:
    """Where bands end in a histogram of scores (low to high): the places after their last bins.

    The lowest band has about half of the rows, the next half of the rest, and so on; equal scores stay
    together, so there may be fewer. Raises UserError for a histogram without rows.
    """
    total = int(histogram.sum())
    if total == 0:
        raise UserError("no row of the log passed the filter, so there is nothing that it could have missed")
    reached = np.cumsum(histogram)
    ends: list[int] = []
    for level in range(1, most):
        end = int(np.searchsorted(reached, total * (1 - 0.5**level))) + 1
        if reached[end - 1] < total and (not ends or end > ends[-1]):
            ends.append(end)
    return (*ends, len(histogram))


def allocation(labels: int, rows: Sequence[int], uniform_share: float) -> tuple[int, ...]:
    """How many rows of each band to label: `labels` in all, or every row where there are not as many.

    Raises UserError where a band would get none.
    """
    if not 0 < uniform_share <= 1:
        raise UserError(f"the uniform share must lie above 0 and at most at 1, got {uniform_share:g}")
    filled = sum(count > 0 for count in rows)
    if labels < filled:
        raise UserError(
            f"{labels} labels are too few for {filled} bands of scores; ask for at least {filled}"
        )
    total = sum(rows)
    ideal = [uniform_share * n / total + (1 - uniform_share) / filled if n else 0.0 for n in rows]
    given = [min(1, n) for n in rows]
    for _ in range(min(labels, total) - sum(given)):
        behind = min((b for b, n in enumerate(rows) if given[b] < n), key=lambda b: given[b] / ideal[b])
        given[behind] += 1
    return tuple(given)


@dataclass(frozen=True)
class Cell:
    """The rows of one band, or of one band and slice: how many there are, and what labels say of some.

    Of the rows `drawn` some are `missed`, some `unsure`, some have no label yet (`pending`).
    """

    rows: int
    drawn: int
    missed: int
    unsure: int = 0
    pending: int = 0

    def __post_init__(self) -> None:
        told = self.missed + self.unsure + self.pending
        if min(self.missed, self.unsure, self.pending) < 0 or not told <= self.drawn <= self.rows:
            raise ValueError(f"{told} misses or doubts of {self.drawn} rows drawn of {self.rows} cannot be")

    @property
    def possible(self) -> int:
        """How many of the rows drawn may be misses."""
        return self.missed + self.unsure + self.pending

    def __add__(self, other: Cell) -> Cell:
        mine, theirs = (astuple(each) for each in (self, other))
        return Cell(*(a + b for a, b in zip(mine, theirs, strict=True)))


@dataclass(frozen=True)
class MissRate:
    """The share of rows that were missed, with two-sided limits.

    `rate` counts unsure rows as misses; it is None where rows drawn have no label yet, or some rows had no
    chance of one. `unseen` is the share of these; the upper limit takes them all for misses.
    """

    counts: Cell
    rate: float | None
    limits: Interval
    unseen: float


def miss_rate(cells: Sequence[Cell], confidence: float = 0.95) -> MissRate:
    """The rate over all cells, with limits of that confidence.

    The upper limit is that of `strata` for what is not known whole, doubtful rows counting as misses. The
    lower one sums exact lower limits of the cells, each at its part of the error, doubtful rows counting as
    none. Raises UserError unless 0 < confidence < 1.
    """
    if not 0 < confidence < 1:
        raise UserError(f"the confidence must lie between 0 and 1, both excluded; got {confidence}")
    counts = sum(cells, Cell(0, 0, 0))
    total = counts.rows
    if not total:
        return MissRate(counts, None, Interval(0.0, 1.0), 0.0)
    whole = [cell for cell in cells if cell.drawn == cell.rows]
    parts = [cell for cell in cells if 0 < cell.drawn < cell.rows]
    unseen = sum(cell.rows for cell in cells if cell.rows and not cell.drawn) / total
    lower = sum(cell.missed for cell in whole) / total
    rate = upper = sum(cell.possible for cell in whole) / total
    if parts:
        one_sided = (1 + confidence) / 2
        weight = sum(cell.rows for cell in parts)
        possible = [Proportion(cell.possible, cell.drawn) for cell in parts]
        sample = stratified_rate([cell.rows / weight for cell in parts], possible)
        rate += weight / total * sample.rate
        upper += weight / total * sample.upper(one_sided)
        each = 1 - (1 - one_sided) / len(parts)
        lower += sum(c.rows * Proportion(c.missed, c.drawn).lower(each) for c in parts) / total
    limits = Interval(min(1.0, lower), min(1.0, upper + unseen))
    return MissRate(counts, None if unseen or counts.pending else rate, limits, unseen)


@dataclass(frozen=True)
class ScoreShift:
    """How far the scores of some rows are from those of others.

    `index` is the population stability index Σ (p − q) ln(p/q) over the bands; `p_value` is of Pearson's
    test that both have the same shares. In large logs everything differs a little, so that both count.
    """

    index: float
    p_value: float


def score_shift(first: Sequence[int], second: Sequence[int]) -> ScoreShift | None:
    """The shift between two counts by band; None where one of them has no rows.

    Half a row is added to each band for the index alone, which an empty band would make infinite.
    """
    from scipy.stats import chi2_contingency

    table = np.array([first, second], dtype=np.float64)
    if not table.sum(axis=1).all():
        return None
    table = table[:, table.sum(axis=0) > 0]
    if table.shape[1] < 2:
        return ScoreShift(0.0, 1.0)
    p, q = ((row + 0.5) / (row + 0.5).sum() for row in table)
    index = float(((p - q) * np.log(p / q)).sum())
    return ScoreShift(index, float(chi2_contingency(table, correction=False).pvalue))
