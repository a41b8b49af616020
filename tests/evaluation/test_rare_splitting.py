"""Splitting on ties: the Poisson law, the bias of what ignores ties, and tasks whose truth is counted."""

import math
from dataclasses import dataclass, replace

import numpy as np
import pytest

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.rare.chain import Move, RareFailure
from holdfast.evaluation.rare.splitting import SplittingSettings, estimate_by_splitting, overdispersion
from holdfast.evaluation.rare.token_independent import TokenIndependent


@dataclass(frozen=True)
class Gaussian:
    """A standard normal number; a move is an autoregressive step, which leaves it as it is."""

    keep: float = 0.6

    def sample(self, count, stream):
        return stream.numpy().normal(size=count).tolist()

    def refresh(self, states, stream):
        fresh = stream.numpy().normal(size=len(states))
        return [
            Move(self.keep * x + math.sqrt(1 - self.keep**2) * z) for x, z in zip(states, fresh, strict=True)
        ]


def gaussian(threshold: float, step: float = 0.0) -> tuple[RareFailure[float], float]:
    """Failure where the number, rounded down to multiples of `step`, exceeds the threshold; and its truth."""

    def rounded(x):
        return np.floor(np.asarray(x) / step) * step if step else np.asarray(x)

    first = (math.floor(threshold / step) + 1) * step if step else threshold
    event = RareFailure(Gaussian(), lambda x: -rounded(x), lambda x: np.ones(len(x)), -threshold)
    return event, math.erfc(first / math.sqrt(2)) / 2


SETTINGS = SplittingSettings(draws=40, particles=40, steps=20, at_once=0.25)


def repeated(event, settings, times, seed=1):
    return [estimate_by_splitting(event, settings, Stream(seed).child(i)) for i in range(times)]


@pytest.mark.parametrize("step", [0.0, 0.9], ids=["continuous", "ties"])
def test_jumps_are_poisson_and_the_estimate_unbiased_whether_margins_tie_or_not(step):
    event, truth = gaussian(2.9, step)
    found = repeated(event, SETTINGS, 40)
    jumps = np.array([r.jumps for r in found])
    mean = -SETTINGS.particles * math.log(truth)
    assert abs(jumps.mean() - mean) < 4 * math.sqrt(mean / 40)
    values = np.array([r.estimate.value for r in found])
    assert abs(values.mean() / truth - 1) < 4 * values.std() / truth / math.sqrt(40)
    covered = Proportion(sum(truth in r.estimate.interval for r in found), 40)
    assert covered.upper(0.999) >= 0.95
    assert covered.events >= 32


@pytest.mark.parametrize("step", [0.0, 0.9], ids=["continuous", "ties"])
def test_the_first_levels_are_those_of_the_natural_draws(step):
    """Of m draws the N highest walk: log p lacks Σ 1/k for k from N + 1 to m, in the mean (Rényi, 1953)."""
    event, truth = gaussian(2.9, step)
    found = repeated(event, replace(SETTINGS, draws=400), 40)
    jumps, ranks = np.array([r.jumps for r in found]), np.arange(41, 401)
    mean = 40 * (-math.log(truth) - (1 / ranks).sum())
    spread = math.sqrt(mean + 40**2 * (1 / ranks**2).sum())
    assert abs(jumps.mean() - mean) < 4 * spread / math.sqrt(40)
    values = np.array([r.estimate.value for r in found])
    assert abs(values.mean() / truth - 1) < 4 * values.std() / truth / math.sqrt(40)
    assert Proportion(sum(truth in r.estimate.interval for r in found), 40).upper(0.999) >= 0.95
    assert all(r.estimate.queries < 400 + 1.5 * r.jumps * SETTINGS.steps for r in found)


