"""What the tools are asked and answer."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from holdfast.workbench.shapes import Part, Shape, SnippetText, VerdictShape

EditKind = Literal["replace", "insert_before", "insert_after", "delete", "phrase"]


class Span(Shape):
    """A stretch of one part's text, in characters (UTF-16 code units, as browsers count)."""

    part: Part
    start: int
    end: int


class TokenShape(Span):
    """A word of the snippet; `index` counts within its part."""

    index: int
    text: str
    known: bool
    saliency: float | None
    """L2 norm of the gradient of the log odds with respect to its embedding (on real text: the sum over what
    the model reads of the word); None if not asked for."""


class RewriteText(SnippetText):
    """A snippet, and the text that it is a rewrite of: where that is not said, it is judged as it stands."""

    seed: SnippetText | None = None


class ScoreRequest(RewriteText):
    """A snippet to score; `saliency` asks for gradients too."""

    saliency: bool = False


class Scored(Shape):
    """All that is known of a snippet at once."""

    model_round: int
    model_hash: str
    threshold: float
    score: float
    log_odds: float
    passes: bool
    failure: bool | None
    """A catastrophe that passes; None where people judge."""
    points: float | None
    """What it would earn under the project's objective if submitted now; None where people judge."""
    verdict: VerdictShape | None
    events: tuple[str, ...]
    """What the judge saw happen."""
    harm: tuple[Span, ...]
    """The clauses in which it saw the injury."""
    unparsed: tuple[Span, ...]
    kept: tuple[Span, ...]
    """Passages of the seed that must stay word for word, where they stand."""
    lost: tuple[str, ...]
    """The same as text, where they do not all stand whole any more."""
    tokens: tuple[TokenShape, ...]
    too_long: bool
    """Beyond the task's limits, so that it may not be submitted."""


class MenuRequest(RewriteText):
    """The word that is looked at."""

    part: Part
    index: Annotated[int, Field(ge=0)]
    most: Annotated[int, Field(ge=1, le=500)] = 100


class Suggestion(SnippetText):
    """An edit, with the whole snippet after it, scored exactly."""

    kind: EditKind
    words: str
    """What is written; empty for a deletion."""
    score: float
    log_odds: float
    verdict: VerdictShape | None
    """None where people judge."""


class Menu(Shape):
    """Edits by rising score."""

    model_round: int
    before: float
    """The score of the snippet as it stands."""
    suggestions: tuple[Suggestion, ...]


class PhraseRequest(RewriteText):
    """A stretch of words to be written anew, `start` to `stop` (not included), counted within the part."""

    part: Part
    start: Annotated[int, Field(ge=0)]
    stop: Annotated[int, Field(ge=0)]
    most: Annotated[int, Field(ge=1, le=200)] = 40


class AttackShape(Shape):
    """A registered attack that may be started from a text."""

    name: str
    summary: str
    suits: bool
    """Whether the served model has what it needs."""
    needs: tuple[str, ...] = ()
    """Parameters that it cannot be started without."""


class SearchRequest(RewriteText):
    """A search from the current text: one greedy step, greedy steps until it stalls, or an attack."""

    kind: Literal["step", "climb", "attack"]
    attack: str | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)
    frozen: Literal["nothing", "prompt", "completion"] = "nothing"
    queries: Annotated[int, Field(ge=1, le=100_000)] = 2000
    course: Annotated[int, Field(ge=0, lt=2**32)] = 0
    """Another one, another course; the same one finds the same."""


class SearchShape(Shape):
    """A search that was started; its events are streamed from /api/searches/{id}/events."""

    id: str


class SearchStep(SnippetText):
    """SSE event `step`: the best text so far."""

    queries: int
    score: float
    verdict: VerdictShape | None
    failure: bool | None


Reason = Literal["failure", "done", "stalled", "budget", "stopped", "error"]
"""`failure`: a failure was found. `done`: the one step asked for was taken. `stalled`: nothing was better."""


class SearchEnd(Shape):
    """SSE event `end`: how the search ended, with its best text if it bettered the one given."""

    reason: Reason
    message: str
    best: SearchStep | None
    queries: int
    seconds: float
