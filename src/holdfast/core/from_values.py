"""Things from configuration: a registered kind and its fields, checked against the kind's dataclass."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from holdfast.core.errors import UserError
from holdfast.core.registry import Registry

T = TypeVar("T")


def from_values(registry: Registry[T], config: Mapping[str, Any]) -> T:
    """Make a thing from `{"kind": name, **its fields}`; raises UserError naming it and what is wrong."""
    values = dict(config)
    what, kind = registry.kind, values.pop("kind", None)
    if not isinstance(kind, str):
        article = "an" if what[0] in "aeiou" else "a"
        raise UserError(f"{article} {what} needs a 'kind'; known: {', '.join(registry)}")
    make: Any = registry.get(kind)
    known = [field.name for field in fields(make)]
    for name in values:
        if name not in known:
            raise UserError(f"{what} '{kind}' has no field '{name}'; {_nearest(name, known)}")
    try:
        made: T = TypeAdapter[Any](make).validate_python(values)
        return made
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        message = f"{what} '{kind}', field '{place}': {first['msg']} (got {first['input']!r})"
        raise UserError(message) from None


def to_values(made: Any) -> dict[str, Any]:
    """The configuration that `from_values` makes this thing from; it says its `kind` itself."""
    return {"kind": made.kind, **asdict(made)}


def _nearest(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    if near:
        return f"did you mean '{near[0]}'?"
    return f"known: {', '.join(known)}" if known else "it has none"
