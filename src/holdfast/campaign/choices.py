"""Registered things by their `kind`: how a task or an attack stands in a configuration."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Protocol, runtime_checkable

from pydantic import PlainValidator, WrapValidator

from holdfast.attacks import attack_from_config, attack_to_config
from holdfast.attacks.base import Attack
from holdfast.core.errors import UserError, unknown
from holdfast.core.from_values import from_values, to_values
from holdfast.core.judge import Judge
from holdfast.judges import judges
from holdfast.models.placement import Placement
from holdfast.models.vetoes import vetoes
from holdfast.tasks import Task, tasks
from holdfast.training.defences import (
    PLAIN,
    ByRecipe,
    Defence,
    LowRank,
    defences,
)
from holdfast.training.online import ONLINE
from holdfast.training.recipes import ClassifierRecipe, LoraRecipe

CAMPAIGN_SETS = ("objective", "stop")
"""Fields of every attack that the campaign decides for all of them alike."""


def _telling(value: Any, validate: Callable[[Any], Any]) -> Any:
    try:
        return validate(value)
    except UserError as error:
        raise ValueError(str(error)) from None


Told = WrapValidator(_telling)
"""Lets a user error raised while a value is built be told with its place in the configuration."""


def chosen(value: Any) -> dict[str, Any]:
    """A choice as it was written: `name` stands for `{kind: name}`."""
    choice = {"kind": value} if isinstance(value, str) else value
    if not isinstance(choice, dict) or not isinstance(choice.get("kind"), str):
        raise ValueError("give a name, or a mapping with the name as its 'kind'")
    return choice


def _attack(value: Any) -> dict[str, Any]:
    choice = chosen(value)
    for name in CAMPAIGN_SETS:
        if name in choice:
            raise ValueError(f"'{name}' is not an attack's own here: the campaign sets it for all attacks")
    resolved = attack_to_config(attack_from_config(choice))
    return {name: given for name, given in resolved.items() if name not in CAMPAIGN_SETS}


def _task(value: Any) -> dict[str, Any]:
    choice = chosen(value)
    made = build_task(choice)
    return {"kind": choice["kind"], **_values(made, list(choice))}


def _values(made: object, given: list[str]) -> dict[str, Any]:
    """The plain values that a task was made of, the defaults with them where it is a dataclass."""
    if dataclasses.is_dataclass(made) and not isinstance(made, type):
        return {field.name: getattr(made, field.name) for field in dataclasses.fields(made) if field.init}
    return {name: getattr(made, name) for name in given if name != "kind"}


AttackChoice = Annotated[dict[str, Any], PlainValidator(_attack), Told]
"""`{kind: name, field: value, …}` with all defaults written out: the shown configuration hides nothing."""

TaskChoice = Annotated[dict[str, Any], PlainValidator(_task), Told]
"""The same for a task."""


def _judge(value: Any) -> dict[str, Any]:
    choice = chosen(value)
    _check_parameters("judge", choice, judges.get(choice["kind"]), skip=1)
    return choice


JudgeChoice = Annotated[dict[str, Any], PlainValidator(_judge), Told]
"""The same for a judge, whose first parameter, the task, is not the user's to give."""


@runtime_checkable
class Placeable(Protocol):
    """A judge with a model of its own, which can be moved."""

    def to(self, placement: Placement) -> Judge:
        """Move it in place to a device; returns itself."""


def _veto(value: Any) -> dict[str, Any]:
    return to_values(from_values(vetoes, chosen(value)))


VetoChoice = Annotated[dict[str, Any], PlainValidator(_veto), Told]
"""The same for a veto, with its defaults written out."""


def check_vetoes(choices: Sequence[dict[str, Any]], task: dict[str, Any], accept: float | None) -> None:
    """Raise ValueError for vetoes that do not suit the task or each other, or that refuse too much.

    `accept` is the share of harmless text that the filter is to accept; None where another rule decides.
    """
    made = [from_values(vetoes, choice) for choice in choices]
    for veto in made:
        veto.check(build_task(task))
    names = [veto.name for veto in made]
    if len(set(names)) < len(names):
        raise ValueError(f"two vetoes are the same ({', '.join(names)}); leave one out")
    refused = sum(veto.refuse for veto in made)
    if accept is not None and refused > 1 - accept + 1e-9:
        raise ValueError(
            f"the vetoes may refuse {refused:.4g} of harmless text, and the filter is to accept {accept:.4g};"
            " lower `refuse` of the vetoes, or `threshold.accept`"
        )


