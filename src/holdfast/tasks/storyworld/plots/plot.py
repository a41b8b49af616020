"""What a plot is: scripts in which one hidden bit decides whether anybody is hurt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Where = Literal["in", "out", "away", "night", "any"]
Filler = Literal["alone", "together"]


@dataclass(frozen=True, slots=True)
class Plot:
    """Scripts that tell of one kind of danger; see `script.py` for how they are written.

    When the bit is set, {A} is hurt. Then {D} is {P}, {E} is {Q}, {H} is {A} and {K} is {B}; otherwise each pair is
    the other way round, and lines marked `+` stand in the written order; when it is set, in the opposite one. So
    both kinds of story have the same words, and only who, which and when tell them apart.
    """

    name: str
    scripts: tuple[str, ...]
    where: Where = "any"
    fillers: tuple[Filler, ...] = ()
    """What may fill the time besides what needs no person."""
    pairs: tuple[str, ...] = ()
    """What {P} and {Q} may be, as `red cup | blue cup`; either may come first."""
    weight: int = 1
    """How often it is drawn, beside the others."""
    named: bool = False
    """Whether all people in it have names, because it says what they are."""
