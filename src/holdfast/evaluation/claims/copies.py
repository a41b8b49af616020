"""Copies among outcomes: how many prompts and texts really differ, and stretches that come twice."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from holdfast.tasks.labelled.values import normalised

Codes = NDArray[np.uint64]

STRETCH = 50
"""Draws in a row that come twice only where one was copied from the other, or both are of one stream."""

_MASK = 2**64 - 1
_MULTIPLIER = 0x9E3779B97F4A7C15


def codes_of(texts: Iterable[str]) -> Codes:
    """A number for each text, whatever its case and white space; equal ones only in this process; (N,)."""
    return np.fromiter((hash(normalised(text)) & _MASK for text in texts), dtype=np.uint64)


def joined_codes(first: Codes, second: Codes) -> Codes:
    """A number for each pair of texts."""
    joined: Codes = (first * np.uint64(_MULTIPLIER)) ^ (second + np.uint64(0x632BE59BD9B4E019))
    return joined


def stretches(codes: Codes) -> Codes:
    """A number for each stretch of `STRETCH` codes, by a polynomial modulo 2⁶⁴; (N − STRETCH + 1,).

    The multiplier is odd and so has an inverse, by which each stretch's own power is taken out again. Empty
    where there are fewer codes.
    """
    if len(codes) < STRETCH:
        return np.empty(0, dtype=np.uint64)
    powers = np.cumprod(np.full(len(codes), _MULTIPLIER, dtype=np.uint64))
    inverses = np.cumprod(np.full(len(codes), pow(_MULTIPLIER, -1, _MASK + 1), dtype=np.uint64))
    sums = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(codes * powers, dtype=np.uint64)])
    found: Codes = (sums[STRETCH:] - sums[:-STRETCH]) * inverses[: len(codes) - STRETCH + 1]
    return found


def repeated_stretch(codes: Codes) -> tuple[int, int] | None:
    """Where the first stretch begins that comes again, and where it does; None where none comes twice."""
    found = stretches(codes)
    order = np.argsort(found, kind="stable")
    same = np.flatnonzero(found[order][1:] == found[order][:-1])
    if not len(same):
        return None
    first = same[order[same + 1].argmin()]
    return int(order[first]), int(order[first + 1])


def share_a_stretch(first: Codes, second: Codes) -> bool:
    """Whether a stretch of the one stands in the other."""
    return bool(np.isin(stretches(first), stretches(second)).any())
