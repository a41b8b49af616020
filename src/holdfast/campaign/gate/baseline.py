"""A guard measured before, as a small file to commit: the outcome of each row by a hash of its text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

import holdfast
from holdfast.campaign.gate.cells import digest
from holdfast.campaign.gate.outcomes import AttackOutcomes, Measured, TextOutcomes
from holdfast.campaign.records import Record
from holdfast.core.errors import UserError
from holdfast.core.files import write_text

FORMAT = "holdfast.gate.baseline"
Keys = tuple[Annotated[str, Field(pattern="^[0-9a-f]{16}$")], ...]


class BaselineTexts(Record):
    """The texts of one label, by what the guard did with them."""

    stopped: Keys
    passed: Keys

    @classmethod
    def of(cls, outcomes: TextOutcomes) -> BaselineTexts:
        """Of what was measured, in order."""
        by = sorted(outcomes.stopped.items())
        stopped = tuple(key for key, blocked in by if blocked)
        return cls(stopped=stopped, passed=tuple(key for key, blocked in by if not blocked))

    @property
    def outcomes(self) -> dict[str, bool]:
        """Whether each is stopped."""
        return {**dict.fromkeys(self.stopped, True), **dict.fromkeys(self.passed, False)}


class BaselineAttack(Record):
    """An attack by its key (`cells.attack_key`), and of each seed the query of the first failure, if any."""

    key: dict[str, Any]
    first: dict[str, int | None]

    @classmethod
    def of(cls, outcomes: AttackOutcomes) -> BaselineAttack:
        """Of what was measured, in order."""
        return cls(key=dict(outcomes.key), first=dict(sorted(outcomes.first.items())))


class Baseline(Record):
    """The file. `digest` is the SHA-256 of all the rest."""

    format: Literal["holdfast.gate.baseline"] = "holdfast.gate.baseline"
    format_version: Literal[1] = 1
    version: str
    """Of Holdfast."""
    guard: str
    """The content hash of the model."""
    filter: str
    """The hash of guard, reading and threshold together."""
    data: str
    threshold: float
    catastrophic: BaselineTexts
    harmless: BaselineTexts
    attacks: tuple[BaselineAttack, ...]
    digest: str

    def attack(self, key: Mapping[str, Any]) -> BaselineAttack | None:
        """The same attack; None where it was not made."""
        return next((each for each in self.attacks if each.key == key), None)


def write_baseline(path: Path, measured: Measured) -> None:
    """Write what was measured as a baseline, whole or not at all.

    Raises UserError where some of it is missing: what is compared with it later would be a part alone.
    """
    if not measured.whole:
        raise UserError(
            f"{path} is not written: some rows or attempts could not be measured, and a baseline needs all;"
            " the result says which"
        )
    rest = {
        "format": FORMAT,
        "format_version": 1,
        "version": holdfast.__version__,
        "guard": measured.guard,
        "filter": measured.filter,
        "data": measured.data,
        "threshold": measured.threshold,
        "catastrophic": BaselineTexts.of(measured.catastrophic).model_dump(mode="json"),
        "harmless": BaselineTexts.of(measured.harmless).model_dump(mode="json"),
        "attacks": [BaselineAttack.of(each).model_dump(mode="json") for each in measured.attacks],
    }
    write_text(path, json.dumps({**rest, "digest": digest(rest)}, indent=1) + "\n")


def read_baseline(path: Path) -> Baseline:
    """A baseline; raises UserError where the file is not whole, was altered, or is of another version."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UserError(
            f"there is no baseline {path}; `holdfast gate -c ... --write-baseline {path}` measures one"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path} cannot be read as a baseline ({error})") from None
    try:
        value = json.loads(text)
        found = Baseline.model_validate(value)
    except (ValidationError, ValueError):
        raise UserError(
            f"{path} is no whole baseline of this version; write it again with --write-baseline"
        ) from None
    if digest({name: each for name, each in value.items() if name != "digest"}) != found.digest:
        raise UserError(f"{path} was altered since it was written; write it again with --write-baseline")
    return found
