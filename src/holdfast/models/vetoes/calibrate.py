"""Bounds of vetoes, set on harmless text alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from holdfast.core.errors import UserError
from holdfast.core.snippet import Tokens
from holdfast.models.codec import Codec
from holdfast.models.generator import Generator
from holdfast.models.vetoes.base import Floats, Veto
from holdfast.models.vetoes.panel import CalibratedVeto, Vetoes

_TOLERANCE = 1e-4
"""By which a value may differ between batches; a bound stands so far below a value that is to pass."""

_LEAST_SPREAD = 1e-3


def calibrated(
    asked: Sequence[Veto], generator: Generator, harmless: Mapping[str, Sequence[Tokens]]
) -> Vetoes:
    """Vetoes that turn away at most their share of each set of harmless texts.

    So the bound is the loosest that any of the sets asks for: what is unusual in one of them, and usual in
    another, passes. Raises UserError for a set without texts.
    """
    for name, texts in harmless.items():
        if not texts:
            raise UserError(f"vetoes need harmless texts to be calibrated on, and there are none in {name}")
    return Vetoes(tuple(_calibrated(veto, generator, list(harmless.values())) for veto in asked), generator)


def _calibrated(veto: Veto, generator: Generator, harmless: Sequence[Sequence[Tokens]]) -> CalibratedVeto:
    reader = veto.reader(generator)
    values = [reader.values(texts) for texts in harmless]
    bound = min(bound_of(each, veto.refuse) for each in values)
    spread = float(np.median(np.concatenate(values))) - bound
    return CalibratedVeto(veto, bound, max(spread, _LEAST_SPREAD), veto.reads_with(generator), reader)


def bound_of(values: Floats, refuse: float) -> float:
    """The highest bound at or below which at most the share `refuse` of the values lies."""
    most = int(refuse * len(values) + 1e-9)
    return float(np.sort(values)[most]) - _TOLERANCE


def check_shared(classifier: Codec, generator: Generator) -> None:
    """Raise UserError where a veto would read other tokens than the classifier."""
    if not generator.codec.shares(classifier):
        raise UserError(
            "a veto reads with the generator, whose words must be the classifier's: it is for tasks with a"
            " closed vocabulary (storyworld, brackets) and models made for it; leave out `vetoes:`"
        )
