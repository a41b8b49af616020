"""Limits on the rate in deployment where its prompts are not distributed as those that were tested.

Let w be the density ratio: how many times as frequent a prompt is in deployment as in the test. The rate in
deployment is the mean of w over the failures of the test.

- **Bounded weights** (`shifted_upper`): of w only a bound B is known. The worst deployment puts all that it
  can on the prompts that fail, so its rate is B times the rate tested, and any limit on that times B holds.
- **Given weights** (`deployment_rate`): w is known for each prompt (shares of topics or languages in the
  logs, say). Each draw is worth w if it failed and 0 else, a bounded value with the rate as its mean, on
  which betting gives a limit at every sample size (Waudby-Smith and Ramdas, arXiv 2010.09686).

Neither says anything of prompts that the test could not have drawn: there w is infinite.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from holdfast.core.errors import UserError
from holdfast.evaluation.rare.weighted import WeightedFailures, betting_upper

_UNLIKELY = 1e-6
"""The chance with which sound weights would be refused for a mean that is not 1."""


@dataclass(frozen=True)
class DeploymentRate:
    """A rate in deployment from draws with weights: `upper` holds with the confidence, at any sample size.

    `rate` is the unbiased estimate; `effective` how many draws of deployment itself the draws are worth for
    that estimate (Kish), never more than there are.
    """

    rate: float
    upper: float
    confidence: float
    draws: int
    effective: float


def shifted_upper(limit: float, most: float) -> float:
    """The limit in any deployment whose prompts are at most `most` times as frequent as those tested.

    `limit` is an upper limit on the rate tested, by whatever method. Raises UserError unless `most` is a
    number of at least 1.
    """
    if not 1 <= most < math.inf:
        raise UserError(f"prompts can be at most so many times as frequent: a number from 1, not {most}")
    return min(1.0, most * limit)


def deployment_rate(
    weights: ArrayLike, failed: ArrayLike, largest: float, confidence: float = 0.95
) -> DeploymentRate:
    """The rate in deployment from `weights` (n,) of all draws and which of them `failed` (n,).

    `largest` is the greatest weight that any prompt could have, not only those drawn. Weights are density
    ratios, of mean 1; they were fixed before the outcomes were seen. Raises UserError where they cannot be
    such: negative, above `largest`, or with a mean too far from 1.
    """
    ratios, bad = np.asarray(weights, dtype=np.float64), np.asarray(failed, dtype=bool)
    if not 0 < confidence < 1:
        raise UserError(f"the confidence must lie between 0 and 1, both excluded; got {confidence}")
    if ratios.ndim != 1 or ratios.shape != bad.shape or not len(ratios):
        raise UserError(f"there are {ratios.size} weights for {bad.size} draws; give each draw its own")
    if not (np.isfinite(ratios).all() and ratios.min() >= 0 and ratios.max() <= largest * (1 + 1e-12)):
        raise UserError(
            f"weights run from 0 to the largest that a prompt could have ({largest:g}); these run from"
            f" {ratios.min():g} to {ratios.max():g}"
        )
    _check_mean(ratios, largest)
    sample = WeightedFailures(ratios[bad], len(ratios), largest)
    return DeploymentRate(
        rate=sample.rate,
        upper=min(1.0, betting_upper(sample, confidence)),
        confidence=confidence,
        draws=len(ratios),
        effective=float(ratios.sum() ** 2 / np.square(ratios).sum()),
    )


def _check_mean(ratios: np.ndarray, largest: float) -> None:
    """By Bernstein's inequality, with the greatest variance that weights of mean 1 can have."""
    size, log_chance = len(ratios), math.log(2 / _UNLIKELY)
    spread = max(largest - 1, 0.0)
    most = math.sqrt(2 * spread * log_chance / size) + 2 * max(largest, 1.0) * log_chance / (3 * size)
    mean = float(ratios.mean())
    if abs(mean - 1) > most:
        raise UserError(
            f"the weights have mean {mean:.4g}, and density ratios have mean 1 (here within {most:.2g});"
            " divide each share in deployment by the share in the test"
        )
