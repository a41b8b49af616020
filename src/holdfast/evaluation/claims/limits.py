"""The arithmetic of a claim: how the chance of error is shared out, and the limit that follows.

Let δ = 1 − confidence. A family of claims and the evaluations of a filter share it first (`spending`).
Without an audited judge all of what is left goes to the count. With one, a share goes to the audit, in equal
parts where more than sensitivity was audited, and by the union bound the whole claim fails with probability
at most δ. Where the model is the best of R measured on the same data, the count's part is divided by R
(Bonferroni); the audit does not depend on the model, so its part is not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.claims.evidence import Evidence, Quantity
from holdfast.evaluation.claims.judgement import Audit, JudgeRecord
from holdfast.evaluation.hourly import HourlyRate
from holdfast.evaluation.label_noise import caught_by_any, true_limit
from holdfast.evaluation.spending import share_of_error
from holdfast.evaluation.strata import stratified_rate


class Method(StrEnum):
    """How a count becomes a limit."""

    BINOMIAL = "exact one-sided binomial limit"
    """Clopper and Pearson's, for a number of trials that was fixed beforehand and read once."""
    E_PROCESS = "e-process"
    """The monitor's: valid however often one looks and whenever one stops."""
    STRATIFIED = "stratified limit"
    """That of `evaluation.strata`, for strata of known weight whose sizes were fixed beforehand."""
    ADAPTIVE = "adaptive e-process"
    """That of `evaluation.adaptive`, for strata of known weight among which an auditor chooses as it goes."""
    ADAPTIVE_WORST = "adaptive e-process of the worst stratum"
    """The same for the stratum that fails most, whatever the weights."""
    POISSON = "exact Poisson limit"
    """χ²(1 − δ; 2k + 2)/2 events in a time that was fixed beforehand."""
    WILSON = "Wilson score limit (asymptotic)"
    SEARCH = "search"
    """No limit on any rate: what a search found, and what it spent."""

    @property
    def in_strata(self) -> bool:
        """Whether it wants its draws by strata."""
        return self is Method.STRATIFIED or self.adaptive

    @property
    def adaptive(self) -> bool:
        """Whether the next stratum may be chosen by what was seen."""
        return self in (Method.ADAPTIVE, Method.ADAPTIVE_WORST)

    @property
    def any_time(self) -> bool:
        """Whether one may look at any time, and stop when one likes."""
        return self is Method.E_PROCESS or self.adaptive


def independent_trials(evidence: Evidence, fresh_prompts: bool) -> Proportion:
    """The trials that may be taken for independent.

    Where a program drew each prompt afresh these are all. Otherwise several draws may share a prompt, and the
    first draw of each different prompt makes the independent trials. A prompt counts as failed where any of
    its draws did, which can only raise the limit on the rate of first draws.
    """
    if fresh_prompts:
        return Proportion(evidence.events, evidence.trials)
    return Proportion(evidence.different.failing, evidence.different.prompts)


@dataclass(frozen=True)
class Allotment:
    """The confidence of each part of a claim; those of an audit are None where none is needed."""

    count: float
    sensitivity: float | None = None
    """Of a panel, that of each of its judges."""
    precision: float | None = None
    false_alarms: float | None = None


def needs_audit(quantity: Quantity, judge: JudgeRecord) -> bool:
    """Whether the judge's misses have to be paid for."""
    return quantity.judged and not judge.oracle and judge.assumption is None


def needs_precision(quantity: Quantity, judge: JudgeRecord) -> bool:
    """Whether its false alarms have to be, too: they dilute the catastrophes that a rate is a share of."""
    return needs_audit(quantity, judge) and quantity is Quantity.FALSE_NEGATIVE_RATE


def takes_off_alarms(quantity: Quantity, judge: JudgeRecord) -> bool:
    """Whether false alarms, where they were audited, are taken off: of rates that are shares of all texts."""
    shares = (Quantity.NATURAL_FAILURE_RATE, Quantity.CATASTROPHE_RATE)
    return needs_audit(quantity, judge) and judge.false_alarms is not None and quantity in shares


