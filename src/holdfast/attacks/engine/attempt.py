"""One attempt under way, as the author of an attack sees it.

A search is written for one seed, as a generator function that asks with `yield from`:

    def _search(self, attempt: LiveAttempt, prepared: None) -> Search:
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

from holdfast.attacks.engine.niche import Niche
from holdfast.attacks.engine.requests import (
    AskGradients,
    AskLikeliest,
    AskLikelihood,
    AskPhrases,
    AskTargetGradients,
    AskWords,
    Candidate,
    Draw,
    Request,
    Score,
    Scored,
    Words,
)
from holdfast.attacks.objective import Floats
from holdfast.attacks.proposals.mask import Mask
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet, Tokens
from holdfast.tasks.base import Limits

if TYPE_CHECKING:
    from holdfast.attacks.results import Failure
    from holdfast.models.classifier import TokenGradients
    from holdfast.models.generator import Generator as LanguageModel

Matrix = NDArray[np.float32]


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
        self.origin = tokens
        """The seed's tokens; `start` may move from there when attacks follow each other."""
        self.start = Candidate(tokens)
        self.best = Candidate(tokens)
        """The best candidate scored so far, failure or not."""
        self.mask = shared.mask.over(tokens)
        """Where this attempt may edit."""
        self.queries = 0
        self.judged = 0
        self.written = 0
        self.flops = 0.0
        self.seconds = 0.0
        self.idle = 0
        self.over = False
        self.found: dict[Tokens, tuple[float, Failure]] = {}
        self.found_count = 0
        self.niches: dict[Niche, int] = {}
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
        """Forget all failures but the first, the best, the most egregious, and the best others: `count` in
        all."""
        if len(self.found) <= count:
            return
        ranked = sorted(self.found, key=lambda tokens: -self.found[tokens][0])
        # The worst is kept whatever the objective looked for; of equally bad ones the best.
        worst = max(ranked, key=lambda tokens: self.found[tokens][1].verdict.egregiousness)
        first = [self.first] if self.first in self.found else []
        kept = set(list(dict.fromkeys([*first, ranked[0], worst, *ranked]))[:count])
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

    def score(
        self, candidates: Sequence[Tokens], *, top: int | None = None, above: float = -np.inf
    ) -> Generator[Request, Any, Scored]:
        """Judge candidates and score the catastrophic ones; those asked before are passed over.

        Ask for no more than the search needs, the `top` best above a value: the others may then be screened
        in low precision.
        """
        scored: Scored = yield Score(candidates, top, above)
        return scored

    def better(
        self, candidates: Sequence[Tokens], than: Candidate
    ) -> Generator[Request, Any, Candidate | None]:
        """The best candidate if its value is greater than that of another one; else None."""
        best = (yield from self.score(candidates, top=1, above=than.value)).best()
        return best if best.value > than.value else None

    def draw(
        self, prompt: Words, count: int, temperature: float, writer: LanguageModel | None = None
    ) -> Generator[Request, Any, Scored]:
        """Continue a prompt `count` times, judge all, and score the catastrophic ones.

        The target's generator writes, unless there is another `writer` of the same vocabulary.
        """
        scored: Scored = yield Draw(prompt, count, temperature, writer)
        return scored

    def saliency(self, tokens: Tokens) -> Generator[Request, Any, Floats]:
        """(P + C,) norms of the gradient of the log odds with respect to each token's embedding."""
        gradients = yield from self.gradients(tokens)
        saliency: Floats = np.linalg.norm(gradients, axis=-1).astype(np.float64)
        return saliency

    def gradients(self, tokens: Tokens) -> Generator[Request, Any, Matrix]:
        """(P + C, H) gradients of the log odds with respect to each token's embedding."""
        gradients: TokenGradients = yield AskGradients(tokens)
        return np.concatenate([gradients.prompt, gradients.completion])

    def target_gradients(self, tokens: Tokens, first: int = 0) -> Generator[Request, Any, Matrix]:
        """(P, H) gradients of the generator's log p(completion | prompt) by each prompt word's embedding.

        They are 0 before the position `first`, from which they are wanted.
        """
        gradients: Matrix = yield AskTargetGradients(tokens, first)
        return gradients

    def word_log_probs(self, tokens: Tokens) -> Generator[Request, Any, Matrix]:
        """(P + C + 1, V) log p(word | all words to the left), over prompt then completion then its end."""
        log_probs: Matrix = yield AskWords(tokens)
        return log_probs

    def phrases(
        self, tokens: Tokens, position: int, lengths: Sequence[int], temperature: float
    ) -> Generator[Request, Any, list[Words]]:
        """Phrases of at most these lengths that the generator would write from a position on."""
        phrases: list[Words] = yield AskPhrases(tokens, position, lengths, temperature)
        return phrases

    def log_likelihood(self, candidates: Sequence[Tokens]) -> Generator[Request, Any, Floats]:
        """(B,) the generator's log-likelihood of whole snippets."""
        found: Floats = yield AskLikelihood(candidates)
        return found

    def target_log_prob(self, candidates: Sequence[Tokens]) -> Generator[Request, Any, Floats]:
        """(B,) the generator's log p(completion | prompt), the completion's end left out."""
        found: Floats = yield AskLikelihood(candidates, given_prompt=True)
        return found

    def likeliest(self, candidates: Sequence[Tokens]) -> Generator[Request, Any, Candidate | None]:
        """The candidate whose completion is likeliest given its prompt, with that log p as its value.

        None where no candidate is allowed.
        """
        found: Candidate | None = yield AskLikeliest(candidates)
        return found


@dataclass(frozen=True)
class Shared:
    """What all attempts of a call have in common, and may look at."""

    limits: Limits
    alphabet: NDArray[np.int64]
    """Ids that an attack may write."""
    has_generator: bool
    """Whether there is one to ask for words and completions."""
    mask: Mask
    """What the attack must leave as it is."""
