"""The scoring engine (contract 2): every score in Holdfast comes from here."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import numpy as np
import torch

from holdfast.core.budget import Spend
from holdfast.core.odds import probability
from holdfast.core.snippet import Snippet, Tokens
from holdfast.models.classifier import Classifier, Saliency, TokenGradients, saliency_of
from holdfast.models.layout import length_batches


class ScoringEngine:
    """Scores in full precision, without repeating work: dedupes, caches, sorts by length, sizes batches.

    Every result equals an unbatched forward of the classifier to 1e-5. The cache holds up to `cache_size`
    snippets, forgets the oldest first, and is dropped when training changes the classifier. `spend` counts
    the FLOPs of real forwards and backwards; queries are counted by whoever asks.
    """

    def __init__(
        self, classifier: Classifier, *, tokens_per_batch: int = 4096, cache_size: int = 500_000
    ) -> None:
        self.classifier = classifier
        self.codec = classifier.codec
        self._tokens_per_batch = tokens_per_batch
        self._cache_size = cache_size
        self._cache: dict[Tokens, float] = {}
        self._revision = classifier.revision
        self._forward_tokens = 0
        self._backward_tokens = 0

    @property
    def spend(self) -> Spend:
        """What the forwards and backwards so far cost."""
        cost = self.classifier.flops_per_token
        return Spend(
            forward_flops=cost * self._forward_tokens, backward_flops=2 * cost * self._backward_tokens
        )

    def log_odds(self, tokens: Sequence[Tokens]) -> np.ndarray:
        """Log odds of catastrophe for each snippet, shape (B,), float32."""
        cache = self._fresh_cache()
        new = [t for t in dict.fromkeys(tokens) if t not in cache]
        values = dict(zip(new, self._forward(new).tolist(), strict=True))
        found = [values[t] if t in values else cache[t] for t in tokens]
        cache.update(values)
        self._trim()
        return np.array(found, dtype=np.float32)

    def score(self, snippets: Sequence[Snippet]) -> np.ndarray:
        """The probability of catastrophe for each snippet given as text, shape (B,), float64."""
        return probability(self.log_odds(self.codec.encode(snippets)))

    def exact_log_odds(self, tokens: Sequence[Tokens]) -> np.ndarray:
        """Log odds computed anew, past the cache: what confirms a failure before it is reported."""
        return self._forward(tokens)

    def gradients(self, tokens: Sequence[Tokens]) -> list[TokenGradients]:
        """The gradients of each snippet's log odds with respect to its tokens' embeddings, in order."""
        found: list[TokenGradients | None] = [None] * len(tokens)
        lengths = self.classifier.layout.lengths(tokens)
        for rows in length_batches(lengths, self._tokens_per_batch):
            batch = self.classifier.gradients([tokens[i] for i in rows])
            for i, gradient in zip(rows, batch, strict=True):
                found[i] = gradient
        total = int(lengths.sum())
        self._forward_tokens += total
        self._backward_tokens += total
        return [gradient for gradient in found if gradient is not None]

    def saliency(self, tokens: Sequence[Tokens]) -> list[Saliency]:
        """The L2 norm of each token's gradient, in order."""
        return [saliency_of(gradient) for gradient in self.gradients(tokens)]

    def _forward(self, tokens: Sequence[Tokens]) -> np.ndarray:
        result = np.zeros(len(tokens), dtype=np.float32)
        lengths = self.classifier.layout.lengths(tokens)
        with torch.inference_mode():
            for rows in length_batches(lengths, self._tokens_per_batch):
                result[rows] = self.classifier.log_odds([tokens[i] for i in rows.tolist()])
        self._forward_tokens += int(lengths.sum())
        return result

    def _fresh_cache(self) -> dict[Tokens, float]:
        if self._revision != self.classifier.revision:
            self._cache.clear()
            self._revision = self.classifier.revision
        return self._cache

    def _trim(self) -> None:
        surplus = len(self._cache) - self._cache_size
        if surplus > 0:
            for key in list(islice(self._cache, surplus)):
                del self._cache[key]
