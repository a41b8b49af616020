"""What a search may ask the session for, and what it gets. `LiveAttempt` has a method for each request."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from holdfast.attacks.objective import Floats
from holdfast.core.snippet import Units, Verdict

if TYPE_CHECKING:
    from holdfast.models.generator import Generator as LanguageModel

Words = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """Ask for the candidates to be judged, and those that are catastrophic to be scored: a query each.

    Only the `top` best of those whose value is greater than `above` come back (None: all of them), which lets
    the session guess at the others in low precision. Failures are found among all.
    """

    candidates: Sequence[Units]
    top: int | None = None
    above: float = -np.inf


@dataclass(frozen=True, slots=True)
class Draw:
    """Ask a generator to continue a prompt so many times; each draw costs a query, catastrophic or not.

    `writer` stands in for the target's generator where it is given.
    """

    prompt: Words
    count: int
    temperature: float
    writer: LanguageModel | None = None


@dataclass(frozen=True, slots=True)
class AskGradients:
    """Ask how the classifier's score hangs on each word: a gradient call."""

    units: Units


@dataclass(frozen=True, slots=True)
class AskTargetGradients:
    """Ask how the generator's log p(completion | prompt) hangs on each prompt word: a gradient call.

    Words before the position `first` are left out: their gradient is 0.
    """

    units: Units
    first: int = 0


@dataclass(frozen=True, slots=True)
class AskWords:
    """Ask which words the generator would write at each position."""

    units: Units


@dataclass(frozen=True, slots=True)
class AskFills:
    """Ask the masked language model for the `top` likeliest words for each blank of a snippet.

    A blank is a position with a width, as in `models.unit_filler`: of width 1 the word there is masked, of
    width 0 a word is to be added before it; at P + C, the completion's end, words can only be added.
    """

    units: Units
    blanks: Sequence[tuple[int, int]]
    top: int


@dataclass(frozen=True, slots=True)
class AskPhrases:
    """Ask the generator for phrases, one for each length, that go on from the words left of a position.

    A position counts as in `edits`; at P it is the completion's beginning. A phrase may end early, where the
    generator would end its part.
    """

    units: Units
    position: int
    lengths: Sequence[int]
    temperature: float


@dataclass(frozen=True, slots=True)
class AskLikelihood:
    """Ask for log-likelihoods under the generator.

    Of whole snippets, their separators and end included; or, with `given_prompt`, of each completion (its end
    left out) given its prompt.
    """

    candidates: Sequence[Units]
    given_prompt: bool = False


@dataclass(frozen=True, slots=True)
class AskLikeliest:
    """Ask which candidate's completion the generator is likeliest to write, given its prompt.

    The completion's end is left out. Candidates are taken as their text is encoded; those that break the mask
    are passed over.
    """

    candidates: Sequence[Units]


Request = (
    Score
    | Draw
    | AskGradients
    | AskTargetGradients
    | AskWords
    | AskFills
    | AskPhrases
    | AskLikelihood
    | AskLikeliest
)
Search = Generator[Request, Any, None]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A snippet and its value by the objective (-inf: never scored, because it is no catastrophe)."""

    units: Units
    value: float = -np.inf


@dataclass(frozen=True, slots=True)
class Scored:
    """The catastrophic candidates of one request, in the order asked, with log odds, value and verdict."""

    units: list[Units]
    log_odds: Floats
    values: Floats
    verdicts: list[Verdict]

    def candidates(self) -> list[Candidate]:
        """Each with its value."""
        return [Candidate(t, value) for t, value in zip(self.units, self.values.tolist(), strict=True)]

    def best(self) -> Candidate:
        """The one of the highest value (the first of equals); value -inf when there is none."""
        if not self.units:
            return Candidate(Units((), ()))
        at = int(self.values.argmax())
        return Candidate(self.units[at], float(self.values[at]))
