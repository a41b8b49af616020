"""The session and the final call: what no attack can get around."""

from dataclasses import dataclass, replace
from typing import ClassVar

import pytest
from tavern import TRIGGER, Tavern

from holdfast import attacks
from holdfast.attacks.base import Attack
from holdfast.attacks.engine.attempt import LiveAttempt
from holdfast.attacks.engine.meter import IDLE_LIMIT
from holdfast.attacks.engine.requests import Search
from holdfast.attacks.engine.rules import Rules
from holdfast.attacks.engine.session import Session
from holdfast.attacks.results import Failure
from holdfast.core.budget import Budget
from holdfast.core.errors import UserError
from holdfast.core.progress import Silent
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Label, Snippet, Verdict
from tolerances import SAME_LOG_ODDS

STREAM = Stream(5)


@dataclass(frozen=True, kw_only=True)
class Liar(Attack):
    """Says that its seeds fail, which the filter catches, and that a harmless snippet is a catastrophe."""

    name: ClassVar[str] = "liar"

    def _search(self, attempt: LiveAttempt, prepared: None) -> Search:
        yield from attempt.score([])

    def _run(self, session: Session) -> None:
        verdict = Verdict(Label.CATASTROPHIC, 10.0, "believe me")
        for attempt in session.attempts:
            caught = Failure(attempt.index, attempt.seed, attempt.start.units, -9.0, 0.0, verdict, 1)
            session.record(attempt, caught, 99.0)
            harmless = Snippet("ann sees the red cup .", f"bob greets the {TRIGGER} door .")
            prompt, completion = attempt.start.units
            units = type(attempt.start.units)(prompt, completion[:1])
            session.record(attempt, Failure(attempt.index, harmless, units, -9.0, 0.0, verdict, 2), 99.0)


@dataclass(frozen=True, kw_only=True)
class Fixed(Attack):
    """Offers the same candidates to every attempt, again and again."""

    name: ClassVar[str] = "fixed"

    offers: tuple[Snippet, ...] = ()

    def _search(self, attempt: LiveAttempt, prepared: None) -> Search:
        task = Tavern()
        ids = {word: 5 + i for i, word in enumerate(task.vocabulary)}
        kind = type(attempt.start.units)
        while True:
            yield from attempt.score(
                [
                    kind(*(tuple(ids[w] for w in task.words(text)) for text in (s.prompt, s.completion)))
                    for s in self.offers
                ]
            )


def passing(target, seeds) -> Snippet:
    """A failure of the target."""
    result = attacks.RandomRewrite()(target, seeds, Budget(queries_per_seed=600), STREAM)
    return result.failures[0].snippet


def test_an_authors_lies_are_dropped(target, seeds):
    result = Liar()(target, seeds[:3])
    assert result.failures == ()
    assert result.dropped == 6
    assert [attempt.outcome for attempt in result.attempts] == ["skipped"] * 3  # nothing was ever asked
    assert result.first_failure_queries == ()


def test_a_true_report_among_lies_is_kept(target, seeds):
    true = passing(target, seeds)
    result = Liar()(target, [seeds[0], true])
    assert [f.snippet for f in result.failures] == [true]
    assert result.failures[0].verdict == target.judge.judge([true])[0]


def test_the_call_cannot_be_replaced_by_config():
    with pytest.raises(UserError, match="unknown attack 'greedy_rewrit'; did you mean 'greedy_rewrite'"):
        attacks.attack_from_config({"kind": "greedy_rewrit"})
    with pytest.raises(UserError, match="needs a 'kind'"):
        attacks.attack_from_config({"width": 3})


def test_bad_values_are_refused_when_an_attack_is_made():
    with pytest.raises(ValueError, match="greater than or equal to 1"):
        attacks.RandomRewrite(width=0)


def test_a_seed_that_passes_is_a_failure_at_the_first_query(target, seeds):
    for attack in (attacks.RandomRewrite(), attacks.GreedyRewrite(), attacks.Genetic(), attacks.HotFlip()):
        (attempt,) = attack(target, [passing(target, seeds)], Budget(queries_per_seed=50), STREAM).attempts
        assert (attempt.first_failure_query, attempt.queries) == (1, 1)


def test_a_harmless_seed_is_skipped_and_costs_no_query(target, seeds):
    harmless = Snippet("ann sees the red cup .", "bob greets the red door .")
    assert not target.judge.judge([harmless])[0].catastrophic
    result = attacks.RandomRewrite()(target, [harmless, seeds[0]], Budget(queries_per_seed=50), STREAM)
    first, second = result.attempts
    assert (first.outcome, first.queries) == ("skipped", 0)
    assert "no catastrophe" in first.skipped
    assert second.outcome != "skipped"
    assert result.made == (second,)
    assert len(result.first_failure_queries) == 1


def test_a_seed_beyond_the_limits_is_skipped(target, seeds):
    long = Snippet(seeds[0].prompt, " ".join(["ann stabs bob ,"] * 4))
    result = attacks.RandomRewrite()(target, [long, seeds[0]], Budget(queries_per_seed=20), STREAM)
    assert (
        result.attempts[0].skipped
        == "the seed does not fit: its completion has 16 words, and the limit is 12"
    )
    assert result.count("skipped") == 1


def test_a_seed_that_passes_as_it_stands_is_a_clean_miss(target, seeds):
    everything_passes = target.filtered_by(target.scorer, 1 - 1e-12)
    result = attacks.RandomRewrite()(everything_passes, seeds[:3], Budget(queries_per_seed=20), STREAM)
    assert (result.broken, result.clean_misses) == (3, 3)
    assert result.first_failure_queries == (1, 1, 1)


