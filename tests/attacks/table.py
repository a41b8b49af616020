"""One row for each registered attack: settings that suit a small test, and an attempt's queries."""

from dataclasses import dataclass

import pytest

from holdfast import attacks
from holdfast.attacks.base import Attack


@dataclass(frozen=True)
class Row:
    attack: Attack
    queries: int

    @property
    def name(self) -> str:
        return self.attack.name


ROWS = [
    Row(
        attacks.Auto(arms=(attacks.RandomRewrite(width=8), attacks.HotFlip(width=8), attacks.BestOfN())), 400
    ),
    Row(attacks.BestOfN(first=32, most=128), 1500),
    Row(attacks.RandomRewrite(width=8), 400),
    Row(attacks.RedLM(round=128, donors=64, examples=128, steps=20), 1500),
    Row(attacks.MapElites(offspring=12, donors=64), 400),
    Row(attacks.GreedyRewrite(places=2, temperature=2.0), 400),
    Row(attacks.Genetic(offspring=16, donors=64), 400),
    Row(attacks.HardLabel(), 800),
    Row(attacks.HotFlip(width=8, per_place=2), 400),
    Row(attacks.GCG(width=8, top_k=8), 400),
    Row(attacks.Beam(temperature=2.0, overwrite=0.9), 400),
    Row(attacks.MCMC(donors=64), 400),
    Row(attacks.PhraseFill(), 400),
    Row(attacks.Proliferate(width=8, donors=64), 400),
    Row(attacks.RandomRewrite(width=8, restarts=0, patience=10).repeat(40), 400),
    Row(attacks.HotFlip(restarts=0, width=8).then(attacks.RandomRewrite(width=8), after=40), 400),
    Row(attacks.Best(attacks.HotFlip(width=8), attacks.RandomRewrite(width=8)), 400),
    Row(attacks.WordImportance(words=8), 400),
]

CASES = [
    pytest.param(row, id=row.name, marks=[pytest.mark.slow] if row.name == "red_lm" else []) for row in ROWS
]
"""The rows as parameters of a test; that attack trains a model in every call."""
