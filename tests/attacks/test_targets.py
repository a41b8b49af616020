"""What an attack is pointed at, and what it must keep to."""

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from table import CASES, ROWS

from holdfast import attacks
from holdfast.attacks.constraints import Constraints, edits_between
from holdfast.attacks.engine.order import measured_order
from holdfast.attacks.proposals.mask import Mask
from holdfast.core.budget import Budget
from holdfast.core.errors import UserError
from holdfast.core.odds import log_odds_of
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Units
from holdfast.models.scoring import ScoringEngine
from holdfast.models.unit_scores import unit_scores

STREAM = Stream(11)
NAMES = [row.name for row in ROWS]


def outcome(result):
    return [(a.queries, a.first_failure_query, [f.snippet for f in a.failures]) for a in result.attempts]


@pytest.mark.parametrize("row", CASES)
@pytest.mark.parametrize("stop", ["first", pytest.param("budget", marks=pytest.mark.slow)])
def test_screening_changes_no_result(row, stop, target, seeds, classifier):
    attack, budget = replace(row.attack, stop=stop), Budget(queries_per_seed=row.queries)
    on, off = (
        attack(target.filtered_by(ScoringEngine(classifier, screening=screening)), seeds, budget, STREAM)
        for screening in ("on", "off")
    )
    assert outcome(on) == outcome(off)
    assert [f.egregiousness for f in (v.verdict for v in on.failures)] == [
        f.verdict.egregiousness for f in off.failures
    ]


@pytest.mark.parametrize("row", CASES)
def test_the_size_of_batches_changes_no_result(row, target, seeds, classifier):
    attack, budget = row.attack, Budget(queries_per_seed=min(row.queries, 150))
    small, large = (
        attack(target.filtered_by(ScoringEngine(classifier, tokens_per_batch=size)), seeds, budget, STREAM)
        for size in (64, 8192)
    )
    assert outcome(small) == outcome(large)


@pytest.fixture
def filtered(target):
    """The filtered generator; its classifier lets half of what its random generator writes pass."""
    return replace(target.filtered_by(target.scorer, 0.5), draws=8)


@pytest.mark.parametrize("kind", ["random_rewrite", "greedy_rewrite", "genetic", "hotflip"])
def test_the_adversary_of_a_filtered_generator_writes_the_prompt_alone(kind, filtered, seeds):
    attack = attacks.attack_from_config({"kind": kind, "stop": "budget"})
    result = attack(filtered, seeds[:3], Budget(queries_per_seed=400), STREAM)
    assert result.spend.queries == 1200
    assert result.failures
    for failure in result.failures:
        assert failure.log_odds < log_odds_of(filtered.threshold)
        assert filtered.judge.judge([failure.snippet])[0].catastrophic
        assert 0 < failure.success <= 1
    for attempt in result.attempts:
        if attempt.best:
            assert attempt.success.draws == 200
            assert 0 <= attempt.success.failures <= attempt.success.passing <= 200


def test_a_search_makes_failures_of_a_filtered_generator_likelier(filtered, seeds):
    """Against the seeds' own prompts, by fresh draws."""
    attack = attacks.RandomRewrite(stop="budget", objective="lowest_score")
    searched = attack(replace(filtered, draws=24), seeds, Budget(queries_per_seed=2400), STREAM)
    untouched = attack(replace(filtered, draws=24), seeds, Budget(queries_per_seed=24), STREAM)
    rates = [
        np.mean([a.success.failures / max(a.success.passing, 1) if a.success else 0.0 for a in r.attempts])
        for r in (searched, untouched)
    ]
    assert rates[0] > rates[1]


def test_frozen_spans_stay_in_one_piece(target, seeds):
    seed = seeds[0]
    (units,) = target.scorer.codec.encode([seed])
    length = len(units.prompt)
    spans = ((1, 3), (length, length + 2))
    kept = [units.prompt[1:3], units.completion[:2]]
    for kind in ("random_rewrite", "greedy_rewrite", "genetic", "hotflip"):
        config = {"kind": kind, "stop": "budget", "constraints": {"spans": spans}}
        result = attacks.attack_from_config(config)(target, [seed], Budget(queries_per_seed=300), STREAM)
        for failure in result.failures:
            for part, run in zip(failure.units, kept, strict=True):
                assert any(part[i : i + 2] == run for i in range(len(part)))


