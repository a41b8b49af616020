"""What comes first, the judge or the score: the cheaper one, by measured cost.

As a rule the judge: an oracle costs some 20 microseconds and a score more than 100, and a candidate that is
no catastrophe is worthless to an attack. Where the judge is dear (a language model, a person), all candidates
are scored, and of each request the few of the lowest score are judged.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

from holdfast.attacks.target import Target
from holdfast.core.judge import judged
from holdfast.core.snippet import Snippet

if TYPE_CHECKING:
    from holdfast.models.unit_scores import UnitScores

Order = Literal["judge", "score"]
"""What comes first."""

DEAR = 5.0
"""A judge is dear when it costs this many times as much as a score: far from 1, so that an oracle of some
microseconds is not taken for dear on a busy machine, and results do not depend on timing."""

JUDGED_A_REQUEST = 4
"""Candidates of one request that a dear judge sees."""

_TIMED = 16
_TIMES = 3


def measured_order(target: Target, scores: UnitScores, seeds: Sequence[Snippet]) -> Order:
    """Time the judge and the exact score on a few seeds, each at its best of a few times; both count."""
    if target.order is not None or not seeds:
        return target.order or "judge"
    few = list(seeds[:_TIMED])
    judging = _seconds(lambda: judged(target.judge, few, few))
    scoring = _seconds(lambda: scores.exact_log_odds(few))
    return "score" if judging > DEAR * scoring else "judge"


def _seconds(work: Callable[[], object]) -> float:
    """The least of some times, after one to warm up: what else the machine does only ever adds."""
    work()
    times = []
    for _ in range(_TIMES):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return min(times)
