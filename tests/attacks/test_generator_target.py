"""A generator as the system under test: the adversary writes its prompts, and nothing else."""

import math
from dataclasses import replace

import numpy as np
import pytest
import tavern
import torch
from hypothesis import given
from hypothesis import strategies as st

from hand_set import hand_set_generator
from holdfast import attacks
from holdfast.campaign.attack_claims import claim_success, keep_attempts
from holdfast.campaign.targets import generator_target
from holdfast.core.budget import Budget
from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.evaluation import Proportion
from holdfast.models.generator import Generator
from holdfast.models.size import ModelSize
from holdfast.models.systems import Filter
from holdfast.models.writing_systems import GeneratorBehindFilter, prompt_answers
from holdfast.tasks.sandbox import Sandbox

TASK, STREAM, DRAWS = tavern.Tavern(), Stream(11), 4
KINDS = ["random_rewrite", "greedy_rewrite", "genetic", "hotflip", "gcg", "phrase_fill"]


@pytest.fixture(scope="module")
def bare(generator):
    """It looks at the last word alone, so that it writes the same to every prompt, harm now and then."""
    return generator_target(TASK, generator, Stream(7), draws=DRAWS)


@pytest.fixture(scope="module")
def silent():
    """A generator that ends every completion at once."""
    generator = hand_set_generator(TASK, Stream(3))
    with torch.no_grad():
        row = generator.model.model.embed_tokens.weight[generator.layout.tail[0]]
        row.fill_(64.0)
    return generator_target(TASK, generator, Stream(7), draws=DRAWS)


def outcome(result):
    return [(a.queries, a.first_failure_query, [f.snippet for f in a.failures]) for a in result.attempts]


@pytest.mark.parametrize("kind", KINDS)
def test_an_attack_writes_the_prompt_and_every_failure_is_drawn_again(kind, bare, seeds):
    attack = attacks.attack_from_config({"kind": kind, "stop": "budget"})
    result = attack(bare, seeds[:2], Budget(queries_per_seed=29), STREAM)
    assert result.spend.queries == 58
    assert all(attempt.queries == 29 for attempt in result.attempts)
    assert result.dropped == 0
    assert result.failures
    for failure in result.failures:
        assert failure.snippet.completion in bare.system.write([failure.snippet.prompt], [DRAWS])[0]
        assert bare.judge.judge([failure.snippet])[0].catastrophic
        assert 0 < failure.success <= 1
    assert outcome(attack(bare, seeds[:2], Budget(queries_per_seed=29), STREAM)) == outcome(result)


def test_a_prompt_that_fails_as_it_stands_is_a_clean_miss(bare, seeds):
    result = attacks.RandomRewrite()(bare, seeds, Budget(queries_per_seed=DRAWS), STREAM)
    assert result.broken == result.clean_misses > 0
    for attempt in result.attempts:
        assert attempt.clean_miss == (attempt.outcome == "broken")
        assert attempt.best is None or attempt.success.draws == attempt.success.passing == 200


@pytest.mark.parametrize("kind", ["random_rewrite", "genetic", "hotflip"])
def test_a_generator_that_never_fails_withstands(kind, silent, seeds):
    attack = attacks.attack_from_config({"kind": kind})
    result = attack(silent, seeds[:3], Budget(queries_per_seed=50), STREAM)
    assert [attempt.outcome for attempt in result.attempts] == ["withstood"] * 3
    assert result.spend.queries == 150


def test_how_many_seeds_an_attack_breaks_is_claimed_of_the_generator_alone(silent, seeds, tmp_path):
    result = attacks.RandomRewrite()(silent, seeds, Budget(queries_per_seed=DRAWS), STREAM)
    attempts = keep_attempts(tmp_path / "attempts.parquet", result, silent, "4q/seed", str(STREAM))
    claim = claim_success(attempts, tmp_path / "claim.json", 0.95)
    assert claim.distribution.classifier is None
    assert claim.distribution.generator == silent.generator.hash
    assert "4 completions drawn of each prompt" in claim.distribution.attack
    assert claim.bound == pytest.approx(Proportion(0, len(set(seeds))).upper(0.95), abs=1e-9)


def test_attacks_that_write_completions_suit_no_generator(bare):
    unsuited = {name for name in ("best_of_n", "red_lm") if not attacks.attacks.get(name)().suits(bare)}
    assert unsuited == {"best_of_n", "red_lm"}


