"""What an evaluation was asked to do, written down before the first completion is drawn."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from holdfast.campaign import kept_plan
from holdfast.campaign.evaluate.attack_plan import AttackPlan, OtherModelRecord
from holdfast.campaign.evaluate.choice_records import SelectionRecord, ThresholdAsked
from holdfast.campaign.evaluate.series import GRID, LARGEST, PIECES, SMALLEST, AttackSeries, Role, Series
from holdfast.campaign.records import Record
from holdfast.core.errors import UserError
from holdfast.core.files import write_text
from holdfast.evaluation.claims import Distribution, JudgeRecord, Quantity, allot

PLAN = "plan.json"
ORACLE = "oracle"
"""The registered name of the judge that is right by definition."""

_NOT_COMPARED: dict[str, Any] = {
    **dict.fromkeys(("classifier", "generator", "version", "runs", "run", "round", "threshold_rule"), True),
    "evaluation": True,
    "audited_on": True,
    "earlier": {"__all__": {"classifier"}},
    "attacks": {role: {"classifier", "told"} for role in ("other", "neutral")},
}
"""Where the same models lie, and by which name, changes nothing that is measured."""

_ASKED_LATER = ("attacks", "choose", "selection")
"""Fields that plans of earlier versions lack; where they are None, the plan is the same as without them."""


class EarlierRecord(Record):
    """A classifier of an earlier round, from whose failures a predictor learns."""

    classifier: str
    hash: str
    threshold: float


class EvaluationPlan(Record):
    """Everything that decides what is drawn, when drawing ends, and what may be claimed of it.

    `samples` prompts are drawn from the distribution, each answered once or refused. With `monitor`, a target
    rate, the outcomes are watched by an e-process and `samples` is the most that are drawn; without it they
    are looked at once, when all are there. `best_of` models were, or will be, measured with this seed, and
    the best of them is the one to be claimed. `pool` further prompts get many draws each of the generator
    alone, for what is estimated of deployment and never claimed.
    """

    distribution: Distribution
    classifier: str
    generator: str
    threshold_rule: str
    judge: str
    judged_by: JudgeRecord
    samples: int
    confidence: float
    monitor: float | None
    best_of: int
    pool: int
    estimates: bool
    earlier: tuple[EarlierRecord, ...]
    """Rounds before, oldest first; only where estimates are asked for."""
    seed: int
    run: str | None
    round: int | None
    version: str
    runs: str | None = None
    """The folder of the run's store."""
    attacks: AttackPlan | None = None
    """How the filter is attacked afresh."""
    choose: ThresholdAsked | None = None
    """The rule that chooses the threshold; None where it is given."""
    selection: SelectionRecord | None = None
    """What that rule chose; None until then."""
    audited_on: str | None = None
    """The table of the judge's audit, which is copied into the evaluation's folder."""
    evaluation: int | None = None
    """Its number among the evaluations of its filter (see `ledger`); None where none is kept."""

    @property
    def threshold(self) -> float:
        """The filter's threshold."""
        return self.distribution.threshold or 0.0

    @property
    def monitor_confidence(self) -> float:
        """What is left of the confidence for the count itself, when the judge and the choice are paid for."""
        quantity = Quantity.NATURAL_FAILURE_RATE
        return allot(
            self.confidence, quantity, self.judged_by, models=self.best_of, evaluation=self.evaluation
        ).count

    @property
    def filtered(self) -> Series:
        """The completions that claims rest on."""
        size = min(LARGEST, max(SMALLEST, -(-self.samples // PIECES)))
        return Series("shards", "evaluate", self.samples, size)

    @property
    def pooled(self) -> Series:
        """Draws of the generator alone, twice as many of each prompt as the filter would make."""
        draws = 2 * self.distribution.max_draws
        return Series("pool", "pool for deployment", self.pool, max(1, LARGEST // draws), draws)

    @property
    def grid(self) -> Series:
        """Completions whose scores are the thresholds to choose among."""
        return Series("calibration/grid", "thresholds to choose among", GRID, SMALLEST, 1)

    @property
    def calibration(self) -> Series:
        """What the threshold is chosen on: of each prompt one unfiltered draw, and those to filter."""
        draws, prompts = 1 + self.distribution.max_draws, self.choose.prompts if self.choose else 0
        return Series("calibration/draws", "choose the threshold", prompts, max(1, LARGEST // draws), draws)

    def settled(self, threshold: float, rule: str, selection: SelectionRecord | None) -> EvaluationPlan:
        """The same plan at a threshold that was chosen."""
        distribution = Distribution(**{**self.distribution.model_dump(), "threshold": threshold})
        return self.model_copy(
            update={"distribution": distribution, "threshold_rule": rule, "selection": selection}
        )

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What claims say of how their threshold was chosen."""
        if self.selection is None:
            return ()
        hashes = self.selection.sha256s
        files = f"{len(hashes)} file{'s' if len(hashes) > 1 else ''} of other draws ({hashes[0][:12]} …)"
        return (
            f"the threshold was chosen before the first of these draws, on {files}: {self.selection.told}",
        )

    @property
    def assaults(self) -> tuple[AttackSeries, ...]:
        """The attempts of each attack on each model."""
        return self.attacks.series if self.attacks else ()

    def attacked(self, role: Role) -> OtherModelRecord:
        """The model that plays a role in the attacks; raises ValueError where none does."""
        if role == "this":
            return OtherModelRecord(
                told="this model",
                classifier=self.classifier,
                hash=self.distribution.classifier or "",
                threshold=self.threshold,
            )
        found = getattr(self.attacks, role, None)
        if found is None:
            raise ValueError(f"no model plays the part '{role}' in this plan")
        other: OtherModelRecord = found
        return other

    @property
    def hash(self) -> str:
        """SHA-256 of what is compared, as 64 hex digits."""
        return hashlib.sha256(json.dumps(self.compared(), sort_keys=True).encode()).hexdigest()

    def compared(self) -> dict[str, Any]:
        """The fields that two plans of one evaluation agree on."""
        fields = self.model_dump(mode="json", exclude=_NOT_COMPARED)
        fields["judged_by"] = _as_before(fields["judged_by"])
        return {k: value for k, value in fields.items() if value is not None or k not in _ASKED_LATER}


def _as_before(judge: dict[str, Any]) -> dict[str, Any]:
    """A judge's record without what records of earlier versions lack, where it says nothing."""
    if judge["sensitivity"] and judge["sensitivity"]["file"] is None:
        del judge["sensitivity"]["file"]
    return {name: value for name, value in judge.items() if value or name not in ("panel", "false_alarms")}


def keep_plan(folder: Path, plan: EvaluationPlan) -> EvaluationPlan:
    """Write the plan into an evaluation's folder, or find it there.

    The folders of the models are those of the plan just made, for they may have been moved. Raises UserError
    when the folder holds another plan: samples that were looked at cannot be added to.
    """
    path = folder / PLAN
    if not path.exists():
        write_text(path, plan.model_dump_json(indent=2) + "\n")
        return plan
    kept = read_plan(folder)
    refuse_other(folder, kept, plan)
    places = ("classifier", "generator", "earlier", "attacks", "runs", "audited_on")
    return kept.model_copy(update={name: getattr(plan, name) for name in places})


def refuse_other(folder: Path, kept: EvaluationPlan, plan: EvaluationPlan) -> None:
    """Raise UserError where the plan that a folder holds differs from the one that was asked for."""
    difference = _difference("", kept.compared(), plan.compared())
    if difference:
        raise UserError(
            f"{folder} holds an evaluation of another plan ({difference}); name another folder with --out"
        )


def _difference(name: str, kept: Any, asked: Any) -> str:
    """The first field in which two plans differ, in words; empty where they are the same."""
    if isinstance(kept, dict) and isinstance(asked, dict):
        found = (_difference(field, kept.get(field), asked.get(field)) for field in {**asked, **kept})
        return next((difference for difference in found if difference), "")
    return "" if kept == asked else f"{name.replace('_', ' ')} {_short(kept)}, not {_short(asked)}"


def _short(value: Any) -> str:
    return str(value)[:20]


def read_plan(folder: Path) -> EvaluationPlan:
    """The plan of an evaluation's folder; raises UserError where there is none that can be read."""
    return kept_plan.read_plan(folder, PLAN, EvaluationPlan, "evaluation")
