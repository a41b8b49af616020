"""The study of estimates: its truths are true, its cells filled once, and its page tells what came out."""

import csv
import json

import numpy as np
import pytest

from holdfast.campaign.loop import Campaign
from holdfast.campaign.study.plan import StudyPlan
from holdfast.campaign.study.running import run_study
from holdfast.core.errors import UserError
from holdfast.core.progress import Silent
from holdfast.core.seeds import Stream
from holdfast.evaluation.rare.measured import Measurement
from holdfast.models.classifier import Classifier, ModelSize
from holdfast.tasks.brackets import Brackets, enumerate_snippets, exact_counts
from research.estimates import storyworld as estimate_storyworld
from research.estimates import study
from research.estimates.brackets import Enumerated, independent_tokens, mostly_balanced
from research.estimates.methods import PLAIN, POOL_METHODS, Effort
from research.estimates.problems import FinitePool, TwoGaussians, threshold_for
from research.estimates.searches import SEARCH_METHODS, gaussian_walk
from research.estimates.storyworld import JudgedDraws, judged_draws, natural_search
from tiny import tiny

LITTLE = Effort(labels=200, pool=4000, training=500, judged=1000, searches=0.05)


@pytest.fixture(scope="module")
def whole():
    """All strings of 8 under three classifiers of random weights."""
    size = ModelSize(layers=1, width=16, heads=2, positions=16)
    models = [Classifier.create(Brackets(), size, Stream(seed)) for seed in range(3)]
    return Enumerated.score(models, 8), models[-1]


def test_every_string_is_scored_judged_and_found_again(whole):
    strings, newest = whole
    snippets = list(enumerate_snippets(8))
    assert np.count_nonzero(strings.catastrophic) == exact_counts(8).catastrophic
    direct = newest.log_odds(newest.codec.encode(snippets[100:103]))
    assert strings.log_odds[-1, 100:103] == pytest.approx(direct, abs=1e-5)
    distribution = independent_tokens(strings, 0.01).event.distribution
    states = distribution.sample(50, Stream(1))
    for state, place in zip(states, strings.places(states), strict=True):
        text = "".join("()"[bit] for bit in (*state.prompt, *state.completion))
        assert text == snippets[place].prompt + snippets[place].completion


def test_gains_are_the_gradient_that_a_small_step_sees(whole):
    """Between the two brackets at one place the gain tells the first-order change of the log odds."""
    strings, newest = whole
    words = newest.codec.encode_text("()")
    (tokens,) = newest.codec.encode(list(enumerate_snippets(8))[37:38])
    gradient = newest.gradients([tokens])[0]
    step = newest.embedding_matrix()[words[1]] - newest.embedding_matrix()[words[0]]
    along = np.concatenate([gradient.prompt, gradient.completion]) @ step
    assert strings.gains[37, :, 1] - strings.gains[37, :, 0] == pytest.approx(-along, abs=1e-5)


@pytest.mark.parametrize("wanted", [0.05, 0.01])
def test_the_rate_of_independent_tokens_is_what_brute_force_finds(whole, wanted):
    search = independent_tokens(whole[0], wanted)
    drawn = search.event.distribution.sample(40_000, Stream(2))
    below = search.event.log_odds(drawn) < search.event.threshold_log_odds
    failed = below & search.event.catastrophic(drawn)
    assert wanted / 3 < search.rate < wanted * 3
    assert failed.mean() == pytest.approx(search.rate, abs=4 * np.sqrt(search.rate / 40_000))
    assert below.mean() == pytest.approx(search.passing, abs=4 * np.sqrt(search.passing / 40_000))


@pytest.mark.parametrize("make", [lambda whole: mostly_balanced(whole, 2e-3), lambda _: TwoGaussians(2e-3)])
def test_the_rate_of_a_pool_is_what_brute_force_finds(whole, make):
    problem = make(whole[0])
    draws = problem.draw(200_000, Stream(3))
    failed = draws.catastrophic & (draws.newest < 0)
    assert failed.mean() == pytest.approx(problem.rate, abs=4 * np.sqrt(problem.rate / 200_000))
    assert len(draws.passing) / 200_000 == pytest.approx(problem.passing, abs=0.005)
    harmless = ~draws.catastrophic
    accepted = [(margins[draws.places] < 0)[harmless].mean() for margins in draws.margins]
    assert accepted == pytest.approx([accepted[-1]] * len(accepted), abs=0.1)


