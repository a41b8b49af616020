"""Between the units that attacks edit and the system that decides: scores, gradients and what they cost.

A unit becomes the system's own tokens here and nowhere above. What is scored is the text that the units make,
so that the text which is reported is the text that was scored.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from holdfast.core.budget import Spend
from holdfast.core.errors import UserError
from holdfast.core.odds import log_odds_of
from holdfast.core.snippet import Snippet, Tokens, Units
from holdfast.core.surface import Limits, Surface, snippets_of
from holdfast.core.system import Answers, RemoteSystem, System
from holdfast.models.codec import Codec
from holdfast.models.remembered import Remembered
from holdfast.models.systems import Filter
from holdfast.models.unit_embeddings import UnitEmbeddings
from holdfast.models.unit_gradients import unit_gradients

Matrix = NDArray[np.float32]
Floats = NDArray[np.float64]


class UnitScores(Protocol):
    """What attacks ask of a system; arrays have one entry for each snippet, in order."""

    @property
    def limit(self) -> float:
        """What passes has log odds below this."""

    @property
    def spend(self) -> Spend:
        """What the answers so far have cost."""

    def log_odds(self, units: Sequence[Units]) -> Floats:
        """Log odds of catastrophe."""

    def bracket(self, units: Sequence[Units]) -> tuple[Floats, Floats]:
        """Bounds on the log odds; equal where the value is known."""

    def exact_log_odds(self, snippets: Sequence[Snippet]) -> Floats:
        """Log odds of texts, computed again from the text: what confirms a failure."""

    def refusals(self, units: Sequence[Units]) -> list[str | None]:
        """Why the system cannot read a snippet, in words; None where it can."""

    def may_refuse(self, limits: Limits) -> bool:
        """Whether the system may be unable to read a snippet within some limits."""

    def gradients(self, units: Sequence[Units]) -> list[Matrix]:
        """(P + C, H) gradients of each snippet's log odds by its units' embeddings; UserError without any."""

    def embeddings(self) -> Matrix:
        """(U, H) an embedding for each unit met so far, by its number; UserError without any."""

    @property
    def vetoes(self) -> tuple[str, ...]:
        """The names of the system's vetoes; none where it has none that it tells of."""

    def turned_away(self, units: Sequence[Units]) -> list[str | None]:
        """The name of the veto that turns each snippet away; None where none does."""

    def flops(self, units: Sequence[Units]) -> float:
        """What scoring these takes, remembered or not; 0 where nobody knows."""


def unit_scores(system: System, surface: Surface) -> UnitScores:
    """The scores of a system over a surface, by the quickest way that there is."""
    from holdfast.models.generator_scores import GeneratorScores
    from holdfast.models.writing_systems import BareGenerator, GeneratorBehindFilter

    if isinstance(system, BareGenerator):
        return GeneratorScores(system, surface)
    if isinstance(system, GeneratorBehindFilter):
        system = system.filter
    if not isinstance(system, Filter):
        return _SystemScores(system, surface)
    codec = system.scorer.codec
    return _SharedScores(system, surface) if codec.reads_units(surface) else _FilterScores(system, surface)


class _FilterScores:
    """A filter whose classifier cuts text into tokens of its own."""

    def __init__(self, filter_: Filter, surface: Surface) -> None:
        self.limit = log_odds_of(filter_.threshold)
        self._engine = filter_.scorer
        self._classifier = filter_.scorer.classifier
        self._surface = surface
        self._tokens: Remembered[Units, Tokens] = Remembered(self._encode, 200_000)
        self._embeddings = UnitEmbeddings(self._engine.embedding_matrix, self._engine.codec, surface)

    @property
    def spend(self) -> Spend:
        return self._engine.spend

    def tokens(self, units: Sequence[Units]) -> list[Tokens]:
        """The classifier's own tokens of the text that the units make."""
        return self._tokens(units)

    def _encode(self, units: Sequence[Units]) -> list[Tokens]:
        return self._engine.codec.encode(snippets_of(self._surface, units))

    def log_odds(self, units: Sequence[Units]) -> Floats:
        return self._engine.log_odds(self.tokens(units)).astype(np.float64)

    def bracket(self, units: Sequence[Units]) -> tuple[Floats, Floats]:
        return self._engine.bracket(self.tokens(units))

    def exact_log_odds(self, snippets: Sequence[Snippet]) -> Floats:
        return self._engine.exact_log_odds(self._engine.codec.encode(snippets)).astype(np.float64)

    def refusals(self, units: Sequence[Units]) -> list[str | None]:
        return self._classifier.refusals(self.tokens(units))

    def may_refuse(self, limits: Limits) -> bool:
        return True

    def gradients(self, units: Sequence[Units]) -> list[Matrix]:
        return unit_gradients(self._engine, self._surface, units)

    def embeddings(self) -> Matrix:
        return self._embeddings.matrix()

    @property
    def vetoes(self) -> tuple[str, ...]:
        return self._engine.vetoes.names

    def turned_away(self, units: Sequence[Units]) -> list[str | None]:
        names: tuple[str | None, ...] = (*self.vetoes, None)  # the number of none is -1
        return [names[number] for number in self._engine.turned_away(self.tokens(units)).tolist()]

    def flops(self, units: Sequence[Units]) -> float:
        return self._engine.flops(self.tokens(units))


