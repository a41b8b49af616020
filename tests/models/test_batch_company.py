"""What a text scores, and its gradients, do not depend on what else is in the batch: families × batches.

The reference is plain transformers: one text, unpadded, with the tokenizer's own call; gradients by autograd.
"""

from functools import cache

import numpy as np
import pytest
import torch

from guards import DECODERS, ENCODER_DECODERS, FAMILIES, model, tokenizer
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.models.classifier import Classifier
from holdfast.models.screening import batched_log_odds
from holdfast.training.batches import BatchSource
from holdfast.training.classifier import ClassifierRecipe, LabelledTokens, train_classifier

BATCHES = {
    "alone": ["the old girl ran home"],
    "of equal lengths": ["the old girl ran", "the old girl ran", "the boy old girl"],
    "of mixed lengths": ["the old girl ran home over the river", "a boy fell", "the old girl", "home over"],
    "with a text of one token": ["a", "the old girl ran home over the river", "the"],
}
PADDINGS = {"as the tokenizer says": {}, "none": {"pad_token_id": None}, "another token": {"pad_token_id": 7}}
CASES = [
    *((family, "as the tokenizer says") for family in FAMILIES),
    *((family, padding) for family in DECODERS for padding in ("none", "another token")),
]


def close(found, expected, least=1.0):
    """To 1e-4 of the largest value, or of `least` where they all are smaller."""
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4 * max(least, np.abs(expected).max()))


@cache
def guard(family, padding):
    return Classifier(model(family, **PADDINGS[padding]), tokenizer(FAMILIES[family][0]))


@cache
def plain(family, padding):
    return model(family, **PADDINGS[padding])


@cache
def reference(family, padding, text):
    """Log odds of one text, and the gradient of every token of it, special ones included."""
    made, encoded = plain(family, padding), tokenizer(FAMILIES[family][0])(text, return_tensors="pt")
    seen = []

    def keep(_layer, _given, output):
        output.retain_grad()
        seen.append(output)

    hook = made.get_input_embeddings().register_forward_hook(keep)
    logits = made(**encoded).logits[0]
    hook.remove()
    log_odds = logits[1] - logits[0]
    log_odds.backward()
    made.zero_grad()
    length = encoded["input_ids"].shape[1]
    return log_odds.item(), [each.grad.reshape(length, -1).numpy() for each in seen][:1]


@pytest.mark.parametrize("batch", BATCHES.values(), ids=BATCHES)
@pytest.mark.parametrize(("family", "padding"), CASES)
def test_scores_and_gradients_equal_those_of_each_text_alone(family, padding, batch):
    classifier = guard(family, padding)
    expected = [reference(family, padding, text) for text in batch]
    tokens = classifier.codec.encode([Snippet("", text) for text in batch])
    log_odds = np.array([log_odds for log_odds, _ in expected])
    close(classifier.log_odds(tokens), log_odds)
    close(batched_log_odds(classifier, tokens, 64), log_odds)
    if family in ENCODER_DECODERS:
        return
    head = len(classifier.layout.head)
    for found, (value, [gradient]), snippet in zip(
        classifier.gradients(tokens), expected, tokens, strict=True
    ):
        close(found.log_odds, np.array(value))
        close(found.completion, gradient[head : head + len(snippet)], least=0)
        assert found.prompt.shape == (0, gradient.shape[1])


@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("family", DECODERS)
def test_the_end_of_a_text_may_be_the_padding_token(family, padding):
    """As where a tokenizer pads with its end-of-text token: it counts where it counts in transformers."""
    classifier, made = guard(family, padding), plain(family, padding)
    ids = [(5, 7, 9), (5, 9, 7), (5, 9, 7, 7), (7,), (5, classifier.layout.pad)]
    batch = [
        type(t)((), i) for t, i in zip(classifier.codec.encode([Snippet("", "a")] * 5), ids, strict=True)
    ]
    expected = []
    for tokens in batch:
        with torch.no_grad():
            logits = made(torch.tensor([[*classifier.layout.head, *tokens.completion]])).logits[0]
        expected.append(float(logits[1] - logits[0]))
    close(classifier.log_odds(batch), np.array(expected))


@pytest.mark.parametrize("family", ["bert", "gpt2", "xlnet", "convbert"])
def test_only_models_that_padding_does_not_disturb_get_it(family):
    classifier = guard(family, "as the tokenizer says")
    assert classifier.forwarding.pads == (family in ("bert", "gpt2"))
    assert (classifier.forwarding.head is not None) == (family == "gpt2")


@pytest.mark.parametrize("family", ["bert", "gpt2", "xlnet"])
def test_training_sees_what_scoring_sees(family):
    """The log odds of a padded training batch, and the state that the second head reads."""
    classifier = guard(family, "as the tokenizer says")
    tokens = classifier.codec.encode([Snippet("", text) for text in BATCHES["of mixed lengths"]])
    batch = next(iter(BatchSource(classifier.layout, tokens, len(tokens), None, Stream(0))))
    with torch.no_grad():
        log_odds, state = classifier.forward_log_odds_and_state(batch.inputs)
        again = classifier.forward_log_odds(batch.inputs)
    close(log_odds.numpy(), classifier.log_odds([tokens[i] for i in batch.rows]))
    close(again.numpy(), log_odds.numpy())
    assert state.shape == (len(tokens), 32)


@pytest.mark.parametrize("family", ["gpt2", "llama", "t5"])
@pytest.mark.parametrize("egregiousness", [0.0, 0.5])
def test_other_architectures_can_be_trained(family, egregiousness):
    classifier = Classifier(model(family), tokenizer(FAMILIES[family][0]))
    before = classifier.hash
    tokens = classifier.codec.encode([Snippet("", text) for text in BATCHES["of mixed lengths"]])
    data = LabelledTokens(tokens, np.float32([1, 0, 1, 0]), np.float32([5, 0, 5, 0]))
    recipe = ClassifierRecipe(batch_size=4, learning_rate=1e-3, egregiousness_weight=egregiousness)
    report = train_classifier(classifier, data, recipe, 2, Stream(0))
    assert np.isfinite(report.final_loss)
    assert classifier.hash != before
