"""Texts longer than a model reads: refused, cut as tokenizers cut, or read in windows; it shows."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from guards import TEXT, model, tokenizer
from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet, Tokens
from holdfast.models.classifier import Classifier
from holdfast.models.guard_format import GuardFormat
from holdfast.models.overflow import Cut, pieces_of
from holdfast.models.scoring import ScoringEngine
from holdfast.training.classifier import ClassifierRecipe, LabelledTokens, train_classifier

LONG = TEXT.replace("\n", " ").strip()
PARTS = st.tuples(st.integers(0, 40), st.integers(0, 40))


def snippet_of(lengths):
    """Every token is different, so that what was cut can be seen."""
    return Tokens(tuple(range(100, 100 + lengths[0])), tuple(range(200, 200 + lengths[1])))


def guard(**told):
    return Classifier(model("bert"), tokenizer("bert uncased"), format=GuardFormat(**told))


def score_of(ids):
    """What plain transformers gives for one sequence."""
    words = tokenizer("bert uncased")
    with torch.no_grad():
        logits = model("bert")(torch.tensor([[words.cls_token_id, *ids, words.sep_token_id]])).logits[0]
    return float(logits[1] - logits[0])


@pytest.mark.parametrize("side", ["right", "left"])
@pytest.mark.parametrize("kind", ["single", "pair"])
def test_cutting_equals_the_tokenizers_own_truncation(kind, side):
    classifier = guard(layout=kind, overflow="head" if side == "right" else "tail", positions=20)
    words = tokenizer("bert uncased")
    for prompt, completion in [(LONG, "a boy fell"), ("a boy", LONG), (LONG, LONG), ("the old girl", "ran")]:
        texts = (prompt, completion) if kind == "pair" else (f"{prompt} {completion}",)
        words.truncation_side = side
        expected = words(*texts, truncation=True, max_length=20)["input_ids"]
        words.truncation_side = "right"
        tokens = classifier.codec.encode([Snippet(prompt, completion)])
        pieces = pieces_of(tokens, classifier.fitting.room, classifier.format.overflow)
        assert classifier.layout.pack(pieces.tokens).ids[0].tolist() == expected


@given(PARTS, st.integers(1, 60), st.sampled_from(["head", "tail"]))
def test_a_cut_keeps_one_end_of_each_part_and_fills_the_room(lengths, room, rule):
    tokens = snippet_of(lengths)
    pieces = pieces_of([tokens], room, rule)
    (piece,) = pieces.pieces
    assert len(piece.tokens) == min(room, len(tokens))
    assert pieces.cuts == [Cut(len(piece.tokens), len(tokens))]
    for whole, kept, start in zip(
        tokens, piece.tokens, (piece.prompt_start, piece.completion_start), strict=True
    ):
        assert kept == whole[start : start + len(kept)]
        assert start == (0 if rule == "head" else len(whole) - len(kept))


@given(PARTS, st.integers(1, 60))
def test_windows_hold_the_whole_completion_overlap_by_half_and_fit(lengths, room):
    tokens = snippet_of(lengths)
    pieces = pieces_of([tokens], room, "window")
    read = list(pieces.pieces)
    assert all(len(piece.tokens) <= room for piece in read)
    assert {t for piece in read for t in piece.tokens.completion} == set(tokens.completion)
    assert len({piece.tokens.prompt for piece in read}) == 1
    prompt = read[0].tokens.prompt
    assert prompt == tokens.prompt[read[0].prompt_start :]
    assert len(prompt) >= min(len(tokens.prompt), room // 2)
    assert pieces.cuts == [Cut(len(prompt) + len(tokens.completion), len(tokens), len(read))]
    for before, after in itertools.pairwise(read):
        size = len(before.tokens.completion)
        assert 0 < after.completion_start - before.completion_start <= max(1, size // 2)


def test_a_window_scores_as_its_own_text_and_the_highest_counts():
    classifier = guard(overflow="window", positions=20)
    tokens = classifier.codec.encode([Snippet("", LONG), Snippet("", "a boy fell")])
    long, short = tokens[0].completion, tokens[1].completion
    starts = [*range(0, len(long) - 18, 9), len(long) - 18]
    windows = [score_of(list(long[start : start + 18])) for start in starts]
    np.testing.assert_allclose(
        classifier.log_odds(tokens), [max(windows), score_of(list(short))], rtol=1e-4, atol=1e-4
    )
    gradient, _ = classifier.gradients(tokens)
    best = starts[int(np.argmax(windows))]
    read = np.flatnonzero(np.abs(gradient.completion).sum(-1))
    assert read.tolist() == list(range(best, best + 18))
    assert gradient.log_odds == pytest.approx(max(windows), rel=1e-4)
    alone = guard().gradients([Tokens((), long[best : best + 18])])[0]
    np.testing.assert_allclose(gradient.completion[best : best + 18], alone.completion, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("rule", ["head", "tail"])
def test_gradients_of_what_was_cut_off_are_zero(rule):
    classifier = guard(overflow=rule, positions=20)
    (tokens,) = classifier.codec.encode([Snippet("", LONG)])
    read = slice(0, 18) if rule == "head" else slice(len(tokens) - 18, None)
    (found,) = classifier.gradients([tokens])
    alone = guard().gradients([Tokens((), tokens.completion[read])])[0]
    np.testing.assert_allclose(found.completion[read], alone.completion, rtol=1e-3, atol=1e-5)
    assert np.count_nonzero(np.abs(found.completion).sum(-1)) == 18


@pytest.mark.parametrize(
    ("rule", "counted"), [("head", (3, 1, 0)), ("tail", (3, 1, 0)), ("window", (3, 0, 1))]
)
def test_what_was_cut_is_told_and_counted(rule, counted):
    classifier = guard(overflow=rule, positions=20)
    tokens = classifier.codec.encode([Snippet("", LONG), Snippet("", "a boy"), Snippet("", "fell")])
    cuts = classifier.fitting.cuts(tokens)
    assert [cut.whole for cut in cuts] == [rule == "window", True, True]
    assert cuts[0].kept == (len(tokens[0]) if rule == "window" else 18)
    assert cuts[0].of == len(tokens[0])
    classifier.log_odds(tokens)
    seen = classifier.overflowed
    assert (seen.scored, seen.cut, seen.in_windows) == counted
    assert classifier.fits(tokens).all()


def test_the_engine_pays_for_every_window_and_scores_the_same():
    classifier = guard(overflow="window", positions=20)
    tokens = classifier.codec.encode([Snippet("", LONG), Snippet("", "a boy fell"), Snippet("", LONG[50:])])
    engine = ScoringEngine(classifier, screening="off")
    np.testing.assert_allclose(engine.log_odds(tokens), classifier.log_odds(tokens), rtol=1e-4, atol=1e-5)
    windows = pieces_of(tokens, 18, "window").tokens
    read = sum(len(window) + 2 for window in windows)
    assert engine.spend.forward_flops == classifier.flops_per_token * read


def test_a_text_without_any_token_has_no_score():
    classifier = Classifier(model("gpt2"), tokenizer("gpt2"))
    tokens = classifier.codec.encode([Snippet("", "a boy"), Snippet("", "")])
    assert classifier.fits(tokens).tolist() == [True, False]
    with pytest.raises(UserError, match="leave out empty texts"):
        classifier.log_odds(tokens)


def test_training_cuts_as_scoring_does_and_refuses_windows():
    data = LabelledTokens([Tokens((), (50,) * 40), Tokens((), (60, 61))], *np.float32([[1, 0], [5, 0]]))
    recipe = ClassifierRecipe(batch_size=2, learning_rate=1e-4)
    train_classifier(guard(overflow="head", positions=20), data, recipe, 1, Stream(0))
    for rule, words in (("refuse", "does not fit"), ("window", "1 of 2 snippets to train on")):
        with pytest.raises(UserError, match=words):
            train_classifier(guard(overflow=rule, positions=20), replace(data), recipe, 1, Stream(0))
