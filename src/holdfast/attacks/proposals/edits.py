"""Edits: one change to a snippet's units, or None where it would leave the input space.

A *position* counts units over prompt then completion, from 0. A *slot* is a place between units: slot s ≤ P
stands before prompt token s (slot P at the prompt's end), slot P + 1 + j before completion token j; there are
P + C + 2. No edit empties a completion, and none but `swap` and `move_span` carries a token from one part to
the other.
"""

from __future__ import annotations

from holdfast.core.snippet import Units
from holdfast.core.surface import Limits

Words = tuple[int, ...]


def replace(units: Units, position: int, word: int) -> Units:
    """Write another word at a position."""
    prompt, completion = units
    at = position - len(prompt)
    if at < 0:
        return Units((*prompt[:position], word, *prompt[position + 1 :]), completion)
    return Units(prompt, (*completion[:at], word, *completion[at + 1 :]))


def insert(units: Units, slot: int, words: Words, limits: Limits) -> Units | None:
    """Write words at a slot; None if the part would grow beyond its limit."""
    prompt, completion = units
    at = slot - len(prompt) - 1
    if at < 0:
        grown = Units(prompt[:slot] + words + prompt[slot:], completion)
    else:
        grown = Units(prompt, completion[:at] + words + completion[at:])
    return grown if fits(grown, limits) else None


def delete(units: Units, start: int, stop: int) -> Units | None:
    """Remove the positions from `start` up to `stop` (in one part); None if that empties the completion."""
    prompt, completion = units
    length = len(prompt)
    if stop <= length:
        return Units(prompt[:start] + prompt[stop:], completion)
    rest = completion[: start - length] + completion[stop - length :]
    return Units(prompt, rest) if rest else None


def swap(units: Units, one: int, other: int) -> Units:
    """Exchange the words at two positions."""
    words = [*units.prompt, *units.completion]
    words[one], words[other] = words[other], words[one]
    length = len(units.prompt)
    return Units(tuple(words[:length]), tuple(words[length:]))


def span(units: Units, start: int, stop: int) -> Words:
    """The words from position `start` up to `stop`, within one part."""
    prompt, completion = units
    length = len(prompt)
    return prompt[start:stop] if stop <= length else completion[start - length : stop - length]


def duplicate_span(units: Units, start: int, stop: int, slot: int, limits: Limits) -> Units | None:
    """Write a copy of a span at a slot; None if it would not fit."""
    return insert(units, slot, span(units, start, stop), limits)


def move_span(units: Units, start: int, stop: int, slot: int, limits: Limits) -> Units | None:
    """Take a span to a slot outside of it; None if that empties the completion or does not fit."""
    in_prompt = stop <= len(units.prompt)
    first = start if in_prompt else start + 1  # the slot before the span's first word
    last = first + stop - start
    if first <= slot <= last:
        return None
    rest = delete(units, start, stop)
    if rest is None:
        return None
    landing = slot - (stop - start) if slot > last else slot
    return insert(rest, landing, span(units, start, stop), limits)


def splice(units: Units, start: int, stop: int, words: Words, limits: Limits) -> Units | None:
    """Put words in the place of a span of one part; None if that empties the completion or does not fit."""
    prompt, completion = units
    length = len(prompt)
    if stop <= length:
        spliced = Units(prompt[:start] + words + prompt[stop:], completion)
    else:
        spliced = Units(prompt, completion[: start - length] + words + completion[stop - length :])
    return spliced if fits(spliced, limits) else None


def fits(units: Units, limits: Limits) -> bool:
    """Whether a snippet is within the limits and has a completion."""
    prompt, completion = units
    return len(prompt) <= limits.prompt_words and 0 < len(completion) <= limits.completion_words
