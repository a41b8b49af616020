"""What every tool does with a text first and last: tokens that the models can read, and verdicts as told."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from holdfast.core.errors import UserError
from holdfast.core.snippet import Snippet, Tokens, Verdict
from holdfast.workbench.shapes import SnippetText, VerdictShape

if TYPE_CHECKING:
    from holdfast.attacks.target import Target
    from holdfast.models.classifier import Classifier
    from holdfast.models.generator import Generator as LanguageModel


def snippet_of(text: SnippetText) -> Snippet:
    """A snippet as it was sent."""
    return Snippet(text.prompt, text.completion)


def readable(target: Target, snippet: Snippet) -> Tokens:
    """The snippet's tokens; raises UserError where it is longer than the classifier can read."""
    (tokens,) = target.scorer.codec.encode([snippet])
    most = _room(target.scorer.classifier)
    if len(tokens) > most:
        raise UserError(
            f"the text has {len(tokens)} words, and the classifier reads at most {most}; shorten it"
        )
    return tokens


def room(target: Target) -> int:
    """How many tokens of a snippet both models can read."""
    return min(_room(model) for model in (target.scorer.classifier, target.generator) if model is not None)


def _room(model: Classifier | LanguageModel) -> int:
    return sys.maxsize if model.positions is None else model.positions - model.layout.specials


def verdict_shape(verdict: Verdict) -> VerdictShape:
    """A verdict as the API tells it."""
    return VerdictShape(
        label=verdict.label.value,
        egregiousness=verdict.egregiousness,
        why=verdict.why,
        phenomena=tuple(sorted(verdict.phenomena)),
    )
