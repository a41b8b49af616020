"""What attacks ask of a bare generator: everything that it writes passes, and its gradients show the way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from holdfast.core.budget import Spend
from holdfast.core.snippet import Snippet, Units
from holdfast.core.surface import Limits, Surface, joined_prompts
from holdfast.models.unit_writer import UnitWriter
from holdfast.models.writing_systems import BareGenerator

Matrix = NDArray[np.float32]
Floats = NDArray[np.float64]


class GeneratorScores:
    """The scores of a bare generator: all alike, as nothing is turned away.

    Gradients are those of -log p(completion | prompt) by the units of the prompt, so that words which make a
    known catastrophe likelier lower it; a completion's own units have none.
    """

    limit = 0.0
    vetoes: tuple[str, ...] = ()

    def __init__(self, system: BareGenerator, surface: Surface) -> None:
        self._written = system.written
        self._surface = surface
        self._writer = UnitWriter(system.generator, surface)

    @property
    def spend(self) -> Spend:
        """Nothing: who draws counts the tokens."""
        return Spend()

    def log_odds(self, units: Sequence[Units]) -> Floats:
        """Below the limit, each by the same."""
        return np.full(len(units), -1.0)

    def bracket(self, units: Sequence[Units]) -> tuple[Floats, Floats]:
        """The same twice."""
        return self.log_odds(units), self.log_odds(units)

    def exact_log_odds(self, snippets: Sequence[Snippet]) -> Floats:
        """The same: whether the generator writes a snippet again is asked of the system itself."""
        return np.full(len(snippets), -1.0)

    def refusals(self, units: Sequence[Units]) -> list[str | None]:
        """Why the generator cannot read a prompt whole, and still write, in words; None where it can."""
        generator = self._written.generator
        most = generator.positions
        if generator.codec.closed or most is None:
            return [None] * len(units)
        room = most - self._written.max_words
        lengths = generator.prompt_lengths(joined_prompts(self._surface, [each.prompt for each in units]))
        why = f"the generator reads {most} tokens, and {self._written.max_words} of them are to write"
        return [f"its prompt has {n} tokens; {why}" if n > room else None for n in lengths]

    def may_refuse(self, limits: Limits) -> bool:
        """Whether its words are not those of the task, so that nobody knows how many tokens they are."""
        return not self._written.generator.codec.closed

    def gradients(self, units: Sequence[Units]) -> list[Matrix]:
        """(P + C, H) gradients of -log p(completion | prompt) by the embedding of each unit."""
        found = self._writer.target_gradients(units, [0] * len(units))
        return [
            np.concatenate([-own, np.zeros((len(each.completion), own.shape[1]), dtype=np.float32)])
            for each, own in zip(units, found, strict=True)
        ]

    def embeddings(self) -> Matrix:
        """(U, H) the generator's embedding of each unit met so far."""
        return self._writer.embeddings()

    def turned_away(self, units: Sequence[Units]) -> list[str | None]:
        """None each."""
        return [None] * len(units)

    def flops(self, units: Sequence[Units]) -> float:
        """0: no score is computed."""
        return 0.0
