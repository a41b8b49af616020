"""Progress behind a small protocol, so that no working code knows how it is shown."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told what runs, how far it is, and the figures it has so far."""

    def start(self, step: str, total: int | None = None, *, weighed: bool = False) -> None:
        """A step begins; `total` is in whatever unit `advance` counts.

        `weighed` says that the amounts are rough weights of unlike pieces of work: a share of the total says
        something to people, a count does not.
        """

    def advance(self, amount: int = 1, **figures: float | str) -> None:
        """Some of the step is done; `figures` are the current values worth showing."""

    def finish(self, **figures: float | str) -> None:
        """The step has ended, with its closing figures."""

    def note(self, message: str) -> None:
        """One line for people that belongs to no step."""


class Silent:
    """Shows nothing: the default of the Python API."""

    def start(self, step: str, total: int | None = None, *, weighed: bool = False) -> None:
        """Show nothing."""

    def advance(self, amount: int = 1, **figures: float | str) -> None:
        """Show nothing."""

    def finish(self, **figures: float | str) -> None:
        """Show nothing."""

    def note(self, message: str) -> None:
        """Show nothing."""
