"""Likelihoods of words smoothed over the open classes of a language, and words read as their class."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from holdfast.models.vetoes.base import Matrix

_LEAST = 1e-30
"""No class is less likely than this, so that its log is a number."""


@dataclass(frozen=True)
class Smoothed:
    """Log-likelihoods of words, shape (B, L), and how they change with the word to first order.

    Of another word's log-likelihood, `own` (B, L) is the part that its own probability has in it, and
    `by_class` (B, L, classes + 1) what each class adds: its log probability, times the part that is left.
    """

    log_probs: torch.Tensor
    own: torch.Tensor
    by_class: torch.Tensor


class Smoothing:
    """A mixture of a word's own probability with that of its class, spread evenly over the class.

    Words of no class (articles, marks, the end of a part) keep their own, so all words together still have
    probability 1. With `blurring` a word is read as a mixture, too: of its own embedding and the mean of its
    class.
    """

    def __init__(
        self, share: float, blurring: float, classes: Sequence[Sequence[int]], vocabulary_size: int
    ) -> None:
        """Both are shares of the class, 0 or more and below 1; `classes` are the ids of each, none in two."""
        self._none = len(classes)
        self._own, self._spread = math.log1p(-share), math.log(share) if share else -math.inf
        self._blurring = blurring
        self._class_of = torch.full((vocabulary_size,), self._none)
        for number, ids in enumerate(classes):
            self._class_of[list(ids)] = number
        sizes = torch.bincount(self._class_of, minlength=self._none + 1)
        self._log_sizes = torch.log(sizes.clamp(min=1).float())

    def log_probs(self, logits: torch.Tensor, ids: torch.Tensor) -> torch.Tensor:
        """(B, L) the log-likelihood of each word; `logits` (B, L, V) are of the words `ids` (B, L)."""
        words = torch.log_softmax(logits.float(), dim=-1)
        own = words.gather(2, ids[..., None])[..., 0]
        at = self._class_of.to(ids.device)[ids]
        open_ = at != self._none
        of_class = self._by_class(words[open_]).gather(1, at[open_][:, None])[:, 0]
        mixed = torch.logaddexp(self._own + own[open_], self._spread + of_class)
        return own.masked_scatter(open_, mixed)

    def changes(self, logits: torch.Tensor, ids: torch.Tensor) -> Smoothed:
        """The same, with what another word would change."""
        words = torch.log_softmax(logits.float(), dim=-1)
        found = self.log_probs(logits, ids)
        with torch.no_grad():
            closed = self._class_of.to(ids.device)[ids] == self._none
            own = torch.exp(self._own + words.gather(2, ids[..., None])[..., 0] - found)
            own = torch.where(closed, 1.0, own)
            classes = self._by_class(words.flatten(0, 1)).view(*ids.shape, -1)
        return Smoothed(found, own, classes * (1 - own)[..., None])

    def shifts(self, embeddings: torch.Tensor) -> torch.Tensor | None:
        """(V, H) what is added to each word's embedding (V, H) as it is read; None for nothing."""
        if not self._blurring:
            return None
        of_class = self._class_of.to(embeddings.device)
        sums = embeddings.new_zeros(self._none + 1, embeddings.shape[1]).index_add(0, of_class, embeddings)
        means = sums / self._log_sizes.to(embeddings).exp()[:, None]
        moved = self._blurring * (means[of_class] - embeddings)
        return torch.where((of_class != self._none)[:, None], moved, 0.0)

    def membership(self) -> Matrix:
        """(V, classes + 1) 1 where a word is of a class; what is of none is in the last."""
        found: Matrix = np.eye(self._none + 1, dtype=np.float32)[self._class_of.numpy()]
        return found

    def _by_class(self, words: torch.Tensor) -> torch.Tensor:
        """(N, classes + 1) log p(class) / size of each class, from the words' log probabilities (N, V)."""
        sums = words.new_zeros(self._none + 1, len(words))
        sums = sums.index_add(0, self._class_of.to(words.device), words.exp().t())
        log_sizes = self._log_sizes.to(words.device)
        return torch.log(sums.clamp(min=_LEAST)).t() - log_sizes
