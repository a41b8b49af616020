"""The tables and the page of the study, from the cells that are done."""

import csv
import math
import statistics
from pathlib import Path

from attacked import HEADER as BROKEN
from filtered import HEADER as FILTERED
from hatecheck import HEADER as HATECHECK
from hatecheck import measured
from page import page
from passages import HEADER as PASSAGES

from holdfast.campaign.choices import build_task
from holdfast.campaign.config import resolve
from holdfast.models.classifier import Classifier
from holdfast.store.disk import read_table

MEASURES = (
    "guard",
    "seed",
    "arm",
    "model",
    "round",
    "measure",
    "attack",
    "events",
    "trials",
    "value",
    "machine",
)
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


def write_results(cells, filtered, read, broken, runs, out, data):
    """Write the page, and beside it numbers by round, every attempt, and HateCheck by functionality.

    `cells` gives each cell's record, None where its run is not here or not done. Rows that stand in the files
    for cells whose runs are not here are kept: a study may be spread over machines.
    """
    out.mkdir(parents=True, exist_ok=True)
    finished = {cell: record for cell, record in cells.items() if record is not None}
    here = {(cell.guard, cell.seed, cell.arm) for cell in finished}
    rows = _laid_over(
        out / "real_guards.csv",
        MEASURES,
        [row for cell, record in finished.items() for row in _measures(cell, record)],
        lambda row: row[:3] in here,
    )
    _laid_over(
        out / "real_guards-attempts.csv",
        ATTEMPTS,
        [row for cell, record in finished.items() for row in _attempts(cell, record, runs)],
        lambda row: row[:3] in here,
    )
    suite = _laid_over(
        out / "real_guards-hatecheck.csv",
        HATECHECK,
        [row for cell, record in finished.items() for row in _hatecheck(cell, record, runs, data)],
        lambda row: ("hate", *row[:2]) in here,
    )
    behind = _laid_over(
        out / "real_guards-filtered.csv",
        FILTERED,
        filtered,
        lambda row: row[:3] in {each[:3] for each in filtered},
    )
    passages = _laid_over(
        out / "real_guards-passages.csv", PASSAGES, read, lambda row: row[:2] in {each[:2] for each in read}
    )
    whole = _laid_over(
        out / "real_guards-every-attack.csv",
        BROKEN,
        broken,
        lambda row: row[:3] in {each[:3] for each in broken},
    )
    done = {row[:3] for row in rows}
    text = page(cells, done, rows, suite, behind, passages, whole)
    (out / "real_guards.md").write_text(text, encoding="utf-8")


def _laid_over(path: Path, header, rows, replaced):
    """Write rows in order of their beginnings, and those of the file before that they do not replace."""
    before = []
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            before = [tuple(map(_value, row)) for row in list(csv.reader(file))[1:]]
    whole = [row for row in before if not replaced(row)]
    whole += [tuple(_value(str("" if each is None else each)) for each in row) for row in rows]
    whole.sort(key=lambda row: tuple(map(str, row[:3])))
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *whole])
    return whole


def _value(text):
    """A field as it was written: a number, or text."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _hatecheck(cell, record, runs, data):
    """The suite is of hate alone."""
    if cell.guard != "hate":
        return
    folder, start = runs / cell.guard / cell.name, resolve(record.config)
    task = build_task(start.task)

    def load(path):
        return Classifier.load(path, task, start.classifier.format)

    for row in measured(record, folder, load, data / "hatecheck" / "test_suite_cases.csv"):
        yield (cell.seed, cell.arm, *row)


def _guards(record):
    """Every guard of a run: what it is, the round, what was measured of it."""
    last = record.rounds[-1].index
    for one in record.rounds:
        name = "as it came" if one.index == 0 else "last" if one.index == last else "between"
        yield name, one.index, one.guard, one.telltale
    if record.control:
        yield "control", last, record.control, None


def _measures(cell, record):
    for row in _of_guards(cell, record):
        yield (*row, record.machine)


def _of_guards(cell, record):
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
            stopped = one.from_stopped
            yield (*start, "broken", attack, stopped.events, stopped.trials, stopped.rate)
            yield (*start, "median queries", attack, "", stopped.trials, _median(one.first))


def _median(first):
    """Queries to a first failure, from seeds that are stopped: infinite beyond the budget, None of none."""
    queries = [math.inf if each is None else each for each in first if each != 1]
    return statistics.median_high(queries) if queries else None


def _attempts(cell, record, runs):
    for name, _, guard, _ in _guards(record):
        if name == "between":
            continue
        table = read_table(runs / cell.guard / cell.name / guard.evaluation / "attempts.parquet")
        for i in range(len(table["outcome"])):
            values = (table[column][i] for column in ATTEMPTS[4:])
            yield (cell.guard, cell.seed, cell.arm, name, *("" if v is None else v for v in values))
