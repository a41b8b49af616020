"""The defender: snippet to log odds of catastrophe, in any Hugging Face sequence classifier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import torch

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.models.codec import Codec
from holdfast.models.encoder import new_encoder
from holdfast.models.first_token import read_first_token_only
from holdfast.models.folder import content_hash, load_folder, save_folder
from holdfast.models.guard_format import GuardFormat, LayoutKind
from holdfast.models.labels import Labels
from holdfast.models.layout import Layout
from holdfast.models.size import ModelSize
from holdfast.models.tokenizer import is_made_here, word_tokenizer
from holdfast.tasks.base import Task

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

__all__ = ["Classifier", "ModelSize", "Saliency", "TokenGradients"]


@dataclass(frozen=True)
class TokenGradients:
    """Gradient of one snippet's log odds with respect to each token's word embedding.

    `prompt` has shape (P, H) and `completion` (C, H), float32.
    """

    prompt: np.ndarray
    completion: np.ndarray
    log_odds: float


@dataclass(frozen=True)
class Saliency:
    """How much each token matters: the L2 norm of its gradient; shapes (P,) and (C,)."""

    prompt: np.ndarray
    completion: np.ndarray


class Classifier:
    """Anyone's sequence classifier with its tokenizer; always used in evaluation mode here.

    `labels` says which labels are bad, `layout` how a snippet's tokens are laid out, `format` what the owner
    said of both. In the `single` layout a snippet is one text, and its tokens are all in the completion.
    `revision` counts the times that training changed the weights, so that caches know when they are stale.
    """

    def __init__(
        self,
        model: torch.nn.Module,
        tokenizer: PreTrainedTokenizerFast,
        task: Task | None = None,
        format: GuardFormat | None = None,
    ) -> None:
        """Raises UserError where which labels are bad is neither known nor said."""
        self.model = model.eval()
        read_first_token_only(model)
        self.tokenizer = tokenizer
        self.format = format or GuardFormat()
        self.labels = Labels.of(model.config, self.format)
        self.layout = Layout.of(tokenizer, self.format.layout or usual_layout(tokenizer))
        join = self.format.join if self.layout.kind == "single" else None
        self.codec = Codec(tokenizer, task, join=join, special_tokens=self.format.special_tokens)
        self.revision = 0
        self._config: Any = model.config

    @classmethod
    def create(cls, task: Task, size: ModelSize, stream: Stream) -> Self:
        """A bidirectional encoder of random weights; the same stream gives the same."""
        tokenizer = word_tokenizer(task, size.positions, token_types=size.architecture == "bert")
        model = new_encoder(size, len(tokenizer), stream)
        return cls(model, tokenizer, task)

    @classmethod
    def load(cls, path: str | Path, task: Task | None = None, format: GuardFormat | None = None) -> Self:
        """Open anyone's folder of a sequence classifier, as its owner says that it is to be read.

        Raises UserError when it is missing or corrupt, when it has no classification head, or when what its
        labels mean is neither known nor said.
        """
        from transformers import AutoModelForSequenceClassification

        model, tokenizer = load_folder(Path(path), AutoModelForSequenceClassification)
        return cls(model, tokenizer, task, format)

    def save(self, path: str | Path) -> str:
        """Write an ordinary `save_pretrained` folder, whole or not at all; returns the content hash."""
        save_folder(Path(path), self.model, self.tokenizer)
        return self.hash

    @property
    def hash(self) -> str:
        """The content hash of the weights, configuration and vocabulary as they are now."""
        return content_hash(self.model, self.tokenizer)

    @cached_property
    def parameters_count(self) -> int:
        """How many weights the model has."""
        return sum(p.numel() for p in self.model.parameters())

    @property
    def flops_per_token(self) -> float:
        """Forward FLOPs for one token: 2 N (a backward pass costs 4 N more), as arXiv 2407.18213 counts."""
        return 2.0 * self.parameters_count

    @property
    def positions(self) -> int | None:
        """The longest sequence in tokens, special ones included; None where the model names no limit."""
        limit = getattr(self._config, "max_position_embeddings", None)
        if limit is not None and self._config.model_type in ("roberta", "xlm-roberta", "camembert"):
            limit -= 2  # these start counting positions after the padding index
        return limit

    def forward_log_odds(self, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
        """Log odds of catastrophe, shape (B,), for a batch of model inputs; differentiable."""
        logits: torch.Tensor = self.model(**inputs).logits
        return self.labels.log_odds(logits)

    def forward_log_odds_and_state(
        self, inputs: dict[str, torch.Tensor]
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The same, and the last layer's state at the first token, shape (B, H)."""
        output = self.model(**inputs, output_hidden_states=True)
        return self.labels.log_odds(output.logits), output.hidden_states[-1][:, 0]

    def log_odds(self, batch: Sequence[Tokens]) -> np.ndarray:
        """Log odds of catastrophe, shape (B,), float32: one padded full-precision forward."""
        if not batch:
            return np.zeros(0, dtype=np.float32)
        packed = self.layout.pack(batch, self.positions)
        inputs = packed.model_inputs(slice(None), packed.ids.shape[1], self.layout.wants_types)
        with torch.inference_mode():
            return self.forward_log_odds(inputs).float().numpy()

    def gradients(self, batch: Sequence[Tokens]) -> list[TokenGradients]:
        """Gradients of each snippet's log odds with respect to its tokens' word embeddings: one backward."""
        if not batch:
            return []
        packed = self.layout.pack(batch, self.positions)
        inputs = packed.model_inputs(slice(None), packed.ids.shape[1], self.layout.wants_types)
        words: Any = self.model
        embedded = words.get_input_embeddings()(inputs.pop("input_ids")).detach().requires_grad_()
        log_odds = self.forward_log_odds({"inputs_embeds": embedded, **inputs})
        # Rows do not touch each other, so the gradient of the sum holds every row's own gradient.
        (gradient,) = torch.autograd.grad(log_odds.sum(), embedded)
        values, rows = log_odds.detach().float().numpy(), gradient.float().numpy()
        return [self._cut(t, row, float(v)) for t, row, v in zip(batch, rows, values, strict=True)]

    def _cut(self, tokens: Tokens, gradient: np.ndarray, log_odds: float) -> TokenGradients:
        first, second = len(self.layout.head), self.layout.completion_start(tokens)
        return TokenGradients(
            prompt=gradient[first : first + len(tokens.prompt)].copy(),
            completion=gradient[second : second + len(tokens.completion)].copy(),
            log_odds=log_odds,
        )

    def saliency(self, batch: Sequence[Tokens]) -> list[Saliency]:
        """The L2 norm of each token's gradient (arXiv 2205.01663, section 4.2)."""
        return [saliency_of(gradients) for gradients in self.gradients(batch)]

    def embedding_matrix(self) -> np.ndarray:
        """The word embeddings, shape (V, H), for first-order ranking of substitutions."""
        words: Any = self.model
        matrix: torch.Tensor = words.get_input_embeddings().weight
        return matrix.detach().float().numpy()


def saliency_of(gradients: TokenGradients) -> Saliency:
    """The L2 norms of one snippet's gradients."""
    return Saliency(np.linalg.norm(gradients.prompt, axis=-1), np.linalg.norm(gradients.completion, axis=-1))


def usual_layout(tokenizer: PreTrainedTokenizerFast) -> LayoutKind:
    """A pair for the word-level tokenizers made here, one text for all others."""
    return "pair" if is_made_here(tokenizer) else "single"
