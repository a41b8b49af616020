"""Which attacks writers may start, and the attack that a request means."""

from __future__ import annotations

import inspect
from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any

from holdfast.attacks import attack_from_config, attacks
from holdfast.core.errors import UserError
from holdfast.core.snippet import Snippet
from holdfast.core.surface import units_of
from holdfast.workbench.tools.reading import readable
from holdfast.workbench.tools.shapes import AttackShape, SearchRequest

if TYPE_CHECKING:
    from holdfast.attacks.base import Attack
    from holdfast.attacks.objective import ObjectiveName
    from holdfast.attacks.target import Target

_EVERYWHERE = 1 << 20
"""More positions than any text has."""


def attack_shapes(target: Target) -> list[AttackShape]:
    """Every registered attack; those that are made of others need to be told which."""
    return [_shape(name, attacks.get(name), target) for name in attacks.names()]


def _shape(name: str, made: Any, target: Target) -> AttackShape:
    needs = tuple(field.name for field in fields(made) if field.default is MISSING)
    # One attack a file, whose first sentence says what it is; attacks made of others share a file.
    told = inspect.getdoc(made if needs else inspect.getmodule(made)) or ""
    sentence = " ".join(told.partition("\n\n")[0].split()).partition(". ")[0]
    suits = not needs and bool(made().suits(target))
    return AttackShape(name=name, summary=sentence.rstrip("."), suits=suits, needs=needs)


def attack_of(request: SearchRequest, objective: ObjectiveName, target: Target) -> Attack:
    """The attack that a search is; raises UserError for one that cannot be, or does not suit the target."""
    common = {"objective": objective, "frozen": request.frozen}
    if request.kind == "attack":
        if request.attack is None:
            raise UserError(f"name the attack; known: {', '.join(attacks.names())}")
        attack = attack_from_config({**common, **request.parameters, "kind": request.attack})
    elif request.attack is not None or request.parameters:
        raise UserError(f"a search of the kind '{request.kind}' takes neither attack nor parameters")
    elif request.kind == "step":
        one = {"places": _EVERYWHERE, "passes": 1, "restarts": 0, "stop": "budget"}
        attack = attack_from_config({**common, **one, "kind": "greedy_rewrite"})
    else:
        attack = attack_from_config({**common, "restarts": 0, "stop": "budget", "kind": "greedy_rewrite"})
    if not attack.suits(target):
        raise UserError(f"the attack '{attack.name}' does not suit this filter, or needs a generator")
    return attack


def check_start(target: Target, snippet: Snippet) -> None:
    """Raise UserError for a text that no attack can start from."""
    tokens, codec, surface = readable(target, snippet), target.scorer.codec, target.surface
    if not snippet.completion.strip():
        raise UserError("the completion is empty; write something to start from")
    (units,) = units_of(surface, [snippet])
    limits = surface.limits
    if len(units.prompt) > limits.prompt_words or len(units.completion) > limits.completion_words:
        raise UserError(
            f"the text is beyond the task's limits of {limits.prompt_words} and {limits.completion_words} "
            f"{'words' if surface.closed else 'units'}; shorten it first"
        )
    if surface.closed and any(codec.is_unknown(token) for part in tokens for token in part):
        raise UserError("the text has words that the vocabulary lacks; exchange those that are marked first")
