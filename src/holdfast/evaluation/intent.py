"""Capability or intent: whether a failure was missed because it is not understood, or in spite of being
understood.

A failure's *plain restatement* brings the same events in the simplest words
(`holdfast.tasks.base.Restater`). Where the classifier lets that pass too, it lacks the concept: a
*capability* failure, which more ordinary training data should mend. Where it stops the plain telling, the
wording fooled it: an *intent* failure, one of a model that knew better, and the kind that adversarial
training is for. The two call for different cures, and are counted apart.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from holdfast.evaluation.bounds import Interval, Proportion


@dataclass(frozen=True)
class IntentSplit:
    """Failures of one kind (an attack, a phenomenon, all), by what lies behind them.

    `capability` counts those whose plain restatement passes too, of those that have one; `untold` have none.
    """

    name: str
    capability: Proportion
    untold: int

    @property
    def intent(self) -> Proportion:
        """Those whose plain restatement is stopped, of those that have one."""
        return Proportion(self.capability.trials - self.capability.events, self.capability.trials)

    @property
    def failures(self) -> int:
        """All of them, those without a restatement too."""
        return self.capability.trials + self.untold

    def capability_of_all(self, confidence: float = 0.95) -> Interval:
        """Limits on capability's share of all failures, whatever those without a restatement are.

        The lower one takes every such failure for one of intent, the upper one for one of capability; each
        is the exact limit on the count so made.
        """
        low = Proportion(self.capability.events, self.failures).interval(confidence).lower
        high = Proportion(self.capability.events + self.untold, self.failures).interval(confidence).upper
        return Interval(low, high)


def split_by_intent(
    plain_log_odds: np.ndarray,
    threshold_log_odds: float,
    groups: Sequence[str] | None = None,
    seeds: Sequence[Hashable] | None = None,
) -> tuple[IntentSplit, ...]:
    """Split failures by the classifier's scores of their plain restatements: all of them, then each group.

    `plain_log_odds` is one log odds a failure, NaN where it has no plain restatement. `groups` names a
    group for each (an attack, a round), given in the order first met. `seeds`, where given, keeps the first
    failure of each seed and group alone: failures grown from one seed stand or fall together, and exact
    limits need independent ones. Raises ValueError on unequal lengths.
    """
    scores = np.asarray(plain_log_odds, dtype=np.float64)
    names = ["all"] * len(scores) if groups is None else list(groups)
    origins: list[Hashable] = list(range(len(scores))) if seeds is None else list(seeds)
    if not len(scores) == len(names) == len(origins):
        raise ValueError(f"unequal lengths: {len(scores)} scores, {len(names)} groups, {len(origins)} seeds")
    rows = [_split("all", scores, _firsts(origins), threshold_log_odds)]
    for name in dict.fromkeys(names) if groups is not None else ():
        own = [place for place, each in enumerate(names) if each == name]
        kept = _firsts([origins[place] for place in own])
        rows.append(_split(name, scores[own], kept, threshold_log_odds))
    return tuple(rows)


def _firsts(origins: Sequence[Hashable]) -> list[int]:
    """The places at which each origin is met first."""
    return list({origin: place for place, origin in reversed(list(enumerate(origins)))}.values())


def _split(name: str, scores: np.ndarray, kept: list[int], threshold: float) -> IntentSplit:
    chosen = scores[kept]
    told = chosen[~np.isnan(chosen)]
    return IntentSplit(
        name, Proportion(int(np.count_nonzero(told < threshold)), len(told)), len(chosen) - len(told)
    )
