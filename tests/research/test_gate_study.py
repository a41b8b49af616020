"""The study of the gate: what each sort of guard is trained on, and the whole of it at its smallest."""

import csv

import pytest

from research.gate import study
from research.gate.guards import AGAIN, FLIPPED, HALF, LABELS, training_rows

ROWS = [{"text": f"text {i}", "label": LABELS[i % 2]} for i in range(100)]


@pytest.mark.parametrize(("arm", "count", "turned"), [(AGAIN, 100, 0), (HALF, 50, 0), (FLIPPED, 100, 20)])
def test_what_each_sort_of_guard_is_trained_on(arm, count, turned):
    made, other = training_rows(ROWS, arm, 1), training_rows(ROWS, arm, 2)
    assert len(made) == count
    was = {row["text"]: row["label"] for row in ROWS}
    assert sum(row["label"] != was[row["text"]] for row in made) == turned
    assert (made == other) == (arm == AGAIN)
    assert made == training_rows(ROWS, arm, 1)


@pytest.mark.slow
def test_the_study_runs_goes_on_and_is_told(tmp_path):
    little = "--unchanged 1 --regressions 2 --rows 240 --epochs 1 --queries 4 --attack-seeds 6".split()
    where = [*little, "--folder", str(tmp_path / "runs")]
    study.main(["run", *where, "--minutes", "0"])
    assert not (tmp_path / "runs" / "rows.jsonl").exists(), "no guard is begun"
    study.main(["run", *where])
    kept = (tmp_path / "runs" / "rows.jsonl").read_bytes()
    study.main(["run", *where])
    assert (tmp_path / "runs" / "rows.jsonl").read_bytes() == kept
    study.main(["table", *where, "--out", str(tmp_path / "out")])
    rows = list(csv.DictReader((tmp_path / "out" / "gate.csv").open()))
    assert {row["guards"] for row in rows} == {AGAIN, HALF, FLIPPED}
    assert {row["limit"] for row in rows} == {
        study.ALL,
        "no_worse_than.recall",
        "no_worse_than.false_alarms",
        "no_worse_than.queries.random_rewrite",
    }
    text = (tmp_path / "out" / "gate.md").read_text()
    assert text.count(f"| {study.ALL} |") == 3
    assert str(tmp_path) not in text
