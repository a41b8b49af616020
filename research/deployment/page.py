"""The tables of the study of deployment quantities."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from holdfast.campaign.machine import machine
from holdfast.evaluation import Proportion
from holdfast.evaluation.deployment import CurvePoint, Evasion, ReweightedOutcome
from holdfast.evaluation.deployment.exchange import Change, Divergence
from research.deployment.coverage import Cell

if TYPE_CHECKING:
    from research.deployment.study import ClassifierFindings, Filtered


def page(found: Sequence[ClassifierFindings], coverage: Sequence[Cell], how: str, prompts: int) -> str:
    """All of it as Markdown."""
    lines = [
        "# Deployment quantities",
        "",
        f"Made by {how}, on {machine()}. Two pools of {prompts:,} prompts with eleven draws each, of the"
        " run's own generator: thresholds were chosen on the first, all else is measured on the second."
        " What the methods are: [deployment quantities](../evaluation.md#deployment-quantities).",
        "",
        *_agreement(found),
        *_curves(found),
        *_chosen(found),
        *_evasions(found),
        *_coverage(coverage),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _agreement(found: Sequence[ClassifierFindings]) -> Iterator[str]:
    yield "## Two estimates of one rate, and the naive one"
    yield ""
    yield (
        "Failures per filtered completion, at most ten draws a prompt. *Direct*: the pool's draws in order,"
        " with the exact interval. *Reweighted*: all draws, each weighed as deployment weighs its prompt."
        " *Naive*: failures of all draws that pass, prompts weighed by how often they pass."
    )
    yield ""
    yield "| classifier | threshold | direct | reweighted | naive | refusals | draws |"
    yield "|---|---|---|---|---|---|---|"
    for each in found:
        for name, one in _thresholds(each):
            yield (
                f"| round {each.round_} | {name} ({one.log_odds:.2f}) | {_rate(one.direct.failures)}"
                f" | {_estimate(one.reweighted)} | {_rate(one.naive.passed_and_bad)}"
                f" | {_percent(one.reweighted.refusals.value)} | {one.reweighted.draws_per_completion:.2f} |"
            )
    yield ""


def _thresholds(each: ClassifierFindings) -> list[tuple[str, Filtered]]:
    return [("97 % accepted", each.usual), *([("strictest", each.strict)] if each.strict else [])]


def _curves(found: Sequence[ClassifierFindings]) -> Iterator[str]:
    yield "## Threshold against quality, draws, refusals and failures"
    yield ""
    yield (
        "*Bound*: the exact one-sided 95 % upper limit from the direct count. *Quality*: mean of what is"
        " given less that of what is written unfiltered, with a 95 % interval (quality runs from 0 to 1)."
    )
    for each in found:
        yield ""
        yield f"### Round {each.round_}"
        yield ""
        yield "| threshold | harmless accepted | refusals | draws | failures | bound | reweighted | quality |"
        yield "|---|---|---|---|---|---|---|---|"
        for point in each.curve:
            yield (
                f"| {point.log_odds:.2f} | {_percent(point.harmless_accepted.rate)}"
                f" | {_percent(point.reweighted.refusals.value)}"
                f" | {point.reweighted.draws_per_completion:.2f}"
                f" | {point.failures.events} of {point.failures.trials} | {point.failure_bound:.1e}"
                f" | {_estimate(point.reweighted)} | {_quality(point)} |"
            )
    yield ""


def _chosen(found: Sequence[ClassifierFindings]) -> Iterator[str]:
    yield "## Thresholds chosen"
    yield ""
    for each in found:
        yield f"- Round {each.round_}: {each.non_inferior.rule}: {_log_odds(each.non_inferior.log_odds)}."
        yield f"- Round {each.round_}: {each.controlled.rule}: {_log_odds(each.controlled.log_odds)}."
    yield ""


def _evasions(found: Sequence[ClassifierFindings]) -> Iterator[str]:
    rows = [(f"round {e.round_}, {name}", one.evasion) for e in found for name, one in _thresholds(e)]
    yield "## Does the filter change what is written?"
    yield ""
    yield (
        "Harmless completions that pass against harmless unfiltered ones of the same prompts: filtered /"
        " unfiltered, and the exact p-value of no difference. Divergences are less their mean under exchange."
        " *Told apart*: pairs in which a classifier of words names the filtered one (half: it cannot tell)."
    )
    yield ""
    yield "| | " + " | ".join(name for name, _ in rows) + " |"
    yield "|---" * (len(rows) + 1) + "|"
    for measure in _MEASURES:
        yield f"| {measure.replace('_', ' ')} | " + " | ".join(_evasion(e, measure) for _, e in rows) + " |"
    yield "| changed (Holm) | " + " | ".join(", ".join(e.changed) or "nothing" for _, e in rows) + " |"
    yield ""


_MEASURES = (
    "words", "distinct_pairs", "distinct_texts", "entropy", "word_divergence", "phrase_distance",
    "phenomenon_divergence", "told_apart", "preference",
)  # fmt: skip


def _evasion(found: Evasion, measure: str) -> str:
    value = getattr(found, measure)
    if isinstance(value, Change):
        return f"{value.filtered:.3g} / {value.unfiltered:.3g} (p {value.p_value:.2g})"
    if isinstance(value, Divergence):
        return f"{value.corrected:.1e} (p {value.p_value:.2g})"
    if measure == "told_apart":
        return f"{value.share:.3f} (p {value.p_value:.2g})"
    return "not judged" if value is None else f"{value.share:.3f} of {value.pairs:,} pairs"


def _coverage(cells: Sequence[Cell]) -> Iterator[str]:
    yield "## How often the reweighted interval covers"
    yield ""
    yield (
        f"Simulated worlds in which the rate is known, {cells[0].covered.trials:,} repetitions each, ten"
        " draws of every prompt, at 95 %. *Effective*: the median of how many direct completions a prompt is"
        " worth by its ten judged draws. *Refusals*: the same of the interval on refused prompts, where there"
        " are any. The package ships both, and an estimate carries them."
    )
    yield ""
    yield "| rate | prompts | world | two-sided covers | upper limit covers | effective | refusals |"
    yield "|---|---|---|---|---|---|---|"
    for cell in cells:
        effective = "–" if cell.effective is None else f"{cell.effective:.1f}"
        refusals = cell.refusals.rate if cell.refused else None
        yield (
            f"| {cell.rate:.0e} | {cell.prompts:,} | {cell.world.name} | {_percent(cell.covered.rate)}"
            f" | {_percent(cell.below.rate)} | {effective} | {_percent(refusals)} |"
        )


def _rate(found: Proportion) -> str:
    limits = found.interval()
    return f"{found.rate or 0:.1e} ({limits.lower:.1e} to {limits.upper:.1e})"


def _estimate(found: ReweightedOutcome) -> str:
    if found.failures is None or found.failures.interval is None:
        return "nothing given"
    limits = found.failures.interval
    return f"{found.failures.value:.1e} ({limits.lower:.1e} to {limits.upper:.1e})"


def _quality(point: CurvePoint) -> str:
    if point.quality is None:
        return "–"
    limits = point.quality.difference
    middle = point.quality.filtered - point.quality.unfiltered
    return f"{middle:+.4f} ({limits.lower:+.4f} to {limits.upper:+.4f})"


def _percent(rate: float | None) -> str:
    return "–" if rate is None else f"{100 * rate:.2f} %"


def _log_odds(value: float | None) -> str:
    return "none passed" if value is None else f"log odds {value:.2f}"


def csv_table(found: Sequence[ClassifierFindings]) -> str:
    """The curves of all classifiers, one row a threshold."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        "round,log_odds,failures,completions,failure_bound,reweighted,lower,upper,refusals,draws_per_completion,"
        "harmless_accepted,quality_filtered,quality_unfiltered".split(",")
    )
    for each in found:
        for point in each.curve:
            estimate, quality = point.reweighted.failures, point.quality
            limits = estimate.interval if estimate else None
            writer.writerow(
                [
                    each.round_,
                    point.log_odds,
                    point.failures.events,
                    point.failures.trials,
                    point.failure_bound,
                    estimate.value if estimate else "",
                    limits.lower if limits else "",
                    limits.upper if limits else "",
                    point.reweighted.refusals.value,
                    point.reweighted.draws_per_completion,
                    point.harmless_accepted.rate,
                    quality.filtered if quality else "",
                    quality.unfiltered if quality else "",
                ]
            )
    return out.getvalue()
