"""Reads how likely the generator is to write one part of a text, with gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import torch
from torch.nn import functional

from holdfast.core.budget import Spend
from holdfast.core.snippet import Tokens
from holdfast.models.generator import Generator
from holdfast.models.layout import Packed, length_batches
from holdfast.models.score_cache import ScoreCache
from holdfast.models.vetoes.base import Floats, Matrix, PartGradients
from holdfast.models.vetoes.likelihood import TextPart
from holdfast.models.vetoes.smoothing import Smoothing

_TOKENS_PER_BATCH = 4096

UNREADABLE = -1000.0
"""The value of a text that is longer than the generator reads: it is turned away."""


class LikelihoodReader:
    """Means of log-likelihoods in full precision; equal to an unbatched forward to 1e-4.

    What it remembers is dropped when training changes the generator.
    """

    def __init__(
        self,
        generator: Generator,
        part: TextPart,
        floor: float | None,
        smoothing: Smoothing | None = None,
        *,
        cache_size: int = 500_000,
    ) -> None:
        self._generator = generator
        self._part = part
        self._smoothing = smoothing
        self._floor = -np.inf if floor is None else floor
        self._cache_size = cache_size
        self._cache = ScoreCache(cache_size)
        self._revision = generator.revision
        self._forward_tokens = 0
        self._backward_tokens = 0

    def fresh(self) -> Self:
        """A reader of the same generator that remembers nothing."""
        floor = None if np.isinf(self._floor) else float(self._floor)
        return type(self)(self._generator, self._part, floor, self._smoothing, cache_size=self._cache_size)

    @property
    def spend(self) -> Spend:
        """What the forwards and backwards so far cost."""
        cost = self._generator.flops_per_token
        return Spend(
            forward_flops=cost * self._forward_tokens, backward_flops=2 * cost * self._backward_tokens
        )

    def flops(self, tokens: Sequence[Tokens]) -> float:
        """What reading these takes, remembered or not."""
        return self._generator.flops_per_token * float(self._lengths(self._read(tokens)).sum())

    def values(self, tokens: Sequence[Tokens]) -> Floats:
        """The mean log-likelihood of a word, shape (B,), remembered or not."""
        if self._revision != self._generator.revision:
            self._cache, self._revision = ScoreCache(self._cache_size), self._generator.revision
        rows, new = self._cache.rows(self._read(tokens))
        if new:
            try:
                self._cache.exact[self._cache.new_rows(new)] = self._means(new)
            except BaseException:
                self._cache.forget(new)
                raise
        found: Floats = self._cache.exact[rows].astype(np.float64)
        self._cache.trim()
        return found

    def exact_values(self, tokens: Sequence[Tokens]) -> Floats:
        """The same, computed again."""
        return self._means(self._read(tokens)).astype(np.float32).astype(np.float64)

    def gradients(self, tokens: Sequence[Tokens]) -> list[PartGradients]:
        """Of each mean by each token's embeddings: as it is read, as it is predicted, and by its class.

        A word changes its own probability, too, and that is most of what another word in its place changes.
        """
        width = self.embedding_matrix().shape[1]
        found = [
            PartGradients(*(np.zeros((len(part), width), dtype=np.float32) for part in each))
            for each in tokens
        ]
        read = self._read(tokens)
        for batch in self._batches(read):
            some = [read[i] for i in batch]
            for i, gradient in zip(batch, self._gradients(some), strict=True):
                head, middle = len(self._generator.layout.head), len(self._generator.layout.middle)
                prompt, completion = read[i]
                after = head + len(prompt) + middle
                found[i].prompt[: len(prompt)] = gradient[head : head + len(prompt)]
                found[i].completion[: len(completion)] = gradient[after : after + len(completion)]
        return found

    def embedding_matrix(self) -> Matrix:
        """(V, 2 H) what each token is read as, and the embedding with which it is predicted.

        Where likelihoods are smoothed, (V, 2 H + classes + 1): its class stands beside them.
        """
        model: Any = self._generator.model
        read = model.get_input_embeddings().weight
        shifts = self._shifts()
        weights = [read if shifts is None else read + shifts, model.get_output_embeddings().weight]
        sides = [side.detach().float().cpu().numpy() for side in weights]
        classes = [] if self._smoothing is None else [self._smoothing.membership()]
        return np.concatenate([*sides, *classes], axis=1)

    def _read(self, tokens: Sequence[Tokens]) -> list[Tokens]:
        """What is read of each snippet: nothing that follows the prompt changes how likely it is."""
        return [Tokens(t.prompt, ()) for t in tokens] if self._part == "prompt" else list(tokens)

    def _lengths(self, read: Sequence[Tokens]) -> np.ndarray:
        return self._generator.layout.lengths(read)

    def _batches(self, read: Sequence[Tokens]) -> list[list[int]]:
        """Places of the snippets that the generator can read, in batches of near-equal length."""
        lengths, most = self._lengths(read), self._generator.positions
        fits = np.arange(len(read)) if most is None else np.flatnonzero(lengths <= most)
        return [fits[rows].tolist() for rows in length_batches(lengths[fits], _TOKENS_PER_BATCH)]

    def _means(self, read: Sequence[Tokens]) -> Floats:
        result = np.full(len(read), UNREADABLE)
        with torch.inference_mode():
            for batch in self._batches(read):
                packed, inputs, asked = self._packed([read[i] for i in batch])
                ids = inputs["input_ids"]
                if self._shifts() is not None:
                    del inputs["input_ids"]
                    inputs["inputs_embeds"] = self._embedded(ids)
                logits = self._generator.model(**inputs, use_cache=False).logits
                log_probs = self._log_probs(logits, ids)
                result[batch] = self._mean(log_probs, asked).cpu().numpy()
                self._forward_tokens += int(packed.lengths.sum())
        return result

    def _packed(self, some: Sequence[Tokens]) -> tuple[Packed, dict[str, torch.Tensor], torch.Tensor]:
        """A batch laid out, and the places whose words are asked about, shape (B, L - 1), as of the next."""
        layout = self._generator.layout
        packed = layout.pack(some)
        inputs = packed.model_inputs(slice(None), packed.ids.shape[1], wants_types=False)
        inputs = {name: value.to(self._generator.device) for name, value in inputs.items()}
        first = len(layout.head)
        stops = [first + len(t.prompt) + bool(layout.middle) for t in some]
        starts = [first] * len(some)
        if self._part == "completion":
            starts = [layout.completion_start(t) for t in some]
            stops = [start + len(t.completion) + 1 for start, t in zip(starts, some, strict=True)]
        column = np.arange(1, packed.ids.shape[1])
        asked = (column >= np.array(starts)[:, None]) & (column < np.array(stops)[:, None])
        return packed, inputs, torch.from_numpy(asked).to(self._generator.device)

    def _mean(self, log_probs: torch.Tensor, asked: torch.Tensor) -> torch.Tensor:
        """(B,) float64; 0 where nothing is asked about."""
        kept = log_probs.double().clamp(min=float(self._floor)) * asked
        return kept.sum(-1) / asked.sum(-1).clamp(min=1)

    def _shifts(self) -> torch.Tensor | None:
        """(V, H) by how much words are read as their class; None where they are read as they are."""
        model: Any = self._generator.model
        weight = model.get_input_embeddings().weight.detach()
        return None if self._smoothing is None else self._smoothing.shifts(weight)

    def _embedded(self, ids: torch.Tensor) -> torch.Tensor:
        """(B, L, H) what is read."""
        model: Any = self._generator.model
        embedded: torch.Tensor = model.get_input_embeddings()(ids)
        shifts = self._shifts()
        return embedded if shifts is None else embedded + shifts[ids]

    def _log_probs(self, logits: torch.Tensor, ids: torch.Tensor) -> torch.Tensor:
        """(B, L - 1) log p of each token but the first, given those before it."""
        if self._smoothing is not None:
            return self._smoothing.log_probs(logits[:, :-1], ids[:, 1:])
        return -functional.cross_entropy(logits[:, :-1].float().transpose(1, 2), ids[:, 1:], reduction="none")

    def _gradients(self, some: Sequence[Tokens]) -> list[Matrix]:
        """(L, 2 H) for each snippet of a batch, padding included: one forward and one backward.

        (L, 2 H + classes + 1) where likelihoods are smoothed.
        """
        model: Any = self._generator.model
        packed, inputs, asked = self._packed(some)
        ids = inputs.pop("input_ids")
        embedded = self._embedded(ids).detach().requires_grad_()
        states: list[torch.Tensor] = []
        head = model.get_output_embeddings()
        hook = head.register_forward_pre_hook(lambda _layer, given: states.append(given[0].detach()))
        try:
            logits = model(**inputs, inputs_embeds=embedded, use_cache=False).logits
        finally:
            hook.remove()
        smoothed = None if self._smoothing is None else self._smoothing.changes(logits[:, :-1], ids[:, 1:])
        log_probs = self._log_probs(logits, ids) if smoothed is None else smoothed.log_probs
        # Rows do not touch each other, so the gradient of the sum holds every row's own gradient.
        (as_read,) = torch.autograd.grad(self._mean(log_probs, asked).sum(), embedded)
        counted = asked & (log_probs.detach() > self._floor)
        weight = counted.float() / asked.sum(-1, keepdim=True).clamp(min=1)
        # The log odds of a word are the state before it times its embedding: the state is the gradient.
        own = weight if smoothed is None else weight * smoothed.own
        as_predicted = torch.zeros_like(as_read)
        as_predicted[:, 1:] = states[0][:, :-1] * own[..., None]
        sides = [as_read, as_predicted]
        if smoothed is not None:
            by_class = functional.pad(smoothed.by_class * weight[..., None], (0, 0, 1, 0))
            sides.append(by_class)
        total = int(packed.lengths.sum())
        self._forward_tokens += total
        self._backward_tokens += total
        return list(torch.cat(sides, dim=-1).float().cpu().numpy())
