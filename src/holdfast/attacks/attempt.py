"""One attempt under way, as the author of an attack sees it, and what it may ask the session for.

A search is written for one seed, as a generator function that asks with `yield from`:

    def search(self, attempt: LiveAttempt) -> Search:
        scored = yield from attempt.score(candidates)

The session answers the questions of all live attempts together, so that the models see large batches and no
attempt knows of another.
"""

from __future__ import annotations

import random
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from holdfast.attacks.objective import Floats
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet, Tokens
from holdfast.tasks.base import Limits

if TYPE_CHECKING:
    from holdfast.attacks.results import Failure
    from holdfast.models.classifier import TokenGradients

Words = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """Ask for the candidates to be judged, and those that are catastrophic to be scored: a query each."""

    candidates: Sequence[Tokens]


@dataclass(frozen=True, slots=True)
class Draw:
    """Ask the generator to continue a prompt so many times; each draw costs a query, catastrophic or not."""

    prompt: Words
    count: int
    temperature: float


@dataclass(frozen=True, slots=True)
class AskGradients:
    """Ask how the score hangs on each word: a gradient call."""

    tokens: Tokens


@dataclass(frozen=True, slots=True)
class AskWords:
    """Ask which words the generator would write at each position."""

    tokens: Tokens


Request = Score | Draw | AskGradients | AskWords
Search = Generator[Request, Any, None]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A snippet and its value by the objective (-inf: never scored, because it is no catastrophe)."""

    tokens: Tokens
    value: float = -np.inf


@dataclass(frozen=True, slots=True)
class Scored:
    """The catastrophic candidates of one request, in the order asked, with log odds and value of each."""

    tokens: list[Tokens]
    log_odds: Floats
    values: Floats

    def candidates(self) -> list[Candidate]:
        """Each with its value."""
        return [Candidate(t, value) for t, value in zip(self.tokens, self.values.tolist(), strict=True)]

    def best(self) -> Candidate:
        """The one of the highest value (the first of equals); value -inf when there is none."""
        if not self.tokens:
            return Candidate(Tokens((), ()))
        at = int(self.values.argmax())
        return Candidate(self.tokens[at], float(self.values[at]))


class LiveAttempt:
    """One seed under attack: its tokens, its own random streams, and the questions it may ask.

    Its streams hang on the seed's text, not on its place among the seeds, so that what else runs beside it
    cannot change its course.
    """

    def __init__(self, index: int, seed: Snippet, tokens: Tokens, stream: Stream, shared: Shared) -> None:
        self.index = index
        self.seed = seed
        self.stream = stream
        self.shared = shared
        self.start = Candidate(tokens)
        self.queries = 0
        self.idle = 0
        self.over = False
        self.found: dict[Tokens, tuple[float, Failure]] = {}
        self.first: Tokens | None = None
        self._seen: set[Tokens] = set()

    @property
    def limits(self) -> Limits:
        """The largest snippet of the task."""
        return self.shared.limits

    @property
    def broken(self) -> bool:
        """Whether a failure has been found."""
        return self.first is not None

    @cached_property
    def random(self) -> random.Random:
        """The attempt's own stream for single choices (cheap by the number)."""
        return self.stream.child("choices").python()

    @cached_property
    def numpy(self) -> np.random.Generator:
        """The attempt's own stream for arrays."""
        return self.stream.child("arrays").numpy()

    def keep_best(self, count: int) -> None:
        """Forget all failures but the first and the best others, `count` in all."""
        ranked = sorted(self.found, key=lambda tokens: (tokens != self.first, -self.found[tokens][0]))
        kept = set(ranked[:count])
        self.found = {tokens: found for tokens, found in self.found.items() if tokens in kept}

    def climbs(self, restarts: int) -> Iterator[int]:
        """Number the climbs from the seed: the first and `restarts` more, until one has found a failure."""
        for climb in range(1 + restarts):
            yield climb
            if self.broken:
                return

    def unseen(self, candidates: Sequence[Tokens]) -> list[Tokens]:
        """The candidates not asked about before, without repeats; they are remembered."""
        seen = self._seen
        fresh = [tokens for tokens in dict.fromkeys(candidates) if tokens not in seen]
        seen.update(fresh)
        return fresh

    def score(self, candidates: Sequence[Tokens]) -> Generator[Request, Any, Scored]:
        """Judge candidates and score the catastrophic ones; those asked before are passed over."""
        scored: Scored = yield Score(candidates)
        return scored

    def draw(self, prompt: Words, count: int, temperature: float) -> Generator[Request, Any, Scored]:
        """Continue a prompt `count` times, judge all, and score the catastrophic ones."""
        scored: Scored = yield Draw(prompt, count, temperature)
        return scored

    def saliency(self, tokens: Tokens) -> Generator[Request, Any, Floats]:
        """(P + C,) norms of the gradient of the log odds with respect to each token's embedding."""
        gradients = yield from self.gradients(tokens)
        saliency: Floats = np.linalg.norm(gradients, axis=-1).astype(np.float64)
        return saliency

    def gradients(self, tokens: Tokens) -> Generator[Request, Any, NDArray[np.float32]]:
        """(P + C, H) gradients of the log odds with respect to each token's embedding."""
        gradients: TokenGradients = yield AskGradients(tokens)
        return np.concatenate([gradients.prompt, gradients.completion])

    def word_log_probs(self, tokens: Tokens) -> Generator[Request, Any, NDArray[np.float32]]:
        """(P + C + 1, V) log p(word | all words to the left), over prompt then completion then its end."""
        log_probs: NDArray[np.float32] = yield AskWords(tokens)
        return log_probs


@dataclass(frozen=True)
class Shared:
    """What all attempts of a call have in common, and may look at."""

    limits: Limits
    alphabet: NDArray[np.int64]
    """Ids that an attack may write."""
    has_generator: bool
    """Whether there is one to ask for words and completions."""