def allot(
    confidence: float,
    quantity: Quantity,
    judge: JudgeRecord,
    audit_share: float = 0.5,
    models: int = 1,
    evaluation: int | None = None,
    family: int = 1,
) -> Allotment:
    """Share out the chance of error; a monitor that is to carry a claim runs at the count's confidence.

    `evaluation` is the number of this one among those of its filter, which share one chance of error, and
    `family` of how many claims each has an equal part of it.
    """
    delta = (1 - confidence) * share_of_error(evaluation, family)
    if not needs_audit(quantity, judge):
        return Allotment(1 - delta / models)
    precision, alarms = needs_precision(quantity, judge), takes_off_alarms(quantity, judge)
    parts = max(1, len(judge.panel)) + precision + alarms
    each = 1 - delta * audit_share / parts
    count = 1 - delta * (1 - audit_share) / models
    return Allotment(count, each, each if precision else None, each if alarms else None)


def caught_share(judge: JudgeRecord, allotment: Allotment) -> float:
    """The least share of catastrophes that are seen: lower limits on the judge's sensitivity and precision.

    The judge sees at least a share s of failures, so their rate is at most the rate of seen ones over s. Of a
    false-negative rate the denominator is diluted by false alarms; with a precision of at least t it holds
    at least t times as many catastrophes as were counted, and the limit is divided by s t. 1 for an oracle.
    """
    if judge.panel and allotment.sensitivity is not None:
        each = [audit.proportion.lower(allotment.sensitivity) for audit in judge.panel]
        share = caught_by_any(each, (tuple(range(len(each))),))
    else:
        share = _lower(judge.sensitivity, allotment.sensitivity, 1.0)
    return share * _lower(judge.precision, allotment.precision, 1.0)


def true_rate_limit(counted: float, judge: JudgeRecord, allotment: Allotment) -> float:
    """The limit on the true rate from that on the rate counted, by a judge who is sometimes wrong."""
    caught, alarms = caught_share(judge, allotment), _lower(judge.false_alarms, allotment.false_alarms, 0.0)
    return true_limit(counted, caught, alarms) if alarms else counted / caught


def _lower(audit: Audit | None, confidence: float | None, without: float) -> float:
    return without if audit is None or confidence is None else audit.proportion.lower(confidence)


def count_limit(
    method: Method,
    evidence: Evidence,
    counted: Proportion,
    confidence: float,
    target: float | None = None,
) -> float:
    """The one-sided upper limit on what was counted; for a monitor that certified a target, the target.

    `counted` are the independent trials of the evidence (see `independent_trials`).
    """
    proportion = counted
    match method:
        case Method.BINOMIAL:
            return proportion.upper(confidence)
        case Method.E_PROCESS:
            from holdfast.evaluation.confidence_sequence import upper_limits

            return target or float(upper_limits(proportion.events, proportion.trials, confidence))
        case Method.STRATIFIED:
            seen = [Proportion(s.events, s.trials) for s in evidence.strata]
            return stratified_rate([s.weight for s in evidence.strata], seen).upper(confidence)
        case Method.ADAPTIVE | Method.ADAPTIVE_WORST:
            return _adaptive(method, evidence, confidence)
        case Method.POISSON:
            return HourlyRate(evidence.events, evidence.planned_hours or math.nan).upper(confidence)
        case Method.WILSON:
            return _wilson(proportion, confidence)
        case Method.SEARCH:
            raise ValueError("a search limits no rate")


def _adaptive(method: Method, evidence: Evidence, confidence: float) -> float:
    from holdfast.evaluation.adaptive import AdaptiveAudit

    seen = tuple(Proportion(s.events, s.trials) for s in evidence.strata)
    if method is Method.ADAPTIVE_WORST:
        return AdaptiveAudit(seen).worst_upper(confidence)
    return AdaptiveAudit(seen, tuple(s.weight for s in evidence.strata)).average_upper(confidence)


def _wilson(proportion: Proportion, confidence: float) -> float:
    """The upper root of |p̂ − p| = z √(p (1 − p)/n) (Wilson, JASA 22, 1927)."""
    from scipy.special import ndtri

    n, rate, z = proportion.trials, proportion.events / proportion.trials, float(ndtri(confidence))
    middle, half = rate + z * z / (2 * n), z * math.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    return (middle + half) / (1 + z * z / n)
