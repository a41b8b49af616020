"""The configurations and the count of `research/forms`."""

import importlib.util
import sys
from pathlib import Path

import pytest

from hand_set import hand_set_filter
from holdfast.campaign.config import load_config
from holdfast.tasks import tasks

FOLDER = Path(__file__).parents[2] / "research" / "forms"
SPEC = importlib.util.spec_from_file_location("forms_accuracy", FOLDER / "accuracy.py")
accuracy = importlib.util.module_from_spec(SPEC)
sys.modules[SPEC.name] = accuracy  # where dataclasses look for their module
SPEC.loader.exec_module(accuracy)


@pytest.mark.parametrize("task", ["password", "word_length"])
@pytest.mark.parametrize("name", ["first", "rounds"])
def test_the_configurations_are_whole_for_both_tasks(task, name):
    config = load_config(FOLDER / f"{name}.yaml", task=task)
    assert config.task_kind == task
    assert config.rounds == (10 if name == "rounds" else 0)
    if name == "rounds":
        assert config.attacks[0].attack["top_k"] == len(tasks.get(task)().vocabulary)
        assert (config.most.attack_seeds, config.most.queries_per_seed) == (100, 128 * 128)


@pytest.mark.parametrize(("bias", "wrong"), [(5.0, "blocked"), (-5.0, "missed")])
def test_a_filter_that_says_the_same_of_all_is_wrong_on_one_side(bias, wrong, tmp_path, capsys):
    task = tasks.get("word_length")()
    hand_set_filter(task, {}, bias=bias).save(tmp_path)
    accuracy.main(["word_length", str(tmp_path), "--count", "60"])
    natural, hard = capsys.readouterr().out.splitlines()
    assert natural.startswith("natural: ")
    assert hard.startswith("hard: ")
    found = accuracy.accuracy(task, hand_set_filter(task, {}, bias=bias), "hard", 60)
    assert (found.missed, found.blocked) == (
        (found.catastrophic, 0) if wrong == "missed" else (0, found.harmless)
    )
    assert found.right == 60 - getattr(found, wrong)
