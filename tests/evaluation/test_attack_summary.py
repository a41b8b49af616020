import pytest

from holdfast.core.budget import Spend
from holdfast.evaluation.attack_summary import AttemptOutcome, FoundFailure, summarise_attack
from holdfast.evaluation.bounds import Interval
from holdfast.evaluation.duplicates import SnippetWords
from holdfast.evaluation.overlap import overlap


def failure(text, query, grade=3.0):
    return FoundFailure(SnippetWords((), tuple(text.split())), grade, query, query / 10, query * 1e6)


ATTEMPTS = [
    AttemptOutcome(50, (failure("a b c d", 40, 2.0), failure("a b c d", 20), failure("u v w", 30, 9.0))),
    AttemptOutcome(80, (failure("k l m n o", 80),)),
    AttemptOutcome(100),
    AttemptOutcome(0),
]  # fmt: skip


def test_one_row_tells_it_all():
    row = summarise_attack("greedy", "first model", ATTEMPTS, Spend(queries=230, seconds=6.0))
    assert (row.attack, row.target) == ("greedy", "first model")
    assert (row.success.events, row.success.trials) == (2, 4)
    assert (row.queries.value, row.seconds.value, row.flops.value) == (80, 8.0, 80e6)
    assert (row.failures, row.distinct, row.worst_egregiousness) == (4, 3, 9.0)
    assert row.mean_egregiousness == pytest.approx(17 / 4)
    assert row.distinct_per_second == pytest.approx(0.5)
    assert row.seconds_per_distinct == pytest.approx(2.0)


def test_an_attack_that_finds_nothing_still_has_a_row():
    row = summarise_attack("greedy", "last model", [AttemptOutcome(9)], Spend(queries=9))
    assert (row.queries.value, row.worst_egregiousness, row.distinct, row.seconds_per_distinct) == (
        None,
        None,
        0,
        None,
    )
    assert row.success.interval() == Interval(0.0, pytest.approx(0.975))
    assert row.distinct_per_second == 0.0


def test_overlap_counts_pairs_and_what_only_one_found():
    told = overlap("seeds", {"greedy": {1, 2, 3}, "random": {3, 4}, "gcg": set()})
    assert told.attacks == ("greedy", "random", "gcg")
    assert told.shared == ((3, 1, 0), (1, 2, 0), (0, 0, 0))
    assert (told.only, told.found, told.total) == ((2, 1, 0), (3, 2, 0), 4)
    assert (told.share(0, 1), told.share(1, 0), told.share(2, 0)) == (pytest.approx(1 / 3), 0.5, None)


def test_overlap_of_nothing():
    assert overlap("tactics", {}).total == 0
