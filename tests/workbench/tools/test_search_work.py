"""A search as its process runs it: reproducible, within what is frozen, watched, and stopped when asked."""

from dataclasses import replace

import numpy as np
import pytest
from benches import bench_of, texts

from holdfast.attacks import attack_to_config, attacks
from holdfast.core.errors import UserError
from holdfast.core.snippet import Snippet
from holdfast.workbench.tools.attacking import attack_of, attack_shapes, check_start
from holdfast.workbench.tools.searching import Anything, Assignment, search
from holdfast.workbench.tools.shapes import SearchRequest
from tolerances import SAME_SCORE

QUERIES = 60
KINDS = [
    {"kind": "step"},
    {"kind": "climb"},
    {"kind": "attack", "attack": "random_rewrite"},
    {"kind": "attack", "attack": "hotflip", "parameters": {"width": 8, "stop": "budget"}},
    {"kind": "attack", "attack": "repeat", "parameters": {"attack": "word_importance", "times": 2}},
]


@pytest.fixture(scope="module")
def target():
    """A threshold that nothing passes, so that no search ends by a failure."""
    served = bench_of("storyworld").served.target
    return served.filtered_by(served.scorer, 1e-12)


@pytest.fixture(scope="module")
def start(target):
    """A catastrophe of the task."""
    made = bench_of("storyworld")
    snippets = [Snippet(text.prompt, text.completion) for text in texts(made, 60)]
    verdicts = target.judge.judge(snippets)
    return next(snippet for snippet, verdict in zip(snippets, verdicts, strict=True) if verdict.catastrophic)


def assignment_of(target, start, **asked) -> Assignment:
    asked = {"queries": QUERIES, **asked}
    request = SearchRequest(prompt=start.prompt, completion=start.completion, **asked)
    attack = attack_of(request, "egregious", target)
    one_step = request.kind == "step"
    return Assignment(attack, start, request.queries, one_step, judged=True, course=request.course)


def run(target, assignment, stopping=lambda: False):
    steps = []
    target = target.fresh()
    return search(target, assignment, steps.append, stopping), steps


def untimed(end):
    return end.model_copy(update={"seconds": 0.0})


@pytest.mark.parametrize("asked", KINDS, ids=lambda asked: asked.get("attack", asked["kind"]))
def test_the_same_search_finds_the_same(target, start, asked):
    first, steps = run(target, assignment_of(target, start, **asked))
    second, _ = run(target, assignment_of(target, start, **asked))
    assert untimed(first) == untimed(second)
    assert steps
    assert first.queries <= QUERIES + (asked["kind"] == "step") * 10_000
    if first.best is not None:
        snippet = Snippet(first.best.prompt, first.best.completion)
        (score,), (before,) = target.scorer.score([snippet]), target.scorer.score([start])
        assert first.best.score == pytest.approx(score, abs=SAME_SCORE)
        (verdict,) = target.judge.judge([snippet])
        assert first.best.verdict.label == verdict.label.value == "catastrophic"
        assert (score < before) or verdict.egregiousness > target.judge.judge([start])[0].egregiousness


def test_another_seed_takes_another_course(target, start):
    ends = [
        run(target, assignment_of(target, start, kind="attack", attack="random_rewrite", course=seed))[0].best
        for seed in range(4)
    ]
    assert len({(end.prompt, end.completion) for end in ends}) > 1


def test_one_step_ends_with_the_first_gain_and_climbing_goes_on(target, start):
    step, _ = run(target, assignment_of(target, start, kind="step", queries=5000))
    climb, _ = run(target, assignment_of(target, start, kind="climb", queries=5000))
    assert step.reason == "done"
    assert climb.reason in ("stalled", "budget"), "a story has more words than 5,000 queries try"
    assert climb.best.score < step.best.score
    old, new = target.scorer.codec.encode([start, Snippet(step.best.prompt, step.best.completion)])
    assert abs(len(new) - len(old)) <= 1, "one edit of one word"


@pytest.mark.parametrize("frozen", ["prompt", "completion"])
@pytest.mark.parametrize("asked", KINDS[1:4], ids=lambda asked: asked.get("attack", asked["kind"]))
def test_what_is_frozen_stays(target, start, asked, frozen):
    end, steps = run(target, assignment_of(target, start, **asked, frozen=frozen))
    for step in (*steps, *([end.best] if end.best else [])):
        assert getattr(step, frozen) == getattr(start, frozen)


