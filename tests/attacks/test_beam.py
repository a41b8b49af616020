"""Beam search: what a word is written over, and what the generator is asked."""

from dataclasses import replace

import numpy as np
import pytest

from holdfast import attacks
from holdfast.attacks.beam import Stem, inserted, overwritten, up_to
from holdfast.attacks.proposals.mask import Mask
from holdfast.core.budget import Budget
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.tasks.base import Limits
from tolerances import SAME_LOG_ODDS

TOKENS, LIMITS = Tokens((1, 2), (3, 4)), Limits(3, 3)


@pytest.mark.parametrize(
    ("slot", "over", "between"),
    [
        (0, Tokens((9, 2), (3, 4)), Tokens((9, 1, 2), (3, 4))),
        (1, Tokens((1, 9), (3, 4)), Tokens((1, 9, 2), (3, 4))),
        (2, Tokens((1, 2, 9), (3, 4)), Tokens((1, 2, 9), (3, 4))),
        (3, Tokens((1, 2), (9, 4)), Tokens((1, 2), (9, 3, 4))),
        (5, Tokens((1, 2), (3, 4, 9)), Tokens((1, 2), (3, 4, 9))),
    ],
)
def test_a_word_is_written_over_the_next_or_before_it(slot, over, between):
    stem = Stem(TOKENS, slot)
    assert overwritten(stem, 9, Mask(), LIMITS) == over
    assert inserted(stem, 9, Mask(), LIMITS) == between


def test_the_generator_is_asked_with_what_stands_to_the_left(target):
    """The row is that of the slot: the same as the whole snippet's row there."""
    ids = target.scorer.codec.alphabet.tolist()
    tokens = Tokens((ids[0], ids[3], ids[5]), (ids[1], ids[2]))
    (whole,) = target.generator.word_log_probs([tokens])
    for slot, row in ((0, 0), (1, 1), (2, 2), (4, 3), (5, 4), (6, 5)):
        left, at = up_to(Stem(tokens, slot), ids[0])
        (rows,) = target.generator.word_log_probs([left])
        assert rows[at] == pytest.approx(whole[row], abs=SAME_LOG_ODDS)


def test_it_does_without_a_generator(target, seeds):
    result = attacks.Beam()(replace(target, generator=None), seeds, Budget(queries_per_seed=300), Stream(1))
    assert result.spend.generated_tokens == 0
    assert result.broken
    assert np.isfinite([f.log_odds for f in result.failures]).all()
