"""What the command line says over a configuration, which comes first."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic_core import to_jsonable_python

from holdfast.attacks import attack_to_config
from holdfast.campaign.choices import CAMPAIGN_SETS, Placeable, build_attack
from holdfast.campaign.config import RunConfig, ThresholdConfig, with_paths_from
from holdfast.campaign.labelled.assault import unsuited
from holdfast.campaign.labelled.plan import LabelledPlan
from holdfast.campaign.opening import Opened
from holdfast.campaign.people.desk import PeopleDesk
from holdfast.core.errors import UserError
from holdfast.core.judge import SeededJudge
from holdfast.core.progress import Progress
from holdfast.tasks.labelled.data import Labelled


@dataclass(frozen=True)
class Asked:
    """Options; None where the configuration decides.

    `attacks` are names, of which the configuration may say more. `best_of` guards or thresholds are measured
    on these rows for the best of them to be claimed.
    """

    threshold: float | None = None
    attacks: tuple[str, ...] | None = None
    attack_seeds: int | None = None
    attack_queries: int | None = None
    seed: int | None = None
    confidence: float = 0.95
    best_of: int = 1


def plan_labelled(
    config: RunConfig, asked: Asked, progress: Progress | None = None, desk: PeopleDesk | None = None
) -> tuple[LabelledPlan, Opened]:
    """The plan of an evaluation of labelled text, and what it opens; `desk` has people's verdicts, if given.

    Raises UserError where the configuration is not of a guard and labelled text, where an attack is not
    known, or where the judge cannot decide what attacks write.
    """
    resolved = with_paths_from(_over(config, asked), Path.cwd())
    opened = Opened(resolved, desk)
    attacks = _attacks(resolved, asked.attacks)
    # Read here with progress shown, and then found in the cache.
    Labelled.open(opened.labelled.data, progress=progress)
    data = opened.labelled.rows
    if attacks and not isinstance(opened.judge, SeededJudge):
        raise UserError(
            f"the judge '{opened.judge.name}' decides rows as they stand and is unsure of everything that an"
            " attack writes; leave out --attacks, or write `judge: carried` in the configuration"
        )
    format = {} if opened.service is not None else opened.classifier.format.model_dump(mode="json")
    plan = LabelledPlan(
        data=data.hash,
        guard=opened.guard_hash,
        format=format,
        judge=resolved.judge_choice,
        judge_rests_on=_rests_on(opened),
        proposer=None if not attacks or opened.proposer is None else opened.proposer.hash,
        policy=opened.labelled.data.policy,
        threshold=resolved.threshold.model_dump(mode="json"),
        attacks=attacks,
        attack_seeds=resolved.evaluation.attack_seeds,
        attack_queries=resolved.evaluation.queries_per_seed,
        seed=resolved.seed,
        confidence=asked.confidence,
        best_of=asked.best_of,
        config=resolved.model_dump(mode="json"),
    )
    why = unsuited(plan, opened)
    if why is not None:
        raise UserError(why)
    return plan, opened


def _over(config: RunConfig, asked: Asked) -> RunConfig:
    """The configuration with the options laid over it."""
    changes: dict[str, Any] = {}
    if asked.threshold is not None:
        changes["threshold"] = ThresholdConfig(rule="fixed", at=asked.threshold)
    extent = {"attack_seeds": asked.attack_seeds, "queries_per_seed": asked.attack_queries}
    given = {name: value for name, value in extent.items() if value is not None}
    if given:
        changes["evaluation"] = config.evaluation.model_copy(update=given)
    if asked.seed is not None:
        changes["seed"] = asked.seed
    return config.model_copy(update=changes)


def _attacks(config: RunConfig, names: tuple[str, ...] | None) -> tuple[dict[str, Any], ...]:
    """The attacks by their choices: as the configuration has them, or at their defaults."""
    known = {choice["kind"]: choice for choice in (*(a.attack for a in config.attacks), *config.held_out)}
    if names is None:
        chosen = list(config.held_out)
    else:
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise UserError(f"attack '{twice}' is given twice; name each once")
        chosen = [known.get(name, {"kind": name}) for name in names]
    return tuple(_resolved(choice) for choice in chosen)


def _resolved(choice: dict[str, Any]) -> dict[str, Any]:
    """An attack's choice with all of its defaults written out."""
    fields = attack_to_config(build_attack(choice, objective="egregious", stop="first"))
    kept = {name: value for name, value in fields.items() if name not in CAMPAIGN_SETS}
    plain: dict[str, Any] = to_jsonable_python(kept)
    return plain


def _rests_on(opened: Opened) -> str | None:
    """The assumption of a judge that has a model of its own; None for others, whose choice says it all."""
    own = isinstance(opened.judge, Placeable) and opened.config.judge_choice.get("model") is not None
    return getattr(opened.judge, "assumption", None) if own else None
