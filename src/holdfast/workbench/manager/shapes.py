"""What a manager sees."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from holdfast.workbench.shapes import Role, Shape, SnippetText


class RateShape(Shape):
    """A figure with its interval; all None where there is nothing to measure."""

    value: float | None
    low: float | None
    high: float | None


class WriterRow(Shape):
    """One writer's work."""

    writer: str
    drafts: int
    submissions: int
    failures: int
    active_hours: float
    failures_per_hour: RateShape
    mean_egregiousness: float | None
    points: float | None


class Overview(Shape):
    """The project at a glance."""

    confidence: float
    submissions: int
    failures: int
    pending: int
    rejected: int
    active_hours: float
    failures_per_hour: RateShape
    egregiousness: tuple[int, ...]
    """Accepted failures with egregiousness in [0, 1), [1, 2) … [9, 10]: ten counts."""
    writers: tuple[WriterRow, ...]
    report: str | None
    """Where the campaign's report is served."""


class SurvivalPoint(Shape):
    """A point of a curve: the share of drafts without a failure after so many active minutes."""

    minutes: float
    surviving: float
    low: float
    high: float
    at_risk: int


class SurvivalCurve(Shape):
    """Time to failure of one group (Kaplan-Meier; drafts given up or still open are censored)."""

    group: str
    drafts: int
    failures: int
    median_minutes: float | None
    points: tuple[SurvivalPoint, ...]
    censored: tuple[float, ...]
    """The minutes after which drafts without a failure were watched no more, in order."""


class SurvivalShape(Shape):
    """Curves by model, by writer, and by tool condition."""

    confidence: float
    by_model: tuple[SurvivalCurve, ...]
    by_writer: tuple[SurvivalCurve, ...]
    by_condition: tuple[SurvivalCurve, ...]


class TacticShape(Shape):
    """Similar failures: how many, when, and whether the newest model still falls to them."""

    name: str
    phenomenon: str | None
    """What the judge had to understand in most of them, by which tactics are grouped; None for nothing that
    most have in common."""
    failures: int
    shares: tuple[float, ...]
    """Its share of each round's failures."""
    still_fails: int
    """How many of them pass the served model."""
    example: SnippetText


class TacticsShape(Shape):
    """The tactics, most frequent first."""

    rounds: tuple[int, ...]
    model_round: int
    tactics: tuple[TacticShape, ...]


class ToolRow(Shape):
    """A tool condition, and how much faster writers find failures with all tools than under it."""

    condition: str
    sessions: int
    drafts: int
    failures: int
    active_hours: float
    failures_per_hour: RateShape
    speed_ratio: RateShape
    """Failures per active hour with all tools over those under this condition."""


class ToolsShape(Shape):
    """The tool ablation; `note` says what its intervals suppose, and what is missing."""

    confidence: float
    rows: tuple[ToolRow, ...]
    note: str


class AccountShape(Shape):
    """An account as managers see it."""

    id: int
    name: str
    role: Role
    disabled: bool
    created: str


class NewAccount(Shape):
    """An account to be made."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[\w .@-]+$")]
    role: Role
    password: Annotated[str, Field(min_length=10, max_length=1000)]


class AccountChange(Shape):
    """What to change; what is None stays."""

    role: Role | None = None
    disabled: bool | None = None
    password: Annotated[str, Field(min_length=10, max_length=1000)] | None = None
