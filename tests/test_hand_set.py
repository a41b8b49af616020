"""The models that are set by hand are what they say: known on paper, and the same in any company."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hand_set import STEP, hand_set_filter, hand_set_generator
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.models.classifier import Classifier
from holdfast.models.generator import Generator
from holdfast.models.scoring import ScoringEngine
from holdfast.tasks.brackets import Brackets
from tolerances import SAME_LOG_ODDS

TASK = Brackets()
WEIGHTS = {"(": 3.0, ")": -1.0 - 5 * STEP}
IDS = {"(": 5, ")": 6}
FILTERS = {
    "straight": {"slope": 32.0, "bias": -3.0},
    "bent": {"slope": 32.0, "below": 0.7, "bias": 1.0},
    "turned": {"slope": 25.1, "below": -16.4, "bias": -0.25},
}

parts = st.lists(st.sampled_from([5, 6]), max_size=20).map(tuple)
snippets = st.builds(Tokens, parts, parts)


@pytest.fixture(scope="module", params=FILTERS)
def form(request) -> dict[str, float]:
    return FILTERS[request.param]


@pytest.fixture(scope="module")
def classifier(form) -> Classifier:
    return hand_set_filter(TASK, WEIGHTS, **form)


@pytest.fixture(scope="module")
def generator() -> Generator:
    return hand_set_generator(TASK, Stream(1))


def on_paper(tokens: Tokens, slope: float, bias: float, below: float | None = None) -> float:
    weights = [WEIGHTS["(" if word == IDS["("] else ")"] for word in (*tokens.prompt, *tokens.completion)]
    mean = sum(w + max(w - 1, 0) * w for w in weights) / (len(weights) + 3)
    return bias + (slope if mean > 0 or below is None else below) * mean


@settings(max_examples=25)
@given(tokens=snippets)
def test_log_odds_are_those_on_paper(classifier, form, tokens):
    assert classifier.log_odds([tokens])[0] == pytest.approx(on_paper(tokens, **form), abs=SAME_LOG_ODDS)


@settings(max_examples=25)
@given(batch=st.lists(snippets, min_size=1, max_size=12), size=st.integers(1, 300))
def test_order_and_company_change_no_bit(classifier, batch, size):
    turned = [Tokens(t.prompt[::-1], t.completion[::-1]) for t in batch]
    alone = np.concatenate([classifier.log_odds([t]) for t in batch])
    together = ScoringEngine(classifier, tokens_per_batch=size).log_odds([*turned, *batch])
    assert together.tolist() == [*alone, *alone]


def test_heavy_words_have_the_steeper_gradient(classifier):
    for gradients in classifier.gradients([Tokens((5, 6), (6, 5, 6)), Tokens((5, 5, 5), (6,))]):
        steep = np.linalg.norm(np.concatenate([gradients.prompt, gradients.completion]), axis=1)
        words = [5, 6, 6, 5, 6] if len(gradients.prompt) == 2 else [5, 5, 5, 6]
        relative = steep / steep[words.index(6)]
        # The derivative of weight + (weight - 1) * weight at 3, and of weight alone.
        assert relative == pytest.approx([6.0 if word == 5 else 1.0 for word in words])


def test_saved_and_loaded_they_are_the_same(classifier, generator, tmp_path):
    classifier.save(tmp_path / "classifier")
    generator.save(tmp_path / "generator")
    tokens = [Tokens((5, 6), (6, 5, 6)), Tokens((5,), (6,) * 7)]
    opened = Classifier.load(tmp_path / "classifier", TASK)
    assert opened.log_odds(tokens).tolist() == classifier.log_odds(tokens).tolist()
    writer = Generator.load(tmp_path / "generator", TASK)
    for one, other in zip(writer.word_log_probs(tokens), generator.word_log_probs(tokens), strict=True):
        assert one.tolist() == other.tolist()


@settings(max_examples=25)
@given(batch=st.lists(snippets, min_size=1, max_size=12))
def test_the_generator_answers_the_same_in_any_company_by_the_last_word(generator, batch):
    for tokens, together in zip(batch, generator.word_log_probs(batch), strict=True):
        (alone,) = generator.word_log_probs([tokens])
        assert together.tolist() == alone.tolist()
        rows = {}
        # What stands before the first word of a part is a special token.
        for word, row in zip((None, *tokens.completion), alone[len(tokens.prompt) :].tolist(), strict=True):
            assert rows.setdefault(word, row) == row


def test_the_generator_writes_every_word(generator):
    drawn = generator.complete([(5,)] * 200, Stream(2), max_words=8)
    assert {word for completion in drawn for word in completion} == {5, 6}
    assert {len(completion) for completion in drawn} >= {0, 1, 2, 8}
