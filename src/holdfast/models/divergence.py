"""How far a generator has moved from another one: the Kullback–Leibler divergence of what it writes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from holdfast.core.snippet import Tokens
from holdfast.models.generator import Generator

_BLOCK = 256
"""Completions whose tables are in memory together."""


def divergence(generator: Generator, reference: Generator, written: Sequence[Tokens]) -> float | None:
    """KL(generator || reference) in nats a token, on completions that the generator wrote itself.

    At each of a completion's tokens and at its end it is exact over the vocabulary; the mean over all of
    them estimates the divergence of whole completions, divided by their length. Both have the same tokens.
    None where there is no completion.
    """
    total, places = 0.0, 0
    for first in range(0, len(written), _BLOCK):
        block = written[first : first + _BLOCK]
        tables = (model.word_log_probs(block) for model in (generator, reference))
        for tokens, own, other in zip(block, *tables, strict=True):
            p, q = (table[len(tokens.prompt) :].astype(np.float64) for table in (own, other))
            total += float((np.exp(p) * (p - q)).sum())
            places += len(p)
    return max(total, 0.0) / places if places else None
