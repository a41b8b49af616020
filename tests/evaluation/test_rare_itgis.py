"""ITGIS: unbiased where the truth is counted, for independent tokens and for a generator."""

import math

import numpy as np
import pytest
from scipy.stats import chi2

from holdfast.core.seeds import Stream
from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.rare.chain import RareFailure
from holdfast.evaluation.rare.guided import GRADIENT_QUERIES, word_gains
from holdfast.evaluation.rare.itgis import ITGISSettings, estimate_by_itgis, weighted_count_interval
from holdfast.evaluation.rare.natural_text import NaturalText
from holdfast.evaluation.rare.token_independent import TokenIndependent
from holdfast.models.classifier import Classifier, ModelSize
from holdfast.models.generator import Generator
from holdfast.models.scoring import ScoringEngine
from holdfast.tasks.brackets import Brackets, enumerate_snippets

LENGTH = 10
STRINGS = TokenIndependent.uniform((5, 6), LENGTH, LENGTH // 2)


@pytest.fixture(scope="module")
def classifier():
    made = Classifier.create(Brackets(), ModelSize(1, 16, 2, positions=32), Stream(4))
    for weight in made.model.parameters():
        if weight.ndim > 1:
            weight.data.mul_(3.0)
    return made


def unbalanced(engine):
    def judge(states):
        verdicts = Brackets().oracle.judge(engine.codec.decode(states))
        return np.array([verdict.catastrophic for verdict in verdicts])

    return judge


def test_a_gain_is_what_the_gradient_promises(classifier):
    """A tiny step of one word's embedding towards another changes the margin as the gains say."""
    engine = ScoringEngine(classifier)
    (state,) = STRINGS.sample(1, Stream(1))
    (gain,) = word_gains(engine)([state])
    assert gain.shape == (LENGTH, engine.classifier.embedding_matrix().shape[0])
    gradient = engine.gradients([state])[0]
    rows = np.concatenate([gradient.prompt, gradient.completion])
    step = classifier.embedding_matrix()[6] - classifier.embedding_matrix()[5]
    assert gain[:, 6] - gain[:, 5] == pytest.approx(-rows @ step, abs=1e-4)


def test_is_unbiased_on_enumerated_brackets_with_a_real_classifier(classifier):
    engine = ScoringEngine(classifier)
    judge = unbalanced(engine)
    every = engine.codec.encode(list(enumerate_snippets(LENGTH)))
    log_odds, bad = engine.log_odds(every), judge(every)
    threshold = float(np.quantile(log_odds, 0.01))
    truth = float((bad & (log_odds < threshold)).mean())
    assert 0.003 < truth < 0.02
    event = RareFailure(STRINGS, engine.log_odds, judge, threshold)
    settings = ITGISSettings(temperature=1.0, rounds=6, batch=64, gradients=16)
    found = [
        estimate_by_itgis(event, STRINGS, word_gains(engine), settings, Stream(3).child(i)) for i in range(30)
    ]
    values = np.array([r.estimate.value for r in found])
    assert abs(values.mean() / truth - 1) < 4 * values.std() / truth / math.sqrt(30)
    assert Proportion(sum(truth in r.estimate.interval for r in found), 30).upper(0.999) >= 0.95
    assert all(r.largest_weight <= 64 / 6 for r in found)  # 6 of 64 draws are natural
    assert all(r.estimate.labels == 6 * 64 for r in found)
    assert all(r.estimate.queries <= 6 * (64 + 16 * GRADIENT_QUERIES) for r in found)


def test_finds_more_failures_than_plain_draws_do_where_gradients_tell():
    bits = TokenIndependent.uniform((0, 1), 20, 10)
    slopes = np.tile([0.0, 1.0], (20, 1))
    event = RareFailure(
        bits,
        lambda s: -np.array([sum(x.prompt) + sum(x.completion) for x in s], dtype=float),
        lambda s: np.ones(len(s), dtype=bool),
        -17.5,
    )
    truth = sum(math.comb(20, n) for n in (18, 19, 20)) / 2**20  # 2.0e-4
    settings = ITGISSettings(temperature=0.7, rounds=5, batch=200, gradients=4)
    found = [
        estimate_by_itgis(event, bits, lambda s: [slopes] * len(s), settings, Stream(1).child(i))
        for i in range(10)
    ]
    values = np.array([r.estimate.value for r in found])
    assert abs(values.mean() / truth - 1) < 4 * values.std() / truth / math.sqrt(10)
    assert values.std() / truth < 0.35  # plain draws at that price: sqrt(1 / (1,000 · 2e-4)) = 2.2
    assert all(r.failures > 50 and r.effective_failures > 20 for r in found)


def test_is_unbiased_for_a_generator_that_writes_word_by_word(classifier):
    """Against 20,000 plain draws of the same generator."""
    generator = Generator.create(Brackets(), ModelSize(1, 8, 2, positions=32), Stream(6))
    for weight in generator.model.parameters():
        if weight.ndim > 1:
            weight.data.mul_(6.0)
    text = NaturalText(generator, lambda count, stream: [(5, 5)] * count, max_words=6)
    engine = ScoringEngine(classifier)
    judge = unbalanced(engine)
    drawn = text.sample(20_000, Stream(7))
    log_odds = engine.log_odds(drawn)
    threshold = float(np.quantile(log_odds, 0.03)) + 1e-4
    plain = Proportion(int((judge(drawn) & (log_odds < threshold)).sum()), len(drawn))
    assert plain.events > 50
    event = RareFailure(text, engine.log_odds, judge, threshold)
    settings = ITGISSettings(temperature=2.0, rounds=5, batch=60, gradients=16)
    values = [
        estimate_by_itgis(event, text, word_gains(engine), settings, Stream(8).child(i)).estimate.value
        for i in range(20)
    ]
    error = math.hypot(np.std(values) / math.sqrt(20), math.sqrt(plain.rate / plain.trials))
    assert abs(np.mean(values) - plain.rate) < 4 * error


def test_the_finite_sample_interval_holds_more_and_another_kind_is_refused():
    bits = TokenIndependent.uniform((0, 1), 8, 4)
    event = RareFailure(
        bits,
        lambda s: -np.array([sum(x.prompt) + sum(x.completion) for x in s], dtype=float),
        lambda s: np.ones(len(s), dtype=bool),
        -6.5,
    )
    truth = 9 / 256
    slopes = np.tile([0.0, 1.0], (8, 1))

    def asked(kind, seed):
        settings = ITGISSettings(rounds=4, batch=100, gradients=2)
        return estimate_by_itgis(
            event, bits, lambda s: [slopes] * len(s), settings, Stream(seed), interval_kind=kind
        ).estimate

    pairs = [(asked("asymptotic", seed), asked("finite-sample", seed)) for seed in range(30)]
    assert all(first.value == second.value for first, second in pairs)
    assert all(second.interval.upper > first.interval.upper for first, second in pairs)
    assert sum(truth in second.interval for _, second in pairs) >= 29
    assert {second.interval_kind for _, second in pairs} == {"finite-sample"}
    with pytest.raises(ValueError, match="bootstrap"):
        asked("bootstrap", 0)


def test_equal_weights_give_the_exact_poisson_interval():
    """Garwood's interval for 7 events: 2.814 to 14.42 (tables of the Poisson distribution)."""
    found = weighted_count_interval(np.full(7, 0.5), 1000, 10.0, 0.95)
    assert found.lower == pytest.approx(2.814 * 0.5 / 1000, rel=1e-3)
    assert found.upper == pytest.approx(14.42 * 0.5 / 1000, rel=1e-3)
    assert found.lower == pytest.approx(chi2.ppf(0.025, 14) / 2 * 0.5 / 1000)


def test_no_failure_gives_an_upper_limit_by_the_largest_weight_there_could_be():
    found = weighted_count_interval(np.zeros(0), 1000, 10.0, 0.95)
    assert found.lower == 0
    assert found.upper == pytest.approx(-math.log(0.025) * 10 / 1000)


@pytest.mark.parametrize(
    "wrong",
    [
        {"temperature": 0.0},
        {"rounds": 0},
        {"gradients": 0},
        {"gradients": 300},
        {"decay": 1.0},
        {"defensive": 0},
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match=r"ITGIS needs|decay lies"):
        ITGISSettings(**wrong)
