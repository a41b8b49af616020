"""Attacks made of attacks."""

from dataclasses import dataclass, replace
from typing import ClassVar

import pytest

from holdfast import attacks
from holdfast.attacks.auto import default_arms
from holdfast.core.budget import Budget
from holdfast.core.seeds import Stream

STREAM = Stream(11)
HOLE = attacks.RandomRewrite(width=8)


def test_repeating_once_is_the_attack_itself(target, seeds):
    budget = Budget(queries_per_seed=100)
    one = replace(HOLE, restarts=0)
    assert (
        one.repeat(1)(target, seeds, budget, STREAM).attempts == one(target, seeds, budget, STREAM).attempts
    )


def test_repeating_goes_on_where_one_attack_would_give_up(target, seeds):
    """Nothing passes here."""
    strict, short = target.filtered_by(target.scorer, 1e-9), replace(HOLE, restarts=0, patience=2)
    budget = Budget(queries_per_seed=600)
    once, often = (a(strict, seeds, budget, STREAM) for a in (short, short.repeat(5)))
    spent = [[a.queries for a in result.attempts] for result in (once, often)]
    assert all(more > 2 * few for few, more in zip(*spent, strict=True))


@dataclass(frozen=True, kw_only=True)
class Witness(attacks.RandomRewrite):
    """Notes from where it starts."""

    name: ClassVar[str] = "witness"
    starts: ClassVar[list] = []

    def _search(self, attempt, prepared):
        self.starts.append((attempt.queries, attempt.start))
        yield from attempt.score([])


def test_the_second_goes_on_from_the_best_of_the_first(target, seeds):
    strict = target.filtered_by(target.scorer, 1e-9)
    pair = HOLE.then(Witness(), after=40)
    pair(strict, seeds[:4], Budget(queries_per_seed=80), STREAM)
    assert len(Witness.starts) == 4
    units = target.scorer.codec.encode(seeds[:4])
    before = target.scorer.log_odds(units)
    after = target.scorer.log_odds([start.units for _, start in Witness.starts])
    assert all(queries >= 40 for queries, _ in Witness.starts)
    assert (after < before).all()


def test_the_best_of_two_is_at_least_as_fast_as_half_the_better(target, seeds):
    budget = Budget(queries_per_seed=400)
    fast, slow = attacks.HotFlip(width=8), attacks.RandomRewrite(width=4)
    alone = fast(target, seeds, budget, STREAM)
    both = attacks.Best(fast, slow)(target, seeds, budget, STREAM)
    assert both.broken >= alone.broken
    for attempt, single in zip(both.attempts, alone.attempts, strict=True):
        if single.first_failure_query is not None:
            assert attempt.first_failure_query <= 2 * single.first_failure_query + 16


def test_compositions_stand_in_configurations_by_name():
    made = attacks.attack_from_config(
        {"kind": "best", "one": "hotflip", "other": {"kind": "genetic", "offspring": 3}}
    )
    assert made == attacks.Best(attacks.HotFlip(), attacks.Genetic(offspring=3))
    assert attacks.attack_to_config(made)["other"]["kind"] == "genetic"


def test_a_part_that_is_no_attack_is_refused():
    with pytest.raises(ValueError, match="instance of Attack"):
        attacks.Best(attacks.HotFlip(), 3)


def test_auto_spends_most_on_the_arm_that_finds_most(target, seeds):
    """A hopeless arm beside a good one gets few of the queries."""
    hopeless = attacks.Repeat(replace(HOLE, most_edits=1, width=1, frozen="nothing"), 1)
    auto = attacks.Auto(arms=(hopeless, attacks.HotFlip(width=8)), turn=8)
    budget = Budget(queries_per_seed=400)
    good, mixed = (a(target, seeds * 4, budget, STREAM) for a in (attacks.HotFlip(width=8), auto))
    assert mixed.broken >= good.broken
    assert mixed.spend.queries < 3 * good.spend.queries


def test_the_arms_of_auto_are_the_plain_attacks():
    names = {arm.name for arm in default_arms()}
    assert {"random_rewrite", "greedy_rewrite", "genetic", "hotflip", "best_of_n"} <= names
    assert not names & {"auto", "best", "then", "repeat"}
