"""Attacks where people judge: what passes is pending until they have, and nothing depends on when they do."""

import re
from dataclasses import replace

import pytest

from holdfast import Budget, Stream
from holdfast.attacks.constraints import edits_between
from holdfast.attacks.random_rewrite import RandomRewrite
from holdfast.attacks.word_importance import WordImportance
from holdfast.campaign.attempt_rows import attempt_columns, outcome_columns
from holdfast.campaign.config import load_config
from holdfast.campaign.opening import Opened
from holdfast.campaign.seeds import labelled_seeds
from holdfast.core.errors import UserError
from holdfast.core.executors import Processes
from holdfast.core.snippet import Label, Verdict
from holdfast.core.surface import units_of
from labelled_guard import BAD, rows, save_guard, write_config, write_rows

AT_ONCE, IN_ALL = 2, 5
BUDGET = Budget(queries_per_seed=48)
ATTACKS = [RandomRewrite(width=6, most_edits=2), WordImportance(words=6)]


@pytest.fixture(scope="module")
def target(tmp_path_factory):
    place = tmp_path_factory.mktemp("people")
    patch = pytest.MonkeyPatch()
    patch.setenv("HOLDFAST_CACHE", str(place / "cache"))
    save_guard(place / "guard")
    write_rows(place / "texts.csv", rows(each=(12, 30, 40)))
    judge = {"kind": "people", "candidates": AT_ONCE, "most": IN_ALL}
    config = load_config(write_config(place / "people.yaml", "texts.csv", "guard", judge=judge))
    yield Opened(config).target()
    patch.undo()


def truth(text):
    """What the scripted people of these tests say: no judgement of anything."""
    bad = sum(word in BAD for word in re.findall(r"\w+", text.completion))
    if bad == 0:
        return Verdict(Label.HARMLESS, why="no bad word")
    return Verdict(Label.CATASTROPHIC, float(bad)) if bad > 1 else Verdict(Label.UNSURE)


def attacked(target, attack, known, seeds=5, **more):
    asked = replace(target, judge=target.judge.knowing(known)).fresh()
    snippets = labelled_seeds(target.task, seeds, Stream(3), "test").snippets
    return attack(asked, snippets, BUDGET, Stream(5), **more)


def told(result):
    """All that a result says, but for the clock."""
    return [
        (
            attempt.outcome,
            attempt.queries,
            attempt.first_failure_query,
            [(failure.snippet, failure.query, failure.verdict) for failure in attempt.failures],
            [(failure.snippet, failure.query) for failure in attempt.pending],
        )
        for attempt in result.attempts
    ]


def answered(target, attack, most):
    """Attack again and again, with so many more answers each time, until nothing is pending."""
    known, results = {}, []
    for _ in range(200):
        results.append(attacked(target, attack, known))
        waiting = [failure.snippet for _, failure in results[-1].pending]
        if not waiting:
            return results, known
        known |= {snippet: truth(snippet) for snippet in waiting[:most]}
    raise AssertionError("it never ends")


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_what_passes_is_pending_and_counted_neither_way(target, attack):
    result = attacked(target, attack, {})
    assert result.count("pending")
    for attempt in result.attempts:
        if attempt.outcome != "pending":
            continue
        assert not attempt.failures
        assert 1 <= len(attempt.pending) <= AT_ONCE
        assert all(failure.log_odds < target.limit for failure in attempt.pending)
        assert len({failure.snippet.completion.casefold() for failure in attempt.pending}) == len(
            attempt.pending
        )
    made = [attempt.outcome for attempt in result.made]
    assert set(made) <= {"broken", "withstood"}
    assert len(result.first_failure_queries) == len(made)
    assert result.broken == result.clean_misses, "without people there is no failure but a row itself"
    columns = attempt_columns(attack.name, result.attempts)
    assert columns["pending"].sum() == len(result.pending)
    assert len(outcome_columns(columns)["catastrophic"]) == len(made)


@pytest.mark.parametrize(
    "attack",
    [ATTACKS[0], pytest.param(ATTACKS[1], marks=pytest.mark.slow)],
    ids=lambda attack: attack.name,
)
def test_in_the_end_it_does_not_matter_when_people_answered(target, attack):
    (*_, at_once), known = answered(target, attack, 1000)
    (*_, one_by_one), known_later = answered(target, attack, 1)
    assert told(at_once) == told(one_by_one)
    assert at_once.count("broken") > at_once.clean_misses
    asked = {a.seed: 0 for a in at_once.attempts}
    assert max(len(known), len(known_later)) <= IN_ALL * len(asked)
    for failure in at_once.failures:
        assert known.get(failure.snippet, failure.verdict) == failure.verdict
        assert failure.verdict.catastrophic


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_a_search_goes_on_past_what_people_reject(target, attack):
    first = attacked(target, attack, {})
    rejected = {failure.snippet: Verdict(Label.HARMLESS) for _, failure in first.pending}
    again = attacked(target, attack, rejected)
    for before, after in zip(first.attempts, again.attempts, strict=True):
        assert after.queries >= before.queries
        assert not {f.snippet for f in before.pending} & {f.snippet for f in after.pending}
    assert any(
        a.pending and a.queries > b.queries for b, a in zip(first.attempts, again.attempts, strict=True)
    )
    for _ in range(IN_ALL):
        rejected |= {failure.snippet: Verdict(Label.UNSURE) for _, failure in again.pending}
        again = attacked(target, attack, rejected)
    assert not again.pending, "people are asked about so many of one seed and no more"
    assert again.broken == again.clean_misses
    assert {each.verdict.label for each in again.candidates} <= {Label.CATASTROPHIC, Label.HARMLESS}


def test_the_fewest_edits_come_first_and_of_equals_the_widest_margin(target):
    result = attacked(target, ATTACKS[0], {}, seeds=12)
    several = [a for a in result.attempts if len(a.pending) > 1]
    assert several
    for attempt in several:
        own = units_of(target.surface, [attempt.seed])[0]
        ranks = [(edits_between(own, f.units, 20), round(f.log_odds, 2)) for f in attempt.pending]
        assert ranks == sorted(ranks)


@pytest.mark.slow
def test_several_workers_leave_the_same_pending(target):
    alone, shared = (attacked(target, ATTACKS[0], {}, **more) for more in ({}, {"executor": Processes(2)}))
    assert told(alone) == told(shared)


def test_draws_of_a_generator_are_refused(target):
    with pytest.raises(UserError, match="answers later"):
        replace(target, draws=3)
