"""Balanced moves leave their distribution as it is, in the whole space and in a part, by enumeration."""

import itertools
import math

import numpy as np
import pytest
from scipy.stats import chisquare

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.evaluation.rare.chain import Margins, RareFailure
from holdfast.evaluation.rare.guided import GRADIENT_QUERIES, GradientGuided
from holdfast.evaluation.rare.natural_text import NaturalText
from holdfast.evaluation.rare.token_independent import TokenIndependent
from holdfast.models.classifier import ModelSize
from holdfast.models.generator import Generator
from holdfast.tasks.base import Limits

COPIES = 2500
"""Independent chains, one step each at a time: their states are independent, so chi-square tests hold."""


class ThreeWords:
    """Barely a task: a vocabulary, for a generator so small that all it can write is listed."""

    name, description, limits, phenomena = "three", "", Limits(2, 3), {}
    vocabulary = ("ash", "birch", "cedar")
    oracle = None

    def words(self, text):
        return text.split()

    def text(self, words):
        return " ".join(words)

    def sample(self, count, stream, focus="natural"):
        raise NotImplementedError


PROMPTS = ((5,), (6, 7))


def prompts(count, stream):
    return [PROMPTS[i] for i in stream.numpy().choice(2, count, p=[0.3, 0.7])]


@pytest.fixture(scope="module")
def generator():
    made = Generator.create(ThreeWords(), ModelSize(1, 8, 2, positions=16), Stream(3))
    for weight in made.model.parameters():
        if weight.ndim > 1:
            weight.data.mul_(12.0)
    return made


COMPLETIONS = [c for n in range(4) for c in itertools.product((5, 6, 7), repeat=n)]


def known(text: NaturalText) -> dict[Tokens, float]:
    """Every snippet with its probability."""
    chances = dict(zip(PROMPTS, (0.3, 0.7), strict=True))
    states = [Tokens(p, c) for p in PROMPTS for c in COMPLETIONS]
    logs = text.completion_log_prob(states)
    return {s: chances[s.prompt] * math.exp(log) for s, log in zip(states, logs, strict=True)}


def agrees(states: list[Tokens], truth: dict[Tokens, float]) -> bool:
    """Whether independent states look like draws from the distribution; rare ones are taken together."""
    total = sum(truth.values())
    expected = np.array([p / total * len(states) for p in truth.values()])
    places = {state: i for i, state in enumerate(truth)}
    seen = np.bincount([places[s] for s in states], minlength=len(truth)).astype(float)
    rare = expected < 5
    expected = np.append(expected[~rare], expected[rare].sum())
    seen = np.append(seen[~rare], seen[rare].sum())
    kept = expected > 0
    return chisquare(seen[kept], expected[kept]).pvalue > 1e-3 and not seen[~kept].any()


def after(kernel, truth: dict[Tokens, float], inside, steps: int, weight=lambda state: 0.0) -> list[Tokens]:
    """Independent exact draws from p · exp(weight) within a part, each then moved so many times."""
    draw = np.random.default_rng(5)
    part = [s for s in truth if inside(s)]
    odds = np.array([truth[s] * math.exp(weight(s)) for s in part])
    states = [part[i] for i in draw.choice(len(part), COPIES, p=odds / odds.sum())]
    for step in range(steps):
        moves = kernel.refresh(states, Stream(7).child(step))
        for i, move in enumerate(moves):
            rise = move.log_ratio + weight(move.state) - weight(states[i])
            if inside(move.state) and math.log(draw.random()) < rise:
                states[i] = move.state
    return states


def test_completion_likelihoods_sum_to_one(generator):
    for temperature in (0.7, 1.0, 1.6):
        text = NaturalText(generator, prompts, max_words=3, temperature=temperature)
        assert sum(known(text).values()) == pytest.approx(1.0, abs=1e-6)


def test_draws_follow_the_likelihood(generator):
    text = NaturalText(generator, prompts, max_words=3, temperature=1.4)
    assert agrees(text.sample(COPIES, Stream(1)), known(text))


@pytest.mark.parametrize("shares", [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1)])
def test_text_moves_leave_a_part_of_the_distribution_as_it_is(generator, shares):
    text = NaturalText(generator, prompts, max_words=3, temperature=1.3, shares=shares, prompt_tries=2)
    truth = known(text)

    def inside(state):
        return len(state.completion) >= 1 and state.completion[0] != 6

    states = after(text, truth, inside, 2)
    assert agrees(states, {s: p for s, p in truth.items() if inside(s)})
    moved = [m.state for m in text.refresh(states[:200], Stream(8))]
    assert sum(a != b for a, b in zip(moved, states[:200], strict=True)) > 20


