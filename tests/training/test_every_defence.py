"""One table for every registered defence: it trains, saves, resumes, and beats doing nothing."""

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from holdfast.campaign.config import resolve
from holdfast.core.budget import Spend
from holdfast.core.errors import UserError
from holdfast.core.from_values import from_values, to_values
from holdfast.core.odds import log_odds_of
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.models.classifier import Classifier, ModelSize
from holdfast.tasks import tasks
from holdfast.training.classifier import ClassifierRecipe, LabelledTokens, train_classifier
from holdfast.training.defences import (
    Defence,
    Lesson,
    LowRank,
    defences,
)
from holdfast.training.online import Found, Online
from holdfast.training.recipes import LoraRecipe, Noise, WorstCase
from tiny import tiny
from tolerances import SAME_LOG_ODDS

ROWS = [
    {"kind": "fine_tuning"},
    {"kind": "worst_case", "steps": 2, "radius": 0.5},
    {"kind": "noise", "radius": 0.2},
    {"kind": "process_supervision", "mark_weight": 0.5},
    {"kind": "lora", "rank": 4, "alpha": 8.0},
    {"kind": "online", "attack": {"kind": "random_rewrite"}, "seeds": 2, "queries_per_seed": 6, "every": 9},
]
"""Every registered defence, with what options there are."""

RECIPE = ClassifierRecipe(learning_rate=5e-3, batch_size=32)
SIZE = ModelSize(layers=1, width=32, heads=2, positions=96)
STEPS = 25

rows = pytest.mark.parametrize("row", ROWS, ids=lambda row: row["kind"])


def test_every_defence_has_a_row():
    assert {row["kind"] for row in ROWS} == set(defences)


@pytest.fixture(scope="module")
def task():
    return tasks.get("word_length")()


@pytest.fixture(scope="module")
def data(task) -> LabelledTokens:
    """A learnable set: the label says which of two sets of words the first word is of."""
    drawn = dict.fromkeys(task.words(each.prompt)[2] for each in task.sample(200, Stream(1), "hard"))
    first, second = list(drawn)[:8], list(drawn)[8:16]
    pairs = [(one, other) for one in first for other in second]
    form = "first word: {} second word: {} ---"
    tokens = made(task).codec.encode([Snippet(form.format(*pair), "answer:") for pair in pairs])
    labels = np.array([one in first[:4] for one, _ in pairs], dtype=np.float32)
    return LabelledTokens(tokens, labels, labels)


def made(task) -> Classifier:
    return Classifier.create(task, SIZE, Stream(0))


class Searching:
    """An adversary without a campaign: hard catastrophes of the task that score low, each a query."""

    def __init__(self, task) -> None:
        self.task = task
        self.hashes: list[str] = []

    def attacked(self, classifier: Classifier, asked: Online, stream: Stream) -> Found:
        self.hashes.append(classifier.hash)
        drawn = self.task.sample(asked.seeds * asked.queries_per_seed, stream, "hard")
        verdicts = self.task.oracle.judge(drawn)
        tokens = classifier.codec.encode(drawn)
        passes = classifier.log_odds(tokens) < log_odds_of(asked.threshold)
        kept = [i for i, v in enumerate(verdicts) if bool(passes[i]) == v.catastrophic][: 2 * asked.seeds]
        labels = np.array([verdicts[i].catastrophic for i in kept], dtype=np.float32)
        spend = Spend(queries=len(drawn), judge_calls=len(drawn), forward_flops=1.0)
        return Found(LabelledTokens([tokens[i] for i in kept], labels, labels), spend)


def trained(task, data: LabelledTokens, defence: Defence) -> Classifier:
    classifier = made(task)
    defence.check(task, classifier, RECIPE)
    lesson = Lesson(task, data, RECIPE, STEPS, Stream(2), adversary=Searching(task))
    report = defence.train(classifier, lesson)
    assert report.steps == STEPS
    assert report.spend.backward_flops > 0
    return classifier


def loss_of(classifier: Classifier, data: LabelledTokens) -> float:
    signed = np.where(data.labels > 0.5, 1, -1) * classifier.log_odds(data.tokens)
    return float(np.logaddexp(0, -signed).mean())


@rows
def test_it_trains_saves_resumes_and_beats_doing_nothing(row, task, data, tmp_path):
    """What is resumed is the step of a campaign: it trains again from the same weights, to the same ones."""
    if row["kind"] == "lora":
        pytest.importorskip("peft")
    classifier = trained(task, data, from_values(defences, row))
    assert loss_of(classifier, data) < loss_of(made(task), data)
    classifier.save(tmp_path / "model")
    loaded = Classifier.load(tmp_path / "model", task)
    np.testing.assert_allclose(
        loaded.log_odds(data.tokens[:20]), classifier.log_odds(data.tokens[:20]), atol=SAME_LOG_ODDS
    )
    assert trained(task, data, from_values(defences, row)).hash == classifier.hash


