"""Does training on one attack defend against another? A matrix of models by attacks, from counts.

A row is a model, named after the attack it was trained on; a column is an attack. *Fresh* cells count the
seeds that the attack breaks when it is run anew against that model, with what it can learn of it.
*Replayed* cells count the failures that the attack found against the first model and that still pass.
Replayed failures are cheap and flatter the defence, as the attack cannot answer it: the two are kept apart,
and only fresh ones speak of robustness.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from holdfast.core.errors import UserError
from holdfast.evaluation.bounds import Interval, Proportion

Mode = Literal["fresh", "replayed"]


@dataclass(frozen=True)
class TransferCount:
    """One cell: of so many seeds attacked, or failures shown again, how many got through."""

    trained_on: str
    attacked_by: str
    mode: Mode
    through: Proportion


@dataclass(frozen=True)
class Cell:
    """A cell with its limits.

    `remaining` is what is left of the first model's rate (1: the training did nothing against this attack),
    with limits; None where there is no first model, or it lets nothing through. It may lie above 1.
    """

    through: Proportion
    limits: Interval
    remaining: float | None
    remaining_limits: Interval


@dataclass(frozen=True)
class Contrast:
    """A difference of mean rates, with approximate limits."""

    own: float
    other: float
    limits: Interval

    @property
    def difference(self) -> float:
        """How much more of the other attacks' attempts get through than of the own one's."""
        return self.other - self.own

    @property
    def tells_apart(self) -> bool:
        """Whether the limits exclude no difference."""
        return 0.0 not in self.limits


@dataclass(frozen=True)
class TransferMatrix:
    """Models by attacks; None for a cell that was not measured.

    `held_out` sets the cells in which a model meets an attack that it was not trained on against those in
    which it meets its own; None where either kind is missing. `confidence` is that of each interval or,
    where they were asked for together, of all cells at once.
    """

    mode: Mode
    models: tuple[str, ...]
    attacks: tuple[str, ...]
    cells: tuple[tuple[Cell | None, ...], ...]
    held_out: Contrast | None
    confidence: float
    together: bool

    def cell(self, trained_on: str, attacked_by: str) -> Cell | None:
        """One cell by names; None where it was not measured. Raises ValueError on an unknown name."""
        return self.cells[self.models.index(trained_on)][self.attacks.index(attacked_by)]


def transfer_matrix(
    counts: Iterable[TransferCount],
    mode: Mode,
    *,
    first: str | None = None,
    confidence: float = 0.95,
    together: bool = False,
) -> TransferMatrix:
    """Lay out the counts of one mode, rows and columns in the order first met.

    `first` names the model before any adversarial training. `together` makes the intervals of all cells
    hold at once (Bonferroni): use it to pick out cells after having seen them. Raises UserError where a
    cell comes twice, or there is none of this mode.
    """
    known: dict[tuple[str, str], Proportion] = {}
    for count in (each for each in counts if each.mode == mode):
        place = count.trained_on, count.attacked_by
        if place in known:
            raise UserError(
                f"the model trained on {place[0]} and attacked by {place[1]} comes twice; give one count for"
                " each cell"
            )
        known[place] = count.through
    if not known:
        raise UserError(f"there is no {mode} count; a transfer matrix needs one for each model and attack")
    models = tuple(dict.fromkeys(model for model, _ in known))
    attacks = tuple(dict.fromkeys(attack for _, attack in known))
    each = 1 - (1 - confidence) / len(known) if together else confidence
    cells = tuple(
        tuple(
            _cell(known[model, attack], known.get((first or "", attack)), each)
            if (model, attack) in known
            else None
            for attack in attacks
        )
        for model in models
    )
    return TransferMatrix(mode, models, attacks, cells, _held_out(known, confidence), confidence, together)


def _cell(through: Proportion, first: Proportion | None, confidence: float) -> Cell:
    remaining, limits = _remaining(through, first, confidence)
    return Cell(through, through.interval(confidence), remaining, limits)


def _remaining(
    through: Proportion, first: Proportion | None, confidence: float
) -> tuple[float | None, Interval]:
    """The ratio of two rates; its limits hold whatever the dependence of the two (each at half the error)."""
    if first is None or not first.rate or through.rate is None:
        return None, Interval(0.0, math.inf)
    each = (1 + confidence) / 2
    own, base = through.interval(each), first.interval(each)
    return through.rate / first.rate, Interval(own.lower / base.upper, own.upper / base.lower)


def _held_out(known: dict[tuple[str, str], Proportion], confidence: float) -> Contrast | None:
    """Attacks that a model was not trained on against its own: a mean over the models that met both."""
    pairs = []
    for name in [model for model, attack in known if model == attack]:
        strangers = [each for (model, attack), each in known.items() if model == name != attack]
        strangers = [each for each in strangers if each.trials]
        if strangers and known[name, name].trials:
            pairs.append((known[name, name], strangers))
    if not pairs:
        return None
    own = [(1 / len(pairs), each) for each, _ in pairs]
    other = [(1 / len(pairs) / len(row), each) for _, row in pairs for each in row]
    terms = [*((-weight, each) for weight, each in own), *other]
    limits = combined_limits(
        [weight for weight, _ in terms],
        [each.events / each.trials for _, each in terms],
        [each.interval(confidence) for _, each in terms],
    )
    return Contrast(_mean(own), _mean(other), limits)


def _mean(terms: Sequence[tuple[float, Proportion]]) -> float:
    return sum(weight * each.events / each.trials for weight, each in terms)


def combined_limits(weights: Sequence[float], rates: Sequence[float], limits: Sequence[Interval]) -> Interval:
    """Limits on Σ weight · rate of independent rates, from the limits on each (approximate).

    The distances to the single limits are added in squares, on each side those that pull the sum that way
    (Zou, Huang and Zhang, Computational Statistics and Data Analysis 53, 2009; for two rates with Wilson's
    limits it is Newcombe's method 10, Statistics in Medicine 17, 1998). Exact single limits, as here, make
    it wider than needed and of use at 0 events; rates of the same seeds, which rise and fall together, make
    a difference's too wide.
    """
    total = sum(weight * rate for weight, rate in zip(weights, rates, strict=True))
    down = up = 0.0
    for weight, rate, limit in zip(weights, rates, limits, strict=True):
        ends = sorted((weight * limit.lower, weight * limit.upper))
        down += (weight * rate - ends[0]) ** 2
        up += (ends[1] - weight * rate) ** 2
    return Interval(total - math.sqrt(down), total + math.sqrt(up))