def test_a_tilted_generator_draws_by_its_stated_likelihood(generator):
    text = NaturalText(generator, prompts, max_words=3, temperature=1.3)
    tilt = np.zeros(8)
    tilt[5:8] = (1.5, -1.0, 0.4)
    truth = known(text)
    ratios = text.log_ratio(list(truth), tilt)
    tilted = {s: p * math.exp(ratio) for (s, p), ratio in zip(truth.items(), ratios, strict=True)}
    assert sum(tilted.values()) == pytest.approx(1.0, abs=1e-6)
    assert agrees(text.sample_tilted(COPIES, tilt, Stream(2)), tilted)
    assert not agrees(text.sample(COPIES, Stream(2)), tilted)


def uneven() -> TokenIndependent:
    odds = np.array([[0.5, 0.2, 0.3], [0.1, 0.0, 0.9], [0.3, 0.4, 0.3], [0.25, 0.25, 0.5]])
    with np.errstate(divide="ignore"):
        return TokenIndependent(np.log(odds), prompt_length=1)


def listed(distribution: TokenIndependent) -> dict[Tokens, float]:
    words = itertools.product(range(3), repeat=distribution.length)
    states = [Tokens(w[:1], w[1:]) for w in words]
    return dict(zip(states, np.exp(distribution.log_prob(states)), strict=True))


def test_token_moves_leave_a_part_of_the_distribution_as_it_is():
    truth = listed(uneven())
    assert sum(truth.values()) == pytest.approx(1.0)
    assert agrees(uneven().sample(COPIES, Stream(1)), truth)

    def inside(state):
        return sum(state.completion) >= 3

    states = after(uneven(), {s: p for s, p in truth.items() if p}, inside, 3)
    assert agrees(states, {s: p for s, p in truth.items() if inside(s)})


def test_guided_moves_leave_a_tempered_distribution_as_it_is_and_count_their_gradients():
    slopes = np.array([[0.0, 1.0, -2.0], [1.0, 0.0, 2.0], [0.0, 0.3, 0.6], [2.0, -1.0, 0.0]])

    def gains(states):  # depends on the snippet, as a true gradient does
        return [slopes * (1 + 0.5 * sum(s.completion)) for s in states]

    guided = GradientGuided(uneven(), gains, temperature=2.0)
    truth = {s: p for s, p in listed(uneven()).items() if p}

    def weight(state):
        return 0.7 * state.prompt[0] - 0.4 * state.completion[1]

    states = after(guided, truth, lambda state: True, 3, weight)
    assert agrees(states, {s: p * math.exp(weight(s)) for s, p in truth.items()})
    assert guided.queries == 3 * 2 * GRADIENT_QUERIES * COPIES


def test_a_tilt_is_exact_for_independent_tokens():
    distribution, tilt = uneven(), np.random.default_rng(3).normal(size=(4, 3))
    truth = listed(distribution)
    ratios = distribution.log_ratio(list(truth), tilt)
    tilted = {s: p * math.exp(r) if p else 0.0 for (s, p), r in zip(truth.items(), ratios, strict=True)}
    assert sum(tilted.values()) == pytest.approx(1.0)
    unscaled = {
        s: p * math.exp(sum(tilt[i, w] for i, w in enumerate((*s[0], *s[1])))) for s, p in truth.items()
    }
    total = sum(unscaled.values())
    assert all(tilted[s] == pytest.approx(unscaled[s] / total) for s in truth)
    assert agrees(distribution.sample_tilted(COPIES, tilt, Stream(2)), tilted)


def test_log_prob_is_minus_infinity_off_the_support():
    states = [Tokens((0,), (1, 0, 0)), Tokens((0, 0), (0, 0)), Tokens((0,), (0, 0)), Tokens((0,), (0, 0, 7))]
    assert (uneven().log_prob(states) == -np.inf).all()


@pytest.mark.parametrize("rows", [np.zeros((2, 2)), np.zeros((0, 2)), np.zeros(3)])
def test_a_table_that_is_no_distribution_is_refused(rows):
    with pytest.raises(ValueError, match=r"sum to 1|need log prob"):
        TokenIndependent(rows, 0)


@pytest.mark.parametrize("judge_first", [True, False])
def test_margins_are_those_of_catastrophes_above_their_floor_and_cost_what_was_asked(judge_first):
    event = RareFailure(
        uneven(), lambda s: -np.asarray(s, dtype=float), lambda s: np.asarray(s) % 2 == 0, -3.5, judge_first
    )
    margins = Margins(event)
    found = margins.of([2, 3, 4, 6, 8], np.array([-9.0, -9.0, 1.0, 2.5, 3.0]))
    assert found.tolist() == [-1.5, -np.inf, -np.inf, 2.5, 4.5]
    assert (margins.queries, margins.labels) == ((4, 5) if judge_first else (5, 4))


def test_an_unbounded_threshold_is_refused():
    with pytest.raises(ValueError, match="threshold of 0 or 1"):
        RareFailure(uneven(), np.asarray, np.asarray, math.inf)
