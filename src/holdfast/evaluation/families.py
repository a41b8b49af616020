"""Several claims with one chance of error: limits that hold all at once, and certificates of several models.

- `family_upper`: limits on several rates, all of which hold together with the confidence stated (Bonferroni).
- `certified`: which of several models fail at most at a target rate, from numbers fixed beforehand; a wrong
  one among them comes with at most the chance of error (Holm, Scandinavian Journal of Statistics 6, 1979).
- `certified_by_evidence`: the same from monitors that were read whenever one liked; of those it names, a
  share of at most the chance of error is wrong on average (e-BH; Wang and Ramdas, JRSS B 84, 2022).

All hold however the models and their samples depend on each other: rounds of one campaign, thresholds of one
filter on the same draws, models measured with the same seed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from holdfast.core.errors import UserError
from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.spending import share_of_error


def family_upper(seen: Sequence[Proportion], confidence: float = 0.95) -> tuple[float, ...]:
    """The exact upper limit of each rate, all of which hold at once with that confidence.

    The numbers of trials were fixed beforehand, and so was the family: a rate that is left out because of
    what was seen belongs to it. Raises UserError for no rate, or a confidence outside (0, 1).
    """
    error = _error(confidence)
    if not seen:
        raise UserError("a family of limits needs at least one rate")
    each = 1 - error * share_of_error(None, len(seen))
    return tuple(one.upper(each) for one in seen)


def rate_p_value(seen: Proportion, target: float) -> float:
    """The chance of so few events, or fewer, if each trial had one at the target rate; exact."""
    from scipy.special import bdtr

    if not 0 < target < 1:
        raise UserError(f"the target must lie between 0 and 1, both excluded; got {target}")
    return float(bdtr(seen.events, seen.trials, target)) if seen.trials else 1.0


def certified(seen: Mapping[str, Proportion], target: float, confidence: float = 0.95) -> tuple[str, ...]:
    """Which rates are at most `target`, in the order given; none of them is wrong, with that confidence.

    The numbers of trials were fixed beforehand.
    """
    error = _error(confidence)
    adjusted = holm({name: rate_p_value(one, target) for name, one in seen.items()})
    return tuple(name for name, p_value in adjusted.items() if p_value <= error)


def certified_by_evidence(log_evidence: Mapping[str, float], confidence: float = 0.95) -> tuple[str, ...]:
    """Which monitors may be believed, in the order given, from the evidence that each has when one stops.

    `log_evidence` is `Monitor.evidence_below` of each, a natural logarithm. On average a share of at most
    1 − confidence of those named is wrong: sorted downwards, the k-th is believed where some k' ≥ k have
    evidence of at least m/(k' δ) for m monitors.
    """
    error, count = _error(confidence), len(log_evidence)
    downwards = sorted(log_evidence, key=log_evidence.__getitem__, reverse=True)
    most = 0
    for place, name in enumerate(downwards, 1):
        if log_evidence[name] >= math.log(count / (place * error)):
            most = place
    believed = set(downwards[:most])
    return tuple(name for name in log_evidence if name in believed)


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """P-values adjusted for there being several (Holm, Scandinavian Journal of Statistics 6, 1979)."""
    adjusted, least = {}, 0.0
    for rank, name in enumerate(sorted(p_values, key=p_values.__getitem__)):
        least = max(least, min(1.0, (len(p_values) - rank) * p_values[name]))
        adjusted[name] = least
    return {name: adjusted[name] for name in p_values}


def _error(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise UserError(f"the confidence must lie between 0 and 1, both excluded; got {confidence}")
    return 1 - confidence
