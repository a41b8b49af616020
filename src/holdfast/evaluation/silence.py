"""In sentences, for people: what no failure in so many queries says, and what to do next."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from holdfast.evaluation.planted_holes import (
    SURE,
    Detection,
    HoleAttacked,
    HoleClass,
    LeftOut,
    Step,
    left_out,
    next_steps,
)

ASSUMPTION = (
    "This is an estimate, not a claim: it assumes that the filter's own holes are like the planted ones, and"
    " are attacked from starts like those of the study."
)
"""What every one of these sentences rests on."""

_WAYS = {
    "flat": "with nothing that leads to them",
    "slope": "with a margin that leads to them",
    "trained": "trained into the weights",
}


@dataclass(frozen=True)
class Silence:
    """What no failure says: a sentence for each class of holes, one for each next step, and the
    assumption.
    """

    heading: str
    leaves_out: tuple[str, ...]
    next_steps: tuple[str, ...]
    assumption: str = ASSUMPTION


def what_silence_says(
    rows: Sequence[HoleAttacked], attacks: Collection[str], queries: float, *, sure: float = SURE
) -> Silence | None:
    """What no failure in so many queries of each attack says; None where these attacks were not measured.

    Limits are exact, one-sided, and hold with 95 % confidence.
    """
    classes = left_out(rows, attacks, queries, sure=sure)
    if not classes:
        return None
    return Silence(
        f"No failure in {queries:,.0f} queries of {_named(attacks)}",
        tuple(_sentence(each, sure) for each in classes),
        tuple(_step(each) for each in next_steps(rows, attacks, queries)),
    )


def _sentence(found: LeftOut, sure: float) -> str:
    holes, deciding = _holes(found.of), found.deciding
    if found.rarity is None:
        return (
            f"{holes}: nothing is left out at {_percent(sure)}. Of the commonest, a share of"
            f" {deciding.rarity:g} of the catastrophes, the same search finds {_counted(deciding)}."
        )
    return (
        f"{holes}: one that holds a share of {found.rarity:g} of the catastrophes or more would have been"
        f" found with a chance of at least {_percent(found.chance)} (of those of {deciding.rarity:g} it finds"
        f" {_counted(deciding)}), and so is left out at {_percent(sure)}."
    )


def _step(step: Step) -> str:
    holes = _holes(step.of)
    if step.kind == "all":
        return f"{holes}: all that were planted are found; rarer holes, and more of them, would say more."
    if step.finds is None:
        return (
            f"{holes}: no other attack and no larger budget of the study finds more; try another kind of"
            " attack."
        )
    what = f"{step.queries:,.0f} queries of {_named(step.attacks)}"
    why = "a larger budget" if step.kind == "budget" else "a stronger attack"
    return (
        f"{holes}: {why}, {what}, finds {_counted(step.finds)} of those that hold a share of"
        f" {step.finds.rarity:g} of the catastrophes."
    )


def _counted(each: Detection) -> str:
    return f"{each.found.events} of {each.found.trials}, at least {_percent(each.at_least())}"


def _holes(of: HoleClass) -> str:
    return f"Holes of the kind {of.kind}, {_WAYS.get(of.way, of.way)}"


def _named(attacks: Collection[str]) -> str:
    names = list(attacks)
    return names[0] if len(names) == 1 else f"each of {', '.join(names[:-1])} and {names[-1]}"


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"
