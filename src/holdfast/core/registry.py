"""One registry for every extension point: tasks, attacks, judges, proposals.

A thing is registered under the name users write. Third parties add theirs by an entry point in the group
`holdfast.<kind>s` (for example `holdfast.attacks`), whose value is the class; groups are read once, when a
name is first asked for, so importing Holdfast stays cheap.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from importlib.metadata import entry_points
from typing import Generic, TypeVar

from holdfast.core.errors import HoldfastError, unknown

T = TypeVar("T")


class Registry(Generic[T]):
    """Names to factories of one kind of thing; built-in ones are named by import path and loaded late."""

    def __init__(self, kind: str, builtin: dict[str, str], *, plural: str | None = None) -> None:
        """`builtin` maps a name to `module:attribute`; the entry points' group has the plural in its name."""
        self.kind = kind
        self._group = f"holdfast.{plural or kind + 's'}"
        self._paths = dict(builtin)
        self._loaded: dict[str, Callable[..., T]] = {}
        self._scanned = False

    def _scan(self) -> None:
        if not self._scanned:
            self._scanned = True
            for point in entry_points(group=self._group):
                self._paths.setdefault(point.name, point.value)

    def add(self, name: str, factory: Callable[..., T]) -> None:
        """Register a factory at run time; raises HoldfastError if the name is taken."""
        if name in self.names():
            raise HoldfastError(f"the {self.kind} '{name}' is registered already")
        self._paths[name] = "(added at run time)"
        self._loaded[name] = factory

    def get(self, name: str) -> Callable[..., T]:
        """The factory of that name; raises UserError with the nearest name if there is none."""
        if name not in self._loaded:
            self._scan()
            if name not in self._paths:
                raise unknown(self.kind, name, self._paths)
            module, _, attribute = self._paths[name].partition(":")
            self._loaded[name] = getattr(importlib.import_module(module), attribute)
        return self._loaded[name]

    def names(self) -> list[str]:
        """All names, built-in and third-party, sorted."""
        self._scan()
        return sorted(self._paths)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def __contains__(self, name: object) -> bool:
        return name in self.names()
