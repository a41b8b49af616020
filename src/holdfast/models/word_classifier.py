"""What architectures made here have in common: words in, a decision from the states of all words out."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional
from transformers import AutoConfig, AutoModelForSequenceClassification, PreTrainedConfig, PreTrainedModel


class WordClassifier(PreTrainedModel):  # type: ignore[misc]
    """Embeds words (`words`), and decides from the mean and the maximum of states (`decided`)."""

    base_model_prefix = "model"

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        width = config.hidden_size
        self.words: torch.nn.Module = torch.nn.Embedding(
            config.vocab_size, width, padding_idx=config.pad_token_id
        )
        self.pooled = torch.nn.Linear(2 * width, width)
        self.classifier = torch.nn.Linear(width, config.num_labels)

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

    def decided(self, states: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        """Logits, shape (B, labels), from states of shape (B, L, H); padding, mask 0, has no part."""
        if mask is None:
            mean, most = states.mean(1), states.amax(1)
        else:
            real = mask[..., None].to(states.dtype)
            mean = (states * real).sum(1) / real.sum(1)
            most = states.masked_fill(real == 0, -torch.inf).amax(1)
        logits: torch.Tensor = self.classifier(functional.gelu(self.pooled(torch.cat([mean, most], -1))))
        return logits


class FeedForward(torch.nn.Module):
    """The block of a transformer that works on each word apart, norm first, without the residual."""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.norm = torch.nn.LayerNorm(width)
        self.rise, self.fall = torch.nn.Linear(width, inner), torch.nn.Linear(inner, width)

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """Of any shape whose last dimension is the width."""
        found: torch.Tensor = self.fall(functional.gelu(self.rise(self.norm(states))))
        return found


class Attention(torch.nn.Module):
    """Attention of several heads, norm first, without the residual; it knows no places."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self._heads = heads
        self.norm = torch.nn.LayerNorm(width)
        self.joint, self.out = torch.nn.Linear(width, 3 * width), torch.nn.Linear(width, width)

    def forward(self, states: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        """States of shape (B, L, H); the mask, in (B, heads, L, L), is False or what is added to a score."""
        rows, length, width = states.shape
        split = self.joint(self.norm(states)).view(rows, length, 3, self._heads, width // self._heads)
        query, key, value = split.permute(2, 0, 3, 1, 4)
        if mask is not None and mask.dtype != torch.bool:
            mask = mask.to(query.dtype)
        found = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        shown: torch.Tensor = self.out(found.transpose(1, 2).reshape(rows, length, width))
        return shown


def register(config: type[PreTrainedConfig], model: type[WordClassifier]) -> None:
    """Let folders of this kind be opened as those of any other."""
    AutoConfig.register(config.model_type, config, exist_ok=True)
    AutoModelForSequenceClassification.register(config, model, exist_ok=True)
