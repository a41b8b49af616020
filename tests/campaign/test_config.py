"""The configuration: closed, whole, and plain about mistakes."""

from pathlib import Path

import pytest
import yaml

from holdfast.campaign.choices import build_attack
from holdfast.campaign.config import load_config, resolve, to_yaml
from holdfast.campaign.plan import steps
from holdfast.campaign.presets import PRESETS, preset
from holdfast.campaign.yamlfile import merged
from holdfast.core.errors import UserError
from holdfast.tasks import tasks

MISTAKES = [
    ("rouds: 3", 1, "rouds: unknown key; did you mean 'rounds'?"),
    ("zzz: 3", 1, "zzz: unknown key; known: attacks, "),
    ("seed: 1\nrounds: many", 2, "rounds: .*valid integer.*got 'many'"),
    ("rounds: -1", 1, "greater than or equal to 0"),
    ("threshold:\n  accept: 1.5", 2, "threshold.accept: .*less than 1"),
    ("generator:\n  size:\n    layers: 1\n    widht: 8", 4, "generator.size.widht: .*'width'"),
    ("classifier:\n  recipe:\n    learning_rte: 1", 3, "did you mean 'learning_rate'"),
    ("classifier:\n  recipe:\n    schedule: sideways", 3, "'constant', 'linear' or 'cosine'"),
    ("classifier:\n  size: {layers: 1, width: 30, heads: 4}", 2, "cannot be shared among 4 heads"),
    ("evaluation:\n  prompts: 10\n  promts: 10", 3, "evaluation.promts: .*'prompts'"),
    ("objective: worst", 1, "'egregious', 'lowest_score' or 'diverse'"),
    ("task: nowhere", 1, "unknown task 'nowhere'"),
    ("rounds: 1\ntask: storyworl", 2, "did you mean 'storyworld'"),
    ("task:\n  kind: brackets\n  depth: 3", 1, "unknown parameter of the task brackets: 'depth'"),
    ("task: [1]", 1, "give the name of a task"),
    ("held_out: [gentic]", 1, "did you mean 'genetic'"),
    ("held_out: [random_rewrite]", 1, "'random_rewrite' is both trained against and held out"),
    ("attacks: []", 1, "at least one attack"),
    ("attacks:\n- attack: random_rewrit\n  seeds: 4\n  queries_per_seed: 5", 2, "'random_rewrite'"),
    (
        "attacks:\n- attack: genetic\n  seeds: 4\n  queries_per_seed: 5\n"
        "- attack:\n    kind: random_rewrite\n    widh: 3\n  seeds: 4\n  queries_per_seed: 5",
        5,
        "did you mean 'width'",
    ),
    ("attacks:\n- attack: {kind: random_rewrite, width: 0}\n  seeds: 4\n  queries_per_seed: 5", 2, "width"),
    ("attacks:\n- attack: {kind: random_rewrite, stop: first}", 2, "the campaign sets it"),
    ("attacks:\n- attack: random_rewrite\n  seds: 4\n  queries_per_seed: 5", 2, "attacks.0"),
    ("attacks: random_rewrite", 1, "attacks: "),
    ("preset: dmeo", 1, "unknown preset 'dmeo'; did you mean 'demo'"),
    ("seed: 1\nseed: 2", 2, "the key 'seed' is given twice"),
    ("seed: [1\nrounds: 2", 2, "not valid YAML"),
    ("- 1\n- 2", 1, "a configuration is a mapping"),
    ("", 1, "a configuration is a mapping"),
    ("seed: !!python/object/apply:os.getcwd []", 1, "not valid YAML"),
    ("threshold:\n  accept: .nan", 2, "finite number"),
    ("seed: 1\nproposer: {path: bert}", 2, "proposer: .*the task 'brackets' has a closed vocabulary"),
    ("proposer:\n  path: bert\n  pth: bert", 3, "proposer.pth: .*'path'"),
]


