"""What a study found, from its rows alone: the endpoint of each cell, arms by seed, and a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from holdfast.campaign.study.plan import ONE_BUDGET, SCHEDULE, Cell, Endpoint, StudyPlan
from holdfast.campaign.study.rows import CellResult, Row
from holdfast.core.errors import UserError
from holdfast.evaluation.by_seed import SeedEffect, SeedMean, seed_effect, seed_mean

CONFIDENCE = 0.95


@dataclass(frozen=True)
class CellValue:
    """The endpoint of one cell."""

    seed: int
    value: float | None
    """None where the cell has none."""
    beyond: bool = False
    """Whether the true value lies beyond a budget, at which it was counted."""
    short: str = ""
    """What the cell lacks of what its schedule asks for, in words; empty where it lacks nothing."""


@dataclass(frozen=True)
class ArmFound:
    """One arm at one budget: the endpoint of each seed that is done, and their mean."""

    arm: str
    budget: str
    values: tuple[CellValue, ...]
    mean: SeedMean | None
    """None without a value."""
    effect: SeedEffect | None
    """Against the control at the same budget; None for the control itself, or where no seed has both."""
    wanted: int
    """Cells that the plan has."""


@dataclass(frozen=True)
class StudyFound:
    """All of a study so far."""

    name: str
    endpoint: Endpoint
    arms: tuple[ArmFound, ...]
    done: int
    left: tuple[Cell, ...]

    @property
    def headline(self) -> ArmFound:
        """The arm and budget that the endpoint names."""
        asked = self.endpoint
        return next(each for each in self.arms if (each.arm, each.budget) == (asked.treated, asked.budget))

    @property
    def control(self) -> ArmFound:
        """What it is compared with."""
        asked = self.endpoint
        return next(each for each in self.arms if (each.arm, each.budget) == (asked.control, asked.budget))


def endpoint_value(result: CellResult, endpoint: Endpoint) -> CellValue:
    """The endpoint of a cell; raises UserError where no row, or more than one, is meant by it.

    A row without a value that names a budget as `beyond` is counted at that budget, and marked.
    """
    meant = [row for row in result.rows if _meant(row, endpoint)]
    if len(meant) != 1:
        asked = ", ".join(f"{key} = {value}" for key, value in endpoint.where.items()) or "no condition"
        raise UserError(
            f"the endpoint ({asked}) means {len(meant)} rows of the cell '{result.cell.name}'; it must mean"
            f" one. {_told_rows(result.rows, endpoint)}"
        )
    value, beyond = meant[0].get(endpoint.column), meant[0].get("beyond")
    short = _short(result.rows)
    if value is None and beyond is not None:
        return CellValue(result.seed, float(beyond), True, short)
    if value is not None and not isinstance(value, int | float):
        raise UserError(f"the endpoint's column '{endpoint.column}' holds '{value}', which is no number")
    return CellValue(result.seed, None if value is None else float(value), short=short)


def _short(rows: Sequence[Row]) -> str:
    found = [row for row in rows if row.get("measure") == SCHEDULE and row["value"] < row["asked"]]
    return ", ".join(f"{row['value']:g} of {row['asked']:g} {row['of']}" for row in found)


def _meant(row: Row, endpoint: Endpoint) -> bool:
    return endpoint.column in row and all(row.get(key) == value for key, value in endpoint.where.items())


def _told_rows(rows: Sequence[Row], endpoint: Endpoint) -> str:
    """What there is to choose from, of the keys that the endpoint asks about."""
    keys = list(endpoint.where)
    there = dict.fromkeys(" / ".join(str(row.get(key)) for key in keys) for row in rows)
    return f"There is, by {' / '.join(keys)}: {'; '.join(there)}" if keys else ""


def findings(plan: StudyPlan, done: Mapping[Cell, CellResult]) -> StudyFound:
    """Every arm at every budget, from the cells that are done; raises UserError as `endpoint_value` does."""
    values = {cell: endpoint_value(result, plan.endpoint) for cell, result in done.items()}
    left = tuple(cell for cell in plan.cells if cell not in done)
    return StudyFound(plan.name, plan.endpoint, tuple(_arms(plan, values)), len(done), left)


def _arms(plan: StudyPlan, values: Mapping[Cell, CellValue]) -> Iterator[ArmFound]:
    for budget in plan.budgets:
        control = _numbers(values, plan.endpoint.control, budget)
        for arm in plan.arms:
            wanted = sum(cell.arm == arm and cell.budget == budget for cell in plan.cells)
            if not wanted:
                continue
            own = _numbers(values, arm, budget)
            cells = tuple(value for cell, value in values.items() if (cell.arm, cell.budget) == (arm, budget))
            mean = seed_mean(list(own.values()), CONFIDENCE) if own else None
            effect = None if arm == plan.endpoint.control else _effect(plan.endpoint, control, own)
            yield ArmFound(arm, budget, cells, mean, effect, wanted)


def _numbers(values: Mapping[Cell, CellValue], arm: str, budget: str) -> dict[int, float]:
    return {
        cell.seed: value.value
        for cell, value in values.items()
        if (cell.arm, cell.budget) == (arm, budget) and value.value is not None
    }


def _effect(endpoint: Endpoint, control: Mapping[int, float], own: Mapping[int, float]) -> SeedEffect | None:
    try:
        return seed_effect(control, own, endpoint.scale, CONFIDENCE)
    except ValueError as error:
        raise UserError(
            f"the endpoint '{endpoint.says}' is compared by ratios, and {error}; compare differences in a"
            " study of its own"
        ) from None


def sentence(found: StudyFound) -> str:
    """What the study says of its endpoint, for people; what cannot be said is said, too."""
    asked, arm = found.endpoint, found.headline
    at = "" if asked.budget == ONE_BUDGET else f" at {asked.budget}"
    about = f"{asked.says}, {asked.treated} against {asked.control}{at}"
    if arm.effect is None or arm.mean is None:
        return f"{about}: no training seed has both arms yet{_left(found)}."
    effect = arm.effect
    seeds = effect.effect.seeds
    unit = f"{seeds} training seed{'' if seeds == 1 else 's'}, paired"
    size = _size(effect.effect.mean, effect)
    if effect.effect.limits is None:
        return f"{about}: {size} over {unit}; {effect.effect.why}{_noted(found)}{_left(found)}."
    limits = effect.effect.limits
    between = f"95 % limits {_figure(limits.lower)} to {_figure(limits.upper)}"
    if not effect.shown:
        much = _figure(effect.detectable or 0.0)
        could = f"a factor of {much}" if effect.scale == "ratio" else much
        verdict = f"no effect is shown; one larger than {could} would have shown"
    else:
        nothing = 1.0 if effect.scale == "ratio" else 0.0
        helps = (effect.effect.mean < nothing) == (asked.better == "lower")
        verdict = f"{asked.treated} is {'better' if helps else 'worse'}"
    return f"{about}: {size} ({between}, {unit}): {verdict}{_noted(found)}{_left(found)}."


def _size(mean: float, effect: SeedEffect) -> str:
    if effect.scale == "ratio":
        return f"{_figure(mean)} times as high"
    return f"{_figure(abs(mean))} {'lower' if mean < 0 else 'higher'}"


def _noted(found: StudyFound) -> str:
    """What a reader of the figures must know besides."""
    values = [*found.control.values, *found.headline.values]
    beyond = sum(value.beyond for value in values)
    none = sum(value.value is None for value in values)
    told = [f"{beyond} of {len(values)} values lie beyond their budget and are counted at it"] * bool(beyond)
    told += [f"{none} of {len(values)} cells have no value and are left out"] * bool(none)
    short = [value.short for value in values if value.short]
    lack = f"{len(short)} of {len(values)} cells have less than their schedule asks for: {', '.join(short)}"
    told += [lack] * bool(short)
    return "".join(f"; {each}" for each in told)


def _left(found: StudyFound) -> str:
    whole = found.done + len(found.left)
    return f" ({len(found.left)} of {whole} cells are left)" if found.left else ""


def _figure(value: float) -> str:
    return f"{value:.3g}"
