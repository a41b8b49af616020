"""Budgets that stop an attack, and the ledger of what work cost (contract 7)."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, fields

from holdfast.core.errors import UserError


@dataclass(frozen=True)
class Spend:
    """What some work cost. A query is one classifier score of one candidate, cached or not.

    `judge_flops` are the forwards of a judge's own model. They are no part of `flops`, which is what attacks
    spend on the system and on writing, and what their budgets bound. `word_labels` are words of which an
    oracle said more than the verdict on the whole text, for a model to learn from.
    """

    queries: int = 0
    gradient_calls: int = 0
    judge_calls: int = 0
    generated_tokens: int = 0
    forward_flops: float = 0.0
    backward_flops: float = 0.0
    seconds: float = 0.0
    judge_flops: float = 0.0
    word_labels: int = 0

    @property
    def flops(self) -> float:
        """Forward and backward floating-point operations together, a judge's own apart."""
        return self.forward_flops + self.backward_flops

    def __add__(self, other: Spend) -> Spend:
        return Spend(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)})

    def __sub__(self, other: Spend) -> Spend:
        return Spend(**{f.name: getattr(self, f.name) - getattr(other, f.name) for f in fields(self)})


_UNITS = {
    "q/seed": "queries_per_seed",
    "q": "queries",
    "g": "gradient_calls",
    "s": "seconds",
    "flops": "flops",
}

_WHOLE = ("queries", "queries_per_seed", "gradient_calls")


def _finite(amount: str) -> bool:
    """Whether the digits make a number: neither `1.2.3` nor `1e999` does."""
    try:
        return math.isfinite(float(amount))
    except ValueError:
        return False


_PART = re.compile(r"(?P<amount>[0-9.]+(?:e[+-]?[0-9]+)?)(?P<unit>q/seed|q|g|s|flops)")


@dataclass(frozen=True)
class Budget:
    """Where an attack must stop: limits on the whole call, and on the queries of one attempt.

    None means no limit. Only a budget in queries, gradient calls or FLOPs gives a result that repeats
    exactly; one in seconds depends on the machine.
    """

    queries: int | None = None
    queries_per_seed: int | None = None
    gradient_calls: int | None = None
    seconds: float | None = None
    flops: float | None = None

    @classmethod
    def parse(cls, text: str) -> Budget:
        """Read `100000q`, `500q/seed`, `60s`, `1e12flops`, `500g`, or several joined by commas.

        Raises UserError naming the part that cannot be read, or says what another said, or allows nothing.
        """
        values: dict[str, float] = {}
        for part in text.replace(" ", "").split(","):
            found = _PART.fullmatch(part)
            if not found or not _finite(found["amount"]):
                raise UserError(
                    f"budget '{part}' is no number with a unit; write 100000q, 500q/seed, 60s or 1e12flops"
                )
            name, amount = _UNITS[found["unit"]], float(found["amount"])
            if name in values:
                raise UserError(f"the budget '{text}' gives '{found['unit']}' twice; give each unit once")
            if amount <= 0 or (name in _WHOLE and not amount.is_integer()):
                what = "a whole number above 0" if name in _WHOLE else "a number above 0"
                raise UserError(f"budget '{part}' must be {what} of '{found['unit']}'")
            values[name] = amount
        return cls(**{k: int(v) if k in _WHOLE else v for k, v in values.items()})  # type: ignore[arg-type]

    def exhausted_by(self, spend: Spend) -> str | None:
        """The name of the first limit that `spend` has reached, or None."""
        for name in ("queries", "gradient_calls", "seconds", "flops"):
            limit = getattr(self, name)
            if limit is not None and getattr(spend, name) >= limit:
                return name
        return None
