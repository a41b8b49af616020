"""A generator and a guard of different tokenizers, held against rejection sampling by hand, text by text."""

import math

import numpy as np
import pytest
import torch

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet, Tokens
from holdfast.models.classifier import Classifier
from holdfast.models.generator import Generator
from holdfast.models.guard_format import GuardFormat
from holdfast.models.joined import JoinedByText
from holdfast.models.likelihood import LikelihoodEngine
from holdfast.models.scoring import ScoringEngine
from tokenizers_made import made_tokenizers, small_causal_lm, small_classifier
from tolerances import SAME_LOG_ODDS, in_a_gap

PROMPTS = ["The old ferry", "Anna bought a map, an apple", "She read it again.", "Nobody"]
TOKENS, DRAWS = 7, 3
PAIRS = {
    "bytes to words": ("byte_level", "llama", "wordpiece_uncased", "bert"),
    "pieces to bytes": ("byte_fallback", "llama", "byte_level_prefix_space", "roberta"),
    "words to pieces": ("bpe_word_ends", "gpt2", "unigram_uncased", "albert"),
}
"""Tokenizer and family of the generator, and of the guard."""


@pytest.fixture(scope="module", params=PAIRS.values(), ids=PAIRS)
def pair(request, tmp_path_factory):
    writes, writer_family, reads, guard_family = request.param
    folder, made = tmp_path_factory.mktemp("pair"), made_tokenizers()
    small_causal_lm(folder / "writer", made[writes], writer_family)
    small_classifier(folder / "guard", made[reads], guard_family)
    return Generator.load(folder / "writer"), Classifier.load(folder / "guard")


def joined(pair, threshold=0.5, **changes):
    generator, guard = pair
    given = {"tokens": TOKENS, "max_draws": DRAWS, **changes}
    return JoinedByText(generator, ScoringEngine(guard), threshold, **given)


def written_by_hand(generator, prompt, uniforms):
    """A completion and log p of each of its tokens, by whole forwards of one text, without a cache."""
    tokenizer, end = generator.tokenizer, generator.layout.tail[0]
    ids = tokenizer(prompt, add_special_tokens=False)["input_ids"]
    start = [*generator.layout.head, *ids]
    drawn, logs = [], []
    for uniform in uniforms:
        with torch.no_grad():
            logits = generator.model(torch.tensor([[*start, *drawn]])).logits[0, -1].double()
        chances = torch.softmax(logits, dim=0).tolist()
        allowed = [0.0 if i in tokenizer.all_special_ids and i != end else p for i, p in enumerate(chances)]
        passed, goal = 0.0, uniform * math.fsum(allowed)
        for token, chance in enumerate(allowed):  # noqa: B007 (the last one counts)
            passed += chance
            if passed > goal:
                break
        logs.append(math.log(chances[token]))
        if token == end:
            return drawn, logs
        drawn.append(token)
    return drawn, logs


def by_hand(pair, threshold, stream):
    """The draws of each prompt up to the first that passes: text, log odds, log p."""
    generator, guard = pair
    found = []
    for row, prompt in enumerate(PROMPTS):
        draws = []
        for draw in range(1, DRAWS + 1):
            uniforms = stream.child(f"draw-{draw}").numpy().random((len(PROMPTS), TOKENS))[row]
            ids, logs = written_by_hand(generator, prompt, uniforms)
            before = generator.tokenizer(prompt, add_special_tokens=False)["input_ids"]
            whole = generator.tokenizer.decode([*before, *ids])
            text = whole.removeprefix(generator.tokenizer.decode(before)).removeprefix(" ")
            (tokens,) = guard.codec.encode([Snippet(prompt, text)])
            draws.append((text, float(guard.log_odds([tokens])[0]), logs))
            if draws[-1][1] < math.log(threshold / (1 - threshold)):
                break
        found.append(draws)
    return found


@pytest.fixture(scope="module")
def middling(pair):
    """A threshold that some draws pass and others do not."""
    scores = [turn.scored.log_odds for turn in joined(pair, 1e-9).turns(PROMPTS, Stream(3))]
    return 1 / (1 + math.exp(-in_a_gap(np.concatenate(scores), 0.4)))


