"""An attack as plain values, the attacks that it is made of too."""

from __future__ import annotations

from dataclasses import asdict, fields, is_dataclass
from typing import Any


def plain(value: Any) -> Any:
    """An attack as its configuration, the attacks that it is made of too."""
    from holdfast.attacks.base import Attack

    if isinstance(value, Attack):
        return {"kind": value.name, **{f.name: plain(getattr(value, f.name)) for f in fields(value)}}
    if isinstance(value, tuple):
        return tuple(plain(each) for each in value)
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value
