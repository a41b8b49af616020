"""Edits: one change to a snippet's tokens, or None where it would leave the input space.

A *position* counts tokens over prompt then completion, from 0. A *slot* is a place between tokens: slot s ≤ P
stands before prompt token s (slot P at the prompt's end), slot P + 1 + j before completion token j; there are
P + C + 2. No edit empties a completion, and none but `swap` and `move_span` carries a token from one part to
the other.
"""

from __future__ import annotations

from holdfast.core.snippet import Tokens
from holdfast.tasks.base import Limits

Words = tuple[int, ...]


def replace(tokens: Tokens, position: int, word: int) -> Tokens:
    """Write another word at a position."""
    prompt, completion = tokens
    at = position - len(prompt)
    if at < 0:
        return Tokens((*prompt[:position], word, *prompt[position + 1 :]), completion)
    return Tokens(prompt, (*completion[:at], word, *completion[at + 1 :]))


def insert(tokens: Tokens, slot: int, words: Words, limits: Limits) -> Tokens | None:
    """Write words at a slot; None if the part would grow beyond its limit."""
    prompt, completion = tokens
    at = slot - len(prompt) - 1
    if at < 0:
        grown = Tokens(prompt[:slot] + words + prompt[slot:], completion)
    else:
        grown = Tokens(prompt, completion[:at] + words + completion[at:])
    return grown if fits(grown, limits) else None


def delete(tokens: Tokens, start: int, stop: int) -> Tokens | None:
    """Remove the positions from `start` up to `stop` (in one part); None if that empties the completion."""
    prompt, completion = tokens
    length = len(prompt)
    if stop <= length:
        return Tokens(prompt[:start] + prompt[stop:], completion)
    rest = completion[: start - length] + completion[stop - length :]
    return Tokens(prompt, rest) if rest else None


def swap(tokens: Tokens, one: int, other: int) -> Tokens:
    """Exchange the words at two positions."""
    words = [*tokens.prompt, *tokens.completion]
    words[one], words[other] = words[other], words[one]
    length = len(tokens.prompt)
    return Tokens(tuple(words[:length]), tuple(words[length:]))


def span(tokens: Tokens, start: int, stop: int) -> Words:
    """The words from position `start` up to `stop`, within one part."""
    prompt, completion = tokens
    length = len(prompt)
    return prompt[start:stop] if stop <= length else completion[start - length : stop - length]


def duplicate_span(tokens: Tokens, start: int, stop: int, slot: int, limits: Limits) -> Tokens | None:
    """Write a copy of a span at a slot; None if it would not fit."""
    return insert(tokens, slot, span(tokens, start, stop), limits)


def move_span(tokens: Tokens, start: int, stop: int, slot: int, limits: Limits) -> Tokens | None:
    """Take a span to a slot outside of it; None if that empties the completion or does not fit."""
    in_prompt = stop <= len(tokens.prompt)
    first = start if in_prompt else start + 1  # the slot before the span's first word
    last = first + stop - start
    if first <= slot <= last:
        return None
    rest = delete(tokens, start, stop)
    if rest is None:
        return None
    landing = slot - (stop - start) if slot > last else slot
    return insert(rest, landing, span(tokens, start, stop), limits)


def splice(tokens: Tokens, start: int, stop: int, words: Words, limits: Limits) -> Tokens | None:
    """Put words in the place of a span of one part; None if that empties the completion or does not fit."""
    prompt, completion = tokens
    length = len(prompt)
    if stop <= length:
        spliced = Tokens(prompt[:start] + words + prompt[stop:], completion)
    else:
        spliced = Tokens(prompt, completion[: start - length] + words + completion[stop - length :])
    return spliced if fits(spliced, limits) else None


def fits(tokens: Tokens, limits: Limits) -> bool:
    """Whether a snippet is within the limits and has a completion."""
    prompt, completion = tokens
    return len(prompt) <= limits.prompt_words and 0 < len(completion) <= limits.completion_words
