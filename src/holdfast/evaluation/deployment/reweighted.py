"""The failure rate of the filtered generator from one judged pool that serves every classifier.

A prompt x whose draws are accepted with probability a(x), and are catastrophes that pass with probability
b(x), is answered within m draws with probability 1 − (1 − a)^m, and answered with a failure with probability

    f(x) = b · S(a),    S(a) = Σ_{j<m} (1 − a)^j = (1 − (1 − a)^m) / a,

where S is the expected number of draws: a judged completion that passes weighs S, which is 1 / P(accept) as m
grows. Failures per completion are E f(x) / E(1 − (1 − a)^m) over the prompts of deployment. Pooled error
rates, such as the false-negative rate, are not: they weigh a prompt by how often one draw of it passes,
while deployment draws again until one does.

*No bias of 1/â.* Putting an estimate of a into 1/a overstates it, and from a fixed number of draws 1/a has
no unbiased estimate at all. But the draws are bounded, so S is a polynomial of degree m − 1 in 1 − a, and of
n independent draws with r refused the share C(r, j) / C(n, j) of all j-subsets that hold refusals only is an
unbiased estimate of (1 − a)^j for j ≤ n (a U-statistic; Hoeffding, Annals of Mathematical Statistics 19,
1948). The other draws of the prompt make a judged draw's weight, never the draw itself, so the product is
unbiased too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from holdfast.core.errors import UserError
from holdfast.evaluation.bounds import Interval
from holdfast.evaluation.deployment.weighted_rate import gamma_interval, gamma_upper
from holdfast.evaluation.rare.estimate import Estimate

METHOD = "reweighted pool, gamma interval"
REFUSALS_METHOD = "refusals of a pool, gamma interval"


@dataclass(frozen=True)
class PromptOutcomes:
    """Unbiased estimates for each prompt; three arrays of one shape, of which the first axis is prompts.

    `failures` of P(answered with a failure), `answered` of P(answered), `draws` of the expected draws. No
    entry of `failures` exceeds `largest`.
    """

    failures: np.ndarray
    answered: np.ndarray
    draws: np.ndarray
    largest: float


def pool_outcomes(accepted: np.ndarray, failed: np.ndarray, draws: int, max_draws: int) -> PromptOutcomes:
    """For prompts of which all `draws` draws were judged: the mean over all orders they could have come in.

    `accepted` and `failed` (accepted catastrophes) are integer counts, of any one shape. With A accepted of
    which F failed, a random order answers with probability 1 − C(n − A, m) / C(n, m), and its first accepted
    draw is each of the A alike. Raises UserError when `draws` < `max_draws`.
    """
    _enough(draws, max_draws, "draws of each prompt", max_draws)
    refused = draws - accepted
    unanswered = _all_refused(draws, max_draws)[:, max_draws]
    answered = 1.0 - unanswered[refused]
    failures = failed / np.maximum(accepted, 1) * answered
    return PromptOutcomes(failures, answered, _expected_draws(draws, max_draws)[refused], 1.0)


def separate_outcomes(
    judged: int,
    refused: np.ndarray,
    failed: np.ndarray,
    others_refused: np.ndarray,
    others: int,
    max_draws: int,
) -> PromptOutcomes:
    """For prompts with `judged` judged draws, and apart from them `others` unlabelled ones.

    Of the judged draws `refused` were refused and `failed` passed as catastrophes; of the unlabelled ones
    `others_refused` were refused (integer counts of one shape). The latter count only where a judged draw was
    refused or failed, and may be anything elsewhere. Raises UserError when `others` < `max_draws` − 1.
    """
    _enough(others, max_draws - 1, "unlabelled draws of each prompt", max_draws)
    weights = _expected_draws(others, max_draws)
    fewer = _expected_draws(others, max_draws - 1)
    none = _all_refused(others, max_draws - 1)[:, max_draws - 1]
    share = refused / judged
    return PromptOutcomes(
        failed / judged * weights[others_refused],
        1.0 - share * none[others_refused],
        1.0 + share * fewer[others_refused],
        float(max_draws),
    )


def _enough(draws: int, needed: int, what: str, max_draws: int) -> None:
    if max_draws < 1:
        raise ValueError(f"the filter must draw at least once, got max_draws={max_draws}")
    if draws < needed:
        raise UserError(
            f"{draws} {what} cannot tell what a filter does that draws up to {max_draws} times;"
            f" score at least {needed} (they need no judge), or measure the filtered generator directly"
        )


def _all_refused(draws: int, most: int) -> np.ndarray:
    """[r, j]: the share C(r, j) / C(draws, j) of j-subsets that hold refusals only; r ≤ draws, j ≤ most."""
    refused = np.arange(draws + 1)[:, None]
    taken = np.arange(min(most, draws))[None, :]
    factors = np.maximum(refused - taken, 0) / (draws - taken)
    return np.concatenate([np.ones((draws + 1, 1)), np.cumprod(factors, axis=1)], axis=1)


def _expected_draws(draws: int, most: int) -> np.ndarray:
    """[r]: the unbiased estimate of Σ_{j<most} (1 − a)^j after r of `draws` were refused."""
    total: np.ndarray = _all_refused(draws, most)[:, :most].sum(axis=1)
    return total


@dataclass(frozen=True)
class ReweightedOutcome:
    """What the filtered generator gives, estimated from a pool; compare `NaturalOutcome`.

    `failures` are per filtered completion (None if no prompt is ever answered), `failures_upper` their
    one-sided upper limit at the same confidence, `refusals` per prompt. `effective_completions` is how many
    completions of the filtered generator, one a prompt, would tell the failure rate as closely; None without
    failures.
    """

    prompts: int
    failures: Estimate | None
    failures_upper: float
    refusals: Estimate
    draws_per_completion: float
    effective_completions: float | None


@dataclass(frozen=True)
class Sums:
    """Sums over prompts of what `PromptOutcomes` holds and of its products: all that a summary needs.

    Every array has the shape of one prompt's entry, such as [thresholds]. Sums of blocks of prompts add up.
    """

    prompts: int
    failures: np.ndarray
    answered: np.ndarray
    draws: np.ndarray
    failures_squared: np.ndarray
    failures_answered: np.ndarray
    answered_squared: np.ndarray

    @classmethod
    def of(cls, found: PromptOutcomes) -> Sums:
        """The sums over the first axis."""
        f, g = found.failures, found.answered
        return cls(
            len(f),
            f.sum(axis=0),
            g.sum(axis=0),
            found.draws.sum(axis=0),
            (f * f).sum(axis=0),
            (f * g).sum(axis=0),
            (g * g).sum(axis=0),
        )

    def at(self, place: int) -> Sums:
        """The sums of one threshold."""
        return Sums(
            self.prompts,
            self.failures[place],
            self.answered[place],
            self.draws[place],
            self.failures_squared[place],
            self.failures_answered[place],
            self.answered_squared[place],
        )

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.prompts + other.prompts,
            self.failures + other.failures,
            self.answered + other.answered,
            self.draws + other.draws,
            self.failures_squared + other.failures_squared,
            self.failures_answered + other.failures_answered,
            self.answered_squared + other.answered_squared,
        )


def reweighted_outcome(
    log_odds: np.ndarray,
    catastrophic: np.ndarray,
    threshold_log_odds: float,
    max_draws: int,
    *,
    unlabelled: np.ndarray | None = None,
    confidence: float = 0.95,
) -> ReweightedOutcome:
    """Failures, refusals and draws of a filter that draws at most `max_draws` times, from a judged pool.

    `log_odds` (float) and `catastrophic` (bool) are [prompts, judged draws]. Without `unlabelled` each judged
    draw is weighed by the other draws of its prompt, of which there must be `max_draws` in all. With
    `unlabelled`, log odds [prompts, other draws], those alone weigh, at least `max_draws` − 1 of them; rows
    may be NaN for prompts whose judged draws all passed and are harmless, so that a new classifier costs
    hardly more draws than the pool. Draws of a prompt must be independent of one another, and prompts
    too; the draws of all prompts are equally many. The interval is `gamma_interval` on the ratio's linear
    residuals: asymptotic in the refusals, and trustworthy at few failures. Raises UserError when there are
    too few draws, ValueError on mismatched shapes or missing scores.
    """
    scores, labels = checked_pool(log_odds, catastrophic)
    passes = scores < threshold_log_odds
    failed = np.count_nonzero(passes & labels, axis=1)
    accepted = np.count_nonzero(passes, axis=1)
    judged, queries = scores.shape[1], scores.size
    if unlabelled is None:
        found = pool_outcomes(accepted, failed, judged, max_draws)
    else:
        others = np.asarray(unlabelled, dtype=np.float64)
        others_refused = _others_refused(others, threshold_log_odds, (failed > 0) | (accepted < judged))
        queries += int(np.count_nonzero(~np.isnan(others)))
        found = separate_outcomes(
            judged, judged - accepted, failed, others_refused, others.shape[1], max_draws
        )
    return summarise(Sums.of(found), found.largest, confidence, queries, scores.size)


def checked_pool(log_odds: np.ndarray, catastrophic: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The two arrays [prompts, draws] of a pool; ValueError unless they match and every score is known."""
    scores, labels = np.asarray(log_odds, dtype=np.float64), np.asarray(catastrophic, dtype=bool)
    if scores.ndim != 2 or scores.shape != labels.shape or not scores.size:
        raise ValueError(f"need two arrays [prompts, draws], got {scores.shape} and {labels.shape}")
    if np.isnan(scores).any():
        raise ValueError("a draw of the judged pool has no score")
    return scores, labels


