"""Holes from plain values and back: a kind and its fields, validated against the hole's dataclass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter, ValidationError

from holdfast.core.errors import UserError
from holdfast.models.holes import holes
from holdfast.models.holes.base import Hole


def hole_from_config(config: Mapping[str, Any]) -> Hole:
    """Make a hole from `{"kind": name, **its fields}`; raises UserError naming what is wrong."""
    fields = {name: value for name, value in config.items() if name != "kind"}
    kind = config.get("kind")
    if not isinstance(kind, str):
        raise UserError(f"a hole needs a 'kind'; known: {', '.join(holes)}")
    try:
        made: Hole = TypeAdapter[Any](holes.get(kind)).validate_python(fields)  # type: ignore[arg-type]
        return made
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UserError(f"hole '{kind}', field '{place}': {first['msg']} (got {first['input']!r})") from None


def hole_to_config(hole: Hole) -> dict[str, Any]:
    """The plain values that `hole_from_config` makes this hole from."""
    return {"kind": hole.kind, **asdict(hole)}  # type: ignore[call-overload]
