"""Reference: worlds of a few kinds of prompts, where deployment's rates follow in closed form."""

from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from holdfast.core.errors import UserError
from holdfast.evaluation import Proportion, natural_outcome
from holdfast.evaluation.deployment.reweighted import (
    pool_outcomes,
    reweighted_outcome,
    separate_outcomes,
)


@dataclass(frozen=True)
class World:
    """Kinds of prompts: their shares, P(a draw passes), P(a draw passes and is a catastrophe)."""

    shares: tuple[float, ...]
    passes: tuple[float, ...]
    fails: tuple[float, ...]
    refused_catastrophes: float = 0.9
    """Share of catastrophes among refused draws."""

    def truth(self, max_draws: int) -> tuple[float, float, float]:
        """Failures per completion, refusals per prompt, draws per completion."""
        w, a, b = np.array(self.shares), np.array(self.passes), np.array(self.fails)
        answered = w @ (1 - (1 - a) ** max_draws)
        failures = w @ (b / a * (1 - (1 - a) ** max_draws))
        draws = w @ ((1 - (1 - a) ** max_draws) / a)
        return failures / answered, 1 - answered, draws / answered

    def pool(self, prompts: int, draws: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Log odds, of which negative ones pass, and verdicts."""
        kind = rng.choice(len(self.shares), size=prompts, p=self.shares)
        a, b = np.array(self.passes)[kind, None], np.array(self.fails)[kind, None]
        u = rng.random((prompts, draws))
        passes = u < a
        catastrophic = np.where(passes, u < b, rng.random(u.shape) < self.refused_catastrophes)
        return np.where(passes, -1.0, 1.0) * rng.uniform(0.5, 2.0, u.shape), catastrophic


HARD_PROMPTS = World(shares=(0.95, 0.05), passes=(0.98, 0.1), fails=(0.0, 0.03))
"""One prompt in twenty is refused most of the time, and what passes there is often a catastrophe."""


def test_the_two_estimators_agree_with_each_other_and_with_the_truth_and_the_naive_rate_does_not():
    rng = np.random.default_rng(1)
    log_odds, catastrophic = HARD_PROMPTS.pool(20_000, 10, rng)
    failures, refusals, draws = HARD_PROMPTS.truth(10)
    direct = natural_outcome(log_odds, catastrophic, 0.0)
    reweighted = reweighted_outcome(log_odds, catastrophic, 0.0, 10)
    exact, weighed = direct.failures.interval(), reweighted.failures.interval
    assert failures in exact
    assert failures in weighed
    assert max(exact.lower, weighed.lower) <= min(exact.upper, weighed.upper)
    assert direct.failures.rate in weighed
    assert reweighted.failures.value in exact
    assert refusals in direct.refusals.interval()
    assert refusals in reweighted.refusals.interval
    assert reweighted.draws_per_completion == pytest.approx(draws, rel=0.02)
    # All orders of the draws tell more than the one they came in.
    assert weighed.upper - weighed.lower < exact.upper - exact.lower
    assert reweighted.effective_completions > 1.1 * direct.completions

    passes = log_odds < 0
    accepted = Proportion(int((passes & catastrophic).sum()), int(passes.sum()))
    assert accepted.rate < failures / 4
    assert failures not in accepted.interval(0.999999)
    missed = Proportion(int((passes & catastrophic).sum()), int(catastrophic.sum()))
    naive = missed.rate * catastrophic.mean()
    assert naive < failures / 4
    assert failures > missed.interval(0.999999).upper * catastrophic.mean()


def test_a_judged_pool_and_separate_unlabelled_draws_where_they_are_needed():
    rng = np.random.default_rng(2)
    log_odds, catastrophic = HARD_PROMPTS.pool(30_000, 12, rng)
    judged, others = log_odds[:, :2], log_odds[:, 2:].copy()
    idle = ((judged < 0) & ~catastrophic[:, :2]).all(axis=1)
    others[idle] = np.nan
    outcome = reweighted_outcome(judged, catastrophic[:, :2], 0.0, 10, unlabelled=others)
    failures, refusals, draws = HARD_PROMPTS.truth(10)
    assert failures in outcome.failures.interval
    assert refusals in outcome.refusals.interval
    assert outcome.draws_per_completion == pytest.approx(draws, rel=0.02)
    assert outcome.failures.labels == 60_000
    assert outcome.failures.queries < 60_000 + 0.1 * others.size


@pytest.mark.parametrize("max_draws", [1, 2, 3])
@pytest.mark.parametrize(("a", "b"), [(0.3, 0.2), (0.05, 0.05), (0.9, 0.001), (1.0, 0.4)])
def test_both_designs_are_exactly_unbiased(a, b, max_draws):
    """Every possible outcome of one prompt, by its probability; 1/â would be far off at a = 0.05."""
    answered = 1 - (1 - a) ** max_draws
    kinds = [(1 - a, 0, 0), (a - b, 1, 0), (b, 1, 1)]  # probability, accepted, failed
    expected = np.zeros(3)
    for row in product(kinds, repeat=4):
        weight = np.prod([p for p, _, _ in row])
        accepted, failed = sum(k[1] for k in row), sum(k[2] for k in row)
        found = pool_outcomes(np.array([accepted]), np.array([failed]), 4, max_draws)
        expected += weight * np.array([found.failures[0], found.answered[0], found.draws[0]])
    assert expected == pytest.approx([b / a * answered, answered, answered / a])

    expected = np.zeros(3)
    for row in product(kinds, repeat=4):
        weight = np.prod([p for p, _, _ in row])
        refused, others = sum(1 - k[1] for k in row[:2]), sum(1 - k[1] for k in row[2:])
        failed = sum(k[2] for k in row[:2])
        found = separate_outcomes(
            2, np.array([refused]), np.array([failed]), np.array([others]), 2, max_draws
        )
        expected += weight * np.array([found.failures[0], found.answered[0], found.draws[0]])
    assert expected == pytest.approx([b / a * answered, answered, answered / a])


@given(st.integers(1, 8), st.integers(0, 8), st.integers(0, 8), st.integers(1, 8))
def test_a_pool_is_the_mean_of_the_direct_outcome_over_all_orders(draws, refused, failed, max_draws):
    refused = min(refused, draws)
    failed = min(failed, draws - refused)
    max_draws = min(max_draws, draws)
    accepted = draws - refused
    found = pool_outcomes(np.array([accepted]), np.array([failed]), draws, max_draws)
    answered = 1 - hypergeom(draws, refused, max_draws).pmf(max_draws)
    assert found.answered[0] == pytest.approx(answered)
    assert found.failures[0] == pytest.approx(failed / accepted * answered if accepted else 0)
    waits = [hypergeom(draws, refused, j).pmf(j) for j in range(max_draws)]
    assert found.draws[0] == pytest.approx(sum(waits))
    assert found.failures[0] <= found.answered[0] <= 1 + 1e-12


def test_with_as_many_draws_as_the_filter_makes_refusals_are_the_direct_ones():
    rng = np.random.default_rng(3)
    log_odds, catastrophic = HARD_PROMPTS.pool(500, 4, rng)
    direct = natural_outcome(log_odds, catastrophic, 0.0)
    assert reweighted_outcome(log_odds, catastrophic, 0.0, 4).refusals.value == direct.refusals.rate


@pytest.mark.parametrize("judged", [2, 10])
@pytest.mark.parametrize("rate", [3e-4, 3e-3])
def test_the_interval_covers_at_few_events(rate, judged):
    """Failures all in the prompts that are refused most; about 1 and 12 prompts with a failure a world."""
    world = World(shares=(1 - rate / 0.3, rate / 0.3), passes=(0.95, 0.1), fails=(0.0, 0.03))
    truth = world.truth(10)[0]
    rng = np.random.default_rng(4)
    held = above = 0
    for _ in range(300):
        scores, labels = world.pool(2000, 12 if judged == 2 else 10, rng)
        others = None if judged == 10 else scores[:, judged:]
        outcome = reweighted_outcome(scores[:, :judged], labels[:, :judged], 0.0, 10, unlabelled=others)
        held += truth in outcome.failures.interval
        above += truth <= outcome.failures_upper
    # 95 % of 300 is 285; 273 is three standard deviations below.
    assert held >= 273
    assert above >= 273


def test_no_failure_still_leaves_the_rule_of_three():
    outcome = reweighted_outcome(np.full((1000, 10), -1.0), np.zeros((1000, 10)), 0.0, 10)
    assert outcome.failures.value == 0
    assert outcome.failures_upper == pytest.approx(-np.log(0.05) / 1000, rel=1e-6)
    assert outcome.effective_completions is None


def test_nothing_answered_is_no_rate():
    outcome = reweighted_outcome(np.ones((5, 3)), np.ones((5, 3)), 0.0, 3)
    assert outcome.failures is None
    assert outcome.failures_upper == 1
    assert outcome.refusals.value == 1


def test_too_few_draws_are_refused():
    pool = np.zeros((4, 3)), np.zeros((4, 3))
    with pytest.raises(UserError, match="score at least 5"):
        reweighted_outcome(*pool, 0.0, 5)
    with pytest.raises(UserError, match="score at least 4"):
        reweighted_outcome(*pool, 0.0, 5, unlabelled=np.zeros((4, 3)))
    with pytest.raises(ValueError, match="lacks scores"):
        reweighted_outcome(*pool, 0.0, 3, unlabelled=np.full((4, 3), np.nan))
    with pytest.raises(ValueError, match="no score"):
        reweighted_outcome(np.full((4, 3), np.nan), np.zeros((4, 3)), 0.0, 3)
    with pytest.raises(ValueError, match="two arrays"):
        reweighted_outcome(np.zeros((4, 3)), np.zeros((4, 2)), 0.0, 2)