def test_where_as_many_draws_fail_as_would_walk_they_are_counted():
    event, truth = gaussian(0.5)
    (found,) = repeated(event, replace(SETTINGS, draws=400), 1)
    failures = round(found.estimate.value * 400)
    assert found.jumps == 0
    assert not found.gave_up
    assert abs(failures - 400 * truth) < 4 * math.sqrt(400 * truth)
    assert found.estimate.interval == Proportion(failures, 400).interval()


def test_splitting_that_ignores_ties_is_biased_either_way():
    """The same walks drawn ideally, from the rounded Gaussian itself: above, or not below, their place."""
    event, truth = gaussian(2.9, 0.9)
    atoms = np.arange(-6, 7) * 0.9
    ends = np.array([math.erfc(a / math.sqrt(2)) / 2 for a in [*atoms, math.inf]])
    masses = ends[:-1] - ends[1:]
    draw, walks = np.random.default_rng(2), 1500

    def jumps(strict: bool) -> int:
        count = 0
        for _ in range(walks):
            at = draw.choice(len(atoms), p=masses / masses.sum())
            while atoms[at] <= 2.9:
                count += 1
                above = masses * (np.arange(len(atoms)) > at - (not strict))
                at = draw.choice(len(atoms), p=above / above.sum())
        return count

    too_high = math.exp(-jumps(strict=True) / walks)
    too_low = math.exp(-jumps(strict=False) / walks)
    assert too_high > 2 * truth
    assert too_low < truth / 2
    corrected = np.mean([r.estimate.value for r in repeated(event, SETTINGS, 10, seed=9)])
    assert 0.7 < corrected / truth < 1.4


@pytest.mark.parametrize("jumps", [40, 400])
def test_families_of_ideal_chains_show_no_overdispersion_and_those_of_stuck_ones_do(jumps):
    """Families as jumps make them by chance: each jump takes a random walk into another's family."""
    draw, count = np.random.default_rng(3), 50
    excess = []
    for _ in range(200):
        families = np.arange(count)
        for _ in range(jumps):
            lost, copied = draw.choice(count, 2, replace=False)
            families[lost] = families[copied]
        sizes = np.bincount(families)
        different = 1 - (sizes * (sizes - 1)).sum() / (count * (count - 1))
        excess.append((1 - different * (count**2 / (count**2 - 1)) ** jumps) * count**2 / jumps)
        assert overdispersion(families, jumps) == pytest.approx(max(1.0, excess[-1]))
    # A pair stays apart in a jump with probability 1 - 2 / N (N - 1), so that the mean is known exactly.
    expected = (1 - (1 - 1 / (count - 1) ** 2) ** jumps) * count**2 / jumps
    assert 0.9 < expected < 1.05
    assert abs(np.mean(excess) - expected) < 4 * np.std(excess) / math.sqrt(200)
    assert overdispersion(np.repeat([0, 1], 25), jumps) > 2
    assert overdispersion(np.arange(count), 0) == 1


def test_chains_that_hardly_move_get_a_wider_interval():
    event, truth = gaussian(2.9)
    settings = SplittingSettings(draws=40, particles=40, steps=1, at_once=0.25)
    found = repeated(event, settings, 40)
    assert np.median([r.overdispersion for r in found]) > 2
    assert np.var([math.log(r.estimate.value) for r in found]) > 2 * -math.log(truth) / 40
    assert Proportion(sum(truth in r.estimate.interval for r in found), 40).upper(0.99) > 0.9


def balanced(state: Tokens) -> bool:
    depth = 0
    for word in (*state.prompt, *state.completion):
        depth += 1 if word == 5 else -1
        if depth < 0:
            return False
    return depth == 0


BRACKETS = TokenIndependent.uniform((5, 6), 14, 7)
PLACES = 1 + np.cos(np.arange(14) * 1.7) / 3


def suspicion(states):
    """A made-up classifier: log odds that fall with the weighted opening brackets; it ties now and then."""
    ids = np.array([(*s.prompt, *s.completion) for s in states])
    return np.round(2.0 - 1.1 * ((ids == 5) * PLACES).sum(axis=1), 1)


