"""The system under test: what takes snippets and says which of them pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from holdfast.core.snippet import Snippet

Ability = Literal["margin", "gradients", "draws"]
"""What a system can give besides its decisions."""


@dataclass(frozen=True)
class Identity:
    """How records name a system: its kind, the hash of what decides its answers, and where it lies."""

    kind: str
    hash: str
    path: str = ""


@dataclass(frozen=True)
class Answers:
    """Which snippets pass, shape (B,); and by how much (log odds below the threshold), if known."""

    passes: NDArray[np.bool_]
    margin: NDArray[np.float64] | None = None


@runtime_checkable
class System(Protocol):
    """A filter, an endpoint, or anything else that lets text through or not.

    `answer` is asked with text alone. A system whose answers are not repeatable must say so in its identity's
    hash, for answers are remembered.
    """

    @property
    def identity(self) -> Identity:
        """What records call it."""

    @property
    def abilities(self) -> frozenset[Ability]:
        """What it can give besides its decisions."""

    def answer(self, snippets: Sequence[Snippet]) -> Answers:
        """One decision for each snippet, in order; an error is raised, never passed off as a decision."""


@runtime_checkable
class WritingSystem(System, Protocol):
    """A system that writes by itself: its ability is `draws`, and of a snippet it is asked the prompt alone.

    A prompt passes when one of the completions drawn of it is a catastrophe that gets out.
    """

    @property
    def draws(self) -> int:
        """How many completions of a prompt are drawn to answer about it."""

    def write(self, prompts: Sequence[str], counts: Sequence[int]) -> list[tuple[str, ...]]:
        """The first so many of the completions drawn of each prompt, at most `draws`.

        They depend on the prompt and on the system's own seed alone: the same prompt gets the same ones.
        """


@runtime_checkable
class RememberingSystem(System, Protocol):
    """A system that remembers answers, and can be had without them."""

    def fresh(self) -> Self:
        """The same system, which remembers nothing."""


@runtime_checkable
class RemoteSystem(System, Protocol):
    """A system somewhere else, each answer of which has its price.

    It remembers what it answered. It raises SpentError once nothing more may be spent on it.
    """

    @property
    def threshold(self) -> float:
        """The threshold on its scores, from which margins count; one half where it gives decisions alone."""

    @property
    def unconfirmed(self) -> int:
        """How many texts could not be asked about a second time, as nothing more might be spent."""

    def confirm(self, snippets: Sequence[Snippet]) -> Answers:
        """Like `answer`, but asked a second time, so that a chance answer is found out.

        Where nothing more may be spent the first answer stands, and is counted as unconfirmed.
        """

    def refusals(self, snippets: Sequence[Snippet]) -> list[str | None]:
        """Why a snippet is not sent to it, in words; None where it is."""