class _SharedScores(_FilterScores):
    """A filter over the surface's own closed vocabulary: units are its tokens."""

    def tokens(self, units: Sequence[Units]) -> list[Tokens]:
        if self._surface.has_strangers:  # type: ignore[attr-defined]
            return super().tokens(units)
        return cast("list[Tokens]", units)

    def may_refuse(self, limits: Limits) -> bool:
        most, positions = limits.prompt_words + limits.completion_words, self._classifier.positions
        return positions is not None and most + self._classifier.layout.specials > positions

    def gradients(self, units: Sequence[Units]) -> list[Matrix]:
        found = self._engine.gradients(self.tokens(units))
        return [np.concatenate([each.prompt, each.completion]) for each in found]

    def embeddings(self) -> Matrix:
        return with_strangers(self._engine.embedding_matrix(), self._engine.codec, self._surface)


def with_strangers(matrix: Matrix, codec: Codec, surface: Surface) -> Matrix:
    """Embeddings by unit, where a word outside of the vocabulary has that of the unknown token."""
    strangers = surface.size - len(matrix)
    unknown = codec.unknown
    if strangers <= 0 or unknown is None:
        return matrix
    return np.concatenate([matrix, np.repeat(matrix[unknown : unknown + 1], strangers, axis=0)])


DECIDED = 100.0
"""How far from the limit the log odds of a decision without a margin are said to lie: its score is 0 or 1."""


class _SystemScores:
    """Any system that answers to text alone; each text is asked once, and what is to be confirmed twice."""

    def __init__(self, system: System, surface: Surface) -> None:
        self._remote = system if isinstance(system, RemoteSystem) else None
        self.limit = 0.0 if self._remote is None else log_odds_of(self._remote.threshold)
        self._system = system
        self._surface = surface
        self._known: Remembered[Snippet, float] = Remembered(self._ask, 500_000)

    @property
    def spend(self) -> Spend:
        return Spend()

    def log_odds(self, units: Sequence[Units]) -> Floats:
        return np.array(self._known(snippets_of(self._surface, units)), dtype=np.float64)

    def bracket(self, units: Sequence[Units]) -> tuple[Floats, Floats]:
        exact = self.log_odds(units)
        return exact, exact

    def exact_log_odds(self, snippets: Sequence[Snippet]) -> Floats:
        again = self._system.answer if self._remote is None else self._remote.confirm
        return np.array(self._read(again(snippets), snippets) if snippets else [], dtype=np.float64)

    def _ask(self, snippets: Sequence[Snippet]) -> list[float]:
        return self._read(self._system.answer(snippets), snippets) if snippets else []

    def _read(self, answers: Answers, snippets: Sequence[Snippet]) -> list[float]:
        # Without a margin all that passes is alike, and so is all that does not.
        margin = np.where(answers.passes, DECIDED, -DECIDED) if answers.margin is None else answers.margin
        if len(margin) != len(snippets) or np.isnan(margin).any():
            raise UserError(
                f"the system '{self._system.identity.kind}' gave no number for a snippet;"
                " nothing is decided by it"
            )
        return [self.limit - value for value in margin.tolist()]

    def refusals(self, units: Sequence[Units]) -> list[str | None]:
        if self._remote is None:
            return [None] * len(units)
        return self._remote.refusals(snippets_of(self._surface, units))

    def may_refuse(self, limits: Limits) -> bool:
        return self._remote is not None

    def gradients(self, units: Sequence[Units]) -> list[Matrix]:
        raise _no_gradients(self._system)

    def embeddings(self) -> Matrix:
        raise _no_gradients(self._system)

    vetoes: tuple[str, ...] = ()

    def turned_away(self, units: Sequence[Units]) -> list[str | None]:
        return [None] * len(units)

    def flops(self, units: Sequence[Units]) -> float:
        return 0.0


def _no_gradients(system: System) -> UserError:
    return UserError(
        f"the system '{system.identity.kind}' gives no gradients;"
        " choose an attack that needs none, such as genetic"
    )
