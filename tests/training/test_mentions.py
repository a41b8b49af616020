"""Teaching attention where the same was named before."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from bracket_examples import bracket_tokens

from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.models.classifier import Classifier, ModelSize
from holdfast.tasks.base import Mention, WordMarks
from holdfast.training.classifier import ClassifierRecipe, LabelledTokens, train_classifier
from holdfast.training.marks import Marks
from holdfast.training.mentions import MentionsLoss

SIZE = ModelSize(layers=3, width=32, heads=2, positions=64, architecture="reader")
ROWS = np.array([2, 0, 5])


@pytest.fixture(scope="module")
def data() -> LabelledTokens:
    return LabelledTokens(bracket_tokens(SIZE, 64), np.zeros(64, np.float32), np.zeros(64, np.float32))


@pytest.fixture(scope="module")
def marks(data) -> Marks:
    """Each third word is a phrase of its own; those that are the same token name the same."""

    def row(tokens: Tokens) -> WordMarks:
        words = tokens.prompt + tokens.completion
        mentions = tuple(Mention(own, i + 1) if i % 3 == 0 else None for i, own in enumerate(words))
        return WordMarks((0,) * len(tokens.prompt), (0,) * len(tokens.completion), mentions)

    return Marks(("never",), [row(tokens) for tokens in data.tokens])


def loss_of(classifier, data, marks) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    packed = classifier.layout.pack([data.tokens[i] for i in ROWS])
    inputs = packed.model_inputs(slice(None), packed.ids.shape[1], classifier.layout.wants_types)
    loss = MentionsLoss(classifier.model, marks.rows, classifier.layout)
    with torch.no_grad(), loss.watching():
        classifier.forward_log_odds(inputs)
    return loss(ROWS, inputs.get("attention_mask")).detach(), inputs


def test_the_loss_is_what_the_librarys_own_attention_gives(classifier, data, marks):
    found, inputs = loss_of(classifier, data, marks)
    classifier.model.set_attn_implementation("eager")
    with torch.no_grad():
        attentions = classifier.model.model(**inputs, output_attentions=True).attentions
    layers = []
    for layer in (1, 2):
        losses = []
        for place, row in enumerate(ROWS.tolist()):
            tokens, mentions = data.tokens[row], marks.rows[row].mentions
            at = [1 + i + (i >= len(tokens.prompt)) for i in range(len(mentions))]
            for i, own in enumerate(mentions):
                earlier = [
                    at[j] for j in range(i) if own and mentions[j] and mentions[j].entity == own.entity
                ]
                if earlier:
                    share = attentions[layer][place, -1, at[i], earlier].sum()
                    losses.append(-float(torch.log(share)))
        layers.append(np.mean(losses))
    assert float(found) == pytest.approx(np.mean(layers), rel=1e-3)


def test_training_turns_attention_to_earlier_mentions(classifier, data, marks):
    before, _ = loss_of(classifier, data, marks)
    train_classifier(
        classifier,
        data,
        ClassifierRecipe(batch_size=16, mention_weight=1.0, mark_weight=1.0),
        60,
        Stream(2),
        marks=marks,
    )
    after, _ = loss_of(classifier, data, marks)
    assert float(after) < 0.6 * float(before)


def test_texts_that_name_nothing_twice_cost_nothing(classifier, data, marks):
    nothing = replace(marks, rows=[row._replace(mentions=()) for row in marks.rows])
    assert float(loss_of(classifier, data, nothing)[0]) == 0


def test_a_model_without_such_attention_is_refused(brackets, data, marks):
    other = Classifier.create(brackets, replace(SIZE, architecture="bert"), Stream(0))
    with pytest.raises(UserError, match="this is a bert of 3"):
        train_classifier(other, data, ClassifierRecipe(mention_weight=1.0), 1, Stream(2), marks=marks)
