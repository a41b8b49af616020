"""The matrices of the study of transfer, and what they say."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from holdfast.core.snippet import Snippet
from holdfast.evaluation import (
    Pairs,
    Proportion,
    RateDifference,
    TransferCount,
    TransferMatrix,
    transfer_matrix,
)
from holdfast.evaluation.differences import paired_difference
from holdfast.evaluation.transfer import Cell
from holdfast.studies.transfer_arms import CONTROL, FIRST, Gathered, Regime, Trained

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Attacked:
    """What one attack did to one model: queries to each start's first failure (None: not broken).

    `failures` are those found, one a start; `replayed` says how many of those found on the first classifier
    still pass this one, None for the first itself, as `trained` is.
    """

    task: str
    seed: int
    arm: str
    attack: str
    queries: tuple[int | None, ...]
    failures: tuple[Snippet | None, ...]
    trained: Trained | None
    replayed: Proportion | None = None

    def broken(self, budget: int) -> list[bool]:
        """Which starts the attack broke within so many queries each."""
        return [q is not None and q <= budget for q in self.queries]

    def fresh(self, budget: int) -> Proportion:
        """How many."""
        broken = self.broken(budget)
        return Proportion(sum(broken), len(broken))


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
    yield f"{len(seeds)} campaigns, {starts} starts on each model."
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
        yield from _fresh_says(fresh[budget], gains[budget])
    yield "### Replayed: failures of the first classifier that still pass"
    yield ""
    replayed = matrix_of(cells, None)
    yield from _matrix(replayed)
    yield from _replayed_says(fresh[max(budgets)], replayed)


def matrix_of(cells: Sequence[Attacked], budget: int | None) -> TransferMatrix:
    """Over all campaigns: fresh attempts within a budget, or without one the failures that were replayed."""
    counts = []
    for arm, attack in dict.fromkeys((cell.arm, cell.attack) for cell in cells):
        own = [cell for cell in cells if (cell.arm, cell.attack) == (arm, attack)]
        parts = [cell.replayed if budget is None else cell.fresh(budget) for cell in own]
        known = [part for part in parts if part is not None]
        if known:
            counts.append(TransferCount(arm, attack, "replayed" if budget is None else "fresh", _sum(known)))
    mode = counts[0].mode
    return transfer_matrix(counts, mode, first=FIRST, confidence=CONFIDENCE)


def _sum(parts: Iterable[Proportion]) -> Proportion:
    given = list(parts)
    return Proportion(sum(part.events for part in given), sum(part.trials for part in given))


Gains = dict[tuple[str, str], RateDifference]
"""(arm, attack) → the control's rate less the arm's."""


def gains_over_control(cells: Sequence[Attacked], budget: int, tables: int = 1) -> Gains:
    """How much less often each attack breaks each arm than the control.

    The limits hold for all cells of so many such tables at once (Bonferroni).
    """
    known = {(cell.arm, cell.attack, cell.seed): cell for cell in cells}
    arms = [arm for arm in dict.fromkeys(cell.arm for cell in cells) if arm not in (FIRST, CONTROL)]
    places = [(arm, attack) for arm in arms for attack in dict.fromkeys(cell.attack for cell in cells)]
    each = 1 - (1 - CONFIDENCE) / max(1, len(places) * tables)
    seeds = list(dict.fromkeys(cell.seed for cell in cells))
    return {
        (arm, attack): paired_difference(
            _pairs([(known[CONTROL, attack, s], known[arm, attack, s]) for s in seeds], budget), each
        )
        for arm, attack in places
    }


def _pairs(both: Sequence[tuple[Attacked, Attacked]], budget: int) -> Pairs:
    """Start by start, what broke the first and what the second."""
    broken = [
        pair
        for first, second in both
        for pair in zip(first.broken(budget), second.broken(budget), strict=True)
    ]
    return Pairs(
        len(broken), broken.count((True, True)), broken.count((True, False)), broken.count((False, True))
    )


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
        missed = _sum(each.missed for each in known)
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


def _fresh_says(matrix: TransferMatrix, gains: Gains) -> Iterator[str]:
    own = [place for place in gains if place[0] == place[1]]
    others = [place for place in gains if place[0] != place[1]]
    better = [place for place in gains if gains[place].limits.lower > 0]
    worse = [place for place in others if gains[place].limits.upper < 0]
    yield (
        "*What it says:* against its own attack training helps beyond the control in"
        f" {len(set(own) & set(better))} of {len(own)} cells, against an attack that it never met in"
        f" {len(set(others) & set(better))} of {len(others)}, and there it hurts in {len(worse)} (all at"
        f" once). {_contrast(matrix)}"
    )
    yield ""
    yield (
        "*How far to trust it:* each cell counts the same starts on one model of each campaign; the limits"
        " know nothing of how another run of training would have come out. A cell whose limits hold 0 says"
        " that these numbers cannot tell, not that nothing carries over."
    )
    yield ""


def _contrast(matrix: TransferMatrix) -> str:
    found = matrix.held_out
    if found is None:
        return ""
    limits = found.limits
    return (
        f"In the mean a model is broken in {100 * found.own:.0f} % of its own attack's attempts and in"
        f" {100 * found.other:.0f} % of the others': {100 * found.difference:+.0f} points (approximate limits"
        f" {100 * limits.lower:+.0f} to {100 * limits.upper:+.0f})."
    )


def _replayed_says(fresh: TransferMatrix, replayed: TransferMatrix) -> Iterator[str]:
    arms = [arm for arm in replayed.models if arm != CONTROL]
    shown = _sum(cell.through for arm in arms for cell in _row(replayed, arm))
    anew = _sum(cell.through for arm in arms for cell in _row(fresh, arm))
    control = _sum(cell.through for cell in _row(replayed, CONTROL))
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
