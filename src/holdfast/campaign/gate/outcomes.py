"""What a gate measures, row by row: rows are named by hashes of their text, and no text is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from holdfast.campaign.labelled.seeds import RowSeeds, independent
from holdfast.campaign.labelled.texts import Indices, TestTexts
from holdfast.core.snippet import Label
from holdfast.evaluation.bounds import Proportion
from holdfast.tasks.labelled.values import hashed


@dataclass(frozen=True)
class TextOutcomes:
    """Of the texts of one label, by their keys: whether the guard stops each.

    `missing` could not be scored. `left_out` more share their text or group with another split or with a text
    that counts, and so are no independent trials.
    """

    stopped: Mapping[str, bool]
    missing: tuple[str, ...] = ()
    left_out: int = 0

    @property
    def counted(self) -> Proportion:
        """How many are stopped, of those that have a score."""
        return Proportion(sum(self.stopped.values()), len(self.stopped))


@dataclass(frozen=True)
class AttackOutcomes:
    """The attempts of one attack, by the keys of their seeds.

    `first` is the query of the first failure; None where the attempt withstood. `missing` are seeds of which
    the attempt was not made, or waits for people. A seed that passes as it stands is broken at query 1, and
    among `clean_misses`.
    """

    name: str
    call: str
    key: Mapping[str, Any]
    """What the attack is (`cells.attack_key`)."""
    first: Mapping[str, int | None]
    clean_misses: frozenset[str] = frozenset()
    missing: tuple[str, ...] = ()

    @property
    def flipped(self) -> Proportion:
        """Of the seeds that the guard stops, how many a search got through."""
        stopped = [query for key, query in self.first.items() if key not in self.clean_misses]
        return Proportion(sum(query is not None for query in stopped), len(stopped))


@dataclass(frozen=True)
class Measured:
    """All that a gate measured of a guard; `filter` stands for guard, reading and threshold together."""

    guard: str
    filter: str
    data: str
    threshold: float
    catastrophic: TextOutcomes
    harmless: TextOutcomes
    attacks: tuple[AttackOutcomes, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing is missing."""
        texts, attacks = (self.catastrophic, self.harmless), self.attacks
        return not any(each.missing for each in texts) and not any(each.missing for each in attacks)


def keys_of(texts: TestTexts, places: Indices) -> list[str]:
    """The keys of texts, as 16 hex digits: the same for texts that differ in case and white space alone."""
    return [f"{key:016x}" for key in texts.data.texts[texts.rows[places]].tolist()]


def counted_places(texts: TestTexts, label: Label, seed: int) -> tuple[Indices, int]:
    """The texts of a label that are independent trials, in an order by hash; and how many are left out.

    The order depends on each text alone, so that rows that are added later leave it as it is.
    """
    found = np.flatnonzero(texts.which(label))
    rank = [hashed(f"{seed} {key}") for key in keys_of(texts, found)]
    ordered = found[np.argsort(np.array(rank, dtype=np.uint64), kind="stable")]
    kept = ordered[independent(texts, ordered)]
    return kept, len(found) - len(kept)


def gate_seeds(texts: TestTexts, count: int, seed: int) -> RowSeeds:
    """The first so many catastrophic texts that are independent trials; none where there is none."""
    places = counted_places(texts, Label.CATASTROPHIC, seed)[0][:count]
    rows = texts.rows[places]
    snippets = tuple(texts.data.snippets(rows)) if len(rows) else ()
    return RowSeeds(places, rows, snippets, np.ones(len(rows), dtype=bool))
