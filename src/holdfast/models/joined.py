"""A generator and a guard of different tokenizers, joined by text: completions drawn until one passes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from holdfast.core.odds import log_odds_of
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.models.generator import Continuation, Generator
from holdfast.models.scoring import ScoringEngine

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Scored:
    """What the guard says of some texts: log odds, NaN for one that it cannot read, and why it cannot.

    `tokens` is how many tokens it read of each. Arrays have shape (D,).
    """

    log_odds: Floats
    why: list[str]
    tokens: NDArray[np.int64]


@dataclass(frozen=True)
class Turn:
    """The `draw`-th completion of every prompt that no earlier one of its completions has answered.

    `rows` are the places of the D prompts among those asked, ascending. `snippets` are what the guard was
    given; `passes` is False for one that it cannot read. Seconds are by the clock.
    """

    draw: int
    rows: NDArray[np.int64]
    written: list[Continuation]
    snippets: list[Snippet]
    scored: Scored
    passes: Bools
    writing_seconds: float
    scoring_seconds: float


@dataclass(frozen=True)
class JoinedByText:
    """A filtered generator of any two models: what one writes, the other reads as text.

    A prompt whose `max_draws` draws all failed to pass gets a refusal. A completion has at most `tokens`
    tokens. A draw that the guard cannot read does not pass, and another one is drawn.
    """

    generator: Generator
    scorer: ScoringEngine
    threshold: float
    tokens: int
    max_draws: int = 10
    temperature: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "scorer", self.scorer.at(log_odds_of(self.threshold)))

    def turns(self, prompts: Sequence[str], stream: Stream) -> Iterator[Turn]:
        """Everything that is drawn, one turn after the other.

        Draw `k` of prompt `i` goes by row `i` of the child stream `draw-k`, whatever the guard lets pass: so
        two guards, or two thresholds, are measured on the same draws.
        """
        limit, rows = log_odds_of(self.threshold), np.arange(len(prompts))
        for draw in range(1, self.max_draws + 1):
            if not len(rows):
                return
            start = perf_counter()
            uniforms = stream.child(f"draw-{draw}").numpy().random((len(prompts), self.tokens))[rows]
            asked = [prompts[i] for i in rows.tolist()]
            written = self.generator.continuations(
                [Snippet(prompt, "") for prompt in asked], uniforms, self.temperature
            )
            snippets = [self._snippet(*pair) for pair in zip(asked, written, strict=True)]
            between = perf_counter()
            scored = self.scored(snippets)
            passes = scored.log_odds < limit
            seconds = between - start, perf_counter() - between
            yield Turn(draw, rows, written, snippets, scored, passes, *seconds)
            rows = rows[~passes]

    def scored(self, snippets: Sequence[Snippet]) -> Scored:
        """The guard's log odds of some texts, each in full precision."""
        guard = self.scorer.classifier
        tokens = guard.codec.encode(snippets)
        why = guard.refusals(tokens)
        readable = [each for each, reason in zip(tokens, why, strict=True) if reason is None]
        reads = np.array([reason is None for reason in why], dtype=bool)
        log_odds, lengths = np.full(len(tokens), np.nan), np.zeros(len(tokens), dtype=np.int64)
        log_odds[reads] = self.scorer.log_odds(readable)
        lengths[reads] = guard.fitting.lengths(readable)
        return Scored(log_odds, [reason or "" for reason in why], lengths)

    def _snippet(self, prompt: str, written: Continuation) -> Snippet:
        """With the space that the guard's format puts between the parts left out, where it was written."""
        joiner = self.scorer.classifier.format.joiner
        return Snippet(prompt, written.text.removeprefix(joiner))
