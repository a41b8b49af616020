"""The likelihood engine: how likely a generator is to write a completion, for attacks on just that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from holdfast.core.budget import Spend
from holdfast.core.snippet import Tokens
from holdfast.models.generator import Generator
from holdfast.models.layout import length_batches
from holdfast.models.reading import Line, Reader
from holdfast.models.score_cache import ScoreCache


@dataclass(frozen=True)
class LikelihoodGradients:
    """Gradient of log p(completion | prompt) with respect to the word embedding of each token of the prompt.

    `prompt` has shape (P, H), float32.
    """

    prompt: np.ndarray
    log_prob: float


class LikelihoodEngine:
    """log p(completion | prompt) of many candidates, in full precision and without repeating work.

    A beginning that candidates share is read once, and what is remembered of it serves them all; logits are
    computed at the target alone (the search of arXiv 2307.15043 changes few words before a fixed target).
    Every result equals an unbatched forward of the generator to 1e-4. The cache holds up to `cache_size`
    answers, forgets the oldest first, and is dropped when training changes the generator. `spend` counts the
    FLOPs of real forwards and backwards.

    Nothing is screened in bf16, as scores are: late in a search the best candidates lie closer together than
    bf16 strays, so that nearly all would have to be read again.
    """

    def __init__(
        self, generator: Generator, *, tokens_per_batch: int = 768, cache_size: int = 500_000
    ) -> None:
        self.generator = generator
        self.codec = generator.codec
        self._tokens_per_batch = tokens_per_batch
        self._cache_size = cache_size
        self._reader = Reader(generator.model, generator.layout.pad, tokens_per_batch)
        self._backward_tokens = 0
        self._start()

    def _start(self) -> None:
        """Know nothing of the generator as it is now."""
        self._revision = self.generator.revision
        self._reader.forget()
        self._caches = {ended: ScoreCache(self._cache_size) for ended in (False, True)}

    @property
    def spend(self) -> Spend:
        """What the forwards and backwards so far cost."""
        cost = self.generator.flops_per_token
        return Spend(
            forward_flops=cost * self._reader.tokens_read, backward_flops=2 * cost * self._backward_tokens
        )

    def log_prob(self, tokens: Sequence[Tokens], *, ended: bool = False) -> np.ndarray:
        """Log-likelihood of each completion given its prompt, shape (B,), float64.

        With `ended` the completion's end counts too. Raises UserError when a snippet is too long to read.
        """
        self._refresh()
        cache = self._caches[ended]
        rows, new = cache.rows(tokens)
        try:
            cache.exact[cache.new_rows(new)] = self._forward(new, ended)
        except BaseException:
            cache.forget(new)
            raise
        found: np.ndarray = cache.exact[rows].astype(np.float64)
        cache.trim()
        return found

    def likeliest(
        self, groups: Sequence[Sequence[Tokens]], *, ended: bool = False
    ) -> list[tuple[Tokens, float] | None]:
        """The snippet of the greatest log-likelihood in each group, the first of equals, and that likelihood.

        None for an empty group.
        """
        tokens = [snippet for group in groups for snippet in group]
        values = self.log_prob(tokens, ended=ended)
        found: list[tuple[Tokens, float] | None] = []
        first = 0
        for group in groups:
            own = values[first : first + len(group)]
            first += len(group)
            best = int(own.argmax()) if len(group) else -1
            found.append((group[best], float(own[best])) if len(group) else None)
        return found

    def exact_log_prob(self, tokens: Sequence[Tokens], *, ended: bool = False) -> np.ndarray:
        """The same, computed anew, past the cache."""
        self._refresh()
        return self._forward(tokens, ended)

    def gradients(
        self, tokens: Sequence[Tokens], *, ended: bool = False, first: Sequence[int] | None = None
    ) -> list[LikelihoodGradients]:
        """The gradients of each snippet's log-likelihood by its prompt, in order.

        `first` says from which position of each prompt they are wanted (None: the beginning); what stands
        before has gradient 0, and is not read again where it is remembered.
        """
        self._refresh()
        layout, width = self.generator.layout, self._embeddings.shape[1]
        found = [LikelihoodGradients(np.zeros((len(t.prompt), width), dtype=np.float32), 0.0) for t in tokens]
        lines = self._lines(tokens, ended)
        wanted = [len(layout.head) + n if n else 0 for n in first or [0] * len(lines)]
        starts = [min(n, line.shareable) for n, line in zip(wanted, lines, strict=True)]
        asked = np.array([i for i, line in enumerate(lines) if line.targets], dtype=np.int64)
        lengths = np.array([len(lines[i].read) - starts[i] for i in asked], dtype=np.int64)
        for rows in length_batches(lengths, self._tokens_per_batch):
            at = asked[rows].tolist()
            log_probs, gradients = self._reader.gradients([lines[i] for i in at], [starts[i] for i in at])
            for i, log_prob, gradient in zip(at, log_probs.tolist(), gradients, strict=True):
                own = gradient[len(layout.head) : len(layout.head) + len(tokens[i].prompt)].copy()
                found[i] = LikelihoodGradients(own, log_prob)
        self._backward_tokens += int(lengths.sum())
        return found

    def embedding_matrix(self) -> np.ndarray:
        """The word embeddings, shape (V, H), for first-order ranking of substitutions."""
        return self._embeddings.detach().float().cpu().numpy()

    @property
    def _embeddings(self) -> torch.Tensor:
        model: Any = self.generator.model
        matrix: torch.Tensor = model.get_input_embeddings().weight
        return matrix

    def _refresh(self) -> None:
        if self._revision != self.generator.revision:
            self._start()

    def _forward(self, tokens: Sequence[Tokens], ended: bool) -> np.ndarray:
        result = np.zeros(len(tokens))
        lines = self._lines(tokens, ended)
        asked = [i for i, line in enumerate(lines) if line.targets]
        result[asked] = self._reader.log_probs([lines[i] for i in asked])
        return result

    def _lines(self, tokens: Sequence[Tokens], ended: bool) -> list[Line]:
        """Snippets laid out, up to the completion's last token or, with `ended`, its end."""
        layout = self.generator.layout
        layout.pack([max(tokens, key=len)] if tokens else [], self.generator.positions)  # refuses a long one
        end = layout.tail[:1] if ended else ()
        return [
            Line(layout.head + prompt + layout.middle + completion + end, len(completion) + len(end))
            for prompt, completion in tokens
        ]
