"""The study of deployment quantities, whole, on untrained models of a few weights."""

import csv

import pytest

from holdfast.campaign.pools import draw_pool
from holdfast.core.seeds import Stream
from holdfast.evaluation.deployment.reweighted import METHOD, REFUSALS_METHOD
from holdfast.evaluation.rare.measured import measurements_read
from holdfast.models.classifier import Classifier
from holdfast.models.generator import Generator
from holdfast.models.size import ModelSize
from holdfast.tasks import tasks
from research.deployment.coverage import World, measure, measurements, worlds
from research.deployment.study import main

SIZE = ModelSize(layers=1, width=8, heads=1, positions=48)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    task, folder = tasks.get("brackets")(), tmp_path_factory.mktemp("run")
    Generator.create(task, SIZE, Stream(1)).save(folder / "models" / "generator")
    Classifier.create(task, SIZE, Stream(2)).save(folder / "models" / "classifier-00")
    return folder


def test_it_writes_a_page_and_the_curves(run, tmp_path):
    options = "--task brackets --rounds 0 --prompts 120 --rate 0.9 --repetitions 3".split()
    measured = tmp_path / "measured.json"
    main(["--run", str(run), *options, "--out", str(tmp_path), "--measured", str(measured)])
    page = (tmp_path / "deployment.md").read_text()
    rows = list(csv.DictReader((tmp_path / "deployment.csv").read_text().splitlines()))
    for heading in (
        "Two estimates",
        "Threshold against quality",
        "Thresholds chosen",
        "change what is written",
    ):
        assert heading in page
    assert page.count("| round 0 |") in (1, 2)  # without pairs enough, no threshold may pass
    assert len(rows) >= 2
    shipped = measurements_read(measured.read_text())
    assert {row.method for row in shipped} == {METHOD, REFUSALS_METHOD}
    assert {row.coverage.covered.trials for row in shipped} == {3}
    # An untrained classifier says nothing: without a filter or with one, some nine in ten are unbalanced.
    assert all(0.5 < float(row["reweighted"]) <= 1 for row in rows)
    assert [float(r["refusals"]) for r in rows] == sorted((float(r["refusals"]) for r in rows), reverse=True)


def test_a_pool_is_judged_and_the_same_for_the_same_stream(run):
    task = tasks.get("brackets")()
    generator = Generator.load(run / "models" / "generator", task)
    pool, again = (draw_pool(task, generator, 12, 3, Stream(5)) for _ in range(2))
    assert pool.snippets == again.snippets
    assert pool.catastrophic.shape == pool.quality.shape == (12, 3)
    verdicts = task.oracle.judge(pool.snippets[1])
    assert [v.catastrophic for v in verdicts] == pool.catastrophic[:, 1].tolist()
    assert len({s.prompt for s in pool.snippets[0]}) > 5
    assert [s.prompt for s in pool.snippets[0]] == [s.prompt for s in pool.snippets[2]]


@pytest.mark.parametrize("rate", [1e-2, 1e-6])
def test_worlds_have_about_the_rate_they_are_named_for(rate):
    for world in worlds(rate):
        assert rate / 2 < world.truth < 2 * rate
        assert world.refusals == pytest.approx(
            sum(w * (1 - a) ** 10 for w, a in zip(world.shares, world.passes, strict=True))
        )


def test_simulated_sums_are_those_of_the_world():
    world = World("", (0.5, 0.5), (0.9, 0.2), (0.1, 0.05))
    sums = world.outcome_sums(200_000, Stream(1).numpy())
    assert sums.prompts == 200_000
    assert sums.failures / sums.answered == pytest.approx(world.truth, rel=0.02)


def test_the_interval_covers_at_every_rate():
    cells = measure(60, Stream(3), rates=(1e-2, 1e-6))
    # 57 of 60 are expected at the least; 50 is four standard deviations below.
    assert all(cell.covered.events >= 50 and cell.below.events >= 50 for cell in cells)
    assert all(cell.refusals.events >= 50 for cell in cells)
    assert 0 < sum(cell.refused for cell in cells) < len(cells)
    rows = measurements(cells)
    assert len(rows) == len(cells) + sum(cell.refused for cell in cells)
    assert len(cells) == 18
