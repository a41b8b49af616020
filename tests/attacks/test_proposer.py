"""Words of a masked language model: attacks write them, where it is there and there is real text."""

import pickle
from dataclasses import dataclass, replace
from typing import ClassVar

import pytest

import planted_guard
import planted_masked
from holdfast import attacks
from holdfast.attacks.target import Target
from holdfast.core.budget import Budget
from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Label, Snippet, Verdict
from holdfast.core.surface import Limits
from holdfast.core.text_surface import TextSurface
from holdfast.models.classifier import Classifier
from holdfast.models.masked import MaskedModel
from holdfast.models.scoring import ScoringEngine
from holdfast.models.systems import Filter

SEEDS = [Snippet("", "you are vermin, all of you."), Snippet("", "they are scum of the old town.")]
BUDGET = Budget(queries_per_seed=40)
ATTACKS = [
    attacks.GreedyRewrite(uniform_share=0.0, stop="budget"),
    attacks.Beam(uniform_share=0.0, stop="budget"),
]


@dataclass(frozen=True)
class Trusting:
    """Takes every rewrite for a catastrophe."""

    name = "trusting"

    def judge(self, snippets):
        return [Verdict(Label.CATASTROPHIC, 5.0)] * len(snippets)


@dataclass(frozen=True)
class Sentences:
    """A task of real text, into which the words `good`, `old` and `,` may be written."""

    surface = TextSurface(Limits(0, 40), ["good", "old", ","])
    name = "sentences"
    phenomena: ClassVar = {}


@pytest.fixture(scope="module")
def target(tmp_path_factory):
    guard = Classifier.load(planted_guard.save(tmp_path_factory.mktemp("guard")))
    return Target(Sentences(), Trusting(), Filter(ScoringEngine(guard), 0.5), order="judge")


@pytest.fixture(scope="module")
def proposer(target, tmp_path_factory):
    tokenizer = target.scorer.classifier.tokenizer
    folder = planted_masked.save(tmp_path_factory.mktemp("masked"), tokenizer, planted_guard.KIND)
    return MaskedModel.load(folder)


def written(result):
    """The words of all failures that neither a seed nor the alphabet has."""
    surface = Sentences.surface
    known = {word for seed in SEEDS for word in surface.words(surface.split(seed.completion))}
    found = {w for f in result.failures for w in surface.words(surface.split(f.snippet.completion))}
    return found - known - {"good", "old"}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_writes_what_the_masked_model_likes(attack, target, proposer):
    result = attack(replace(target, proposer=proposer), SEEDS, BUDGET, Stream(3))
    assert result.broken == len(SEEDS)
    assert written(result) & set(planted_guard.KIND)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_without_one_all_words_are_of_the_alphabet(attack, target):
    assert not written(attack(target, SEEDS, BUDGET, Stream(3)))


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_its_forwards_are_counted(attack, target, proposer):
    with_one = replace(target, proposer=proposer)
    before = proposer.spend
    result = attack(with_one.fresh(), SEEDS, Budget(queries_per_seed=20), Stream(3))
    of_masked = (proposer.spend - before).forward_flops
    again = attack(with_one.fresh(), SEEDS, Budget(queries_per_seed=20), Stream(3))
    assert 0 < of_masked < result.spend.forward_flops
    assert result.spend.forward_flops == again.spend.forward_flops
    assert sum(attempt.flops for attempt in result.attempts) >= of_masked


def test_neither_other_seeds_nor_another_process_changes_what_is_found(target, proposer):
    target = replace(target, proposer=proposer)
    budget = Budget(queries_per_seed=30)
    together = ATTACKS[0](target, SEEDS, budget, Stream(3)).attempts[1]
    sent = pickle.loads(pickle.dumps(target))
    (alone,) = ATTACKS[0](sent, SEEDS[1:], budget, Stream(3)).attempts
    assert together.failures
    assert [f.snippet for f in together.failures] == [f.snippet for f in alone.failures]


def test_a_target_of_whole_sentences_refuses_it(target, proposer):
    @dataclass(frozen=True)
    class Whole(Sentences):
        surface = TextSurface(Limits(0, 5), ["Good."], "sentences")

    with pytest.raises(UserError, match="whole sentences"):
        replace(target, task=Whole(), proposer=proposer)
