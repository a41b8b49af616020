"""Between the units that attacks edit and the masked language model that proposes words for their places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from holdfast.core.errors import UserError
from holdfast.core.snippet import Units
from holdfast.core.surface import Surface, snippets_of
from holdfast.core.text_surface import TextSurface
from holdfast.models.guard_format import GuardFormat
from holdfast.models.masked import NOTHING, Blank, Guesses, MaskedModel
from holdfast.models.remembered import Remembered
from holdfast.models.whole_words import is_word

_REMEMBERED = 50_000


class UnitBlank(NamedTuple):
    """A position over prompt then completion; `width` 1: the unit there is masked, 0: a mask before it.

    The position after the last unit is the completion's end, where words can only be added.
    """

    units: Units
    position: int
    width: int
    top: int
    """How many words are asked for."""


@dataclass(frozen=True)
class Fill:
    """Units that may be written at a blank, likeliest first, with log probabilities, shapes (N,) each.

    `flops` is what asking for them costs, remembered or not.
    """

    units: NDArray[np.int64]
    log_probs: NDArray[np.float64]
    flops: float


def words_of(surface: Surface) -> TextSurface:
    """The surface of real text cut into words; raises UserError where units are anything else."""
    if isinstance(surface, TextSurface) and surface.cut == "words":
        return surface
    if surface.closed:
        why = "this task has a closed vocabulary, whose words its own generator proposes"
    else:
        why = "attacks on this task and judge write whole sentences (the judge 'carried' with harmless text)"
    raise UserError(
        f"a masked language model proposes single words of real text, and {why}; leave out the proposer"
    )


class UnitFiller:
    """A masked language model as attacks and judges use it: what goes in and comes out are units of text.

    It raises UserError where the surface is not one of words of real text.
    """

    def __init__(self, model: MaskedModel, surface: Surface) -> None:
        self.model = model
        self._surface = words_of(surface)
        self._known: Remembered[UnitBlank, Fill] = Remembered(self._ask, _REMEMBERED)

    def fills(self, blanks: Sequence[UnitBlank]) -> list[Fill]:
        """The likeliest words for each blank, in order; never the word that stands there."""
        return self._known(blanks)

    def _ask(self, blanks: Sequence[UnitBlank]) -> list[Fill]:
        found: list[Guesses] = [NOTHING] * len(blanks)
        tops = {blank.top for blank in blanks}
        for top in tops:
            at = [i for i, blank in enumerate(blanks) if blank.top == top and self._asks_for_word(blank)]
            # One more, for the word that stands there is among the likeliest more often than not.
            places = [self._place(blanks[i]) for i in at]
            for i, guesses in zip(at, self.model.guesses(places, top + 1), strict=True):
                found[i] = guesses
        return [self._fill(blank, guesses) for blank, guesses in zip(blanks, found, strict=True)]

    def _asks_for_word(self, blank: UnitBlank) -> bool:
        """Whether a word is asked for: in the place of one, or between units."""
        return not blank.width or is_word(self._surface.words([_unit(blank)])[0])

    def _place(self, blank: UnitBlank) -> Blank:
        (snippet,) = snippets_of(self._surface, [blank.units])
        text = GuardFormat().join(snippet)
        places = self._surface.places(blank.units.prompt)
        offset = len(text) - len(snippet.completion)
        places += [(offset + a, offset + b) for a, b in self._surface.places(blank.units.completion)]
        start, stop = places[blank.position] if blank.position < len(places) else (len(text), len(text))
        return Blank(text, start, stop if blank.width else start)

    def _fill(self, blank: UnitBlank, guesses: Guesses) -> Fill:
        like = _unit(blank) if blank.width else None
        kept = [i for i, word in enumerate(guesses.words) if self._surface.is_unit(word)]
        numbers = [self._surface.number(guesses.words[i], like=like) for i in kept]
        chosen = [(n, i) for n, i in zip(numbers, kept, strict=True) if n != like][: blank.top]
        return Fill(
            units=np.array([number for number, _ in chosen], dtype=np.int64),
            log_probs=guesses.log_probs[[i for _, i in chosen]],
            flops=guesses.tokens * self.model.flops_per_token,
        )


def _unit(blank: UnitBlank) -> int:
    """The unit that stands at the blank's position."""
    return (*blank.units.prompt, *blank.units.completion)[blank.position]
