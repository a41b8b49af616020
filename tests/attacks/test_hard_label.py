"""Attacks on a system that says yes or no: which can, and how near to its seed a failure comes."""

from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tavern import TRIGGER

from holdfast import attacks
from holdfast.attacks.proposals.changes import applied, changes_between
from holdfast.attacks.suited import refusal, suited
from holdfast.core.budget import Budget
from holdfast.core.errors import SpentError
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Units
from holdfast.core.system import Answers, Identity

STREAM = Stream(11)
PARTS = st.lists(st.integers(0, 3), max_size=7).map(tuple)
UNITS = st.builds(Units, PARTS, PARTS)


@dataclass
class Door:
    """Lets through whatever holds the trigger, says nothing of how near the rest came, and may be spent."""

    left: float = float("inf")
    asked: list = field(default_factory=list)
    identity = Identity("door", "1")
    abilities = frozenset()

    def answer(self, snippets):
        self.left -= len(snippets)
        if self.left < 0:
            raise SpentError("no more questions")
        self.asked += snippets
        return Answers(np.array([TRIGGER in f"{s.prompt} {s.completion}".split() for s in snippets]))


@pytest.fixture
def door(target):
    return replace(target, system=Door(), generator=None, order="judge")


@given(UNITS, UNITS)
def test_changes_make_the_rewrite_of_the_seed(seed, units):
    changes = changes_between(seed, units)
    assert applied(seed, changes) == units
    assert applied(seed, ()) == seed
    assert bool(changes) == (seed != units)
    assert changes == tuple(sorted(changes))


@given(UNITS, UNITS, st.randoms(use_true_random=False))
def test_changes_are_made_and_taken_back_one_by_one(seed, units, draw):
    changes = changes_between(seed, units)
    kept = [change for change in changes if draw.random() < 0.5]
    made = applied(seed, kept)
    for part in (0, 1):
        own = [change for change in kept if change.part == part]
        grown = sum(len(change.words) - (change.stop - change.start) for change in own)
        assert len(made[part]) == len(seed[part]) + grown


def test_it_finds_what_passes_and_then_brings_it_nearer(door, seeds):
    budget = Budget(queries_per_seed=1500)
    attack = attacks.HardLabel(objective="lowest_score")  # all that passes is alike, and the nearest counts
    first = attack(door, seeds, budget, STREAM)
    nearest = replace(attack, stop="budget")(door, seeds, budget, STREAM)
    assert first.broken == nearest.broken == len(seeds)
    for one, other in zip(first.attempts, nearest.attempts, strict=True):
        assert one.first_failure_query == other.first_failure_query
        origin = door.surface.split(one.seed.prompt), door.surface.split(one.seed.completion)
        lengths = [len(changes_between(Units(*origin), each.best.units)) for each in (one, other)]
        assert lengths[1] <= min(lengths[0], 2)  # one word, the trigger, is enough
        assert other.best.score == pytest.approx(0.0)


CANNOT = [
    (attacks.RandomRewrite(), "follows the margin of scores"),
    (attacks.Genetic().repeat(2), "follows the margin of scores"),
    (attacks.HardLabel().then(attacks.Genetic()), "follows the margin of scores"),
    (attacks.HotFlip(), "needs gradients"),
    (attacks.GCG(), "needs gradients"),
    (attacks.Auto(), "generator"),
    (attacks.BestOfN(), "generator"),
]


@pytest.mark.parametrize(("attack", "why"), CANNOT, ids=lambda each: getattr(each, "name", each))
def test_other_attacks_say_why_they_cannot_and_which_can(door, attack, why):
    words = refusal(attack, door)
    assert why in words
    assert words.endswith("these can: hard_label")


def test_an_attack_with_one_arm_that_can_is_not_refused(door):
    attack = attacks.Auto(arms=(attacks.HotFlip(), attacks.HardLabel()))
    assert refusal(attack, door) is None
    assert attack(door, door.task.sample(0, STREAM, "hard"), Budget(queries=1), STREAM).attempts == ()


def test_a_filter_can_be_attacked_by_all_that_its_parts_allow(target):
    assert {"hard_label", "hotflip", "auto", "best_of_n"} <= set(suited(target))
    assert "best_of_n" not in suited(replace(target, generator=None))


class Keeping:
    why = None

    def look(self, attempts, spend):
        return True

    def spent(self, error):
        self.why = str(error)


def test_a_spent_system_ends_the_attack_and_what_was_cut_short_is_skipped(door, seeds):
    observer, budget = Keeping(), Budget(queries_per_seed=500)
    with pytest.raises(SpentError):
        attacks.HardLabel()(replace(door, system=Confirming(left=90)), seeds, budget, STREAM)
    spent = replace(door, system=Confirming(left=90))
    result = attacks.HardLabel()(spent, seeds, budget, STREAM, observer=observer)
    assert observer.why == "no more questions"
    assert result.count("withstood") == 0
    assert result.count("broken") + result.count("skipped") == len(seeds)
    assert result.count("skipped") > 0


class Confirming(Door):
    """The same, asked a second time for nothing."""

    threshold = 0.5
    unconfirmed = 0

    def confirm(self, snippets):
        return Door().answer(snippets)

    def refusals(self, snippets):
        return [None] * len(snippets)
