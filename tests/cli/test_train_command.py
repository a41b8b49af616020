"""`holdfast train`: the campaign's own trainings, apart; the same model unless something is changed."""

import json
from pathlib import Path

import pytest

from holdfast.campaign.config import resolve, to_yaml
from holdfast.campaign.loop import Campaign
from holdfast.campaign.presets import preset
from holdfast.campaign.yamlfile import merged
from holdfast.core.files import folder_hash

SMALL = {
    "rounds": 1,
    "attacks": [{"attack": "best_of_n", "seeds": 6, "queries_per_seed": 10}],
    "held_out": [],
    "generator": {"size": {"width": 16}, "stories": 300, "steps": 20, "held_out": 30},
    "classifier": {"size": {"width": 16}, "examples": 300, "generated_share": 0.3, "steps": 15},
    "retraining": {"examples": 200, "steps": 6},
    "threshold": {"completions": 60},
    "evaluation": {"prompts": 50, "snippets": 80, "attack_seeds": 3, "queries_per_seed": 10, "worst": 2},
}


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A run, its configuration's file, and the hashes of its models."""
    folder = tmp_path_factory.mktemp("runs")
    config = resolve(merged(preset("brackets", "smoke").model_dump(), SMALL))
    (folder / "whole.yaml").write_text(to_yaml(config))
    record = Campaign(config, folder / "trial").run()
    return folder, [round_.classifier_hash for round_ in record.rounds]


def trained(holdfast, *arguments) -> dict:
    ended = holdfast("train", *arguments, "--json")
    assert ended.code == 0, ended.err
    found: dict = json.loads(ended.out)
    return found


def test_a_configuration_gives_the_first_model_of_its_campaign(finished, holdfast, tmp_path):
    folder, hashes = finished
    found = trained(holdfast, "-c", folder / "whole.yaml", "--out", tmp_path / "first")
    assert found["hash"] == hashes[0]
    assert (found["round"], found["pool"], found["examples"]) == (0, None, 15 * 64)
    scored = holdfast("score", "--task", "brackets", "--classifier", tmp_path / "first", "--prompt", "((")
    assert scored.code == 0, scored.err
    other = trained(holdfast, "-c", folder / "whole.yaml", "--seed", 1, "--out", tmp_path / "second")
    assert other["hash"] != hashes[0]


def test_vetoes_need_a_run_and_are_left_out_in_words(finished, holdfast, tmp_path):
    folder, hashes = finished
    plain, veto = (folder / "whole.yaml").read_text(), "{kind: likelihood, part: prompt}"
    (tmp_path / "vetoed.yaml").write_text(plain.replace("vetoes: []", f"vetoes: [{veto}]"))
    ended = holdfast("train", "-c", tmp_path / "vetoed.yaml", "--out", tmp_path / "model", "--json")
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["hash"] == hashes[0]
    assert "the vetoes of the configuration are left out" in ended.err


def test_a_run_gives_its_models_again_or_others_on_the_same_failures(finished, holdfast, tmp_path):
    folder, hashes = finished
    before = folder_hash(folder / "trial")
    runs = ("--runs", folder)
    for round_, expected in enumerate(hashes):
        out = tmp_path / f"round-{round_}"
        assert trained(holdfast, "trial", *runs, "--round", round_, "--out", out)["hash"] == expected
    (tmp_path / "longer.yaml").write_text("retraining: {steps: 12}\n")
    longer = trained(holdfast, "trial", *runs, "-c", tmp_path / "longer.yaml", "--out", tmp_path / "longer")
    assert longer["hash"] not in hashes
    assert longer["round"] == 1
    assert longer["pool"].keys() == {"positives", "negatives"}
    seeded = holdfast("train", folder / "trial", "--seed", "7", "--out", tmp_path / "seeded")
    assert seeded.code == 0
    assert "written: " in seeded.out
    assert folder_hash(folder / "trial") == before


def test_what_cannot_be_trained_is_told(finished, holdfast, tmp_path):
    folder, _ = finished
    (tmp_path / "task.yaml").write_text("task: storyworld\n")
    (tmp_path / "first.yaml").write_text("classifier: {steps: 20}\n")
    (tmp_path / "guard.yaml").write_text("task: brackets\nclassifier: {kind: folder, path: x}\n")
    (tmp_path / "wrong.yaml").write_text("retraining: {step: 3}\n")
    run = [folder / "trial"]
    cases = [
        ([*run, "-c", tmp_path / "task.yaml"], "'task' is not as in the run"),
        ([*run, "-c", tmp_path / "first.yaml"], "'classifier' is not as in the run"),
        ([*run, "--round", 4], "has not trained round 4; it has trained rounds 0 to 1"),
        (
            [*run, "-c", tmp_path / "wrong.yaml"],
            "line 1: retraining.step: unknown key; did you mean 'steps'?",
        ),
        (["tril", "--runs", folder], "'tril'"),
        (["-c", tmp_path / "guard.yaml"], "so there is nothing to train"),
        (["-c", tmp_path / "nowhere.yaml"], "nowhere.yaml"),
        (["-c", folder / "whole.yaml", "--round", 1], "name the run"),
    ]
    for arguments, says in cases:
        ended = holdfast("train", *arguments, "--out", tmp_path / "out")
        assert (ended.code, says in ended.err) == (2, True), (says, ended.err)
        assert not (tmp_path / "out").exists()
    Path(tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").touch()
    ended = holdfast("train", *run, "--out", tmp_path / "out")
    assert (ended.code, "is there already" in ended.err) == (2, True)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine"]


def test_the_fit_of_a_model_is_diagnosed_and_its_run_left_alone(finished, holdfast):
    folder, _ = finished
    before = folder_hash(folder / "trial")
    told = holdfast("diagnose", "fit", folder / "trial")
    assert told.code == 0, told.err
    assert "texts with both labels" in told.out
    longer = holdfast("diagnose", "fit", "trial", "--runs", folder, "--steps", 3, "--json")
    found = json.loads(longer.out)
    assert found["sources"][0]["source"] == "clean"
    assert "best_of_n" in {source["source"] for source in found["sources"]}
    assert found["longer"]["steps"] == 3
    assert found["verdict"]["sentence"]
    first = json.loads(holdfast("diagnose", "fit", folder / "trial", "--round", 0, "--json").out)
    assert len(first["sources"]) == 1
    ended = holdfast("diagnose", "fit", folder / "trial", "--round", 9)
    assert (ended.code, "has not trained round 9" in ended.err) == (2, True)
    assert folder_hash(folder / "trial") == before
