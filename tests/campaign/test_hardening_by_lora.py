"""A guard of labelled text hardened by low-rank adapters: one guard in memory, resumed, counted, refused."""

import gc
import json
import re
import weakref

import pytest

from holdfast.campaign.config import load_config, to_yaml
from holdfast.campaign.hardening.conclude import hardening_record
from holdfast.campaign.history import open_store
from holdfast.campaign.loop import Campaign
from holdfast.core.errors import UserError
from holdfast.core.progress import Silent
from holdfast.models.classifier import Classifier
from holdfast.report.hardening_page import hardening_page
from holdfast.training.flops import TokenCost
from holdfast.training.recipes import LoraRecipe
from labelled_guard import rows, save_guard, write_config, write_rows

LORA = {"kind": "lora", "rank": 2, "alpha": 4.0}
ROUNDS = {
    "rounds": 1,
    "attacks": [
        {
            "attack": {"kind": "random_rewrite", "constraints": {"place": "after"}},
            "seeds": 10,
            "queries_per_seed": 10,
        }
    ],
    "held_out": [],
    "retraining": {
        "adapter": LORA,
        "recipe": {"batch_size": 16},
        "learning_rates": [1e-2, 1e30, 3e-2],
        "examples": 64,
        "steps": 4,
        "candidates": 20,
        "control": True,
    },
    "evaluation": {"attack_seeds": 4, "queries_per_seed": 6},
}
TUNED = {"learning_rates": [1e-3, 1e-2], "steps": [2], "recipe": {"batch_size": 8}, "adapter": LORA}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    made = tmp_path_factory.mktemp("lora")
    patch = pytest.MonkeyPatch()
    patch.setenv("HOLDFAST_CACHE", str(made / "cache"))
    save_guard(made / "guard")
    data = rows(each=(16, 20, 24))
    known = {row["text"] for row in data}
    more = [{**row, "split": "validation"} for row in rows(seed=1, each=(14, 0, 0))]
    write_rows(made / "texts.csv", [*data, *(row for row in more if row["text"] not in known)])
    yield made
    patch.undo()


def configured(place, name="rounds", guard="guard", adapter=LORA, tuned=TUNED, **changes):
    classifier = {"kind": "folder", "path": str(place / guard), "fine_tune": tuned}
    retraining = {**ROUNDS["retraining"], "adapter": adapter}
    values = {**ROUNDS, "classifier": classifier, "retraining": retraining, **changes}
    return load_config(write_config(place / f"{name}.yaml", "texts.csv", guard, **values))


def carried_out(place, name, config, progress=None):
    Campaign(config, place / "runs" / name).carry_out(progress or Silent())
    return hardening_record(open_store(place / "runs"), name)


class GuardsAlive(Silent):
    """How many guards are in memory at each training's start, whatever waits to be collected aside."""

    def __init__(self, made):
        self.made, self.counts = made, []

    def start(self, work, *told, **more):
        if ": train at " in work:
            self.counts.append(sum(one() is not None for one in self.made))


@pytest.fixture(scope="module")
def run(place):
    """A run, and how many guards each of its trainings found in memory."""
    made, plain = [], Classifier.__init__

    def counted(self, model, *args, **more):
        plain(self, model, *args, **more)
        made.append(weakref.ref(model))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Classifier, "__init__", counted)
        gc.collect()
        watching = GuardsAlive(made)
        return carried_out(place, "whole", configured(place), watching), watching.counts


def test_one_guard_is_in_memory_while_it_is_tuned(run):
    _, counts = run
    assert counts == [1] * (2 + 3 + 3), "two rates first, and three in the round and in the control"


