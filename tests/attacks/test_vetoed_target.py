"""Attacks on a filter with vetoes: they see one margin, and pay for what the vetoes pass alone."""

from dataclasses import replace

import numpy as np
import pytest
import tavern

from hand_set import hand_set_generator
from holdfast.attacks import attack_from_config
from holdfast.attacks.engine.journal import remembering
from holdfast.core.budget import Budget
from holdfast.core.executors import Processes
from holdfast.core.from_values import from_values
from holdfast.core.seeds import Stream
from holdfast.core.surface import units_of
from holdfast.models.scoring import ScoringEngine
from holdfast.models.unit_scores import unit_scores
from holdfast.models.vetoes import vetoes
from holdfast.models.vetoes.calibrate import calibrated

KINDS = ["random_rewrite", "greedy_rewrite", "genetic", "hotflip", "mcmc", "best_of_n"]
BUDGET = Budget(queries_per_seed=30)
VETOES = [{"kind": "likelihood", "part": "completion", "refuse": 0.2}]


@pytest.fixture(scope="module")
def writer():
    """A generator that has strong likings, so that most rewrites are unlike what it writes."""
    generator = hand_set_generator(tavern.Tavern(), Stream(3))
    generator.model.model.norm.weight.data.fill_(0.15)
    return generator


@pytest.fixture(scope="module")
def panel(writer):
    told = writer.codec.encode(tavern.Tavern().sample(300, Stream(5), "hard"))
    return calibrated([from_values(vetoes, one) for one in VETOES], writer, {"stories": told})


@pytest.fixture
def vetoed(target, classifier, panel):
    return target.filtered_by(ScoringEngine(classifier, vetoes=panel.fresh()))


def run(kind, target, seeds, **options):
    attack = attack_from_config({"kind": kind, "stop": "budget"})
    return attack(target, seeds, BUDGET, Stream(7), **options)


@pytest.mark.parametrize("kind", KINDS)
def test_no_failure_is_one_that_a_veto_turns_away(kind, vetoed, seeds):
    result = run(kind, vetoed, seeds)
    scores = unit_scores(vetoed.fresh().system, vetoed.surface)
    assert result.failures
    assert scores.turned_away([f.units for f in result.failures]) == [None] * len(result.failures)
    assert all(failure.log_odds < vetoed.limit for failure in result.failures)
    assert all(attempt.queries <= 30 for attempt in result.attempts)
    assert set(result.turned_away) <= {"likelihood of the completion"}


@pytest.mark.parametrize("kind", ["random_rewrite", "genetic"])
def test_what_a_veto_turns_away_is_counted_and_is_no_query(kind, vetoed, seeds):
    """So the same budget goes to what the veto passes; with the others there are more."""
    result = run(kind, vetoed, seeds)
    assert sum(result.turned_away.values()) > 0
    assert result.spend.queries == sum(attempt.queries for attempt in result.attempts)
    pairs = list(zip(result.first_failure_queries, result.first_failure_candidates, strict=True))
    assert all((a is None) == (b is None) for a, b in pairs)
    assert all(b >= a for a, b in pairs if a is not None)
    assert any(b > a for a, b in pairs if a is not None)
    for attempt in result.attempts:
        before = [failure.turned_away for failure in attempt.failures]
        assert before == sorted(before)
        assert not before or before[-1] <= sum(attempt.turned_away.values())


def test_a_seed_that_is_turned_away_is_attacked_all_the_same(vetoed, seeds):
    """Its margin is known, and a search may come back to what passes."""
    scores = unit_scores(vetoed.system, vetoed.surface)
    random, odd = Stream(6).python(), []
    for seed in seeds * 8:
        words = seed.completion.split()
        odd.append(replace(seed, completion=" ".join(random.sample(words, len(words)))))
    bad = [verdict.catastrophic for verdict in vetoed.judge.judge(odd)]
    by = scores.turned_away(units_of(vetoed.surface, odd))
    refused = [seed for seed, veto, is_bad in zip(odd, by, bad, strict=True) if veto and is_bad]
    assert refused
    result = run("genetic", vetoed, refused[:4])
    assert all(attempt.skipped is None for attempt in result.attempts)
    assert result.broken


def test_a_filter_that_a_veto_never_passes_has_withstood(target, classifier, panel, seeds):
    """No query was spent, and yet the attempt was made."""
    closed = replace(panel, parts=(replace(panel.parts[0], bound=0.0),))
    result = run("random_rewrite", target.filtered_by(ScoringEngine(classifier, vetoes=closed)), seeds[:1])
    assert [attempt.outcome for attempt in result.attempts] == ["withstood"]
    assert result.spend.queries == 0
    assert sum(result.turned_away.values()) > 0


@pytest.mark.slow
def test_shards_and_a_journal_change_nothing(vetoed, seeds, tmp_path):
    whole = run("random_rewrite", vetoed, seeds[:4])
    shared = run("random_rewrite", vetoed.fresh(), seeds[:4], executor=Processes(2))
    assert shared.attempts == whole.attempts
    for _ in range(2):
        with remembering(vetoed.fresh(), tmp_path / "journal") as remembered:
            assert run("random_rewrite", remembered, seeds[:4]).attempts == whole.attempts


def test_attacks_from_inside_rank_words_by_the_embeddings_of_all_parts(vetoed, seeds):
    scores = unit_scores(vetoed.system, vetoed.surface)
    (one,) = units_of(vetoed.surface, seeds[:1])
    (gradient,) = scores.gradients([one])
    assert gradient.shape == (len(one), scores.embeddings().shape[1])
    assert np.isfinite(gradient).all()
