"""Why does a classifier not fit: for want of capacity, of data, or of optimisation?

Models trained with more of one thing, all else equal, answer it. More *steps* or more *parameters* that
lower the error on the very examples trained on mean that it was not optimised, or not large enough. An
error on fresh examples above that on the trained ones, or falling with more *examples*, means that it
lacked data.

The rule: a thing is a limit when the error falls by more than the margin even at the lower limit of the
fall, none when it falls by less even at the upper one, and otherwise undecided. The three questions share
the error δ, so that all answers hold together. A model whose training error is below the margin cannot be
short of steps or of size, and needs no further run to say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from holdfast.core.errors import UserError
from holdfast.evaluation.bounds import Interval, Proportion
from holdfast.evaluation.learning_curve import Axis, CurvePoint
from holdfast.evaluation.transfer import combined_limits

Thing = Literal["optimisation", "capacity", "data"]
Answer = Literal["yes", "no", "undecided", "not measured"]

_AXIS: dict[Thing, Axis] = {"optimisation": "steps", "capacity": "parameters", "data": "examples"}
MARGIN = 0.01
"""A fall in error that is worth having."""
LEAST_STEP = 1.5
"""Two models are compared along an axis when one has at least so many times as much of it."""


@dataclass(frozen=True)
class Comparison:
    """Whether one thing limits the model, and what says so.

    `fall` is that of the error as the thing grows; `because` says in words what was compared. Where nothing
    could be, `fall` is None and the limits are -1 and 1.
    """

    thing: Thing
    answer: Answer
    fall: float | None
    limits: Interval
    because: str


@dataclass(frozen=True)
class Diagnosis:
    """What limits a model: the three answers, which hold together with `confidence`."""

    point: CurvePoint
    answers: tuple[Comparison, ...]
    margin: float
    confidence: float

    @property
    def limited_by(self) -> tuple[Thing, ...]:
        """What it is short of, by the rule."""
        return tuple(each.thing for each in self.answers if each.answer == "yes")

    @property
    def sentence(self) -> str:
        """The answer in a sentence."""
        open_ = [each.thing for each in self.answers if each.answer in ("undecided", "not measured")]
        said = f"limited by {' and '.join(self.limited_by)}" if self.limited_by else "no limit shown"
        if not self.limited_by and not open_:
            return f"neither optimisation, capacity nor data lowers the error by more than {self.margin:g}"
        return f"{said}; open: {', '.join(open_)}" if open_ else said


def diagnose(
    point: CurvePoint,
    others: Sequence[CurvePoint] = (),
    *,
    margin: float = MARGIN,
    confidence: float = 0.95,
) -> Diagnosis:
    """Say what limits a model, from it and models trained with more or less of one thing, all else equal.

    The nearest model with more of a thing is preferred to the nearest with less: what a fall from less to
    this model says of more is a trend, no measurement. Raises UserError where the model was measured on
    nothing.
    """
    if not (point.train.trials and point.held_out.trials):
        raise UserError("the fit needs errors on trained and on fresh examples; measure both")
    if not 0 < margin < 1:
        raise UserError(f"the margin is a fall in error, between 0 and 1; {margin:g} is not")
    each = 1 - (1 - confidence) / 3
    answers = (
        _fits(point, "optimisation", margin, each) or _along(point, others, "optimisation", margin, each),
        _fits(point, "capacity", margin, each) or _along(point, others, "capacity", margin, each),
        _data(point, others, margin, each),
    )
    return Diagnosis(point, answers, margin, confidence)


def _fits(point: CurvePoint, thing: Thing, margin: float, confidence: float) -> Comparison | None:
    """No, where the training error leaves no room for a fall of that size."""
    highest = point.train.interval(confidence).upper
    if highest > margin:
        return None
    return Comparison(thing, "no", 0.0, Interval(0.0, highest), "the training error leaves no room to fall")


def _along(
    point: CurvePoint, others: Sequence[CurvePoint], thing: Thing, margin: float, confidence: float
) -> Comparison:
    """The fall in error from the model with less of a thing to that with more."""
    axis = _AXIS[thing]
    pair = _neighbours(point, others, axis)
    if pair is None:
        return Comparison(
            thing, "not measured", None, Interval(-1.0, 1.0), f"no model differs in {axis} alone"
        )
    less, more = pair
    which = "held_out" if thing == "data" else "train"
    fall, limits = _difference(getattr(less, which), getattr(more, which), confidence)
    told = f"{'held-out' if thing == 'data' else 'training'} error from {getattr(less, axis):,} to"
    return Comparison(thing, _answer(limits, margin), fall, limits, f"{told} {getattr(more, axis):,} {axis}")


def _data(point: CurvePoint, others: Sequence[CurvePoint], margin: float, confidence: float) -> Comparison:
    """More examples where that was tried; otherwise the gap between fresh and trained examples."""
    tried = _along(point, others, "data", margin, confidence)
    if tried.answer in ("yes", "no"):
        return tried
    gap, limits = _difference(point.held_out, point.train, confidence)
    by_gap = Comparison("data", _answer(limits, margin), gap, limits, "fresh examples against trained ones")
    return tried if tried.answer == "undecided" and by_gap.answer == "undecided" else by_gap


def _neighbours(
    point: CurvePoint, others: Sequence[CurvePoint], axis: Axis
) -> tuple[CurvePoint, CurvePoint] | None:
    """This model and the nearest with more of it, or the nearest with less and this one."""
    fixed = [name for name in _AXIS.values() if name != axis]
    alike = [other for other in others if all(getattr(other, n) == getattr(point, n) for n in fixed)]
    alike = [other for other in alike if other.train.trials and other.held_out.trials]
    own = getattr(point, axis)
    more = [other for other in alike if getattr(other, axis) >= LEAST_STEP * own]
    if more:
        return point, min(more, key=lambda other: getattr(other, axis))
    less = [other for other in alike if getattr(other, axis) * LEAST_STEP <= own]
    return (max(less, key=lambda other: getattr(other, axis)), point) if less else None


def _difference(first: Proportion, second: Proportion, confidence: float) -> tuple[float, Interval]:
    """First rate less second; rates on one set rise and fall together, which makes the limits too wide."""
    rates = [each.events / each.trials for each in (first, second)]
    limits = [each.interval(confidence) for each in (first, second)]
    return rates[0] - rates[1], combined_limits([1.0, -1.0], rates, limits)


def _answer(limits: Interval, margin: float) -> Answer:
    if limits.lower > margin:
        return "yes"
    return "no" if limits.upper < margin else "undecided"
