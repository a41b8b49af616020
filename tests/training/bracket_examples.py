"""Small sets of brackets to train on, alike for all tests of training."""

import numpy as np

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.models.classifier import Classifier, ModelSize
from holdfast.tasks.brackets import Brackets
from holdfast.training.classifier import LabelledTokens


def bracket_tokens(size: ModelSize, count: int) -> list[Tokens]:
    """So many different snippets, as a classifier of that size reads them; no part of one is empty."""
    task = Brackets()
    codec = Classifier.create(task, size, Stream(0)).codec
    drawn = dict.fromkeys(codec.encode(task.sample(2 * count + 100, Stream(1))))
    found = [tokens for tokens in drawn if tokens.prompt and tokens.completion][:count]
    assert len(found) == count
    return found


def by_length(tokens: list[Tokens], worst: float = 1.0) -> LabelledTokens:
    """A learnable set: the label says whether the completion is longer than the prompt; `worst`, how bad."""
    labels = np.array([len(t.completion) > len(t.prompt) for t in tokens], dtype=np.float32)
    return LabelledTokens(tokens, labels, labels * worst)
