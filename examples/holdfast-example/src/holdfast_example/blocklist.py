"""A system that is no model: whatever holds a forbidden word does not pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from holdfast.core.snippet import Snippet
from holdfast.core.system import Ability, Answers, Identity


@dataclass(frozen=True)
class Blocklist:
    """Blocks completions by their words; it gives no margin, so attacks learn from its decisions alone."""

    words: frozenset[str]
    abilities: frozenset[Ability] = frozenset()

    @property
    def identity(self) -> Identity:
        return Identity("blocklist", " ".join(sorted(self.words)))

    def answer(self, snippets: Sequence[Snippet]) -> Answers:
        return Answers(np.array([self.words.isdisjoint(s.completion.split()) for s in snippets], dtype=bool))
