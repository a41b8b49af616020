"""Gradients by a model's tokens, brought back to the units of a surface."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from holdfast.core.places import Place
from holdfast.core.snippet import Snippet, Units
from holdfast.core.surface import Surface, snippets_of
from holdfast.models.codec import Codec
from holdfast.models.gradients import TokenGradients
from holdfast.models.scoring import ScoringEngine

Matrix = NDArray[np.float32]


def unit_gradients(engine: ScoringEngine, surface: Surface, units: Sequence[Units]) -> list[Matrix]:
    """(P + C, H) for each snippet: a unit's gradient is the sum of its tokens' gradients.

    A token belongs to the unit in which it begins, and one that begins in a gap to the unit after the gap. A
    unit without a token (cut off, or not seen by the tokenizer) has gradient 0.
    """
    snippets = snippets_of(surface, units)
    found = engine.gradients(engine.codec.encode(snippets))
    return [
        gradients_by_end(engine.codec, snippet, _unit_ends(surface, each), gradients)
        for each, snippet, gradients in zip(units, snippets, found, strict=True)
    ]


def gradients_by_end(
    codec: Codec, snippet: Snippet, ends: NDArray[np.int64], found: TokenGradients
) -> Matrix:
    """(P + C, H) a snippet's gradients by its units, which end at these places (see `owners_by_end`)."""
    of_tokens = np.concatenate([found.prompt, found.completion])
    by_unit = np.zeros((len(ends), of_tokens.shape[1]), dtype=np.float32)
    if len(ends):
        np.add.at(by_unit, owners_by_end(codec, snippet, ends), of_tokens)
    return by_unit


def owners(codec: Codec, surface: Surface, units: Units, snippet: Snippet) -> NDArray[np.int64]:
    """Which unit (over prompt then completion) each token of a snippet belongs to, in the tokens' order."""
    return owners_by_end(codec, snippet, _unit_ends(surface, units))


def owners_by_end(codec: Codec, snippet: Snippet, ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same for units that end at these places, counted over the prompt's text, then the completion's."""
    starts = np.array([_begin(place) for place in codec.token_places(snippet)], dtype=np.int64)
    return np.minimum(np.searchsorted(ends, starts, side="right"), max(len(ends) - 1, 0))


def _begin(place: Place) -> int:
    return place[0]


def _unit_ends(surface: Surface, units: Units) -> NDArray[np.int64]:
    """The end of each unit, counted over the prompt's text and then the completion's."""
    prompt = surface.places(units.prompt)
    offset = len(surface.join(units.prompt))
    completion = surface.places(units.completion)
    return np.array(
        [*(stop for _, stop in prompt), *(offset + stop for _, stop in completion)], dtype=np.int64
    )
