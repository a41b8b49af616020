"""Which attacks can attack a target, and why one cannot, in words."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any

from holdfast.attacks import attacks
from holdfast.attacks.base import Attack
from holdfast.attacks.target import Target


def refusal(method: Attack, target: Target) -> str | None:
    """What to tell somebody whose attack cannot attack a target, and which can; None where it can."""
    why = method.lacks(target)
    if why is None:
        return None
    lacks_generator = target.generator is None and why == target.shortage
    generator = ": give one with --generator" if lacks_generator else ""
    others = "" if target.filter is not None else f"; these can: {', '.join(suited(target))}"
    return f"{why}{generator}{others}"


def suited(target: Target) -> list[str]:
    """The names of the registered attacks that can attack a target at their defaults."""
    kinds: list[tuple[str, Any]] = [(name, attacks.get(name)) for name in attacks]
    alone = [
        (name, kind) for name, kind in kinds if all(each.default is not MISSING for each in fields(kind))
    ]
    return [name for name, kind in alone if kind().lacks(target) is None]
