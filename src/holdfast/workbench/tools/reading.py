"""What every tool does with a text first and last: tokens that the models can read, and verdicts as told."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from holdfast.core.errors import UserError
from holdfast.core.snippet import Snippet, Tokens, Verdict
from holdfast.workbench.shapes import LONGEST_TEXT, SnippetText, VerdictShape

if TYPE_CHECKING:
    from holdfast.attacks.target import Target
    from holdfast.models.classifier import Classifier
    from holdfast.models.generator import Generator as LanguageModel


def snippet_of(text: SnippetText) -> Snippet:
    """A snippet as it was sent."""
    return Snippet(text.prompt, text.completion)


def seed_of(seed: SnippetText | None) -> Snippet | None:
    """The text that another is a rewrite of; None where that is not said."""
    return None if seed is None else snippet_of(seed)


def sendable(snippet: Snippet) -> bool:
    """Whether a text is short enough for the API: an edit of the longest that it takes may be longer."""
    return max(len(snippet.prompt), len(snippet.completion)) <= LONGEST_TEXT


def readable(target: Target, snippet: Snippet) -> Tokens:
    """The snippet's tokens; raises UserError where the classifier cannot read it as its owner said."""
    (tokens,) = target.scorer.codec.encode([snippet])
    classifier = target.scorer.classifier
    if classifier.fits([tokens])[0]:
        return tokens
    if not tokens:
        raise UserError("the text is empty; write something first")
    what = "words" if target.scorer.codec.closed else "tokens"
    raise UserError(
        f"the text has {len(tokens)} {what}, and the classifier reads at most {_room(classifier)}; shorten it"
    )


def readable_by_both(target: Target, tokens: Tokens) -> bool:
    """Whether the classifier reads a snippet, and the generator too where there is one of the same tokens."""
    fits = bool(target.scorer.classifier.fits([tokens])[0])
    return fits and (not shares_tokens(target) or len(tokens) <= _room(_writer(target)))


def shares_tokens(target: Target) -> bool:
    """Whether there is a generator that reads the classifier's tokens."""
    return target.generator is not None and target.generator.codec.shares(target.scorer.codec)


def _writer(target: Target) -> LanguageModel:
    assert target.generator is not None, "who asks the generator has seen that there is one"
    return target.generator


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
