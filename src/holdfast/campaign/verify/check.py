"""What comes out of checking a claim."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from holdfast.evaluation.claims import Claim


@dataclass(frozen=True)
class Check:
    """One thing looked at: it holds, it does not, or (None) nobody could look; `told` says it in words."""

    name: str
    holds: bool | None
    told: str


@dataclass(frozen=True)
class Asked:
    """How far to look: where the models lie, if known, and how many harmless outcomes to judge again.

    None judges nothing again; where any are, all catastrophes are, too, and what is judged again is also
    scored again if the classifier is there. `config` is a configuration that names the labelled text of a
    claim, if it is not in the evaluation around the claim. `redraw` shards of its plan are drawn again.

    What is looked at again is picked by `pick`; None picks it by chance, as one must whose author should not
    know beforehand what will be looked at.
    """

    generator: Path | None = None
    classifier: Path | None = None
    rejudge: int | None = None
    config: Path | None = None
    redraw: int | None = None
    pick: int | None = None


@dataclass(frozen=True)
class Verification:
    """All that was looked at. `claim` is None where none could be built from the file."""

    claim: Claim | None
    checks: tuple[Check, ...]

    @property
    def verified(self) -> bool:
        """Whether the claim stands and nothing speaks against it."""
        return self.claim is not None and not self.broken

    @property
    def broken(self) -> tuple[Check, ...]:
        """What does not hold."""
        return tuple(check for check in self.checks if check.holds is False)