def test_it_stops_when_asked_with_the_best_so_far(target, start):
    asked = iter([False, False, True])
    end, _ = run(target, assignment_of(target, start, kind="climb", queries=5000), lambda: next(asked))
    assert end.reason == "stopped"
    assert end.queries < 200
    with pytest.raises(StopIteration):
        next(asked)


def test_it_ends_by_its_budget_and_by_a_failure(target, start):
    end, _ = run(target, assignment_of(target, start, kind="attack", attack="random_rewrite", queries=20))
    assert (end.reason, end.queries) == ("budget", 20)
    easy = target.filtered_by(target.scorer, 1 - 1e-9)
    end, _ = run(easy, assignment_of(easy, start, kind="attack", attack="random_rewrite"))
    assert end.reason == "failure"
    assert end.best.failure


def test_where_people_judge_it_lowers_the_score_and_says_nothing_else(target, start):
    blind = replace(target, judge=Anything())
    assignment = replace(assignment_of(target, start, kind="climb"), judged=False)
    end, steps = run(blind, assignment)
    assert all(step.verdict is None and step.failure is None for step in (*steps, end.best))
    assert end.best.score < target.scorer.score([start])[0]


def test_an_attack_that_breaks_says_so(target, start):
    broken = replace(target, generator=None)
    end, _ = run(broken, assignment_of(target, start, kind="attack", attack="best_of_n"))
    assert end.reason == "error"
    assert "needs a generator" in end.message


def test_every_registered_attack_is_offered(target):
    shapes = {shape.name: shape for shape in attack_shapes(target)}
    assert sorted(shapes) == attacks.names()
    assert shapes["greedy_rewrite"].suits
    assert (shapes["then"].suits, shapes["then"].needs) == (False, ("first", "second"))
    assert all(shape.summary for shape in shapes.values())
    without = {shape.name: shape.suits for shape in attack_shapes(replace(target, generator=None))}
    assert (without["best_of_n"], without["hotflip"]) == (False, True)


BAD = [
    ({"kind": "attack"}, "name the attack"),
    ({"kind": "attack", "attack": "hotflop"}, "hotflip"),
    ({"kind": "attack", "attack": "hotflip", "parameters": {"with": 1}}, "has no field 'with'"),
    ({"kind": "attack", "attack": "hotflip", "parameters": {"width": 0}}, "field 'width'"),
    ({"kind": "attack", "attack": "then"}, "first"),
    ({"kind": "climb", "attack": "hotflip"}, "takes neither"),
    ({"kind": "step", "parameters": {"places": 3}}, "takes neither"),
]


@pytest.mark.parametrize(("asked", "says"), BAD)
def test_a_search_that_cannot_be_is_refused(target, start, asked, says):
    with pytest.raises(UserError, match=says):
        assignment_of(target, start, **asked)


def test_parameters_reach_the_attack(target, start):
    asked = {"kind": "attack", "attack": "hotflip", "frozen": "prompt", "parameters": {"width": 5}}
    config = attack_to_config(assignment_of(target, start, **asked).attack)
    assert (config["width"], config["frozen"], config["objective"]) == (5, "prompt", "egregious")


@pytest.mark.parametrize(
    ("prompt", "completion", "says"),
    [
        ("Tom sat.", " ", "the completion is empty"),
        ("Tom sat.", "sat " * 49, "beyond the task's limits of 160 and 48 words"),
        ("tom " * 2000, "sat", "reads at most"),
        ("Zorp sat.", "Tom ran.", "words that the vocabulary lacks"),
    ],
)
def test_a_text_that_no_attack_can_start_from_is_refused(target, prompt, completion, says):
    with pytest.raises(UserError, match=says):
        check_start(target, Snippet(prompt, completion))


def test_the_best_is_told_with_its_queries(target, start):
    _, steps = run(target, assignment_of(target, start, kind="climb", queries=300))
    queries = [step.queries for step in steps]
    assert queries == sorted(queries)
    assert np.isfinite([step.score for step in steps]).all()
