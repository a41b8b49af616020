"""Screening in low precision: ranges that hold, and nothing else that anyone could tell it by."""

import pickle

import numpy as np
import pytest
from fake_task import TINY, FakeTask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.models import screening
from holdfast.models.classifier import Classifier
from holdfast.models.scoring import ScoringEngine
from holdfast.models.screening import low_precision
from holdfast.training.classifier import ClassifierRecipe, LabelledTokens, train_classifier
from tolerances import SAME_LOG_ODDS

MODES = ("auto", "on", "off")

ESCAPING = 1e-3
"""Share of exact scores that may lie outside their ranges, which are measured and not proved."""


@pytest.fixture(scope="session")
def trained(task) -> Classifier:
    """A filter that is sure of itself: its score turns on one word."""
    classifier = Classifier.create(task, TINY, Stream(3))
    snippets = task.sample(1500, Stream(4))
    labels = np.array([v.catastrophic for v in task.judge(snippets)], dtype=np.float32)
    data = LabelledTokens(classifier.codec.encode(snippets), labels, labels, None)
    train_classifier(classifier, data, ClassifierRecipe(batch_size=64, learning_rate=5e-3), 150, Stream(5))
    return classifier


@pytest.fixture(params=["random", "trained"])
def filter_(request, classifier, trained) -> Classifier:
    return {"random": classifier, "trained": trained}[request.param]


def rewrites(tokens, count, draw, alphabet):
    """So many copies with one or two words exchanged."""
    found = []
    for _ in range(count):
        parts = [list(tokens.prompt), list(tokens.completion)]
        for _ in range(draw.integers(1, 3)):
            part = parts[draw.integers(2)]
            part[draw.integers(len(part))] = int(draw.choice(alphabet))
        found.append(Tokens(*map(tuple, parts)))
    return found


def calibrated(classifier, tokens, screening="on") -> ScoringEngine:
    """An engine that has compared both precisions on some snippets."""
    engine = ScoringEngine(classifier, screening=screening)
    engine.bracket(tokens)
    for more in doubled(tokens):
        engine.bracket(more)
    return engine


def doubled(tokens):
    """Other snippets of the same words."""
    return [
        [Tokens(t.prompt, t.prompt) for t in tokens],
        [Tokens(t.completion, t.completion) for t in tokens],
    ]


def outside(engine, exact, tokens) -> int:
    """How many exact scores lie outside their ranges but for another batch's rounding."""
    low, high = engine.bracket(tokens)
    values = exact.log_odds(tokens)
    return int(((values < low - SAME_LOG_ODDS) | (values > high + SAME_LOG_ODDS)).sum())


def test_exact_scores_lie_within_their_ranges(filter_, tokens):
    engine, exact = calibrated(filter_, tokens), ScoringEngine(filter_, screening="off")
    draw = Stream(6).numpy()
    asked = [r for t in tokens for r in rewrites(t, 40, draw, filter_.codec.alphabet)]
    assert outside(engine, exact, asked) <= ESCAPING * len(asked)
    assert engine.screened.screened > 4000


@pytest.mark.parametrize("sign", [1, -1])
def test_they_do_for_rewrites_optimised_against_the_filter_too(filter_, tokens, sign):
    engine, exact = calibrated(filter_, tokens), ScoringEngine(filter_, screening="off")
    draw, current, failed = Stream(7).numpy(), list(tokens[:20]), 0
    for _ in range(12):
        for i, snippet in enumerate(current):
            asked = rewrites(snippet, 12, draw, filter_.codec.alphabet)
            failed += outside(engine, exact, asked)
            values = sign * exact.log_odds([*asked, snippet])
            current[i] = [*asked, snippet][int(values.argmin())]
    assert failed <= ESCAPING * 12 * 20 * 12
    assert sign * exact.log_odds(current).mean() < sign * exact.log_odds(tokens[:20]).mean() - 0.5


@pytest.mark.parametrize("mode", MODES)
def test_whatever_is_asked_of_log_odds_is_exact(classifier, tokens, mode):
    engine = ScoringEngine(classifier, screening=mode)
    for asked in ([*tokens, *tokens], *doubled(tokens), tokens[:7]):
        engine.bracket(asked)
    found = engine.log_odds(tokens)
    np.testing.assert_allclose(found, ScoringEngine(classifier).log_odds(tokens), atol=SAME_LOG_ODDS)
    low, high = engine.bracket(tokens)
    assert low.tolist() == high.tolist() == found.astype(float).tolist()


