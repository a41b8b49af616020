"""The study of transfer: equal examples for every arm, models and cells made once, pairs told exactly."""

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from holdfast.core.errors import UserError
from holdfast.core.snippet import Snippet
from holdfast.evaluation import Pairs, Proportion
from holdfast.evaluation.differences import paired_difference
from research.transfer import study
from research.transfer.arms import CONTROL, FIRST, Gathered, Regime, Trained
from research.transfer.counts import Attacked, gains_over_control, matrix_of, mean_gain
from research.transfer.page import page, table
from tiny import tiny

LITTLE = [
    *"--tasks brackets --seeds 0 --attacks random_rewrite genetic --starts 4 --budgets 10 30".split(),
    *"--rounds 2 --positives 6 --negatives 3 --per-seed 2 --most-seeds 60 --queries 30 --steps 4".split(),
]


@pytest.fixture
def campaign(monkeypatch):
    config = tiny("brackets", rounds=0)
    monkeypatch.setattr(study.demo_models, "campaigns", lambda seeds: {"brackets": [config]})
    return config


@pytest.mark.slow
def test_the_study_is_told_and_goes_on_where_it_was(campaign, tmp_path):
    runs, out = tmp_path / "runs", tmp_path / "out"
    study.main([*LITTLE, "--runs", str(runs), "--out", str(out)])
    text, rows = (out / "transfer.md").read_text(), list(csv.DictReader((out / "transfer.csv").open()))
    for heading in ("within 10 queries", "within 30 queries", "### Replayed", "*What it says:*"):
        assert heading in text
    assert "--tasks brackets --seeds 0 --attacks random_rewrite genetic" in text
    assert str(tmp_path) not in text
    assert {row["trained_on"] for row in rows} == {FIRST, CONTROL, "random_rewrite", "genetic"}
    assert len(rows) == 8
    assert all(int(r["broken_within_10"]) <= int(r["broken_within_30"]) <= 4 for r in rows)
    shown = {(r["attacked_by"], r["trained_on"]): r for r in rows}
    for attack in ("random_rewrite", "genetic"):
        broken = shown[attack, FIRST]["broken_within_30"]
        assert {shown[attack, arm]["replayed_shown"] for arm in (CONTROL, "genetic")} == {broken}
    arms = {
        p.name.split("-")[2]: json.loads(p.read_text()) for p in (runs / "transfer").glob("*-????????.json")
    }
    assert arms["clean"]["rounds"] == []
    for name in ("random_rewrite", "genetic"):
        assert [(g["positives"], g["negatives"]) for g in arms[name]["rounds"]] == [(6, 3), (6, 3)]
    kept = runs / "transfer" / "rows.jsonl"
    lines = kept.read_text().splitlines(keepends=True)
    kept.write_text("".join(lines[:-1]))
    with pytest.raises(UserError, match="no campaign"):
        study.main([*LITTLE, "--filled", "--runs", str(runs), "--out", str(out)])
    assert kept.read_text() == "".join(lines[:-1])
    kept.write_text("".join(lines))
    study.main([*LITTLE, "--filled", "--runs", str(runs), "--out", str(out)])
    assert list(csv.DictReader((out / "transfer.csv").open())) == rows
    study.main([*LITTLE, "--runs", str(runs), "--out", str(out)])
    assert kept.read_text() == "".join(lines)


def test_another_regime_is_another_model_and_every_cell_is_another(tmp_path):
    extent = {"starts": 4, "queries": 30}
    one, other = (
        list(study.jobs(study.TASKS, [0, 1], study.ATTACKS, tmp_path, regime=Regime(steps=steps), **extent))
        for steps in (3, 4)
    )
    assert len({job.cell.hash for job in [*one, *other]}) == 2 * len(one)
    assert len({job.model for job in [*one, *other]}) == 2 * len(one) == 2 * 2 * 2 * (2 + len(study.ATTACKS))
    assert study.plan(one).endpoint == study.ENDPOINT
    assert replace(one[0], runs=tmp_path / "moved").cell == one[0].cell


def cell(arm, attack, queries, seed=0, replayed=None):
    trained = None if arm == FIRST else Trained((Gathered(6, 3, 50, 900),), 0.5, Proportion(1, 40))
    failures = tuple(None if q is None else Snippet("a", str(i)) for i, q in enumerate(queries))
    return Attacked("brackets", seed, arm, attack, tuple(queries), failures, trained, replayed)


CELLS = [
    cell(FIRST, "a", [3, 3, 3, 3]),
    cell(FIRST, "b", [3, 3, 3, None]),
    cell(CONTROL, "a", [3, 9, 40, None], replayed=Proportion(3, 4)),
    cell(CONTROL, "b", [3, 9, 40, 40], replayed=Proportion(2, 3)),
    cell("a", "a", [None, None, 40, None], replayed=Proportion(0, 4)),
    cell("a", "b", [3, None, None, 40], replayed=Proportion(1, 3)),
    cell("b", "a", [3, 9, 40, 40], replayed=Proportion(3, 4)),
    cell("b", "b", [None, None, None, None], replayed=Proportion(0, 3)),
]


def test_rates_are_within_a_budget_and_pooled_over_campaigns():
    more = [replace(one, seed=1) for one in CELLS]
    matrix = matrix_of([*CELLS, *more], 10)
    assert matrix.models == (FIRST, CONTROL, "a", "b")
    assert matrix.cell(CONTROL, "a").through == Proportion(4, 8)
    assert matrix.cell(CONTROL, "a").limits == Proportion(4, 8).interval()
    assert matrix_of(CELLS, 50).cell(CONTROL, "a").through == Proportion(3, 4)
    assert matrix_of(CELLS, None).cell("a", "b").through == Proportion(1, 3)


def test_gains_are_exact_start_by_start_and_hold_together():
    gains = gains_over_control(CELLS, 50, tables=2)
    assert set(gains) == {("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")}
    # control [1 1 1 0] against own [0 0 1 0]: one start in common, two the control's alone
    assert gains["a", "a"] == paired_difference(Pairs(4, 1, 2, 0), 1 - 0.05 / 8)
    assert gains["a", "a"].estimate == 0.5
    assert gains["b", "a"].estimate == -0.25


def test_the_mean_gain_counts_each_start_once():
    found = mean_gain(CELLS, 50, own=True)
    # by start: (1 + 1) / 2, (1 + 1) / 2, (0 + 1) / 2, (0 + 1) / 2, less nothing
    by_start = 100 * np.array([1.0, 1.0, 0.5, 0.5])
    expected = stats.ttest_1samp(by_start, 0).confidence_interval(0.95)
    assert found.points == pytest.approx(by_start.mean())
    assert found.limits.lower == pytest.approx(expected.low)
    assert found.limits.upper == 100 < expected.high
    assert mean_gain(CELLS[:4], 50, own=True) is None


def test_the_page_says_what_the_numbers_say():
    text = page(CELLS, Regime(), [10, 50], "a test")
    assert "the gain is +75 points (+29 to +100) against its own attack" in text
    assert "| `a` | 6 | 3 | 900 | 2 % (0–13) |" in text
    assert "of the failures shown again 29 % pass a model trained against an attack" in text
    assert "71 % pass the control" in text
    rows = list(csv.DictReader(io.StringIO(table(CELLS, [10, 50]))))
    assert [row["broken_within_10"] for row in rows] == ["4", "3", "2", "2", "0", "1", "2", "0"]
    assert rows[0]["replayed_shown"] == ""
    assert rows[-1]["replayed_shown"] == "3"
