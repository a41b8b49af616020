"""A note that data has been used, so that nothing is claimed from it later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from holdfast.evaluation.claims.evidence import DataUse


@dataclass(frozen=True)
class UsedData:
    """Files of judged outcomes, by SHA-256, and what they decided.

    A bound on a rate is void on data that had a hand in choosing what is bounded; `Evidence.uses` must hold
    this use wherever one of these files is among its sources. Raises ValueError without a name.
    """

    sha256s: tuple[str, ...]
    use: DataUse = DataUse.CHOSE_THRESHOLD

    def __post_init__(self) -> None:
        if not self.sha256s or not all(self.sha256s):
            raise ValueError("data that chose a threshold needs a name, or later claims could not refuse it")

    @classmethod
    def of(cls, data: str | Sequence[str]) -> Self:
        """From the SHA-256 of one file, or of several."""
        return cls((data,) if isinstance(data, str) else tuple(data))