def _defence(value: Any) -> dict[str, Any]:
    choice = to_values(from_values(defences, chosen(value)))
    return {**choice, "attack": _attack(choice["attack"])} if choice["kind"] == ONLINE else choice


DefenceChoice = Annotated[dict[str, Any], PlainValidator(_defence), Told]
"""The same for a defence, with its defaults written out."""

PLAIN_DEFENCE = {"kind": PLAIN}
"""The choice of a model that is trained by its recipe alone."""


def build_defence(choice: dict[str, Any], adapter: LoraRecipe | None = None) -> Defence:
    """The defence; an adapter, which configurations may name apart, is one by itself.

    Raises UserError where both are given.
    """
    if adapter is None:
        return from_values(defences, choice)
    if choice["kind"] != PLAIN:
        raise UserError(f"an adapter is trained, or the defence is '{choice['kind']}'; leave one of them out")
    return LowRank.of(adapter)


def check_online(choice: dict[str, Any], held_out: Sequence[dict[str, Any]], by_code: bool) -> None:
    """Raise ValueError for a defence that attacks while it trains, where that cannot be or must not."""
    if choice["kind"] != ONLINE:
        return
    if not by_code:
        raise ValueError("the defence 'online' needs a task that draws its text, and a judge that is code")
    if any(overlap(choice["attack"], other) for other in held_out):
        raise ValueError(
            f"the attack '{choice['attack']['kind']}' is held out, and the defence 'online' trains against"
            " it; choose another for one of them"
        )


def check_defence(choice: dict[str, Any], recipe: ClassifierRecipe, adapter: LoraRecipe | None) -> None:
    """Raise ValueError where a defence, a recipe and an adapter say the same thing twice."""
    try:
        made = build_defence(choice, adapter)
        if isinstance(made, ByRecipe):
            made.applied(recipe)
    except UserError as error:
        raise ValueError(str(error)) from None


def build_judge(choice: dict[str, Any], task: Task, placement: Placement | None = None) -> Judge:
    """The judge of a task, its model placed; raises UserError where they do not fit each other."""
    parameters = {name: value for name, value in choice.items() if name != "kind"}
    try:
        made = judges.get(choice["kind"])(task, **parameters)
    except (TypeError, ValueError) as error:
        raise UserError(f"the judge {choice['kind']} cannot be made: {error}") from None
    return made.to(placement) if placement is not None and isinstance(made, Placeable) else made


def _check_parameters(thing: str, choice: dict[str, Any], make: Callable[..., Any], skip: int = 0) -> None:
    known = list(inspect.signature(make).parameters)[skip:]
    for name in choice:
        if name != "kind" and name not in known:
            raise unknown(f"parameter of the {thing} {choice['kind']}:", name, known)


def place_of(choice: dict[str, Any]) -> str:
    """Where an attack may write (see `Constraints.place`)."""
    bounds = choice.get("constraints", {})
    place = bounds.get("place") if isinstance(bounds, dict) else bounds.place
    return str(place or "anywhere")


def names_of(choices: Sequence[dict[str, Any]]) -> list[str]:
    """A name for each attack, no two the same: its kind, the side that it writes on, a number if need be."""
    sides = [(choice["kind"], place_of(choice)) for choice in choices]
    return _numbered([kind if side == "anywhere" else f"{kind}-{side}" for kind, side in sides])


def _numbered(kinds: Sequence[str]) -> list[str]:
    """Each kind as a name, with a number where it came before; no two names are the same."""
    names: list[str] = []
    for place, kind in enumerate(kinds):
        turn = kinds[:place].count(kind) + 1
        name = kind if turn == 1 else f"{kind}-{turn}"
        while name in names or (turn > 1 and name in kinds):
            turn += 1
            name = f"{kind}-{turn}"
        names.append(name)
    return names


def build_attack(choice: dict[str, Any], **campaign_sets: str) -> Attack:
    """The attack; the campaign sets its `objective` and `stop`."""
    return attack_from_config({**choice, **campaign_sets})


def build_task(choice: dict[str, Any]) -> Task:
    """The task; raises UserError for an unknown name or parameter."""
    kind, parameters = choice["kind"], {name: value for name, value in choice.items() if name != "kind"}
    make = tasks.get(kind)
    _check_parameters("task", choice, make)
    try:
        return make(**parameters)
    except (TypeError, ValueError) as error:
        raise UserError(f"the task {kind} cannot be made: {error}") from None


def overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two attacks are of one kind and may write at one place."""
    sides = {place_of(one), place_of(other)}
    return one["kind"] == other["kind"] and (len(sides) == 1 or "anywhere" in sides)
