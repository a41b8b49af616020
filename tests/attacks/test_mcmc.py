"""Metropolis–Hastings: over long runs the moves visit every snippet as often as its density says."""

import itertools
import math
from collections import Counter

import numpy as np
import pytest

from holdfast.attacks.mcmc import KINDS
from holdfast.attacks.proposals import edits
from holdfast.attacks.proposals.mask import Mask
from holdfast.attacks.proposals.reversible import Moves, Phrases, WordOdds, moved_back
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Units
from holdfast.tasks.base import Limits

ALPHABET = np.array([5, 6], dtype=np.int64)
LIMITS = Limits(prompt_words=2, completion_words=3)


def parts(longest: int, shortest: int) -> list[tuple[int, ...]]:
    words = ALPHABET.tolist()
    return [p for n in range(shortest, longest + 1) for p in itertools.product(words, repeat=n)]


SPACE = [Units(p, c) for p in parts(2, 0) for c in parts(3, 1)]


def log_density(units: Units) -> float:
    """One that favours some words, some places, and equal neighbours."""
    words = [*units.prompt, *units.completion]
    liked = sum({5: 0.6, 6: -0.2}[word] for word in words)
    return liked + 0.5 * sum(a == b for a, b in itertools.pairwise(words)) - 0.3 * len(units.prompt)


def odds_of(units: Units) -> WordOdds:
    """Rows that hang on the word to the left alone, as a language model's may."""
    rows, left = [], 5
    for word in [*units.prompt, *units.completion, 5]:
        weights = np.array([1.0 + (left == 5), 1.5 if left == 6 else 0.5])
        rows.append(weights / weights.sum())
        left = word
    return WordOdds(ALPHABET, np.array(rows))


@pytest.mark.parametrize(
    ("kinds", "mask"),
    [
        (KINDS, Mask()),
        (("replace", "insert", "delete"), Mask()),
        (("replace", "insert", "delete", "graft", "cut"), Mask("prompt")),
        (("replace", "insert", "delete", "move", "swap"), Mask("completion")),
    ],
)
def test_the_chain_visits_what_its_density_says(kinds, mask):
    draw = Stream(3).python()
    phrases = Phrases([Units((5, 6, 6), (6, 6, 5)), Units((6, 6), (5, 5))])
    moves = Moves(mask, LIMITS, phrases, draw, kinds)
    start = current = Units((5, 6), (6, 5))
    visits: Counter[Units] = Counter()
    odds = {units: odds_of(units) for units in SPACE}
    steps = 120_000
    for _ in range(steps):
        proposal = moves.propose(current, odds[current])
        if proposal is not None:
            rise = log_density(proposal.units) - log_density(current) + proposal.log_ratio
            if draw.random() < math.exp(min(0.0, rise)):
                current = proposal.units
        visits[current] += 1
    reachable = [units for units in SPACE if mask.allows(start, units)]
    weights = np.exp([log_density(units) for units in reachable])
    expected = weights / weights.sum()
    met = np.array([visits[units] for units in reachable]) / steps
    assert set(visits) <= set(reachable)
    # The total variation: a correct chain of this length stays near 0.02, one without its ratios is far off.
    assert np.abs(met - expected).sum() / 2 < 0.035
    # The mean length alone shows a wrong ratio between insertions and deletions.
    lengths = np.array([len(units) for units in reachable])
    assert met @ lengths == pytest.approx(expected @ lengths, rel=0.02)


def test_without_their_ratios_the_moves_would_go_elsewhere():
    """So that the test above can fail: the same chain, each move taken for its own inverse's equal."""
    draw = Stream(3).python()
    moves = Moves(Mask(), LIMITS, Phrases(), draw, ("replace", "insert", "delete"))
    current, visits = Units((5, 6), (6, 5)), Counter()
    for _ in range(60_000):
        proposal = moves.propose(current, odds_of(current))
        if proposal is not None:
            rise = log_density(proposal.units) - log_density(current)
            if draw.random() < math.exp(min(0.0, rise)):
                current = proposal.units
        visits[current] += 1
    weights = np.exp([log_density(units) for units in SPACE])
    met = np.array([visits[units] for units in SPACE]) / 60_000
    assert np.abs(met - weights / weights.sum()).sum() / 2 > 0.07


def test_a_span_that_is_moved_finds_its_way_home():
    units, limits = Units((1, 2, 3, 4), (5, 6, 7, 8)), Limits(8, 8)
    for start, length in ((0, 2), (1, 3), (4, 2), (5, 2)):
        for slot in range(len(units) + 2):
            moved = edits.move_span(units, start, start + length, slot, limits)
            if moved is not None:
                back, home = moved_back(units, start, length, slot)
                assert edits.move_span(moved, back, back + length, home, limits) == units
