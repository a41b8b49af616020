"""A filter whose weights are set by hand: a real ModernBERT that weighs each word by itself.

Its log odds are known on paper, so that a test need not train a model and hope. They are

    bias + slope * mean, or bias + below * mean where the mean is negative,

with the mean over all tokens, special ones included, of `weight + relu(weight - 1) * weight`: a word that
weighs 2 counts 4, one of 3 counts 9, and one of up to 1 counts what it weighs. So the gradient is steeper at
heavy words, as in a trained filter.

Weights are multiples of 2 ** -12, and every norm is set to change nothing, so that sums over words are exact:
two snippets with the same words have the same log odds to the last bit, in any order, batch and on any
processor, and others lie apart by far more than rounding.
"""

from collections.abc import Mapping

import torch

from holdfast.core.seeds import Stream
from holdfast.models.classifier import Classifier
from holdfast.models.encoder import LABELS
from holdfast.models.generator import Generator
from holdfast.models.size import ModelSize
from holdfast.models.tokenizer import CLS, PAD, SEP, word_tokenizer
from holdfast.tasks.base import Task

WIDTH = 8
STEP = 2.0**-12
"""Weights are multiples of it."""
_EPSILON = 2.0**40
"""A norm divides by the root of this, and its weight multiplies by the same."""
_READ = [0, 2]
"""Where a weight is read: the number itself less one that is always 0, so that gradients sum to 0 too."""


def hand_set_filter(
    task: Task,
    weights: Mapping[str, float],
    *,
    slope: float = 32.0,
    below: float | None = None,
    bias: float = 0.0,
    positions: int = 256,
) -> Classifier:
    """A filter over the task's vocabulary; words without a weight, and special tokens, weigh 0."""
    assert all((weight / STEP).is_integer() for weight in weights.values())
    tokenizer = word_tokenizer(task, positions, token_types=False)
    model = _model(len(tokenizer), positions)
    ids = tokenizer.get_vocab()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            weight.fill_(_EPSILON**0.5 if "norm" in name else 0.0)
        for word, value in weights.items():
            model.model.embeddings.tok_embeddings.weight[ids[word], :2] = _opposites(value)
        _reward_heavy_words(model.model.layers[0].mlp)
        _answer_on_both_sides(model, slope, slope if below is None else below)
        model.classifier.bias[1] = bias
    return Classifier(model, tokenizer, task)


def _model(vocabulary_size: int, positions: int) -> torch.nn.Module:
    from transformers import ModernBertConfig, ModernBertForSequenceClassification

    config = ModernBertConfig(
        vocab_size=vocabulary_size,
        hidden_size=WIDTH,
        intermediate_size=WIDTH,
        num_hidden_layers=1,
        num_attention_heads=1,
        max_position_embeddings=positions,
        global_attn_every_n_layers=1,
        norm_eps=_EPSILON,
        mlp_bias=True,
        hidden_activation="relu",
        classifier_activation="relu",
        classifier_pooling="mean",
        pad_token_id=PAD,
        bos_token_id=CLS,
        cls_token_id=CLS,
        eos_token_id=SEP,
        sep_token_id=SEP,
        id2label=LABELS,
        label2id={name: i for i, name in LABELS.items()},
    )
    return ModernBertForSequenceClassification._from_config(config, attn_implementation="sdpa")


def _reward_heavy_words(mlp: torch.nn.Module) -> None:
    """Add relu(weight - 1) * weight: the first of the block's inner units, and its gate."""
    mlp.Wi.weight[0, _READ], mlp.Wi.bias[0] = _opposites(1.0), -1.0
    mlp.Wi.weight[WIDTH, _READ] = _opposites(1.0)
    mlp.Wo.weight[:2, 0] = _opposites(1.0)


def _answer_on_both_sides(model: torch.nn.Module, slope: float, below: float) -> None:
    """One unit for means above 0, and one for those below."""
    sign = -1.0 if below > 0 else 1.0
    # Where both count upwards, the norm between them and the answer takes some of it away.
    kept = 1.0 if sign < 0 else 1 - 2 / WIDTH
    model.head.dense.weight[:2, _READ] = torch.stack([_opposites(slope), _opposites(-abs(below))]) / kept
    model.classifier.weight[1, :2] = torch.tensor([1.0, sign])


def _opposites(value: float) -> torch.Tensor:
    """A number and its opposite: their mean, which a norm takes away, is exactly 0."""
    return torch.tensor([value, -value])


def hand_set_generator(task: Task, stream: Stream, positions: int = 256) -> Generator:
    """A real Llama that looks at the last word alone, and likes each word to follow it a little more or less.

    Each word is drawn a row of ones and minus ones; the log odds of one word after another are the product of
    their rows, in sixteenths. So what it answers is the same to the last bit in any batch.
    """
    generator = Generator.create(task, ModelSize(layers=1, width=16, heads=2, positions=positions), stream)
    signs = stream.child("signs").numpy().choice([-1.0, 1.0], size=(len(generator.tokenizer), 16))
    model = generator.model
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "o_proj" in name or "down_proj" in name:  # so that neither block adds anything
                weight.zero_()
        model.model.embed_tokens.weight.copy_(torch.from_numpy(signs))
        model.model.norm.weight.fill_(1 / 16)
        for norm in [m for m in model.modules() if hasattr(m, "variance_epsilon")]:
            norm.variance_epsilon = 0.0  # the mean square of ones and minus ones is 1
    model.config.rms_norm_eps = 0.0
    return generator