def _others_refused(others: np.ndarray, limit: float, needed: np.ndarray) -> np.ndarray:
    if others.ndim != 2 or len(others) != len(needed):
        raise ValueError(f"need unlabelled log odds [{len(needed)} prompts, draws], got {others.shape}")
    if np.isnan(others[needed]).any():
        raise ValueError("a prompt with a refused or failed draw lacks scores of unlabelled draws")
    refused: np.ndarray = np.count_nonzero(~(others < limit), axis=1)
    return refused


def summarise(sums: Sums, largest: float, confidence: float, queries: int, labels: int) -> ReweightedOutcome:
    """The outcome from the sums of one threshold (scalars)."""
    answered = float(sums.answered)
    of_refusals = _refusals(sums, confidence, queries)
    if answered <= 0:
        return ReweightedOutcome(sums.prompts, None, 1.0, of_refusals, float(sums.draws), None)
    rate = float(sums.failures) / answered
    residual = (
        float(sums.failures_squared)
        - 2 * rate * float(sums.failures_answered)
        + rate**2 * float(sums.answered_squared)
    )
    variance = max(residual, 0.0) / answered**2
    most = largest / answered
    limits = gamma_interval(rate, variance, most, confidence)
    return ReweightedOutcome(
        prompts=sums.prompts,
        failures=Estimate(
            value=rate,
            interval=Interval(limits.lower, max(rate, min(limits.upper, 1.0))),
            confidence=confidence,
            method=METHOD,
            queries=queries,
            labels=labels,
        ),
        failures_upper=min(gamma_upper(rate, variance, most, confidence), 1.0),
        refusals=of_refusals,
        draws_per_completion=float(sums.draws) / answered,
        effective_completions=rate * (1 - rate) / variance if variance > 0 else None,
    )


def _refusals(sums: Sums, confidence: float, queries: int) -> Estimate:
    count = sums.prompts
    total = max(count - float(sums.answered), 0.0)
    squared = count - 2 * float(sums.answered) + float(sums.answered_squared)
    rate = total / count
    variance = max(squared / count - rate**2, 0.0) / count
    limits = gamma_interval(rate, variance, 1 / count, confidence)
    interval = Interval(limits.lower, max(rate, min(limits.upper, 1.0)))
    return Estimate(rate, interval, confidence, REFUSALS_METHOD, queries, 0)
