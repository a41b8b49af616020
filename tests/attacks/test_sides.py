"""Attacks that may write on one side of the passage alone."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from table import CASES, ROWS

from holdfast.attacks.constraints import Constraints
from holdfast.attacks.proposals.mask import Mask
from holdfast.core.budget import Budget
from holdfast.core.errors import UserError
from holdfast.core.judge import Kept
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Units

PARTS = st.lists(st.integers(0, 3), max_size=5).map(tuple)
KEPT = st.lists(st.integers(4, 6), min_size=1, max_size=3).map(tuple)


@given(PARTS, PARTS, KEPT, PARTS, st.sampled_from(["before", "after"]), st.booleans())
def test_what_a_side_opens_is_what_it_allows(prompt, before, kept, after, side, in_prompt):
    seed = Units(before + kept + after, prompt) if in_prompt else Units(prompt, before + kept + after)
    start = len(before) if in_prompt else len(prompt) + len(before)
    mask = Mask(spans=((start, start + len(kept)),), side=side).over(seed)
    whole = (*seed.prompt, *seed.completion)
    for position in range(len(whole)):
        words = (*whole[:position], 9, *whole[position + 1 :])
        units = Units(words[: len(seed.prompt)], words[len(seed.prompt) :])
        assert mask.allows(seed, units) == (position in mask.positions(seed))
    for slot in range(len(whole) + 2):
        part = slot > len(seed.prompt)
        at = slot - (len(seed.prompt) + 1 if part else 0)
        texts = [seed.prompt, seed.completion]
        texts[part] = (*texts[part][:at], 9, *texts[part][at:])
        assert mask.allows(seed, Units(*texts)) == (slot in mask.slots(seed))


class Keeping:
    """The tavern's oracle, which wants the first word of a completion that hurts kept."""

    name = "keeping"

    def __init__(self, judge) -> None:
        self.inner = judge

    def judge(self, snippets):
        return self.inner.judge(snippets)

    def judge_from(self, seeds, snippets):
        return self.inner.judge(snippets)

    def kept(self, seed):
        words = seed.completion.split()
        start = len(words[0]) + 1
        return (Kept("completion", start, start + len(words[1])),)


@pytest.mark.parametrize("row", [case for case in CASES if case.id != "best_of_n"])
@pytest.mark.parametrize("place", ["before", "after"])
def test_every_attack_writes_on_its_side_alone(row, place, target, seeds):
    attack = replace(row.attack, constraints=Constraints(place=place), stop="budget")
    judge = Keeping(target.judge)
    result = attack(replace(target, judge=judge), seeds[:4], Budget(queries_per_seed=30), Stream(2))
    for attempt in result.attempts:
        kept = judge.kept(attempt.seed)[0]
        words = attempt.seed.completion
        for failure in attempt.failures:
            if place == "before":
                assert failure.snippet.completion.endswith(words[kept.start :])
            else:
                assert failure.snippet.prompt == attempt.seed.prompt
                assert failure.snippet.completion.startswith(words[: kept.stop])


def test_a_side_needs_a_judge_that_keeps_something(target, seeds):
    attack = replace(ROWS[0].attack, constraints=Constraints(place="after"))
    with pytest.raises(UserError, match="needs a judge that keeps a passage"):
        attack(target, seeds[:2], Budget(queries_per_seed=5), Stream(2))