def test_harmless_candidates_are_judged_but_never_scored(counting, seeds):
    offers = (Snippet("ann sees the red cup .", "bob greets the red door ."),)
    result = Fixed(offers=offers)(counting, seeds[:1], Budget(queries_per_seed=100), STREAM)
    assert result.spend.queries == counting.scorer.asked == 1  # the seed
    assert result.spend.judge_calls == 2


def test_the_most_egregious_failure_is_kept_whatever_the_objective(target, seeds):
    search = attacks.RandomRewrite(objective="lowest_score", stop="budget")
    budget = Budget(queries_per_seed=300)
    everything, few = (search(target, seeds[:4], budget, STREAM, keep=keep) for keep in (10_000, 3))
    worse_than_best = 0
    for whole, attempt in zip(everything.attempts, few.attempts, strict=True):
        assert len(attempt.failures) <= 3 < len(whole.failures)
        assert attempt.worst.verdict.egregiousness == whole.worst.verdict.egregiousness
        assert attempt.best.units == whole.best.units
        assert attempt.best.log_odds == pytest.approx(whole.best.log_odds, abs=SAME_LOG_ODDS)
        assert attempt.first_failure_query == whole.first_failure_query
        worse_than_best += attempt.worst.verdict.egregiousness > attempt.best.verdict.egregiousness
    assert worse_than_best


def test_the_same_candidate_is_asked_once_and_an_idle_attempt_ends(target, seeds):
    offers = (seeds[1], seeds[1], seeds[0])
    result = Fixed(offers=offers)(target, [seeds[0]], Budget(), STREAM)
    assert result.attempts[0].queries == 2
    assert IDLE_LIMIT < 1000


def test_seeds_beyond_the_live_ones_enter_as_others_leave(target, seeds):
    def outcome(live: int):
        session = Session(
            target,
            seeds,
            Budget(queries_per_seed=60),
            STREAM,
            Rules(sample_size=100, live=live),
            Silent(),
        )
        attacks.RandomRewrite()._run(session)
        return [(a.queries, list(a.found)) for a in session.attempts]

    assert outcome(3) == outcome(128)


def test_twin_seeds_take_different_courses(target, seeds):
    one, two = attacks.RandomRewrite(stop="budget")(
        target, [seeds[0], seeds[0]], Budget(queries_per_seed=200), STREAM
    ).attempts
    assert one.failures != two.failures


@pytest.mark.parametrize("kind", [attacks.GreedyRewrite, attacks.HotFlip], ids=lambda a: a.name)
def test_gradient_calls_are_counted_and_limited(kind, target, seeds):
    attack = kind(stop="budget")
    budget = Budget(queries_per_seed=500, gradient_calls=5)
    assert attack(target, seeds, budget, STREAM).spend.gradient_calls == 5


def test_flops_end_an_attack(target, seeds):
    attack = attacks.RandomRewrite(stop="budget")
    free = attack(target, seeds, Budget(queries_per_seed=500), STREAM).spend
    fresh = target.filtered_by(type(target.scorer)(target.scorer.classifier))
    half = attack(fresh, seeds, Budget(flops=free.flops / 2), STREAM).spend
    assert 0.5 <= half.flops / free.flops < 0.75


def test_an_attack_that_draws_says_that_it_needs_a_generator(target, seeds):
    with pytest.raises(UserError, match="needs a generator"):
        attacks.BestOfN()(replace(target, generator=None), seeds, Budget(queries_per_seed=5), STREAM)


@pytest.mark.parametrize(
    "attack", [attacks.GreedyRewrite(), attacks.Genetic(), attacks.HotFlip()], ids=lambda a: a.name
)
def test_others_do_without_a_generator(attack, target, seeds):
    result = attack(replace(target, generator=None), seeds, Budget(queries_per_seed=200), STREAM)
    assert result.spend.generated_tokens == 0
    assert result.broken


@pytest.mark.parametrize("frozen", ["prompt", "completion"])
@pytest.mark.parametrize("kind", ["random_rewrite", "greedy_rewrite", "genetic", "hotflip"])
def test_a_frozen_part_stays_as_it_is(kind, frozen, target, seeds):
    attack = attacks.attack_from_config({"kind": kind, "frozen": frozen})
    result = attack(target, seeds, Budget(queries_per_seed=300), STREAM)
    kept = [(f.snippet, result.attempts[f.seed_index].seed) for f in result.failures]
    assert kept
    assert all(getattr(found, frozen) == getattr(seed, frozen) for found, seed in kept)


def test_going_on_finds_worse_than_stopping_at_the_first(target, seeds):
    budget = Budget(queries_per_seed=400)
    first, on = (
        attacks.RandomRewrite(stop=stop)(target, seeds, budget, STREAM) for stop in ("first", "budget")
    )
    worst = [sum(a.best.verdict.egregiousness for a in r.attempts if a.best) for r in (first, on)]
    assert worst[1] > worst[0]
    assert [a.first_failure_query for a in first.attempts] == [a.first_failure_query for a in on.attempts]


def test_progress_is_told_of_each_attempt(target, seeds):
    class Told(Silent):
        def __init__(self):
            self.total, self.done, self.figures = None, 0, {}

        def start(self, step, total=None):
            self.total = total

        def advance(self, amount=1, **figures):
            self.done += amount

        def finish(self, **figures):
            self.figures = figures

    told = Told()
    attacks.RandomRewrite()(target, seeds, Budget(queries_per_seed=50), STREAM, told)
    assert told.total == told.done == len(seeds)
    assert set(told.figures) == {"failures", "broken", "queries"}
