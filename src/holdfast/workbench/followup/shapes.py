"""What has become of submissions, and what people write about them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field

from holdfast.store.workbench.exchange import State
from holdfast.workbench.shapes import LabelName, Shape, SnippetText
from holdfast.workbench.writing.shapes import SubmissionShape

Number = Annotated[int, Field(ge=1, le=2**63 - 1)]
Remark = Annotated[str, Field(min_length=1, max_length=1000, pattern=r"\S")]


class CommentShape(Shape):
    """A comment; nobody is named, as writers and reviewers do not know of each other."""

    id: int
    who: str
    """`you`, `the writer`, or `reviewer 1` and so on, by who judged first."""
    mine: bool
    text: str
    created: str


class CommentRequest(Shape):
    """A comment to keep; `key` makes a repeated request harmless."""

    text: Remark
    key: Annotated[str, Field(min_length=8, max_length=64)]


class DisputeRequest(Shape):
    """Why a writer thinks that a text is a failure although it was rejected."""

    reason: Remark


class DisputeShape(Shape):
    """A writer's dispute; it is `open` until an adjudicator has decided."""

    reason: str
    created: str
    open: bool


class DecisionShape(Shape):
    """What one reviewer said of a text, without their name."""

    who: str
    label: LabelName
    egregiousness: float
    reason: str
    adjudication: bool
    created: str


class MySubmission(SubmissionShape):
    """A submission as its writer follows it."""

    state: State
    decided: str | None
    decisions: tuple[DecisionShape, ...]
    """Of reviewers, once they have decided together."""
    comments: tuple[CommentShape, ...]
    dispute: DisputeShape | None
    may_dispute: bool
    may_comment: bool
    undo_seconds: float
    """How long it may still be taken back; 0 if it may not."""
    news: bool
    """Whether a decision or a comment came that the writer has not seen."""
    latest: str
    """The time of the newest of these, for `SeenRequest`; empty without one."""


class MyLabel(SnippetText):
    """Something that a reviewer labelled or settled, with what came of it."""

    submission: int
    state: State
    label: LabelName
    egregiousness: float
    reason: str
    adjudication: bool
    created: str
    comments: tuple[CommentShape, ...]
    may_comment: bool
    undo_seconds: float
    news: bool
    latest: str


class SeenOne(Shape):
    """Up to when a submission's news were seen: the `latest` that was shown."""

    submission: Number
    until: AwareDatetime


class SeenRequest(Shape):
    """What somebody has seen."""

    seen: Annotated[tuple[SeenOne, ...], Field(max_length=200)]


class NewsShape(Shape):
    """How much somebody has not seen yet, and how much they have submitted."""

    mine: int
    """Own submissions with a new decision or comment."""
    judged: int
    """Submissions that they judged, with a new comment."""
    submitted: dict[State, int]
    """Their own submissions by what has become of them."""
