"""The calibrated vetoes of a filter: one margin with its classifier, the least of all parts, with gradients.

The classifier's margin is in log odds. That of a veto is how far a text lies above its bound, in spreads of
harmless text (from the bound to their median), so that no part drowns the others.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from holdfast.core.budget import Spend
from holdfast.core.errors import UserError
from holdfast.core.from_values import from_values, to_values
from holdfast.core.odds import TURNED_AWAY
from holdfast.core.snippet import Tokens
from holdfast.models.generator import Generator
from holdfast.models.gradients import TokenGradients
from holdfast.models.vetoes import vetoes
from holdfast.models.vetoes.base import Floats, Matrix, PartGradients, Veto, VetoReader

SETTINGS = ("bound", "spread", "reads_with")
"""What calibration adds to a veto's options."""

PASSES = -1
"""Stands for no veto where its number is asked for."""


@dataclass(frozen=True)
class CalibratedVeto:
    """A veto with its bound: what has a value at or below it is turned away. `spread` is above 0.

    `reads_with` is what the veto read with besides the generator when it was calibrated (`Veto.reads_with`).
    """

    veto: Veto
    bound: float
    spread: float
    reads_with: str
    reader: VetoReader = field(compare=False, repr=False)

    def excess(self, tokens: Sequence[Tokens], exact: bool = False) -> Floats:
        """(B,) how far below the bound each snippet lies, in spreads; 0 or more is turned away."""
        values = self.reader.exact_values(tokens) if exact else self.reader.values(tokens)
        found: Floats = (self.bound - values) / self.spread
        return found

    @property
    def told(self) -> dict[str, Any]:
        """The plain values that it is made of."""
        options = to_values(self.veto)
        kept = {k: v for k, v in options.items() if v is not None or k not in self.veto.later}
        besides = {"reads_with": self.reads_with} if self.reads_with else {}
        return {**kept, "bound": self.bound, "spread": self.spread, **besides}


