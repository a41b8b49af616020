"""The strictest threshold that costs no quality: is the filtered text preferred as often, but for a margin?

After the preference test of arXiv 2205.01663, section 4: pairs of a filtered and an unfiltered completion of
one prompt, and a share of pairs in which the filtered one is preferred, ties counting half, that must not
fall below 1/2 − margin.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from holdfast.core.errors import UserError
from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.deployment.used_data import UsedData
from holdfast.evaluation.threshold import sigmoid

_TIE_SHARE_ERROR = 0.02
"""Share of the error probability spent on not knowing how often pairs tie."""

_TIE_SHARES = 33
"""Shares of ties at which the p-value is worked out, across what the data leave open."""

_NEGLIGIBLE = 1e-12
"""Probability of so few or so many decided pairs that they are left out of a sum."""

SAME_QUALITY = 1e-9
"""Qualities closer than this tie."""


@dataclass(frozen=True)
class Preference:
    """Pairs in which the filtered completion was better (`wins`), worse (`losses`) or as good (`ties`).

    Raises ValueError on negative counts or none at all.
    """

    wins: int
    losses: int
    ties: int

    def __post_init__(self) -> None:
        if min(self.wins, self.losses, self.ties) < 0 or not self.pairs:
            raise ValueError(f"{self.wins} wins, {self.losses} losses and {self.ties} ties are no pairs")

    @property
    def pairs(self) -> int:
        """All pairs."""
        return self.wins + self.losses + self.ties

    @property
    def share(self) -> float:
        """Share of pairs in which the filtered completion is preferred, a tie counting half."""
        return (self.wins + self.ties / 2) / self.pairs

    @property
    def decided(self) -> float:
        """Share of pairs that do not tie."""
        return (self.wins + self.losses) / self.pairs


def compared(filtered: np.ndarray, unfiltered: np.ndarray, answered: np.ndarray | None = None) -> Preference:
    """Compare two arrays [pairs] of quality; where `answered` is False, the filter refused, and lost."""
    difference = np.asarray(filtered, dtype=np.float64) - np.asarray(unfiltered, dtype=np.float64)
    given = np.ones(len(difference), dtype=bool) if answered is None else np.asarray(answered, dtype=bool)
    if np.isnan(difference[given]).any():
        raise ValueError("a quality is not a number")
    wins = int(np.count_nonzero(given & (difference > SAME_QUALITY)))
    losses = int(np.count_nonzero(~given | (difference < -SAME_QUALITY)))
    return Preference(wins, losses, len(difference) - wins - losses)


def inferiority_p_value(preference: Preference, margin: float, confidence: float = 0.95) -> float:
    """The exact p-value of 'the filtered text is preferred in at most 1/2 − margin of pairs'.

    Of n independent pairs, W win and L lose; the hypothesis is P(win) − P(lose) ≤ −2 · margin, and W − L
    the statistic. How often pairs tie is unknown: the largest p-value is taken over the shares that an exact
    interval leaves open, and that interval's error is added (Berger and Boos, Journal of the American
    Statistical Association 89, 1994). Without ties this is the binomial test of 1/2 − margin, but for that
    small addition. It is valid for a test at `confidence`.
    """
    _check_margin(margin)
    error = _TIE_SHARE_ERROR * (1 - confidence)
    decided = Proportion(preference.wins + preference.losses, preference.pairs).interval(1 - error)
    low, high = max(decided.lower, 2 * margin), decided.upper
    if low > high:  # so few pairs are decided that even losing all of them stays within the margin
        return error
    lead = preference.wins - preference.losses
    shares = np.linspace(low, high, _TIE_SHARES)
    worst = float(_lead_probability(lead, preference.pairs, shares, 2 * margin).max())
    return min(1.0, worst + error)


def _lead_probability(lead: int, pairs: int, decided: np.ndarray, behind: float) -> np.ndarray:
    """P(W − L ≥ lead) when P(win) + P(lose) = `decided` (ascending) and P(lose) − P(win) = `behind`."""
    from scipy.stats import binom

    first = int(binom.ppf(_NEGLIGIBLE, pairs, decided[0]))
    last = int(binom.ppf(1 - _NEGLIGIBLE, pairs, decided[-1]))
    count, share = np.arange(first, last + 1), decided[:, None]
    wins_needed = np.ceil((count + lead) / 2)
    chance = binom.sf(wins_needed - 1, count, (share - behind) / (2 * share))
    total: np.ndarray = np.sum(binom.pmf(count, pairs, share) * chance, axis=1)
    return total


def pairs_needed(
    margin: float = 0.05, confidence: float = 0.95, power: float = 0.8, decided: float = 1.0
) -> int:
    """The fewest pairs at which `power_of` reaches `power`; `decided` is the share that does not tie.

    Without ties that is the normal formula (z_confidence + z_power)² / (2 · margin)²: 618.3 for a margin of
    5 points at 95 % and 80 %.
    """
    low, high = 0, 1
    while power_of(high, margin, confidence, decided) < power:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if power_of(middle, margin, confidence, decided) < power:
            low = middle
        else:
            high = middle
    return high


def power_of(pairs: int, margin: float, confidence: float = 0.95, decided: float = 1.0) -> float:
    """Probability to show non-inferiority with so many pairs when the two are in truth preferred alike.

    Φ((2 · margin · √n − z · √d̄) / √d), an approximation: d is the share of pairs that do not tie, and d̄ the
    most that so many pairs leave open for it, which the test must allow for. 1 when no pair is ever decided.
    """
    from scipy.special import ndtr, ndtri

    _check_margin(margin)
    if decided == 0:
        return 1.0
    found = Proportion(round(pairs * decided), pairs)
    open_ = found.interval(1 - _TIE_SHARE_ERROR * (1 - confidence)).upper
    reach = 2 * margin * math.sqrt(pairs) - float(ndtri(confidence)) * math.sqrt(open_)
    return float(ndtr(reach / math.sqrt(decided)))


def _check_margin(margin: float) -> None:
    if not 0 < margin < 0.5:
        raise UserError(f"the margin of a preference must lie between 0 and 0.5, got {margin}")


@dataclass(frozen=True)
class TestedPreference:
    """One threshold (log odds), the pairs at it, the p-value, and the power had the two been alike."""

    log_odds: float
    preference: Preference
    p_value: float
    power: float


@dataclass(frozen=True)
class NonInferiorThreshold:
    """The strictest threshold at which filtered completions are not preferred less, but for `margin`.

    With probability `confidence`, the filtered text at `log_odds` is preferred in more than 1/2 − `margin` of
    pairs. `log_odds` and `threshold` are None when not even the loosest passed. `tested` holds those tried,
    loosest first; the last one failed unless all passed. `used` names the data, on which nothing may be
    claimed any more.
    """

    log_odds: float | None
    threshold: float | None
    margin: float
    confidence: float
    tested: tuple[TestedPreference, ...]
    used: UsedData

    @property
    def rule(self) -> str:
        """How it was chosen, in a sentence."""
        last = self.tested[-1]
        return (
            f"the strictest of {len(self.tested)} tested thresholds whose completions are preferred in more"
            f" than {0.5 - self.margin:.4g} of pairs with unfiltered ones, with {self.confidence:.4g}"
            f" confidence ({last.preference.pairs:,} pairs, power {last.power:.2g})"
        )


def strictest_non_inferior(
    log_odds: np.ndarray,
    quality: np.ndarray,
    thresholds: Sequence[float],
    max_draws: int,
    *,
    data: str | Sequence[str],
    margin: float = 0.05,
    confidence: float = 0.95,
) -> NonInferiorThreshold:
    """Test thresholds from the loosest, each at the full level, and stop at the first that fails.

    `log_odds` and `quality` (float) are [prompts, draws] with `draws` > `max_draws`, of independent prompts
    (`data`: the SHA-256 of their files). Each prompt's first draw is the unfiltered completion, and the first
    passing one of the next `max_draws` the filtered one, so that the two are independent. A refusal is a
    loss. As in `loosest_controlled`, an order fixed beforehand needs no correction, and the thresholds (log
    odds) must come from other data. Raises UserError on too few draws or no thresholds.
    """
    scores, values = np.asarray(log_odds, dtype=np.float64), np.asarray(quality, dtype=np.float64)
    if scores.ndim != 2 or scores.shape != values.shape:
        raise ValueError(f"need two arrays [prompts, draws], got {scores.shape} and {values.shape}")
    if scores.shape[1] <= max_draws or not len(thresholds):
        raise UserError(
            f"a preference test needs thresholds, and {max_draws + 1} draws of each prompt (one unfiltered,"
            f" {max_draws} to filter); there are {len(thresholds)} thresholds and {scores.shape[1]} draws"
        )
    chosen, tested = None, []
    for limit in sorted(set(map(float, thresholds)), reverse=True):
        found = _preference_at(scores[:, 1 : max_draws + 1], values, limit)
        p_value = inferiority_p_value(found, margin, confidence)
        tested.append(
            TestedPreference(limit, found, p_value, power_of(found.pairs, margin, confidence, found.decided))
        )
        if p_value > 1 - confidence:
            break
        chosen = limit
    return NonInferiorThreshold(
        log_odds=chosen,
        threshold=None if chosen is None else sigmoid(chosen),
        margin=margin,
        confidence=confidence,
        tested=tuple(tested),
        used=UsedData.of(data),
    )


def _preference_at(scores: np.ndarray, quality: np.ndarray, limit: float) -> Preference:
    passes = scores < limit
    filtered = np.take_along_axis(quality[:, 1:], passes.argmax(axis=1)[:, None], axis=1)[:, 0]
    return compared(filtered, quality[:, 0], np.asarray(passes.any(axis=1)))
