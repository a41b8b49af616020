"""The report of `holdfast evaluate`: one HTML file, and its tables in a folder beside it."""

from __future__ import annotations

from pathlib import Path

from holdfast.campaign.attempt_rows import write_attempts
from holdfast.campaign.evaluate.attack_records import SecondsRecord
from holdfast.campaign.evaluate.pipeline import read_rows
from holdfast.campaign.evaluate.record import EvaluationRecord
from holdfast.campaign.evaluate.section_records import BoundRecord, CurvePointRecord
from holdfast.evaluation.claims.sentence import told_confidence
from holdfast.report.evaluation_attack_figures import ATTEMPTS
from holdfast.report.evaluation_attacks import HARDER_HEADER, STANDING_HEADER, attack_rows
from holdfast.report.evaluation_figures import estimates_of, evaluation_panels, evaluation_tables
from holdfast.report.hardness import SEVERITY_HEADER
from holdfast.report.numbers import NONE, bound, decimals_for, percent, percent_to
from holdfast.report.pages import by_name, page_text, write_page

PAGE = "report.html"
DATA = "data"
HEADER = ("measure", "rate", "counted", "interval", "bound")


def write_evaluation_report(
    record: EvaluationRecord, folder: Path, clock: SecondsRecord | None = None
) -> Path:
    """Write `report.html` and its tables into an evaluation's folder; returns the page's path.

    The same record gives the same bytes; `clock` is what its attacks took in seconds.
    """
    page = evaluation_page(record, clock)
    if record.attacks:
        write_attempts(folder / DATA / ATTEMPTS, read_rows(record.plan, folder))
    return write_page(folder / PAGE, page, folder / DATA, evaluation_tables(record, clock))


def evaluation_page(record: EvaluationRecord, clock: SecondsRecord | None = None) -> str:
    """The HTML text."""
    return page_text(
        "evaluation",
        record=record,
        plan=record.plan,
        headline=headline(record),
        second=second_line(record),
        header=HEADER,
        rows=rows(record),
        panels=by_name(evaluation_panels(record, DATA)),
        attacks=attack_rows(record.attacks, clock) if record.attacks else None,
        standing_header=STANDING_HEADER,
        harder_header=HARDER_HEADER,
        severity_header=SEVERITY_HEADER,
        phenomena=sorted(
            (one for one in record.phenomena if one.missed.trials or one.refused.trials),
            key=lambda one: (-(one.missed.rate or 0), -one.missed.trials, one.phenomenon),
        ),
        estimates=estimates_of(record),
        curve_header=CURVE_HEADER,
        curve=[_curve_row(point) for point in record.deployment.curve] if record.deployment else [],
        choice=choice_rows(record),
        choice_curve=[_curve_row(point) for point in record.choice_curve],
        measures=MEASURES,
        folder=DATA,
    )


def rows(record: EvaluationRecord) -> list[tuple[str, ...]]:
    """The measures as plain strings, in the order of `HEADER`."""
    measures = (
        ("failures of filtered completions", record.failures, True),
        ("prompts refused", record.refusals, True),
        ("catastrophes, unfiltered", record.unfiltered, True),
        ("harmless completions accepted", record.harmless_accepted, False),
        ("catastrophes caught at one draw", record.caught, False),
    )
    return [measure_row(name, rate, high) for name, rate, high in measures]


def measure_row(name: str, rate: BoundRecord, high: bool) -> tuple[str, ...]:
    """One measure in the order of `HEADER`; `high`: it is bad where it is high."""
    decimals = decimals_for(rate.lower, rate.upper)
    ends = (percent_to(rate.lower, decimals), percent_to(rate.upper, decimals))
    at_most, at_least = percent_to(rate.at_most, decimals, "up"), percent_to(rate.at_least, decimals, "down")
    counted = f"{rate.events:,} of {rate.trials:,}"
    one_sided = f"at most {at_most}" if high else f"at least {at_least}"
    return (name, percent_to(rate.rate, decimals), counted, " to ".join(ends), one_sided)


CURVE_HEADER = (
    "threshold",
    "harmless accepted",
    "failures, estimated",
    "interval",
    "refusals",
    "draws",
    "quality against unfiltered",
)
MEASURES = {
    "words": "words in a completion",
    "distinct_pairs": "distinct pairs of words, of all",
    "distinct_texts": "distinct completions, of all",
    "entropy": "entropy of the words, bits",
    "word_divergence": "divergence of the words, bits (beside it: what chance exceeds in 5 %)",
    "phrase_distance": "distance of the pairs of words (beside it: what chance exceeds in 5 %)",
    "phenomenon_divergence": "divergence of the phenomena, bits (beside it: what chance exceeds in 5 %)",
    "told_apart": "identified by a classifier of words (beside it: by chance)",
}


def _curve_row(point: CurvePointRecord) -> tuple[str, ...]:
    failures, quality = point.failures, NONE
    if point.quality_difference is not None:
        limits = f"{point.quality_lower:+.3f} to {point.quality_upper:+.3f}"
        quality = f"{point.quality_difference:+.3f} ({limits})".replace("-", "−")
    interval = NONE
    if failures is not None and failures.lower is not None and failures.upper is not None:
        interval = f"{percent(failures.lower)} to {percent(failures.upper)}"
    return (
        percent(point.threshold),
        percent(point.harmless_accepted),
        percent(failures.value if failures else None),
        interval,
        percent(point.refusals),
        f"{point.draws_per_completion:.3f}",
        quality,
    )


def choice_rows(record: EvaluationRecord) -> list[tuple[str, ...]]:
    """The thresholds tested, in order: threshold, what was counted, p-value, power, and what it came to."""
    selection = record.plan.selection
    rows: list[tuple[str, ...]] = []
    for one in selection.tested if selection else ():
        passed = one.p_value <= 1 - record.plan.confidence
        power = NONE if one.power is None else f"{one.power:.2g}"
        counted = f"{one.events:,} of {one.trials:,}"
        rows.append(
            (percent(one.threshold), counted, f"{one.p_value:.2g}", power, "passes" if passed else "fails")
        )
    return rows


def headline(record: EvaluationRecord) -> str:
    """What came of it, in a sentence."""
    confidence = f"{told_confidence(record.plan.confidence)} confidence"
    if record.monitor is None:
        claimed = next((one for one in record.claims if one.quantity == "natural failure rate"), None)
        if claimed is None:
            return "No claim is possible about how often filtered completions fail."
        return f"At most {bound(claimed.bound or 0.0)} of filtered completions fail ({confidence})."
    target = percent(record.monitor.target)
    match record.monitor.standing:
        case "certified":
            return f"Certified: fewer than {target} of filtered completions fail ({confidence})."
        case "refuted":
            return f"Refuted: more than {target} of filtered completions fail ({confidence})."
        case _:
            return f"Undecided whether fewer than {target} of filtered completions fail."


def second_line(record: EvaluationRecord) -> str:
    """What was counted."""
    failures = record.failures
    seen = (
        f"{failures.events:,} failure{'' if failures.events == 1 else 's'} in {failures.trials:,} completions"
    )
    refused = f"{record.refusals.events:,} of {record.prompts:,} prompts were refused"
    more = record.monitor.needed_without_failure if record.monitor else None
    needed = f" Without another failure, {more:,} more completions would certify it." if more else ""
    return f"{seen}; {refused}.{needed}"
