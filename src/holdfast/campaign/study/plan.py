"""What a study declares before it runs: its cells, and the one endpoint that answers its question."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from holdfast.campaign.starts import Part
from holdfast.core.errors import UserError

Name = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[\w.+=×, -]+$")]
"""Names of studies, arms and budgets: words that a table, a file name and a figure can hold."""

ONE_BUDGET = "as configured"
"""The budget of a study that compares no budgets."""

SCHEDULE = "schedule"
"""The measure of rows that say what a cell used, as `value`, of what its arm was to use, as `asked`."""

Plain = str | int | float | bool | None


class Endpoint(Part):
    """The one number of a cell that answers the question, and the two arms that are compared by it.

    It is the `column` of the row of a cell that has all values of `where`. A study that has begun refuses
    another one, so that it cannot be chosen by what came out.
    """

    says: str
    """What is measured, in words: `success of genetic on the last model`."""
    where: dict[str, Plain]
    column: str = "value"
    better: Literal["lower", "higher"]
    scale: Literal["difference", "ratio"] = "difference"
    """Arms are compared by the mean difference, or by the geometric mean of ratios."""
    control: Name
    treated: Name
    budget: Name = ONE_BUDGET
    """The budget at which the two arms are compared; others are shown beside it."""

    @model_validator(mode="after")
    def _two_arms(self) -> Self:
        if self.control == self.treated:
            raise ValueError("control and treated are the same arm; name two")
        return self


@dataclass(frozen=True)
class Cell:
    """One arm with one seed at one budget, and all that its result depends on, as plain JSON values."""

    arm: str
    seed: int
    budget: str
    declared: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def name(self) -> str:
        """What people and messages call it."""
        return f"{self.arm} · {self.budget} · seed {self.seed}"

    @property
    def key(self) -> tuple[str, int, str]:
        """Its place in the study, whatever it declares."""
        return self.arm, self.seed, self.budget

    @property
    def hash(self) -> str:
        """SHA-256 of the whole declaration: a cell whose hash has not changed is not run again."""
        whole = [self.arm, self.seed, self.budget, self.declared]
        text = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class StudyPlan:
    """A study before it runs; raises UserError for two cells at one place, or an endpoint without cells."""

    name: str
    endpoint: Endpoint
    cells: tuple[Cell, ...]

    def __post_init__(self) -> None:
        keys = [cell.key for cell in self.cells]
        twice = next((cell for cell in self.cells if keys.count(cell.key) > 1), None)
        if twice is not None:
            raise UserError(f"the study '{self.name}' has the cell '{twice.name}' twice")
        asked = self.endpoint
        for arm in (asked.control, asked.treated):
            if not any(cell.arm == arm and cell.budget == asked.budget for cell in self.cells):
                raise UserError(
                    f"the endpoint of the study '{self.name}' compares the arm '{arm}' at the budget"
                    f" '{asked.budget}', and there is no such cell"
                )

    @property
    def arms(self) -> tuple[str, ...]:
        """In the order in which they are declared."""
        return tuple(dict.fromkeys(cell.arm for cell in self.cells))

    @property
    def budgets(self) -> tuple[str, ...]:
        """In the order in which they are declared."""
        return tuple(dict.fromkeys(cell.budget for cell in self.cells))

    @property
    def seeds(self) -> tuple[int, ...]:
        """In the order in which they are declared."""
        return tuple(dict.fromkeys(cell.seed for cell in self.cells))