@pytest.mark.parametrize(("text", "line", "says"), MISTAKES, ids=[repr(m[0])[:40] for m in MISTAKES])
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(UserError, match=says) as caught:
        load_config(path, task="brackets") if "task" not in text else load_config(path)
    assert str(caught.value).startswith(f"{path}, line {line}: ")
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="No such file"):
        load_config(tmp_path / "none.yaml")


@pytest.mark.parametrize("task", sorted(set(tasks) - {"labelled"}))
@pytest.mark.parametrize("name", list(PRESETS))
def test_every_preset_of_every_task_is_whole_and_reads_back(tmp_path: Path, task: str, name: str) -> None:
    config = preset(task, name)
    path = tmp_path / "shown.yaml"
    path.write_text(to_yaml(config))
    assert load_config(path) == config
    assert resolve(config.model_dump(mode="json")) == config
    assert len({step.name for step in steps(config)}) == len(steps(config))


def test_a_file_is_laid_over_the_preset_it_names(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("preset: smoke\ntask: brackets\nevaluation: {prompts: 7}\n")
    config, base = load_config(path, seed=5), preset("brackets", "smoke")
    assert (config.evaluation.prompts, config.seed) == (7, 5)
    assert config.evaluation.snippets == base.evaluation.snippets
    assert config.generator == base.generator


def test_an_unknown_preset_has_the_nearest_name() -> None:
    with pytest.raises(UserError, match="did you mean 'demo'"):
        preset("storyworld", "dem")


def test_nothing_is_hidden_in_the_shown_configuration() -> None:
    shown = yaml.safe_load(to_yaml(preset("brackets", "smoke")))
    assert shown["attacks"][0]["attack"]["width"] == 16
    assert shown["classifier"]["recipe"]["weight_decay"] == 0.01


def test_an_attack_of_the_configuration_is_the_one_that_runs() -> None:
    choice = preset("brackets", "smoke").attacks[0].attack
    made = build_attack(choice, objective="lowest_score", stop="budget")
    assert (made.name, made.objective, made.stop) == ("random_rewrite", "lowest_score", "budget")


def test_one_kind_may_stand_twice_and_its_steps_differ() -> None:
    config = preset("brackets", "smoke")
    doubled = resolve({**config.model_dump(), "attacks": [config.model_dump()["attacks"][0]] * 2})
    names = [step.name for step in steps(doubled)]
    assert "round-01/attack/random_rewrite-2" in names
    assert len(set(names)) == len(names)


def test_merging_replaces_what_is_of_another_kind() -> None:
    assert merged({"a": {"kind": "x", "p": 1}}, {"a": {"kind": "y"}}) == {"a": {"kind": "y"}}
    assert merged({"a": {"kind": "x", "p": 1}}, {"a": {"q": 2}}) == {"a": {"kind": "x", "p": 1, "q": 2}}
    assert merged({"a": [1, 2]}, {"a": [3]}) == {"a": [3]}


def test_a_configuration_of_before_there_were_rules_means_the_same() -> None:
    now = preset("brackets", "smoke")
    stored = now.model_dump(mode="json")
    for later in ("rule", "margin", "risk", "prompts"):
        del stored["threshold"][later]
    assert resolve(stored) == now
    assert now.threshold.rule == "accept"
    assert not any(step.name == "data/threshold" for step in steps(now))


@pytest.mark.parametrize(
    ("threshold", "says"),
    [
        ({"rule": "strictest"}, "rule"),
        ({"rule": "controlled", "prompts": 100}, "give at least 2,995"),
        ({"rule": "non_inferior", "margin": 0.6}, "margin"),
        ({"rule": "controlled", "risk": 0}, "risk"),
    ],
)
def test_rules_of_the_threshold_that_cannot_be_are_refused(threshold: dict[str, object], says: str) -> None:
    stored = preset("brackets", "smoke").model_dump(mode="json")
    with pytest.raises(UserError, match=says):
        resolve({**stored, "threshold": {**stored["threshold"], **threshold}})
