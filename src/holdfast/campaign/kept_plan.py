"""The plan of an evaluation in its folder: written before anything is measured, and found there again."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, ClassVar, Self, TypeVar

from pydantic import BaseModel, ValidationError

from holdfast.campaign.records import Record
from holdfast.core.errors import UserError
from holdfast.core.files import write_text

PLANS = ("plan.json", "labelled-plan.json", "prompted-plan.json", "generator-plan.json")
"""The names of the plans of all kinds of evaluations."""


class ComparedPlan(Record):
    """A plan whose fields decide what is measured, but for those that say where things lie."""

    file: ClassVar[str]
    """The name of its file."""
    what: ClassVar[str]
    """What it is the plan of, in words."""
    not_compared: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The plan of a folder; raises UserError where there is none that can be read."""
        return read_plan(folder, cls.file, cls, cls.what)

    @property
    def hash(self) -> str:
        """SHA-256 of what is compared, as 64 hex digits."""
        return hashlib.sha256(json.dumps(self.compared(), sort_keys=True).encode()).hexdigest()

    def compared(self) -> dict[str, Any]:
        """The fields that two plans of one evaluation agree on."""
        return self.model_dump(mode="json", exclude=set(self.not_compared))

    def keep(self, folder: Path) -> None:
        """Write it into the folder, or find it there; UserError where the folder holds something else."""
        if any((folder / other).exists() for other in PLANS if other != self.file):
            raise UserError(f"{folder} holds an evaluation of another kind; name another folder with --out")
        if not (folder / self.file).exists():
            write_text(folder / self.file, self.model_dump_json(indent=2) + "\n")
            return
        kept = self.read(folder).compared()
        for field, value in self.compared().items():
            if kept.get(field) != value:
                raise UserError(
                    f"{folder} holds an evaluation of another plan ({field.replace('_', ' ')}"
                    f" {_short(kept.get(field))}, not {_short(value)}); name another folder with --out"
                )


Plan = TypeVar("Plan", bound=BaseModel)


def read_plan(folder: Path, file: str, kind: type[Plan], what: str) -> Plan:
    """The plan of `what` in a folder; raises UserError where there is none that can be read."""
    path = folder / file
    try:
        return kind.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{folder} holds no {what}: {file} is missing") from None
    except (ValidationError, UnicodeDecodeError) as error:
        raise UserError(f"{path} is no plan of an evaluation; remove it, or name another folder") from error


def _short(value: Any) -> str:
    return str(value)[:40]
