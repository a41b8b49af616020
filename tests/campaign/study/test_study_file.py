"""A study's YAML file: what it makes of arms, seeds and budgets, and how it tells what is wrong."""

from pathlib import Path

import pytest

from holdfast.campaign.config import resolve
from holdfast.campaign.study.study_file import read_study
from holdfast.core.errors import UserError

WHOLE = """
study: rounds
config: {task: brackets, preset: smoke}
seeds: [3, 4]
arms:
  none: {rounds: 0}
  two:
    rounds: 2
budgets:
  small: {evaluation: {attack_seeds: 4}}
  large: {evaluation: {attack_seeds: 9}}
endpoint: {says: broken, where: {of: genetic}, better: lower, control: none, treated: two, budget: small}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "rounds.yaml"
    path.write_text(text.strip() + "\n")
    return path


def test_cells_are_whole_configurations(tmp_path):
    found = read_study(written(tmp_path, WHOLE))
    assert (found.rows, found.runs) == (tmp_path / "rounds.jsonl", tmp_path / "rounds-runs")
    configs = {cell.key: resolve(cell.declared["config"]) for cell in found.plan.cells}
    assert len(configs) == 8
    for (arm, seed, budget), config in configs.items():
        assert config.seed == seed
        assert config.rounds == {"none": 0, "two": 2}[arm]
        assert config.evaluation.attack_seeds == {"small": 4, "large": 9}[budget]
        assert config.evaluation.prompts == 500  # of the preset
    assert [cell.seed for cell in found.plan.cells] == [3] * 4 + [4] * 4
    assert found.plan == read_study(tmp_path / "rounds.yaml").plan


def test_a_configuration_can_be_a_file_of_its_own(tmp_path):
    (tmp_path / "base.yaml").write_text("task: brackets\npreset: smoke\n")
    inline = read_study(written(tmp_path, WHOLE)).plan
    text = WHOLE.replace("{task: brackets, preset: smoke}", "base.yaml")
    assert read_study(written(tmp_path, text)).plan == inline


WRONG = [
    (
        "  none: {rounds: 0}",
        "  none: {round: 0}",
        "line 5: 'none' at 'small': round: unknown key; did you mean",
    ),
    ("rounds: 2", "rounds: 2\n    seed: 3", "line 8: seed: it is said in 'seeds'"),
    ("seeds: [3, 4]", "seeds: []", "line 3: seeds: "),
    ("seeds: [3, 4]", "seeds: [3, 3]", "line 3: seeds: one is there twice"),
    (
        "treated: two",
        "treated: three",
        "line 11: the endpoint of the study 'rounds' compares the arm 'three'",
    ),
    ("treated: two", "treated: none", "control and treated are the same arm"),
    ("better: lower", "better: best", "line 11: endpoint.better"),
    ("budget: small", "budget: tiny", "at the budget 'tiny'"),
    ("study: rounds", "stud: rounds", "line 1: study: field required"),
    ("preset: smoke", "preset: smoky", "line 2: preset: unknown preset 'smoky'"),
    ("{task: brackets, preset: smoke}", "nowhere.yaml", "line 2: config: "),
    ("  none: {rounds: 0}", "  none: {rounds: -1}", "line 5: 'none' at 'small': rounds: "),
    ("  two:\n    rounds: 2", "", "line 4: arms: "),
    ("small: {eval", "small: {rounds: 1, eval", "line 9: rounds: an arm changes it, too"),
]


@pytest.mark.parametrize(("there", "instead", "says"), WRONG)
def test_what_is_wrong_is_told_with_its_line(tmp_path, there, instead, says):
    assert there in WHOLE
    path = written(tmp_path, WHOLE.replace(there, instead))
    with pytest.raises(UserError) as told:
        read_study(path)
    assert says in str(told.value)
    assert str(path) in str(told.value)
