"""Greedy coordinate gradient: what it proposes, what it keeps, and both of its losses."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tavern import Tavern

from holdfast import attacks
from holdfast.attacks.constraints import Constraints
from holdfast.attacks.engine.requests import Candidate
from holdfast.attacks.gcg import Buffer
from holdfast.attacks.proposals.first_order import most_promising
from holdfast.attacks.target import Target
from holdfast.core.budget import Budget
from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Label, Snippet, Units, Verdict
from holdfast.core.surface import units_of
from holdfast.models.classifier import Classifier, ModelSize
from holdfast.models.generator import Generator
from holdfast.models.guard_format import GuardFormat
from holdfast.models.likelihood import LikelihoodEngine
from holdfast.models.scoring import ScoringEngine
from holdfast.models.systems import Filter
from tolerances import SAME_LOG_ODDS

LIKELIHOOD = attacks.GCG(loss="likelihood", width=8, top_k=8, swaps=1, stop="budget")


class Everything:
    """Calls all snippets catastrophic, and remembers them."""

    def __init__(self):
        self.judged: list[Snippet] = []

    def judge(self, snippets):
        self.judged += snippets
        return [Verdict(Label.CATASTROPHIC, 5.0)] * len(snippets)


@pytest.fixture(scope="module")
def reader() -> Generator:
    """One of random weights, whose completions depend on all of their prompts."""
    return Generator.create(Tavern(), ModelSize(layers=1, width=16, heads=2), Stream(3))


@pytest.fixture
def target(target, reader) -> Target:
    return replace(target, generator=reader)


@pytest.fixture
def course(target, seeds):
    """The snippets that an attack on the generator moves to, in order, from one seed."""

    def run(attack, target=target, seed=seeds[0], queries=8):
        judge = Everything()
        attack(
            replace(target, judge=judge, order="judge"), [seed], Budget(queries_per_seed=queries), Stream(1)
        )
        return judge.judged[:queries]

    return run


def test_the_generator_becomes_likelier_to_write_the_seeds_completion(course, target, seeds):
    engine = LikelihoodEngine(target.generator)
    for seed in seeds[:3]:
        moves = course(LIKELIHOOD, seed=seed, queries=12)
        values = engine.log_prob(target.scorer.codec.encode(moves))
        assert moves[0] == seed
        assert {move.completion for move in moves} == {seed.completion}
        assert values.max() > values[0] + 0.02


def test_with_a_buffer_it_never_steps_back(course, target):
    """Each candidate then differs by one word from the best so far."""
    engine, codec = LikelihoodEngine(target.generator), target.scorer.codec
    moves = codec.encode(course(replace(LIKELIHOOD, buffer=1, patience=100), queries=15))
    values = engine.log_prob(moves)
    for i in range(1, len(moves)):
        best = moves[int(values[:i].argmax())]
        changed = sum(a != b for a, b in zip(best.prompt, moves[i].prompt, strict=True))
        assert changed == 1


@pytest.mark.parametrize("swaps", [1, 2, 4])
def test_swaps_fall_to_one_over_the_annealing(course, target, swaps):
    attack = replace(LIKELIHOOD, swaps=swaps, annealing=4, patience=100)
    moves = target.scorer.codec.encode(course(attack, queries=10))
    changed = [
        sum(a != b for a, b in zip(one.prompt, other.prompt, strict=True)) for one, other in pairwise(moves)
    ]
    expected = [max(1, round(swaps * left)) for left in (1, 0.75, 0.5, 0.25, 0, 0, 0, 0, 0)]
    assert changed == expected[: len(changed)]


def test_frozen_spans_stay(course, target, seeds):
    attack = replace(LIKELIHOOD, constraints=Constraints(spans=((0, 3),)))
    codec = target.scorer.codec
    first = codec.encode([seeds[0]])[0].prompt[:3]
    moves = codec.encode(course(attack, queries=10))
    assert {move.prompt[:3] for move in moves} == {first}
    assert len({move.prompt for move in moves}) > 5


def test_each_step_moves_to_the_likeliest_of_its_candidates(target, seeds, monkeypatch):
    """Against a plain forward for every candidate that the generator was asked about."""
    asked = []
    likeliest = LikelihoodEngine.likeliest

    def watched(engine, groups, **options):
        found = likeliest(engine, groups, **options)
        asked.extend(zip(groups, found, strict=True))
        return found

    monkeypatch.setattr(LikelihoodEngine, "likeliest", watched)
    LIKELIHOOD(target, seeds[:3], Budget(queries_per_seed=6), Stream(1))
    assert len(asked) > 15
    for group, (units, value) in asked:
        plain = target.generator.word_log_probs(group)
        sums = [
            sum(table[len(t.prompt) + i, word] for i, word in enumerate(t.completion))
            for t, table in zip(group, plain, strict=True)
        ]
        assert value == pytest.approx(max(sums), abs=SAME_LOG_ODDS)
        assert sums[group.index(units)] == pytest.approx(max(sums), abs=SAME_LOG_ODDS)


def test_it_needs_a_generator_and_an_open_prompt(target, seeds):
    budget = Budget(queries_per_seed=3)
    with pytest.raises(UserError, match="its target has none"):
        LIKELIHOOD(replace(target, generator=None), seeds, budget)
    with pytest.raises(UserError, match="is frozen"):
        replace(LIKELIHOOD, frozen="prompt")(target, seeds, budget)


def test_a_seed_without_a_prompt_leaves_nothing_to_rewrite(target, seeds):
    bare = Snippet("", seeds[0].completion)
    result = LIKELIHOOD(target, [bare], Budget(queries_per_seed=20), Stream(1))
    assert result.attempts[0].queries == 1


@pytest.fixture(scope="module")
def sub_words():
    """A classifier and a generator over a byte-pair tokenizer, in which many ids read back as others."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

    inner = Tokenizer(models.BPE())
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=160,
        special_tokens=["<|end|>"],
        initial_alphabet=list("abcdefghijklmnopqrstuvwxyz .,Ġ"),
        show_progress=False,
    )
    text = [f"{s.prompt} {s.completion}" for s in Tavern().sample(300, Stream(1), "hard")]
    inner.train_from_iterator(text, trainer)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=inner, bos_token="<|end|>", eos_token="<|end|>", pad_token="<|end|>"
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        size = {"n_embd": 16, "n_layer": 1, "n_head": 2, "n_positions": 64}
        model = GPT2LMHeadModel(GPT2Config(vocab_size=len(tokenizer), bos_token_id=0, eos_token_id=0, **size))
    made = Classifier.create(Tavern(), ModelSize(layers=1, width=16, heads=2, architecture="bert"), Stream(0))
    made.model.resize_token_embeddings(len(tokenizer))
    as_a_pair = GuardFormat(layout="pair")
    return Classifier(made.model, tokenizer, format=as_a_pair), Generator(model, tokenizer)


