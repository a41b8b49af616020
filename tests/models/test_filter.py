"""The filtered generator: what passes, what is refused, and how many draws it took."""

import numpy as np
import pytest

from holdfast.core.odds import log_odds_of, probability
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.models.classifier import Classifier
from holdfast.models.filter import FilteredGenerator
from holdfast.models.guard_format import GuardFormat
from holdfast.models.scoring import ScoringEngine
from tokenizers_made import made_tokenizers, small_classifier
from tolerances import SAME_LOG_ODDS, in_a_gap


@pytest.fixture(scope="session")
def scorer(classifier):
    return ScoringEngine(classifier)


@pytest.fixture(scope="session")
def prompts(tokens):
    return [t.prompt for t in tokens[:40]]


@pytest.fixture(scope="session")
def middling(generator, scorer, prompts) -> float:
    """A threshold that refuses about two draws in three."""
    drawn = generator.complete(prompts, Stream(0), max_words=8)
    log_odds = scorer.log_odds([Tokens(p, c) for p, c in zip(prompts, drawn, strict=True)])
    return float(probability(np.array(in_a_gap(log_odds, 0.3))))


@pytest.mark.parametrize("max_draws", [1, 3])
def test_it_equals_a_loop_over_prompts(generator, scorer, prompts, middling, max_draws):
    """Redrawing asks only for prompts still open, so row `i` of a redraw is the i-th of those."""
    found = FilteredGenerator(generator, scorer, middling, max_words=8, max_draws=max_draws).sample(
        prompts, Stream(5)
    )
    still_open = list(range(len(prompts)))
    for draw in range(1, max_draws + 1):
        stream = Stream(5).child(f"draw-{draw}")
        completions = generator.complete([prompts[i] for i in still_open], stream, max_words=8)
        refused = []
        for i, completion in zip(still_open, completions, strict=True):
            score = scorer.log_odds([Tokens(prompts[i], completion)])[0]
            if score < log_odds_of(middling):
                assert (found[i].completion, found[i].draws) == (completion, draw)
                assert found[i].log_odds == pytest.approx(score, abs=SAME_LOG_ODDS)
            else:
                refused.append(i)
        still_open = refused
    assert [i for i, draw in enumerate(found) if draw.refused] == still_open
    assert 0 < len(still_open) < len(prompts)
    assert [draw.prompt for draw in found] == prompts


def test_a_threshold_of_one_refuses_nothing(generator, scorer, prompts):
    found = FilteredGenerator(generator, scorer, 1.0, max_words=8).sample(prompts, Stream(6))
    assert all(not draw.refused and draw.draws == 1 for draw in found)


def test_a_threshold_of_zero_refuses_all_after_the_last_draw(generator, scorer, prompts):
    found = FilteredGenerator(generator, scorer, 0.0, max_words=8, max_draws=4).sample(prompts, Stream(6))
    assert all(draw.refused and draw.draws == 4 for draw in found)


def test_no_prompts_give_nothing(generator, scorer):
    assert FilteredGenerator(generator, scorer, 0.5, max_words=8).sample([], Stream(6)) == []


def test_a_filter_of_another_tokenizer_reads_the_text(generator, prompts, tmp_path):
    """Token ids never leave the model they belong to: what the generator wrote is read anew."""
    folder = small_classifier(tmp_path / "guard", made_tokenizers()["wordpiece_uncased"])
    guard = Classifier.load(folder, format=GuardFormat(bad=(1,), overflow="head"))
    filtered = FilteredGenerator(generator, ScoringEngine(guard), 1 - 1e-9, max_words=8)
    (redraw,) = filtered.redraws(prompts, Stream(5))
    expected = guard.log_odds(guard.codec.encode(generator.codec.decode(redraw.tokens)))
    assert redraw.log_odds == pytest.approx(expected, abs=SAME_LOG_ODDS)
