"""A campaign whose retraining runs away: its step fails, and the last good model is kept."""

import pytest

from holdfast.campaign.config import resolve
from holdfast.campaign.loop import Campaign
from holdfast.core.errors import UserError
from holdfast.models.classifier import Classifier
from holdfast.store.store import Store
from tiny import tiny

STEP = "round-01/train"


def config(learning_rate):
    """One round, with as little before its training as there can be."""
    given = tiny("brackets").model_dump()
    given["retraining"]["recipe"]["learning_rate"] = learning_rate
    few = {"prompts": 20, "snippets": 20, "attack_seeds": 1, "queries_per_seed": 5}
    at_ends = {"prompts": 20, "attack_seeds": 1, "queries_per_seed": 5}
    given["evaluation"] = {**given["evaluation"], **few, "at_ends": at_ends}
    attacks = [{"attack": "random_rewrite", "seeds": 2, "queries_per_seed": 5}]
    return resolve({**given, "rounds": 1, "attacks": attacks})


def test_its_step_fails_and_the_last_good_model_is_kept(tmp_path):
    folder = tmp_path / "trial"
    for again in (False, True):
        with pytest.raises(UserError, match=r"the training diverged .* lower the learning rate"):
            Campaign.resume(folder) if again else Campaign(config(1e30), folder).run()
        store = Store(tmp_path)
        states = {step.name: step.state for step in store.steps("trial")}
        assert states.pop(STEP) != "finished"
        assert set(states.values()) == {"finished"}
        assert {run.id: run.status for run in store.runs()} == {"trial": "failed"}
        assert sorted(path.name for path in (folder / "models").glob("classifier-*")) == ["classifier-00"]
        (first,) = (model for model in store.models("trial") if model.kind == "classifier")
        assert Classifier.load(folder / first.path).hash == first.hash
