"""A training that runs away is the user's mistake: it says so, and leaves the weights as they were."""

import numpy as np
import pytest

from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.models.classifier import Classifier
from holdfast.models.generator import Generator
from holdfast.models.size import ModelSize
from holdfast.tasks.brackets import Brackets
from holdfast.training.classifier import ClassifierRecipe, LabelledTokens, train_classifier
from holdfast.training.generator import GeneratorRecipe, train_generator

SIZE = ModelSize(layers=1, width=16, heads=2, positions=48)
MISTAKE = r"the training diverged by step \d+ of {steps}: .*; lower the learning rate, which is 1e\+30"


@pytest.fixture(scope="module")
def tokens():
    task = Brackets()
    return Classifier.create(task, SIZE, Stream(1)).codec.encode(task.sample(64, Stream(2)))


@pytest.mark.parametrize("steps", [1, 2, 60])
@pytest.mark.parametrize(
    "change", [{}, {"ema_decay": 0.9}, {"egregiousness_weight": 1.0}, {"precision": "bf16"}]
)
def test_a_classifier(tokens, steps, change):
    classifier = Classifier.create(Brackets(), SIZE, Stream(1))
    before, revision = classifier.hash, classifier.revision
    labels = np.arange(len(tokens), dtype=np.float32) % 2
    recipe = ClassifierRecipe(batch_size=16, learning_rate=1e30, warmup_share=0, **change)
    with pytest.raises(UserError, match=MISTAKE.format(steps=steps)):
        train_classifier(classifier, LabelledTokens(tokens, labels, labels), recipe, steps, Stream(3))
    assert (classifier.hash, classifier.revision) == (before, revision)
    assert not classifier.model.training
    assert np.isfinite(classifier.log_odds(tokens)).all()


@pytest.mark.parametrize("steps", [5, 20])
def test_a_generator(tokens, steps):
    generator = Generator.create(Brackets(), SIZE, Stream(1))
    before = generator.hash
    recipe = GeneratorRecipe(batch_size=16, learning_rate=1e30, warmup_share=0)
    with pytest.raises(UserError, match=MISTAKE.format(steps=steps)):
        train_generator(generator, tokens, recipe, steps, Stream(3))
    assert generator.hash == before
