"""`holdfast traffic`: how often the filter misses in production, from a log and some labels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter, validators

from holdfast.cli.options import AtLeast1, Between0And1, ConfigPath, Finite, Json, RunsFolder, Seed

if TYPE_CHECKING:
    from holdfast.campaign.traffic.estimate import Estimate
    from holdfast.campaign.traffic.plan import Plan
    from holdfast.evaluation.traffic import MissRate

traffic = App(
    name="traffic",
    help="""How often a filter misses in production, from its log and some labels.

For example:

    holdfast traffic plan log.jsonl --labels 500 --threshold 0.8 --time time --slice app --out week-48
    holdfast traffic label week-48 -c holdfast.yaml
    holdfast traffic estimate week-48 -c holdfast.yaml --found misses.jsonl
""",
)

Share = Annotated[float, Parameter(validator=validators.Number(gt=0, lte=1))]


@traffic.command
def plan(
    *log: Path,
    labels: AtLeast1,
    out: Path,
    completion: str = "completion",
    prompt: Annotated[str | None, Parameter(show_default=False)] = None,
    score: str = "score",
    threshold: Finite | None = None,
    passed: str | None = None,
    log_odds: Annotated[bool, Parameter(negative="", show_default=False)] = False,
    time: str | None = None,
    slices: Annotated[tuple[str, ...], Parameter(name="--slice")] = (),
    uniform: Share = 0.5,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Choose the rows of a log that people should label.

    LOG is one file or several: JSON lines, Parquet, CSV or TSV, with a row for each
    completion and its score. The rows that passed are divided into bands by their
    score, and some rows of each band are drawn: more from the bands just below the
    threshold, where misses are frequent, but also from all others. The log is read
    twice; of any size, for it is not held in memory.

    Writes a folder with plan.json (how many rows there are of each band, slice and
    week) and sample.jsonl (the rows to label).

    For example:

        holdfast traffic plan log.jsonl --labels 500 --threshold 0.8 --prompt prompt --out week-48
        holdfast traffic plan log.parquet --labels 800 --passed served --time at --slice app --out november

    Args:
        log: The files.
        labels: How many rows people will label.
        out: The folder of the plan; it must be new.
        completion: The field of the text that the filter judged.
        prompt: The field of the prompts, if the log has them.
        score: The field of the scores, the probability of a catastrophe.
        threshold: A row passed if its score is below this.
        passed: The field that says whether a row passed; instead of --threshold.
        log_odds: Scores and threshold are log odds.
        time: The field of the time, such as 2026-11-30T12:00:00Z or seconds since 1970: results by week.
        slices: A field by whose values results are broken down; may be given several times.
        uniform: The share of the labels that is drawn without regard to the score. It bounds how wrong the
            result can be where the score is blind.
    """
    import sys

    from holdfast.campaign.traffic.log import Fields
    from holdfast.campaign.traffic.plan import Asked, make_plan
    from holdfast.cli.output import print_json
    from holdfast.cli.progress import showing
    from holdfast.core.errors import UserError
    from holdfast.core.writable import check_new_folder

    if not log:
        raise UserError("name the files of the log")
    check_new_folder(out)
    fields = Fields(completion, score, prompt, threshold, passed, time, slices, log_odds)
    with showing(sys.stderr) as progress:
        made = make_plan(log, fields, Asked(labels, uniform, seed), out, progress)
    if json:
        print_json(made.model_dump(mode="json"))
        return
    _tell_plan(made, out)


@traffic.command
def label(plan: Path, /, *, config: ConfigPath = None, runs: RunsFolder = None, json: Json = False) -> None:
    """Put the rows of a plan into the queue where people judge.

    Rows that were queued before are not queued again.

    For example:

        holdfast traffic label week-48 -c holdfast.yaml

    Args:
        plan: The folder that `holdfast traffic plan` wrote.
        config: The configuration whose judge is people.
    """
    from holdfast.campaign.opening import Opened
    from holdfast.campaign.people.queue import Guarded
    from holdfast.campaign.traffic.labels import ask_people
    from holdfast.campaign.traffic.plan import read_plan
    from holdfast.cli.output import print_json
    from holdfast.cli.people import opened_desk

    _, drawn = read_plan(plan)
    resolved, desk = opened_desk(config, runs)
    target = Opened(resolved, desk).target()
    waiting = ask_people(desk, drawn, Guarded(target.scorer.classifier.hash, target.threshold))
    if json:
        print_json({"run": desk.run, "rows": len(drawn), "waiting": waiting})
        return
    print(f"{len(drawn):,} rows: {waiting:,} texts wait for people")
    if waiting:
        print(f"they judge on the page Review of\n    {desk.serve}")


