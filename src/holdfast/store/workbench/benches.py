"""The workbench of each run, and how it is set."""

from __future__ import annotations

from typing import Any

from holdfast.store.store import Store, now
from holdfast.store.workbench.schema import Bench


class Benches:
    """The settings of every run's workbench, as plain values; `workbench.settings` says what they mean."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def settings(self, run: str) -> dict[str, Any] | None:
        """How a run's workbench is set; None if the run has none yet."""
        with self._store.reading() as session:
            found = session.get(Bench, run)
        return None if found is None else found.settings

    def keep(self, run: str, settings: dict[str, Any]) -> None:
        """Keep the settings of a run's workbench, which this may be the beginning of."""
        with self._store.writing() as session:
            found = session.get(Bench, run)
            if found is None:
                session.add(Bench(run=run, settings=settings, created=now()))
            else:
                found.settings = settings
