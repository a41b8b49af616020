"""The tables and the page of the study, from the cells that are done."""

import csv
import statistics
from pathlib import Path

import numpy as np
from scipy.stats import t as student

from holdfast.campaign.machine import machine
from holdfast.store.disk import read_table

MEASURES = ("guard", "seed", "arm", "model", "round", "measure", "attack", "events", "trials", "value")
ATTEMPTS = (
    "guard",
    "seed",
    "arm",
    "model",
    "attack",
    "outcome",
    "clean_miss",
    "queries",
    "first_failure_query",
)


def write_results(cells, runs, out):
    """Write `real_guards.csv`, `real_guards-attempts.csv` and `real_guards.md`."""
    out.mkdir(parents=True, exist_ok=True)
    finished = {cell: record for cell, record in cells.items() if record is not None}
    rows = [row for cell, record in finished.items() for row in _measures(cell, record)]
    _write(out / "real_guards.csv", MEASURES, rows)
    attempts = [row for cell, record in finished.items() for row in _attempts(cell, record, runs)]
    _write(out / "real_guards-attempts.csv", ATTEMPTS, attempts)
    (out / "real_guards.md").write_text(_page(cells, rows), encoding="utf-8")


def _write(path: Path, header, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _guards(record):
    """Every guard of a run: what it is, the round, what was measured of it."""
    last = record.rounds[-1].index
    for one in record.rounds:
        name = "as it came" if one.index == 0 else "last" if one.index == last else "between"
        yield name, one.index, one.guard, one.telltale
    if record.control:
        yield "control", last, record.control, None


def _measures(cell, record):
    for name, index, guard, telltale in _guards(record):
        start = (cell.guard, cell.seed, cell.arm, name, index)
        yield (*start, "recall", "", guard.recall.events, guard.recall.trials, guard.recall.rate)
        alarms = guard.false_alarms
        yield (*start, "harmless blocked", "", alarms.events, alarms.trials, alarms.rate)
        if guard.overblocking:
            around = guard.overblocking.surrounded
            yield (*start, "blocked, surrounded", "", around.events, around.trials, around.rate)
        if guard.area:
            yield (*start, "area", "", "", "", guard.area.value)
        if telltale and telltale.surviving.lower is not None:
            yield (*start, "telltale share", "", "", "", telltale.surviving.share)
        for one in guard.attacks:
            attack = f"{one.attack}{' (held out)' if one.held_out else ''}"
            yield (*start, "broken", attack, one.success.events, one.success.trials, one.success.rate)
            yield (*start, "median queries", attack, "", len(one.first), one.median.value)


def _attempts(cell, record, runs):
    for name, _, guard, _ in _guards(record):
        if name == "between":
            continue
        table = read_table(runs / cell.name / guard.evaluation / "attempts.parquet")
        for i in range(len(table["outcome"])):
            values = (table[column][i] for column in ATTEMPTS[4:])
            yield (cell.guard, cell.seed, cell.arm, name, *("" if v is None else v for v in values))


def _page(cells, rows):
    done = [cell.name for cell, record in cells.items() if record is not None]
    missing = [cell.name for cell, record in cells.items() if record is None]
    parts = [
        "# Real guards in rounds",
        "",
        "Two guards of MiniLM's size on real text, hardened round after round: with matched negatives, and",
        "on failures alone. Made by `python research/real_guards --data DATA --out docs/results`; numbers by",
        "round in [real_guards.csv](real_guards.csv), every attempt on the first guard, the last and the",
        "control in [real_guards-attempts.csv](real_guards-attempts.csv).",
        "",
        f"Cells that are here: {', '.join(done) or 'none'}."
        + (f" Not run yet: {', '.join(missing)}." if missing else ""),
        f"Machine: {machine()}.",
        "",
    ]
    for guard in dict.fromkeys(row[0] for row in rows):
        for arm in dict.fromkeys(row[2] for row in rows if row[0] == guard):
            own = [row for row in rows if (row[0], row[2]) == (guard, arm)]
            seeds = sorted({row[1] for row in own})
            parts += [f"## {guard}, {arm} (seeds {', '.join(map(str, seeds))})", ""]
            parts += _table(own)
    return "\n".join(parts) + "\n"


def _table(rows):
    models = ("as it came", "last", "control")
    lines = ["| measure | as it came | last | control |", "|---|---:|---:|---:|"]
    for measure, attack in dict.fromkeys((row[5], row[6]) for row in rows):
        cells = []
        for model in models:
            values = [row[9] for row in rows if (row[3], row[5], row[6]) == (model, measure, attack)]
            cells.append(_over_seeds(values, measure))
        name = f"{measure}, `{attack}`" if attack else measure
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return [*lines, ""]


def _over_seeds(values, measure):
    """The mean over seeds with 95 % limits by seed (Student's t) where there are three or more; else each."""
    known = [float(value) for value in values if value not in ("", None)]
    if not known:
        return "over the budget" if measure == "median queries" and values else "–"
    shown = _number if measure in ("median queries", "area") else _percent
    if measure == "median queries" or len(known) < 3 or len(known) < len(values):
        beyond = len(values) - len(known)
        return ", ".join(map(shown, sorted(known))) + (f", {beyond} over the budget" if beyond else "")
    mean = statistics.mean(known)
    spread = student.ppf(0.975, len(known) - 1) * np.std(known, ddof=1) / np.sqrt(len(known))
    return f"{shown(mean)} ({shown(mean - spread)} to {shown(mean + spread)})"


def _percent(value):
    return f"{100 * value:.1f} %".replace("-", "−")


def _number(value):
    return f"{value:.3f}" if value < 1 else f"{value:.0f}"
