"""Contract 2: scores equal an unbatched full-precision forward, whatever the batch, order and repeats."""

import numpy as np
import pytest
from fake_task import TINY, close
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.core.odds import log_odds_of, probability
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.models.classifier import Classifier
from holdfast.models.scoring import ScoringEngine
from tolerances import SAME_SCORE


@pytest.fixture(scope="session")
def unbatched(classifier, tokens):
    return np.concatenate([classifier.log_odds([t]) for t in tokens])


def test_the_snippets_differ_enough_for_these_tests_to_mean_something(unbatched):
    assert unbatched.std() > 0.05


@pytest.mark.parametrize("tokens_per_batch", [1, 100, 1000, 100_000])
def test_scores_do_not_depend_on_the_batch_size(classifier, tokens, unbatched, tokens_per_batch):
    engine = ScoringEngine(classifier, tokens_per_batch=tokens_per_batch)
    assert close(engine.log_odds(tokens), unbatched)
    assert close(engine.exact_log_odds(tokens), unbatched)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 119), max_size=60), st.integers(0, 20))
def test_scores_do_not_depend_on_order_repeats_or_the_cache(classifier, tokens, unbatched, rows, cache_size):
    engine = ScoringEngine(classifier, tokens_per_batch=500, cache_size=cache_size)
    for _ in range(2):
        found = engine.log_odds([tokens[i] for i in rows])
        assert found.dtype == np.float32
        assert found.shape == (len(rows),)
        assert close(np.append(found, 0), np.append(unbatched[rows], 0))


def test_empty_parts_are_scored_like_any_other(classifier):
    parts = [(), (5,), (6, 7, 8)]
    tokens = [Tokens(p, c) for p in parts for c in parts]
    expected = np.concatenate([classifier.log_odds([t]) for t in tokens])
    assert close(ScoringEngine(classifier).log_odds(tokens), expected)


def test_what_was_scored_once_costs_nothing_again(classifier, tokens):
    engine = ScoringEngine(classifier)
    engine.log_odds([*tokens, *tokens])
    once = engine.spend
    distinct = set(tokens)
    words = sum(len(t) + 3 for t in distinct)
    assert once.forward_flops == words * 2 * classifier.parameters_count
    engine.log_odds(tokens)
    assert engine.spend == once
    engine.exact_log_odds(tokens[:1])
    assert engine.spend.forward_flops > once.forward_flops


def test_the_cache_is_bounded_and_forgets_the_oldest(classifier, tokens):
    distinct = list(dict.fromkeys(tokens))
    engine = ScoringEngine(classifier, cache_size=10)
    engine.log_odds(distinct[:30])
    before = engine.spend
    engine.log_odds(distinct[20:30])
    assert engine.spend == before
    engine.log_odds(distinct[:1])
    assert engine.spend.forward_flops > before.forward_flops


def test_training_empties_the_cache(task, tokens):
    classifier = Classifier.create(task, TINY, Stream(1))
    engine = ScoringEngine(classifier)
    before = engine.log_odds(tokens[:5])
    for weight in classifier.model.parameters():
        weight.data.add_(0.1)
    classifier.revision += 1
    after = engine.log_odds(tokens[:5])
    assert not close(before, after)
    assert close(after, classifier.log_odds(tokens[:5]))


def test_gradients_come_in_the_order_asked(classifier, tokens):
    engine = ScoringEngine(classifier, tokens_per_batch=200)
    for snippet, found in zip(tokens[:20], engine.gradients(tokens[:20]), strict=True):
        (alone,) = classifier.gradients([snippet])
        assert close(found.prompt, alone.prompt)
        assert close(found.completion, alone.completion)
        assert close(found.log_odds, alone.log_odds)
    assert engine.spend.backward_flops == 2 * engine.spend.forward_flops


def test_text_goes_in_and_probabilities_come_out(classifier, snippets, unbatched):
    scores = ScoringEngine(classifier).score(snippets)
    np.testing.assert_allclose(scores, 1 / (1 + np.exp(-unbatched.astype(float))), atol=SAME_SCORE)


@pytest.mark.parametrize("threshold", [0.0, 0.001, 0.5, 0.999, 1.0])
def test_threshold_and_log_odds_are_inverse(threshold):
    assert probability(np.array([log_odds_of(threshold)]))[0] == pytest.approx(threshold)
