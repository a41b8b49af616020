"""The filtered generator: completions drawn until one passes, at most so many times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from holdfast.core.odds import log_odds_of
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.models.generator import Generator
from holdfast.models.scoring import ScoringEngine


@dataclass(frozen=True, slots=True)
class FilteredDraw:
    """What the filtered generator answered to one prompt.

    `completion` is None for a refusal: all `draws` draws were refused. `log_odds` belongs to the last draw.
    """

    prompt: tuple[int, ...]
    completion: tuple[int, ...] | None
    draws: int
    log_odds: float

    @property
    def refused(self) -> bool:
        """Whether no draw passed."""
        return self.completion is None


@dataclass(frozen=True)
class Redraw:
    """The `draw`-th completion of every prompt that no earlier one of its completions has answered.

    `rows` are the places of the D prompts among those asked, ascending; `log_odds` and `passes` have shape
    (D,), float32 and bool.
    """

    draw: int
    rows: np.ndarray
    tokens: list[Tokens]
    log_odds: np.ndarray
    passes: np.ndarray


@dataclass(frozen=True)
class FilteredGenerator:
    """A generator whose completions pass only when their score is below `threshold`: rejection sampling.

    A prompt whose `max_draws` draws were all refused gets a refusal, which is counted and never hidden.
    """

    generator: Generator
    scorer: ScoringEngine
    threshold: float
    max_words: int
    max_draws: int = 10
    temperature: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "scorer", self.scorer.at(log_odds_of(self.threshold)))

    def sample(self, prompts: Sequence[tuple[int, ...]], stream: Stream) -> list[FilteredDraw]:
        """One draw for each prompt, in order; draw `k` of every prompt uses the child stream `draw-k`.

        Prompts are the generator's own token ids, without special ones. A refusal has the last draw's
        log odds.
        """
        found: dict[int, FilteredDraw] = {}
        for redraw in self.redraws(prompts, stream):
            rows, scores, passing = redraw.rows.tolist(), redraw.log_odds.tolist(), redraw.passes.tolist()
            for i, tokens, score, passes in zip(rows, redraw.tokens, scores, passing, strict=True):
                completion = tokens.completion if passes else None
                found[i] = FilteredDraw(tokens.prompt, completion, redraw.draw, score)
        return [found[i] for i in range(len(prompts))]

    def as_read(self, tokens: list[Tokens]) -> list[Tokens]:
        """What the generator wrote, as the classifier's own tokens: its text, read by the classifier."""
        if self.generator.codec.shares(self.scorer.codec):
            return tokens
        return self.scorer.codec.encode(self.generator.codec.decode(tokens))

    def redraws(self, prompts: Sequence[tuple[int, ...]], stream: Stream) -> Iterator[Redraw]:
        """Everything that is drawn for `sample`, refused draws too: one `Redraw` after the other."""
        limit = log_odds_of(self.threshold)
        rows = np.arange(len(prompts))
        for draw in range(1, self.max_draws + 1):
            if not len(rows):
                break
            asked = [prompts[i] for i in rows.tolist()]
            completions = self.generator.complete(
                asked,
                stream.child(f"draw-{draw}"),
                temperature=self.temperature,
                max_words=self.max_words,
            )
            tokens = [Tokens(p, c) for p, c in zip(asked, completions, strict=True)]
            scores = self.scorer.log_odds(self.as_read(tokens))
            passes = scores.astype(np.float64) < limit
            yield Redraw(draw, rows, tokens, scores, passes)
            rows = rows[~passes]
