"""Encoders that read in order: recurrent ones, and hybrids whose later layers attend.

A story or a string of brackets changes a state word by word. An attention layer has to look all changes up at
once, and how many it can follow in a row is bounded by its layers; a recurrent layer carries the state along.
A hybrid does both: it first reads in order, from both ends, and then looks for what belongs together.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
from transformers import PreTrainedConfig
from transformers.modeling_outputs import SequenceClassifierOutput

from holdfast.models.word_classifier import Attention, FeedForward, WordClassifier


class RecurrentConfig(PreTrainedConfig):  # type: ignore[misc]
    """Sizes: `num_hidden_layers` layers, of which the last `attention_layers` attend."""

    model_type = "holdfast_recurrent"

    def __init__(
        self,
        vocab_size: int = 8,
        hidden_size: int = 64,
        num_hidden_layers: int = 2,
        attention_layers: int = 0,
        num_attention_heads: int = 2,
        intermediate_size: int = 128,
        dropout: float = 0.0,
        max_position_embeddings: int = 128,
        **others: Any,
    ) -> None:
        self.vocab_size = vocab_size
        self.hidden_size = hidden_size
        self.num_hidden_layers = num_hidden_layers
        self.attention_layers = attention_layers
        self.num_attention_heads = num_attention_heads
        self.intermediate_size = intermediate_size
        self.dropout = dropout
        self.max_position_embeddings = max_position_embeddings
        super().__init__(**others)


class _Recurrent(torch.nn.Module):
    """A GRU over the words from both ends, half the width each way, beside what it reads."""

    def __init__(self, config: RecurrentConfig) -> None:
        super().__init__()
        width = config.hidden_size
        self.norm = torch.nn.LayerNorm(width)
        self.gru = torch.nn.GRU(width, width // 2, batch_first=True, bidirectional=True)
        self.dropout = torch.nn.Dropout(config.dropout)

    def forward(self, states: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        """States of shape (B, L, H); padding takes no part, so that a row's company changes nothing."""
        read = self.norm(states)
        if mask is None:
            found, _ = self.gru(read)
        else:
            lengths = mask.sum(-1).cpu()
            packed = pack_padded_sequence(read, lengths, batch_first=True, enforce_sorted=False)
            found, _ = pad_packed_sequence(
                self.gru(packed)[0], batch_first=True, total_length=states.shape[1]
            )
        shown: torch.Tensor = states + self.dropout(found)
        return shown


class _Attending(torch.nn.Module):
    """A transformer's block without places of its own, which the recurrent layers before it give."""

    def __init__(self, config: RecurrentConfig) -> None:
        super().__init__()
        self.attention = Attention(config.hidden_size, config.num_attention_heads)
        self.inner = FeedForward(config.hidden_size, config.intermediate_size)
        self.dropout = torch.nn.Dropout(config.dropout)

    def forward(self, states: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        """States of shape (B, L, H)."""
        seen = None if mask is None else mask.bool()[:, None, None]
        states = states + self.dropout(self.attention(states, seen))
        shown: torch.Tensor = states + self.dropout(self.inner(states))
        return shown


class RecurrentForSequenceClassification(WordClassifier):
    """Words to the logits of labels, shape (B, labels): layers in order, then mean and maximum over words."""

    config_class = RecurrentConfig

    def __init__(self, config: RecurrentConfig) -> None:
        super().__init__(config)
        attending = config.attention_layers
        self.layers = torch.nn.ModuleList(
            _Attending(config) if number >= config.num_hidden_layers - attending else _Recurrent(config)
            for number in range(config.num_hidden_layers)
        )
        self.norm = torch.nn.LayerNorm(config.hidden_size)
        self.post_init()

    def forward(
        self,
        input_ids: torch.Tensor | None = None,
        attention_mask: torch.Tensor | None = None,
        inputs_embeds: torch.Tensor | None = None,
        output_hidden_states: bool = False,
        **_: Any,
    ) -> SequenceClassifierOutput:
        """Logits; with `output_hidden_states` what each layer gives, the words' embeddings first."""
        states = self.words(input_ids) if inputs_embeds is None else inputs_embeds
        seen = [states]
        for layer in self.layers:
            states = layer(states, attention_mask)
            seen.append(states)
        return SequenceClassifierOutput(
            logits=self.decided(self.norm(states), attention_mask),
            hidden_states=tuple(seen) if output_hidden_states else None,
        )
