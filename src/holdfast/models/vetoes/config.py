"""Vetoes from configuration: a kind and its options, validated against the veto's dataclass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter, ValidationError

from holdfast.core.errors import UserError
from holdfast.models.vetoes import vetoes
from holdfast.models.vetoes.base import Veto


def veto_from_config(config: Mapping[str, Any]) -> Veto:
    """Make a veto from `{"kind": name, **its options}`; raises UserError naming what is wrong."""
    options = {name: value for name, value in config.items() if name != "kind"}
    kind = config.get("kind")
    if not isinstance(kind, str):
        raise UserError(f"a veto needs a 'kind'; known: {', '.join(vetoes)}")
    try:
        made: Veto = TypeAdapter[Any](vetoes.get(kind)).validate_python(options)  # type: ignore[arg-type]
        return made
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UserError(f"veto '{kind}', option '{place}': {first['msg']} (got {first['input']!r})") from None


def veto_to_config(veto: Veto) -> dict[str, Any]:
    """The configuration that `veto_from_config` makes this veto from."""
    return {"kind": veto.kind, **asdict(veto)}