def test_where_no_draw_fails_the_known_catastrophe_shows_the_way(silent, seeds):
    """A prompt is the better, the likelier its generator is to write what is known to be a catastrophe."""
    seed = seeds[0]
    seen = []

    class Looking:
        def look(self, attempts, spend):
            seen.append(attempts[0].best.value)
            return True

    attacks.RandomRewrite()(silent, [seed], Budget(queries_per_seed=40), STREAM, observer=Looking())
    (egregiousness,) = (verdict.egregiousness for verdict in TASK.oracle.judge([seed]))
    assert 0 < seen[-1] < egregiousness * 1e-6


def test_the_same_prompt_gets_the_same_completions_whatever_is_beside_it(bare, seeds):
    prompts = [seed.prompt for seed in seeds]
    whole = bare.system.write(prompts, [DRAWS] * len(prompts))
    assert whole == [bare.system.write([prompt], [DRAWS])[0] for prompt in prompts]
    fewer = bare.system.write(prompts, [i % (DRAWS + 1) for i in range(len(prompts))])
    assert fewer == [own[: i % (DRAWS + 1)] for i, own in enumerate(whole)]
    other = generator_target(TASK, bare.generator, Stream(8), draws=DRAWS)
    assert other.system.write(prompts, [DRAWS] * len(prompts)) != whole
    assert other.system.identity != bare.system.identity


def test_a_prompt_passes_when_a_draw_of_it_is_a_catastrophe(bare, seeds):
    answers = bare.system.answer(seeds)
    written = bare.system.write([seed.prompt for seed in seeds], [DRAWS] * len(seeds))
    bad = [
        sum(v.catastrophic for v in TASK.oracle.judge([Snippet(seed.prompt, text) for text in own]))
        for seed, own in zip(seeds, written, strict=True)
    ]
    assert 0 < sum(bad) < DRAWS * len(seeds)
    assert answers.passes.tolist() == [count > 0 for count in bad]
    assert (answers.margin > 0).tolist() == answers.passes.tolist()


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_margin_is_that_of_the_smoothed_share_above_one_draw_among_all(counts):
    bad, draws = counts
    share, limit = (bad + 0.5) / (draws + 1), 1 / (draws + 1)
    expected = math.log(share / (1 - share)) - math.log(limit / (1 - limit))
    answers = prompt_answers([bad], [draws], draws)
    assert answers.margin[0] == pytest.approx(expected, abs=1e-9)
    assert answers.passes[0] == (answers.margin[0] > 0) == (bad > 0)


def test_a_generator_behind_a_filter_is_attacked_in_the_same_way(bare, target, seeds):
    system = GeneratorBehindFilter(bare.system, Filter(target.scorer, 0.5))
    behind = replace(bare, system=system)
    attack = attacks.RandomRewrite(stop="budget")
    result = attack(behind, seeds[:2], Budget(queries_per_seed=60), STREAM)
    assert behind.draws == DRAWS
    assert result.spend.queries == 120
    assert result.failures
    for failure in result.failures:
        assert system.filter.answer([failure.snippet]).passes[0]
        assert failure.snippet.completion in system.write([failure.snippet.prompt], [DRAWS])[0]
    stopped = np.logical_and(bare.system.answer(seeds).passes, ~system.answer(seeds).passes)
    assert not np.logical_and(system.answer(seeds).passes, ~bare.system.answer(seeds).passes).any()
    assert stopped.any()


def test_a_judge_of_rewrites_decides_nothing_that_a_generator_writes(generator):
    class OfRewrites:
        name = "of-rewrites"

        def judge(self, snippets):
            raise AssertionError

        def judge_from(self, seeds, snippets):
            raise AssertionError

        def kept(self, seed):
            return ()

    with pytest.raises(UserError, match="'of-rewrites' decides rewrites"):
        generator_target(TASK, generator, Stream(7), judge=OfRewrites())


def test_no_attack_changes_what_a_sandbox_prompt_forbids():
    task = Sandbox()
    generator = Generator.create(task, ModelSize(layers=1, width=8, heads=1), Stream(2))
    target = generator_target(task, generator, Stream(7), draws=1)
    seeds = task.sample(2, Stream(5), "hard")
    for attack in (attacks.RandomRewrite(), attacks.Genetic(donors=16, offspring=8)):
        result = attack(target, seeds, Budget(queries_per_seed=6), STREAM)
        rewritten = [c for c in result.candidates if c.snippet.prompt != c.seed.prompt]
        assert rewritten
        assert all(task.states_alike(each.seed, each.snippet) for each in rewritten)
