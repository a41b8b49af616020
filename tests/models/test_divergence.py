"""The divergence of two generators, against a sum over the vocabulary token by token."""

import numpy as np
import pytest
import torch

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.models.divergence import divergence
from holdfast.models.generator import Generator
from holdfast.models.size import ModelSize
from holdfast.tasks import tasks

OPEN, CLOSE = 5, 6
WRITTEN = [Tokens((OPEN,) * n, (CLOSE,) * m) for n, m in ((1, 1), (3, 2), (2, 0))]


@pytest.fixture(scope="module")
def models() -> list[Generator]:
    size, task = ModelSize(layers=1, width=16, heads=2, positions=32), tasks.get("brackets")()
    return [Generator.create(task, size, Stream(seed)) for seed in (0, 1)]


def test_it_is_the_mean_over_the_tokens_of_completions_and_their_ends(models):
    values = []
    for prompt, completion in WRITTEN:
        ids = torch.tensor([[2, *prompt, 3, *completion]])
        with torch.no_grad():
            p, q = (torch.log_softmax(m.model(ids).logits[0].double(), -1).numpy() for m in models)
        values += (np.exp(p) * (p - q)).sum(axis=1)[len(prompt) + 1 :].tolist()
    assert len(values) == sum(len(each.completion) + 1 for each in WRITTEN)
    assert divergence(*models, WRITTEN) == pytest.approx(np.mean(values), rel=1e-3)


def test_it_is_zero_of_a_generator_from_itself_and_nothing_of_no_text(models):
    assert divergence(models[0], models[0], WRITTEN) == 0
    assert divergence(*models, []) is None
