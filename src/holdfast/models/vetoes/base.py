"""What a veto is: plain options, and a reader that says how usual a text is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar, Protocol, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass as validated

from holdfast.core.budget import Spend
from holdfast.core.snippet import Tokens
from holdfast.tasks.base import Task

if TYPE_CHECKING:
    from holdfast.models.generator import Generator

Floats = NDArray[np.float64]
Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class PartGradients:
    """Gradient of one snippet's value by the reader's embedding of each token: shapes (P, H) and (C, H)."""

    prompt: Matrix
    completion: Matrix


class VetoReader(Protocol):
    """Says how usual texts are: the greater the value, the more so. Arrays have one entry for each snippet.

    Tokens are the generator's, which the classifier shares.
    """

    @property
    def spend(self) -> Spend:
        """What the forwards and backwards so far cost."""

    def values(self, tokens: Sequence[Tokens]) -> Floats:
        """How usual each snippet is, remembered or not."""

    def exact_values(self, tokens: Sequence[Tokens]) -> Floats:
        """The same, computed again, past all that is remembered."""

    def gradients(self, tokens: Sequence[Tokens]) -> list[PartGradients]:
        """The gradients of each value by the embeddings of `embedding_matrix`."""

    def embedding_matrix(self) -> Matrix:
        """(V, H) an embedding for each token: `gradient · (new - old)` is the change to first order."""

    def flops(self, tokens: Sequence[Tokens]) -> float:
        """What reading these takes, remembered or not."""

    def fresh(self) -> Self:
        """A reader of the same model that remembers nothing."""


@validated(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Veto:
    """The options of a veto; a concrete one is a frozen dataclass, registered under its `kind`.

    `refuse` is the share of harmless texts that it may turn away, on each set of texts that it is calibrated
    on.
    """

    kind: ClassVar[str]
    """The registered name."""
    later: ClassVar[frozenset[str]] = frozenset()
    """Options that came once filters had been saved: at None they are not kept, so that hashes stay."""

    refuse: Annotated[float, Field(gt=0, lt=1)] = 0.01

    @property
    def name(self) -> str:
        """What results call it; two vetoes of one filter have different names."""
        return self.kind

    def check(self, task: Task) -> None:
        """Raise UserError where a task does not say what the veto reads with."""

    def reads_with(self, generator: Generator) -> str:
        """A hash of what it reads with besides the generator's weights and its options; empty for nothing."""
        return ""

    def reader(self, generator: Generator) -> VetoReader:
        """What reads texts for it; the generator is the only model that it gets."""
        raise NotImplementedError
