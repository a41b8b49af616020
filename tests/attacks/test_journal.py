"""Stopping and resuming: an attack that retraces its steps ends as one that was never stopped."""

from dataclasses import replace

import pytest
from table import CASES

from holdfast import attacks
from holdfast.attacks.engine.journal import remembering
from holdfast.core.budget import Budget
from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.models.scoring import ScoringEngine

STREAM, BUDGET = Stream(11), Budget(queries_per_seed=80)


class StoppedError(Exception):
    pass


class Interrupting:
    """The oracle, until it has judged so many snippets."""

    name = "tavern-oracle"

    def __init__(self, judge, snippets: int) -> None:
        self.inner, self.left = judge, snippets

    def judge(self, snippets):
        self.left -= len(snippets)
        if self.left < 0:
            raise StoppedError
        return self.inner.judge(snippets)


def outcome(result):
    return [(a.queries, a.first_failure_query, [f.snippet for f in a.failures]) for a in result.attempts]


@pytest.mark.parametrize("row", CASES)
@pytest.mark.parametrize("judged", [50, pytest.param(180, marks=pytest.mark.slow)])
def test_a_stopped_attack_resumes_to_the_same_result(row, judged, target, seeds, classifier, tmp_path):
    attack = replace(row.attack, stop="budget")
    whole = attack(target, seeds[:4], BUDGET, STREAM)
    path = tmp_path / "journal"
    broken = replace(
        target.filtered_by(ScoringEngine(classifier)), judge=Interrupting(target.judge, judged), order="judge"
    )
    with pytest.raises(StoppedError), remembering(broken, path) as remembered:
        attack(remembered, seeds[:4], BUDGET, STREAM)
    fresh = target.filtered_by(ScoringEngine(classifier))
    with remembering(fresh, path) as remembered:
        resumed = attack(remembered, seeds[:4], BUDGET, STREAM)
        recalled = remembered.scorer.recalled
    assert outcome(resumed) == outcome(whole)
    assert recalled > 0 or not row.attack.scores_seeds


def test_what_is_remembered_is_not_asked_again(target, seeds, classifier, tmp_path):
    attack, path = attacks.RandomRewrite(width=8), tmp_path / "journal"

    with remembering(target, path) as remembered:
        first = attack(remembered, seeds, BUDGET, STREAM)
    size = path.stat().st_size
    with remembering(target.filtered_by(ScoringEngine(classifier)), path) as remembered:
        again = attack(remembered, seeds, BUDGET, STREAM)
    assert again.attempts == first.attempts
    assert again.spend.queries == first.spend.queries
    assert path.stat().st_size == size


@pytest.mark.parametrize("cut", [1, 10, 300])
def test_a_torn_end_is_dropped(cut, target, seeds, tmp_path):
    attack, path = attacks.RandomRewrite(width=8), tmp_path / "journal"
    with remembering(target, path) as remembered:
        first = attack(remembered, seeds[:2], BUDGET, STREAM)
    path.write_bytes(path.read_bytes()[:-cut])
    with remembering(target, path) as remembered:
        assert attack(remembered, seeds[:2], BUDGET, STREAM).attempts == first.attempts
    with remembering(target, path) as remembered:
        assert attack(remembered, seeds[:2], BUDGET, STREAM).attempts == first.attempts


def test_the_verdicts_of_a_judge_that_is_no_oracle_are_remembered(target, seeds, tmp_path):
    judge = Interrupting(target.judge, 10**9)
    path = tmp_path / "journal"
    mine = replace(target, judge=judge, order="judge")
    with remembering(mine, path) as remembered:
        first = attacks.RandomRewrite()(remembered, seeds[:2], BUDGET, STREAM)
    judge.left = 0
    with remembering(mine, path) as remembered:
        assert attacks.RandomRewrite()(remembered, seeds[:2], BUDGET, STREAM).attempts == first.attempts


def test_another_files_and_targets_are_refused(target, seeds, generator, tmp_path):
    path = tmp_path / "journal"
    path.write_text("something else\n")
    with pytest.raises(UserError, match="is no journal"), remembering(target, path):
        pass
    assert path.read_text() == "something else\n"
    path = tmp_path / "other"
    with remembering(target, path):
        pass
    with (
        pytest.raises(UserError, match="journal of another target"),
        remembering(replace(target, judge=type("J", (), {"name": "people", "judge": None})()), path),
    ):
        pass
