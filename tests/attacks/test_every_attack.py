"""What every attack owes its users: one row an attack, in `table.py`."""

from dataclasses import replace

import numpy as np
import pytest
from table import CASES, ROWS, Row
from tavern import TRIGGER

from holdfast import attacks
from holdfast.attacks.compose import parts
from holdfast.attacks.constraints import Constraints
from holdfast.core.budget import Budget
from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from tolerances import SAME_LOG_ODDS, SAME_SCORE, alike

STREAM = Stream(11)


@pytest.fixture(params=CASES)
def row(request) -> Row:
    return request.param


@pytest.fixture(scope="module")
def once(classifier, generator, seeds):
    """The result of each attack's first run, made once."""
    made = {}

    def run(row: Row, target):
        if row.name not in made:
            made[row.name] = row.attack(target, seeds, Budget(queries_per_seed=row.queries), STREAM)
        return made[row.name]

    return run


def comparable(attempt):
    """What must be alike in any company."""
    failures = [(f.snippet, f.units, f.query, f.log_odds) for f in attempt.failures]
    return attempt.seed, attempt.queries, attempt.first_failure_query, failures


def test_every_registered_attack_has_a_row():
    assert sorted(row.name for row in ROWS) == attacks.attacks.names()


def test_it_finds_the_planted_failure(row, target, seeds, once):
    result = once(row, target)
    assert len(result.attempts) == len(seeds)
    assert result.broken >= len(seeds) // 2
    # Beside the trigger, mild words piled up are a hole too; failures of either kind are real.
    assert any(TRIGGER in f.snippet.prompt + f.snippet.completion for f in result.failures)


def test_every_reported_failure_reproduces_alone(row, target, once):
    for failure in once(row, target).failures:
        alone = float(target.scorer.classifier.log_odds(target.scorer.codec.encode([failure.snippet]))[0])
        assert alone == pytest.approx(failure.log_odds, abs=SAME_LOG_ODDS)
        assert failure.score == pytest.approx(1 / (1 + np.exp(-alone)), abs=SAME_SCORE)
        assert failure.score < target.threshold
        assert target.judge.judge([failure.snippet]) == [failure.verdict]
        assert failure.verdict.catastrophic


def test_its_failures_lie_within_the_limits_of_the_task(row, target, once):
    for failure in once(row, target).failures:
        assert len(failure.units.prompt) <= target.task.limits.prompt_words
        assert 0 < len(failure.units.completion) <= target.task.limits.completion_words


def test_the_account_of_an_attempt_agrees_with_itself(row, target, seeds, once):
    for index, attempt in enumerate(once(row, target).attempts):
        assert attempt.seed == seeds[index]
        assert {f.seed_index for f in attempt.failures} <= {index}
        assert len({f.units for f in attempt.failures}) == len(attempt.failures)
        queries = [f.query for f in attempt.failures]
        assert attempt.first_failure_query == min(queries, default=None)
        assert all(1 <= query <= attempt.queries <= row.queries for query in queries)
        assert (attempt.best is None) == (not attempt.failures)
        assert attempt.best is None or attempt.best in attempt.failures


def test_the_same_stream_gives_the_same_result(row, target, seeds):
    budget = Budget(queries_per_seed=60)
    one, two = (row.attack(target, seeds, budget, STREAM) for _ in range(2))
    assert one.attempts == two.attempts
    assert one.candidates == two.candidates


def test_another_stream_takes_another_course(row, target, seeds):
    """Nothing passes here, so that an attack whose first climb leaves nothing to chance must start again."""
    strict, budget = target.filtered_by(target.scorer, 1e-9), Budget(queries_per_seed=row.queries)
    one, other = (row.attack(strict, seeds[:2], budget, stream) for stream in (STREAM, Stream(12)))
    assert one.candidates != other.candidates


def test_an_attempt_does_not_depend_on_its_neighbours(row, target, seeds):
    if not row.attack.independent:
        pytest.skip("its attempts learn from each other")
    some, budget = seeds[:3], Budget(queries_per_seed=120)
    together = row.attack(target, some, budget, STREAM)
    alone = [row.attack(target, [seed], budget, STREAM).attempts[0] for seed in reversed(some)]
    assert alike([comparable(a) for a in together.attempts], [comparable(a) for a in reversed(alone)])


@pytest.mark.parametrize("stop", ["first", "budget"])
@pytest.mark.parametrize("queries", [1, 7, 33])
def test_no_attempt_spends_more_queries_than_it_has(row, counting, seeds, stop, queries):
    result = replace(row.attack, stop=stop)(counting, seeds, Budget(queries_per_seed=queries), STREAM)
    assert all(attempt.queries <= queries for attempt in result.attempts)
    assert sum(attempt.queries for attempt in result.attempts) == result.spend.queries
    assert counting.scorer.asked <= result.spend.queries
    if stop == "budget":
        assert all(attempt.queries == queries for attempt in result.attempts)


@pytest.mark.parametrize("queries", [1, 50])
def test_all_attempts_together_spend_no_more_than_the_whole_budget(row, counting, seeds, queries):
    result = replace(row.attack, stop="budget")(counting, seeds, Budget(queries=queries), STREAM)
    assert result.spend.queries == queries
    assert sum(attempt.queries for attempt in result.attempts) == queries
    assert counting.scorer.asked <= queries


def test_its_repr_is_the_call_that_makes_it(row, target, once):
    names = {type(part).__name__: type(part) for part in parts(row.attack)}
    assert eval(repr(row.attack), {**names, "Constraints": Constraints}) == row.attack
    assert once(row, target).attack == repr(row.attack)


def test_its_configuration_makes_it(row):
    config = attacks.attack_to_config(row.attack)
    assert config["kind"] == row.name
    assert attacks.attack_from_config(config) == row.attack


def test_a_misspelt_or_bad_field_is_the_users_mistake(row):
    with pytest.raises(
        UserError, match=f"attack '{row.name}' has no field 'objectiv'; did you mean 'objective'"
    ):
        attacks.attack_from_config({"kind": row.name, "objectiv": "egregious"})
    with pytest.raises(UserError, match=f"attack '{row.name}', field 'stop'"):
        attacks.attack_from_config({**attacks.attack_to_config(row.attack), "stop": "never"})


def test_its_sample_holds_both_verdicts(row, target, seeds):
    # Nothing passes, so that the search goes on for long enough to meet both.
    strict, budget = target.filtered_by(target.scorer, 1e-9), Budget(queries_per_seed=150)
    found = row.attack(strict, seeds, budget, STREAM).candidates
    assert {candidate.verdict.catastrophic for candidate in found} == {True, False}


def test_the_work_is_counted(row, target, once):
    spend = once(row, target).spend
    assert spend.forward_flops > 0
    assert spend.seconds > 0
    assert spend.judge_calls >= len(once(row, target).candidates)


def test_no_seeds_is_no_work(row, target):
    result = row.attack(target, [], Budget(queries_per_seed=10), STREAM)
    assert result.attempts == ()
    assert result.spend.queries == 0
