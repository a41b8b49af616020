"""Which masked language model proposed words stands in what rests on them."""

import pytest
from transformers import AutoTokenizer

import planted_guard
import planted_masked
from guard_texts import rows, write
from holdfast.campaign.attack_claims import attack_distribution
from holdfast.campaign.config import resolve
from holdfast.campaign.labelled.asked import Asked, plan_labelled
from holdfast.evaluation.claims import Distribution
from holdfast.models.masked import MaskedModel


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    place = tmp_path_factory.mktemp("here")
    planted_guard.save(place / "guard")
    tokenizer = AutoTokenizer.from_pretrained(place / "guard")
    planted_masked.save(place / "masked", tokenizer, planted_guard.KIND)
    write(place / "texts.csv", rows(12))
    return place


@pytest.fixture
def config(here, monkeypatch):
    monkeypatch.setenv("HOLDFAST_CACHE", str(here / "cache"))
    columns = {"text": "text", "label": "label", "split": "split"}
    labels = {"catastrophic": "hate", "harmless": "nothate"}
    data = {"path": str(here / "texts.csv"), "columns": columns, "labels": labels}
    return {
        "task": {"kind": "labelled", "data": {**data, "splits": {"kind": "given"}}},
        "classifier": {"kind": "folder", "path": str(here / "guard")},
        "judge": {"kind": "edits", "model": str(here / "masked"), "most": 2},
        "proposer": {"path": str(here / "masked")},
        "threshold": {"rule": "fixed", "at": 0.5},
    }


def test_a_plan_names_the_models_of_proposer_and_judge_by_hash(config, here):
    plan, opened = plan_labelled(resolve(config), Asked(attacks=("greedy_rewrite",)))
    kept = MaskedModel.load(here / "masked").hash
    assert plan.proposer == kept == opened.target(0.5).proposer.hash
    assert kept[:12] in plan.judge_rests_on


def test_a_plan_without_attacks_names_no_proposer(config):
    assert plan_labelled(resolve(config), Asked(attacks=()))[0].proposer is None


def test_attempts_with_other_proposers_are_of_other_distributions(here):
    hard = Distribution(
        task="labelled", task_hash="a" * 64, prompts="seeds", prompts_hash="a" * 64, generator=None,
        classifier="b" * 64, threshold=0.5,
    )  # fmt: skip
    masked = MaskedModel.load(here / "masked")
    with_one = attack_distribution(hard, "Beam()", "5 queries a seed", proposer=masked)
    assert masked.hash in with_one.attack
    assert with_one != attack_distribution(hard, "Beam()", "5 queries a seed")