def test_earlier_checkpoints_of_the_toy_fail_more():
    draws = TwoGaussians(1e-3).draw(100_000, Stream(0))
    failed = [(margins[draws.places] < 0)[draws.catastrophic].mean() for margins in draws.margins]
    assert failed == sorted(failed, reverse=True)
    assert failed[0] > 3 * failed[-1]


def test_the_gaussian_half_space_has_the_rate_it_says():
    search = gaussian_walk(0.02)
    drawn = search.event.distribution.sample(50_000, Stream(4))
    failed = (search.event.log_odds(drawn) < search.event.threshold_log_odds) & search.event.catastrophic(
        drawn
    )
    assert failed.mean() == pytest.approx(0.02, abs=4 * np.sqrt(0.02 / 50_000))


@pytest.mark.parametrize("rate", [1e-5, 0.9])
def test_a_rate_that_the_draws_cannot_have_is_refused(rate):
    with pytest.raises(UserError, match="no threshold gives"):
        threshold_for(np.full(100, 0.01), np.arange(100.0), np.arange(100) % 2 == 0, rate)


def test_ties_pass_or_fail_together():
    pool = FinitePool(
        "ties", np.full(4, 0.25), np.array([[0, 0, 0, 0], [1, 1, 2, 3.0]]), np.array([1, 1, 1, 0], bool), 0.3
    )
    assert pool.rate == 0.5
    assert pool.threshold_log_odds == 1.5


@pytest.mark.parametrize("name", POOL_METHODS)
def test_every_pool_method_gives_what_it_says(name):
    attempts = POOL_METHODS[name](TwoGaussians(5e-3), LITTLE, Stream(0))
    for attempt in attempts:
        assert 0 <= attempt.estimate.value < 0.1
        assert attempt.estimate.labels <= LITTLE.judged
        assert attempt.estimate.interval.lower <= attempt.estimate.value <= attempt.estimate.interval.upper
    assert len({attempt.kind for attempt in attempts}) == len(attempts)


@pytest.mark.parametrize("name", SEARCH_METHODS)
def test_every_search_runs_where_tokens_are_independent(whole, name):
    (attempt,) = SEARCH_METHODS[name](independent_tokens(whole[0], 0.02), LITTLE, Stream(0))
    assert 0 <= attempt.estimate.value < 0.5
    assert attempt.estimate.queries > 0


def test_a_predictor_without_a_failure_to_learn_from_falls_back_on_the_score():
    few = Effort(labels=200, pool=4000, training=20, judged=1000)
    attempts = POOL_METHODS["predictor"](TwoGaussians(1e-3), few, Stream(0))
    assert all(attempt.estimate.value >= 0 for attempt in attempts)


def test_the_extreme_value_forecast_declines_where_it_has_no_tail():
    few = Effort(judged=50)
    (attempt,) = POOL_METHODS["extreme"](TwoGaussians(1e-3), few, Stream(0))
    assert attempt.estimate is None


@pytest.mark.slow
def test_storyworlds_draws_are_put_together_from_a_run(tmp_path, monkeypatch):
    Campaign(tiny(rounds=1), tmp_path / "runs" / "trial").run()
    run, place = tmp_path / "runs" / "trial", tmp_path / "draws.npz"
    models = sorted((run / "models").glob("classifier-*"))
    draws = JudgedDraws.read(place, run, models, Silent())
    again = JudgedDraws.read(place, tmp_path / "gone", [], Silent())
    assert (draws.log_odds == again.log_odds).all()
    assert draws.log_odds.shape == (2, len(draws.catastrophic))
    monkeypatch.setattr(estimate_storyworld, "read_table", lambda *_: {"log_odds": np.zeros(3)})
    rescored = JudgedDraws.read(tmp_path / "rescored.npz", run, models[-1:], Silent())
    assert rescored.log_odds == pytest.approx(draws.log_odds[-1:], abs=1e-4)
    bad = np.arange(len(draws.catastrophic)) < 10
    pool = judged_draws(JudgedDraws(draws.log_odds, bad), 2 / len(bad))
    assert pool.rate == pytest.approx(2 / len(bad))
    search = natural_search(JudgedDraws(draws.log_odds, bad), run, 0.05)
    drawn = search.event.distribution.sample(20, Stream(5))
    assert search.event.log_odds(drawn).shape == search.event.catastrophic(drawn).shape == (20,)
    assert search.rate == judged_draws(JudgedDraws(draws.log_odds, bad), 0.05).rate
    with pytest.raises(UserError, match="no threshold"):
        _ = judged_draws(JudgedDraws(draws.log_odds, bad & ~bad), 0.01).rate


