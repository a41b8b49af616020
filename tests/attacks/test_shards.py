"""Seeds shared among workers: the same failures, however many there are."""

from dataclasses import replace

import pytest

from holdfast import attacks
from holdfast.core.budget import Budget
from holdfast.core.errors import UserError
from holdfast.core.executors import Processes, Serial
from holdfast.core.seeds import Stream

STREAM, BUDGET = Stream(11), Budget(queries_per_seed=120)


def comparable(result):
    return [
        (a.seed, a.queries, a.first_failure_query, [(f.snippet, f.seed_index, f.query) for f in a.failures])
        for a in result.attempts
    ]


@pytest.mark.parametrize("attack", [attacks.GreedyRewrite(stop="budget"), attacks.Genetic()], ids=repr)
@pytest.mark.parametrize("workers", [2, 3])
def test_the_number_of_workers_changes_no_result(attack, workers, target, seeds):
    twins = [*seeds, seeds[0], seeds[3]]
    alone = attack(target, twins, BUDGET, STREAM)
    shared = attack(target, twins, BUDGET, STREAM, executor=Serial(workers))
    assert comparable(shared) == comparable(alone)
    assert shared.spend.queries == alone.spend.queries
    assert [a.best and a.best.snippet for a in shared.attempts] == [
        a.best and a.best.snippet for a in alone.attempts
    ]
    assert {c.verdict.catastrophic for c in shared.candidates} == {True, False}
    assert len(shared.candidates) <= 4096


def test_real_processes_find_the_same(target, seeds):
    attack = attacks.HotFlip(stop="budget")
    alone = attack(target, seeds, BUDGET, STREAM)
    shared = attack(target, seeds, BUDGET, STREAM, executor=Processes(2))
    assert comparable(shared) == comparable(alone)


def test_what_needs_one_place_that_sees_all_is_refused(target, seeds):
    with pytest.raises(UserError, match="500q/seed"):
        attacks.HotFlip()(target, seeds, Budget(queries=100), STREAM, executor=Serial(2))
    auto = attacks.Auto().repeat(2)
    with pytest.raises(UserError, match="'auto' learn from each other"):
        auto(target, seeds, BUDGET, STREAM, executor=Serial(2))


def test_what_a_worker_raises_is_raised(target, seeds):
    with pytest.raises(UserError, match="needs a generator"):
        attacks.BestOfN()(replace(target, generator=None), seeds, BUDGET, STREAM, executor=Processes(2))
