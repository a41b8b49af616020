"""Architectures made here keep every promise that others keep: encoders that read in order, or by steps."""

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch

from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.models.classifier import Classifier, ModelSize
from holdfast.models.screening import low_precision
from holdfast.tasks import tasks
from holdfast.training.classifier import ClassifierRecipe, LabelledTokens, train_classifier
from holdfast.training.recipes import WorstCase

SIZES = {
    kind: ModelSize(layers=2, width=32, heads=2, positions=64, architecture=kind)
    for kind in ("recurrent", "hybrid", "stepwise")
}
RECIPE = ClassifierRecipe(learning_rate=3e-3, batch_size=32)


@pytest.fixture(scope="module", params=SIZES)
def architecture(request):
    return request.param


@pytest.fixture(scope="module")
def task(architecture):
    """A stepwise model needs one whose oracle says something of single words."""
    return tasks.get("word_length" if architecture == "stepwise" else "brackets")()


@pytest.fixture
def classifier(architecture, task) -> Classifier:
    return Classifier.create(task, SIZES[architecture], Stream(0))


@pytest.fixture(scope="module")
def tokens(architecture, task):
    codec = Classifier.create(task, SIZES[architecture], Stream(0)).codec
    return list(dict.fromkeys(codec.encode(task.sample(200, Stream(1)))))[:96]


def test_a_rows_company_never_changes_its_score(classifier, tokens):
    together = classifier.log_odds(tokens)
    alone = np.concatenate([classifier.log_odds([each]) for each in tokens])
    assert np.allclose(together, alone, atol=1e-5)


def test_it_is_saved_opened_and_made_again_with_the_same_answers(
    classifier, tokens, task, architecture, tmp_path
):
    classifier.save(tmp_path / "model")
    opened = Classifier.load(tmp_path / "model")
    assert opened.hash == classifier.hash
    assert np.array_equal(opened.log_odds(tokens), classifier.log_odds(tokens))
    assert Classifier.create(task, SIZES[architecture], Stream(0)).hash == classifier.hash
    assert Classifier.create(task, SIZES[architecture], Stream(1)).hash != classifier.hash


def test_gradients_are_those_of_the_embeddings(classifier, tokens):
    (gradients,) = classifier.gradients(tokens[:1])
    inputs = classifier._inputs(tokens[:1])
    model = copy.deepcopy(classifier.model).double()
    states = model.get_input_embeddings()(inputs["input_ids"]).detach()
    nudge = 1e-6 * torch.randn(states.shape, generator=torch.Generator().manual_seed(0)).double()
    found = np.concatenate([gradients.prompt, gradients.completion])
    first, middle = len(classifier.layout.head), len(classifier.layout.middle)
    split = first + len(tokens[0].prompt)
    places = [*range(first, split), *range(split + middle, split + middle + len(tokens[0].completion))]
    others = [place for place in range(states.shape[1]) if place not in places]
    nudge[:, others] = 0
    with torch.inference_mode():
        up, down = (
            classifier.labels.log_odds(model(inputs_embeds=states + sign * nudge, **inputs).logits)
            for sign in (1, -1)
        )
    expected = float((found * nudge[0, places].numpy()).sum())
    assert float(up - down) / 2 == pytest.approx(expected, rel=0.01)


def test_its_copy_in_low_precision_is_near(classifier, tokens):
    exact, rough = classifier.log_odds(tokens), low_precision(classifier).log_odds(tokens)
    assert np.abs(exact - rough).max() < 0.1 * max(1.0, float(np.abs(exact).max()))


@pytest.mark.parametrize("change", [{}, {"perturbation": WorstCase(steps=2, layer=1)}], ids=str)
def test_it_learns_and_repeats_exactly(classifier, tokens, change):
    sums = np.array([sum(t.prompt) for t in tokens])
    labels = (sums > np.median(sums)).astype(np.float32)
    data = LabelledTokens(tokens, labels, labels * 5)
    start = {name: value.clone() for name, value in classifier.model.state_dict().items()}
    hashes = []
    for _ in range(2):
        classifier.model.load_state_dict(start)
        report = train_classifier(classifier, data, replace(RECIPE, **change), 20, Stream(2))
        assert report.final_loss < report.losses[0]
        hashes.append(classifier.hash)
    assert hashes[0] == hashes[1]


def test_a_width_that_two_directions_cannot_share_is_refused():
    with pytest.raises(UserError, match="two directions"):
        ModelSize(layers=1, width=33, heads=3, architecture="recurrent")
