"""A run and a claim of another edition of their task: records are read, and all else refuses in words."""

import json

import pytest

from holdfast.campaign.history import load_record
from holdfast.cli.main import main
from holdfast.tasks import tasks
from holdfast.tasks.storyworld import Storyworld

CONFIG = """
task: {kind: storyworld, depth: 0}
threads: 1
rounds: 0
attacks: [{attack: random_rewrite, seeds: 2, queries_per_seed: 5}]
held_out: []
generator: {size: {layers: 1, width: 16, heads: 2}, stories: 60, steps: 3, held_out: 20}
classifier: {size: {layers: 1, width: 16, heads: 2}, examples: 60, steps: 3}
retraining: {examples: 20, steps: 1}
threshold: {completions: 40}
evaluation: {prompts: 30, max_draws: 2, snippets: 40, attack_seeds: 2, queries_per_seed: 5, worst: 1}
"""
MADE = "was made on the first edition of storyworld, and this Holdfast has the second"


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    """A folder with a run and an evaluation of it, made while storyworld was in its first edition."""
    folder = tmp_path_factory.mktemp("old")
    (folder / "tiny.yaml").write_text(CONFIG)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("HOLDFAST_HOME", raising=False)
        patch.chdir(folder)
        patch.setattr(Storyworld, "edition", 1)
        assert main(["run", "--config", "tiny.yaml", "--preset", "smoke", "--name", "old"]) == 0
        draws = ["--samples", "200", "--pool", "0", "--draws", "1", "--workers", "1"]
        assert main(["evaluate", "old", *draws, "--out", "evaluation"]) == 0
    return folder


@pytest.fixture(autouse=True)
def _in_its_folder(old, monkeypatch):
    monkeypatch.delenv("HOLDFAST_HOME", raising=False)
    monkeypatch.chdir(old)


def test_storyworld_is_in_its_second_edition_and_other_tasks_in_their_first():
    from holdfast.tasks.editions import installed_edition

    editions = {name: installed_edition(name) for name in tasks}
    assert editions.pop("storyworld") == 2
    assert set(editions.values()) == {1}


@pytest.mark.parametrize(
    "asked", [("runs", "list"), ("runs", "compare", "old", "old"), ("report", "old", "--out", "again")]
)
def test_what_reads_records_says_the_edition_in_one_sentence(asked, holdfast, old):
    ended = holdfast(*asked)
    assert ended.code == 0, ended.err
    assert f"The run old {MADE}; figures of the two are not of the same task." in ended.out
    if asked[0] == "report":
        assert MADE in (old / "again" / "report.html").read_text(encoding="utf-8")


def test_programs_read_the_edition(holdfast, old):
    (row,) = json.loads(holdfast("runs", "list", "--json").out)
    assert row["task_edition"] == 1
    assert load_record("old", old / "runs").task_edition == 1


@pytest.mark.parametrize(
    "asked",
    [
        ("resume", "old"),
        ("run", "--config", "tiny.yaml", "--preset", "smoke", "--name", "old"),
        ("evaluate", "old", "--samples", "100"),
        ("serve", "old", "--port", "0"),
    ],
)
def test_what_needs_the_task_refuses_in_words(asked, holdfast):
    ended = holdfast(*asked)
    assert ended.code == 2
    assert f"the run 'old' {MADE}" in ended.err
    assert "`holdfast run storyworld --preset smoke` makes a new run" in ended.err
    assert ended.err.count("\n") == 1


def test_a_run_of_this_edition_says_nothing_of_editions(holdfast, old, monkeypatch):
    monkeypatch.setattr(Storyworld, "edition", 1)
    assert "edition" not in holdfast("runs", "list").out


def test_models_of_another_vocabulary_are_not_attacked(holdfast, old, models):
    foreign = ("attack", "--task", "storyworld", "--classifier", models / "classifier", "--budget", "10q")
    ended = holdfast(*foreign)
    assert ended.code == 2
    assert "words of storyworld (second edition), such as" in ended.err


def test_a_claim_is_held_against_its_files_alone(holdfast, old):
    claim = old / "evaluation" / "claims" / "natural-failure-rate.json"
    alone = holdfast("claim", "verify", claim)
    assert alone.code == 0, alone.err
    assert (
        "the claim was made on the first edition of storyworld, and this Holdfast has the second" in alone.out
    )
    again = holdfast("claim", "verify", claim, "--rejudge", 10)
    assert again.code == 2
    assert "nothing can be judged or drawn again here; leave out --rejudge" in again.err
