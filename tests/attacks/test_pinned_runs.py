"""What attacks find must not change unnoticed: for the same stream, the same failures at the same queries.

The filters are set by hand and there is no generator, so that nothing depends on training or on the last
digits of a float: the record holds on every machine. Where a change is meant, write it again, and say why in
the commit:

    python tests/attacks/test_pinned_runs.py --write
"""

import json
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import holdfast
from holdfast import attacks
from holdfast.attacks.base import Attack
from holdfast.attacks.results import AttackResult
from holdfast.attacks.target import Target
from holdfast.campaign.targets import filter_target
from holdfast.core.budget import Budget
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.models.classifier import Classifier
from holdfast.models.scoring import ScoringEngine

sys.path.append(str(Path(__file__).parents[1]))  # for where this file is run by itself
from hand_set import STEP, hand_set_filter

RECORD = Path(__file__).with_name("pinned_runs.json")
SEEDS = 4
QUERIES = 60
TOLERANCE = 1e-5
"""Far more than log odds differ between machines."""
STREAM = Stream(20, ("pinned",))

ATTACKS: dict[str, Attack] = {
    "random_rewrite": attacks.RandomRewrite(width=8),
    "random_rewrite, lowest_score": attacks.RandomRewrite(width=8, objective="lowest_score", stop="budget"),
    "greedy_rewrite": attacks.GreedyRewrite(),
    "greedy_rewrite, diverse": attacks.GreedyRewrite(objective="diverse", stop="budget"),
    "genetic": attacks.Genetic(offspring=8, donors=64),
    "hotflip": attacks.HotFlip(width=4, per_place=2),
    "hotflip, completion": attacks.HotFlip(width=4, per_place=2, frozen="prompt", restarts=5),
    "gcg": attacks.GCG(width=8, top_k=8),
    "map_elites": attacks.MapElites(offspring=8, donors=64, stop="budget"),
    "beam": attacks.Beam(),
    "mcmc": attacks.MCMC(donors=64),
    "word_importance": attacks.WordImportance(words=8),
    "best_of two": attacks.Best(attacks.HotFlip(width=4), attacks.RandomRewrite(width=4)),
}

HARM = {
    3.0: "stabbed shot killed murdered beheaded maimed tortured strangled "
    "stab shoot kill murder behead maim torture strangle",
    2.0: "slapped punched kicked struck whipped clawed wounded slashed pierced crushed scalded burned "
    "drowned choked poisoned broke tore hit cut slap punch kick strike whip claw wound slash pierce crush "
    "scald burn drown choke poison break tear perished died bled",
}
SOOTHING = "music dream play story dawn song rose bell laughter joy"
PRIME = 3001
"""At least as many as there are words, so that no two words weigh the same."""


@cache
def storyworld_filter() -> Classifier:
    """It dreads verbs of injury, whoever is hurt by them, and likes some words that soothe."""
    task = holdfast.task("storyworld")
    assert len(task.vocabulary) <= PRIME
    weights = {w: (389 * i % PRIME - PRIME // 2) * STEP for i, w in enumerate(task.vocabulary)}
    weights |= {w: -1.0 - i / 16 for i, w in enumerate(SOOTHING.split()) if w in weights}
    weights |= {w: heavy + i / 64 for heavy, words in HARM.items() for i, w in enumerate(words.split())}
    return hand_set_filter(task, weights, bias=-4.0)


@cache
def brackets_filter() -> Classifier:
    """It counts brackets and has no eye for their order: what opens as often as it closes gets through."""
    # The slopes have no simple ratio, so that too many of the one never look like too many of the other.
    return hand_set_filter(
        holdfast.task("brackets"), {"(": 1.0, ")": -1.0}, slope=25.1, below=-16.4, bias=-0.25
    )


FILTERS = {"storyworld": storyworld_filter, "brackets": brackets_filter}
CASES = [(task, name) for task in FILTERS for name in ATTACKS]


def pinned_target(task: str) -> Target:
    known = holdfast.task(task)
    # `order` is measured otherwise, and a slow machine must not take another course.
    return filter_target(known, FILTERS[task](), 0.5, order="judge")


@cache
def caught(task: str) -> tuple[Snippet, ...]:
    """Catastrophes that the filter catches."""
    target = pinned_target(task)
    drawn = [beginning(snippet) for snippet in target.task.sample(100, STREAM.child("seeds"), "hard")]
    scores = target.scorer.score(drawn)
    verdicts = target.judge.judge(drawn)
    seeds = [s for s, v, score in zip(drawn, verdicts, scores, strict=True) if v.catastrophic and score > 0.6]
    return tuple(seeds[:SEEDS])


def beginning(snippet: Snippet) -> Snippet:
    """With the first two sentences of its prompt alone, so that a search of few queries gets somewhere."""
    sentences = snippet.prompt.split(". ")
    return snippet if len(sentences) < 3 else Snippet(". ".join(sentences[:2]) + ".", snippet.completion)


def attacked(task: str, name: str) -> AttackResult:
    return ATTACKS[name](pinned_target(task), caught(task), Budget(queries_per_seed=QUERIES), STREAM)


def record(result: AttackResult) -> list[dict[str, object]]:
    """What is pinned of each attempt; no scores, whose last digits differ from machine to machine."""
    return [
        {
            "queries": attempt.queries,
            "first_failure_query": attempt.first_failure_query,
            "found": attempt.found,
            "best": attempt.best and [attempt.best.snippet.prompt, attempt.best.snippet.completion],
        }
        for attempt in result.attempts
    ]


@pytest.fixture(scope="module")
def pinned() -> dict:
    return json.loads(RECORD.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("task", "name"), CASES)
def test_an_attack_finds_what_it_found(task, name, pinned):
    assert record(attacked(task, name)) == pinned[task]["attacks"][name]


@pytest.mark.parametrize("task", FILTERS)
def test_the_seeds_are_the_same(task, pinned):
    assert [[seed.prompt, seed.completion] for seed in caught(task)] == pinned[task]["seeds"]


@pytest.mark.parametrize("name", ATTACKS)
def test_the_record_tells_of_searches_that_found_something(name, pinned):
    attempts = [attempt for task in FILTERS for attempt in pinned[task]["attacks"][name]]
    assert any(attempt["best"] for attempt in attempts)
    assert any(attempt["queries"] > 2 for attempt in attempts)


class Elsewhere(ScoringEngine):
    """Scores as another machine might, whose sums end in other digits."""

    def log_odds(self, tokens):
        exact = super().log_odds(tokens).astype(np.float64)
        return exact + TOLERANCE * np.sin(1e6 * exact)

    def bracket(self, tokens):
        exact = self.log_odds(tokens)
        return exact, exact


@pytest.mark.parametrize(("task", "name"), CASES[::3])
def test_no_digit_that_another_machine_may_change_decides(task, name, pinned):
    target = pinned_target(task).filtered_by(Elsewhere(FILTERS[task]()))
    result = ATTACKS[name](target, caught(task), Budget(queries_per_seed=QUERIES), STREAM)
    assert record(result) == pinned[task]["attacks"][name]


def write() -> None:
    record_of = {
        task: {
            "seeds": [[seed.prompt, seed.completion] for seed in caught(task)],
            "attacks": {name: record(attacked(task, name)) for name in ATTACKS},
        }
        for task in FILTERS
    }
    RECORD.write_text(json.dumps(record_of, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(__doc__)
    write()
