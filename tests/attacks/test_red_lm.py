"""The generator trained to attack: what it learns from, and what it cannot do without."""

from dataclasses import replace

import pytest

from holdfast import attacks
from holdfast.core.budget import Budget
from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream

SMALL = attacks.RedLM(round=128, donors=64, examples=128, steps=20, stop="budget")


def test_training_pays(target, seeds):
    """Against the same number of draws by the generator as it is, and by a copy trained only once."""
    budget = Budget(queries_per_seed=512)
    plain = attacks.BestOfN(stop="budget")(target, seeds, budget, Stream(11))
    once = replace(SMALL, rounds=0)(target, seeds, budget, Stream(11))
    often = SMALL(target, seeds, budget, Stream(11))
    found = [sum(attempt.found for attempt in result.attempts) for result in (plain, once, often)]
    assert found[0] < found[1] < found[2]


def test_the_targets_own_generator_is_not_touched(target, seeds):
    before = target.generator.hash
    SMALL(target, seeds[:2], Budget(queries_per_seed=128), Stream(11))
    assert target.generator.hash == before


def test_training_is_counted(target, seeds):
    drawn = replace(SMALL, rounds=0)(target, seeds[:2], Budget(queries_per_seed=300), Stream(11))
    trained = SMALL(target, seeds[:2], Budget(queries_per_seed=300), Stream(11))
    assert drawn.spend.backward_flops > 0
    assert trained.spend.backward_flops > 2 * drawn.spend.backward_flops


@pytest.mark.parametrize("missing", ["generator", "tune"])
def test_it_says_what_it_needs(missing, target, seeds):
    without = replace(target, **{missing: None})
    assert not SMALL.suits(without)
    with pytest.raises(UserError, match="needs a generator and a target that can tune it"):
        SMALL(without, seeds[:1], Budget(queries_per_seed=5), Stream(11))


def test_a_filtered_generator_writes_its_own_completions(target, seeds):
    filtered = replace(target, draws=4)
    assert not SMALL.suits(filtered)
    with pytest.raises(UserError, match="leave out draws"):
        SMALL(filtered, seeds[:1], Budget(queries_per_seed=5), Stream(11))