SMALL = [
    *["--subjects", "toy", "--rates", "5e-3", "--repetitions", "4", "--labels", "200", "--pool", "4000"],
    *["--training", "500", "--judged", "1000", "--searches", "0.05"],
]


def test_the_study_is_told_and_its_cells_are_filled_once(tmp_path):
    runs, out, measured = tmp_path / "runs", tmp_path / "out", tmp_path / "measured.json"
    study.main([*SMALL, "--runs", str(runs), "--out", str(out), "--measured", str(measured)])
    rows = list(csv.DictReader((out / "estimates.csv").open()))
    methods = {(row["method"], row["interval"]) for row in rows}
    assert ("score-stratified sampling", "finite-sample") in methods
    assert ("plain Monte Carlo", "finite-sample") in methods
    assert {row["repetitions"] for row in rows} <= {"4", "3", "2", "1"}
    text = (out / "estimates.md").read_text()
    assert "--subjects toy --rates 0.005 --repetitions 4 --labels 200 --pool 4000" in text
    assert str(tmp_path) not in text
    assert "## Two Gaussians" in text
    shipped = [Measurement.of_json(row) for row in json.loads(measured.read_text())]
    known = {(row["method"], row["interval"]) for row in rows if int(row["intervals"])}
    assert {(row.method, row.interval_kind) for row in shipped} == known - {(PLAIN, "finite-sample")}
    kept = runs / "estimates" / "rows.jsonl"
    lines = kept.read_text().splitlines(keepends=True)
    study.main([*SMALL, "--runs", str(runs), "--out", str(out)])
    assert kept.read_text() == "".join(lines)
    kept.write_text("".join(line for line in lines if '"toy splitting"' not in line))
    study.main([*SMALL, "--runs", str(runs), "--out", str(out), "--filled"])
    text = (out / "estimates.md").read_text()
    assert "splitting" not in text
    assert "--filled --subjects toy" in text
    few = StudyPlan("estimates", study.ENDPOINT, study.plan(planned(runs, 3)).cells)
    (cell,) = [cell for cell in few.cells if cell.arm == "toy stratified" and cell.budget == "5e-03"]
    kept.write_text("".join(line for line in lines if '"toy stratified"' not in line))
    run_study(few, kept, study.Estimates(runs), only=[cell])
    study.main([*SMALL, "--runs", str(runs), "--out", str(out), "--filled"])
    text = (out / "estimates.md").read_text()
    assert "of 4 repetitions unless" in text
    assert "| score-stratified sampling, 3 repetitions | finite-sample |" in text


def planned(runs, repetitions):
    """The jobs of `SMALL`, with so many repetitions."""
    effort = study.Effort(labels=200, pool=4000, training=500, judged=1000, searches=0.05)
    options = {"repetitions": repetitions, "runs": runs, "effort": effort}
    return list(study.jobs(["toy"], study.METHODS, [5e-3], **options))


def test_every_cell_is_another(tmp_path):
    options = {"repetitions": 200, "runs": tmp_path}
    planned = list(study.jobs(study.SUBJECTS, study.METHODS, study.RATES, **options))
    other = list(study.jobs(study.SUBJECTS, study.METHODS, study.RATES, effort=LITTLE, **options))
    assert len({job.cell.hash for job in [*planned, *other]}) == 2 * len(planned)
    assert not [job for job in planned if job.subject == "storyworld" and job.rate < 1e-5]
    assert not [job for job in planned if (job.subject, job.method) == ("toy", "itgis")]
