"""One attempt under way, as the author of an attack sees it.

A search is written for one seed, as a generator function that asks with `yield from`:

    def _search(self, attempt: LiveAttempt, prepared: None) -> Search:
        scored = yield from attempt.score(candidates)

The session answers the questions of all live attempts together, so that the models see large batches and no
attempt knows of another.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from holdfast.attacks.engine.niche import Niche
from holdfast.attacks.engine.requests import (
    AskFills,
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
from holdfast.core.snippet import Snippet, Units
from holdfast.core.surface import Limits

if TYPE_CHECKING:
    from holdfast.attacks.results import Failure
    from holdfast.models.generator import Generator as LanguageModel
    from holdfast.models.unit_filler import Fill

Matrix = NDArray[np.float32]


class LiveAttempt:
    """One seed under attack: its units, its own random streams, and the questions it may ask.

    Its streams hang on the seed's text, not on its place among the seeds, so that what else runs beside it
    cannot change its course.
    """

    def __init__(
        self, index: int, seed: Snippet, units: Units, stream: Stream, shared: Shared, mask: Mask
    ) -> None:
        self.index = index
        self.seed = seed
        self.stream = stream
        self.shared = shared
        self.origin = units
        """The seed's units; `start` may move from there when attacks follow each other."""
        self.start = Candidate(units)
        self.best = Candidate(units)
        """The best candidate scored so far, failure or not."""
        self.mask = mask.over(units)
        """Where this attempt may edit."""
        self.queries = 0
        self.turned_away: Counter[str] = Counter()
        """By each veto of the filter, candidates that it turned away: they are no queries."""
        self.judged = 0
        self.written = 0
        self.flops = 0.0
        self.seconds = 0.0
        self.idle = 0
        self.over = False
        self.ended = False
        """Whether its search came to its end with all its questions answered."""
        self.skipped: str | None = None
        """Why no attempt could be made from this seed; None where one was."""
        self.found: dict[Units, tuple[float, Failure]] = {}
        self.found_count = 0
        self.niches: dict[Niche, int] = {}
        self.first: Units | None = None
        self.passing: dict[Units, Failure] = {}
        """What passes and people have not been asked about yet."""
        self.waiting: list[Failure] = []
        """What people have been asked about and not answered."""
        self.asked: set[tuple[str, ...]] = set()
        """The words of every text that people were asked about."""
        self._seen: set[Units] = set()

    @property
    def limits(self) -> Limits:
        """The largest snippet of the task."""
        return self.shared.limits

    def unmade(self, seed_scored: bool) -> str | None:
        """Why nothing was tried, in words; None where something was."""
        if not self.queries and not self.turned_away:
            return "nothing could be asked about it"
        untried = seed_scored and self.judged <= 1 and self.queries <= 1
        return "the attack found nothing that it may change" if untried else None

    @property
    def all_turned_away(self) -> int:
        """How many candidates a veto turned away."""
        return self.turned_away.total()

    def skip(self, why: str) -> None:
        """End the attempt as one that could not be made."""
        self.skipped, self.over = why, True

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
        ranked = sorted(self.found, key=lambda units: (-self.found[units][0], self.apart(units)))
        # The worst is kept whatever the objective looked for; of equally bad ones the best.
        worst = max(ranked, key=lambda units: self.found[units][1].verdict.egregiousness)
        first = [self.first] if self.first in self.found else []
        kept = set(list(dict.fromkeys([*first, ranked[0], worst, *ranked]))[:count])
        self.found = {units: found for units, found in self.found.items() if units in kept}

    def apart(self, units: Units) -> int:
        """How many units of a rewrite are not the seed's, where no score tells failures apart; else 0."""
        if self.shared.graded:
            return 0
        kept = Counter((0, word) for word in self.origin.prompt)
        kept.update((1, word) for word in self.origin.completion)
        now = Counter((0, word) for word in units.prompt)
        now.update((1, word) for word in units.completion)
        return (now - kept).total() + (kept - now).total()

    def climbs(self, restarts: int) -> Iterator[int]:
        """Number the climbs from the seed: the first and `restarts` more, until one has found a failure."""
        for climb in range(1 + restarts):
            yield climb
            if self.broken:
                return

    def unseen(self, candidates: Sequence[Units]) -> list[Units]:
        """The candidates not asked about before, without repeats; they are remembered."""
        seen = self._seen
        fresh = [units for units in dict.fromkeys(candidates) if units not in seen]
        seen.update(fresh)
        return fresh

    def score(
        self, candidates: Sequence[Units], *, top: int | None = None, above: float = -np.inf
    ) -> Generator[Request, Any, Scored]:
        """Judge candidates and score the catastrophic ones; those asked before are passed over.

        Ask for no more than the search needs, the `top` best above a value: the others may then be screened
        in low precision.
        """
        scored: Scored = yield Score(candidates, top, above)
        return scored

    def better(
        self, candidates: Sequence[Units], than: Candidate
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

    def saliency(self, units: Units) -> Generator[Request, Any, Floats]:
        """(P + C,) norms of the gradient of the log odds with respect to each unit's embedding."""
        gradients = yield from self.gradients(units)
        saliency: Floats = np.linalg.norm(gradients, axis=-1).astype(np.float64)
        return saliency

    def gradients(self, units: Units) -> Generator[Request, Any, Matrix]:
        """(P + C, H) gradients of the log odds with respect to each unit's embedding."""
        gradients: Matrix = yield AskGradients(units)
        return gradients

    def target_gradients(self, units: Units, first: int = 0) -> Generator[Request, Any, Matrix]:
        """(P, H) gradients of the generator's log p(completion | prompt) by each prompt word's embedding.

        They are 0 before the position `first`, from which they are wanted.
        """
        gradients: Matrix = yield AskTargetGradients(units, first)
        return gradients

    def word_log_probs(self, units: Units) -> Generator[Request, Any, Matrix]:
        """(P + C + 1, V) log p(word | all words to the left), over prompt then completion then its end."""
        log_probs: Matrix = yield AskWords(units)
        return log_probs

    def fills(
        self, units: Units, blanks: Sequence[tuple[int, int]], top: int
    ) -> Generator[Request, Any, list[Fill]]:
        """The masked model's `top` likeliest words for each blank (position, width); the judge's where it
        allows certain words alone.
        """
        found: list[Fill] = yield AskFills(units, blanks, top)
        return found

    def phrases(
        self, units: Units, position: int, lengths: Sequence[int], temperature: float
    ) -> Generator[Request, Any, list[Words]]:
        """Phrases of at most these lengths that the generator would write from a position on."""
        phrases: list[Words] = yield AskPhrases(units, position, lengths, temperature)
        return phrases

    def log_likelihood(self, candidates: Sequence[Units]) -> Generator[Request, Any, Floats]:
        """(B,) the generator's log-likelihood of whole snippets."""
        found: Floats = yield AskLikelihood(candidates)
        return found

    def target_log_prob(self, candidates: Sequence[Units]) -> Generator[Request, Any, Floats]:
        """(B,) the generator's log p(completion | prompt), the completion's end left out."""
        found: Floats = yield AskLikelihood(candidates, given_prompt=True)
        return found

    def likeliest(self, candidates: Sequence[Units]) -> Generator[Request, Any, Candidate | None]:
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
    """Whether there is one to ask for phrases and completions."""
    knows_words: bool
    """Whether the generator can say how likely each word is at each place."""
    fills_words: bool
    """Whether there is a masked language model to ask for words."""
    takes_phrases: bool = True
    """Whether what the generator writes can stand in a failure."""
    graded: bool = True
    """Whether one thing that passes may be better than another by its score."""
    allowed: tuple[Words, ...] | None = None
    """Of each unit of the seed, what the judge allows in its place; None where it allows any."""
