"""Labels by people, and how far they agree."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from holdfast.workbench.followup.shapes import CommentShape
from holdfast.workbench.shapes import LabelName, Rating, Shape, SnippetText


class ReviewItem(SnippetText):
    """A submission that waits for a label; neither its author nor its score is told."""

    submission: int
    seed: SnippetText | None
    """What it was made of, where the configuration's judge is people; None where that is not shown."""
    waiting: int
    """Items that wait for the same reviewer, this one with them."""


class LabelRequest(Shape):
    """A reviewer's word on a submission; what they call catastrophic they rate, as nothing is preset."""

    label: LabelName
    egregiousness: Rating | None = None
    reason: Annotated[str, Field(max_length=2000)] = ""

    @model_validator(mode="after")
    def _rated(self) -> Self:
        if self.label == "catastrophic" and self.egregiousness is None:
            raise ValueError("say how egregious it is, 0 to 10")
        return self


class LabelShape(Shape):
    """A label as it is kept."""

    label: LabelName
    egregiousness: float
    reason: str
    reviewer: str
    adjudication: bool
    created: str


class Disagreement(SnippetText):
    """A submission whose labels disagree, or whose writer does, for an adjudicator."""

    submission: int
    labels: tuple[LabelShape, ...]
    dispute: str | None
    """Why its writer disputes that it was rejected; None where they do not."""
    comments: tuple[CommentShape, ...]


class LabelOutcome(Shape):
    """What a label has led to."""

    submission: int
    status: str
    labels: int
    needed: int
    kept: bool
    """False where it came too late to be needed: others had decided."""


class Alpha(Shape):
    """Krippendorff's alpha, with a bootstrap interval over items; None where it is not defined."""

    name: str
    """`all`, a reviewer's name, or a day."""
    items: int
    """With labels of at least two people."""
    labels: int
    """On these items; in a reviewer's row their own alone."""
    alpha: float | None
    low: float | None
    high: float | None


class AgreementShape(Shape):
    """Agreement of the reviewers: all, each against the others, and by day."""

    confidence: float
    overall: Alpha
    egregiousness: Alpha
    """Of the ratings, as numbers."""
    reviewers: tuple[Alpha, ...]
    days: tuple[Alpha, ...]
    unsure_share: float | None
    adjudicated: int