def test_what_was_trained_is_recorded_and_reported(place, run):
    record, _ = run
    guard = Classifier.load(place / "guard")
    cost = TokenCost.of(guard.model, LoraRecipe(rank=2, alpha=4.0))
    assert 0 < cost.trained < guard.parameters_count
    assert [one.trained for one in record.rounds] == [cost.trained] * 2
    steps = open_store(place / "runs").result("whole", "round-01/train")
    assert steps["parameters"] == guard.parameters_count, "adapters are merged"
    assert f'<td class="number">{cost.trained:,}</td>' in hardening_page(record)
    for one in record.rounds:
        spent = one.training_cost
        assert spent.backward_flops / spent.forward_flops == pytest.approx(1 + cost.trained / cost.passed)


def test_the_control_trains_at_as_many_flops(place, run):
    store = open_store(place / "runs")
    ours, control = (store.result("whole", f"{name}/train") for name in ("round-01", "control"))
    assert control["flops"] == pytest.approx(ours["flops"], rel=0.5)
    assert control["trained"] == ours["trained"]


def test_each_guard_is_an_ordinary_folder(place, run):
    record, _ = run
    for one in record.rounds:
        folder = place / "runs" / "whole" / one.guard.path
        assert not list(folder.glob("adapter*"))
        assert Classifier.load(folder).hash == one.guard.hash
    assert record.rounds[0].guard.hash != record.rounds[1].guard.hash


class StoppedError(Exception):
    pass


class StopsInTraining(Silent):
    """Ends the run, as a kill does, after the nth training was begun and has found a better guard."""

    def __init__(self, count):
        self.left = count

    def start(self, work, *told, **more):
        self.left -= ": train at " in work
        if self.left < 0:
            raise StoppedError


def told(record):
    """All that a run says but for the clock, its name, and where it lies."""
    plain = record.model_dump(mode="json", exclude={"run", "started", "finished", "config"})
    return re.sub(r'"seconds": [0-9.e+-]+', "", json.dumps(plain))


@pytest.mark.parametrize("count", [1, pytest.param(4, marks=pytest.mark.slow)])
def test_stopped_in_training_and_resumed_it_comes_to_the_same(place, run, count):
    name = f"stopped-{count}"
    with pytest.raises(StoppedError):
        carried_out(place, name, configured(place), StopsInTraining(count))
    Campaign.begun(place / "runs" / name).carry_out(Silent())
    assert told(hardening_record(open_store(place / "runs"), name)) == told(run[0])


def test_a_target_that_the_guard_has_not_is_refused_before_any_attack(place):
    wrong = {"targets": ["q_proj"]}
    for name, changes in {
        "in-rounds": {"adapter": wrong},
        "first": {"tuned": {**TUNED, "adapter": wrong}},
    }.items():
        with pytest.raises(UserError, match=r"'q_proj' names no linear layer of this model.*Wi, Wo, Wqkv"):
            carried_out(place, name, configured(place, name, **changes))
        assert not open_store(place / "runs").rounds(name)


MISTAKES = [
    # what stands there, what the error says
    ({"rank": 0}, r"retraining\.adapter: an adapter's rank must be at least 1, not 0"),
    ({"kind": "dora"}, r"retraining\.adapter\.kind: input should be 'lora'"),
    ({"ranks": 8}, r"retraining\.adapter\.ranks: unknown key; did you mean 'rank'\?"),
    ({"targets": []}, r"retraining\.adapter: an adapter needs targets"),
]


@pytest.mark.parametrize(("adapter", "said"), MISTAKES, ids=[said for _, said in MISTAKES])
def test_mistakes_are_refused_with_their_place(place, adapter, said):
    with pytest.raises(UserError, match=r"mistake\.yaml, line 1: " + said):
        configured(place, "mistake", adapter=adapter)


def test_none_is_usual_and_what_is_shown_reads_back(place):
    assert configured(place, "none", adapter=None).retraining.adapter is None
    config = configured(place, "shown")
    (place / "again.yaml").write_text(to_yaml(config), encoding="utf-8")
    assert load_config(place / "again.yaml") == config
    assert config.retraining.adapter == LoraRecipe(rank=2, alpha=4.0)
