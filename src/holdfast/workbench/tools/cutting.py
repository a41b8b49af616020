"""Cuts a text into the words that writers see and edit: units of the task's surface, whatever a model reads.

Over a closed vocabulary the words are the model's own tokens. On real text they are the words of the surface,
and what a guard says of its own tokens is brought back to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from holdfast.core.places import Place, word_places
from holdfast.core.snippet import Snippet, Tokens, Units
from holdfast.models.gradients import TokenGradients
from holdfast.models.unit_gradients import gradients_by_end
from holdfast.models.unit_scores import unit_scores
from holdfast.tasks.base import Part, surface_of
from holdfast.workbench.tools.reading import readable
from holdfast.workbench.tools.spans import part_of

if TYPE_CHECKING:
    from holdfast.attacks.target import Target

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Cut:
    """A snippet in words: their numbers, and where each stands; `tokens` are the classifier's own."""

    snippet: Snippet
    units: Units
    tokens: Tokens
    prompt_places: list[Place]
    completion_places: list[Place]
    counts: tuple[int, int]
    """How many words each part has: on real text the gap that a part may end in is a unit, and no word."""

    def words(self, part: Part) -> int:
        """How many words a part has."""
        return self.counts[part == "completion"]

    def places(self, part: Part) -> list[Place]:
        """Where each word of a part stands in its text."""
        return self.prompt_places if part == "prompt" else self.completion_places


class Cutter:
    """Cuts texts for one target; belongs to the thread that scores."""

    def __init__(self, target: Target) -> None:
        self.surface = surface_of(target.task)
        self._target = target
        self._codec = target.scorer.codec
        self._scores = unit_scores(target.system, self.surface)
        self._same = self._codec.reads_units(self.surface)
        self._known = frozenset(self.surface.alphabet.tolist()) if self.surface.closed else frozenset()

    def cut(self, snippet: Snippet) -> Cut:
        """A snippet in words; raises UserError where it is longer than the classifier can read."""
        tokens = readable(self._target, snippet)
        prompt, completion = (self.surface.split(text) for text in (snippet.prompt, snippet.completion))
        return Cut(
            snippet,
            Units(prompt, completion),
            tokens,
            self._places(snippet.prompt, prompt),
            self._places(snippet.completion, completion),
            (self._count(prompt), self._count(completion)),
        )

    def tokens(self, snippet: Snippet, like: Cut | None = None, part: Part = "completion") -> Tokens:
        """The classifier's own tokens of a text that differs from a cut one in one part alone."""
        if like is None or not self._codec.closed:
            return self._codec.encode([snippet])[0]
        changed = self._codec.encode_text(part_of(snippet, part))
        prompt, completion = like.tokens
        return Tokens(changed, completion) if part == "prompt" else Tokens(prompt, changed)

    def known(self, unit: int) -> bool:
        """Whether a word is one of the vocabulary's; on open text every word is."""
        return not self.surface.closed or unit in self._known

    def gradients(self, cut: Cut, found: TokenGradients) -> Matrix:
        """(P + C, H) gradients by word, from those by the classifier's tokens."""
        if self._same:
            return np.concatenate([found.prompt, found.completion])
        offset = len(cut.snippet.prompt)
        ends = [stop for _, stop in cut.prompt_places] + [offset + stop for _, stop in cut.completion_places]
        return gradients_by_end(self._codec, cut.snippet, np.array(ends, dtype=np.int64), found)

    def embeddings(self) -> Matrix:
        """(U, H) the classifier's embedding of each word met so far, by its number."""
        return self._scores.embeddings()

    def _count(self, ids: tuple[int, ...]) -> int:
        ends_in_gap = not self.surface.closed and ids and not self.surface.words(ids[-1:])[0]
        return len(ids) - bool(ends_in_gap)

    def _places(self, text: str, ids: tuple[int, ...]) -> list[Place]:
        if self.surface.closed:  # the surface knows the canonical text alone
            return word_places(text, self.surface.words(ids))
        return self.surface.places(ids)
