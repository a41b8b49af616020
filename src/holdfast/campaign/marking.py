"""Failures made ready to be looked at: each word with its saliency, and whether the attack wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from holdfast.attacks.target import Target
from holdfast.campaign.analysis import Finding
from holdfast.campaign.saliency import salient_words
from holdfast.core.snippet import Snippet
from holdfast.core.surface import units_of
from holdfast.evaluation import SnippetWords, changed_words, edit_pattern


@dataclass(frozen=True)
class MarkedWord:
    """One word of the text.

    `strength` is its saliency from 0 to 1, 1 for the strongest word of its snippet; `changed` says that it
    does not stand so in the seed (never in a part that was replaced as a whole).
    """

    text: str
    strength: float
    changed: bool


@dataclass(frozen=True)
class MarkedFinding:
    """A failure with the words of its prompt and its completion."""

    finding: Finding
    prompt: tuple[MarkedWord, ...]
    completion: tuple[MarkedWord, ...]


def mark(findings: Sequence[Finding], target: Target) -> list[MarkedFinding]:
    """Mark findings against the target that they were found on: a gradient for each."""
    found = salient_words(target, [finding.failure.snippet for finding in findings])
    marked = []
    for finding, own in zip(findings, found, strict=True):
        words = SnippetWords(own.prompt, own.completion)
        edits = edit_pattern(words_of(target, finding.seed), words)
        strengths = own.prompt_saliency, own.completion_saliency
        strongest = max(each.max(initial=0.0) for each in strengths) or 1.0
        changed = [
            changed_words(edits, "prompt", len(words[0])),
            changed_words(edits, "completion", len(words[1])),
        ]
        prompt, completion = (
            _marked(part, each / strongest, new)
            for part, each, new in zip(words, strengths, changed, strict=True)
        )
        marked.append(MarkedFinding(finding, prompt, completion))
    return marked


def words_of(target: Target, snippet: Snippet) -> SnippetWords:
    """A text as the words of the surface."""
    surface = target.surface
    (units,) = units_of(surface, [snippet])
    return SnippetWords(tuple(surface.words(units.prompt)), tuple(surface.words(units.completion)))


def _marked(words: Sequence[str], strengths: np.ndarray, changed: Sequence[bool]) -> tuple[MarkedWord, ...]:
    return tuple(
        MarkedWord(word, float(strength), new)
        for word, strength, new in zip(words, strengths, changed, strict=True)
    )