@pytest.mark.parametrize("loss", ["classifier", "likelihood"])
def test_models_of_another_tokenizer_are_asked_by_text(sub_words, loss):
    """Words of the task are edited; what the filter scores is the text that they make."""
    classifier, generator = sub_words
    seed = Snippet("ann greets the red door .", "bob stabs the green coat .")
    target = Target(Tavern(), Everything(), Filter(ScoringEngine(classifier), 0.9), generator, order="judge")
    attack = attacks.GCG(loss=loss, width=16, top_k=20, stop="budget")
    result = attack(target, [seed], Budget(queries_per_seed=30), Stream(2))
    assert result.failures
    snippets = [failure.snippet for failure in result.failures]
    assert [failure.units for failure in result.failures] == units_of(target.surface, snippets)
    scores = ScoringEngine(classifier).score(snippets)
    assert [failure.score for failure in result.failures] == pytest.approx(scores, abs=SAME_LOG_ODDS)


@given(st.integers(0, 4), st.lists(st.tuples(st.integers(0, 5), st.integers(-3, 3)), max_size=20))
def test_the_buffer_holds_the_best_and_without_size_the_last(size, added):
    """A tuple is a candidate's word and value; a word's value never changes."""
    values = dict(added)
    candidates = [Candidate(Units((word,), ()), float(values[word])) for word, _ in added]
    start = Candidate(Units((9,), ()), 0.0)
    buffer = Buffer(size, start)
    for candidate in candidates:
        buffer.add(candidate)
    everything = list(dict.fromkeys([start, *candidates]))
    if size == 0:
        assert buffer.held == [start, *candidates][-1:]
    else:
        values = [held.value for held in buffer.held]
        assert values == sorted((c.value for c in everything), reverse=True)[:size]
        assert len({held.units for held in buffer.held}) == len(buffer.held)


@pytest.mark.parametrize(("count", "offered"), [(1, 1), (3, 3), (6, 6), (7, 6), (50, 6)])
def test_the_most_promising_words_are_offered_in_the_order_of_their_ids(count, offered):
    draw, alphabet = Stream(5).numpy(), np.array([2, 3, 5, 7, 11, 13, 17])
    promise = draw.normal(size=(5, 7))
    promise[:, 2] = -np.inf
    found = most_promising(promise, alphabet, count)
    assert found.shape == (5, offered)
    for row, words in zip(promise, found.tolist(), strict=True):
        assert words == sorted(alphabet[np.argsort(-row)[:offered]].tolist())
