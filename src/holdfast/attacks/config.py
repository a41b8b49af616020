"""Attacks from configuration: a kind and its fields, validated against the attack's dataclass."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from holdfast.core.errors import UserError
from holdfast.core.registry import Registry

if TYPE_CHECKING:
    from holdfast.attacks.base import Attack


def build(registry: Registry[Attack], config: Mapping[str, Any]) -> Attack:
    """The attack of a configuration; raises UserError naming the attack and the field that is wrong."""
    values = dict(config)
    kind = values.pop("kind", None)
    if not isinstance(kind, str):
        raise UserError(f"an attack needs a 'kind'; known: {', '.join(registry)}")
    made = registry.get(kind)
    known = [field.name for field in fields(made)]  # type: ignore[arg-type]
    for name in values:
        if name not in known:
            raise UserError(f"attack '{kind}' has no field '{name}'; {_nearest(name, known)}")
    try:
        attack: Attack = TypeAdapter[Any](made).validate_python(values)  # type: ignore[arg-type]
        return attack
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UserError(
            f"attack '{kind}', field '{place}': {first['msg']} (got {first['input']!r})"
        ) from None


def plain(value: Any) -> Any:
    """An attack as its configuration, the attacks that it is made of too."""
    from holdfast.attacks.base import Attack

    if isinstance(value, Attack):
        return {"kind": value.name, **{f.name: plain(getattr(value, f.name)) for f in fields(value)}}
    if isinstance(value, tuple):
        return tuple(plain(each) for each in value)
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


def _nearest(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"did you mean '{near[0]}'?" if near else f"known: {', '.join(known)}"
