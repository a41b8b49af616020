"""The filtered generator: completions drawn until one passes, at most so many times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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

    def sample(self, prompts: Sequence[tuple[int, ...]], stream: Stream) -> list[FilteredDraw]:
        """One draw for each prompt, in order; draw `k` of every prompt uses the child stream `draw-k`.

        Prompts are token ids without special tokens. The last draw's log odds stand on a refusal.
        """
        limit = log_odds_of(self.threshold)
        found: dict[int, FilteredDraw] = {}
        open_rows = list(range(len(prompts)))
        for draw in range(1, self.max_draws + 1):
            asked = [prompts[i] for i in open_rows]
            completions = self.generator.complete(
                asked,
                stream.child(f"draw-{draw}"),
                temperature=self.temperature,
                max_words=self.max_words,
            )
            scores = self.scorer.log_odds([Tokens(p, c) for p, c in zip(asked, completions, strict=True)])
            still_open = []
            for i, completion, score in zip(open_rows, completions, scores.tolist(), strict=True):
                passes = score < limit
                found[i] = FilteredDraw(prompts[i], completion if passes else None, draw, score)
                if not passes:
                    still_open.append(i)
            open_rows = still_open
            if not open_rows:
                break
        return [found[i] for i in range(len(prompts))]
