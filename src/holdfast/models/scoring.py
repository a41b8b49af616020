"""The scoring engine (contract 2): every score in Holdfast comes from here."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

from holdfast.core.budget import Spend
from holdfast.core.odds import probability
from holdfast.core.snippet import Snippet, Tokens
from holdfast.models.classifier import Classifier, Saliency, TokenGradients, saliency_of
from holdfast.models.ensemble import combined, combined_gradients, read_in_turn
from holdfast.models.layout import length_batches
from holdfast.models.score_cache import ScoreCache
from holdfast.models.screening import Observed, Screen, Screening, batched_log_odds
from holdfast.models.vetoes.panel import Vetoes


class ScoringEngine:
    """Scores in full precision, without repeating work: dedupes, caches, sorts by length, sizes batches.

    Every result equals an unbatched forward of the classifier to 1e-5. The cache holds up to `cache_size`
    snippets, forgets the oldest first, and is dropped when training changes the classifier.

    Where the classifier has vetoes, a score is that of the whole filter: the log odds are the `limit` less
    the least margin of its parts, so that what a veto turns away lies at the limit or above it. Without a
    limit it has `TURNED_AWAY`.

    `spend` counts a forward for each snippet not found in the cache, and the backwards; queries are counted
    by whoever asks. A screened snippet counts as one forward of the full model, and confirming it as nothing
    more, so that a budget in FLOPs ends where it would end on a machine that does not screen.
    """

    def __init__(
        self,
        classifier: Classifier,
        *,
        tokens_per_batch: int = 1024,
        cache_size: int = 500_000,
        screening: Screening = "auto",
        vetoes: Vetoes | None = None,
        limit: float | None = None,
    ) -> None:
        """`vetoes` are the classifier's own unless others, or `Vetoes()`, are given."""
        self.classifier = classifier
        self.vetoes = classifier.vetoes if vetoes is None else vetoes
        self.limit = limit
        self._others = [
            ScoringEngine(
                member,
                tokens_per_batch=tokens_per_batch,
                cache_size=cache_size,
                screening=screening,
                vetoes=Vetoes(),
            )
            for member in classifier.others
        ]
        self.codec = classifier.codec
        self._tokens_per_batch = tokens_per_batch
        self._cache_size = cache_size
        self._screening = screening
        self._forward_tokens = 0
        self._backward_tokens = 0
        self._start()

    def _start(self) -> None:
        """Know nothing of the classifier as it is now."""
        self._revision = self.classifier.revision
        self._cache = ScoreCache(self._cache_size)
        self._screen = Screen(self.classifier, self._screening, self._tokens_per_batch)

    def fresh(self) -> ScoringEngine:
        """An engine for the same classifier that remembers nothing."""
        return ScoringEngine(
            self.classifier,
            tokens_per_batch=self._tokens_per_batch,
            cache_size=self._cache_size,
            screening=self._screening,
            vetoes=self.vetoes.fresh(),
            limit=self.limit,
        )

    def at(self, limit: float | None) -> Self:
        """The same engine for a filter that passes what has log odds below the limit; caches are shared."""
        in_turn = self.classifier.combine == "cascade"
        if not (self.vetoes or in_turn) or limit == self.limit:
            return self
        other = copy.copy(self)
        other.limit = limit
        return other

    def without_vetoes(self) -> Self:
        """The same engine for the classifier alone; caches are shared."""
        other = copy.copy(self)
        other.vetoes = Vetoes()
        return other

    @property
    def spend(self) -> Spend:
        """What the forwards and backwards so far cost."""
        cost = self.classifier.flops_per_token
        own = Spend(
            forward_flops=cost * self._forward_tokens, backward_flops=2 * cost * self._backward_tokens
        )
        return sum((other.spend for other in self._others), own + self.vetoes.spend)

    def flops(self, tokens: Sequence[Tokens]) -> float:
        """What scoring these takes, remembered or not."""
        lengths = self.classifier.layout.lengths(tokens)
        own = self.classifier.flops_per_token * float(lengths.sum())
        return own + self.vetoes.flops(tokens) + sum(other.flops(tokens) for other in self._others)

    @property
    def screened(self) -> Observed:
        """What screening the classifier as it is now has shown: how much, how exact, how fast."""
        return self._screen.observed

    def log_odds(self, tokens: Sequence[Tokens]) -> np.ndarray:
        """Log odds of catastrophe for each snippet, shape (B,), float32."""
        found = self._of_members(tokens, ScoringEngine._own_log_odds)
        return self.vetoes.over(tokens, found, self.limit)

    def _of_members(
        self, tokens: Sequence[Tokens], of: Callable[[ScoringEngine, Sequence[Tokens]], np.ndarray]
    ) -> np.ndarray:
        """The log odds of all members of an ensemble, combined."""
        how = self.classifier.combine
        if how != "cascade" or self.limit is None:
            return combined(how, [of(self, tokens), *(of(other, tokens) for other in self._others)])
        found = np.full(len(tokens), -np.inf, dtype=np.float32)
        for reader in (*self._others, self):
            at = np.flatnonzero(found < self.limit)
            found[at] = np.maximum(found[at], of(reader, [tokens[i] for i in at.tolist()]))
        return found

    def _own_log_odds(self, tokens: Sequence[Tokens]) -> np.ndarray:
        """Those of this engine's own classifier."""
        rows = self._rows(tokens, self._score)
        screened = np.flatnonzero(np.isnan(self._cache.exact[rows]))
        if len(screened):
            self._confirm(tokens, rows, screened)
        found: np.ndarray = self._cache.exact[rows]
        self._cache.trim()
        return found

    def bracket(self, tokens: Sequence[Tokens]) -> tuple[np.ndarray, np.ndarray]:
        """Bounds on the log odds of each snippet: two arrays of shape (B,), float64.

        Both are the exact value where it is known, and where screening would save nothing. Ask `log_odds` of
        every snippet that may decide something.
        """
        if self._others and self.classifier.combine == "cascade":
            known = self.log_odds(tokens).astype(np.float64)
            return known, known
        rows = self._rows(tokens, self._screen_or_score)
        exact, rough = self._cache.exact[rows].astype(np.float64), self._cache.rough[rows]
        self._cache.trim()
        unknown = np.isnan(exact)
        bounds = self._screen.bounds(rough)
        own = tuple(np.where(unknown, bound, exact) for bound in bounds)
        brackets = [own, *(other.bracket(tokens) for other in self._others)]
        how = self.classifier.combine
        low, high = (combined(how, [each[side] for each in brackets]) for side in (0, 1))
        return self.vetoes.over(tokens, low, self.limit), self.vetoes.over(tokens, high, self.limit)

    def turned_away(self, tokens: Sequence[Tokens]) -> NDArray[np.int64]:
        """(B,) the number of the veto that turns each snippet away; `panel.PASSES` where none does."""
        return self.vetoes.turned_away(tokens)

    def score(self, snippets: Sequence[Snippet]) -> np.ndarray:
        """The probability of catastrophe for each snippet given as text, shape (B,), float64."""
        return probability(self.log_odds(self.codec.encode(snippets)))

    def exact_log_odds(self, tokens: Sequence[Tokens]) -> np.ndarray:
        """Log odds computed anew, past the cache: what confirms a failure before it is reported."""
        found = self._of_members(tokens, ScoringEngine._own_exact_log_odds)
        return self.vetoes.over(tokens, found, self.limit, exact=True)

    def _own_exact_log_odds(self, tokens: Sequence[Tokens]) -> np.ndarray:
        self._count_forwards(tokens)
        return self._forward(tokens)

    def gradients(self, tokens: Sequence[Tokens]) -> list[TokenGradients]:
        """The gradients of each snippet's log odds by the embeddings of `embedding_matrix`, in order."""
        found: list[TokenGradients | None] = [None] * len(tokens)
        lengths = self.classifier.fitting.lengths(tokens)
        for rows in length_batches(lengths, self._tokens_per_batch):
            batch = self.classifier.gradients([tokens[i] for i in rows])
            for i, gradient in zip(rows, batch, strict=True):
                found[i] = gradient
        total = int(lengths.sum())
        self._forward_tokens += total
        self._backward_tokens += total
        own = [gradient for gradient in found if gradient is not None]
        parts = [own, *(other.gradients(tokens) for other in self._others)]
        if self.classifier.combine == "cascade" and self.limit is not None:
            parts = read_in_turn(parts, self.limit)
        whole = combined_gradients(self.classifier.combine, parts)
        return self.vetoes.gradients_over(tokens, whole, self.limit)

    def embedding_matrix(self) -> np.ndarray:
        """(V, H) the word embeddings of the classifier, with those of each other member and veto beside
        them.
        """
        members = [member.embedding_matrix() for member in self.classifier.members]
        return self.vetoes.widened(np.concatenate(members, axis=1))

    def saliency(self, tokens: Sequence[Tokens]) -> list[Saliency]:
        """The L2 norm of each token's gradient, in order."""
        return [saliency_of(gradient) for gradient in self.gradients(tokens)]

    def _rows(self, tokens: Sequence[Tokens], look_at: Callable[[list[Tokens], slice], None]) -> np.ndarray:
        """The snippets' rows in the cache, once the new ones have been looked at."""
        if self._revision != self.classifier.revision:
            self._start()
        rows, new = self._cache.rows(tokens)
        if new:
            try:
                look_at(new, self._cache.new_rows(new))
            except BaseException:
                self._cache.forget(new)
                raise
            self._count_forwards(new)
        return rows

    def _score(self, new: list[Tokens], rows: slice) -> None:
        self._cache.exact[rows] = self._forward(new)

    def _screen_or_score(self, new: list[Tokens], rows: slice) -> None:
        if self._screen.wants(len(new)):
            self._cache.rough[rows] = self._screen.log_odds(new)
            return
        self._score(new, rows)
        if self._screen.calibrating:
            self._screen.calibrate(new, self._cache.exact[rows])

    def _confirm(self, tokens: Sequence[Tokens], rows: np.ndarray, screened: np.ndarray) -> None:
        """Score in full what has only been screened."""
        distinct, first = np.unique(rows[screened], return_index=True)
        exact = self._forward([tokens[i] for i in screened[first].tolist()])
        self._cache.exact[distinct] = exact
        self._screen.confirm(self._cache.rough[distinct], exact)

    def _forward(self, tokens: Sequence[Tokens]) -> np.ndarray:
        return batched_log_odds(self.classifier, tokens, self._tokens_per_batch)

    def _count_forwards(self, tokens: Sequence[Tokens]) -> None:
        self._forward_tokens += int(self.classifier.fitting.lengths(tokens).sum())
