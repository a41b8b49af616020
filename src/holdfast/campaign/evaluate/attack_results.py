"""What attacks found, read back from their tables: time to failure, severity, intent, and models compared."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from holdfast.campaign.choices import build_attack, build_task
from holdfast.campaign.evaluate.attack_records import (
    AttackedRecord,
    AttackRecord,
    AttackSecondsRecord,
    HarderRecord,
    IntentSplitRecord,
    MedianRatioRecord,
    MedianRecord,
    SecondsRecord,
    TimesRecord,
)
from holdfast.campaign.evaluate.attacking import seconds_file
from holdfast.campaign.evaluate.errors import severity_record
from holdfast.campaign.evaluate.plan import EvaluationPlan
from holdfast.campaign.evaluate.series import AttackSeries, Role
from holdfast.campaign.evaluate.shards import Shard
from holdfast.campaign.evaluate.summary import bound
from holdfast.core.odds import log_odds_of
from holdfast.evaluation import AttemptOutcome, FoundFailure, Harder, Proportion, SnippetWords
from holdfast.evaluation.attack_summary import Unit
from holdfast.evaluation.attacked import AttackedModel, times_harder_of
from holdfast.evaluation.medians import censored_median, median_ratio
from holdfast.store.disk import read_table
from holdfast.tasks.base import Restater

COUNTED: tuple[Unit, ...] = ("queries", "flops")
"""Units in which the same plan gives the same figures."""

_NO_WORDS = SnippetWords((), ())
"""Times are of the first failure, whose words nobody asks for."""

Assaults = Sequence[tuple[AttackSeries, Sequence[Shard]]]
"""The finished shards of each series of attempts."""


@dataclass(frozen=True)
class Attacked:
    """All attacks of an evaluation, by name, on this model and on the other one."""

    plan: EvaluationPlan
    this: Mapping[str, AttackedModel]
    other: Mapping[str, AttackedModel]

    @classmethod
    def read(cls, plan: EvaluationPlan, folder: Path, assaults: Assaults) -> Attacked:
        """From the tables of the attempts, and the seconds beside them."""
        models: dict[Role, dict[str, AttackedModel]] = {"this": {}, "other": {}}
        for series, shards in assaults:
            if series.role != "neutral":
                models[series.role][series.attack] = _read(plan, folder, series, shards)
        return cls(plan, models["this"], models["other"])

    @property
    def queries(self) -> int:
        """The queries of each attempt, at most."""
        return self.plan.attacks.queries if self.plan.attacks else 0

    def records(self) -> tuple[AttackRecord, ...]:
        """One for each attack, with all that the same plan gives again."""
        return tuple(self._record(name) for name in self.this)

    def together(self) -> tuple[HarderRecord, ...]:
        """All attacks, each a stratum, in each unit; empty without another model."""
        return tuple(self.harder(list(self.this), unit) for unit in COUNTED) if self.other else ()

    def seconds(self) -> SecondsRecord:
        """What the clock said."""
        rows = [
            AttackSecondsRecord(
                attack=name,
                this=self._times(self.this[name], "seconds"),
                other=self._times(self.other[name], "seconds") if self.other else None,
                harder=self.harder([name], "seconds") if self.other else None,
            )
            for name in self.this
        ]
        all_ = self.harder(list(self.this), "seconds") if self.other else None
        return SecondsRecord(attacks=tuple(rows), together=all_)

    def harder(self, names: Sequence[str], unit: Unit) -> HarderRecord:
        """How much harder this model is to break than the other, by these attacks together."""
        before, after = ({name: models[name] for name in names} for models in (self.other, self.this))
        found = _harder(times_harder_of(before, after, unit, self.queries, self.plan.confidence), unit)
        if len(names) > 1:
            return found
        first, second = (_firsts(models[names[0]], unit) for models in (before, after))
        watched = self._watched(names[0], unit)
        medians = median_ratio(first, second, self.plan.confidence, watched=watched)
        limits = medians.limits
        return found.model_copy(
            update={
                "medians": MedianRatioRecord(
                    ratio=medians.ratio, lower=limits.lower, upper=_finite(limits.upper)
                )
            }
        )

    def _watched(self, name: str, unit: Unit) -> float:
        """How long attempts on this model were watched at least, where they found nothing."""
        unbroken = [a for a in self.this[name].attempts if a.first is None]
        if unit == "queries":
            return float(self.queries)
        return min((float(getattr(a, unit)) for a in unbroken), default=0.0)

    def _record(self, name: str) -> AttackRecord:
        choices = {c["kind"]: c for c in self.plan.attacks.attacks} if self.plan.attacks else {}
        return AttackRecord(
            attack=name,
            call=repr(build_attack(choices[name], objective="egregious", stop="budget")),
            this=self._attacked(self.this[name], "this"),
            other=self._attacked(self.other[name], "other") if self.other else None,
            harder=tuple(self.harder([name], unit) for unit in COUNTED) if self.other else (),
        )

    def _attacked(self, one: AttackedModel, role: Role) -> AttackedRecord:
        grades = [attempt.first.egregiousness for attempt in one.attempts if attempt.first is not None]
        confidence = self.plan.confidence
        task = build_task(self.plan.distribution.task_choice)
        return AttackedRecord(
            model=self.plan.attacked(role).told,
            success=bound(Proportion(len(grades), len(one.attempts)), confidence),
            times=tuple(self._times(one, unit) for unit in COUNTED),
            severity=tuple(severity_record(row, confidence) for row in one.severity),
            intent=IntentSplitRecord(
                capability=bound(one.intent.capability, confidence), untold=one.intent.untold
            )
            if isinstance(task, Restater)
            else None,
            worst=max(grades, default=None),
            queries=sum(attempt.queries for attempt in one.attempts),
            flops=sum(attempt.flops for attempt in one.attempts),
        )

    def _times(self, one: AttackedModel, unit: Unit) -> TimesRecord:
        firsts = _firsts(one, unit)
        median = censored_median(firsts, self.plan.confidence)
        low, high = _finite(median.limits.lower), _finite(median.limits.upper)
        return TimesRecord(
            unit=unit,
            median=MedianRecord(value=median.value, lower=low, upper=high),
            first=tuple(firsts),
            spent=tuple(float(getattr(attempt, unit)) for attempt in one.attempts),
        )


def _firsts(one: AttackedModel, unit: Unit) -> list[float | None]:
    """What the first failure of each attempt took; None where it found none."""
    return [None if a.first is None else _amount(a.first, unit) for a in one.attempts]


def _amount(first: FoundFailure, unit: Unit) -> float:
    return float(first.query if unit == "queries" else getattr(first, unit))


def _finite(value: float) -> float | None:
    return None if np.isinf(value) else float(value)


def _harder(found: Harder, unit: Unit) -> HarderRecord:
    times, limits = found.hazard.times_slower, found.hazard.times_slower_limits
    return HarderRecord(
        unit=unit,
        times=None if times is None else _finite(times),
        never_broken=times is not None and bool(np.isinf(times)),
        lower=limits.lower,
        upper=_finite(limits.upper),
        p_value=found.test.p_value,
    )


def _read(plan: EvaluationPlan, folder: Path, series: AttackSeries, shards: Sequence[Shard]) -> AttackedModel:
    names = (
        "catastrophic",
        "egregiousness",
        "queries",
        "flops",
        "first_query",
        "first_flops",
        "plain_log_odds",
    )
    tables = [read_table(shard.path, names) for shard in shards]
    table = {name: np.concatenate([each[name] for each in tables]) for name in names}
    times = [json.loads(seconds_file(folder, series.name, s.index).read_text("utf-8")) for s in shards]
    firsts = [value for each in times for value in each["first"]]
    spent = [value for each in times for value in each["spent"]]
    attempts, grades = [], []
    for i, broken in enumerate(table["catastrophic"].tolist()):
        grade = float(table["egregiousness"][i])
        first = FoundFailure(
            _NO_WORDS, grade, int(table["first_query"][i]), firsts[i] or 0.0, float(table["first_flops"][i])
        )
        attempts.append(
            AttemptOutcome(
                int(table["queries"][i]), (first,) if broken else (), spent[i], float(table["flops"][i])
            )
        )
        grades.append(grade if broken else None)
    limit = log_odds_of(plan.attacked(series.role).threshold)
    return AttackedModel.of(attempts, grades, table["plain_log_odds"], limit)
