"""Gradients by a model's tokens, brought back to the units of a surface."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from holdfast.core.places import Place
from holdfast.core.snippet import Snippet, Units
from holdfast.core.surface import Surface, snippets_of
from holdfast.models.codec import Codec
from holdfast.models.scoring import ScoringEngine

Matrix = NDArray[np.float32]


def unit_gradients(engine: ScoringEngine, surface: Surface, units: Sequence[Units]) -> list[Matrix]:
    """(P + C, H) for each snippet: a unit's gradient is the sum of its tokens' gradients.

    A token belongs to the unit in which it begins, and one that begins in a gap to the unit after the gap. A
    unit without a token (cut off, or not seen by the tokenizer) has gradient 0.
    """
    snippets = snippets_of(surface, units)
    found = engine.gradients(engine.codec.encode(snippets))
    rows = []
    for each, snippet, gradients in zip(units, snippets, found, strict=True):
        of_tokens = np.concatenate([gradients.prompt, gradients.completion])
        owner = owners(engine.codec, surface, each, snippet)
        by_unit = np.zeros((len(each), of_tokens.shape[1]), dtype=np.float32)
        np.add.at(by_unit, owner, of_tokens)
        rows.append(by_unit)
    return rows


def owners(codec: Codec, surface: Surface, units: Units, snippet: Snippet) -> NDArray[np.int64]:
    """Which unit (over prompt then completion) each token of a snippet belongs to, in the tokens' order."""
    ends = _unit_ends(surface, units)
    places = codec.token_places(snippet)
    starts = np.array([_begin(place) for place in places], dtype=np.int64)
    found = np.searchsorted(ends, starts, side="right")
    return np.minimum(found, max(len(units) - 1, 0))


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
