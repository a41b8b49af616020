"""Bidirectional encoders for classification, made from a configuration with random weights."""

from __future__ import annotations

from typing import Any

import torch

from holdfast.core.clauses import ends_clause
from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.models.reader import start_reading
from holdfast.models.size import ModelSize
from holdfast.models.tokenizer import CLS, PAD, SEP
from holdfast.tasks.base import FIRST_WORD, Marker, Task

LABELS = {0: "harmless", 1: "catastrophic"}


def new_encoder(size: ModelSize, vocabulary_size: int, stream: Stream, task: Task) -> torch.nn.Module:
    """A sequence classifier of two labels for a task's own words; the same stream gives the same weights.

    `modernbert` (arXiv 2412.13663) places words by rotation, relative to each other, so that what it learns
    of a clause holds wherever an edit shifts the clause to; `bert` learns each place apart; `reader` is a
    ModernBERT whose first weights look at neighbours and match like with like; `recurrent` reads in order,
    from both ends, and a `hybrid`'s later half of layers attends to what it read so; `stepwise` writes what
    happens, clause by clause, before it decides, in the marks of the task's oracle. Raises UserError for a
    task that has none.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(stream.integer())
        if size.architecture == "stepwise":
            return _stepwise(size, vocabulary_size, task)
        return _ARCHITECTURES[size.architecture](size, vocabulary_size)


def _common(size: ModelSize, vocabulary_size: int) -> dict[str, Any]:
    return {
        "vocab_size": vocabulary_size,
        "hidden_size": size.width,
        "num_hidden_layers": size.layers,
        "num_attention_heads": size.heads,
        "max_position_embeddings": size.positions,
        "pad_token_id": PAD,
        "id2label": LABELS,
        "label2id": {name: i for i, name in LABELS.items()},
    }


def _modernbert(size: ModelSize, vocabulary_size: int, attention_bias: bool = False) -> torch.nn.Module:
    from transformers import ModernBertConfig, ModernBertForSequenceClassification

    config = ModernBertConfig(
        # a gated block has three matrices where a plain one has two
        intermediate_size=size.feed_forward or 2 * size.width,
        global_attn_every_n_layers=1,
        attention_bias=attention_bias,
        classifier_pooling="mean",
        embedding_dropout=size.dropout,
        mlp_dropout=size.dropout,
        attention_dropout=size.dropout,
        classifier_dropout=size.dropout,
        bos_token_id=CLS,
        cls_token_id=CLS,
        eos_token_id=SEP,
        sep_token_id=SEP,
        **_common(size, vocabulary_size),
    )
    model: torch.nn.Module = ModernBertForSequenceClassification._from_config(
        config, attn_implementation="sdpa"
    )
    return model


def _reader(size: ModelSize, vocabulary_size: int) -> torch.nn.Module:
    model = _modernbert(size, vocabulary_size, attention_bias=True)
    start_reading(model)
    return model


def _bert(size: ModelSize, vocabulary_size: int) -> torch.nn.Module:
    from transformers import BertConfig, BertForSequenceClassification

    config = BertConfig(
        intermediate_size=size.inner_width,
        hidden_dropout_prob=size.dropout,
        attention_probs_dropout_prob=size.dropout,
        **_common(size, vocabulary_size),
    )
    model: torch.nn.Module = BertForSequenceClassification._from_config(config, attn_implementation="sdpa")
    return model


def _recurrent(size: ModelSize, vocabulary_size: int, attention_layers: int = 0) -> torch.nn.Module:
    from holdfast.models.recurrent import RecurrentConfig, RecurrentForSequenceClassification

    config = RecurrentConfig(
        attention_layers=attention_layers,
        intermediate_size=size.inner_width,
        dropout=size.dropout,
        **_common(size, vocabulary_size),
    )
    return RecurrentForSequenceClassification(config)


def _hybrid(size: ModelSize, vocabulary_size: int) -> torch.nn.Module:
    return _recurrent(size, vocabulary_size, attention_layers=size.layers // 2)


def _stepwise(size: ModelSize, vocabulary_size: int, task: Task) -> torch.nn.Module:
    from holdfast.models.stepwise import StepwiseConfig, StepwiseForSequenceClassification

    if not isinstance(task, Marker):
        raise UserError(
            f"a stepwise classifier writes what the task's oracle knows at each word, and that of {task.name}"
            " says nothing of single words; choose another architecture"
        )
    ends = (FIRST_WORD + i for i, word in enumerate(task.vocabulary) if ends_clause(word))
    config = StepwiseConfig(
        intermediate_size=size.inner_width,
        dropout=size.dropout,
        marks=len(task.marks),
        clause_ends=(CLS, SEP, *ends),
        **_common(size, vocabulary_size),
    )
    return StepwiseForSequenceClassification(config)


_ARCHITECTURES = {
    "modernbert": _modernbert,
    "bert": _bert,
    "reader": _reader,
    "recurrent": _recurrent,
    "hybrid": _hybrid,
}
