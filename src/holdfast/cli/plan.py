"""`holdfast plan`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from holdfast.cli.options import Finite, Json

if TYPE_CHECKING:
    from holdfast.evaluation.planner import Effort, Plan

_MUCH = 0.5
"""Up to this share of the labels above the floor, cleverer sampling is not worth its trouble."""


def plan(
    *,
    target: Finite,
    confidence: Finite = 0.95,
    true_rate: Finite = 0.0,
    power: Finite = 0.9,
    cap: Annotated[int | None, Parameter(show_default=False)] = None,
    per_second: Finite | None = None,
    label_cost: Finite | None = None,
    json: Json = False,
) -> None:
    """Plan a claim on a failure rate: how many judged samples, and how likely it is to pass.

    Compares two ways: a number of samples that is fixed beforehand, with an allowed
    number of failures, and a monitor that may stop at any time. It says when no
    cleverer way to sample can help.

    For example:

        holdfast plan --target 1e-5 --confidence 0.95 --true-rate 1e-6
        holdfast plan --target 1e-4 --true-rate 3e-5 --per-second 2000 --label-cost 0.02

    Args:
        target: The failure rate to be claimed, such as 1e-5.
        confidence: 1 minus the chance of a wrong claim.
        true_rate: The failure rate that you expect; below the target.
        power: The smallest chance of passing that the fixed number of samples should give.
        cap: The largest number of samples that the monitor may take; if not given, ten times the number
            that any method needs without a failure.
        per_second: Outcomes that are made and judged per second.
        label_cost: The price of one judged outcome.
    """
    from holdfast.cli.output import print_json, print_table
    from holdfast.evaluation.claims.sentence import told_confidence
    from holdfast.evaluation.planner import effort
    from holdfast.evaluation.planner import plan as make_plan

    made = make_plan(target, confidence, true_rate, power, cap)

    def price(samples: float) -> Effort:
        return effort(samples, per_second, label_cost)

    if json:
        print_json(_json(made, price(made.monitor.expected_samples), [price(f.samples) for f in made.fixed]))
        return
    rows = [
        [_name(made, index), *_row(one.samples, one.samples, one.pass_probability, price(one.samples))]
        for index, one in enumerate(made.fixed)
    ]
    watch = made.monitor
    rows.append(
        [
            f"monitor, up to {watch.cap:,}",
            *_row(
                watch.samples_without_failure,
                watch.expected_samples,
                watch.pass_probability,
                price(watch.expected_samples),
            ),
        ]
    )
    columns = ["plan", "least samples", "expected", "passes", "time", "cost"]
    shown = [True] * 4 + [per_second is not None, label_cost is not None]
    sure = f"at {told_confidence(confidence)} confidence"
    title = f"to claim at most {target!r} {sure}, the true rate being {true_rate:g}"
    print_table(title, _those(columns, shown), [_those(row, shown) for row in rows])
    for line in _advice(made, power):
        print(line)


def _those(row: list[str], shown: list[bool]) -> list[str]:
    return [cell for cell, show in zip(row, shown, strict=True) if show]


def _name(made: Plan, index: int) -> str:
    one = made.fixed[index]
    mark = " (chosen)" if one == made.chosen else ""
    return f"fixed, {one.allowed_failures} failure{'' if one.allowed_failures == 1 else 's'} allowed{mark}"


def _row(least: int, expected: float, passes: float, price: Effort) -> list[str]:
    time = "" if price.seconds is None else _duration(price.seconds)
    money = "" if price.money is None else f"{price.money:,.2f}"
    return [f"{least:,}", f"{expected:,.0f}", f"{100 * passes:.1f} %", time, money]


def _duration(seconds: float) -> str:
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:,.1f} {unit}"
    return f"{seconds:,.1f} s"


def spent(confidence: float, evaluation: int) -> float:
    """The confidence at which an evaluation of that number claims."""
    from holdfast.evaluation.spending import share_of_error

    return 1 - (1 - confidence) * share_of_error(evaluation)


def _advice(made: Plan, power: float) -> list[str]:
    from holdfast.evaluation.planner import label_floor

    lines = []
    if made.chosen is None:
        lines.append(
            f"No fixed number of samples passes {100 * power:g} % of the time: the true rate is too near."
        )
    first, second = (f"{label_floor(made.target, spent(made.confidence, each)):,}" for each in (1, 2))
    lines.append(
        "Choose one plan before the first sample: going from one to the next until one passes errs more often"
        " than the confidence says. `holdfast evaluate` counts the evaluations of a filter, which share the"
        f" error: without a failure the first takes {first} samples, the second {second}."
    )
    odds, share = f"ln(1/{1 - made.confidence:.3g})", f"{100 * made.greatest_saving:.0f} %"
    lines.append(
        f"Label floor: {made.label_floor:,} samples without a failure, {odds}/{made.target:g}. No way of"
        " sampling, by score or otherwise, certifies with fewer unless something is assumed."
    )
    if made.greatest_saving <= _MUCH:
        lines.append(
            f"Cleverer sampling cannot help here: no more than {share} of the monitor's labels lie above the"
            " floor. It buys better estimates, not a cheaper claim."
        )
    else:
        lines.append(
            f"The true rate is near the target, so {share} of the monitor's labels lie above the floor:"
            " sampling by score (strata) may save some of those, and never more."
        )
    return lines


def _json(made: Plan, monitor: Effort, fixed: list[Effort]) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "target": made.target,
        "confidence": made.confidence,
        "true_rate": made.true_rate,
        "label_floor": made.label_floor,
        "fixed": [
            {**asdict(one), **asdict(price), "chosen": one == made.chosen}
            for one, price in zip(made.fixed, fixed, strict=True)
        ],
        "monitor": {**asdict(made.monitor), **asdict(monitor)},
        "greatest_saving": made.greatest_saving,
    }
