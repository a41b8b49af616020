"""A note that data has been used, so that nothing claims from it later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Use = Literal["chose the threshold"]


@dataclass(frozen=True)
class DataUse:
    """Data, by its content hash (or another name that tells it from all else), and what it decided.

    A bound on a rate is void on data that had a hand in choosing what is bounded. Raises ValueError on an
    empty name.
    """

    data: str
    use: Use = "chose the threshold"

    def __post_init__(self) -> None:
        if not self.data:
            raise ValueError("data that chose a threshold needs a name, or later claims could not refuse it")
