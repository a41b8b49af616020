"""Texts as the words that people see, each with how much the system under test looks at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from holdfast.attacks.target import Target
from holdfast.core.snippet import Snippet
from holdfast.core.surface import units_of
from holdfast.models.unit_scores import unit_scores


@dataclass(frozen=True)
class SalientWords:
    """The words of a snippet's parts, and the norm of each one's gradient, shapes (P,) and (C,)."""

    prompt: tuple[str, ...]
    completion: tuple[str, ...]
    prompt_saliency: np.ndarray
    completion_saliency: np.ndarray


def salient_words(target: Target, snippets: Sequence[Snippet]) -> list[SalientWords]:
    """Each snippet's words with their saliency: a gradient each; all 0 for a system that gives none."""
    surface = target.surface
    units = units_of(surface, snippets)
    if target.can("gradients"):
        norms = [np.linalg.norm(g, axis=-1) for g in unit_scores(target.system, surface).gradients(units)]
    else:
        norms = [np.zeros(len(each)) for each in units]
    return [
        SalientWords(
            tuple(surface.words(prompt)),
            tuple(surface.words(completion)),
            norm[: len(prompt)],
            norm[len(prompt) :],
        )
        for (prompt, completion), norm in zip(units, norms, strict=True)
    ]
