"""Training the generator: it learns a small language."""

import numpy as np
import pytest
import torch

from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.models.classifier import ModelSize
from holdfast.models.generator import Generator
from holdfast.tasks import tasks
from holdfast.training.generator import GeneratorRecipe, train_generator

OPEN, CLOSE = 5, 6
RECIPE = GeneratorRecipe(learning_rate=5e-3, batch_size=16)


@pytest.fixture
def generator() -> Generator:
    return Generator.create(
        tasks.get("brackets")(), ModelSize(layers=2, width=32, heads=2, positions=64), Stream(0)
    )


@pytest.fixture(scope="module")
def stories() -> list[Tokens]:
    """Each opens a few times and then closes as often."""
    return [Tokens((OPEN,) * n, (CLOSE,) * n) for n in (1, 2, 3, 4)] * 16


def test_it_learns_to_close_what_was_opened(generator, stories):
    report = train_generator(generator, stories, RECIPE, 300, Stream(1))
    assert report.final_loss < 0.5 * report.losses[0]
    prompts = [(OPEN,) * n for n in (1, 2, 3, 4)] * 25
    drawn = generator.complete(prompts, Stream(2), max_words=10)
    right = [p == (OPEN,) * len(c) and set(c) == {CLOSE} for p, c in zip(prompts, drawn, strict=True)]
    # Nineteen in twenty or more by any such training; the others are the temperature's.
    assert np.mean(right) > 0.9
    assert np.mean([len(s.prompt) == len(s.completion) for s in generator.tell(100, Stream(3))]) > 0.9


def test_its_loss_is_the_mean_negative_log_likelihood_of_a_token(generator, stories):
    """Padding must not count: the stories differ in length, and the reference reads each alone."""
    some = stories[:4]
    log_likelihood, count = 0.0, 0
    for prompt, completion in some:
        ids = torch.tensor([[2, *prompt, 3, *completion, 3]])
        with torch.no_grad():
            log_probs = torch.log_softmax(generator.model(ids).logits[0, :-1].double(), -1)
        log_likelihood += float(log_probs.gather(1, ids[0, 1:, None]).sum())
        count += ids.shape[1] - 1
    report = train_generator(generator, some, RECIPE, 1, Stream(1))
    assert report.losses[0] == pytest.approx(-log_likelihood / count, rel=1e-4)


def test_it_repeats_exactly(stories):
    hashes = set()
    for _ in range(2):
        made = Generator.create(tasks.get("brackets")(), ModelSize(1, 16, 2), Stream(0))
        train_generator(made, stories, RECIPE, 20, Stream(1))
        hashes.add(made.hash)
    assert len(hashes) == 1


def test_no_stories_are_the_users_mistake(generator):
    with pytest.raises(UserError, match="no examples"):
        train_generator(generator, [], RECIPE, 5, Stream(1))
