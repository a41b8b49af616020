"""The plan of an evaluation in its folder: written before anything is measured, and found there again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, Protocol

from holdfast.campaign.records import Record
from holdfast.core.errors import UserError
from holdfast.core.files import write_text

PLANS = ("plan.json", "labelled-plan.json", "prompted-plan.json")
"""The names of the plans of all kinds of evaluations."""


class ComparedPlan(Record):
    """A plan whose fields decide what is measured, but for those that say where things lie."""

    not_compared: ClassVar[frozenset[str]] = frozenset()

    @property
    def hash(self) -> str:
        """SHA-256 of what is compared, as 64 hex digits."""
        return hashlib.sha256(json.dumps(self.compared(), sort_keys=True).encode()).hexdigest()

    def compared(self) -> dict[str, Any]:
        """The fields that two plans of one evaluation agree on."""
        return self.model_dump(mode="json", exclude=set(self.not_compared))


class Compared(Protocol):
    """A plan that can be written, and compared with another."""

    def compared(self) -> dict[str, Any]:
        """The fields that two plans of one evaluation agree on."""

    def model_dump_json(self, *, indent: int | None = None) -> str:
        """As JSON."""


def keep_plan(folder: Path, name: str, plan: Compared, read: Callable[[Path], Compared]) -> None:
    """Write the plan into the folder, or find it there; UserError where the folder holds something else."""
    if any((folder / other).exists() for other in PLANS if other != name):
        raise UserError(f"{folder} holds an evaluation of another kind; name another folder with --out")
    if not (folder / name).exists():
        write_text(folder / name, plan.model_dump_json(indent=2) + "\n")
        return
    kept = read(folder).compared()
    for field, value in plan.compared().items():
        if kept.get(field) != value:
            raise UserError(
                f"{folder} holds an evaluation of another plan ({field.replace('_', ' ')}"
                f" {_short(kept.get(field))}, not {_short(value)}); name another folder with --out"
            )


def _short(value: Any) -> str:
    return str(value)[:40]