@dataclass(frozen=True)
class Vetoes:
    """All vetoes of a filter, in order, and the generator that they read with; falsy where there is none."""

    parts: tuple[CalibratedVeto, ...] = ()
    generator: Generator | None = None

    @classmethod
    def told_by(cls, told: Sequence[Mapping[str, Any]], generator: Generator) -> Self:
        """From the plain values of each (`CalibratedVeto.told`).

        Raises UserError where they make none, and where a veto would read with other things than it was
        calibrated with.
        """
        parts = []
        for values in told:
            veto = from_values(vetoes, {k: value for k, value in values.items() if k not in SETTINGS})
            bound, spread, besides = values["bound"], values["spread"], values.get("reads_with", "")
            if veto.reads_with(generator) != besides:
                raise UserError(
                    f"the {veto.name} was calibrated with other classes of words than its task now states;"
                    " use the Holdfast that calibrated it, or calibrate it again"
                )
            reader = veto.reader(generator)
            parts.append(CalibratedVeto(veto, float(bound), float(spread), besides, reader))
        return cls(tuple(parts), generator)

    def __bool__(self) -> bool:
        return bool(self.parts)

    @property
    def names(self) -> tuple[str, ...]:
        """What results call them."""
        return tuple(part.veto.name for part in self.parts)

    def hash_with(self, classifier: str) -> str:
        """The content hash of the whole filter but for its threshold: of the classifier alone without any."""
        if self.generator is None or not self.parts:
            return classifier
        parts = [classifier, self.generator.hash, [part.told for part in self.parts]]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    @property
    def spend(self) -> Spend:
        """What the forwards and backwards so far cost."""
        return reduce(lambda total, part: total + part.reader.spend, self.parts, Spend())

    def flops(self, tokens: Sequence[Tokens]) -> float:
        """What reading these takes, remembered or not."""
        return sum(part.reader.flops(tokens) for part in self.parts)

    def fresh(self) -> Vetoes:
        """The same vetoes, which remember nothing."""
        return replace(self, parts=tuple(replace(p, reader=p.reader.fresh()) for p in self.parts))

    def turned_away(self, tokens: Sequence[Tokens]) -> NDArray[np.int64]:
        """(B,) the number of the veto that turns each snippet away most clearly; PASSES where none does."""
        if not self.parts or not tokens:
            return np.full(len(tokens), PASSES)
        excess = self._excess(tokens)
        found: NDArray[np.int64] = np.where(excess.max(axis=1) >= 0, excess.argmax(axis=1), PASSES)
        return found

    def over(
        self, tokens: Sequence[Tokens], log_odds: np.ndarray, limit: float | None, exact: bool = False
    ) -> np.ndarray:
        """(B,) the log odds of the whole filter: the limit less the least margin of the classifier and these.

        Without a limit what is turned away has TURNED_AWAY, and all else the classifier's. The precision is
        that of `log_odds`, and what is turned away is at or above the limit in it.
        """
        if not self.parts or not tokens:
            return log_odds
        excess = self._excess(tokens, exact).max(axis=1)
        if limit is None or limit == np.inf:
            most = TURNED_AWAY if limit is None else np.inf
            return np.where(excess >= 0, log_odds.dtype.type(most), log_odds)
        edge = _at_least(limit, log_odds.dtype)
        below = np.nextafter(edge, -np.inf, dtype=log_odds.dtype)
        raised = (limit + excess).astype(log_odds.dtype)
        raised = np.where(excess >= 0, np.maximum(raised, edge), np.minimum(raised, below))
        found: np.ndarray = np.maximum(log_odds, raised)
        return found

    def widened(self, matrix: Matrix) -> Matrix:
        """(V, H + …) the classifier's embeddings with those of each veto beside them."""
        return np.concatenate([matrix, *(part.reader.embedding_matrix() for part in self.parts)], axis=1)

    def gradients_over(
        self, tokens: Sequence[Tokens], own: Sequence[TokenGradients], limit: float | None
    ) -> list[TokenGradients]:
        """Gradients of the whole filter's log odds by the embeddings of `widened`.

        They are those of the part with the least margin, which alone decides; the other parts' places are 0.
        Without a limit it is the classifier.
        """
        if not self.parts or not tokens:
            return list(own)
        log_odds = np.array([each.log_odds for each in own])
        excess = self._excess(tokens)
        whole = self.over(tokens, log_odds, limit)
        least = np.full(len(tokens), PASSES)
        if limit is not None and np.isfinite(limit):
            least = np.where(limit + excess.max(axis=1) > log_odds, excess.argmax(axis=1), PASSES)
        found = {
            k: iter(self.parts[k].reader.gradients([t for t, i in zip(tokens, least, strict=True) if i == k]))
            for k in range(len(self.parts))
        }
        return [
            self._wide(gradient, int(k), found, float(x))
            for gradient, k, x in zip(own, least, whole, strict=True)
        ]

    def _wide(
        self, own: TokenGradients, least: int, found: dict[int, Any], log_odds: float
    ) -> TokenGradients:
        """One snippet's gradients over the embeddings of all parts, of which one is not 0."""
        of_part: PartGradients | None = None if least == PASSES else next(found[least])
        sides = []
        for name in ("prompt", "completion"):
            classifier: Matrix = getattr(own, name)
            columns = [classifier if of_part is None else np.zeros_like(classifier)]
            for k, part in enumerate(self.parts):
                if of_part is not None and k == least:
                    columns.append(-getattr(of_part, name) / np.float32(part.spread))
                else:
                    columns.append(np.zeros((len(classifier), self._widths[k]), dtype=np.float32))
            sides.append(np.concatenate(columns, axis=1))
        return TokenGradients(sides[0], sides[1], log_odds)

    @property
    def _widths(self) -> list[int]:
        return [part.reader.embedding_matrix().shape[1] for part in self.parts]

    def _excess(self, tokens: Sequence[Tokens], exact: bool = False) -> Floats:
        """(B, K) for each veto."""
        return np.stack([part.excess(tokens, exact) for part in self.parts], axis=1)


def _at_least(limit: float, dtype: np.dtype[Any]) -> Any:
    """The least number of this precision that is no less than the limit."""
    edge = dtype.type(limit)
    return edge if float(edge) >= limit else np.nextafter(edge, dtype.type(np.inf))
