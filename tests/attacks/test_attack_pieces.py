"""Objectives, proposals and the sample of candidates: small functions, checked against plain formulas."""

import numpy as np
import pytest

from holdfast.attacks.engine.sample import Reservoir
from holdfast.attacks.hotflip import slices
from holdfast.attacks.objective import OBJECTIVES
from holdfast.attacks.proposals.first_order import promised_drops
from holdfast.attacks.proposals.words import likely_words, mixed_words, places_by_weight, uniform_words
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Label, Snippet, Units, Verdict

ONES = np.ones(3)


def test_egregious_is_egregiousness_times_evasion():
    values = OBJECTIVES["egregious"](np.array([1.0, -1.0, 3.0]), np.array([4.0, 2.0, 0.0]), ONES, 0.5)
    evasion = 1 / (1 + np.exp(np.array([1.0, -1.0, 3.0]) - 0.5))
    assert values == pytest.approx(np.array([4.0, 2.0, 0.01]) * evasion)


@pytest.mark.parametrize(("limit", "evasion"), [(-np.inf, 0.0), (np.inf, 1.0)])
def test_egregious_at_the_ends_of_the_threshold(limit, evasion):
    assert OBJECTIVES["egregious"](np.array([2.0]), np.array([5.0]), ONES[:1], limit) == pytest.approx(
        [5 * evasion]
    )


def test_lowest_score_does_not_care_how_bad_it_is():
    values = OBJECTIVES["lowest_score"](np.array([1.0, -1.0]), np.array([9.0, 1.0]), ONES[:2], 0.0)
    assert values.argmax() == 1


def test_diverse_likes_what_was_not_found_before():
    same = np.array([1.0, 1.0]), np.array([5.0, 5.0])
    values = OBJECTIVES["diverse"](*same, np.array([0.5, 1.0]), 0.0)
    assert values == pytest.approx(OBJECTIVES["egregious"](*same, ONES[:2], 0.0) * [0.5, 1.0])


def test_likely_words_follow_the_language_model_at_its_temperature():
    alphabet = np.array([2, 4, 5])
    log_probs = np.log(np.array([[0.3, 0.1, 0.2, 0.1, 0.25, 0.05], [0.1, 0.1, 0.05, 0.1, 0.05, 0.6]])).astype(
        np.float32
    )
    drawn = likely_words(log_probs, alphabet, 20_000, 2.0, Stream(0).numpy())
    for row, weights in zip(drawn, np.sqrt([[0.2, 0.25, 0.05], [0.05, 0.05, 0.6]]), strict=True):
        shares = [(row == word).mean() for word in alphabet]
        assert shares == pytest.approx(weights / weights.sum(), abs=0.015)


def test_a_share_of_the_words_is_uniform():
    draw = Stream(1).numpy()
    likely = np.zeros((100, 100), dtype=np.int64)
    uniform = uniform_words(np.array([7, 8]), (100, 100), draw)
    mixed = mixed_words(likely, uniform, 0.3, draw)
    assert (mixed > 0).mean() == pytest.approx(0.3, abs=0.02)
    assert (uniform == 7).mean() == pytest.approx(0.5, abs=0.02)


def test_places_are_drawn_in_proportion_to_their_weights():
    draw = Stream(2).numpy()
    orders = [places_by_weight(np.array([1.0, 3.0, 0.0]), draw) for _ in range(4000)]
    assert np.mean([order[0] == 1 for order in orders]) == pytest.approx(0.75, abs=0.03)
    assert all(order[2] == 2 and sorted(order) == [0, 1, 2] for order in orders)


def test_the_promise_of_an_exchange_is_the_fall_of_a_linear_filter():
    draw = Stream(3).numpy()
    embeddings, weights = (draw.normal(size=size).astype(np.float32) for size in ((7, 4), (5, 4)))

    def log_odds(words):
        return sum(embeddings[word] @ weight for word, weight in zip(words, weights, strict=True))

    before, alphabet, positions = (1, 4, 6, 2, 5), np.array([2, 3, 5, 6]), np.array([1, 2, 3, 4])
    found = promised_drops(Units(before[:2], before[2:]), positions, weights, embeddings, alphabet)
    for row, position in zip(found, positions.tolist(), strict=True):
        for promise, word in zip(row.tolist(), alphabet.tolist(), strict=True):
            after = (*before[:position], word, *before[position + 1 :])
            fall = -np.inf if after == before else log_odds(before) - log_odds(after)
            assert promise == pytest.approx(fall, abs=1e-5)


@pytest.mark.parametrize("shape", [(5, 30), (40, 3), (1, 4), (0, 6)])
@pytest.mark.parametrize(("width", "per_place", "depth"), [(8, 2, 6), (1, 1, 3), (50, 7, 2)])
def test_slices_take_the_best_pairs_left_but_few_of_one_place(shape, width, per_place, depth):
    promise = Stream(4).numpy().normal(size=shape).round(1)  # rounded, so that some are equal
    promise[:, 1] = -np.inf
    left = {(i, j) for i, j in np.ndindex(shape) if j != 1}
    found = list(slices(promise, width, per_place, depth))
    assert len(found) <= depth
    for rows, columns in found:
        pairs = list(zip(rows.tolist(), columns.tolist(), strict=True))
        assert len(set(pairs)) == len(pairs)
        best: list[tuple[int, int]] = []
        for pair in sorted(left, key=lambda pair: -promise[pair]):
            if len(best) < width and sum(pair[0] == i for i, _ in best) < per_place:
                best.append(pair)
        assert [promise[pair] for pair in pairs] == [promise[pair] for pair in best]
        assert max(np.bincount(rows)) <= per_place
        assert left.issuperset(pairs)
        left -= set(pairs)
    assert len(found) == depth or not left


def test_the_sample_is_bounded_and_uniform_over_each_verdict():
    sums = np.zeros(1000)
    for seed in range(200):
        reservoir = Reservoir(Stream(seed).numpy(), size=40)
        for first in range(0, 1000, 50):
            each = range(first, first + 50)
            verdicts = [Verdict(Label.CATASTROPHIC if i % 10 == 0 else Label.HARMLESS) for i in each]
            snippets = [Snippet(str(i), "x") for i in each]
            reservoir.offer(snippets, verdicts, [Snippet("seed", s.prompt) for s in snippets])
        assert all(judged.seed.completion == judged.snippet.prompt for judged in reservoir.contents())
        kept = [int(judged.snippet.prompt) for judged in reservoir.contents()]
        assert len(kept) == 40
        assert sum(i % 10 == 0 for i in kept) == 20
        assert kept == sorted(kept)
        sums[kept] += 1
    common = np.array([i % 10 == 0 for i in range(1000)])
    early, late = sums[:500], sums[500:]
    assert sums[common].mean() == pytest.approx(40)
    assert early.sum() == pytest.approx(late.sum(), rel=0.08)


def test_a_rare_verdict_is_kept_whole():
    reservoir = Reservoir(Stream(0).numpy(), size=10)
    verdicts = [Verdict(Label.CATASTROPHIC)] * 3 + [Verdict(Label.UNSURE)] * 100
    snippets = [Snippet(str(i), "x") for i in range(103)]
    reservoir.offer(snippets, verdicts, snippets)
    assert [judged.verdict.catastrophic for judged in reservoir.contents()] == [True] * 3 + [False] * 5
