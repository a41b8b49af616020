"""Attacks on a task that lets an adversary write in one gap of the completion alone."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from table import CASES

from hand_set import hand_set_filter, hand_set_generator
from holdfast import attacks
from holdfast.attacks.proposals.edits import insert
from holdfast.attacks.proposals.mask import Mask
from holdfast.campaign.targets import filter_target
from holdfast.core.budget import Budget
from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Units
from holdfast.tasks.forms import ANSWER, MOST_WRITTEN
from holdfast.tasks.password import Password
from holdfast.tasks.plain_words import BY_LENGTH

STREAM = Stream(12)
TASK = Password()
WORDS = st.lists(st.integers(5, 9), max_size=5).map(tuple)


@given(WORDS, WORDS, WORDS, WORDS)
def test_what_the_ends_open_is_what_they_allow(prompt, head, gap, tail):
    completion = (*head, *gap, *tail)
    if not completion:
        return
    seed, mask = Units(prompt, completion), Mask("prompt", ends=(len(head), len(tail)))
    whole = (*prompt, *completion)
    for position in range(len(whole)):
        words = (*whole[:position], 1, *whole[position + 1 :])
        rewritten = Units(words[: len(prompt)], words[len(prompt) :])
        assert mask.allows(seed, rewritten) == (position in mask.positions(seed))
    for slot in range(len(whole) + 2):
        written = insert(seed, slot, (1,), TASK.limits)
        if written is not None:
            assert mask.allows(seed, written) == (slot in mask.slots(seed))


@pytest.fixture(scope="module")
def target():
    """A filter that finds forms suspicious, and words of three letters reassuring."""
    weights = dict.fromkeys(("system", "user", "password:"), 2.0) | dict.fromkeys(BY_LENGTH[3], -4.0)
    classifier = hand_set_filter(TASK, weights)
    return filter_target(TASK, classifier, 0.5, hand_set_generator(TASK, Stream(3)))


def seeds_of():
    drawn = TASK.sample(40, Stream(4), "hard")
    verdicts = TASK.oracle.judge(drawn)
    bad = [s for s, verdict in zip(drawn, verdicts, strict=True) if verdict.catastrophic]
    return [s for s in bad if not set(BY_LENGTH[3]) & set(s.prompt.split())][:2]


@pytest.mark.parametrize("row", CASES)
def test_every_attack_writes_between_the_form_and_the_answer_alone(row, target):
    seeds = seeds_of()
    if not row.attack.suits(target):
        pytest.skip(f"{row.name} does not suit a filter")
    attack = replace(row.attack, stop="budget")
    result = attack(target.fresh(), seeds, Budget(queries_per_seed=40), STREAM)
    assert [attempt.seed for attempt in result.attempts] == seeds
    for failure in result.failures:
        seed = seeds[failure.seed_index]
        words = TASK.words(failure.snippet.completion)
        assert failure.snippet.prompt == seed.prompt
        assert words[-1] == ANSWER
        assert len(words) <= MOST_WRITTEN + 1
        assert failure.verdict.catastrophic


def test_an_attack_that_exchanges_words_starts_from_as_many_as_fit(target):
    """The seeds of the task have none between form and answer, as in arXiv 2407.18213."""
    (attempt,) = attacks.HotFlip(stop="budget")(
        target.fresh(), seeds_of()[:1], Budget(queries_per_seed=200)
    ).attempts
    assert attempt.queries == 200
    assert all(
        len(TASK.words(f.snippet.completion)) == MOST_WRITTEN + 1 for f in attempt.failures if f.query > 1
    )
    assert any(f.query > 1 for f in attempt.failures)


@pytest.mark.parametrize("change", ["draws", "frozen"])
def test_nothing_left_to_write_is_an_error(change, target):
    attack = attacks.RandomRewrite(frozen="completion" if change == "frozen" else "nothing")
    asked = replace(target, draws=4) if change == "draws" else target
    with pytest.raises(UserError, match="write in the completion alone"):
        attack(asked, seeds_of(), Budget(queries_per_seed=10))
