"""Proposals that write whole phrases: the generator's words, from a place on, over a span or between words.

The project of arXiv 2205.01663 asked for tools that fill in longer phrases than its single words.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, NamedTuple

import numpy as np

from holdfast.attacks.engine.attempt import LiveAttempt
from holdfast.attacks.engine.requests import Request, Words
from holdfast.attacks.proposals import edits
from holdfast.core.snippet import Units
from holdfast.core.surface import Limits

SHORTEST, LONGEST = 2, 8
"""Words of a phrase, and of a span that it takes the place of."""


class Opening(NamedTuple):
    """Where a phrase is to be written: from a position, over so many words (0: between words)."""

    position: int
    width: int
    length: int
    """The most words of the phrase."""


def openings(
    units: Units, position: int, count: int, insert_share: float, draw: np.random.Generator
) -> list[Opening]:
    """Openings at a position; that share of them between words, the others over a span within its part.

    The position after the last word is the completion's end, where phrases can only be added. None at the
    prompt's end, where the generator would end the prompt.
    """
    part_end = len(units.prompt) if position < len(units.prompt) else len(units)
    room = part_end - position
    widths = draw.integers(SHORTEST, LONGEST + 1, size=count)
    between = draw.random(count) < insert_share
    lengths = draw.integers(SHORTEST, LONGEST + 1, size=count)
    widths = np.where(between, 0, np.minimum(widths, room))
    return [Opening(position, int(width), int(length)) for width, length in zip(widths, lengths, strict=True)]


def filled(units: Units, opening: Opening, phrase: Words, limits: Limits) -> Units | None:
    """A phrase written into its opening; None if it has fewer than `SHORTEST` words or does not fit."""
    position, width, _ = opening
    if len(phrase) < SHORTEST:
        return None
    if width == 0:
        slot = position + (position >= len(units.prompt))
        return edits.insert(units, slot, phrase, limits)
    return edits.splice(units, position, position + width, phrase, limits)


def phrase_fills(
    attempt: LiveAttempt,
    units: Units,
    position: int,
    count: int,
    temperature: float,
    insert_share: float = 0.5,
) -> Generator[Request, Any, list[Units]]:
    """Up to `count` snippets, each with a phrase of the generator's written at the position.

    The generator reads what stands left of the position. One request; none where `count` is 0.
    """
    if not count:
        return []
    opened = openings(units, position, count, insert_share, attempt.numpy)
    phrases = yield from attempt.phrases(units, position, [opening.length for opening in opened], temperature)
    written = [filled(units, o, phrase, attempt.limits) for o, phrase in zip(opened, phrases, strict=True)]
    return [candidate for candidate in dict.fromkeys(written) if candidate is not None]
