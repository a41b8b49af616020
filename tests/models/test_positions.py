"""How long a text each family reads: its limit works, one more is refused in words, and nothing reads -1."""

from functools import cache

import numpy as np
import pytest
import torch

from guards import ENCODER_DECODERS, FAMILIES, model, tokenizer
from holdfast.core.errors import UserError
from holdfast.core.snippet import Tokens
from holdfast.models.classifier import Classifier
from holdfast.models.guard_format import GuardFormat
from holdfast.models.positions import positions_of

NO_LIMIT = ("t5", "xlnet")
"""Positions are relative to each other, and neither model nor tokenizer names a limit."""

TABLES = (
    "bert",
    "roberta",
    "xlm-roberta",
    "electra",
    "albert",
    "distilbert",
    "convbert",
    "gpt2",
    "opt",
    "bart",
)
"""Positions are looked up in a table of 40 rows, or of 42 of which the first two are for something else."""


@cache
def guard(family, positions=10**30):
    return Classifier(model(family), tokenizer(FAMILIES[family][0], positions))


def text_of(classifier, length):
    """A text that takes up so many positions, special tokens included."""
    words = classifier.codec.alphabet
    return Tokens((), tuple(words[i % len(words)].item() for i in range(length - classifier.layout.specials)))


@pytest.mark.parametrize("family", FAMILIES)
def test_the_limit_works_and_one_more_is_refused_in_words(family):
    classifier = guard(family)
    if family in NO_LIMIT:
        assert classifier.positions is None
        assert np.isfinite(classifier.log_odds([text_of(classifier, 90)])).all()
        return
    assert classifier.positions == 40
    longest, longer = text_of(classifier, 40), text_of(classifier, 41)
    assert np.isfinite(classifier.log_odds([longest, text_of(classifier, 9)])).all()
    assert classifier.fits([longest, longer, text_of(classifier, 9)]).tolist() == [True, False, True]
    with pytest.raises(UserError, match=r"a snippet of 41 tokens does not fit the model, which reads 40; "):
        classifier.log_odds([text_of(classifier, 9), longer])


@pytest.mark.parametrize("family", TABLES)
def test_beyond_the_limit_of_a_table_the_model_itself_fails(family):
    """So the limit is the largest that works."""
    classifier = guard(family)
    packed = classifier.layout.pack([text_of(classifier, 41)])
    inputs = packed.model_inputs(slice(None), 41, classifier.layout.wants_types)
    with pytest.raises((IndexError, RuntimeError)), torch.inference_mode():
        classifier.model(**inputs)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_tokenizers_own_limit_counts_too(family):
    assert guard(family, positions=17).positions == 17


@pytest.mark.parametrize("family", TABLES)
def test_a_tokenizer_cannot_raise_the_limit(family):
    assert guard(family, positions=512).positions == 40


def test_the_owner_may_say_less_or_more_than_the_tokenizer_says():
    words = tokenizer("bert uncased", 17)
    for told in (9, 33, 40):
        assert Classifier(model("bert"), words, format=GuardFormat(positions=told)).positions == told
    with pytest.raises(UserError, match=r"positions: 41 \(--positions 41\) is more than this model reads"):
        _ = Classifier(model("bert"), words, format=GuardFormat(positions=41)).positions
    with pytest.raises(UserError, match="no room beside the special tokens"):
        _ = Classifier(model("bert"), words, format=GuardFormat(positions=2)).positions


def test_relative_positions_may_be_stretched_where_the_owner_says_so():
    classifier = Classifier(model("llama"), tokenizer("llama"), format=GuardFormat(positions=60))
    assert np.isfinite(classifier.log_odds([text_of(classifier, 60)])).all()


def test_a_limit_that_no_file_names_is_found_by_trying():
    """A model that fails beyond 23 positions for a reason of its own."""
    classifier = guard("llama")

    class Stubborn(torch.nn.Module):
        config = classifier.model.config

        def __init__(self):
            super().__init__()
            self.weight = torch.nn.Parameter(torch.zeros(1))

        def forward(self, input_ids, **_):
            if input_ids.shape[1] > 23:
                raise ValueError("too long for me")

    assert positions_of(Stubborn(), classifier.tokenizer, classifier.layout, 5) == 23
    with pytest.raises(UserError, match=r"positions: 30 \(--positions 30\) is more .*: too long for me"):
        positions_of(Stubborn(), classifier.tokenizer, classifier.layout, 5, told=30)


def test_a_large_model_is_tried_up_to_its_first_block_alone(monkeypatch):
    monkeypatch.setattr("holdfast.models.positions._WHOLE_FORWARD", 0)
    for family in ("bert", "gpt2", "roberta"):
        made = model(family)
        assert Classifier(made, tokenizer(FAMILIES[family][0])).positions == 40


@pytest.mark.parametrize("family", ENCODER_DECODERS)
def test_an_encoder_decoder_scores_and_refuses_gradients_in_words(family):
    classifier = guard(family)
    texts = [text_of(classifier, length) for length in (4, 9, 9, 30)]
    expected = []
    for text in texts:
        ids = [*classifier.layout.head, *text.completion, *classifier.layout.tail]
        with torch.inference_mode():
            logits = classifier.model(torch.tensor([ids])).logits[0]
        expected.append(float(logits[1] - logits[0]))
    np.testing.assert_allclose(classifier.log_odds(texts), expected, rtol=1e-4, atol=1e-4)
    with pytest.raises(UserError, match=f"encoder-decoder \\({family}\\)"):
        classifier.gradients(texts)
