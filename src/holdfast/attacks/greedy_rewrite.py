"""Greedy rewrites: edit one word at a time, and keep the best edit (the tool of arXiv 2205.01663, automated).

With that tool (section 4.2, appendix on the tool) a person saw each token coloured by saliency, the norm of
the gradient of the log odds with respect to its embedding; chose one; was shown a language model's
replacements and insertions, each scored again by the classifier; and took one that kept the injury. Here
saliency draws the places, and the judge says whether the injury was kept.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field
from pydantic.dataclasses import dataclass

from holdfast.attacks.base import CLOSED, Attack
from holdfast.attacks.engine.attempt import LiveAttempt
from holdfast.attacks.engine.requests import Candidate, Request, Search
from holdfast.attacks.proposals import edits
from holdfast.attacks.proposals.phrases import phrase_fills
from holdfast.attacks.proposals.words import (
    FILLS,
    Ids,
    likely_words,
    mixed_words,
    places_by_weight,
    uniform_words,
    words_of_fill,
)
from holdfast.attacks.target import Target
from holdfast.core.snippet import Units


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class GreedyRewrite(Attack):
    """Each step rewrites `places` positions and moves to the best candidate if it is better than the current
    one.

    A pass visits all positions in an order drawn by saliency ** `sharpness` until a step gains; after
    `passes` without gain the search starts again from its seed, up to `restarts` times, or ends if it has
    found a failure. Proposed at a position: `replacements`, `insertions` before it, its deletion, and so many
    `phrases` of two to eight words over or before it. Words come at `temperature` from the target's proposer
    or, in a closed vocabulary, from its generator, but for a `uniform_share` of them (all, where the target
    has neither); phrases from the generator alone.
    """

    name: ClassVar[str] = "greedy_rewrite"

    places: Annotated[int, Field(ge=1)] = 2
    replacements: Annotated[int, Field(ge=0)] = 4
    insertions: Annotated[int, Field(ge=0)] = 2
    phrases: Annotated[int, Field(ge=0)] = 0
    sharpness: Annotated[float, Field(ge=0)] = 1.0
    temperature: Annotated[float, Field(gt=0)] = 1.5
    uniform_share: Annotated[float, Field(ge=0, le=1)] = 0.5
    passes: Annotated[int, Field(ge=1)] = 2
    restarts: Annotated[int, Field(ge=0)] = 50

    @property
    def needs_gradients(self) -> bool:
        """Whether it cannot do without gradients of the system under test."""
        return self.sharpness > 0

    def suits(self, target: Target) -> bool:
        """Whether the system gives gradients, which place the edits (with `sharpness` 0 it needs none), and
        the judge lets phrases be written, if any are to be.
        """
        placed = self.sharpness == 0 or target.can("gradients")
        return placed and (not self.phrases or target.takes_phrases)

    def _search(self, attempt: LiveAttempt, prepared: None) -> Search:
        for _ in attempt.climbs(self.restarts):
            yield from self._climb(attempt)

    def _climb(self, attempt: LiveAttempt) -> Search:
        """Go uphill from the seed until `passes` passes in a row bring nothing."""
        current, stale = attempt.start, 0
        while stale < self.passes:
            better = yield from self._pass(attempt, current)
            current, stale = (current, stale + 1) if better is None else (better, 0)

    def _pass(self, attempt: LiveAttempt, current: Candidate) -> Generator[Request, Any, Candidate | None]:
        """Visit the positions, salient ones first, until one brings something better; None if none does."""
        units = current.units
        positions = attempt.mask.positions(units)
        weights = np.ones(len(positions))
        if self.sharpness:
            saliency = yield from attempt.saliency(units)
            weights = saliency[list(positions)] ** self.sharpness
        order = [positions[place] for place in places_by_weight(weights, attempt.numpy)]
        words = yield from self._words(attempt, units)
        for first in range(0, len(order), self.places):
            visited = order[first : first + self.places]
            words = yield from self._filled(attempt, units, visited, words)
            candidates = [
                candidate
                for position in visited
                for candidate in self._rewrites(attempt, units, position, words)
                if candidate is not None
            ]
            for position in visited:
                candidates += yield from phrase_fills(
                    attempt, units, position, self.phrases, self.temperature
                )
            best = yield from attempt.better(candidates, than=current)
            if best is not None:
                return best
        return None

    def _words(self, attempt: LiveAttempt, units: Units) -> Generator[Request, Any, Ids]:
        """Proposed words, shape (P + C + 1, replacements + insertions)."""
        draw, alphabet = attempt.numpy, attempt.shared.alphabet
        count = self.replacements + self.insertions
        uniform = uniform_words(alphabet, (len(units) + 1, count), draw)
        if not attempt.shared.knows_words or self.uniform_share == 1.0:
            return uniform
        log_probs = yield from attempt.word_log_probs(units)
        likely = likely_words(log_probs, alphabet, count, self.temperature, draw)
        return mixed_words(likely, uniform, self.uniform_share, draw)

    def _filled(
        self, attempt: LiveAttempt, units: Units, visited: list[int], words: Ids
    ) -> Generator[Request, Any, Ids]:
        """The words with those of a masked language model at the visited positions, where there is one."""
        if not attempt.shared.fills_words or self.uniform_share == 1.0:
            return words
        columns = slice(None, self.replacements), slice(self.replacements, None)
        asked = [
            (position, width)
            for position in visited
            for width, count in ((1, self.replacements), (0, self.insertions))
            if count
        ]
        words = words.copy()
        fills = yield from attempt.fills(units, asked, FILLS)
        for (position, width), fill in zip(asked, fills, strict=True):
            own = position, columns[1 - width]
            words[own] = words_of_fill(fill, words[own], self.temperature, self.uniform_share, attempt.numpy)
        return words

    def _rewrites(
        self, attempt: LiveAttempt, units: Units, position: int, words: Ids
    ) -> Iterator[Units | None]:
        limits, length = attempt.limits, len(units.prompt)
        replaced, inserted = np.split(words, [self.replacements], axis=1)
        for word in replaced[position].tolist():
            yield edits.replace(units, position, word)
        before = position if position < length else position + 1
        for word in inserted[position].tolist():
            yield edits.insert(units, before, (word,), limits)
        yield edits.delete(units, position, position + 1)
        if position + 1 in (length, len(units)):  # no other position reaches the slot at the end of its part
            ends = inserted[-1] if position >= length else self._ends_of_prompt(attempt)
            for word in ends.tolist():
                yield edits.insert(units, before + 1, (word,), limits)

    def _ends_of_prompt(self, attempt: LiveAttempt) -> Ids:
        """Uniform words: the generator has no row for the end of the prompt, where it writes a separator."""
        return uniform_words(attempt.shared.alphabet, (1, self.insertions), attempt.numpy).ravel()
