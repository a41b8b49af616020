"""The tables of the study of the workbench's tools, and each attempt as a row."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from holdfast.evaluation import Proportion, censored_median, median_ratio
from holdfast.evaluation.bounds import Interval
from holdfast.evaluation.per_failure import CostRatio, Efforts, cost_limits, cost_ratio
from holdfast.report.numbers import factor_limits, times
from research.tools.pace import EFFORTS, OTHER_PACES, SOURCES, STANDARD, Pace
from research.tools.writer import HABITS, HAPPENINGS, MOVES, Attempt, Move

ALL, NONE = "all", "none"

_MOVE_NAMES: dict[Move, str] = {
    "edit": "own edits",
    "menu": "menus",
    "phrases": "rephrasings",
    "step": "greedy steps",
    "climb": "climbs",
}


@dataclass(frozen=True)
class Cell:
    """One condition on the model of one round; `done` says whether all that was asked for is there."""

    round: int
    condition: str
    attempts: tuple[Attempt, ...]
    done: bool

    @property
    def failures(self) -> int:
        """Texts that became a failure in time."""
        return sum(one.found for one in self.attempts)

    def minutes(self, pace: Pace = STANDARD) -> Efforts:
        """Minutes of each attempt; by another pace, what the same deeds take."""
        spent = [
            one.seconds / 60 if pace == STANDARD else pace.seconds(one.efforts) / 60 for one in self.attempts
        ]
        return self._efforts(spent)

    def tries(self) -> Efforts:
        """Moves of each attempt."""
        return self._efforts([one.tries for one in self.attempts])

    def firsts(self) -> list[float | None]:
        """Minutes to the failure of each attempt; None where the writer gave up."""
        return [one.seconds / 60 if one.found else None for one in self.attempts]

    def _efforts(self, spent: Sequence[float]) -> Efforts:
        found = tuple(one.found for one in self.attempts)
        return Efforts(tuple(spent), found, tuple(one.number for one in self.attempts))


def page(cells: Sequence[Cell], subject: str, minutes: float, failures: int, how: str) -> str:
    """All of it as Markdown."""
    rounds = list(dict.fromkeys(cell.round for cell in cells))
    lines = [
        "# What each tool of the workbench is worth",
        "",
        f"**Scripted writers, not people.** Made by {how}, on {subject}. A program works with the workbench's"
        " tools as described below; its minutes are counted by a pace that people have for each thing it"
        " does. So the figures compare tools under one fixed way of working. They do not say how fast people"
        " are: for that the workbench compares"
        " [people's own sessions](../workbench.md#the-effect-of-the-tools). Each attempt is in"
        " [tools.csv](tools.csv).",
        "",
        *_missing(cells, failures),
    ]
    for round_ in rounds:
        own = [cell for cell in cells if cell.round == round_]
        lines += _model(own, f"The model of round {round_}", minutes)
    lines += _writer(minutes)
    lines += _pace()
    return "\n".join(lines).rstrip() + "\n"


def _missing(cells: Sequence[Cell], failures: int) -> Iterator[str]:
    there = [cell for cell in cells if cell.done]
    yield f"{len(there)} of the {len(cells)} cells (a condition on a model) are done."
    for cell in cells:
        name = f"- round {cell.round}, *{cell.condition}*:"
        if not cell.attempts:
            yield f"{name} not there yet."
        elif not cell.done:
            yield f"{name} only {len(cell.attempts)} attempts so far."
        elif cell.failures < failures:
            yield f"{name} {cell.failures} failures of {len(cell.attempts)} attempts, the most allowed."
    yield ""


def _model(cells: Sequence[Cell], title: str, minutes: float) -> Iterator[str]:
    filled = {cell.condition: cell for cell in cells if cell.attempts}
    yield f"## {title}"
    yield ""
    if not filled:
        yield "No cell is there yet."
        yield ""
        return
    yield from _costs(filled, minutes)
    yield from _says(filled)
    yield from _uses(filled)
    yield from _other_paces(filled)


def _costs(filled: dict[str, Cell], minutes: float) -> Iterator[str]:
    yield (
        "*Per failure* counts all that was spent, on texts that were given up too. Ratios are of this"
        " condition to another; above 1 this one costs more. Limits are of 95 %, each by itself:"
        " approximate, over starts, for costs per failure; exact for medians, in which a text given up after"
        f" {minutes:g} minutes is beyond any time. *Tries* are moves of all kinds."
    )
    yield ""
    yield (
        "| condition | failures, of texts | tries per failure | ÷ all's | minutes per failure | ÷ all's"
        " | ÷ none's | median minutes | ÷ all's |"
    )
    yield "|---|---|---|---|---|---|---|---|---|"
    whole, bare = filled.get(ALL), filled.get(NONE)
    for name, cell in filled.items():
        yield (
            "| "
            + " | ".join(
                [
                    name,
                    _share(Proportion(cell.failures, len(cell.attempts))),
                    _each(cell.tries()),
                    _ratio(_against(whole, cell, Cell.tries), name == ALL),
                    _each(cell.minutes()),
                    _ratio(_against(whole, cell, Cell.minutes), name == ALL),
                    _ratio(_against(bare, cell, Cell.minutes), name == NONE),
                    _median(cell),
                    _of_medians(whole, cell, minutes) if name != ALL else "",
                ]
            )
            + " |"
        )
    yield ""


def _share(found: Proportion) -> str:
    limits = found.interval()
    return f"{found.events} of {found.trials} ({100 * limits.lower:.0f} to {100 * limits.upper:.0f} %)"


def _each(efforts: Efforts) -> str:
    if efforts.each is None:
        return f"over {_plain(sum(efforts.spent))}: none found"
    limits = cost_limits(efforts)
    told = "" if math.isinf(limits.upper) else f" ({_plain(limits.lower)} to {_plain(limits.upper)})"
    return f"{_plain(efforts.each)}{told}"


def _against(other: Cell | None, cell: Cell, spent: Callable[[Cell], Efforts]) -> CostRatio | None:
    return None if other is None else cost_ratio(spent(other), spent(cell))


def _ratio(found: CostRatio | None, itself: bool) -> str:
    if itself:
        return ""
    if found is None:
        return "not there"
    if found.ratio is None:
        return "–"
    return _factor(found.ratio, found.limits, found.tells_apart)


def _factor(ratio: float, limits: Interval, tells: bool) -> str:
    mark = "**" if tells else ""
    return f"{mark}{times(ratio)}{mark} ({_limits(limits)})"


def _limits(limits: Interval) -> str:
    unknown = limits.lower <= 0 and math.isinf(limits.upper)
    return "too few texts for limits" if unknown else factor_limits(limits)


def _median(cell: Cell) -> str:
    median = censored_median(cell.firsts())
    limits = median.limits
    upper = "any" if math.isinf(limits.upper) else _plain(limits.upper)
    value = "not half" if median.value is None else _plain(median.value)
    return f"{value} ({_plain(limits.lower)} to {upper})"


def _of_medians(whole: Cell | None, cell: Cell, minutes: float) -> str:
    if whole is None:
        return "not there"
    found = median_ratio(whole.firsts(), cell.firsts(), watched=minutes)
    if found.ratio is None:
        return f"not half ({_limits(found.limits)})"
    return _factor(found.ratio, found.limits, found.tells_apart)


def _says(filled: dict[str, Cell]) -> Iterator[str]:
    """Which tools make a difference that the limits do not leave open, in minutes for each failure."""
    whole = filled.get(ALL)
    if whole is None:
        return
    ratios = {
        name.removeprefix("without "): cost_ratio(whole.minutes(), cell.minutes())
        for name, cell in filled.items()
        if name.startswith("without ")
    }
    told = {
        "makes a failure dearer": [n for n, r in ratios.items() if r.limits.lower > 1],
        "makes a failure cheaper": [n for n, r in ratios.items() if r.limits.upper < 1],
        "makes no difference that these numbers can tell": [
            n for n, r in ratios.items() if not r.tells_apart
        ],
    }
    sentences = [f"Going without {_list(names)} {what}." for what, names in told.items() if names]
    bare = filled.get(NONE)
    if bare is not None:
        found = cost_ratio(whole.minutes(), bare.minutes())
        if found.ratio is not None:
            sentences.append(
                f"Without any tool a failure takes {times(found.ratio)} the minutes that it takes with all of"
                f" them ({_limits(found.limits)})."
            )
    if sentences:
        yield f"*What it says:* {' '.join(sentences)}"
        yield ""


def _list(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"any one of {', '.join(names)}"


def _uses(filled: dict[str, Cell]) -> Iterator[str]:
    yield "What was done for each failure:"
    yield ""
    yield f"| condition | {' | '.join(_MOVE_NAMES[move] for move in MOVES)} | taken back | starts over |"
    yield "|---" * (len(MOVES) + 3) + "|"
    for name, cell in filled.items():
        counts = [
            sum(one.moves.get(what, 0) for one in cell.attempts)
            for what in (*MOVES, "undone", "started_over")
        ]
        told = [_plain(count / cell.failures) if cell.failures else f"{count} in all" for count in counts]
        yield f"| {name} | {' | '.join(told)} |"
    yield ""


def _other_paces(filled: dict[str, Cell]) -> Iterator[str]:
    """The same attempts by other paces: the share of minutes that rests on an assumption."""
    if ALL not in filled or NONE not in filled:
        return
    yield (
        "The same attempts counted by another pace, where an assumption could be wrong (texts were given up"
        " by the usual pace):"
    )
    yield ""
    yield "| pace | minutes per failure with all tools | without any | ratio |"
    yield "|---|---|---|---|"
    for told, pace in {"as above": STANDARD, **OTHER_PACES}.items():
        whole, bare = filled[ALL].minutes(pace), filled[NONE].minutes(pace)
        found = cost_ratio(whole, bare)
        yield f"| {told} | {_each(whole)} | {_each(bare)} | {_ratio(found, False)} |"
    yield ""


def _writer(minutes: float) -> Iterator[str]:
    edits = ", ".join(f"{100 * share:.0f} % {kind.split('_')[0]}" for kind, share in HABITS.own_edits.items())
    yield "## How the scripted writer works"
    yield ""
    yield from (
        "- It starts from catastrophes that the model catches, as the workbench offers them to writers; the"
        " same ones in the same order under each condition. The judge is the task's oracle.",
        f"- It works on a text until that is a failure, and gives it up after {minutes:g} minutes.",
        "- Every kind of move that is at hand comes equally often, in random order: an edit of its own, the"
        " menu of a word, a stretch rephrased, one greedy step, steps until they stall. So a tool's worth is"
        " its worth to somebody who uses all tools alike; who finds a favourite does better.",
        "- What is still catastrophic and scores lower is kept; all else is taken back. After"
        f" {HABITS.patience} moves without a gain it starts over from the text.",
        "- With saliency it goes to the darkest word that it has not tried on this text. Without, it begins"
        f" at a word of the underlined injury ({100 * HABITS.near_harm:.0f} % of moves) or at any word.",
        f"- An edit of its own ({edits}) writes words that stand in like company in the task's texts, or that"
        " follow the word there. It is a writer who knows the language, and nothing of the filter.",
        "- Of a menu it takes the lowest score that is still catastrophic, if that lies below the text's."
        " It stops a climb at the first failure that the climb shows.",
    )
    yield ""


def _pace() -> Iterator[str]:
    yield "## The pace"
    yield ""
    yield "| what | seconds | from |"
    yield "|---|---|---|"
    for effort in EFFORTS:
        yield f"| {effort.replace('_', ' ')} | {getattr(STANDARD, effort):.3g} | {SOURCES[effort]} |"
    yield ""
    yield (
        f"Of a menu {HABITS.rows_read} rows are read (an assumption). A word is found and an answer of the"
        " server read within the clicks and looks; the server's own time is left out, but for searches."
    )
    yield ""


def _plain(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def table(cells: Sequence[Cell]) -> str:
    """Each attempt, as CSV."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    done = (*MOVES, *HAPPENINGS)
    rows.writerow(
        ["round", "condition", "start", "found", "seconds", "log_odds", "egregiousness", *done, *EFFORTS]
    )
    for cell in cells:
        for one in cell.attempts:
            rows.writerow(
                [
                    *(cell.round, cell.condition, one.number, str(one.found).lower()),
                    *(f"{one.seconds:.2f}", f"{one.log_odds:.4f}", f"{one.egregiousness:g}"),
                    *(one.moves.get(what, 0) for what in done),
                    *(f"{one.efforts.get(effort, 0):.10g}" for effort in EFFORTS),
                ]
            )
    return out.getvalue()
