"""Which words may be exchanged for which: by a table, or by a masked language model at each place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from holdfast.core.snippet import Snippet
from holdfast.core.substitutes import Substitutes
from holdfast.core.surface import units_of
from holdfast.core.text_surface import TextSurface
from holdfast.models.remembered import Remembered

if TYPE_CHECKING:
    from holdfast.models.masked import MaskedModel
    from holdfast.models.placement import Placement
    from holdfast.models.unit_filler import Fill

Allowed = tuple[tuple[str, ...], ...]
"""Of each unit of a snippet, prompt then completion, the words that may be written in its place."""

_REMEMBERED = 20_000
"""Seeds whose words are kept."""


class Exchanges(Protocol):
    """Says what may be written at each place of a seed."""

    @property
    def assumption(self) -> str:
        """What is assumed of exchanges, to be read after `up to 3 exchanges of words`."""

    @property
    def allows(self) -> str:
        """What allows an exchange, for people."""

    def allowed(self, seeds: Sequence[Snippet]) -> list[Allowed]:
        """The words for each place of each seed."""

    def flops(self, seed: Snippet) -> float:
        """What asking the model about a seed takes, where there is one, whether it is remembered or not."""

    def to(self, placement: Placement) -> None:
        """Move the model, where there is one, to a device."""


class TableExchanges:
    """By a table of substitutes, whatever stands around a word."""

    assumption = "by the table of substitutes keep a text's label"
    allows = "the table allows"

    def __init__(self, surface: TextSurface, table: Substitutes) -> None:
        self._surface = surface
        self._table = table

    def allowed(self, seeds: Sequence[Snippet]) -> list[Allowed]:
        """The table's words for each word."""
        words = [self._surface.words((*u.prompt, *u.completion)) for u in units_of(self._surface, seeds)]
        return [tuple(tuple(self._table.of(word)) for word in own) for own in words]

    def flops(self, seed: Snippet) -> float:
        """Nothing: there is no model."""
        return 0.0

    def to(self, placement: Placement) -> None:
        """There is no model."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the model said of a seed, and what that took."""

    allowed: Allowed
    flops: float


class MaskedExchanges:
    """By a masked language model: its `top` likeliest words at a place of the seed, asked once a seed."""

    def __init__(self, surface: TextSurface, model: MaskedModel, top: int) -> None:
        from holdfast.models.unit_filler import UnitFiller

        self._surface = surface
        self._model = model
        self._top = top
        self._filler = UnitFiller(model, surface)
        self._known: Remembered[Snippet, _Answer] = Remembered(self._ask, _REMEMBERED)

    @property
    def assumption(self) -> str:
        """What is assumed; it names the model, and what speaks against it."""
        return (
            f"keep a text's label, each for one of the {self._top} words that the masked language model"
            f" {self._model.hash[:12]} finds likeliest in its place of the seed, though such a model offers"
            " words of the opposite meaning and negations as readily as synonyms"
        )

    @property
    def allows(self) -> str:
        """What allows an exchange."""
        return "the masked language model allows"

    def allowed(self, seeds: Sequence[Snippet]) -> list[Allowed]:
        """The model's words for each word of each seed, likeliest first; none for punctuation."""
        return [answer.allowed for answer in self._known(seeds)]

    def flops(self, seed: Snippet) -> float:
        """What asking the model about a seed takes, whether it is remembered or not."""
        return self._known([seed])[0].flops

    def to(self, placement: Placement) -> None:
        """Move the model to a device."""
        self._model.to(placement)

    def _ask(self, seeds: Sequence[Snippet]) -> list[_Answer]:
        from holdfast.models.unit_filler import UnitBlank

        units = units_of(self._surface, seeds)
        blanks = [UnitBlank(each, at, 1, self._top) for each in units for at in range(len(each))]
        fills = iter(self._filler.fills(blanks))
        return [self._answer([next(fills) for _ in range(len(each))]) for each in units]

    def _answer(self, fills: Sequence[Fill]) -> _Answer:
        words = tuple(tuple(self._surface.words(fill.units.tolist())) for fill in fills)
        return _Answer(words, sum(fill.flops for fill in fills))
