"""Which attacks a filter must stand in an evaluation, from how many seeds, and beside which other models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from holdfast.attacks import attack_from_config, attack_to_config
from holdfast.attacks.compose import parts
from holdfast.attacks.target import Target
from holdfast.campaign.choices import CAMPAIGN_SETS, build_attack
from holdfast.campaign.evaluate.series import ATTEMPT_PIECES, ATTEMPTS, AttackSeries, Role
from holdfast.campaign.evaluate.subject import OtherModel
from holdfast.campaign.records import Record
from holdfast.campaign.targets import filter_target
from holdfast.core.errors import UserError
from holdfast.models.classifier import Classifier
from holdfast.models.generator import Generator
from holdfast.tasks import Task


class OtherModelRecord(Record):
    """A classifier with its threshold; `told` says in words whose it is."""

    told: str
    classifier: str
    hash: str
    threshold: float


class AttackPlan(Record):
    """Each attack makes `seeds` attempts of `queries` queries on the model, and the same on the others.

    `attacks` are as a configuration names them, with all their defaults. `other` is what the model is
    compared with. `neutral` is attacked for the telltale test: what it lets pass was selected by neither of
    the two; `clean` texts of each verdict stand beside what attacks wrote.
    """

    attacks: tuple[dict[str, Any], ...]
    seeds: int
    queries: int
    other: OtherModelRecord | None
    neutral: OtherModelRecord | None
    clean: int

    @property
    def budget(self) -> str:
        """The budget of each attempt in words."""
        return f"{self.queries}q/seed"

    @property
    def names(self) -> tuple[str, ...]:
        """The attacks' names."""
        return tuple(choice["kind"] for choice in self.attacks)

    @property
    def series(self) -> tuple[AttackSeries, ...]:
        """All attempts, attack by attack, and of each model by model."""
        there: dict[Role, OtherModelRecord | None] = {"other": self.other, "neutral": self.neutral}
        roles: list[Role] = ["this", *(role for role, model in there.items() if model is not None)]
        return tuple(self._series(choice, role) for choice in self.attacks for role in roles)

    def _series(self, choice: dict[str, Any], role: Role) -> AttackSeries:
        name = choice["kind"]
        # Attempts that learn from each other need one place that sees all.
        size = max(ATTEMPTS, -(-self.seeds // ATTEMPT_PIECES)) if independent(choice) else self.seeds
        told = f"attack: {name} on {'this' if role == 'this' else f'the {role}'} model"
        return AttackSeries(
            f"attacks/{name}/{role}", told, self.seeds, size, attack=name, role=role, choice=choice
        )


def independent(choice: dict[str, Any]) -> bool:
    """Whether no attempt of an attack hangs on the others."""
    return all(part.independent for part in parts(build_attack(choice)))


@dataclass(frozen=True)
class AttacksAsked:
    """What a user asks for; fields as in `AttackPlan`."""

    names: tuple[str, ...]
    seeds: int = 100
    queries: int = 300
    other: OtherModel | None = None
    neutral: OtherModel | None = None
    clean: int = 300


def plan_attacks(asked: AttacksAsked, task: Task, classifier: Classifier, generator: Generator) -> AttackPlan:
    """Name the other models by their hashes, and the attacks with all their defaults.

    Raises UserError for an attack that is unknown, named twice or cannot attack this, for models that cannot
    be read, and for a telltale test whose failures one of the compared models would have selected.
    """
    twice = next((name for name in asked.names if asked.names.count(name) > 1), None)
    if twice is not None:
        raise UserError(f"attack '{twice}' is given twice; name each once")
    target = filter_target(task, classifier, 0.5, generator)
    plan = AttackPlan(
        attacks=tuple(_resolved(name, target) for name in asked.names),
        seeds=asked.seeds,
        queries=asked.queries,
        other=_record(asked.other, task),
        neutral=_record(asked.neutral, task),
        clean=asked.clean,
    )
    _check_apart(plan, classifier.hash)
    return plan


def _resolved(name: str, target: Target) -> dict[str, Any]:
    made = attack_from_config({"kind": name})
    if not made.suits(target):
        raise UserError(f"attack '{name}' cannot attack a classifier; leave it out")
    return {field: value for field, value in attack_to_config(made).items() if field not in CAMPAIGN_SETS}


def _record(model: OtherModel | None, task: Task) -> OtherModelRecord | None:
    if model is None:
        return None
    return OtherModelRecord(
        told=model.told,
        classifier=str(model.classifier),
        hash=Classifier.load(model.classifier, task).hash,
        threshold=model.threshold,
    )


def _check_apart(plan: AttackPlan, this: str) -> None:
    if plan.other is not None and plan.other.hash == this:
        raise UserError("a model cannot be compared with itself; name another round, or another model")
    if plan.neutral is None:
        return
    if plan.other is None:
        raise UserError(
            "the telltale test asks how much of a gain is recognising the attack; name the model that this"
            " one is compared with, by --compare-round or --against"
        )
    if plan.neutral.hash in (this, plan.other.hash):
        raise UserError(
            "the telltale test needs failures that neither of the compared models selected: name the model of"
            " a run from another seed"
        )
