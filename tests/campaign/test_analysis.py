"""Results of attacks laid side by side, from invented results."""

import numpy as np
import pytest

from holdfast.attacks.results import AttackResult, Attempt, Failure
from holdfast.campaign.analysis import analyse, varied
from holdfast.core.budget import Spend
from holdfast.core.snippet import Label, Snippet, Units, Verdict
from holdfast.tasks.brackets import Brackets

SEEDS = [Snippet("((((((", ")))"), Snippet("()()()", "((()")]


def failure(seed, prompt, completion, grade, query=5):
    return Failure(
        seed_index=seed,
        snippet=Snippet(prompt, completion),
        units=Units((), ()),
        log_odds=-grade,
        score=0.1,
        verdict=Verdict(Label.CATASTROPHIC, grade, "unbalanced", frozenset({"left_open"})),
        query=query,
        flops=query * 10.0,
        seconds=query / 100,
    )


def attempt(seed, found):
    first = min((f.query for f in found), default=None)
    return Attempt(seed, 50, first, max(found, key=lambda f: -f.log_odds, default=None), found)


def result(name, *by_seed):
    attempts = tuple(attempt(seed, found) for seed, found in zip(SEEDS, by_seed, strict=True))
    return AttackResult(f"{name}()", attempts, Spend(queries=100, seconds=2.0))


FIRST = failure(0, "((((((", "))))", 2.0)
TWIN = failure(0, "((((((", "))))", 2.0, query=9)
OTHER = failure(0, ")))()(", "()((()", 7.0, query=20)
LATE = failure(1, "()()()", "(((((((", 4.0)


@pytest.fixture
def found():
    results = {"greedy": result("greedy", (FIRST, OTHER), ()), "random": result("random", (TWIN,), (LATE,))}
    return analyse(Brackets(), results, "a model")


def test_each_failure_stands_in_its_context(found):
    assert [one.attack for one in found.findings] == ["greedy", "greedy", "random", "random"]
    assert [one.like for one in found.findings] == [0, 1, 0, 3]
    assert [one.first for one in found.findings] == [True, True, True, True]
    assert found.distinct == 3
    assert [one.seed for one in found.findings] == [SEEDS[0]] * 3 + [SEEDS[1]]
    assert str(found.findings[0].edits[0]) == 'insert ")" at the end of the completion'
    tactics = {tactic.name: tactic for tactic in found.tactics}
    for place in (0, 1, 3):
        assert place in tactics[found.findings[place].tactic].members
    assert found.findings[2].tactic == found.findings[0].tactic
    shared = dict(tactics[found.findings[0].tactic].attacks)
    assert {"greedy", "random"} <= set(shared)


def test_summaries_and_overlaps_count_them(found):
    greedy, random = found.summaries
    assert (greedy.success.events, greedy.distinct, greedy.worst_egregiousness) == (1, 2, 7.0)
    assert (random.success.events, random.distinct, random.queries.value) == (2, 2, 5)
    assert random.flops.value == 50.0
    failures, seeds, _ = found.overlaps
    assert (failures.shared, failures.only, failures.total) == (((2, 1), (1, 2)), (1, 1), 3)
    assert (seeds.shared, seeds.only) == (((1, 1), (1, 2)), (0, 1))


def test_the_worst_are_distinct_and_of_different_seeds_first(found):
    assert [one.failure for one in found.worst(9)] == [OTHER, LATE, FIRST]
    assert [one.failure for one in found.worst(2)] == [OTHER, LATE]
    assert found.worst(0) == []


def test_one_attack_has_nothing_to_overlap_with():
    alone = analyse(Brackets(), {"greedy": result("greedy", (), ())}, "a model")
    assert (alone.overlaps, alone.tactics, alone.findings) == ((), (), ())


def test_words_added_may_be_embedded():
    asked = []

    def embed(texts):
        asked.extend(texts)
        return np.ones((len(texts), 2))

    analyse(Brackets(), {"greedy": result("greedy", (FIRST, OTHER), (LATE,))}, "a model", embed)
    assert asked[0] == (")",)
    assert len(asked) == 3


@pytest.mark.parametrize(
    ("ranked", "count", "chosen"),
    [("aab", 2, "ab"), ("aab", 3, "aab"), ("aaab", 3, "aab"), ("..a", 2, ".."), ("", 2, "")],
)
def test_no_origin_comes_twice_while_there_are_others(ranked, count, chosen):
    assert varied(ranked, count, lambda one: None if one == "." else one) == list(chosen)