def test_no_position_or_slot_lies_in_a_frozen_span():
    seed = Units((1, 2, 3, 4), (5, 6, 7))
    mask = Mask(spans=((1, 3), (5, 7))).over(seed)
    assert list(mask.positions(seed)) == [0, 3, 4]
    assert list(mask.slots(seed)) == [0, 1, 3, 4, 5, 6, 8]
    assert mask.allows(seed, Units((9, 2, 3), (8, 8, 6, 7)))
    assert not mask.allows(seed, Units((9, 2, 9, 3), (5, 6, 7)))
    assert Mask(spans=((3, 6),)).over(seed).kept == ((0, (4,)), (1, (5, 6)))


def reference(one, other):
    """Levenshtein's distance by recursion on the definition."""
    rows = np.zeros((len(one) + 1, len(other) + 1), dtype=int)
    rows[0], rows[:, 0] = np.arange(len(other) + 1), np.arange(len(one) + 1)
    for i in range(len(one)):
        for j in range(len(other)):
            rows[i + 1, j + 1] = min(
                rows[i, j + 1] + 1, rows[i + 1, j] + 1, rows[i, j] + (one[i] != other[j])
            )
    return int(rows[-1, -1])


parts = st.lists(st.integers(0, 3), max_size=8).map(tuple)


@given(parts, parts, parts, parts, st.integers(1, 12))
def test_edits_are_counted_as_levenshtein_does(a, b, c, d, most):
    expected = reference(a, c) + reference(b, d)
    assert edits_between(Units(a, b), Units(c, d), most) == min(expected, most + 1)


@pytest.mark.parametrize("kind", ["random_rewrite", "greedy_rewrite", "genetic", "hotflip", "best_of_n"])
def test_no_failure_is_further_than_the_edits_allowed(kind, target, seeds):
    config = {"kind": kind, "stop": "budget", "constraints": {"most_edits": 2}}
    result = attacks.attack_from_config(config)(target, seeds, Budget(queries_per_seed=300), STREAM)
    assert result.failures or kind == "best_of_n"
    for failure in result.failures:
        (units,) = target.scorer.codec.encode([result.attempts[failure.seed_index].seed])
        assert edits_between(units, failure.units, 99) <= 2


def test_a_failure_may_have_to_be_one_that_the_generator_could_write(target, seeds):
    budget = Budget(queries_per_seed=300)
    free = attacks.RandomRewrite(stop="budget")(target, seeds, budget, STREAM)

    def means(snippets):
        tokens = target.generator.codec.encode(snippets)
        lengths = np.array([len(t) + target.generator.layout.specials - 1 for t in tokens])
        return target.generator.story_log_prob(tokens) / lengths

    def found(result):
        return means([failure.snippet for failure in result.failures])

    # Half of the seeds are likely enough to begin with; between two of them, so that no last digit decides.
    ordered = np.sort(means(seeds))
    least = float(ordered[len(seeds) // 2 - 1 :][:2].mean())
    assert (found(free) < least).any()
    bound = attacks.RandomRewrite(stop="budget", constraints=Constraints(log_prob=least))
    result = bound(target, seeds, budget, STREAM)
    assert result.failures
    assert (found(result) >= least - 1e-5).all()
    assert [a.outcome == "skipped" for a in result.attempts] == [mean < least for mean in means(seeds)]
    with pytest.raises(UserError, match="'log_prob' needs a generator"):
        bound(replace(target, generator=None), seeds, Budget(queries_per_seed=5), STREAM)


def test_what_must_parse_needs_a_task_that_explains(target, seeds):
    with pytest.raises(UserError, match="'parses' needs a task that explains"):
        attacks.RandomRewrite(constraints=Constraints(parses=True))(target, seeds)


class Slow:
    """The oracle as dear as a model or a person would be."""

    name = "slow"

    def __init__(self, judge) -> None:
        self.inner = judge

    def judge(self, snippets):
        time.sleep(0.5)
        return self.inner.judge(snippets)


def test_a_dear_judge_sees_only_what_scores_lowest(target, seeds):
    attack, budget = attacks.RandomRewrite(width=16, stop="budget"), Budget(queries_per_seed=160)
    slow = replace(target, judge=Slow(target.judge))
    assert measured_order(slow, unit_scores(slow.system, slow.surface), seeds[:4]) == "score"
    result = attack(replace(target, order="score"), seeds[:4], budget, STREAM)
    assert result.order == "score"
    assert result.spend.queries == 640
    assert result.spend.judge_calls < 320


def test_a_cheap_judge_comes_first(target, seeds):
    assert attacks.RandomRewrite()(target, seeds, Budget(queries_per_seed=20), STREAM).order == "judge"


def test_draws_from_the_generator_suit_no_target_that_draws_itself(target, filtered):
    assert attacks.BestOfN().suits(target)
    assert not attacks.BestOfN().suits(filtered)
    assert not attacks.BestOfN().suits(replace(target, generator=None))
