"""Units on anyone's tokenizer: what is scored is the text, and gradients come back to the words."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.core.snippet import Snippet, Units
from holdfast.core.surface import Limits, snippets_of, units_of
from holdfast.core.system import Answers, Identity
from holdfast.core.text_surface import TextSurface
from holdfast.models.classifier import Classifier
from holdfast.models.guard_format import GuardFormat
from holdfast.models.scoring import ScoringEngine
from holdfast.models.systems import Filter
from holdfast.models.unit_gradients import owners
from holdfast.models.unit_scores import unit_scores
from tokenizers_made import made_tokenizers, small_classifier

TOKENIZERS = made_tokenizers()
LIMITS = Limits(30, 30)
FORMATS = {
    "single": GuardFormat(bad=(1,), layout="single", joiner=" || "),
    "pair": GuardFormat(bad=(1,), layout="pair"),
}
TEXT = st.text(st.sampled_from(list("the cat sat. A dog!  \n[PAD]</s>éß你👍")), min_size=1, max_size=30)


@pytest.fixture(scope="module", params=sorted(TOKENIZERS))
def classifiers(request, tmp_path_factory):
    """One model of random weights, read as one text and as two."""
    folder = small_classifier(tmp_path_factory.mktemp("guard"), TOKENIZERS[request.param])
    return {name: Classifier.load(folder, format=format) for name, format in FORMATS.items()}


@pytest.mark.parametrize("layout", sorted(FORMATS))
@settings(max_examples=6, deadline=None)
@given(prompt=st.just("") | TEXT, completion=TEXT)
def test_scores_of_units_are_scores_of_their_text(classifiers, layout, prompt, completion):
    classifier, surface = classifiers[layout], TextSurface(LIMITS, ["cat"])
    scores = unit_scores(Filter(ScoringEngine(classifier, screening="off"), 0.5), surface)
    snippet = Snippet(prompt, completion)
    (units,) = units_of(surface, [snippet])
    assert snippets_of(surface, [units]) == [snippet]
    if scores.refusals([units]) != [None]:
        return
    expected = classifier.log_odds(classifier.codec.encode([snippet]))
    np.testing.assert_allclose(scores.log_odds([units]), expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(scores.exact_log_odds([snippet]), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("layout", sorted(FORMATS))
@settings(max_examples=4, deadline=None)
@given(prompt=st.just("") | TEXT, completion=TEXT)
def test_gradients_come_back_to_the_units_that_the_tokens_are_of(classifiers, layout, prompt, completion):
    classifier, surface = classifiers[layout], TextSurface(LIMITS)
    snippet = Snippet(prompt, completion)
    (units,) = units_of(surface, [snippet])
    scores = unit_scores(Filter(ScoringEngine(classifier), 0.5), surface)
    if scores.refusals([units]) != [None]:
        return
    (of_tokens,) = classifier.gradients(classifier.codec.encode([snippet]))
    rows = np.concatenate([of_tokens.prompt, of_tokens.completion])
    (by_unit,) = scores.gradients([units])
    assert by_unit.shape == (len(units), rows.shape[1])
    np.testing.assert_allclose(by_unit.sum(axis=0), rows.sum(axis=0), rtol=1e-3, atol=1e-5)
    owner = owners(classifier.codec, surface, units, snippet)
    assert len(owner) == len(rows)
    assert (np.diff(owner) >= 0).all()


def test_every_unit_met_has_an_embedding_and_later_ones_get_theirs(classifiers):
    surface = TextSurface(LIMITS, ["cat", "dog"])
    scores = unit_scores(Filter(ScoringEngine(classifiers["single"]), 0.5), surface)
    before = scores.embeddings()
    surface.split("a new bird")
    after = scores.embeddings()
    assert len(before) == 2
    assert len(after) == surface.size > 2
    np.testing.assert_array_equal(after[:2], before)


class Blocklist:
    """A system that answers to text alone, without margin."""

    identity = Identity("blocklist", "1")
    abilities = frozenset()

    def __init__(self):
        self.asked = 0

    def answer(self, snippets):
        self.asked += len(snippets)
        return Answers(np.array(["bad" not in s.completion for s in snippets]))


def test_a_system_without_margin_is_asked_once_a_text():
    surface, system = TextSurface(LIMITS), Blocklist()
    scores = unit_scores(system, surface)
    units = units_of(surface, [Snippet("", "so bad"), Snippet("", "so good"), Snippet("", "so bad")])
    passes = scores.log_odds(units) < scores.limit
    assert passes.tolist() == [False, True, False]
    scores.log_odds(units)
    assert system.asked == 2
    assert scores.log_odds([Units((), surface.split("so bad"))])[0] > scores.limit