@traffic.command
def estimate(
    plan: Path,
    /,
    *,
    config: ConfigPath = None,
    labels: Path | None = None,
    confidence: Between0And1 = 0.95,
    found: Path | None = None,
    runs: RunsFolder = None,
    json: Json = False,
) -> None:
    """Estimate how often the filter missed, from the labels that there are.

    A *miss* is a row that passed and is catastrophic. The command prints the miss
    rate of the log with its limits, in all and by band, slice and week, and says
    which weeks are not like the weeks before them: shifted scores, or more misses.

    Labels may be missing: the upper limit then counts such rows as misses, and the
    lower limit does not. So do rows that people are unsure of.

    For example:

        holdfast traffic estimate week-48 -c holdfast.yaml
        holdfast traffic estimate week-48 --labels filled-in.jsonl --found misses.jsonl

    Args:
        plan: The folder that `holdfast traffic plan` wrote.
        config: The configuration whose judge is people: labels come from its queue.
        labels: A file with the columns id and label (catastrophic, harmless or unsure), such as a copy of
            sample.jsonl with the labels filled in; instead of --config.
        confidence: The confidence of each pair of limits.
        found: Write the misses into this file (.jsonl), as labelled text for the next round.
    """
    from holdfast.campaign.traffic import estimate as estimates
    from holdfast.campaign.traffic.labels import file_labels, people_labels
    from holdfast.campaign.traffic.plan import SAMPLE, read_plan
    from holdfast.cli.output import print_json
    from holdfast.cli.people import opened_desk
    from holdfast.core.errors import UserError
    from holdfast.core.files import write_text
    from holdfast.core.writable import check_apart, check_new_file

    if (config is None) == (labels is None):
        raise UserError("say where the labels are: either -c holdfast.yaml, or --labels FILE")
    if found is not None:
        check_apart({"--found": found}, {"--labels": labels, "PLAN": plan / SAMPLE})
        check_new_file(found)
    made, drawn = read_plan(plan)
    if labels is not None:
        given = file_labels(labels, drawn)
    else:
        given = people_labels(opened_desk(config, runs)[1], drawn)
    what = estimates.estimate(made, drawn, given, confidence)
    missed = estimates.found(drawn, given)
    if found is not None:
        write_text(found, "".join(f"{each.model_dump_json()}\n" for each in missed))
    if json:
        print_json(_record(what))
        return
    _tell(what)
    if found is not None:
        print(f"\n{len(missed)} misses written: {found}")


def _tell_plan(made: Plan, out: Path) -> None:
    import numpy as np

    from holdfast.campaign.traffic.plan import SAMPLE
    from holdfast.cli.output import print_table
    from holdfast.core.odds import probability

    ends = [None if end is None else float(probability(np.array(end))) for end in made.upper_ends]
    lows = [0.0, *(end for end in ends if end is not None)]
    rows = [
        [f"from {low:.3g}" if end is None else f"{low:.3g} to {end:.3g}", f"{count:,}", f"{labels:,}"]
        for low, end, count, labels in zip(lows, ends, made.rows, made.labels, strict=True)
    ]
    print(f"{sum(made.rows):,} rows passed, {made.turned_away:,} were turned away")
    print_table("", ["score", "rows", "to label"], rows)
    print(f"{sum(made.labels):,} rows to label: {out / SAMPLE}")


def _record(what: Estimate) -> dict[str, Any]:
    return {
        "confidence": what.confidence,
        **_rate_record(what.overall),
        "turned_away": what.turned_away,
        "bands": [_rate_record(band) for band in what.bands],
        "slices": {
            name: {value: _rate_record(rate) for value, rate in values.items()}
            for name, values in what.slices.items()
        },
        "alarms": list(what.alarms),
    }


def _rate_record(rate: MissRate) -> dict[str, Any]:
    counts = rate.counts
    return {
        "rows": counts.rows,
        "drawn": counts.drawn,
        "missed": counts.missed,
        "unsure": counts.unsure,
        "pending": counts.pending,
        "unseen": rate.unseen,
        "miss_rate": rate.rate,
        "limits": [rate.limits.lower, rate.limits.upper],
    }


def _tell(what: Estimate) -> None:
    """The estimate as tables and sentences."""
    from holdfast.cli.output import print_table

    counts, limits = what.overall.counts, what.overall.limits
    rate = "" if what.overall.rate is None else f"{what.overall.rate:.3g}, "
    print(
        f"miss rate {rate}{limits.lower:.3g} to {limits.upper:.3g} with {what.confidence:.0%} confidence:"
        f" {counts.missed} misses in {counts.drawn:,} rows drawn of {counts.rows:,} that passed"
    )
    if counts.unsure or counts.pending:
        print(
            f"{counts.pending:,} rows have no label yet, and people are unsure of {counts.unsure:,}: the"
            " upper limit counts them as misses"
        )
    parts = {"band": {str(n): rate for n, rate in enumerate(what.bands, 1)}, **what.slices}
    for name, values in parts.items():
        print_table("", [name, "rows", "drawn", "missed", "miss rate", "limits"], [
            [value, f"{rate.counts.rows:,}", f"{rate.counts.drawn:,}", f"{rate.counts.missed:,}",
             "–" if rate.rate is None else f"{rate.rate:.3g}",
             f"{rate.limits.lower:.3g} to {rate.limits.upper:.3g}"]
            for value, rate in values.items()
        ])  # fmt: skip
    print("each pair of limits holds by itself; of many some will be wrong")
    for alarm in what.alarms:
        print(f"alarm: {alarm}")
