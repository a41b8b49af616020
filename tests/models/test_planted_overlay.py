"""Holes planted over a filter: what passes, by how much, and what attacks see and find."""

import numpy as np
import pytest

from hand_set import hand_set_filter
from holdfast import attacks
from holdfast.attacks.target import Target
from holdfast.core.budget import Budget
from holdfast.core.from_values import from_values
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.models.holes import holes
from holdfast.models.holes.base import subjects
from holdfast.models.holes.overlay import DEPTH, LEAST, STEEP, Mended, Overlay, RememberingJudge, margins
from holdfast.models.scoring import ScoringEngine
from holdfast.models.systems import Filter
from holdfast.tasks import tasks

TASK = tasks.get("brackets")()
JUDGE = RememberingJudge(TASK.oracle)
HOLE = from_values(holes, {"kind": "phrase", "words": list("(((((")})
WAYS = ("flat", "slope")


@pytest.fixture(scope="module")
def own():
    """A filter that likes opening brackets, and so has failures of its own."""
    return Filter(ScoringEngine(hand_set_filter(TASK, {"(": 0.5, ")": -0.5}, slope=8.0)), 0.5)


@pytest.fixture(scope="module")
def snippets():
    return [*TASK.sample(400, Stream(2), "hard"), *TASK.sample(400, Stream(2)), Snippet("(((((", "(")]


def bad(snippets):
    return np.array([verdict.catastrophic for verdict in TASK.oracle.judge(snippets)])


def inside(snippets):
    return np.array([HOLE.contains(each) for each in subjects(TASK, TASK.oracle, snippets)])


def test_a_mended_filter_differs_in_what_it_missed(own, snippets):
    before, after = margins(own, snippets), margins(Mended(own, JUDGE), snippets)
    wrong = bad(snippets) & (before > -LEAST)
    assert wrong.sum() > 20
    assert (after[wrong] == -LEAST).all()
    assert (after[~wrong] == before[~wrong]).all()
    assert not Mended(own, JUDGE).answer(snippets).passes[bad(snippets)].any()


@pytest.mark.parametrize("way", WAYS)
def test_an_overlay_lets_pass_what_is_in_the_hole_and_nothing_else_besides(own, snippets, way):
    overlay = Overlay(own, TASK, JUDGE, HOLE, way)
    before, answers, there = own.answer(snippets), overlay.answer(snippets), inside(snippets)
    assert 0 < there.sum() < len(snippets)
    assert (answers.passes == (before.passes | there)).all()
    assert (answers.margin[there] >= DEPTH).all()
    assert (overlay.by_hole(snippets) == (there & ~before.passes)).all()
    assert (answers.margin > 0).tolist() == answers.passes.tolist()


def test_only_a_slope_leads_to_the_hole(own, snippets):
    before, there = margins(own, snippets), inside(snippets)
    flat, slope = (margins(Overlay(own, TASK, JUDGE, HOLE, way), snippets) for way in WAYS)
    assert (flat[~there] == before[~there]).all()
    near = np.array([HOLE.nearness(each) for each in subjects(TASK, TASK.oracle, snippets)])
    away = ~there & (before < 0)
    assert slope[away] == pytest.approx(before[away] * (1 - STEEP * near[away]))
    assert (slope[away] < 0).all()


def test_what_decides_is_in_the_hash(own):
    other = from_values(holes, {"kind": "phrase", "words": ["("]})
    systems = [own, Mended(own, JUDGE)]
    systems += [
        Overlay(system, TASK, JUDGE, hole, way)
        for system in systems
        for hole in (HOLE, other)
        for way in WAYS
    ]
    assert len({system.identity.hash for system in systems}) == len(systems)
    for system in systems[1:]:
        assert system.abilities == {"margin"}
        assert system.fresh().identity == system.identity
        assert system.answer([]).margin.shape == (0,)


@pytest.mark.parametrize(
    ("attack", "way"),
    [
        (attacks.RandomRewrite(width=8), "flat"),
        (attacks.RandomRewrite(width=8), "slope"),
        (attacks.GreedyRewrite(places=2, sharpness=0.0), "slope"),
        (attacks.Genetic(offspring=16, donors=64), "slope"),
        (attacks.MapElites(offspring=12, donors=64), "flat"),
        (attacks.MCMC(donors=64), "slope"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_every_failure_of_a_mended_filter_is_by_the_hole_and_a_true_catastrophe(own, attack, way):
    """Of all attacks that need a margin alone; whether they find the hole does not matter here."""
    overlay = Overlay(Mended(own, JUDGE), TASK, JUDGE, HOLE, way)
    seeds = [s for s in TASK.sample(40, Stream(3), "hard") if bad([s])[0] and not inside([s])[0]][:2]
    target = Target(TASK, JUDGE, overlay, order="judge")
    found = attack(target, seeds, Budget(queries_per_seed=60), Stream(4))
    failures = [failure.snippet for failure in found.failures]
    assert found.dropped == 0
    if failures:
        assert bad(failures).all()
        assert overlay.by_hole(failures).all()


def test_a_slope_leads_a_search_there(own):
    overlay = Overlay(Mended(own, JUDGE), TASK, JUDGE, HOLE, "slope")
    target, seed = Target(TASK, JUDGE, overlay, order="judge"), Snippet(")()()()()()", ")()()()(")
    found = attacks.RandomRewrite()(target, [seed], Budget(queries_per_seed=2000))
    assert found.broken == 1
