"""Online adversarial training: when it attacks, what it learns from, and a campaign that uses it."""

from pathlib import Path

import numpy as np
import pytest
from bracket_examples import bracket_tokens, by_length

from holdfast.campaign.config import RunConfig
from holdfast.campaign.loop import Campaign
from holdfast.campaign.train_one import train_again, train_first
from holdfast.core.budget import Spend
from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.models.classifier import Classifier
from holdfast.models.size import ModelSize
from holdfast.store.store import Store
from holdfast.tasks.brackets import Brackets
from holdfast.training.batches import BatchSource
from holdfast.training.classifier import ClassifierRecipe, LabelledTokens
from holdfast.training.defences import Lesson
from holdfast.training.online import Found, Hunt, Online
from tiny import tiny

SIZE = ModelSize(layers=1, width=16, heads=2, positions=48)
RECIPE = ClassifierRecipe(learning_rate=5e-3, batch_size=8)
STEPS, EVERY = 7, 3


class Scripted:
    """An adversary that has its finds ready: some each time, and none the last time."""

    def __init__(self, data: LabelledTokens, times: int, each: int) -> None:
        self._finds = [data.take(range(i * each, (i + 1) * each)) for i in range(times)] + [data.take([])]
        self.hashes: list[str] = []
        self.training: list[bool] = []

    def attacked(self, classifier: Classifier, asked: Online, stream: Stream) -> Found:
        self.hashes.append(classifier.hash)
        self.training.append(classifier.model.training)
        return Found(self._finds[len(self.hashes) - 1], Spend(queries=5, forward_flops=10.0, seconds=1e9))


class Learnt:
    """The labels that a loss would know."""

    def __init__(self, data: LabelledTokens) -> None:
        self.labels = data.labels.tolist()

    def add(self, data: LabelledTokens) -> None:
        self.labels += data.labels.tolist()


@pytest.fixture
def data() -> LabelledTokens:
    return by_length(bracket_tokens(SIZE, 40))


def test_it_attacks_the_model_as_it_is_now_and_pays_for_it(classifier, data):
    adversary = Scripted(data, 2, 4)
    lesson = Lesson(Brackets(), data, RECIPE, STEPS, Stream(2), adversary=adversary)
    before, revision = classifier.hash, classifier.revision
    report = Online(every=EVERY).train(classifier, lesson)
    assert adversary.hashes[0] == before
    assert len(set(adversary.hashes)) == len(adversary.hashes) == 3
    assert adversary.training == [False] * 3
    assert not classifier.model.training
    assert classifier.revision > revision
    assert report.found == int(data.labels[:8].sum())
    assert report.spend.queries == 15
    assert report.spend.seconds < 1e9, "the training's own clock runs while it is attacked"
    assert report.spend.forward_flops > 30


def test_what_is_found_is_in_the_next_batch_and_is_replayed(classifier, data):
    adversary, learnt = Scripted(data, 2, 4), Learnt(data)
    source = BatchSource(classifier.layout, data.tokens, 8, None, Stream(3))
    hunt = Hunt(Online(every=EVERY, share=0.5), adversary, classifier, Stream(4))
    batches = [batch for batch, _ in zip(hunt.batches(source, learnt), range(STEPS), strict=False)]
    assert [len(batch.rows) for batch in batches] == [8] * STEPS
    found = [[row - 40 for row in batch.rows.tolist() if row >= 40] for batch in batches]
    assert sorted(found[0]) == [0, 1, 2, 3]
    assert sorted(found[EVERY]) == [4, 5, 6, 7]
    assert all(len(set(rows)) == 4 for rows in found)
    assert {row for rows in found[EVERY + 1 :] for row in rows} & {0, 1, 2, 3}, "the earlier ones come again"
    assert learnt.labels[40:] == data.labels[:8].tolist()
    for batch in batches:
        for row, ids in zip(batch.rows.tolist(), batch.inputs["input_ids"].tolist(), strict=True):
            own = data.tokens[row if row < 40 else row - 40]
            assert [i for i in ids if i in {*own.prompt, *own.completion}] == [*own.prompt, *own.completion]


def test_without_a_find_the_batches_are_those_of_plain_training(classifier, data):
    def rows(source) -> list[list[int]]:
        return [batch.rows.tolist() for batch, _ in zip(source, range(5), strict=False)]

    def fresh() -> BatchSource:
        return BatchSource(classifier.layout, data.tokens, 8, None, Stream(3))

    hunt = Hunt(Online(every=1), Silent(), classifier, Stream(4))
    assert rows(hunt.batches(fresh(), Learnt(data))) == rows(fresh())


class Silent:
    """Never finds anything."""

    def attacked(self, classifier: Classifier, asked: Online, stream: Stream) -> Found:
        nothing = np.zeros(0, dtype=np.float32)
        return Found(LabelledTokens([], nothing, nothing), Spend())


def test_what_it_cannot_do_is_said_before_training(classifier, data):
    marked = ClassifierRecipe(mark_weight=1.0)
    before = classifier.hash
    with pytest.raises(UserError, match="finds its texts later"):
        Online().check(Brackets(), classifier, marked)
    with pytest.raises(UserError, match="nothing can attack here"):
        Online().train(classifier, Lesson(Brackets(), data, RECIPE, STEPS, Stream(2)))
    assert classifier.hash == before


ONLINE = {"kind": "online", "attack": "random_rewrite", "seeds": 2, "queries_per_seed": 10, "every": 2}


def asked(threshold: float) -> RunConfig:
    """One round."""
    defence = {**ONLINE, "threshold": threshold}
    return tiny(
        "brackets",
        rounds=1,
        attacks=[{"attack": "random_rewrite", "seeds": 4, "queries_per_seed": 10}],
        classifier=tiny("brackets").classifier.model_copy(update={"defence": defence}).model_dump(),
        retraining={"examples": 80, "steps": 4, "defence": defence},
        threshold={"completions": 40},
        held_out=[],
        evaluation={
            "prompts": 30,
            "snippets": 40,
            "attack_seeds": 2,
            "queries_per_seed": 10,
            "worst": 1,
            "at_ends": {"prompts": 30, "attack_seeds": 2, "queries_per_seed": 10},
        },
    )


def test_a_campaign_trains_so_counts_it_and_trains_the_same_again(tmp_path: Path):
    # Near 1 nearly all catastrophes are failures, whatever the model.
    config = asked(threshold=0.999)
    Campaign(config, tmp_path / "trial").run()
    store = Store(tmp_path)
    try:
        told = {step.name: step.result for step in store.steps("trial") if step.name.endswith("/train")}
        costs = {row.step: row for row in store.costs("trial") if row.side == "defence"}
    finally:
        store.close()
    for name, attacks in (("round-00/train", 8), ("round-01/train", 2)):
        assert told[name]["found"] > 0
        assert 0 < costs[name].queries <= attacks * 2 * 10
        assert costs[name].judge_calls > 0
    again = train_again(tmp_path / "trial", config, tmp_path / "again")
    assert again.hash == told["round-01/train"]["hash"]
    first = train_first(config, tmp_path / "first")
    assert first.hash == told["round-00/train"]["hash"]
