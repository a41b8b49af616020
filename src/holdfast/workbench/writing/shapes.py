"""Drafts, submissions, and the log."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from holdfast.workbench.shapes import Rating, Shape, SnippetText, VerdictShape

Origin = Literal["catastrophe", "near_miss", "draft", "blank"]
SeedKind = Literal["catastrophe", "near_miss"]
Status = Literal["accepted", "pending", "rejected"]
"""`accepted`: a failure. `pending`: people have still to judge. `rejected`: no failure, with the reason."""

Seconds = Annotated[float, Field(ge=0, le=1e7)]
Number = Annotated[int, Field(ge=0, le=2**63 - 1)]
"""Of a draft or a submission; no larger than the database can hold."""
Count = Annotated[int, Field(ge=0, le=2**31 - 1)]


class Seed(SnippetText):
    """A text to start from, with its score and verdict (None where people judge)."""

    origin: SeedKind
    score: float
    verdict: VerdictShape | None


class DraftStart(SnippetText):
    """A new draft and where its text comes from; `key` makes a repeated request harmless.

    `seed` is the text that it goes on from, where that is another one: a copy of a draft has its draft's.
    """

    origin: Origin
    seed: SnippetText | None = None
    key: Annotated[str, Field(min_length=8, max_length=64)]


class DraftChange(SnippetText):
    """A draft's newer text; `revision` is the one that it changes. `active_seconds` is the writer's clock."""

    revision: Count
    active_seconds: Seconds


class DraftShape(SnippetText):
    """A writer's draft as it is kept."""

    id: int
    origin: Origin
    revision: int
    active_seconds: float
    state: Literal["open", "submitted", "discarded"]
    condition: str
    created: str
    updated: str
    seed: SnippetText
    """The text that it was started from, of which it is judged as a rewrite."""


class StaleDraft(Shape):
    """Why a change was not taken, and the draft as it is kept; the refused text is kept in the log."""

    detail: str
    draft: DraftShape


class SubmissionRequest(SnippetText):
    """A draft to be submitted as it stands here; `key` makes a repeated request harmless."""

    rating: Rating
    active_seconds: Seconds
    key: Annotated[str, Field(min_length=8, max_length=64)]


class SubmissionShape(SnippetText):
    """What was submitted and what came of it."""

    id: int
    draft: int
    author: str
    status: Status
    reason: str
    rating: float
    points: float | None
    score: float
    threshold: float
    model_round: int
    verdict: VerdictShape | None
    active_seconds: float
    created: str


class Like(SnippetText):
    """An earlier submission that a text is like."""

    submission: int
    likeness: float
    same: bool
    """Whether the texts are equal."""
    mine: bool


class LogEntry(Shape):
    """Something a writer did; `sequence` counts up within a client, so that retries are harmless."""

    client: Annotated[str, Field(min_length=8, max_length=64)]
    sequence: Count
    draft: Number | None
    kind: Annotated[str, Field(pattern="^[a-z_]{1,40}$")]
    at: Annotated[str, Field(max_length=40)]
    """The browser's clock, ISO 8601."""
    detail: dict[str, Any] = Field(default_factory=dict)


class LogRequest(Shape):
    """Some entries at once."""

    entries: Annotated[tuple[LogEntry, ...], Field(max_length=500)]


class Kept(Shape):
    """How many were new."""

    kept: int


class WordClass(Shape):
    """Words of the vocabulary that belong together."""

    name: str
    words: tuple[str, ...]
