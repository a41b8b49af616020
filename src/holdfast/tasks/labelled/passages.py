"""Passages: the stretches of characters that make a text catastrophic, as files write them."""

from __future__ import annotations

import json
from typing import Any

Spans = tuple[tuple[int, int], ...]


def spans(value: Any, length: int) -> Spans:
    """Passages as `(start, stop)` in order, from pairs or from the offsets of single characters.

    Passages that overlap become one. Raises ValueError with a reason, and a detail where there is one.
    """
    if not isinstance(value, list) or not all(_is_place(v) or _is_pair(v) for v in value):
        raise ValueError("the passages are neither [[start, stop], ...] nor a list of offsets")
    if len({isinstance(v, int) for v in value}) > 1:
        raise ValueError("the passages mix pairs and offsets")
    pairs = sorted((v, v + 1) if isinstance(v, int) else (v[0], v[1]) for v in value)
    for start, stop in pairs:
        if not 0 <= start < stop:
            raise ValueError("a passage is empty or begins before the text", f"from {start} to {stop}")
        if stop > length:
            raise ValueError(
                "a passage goes beyond the text", f"from {start} to {stop}, of {length} characters"
            )
    offsets = bool(value) and isinstance(value[0], int)
    joined: list[tuple[int, int]] = []
    for start, stop in pairs:
        if joined and (start < joined[-1][1] or (offsets and start == joined[-1][1])):
            joined[-1] = joined[-1][0], max(stop, joined[-1][1])
        else:
            joined.append((start, stop))
    return tuple(joined)


def _is_place(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_place, value))


def listed(value: object) -> Any:
    """A list as it stands, or one that a text holds; None where there is none."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return None