def test_it_is_rejection_sampling_by_text(pair, middling):
    found = [[] for _ in PROMPTS]
    for turn in joined(pair, middling).turns(PROMPTS, Stream(3)):
        for row, snippet, log_odds, written in zip(
            turn.rows, turn.snippets, turn.scored.log_odds, turn.written, strict=True
        ):
            found[row].append((snippet.completion, log_odds, list(written.log_probs)))
    expected = by_hand(pair, middling, Stream(3))
    assert {len(draws) for draws in expected} > {1}
    for own, other in zip(found, expected, strict=True):
        assert [text for text, *_ in own] == [text for text, *_ in other]
        for (_, log_odds, logs), (_, expected_odds, expected_logs) in zip(own, other, strict=True):
            assert log_odds == pytest.approx(expected_odds, abs=SAME_LOG_ODDS)
            assert logs == pytest.approx(expected_logs, abs=SAME_LOG_ODDS)


def test_the_same_is_drawn_whatever_the_guard_lets_pass(pair, middling):
    """So that two thresholds differ by what they let pass alone."""

    def texts(threshold):
        turns = joined(pair, threshold).turns(PROMPTS, Stream(3))
        return {(t.draw, r): s for t in turns for r, s in zip(t.rows.tolist(), t.snippets, strict=True)}

    strict, loose = texts(1e-9), texts(middling)
    assert len(strict) == DRAWS * len(PROMPTS)
    assert loose.items() < strict.items()


def test_how_likely_it_was_is_what_the_likelihood_engine_says(tmp_path):
    """Where the tokenizer puts nothing between prompt and completion, so that both read the same."""
    generator = Generator.load(small_causal_lm(tmp_path, made_tokenizers()["byte_level"]))
    assert generator.layout.middle == ()
    uniforms = np.random.default_rng(5).random((len(PROMPTS), TOKENS))
    encoded = [tokens.prompt for tokens in generator.codec.encode([Snippet(p, "") for p in PROMPTS])]
    written = generator.continuations([Snippet(p, "") for p in PROMPTS], uniforms)
    drawn = [Tokens(p, ids) for p, ids in zip(encoded, generator.completions(encoded, uniforms), strict=True)]
    engine = LikelihoodEngine(generator)
    for tokens, one in zip(drawn, written, strict=True):
        (expected,) = engine.log_prob([tokens], ended=not one.cut)
        assert sum(one.log_probs) == pytest.approx(expected, abs=SAME_LOG_ODDS)
        assert len(one.log_probs) == len(tokens.completion) + (not one.cut)


def test_what_the_guard_cannot_read_does_not_pass_and_is_drawn_again(tmp_path):
    made = made_tokenizers()
    small_causal_lm(tmp_path / "writer", made["byte_level"])
    small_classifier(tmp_path / "guard", made["characters"], max_position_embeddings=40)
    guard = Classifier.load(tmp_path / "guard", format=GuardFormat(positions=40))
    pair = Generator.load(tmp_path / "writer"), guard
    turns = list(joined(pair, 1 - 1e-9, tokens=20).turns(PROMPTS, Stream(0)))
    unread = np.concatenate([np.isnan(turn.scored.log_odds) for turn in turns])
    assert unread.any()
    for turn in turns:
        skipped = np.isnan(turn.scored.log_odds)
        assert not turn.passes[skipped].any()
        assert turn.passes[~skipped].all()
        assert [bool(why) for why in turn.scored.why] == skipped.tolist()
        assert (turn.scored.tokens[skipped] == 0).all()
    assert "and the model reads 40" in next(why for turn in turns for why in turn.scored.why if why)


def test_a_space_between_the_parts_is_not_read_twice(pair):
    """The guard's format puts one there, and many generators write it themselves."""
    _, guard = pair
    for turn in joined(pair).turns(PROMPTS, Stream(1)):
        for row, snippet, written in zip(turn.rows, turn.snippets, turn.written, strict=True):
            assert snippet.prompt == PROMPTS[row]
            assert written.text in (snippet.completion, f" {snippet.completion}")
            if written.text.startswith(" "):
                assert guard.format.join(snippet) == PROMPTS[row] + written.text