def test_process_supervision_needs_a_task_that_knows_words_before_anything_is_spent():
    brackets = tasks.get("brackets")()
    classifier = Classifier.create(brackets, SIZE, Stream(0))
    with pytest.raises(UserError, match="brackets says nothing of single words"):
        from_values(defences, {"kind": "process_supervision"}).check(brackets, classifier, RECIPE)


@rows
def test_its_configuration_makes_it_again(row):
    defence = from_values(defences, row)
    assert isinstance(defence, Defence)
    whole = to_values(defence)
    assert from_values(defences, whole) == defence
    assert row.items() <= whole.items()
    assert {each.name for each in fields(defence)} == set(whole) - {"kind"}


@rows
def test_a_configuration_names_it(row):
    config = tiny("word_length", retraining={"defence": row})
    expected = from_values(defences, row)
    if isinstance(expected, Online):  # a configuration writes the attack's defaults out
        expected = replace(expected, attack=config.attacks[1].attack)
    assert config.retraining.made_defence == expected
    assert resolve(config.model_dump(mode="json")) == config


def test_plain_training_is_the_same_through_the_registry(task, data):
    before = made(task)
    train_classifier(before, data, RECIPE, STEPS, Stream(2))
    assert trained(task, data, from_values(defences, {"kind": "fine_tuning"})).hash == before.hash


@pytest.mark.parametrize(
    ("kind", "recipe"), [("worst_case", WorstCase), ("noise", Noise), ("lora", LoraRecipe)]
)
def test_its_defaults_are_those_of_the_recipe_that_it_uses(kind, recipe):
    values = {each.name: each.default for each in fields(recipe) if each.name != "kind"}
    assert to_values(from_values(defences, {"kind": kind})) == {"kind": kind, **values}


MISTAKES = [
    ({"retraining": {"defence": "worst_cse"}}, "did you mean 'worst_case'"),
    ({"retraining": {"defence": {"kind": "noise", "radus": 1}}}, "did you mean 'radius'"),
    ({"retraining": {"defence": {"kind": "noise", "radius": -1}}}, "radius of a perturbation"),
    ({"retraining": {"defence": {"kind": "worst_case", "steps": "many"}}}, "field 'steps'"),
    ({"retraining": {"defence": {"kind": "process_supervision", "mark_weight": 0}}}, "mark_weight above 0"),
    ({"retraining": {"defence": "noise", "adapter": {"kind": "lora"}}}, "leave one of them out"),
    (
        {"retraining": {"defence": "noise", "recipe": {"perturbation": {"kind": "noise"}}}},
        "perturbation, which the defence 'noise' is",
    ),
    (
        {"retraining": {"defence": "process_supervision", "recipe": {"mark_weight": 1.0}}},
        "mark_weight or mention_weight, which the defence 'process_supervision' is",
    ),
    ({"retraining": {"defence": {"radius": 1}}}, "give a name"),
    ({"retraining": {"defence": {"kind": "online", "every": 0}}}, "every of online training"),
    ({"retraining": {"defence": {"kind": "online", "share": 1.0}}}, "share of online training lies between"),
    ({"retraining": {"defence": {"kind": "online", "attack": "random_rewrte"}}}, "random_rewrite"),
    (
        {"retraining": {"defence": {"kind": "online", "attack": "genetic"}}, "held_out": ["genetic"]},
        "'genetic' is held out",
    ),
]


@pytest.mark.parametrize(("change", "says"), MISTAKES, ids=lambda value: str(value)[:60])
def test_a_mistake_is_one_line(change, says):
    with pytest.raises(UserError, match=says) as caught:
        tiny("word_length", **change)
    assert "\n" not in str(caught.value)


def test_an_adapter_named_apart_is_the_defence_of_low_rank():
    config = tiny("word_length", retraining={"adapter": {"kind": "lora", "rank": 2}})
    assert config.retraining.made_defence == LowRank(rank=2)


@rows
def test_the_page_names_every_option(row):
    page = (Path(__file__).parents[2] / "docs" / "training.md").read_text(encoding="utf-8")
    defence = from_values(defences, row)
    assert [each.name for each in fields(defence) if f"`{each.name}`" not in page] == []
    assert f"`{row['kind']}`" in page
