"""Waiting for people: how a step of a run says that it cannot go on without their verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from holdfast.campaign.people.desk import PeopleDesk
from holdfast.core.errors import HoldfastError
from holdfast.store.store import Store

WAITS = 3
"""The exit code of a run that has done what it could, and waits for people."""


class WaitsForPeopleError(HoldfastError):
    """A step needs verdicts that people have not given yet; nothing is lost, and the run goes on later.

    `keys` name the texts that wait, of `asked` in all; `folder` is the run's.
    """

    exit_code = WAITS

    def __init__(self, desk: PeopleDesk, folder: Path, step: str, keys: Sequence[str], asked: int) -> None:
        self.keys = tuple(keys)
        of = "" if len(keys) == asked else f" of {asked:,}"
        texts = f"{len(keys):,}{of} text{'' if asked == 1 else 's'}"
        super().__init__(
            f"{told(step)} waits for people: {texts} to judge, on the page Review of `{desk.serve}`; then"
            f" `holdfast resume {folder}` goes on (with --leave-pending it goes on without them)"
        )

    @property
    def kept(self) -> dict[str, Any]:
        """What is kept of a step that waits."""
        return {"waits_for": list(self.keys)}


def check_waiting(store: Store, run: str, step: str, desk: PeopleDesk) -> None:
    """Raise WaitsForPeopleError where the step waited already, and people have not judged all that it asked.

    So a run that is resumed too early does not do the step's work again, to find that out.
    """
    row = store.left_waiting(run)
    if row is None or row.name != step or row.result is None:
        return
    asked = row.result["waits_for"]
    waiting = desk.undecided(asked)
    if waiting:
        raise WaitsForPeopleError(desk, store.run_folder(run), step, waiting, len(asked))


def told(step: str) -> str:
    """A step for people: `round-01/attack/hotflip` is round 1 (attack hotflip)."""
    round_, _, rest = step.partition("/")
    name = f"round {int(round_.removeprefix('round-'))}" if round_.startswith("round-") else round_
    return f"{name} ({rest.replace('/', ' ')})"
