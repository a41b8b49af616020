"""Encoders that read in order: recurrent ones, and hybrids whose later layers attend.

A story or a string of brackets changes a state word by word. An attention layer has to look all changes up at
once, and how many it can follow in a row is bounded by its layers; a recurrent layer carries the state along.
A hybrid does both: it first reads in order, from both ends, and then looks for what belongs together.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
from transformers import AutoConfig, AutoModelForSequenceClassification, PreTrainedConfig, PreTrainedModel
from transformers.modeling_outputs import SequenceClassifierOutput

MODEL_TYPE = "holdfast_recurrent"


class RecurrentConfig(PreTrainedConfig):  # type: ignore[misc]
    """Sizes: `num_hidden_layers` layers, of which the last `attention_layers` attend."""

    model_type = MODEL_TYPE

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
        width = config.hidden_size
        self._heads = config.num_attention_heads
        self.norm, self.inner_norm = torch.nn.LayerNorm(width), torch.nn.LayerNorm(width)
        self.joint, self.out = torch.nn.Linear(width, 3 * width), torch.nn.Linear(width, width)
        self.rise = torch.nn.Linear(width, config.intermediate_size)
        self.fall = torch.nn.Linear(config.intermediate_size, width)
        self.dropout = torch.nn.Dropout(config.dropout)

    def forward(self, states: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        """States of shape (B, L, H)."""
        rows, length, width = states.shape
        split = self.joint(self.norm(states)).view(rows, length, 3, self._heads, width // self._heads)
        query, key, value = split.permute(2, 0, 3, 1, 4)
        seen = None if mask is None else mask.bool()[:, None, None]
        found = functional.scaled_dot_product_attention(query, key, value, attn_mask=seen)
        states = states + self.dropout(self.out(found.transpose(1, 2).reshape(rows, length, width)))
        inner = self.fall(functional.gelu(self.rise(self.inner_norm(states))))
        shown: torch.Tensor = states + self.dropout(inner)
        return shown


class RecurrentForSequenceClassification(PreTrainedModel):  # type: ignore[misc]
    """Words to the logits of labels, shape (B, labels): layers in order, then mean and maximum over words."""

    config_class = RecurrentConfig
    base_model_prefix = "model"

    def __init__(self, config: RecurrentConfig) -> None:
        super().__init__(config)
        width, attending, pad = config.hidden_size, config.attention_layers, config.pad_token_id
        self.words: torch.nn.Module = torch.nn.Embedding(config.vocab_size, width, padding_idx=pad)
        self.layers = torch.nn.ModuleList(
            _Attending(config) if number >= config.num_hidden_layers - attending else _Recurrent(config)
            for number in range(config.num_hidden_layers)
        )
        self.norm = torch.nn.LayerNorm(width)
        self.pooled = torch.nn.Linear(2 * width, width)
        self.classifier = torch.nn.Linear(width, config.num_labels)
        self.post_init()

    def _init_weights(self, module: torch.nn.Module) -> None:
        if isinstance(module, torch.nn.Embedding):
            torch.nn.init.normal_(module.weight, std=self.config.hidden_size**-0.5)
            if module.padding_idx is not None:
                with torch.no_grad():
                    module.weight[module.padding_idx].zero_()

    def get_input_embeddings(self) -> torch.nn.Module:
        """The word embeddings."""
        return self.words

    def set_input_embeddings(self, value: torch.nn.Module) -> None:
        """Read words by other embeddings."""
        self.words = value

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
        states = self.norm(states)
        if attention_mask is None:
            mean, most = states.mean(1), states.amax(1)
        else:
            real = attention_mask[..., None].to(states.dtype)
            mean = (states * real).sum(1) / real.sum(1)
            most = states.masked_fill(real == 0, -torch.inf).amax(1)
        pooled = functional.gelu(self.pooled(torch.cat([mean, most], -1)))
        return SequenceClassifierOutput(
            logits=self.classifier(pooled), hidden_states=tuple(seen) if output_hidden_states else None
        )


def register() -> None:
    """Let folders of this kind be opened as those of any other."""
    AutoConfig.register(MODEL_TYPE, RecurrentConfig, exist_ok=True)
    AutoModelForSequenceClassification.register(
        RecurrentConfig, RecurrentForSequenceClassification, exist_ok=True
    )
