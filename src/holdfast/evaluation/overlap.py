"""What several attacks found in common, and what only one of them found."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Overlap:
    """Counts over one kind of thing found: distinct failures, seeds broken, or tactics.

    `shared[i][j]` is how many attacks i and j both found, so that the diagonal holds what each found;
    `only[i]` how many no other attack found; `total` how many any found.
    """

    by: str
    attacks: tuple[str, ...]
    shared: tuple[tuple[int, ...], ...]
    only: tuple[int, ...]
    total: int

    @property
    def found(self) -> tuple[int, ...]:
        """How many each attack found."""
        return tuple(row[i] for i, row in enumerate(self.shared))

    def share(self, one: int, other: int) -> float | None:
        """Of what attack `one` found, the share that `other` found too; None where it found nothing."""
        found = self.shared[one][one]
        return self.shared[one][other] / found if found else None


def overlap(by: str, found: Mapping[str, Collection[Hashable]]) -> Overlap:
    """Compare what each attack found, as sets."""
    sets = {attack: frozenset(things) for attack, things in found.items()}
    only = [
        own.difference(*(other for name, other in sets.items() if name != attack))
        for attack, own in sets.items()
    ]
    return Overlap(
        by,
        tuple(sets),
        tuple(tuple(len(one & other) for other in sets.values()) for one in sets.values()),
        tuple(len(each) for each in only),
        len(frozenset().union(*sets.values())),
    )
