"""Failures made ready to be looked at: words with the strength of their highlight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.campaign.analysis import Finding, varied
from holdfast.campaign.marking import MarkedFinding, MarkedWord
from holdfast.campaign.records import CampaignRecord, FailureRecord
from holdfast.report.visible import spelled, visible

SHOWN_LAST, SHOWN_EARLIER = 6, 6


@dataclass(frozen=True)
class Piece:
    """Text with a highlight between 0 (none) and 1 (the strongest of its snippet).

    `changed` says that an attack wrote it.
    """

    text: str
    strength: float
    changed: bool = False


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
        tuple(map(_shown, varied(late, SHOWN_LAST, _origin))),
        tuple(map(_shown, varied(early, SHOWN_EARLIER, _origin))),
    )


def _origin(failure: FailureRecord) -> tuple[str, str] | None:
    seed = (failure.seed_prompt, failure.seed_completion)
    return seed if any(seed) else None


def _shown(failure: FailureRecord) -> ShownFailure:
    strongest = max((*failure.prompt_saliency, *failure.completion_saliency), default=0.0) or 1.0
    return ShownFailure(
        failure,
        pieces(failure.prompt, failure.prompt_words, [s / strongest for s in failure.prompt_saliency]),
        pieces(
            failure.completion, failure.completion_words, [s / strongest for s in failure.completion_saliency]
        ),
    )


@dataclass(frozen=True)
class ShownFinding:
    """A failure that an attack has just found, with its highlighted words."""

    finding: Finding
    prompt: tuple[Piece, ...]
    completion: tuple[Piece, ...]


def shown_finding(marked: MarkedFinding) -> ShownFinding:
    """Cut a finding's texts at their words."""
    text = marked.finding.failure.snippet

    def cut(part: str, words: Sequence[MarkedWord]) -> tuple[Piece, ...]:
        texts, strengths = [word.text for word in words], [word.strength for word in words]
        return pieces(part, texts, strengths, [word.changed for word in words])

    return ShownFinding(
        marked.finding, cut(text.prompt, marked.prompt), cut(text.completion, marked.completion)
    )


def pieces(
    text: str, words: Sequence[str], strengths: Sequence[float], changed: Sequence[bool] | None = None
) -> tuple[Piece, ...]:
    """Cut `text` at its words, so that it reads as written.

    Words that it does not hold in this order are joined by spaces instead. Control characters and ones that
    change the direction of text are made visible.
    """
    if len(words) != len(strengths):
        return (Piece(visible(text), 0.0),)
    new = changed if changed is not None else [False] * len(words)
    cut: list[Piece] = []
    position, lowered, seen = 0, text.lower(), spelled(text)
    for word, strength, of_attack in zip(words, strengths, new, strict=True):
        start = lowered.find(word.lower(), position)
        if start < 0 or len(lowered) != len(text):
            return _joined(words, strengths, new)
        if start > position:
            cut.append(Piece("".join(seen[position:start]), 0.0))
        position = start + len(word)
        cut.append(Piece("".join(seen[start:position]), _strength(strength), of_attack))
    if position < len(text):
        cut.append(Piece("".join(seen[position:]), 0.0))
    return tuple(cut)


def _joined(words: Sequence[str], strengths: Sequence[float], changed: Sequence[bool]) -> tuple[Piece, ...]:
    joined: list[Piece] = []
    for word, strength, of_attack in zip(words, strengths, changed, strict=True):
        joined += [Piece(visible(word), _strength(strength), of_attack), Piece(" ", 0.0)]
    return tuple(joined[:-1])


def _strength(value: float) -> float:
    return round(min(max(value, 0.0), 1.0), 3) if value == value else 0.0  # NaN has no highlight