def unbalanced(states):
    return np.array([not balanced(s) for s in states])


def test_counts_the_failures_of_a_small_bracket_task():
    every = [Tokens(b[:7], b[7:]) for b in np.ndindex(*(2,) * 14)]
    every = [Tokens(tuple(5 + w for w in p), tuple(5 + w for w in c)) for p, c in every]
    log_odds, bad = suspicion(every), unbalanced(every)
    threshold = float(np.quantile(log_odds, 0.0015))
    truth = float((bad & (log_odds < threshold)).mean())
    event = RareFailure(BRACKETS, suspicion, unbalanced, threshold)
    assert 0.0005 < truth < 0.002
    found = repeated(event, SplittingSettings(draws=200, particles=40, steps=15, at_once=0.25), 20)
    values = np.array([r.estimate.value for r in found])
    assert abs(values.mean() / truth - 1) < 4 * values.std() / truth / math.sqrt(20)
    assert sum(truth in r.estimate.interval for r in found) >= 15
    assert all(0.05 < r.diagnostics.acceptance < 0.9 for r in found)
    assert all(1 <= r.diagnostics.ancestors <= 40 for r in found)


def test_the_same_stream_gives_the_same_estimate_and_costs_are_counted():
    asked, judged = [], []

    def scorer(states):
        asked.append(len(states))
        return suspicion(states)

    def judge(states):
        judged.append(len(states))
        return unbalanced(states)

    event = RareFailure(BRACKETS, scorer, judge, -9.0, judge_first=False)
    settings = SplittingSettings(draws=100, particles=20, steps=5, smallest=1e-3)
    first = estimate_by_splitting(event, settings, Stream(3))
    assert (first.estimate.queries, first.estimate.labels) == (sum(asked), sum(judged))
    assert estimate_by_splitting(event, settings, Stream(3)) == first
    assert "estimated" in str(first.estimate)


def test_gives_up_where_there_is_no_failure_and_keeps_the_limit_of_the_plain_draws():
    event = RareFailure(BRACKETS, suspicion, unbalanced, -40.0)
    found = estimate_by_splitting(event, SplittingSettings(100, 20, 3, 0.5, smallest=1e-3), Stream(3))
    assert found.gave_up
    assert found.estimate.value == 0
    assert found.estimate.interval.lower == 0
    assert found.estimate.interval.upper == pytest.approx(Proportion(0, 100).interval().upper)


def test_without_catastrophes_says_what_the_plain_draws_say():
    event = RareFailure(BRACKETS, suspicion, lambda s: np.zeros(len(s), dtype=bool), 0.0)
    found = estimate_by_splitting(event, SplittingSettings(draws=100), Stream(3))
    assert found.gave_up
    assert found.estimate.interval.upper == pytest.approx(Proportion(0, 100).interval().upper)
    assert found.estimate.queries == 0


def test_walks_stuck_on_a_plateau_exclude_nothing():
    """No move leads from the noisy plateau to the failures, which a natural draw in a thousand is."""

    class Islands:
        def sample(self, count, stream):
            return stream.numpy().random(count).tolist()

        def refresh(self, states, stream):
            fresh = stream.numpy().random(len(states))
            return [Move(y if (x < 1e-3) == (y < 1e-3) else x) for x, y in zip(states, fresh, strict=True)]

    event = RareFailure(
        Islands(), lambda s: [-9 if x < 1e-3 else 5 + x for x in s], lambda s: np.ones(len(s)), 0.0
    )
    found = repeated(event, SplittingSettings(40, 40, 5, 0.25, smallest=1e-6), 12)
    assert sum(r.gave_up for r in found) >= 8
    assert all(1e-3 in r.estimate.interval for r in found if r.gave_up)


@pytest.mark.parametrize("wrong", [{"particles": 1}, {"steps": 0}, {"at_once": 0.6}, {"smallest": 0.0}])
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match=r"splitting needs|at_once lies"):
        SplittingSettings(**wrong)
