"""Failures made ready to be looked at: words with the strength of their highlight."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.campaign.records import CampaignRecord, FailureRecord

SHOWN_LAST, SHOWN_EARLIER = 6, 6


@dataclass(frozen=True)
class Piece:
    """Text with a highlight between 0 (none) and 1 (the strongest of its snippet)."""

    text: str
    strength: float


@dataclass(frozen=True)
class ShownFailure:
    """A failure with its highlighted words."""

    failure: FailureRecord
    prompt: tuple[Piece, ...]
    completion: tuple[Piece, ...]


@dataclass(frozen=True)
class WorstFailures:
    """What was found against the last model, and against the ones before it; worst first."""

    last: tuple[ShownFailure, ...]
    earlier: tuple[ShownFailure, ...]


def worst_failures(campaign: CampaignRecord) -> WorstFailures:
    """The most egregious failures of the run, at most six of each kind; of equals the lowest score first.

    Several attacks may break the same seed much alike: the worst failure of each seed goes before others.
    """
    last = campaign.rounds[-1].index
    found = sorted(
        (failure for one in campaign.rounds for failure in one.worst),
        key=lambda failure: (-failure.egregiousness, failure.score, -failure.round),
    )
    late, early = [f for f in found if f.round == last], [f for f in found if f.round != last]
    return WorstFailures(
        tuple(map(_shown, _varied(late, SHOWN_LAST))),
        tuple(map(_shown, _varied(early, SHOWN_EARLIER))),
    )


def _varied(found: Sequence[FailureRecord], count: int) -> list[FailureRecord]:
    """So many failures, in their order, no seed twice while there are others."""
    seen: dict[tuple[str, str], int] = {}
    turns = []
    for place, failure in enumerate(found):
        seed = (failure.seed_prompt, failure.seed_completion)
        turn = seen.get(seed, 0) if any(seed) else 0
        seen[seed] = turn + 1
        turns.append((turn, place))
    return [found[place] for place in sorted(place for _, place in sorted(turns)[:count])]


def _shown(failure: FailureRecord) -> ShownFailure:
    strongest = max((*failure.prompt_saliency, *failure.completion_saliency), default=0.0) or 1.0
    return ShownFailure(
        failure,
        pieces(failure.prompt, failure.prompt_words, [s / strongest for s in failure.prompt_saliency]),
        pieces(
            failure.completion, failure.completion_words, [s / strongest for s in failure.completion_saliency]
        ),
    )


def pieces(text: str, words: Sequence[str], strengths: Sequence[float]) -> tuple[Piece, ...]:
    """Cut `text` at its words, so that it reads as written.

    Words that it does not hold in this order are joined by spaces instead. Control characters and ones that
    change the direction of text are made visible.
    """
    if len(words) != len(strengths):
        return (Piece(visible(text), 0.0),)
    cut: list[Piece] = []
    position, lowered = 0, text.lower()
    for word, strength in zip(words, strengths, strict=True):
        start = lowered.find(word.lower(), position)
        if start < 0 or len(lowered) != len(text):
            return _joined(words, strengths)
        if start > position:
            cut.append(Piece(visible(text[position:start]), 0.0))
        position = start + len(word)
        cut.append(Piece(visible(text[start:position]), _strength(strength)))
    if position < len(text):
        cut.append(Piece(visible(text[position:]), 0.0))
    return tuple(cut)


def _joined(words: Sequence[str], strengths: Sequence[float]) -> tuple[Piece, ...]:
    joined: list[Piece] = []
    for word, strength in zip(words, strengths, strict=True):
        joined += [Piece(visible(word), _strength(strength)), Piece(" ", 0.0)]
    return tuple(joined[:-1])


def _strength(value: float) -> float:
    return round(min(max(value, 0.0), 1.0), 3) if value == value else 0.0  # NaN has no highlight


def visible(text: str) -> str:
    """Spell out characters that would hide or reorder text on the page; line breaks stay."""
    return "".join(
        f"‹U+{ord(c):04X}›" if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c not in "\n\t" else c
        for c in text
    )
