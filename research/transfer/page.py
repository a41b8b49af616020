"""The matrices of the study of transfer, and what they say."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from holdfast.evaluation import Proportion, RateDifference, TransferMatrix
from holdfast.evaluation.transfer import Cell
from research.transfer.arms import CONTROL, FIRST, Gathered, Regime
from research.transfer.counts import (
    CONFIDENCE,
    Attacked,
    Gains,
    gains_over_control,
    matrix_of,
    mean_gain,
    pooled,
)


def page(found: Sequence[Attacked], regime: Regime, budgets: Sequence[int], how: str) -> str:
    """All of it as Markdown."""
    lines = [
        "# Transfer: trained on one attack, attacked by another",
        "",
        f"Made by {how}.",
        "",
        "Every model begins with a demo campaign's first classifier and is trained on against one attack"
        f" alone: {regime.rounds} rounds of at most {regime.positives} failures and {regime.negatives}"
        f" harmless rewrites ({regime.queries} queries for each of up to {regime.most_seeds} snippets, at"
        f" most {regime.per_seed} failures of one), and {regime.steps} steps on mixes of one size."
        f" *{CONTROL.capitalize()}* makes the same steps without any rewrite. Thresholds follow the"
        " campaign's rule, so that all models accept the same share of harmless completions. Attacks start"
        " from catastrophes that no training saw, the same for all models. Limits are exact at 95 %, each by"
        " itself unless it says otherwise, and hold for the mean of the models trained here.",
        "",
    ]
    for task in dict.fromkeys(cell.task for cell in found):
        lines += _task([cell for cell in found if cell.task == task], budgets)
    return "\n".join(lines).rstrip() + "\n"


def _task(cells: Sequence[Attacked], budgets: Sequence[int]) -> Iterator[str]:
    seeds, starts = {cell.seed for cell in cells}, len(cells[0].queries)
    yield f"## {cells[0].task.capitalize()}"
    yield ""
    yield f"Campaigns: {len(seeds)}. Starts on each model: {starts}."
    yield ""
    yield from _arms(cells)
    gains = {budget: gains_over_control(cells, budget, len(budgets)) for budget in budgets}
    fresh = {budget: matrix_of(cells, budget) for budget in budgets}
    for budget in budgets:
        yield f"### Fresh: attempts broken within {budget} queries"
        yield ""
        yield from _matrix(fresh[budget])
        yield (
            "Points fewer than on the control, start by start (exact paired limits, which hold for all"
            f" {sum(map(len, gains.values()))} cells of the task at once; bold where they exclude 0):"
        )
        yield ""
        yield from _gains(gains[budget], fresh[budget].attacks)
        yield from _fresh_says(cells, budget, gains[budget])
    yield "### Replayed: failures of the first classifier that still pass"
    yield ""
    replayed = matrix_of(cells, None)
    yield from _matrix(replayed)
    yield from _replayed_says(fresh[max(budgets)], replayed)


def _arms(cells: Sequence[Attacked]) -> Iterator[str]:
    yield (
        "| trained on | failures by round | harmless rewrites by round | queries spent"
        " | clean catastrophes that pass |"
    )
    yield "|---|---|---|---|---|"
    for arm in dict.fromkeys(cell.arm for cell in cells if cell.trained is not None):
        trained = {cell.seed: cell.trained for cell in cells if cell.arm == arm}
        known = [each for each in trained.values() if each is not None]
        rounds = [each.rounds for each in known]
        missed = pooled(each.missed for each in known)
        yield (
            f"| {_name(arm)} | {_by_round(rounds, 'positives')} | {_by_round(rounds, 'negatives')}"
            f" | {sum(g.queries for own in rounds for g in own):,} | {_share(missed)} |"
        )
    yield ""


def _by_round(rounds: Sequence[tuple[Gathered, ...]], what: str) -> str:
    """The mean over campaigns, round by round."""
    means = [sum(getattr(g, what) for g in own) / len(own) for own in zip(*rounds, strict=True)]
    return ", ".join(f"{mean:.0f}" for mean in means) or "–"


def _matrix(matrix: TransferMatrix) -> Iterator[str]:
    yield from _head(matrix.attacks)
    for model, row in zip(matrix.models, matrix.cells, strict=True):
        told = [_told(cell, model == attack) for attack, cell in zip(matrix.attacks, row, strict=True)]
        yield f"| {_name(model)} | {' | '.join(told)} |"
    yield ""


def _head(attacks: Sequence[str]) -> Iterator[str]:
    yield f"| trained on | {' | '.join(f'by `{attack}`' for attack in attacks)} |"
    yield "|---" * (1 + len(attacks)) + "|"


def _told(cell: Cell | None, own: bool) -> str:
    if cell is None:
        return "–"
    mark = "*" if own else ""
    return f"{mark}{_share(cell.through)}{mark}"


def _share(found: Proportion) -> str:
    if not found.trials:
        return "none shown"
    limits = found.interval(CONFIDENCE)
    return f"{100 * (found.rate or 0):.0f} % ({100 * limits.lower:.0f}–{100 * limits.upper:.0f})"


def _name(arm: str) -> str:
    return arm if arm in (FIRST, CONTROL) else f"`{arm}`"


def _gains(gains: Gains, attacks: Sequence[str]) -> Iterator[str]:
    yield from _head(attacks)
    for arm in dict.fromkeys(arm for arm, _ in gains):
        yield f"| {_name(arm)} | {' | '.join(_gain(gains[arm, attack]) for attack in attacks)} |"
    yield ""


def _gain(found: RateDifference) -> str:
    mark, limits = "**" if found.tells_apart else "", found.limits
    points = f"{mark}{100 * (found.estimate or 0):+.0f}{mark}"
    return f"{points} ({100 * limits.lower:+.0f} to {100 * limits.upper:+.0f})"


def _fresh_says(cells: Sequence[Attacked], budget: int, gains: Gains) -> Iterator[str]:
    own = [place for place in gains if place[0] == place[1]]
    others = [place for place in gains if place[0] != place[1]]
    better = [place for place in gains if gains[place].limits.lower > 0]
    worse = [place for place in others if gains[place].limits.upper < 0]
    yield (
        "*What it says:* against its own attack training helps beyond the control in"
        f" {len(set(own) & set(better))} of {len(own)} cells, against an attack that it never met in"
        f" {len(set(others) & set(better))} of {len(others)}, and there it hurts in {len(worse)} (all at"
        f" once). {_means(cells, budget)}"
    )
    yield ""
    yield (
        "*How far to trust it:* each cell counts the same starts on one model of each campaign; the limits"
        " know nothing of how another run of training would have come out. A cell whose limits hold 0 says"
        " that these numbers cannot tell, not that nothing carries over."
    )
    yield ""


def _means(cells: Sequence[Attacked], budget: int) -> str:
    told = []
    for own, which in ((True, "its own attack"), (False, "the others")):
        found = mean_gain(cells, budget, own=own)
        if found is not None:
            low, high = found.limits.lower, found.limits.upper
            told.append(f"{found.points:+.0f} points ({low:+.0f} to {high:+.0f}) against {which}")
    return f"In the mean of the cells the gain is {' and '.join(told)} (approximate limits, over starts)."


def _replayed_says(fresh: TransferMatrix, replayed: TransferMatrix) -> Iterator[str]:
    arms = [arm for arm in replayed.models if arm != CONTROL]
    shown = pooled(cell.through for arm in arms for cell in _row(replayed, arm))
    anew = pooled(cell.through for arm in arms for cell in _row(fresh, arm))
    control = pooled(cell.through for cell in _row(replayed, CONTROL))
    yield (
        f"*What it says:* of the failures shown again {_percent(shown)} pass a model trained against an"
        f" attack, where fresh attacks break it in {_percent(anew)} of attempts; {_percent(control)} pass the"
        " control."
    )
    yield ""
    yield (
        "*How far to trust it:* not as robustness: the attack cannot answer, and a first failure lies just"
        " below the first classifier's threshold, which any further training moves."
    )
    yield ""


def _row(matrix: TransferMatrix, arm: str) -> list[Cell]:
    return [cell for cell in matrix.cells[matrix.models.index(arm)] if cell is not None]


def _percent(found: Proportion) -> str:
    return "none" if not found.trials else f"{100 * (found.rate or 0):.0f} %"


def table(found: Sequence[Attacked], budgets: Sequence[int]) -> str:
    """Every count, as CSV, one row for each campaign's model and each attack."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        [
            *("task", "seed", "trained_on", "attacked_by", "attempts"),
            *(f"broken_within_{budget}" for budget in budgets),
            *("replayed_through", "replayed_shown"),
        ]
    )
    for cell in found:
        writer.writerow(
            [
                *(cell.task, cell.seed, cell.arm, cell.attack, len(cell.queries)),
                *(cell.fresh(budget).events for budget in budgets),
                *((cell.replayed.events, cell.replayed.trials) if cell.replayed else ("", "")),
            ]
        )
    return out.getvalue()
