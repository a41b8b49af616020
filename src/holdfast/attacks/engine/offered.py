"""What an attempt may write, where its judge allows certain words alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from holdfast.attacks.engine.attempt import Shared
from holdfast.attacks.engine.requests import Words
from holdfast.core.judge import Judge, SubstitutingJudge
from holdfast.core.snippet import Snippet
from holdfast.core.surface import Surface


def offered(shared: Shared, judge: Judge, surface: Surface, seed: Snippet, ids: Words) -> Shared:
    """What an attempt may write: the alphabet, or the words that the judge allows for its seed."""
    if not isinstance(judge, SubstitutingJudge):
        return shared
    alphabet = np.array(_numbers(surface, judge.offered(seed)), dtype=np.int64)
    allowed = tuple(
        _numbers(surface, words, like=unit) for words, unit in zip(judge.allowed(seed), ids, strict=True)
    )
    return replace(shared, alphabet=alphabet if len(alphabet) else shared.alphabet, allowed=allowed)


def _numbers(surface: Surface, words: Sequence[str], like: int | None = None) -> tuple[int, ...]:
    """The units of the words that can be written."""
    found = (surface.number(word, like=like) for word in words)
    return tuple(number for number in found if number is not None)
