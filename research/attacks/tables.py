"""The tables of the study of attacks, from its filled cells."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

from holdfast.evaluation import CensoredMedian, Proportion, censored_median, log_rank

Part = Literal["attacks", "ablation", "filtered"]
MODELS = ("first", "last")


@dataclass(frozen=True)
class Cell:
    """One attack on one model."""

    task: str
    seed: int
    model: str
    part: Part
    label: str


@dataclass(frozen=True)
class Tried:
    """What an attack did to one model; a None stands for a seed that it did not break."""

    cell: Cell
    call: str
    config: str
    """The attack with all its fields, defaults too, as JSON."""
    queries: list[int | None]
    seconds: list[float | None]
    flops: list[float | None]
    failures: int
    distinct: int
    worst: float | None
    success_of_prompts: list[float]
    spend: dict[str, float]

    @classmethod
    def of(cls, values: dict[str, Any]) -> Self:
        """From its plain values."""
        return cls(**{**values, "cell": Cell(**values["cell"])})


@dataclass(frozen=True)
class Pooled:
    """The same attack on the models of all seeds."""

    label: str
    tried: Sequence[Tried]

    @property
    def queries(self) -> list[int | None]:
        """Queries to the first failure of every attempt."""
        return [query for tried in self.tried for query in tried.queries]

    @property
    def success(self) -> Proportion:
        """Seeds broken, of all."""
        return Proportion(sum(query is not None for query in self.queries), len(self.queries))

    def median(self, of: Callable[[Tried], Sequence[float | None]]) -> CensoredMedian:
        """The median over all attempts of one of their amounts."""
        return censored_median([amount for tried in self.tried for amount in of(tried)])

    @property
    def distinct(self) -> int:
        """Distinct failures, summed over models."""
        return sum(tried.distinct for tried in self.tried)

    @property
    def seconds_each(self) -> list[float]:
        """Seconds of the whole call for each distinct failure, model by model."""
        return [t.spend["seconds"] / t.distinct if t.distinct else math.inf for t in self.tried]

    @property
    def worst(self) -> float | None:
        """The greatest egregiousness of any failure."""
        return max((tried.worst for tried in self.tried if tried.worst is not None), default=None)


def pooled(filled: Sequence[Tried], task: str, model: str, part: Part) -> list[Pooled]:
    """The attacks of one table, in the order of the plan."""
    chosen = [t for t in filled if (t.cell.task, t.cell.model, t.cell.part) == (task, model, part)]
    labels = dict.fromkeys(tried.cell.label for tried in chosen)
    return [Pooled(label, [t for t in chosen if t.cell.label == label]) for label in labels]


def page(filled: Sequence[Tried], how: str, seeds: int, queries: Mapping[str, int], draws: int) -> str:
    """The whole page in Markdown."""
    models = len({tried.cell.seed for tried in filled})
    lines = [
        "# The attacks, measured",
        "",
        f"Made by {how}. Every attack at its defaults, from the same {seeds} seeds (catastrophes that no"
        f" training saw) on each of {models} models, {queries['first']:,} queries a seed on the first"
        f" classifier and {queries['last']:,} on the last, going on after the first"
        " failure. In brackets: exact 95 % limits; medians are over all seeds of all models, one not broken"
        " counting as beyond any number. Seconds are an attempt's share of the machine's time while its"
        " neighbours ran beside it. Distinct failures leave near duplicates out; seconds for each are all the"
        " call's, least to greatest over the models. Numbers of every cell: [attacks.csv](attacks.csv).",
        "",
    ]
    for task in dict.fromkeys(tried.cell.task for tried in filled):
        for model in MODELS:
            lines += [
                f"## {task}, {model} classifier",
                "",
                *_attacks(pooled(filled, task, model, "attacks")),
                "",
            ]
    lines += ["## What each part of the rewriting tool adds", "", *_ablation(filled, queries), ""]
    lines += ["## The filtered generator as the target", "", *_filtered(filled, draws), ""]
    return "\n".join(lines)


def _attacks(rows: Sequence[Pooled]) -> Iterator[str]:
    yield (
        "| attack | seeds broken | queries to first failure | seconds | GFLOPs | distinct failures"
        " | seconds for each | worst |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    for row in sorted(rows, key=lambda r: _or_beyond(r.median(lambda t: t.queries).value)):
        cells = (
            f"`{row.label}`",
            _rate(row.success),
            _median(row.median(lambda t: t.queries), ",.0f"),
            _median(row.median(lambda t: t.seconds), ".2g"),
            _median(row.median(lambda t: [f and f / 1e9 for f in t.flops]), ".3g"),
            f"{row.distinct:,}",
            _range(row.seconds_each),
            "–" if row.worst is None else f"{row.worst:.1f}",
        )
        yield f"| {' | '.join(cells)} |"


def _ablation(filled: Sequence[Tried], queries: Mapping[str, int]) -> Iterator[str]:
    yield "`greedy_rewrite` with phrases, on storyworld. Failures per query and live attempt against the"
    yield "whole tool (hazard ratio, log-rank, approximate 95 % limits): below 1, the part is worth having."
    yield ""
    yield "| tool | model | seeds broken | queries to first failure | hazard ratio |"
    yield "|---|---|---|---|---|"
    for model in MODELS:
        rows = pooled(filled, "storyworld", model, "ablation")
        for row in rows:
            ratio = "1"
            if row is not rows[0]:
                found = log_rank(rows[0].queries, queries[model], row.queries, queries[model])
                hazard = found.hazard_ratio or math.nan
                ratio = f"{hazard:.2f} ({found.limits.lower:.2f}–{found.limits.upper:.2f})"
            needed = _median(row.median(lambda t: t.queries), ",.0f")
            yield f"| {row.label} | {model} | {_rate(row.success)} | {needed} | {ratio} |"


def _filtered(filled: Sequence[Tried], draws: int) -> Iterator[str]:
    yield f"The adversary writes the prompt alone, judged by {draws} completions, each a query. Success is"
    yield "the share of passing completions that are catastrophic, on 200 fresh draws from the best prompt of"
    yield "each seed (0 where no failure was found)."
    yield ""
    yield "| attack | model | seeds broken | draws to first failure | mean success | best success |"
    yield "|---|---|---|---|---|---|"
    for model in MODELS:
        for row in pooled(filled, "storyworld", model, "filtered"):
            shares = [share for tried in row.tried for share in tried.success_of_prompts]
            queries = _median(row.median(lambda t: t.queries), ",.0f")
            mean, best = sum(shares) / len(shares), max(shares)
            cells = (f"`{row.label}`", model, _rate(row.success), queries, f"{mean:.2%}", f"{best:.2%}")
            yield f"| {' | '.join(cells)} |"


def _rate(rate: Proportion) -> str:
    limits = rate.interval()
    return f"{rate.events} of {rate.trials} ({100 * limits.lower:.0f}–{100 * limits.upper:.0f} %)"


def _median(median: CensoredMedian, form: str) -> str:
    lower, upper = (_bound(value, form) for value in (median.limits.lower, median.limits.upper))
    if median.value is None:
        return "beyond" if math.isinf(median.limits.lower) else f"beyond (over {lower})"
    return f"{median.value:{form}} ({lower}–{upper})"


def _bound(value: float, form: str) -> str:
    return "∞" if math.isinf(value) else f"{value:{form}}"


def _range(values: Sequence[float]) -> str:
    low, high = min(values), max(values)
    return "–" if math.isinf(low) else f"{low:.2g} to {'∞' if math.isinf(high) else f'{high:.2g}'}"


def _or_beyond(value: float | None) -> float:
    return math.inf if value is None else value


_COLUMNS = "task seed model part attack attempt queries seconds flops of_all config".split()


def table(filled: Sequence[Tried]) -> str:
    """Every number of every cell, as CSV: a row an attempt, and one without an attempt for the whole cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for tried in filled:
        cell = tried.cell
        names = (cell.task, cell.seed, cell.model, cell.part, cell.label)
        whole = f"failures {tried.failures}; distinct {tried.distinct}; worst {tried.worst}"
        spent = (tried.spend["queries"], tried.spend["seconds"], _flops(tried))
        writer.writerow((*names, "", *spent, whole, tried.config))
        for i, row in enumerate(zip(tried.queries, tried.seconds, tried.flops, strict=True)):
            writer.writerow((*names, i, *row, "", ""))
    return text.getvalue()


def _flops(tried: Tried) -> float:
    return tried.spend["forward_flops"] + tried.spend["backward_flops"]
