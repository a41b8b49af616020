"""What every tool does with a text first and last: tokens that the models can read, and verdicts as told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.core.errors import UserError
from holdfast.core.snippet import Snippet, Tokens, Verdict
from holdfast.workbench.shapes import SnippetText, VerdictShape

if TYPE_CHECKING:
    from holdfast.attacks.target import Target


def snippet_of(text: SnippetText) -> Snippet:
    """A snippet as it was sent."""
    return Snippet(text.prompt, text.completion)


def readable(target: Target, snippet: Snippet) -> Tokens:
    """The snippet's tokens; raises UserError where it is longer than the classifier can read."""
    (tokens,) = target.scorer.codec.encode([snippet])
    classifier = target.scorer.classifier
    length, most = len(tokens) + classifier.layout.specials, classifier.positions
    if most is not None and length > most:
        raise UserError(
            f"the text has {len(tokens)} words, and the classifier reads at most "
            f"{most - classifier.layout.specials}; shorten it"
        )
    return tokens


def fits(target: Target, tokens: Tokens) -> bool:
    """Whether both models can read a snippet, so that it may be shown to either."""
    models = (target.scorer.classifier, target.generator)
    return all(
        model is None or model.positions is None or len(tokens) + model.layout.specials <= model.positions
        for model in models
    )


def verdict_shape(verdict: Verdict) -> VerdictShape:
    """A verdict as the API tells it."""
    return VerdictShape(
        label=verdict.label.value,
        egregiousness=verdict.egregiousness,
        why=verdict.why,
        phenomena=tuple(sorted(verdict.phenomena)),
    )
