"""Failures made ready to be looked at: each word with its saliency, and whether the attack wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from holdfast.attacks.target import Target
from holdfast.campaign.analysis import Finding
from holdfast.core.snippet import Tokens
from holdfast.evaluation import SnippetWords, changed_words, edit_pattern


@dataclass(frozen=True)
class MarkedWord:
    """One word of the classifier's vocabulary.

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
    saliency = target.scorer.saliency([finding.failure.tokens for finding in findings])
    seeds = target.scorer.codec.encode([finding.seed for finding in findings])
    marked = []
    for finding, own, seed in zip(findings, saliency, seeds, strict=True):
        words = _words(target, finding.failure.tokens)
        edits = edit_pattern(_words(target, seed), words)
        strongest = max(own.prompt.max(initial=0.0), own.completion.max(initial=0.0)) or 1.0
        changed = [
            changed_words(edits, "prompt", len(words[0])),
            changed_words(edits, "completion", len(words[1])),
        ]
        prompt, completion = (
            _marked(part, strengths / strongest, new)
            for part, strengths, new in zip(words, (own.prompt, own.completion), changed, strict=True)
        )
        marked.append(MarkedFinding(finding, prompt, completion))
    return marked


def _words(target: Target, tokens: Tokens) -> SnippetWords:
    codec = target.scorer.codec
    return SnippetWords(tuple(codec.words(tokens.prompt)), tuple(codec.words(tokens.completion)))


def _marked(words: Sequence[str], strengths: np.ndarray, changed: Sequence[bool]) -> tuple[MarkedWord, ...]:
    return tuple(
        MarkedWord(word, float(strength), new)
        for word, strength, new in zip(words, strengths, changed, strict=True)
    )