requests = st.lists(
    st.tuples(st.sampled_from(["bracket", "log_odds"]), st.lists(st.integers(0, 119), max_size=40)),
    max_size=8,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(requests, st.integers(0, 80))
def test_flops_do_not_tell_whether_it_screens(classifier, tokens, asked, cache_size):
    spends = []
    for mode in MODES:
        engine = ScoringEngine(classifier, screening=mode, cache_size=cache_size)
        for warm in (tokens, *doubled(tokens)):
            engine.bracket(warm)
        for name, rows in asked:
            getattr(engine, name)([tokens[i] for i in rows])
        spends.append(engine.spend)
    assert spends[0] == spends[1] == spends[2]


def test_off_never_makes_a_copy(classifier, tokens, monkeypatch):
    monkeypatch.setattr(screening, "low_precision", None)
    engine = ScoringEngine(classifier, screening="off")
    low, high = engine.bracket(tokens)
    assert (low == high).all()
    assert engine.screened.pairs == 0


def test_the_copy_is_of_the_weights_as_they_are(task, tokens):
    classifier = Classifier.create(task, TINY, Stream(1))
    engine = ScoringEngine(classifier, screening="on")
    for _ in range(2):
        for warm in (tokens, *doubled(tokens)):
            engine.bracket(warm)
        swapped = [Tokens(t.completion, t.prompt) for t in tokens]
        low, high = engine.bracket(swapped)
        exact = classifier.log_odds(swapped)
        assert engine.screened.screened == len(set(swapped))
        assert ((low <= exact) & (exact <= high)).all()
        for weight in classifier.model.parameters():
            weight.data.add_(0.2)
        classifier.revision += 1


def test_a_stray_score_widens_every_range(classifier, tokens):
    engine = calibrated(classifier, tokens)
    swapped = [Tokens(t.completion, t.prompt) for t in tokens]
    before = np.subtract(*reversed(engine.bracket(swapped)))
    engine.screened.largest *= 2
    after = np.subtract(*reversed(engine.bracket(swapped)))
    assert (after > before).all()
    assert (before > 0).all()


def test_a_copy_that_says_nothing_is_not_believed(classifier, tokens, monkeypatch):
    engine = calibrated(classifier, tokens)
    monkeypatch.setattr(engine._screen, "log_odds", lambda t: np.full(len(t), np.nan, dtype=np.float32))
    swapped = [Tokens(t.completion, t.prompt) for t in tokens[:5]]
    low, high = engine.bracket(swapped)
    assert (low == -np.inf).all()
    assert (high == np.inf).all()
    np.testing.assert_allclose(engine.log_odds(swapped), classifier.log_odds(swapped), atol=SAME_LOG_ODDS)


def test_auto_waits_tries_and_rests_when_nearly_everything_must_be_confirmed(classifier, tokens, monkeypatch):
    monkeypatch.setattr(screening, "REST", 1000)
    monkeypatch.setattr(screening, "WORTHWHILE", 1.0)
    engine, draw = ScoringEngine(classifier, screening="auto"), Stream(8).numpy()
    screened = []
    for _ in range(12):
        asked = [r for t in tokens[:100] for r in rewrites(t, 4, draw, classifier.codec.alphabet)]
        engine.bracket(asked)
        engine.screened.rough_seconds = 0.5 * engine.screened.exact_seconds
        engine.log_odds(asked)
        screened.append(engine.screened.screened > 0)
    assert screened[:3] == [False] * 3
    assert screened[-1]
    assert engine.screened.screened < 1000


def test_on_goes_on_whatever_it_costs(classifier, tokens):
    engine, draw = calibrated(classifier, tokens), Stream(9).numpy()
    for i in range(4):
        asked = [r for t in tokens for r in rewrites(t, 4, draw, classifier.codec.alphabet)]
        before = engine.screened.screened
        engine.bracket(asked)
        engine.log_odds(asked)
        assert engine.screened.screened > before + 200, i


def test_the_copy_keeps_its_last_layer_and_its_positions(classifier):
    twin = low_precision(classifier)
    kinds = {name: str(p.dtype) for name, p in twin.model.named_parameters()}
    assert {name for name, kind in kinds.items() if kind == "torch.float32"} == {
        "classifier.weight",
        "classifier.bias",
    }
    for (_, ours), (_, theirs) in zip(
        twin.model.named_buffers(), classifier.model.named_buffers(), strict=True
    ):
        assert ours.dtype == theirs.dtype


def test_an_engine_that_screens_can_be_sent_to_another_process(classifier, tokens):
    engine = calibrated(classifier, tokens)
    sent = pickle.loads(pickle.dumps(engine))
    swapped = [Tokens(t.completion, t.prompt) for t in tokens]
    for found, expected in zip(sent.bracket(swapped), engine.bracket(swapped), strict=True):
        np.testing.assert_array_equal(found, expected)


def test_the_original_is_untouched(task, tokens):
    classifier = Classifier.create(task, TINY, Stream(2))
    before, hashed = classifier.log_odds(tokens[:8]), classifier.hash
    ScoringEngine(classifier, screening="on").bracket(tokens)
    assert classifier.hash == hashed
    assert (classifier.log_odds(tokens[:8]) == before).all()


def test_a_snippet_that_does_not_fit_leaves_nothing_behind(task, tokens):
    engine = ScoringEngine(Classifier.create(FakeTask(), TINY, Stream(2)), screening="on")
    long = Tokens(tuple([5] * 70), (5,))
    for _ in range(2):
        with pytest.raises(Exception, match="does not fit"):
            engine.log_odds([tokens[0], long])
    assert engine.spend.forward_flops == 0
    engine.log_odds(tokens[:1])
    assert engine.spend.forward_flops > 0
