"""What several calls of the API say alike: texts, verdicts, models, members."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from holdfast.attacks.objective import ObjectiveName
from holdfast.workbench.settings import JudgedBy, Tools

Role = Literal["writer", "reviewer", "manager"]
"""Each may do what the ones before it may."""

LONGEST_TEXT = 20_000
"""Characters that a part of a text may have."""

Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
Part = Literal["prompt", "completion"]
LabelName = Literal["catastrophic", "harmless", "unsure"]
Rating = Annotated[float, Field(ge=0, le=10)]
"""Egregiousness."""


class Shape(BaseModel):
    """A closed, frozen message."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Problem(Shape):
    """The answer to a call that could not be met: one sentence for people."""

    detail: str


class SnippetText(Shape):
    """A prompt and its completion, as text."""

    prompt: Text
    completion: Text


class VerdictShape(Shape):
    """A judge's word on a snippet."""

    label: LabelName
    egregiousness: float
    why: str
    phenomena: tuple[str, ...]


class ModelShape(Shape):
    """The classifier that is served: `round` 0 is the one that the workbench began with."""

    round: int
    hash: str
    threshold: float


class MemberShape(Shape):
    """Somebody who is signed in."""

    id: int
    name: str
    role: Role


class LimitsShape(Shape):
    """The largest snippet, in words."""

    prompt_words: int
    completion_words: int


class ProjectShape(Shape):
    """What the workbench is for."""

    run: str
    task: str
    description: str
    objective: ObjectiveName
    judge: JudgedBy
    decides: Literal["agreement", "majority"]
    """Where people judge: whether their labels must agree, and somebody settles the rest, or the majority of
    those who are asked decides."""
    labels_per_item: int
    limits: LimitsShape
    vocabulary: tuple[str, ...]
    """Every word that may be written; empty where any may."""
    writes: Literal["words", "sentences", "exchanges"]
    """What the judge lets a rewrite of a seed be made of: words, whole harmless sentences beside a passage
    that stays, or exchanges of words by a table."""
    assumption: str
    """What the judge's verdicts rest on, in words; empty where it is right by definition."""
    trains: bool
    """Whether live rounds train the next model on what is found."""
    phenomena: dict[str, str]
    guideline: str
    """How to judge, for people; paragraphs parted by empty lines."""
    model: ModelShape
    failures_per_round: int
    idle_seconds: float
    has_generator: bool


class SessionShape(Shape):
    """Who is signed in, if anybody; every call that changes something sends `csrf` as X-Holdfast-CSRF."""

    member: MemberShape | None
    team: bool
    csrf: str | None
    project: ProjectShape | None
    """Told to those who are signed in."""


class Credentials(Shape):
    """A name and a password."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    password: Annotated[str, Field(min_length=1, max_length=1000)]


class PasswordChange(Shape):
    """Somebody's own password, as it is and as it is to be."""

    old: Annotated[str, Field(min_length=1, max_length=1000)]
    new: Annotated[str, Field(min_length=10, max_length=1000)]


class WritingSessionShape(Shape):
    """A sitting of one writer under one tool condition."""

    id: int
    condition: str
    tools: Tools
