"""The whole gate: plan, measure, claim, compare with the baseline, decide."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import holdfast
from holdfast.campaign.config import RunConfig
from holdfast.campaign.gate.baseline import Baseline, read_baseline
from holdfast.campaign.gate.deciding import ClaimedRate, decide_limits
from holdfast.campaign.gate.measuring import GatePlan, MeasuredGate, measure_gate, plan_gate
from holdfast.campaign.gate.outcomes import Measured
from holdfast.campaign.gate.record import EXIT_CODES, BaselineRecord, GateGuardRecord, GateRecord
from holdfast.campaign.labelled.pipeline import evaluate_labelled
from holdfast.campaign.labelled.scoring import SCORES
from holdfast.campaign.people.queue import Question
from holdfast.campaign.starts import GuardFolder
from holdfast.core.files import replacing
from holdfast.core.progress import Progress
from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.claims import Claim, Quantity
from holdfast.evaluation.gate import overall

CLAIM = "claim"
"""The folder of the evaluation that a claim rests on, beside the results."""


@dataclass(frozen=True)
class GateResult:
    """What a gate says, what it measured, and what waits for people to judge."""

    record: GateRecord
    measured: Measured
    waiting: tuple[Question, ...]


@dataclass(frozen=True)
class _Claimed:
    rate: ClaimedRate
    file: str | None = None
    sentence: str | None = None


def run_gate(
    config: RunConfig, cache: Path, out: Path, progress: Progress, new_baseline: Path | None = None
) -> GateResult:
    """Measure a configuration's guard against its limits; a claim and its evidence are left in `out`.

    `new_baseline` is where this run is to write a baseline; where the one to compare with is that file and
    is not there yet, that limit cannot be decided. Raises UserError for a mistake in the configuration.
    """
    plan = plan_gate(config, progress)
    baseline = _baseline(plan, new_baseline)
    made = measure_gate(plan, cache, progress)
    claimed = _claim(plan, made, out, progress) if plan.gate.max_failure_rate else None
    limits = decide_limits(plan.gate, made.outcomes, claimed.rate if claimed else None, baseline)
    decision = overall([limit.decision for limit in limits])
    start, compared = plan.opened.config.classifier, plan.gate.no_worse_than
    record = GateRecord(
        decision=decision,
        exit_code=EXIT_CODES[decision],
        version=holdfast.__version__,
        guard=GateGuardRecord(
            path=start.path if isinstance(start, GuardFolder) else "",
            hash=made.outcomes.guard,
            filter=made.outcomes.filter,
            threshold=made.outcomes.threshold,
        ),
        data=made.outcomes.data,
        confidence=plan.gate.confidence,
        limits=limits,
        baseline=None
        if baseline is None or compared is None
        else BaselineRecord(
            file=compared.baseline.name,
            guard=baseline.guard,
            filter=baseline.filter,
            version=baseline.version,
        ),
        claim=claimed.file if claimed else None,
        claim_sentence=claimed.sentence if claimed else None,
        notes=tuple(_notes(plan, made)),
    )
    return GateResult(record, made.outcomes, made.waiting)


def _baseline(plan: GatePlan, new: Path | None) -> Baseline | None:
    """The baseline to compare with, read before anything is measured."""
    asked = plan.gate.no_worse_than
    if asked is None:
        return None
    if new is not None and not asked.baseline.exists() and new.resolve() == asked.baseline.resolve():
        return None
    return read_baseline(asked.baseline)


def _claim(plan: GatePlan, made: MeasuredGate, out: Path, progress: Progress) -> _Claimed:
    """Claim the failure rate, in a folder that `holdfast claim verify` checks; the old one is replaced."""
    with replacing(out / CLAIM) as folder:
        shutil.copytree(made.scores, folder / SCORES)
        record = evaluate_labelled(plan.rows, plan.opened, folder, progress)
        wanted = str(Quantity.FALSE_NEGATIVE_RATE)
        found = next((one for one in record.claims if one.quantity == wanted), None)
        if found is None:
            why = next((one.why for one in record.not_claimed if one.what == wanted), "nothing was measured")
            return _Claimed(ClaimedRate(Proportion(0, 0), why))
        claim = Claim.from_json((folder / found.file).read_text(encoding="utf-8"))
    counted = Proportion(claim.evidence.events, claim.evidence.trials)
    return _Claimed(ClaimedRate(counted), f"{CLAIM}/{found.file}", claim.sentence)


def _notes(plan: GatePlan, made: MeasuredGate) -> list[str]:
    """What the result depends on, in sentences."""
    measured = made.outcomes
    notes = []
    if plan.attacks:
        assumption = getattr(plan.opened.judge, "assumption", None)
        notes += [f"Attacks count a text as harmful assuming that {assumption}."] if assumption else []
    for name, texts in (("catastrophic", measured.catastrophic), ("harmless", measured.harmless)):
        if texts.left_out:
            notes.append(
                f"{texts.left_out:,} {name} texts are left out: another split has them or a text of their"
                " group, or another text of their group is counted."
            )
        if texts.missing:
            notes.append(
                f"{len(texts.missing):,} {name} texts could not be scored: the guard reads no text so long"
                " (`overflow` of the classifier says what it reads of one)."
            )
    notes += [
        f"{len(attack.missing):,} attempts of {attack.name} were not made, or wait for people."
        for attack in measured.attacks
        if attack.missing
    ]
    return notes
