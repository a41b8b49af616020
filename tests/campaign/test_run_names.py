"""What a run is called where its owner names none."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.campaign.config import load_config
from holdfast.campaign.loop import Campaign
from holdfast.campaign.presets import preset
from holdfast.campaign.run_names import RUN_NAME, new_folder, safe
from labelled_guard import rows, write_config, write_rows

TIME = r"-\d{8}-\d{6}"


@pytest.fixture
def place(tmp_path):
    write_rows(tmp_path / "texts.csv", rows(each=(2, 2, 2)))
    return tmp_path


NAMED = [
    # the configuration's file, the guard, what the run is called
    ("my-guard.yaml", "guard", "my-guard"),
    ("holdfast.yaml", "toxic-v2", "toxic-v2"),
    ("Holdfast.yml", "models/toxic-v2/", "toxic-v2"),
    ("config.yaml", "owner/hate.guard@main", "hate.guard"),
    ("Schutz für Kinder!.yaml", "guard", "Schutz-fur-Kinder"),
    ("ohne...yaml", "guard", "ohne"),
    ("защита.yaml", "guard", "guard"),
    ("holdfast.yaml", "защита", "guard"),
    ("x" * 200 + ".yaml", "guard", "x" * 80),
    (None, "toxic-v2", "toxic-v2"),
]


@pytest.mark.parametrize(("file", "guard", "name"), NAMED)
def test_a_guards_run_is_called_as_its_owner_calls_it(place, file, guard, name):
    config = load_config(write_config(place / "any.yaml", "texts.csv", guard))
    folder = new_folder(config, place / "runs", file and place / file)
    assert re.fullmatch(re.escape(name) + TIME, folder.name)
    assert Campaign(config, folder).run_id == folder.name


def test_a_guard_beside_its_configuration_is_called_as_their_folder(place):
    config = load_config(write_config(place / "any.yaml", "texts.csv", "."))
    assert new_folder(config, place / "runs").name.startswith(f"{safe(place.name)}-")


def test_a_tasks_run_is_called_after_what_was_chosen(tmp_path):
    config = preset("storyworld", "smoke", seed=3)
    for file in (None, tmp_path / "mine.yaml"):
        assert re.fullmatch("storyworld-smoke-s3" + TIME, new_folder(config, tmp_path, file).name)


def test_no_two_runs_of_one_second_are_the_same(place):
    config, made = load_config(write_config(place / "any.yaml", "texts.csv", "guard")), set()
    for _ in range(4):
        folder = new_folder(config, place / "runs")
        folder.mkdir(parents=True)
        made.add(folder)
    assert len(made) == 4


@given(st.text(max_size=120))
def test_any_name_is_made_safe(name):
    made = safe(name)
    assert made == "" or RUN_NAME.fullmatch(made)
    assert safe(made) == made


def test_the_command_names_its_run_after_the_file(holdfast, place, monkeypatch):
    write_config(place / "my guard.yaml", "texts.csv", "guard")
    monkeypatch.chdir(place)
    refused = holdfast("run", "-c", "my guard.yaml")
    assert refused.code == 2, "there is no guard in the folder"
    (run,) = [one for one in (place / "runs").iterdir() if one.is_dir()]
    assert re.fullmatch("my-guard" + TIME, run.name)
