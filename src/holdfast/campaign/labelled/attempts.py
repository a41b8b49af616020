"""What the attempts of an attack on labelled text add up to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.attacks.results import Attempt
from holdfast.campaign.attempt_rows import Columns
from holdfast.campaign.evaluate.attack_records import MedianRecord
from holdfast.campaign.evaluate.summary import bound
from holdfast.campaign.labelled.record import AttackOnRowsRecord, AttackSliceRecord, BrokenShown
from holdfast.campaign.labelled.scoring import shown
from holdfast.core.odds import probability
from holdfast.core.snippet import Snippet
from holdfast.core.text_surface import sentence_places
from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.medians import censored_median

Bools = NDArray[np.bool_]


def sentences_added(attempt: Attempt) -> int:
    """How many sentences its failure has more than its seed; 0 without one."""
    worst = attempt.worst
    return 0 if worst is None else sentences(worst.snippet) - sentences(attempt.seed)


def sentences(snippet: Snippet) -> int:
    """How many sentences the two parts have."""
    return len(sentence_places(snippet.prompt)) + len(sentence_places(snippet.completion))


@dataclass(frozen=True)
class Attempts:
    """All attempts of one attack, in the order of its seeds; columns have shape (A,)."""

    attack: str
    columns: Columns

    def __len__(self) -> int:
        return len(self.columns["outcome"])

    def ended(self, outcome: str) -> Bools:
        """Which attempts ended so."""
        which: Bools = self.columns["outcome"] == outcome
        return which

    @property
    def made(self) -> Bools:
        """Which attempts came to an end: skipped and pending ones are in no rate."""
        return self.ended("broken") | self.ended("withstood")

    def _first(self, which: Bools) -> tuple[int | None, ...]:
        """Of some attempts the queries to the first failure; None where there was none."""
        found = self.columns["first_failure_query"][which].tolist()
        return tuple(None if math.isnan(query) else int(query) for query in found)

    def _median(self, which: Bools, confidence: float) -> MedianRecord:
        found = censored_median(self._first(which), confidence)
        limits = found.limits
        return MedianRecord(value=found.value, lower=_finite(limits.lower), upper=_finite(limits.upper))

    @property
    def sentences(self) -> list[int]:
        """How many sentences each attempt added that had to search for its failure, and found one."""
        found = self.ended("broken") & ~self.columns["clean_miss"]
        return [max(1, count) for count in self.columns["sentences_added"][found].tolist()]

    def record(
        self, call: str, independent: bool, slices: Sequence[str], confidence: float
    ) -> AttackOnRowsRecord:
        """What they add up to."""
        broken, clean = self.ended("broken"), self.columns["clean_miss"].astype(bool)
        searched = self.made & ~clean
        return AttackOnRowsRecord(
            attack=self.attack,
            call=call,
            independent=independent,
            planned=len(self),
            broken=_count(broken),
            withstood=_count(self.ended("withstood")),
            skipped=_count(self.ended("skipped")),
            pending=_count(self.ended("pending")),
            unasked=_count(self.ended("withstood") & (self.columns["queries"] <= 1)),
            clean_misses=_count(clean),
            success=bound(Proportion(_count(broken), _count(self.made)), confidence),
            from_stopped=bound(Proportion(_count(broken & searched), _count(searched)), confidence),
            median=self._median(self.made, confidence),
            median_from_stopped=self._median(searched, confidence),
            first=self._first(self.made),
            queries=int(self.columns["queries"].sum()),
            slices=tuple(one for name in slices for one in self._by(name, broken, confidence)),
        )

    def _by(self, name: str, broken: Bools, confidence: float) -> list[AttackSliceRecord]:
        values = self.columns[f"slice_{name}"]
        found = []
        for value in sorted(set(values[self.made].tolist())):
            own = self.made & (values == value)
            success = bound(Proportion(_count(broken & own), _count(own)), confidence)
            found.append(AttackSliceRecord(slice=name, value=value, success=success))
        return found

    def broken(self, most: int) -> list[BrokenShown]:
        """The failures that took a search, those that took most queries first."""
        columns = self.columns
        places = np.flatnonzero(self.ended("broken") & ~columns["clean_miss"].astype(bool))
        order = places[np.argsort(-columns["first_failure_query"][places], kind="stable")][:most]
        before = probability(columns["seed_log_odds"].astype(np.float64))
        return [
            BrokenShown(
                attack=self.attack,
                seed=shown(Snippet(columns["seed_prompt"][i], columns["seed_completion"][i])),
                text=shown(
                    Snippet(columns["failure_prompt"][i], columns["failure_completion"][i]), most=1200
                ),
                score=float(columns["failure_score"][i]),
                seed_score=float(before[i]),
                queries=int(columns["first_failure_query"][i]),
                place=str(columns["seed_place"][i]),
            )
            for i in order.tolist()
        ]


def _count(which: Bools) -> int:
    return int(np.count_nonzero(which))


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
