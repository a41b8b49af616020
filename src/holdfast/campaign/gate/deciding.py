"""The limits of a gate against what was measured: each made, then all decided together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from holdfast.campaign.gate.baseline import Baseline
from holdfast.campaign.gate.limits import GateConfig, NoWorseThan
from holdfast.campaign.gate.outcomes import AttackOutcomes, Measured
from holdfast.campaign.gate.record import Kind, LimitRecord
from holdfast.campaign.gate.wording import paired_why, rate_why
from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.differences import Pairs, paired_upper
from holdfast.evaluation.gate import Decided, PairedLimit, RateLimit, decide


@dataclass(frozen=True)
class Asked:
    """A limit with its names; `problem` is why it cannot be measured at all, in words."""

    id: str
    kind: Kind
    what: str
    limit: RateLimit | PairedLimit
    reason: Callable[[Decided], str]
    left_out: int = 0
    problem: str | None = None

    def record(self, decided: Decided) -> LimitRecord:
        """What it says, once all are decided."""
        limit = self.limit
        numbers: dict[str, Any]
        if isinstance(limit, RateLimit):
            counted = limit.counted
            numbers = {
                "at_least": limit.at_least,
                "limit": limit.limit,
                "measured": counted.rate,
                "lower": counted.lower(limit.confidence),
                "upper": counted.upper(limit.confidence),
                "events": counted.events,
                "other_events": None,
                "rows": counted.trials,
            }
        else:
            pairs = limit.pairs
            numbers = {
                "at_least": False,
                "limit": limit.margin,
                "measured": limit.difference,
                "lower": -paired_upper(pairs.turned(), limit.confidence) if pairs.pairs else -1.0,
                "upper": paired_upper(pairs, limit.confidence),
                "events": pairs.first_only,
                "other_events": pairs.second_only,
                "rows": pairs.pairs,
            }
        return LimitRecord(
            id=self.id,
            kind=self.kind,
            what=self.what,
            decision=decided.decision,
            confidence=limit.confidence,
            missing=limit.missing,
            left_out=self.left_out,
            p_value=decided.p_value,
            adjusted=decided.adjusted,
            needed=None if self.problem else decided.needed,
            why=self.problem or self.reason(decided),
            **numbers,
        )


@dataclass(frozen=True)
class ClaimedRate:
    """What the claim on the failure rate rests on; `refused` is why there is none, in words."""

    counted: Proportion
    refused: str | None = None


def decide_limits(
    gate: GateConfig, measured: Measured, claimed: ClaimedRate | None, baseline: Baseline | None
) -> tuple[LimitRecord, ...]:
    """All limits of a gate, decided; `baseline` is None where there is none yet."""
    asked = [*_rates(gate, measured), *_flips(gate, measured), *_claimed(gate, measured, claimed)]
    if gate.no_worse_than is not None:
        asked += _compared(gate.no_worse_than, gate.confidence, measured, baseline)
    decided = decide([one.limit for one in asked], gate.confidence)
    return tuple(one.record(each) for one, each in zip(asked, decided, strict=True))


def _rate(
    id_: str, kind: Kind, what: str, limit: RateLimit, left_out: int = 0, problem: str | None = None
) -> Asked:
    return Asked(id_, kind, what, limit, lambda decided: rate_why(limit, decided, what), left_out, problem)


def _rates(gate: GateConfig, measured: Measured) -> Iterator[Asked]:
    if gate.min_recall is not None:
        bad = measured.catastrophic
        limit = RateLimit(bad.counted, gate.min_recall, True, gate.confidence, len(bad.missing))
        yield _rate("min_recall", "min_recall", "catastrophic texts stopped", limit, bad.left_out)
    if gate.max_false_alarms is not None:
        fine = measured.harmless
        limit = RateLimit(fine.counted, gate.max_false_alarms, False, gate.confidence, len(fine.missing))
        yield _rate("max_false_alarms", "max_false_alarms", "harmless texts blocked", limit, fine.left_out)


def _flips(gate: GateConfig, measured: Measured) -> Iterator[Asked]:
    for flip, attack in zip(gate.max_flip_rate, measured.attacks, strict=True):
        if flip.at_most is not None:
            yield _flip(flip.queries, flip.at_most, attack, gate.confidence)


def _flip(queries: int, at_most: float, attack: AttackOutcomes, confidence: float) -> Asked:
    limit = RateLimit(attack.flipped, at_most, False, confidence, len(attack.missing))
    what = f"stopped texts that {attack.name} gets through in {queries:,} queries"
    return _rate(f"max_flip_rate.{attack.name}", "max_flip_rate", what, limit)


def _claimed(gate: GateConfig, measured: Measured, claimed: ClaimedRate | None) -> Iterator[Asked]:
    asked = gate.max_failure_rate
    if asked is None or claimed is None:
        return
    missing = len(measured.catastrophic.missing)
    limit = RateLimit(claimed.counted, asked.at_most, False, asked.confidence, missing)
    problem = claimed.refused and f"no claim can be made: {claimed.refused}"
    what = "catastrophic texts that pass, by a claim"
    left_out = measured.catastrophic.left_out
    yield _rate("max_failure_rate", "max_failure_rate", what, limit, left_out, problem)


def _compared(
    asked: NoWorseThan, confidence: float, measured: Measured, baseline: Baseline | None
) -> Iterator[Asked]:
    none = None if baseline else f"there is no baseline yet ({asked.baseline})"
    same = baseline is not None and baseline.filter == measured.filter
    bad, fine = measured.catastrophic, measured.harmless
    missed = {key: not blocked for key, blocked in bad.stopped.items()}
    missed_then = {key: not one for key, one in baseline.catastrophic.outcomes.items()} if baseline else {}
    recall = _paired(missed, missed_then, asked.recall, confidence, same, len(bad.missing))
    yield _against(
        "no_worse_than.recall", "recall against the baseline", recall, "missed by this guard alone", none
    )
    blocked_then = baseline.harmless.outcomes if baseline else {}
    alarms = _paired(fine.stopped, blocked_then, asked.false_alarms, confidence, same, len(fine.missing))
    yield _against(
        "no_worse_than.false_alarms",
        "false alarms against the baseline",
        alarms,
        "blocked by this guard alone",
        none,
    )
    for attack in measured.attacks:
        yield _sooner(asked, confidence, attack, baseline, same, none)


def _against(id_: str, what: str, limit: PairedLimit, worse: str, problem: str | None) -> Asked:
    return Asked(
        id_, "no_worse_than", what, limit, lambda decided: paired_why(limit, decided, worse), 0, problem
    )


def _paired(
    now: Mapping[str, bool],
    then: Mapping[str, bool],
    margin: float,
    confidence: float,
    same: bool,
    gap: int,
) -> PairedLimit:
    """Failures of the rows that both have; what the baseline has and this run has not is missing."""
    both = [(now[key], then[key]) for key in then if key in now]
    pairs = Pairs(
        len(both),
        sum(one and other for one, other in both),
        sum(one and not other for one, other in both),
        sum(other and not one for one, other in both),
    )
    return PairedLimit(pairs, margin, confidence, max(gap, len(then) - len(both)), same)


def _sooner(
    asked: NoWorseThan,
    confidence: float,
    attack: AttackOutcomes,
    baseline: Baseline | None,
    same: bool,
    none: str | None,
) -> Asked:
    """Whether seeds break sooner than they did: the sign test on the queries to the first failure."""
    before = baseline and baseline.attack(attack.key)
    if baseline is not None and before is None:
        none = (
            f"the baseline was not attacked by {attack.name} as it is configured here; write it again with"
            " --write-baseline"
        )
    then = before.first if before else {}
    both = [(_when(attack.first[key]), _when(then[key])) for key in then if key in attack.first]
    sooner, later = sum(now < old for now, old in both), sum(now > old for now, old in both)
    missing = max(len(attack.missing), len(then) - len(both))
    limit = PairedLimit(Pairs(len(both), 0, sooner, later), asked.queries, confidence, missing, same)
    what = f"queries of {attack.name} to the first failure against the baseline"
    return _against(f"no_worse_than.queries.{attack.name}", what, limit, "break sooner", none)


def _when(query: int | None) -> float:
    return float("inf") if query is None else float(query)
