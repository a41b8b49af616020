"""`holdfast evaluate -c`: a guard of one's own on labelled text, as its owner meets it."""

import json
from pathlib import Path

import pytest

from holdfast.evaluation.claims import Claim
from labelled_guard import rows, save_guard, write_config, write_rows

SIZE = (12, 25, 30)
"""Rows of each class in the splits train, threshold and test."""


@pytest.fixture(scope="module")
def guard(tmp_path_factory):
    return save_guard(tmp_path_factory.mktemp("guard") / "guard")


@pytest.fixture
def place(guard, tmp_path, monkeypatch):
    """A folder to work in, with the data and a configuration of the guard."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_CACHE", str(tmp_path / "cache"))
    write_rows(tmp_path / "texts.csv", rows(each=SIZE))
    write_config(tmp_path / "holdfast.yaml", "texts.csv", guard)
    return tmp_path


def test_it_tells_what_the_guard_stops_and_blocks_by_slice(holdfast, place):
    done = holdfast("evaluate", "-c", "holdfast.yaml")
    assert done.code == 0, done.err
    for said in ("catastrophic texts stopped", "harmless texts blocked", "by kind", "few texts", "claim ("):
        assert said in done.out
    (folder,) = (place / "evaluations").glob("holdfast-*")
    page = (folder / "evaluation.html").read_text()
    assert page.count("<h2") == 6  # no attack was asked for
    assert "The guard stops" in page
    assert {path.name for path in (folder / "data").iterdir()} == {
        "measures.csv",
        "scores.csv",
        "slices.csv",
        "thresholds.csv",
    }


def test_options_come_after_the_configuration(holdfast, place):
    options = ["--threshold", 0.7, "--confidence", 0.9, "--seed", 5, "--out", "here"]
    attacks = ["--attacks", "random_rewrite", "--attack-seeds", 6, "--attack-queries", 8]
    done = holdfast("evaluate", "--config", "holdfast.yaml", *options, *attacks, "--json")
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert told["threshold"]["threshold"] == 0.7
    assert told["threshold"]["rule"] == "fixed"
    assert (told["plan"]["confidence"], told["plan"]["seed"]) == (0.9, 5)
    (one,) = told["attacks"]
    assert (one["attack"], one["planned"], told["plan"]["attack_queries"]) == ("random_rewrite", 6, 8)
    assert one["broken"] + one["withstood"] + one["skipped"] == 6
    assert told["report"] == "here/evaluation.html"
    assert (place / "here" / "attempts.parquet").is_file()
    verified = holdfast("claim", "verify", f"here/{told['claims'][0]['file']}", "--rejudge", "all")
    assert verified.code == 0, verified.err
    assert "verified" in verified.out


def test_attacks_and_extent_may_stand_in_the_configuration(holdfast, place, guard):
    extent = {"attack_seeds": 4, "queries_per_seed": 6}
    held_out = [{"kind": "random_rewrite", "width": 3}]
    write_config(place / "holdfast.yaml", "texts.csv", guard, evaluation=extent, held_out=held_out)
    done = holdfast("evaluate", "-c", "holdfast.yaml", "--json")
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert (told["plan"]["attack_seeds"], told["plan"]["attack_queries"]) == (4, 6)
    assert told["plan"]["attacks"][0]["width"] == 3


def test_the_same_command_again_gives_the_same_and_another_threshold_is_told(holdfast, place):
    command = ("evaluate", "-c", "holdfast.yaml", "--json")
    first, again = holdfast(*command), holdfast(*command)
    assert first.out == again.out
    assert "before" not in again.err
    other = holdfast(*command, "--threshold", "0.9")
    assert "the same rows measured another guard or threshold before" in other.err
    assert "--best-of 2" in other.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["run", "-c", "holdfast.yaml"], "give either 'run' or --config"),
        ([], "name a run or a classifier's folder, or give a configuration with --config"),
        (["-c", "none.yaml"], "none.yaml"),
        (["-c", "holdfast.yaml", "--samples", "10"], "--samples is for a generator behind a filter"),
        (["-c", "holdfast.yaml", "--temperature", "2"], "--temperature is for a generator"),
        (["-c", "holdfast.yaml", "--temperature", "inf"], "Must be a finite number"),
        (["-c", "holdfast.yaml", "--threshold", "nan"], "--threshold"),
        (["-c", "holdfast.yaml", "--confidence", "inf"], "--confidence"),
        (["-c", "holdfast.yaml", "--judge", "labels"], "--judge is for a generator"),
        (["-c", "holdfast.yaml", "--workers", "2"], "--workers is for a generator"),
        (["-c", "holdfast.yaml", "--attacks", "gredy_rewrite"], "did you mean 'greedy_rewrite'?"),
        (["-c", "holdfast.yaml", "--attacks", "beam,beam"], "attack 'beam' is given twice"),
        (["-c", "holdfast.yaml", "--attacks", "best_of_n"], "attack 'best_of_n' cannot attack this guard"),
    ],
)
def test_what_cannot_be_is_one_line_and_exit_code_2(holdfast, place, options, said):
    done = holdfast("evaluate", *options)
    assert (done.code, done.out.count("Traceback")) == (2, 0)
    assert said in done.err
    assert len(done.err.strip().splitlines()) == 1
    assert not (place / "evaluations").exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"judge": "labels"}, "judge 'labels' decides rows as they stand"),
        ({"threshold": {"rule": "non_inferior"}}, "needs a generator's draws"),
        ({"threshold": {"rule": "controlled", "risk": 0.001}}, "too few to control a miss rate"),
    ],
)
def test_a_configuration_that_cannot_be_measured_is_refused(holdfast, place, guard, changes, said):
    write_config(place / "holdfast.yaml", "texts.csv", guard, **changes)
    done = holdfast("evaluate", "-c", "holdfast.yaml", "--attacks", "random_rewrite", "--json")
    assert (done.code, done.out) == (2, "")
    assert said in done.err.splitlines()[-1]


@pytest.mark.parametrize(
    ("splits", "said"),
    [
        (("train", "threshold"), "the data have no rows in the split 'test'"),
        (("train", "test"), "which has no harmless texts that the guard can read"),
    ],
)
def test_data_without_what_is_measured_on_are_refused(holdfast, place, splits, said):
    write_rows(place / "texts.csv", [row for row in rows(each=SIZE) if row["split"] in splits])
    done = holdfast("evaluate", "-c", "holdfast.yaml", "--json")
    assert done.code == 2
    assert said in done.err.splitlines()[-1]


def test_a_task_without_labelled_text_is_refused(holdfast, place, guard):
    config = {"task": "storyworld", "classifier": {"kind": "folder", "path": str(guard)}}
    (place / "holdfast.yaml").write_text(json.dumps(config))
    done = holdfast("evaluate", "-c", "holdfast.yaml")
    assert done.code == 2
    assert "this needs labelled text, and the task is 'storyworld'" in done.err


def test_a_folder_of_another_plan_is_not_written_over(holdfast, place):
    assert holdfast("evaluate", "-c", "holdfast.yaml", "--out", "here").code == 0
    done = holdfast("evaluate", "-c", "holdfast.yaml", "--out", "here", "--confidence", 0.99)
    assert done.code == 2
    assert "holds an evaluation of another plan (confidence 0.95, not 0.99)" in done.err


def test_claims_on_text_that_is_not_here_are_held_against_what_is(holdfast, place):
    assert holdfast("evaluate", "-c", "holdfast.yaml", "--out", "here").code == 0
    (place / "texts.csv").rename(place / "elsewhere.csv")
    claim = "here/claims/false-alarm-rate.json"
    found = holdfast("claim", "verify", claim)
    assert found.code == 0
    assert "unknown  task: the labelled text is not here" in found.out
    assert holdfast("claim", "verify", claim, "--rejudge", 5).code == 2
    write_rows(place / "texts.csv", rows(seed=1, each=SIZE))
    changed = holdfast("claim", "verify", claim)
    assert changed.code == 1
    assert "the labelled text is not the claim's" in changed.out


def test_evaluations_of_a_guard_share_the_error_and_the_ledger_names_them(holdfast, place):
    """Another seed picks other rows of the groups: looking again until it looks well is paid for."""
    for number, options in enumerate((["--seed", 0], ["--seed", 1], ["--seed", 0]), 1):
        told = json.loads(holdfast("evaluate", "-c", "holdfast.yaml", *options, "--json").out)
        assert told["plan"]["evaluation"] == (1, 2, 1)[number - 1]
        for one in told["claims"]:
            file = Path(told["folder"]) / one["file"]
            assert json.loads(file.read_text())["evaluation"] == told["plan"]["evaluation"]
            found = json.loads(holdfast("claim", "verify", file, "--json").out)
            checks = {check["name"]: check["holds"] for check in found["checks"]}
            assert (checks["ledger"], checks["plan"]) == (True, True)
    listed = json.loads(holdfast("claim", "list", "--json").out)
    assert [(one["evaluation"], one["seed"], one["labelled"]) for one in listed] == [
        (1, 0, True),
        (2, 1, True),
    ]
    assert "texts" in holdfast("claim", "list").out
    claim = Claim.from_json(file.read_text())
    names = ("method", "confidence", "judge", "assumptions")
    told = {name: getattr(claim, name) for name in names}
    file.write_text(Claim.of(claim.evidence, claim.distribution, **told).to_json())
    assert "counts as none of its filter" in holdfast("claim", "verify", file).err
